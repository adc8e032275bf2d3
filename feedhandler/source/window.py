"""Where the bytes of a capture lie while they are read: a buffer, its unused tail carried over.

Also for plain files: reading into a buffer that stays in the second-level cache is no slower than
mapping the file, and a file that is made shorter meanwhile is an end of input, not the SIGBUS that a
mapping would give.

The window names the bytes from `begin` to `end` by address. `advance(kept)` brings more behind them
and keeps the last `kept` bytes, perhaps at another address: then `begin` is theirs.
"""

from typing import Final

import numpy as np

from feedhandler.source.inputs import FileInput, Input

WINDOW_BYTES: Final = 1 << 19


class Window:
    """Bytes in memory, a piece of the input."""

    def __init__(self, file: FileInput, source: Input) -> None:
        self.size = file.size  # of the input as it is stored, 0 = not known
        self._file = file
        self._input = source
        self._buffer = np.empty(WINDOW_BYTES, np.uint8)
        self._base = int(self._buffer.ctypes.data)
        self._base_offset = 0
        self.begin = self.end = self._base

    @property
    def damage(self) -> str:
        """What is wrong with packed data, if anything."""
        return self._input.damage

    @property
    def stopped(self) -> bool:
        """Whether the input was not waited for any more: this is not its end."""
        return self._file.stopped

    def advance(self, kept: int) -> bool:
        """Read more behind the last `kept` bytes; False = there is nothing more."""
        self.begin = self.end - kept
        if kept == 0 or self.end - self._base == self._buffer.size:
            self._make_room(kept)
        taken = self._input.read_into(self._buffer.data[self.end - self._base :])
        self.end += taken
        return taken > 0

    def _make_room(self, kept: int) -> None:
        """Move what is kept to the front; of a buffer twice as large if it fills half of this one.

        A record that claims 256 MiB costs that much only if so many bytes really come.
        """
        old = self._buffer
        first = self.begin - self._base
        if 2 * kept > old.size:
            self._buffer = np.empty(2 * old.size, np.uint8)
        self._buffer[:kept] = old[first : first + kept]
        self._base_offset += first
        self._base = self.begin = int(self._buffer.ctypes.data)
        self.end = self.begin + kept

    def offset(self, address: int) -> int:
        """Place of an address in the unpacked input."""
        return self._base_offset + address - self._base

    def position(self) -> int:
        """Bytes taken of the input as it is stored, to be compared with `size`."""
        return self._file.taken

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

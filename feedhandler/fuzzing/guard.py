"""Memory whose end cannot be passed: behind each piece lies a page that cannot be read."""

import ctypes
import mmap
from typing import Final

import numpy as np

PIECE_BYTES: Final = 1 << 16  # what a piece holds; a datagram is never longer


class Guarded:
    """Pieces of memory, each with an unreadable page behind it: one byte too far ends the process."""

    def __init__(self, pieces: int = 1) -> None:
        step = PIECE_BYTES + mmap.PAGESIZE
        self._map = mmap.mmap(-1, pieces * step)
        base = int(np.frombuffer(self._map, np.uint8).ctypes.data)
        self.ends = [base + number * step + PIECE_BYTES for number in range(pieces)]
        libc = ctypes.CDLL(None, use_errno=True)
        for end in self.ends:
            if libc.mprotect(ctypes.c_void_p(end), mmap.PAGESIZE, 0) != 0:
                raise OSError(ctypes.get_errno(), "mprotect")

    @property
    def end(self) -> int:
        """Where the first piece ends."""
        return self.ends[0]

    def place(self, data: bytes) -> int:
        """Put bytes so that they end where reading ends; their address."""
        address = self.end - len(data)
        ctypes.memmove(address, data, len(data))
        return address

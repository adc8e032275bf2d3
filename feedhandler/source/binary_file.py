"""BinaryFILE: the messages of a day, each behind its length, as Nasdaq publishes them."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from feedhandler.source import kernel
from feedhandler.source.binary_kernel import PREFIX, poll_binary_file
from feedhandler.source.capture_file import CaptureFile
from feedhandler.source.window import Window

PLAUSIBLE_BLOCKS: Final = 8  # looked at to know the format
GROWTH_MAX: Final = 64  # bytes that a later revision may have appended to a message
ZERO_PREFIX_NOTE: Final = "length prefix is zero: lengths by message type"


def plausible(head: bytes, lengths: Mapping[int, int]) -> str:
    """Tell the form of the first bytes: "prefix", "type" (the lengths are zero) or "" (neither)."""
    if len(head) <= PREFIX:
        return ""
    form = "type" if head[:PREFIX] == b"\0\0" else "prefix"
    at = whole = 0
    for _ in range(PLAUSIBLE_BLOCKS):
        block = head[at:]
        if len(block) <= PREFIX:  # the head, or the file, ends here
            break
        length = int.from_bytes(block[:PREFIX], "big")
        known = lengths.get(block[PREFIX], 0)
        if form == "type":
            length = known if length == 0 else 0
        if known == 0 or not known <= length <= known + GROWTH_MAX:
            return ""
        at += PREFIX + length
        whole += at <= len(head)
    return form if whole else ""


class BinaryFile(CaptureFile):
    """A source over length-prefixed messages; each descriptor is a run of whole blocks."""

    poll = poll_binary_file
    record = "block"

    def __init__(self, name: str, window: Window, lengths: Mapping[int, int] | None = None) -> None:
        """With `lengths`, a zero prefix is filled in by message type."""
        super().__init__(name, window)
        self._lengths = np.zeros(256, np.int64)
        if lengths is not None:
            for kind, length in lengths.items():
                self._lengths[kind] = length
            self._set(kernel.LENGTH_TABLE, int(self._lengths.ctypes.data))
            self.notes.append(ZERO_PREFIX_NOTE)

    def end(self, left: int) -> None:
        """A zero length as the last two bytes is the end that some files have."""
        is_terminator = left == PREFIX and self.peek(PREFIX) == bytes(PREFIX)
        super().end(0 if is_terminator else left)

    def place(self) -> str:
        """Where the cursor is: runs have no numbers that mean anything to people."""
        return f"at offset {self._window.offset(self._cursor)}"

    def bad_text(self) -> str:
        """What cannot be true at the cursor."""
        return f"a message of unknown type {self.peek(PREFIX + 1)[PREFIX:]!r} without a length"

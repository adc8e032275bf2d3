"""A file of whole pcapng blocks, where the disk is full, too: what was cut is taken off, so that statistics fit."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

LENGTH: Final = 4  # offset of a block's length; it stands at the block's end again
CAPTURED: Final = 20  # offset of a packet's length in its block
STANDARD: Final = "-"


class BlockFile:
    """A file that is being recorded into, or standard output, from which nothing can be taken back."""

    def __init__(self, name: str, standard: BinaryIO, head: bytes) -> None:
        """Without a buffer of Python's: what was written is in the system's hands."""
        self.name = "standard output" if name == STANDARD else name
        self._standard = name == STANDARD
        self._out: Any = (
            getattr(standard, "raw", standard)
            if self._standard
            else Path(name).open("w+b", buffering=0)  # noqa: SIM115 (closed by `close`)
        )
        self._head_bytes = len(head)
        self.size = 0  # of whole blocks
        self._partial = 0  # bytes behind them
        try:
            self.write(head)
        except OSError:
            self.close()
            raise

    def write(self, data: Any) -> None:
        """Write whole blocks; OSError names the file, and `mend` tells what is there of them."""
        left = memoryview(data)
        try:
            while left:
                written = self._out.write(left) or 0
                self._partial += written
                left = left[written:]
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.name) from None
        self.size += len(data)
        self._partial = 0

    def mend(self, data: Any, room: int) -> tuple[int, int]:
        """After a write of `data` that failed: end behind a whole block, with `room` bytes for another one.

        How many frames of the data are in the file, and their bytes; less than 0 where others had to give way.
        """
        if self._standard:
            return 0, 0
        there, end, frames, frame_bytes = self.size + self._partial, self.size, 0, 0
        for at, length in packets(data):
            if self.size + at > there:
                break
            end, frames, frame_bytes = self.size + at, frames + 1, frame_bytes + length
        while there - end < room and end > self._head_bytes:
            end -= self._number(end - 4)
            frames, frame_bytes = frames - 1, frame_bytes - self._number(end + CAPTURED)
        self._out.truncate(end)
        self._out.seek(end)
        self.size, self._partial = end, 0
        return frames, frame_bytes

    def _number(self, at: int) -> int:
        """Four bytes of the file."""
        return int.from_bytes(os.pread(self._out.fileno(), 4, at), "little")

    def close(self) -> None:
        """Give the file back; standard output stays open."""
        if not self._standard:
            self._out.close()


def packets(data: Any) -> Iterator[tuple[int, int]]:
    """Where each packet block of some ends, and how long its frame is."""
    view = memoryview(data)
    at = 0
    while at < len(view):
        length = int.from_bytes(view[at + LENGTH : at + LENGTH + 4], "little")
        yield at + length, int.from_bytes(view[at + CAPTURED : at + CAPTURED + 4], "little")
        at += length

"""A file of whole pcapng blocks, where the disk is full, too: what was cut is taken off, so that statistics fit."""

import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from feedhandler.recording.outlet import (
    Ending,
    Outlet,
    StalledError,
    forever,
    has_reader,
    is_file,
)

LENGTH: Final = 4  # offset of a block's length; it stands at the block's end again
CAPTURED: Final = 20  # offset of a packet's length in its block
STANDARD: Final = "-"


class BlockFile:
    """A file that is being recorded into, or a stream, from which nothing can be taken back."""

    def __init__(
        self, name: str, standard: BinaryIO, head: bytes, *,
        fresh: bool = False, ending: Ending = forever,
    ) -> None:  # fmt: skip
        """Without a buffer of Python's: what was written is in the system's hands.

        A `fresh` file must not be there yet. `ending` is asked while a stream's reader is waited for.
        """
        self.name = "standard output" if name == STANDARD else name
        self._standard = name == STANDARD
        self._is_file = not self._standard and (fresh or is_file(name))
        self._out: Any
        if self._standard:
            self._out = standard_out(standard, ending)
        elif self._is_file:
            mode = "x+b" if fresh else "w+b"
            self._out = Path(name).open(mode, buffering=0)  # noqa: SIM115 (closed by `close`)
        else:
            self._out = Outlet.named(name, ending)
        self._head_bytes = len(head)
        self.size = 0  # of whole blocks
        self._partial = 0  # bytes behind them
        self._is_cut = False  # a stream that ends within a block
        try:
            self.write(head)
        except OSError:
            self.close()
            raise

    def write(self, data: Any) -> None:
        """Write whole blocks; OSError names the file, and `mend` tells what is there of them."""
        left = memoryview(data)
        if self._is_cut:
            raise OSError(errno.EIO, "it ends within a block", self.name)
        try:
            while left:
                written = self._out.write(left) or 0
                self._partial += written
                left = left[written:]
        except StalledError as error:
            raise StalledError(error.errno, error.strerror, self.name) from None
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.name) from None
        self.size += len(data)
        self._partial = 0

    def mend(self, data: Any, room: int) -> tuple[int, int]:
        """After a write of `data` that failed: end behind a whole block, with `room` bytes for another one.

        How many frames of the data are in the file, and their bytes; less than 0 where others had to give way.
        A stream ends where it ends, and takes nothing more.
        """
        there, end, frames, frame_bytes = self.size + self._partial, self.size, 0, 0
        for at, length in packets(data):
            if self.size + at > there:
                break
            end, frames, frame_bytes = self.size + at, frames + 1, frame_bytes + length
        if not self._is_file:
            self._is_cut, self._partial = self._is_cut or self._partial > 0, 0
            return frames, frame_bytes
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
        if not self._standard or isinstance(self._out, Outlet):
            self._out.close()


def standard_out(standard: BinaryIO, ending: Ending) -> Any:
    """Standard output without its buffer; where it is no file, one that does not block."""
    raw = getattr(standard, "raw", standard)
    number = descriptor_of(raw)
    return raw if number is None or is_file(number) else Outlet.shared(number, ending)


def descriptor_of(stream: Any) -> int | None:
    """Its number, if it has one."""
    try:
        return int(stream.fileno())
    except io.UnsupportedOperation:
        return None


def is_read_by_others(name: str, standard: BinaryIO) -> bool:
    """Whether somebody reads what is written there, who may have to be waited for."""
    place = descriptor_of(standard) if name == STANDARD else name
    return place is not None and has_reader(place)


def packets(data: Any) -> Iterator[tuple[int, int]]:
    """Where each packet block of some ends, and how long its frame is."""
    view = memoryview(data)
    at = 0
    while at < len(view):
        length = int.from_bytes(view[at + LENGTH : at + LENGTH + 4], "little")
        yield at + length, int.from_bytes(view[at + CAPTURED : at + CAPTURED + 4], "little")
        at += length

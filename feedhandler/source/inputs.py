"""Bytes one after the other, from a file or standard input, gzip and zstd taken off.

Each input gives at least one byte or, at the end, none. Its `damage` then says what is wrong with
packed data, if anything; all that was unpacked before the damage is delivered.

A pipe may stand still for hours. What handles signals by a flag, as verbs do that report what was seen, would never
look at it: Python begins a read anew that a signal interrupted. So pipes are waited for beforehand, a moment at a time.
"""

import gzip
import io
import os
import select
import stat
import zlib
from collections.abc import Callable
from typing import Any, Final

import zstandard

from feedhandler.source.pace import never
from feedhandler.source.source import ENVIRONMENT, CaptureError

GZIP_MAGIC: Final = b"\x1f\x8b\x08"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE: Final = b"\x2a\x4d\x18"  # after 0x50 .. 0x5f
HEAD_LEAST: Final = 64  # enough to know every format
PIECE: Final = 1 << 16
ZSTD_PIECE: Final = 1 << 11  # small: the worst frame unpacks 32,000-fold in one call
ZSTD_WINDOW_MAX: Final = 1 << 31
LAYERS_MAX: Final = 4
WAIT_MS: Final = 50  # for a pipe, so that a stop is seen soon


class Input:
    """Bytes one after the other."""

    damage = ""

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        raise NotImplementedError

    def read_into(self, room: memoryview) -> int:
        """Put some bytes into memory; how many, 0 at the end."""
        piece = self.read(len(room))
        room[: len(piece)] = piece
        return len(piece)


class FileInput(Input):
    """A file, or a pipe, as it is; `stop` ends the wait for a pipe, and the input with it."""

    def __init__(self, path: str, stop: Callable[[], bool] = never) -> None:
        self.path = path
        self.taken = 0
        self.stopped = False
        self._file = open_file(path)
        status = os.fstat(self._file.fileno())
        self._waits = not stat.S_ISREG(status.st_mode)
        self.size = 0 if self._waits else status.st_size
        self._stop = stop
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLIN)

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        room = bytearray(size)
        return bytes(room[: self.read_into(memoryview(room))])

    def read_into(self, room: memoryview) -> int:
        """Put some bytes into memory; how many, 0 at the end."""
        if self._waits and not self._await():
            return 0
        try:
            taken = self._file.readinto(room) or 0
        except OSError as error:
            raise CaptureError(f"{self.path}: {error.strerror}", ENVIRONMENT) from error
        self.taken += taken
        return taken

    def _await(self) -> bool:
        """Wait until a pipe has bytes, or its end; False = it is not to be waited for any more."""
        while not self.stopped and not self._poll.poll(WAIT_MS):
            self.stopped = self._stop()
        return not self.stopped

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def opened_at_once(path: str, flags: int) -> int:
    """Open a FIFO that nobody writes to yet, too: who reads it waits, and can be stopped."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def open_file(path: str) -> io.FileIO:
    """Open a file, or standard input for "-", or say in one line why not."""
    try:
        if path == "-":
            return io.FileIO(0, closefd=False)
        return io.FileIO(path, opener=opened_at_once)
    except FileNotFoundError:
        raise CaptureError(f"{path}: no such file", ENVIRONMENT) from None
    except IsADirectoryError:
        raise CaptureError(f"{path}: is a directory, not a capture", ENVIRONMENT) from None
    except PermissionError:
        raise CaptureError(f"{path}: no permission to read it", ENVIRONMENT) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaptureError(f"{path}: {reason}", ENVIRONMENT) from error


class Replayed(Input):
    """An input of which the first bytes were read already."""

    def __init__(self, head: bytes, rest: Input) -> None:
        self._head = head
        self._rest = rest

    @property
    def damage(self) -> str:  # type: ignore[override]
        """What is wrong with the packed data."""
        return self._rest.damage

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return self._rest.read(size)

    def read_into(self, room: memoryview) -> int:
        """Put some bytes into memory; how many, 0 at the end."""
        return super().read_into(room) if self._head else self._rest.read_into(room)


class _WholeMagic:
    """An input without very short reads: gzip expects a member's magic at once."""

    def __init__(self, packed: Input) -> None:
        self._packed = packed

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        piece = self._packed.read(size)
        while len(piece) < min(size, len(GZIP_MAGIC)) and (more := self._packed.read(1)):
            piece += more
        return piece


class GzipInput(Input):
    """The bytes in a gzip file of one or many members."""

    def __init__(self, packed: Input) -> None:
        whole: Any = _WholeMagic(packed)  # all that GzipFile uses of a file is `read`
        self._file = gzip.GzipFile(fileobj=whole, mode="rb")

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        if self.damage:
            return b""
        try:
            return bytes(self._file.read1(size))
        except EOFError:
            self.damage = "the gzip data ends in mid-stream"
        except (OSError, zlib.error) as error:
            self.damage = f"the gzip data is damaged ({error})"
        return b""


class ZstdInput(Input):
    """The bytes in a zstd file of one or many frames."""

    def __init__(self, packed: Input) -> None:
        self._packed = packed
        self._pending = memoryview(b"")  # packed bytes
        self._ready = memoryview(b"")
        self._frame: zstandard.ZstdDecompressionObj | None = None

    def read(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        while not self._ready and not self.damage:
            if not self._pending:
                self._pending = memoryview(self._packed.read(PIECE))
            if not self._pending:
                if self._frame is not None:
                    self.damage = "the zstd data ends in mid-frame"
                break
            piece = self._pending[:ZSTD_PIECE]
            self._pending = self._pending[len(piece) :]
            self._unpack(piece)
        result = bytes(self._ready[:size])
        self._ready = self._ready[size:]
        return result

    def _unpack(self, piece: memoryview) -> None:
        if self._frame is None:
            unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_MAX)
            self._frame = unpacker.decompressobj()
        try:
            self._ready = memoryview(self._frame.decompress(piece))
        except zstandard.ZstdError as error:
            self.damage = f"the zstd data is damaged ({error})"
            return
        if self._frame.eof:
            self._pending = memoryview(self._frame.unused_data + self._pending.tobytes())
            self._frame = None


def unpacked(file: FileInput) -> tuple[Input, bytes]:
    """Take off gzip and zstd, whatever the name says: the input, and its first bytes."""
    source: Input = file
    for _ in range(LAYERS_MAX + 1):
        head = b""
        while len(head) < HEAD_LEAST and (piece := source.read(PIECE)):
            head += piece
        source = Replayed(head, source)
        if head.startswith(GZIP_MAGIC):
            source = GzipInput(source)
        elif head.startswith(ZSTD_MAGIC) or (head[1:4] == ZSTD_SKIPPABLE and head[0] >> 4 == 5):
            source = ZstdInput(source)
        else:
            return source, head
    raise CaptureError(f"{file.path}: packed more than {LAYERS_MAX} times")

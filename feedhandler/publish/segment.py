"""Named shared memory: a file in /dev/shm per segment, with a header that says what it holds.

Theory of operation. `multiprocessing.shared_memory` was not taken: until Python 3.13 it registers
every segment that a reader attaches with a resource tracker, which unlinks it when that reader
ends and warns about it. A file mapped with mmap has one owner, the writer.

* A segment gets its name only when it is whole (written under a private name, then linked), so
  nobody attaches to half a header.
* The writer holds an exclusive `flock` on the file for as long as it lives; the kernel drops it
  when the process ends in whatever way. So "is the writer alive" needs no process id, which may be
  reused.
* `create` replaces a segment whose writer is gone, and refuses one whose writer lives. Who is
  attached to a replaced segment keeps its memory and sees it closed.
* Of two processes that find a dead writer's segment at once, one gets the name and one is refused: whoever
  waited for the lock of a file looks whether the name still leads to it. Drafts of killed processes are swept.
* Space is reserved (`posix_fallocate`) before it is mapped: a full /dev/shm is an error at
  `create`, not a SIGBUS in the middle of the day. Storing a byte in each page then takes the page
  faults.
* Without a name a segment is private memory with the same layout: replay without sharing.

Header, one page of little-endian 8-byte words: 0 magic, 1 header version, 2 kind, 3 layout version
of the records, 4 number of records, 5 bytes per record, 6 bytes in all, 7 ns since 1970 when
created, 8 process id of the writer (for people), 16 closed (1 = nothing will be written any more),
32 cursor of the kind. The words that change lie on cache lines of their own.
"""

import contextlib
import fcntl
import mmap
import os
import re
import tempfile
import time
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.int64]

PREFIX: Final = "feedhandler."
MAGIC: Final = int.from_bytes(b"FEEDHNDL", "little")
HEADER_VERSION: Final = 1
HEADER_BYTES: Final = 4096
PAGE: Final = 4096
_FIELDS: Final = 9
_MAGIC, _VERSION, _KIND, _LAYOUT, _COUNT, _RECORD, _SIZE, _CREATED, _PID = range(_FIELDS)
CLOSED: Final = 16
CURSOR: Final = 32
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,99}")
_LOCK_TRIES: Final = 20  # a reader asking whether the writer lives holds it for a microsecond


class SegmentError(Exception):
    """A segment that cannot be created or read; the text is one line that says which and why."""


class SegmentNameError(SegmentError):
    """A name that no segment can have."""


class Kind(IntEnum):
    """What a segment holds."""

    EVENTS = 1
    BEST = 2
    COUNTERS = 3
    HISTOGRAMS = 4
    STATE = 5


class Layout(NamedTuple):
    """What the header promises; a reader demands the same."""

    kind: Kind
    version: int
    record_bytes: int
    overhead_bytes: int  # per record, kept apart from the records (sequences, names)

    def size(self, count: int) -> int:
        """Bytes of a segment with so many records."""
        return HEADER_BYTES + count * (self.record_bytes + self.overhead_bytes)


def folder() -> Path:
    """Where segments live: memory where the system offers it."""
    shared = Path("/dev/shm")  # noqa: S108 - the system's place for shared memory
    return shared if shared.is_dir() else Path(tempfile.gettempdir())


def path_of(name: str, kind: Kind) -> Path:
    """The file of a segment."""
    if not _NAME.fullmatch(name):
        message = f"bad segment name {name!r}: letters, digits, '_', '-' and '.', at most 100"
        raise SegmentNameError(message)
    return folder() / f"{PREFIX}{name}.{kind.name.lower()}"


def name_of(path: Path, kind: Kind) -> str:
    """The name of a segment by its file; "" if the file is none of this kind."""
    name = path.name.removeprefix(PREFIX).removesuffix(f".{kind.name.lower()}")
    return name if _NAME.fullmatch(name) and path.name == path_of(name, kind).name else ""


def _locked(fd: int) -> bool:
    """Take the writer's lock, if no living writer has it."""
    for _ in range(_LOCK_TRIES):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.0005)
    return False


class Segment:
    """Mapped memory with a checked header; `words` is all of it as 8-byte integers."""

    def __init__(self, memory: mmap.mmap, fd: int, path: Path | None, *, writer: bool) -> None:
        self.memory = memory
        self.words = memoryview(memory).cast("q")  # each item is one aligned 8-byte load
        self.path = path
        self.count = self.words[_COUNT]
        self.fd = fd
        self._writer = writer

    # --- the writer's side ------------------------------------------------------------------------
    @classmethod
    def create(cls, layout: Layout, name: str | None, count: int, *, replace: bool = True) -> Self:
        """Make a segment, zeroed and faulted in; without a name it is private to this process."""
        if count < 1:
            message = f"{count} records in shared memory: 1 or more is expected"
            raise ValueError(message)
        size = layout.size(count)
        if name is None:
            return cls._filled(mmap.mmap(-1, size), -1, None, layout, count)
        path = path_of(name, layout.kind)
        _retire(path, replace=replace)
        _sweep(path)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        fd = -1
        try:
            fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
            fcntl.flock(fd, fcntl.LOCK_EX)
            os.posix_fallocate(fd, 0, size)
            made = cls._filled(mmap.mmap(fd, size), fd, path, layout, count)
            os.link(draft, path)
        except OSError as error:
            if fd >= 0:
                os.close(fd)
            why = error.strerror
            if isinstance(error, FileExistsError):
                why = "another process created it at the same time"
            message = f"{path}: cannot create {size} bytes of shared memory: {why}"
            raise SegmentError(message) from None
        finally:
            draft.unlink(missing_ok=True)
        return made

    @classmethod
    def _filled(
        cls, memory: mmap.mmap, fd: int, path: Path | None, layout: Layout, count: int
    ) -> Self:
        """Take the page faults now, then write the header."""
        np.frombuffer(memory, np.uint8)[::PAGE] = 0
        size = layout.size(count)
        header = (
            MAGIC, HEADER_VERSION, layout.kind, layout.version, count, layout.record_bytes,
            size, time.time_ns(), os.getpid(),
        )  # fmt: skip
        np.frombuffer(memory, np.int64)[:_FIELDS] = header
        return cls(memory, fd, path, writer=True)

    # --- the reader's side ------------------------------------------------------------------------
    @classmethod
    def attach(cls, layout: Layout, name: str) -> Self:
        """Map an existing segment for reading; anything unexpected is one SegmentError."""
        path = path_of(name, layout.kind)
        try:
            fd = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            message = f"{path}: no such segment; is the publisher running?"
            raise SegmentError(message) from None
        except OSError as error:
            message = f"{path}: {error.strerror}"
            raise SegmentError(message) from None
        try:
            _check(path, fd, layout)
            memory = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
        except (SegmentError, OSError):
            os.close(fd)
            raise
        return cls(memory, fd, path, writer=False)

    @property
    def closed(self) -> bool:
        """Whether nothing will be written any more: the writer said so, or is gone."""
        if self.words[CLOSED]:
            return True
        if self._writer or self.fd < 0:
            return False
        try:
            fcntl.flock(self.fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(self.fd, fcntl.LOCK_UN)
        return True

    @property
    def created_ns(self) -> int:
        """When it was made, ns since 1970: what tells a segment from another one of its name."""
        return self.words[_CREATED]

    @property
    def pid(self) -> int:
        """The process that made it, for people: the number may be another process's by now."""
        return self.words[_PID]

    # --- both -------------------------------------------------------------------------------------
    def close(self, *, unlink: bool = True) -> None:
        """Say that nothing more will be written; a writer takes the name away, too."""
        if self._writer and not self.words[CLOSED]:
            self.words[CLOSED] = 1
            if unlink and self.path is not None:
                self.path.unlink(missing_ok=True)
        if self.fd >= 0:
            fcntl.flock(self.fd, fcntl.LOCK_UN)  # mmap holds a duplicate that would keep the lock
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close at the end of the block."""
        self.close()


def _retire(path: Path, *, replace: bool) -> None:
    """Take away what a dead writer left under this name; refuse while the writer lives."""
    for _ in range(_LOCK_TRIES):
        try:
            fd = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return
        except OSError as error:
            message = f"{path}: {error.strerror}"
            raise SegmentError(message) from None
        try:
            if not _locked(fd):
                message = f"{path}: in use, process {_writer_of(fd)} writes to it"
                raise SegmentError(message)
            if not _leads_to(path, fd):
                continue  # somebody else retired it first: look at what has the name now
            if not replace:
                message = f"{path}: exists already"
                raise SegmentError(message)
            if os.fstat(fd).st_size >= HEADER_BYTES:
                os.pwrite(fd, (1).to_bytes(8, "little"), 8 * CLOSED)  # for readers still attached
            path.unlink(missing_ok=True)
        finally:
            os.close(fd)
        return
    message = f"{path}: changes hands faster than it can be taken"
    raise SegmentError(message)


def _leads_to(path: Path, fd: int) -> bool:
    """Whether a name still is that of an open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def _sweep(path: Path) -> None:
    """Take away drafts of this segment that processes left which were killed while they made them."""
    for draft in path.parent.glob(f"{path.name}.*.*"):
        writer, _, began = draft.name[len(path.name) + 1 :].partition(".")
        if writer.isdecimal() and began.isdecimal() and not Path(f"/proc/{writer}").exists():
            with contextlib.suppress(OSError):  # another user's, or gone by now
                draft.unlink()


def _header(fd: int) -> list[int]:
    """The words of the header that never change."""
    raw = os.pread(fd, 8 * _FIELDS, 0).ljust(8 * _FIELDS, b"\0")
    return list(memoryview(raw).cast("q"))


def _writer_of(fd: int) -> str:
    """The process id in the header, for an error text."""
    words = _header(fd)
    return str(words[_PID]) if words[_MAGIC] == MAGIC else "(unknown)"


def _check(path: Path, fd: int, layout: Layout) -> None:
    """Check once at the door: below it every offset is trusted."""
    size = os.fstat(fd).st_size
    words = _header(fd)
    if size < HEADER_BYTES or words[_MAGIC] != MAGIC:
        problem = "not a feedhandler segment"
    elif words[_VERSION] != HEADER_VERSION:
        problem = f"header version {words[_VERSION]}, this program reads {HEADER_VERSION}"
    elif words[_KIND] != layout.kind:
        problem = f"holds kind {words[_KIND]}, expected {layout.kind.value} ({layout.kind.name})"
    elif words[_LAYOUT] != layout.version or words[_RECORD] != layout.record_bytes:
        problem = (
            f"record layout version {words[_LAYOUT]} of {words[_RECORD]} bytes, "
            f"this program reads version {layout.version} of {layout.record_bytes} bytes"
        )
    elif words[_COUNT] < 1 or words[_SIZE] != layout.size(words[_COUNT]) or size < words[_SIZE]:
        problem = f"{size} bytes do not fit {words[_COUNT]} records in {words[_SIZE]} bytes"
    else:
        return
    message = f"{path}: {problem}"
    raise SegmentError(message)

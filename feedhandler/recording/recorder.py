"""Write what a ring brings into pcapng files, one after the other where they are to be rotated.

Each file is whole by itself and ends with the statistics of its time: frames that came, frames that are not there.
That holds for the last one, too, when the disk is full or the interface is gone: the recorder ends, and says why.

A reader of a stream that takes nothing is waited for as long as the record goes on. Meanwhile the ring fills, and then
frames are dropped: it is told once when it stands still, and once when it goes on.
"""

import errno
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from feedhandler.recording import blocks, kernel
from feedhandler.recording.block_file import STANDARD, BlockFile, is_read_by_others, packets
from feedhandler.recording.outlet import StalledError
from feedhandler.recording.ring import EVERY, RETIRE_MS, BlockRing
from feedhandler.source.carrier import LinkState
from feedhandler.source.pace import never

STATISTICS_BYTES: Final = len(blocks.statistics(0, 0, 0, 0))
WAIT_MS: Final = 50
COUNT_NS: Final = 1_000_000_000
DRAIN_NS: Final = 3 * RETIRE_MS * 1_000_000
STALL_NS: Final = 2_000_000_000  # a reader that takes nothing for so long stands still
AGAIN_NS: Final = 60_000_000_000  # the next time is told no sooner
NS: Final = 1_000_000_000
FOLDERS: Final = ("", ".", "..")  # a path that ends so names one


@dataclass(frozen=True)
class Rotation:
    """When the next file begins; 0 = never."""

    file_bytes: int = 0
    period_ns: int = 0

    @property
    def wanted(self) -> bool:
        """Whether files are numbered."""
        return bool(self.file_bytes or self.period_ns)


@dataclass
class Recorded:
    """What was recorded so far."""

    frames: int = 0
    frame_bytes: int = 0
    received: int = 0
    dropped: int = 0
    cut: int = 0
    unwritten: int = 0  # came, but the file could not take them
    link_down: int = 0  # how often the interface went down
    stalled: bool = False  # it was to end, and the reader of the stream took no more
    problem: str = ""  # why there could be no more
    files: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all is there, so far as can be known."""
        lost = self.dropped or self.cut or self.unwritten or self.link_down
        return not (lost or self.stalled or self.problem)


def unheard(_line: str) -> None:
    """Nobody wants to know."""


class Recorder:
    """A ring, and the file that it goes to now."""

    def __init__(
        self, ring: BlockRing, path: str, out: BinaryIO, *, interface: str, expression: str = "",
        rotation: Rotation | None = None, warn: Callable[[str], None] = unheard,
    ) -> None:  # fmt: skip
        """`out` is standard output where the path is "-"; otherwise files are opened by path."""
        self.recorded = Recorded()
        self._ring = ring
        self._path = path
        self._standard = out
        self._interface = interface
        self._link = LinkState.UP
        self._head = blocks.head(interface, ring.link, expression)
        self._rotation = rotation or Rotation()
        self._before = Recorded()  # at the start of the file
        self._stop: Callable[[], bool] = never
        self._end_ns = self._counted_ns = 0
        self._warn = warn
        self._stalled_ns = self._told_ns = (
            0  # since when the reader stands still; when that was told
        )
        self._dropped = 0  # frames, when the reader was waited for first
        if path != STANDARD:
            refuse_folder(path)
        self._number = last_number(path) if self._rotation.wanted else 0
        self.goes_on = self._number > 0  # behind the files of an earlier run
        self._out: BlockFile | None = None
        if not is_read_by_others(path, out):  # those are waited for in `run`, where a stop is seen
            self._open()

    def _open(self) -> BlockFile:
        """Begin the next file."""
        name, out = self._path, None
        while out is None:
            if self._rotation.wanted:
                self._number += 1
                name = numbered(self._path, self._number)
            with suppress(FileExistsError):  # by another recorder, meanwhile
                out = BlockFile(
                    name, self._standard, self._head, fresh=self._rotation.wanted, ending=self._waits,
                )  # fmt: skip
        self._out = out
        self._goes_on()
        self.recorded.files.append(name)
        self._began_ns = time.monotonic_ns()
        return out

    def run(
        self, stop: Callable[[], bool] = never, frames_max: int = EVERY, end_ns: int = 0
    ) -> Recorded:
        """Record until a stop, so many frames, or a time of the steady clock; what is in the ring then, too."""
        self._stop, self._end_ns, self._counted_ns = stop, end_ns, time.monotonic_ns()
        try:
            if self._out is None:
                self._open()
            self._record(frames_max)
            self._drain(frames_max)
            self._finish()
        except OSError as error:
            self._fail(error)
        return self.recorded

    def _record(self, frames_max: int) -> None:
        while not self._ended() and self.recorded.frames < frames_max:
            self._tick()
            if self.recorded.problem:
                break
            if not self._take(frames_max):
                self._ring.wait(WAIT_MS)

    def _ended(self) -> bool:
        """Whether there was a stop, or the time is over."""
        return self._stop() or bool(self._end_ns and time.monotonic_ns() >= self._end_ns)

    def _waits(self, still_ns: int) -> bool:
        """While the reader of a stream is waited for: count what came, and tell whether there is to be an end."""
        self._tick()
        if self._ended() or self.recorded.problem:
            return True
        if still_ns < STALL_NS:
            self._goes_on()
        elif not self._stalled_ns:
            self._stands_still(time.monotonic_ns(), still_ns)
        return False

    def _stands_still(self, now_ns: int, still_ns: int) -> None:
        """Tell that the reader does, unless one did a moment ago."""
        if self._told_ns and now_ns - self._told_ns < AGAIN_NS:
            return
        self._told_ns, self._stalled_ns = now_ns, now_ns - still_ns
        self._warn(
            f"{self._reader}: nobody has taken anything for {still_ns // NS} s: frames wait in the ring, and are"
            " dropped and counted when it is full"
        )

    def _goes_on(self) -> None:
        """Tell that the reader does, if it was told that it stood still."""
        if self._stalled_ns:
            self._count()
            tenths = (time.monotonic_ns() - self._stalled_ns) * 10 // NS
            dropped = self.recorded.dropped - self._dropped
            self._stalled_ns, self._dropped = 0, self.recorded.dropped
            self._warn(
                f"{self._reader}: read on after {tenths // 10}.{tenths % 10} s; {dropped:,} frames were dropped"
                " meanwhile"
            )

    @property
    def _reader(self) -> str:
        """Where somebody reads."""
        return "standard output" if self._path == STANDARD else self._path

    def _tick(self) -> None:
        """Count and look, once a second."""
        now = time.monotonic_ns()
        if now - self._counted_ns >= COUNT_NS:
            self._count()
            self._counted_ns = now
            self._look()

    def _look(self) -> None:
        """How the interface is; what is gone does not come back, on what is down nothing comes."""
        now = self._ring.carrier.look()
        if now is LinkState.GONE:
            self.recorded.problem = (
                f"{self._interface}: the interface is gone: deleted, or moved to another namespace"
            )
        elif now is LinkState.DOWN and self._link is LinkState.UP:
            self.recorded.link_down += 1
        self._link = now

    def _drain(self, frames_max: int) -> None:
        """What came before the stop: no more than the ring holds, and not before its last block was handed over."""
        drained_ns = time.monotonic_ns() + DRAIN_NS
        left = self._ring.blocks
        while left and self.recorded.frames < frames_max:
            if self._take(frames_max):
                left -= 1
            elif time.monotonic_ns() >= drained_ns:
                return
            else:
                self._ring.wait(WAIT_MS)

    def _take(self, frames_max: int) -> bool:
        """Write the next block of the ring, if there is one."""
        data: Any = self._ring.take(frames_max - self.recorded.frames)
        if data is None:
            return False
        state, out = self._ring.state, self._out or self._open()
        limit = self._rotation
        late = limit.period_ns and time.monotonic_ns() - self._began_ns >= limit.period_ns
        if late and self.recorded.frames > self._before.frames:
            out = self._turn()
        room = limit.file_bytes - STATISTICS_BYTES
        while limit.file_bytes and out.size + len(data) > room:
            begun = self.recorded.frames > self._before.frames
            end, frames, size = fitting(data, room - out.size, least=not begun)
            self._write(data[:end], frames, size)
            data = data[end:]
            if not data:
                break
            out = self._turn()
        self._write(
            data,
            int(state[kernel.FRAMES]) - self.recorded.frames,
            int(state[kernel.FRAME_BYTES]) - self.recorded.frame_bytes,
        )
        self.recorded.cut = int(state[kernel.CUT])
        return True

    def _turn(self) -> BlockFile:
        """The next file."""
        self._finish()
        return self._open()

    def _write(self, data: Any, frames: int = 0, frame_bytes: int = 0) -> None:
        """Write whole blocks, and count the frames in them that are in the file."""
        out = self._out
        if out is None:
            return
        self._dropped = self.recorded.dropped
        try:
            out.write(data)
            self._goes_on()
        except OSError:
            frames = frame_bytes = 0  # should the next fail as well
            frames, frame_bytes = out.mend(data, STATISTICS_BYTES)
            raise
        finally:
            self.recorded.frames += frames
            self.recorded.frame_bytes += frame_bytes

    def _count(self) -> None:
        self._ring.count()
        self.recorded.received = self._ring.received
        self.recorded.dropped = self._ring.dropped

    def _finish(self) -> None:
        """End the file with the statistics of all that came."""
        self._count()
        self._close()

    def _close(self) -> None:
        """End the file with the statistics of what was counted."""
        now, before = self.recorded, self._before
        missing = now.dropped + now.unwritten - before.dropped
        self._write(
            blocks.statistics(
                time.time_ns(), now.received - before.received, missing, now.frames - before.frames
            )
        )
        self._before = Recorded(now.frames, now.frame_bytes, now.received, now.dropped)
        if self._out is not None:
            self._out.close()
            self._out = None

    def _fail(self, error: OSError) -> None:
        """No more can be written: what came and is in no file is counted, and the file is whole, if shorter.

        Frames go on coming: they are counted once, so that all numbers are of the same moment.
        """
        now = self.recorded
        if isinstance(error, StalledError):
            now.stalled = True
        else:
            now.problem = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        self._count()
        now.unwritten = max(now.received - now.dropped - now.frames, 0)
        with suppress(OSError):
            self._close()
        now.unwritten = max(now.received - now.dropped - now.frames, 0)  # some may have given way
        if self._out is not None:
            self._out.close()


def numbered(path: str, number: int) -> str:
    """The name of one of the files of a rotation."""
    whole = Path(path)
    return str(whole.with_name(f"{whole.stem}-{number:05d}{whole.suffix}"))


def refuse_folder(path: str) -> None:
    """What names a folder, also one that is not there, names no file; and with numbers it would name one beside it."""
    if os.path.basename(path) in FOLDERS or Path(path).is_dir():  # noqa: PTH119 (Path drops the slash)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)


def last_number(path: str) -> int:
    """The highest number among the files of a rotation that are there; 0 = none is, or nobody may look."""
    whole = Path(path)
    name = re.compile(f"{re.escape(whole.stem)}-([0-9]{{5,}}){re.escape(whole.suffix)}")
    with suppress(OSError):
        found = [name.fullmatch(each.name) for each in whole.parent.iterdir()]
        return max((int(each[1]) for each in found if each), default=0)
    return 0


def fitting(data: Any, room: int, *, least: bool) -> tuple[int, int, int]:
    """How many bytes of some packet blocks have room, the frames in them and theirs; one at least, where it must be."""
    found = 0, 0, 0
    for end, length in packets(data):
        if end > room and not (least and found[1] == 0):
            break
        found = end, found[1] + 1, found[2] + length
    return found

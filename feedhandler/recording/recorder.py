"""Write what a ring brings into pcapng files, one after the other where they are to be rotated.

Each file is whole by itself and ends with the statistics of its time: frames that came, frames that are not there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from feedhandler.recording import blocks, kernel
from feedhandler.recording.ring import EVERY, RETIRE_MS, BlockRing
from feedhandler.source.pace import never

STANDARD: Final = "-"
WAIT_MS: Final = 50
COUNT_NS: Final = 1_000_000_000
DRAIN_NS: Final = 3 * RETIRE_MS * 1_000_000


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
    files: list[str] = field(default_factory=list)


class Recorder:
    """A ring, and the file that it goes to now."""

    def __init__(
        self, ring: BlockRing, path: str, out: BinaryIO, *, interface: str, expression: str = "",
        rotation: Rotation | None = None,
    ) -> None:  # fmt: skip
        """`out` is standard output where the path is "-"; otherwise files are opened by path."""
        self.recorded = Recorded()
        self._ring = ring
        self._path = path
        self._standard = out
        self._head = blocks.head(interface, ring.link, expression)
        self._rotation = rotation or Rotation()
        self._before = Recorded()  # at the start of the file
        self._open()

    def _open(self) -> None:
        """Begin the next file."""
        name = self._path
        if self._rotation.wanted:
            whole = Path(self._path)
            number = len(self.recorded.files) + 1
            name = str(whole.with_name(f"{whole.stem}-{number:05d}{whole.suffix}"))
        self._out: Any = self._standard if name == STANDARD else Path(name).open("wb")  # noqa: SIM115
        self.recorded.files.append(name)
        self._size = self._out.write(self._head)
        self._began_ns = time.monotonic_ns()

    def run(
        self, stop: Callable[[], bool] = never, frames_max: int = EVERY, end_ns: int = 0
    ) -> Recorded:
        """Record until a stop, so many frames, or a time of the steady clock; what is in the ring then, too."""
        counted_ns = time.monotonic_ns()
        while not stop() and self.recorded.frames < frames_max:
            now = time.monotonic_ns()
            if end_ns and now >= end_ns:
                break
            if now - counted_ns >= COUNT_NS:
                self._count()
                counted_ns = now
            if not self._take(frames_max):
                self._ring.wait(WAIT_MS)
        self._drain(frames_max)
        self._finish()
        return self.recorded

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
        data = self._ring.take(frames_max - self.recorded.frames)
        if data is None:
            return False
        limit = self._rotation
        over = limit.file_bytes and self._size + len(data) > limit.file_bytes
        late = limit.period_ns and time.monotonic_ns() - self._began_ns >= limit.period_ns
        if (over or late) and self.recorded.frames > self._before.frames:
            self._finish()
            self._open()
        self._size += self._out.write(data)
        state = self._ring.state
        self.recorded.frames = int(state[kernel.FRAMES])
        self.recorded.frame_bytes = int(state[kernel.FRAME_BYTES])
        self.recorded.cut = int(state[kernel.CUT])
        return True

    def _count(self) -> None:
        self._ring.count()
        self.recorded.received = self._ring.received
        self.recorded.dropped = self._ring.dropped

    def _finish(self) -> None:
        """End the file with its statistics."""
        self._count()
        now, before = self.recorded, self._before
        self._out.write(
            blocks.statistics(
                time.time_ns(), now.received - before.received, now.dropped - before.dropped,
                now.frames - before.frames,
            )
        )  # fmt: skip
        self._out.flush()
        self._before = Recorded(now.frames, now.frame_bytes, now.received, now.dropped)
        if self._out is not self._standard:
            self._out.close()

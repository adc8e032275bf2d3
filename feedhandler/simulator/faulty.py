"""A simulated feed as a bad network brings it: clean into memory, faults on the way out."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from feedhandler.decode.catalog import feed as feed_of
from feedhandler.replaying import faulty
from feedhandler.simulator.capture import LINES, Recorded
from feedhandler.simulator.frames import Frame
from feedhandler.source import descriptor
from feedhandler.source.fault_plan import FaultPlan
from feedhandler.source.frames import frames as frames_of
from feedhandler.source.kernel import ROW_BYTES
from feedhandler.source.merge_kernel import STAGED_END, STAGED_NEXT, STAGED_WORDS, poll_staged

if TYPE_CHECKING:
    from feedhandler.source.faults import Faults

BLOCK_FRAMES: Final = 4096


def whole(frames: Iterable[Frame]) -> Iterator[Recorded]:
    """Frames that were not cut."""
    return ((at, line, frame, len(frame)) for at, line, frame in frames)


class Tape:
    """A source of frames that come from a generator, not from a file."""

    poll = poll_staged
    interrupted = False
    position = size = 0
    block_frames = BLOCK_FRAMES

    def __init__(self, frames: Iterable[Recorded], name: str = "tape") -> None:
        self.name = name
        self.notes: list[str] = []
        self._frames = iter(frames)
        self._packet = 0
        self._state = np.zeros(STAGED_WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self._rows = np.zeros((self.block_frames, descriptor.WORDS), np.int64)
        self._bytes = np.zeros(1, np.uint8)

    def refill(self) -> bool:
        """Take the next frames from the generator."""
        taken = list(islice(self._frames, self.block_frames))
        self._bytes = np.frombuffer(b"".join(frame for _, _, frame, _ in taken) or b"\0", np.uint8)
        at = int(self._bytes.ctypes.data)
        rows = self._rows
        for number, (ts_recv, line, frame, wire) in enumerate(taken):
            self._packet += 1
            link, size = descriptor.LINK_ETHERNET, len(frame)
            interface = max(LINES.find(line), 0)
            rows[number] = (at, size, wire, link, -1, ts_recv, self._packet, interface)
            at += size
        first = int(rows.ctypes.data)
        self._state[STAGED_NEXT // 8] = first
        self._state[STAGED_END // 8] = first + ROW_BYTES * len(taken)
        return bool(taken)

    def count_into(self, counters: Any) -> None:
        """Nothing is left out."""

    def close(self) -> None:
        """Stop."""
        self._frames = iter(())


class WatchedTape(Tape):
    """Hands out a few frames at a time, and has somebody look before: also while an engine brings no rows."""

    block_frames = 16

    look: Callable[[], None] | None = None

    def refill(self) -> bool:
        """Have it looked at what came of the frames before, and take the next ones."""
        if self.look is not None:
            self.look()
        return super().refill()


class FaultyFrames(Iterator[Recorded]):
    """Iterate for the frames; ask `faults` what was done to them."""

    def __init__(self, frames: Iterable[Frame], feed: str, plan: FaultPlan, seed: int) -> None:
        self.faults: Faults = faulty(Tape(whole(frames)), feed_of(feed), plan, seed)
        self._frames = self._run()

    def __next__(self) -> Recorded:
        """Give the next frame: ns since 1970 UTC, line, bytes, length before it was cut."""
        return next(self._frames)

    def _run(self) -> Iterator[Recorded]:
        for frame in frames_of(self.faults):
            yield frame.ts_recv, LINES[frame.interface], frame.data, frame.wire

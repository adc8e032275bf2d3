"""The whole path as a target: damaged frames through wire, session, decoder and books, and Python's answers.

The frames of the corpus come in a row, so that sequences run on and books fill, with one frame in four damaged;
each lies before an unreadable page of its own. Every few hundred frames the venue begins another session.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import structlog

from feedhandler.book.pools import BOOK_NEXT, Limits
from feedhandler.counter import Counter, named, new_counters
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.fuzzing import corpus as corpora
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Mark, Piece
from feedhandler.fuzzing.guard import Guarded
from feedhandler.fuzzing.targets import TARGETS, Bench, Target
from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES
from feedhandler.source.merge_kernel import STAGED_END, STAGED_NEXT, STAGED_WORDS, poll_staged
from feedhandler.verifying import kernel as prints

BLOCK: Final = 256  # frames between two polls; the era lasts as long
SPAN: Final = 2048  # frames of one engine
UDP_HEADERS: Final = 42
GAPS_KEPT: Final = 1000
LIMITS: Final = Limits(orders=1 << 14, levels=1 << 12, orders_max=1 << 18, levels_max=1 << 16)
# Where the venue says that a session or a sequence begins anew: offset in the datagram, size, big-endian.
ERAS: Final = {"nasdaq.itch50": Mark(6, 4, big=True), "cme.mdp3": Mark(9, 3)}


@cache
def guards() -> Guarded:
    """A page for each frame of a block."""
    return Guarded(BLOCK)


class FuzzedFrames:
    """A source of damaged frames, block by block."""

    poll = poll_staged
    interrupted = False
    name = "fuzz"
    position = size = 0

    def __init__(self, target: Target, bench: Bench, first: int, end: int) -> None:
        self.notes: list[str] = []
        self._target, self._bench = target, bench
        self._next, self._end = first, end
        self._ends = np.array(guards().ends, np.int64)
        self._rows = np.zeros((BLOCK, descriptor.WORDS), np.int64)
        self._state = np.zeros(STAGED_WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)

    def refill(self) -> bool:
        """Damage the next block of frames."""
        count = min(BLOCK, self._end - self._next)
        if count <= 0:
            return False
        first = self._next
        self._next += count
        self._bench.progress[0] = first
        loops.fill_frames(
            self._bench.base, first, self._ends[:count], self._rows, first, 1 + first // BLOCK,
            *self._target.arrays,
        )  # fmt: skip
        self._bench.tally[loops.PACKETS] += count
        self._bench.tally[loops.BYTES] += int(self._rows[:count, descriptor.CAPTURED].sum())
        address = int(self._rows.ctypes.data)
        self._state[STAGED_NEXT // 8] = address
        self._state[STAGED_END // 8] = address + ROW_BYTES * count
        return True

    def count_into(self, counters: Any) -> None:
        """Nothing is left out."""

    def close(self) -> None:
        """Nothing to give back."""


class EngineTarget(Target):
    """An engine of one feed."""

    unit = "frames"

    def __init__(self, name: str, feed: Feed, captures: Sequence[str]) -> None:
        self.feed = feed
        super().__init__(name, captures)
        self.counters = new_counters()

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Frames in their order, on the lines of the feed."""
        from feedhandler import simulator  # noqa: PLC0415 (scapy)

        del captures
        era = ERAS[self.feed.name]
        day = simulator.simulate(self.feed.name, messages=4000, seed=corpora.SEED)
        names = corpora.leading_names(self.feed)
        made = []
        for _, _, frame in day:
            known = corpora.described(self.feed, frame[UDP_HEADERS:], names)
            moved = [each._replace(offset=each.offset + UDP_HEADERS) for each in known]
            first = era._replace(offset=era.offset + UDP_HEADERS)
            made.append(Piece(frame, [first, *moved], descriptor.LINK_ETHERNET))
        return made

    def run(self, bench: Bench, first: int, end: int) -> None:
        """An engine for each span: a sequence number that was damaged may end what can be tested."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        for begin in range(first, end, SPAN):
            self.run_span(bench, begin, min(begin + SPAN, end))

    def run_span(self, bench: Bench, first: int, end: int) -> None:
        """Let an engine take the frames; then its books must be whole."""
        source = FuzzedFrames(self, bench, first, end)
        engine = Engine(self.feed, source, limits=LIMITS, deliver=True)
        for _ in engine.batches():
            del engine.channels.gaps[:-GAPS_KEPT]
        out = np.zeros(prints.OUT_WORDS, np.int64)
        for book in range(1, int(engine.pools.control[BOOK_NEXT])):
            prints.fingerprint(book, engine.pools, out)
            if out[prints.BROKEN]:
                bench.tally[loops.VIOLATIONS] += 1
                bench.tally[loops.FIRST_VIOLATION] = first
        self.counters += engine.counters

    def outcomes(self, tally: Any) -> dict[str, int]:
        """The counters of the engine."""
        del tally
        skipped = {Counter.FRAMES.name.lower(), Counter.FRAME_BYTES.name.lower()}
        return {name: n for name, n in named(self.counters).items() if name not in skipped}


def register_engines() -> None:
    """Make an engine of each feed that is simulated a target."""

    def maker(name: str, feed: Feed) -> Any:
        return lambda captures: EngineTarget(name, feed, captures)

    for name in ERAS:
        TARGETS[f"engine.{name}"] = maker(f"engine.{name}", feed_of(name))


register_engines()

"""The judge of a schedule: after every datagram, whether an engine told the truth about itself.

It takes the truth from the naive oracle, fed with the undamaged stream, and from what the lines really brought
(`delivered.py`), and judges, each in a file of its own

    judge_position   that the channel stands where it must: it may not stand still
    judge_books      that books hold what they claim: those that a datagram touched and one other, at the end all
    judge_flags      that rows are flagged where their book may be bad, and nowhere else
    judge_gaps       that the gap table tells what was missing, from when to when, and how it ended
    judge_liveness   that nothing waits for ever, and that what can be healed is healed
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from feedhandler.book.pools import BOOK_NEXT, EMPTY, STALE, UNDEFINED
from feedhandler.book.view import Books, BookView
from feedhandler.counter import Counter, named
from feedhandler.engine import desk_header as words
from feedhandler.engine.engine import Engine
from feedhandler.engine.snapshots import has_loops
from feedhandler.event import KERNEL_EVENT
from feedhandler.records import records
from feedhandler.session.channel_header import EXPECTED
from feedhandler.simulator import judge_kernel as seen
from feedhandler.simulator.delivered import Delivered
from feedhandler.simulator.judge_books import BookJudge, Truth
from feedhandler.simulator.judge_flags import FlagJudge
from feedhandler.simulator.judge_gaps import GapJudge
from feedhandler.simulator.judge_liveness import LivenessJudge
from feedhandler.simulator.judge_position import PositionJudge
from feedhandler.simulator.outcome import Doubt, Outcome
from feedhandler.simulator.timeline import NOTHING, Held, held

if TYPE_CHECKING:
    from feedhandler.book.contents import Key

SEEN_MAX: Final = 512  # books that one datagram touches
NO_OTHER: Final = -1


class Judge:
    """Looks at an engine after every datagram."""

    def __init__(
        self,
        timeline: Truth,
        engine: Engine,
        delivered: Delivered | None = None,
        *,
        asks: bool = False,
        sendable: int = 0,
    ) -> None:
        """Without `delivered` neither position nor what was missing is judged; the others: see `PositionJudge`."""
        self.outcome = Outcome()
        self._timeline = timeline
        self._engine = engine
        self._delivered = delivered
        self._seen = np.zeros((SEEN_MAX, seen.SEEN_WORDS), np.int64)
        self._others: list[Key] = []
        self._books = BookJudge(timeline, self.outcome)
        self._flags = FlagJudge(self.outcome)
        self._liveness = LivenessJudge(engine, self.outcome)
        self._gaps: GapJudge | None = None
        self._position: PositionJudge | None = None
        if delivered is not None:
            waits = engine.channels.arbitration
            self._position = PositionJudge(delivered, waits, asks=asks, sendable=sendable)
        self._row: int | None = None  # of the incremental channel
        self._since: tuple[int, int] | None = None  # unit and time when the doubt began
        self._first_ns = 0

    @property
    def _unit(self) -> int:
        """The last unit that was taken or given up."""
        if self._row is None:
            channel = self._engine.channels.find(self._timeline.channel_id, "incremental")
            if channel is None:
                return 0
            self._row = channel.row
            self._gaps = GapJudge(self._engine, self._row, self._delivered)
        return int(self._engine.channels.table[self._row, EXPECTED]) - 1

    @property
    def _now_ns(self) -> int:
        return int(self._engine.desk.work[words.NOW])

    @property
    def _taken(self) -> int:
        """Frames that were taken."""
        return int(self._engine.counters[Counter.FRAMES])

    def _states(self) -> Any:
        """Of all books of the channel by their number; those of others are EMPTY."""
        books = np.asarray(self._engine.pools.books).view(np.ndarray)
        books = books[: int(self._engine.pools.control[BOOK_NEXT])]
        return np.where(books["channel_id"] == self._timeline.channel_id, books["state"], EMPTY)

    def look(self, rows: Any) -> None:
        """After a datagram with rows; a snapshot of a server is one event, and is judged behind it."""
        unit = self._unit
        if self._liveness.loads(self._taken):
            if self._gaps is not None:
                self._gaps.load(self._now_ns, self._taken, int(rows["sequence"][0]))
            return
        now_ns = self._now_ns
        self._first_ns = self._first_ns or now_ns
        if not self._others:
            self._others = list(self._timeline.keys)
        other = self._others.pop()[1] if self._others else NO_OTHER
        count = seen.look_at(
            records(rows.view(KERNEL_EVENT)), self._timeline.channel_id, other,
            self._engine.pools, self._seen,
        )  # fmt: skip
        lines = self._seen[:count].tolist()
        if self._gaps is not None:
            self._gaps.look()
        if self._position is not None and self._row is not None:
            self._position.look(unit, self._taken, self.outcome)
        right = [self._judge(line, unit) for line in lines]
        states = self._states()
        lost = self._gaps is not None and self._gaps.declared
        self._flags.look(lines, right, states, lost=lost)
        if self._gaps is not None:
            in_doubt = int((states >= STALE).sum())
            times = {now_ns, int(rows["ts_recv"][0])}
            self._gaps.follow(self._flags.flagged, in_doubt, times, self._taken)
        self._follow_doubt(unit, now_ns)

    def tick(self) -> None:
        """Between two datagrams, also while an engine brings no rows."""
        if self._position is not None and not self._liveness.loads(self._taken):
            unit = self._unit
            if self._row is not None:
                self._position.look(unit, self._taken, self.outcome)

    def _judge(self, line: list[int], unit: int) -> tuple[bool, bool]:
        """Whether what a book claims is true."""
        state = line[seen.STATE] if line[seen.BOOK] else EMPTY
        mine = Held(line[seen.ORDERS], line[seen.LEVELS])
        missing = self._missing() if state == EMPTY else None
        return self._books.judge(line[seen.INSTRUMENT], unit, state, mine, missing)

    def _missing(self) -> int | None:
        return None if self._gaps is None else self._gaps.missing()

    def _in_doubt(self) -> bool:
        """Whether the channel is said to lack something."""
        return bool(self._engine.recovering.recovery.in_doubt())

    def _alone(self) -> bool:
        """Whether books in doubt are nobody's matter but their own: their loops are not heard."""
        engine = self._engine
        comes = engine.recovering.snapshots.comes(self._timeline.channel_id)
        return has_loops(engine.feed) and not comes

    def _waits(self) -> bool:
        """Whether a hole is asked for, and nothing else is the matter."""
        engine, row = self._engine, self._row or 0
        return bool(engine.intake.holes.under_way(row)) and not engine.channels.gap_table.is_open(
            row
        )

    def _filled(self) -> list[Doubt]:
        """The holes that were filled, by a server or a snapshot, in the time since they were asked for."""
        gaps = [gap for gap in self._engine.channels.gap_table if gap.role == "incremental"]
        return [
            Doubt(gap.count, gap.end_ns - gap.ts_recv)
            for gap in gaps
            if gap.recovered or gap.loaded
        ]

    def _follow_doubt(self, unit: int, now_ns: int) -> None:
        """When the channel came into doubt and when it was out of it again.

        A hole that is asked for puts no book in doubt; what became of it is in the gap table.
        """
        if self._in_doubt() and not self._waits():
            self._since = self._since or (unit, now_ns)
        elif self._since is not None:
            doubt = Doubt(unit - self._since[0], now_ns - self._since[1])
            self.outcome.recoveries.append(doubt)
            self.outcome.in_doubt_ns += doubt.ns
            self._since = None

    def close(self, *, healed: bool = False) -> Outcome:
        """At the end: all books, read as any reader does, and the figures; `healed`: nothing may be in doubt."""
        outcome, engine = self.outcome, self._engine
        books = Books(engine.pools, engine.definitions.directory)
        unit = self._unit
        if self._position is not None:
            unit = self._position.close(unit, outcome)
        for key in self._timeline.keys:
            found = books.find(key)
            mine = held(found[0].contents()) if found else NOTHING
            state = state_of(found[0]) if found else EMPTY
            self._books.judge(key[1], unit, state, mine, self._missing())
        self._follow_doubt(self._unit, self._now_ns)
        if self._since is not None:
            outcome.in_doubt_ns += self._now_ns - self._since[1]
        outcome.recoveries += self._filled()
        outcome.total_ns = self._now_ns - (self._first_ns or self._now_ns)
        if self._gaps is not None:
            self._gaps.close(outcome, int((self._states() >= STALE).sum()), self._taken)
        self._count(books, healed=healed)
        return outcome

    def _count(self, books: Books, *, healed: bool) -> None:
        """The figures of the end, and what may not be in doubt then."""
        outcome, engine = self.outcome, self._engine
        states = [state_of(view) for view in books]
        outcome.books = len(states)
        outcome.in_doubt_at_end = sum(state >= STALE for state in states)
        lost = sum(state >= STALE and state != UNDEFINED for state in states)
        if lost and not (self._in_doubt() or self._alone()):
            outcome.fail(f"{lost} books are in doubt at the end, and their channel is not")
        found_gaps = [gap for gap in engine.channels.gaps if gap.role == "incremental"]
        outcome.gaps, outcome.lost_units = len(found_gaps), sum(gap.count for gap in found_gaps)
        outcome.counters = named(engine.counters)
        self._liveness.close(healed=healed)


def state_of(view: BookView) -> int:
    """A book's state as a number."""
    return int(view.books.pools.books[view.number]["state"])

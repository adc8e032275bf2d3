"""The judge of a schedule: after every datagram, whether books told the truth about themselves.

The claim: a book (or the model of it, by order or by level) that is called SYNCHRONIZED holds what the naive
oracle holds, fed with the undamaged stream, behind the same unit. It is judged for the books that a datagram
touched and for one other, and at the end for all. Rows of books in doubt must be flagged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from feedhandler.book.contents import Key
from feedhandler.book.pools import (
    EMPTY,
    LEVELS_IN_DOUBT,
    ORDERS_IN_DOUBT,
    STALE,
    STATE_NAMES,
    UNDEFINED,
)
from feedhandler.book.view import Books, BookView
from feedhandler.counter import named
from feedhandler.engine import desk_header as words
from feedhandler.engine.engine import Engine
from feedhandler.event import KERNEL_EVENT, Flag
from feedhandler.records import records
from feedhandler.session.channel_header import EXPECTED
from feedhandler.simulator import judge_kernel as seen
from feedhandler.simulator.timeline import NOTHING, Held, held

FAILURES_KEPT: Final = 3
SEEN_MAX: Final = 512  # books that one datagram touches
NO_OTHER: Final = -1


class Truth(Protocol):
    """What is true of the books of one channel."""

    channel_id: int

    @property
    def keys(self) -> Iterable[Key]:
        """The books that there are."""

    def after(self, key: Key, number: int) -> Held | None:
        """What a book holds behind a unit; None = that is not known."""


class Doubt(NamedTuple):
    """From a loss to the moment when no book is in doubt any more; or from asking for a hole until it was filled."""

    units: int
    ns: int


@dataclass
class Outcome:
    """What a schedule came to."""

    failures: list[str] = field(default_factory=list)
    failed: int = 0
    injected: dict[str, int] = field(default_factory=dict)
    recoveries: list[Doubt] = field(default_factory=list)
    in_doubt_ns: int = 0
    total_ns: int = 0
    gaps: int = 0
    lost_units: int = 0
    checks: int = 0
    in_doubt_at_end: int = 0
    books: int = 0
    counters: dict[str, int] = field(default_factory=dict)

    def fail(self, text: str) -> None:
        """A claim that is not true."""
        self.failed += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append(text)


class Judge:
    """Looks at an engine after every datagram."""

    def __init__(self, timeline: Truth, engine: Engine) -> None:
        self.outcome = Outcome()
        self._timeline = timeline
        self._engine = engine
        self._seen = np.zeros((SEEN_MAX, seen.SEEN_WORDS), np.int64)
        self._others: list[Key] = []
        self._row: int | None = None  # of the incremental channel
        self._doubtful: set[int] = set()  # instruments that were in doubt behind the last datagram
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
        return int(self._engine.channels.table[self._row, EXPECTED]) - 1

    @property
    def _now_ns(self) -> int:
        return int(self._engine.desk.work[words.NOW])

    def look(self, rows: Any) -> None:
        """After a datagram with rows; a snapshot is one event, and is judged behind it."""
        if self._engine.recovering.loading is not None:
            return
        now_ns = self._now_ns
        self._first_ns = self._first_ns or now_ns
        if not self._others:
            self._others = list(self._timeline.keys)
        channel_id = self._timeline.channel_id
        other = self._others.pop()[1] if self._others else NO_OTHER
        count = seen.look_at(
            records(rows.view(KERNEL_EVENT)), channel_id, other, self._engine.pools, self._seen
        )
        lines = self._seen[:count].tolist()
        unit = self._unit
        for instrument, book, state, orders, levels, _ in lines:
            self._judge((channel_id, instrument), unit, state if book else EMPTY, orders, levels)
        self._judge_flags(lines)
        self._follow_doubt(unit, now_ns)

    def _judge(self, key: Key, unit: int, state: int, orders: int, levels: int) -> None:
        """Whether what a book claims is true."""
        self.outcome.checks += 1
        truth = self._timeline.after(key, unit)
        if truth is None:
            return
        if state == EMPTY:
            if truth != NOTHING and not self._in_doubt():
                self.outcome.fail(f"book {key[1]} is empty at unit {unit}, the oracle's is not")
            return
        for model, doubt, same in (
            ("orders", ORDERS_IN_DOUBT, orders == truth.orders),
            ("levels", LEVELS_IN_DOUBT, levels == truth.levels),
        ):
            if not same and not doubt >> state & 1:
                text = f"book {key[1]} is {STATE_NAMES[state]} at unit {unit}, and its {model}"
                self.outcome.fail(f"{text} differ from the oracle's")

    def _in_doubt(self) -> bool:
        """Whether the channel is said to lack something."""
        return bool(self._engine.recovering.recovery.in_doubt())

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

    def _judge_flags(self, lines: list[list[int]]) -> None:
        """Rows of books that are in doubt, before and after them, are flagged."""
        doubtful: set[int] = set()
        for instrument, book, state, _, _, flags in lines:
            if book and state == STALE:
                doubtful.add(instrument)
                if instrument in self._doubtful and not flags & Flag.MAYBE_BAD_BOOK:
                    self.outcome.fail(f"a row of book {instrument}, which is STALE, is not flagged")
        self._doubtful = doubtful

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

    def close(self) -> Outcome:
        """At the end: all books, read as any reader does, and the figures."""
        outcome, engine = self.outcome, self._engine
        books = Books(engine.pools, engine.definitions.directory)
        for key in self._timeline.keys:
            found = books.find(key)
            mine = held(found[0].contents()) if found else NOTHING
            self._judge(key, self._unit, state_of(found[0]) if found else EMPTY, *mine)
        self._follow_doubt(self._unit, self._now_ns)
        if self._since is not None:
            outcome.in_doubt_ns += self._now_ns - self._since[1]
        outcome.recoveries += self._filled()
        outcome.total_ns = self._now_ns - (self._first_ns or self._now_ns)
        states = [state_of(view) for view in books]
        outcome.books = len(states)
        outcome.in_doubt_at_end = sum(state >= STALE for state in states)
        lost = sum(state >= STALE and state != UNDEFINED for state in states)
        if lost and not self._in_doubt():
            outcome.fail(f"{lost} books are in doubt at the end, and their channel is not")
        found_gaps = [gap for gap in engine.channels.gaps if gap.role == "incremental"]
        outcome.gaps, outcome.lost_units = len(found_gaps), sum(gap.count for gap in found_gaps)
        outcome.counters = named(engine.counters)
        return outcome


def state_of(view: BookView) -> int:
    """A book's state as a number."""
    return int(view.books.pools.books[view.number]["state"])

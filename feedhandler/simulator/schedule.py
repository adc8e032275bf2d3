"""One schedule: a market, what goes wrong with it, and whether every book told the truth about itself.

The claim that is judged: a book (or the model of it, by order or by level) that is called SYNCHRONIZED holds
what the naive oracle holds, fed with the undamaged stream, behind the same unit. It is judged after every
datagram for the books that it touched and for one other, and at the end for all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from feedhandler.book.contents import Key
from feedhandler.book.pools import LEVELS_IN_DOUBT, ORDERS_IN_DOUBT, STALE, Limits
from feedhandler.book.view import Books, BookView
from feedhandler.counter import named
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine import desk_header as words
from feedhandler.engine.engine import Engine
from feedhandler.event import Flag, Kind
from feedhandler.replaying import faulty
from feedhandler.session.channel_header import EXPECTED
from feedhandler.simulator import simulation, venue
from feedhandler.simulator.capture import Recorded
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.retransmission import Retransmission
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.timeline import NOTHING, Timeline, held
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.frames import frames as frames_of
from feedhandler.source.source import Source
from feedhandler.wire.checksum import Checked

if TYPE_CHECKING:
    from feedhandler.simulator.frames import Frame

LIMITS: Final = Limits(books=512, orders=1 << 13, levels=1 << 12)
BOOK_KINDS: Final = (Kind.ORDER, Kind.LEVEL, Kind.CLEAR)
FAILURES_KEPT: Final = 3


@dataclass(frozen=True)
class Kindred:
    """A kind of markets: the feed, and how it is simulated."""

    name: str
    feed: str
    request: bool = False  # what does not come is asked for again
    arguments: dict[str, Any] = field(default_factory=dict)


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kindred("itch", venue.ITCH),
        Kindred("itch-request", venue.ITCH, request=True),
        Kindred("cme", venue.MDP3, arguments={"snapshot_ns": 5_000_000}),
        Kindred(
            "cme-reset", venue.MDP3, arguments={"snapshot_ns": 5_000_000, "channel_reset": True}
        ),
    )
}


class Market:
    """A simulated stream in memory, and what is true of it after every unit."""

    def __init__(self, kind: Kindred, seed: int, messages: int, instruments: int) -> None:
        self.kind = kind
        self.day: dict[str, Any] = {"messages": messages, "seed": seed, "instruments": instruments}
        self.feed: Feed = feed_of(kind.feed)
        channel = 1 if kind.feed == venue.ITCH else venue.MDP3_CHANNEL
        self.timeline = Timeline(self.feed, channel)
        for _, role, payload in self._simulated().datagrams():
            if role == "incremental":
                self.timeline.take(payload)
            elif role == "definition":
                self.timeline.define(payload)
        self.frames: list[Frame] = list(self._simulated())

    def _simulated(self) -> simulation.Simulation:
        return simulation.simulate(self.kind.feed, **self.day, **self.kind.arguments)

    def source(self, plan: str, seed: int, wrongs: str) -> tuple[Source, Any]:
        """The stream behind a bad network, and the network; with replies if this kind asks again."""
        network = faulty(Tape(whole(self.frames)), self.feed, parse_faults(plan), seed)
        checked = Checked(network)
        if not self.kind.request:
            return checked, network
        servers = itch_servers(misbehaviour=Misbehaviour.parse(wrongs), **self.day)
        return Tape(Retransmission(recorded(checked), servers)), network


def recorded(source: Source) -> Iterator[Recorded]:
    """The frames of a source as a capture has them."""
    for frame in frames_of(source):
        yield frame.ts_recv, "AB"[frame.interface & 1], frame.data, frame.wire


class Doubt(NamedTuple):
    """From a loss to the moment when no book is in doubt any more."""

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

    def __init__(self, market: Market, engine: Engine) -> None:
        self.outcome = Outcome()
        self._timeline = market.timeline
        self._engine = engine
        self._books = Books(engine.pools, engine.definitions.directory)
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
        """After a datagram with rows."""
        self._books.pools = self._engine.pools
        self._first_ns = self._first_ns or self._now_ns
        mine = rows[rows["channel_id"] == self._timeline.channel_id]
        of_books = mine[np.isin(mine["kind"], BOOK_KINDS) & ((mine["flags"] & Flag.SNAPSHOT) == 0)]
        touched = [int(each) for each in np.unique(of_books["instrument_id"])]
        if (mine["kind"] == Kind.CHANNEL_RESET).any():
            touched = [key[1] for key in self._timeline.keys]
        unit = self._unit
        for instrument in touched:
            self._judge((self._timeline.channel_id, instrument), unit)
        self._judge_next(unit)
        self._judge_flags(of_books)
        self._follow_doubt(unit)

    def _judge_next(self, unit: int) -> None:
        """One book more, each in its turn."""
        if not self._others:
            self._others = list(self._timeline.keys)
        if self._others:
            self._judge(self._others.pop(), unit)

    def _judge(self, key: Key, unit: int) -> None:
        """Whether what a book claims is true."""
        self.outcome.checks += 1
        found = self._books.find(key)
        truth = self._timeline.after(key, unit)
        if not found or found[0].state == "EMPTY":
            if truth != NOTHING and not self._in_doubt():
                self.outcome.fail(f"book {key[1]} is empty at unit {unit}, the oracle's is not")
            return
        state = state_of(found[0])
        mine = held(found[0].contents())
        for model, doubt, same in (
            ("orders", ORDERS_IN_DOUBT, mine.orders == truth.orders),
            ("levels", LEVELS_IN_DOUBT, mine.levels == truth.levels),
        ):
            if not same and not doubt >> state & 1:
                text = f"book {key[1]} is {found[0].state} at unit {unit}, and its {model} differ"
                self.outcome.fail(f"{text} from the oracle's")

    def _in_doubt(self) -> bool:
        """Whether the channel is said to lack something."""
        return bool(self._engine.recovering.recovery.in_doubt())

    def _judge_flags(self, rows: Any) -> None:
        """Rows of books that are in doubt, before and after them, are flagged."""
        doubtful: set[int] = set()
        for instrument in {int(each) for each in np.unique(rows["instrument_id"])}:
            (view,) = self._books.find((self._timeline.channel_id, instrument)) or (None,)
            if view is not None and state_of(view) == STALE:
                doubtful.add(instrument)
        for instrument in doubtful & self._doubtful:
            flags = rows["flags"][rows["instrument_id"] == instrument]
            if not (flags & Flag.MAYBE_BAD_BOOK).all():
                self.outcome.fail(f"a row of book {instrument}, which is STALE, is not flagged")
        self._doubtful = doubtful

    def _follow_doubt(self, unit: int) -> None:
        """When the channel came into doubt and when it was out of it again."""
        now_ns = self._now_ns
        if self._in_doubt():
            self._since = self._since or (unit, now_ns)
        elif self._since is not None:
            doubt = Doubt(unit - self._since[0], now_ns - self._since[1])
            self.outcome.recoveries.append(doubt)
            self.outcome.in_doubt_ns += doubt.ns
            self._since = None

    def close(self) -> Outcome:
        """At the end: all books, and the figures."""
        outcome, engine = self.outcome, self._engine
        self._books.pools = engine.pools
        for key in self._timeline.keys:
            self._judge(key, self._unit)
        self._follow_doubt(self._unit)
        if self._since is not None:
            outcome.in_doubt_ns += self._now_ns - self._since[1]
        outcome.total_ns = self._now_ns - self._first_ns
        states = [state_of(view) for view in self._books]
        outcome.books = len(states)
        outcome.in_doubt_at_end = sum(state >= STALE for state in states)
        found = [gap for gap in engine.channels.gaps if gap.role == "incremental"]
        outcome.gaps, outcome.lost_units = len(found), sum(gap.count for gap in found)
        outcome.counters = named(engine.counters)
        return outcome


def state_of(view: BookView) -> int:
    """A book's state as a number."""
    return int(view.books.pools.books[view.number]["state"])


def run(market: Market, plan: str, seed: int, wrongs: str = "") -> Outcome:
    """Run a schedule and judge it."""
    source, network = market.source(plan, seed, wrongs)
    engine = Engine(
        market.feed, source, batch=1, limits=LIMITS, digest=False, deliver=True,
        definitions_expected=True,
    )  # fmt: skip
    judge = Judge(market, engine)
    for rows in engine.batches():
        judge.look(rows)
    outcome = judge.close()
    outcome.injected = network.injected
    return outcome

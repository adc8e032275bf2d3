"""Our books against the venue's own: what a snapshot holds, we must have built when we reach its number.

A venue sends snapshots in a loop beside its increments. Each tells the last number that it includes. The first
usable one of an instrument starts its book; from then on increments build it, and every later snapshot that lies
within them is an answer to compare with: levels of both sides, sizes, and the instrument's own sequence.

Snapshots come early or late against increments, so a book must be looked at where it was, and not where it is.
Hence two steps: the engine's rows are gathered by instrument (`gathering.py`), then each model of each instrument
is gone through alone, by number, through the books of the kernel and of the naive oracle. What both of them and
the decoders have misread alike is found here and nowhere else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.book import growth
from feedhandler.book.contents import Contents, Key, Priced, Queued
from feedhandler.book.depth import limits_of
from feedhandler.book.directory_kernel import open_book
from feedhandler.book.instruments import equip
from feedhandler.book.pools import Limits
from feedhandler.book.view import Books, BookView
from feedhandler.counter import Counter
from feedhandler.decode.catalog import Feed
from feedhandler.event import EVENT, UNDEF_COUNT, Action, Flag, Kind, Side
from feedhandler.replaying import Batch, Replay
from feedhandler.source.select import passage_of, why_none_passed
from feedhandler.verifying.books import BothBooks, Difference, level_text
from feedhandler.verifying.gathering import (
    LEVEL_KINDS,
    ORDER_KINDS,
    Gathered,
    Rows,
    Snapshot,
    gather,
)

SIDES: Final = (Side.BID, Side.ASK)
RUNS: Final = tuple((side, implied) for implied in (0, Flag.IMPLIED) for side in SIDES)
UNEQUAL_MAX: Final = 20  # that are kept to be shown
# What came and could not be read: increments, or snapshots that nothing was then compared with.
UNREAD: Final = (
    Counter.MALFORMED_TRANSPORT, Counter.MALFORMED_MESSAGE, Counter.CUT_RECORD, Counter.BAD_RECORD,
    Counter.TRUNCATED, Counter.BAD_LENGTH, Counter.BAD_CHECKSUM,
)  # fmt: skip
# Likewise, but in a way that a description may foresee.
UNKNOWN: Final = (Counter.UNKNOWN_TEMPLATE, Counter.UNKNOWN_SCHEMA)
SMALL: Final = Limits(books=4, orders=16, levels=16)  # one instrument, to begin with


@dataclass(frozen=True)
class Unequal:
    """A snapshot that our book is not."""

    channel_id: int
    instrument: str
    model: str  # level, order
    included: int  # the last number that the snapshot includes
    what: str


class Built(NamedTuple):
    """What increments made of a book: the instrument's sequence, and its levels."""

    sequence: int
    bids: list[Priced]
    asks: list[Priced]


@dataclass
class SnapshotComparison:
    """The outcome."""

    feed: str
    instruments: int = 0
    snapshots: int = 0
    starts: int = 0  # used to start a book
    compared: int = 0
    compared_orders: int = 0  # of these by order
    equal: int = 0
    torn: int = 0  # by order, with a chunk missing
    before: int = 0  # older than the first increment, or before the start
    beyond: int = 0  # tell of increments that are newer than the last one: nothing to compare with
    in_gap: int = 0  # lie where increments are missing
    rows_applied: int = 0
    unread: dict[str, int] = field(default_factory=dict)  # what came and could not be, by counter
    unknown: dict[str, int] = field(default_factory=dict)  # messages of unknown types, likewise
    unequal: list[Unequal] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False  # instruments that come later were not compared
    final: dict[Key, Built] = field(default_factory=dict, repr=False)  # after the last increment

    @property
    def ok(self) -> bool:
        """Whether there was something to compare, all of it was equal, and all that came could be read.

        What cannot be read may be the very snapshot that would differ. What never came is told, as gaps and torn
        snapshots, and is no fault of the books.
        """
        return self.compared > 0 and self.equal == self.compared and not self.unread

    @property
    def not_compared(self) -> int:
        """Snapshots that were read, and neither started a book nor were compared."""
        return self.torn + self.before + self.beyond + self.in_gap

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = asdict(self)
        del told["final"]  # books are what `replay` tells
        return {"ok": self.ok, **told, "not_compared": self.not_compared}


def compare_snapshots(
    paths: str | Path | Sequence[str | Path],
    feed: str | Feed | None = None,
    *,
    expression: str = "",
) -> SnapshotComparison:
    """Build books from increments and compare them with every snapshot that lies within these."""
    with Replay(paths, feed, expression=expression, digest=False) as replay:
        return compared(replay, replay)


def compared(replay: Replay, batches: Iterable[Batch]) -> SnapshotComparison:
    """Likewise, of a replay and its batches; once it is stopped, what was compared until then is the outcome."""
    gathered = gather(replay, batches)
    outcome = SnapshotComparison(replay.feed.name, torn=gathered.torn)
    runs = {channel: list(_runs(channel, gathered, replay)) for channel in gathered.numbers}
    outcome.gaps = [str(gap) for gap in replay.gaps]
    why_none = why_none_passed([passage_of(replay.source)])
    outcome.notes = [*replay.notes, *_begun_anew(gathered), *filter(None, [why_none])]
    counters = replay.engine.counters
    outcome.unread, outcome.unknown = (
        {each.name.lower(): int(counters[each]) for each in some if counters[each]}
        for some in (UNREAD, UNKNOWN)
    )
    for key, material in sorted(gathered.instruments.items()):
        if replay.stopped:
            break
        outcome.instruments += bool(material.snapshots or material.orders)
        models = (LEVEL, material.snapshots), (ORDER, material.orders)
        for model, snapshots in models:
            if snapshots:
                builder = _Builder(key, model, replay, outcome)
                builder.go(material.increments, snapshots, runs.get(key[0], []))
    outcome.interrupted = replay.stopped
    return outcome


def _begun_anew(gathered: Gathered) -> Iterator[str]:
    channel = gathered.begun_anew
    if channel is not None:
        yield f"channel {channel} began anew behind {gathered.numbers[channel][1]}: compared until there"


def _runs(channel: int, gathered: Gathered, replay: Replay) -> Iterator[tuple[int, int]]:
    """The numbers that are there without a gap: first and last of each run."""
    first, last = gathered.numbers[channel]
    gaps = [g for g in replay.gaps if g.channel_id == channel and g.role == "incremental"]
    for gap in sorted(gaps, key=lambda each: each.first):
        if gap.first > last:
            break
        if gap.first > first:
            yield first, gap.first - 1
        first = gap.first + gap.count
    if first <= last:
        yield first, last


# --- the two models -------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Model:
    """How one model of a book is compared; the first of its kinds is what a snapshot of it tells."""

    name: str
    kinds: tuple[Kind, ...]
    pairs: Callable[[Contents, Rows], Iterator[tuple[str, list[Any], list[Any]]]]
    beyond: Callable[
        [Rows, int], Any
    ]  # rows that the instrument's own number does not put into a snapshot


def _newer(rows: Rows, sequence: int) -> Any:
    """By that number, where there is one; a reset of the channel begins it anew."""
    own = rows["instrument_sequence"]
    reset = np.logical_or.accumulate(rows["kind"] == Kind.CHANNEL_RESET)
    return (own > sequence) | (own == 0) | reset


def _every(rows: Rows, _sequence: int) -> Any:
    """Orders have none."""
    return np.ones(len(rows), np.bool_)


def _level_pairs(contents: Contents, rows: Rows) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Direct and implied levels of both sides: ours, and the snapshot's."""
    for ours, (side, implied) in zip(contents[2:], RUNS, strict=True):
        yield side.name.lower(), ours, list(_levels(rows, side, implied))


def _levels(rows: Rows, side: Side, implied: int) -> Iterator[Priced]:
    """The levels of one run, best first."""
    wanted = (rows["kind"] == Kind.LEVEL) & (rows["side"] == side)
    wanted &= (rows["flags"] & Flag.IMPLIED) == implied
    for row in sorted(rows[wanted], key=lambda each: int(each["level"])):
        count = int(row["order_count"])
        yield int(row["price"]), int(row["size"]), None if count == UNDEF_COUNT else count


def _order_pairs(contents: Contents, rows: Rows) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Levels of both sides with their queues."""
    for ours, side in zip(contents[:2], SIDES, strict=True):
        yield f"{side.name.lower()} order", ours, _queues(rows, side)


def _queues(rows: Rows, side: Side) -> list[Queued]:
    """The levels that the orders of a side make, best first; within a level the lowest priority is first."""
    queues: dict[int, list[tuple[int, int]]] = {}
    wanted = rows[(rows["kind"] == Kind.ORDER) & (rows["side"] == side)]
    for row in wanted[np.argsort(wanted["priority"], kind="stable")]:
        queue = queues.setdefault(int(row["price"]), [])
        queue.append((int(row["order_id"]), int(row["size"])))
    return [
        (price, sum(size for _, size in queue), len(queue), tuple(queue))
        for price, queue in sorted(queues.items(), reverse=side == Side.BID)
    ]


LEVEL: Final = _Model("level", LEVEL_KINDS, _level_pairs, _newer)
ORDER: Final = _Model("order", ORDER_KINDS, _order_pairs, _every)


# --- building -------------------------------------------------------------------------------------
class _Builder:
    """One model of the book of one instrument, through its increments by number."""

    def __init__(
        self, key: Key, model: _Model, replay: Replay, outcome: SnapshotComparison
    ) -> None:
        self.key = key
        self.model = model
        self.directory = replay.engine.definitions.directory
        self.outcome = outcome
        self.books = BothBooks(self.directory, limits_of(replay.feed, SMALL))
        self._prepare()

    def _prepare(self) -> None:
        """Give the book the depth that its definition tells, if there is one."""
        known, books = self.directory.get(self.key), self.books
        deepest = max(known.depth or 0, known.implied_depth or 0)
        if deepest or known.inverted:
            books.pools = growth.grow_ladder(books.pools, deepest)
            equip(books.pools.books, open_book(*self.key, books.pools), known)
            books.learn()

    def go(
        self, increments: list[Rows], snapshots: list[Snapshot], runs: list[tuple[int, int]]
    ) -> None:
        """Compare with every snapshot."""
        self.outcome.snapshots += len(snapshots)
        rows = np.concatenate([np.zeros(0, EVENT), *increments], dtype=EVENT)
        rows = rows[np.isin(rows["kind"], self.model.kinds)]
        rows["flags"] &= 0xFF ^ Flag.MAYBE_BAD_BOOK
        left = sorted(snapshots, key=lambda each: each.included)
        for number, (first, last) in enumerate(runs):
            early = sum(each.included < first - 1 for each in left)
            if number:
                self.outcome.in_gap += early
            else:
                self.outcome.before += early
            inside = [each for each in left if first - 1 <= each.included <= last]
            left = [each for each in left if each.included > last]
            later = left if number == len(runs) - 1 else []
            if inside:
                chosen = (rows["sequence"] >= first) & (rows["sequence"] <= last)
                self._run(rows[chosen], inside, later)
            else:
                self.outcome.beyond += len(later)

    def _run(self, rows: Rows, snapshots: list[Snapshot], later: list[Snapshot]) -> None:
        """One run of numbers without a gap: start from its first snapshot, compare with the others.

        What lies behind the last increment is compared where the instrument's own sequence says that nothing
        happened to it since.
        """
        start, *others = snapshots
        self.outcome.starts += 1
        self._apply(self._state(start))
        rows = rows[rows["sequence"] > start.included]
        rows = rows[self.model.beyond(rows, start.instrument_sequence)]
        at = 0
        for snapshot in others:
            end = int(np.searchsorted(rows["sequence"], snapshot.included, side="right"))
            self._apply(rows[at:end].copy())
            at = end
            self._compare(snapshot)
        self._apply(rows[at:].copy())
        if self.model is LEVEL:
            bids, asks = self._view().contents()[2:4]
            self.outcome.final[self.key] = Built(self._sequence, bids, asks)
        for snapshot in later:
            if self._sequence and snapshot.instrument_sequence == self._sequence:
                self._compare(snapshot)
            else:
                self.outcome.beyond += 1

    @property
    def _sequence(self) -> int:
        """The instrument's own number, so far."""
        return self.books.oracle.book(self.key).instrument_sequence

    def _state(self, snapshot: Snapshot) -> Rows:
        """Increments that make an empty book what the snapshot says: a clear, then what it holds, best first."""
        told = snapshot.rows[snapshot.rows["kind"] == self.model.kinds[0]]
        rows = np.zeros(1 + len(told), EVENT)
        rows[1:] = told[np.argsort(told["level"], kind="stable")]
        rows[0]["kind"], rows[0]["action"], rows[0]["side"] = Kind.CLEAR, Action.CLEAR, Side.NONE
        rows["channel_id"], rows["instrument_id"] = self.key
        rows["flags"] &= 0xFF ^ (Flag.SNAPSHOT | Flag.LAST | Flag.MAYBE_BAD_BOOK)
        rows["instrument_sequence"][:1] = snapshot.instrument_sequence
        return rows

    def _apply(self, rows: Rows) -> None:
        if len(rows) == 0:
            return
        rows["flags"][-1] |= Flag.LAST
        self.outcome.rows_applied += len(rows)
        found = self.books.apply(rows)
        if found is not None:
            self._unequal(int(rows["sequence"][-1]), _text(found))

    def _compare(self, snapshot: Snapshot) -> None:
        self.outcome.compared += 1
        self.outcome.compared_orders += self.model is ORDER
        found = self._difference(snapshot)
        if found:
            self._unequal(snapshot.included, found)
        else:
            self.outcome.equal += 1

    def _difference(self, snapshot: Snapshot) -> str:
        """What the book has otherwise than the snapshot; empty = nothing."""
        if snapshot.instrument_sequence not in (0, self._sequence):
            return (
                f"instrument sequence {self._sequence}, "
                f"the snapshot has {snapshot.instrument_sequence}"
            )
        view = self._view()
        if view.state != "SYNCHRONIZED":
            return f"our book is {view.state.lower()}, {view.faults} faults"
        for name, ours, theirs in self.model.pairs(view.contents(), snapshot.rows):
            if ours != theirs:
                at = next(
                    (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
                    min(len(ours), len(theirs)),
                )
                return (
                    f"{name} level {at + 1}: {level_text(ours, at)}, "
                    f"the snapshot has {level_text(theirs, at)}"
                )
        return ""

    def _view(self) -> BookView:
        (view,) = Books(self.books.pools, self.directory, "level").find(self.key)
        return view

    def _unequal(self, included: int, what: str) -> None:
        if len(self.outcome.unequal) < UNEQUAL_MAX:
            name = self.directory.get(self.key).symbol
            self.outcome.unequal.append(Unequal(self.key[0], name, self.model.name, included, what))


def _text(found: Difference) -> str:
    return f"kernel and oracle differ: {found.what} {found.field}: {found.kernel}, {found.oracle}"

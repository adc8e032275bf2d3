"""Our books against the venue's own: what a snapshot holds, we must have built when we reach its number.

A venue sends snapshots in a loop beside its increments. Each tells the last number that it includes. The first
usable one of an instrument starts its book; from then on increments build it, and every later snapshot that lies
within them is an answer to compare with: levels of both sides, sizes, and the instrument's own sequence.

Snapshots come early or late against increments, so a book must be looked at where it was, and not where it is.
Hence two steps: the engine's rows are gathered by instrument, then each instrument is gone through alone, by
number, through the books of the kernel and of the naive oracle. By-level snapshots only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.book.contents import Key, Priced
from feedhandler.book.instruments import Directory
from feedhandler.book.pools import Limits
from feedhandler.book.view import Books, BookView
from feedhandler.decode.catalog import Feed
from feedhandler.engine.engine import limits_of
from feedhandler.event import EVENT, UNDEF_COUNT, Action, Detail, Flag, Kind, Side
from feedhandler.replaying import Replay
from feedhandler.verifying.books import BothBooks, Difference, level_text

SIDES: Final = (Side.BID, Side.ASK)
RUNS: Final = tuple((side, implied) for implied in (0, Flag.IMPLIED) for side in SIDES)
BOOK_KINDS: Final = (Kind.LEVEL, Kind.CLEAR)
UNEQUAL_MAX: Final = 20  # that are kept to be shown
SMALL: Final = Limits(books=4, orders=16, levels=16)  # one instrument, by level

Rows = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Unequal:
    """A snapshot that our book is not."""

    channel_id: int
    instrument: str
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
    equal: int = 0
    before: int = 0  # older than the first increment, or before the start
    beyond: int = 0  # tell of increments that are newer than the last one: nothing to compare with
    in_gap: int = 0  # lie where increments are missing
    rows_applied: int = 0
    unequal: list[Unequal] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    final: dict[Key, Built] = field(default_factory=dict, repr=False)  # after the last increment

    @property
    def ok(self) -> bool:
        """Whether there was something to compare and all of it was equal."""
        return self.compared > 0 and self.equal == self.compared

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = asdict(self)
        del told["final"]  # books are what `replay` tells
        return {"ok": self.ok, **told}


@dataclass
class Snapshot:
    """One snapshot of one instrument."""

    included: int
    instrument_sequence: int
    rows: Rows


@dataclass
class Material:
    """What is known of one instrument."""

    increments: list[Rows] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)


def compare_snapshots(
    paths: str | Path | Sequence[str | Path],
    feed: str | Feed | None = None,
    *,
    expression: str = "",
) -> SnapshotComparison:
    """Build books from increments and compare them with every snapshot that lies within these."""
    with Replay(paths, feed, expression=expression, digest=False) as replay:
        gathered, numbers = gather(replay)
        outcome = SnapshotComparison(replay.feed.name)
        runs = {channel: list(_runs(channel, numbers, replay)) for channel in numbers}
        outcome.gaps = [str(gap) for gap in replay.gaps]
        outcome.notes = replay.notes
        directory = replay.engine.definitions.directory
        for key, material in sorted(gathered.items()):
            if material.snapshots:
                outcome.instruments += 1
                _Builder(key, replay.feed, directory, outcome).go(material, runs.get(key[0], []))
    return outcome


# --- gathering ------------------------------------------------------------------------------------
def gather(replay: Replay) -> tuple[dict[Key, Material], dict[int, tuple[int, int]]]:
    """The rows of each instrument; first and last number of each channel's increments."""
    gathered: dict[Key, Material] = {}
    numbers: dict[int, tuple[int, int]] = {}
    half: Rows = np.zeros(0, EVENT)  # a snapshot whose end is in the next batch
    for batch in replay:
        rows = np.concatenate([half, batch], dtype=EVENT)
        open_at = _open_snapshot(rows)
        half = rows[open_at:].copy()
        _gather(rows[:open_at], gathered, numbers)
    _gather(half, gathered, numbers)
    for channel in replay.engine.channels.channels:
        if channel.role == "incremental" and channel.channel_id in numbers:
            state = replay.engine.channels.report()[channel.row]
            first = numbers[channel.channel_id][0]
            numbers[channel.channel_id] = (first, int(state["next_expected"]) - 1)
    return gathered, numbers


def _open_snapshot(rows: Rows) -> int:
    """Where a snapshot begins that has no end yet; their number if there is none."""
    heads = np.flatnonzero(rows["kind"] == Kind.SNAPSHOT)
    if len(heads) == 0 or (rows["flags"][heads[-1] :] & Flag.LAST).any():
        return len(rows)
    return int(heads[-1])


def _gather(rows: Rows, gathered: dict[Key, Material], numbers: dict[int, tuple[int, int]]) -> None:
    is_snapshot = (rows["flags"] & Flag.SNAPSHOT) != 0
    for head in np.flatnonzero(rows["kind"] == Kind.SNAPSHOT):
        if rows["detail"][head] != Detail.ORDERS:
            end = int(head) + 1 + int(np.argmax(rows["flags"][head:] & Flag.LAST != 0))
            _snapshot(rows[head:end].copy(), gathered)
    increments = rows[~is_snapshot & np.isin(rows["kind"], BOOK_KINDS)]
    for channel, instrument in {_key(row) for row in increments}:
        chosen = (increments["channel_id"] == channel) & (increments["instrument_id"] == instrument)
        found = gathered.setdefault((channel, instrument), Material())
        found.increments.append(increments[chosen].copy())
    for row in rows[~is_snapshot & (rows["sequence"] != 0)]:
        channel, sequence = int(row["channel_id"]), int(row["sequence"])
        first, last = numbers.get(channel, (sequence, sequence))
        numbers[channel] = min(first, sequence), max(last, sequence)


def _snapshot(rows: Rows, gathered: dict[Key, Material]) -> None:
    head = rows[0]
    found = Snapshot(int(head["size"]), int(head["instrument_sequence"]), rows[1:])
    gathered.setdefault(_key(head), Material()).snapshots.append(found)


def _key(row: Any) -> Key:
    return int(row["channel_id"]), int(row["instrument_id"])


def _runs(
    channel: int, numbers: dict[int, tuple[int, int]], replay: Replay
) -> Iterator[tuple[int, int]]:
    """The numbers that are there without a gap: first and last of each run."""
    first, last = numbers[channel]
    gaps = [g for g in replay.gaps if g.channel_id == channel and g.role == "incremental"]
    for gap in sorted(gaps, key=lambda each: each.first):
        if gap.first > first:
            yield first, gap.first - 1
        first = gap.first + gap.count
    yield first, last


# --- building -------------------------------------------------------------------------------------
class _Builder:
    """The book of one instrument, through its increments by number."""

    def __init__(
        self, key: Key, feed: Feed, directory: Directory, outcome: SnapshotComparison
    ) -> None:
        self.key = key
        self.feed = feed
        self.directory = directory
        self.outcome = outcome
        self.books = BothBooks(directory, limits_of(feed, SMALL))

    def go(self, material: Material, runs: list[tuple[int, int]]) -> None:
        """Compare with every snapshot."""
        self.outcome.snapshots += len(material.snapshots)
        rows = np.concatenate([np.zeros(0, EVENT), *material.increments], dtype=EVENT)
        left = sorted(material.snapshots, key=lambda each: each.included)
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
        wanted = (rows["sequence"] > start.included) & _newer(rows, start.instrument_sequence)
        rows = rows[wanted]
        at = 0
        sequence = start.instrument_sequence
        for snapshot in others:
            end = int(np.searchsorted(rows["sequence"], snapshot.included, side="right"))
            if end > at:
                self._apply(rows[at:end].copy())
                sequence = int(rows["instrument_sequence"][end - 1])
                at = end
            self._compare(snapshot, sequence)
        if at < len(rows):
            self._apply(rows[at:].copy())
            sequence = int(rows["instrument_sequence"][-1])
        bids, asks = self._view().contents()[2:4]
        self.outcome.final[self.key] = Built(sequence, bids, asks)
        for snapshot in later:
            if sequence and snapshot.instrument_sequence == sequence:
                self._compare(snapshot, sequence)
            else:
                self.outcome.beyond += 1

    def _state(self, snapshot: Snapshot) -> Rows:
        """Increments that make an empty book what the snapshot says: a clear, then its levels."""
        rows = np.zeros(1 + len(snapshot.rows), EVENT)
        rows[1:] = snapshot.rows
        rows[0]["kind"], rows[0]["action"], rows[0]["side"] = Kind.CLEAR, Action.CLEAR, Side.NONE
        rows["channel_id"], rows["instrument_id"] = self.key
        rows["flags"] &= 0xFF ^ (Flag.SNAPSHOT | Flag.LAST)
        rows["flags"][-1] |= Flag.LAST
        levels = np.isin(rows["kind"], BOOK_KINDS)
        return rows[levels]

    def _apply(self, rows: Rows) -> None:
        if len(rows) == 0:
            return
        rows["flags"][-1] |= Flag.LAST
        self.outcome.rows_applied += len(rows)
        found = self.books.apply(rows)
        if found is not None:
            self._unequal(int(rows["sequence"][-1]), _text(found))

    def _compare(self, snapshot: Snapshot, sequence: int) -> None:
        self.outcome.compared += 1
        found = self._difference(snapshot, sequence)
        if found:
            self._unequal(snapshot.included, found)
        else:
            self.outcome.equal += 1

    def _difference(self, snapshot: Snapshot, sequence: int) -> str:
        """What the book has otherwise than the snapshot; empty = nothing."""
        if snapshot.instrument_sequence not in (0, sequence):
            return (
                f"instrument sequence {sequence}, the snapshot has {snapshot.instrument_sequence}"
            )
        view = self._view()
        if view.state == "STALE":
            return f"our book is stale, {view.faults} faults"
        runs = view.contents()[2:]  # behind the books by order
        for ours, (side, implied) in zip(runs, RUNS, strict=True):
            theirs = list(_levels(snapshot.rows, side, implied))
            if ours != theirs:
                at = next(
                    (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
                    min(len(ours), len(theirs)),
                )
                return (
                    f"{side.name.lower()} level {at + 1}: {level_text(ours, at)}, "
                    f"the snapshot has {level_text(theirs, at)}"
                )
        return ""

    def _view(self) -> BookView:
        (view,) = Books(self.books.pools, self.directory, "level").find(self.key)
        return view

    def _unequal(self, included: int, what: str) -> None:
        if len(self.outcome.unequal) < UNEQUAL_MAX:
            name = self.directory.get(self.key).symbol
            self.outcome.unequal.append(Unequal(self.key[0], name, included, what))


def _newer(rows: Rows, sequence: int) -> Any:
    """Rows that a snapshot does not include by the instrument's own sequence; all where there is none."""
    return (rows["instrument_sequence"] > sequence) | (rows["instrument_sequence"] == 0)


def _levels(rows: Rows, side: Side, implied: int) -> Iterator[Priced]:
    """The levels of one run, best first."""
    wanted = (rows["kind"] == Kind.LEVEL) & (rows["side"] == side)
    wanted &= (rows["flags"] & Flag.IMPLIED) == implied
    for row in sorted(rows[wanted], key=lambda each: int(each["level"])):
        count = int(row["order_count"])
        yield int(row["price"]), int(row["size"]), None if count == UNDEF_COUNT else count


def _text(found: Difference) -> str:
    return f"kernel and oracle differ: {found.what} {found.field}: {found.kernel}, {found.oracle}"


def total_text(outcome: SnapshotComparison) -> Iterable[tuple[str, int, str]]:
    """Figures for people: what, how many, a remark."""
    yield "instruments", outcome.instruments, "with snapshots"
    yield "snapshots", outcome.snapshots, ""
    yield "starts", outcome.starts, "used to start a book"
    yield "compared", outcome.compared, f"with {outcome.rows_applied:,} rows applied"
    yield "equal", outcome.equal, "levels, sizes, counts and the instrument's sequence"
    yield "before", outcome.before, "older than the first increment"
    yield "beyond", outcome.beyond, "with increments newer than the last one"
    yield "in gaps", outcome.in_gap, "between increments that are missing"

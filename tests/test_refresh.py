"""Natural refresh: a book by level that was in doubt and claims to be sound is the venue's, level for level.

The judge is the venue itself: it keeps every price there is, tells positions by its documented rules (`Venue`), and
its best levels are compared with the book after every row that is heard. A second, naive judge of Python lists
(`Known`) says what can be known since the loss; the book must claim as soon as that is all, and not before.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog
from book_rows import ASK, BID, LAST, NANOS, SMALL, add, event_array, level
from cme_loops import entry
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import tape

from feedhandler.book.growth import GROW, grow_ladder, refresh_naturally
from feedhandler.book.instruments import Instrument, equip
from feedhandler.book.kernel import apply_rows, mark_channel
from feedhandler.book.oracle_book import Row
from feedhandler.book.pools import (
    BY_REFRESH,
    CHANNEL_WORDS,
    CHANNELS,
    HEALED_BY,
    HEALS,
    LEVELS_STALE,
    SUSPECT,
    make_pools,
)
from feedhandler.book.view import Books
from feedhandler.counter import new_counters
from feedhandler.event import Action, Detail, Flag, Kind, Side
from feedhandler.jit import JIT_ON
from feedhandler.replaying import Replay
from feedhandler.simulator.record import record
from feedhandler.verdict import Verdict

IMPLIED = Flag.IMPLIED
RUNS = ((BID, 0), (ASK, 0), (BID, IMPLIED), (ASK, IMPLIED))
Pick = Callable[[Sequence[Any]], Any]


# --- the judges -----------------------------------------------------------------------------------
@dataclass
class Venue:
    """All prices of one instrument by run, and the rows that tell of its best levels as the documents say."""

    depths: dict[tuple[Side, int], int]
    prices: dict[tuple[Side, int], dict[int, int]] = field(
        default_factory=lambda: {run: {} for run in RUNS}
    )
    number: int = 0

    def best(self, run: tuple[Side, int]) -> list[tuple[int, int]]:
        """Price and size of the levels within the depth."""
        levels = sorted(self.prices[run].items(), reverse=run[0] == BID)
        return levels[: self.depths[run]]

    def place(self, run: tuple[Side, int], price: int) -> int:
        """The position of a price that is told."""
        return [each for each, _ in self.best(run)].index(price) + 1

    def row(self, action: Action, run: tuple[Side, int], place: int, price: int, size: int) -> Row:
        """The next row."""
        self.number += 1
        return level(
            action, run[0], place, price, size, flags=run[1] | LAST,
            instrument_sequence=self.number,
        )  # fmt: skip

    def put(self, run: tuple[Side, int], price: int, size: int) -> list[Row]:
        """A price is there, new or with another size."""
        action = Action.MODIFY if price in self.prices[run] else Action.ADD
        self.prices[run][price] = size
        if price not in dict(self.best(run)):
            return []  # too deep to be told
        return [self.row(action, run, self.place(run, price), price, size)]

    def take(self, run: tuple[Side, int], price: int) -> list[Row]:
        """A price goes; where the run was full, the one that comes up from below is told."""
        told = dict(self.best(run))
        place = self.place(run, price) if price in told else 0
        size = self.prices[run].pop(price)
        if not place:
            return []
        rows = [self.row(Action.CANCEL, run, place, price, size)]
        (came,) = dict(self.best(run)).keys() - told.keys() or (None,)
        if came is not None:
            place = self.depths[run]
            rows.append(self.row(Action.ADD, run, place, came, self.prices[run][came]))
        return rows

    def empty(self, run: tuple[Side, int]) -> list[Row]:
        """All levels of a run go at once."""
        self.prices[run].clear()
        return [self.row(Action.CANCEL, run, 1, 1, 1)._replace(detail=Detail.THRU)]


class Known:
    """What is known of each position since the loss: (price, size), () = no level, None = nothing."""

    def __init__(self, depths: dict[tuple[Side, int], int]) -> None:
        self.depths = depths
        self.runs: dict[Any, list[Any]] = {}
        self.forget()

    def forget(self) -> None:
        """Something may have been lost."""
        self.runs = {run: [None] * depth for run, depth in self.depths.items()}

    def learn(self, row: Row) -> None:
        """What a row of a sound feed tells."""
        run = self.runs[Side(row.side), row.flags & IMPLIED]
        if row.detail == Detail.THRU:
            run[:] = [()] * len(run)
        elif row.action == Action.CANCEL:
            run[:] = [*run[: row.level - 1], *run[row.level :], ()]
        else:
            told = (row.price // NANOS, row.size)
            keep = run[row.level :] if row.action == Action.MODIFY else run[row.level - 1 : -1]
            run[:] = [*run[: row.level - 1], told, *keep]

    def is_whole(self) -> bool:
        """Whether nothing is unknown."""
        return not any(place is None for run in self.runs.values() for place in run)


class Book:
    """One book of the kernels, refreshed naturally; instrument 7 of channel 1."""

    def __init__(
        self, depth: int | None = 3, implied: int | None = 2, *, orders: bool = False
    ) -> None:
        self.pools = refresh_naturally(make_pools(SMALL, new_counters()), has_orders=orders)
        self.refreshes = 0  # times that one ended its doubt
        self.hear(Row(kind=Kind.CLEAR, channel_id=1, instrument_id=7, flags=LAST))
        self.define(depth, implied)

    def define(self, depth: int | None, implied: int | None) -> None:
        """A definition."""
        self.pools = grow_ladder(self.pools, max(depth or 0, implied or 0))
        equip(self.pools.books, 1, Instrument(1, 7, "TEST", depth=depth, implied_depth=implied))

    def hear(self, row: Row) -> "Book":
        """A row, applied; pools grow."""
        rows = event_array([row])
        judged = self.pools.control[CHANNELS + CHANNEL_WORDS :]  # of channel 1
        before = int(judged[HEALS])
        while (verdict := Verdict(int(apply_rows(rows, 0, 1, self.pools)[1]))) != Verdict.DONE:
            self.pools = GROW[verdict](self.pools)
        self.refreshes += judged[HEALS] != before and judged[HEALED_BY] == BY_REFRESH
        return self

    def lose(self) -> "Book":
        """Something of the channel was lost."""
        mark_channel(1, 1, SUSPECT, self.pools)
        return self

    @property
    def state(self) -> str:
        """Of the book."""
        (view,) = Books(self.pools)
        return view.state

    def run(self, run: tuple[Side, int]) -> list[tuple[int, int]]:
        """Price and size of its levels."""
        (view,) = Books(self.pools, model="level")
        levels = view.implied(run[0]) if run[1] else view.levels(run[0])
        return [(each.price // NANOS, each.size) for each in levels]


# --- any market, any losses -----------------------------------------------------------------------
class Doubt:
    """The state that a book must have, from what was lost and what is known since."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.last = 0
        self.state = "SYNCHRONIZED"

    def lose(self) -> None:
        """Something of the channel was lost."""
        self.known.forget()
        if self.state != "STALE":
            self.state = "SUSPECT"

    def hear(self, row: Row) -> None:
        """A row that was heard."""
        follows = row.instrument_sequence == self.last + 1
        if not follows:
            self.known.forget()
            self.state = "STALE"
        elif self.state == "SUSPECT":
            self.state = "SYNCHRONIZED"
        self.last = row.instrument_sequence
        self.known.learn(row)
        if self.state == "STALE" and self.known.is_whole():
            self.state = "SYNCHRONIZED"


def play(pick: Pick, steps: int, depth: int, implied: int) -> Book:
    """Rows of a random market, of which some are lost, through the book and past both judges."""
    depths = dict(zip(RUNS, (depth, depth, implied, implied), strict=True))
    venue, book = Venue(depths), Book(depth, implied or None)
    doubt = Doubt(Known({run: most for run, most in depths.items() if most}))
    runs = list(doubt.known.runs)
    for _ in range(steps):
        run = pick(runs)
        there = list(venue.prices[run])
        what = pick("pppppptttte") if there else "p"
        if what == "p":
            price = pick(range(1, depth + 4)) + (100 if run[0] == ASK else 0)
            rows = venue.put(run, price, pick((1, 2, 3)))
        else:
            rows = venue.empty(run) if what == "e" else venue.take(run, pick(there))
        if pick([False] * 30 + [True]):
            book.lose()
            doubt.lose()
            rows = []
        for row in rows:
            book.hear(row)
            doubt.hear(row)
            assert book.state == doubt.state
        if book.state == "SYNCHRONIZED":
            assert {each: book.run(each) for each in runs} == {
                each: venue.best(each) for each in runs
            }
    return book


@settings(max_examples=150 if JIT_ON else 30, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 1 << 32), st.integers(1, 4), st.integers(0, 2))
def test_a_book_that_claims_is_the_venues(seed: int, depth: int, implied: int) -> None:
    """Whatever is lost, it claims as soon as all is known, and then every level is right."""
    play(random.Random(seed).choice, 150, depth, implied)


def test_books_do_come_back() -> None:
    """Most losses of a lively market are over soon."""
    assert play(random.Random(3).choice, 1500, 3, 1).refreshes > 10


# --- stories --------------------------------------------------------------------------------------
def put(number: int, side: Side, place: int, price: int, **fields: int) -> Row:
    return level(Action.ADD, side, place, price, 1, instrument_sequence=number, **fields)


def gone(number: int, side: Side, place: int = 1, **fields: int) -> Row:
    return level(Action.CANCEL, side, place, None, None, instrument_sequence=number, **fields)


def lossy(**options: Any) -> Book:
    """Two levels a side, of which a number was left out: 1, 2, and then 9."""
    book = Book(2, None, **options).hear(put(1, BID, 1, 10)).hear(put(2, ASK, 1, 20))
    return book.lose().hear(put(9, BID, 1, 11))


def test_each_level_told_anew() -> None:
    """By insert, change and delete; what was there before the loss is of no account."""
    book = lossy().hear(put(10, ASK, 1, 19))
    change = level(Action.MODIFY, ASK, 2, 21, 7, instrument_sequence=11)
    states = [book.state, book.hear(change).state, book.hear(put(12, BID, 1, 12)).state]

    assert states == ["STALE", "STALE", "SYNCHRONIZED"]
    assert (book.run((BID, 0)), book.run((ASK, 0))) == ([(12, 1), (11, 1)], [(19, 1), (21, 7)])


def test_the_last_level_is_gone_with_a_delete() -> None:
    """Unless the venue tells it anew; a side of which all was deleted is empty."""
    book = lossy().hear(gone(10, ASK, 2)).hear(gone(11, ASK)).hear(put(12, BID, 1, 12))

    assert (book.state, book.run((ASK, 0))) == ("SYNCHRONIZED", [])


@pytest.mark.parametrize(
    "row",
    [
        gone(12, ASK),  # of an empty side
        put(12, ASK, 2, 20),  # behind nothing
        level(Action.MODIFY, ASK, 1, 20, 1, instrument_sequence=12),
        level(Action.MODIFY, BID, 1, 13, 1, instrument_sequence=12),  # another price
        level(Action.MODIFY, BID, 1, None, 1, instrument_sequence=12),
        put(12, BID, 3, 9),  # deeper than the book
        put(12, BID, 0, 9),
        put(12, Side.NONE, 1, 9),
        put(12, ASK, 1, 20, flags=IMPLIED),  # a side that the definition does not name
        put(0, BID, 1, 12),  # without a number
        put(14, BID, 1, 12),  # a number is left out
        gone(12, BID, 1, detail=Detail.FROM),
        level(Action.ADD, BID, 1, 12, None, instrument_sequence=12),
        level(Action.TRADE, BID, 1, 12, 1, instrument_sequence=12),
    ],
)
def test_what_cannot_be_makes_all_unknown(row: Row) -> None:
    """The empty side must be told again, and the other one, too."""
    book = lossy().hear(gone(10, ASK)).hear(gone(11, ASK, detail=Detail.THRU)).hear(row)
    number = row.instrument_sequence or 11
    bids = [book.hear(put(number + k, BID, 1, 12 + k)).state for k in (1, 2)]
    asks = book.hear(gone(number + 3, ASK, detail=Detail.THRU)).state

    assert (bids, asks) == (["STALE", "STALE"], "SYNCHRONIZED")


def test_prices_out_of_order_are_no_book() -> None:
    """Until they are told otherwise."""
    book = lossy().hear(gone(10, ASK, detail=Detail.THRU)).hear(put(11, BID, 1, 9))
    wrong = book.state
    book.hear(put(12, BID, 1, 12)).hear(put(13, BID, 1, 13))

    assert (wrong, book.state, book.run((BID, 0))) == ("STALE", "SYNCHRONIZED", [(13, 1), (12, 1)])


def test_without_a_definition_there_is_no_depth() -> None:
    """When it comes, or tells another depth, all begins anew."""
    book = Book(None, None).hear(put(1, BID, 1, 10)).lose()
    for number in range(9, 30):
        book.hear(put(number, BID, 1, 1 + number)).hear(gone(number, ASK, detail=Detail.THRU))
    unknown = book.state
    book.define(2, None)
    book.hear(gone(29, ASK, detail=Detail.THRU)).hear(put(30, BID, 1, 40))
    book.define(3, None)
    states = [book.hear(put(number, BID, 1, 10 + number)).state for number in (31, 32, 33)]
    states.append(book.hear(gone(34, ASK, detail=Detail.THRU)).state)

    assert unknown == "STALE"
    assert states == ["STALE", "STALE", "STALE", "SYNCHRONIZED"]


def test_a_deeper_ladder_keeps_nothing_known() -> None:
    """Another instrument is deep: all runs move, and what was known is asked for again."""
    book = lossy().hear(gone(10, ASK, detail=Detail.THRU))
    book.pools = grow_ladder(book.pools, 25)
    moved = book.hear(put(11, BID, 1, 12)).state

    assert (moved, book.hear(gone(12, ASK, detail=Detail.THRU)).state) == ("STALE", "STALE")
    assert book.hear(put(13, BID, 1, 13)).state == "SYNCHRONIZED"


def test_orders_stay_in_doubt() -> None:
    """They have no positions; where they were loaded, the levels end the doubt."""
    book = lossy(orders=True).hear(put(10, BID, 1, 12)).hear(gone(11, ASK, detail=Detail.THRU))

    assert book.state == "ORDERS_STALE"


def test_orders_that_are_sound_leave_a_sound_book() -> None:
    """In doubt were the levels alone."""
    book = lossy(orders=True).hear(add(1, BID, 12, 1, priority=5))
    np.asarray(book.pools.books)["state"][1] = LEVELS_STALE
    book.hear(put(10, BID, 1, 12)).hear(gone(11, ASK, detail=Detail.THRU))

    assert book.state == "SYNCHRONIZED"


# --- through the engine ---------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def test_a_feed_that_tells_no_depth_has_none(tmp_path: Path) -> None:
    """Refused, by name."""
    with pytest.raises(ValueError, match="forts tells no depth"):
        Replay(tape(tmp_path / "tape.pcap", [entry(1, 5, 1)]), "moex.forts", natural_refresh=True)


NO_LOOPS = "not dst host 224.0.31.22 and not dst host 224.0.32.22"


@pytest.mark.skipif(not JIT_ON, reason="too much for a run without the JIT")
@pytest.mark.parametrize(("plan", "seed"), [("dead=50ms..60ms", 1), ("burst=20..60@2e-4", 2)])
def test_damaged_markets_without_a_loop_of_levels(tmp_path: Path, plan: str, seed: int) -> None:
    """Levels that claim to be sound are those of the undamaged market; more of them claim than without."""
    path = tmp_path / "market.pcapng"
    record(path, "cme.mdp3", messages=20_000, seed=seed, instruments=4)
    contents, claimed = [], []
    for faults, natural in ((None, False), (plan, False), (plan, True)):
        with Replay(
            path, "cme.mdp3", expression=NO_LOOPS, faults=faults, seed=seed, natural_refresh=natural
        ) as replay:
            replay.run()
        contents.append({view.key: view.contents()[2:] for view in replay.books})
        claimed.append(
            {view.key for view in replay.books if view.state in {"SYNCHRONIZED", "ORDERS_STALE"}}
        )
    truth, _, refreshed = contents

    assert {key: refreshed[key] for key in claimed[2]} == {key: truth[key] for key in claimed[2]}
    assert claimed[2] > claimed[1]

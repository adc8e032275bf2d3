"""The by-level book: inserts, changes and deletes by position.

Every story runs on both; `Market.apply` compares them after each row.
"""

import random
from typing import Any

import pytest
from book_rows import ASK, BID, NANOS, Market, level, prices

from feedhandler.book.instruments import Instrument
from feedhandler.book.oracle_book import Row
from feedhandler.event import UNDEF_COUNT, Action, Detail, Flag, Side

A, M, C = Action.ADD, Action.MODIFY, Action.CANCEL
DEPTH = 10


def asks(market: Market, count: int = 10) -> None:
    """Asks at 100, 101 ... of sizes 1, 2 ..."""
    market.apply(*(level(A, ASK, k + 1, 100 + k, k + 1) for k in range(count)))


def seen(market: Market, side: Side = ASK, **kind: Any) -> list[tuple[int, int]]:
    """Whole prices and sizes of a side."""
    view = market.books[7].by("level")
    levels = view.implied(side) if kind.get("implied") else view.levels(side)
    return [(held.price // NANOS, held.size) for held in levels]


def test_insert_shifts_the_levels_below() -> None:
    """A new level takes its place and the others move down."""
    market = Market()
    market.apply(
        level(A, BID, 1, 100, 5),
        level(A, BID, 2, 98, 7),
        level(A, BID, 2, 99, 6),
        level(A, BID, 1, 101, 4),
    )

    assert seen(market, BID) == [(101, 4), (100, 5), (99, 6), (98, 7)]
    assert market.counters() == {}
    assert market.books[7].state == "SYNCHRONIZED"


def test_a_full_side_is_cut_to_its_depth() -> None:
    """The eleventh level falls off, and the venue sends no delete for it."""
    market = Market()
    asks(market)
    market.apply(level(A, ASK, 1, 99, 50))

    assert [99, *range(100, 109)] == prices(market.books[7].by("level").levels(ASK))
    assert market.counters() == {}


def test_change_replaces_size_and_count_and_keeps_the_price() -> None:
    """A change with our price, or with none, is a change of quantity."""
    market = Market()
    asks(market, 2)
    market.apply(
        level(M, ASK, 2, 101, 40, order_count=9),
        level(M, ASK, 1, None, 30, order_count=UNDEF_COUNT),
    )

    levels = market.books[7].by("level").levels(ASK)

    assert seen(market) == [(100, 30), (101, 40)]
    assert [held.order_count for held in levels] == [None, 9]
    assert market.counters() == {}


def test_change_of_another_price_is_taken_and_reported() -> None:
    """The venue's word is the newer one, but one of the two is wrong."""
    market = Market()
    asks(market, 3)
    market.apply(level(M, ASK, 3, 105, 40))

    assert seen(market) == [(100, 1), (101, 2), (105, 40)]
    assert market.counters() == {"bad_price": 1, "stale_books": 1}
    assert market.books[7].state == "STALE"


def test_delete_shifts_up() -> None:
    """The levels below move up; the last one is told by an insert that follows."""
    market = Market()
    asks(market)
    market.apply(level(C, ASK, 1, None, None), level(A, ASK, 10, 110, 11))

    assert list(range(101, 111)) == prices(market.books[7].by("level").levels(ASK))


@pytest.mark.parametrize("detail", [Detail.THRU, Detail.FROM])
def test_thru_empties_the_side_whatever_the_level(detail: Detail) -> None:
    """THRU takes all levels of a side; FROM is not guessed: counted, and the side is left."""
    market = Market()
    asks(market, 4)
    market.apply(level(A, BID, 1, 90, 1), level(C, ASK, 3, 0, 0, detail=detail))

    thru = detail == Detail.THRU

    assert ([] if thru else [100, 101, 102, 103]) == [price for price, _ in seen(market)]
    assert seen(market, BID) == [(90, 1)]
    assert ({} if thru else {"delete_from": 1, "stale_books": 1}) == market.counters()


@pytest.mark.parametrize(
    ("reading", "left"), [("best_to_level", [103, 104]), ("level_to_last", [100, 101])]
)
def test_from_follows_the_setting(reading: str, left: list[int]) -> None:
    """Both readings of a delete-from are in use; the setting picks one."""
    market = Market(delete_from_reading=reading)
    asks(market, 5)
    market.apply(level(C, ASK, 3, 0, 0, detail=Detail.FROM))

    assert left == [price for price, _ in seen(market)]
    assert market.counters() == {}

    market.apply(level(C, ASK, 3, 0, 0, detail=Detail.FROM))

    assert left == [price for price, _ in seen(market)]
    assert market.counters() == {"bad_level": 1, "stale_books": 1}


def test_overlay_replaces_without_shifting() -> None:
    """Price, size and count of one level change; there must be such a level, and a price."""
    market = Market()
    asks(market, 3)
    market.apply(level(M, ASK, 2, 102, 9, detail=Detail.OVERLAY, flags=0))
    market.apply(level(M, ASK, 3, 103, 8, detail=Detail.OVERLAY))

    assert seen(market) == [(100, 1), (102, 9), (103, 8)]
    assert market.counters() == {}

    market.apply(
        level(M, ASK, 4, 104, 7, detail=Detail.OVERLAY),
        level(M, ASK, 1, None, 7, detail=Detail.OVERLAY),
    )

    assert market.counters() == {"bad_level": 1, "bad_price": 1, "stale_books": 1}


def test_implied_levels_are_a_book_of_their_own() -> None:
    """Two levels a side, no number of orders, merged with the direct ones only on output."""
    market = Market()
    asks(market, 3)
    none = {"flags": Flag.IMPLIED | Flag.LAST, "order_count": UNDEF_COUNT}
    market.apply(
        level(A, ASK, 1, 101, 20, **none),
        level(A, ASK, 1, 99, 10, **none),
        level(A, ASK, 1, 98, 5, **none),
    )
    view = market.books[7].by("level")

    assert seen(market, implied=True) == [(98, 5), (99, 10)]
    assert seen(market) == [(100, 1), (101, 2), (102, 3)]
    assert [(held.price // NANOS, *held[1:]) for held in view.consolidated(3).asks] == [
        (98, 5, None, 5),
        (99, 10, None, 10),
        (100, 1, 1, 0),
    ]
    assert view.consolidated(1).asks[0].price == 98 * NANOS

    market.apply(level(M, ASK, 1, 98, 6, **none), level(C, ASK, 2, 99, 0, **none))

    assert seen(market, implied=True) == [(98, 6)]


def test_merged_levels_add_their_sizes() -> None:
    """A price that is both direct and implied is one level of both sizes."""
    market = Market()
    asks(market, 10)
    market.apply(level(A, ASK, 1, 101, 20, flags=Flag.IMPLIED | Flag.LAST))
    merged = market.books[7].by("level").consolidated()

    assert merged.asks[1] == (101 * NANOS, 22, None, 20)
    assert len(merged.asks) == 10


def test_depth_comes_with_the_definition() -> None:
    """A definition tells how many levels a side has, more or less than the usual ten."""
    market = Market()
    market.define(Instrument(1, 7, "SHALLOW", depth=2, implied_depth=1))
    market.define(Instrument(1, 8, "DEEP", depth=30))
    for k in range(30):
        market.apply(level(A, BID, 1, 100 + k, 1), level(A, BID, 1, 100 + k, 1, instrument_id=8))

    assert prices(market.books["SHALLOW"].by("level").levels(BID)) == [129, 128]
    assert list(range(129, 99, -1)) == prices(market.books["DEEP"].by("level").levels(BID))
    assert market.counters() == {}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (level(A, ASK, 0, 99, 1), "bad_level"),
        (level(A, ASK, 5, 105, 1), "bad_level"),
        (level(M, ASK, 4, 105, 1), "bad_level"),
        (level(M, ASK, 0, 105, 1), "bad_level"),
        (level(C, ASK, 4, 105, 1), "bad_level"),
        (level(C, ASK, 0, 105, 1), "bad_level"),
        (level(C, BID, 1, 105, 1), "bad_level"),
        (level(A, ASK, 1, 99, -1), "bad_size"),
        (level(A, ASK, 1, 99, None), "bad_size"),
        (level(M, ASK, 1, 100, -1), "bad_size"),
        (level(M, ASK, 1, 100, None), "bad_size"),
        (level(A, ASK, 1, None, 1), "bad_price"),
        (level(A, Side.NONE, 1, 99, 1), "bad_side"),
        (level(Action.TRADE, ASK, 1, 99, 1), "bad_action"),
        (level(Action.FILL, ASK, 1, 100, 1), "bad_action"),
    ],
)
def test_a_row_that_does_not_fit_changes_nothing(row: Row, reason: str) -> None:
    """It is counted by its reason, the book becomes STALE and the row is marked."""
    market = Market()
    asks(market, 3)
    out = market.apply(row)

    assert seen(market) == [(100, 1), (101, 2), (102, 3)]
    assert {reason: 1, "stale_books": 1} == market.counters()
    assert Flag.MAYBE_BAD_BOOK & out[0].flags


def test_an_insert_beyond_the_depth_is_no_level() -> None:
    """A full side has no place eleven."""
    market = Market()
    asks(market)
    market.apply(level(A, ASK, 11, 110, 1))

    assert market.counters() == {"bad_level": 1, "stale_books": 1}


def test_a_size_of_zero_is_a_size() -> None:
    """A level may be told with nothing at it."""
    market = Market()
    market.apply(level(A, ASK, 1, 100, 0))

    assert seen(market) == [(100, 0)]


def test_order_is_checked_at_the_end_of_an_event_only() -> None:
    """In the middle of an event a side may be out of order."""
    market = Market()
    market.apply(
        level(A, BID, 1, 100, 1, flags=0),
        level(A, BID, 2, 101, 1, flags=0),
        level(C, BID, 1, 100, 1, flags=0),
        level(A, BID, 2, 99, 1),
    )

    assert market.counters() == {}

    market.apply(level(A, BID, 3, 99, 1))

    assert market.counters() == {"unsorted": 1, "stale_books": 1}
    assert market.books[7].state == "STALE"


@pytest.mark.parametrize("side", [BID, ASK])
@pytest.mark.parametrize("price", [99, 100, 102, 103])
@pytest.mark.parametrize("overlay", [False, True])
def test_a_price_that_does_not_lie_between_its_neighbours(
    side: Side, price: int, *, overlay: bool
) -> None:
    """Equal to the better or the worse one, or beyond: the side is out of order."""
    market = Market()
    sign = 1 if side == ASK else -1
    market.apply(level(A, side, 1, sign * 100, 1), level(A, side, 2, sign * 102, 1))
    if overlay:
        market.apply(level(A, side, 2, sign * 101, 1))
        market.apply(level(M, side, 2, sign * price, 1, detail=Detail.OVERLAY))
    else:
        market.apply(level(A, side, 2, sign * price, 1))

    assert market.counters() == {"unsorted": 1, "stale_books": 1}


@pytest.mark.parametrize(("side", "first", "second"), [(BID, 100, 101), (ASK, 101, 100)])
def test_two_levels_the_wrong_way_round(side: Side, first: int, second: int) -> None:
    """A second level that is better than the first."""
    market = Market()
    market.apply(level(A, side, 1, first, 1), level(A, side, 2, second, 1))

    assert market.counters() == {"unsorted": 1, "stale_books": 1}


def test_only_inverted_books_may_cross() -> None:
    """Crossed and locked are counted when a book becomes so; within a side nothing is excepted."""
    market = Market()
    market.define(Instrument(1, 9, "INVERTED", inverted=True))
    for instrument_id in (7, 9):
        market.apply(
            level(A, BID, 1, 100, 1, instrument_id=instrument_id),
            level(A, ASK, 1, 100, 1, instrument_id=instrument_id),
            level(M, ASK, 1, 100, 2, instrument_id=instrument_id),
            level(A, ASK, 1, 99, 1, instrument_id=instrument_id),
            level(C, ASK, 1, 99, 1, instrument_id=instrument_id),
        )

    assert market.counters() == {"crossed": 1, "locked": 2}

    market.apply(level(A, BID, 2, 100, 1, instrument_id=9))

    assert market.counters() == {"crossed": 1, "locked": 2, "unsorted": 1, "stale_books": 1}


class Venue:
    """A venue with a deep book that tells its ten best levels as MDP 3.0 does."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)
        self.sides: dict[Side, dict[int, int]] = {BID: {}, ASK: {}}

    def best(self, side: Side) -> list[tuple[int, int]]:
        """Prices and sizes, best first."""
        return sorted(self.sides[side].items(), reverse=side == BID)

    def change(self) -> list[Row]:
        """One change of the book, and the rows that tell it."""
        side = self.source.choice([BID, ASK])
        levels = self.sides[side]
        price = (100 if side == ASK else 99) + self.source.randint(0, 25) * (
            1 if side == ASK else -1
        )
        size = self.source.randint(1, 99)
        before = [held for held, _ in self.best(side)]
        if price not in levels:
            levels[price] = size
            place = 1 + [held for held, _ in self.best(side)].index(price)
            return [level(A, side, place, price, size)] if place <= DEPTH else []
        place = 1 + before.index(price)
        if self.source.random() < 0.5:
            levels[price] = size
            return [level(M, side, place, price, size)] if place <= DEPTH else []
        del levels[price]
        rows = [level(C, side, place, None, None)] if place <= DEPTH else []
        if rows and len(levels) >= DEPTH:
            rows.append(level(A, side, DEPTH, *self.best(side)[DEPTH - 1]))
        return rows


@pytest.mark.parametrize("seed", range(3))
def test_ten_levels_follow_a_deep_book(seed: int) -> None:
    """Whatever the venue's book does, ours shows its ten best levels and nothing is counted."""
    market, venue = Market(), Venue(seed)
    for _ in range(400):
        market.apply(*venue.change())

        assert venue.best(BID)[:DEPTH] == seen(market, BID)
        assert venue.best(ASK)[:DEPTH] == seen(market, ASK)

    assert market.counters() == {}

"""The judge's own reading of books: its hashes are those of the contents that any reader sees."""

import random
from typing import Any

import numpy as np
import pytest
from book_rows import Market, add, level

from feedhandler.book.contents import Contents
from feedhandler.event import EVENT, KERNEL_EVENT, UNDEF_COUNT, Action, Flag, Kind, Side
from feedhandler.records import records
from feedhandler.simulator import judge_kernel as seen
from feedhandler.simulator.timeline import NOTHING, held

KEY = (1, 7)
ORDERS = [(60, 3, 2, ((4, 1), (5, 2)))]
LEVELS = [(60, 3, 2), (50, 3, None)]


def looked_at(market: Market, rows: Any, other: int = -1) -> list[list[int]]:
    """What the judge's kernel says of rows."""
    lines = np.zeros((8, seen.SEEN_WORDS), np.int64)
    count = seen.look_at(records(rows.view(KERNEL_EVENT)), 1, other, market.books.pools, lines)
    made: list[list[int]] = lines[:count].tolist()
    return made


def rows_of(*given: dict[str, int]) -> Any:
    """Rows of channel 1."""
    rows = np.zeros(len(given), EVENT)
    rows["channel_id"] = 1
    for row, fields in zip(rows, given, strict=True):
        for name, value in fields.items():
            row[name] = value
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_books_by_order_and_by_level_are_hashed_as_their_contents(seed: int) -> None:
    """Of random books, and of one without anything."""
    rolls = random.Random(seed)
    market = Market()
    for number in range(rolls.randrange(1, 60)):
        side = rolls.choice((Side.BID, Side.ASK))
        market.apply(add(number + 1, side, rolls.randrange(-5, 9), rolls.randrange(1, 50)))
    for number in range(rolls.randrange(9)):
        implied = rolls.choice((0, Flag.IMPLIED)) if number < 2 else 0
        count = rolls.choice((3, UNDEF_COUNT))
        flags = Flag.LAST | implied
        market.apply(level(Action.ADD, Side.BID, 1, number, 5, order_count=count, flags=flags))
    (view,) = market.books.find(KEY)
    ((instrument, book, state, *rest),) = looked_at(market, rows_of(), 7)
    hashes = rest[:2]

    assert (instrument, book, state) == (7, 1, 1)
    assert tuple(hashes) == held(view.contents())
    assert held(Contents([], [], [], [], [], [])) == NOTHING != held(view.contents())


@pytest.mark.parametrize(
    "other",
    [
        Contents([], ORDERS, LEVELS, [], [], []),
        Contents([(60, 3, 2, ((5, 2), (4, 1)))], [], LEVELS, [], [], []),
        Contents([(60, 3, 1, ((4, 1), (5, 2)))], [], LEVELS, [], [], []),
        Contents(ORDERS, [], LEVELS[::-1], [], [], []),
        Contents(ORDERS, [], [], LEVELS, [], []),
        Contents(ORDERS, [], [], [], LEVELS, []),
        Contents(ORDERS, [], [(60, 3, 2), (50, 3, 0)], [], [], []),
    ],
)
def test_books_that_differ_have_other_hashes(other: Contents) -> None:
    """In side, time priority, count, order of levels, run, or what is not given."""
    assert held(other) != held(Contents(ORDERS, [], LEVELS, [], [], []))


def test_the_books_that_rows_touch_are_seen_once() -> None:
    """With their rows and flags by model; snapshots and other channels are not looked at."""
    market = Market()
    market.apply(add(1, Side.BID, 5, 5), add(2, Side.BID, 5, 5, instrument_id=8))
    doubtful = int(Flag.MAYBE_BAD_BOOK)
    order = {"kind": int(Kind.ORDER), "instrument_id": 7}
    rows = rows_of(
        {**order, "flags": doubtful}, {**order, "flags": 0x80}, {**order, "flags": doubtful},
        {**order, "kind": int(Kind.LEVEL), "flags": doubtful}, {**order, "kind": int(Kind.LEVEL)},
        {**order, "kind": int(Kind.CLEAR), "flags": doubtful},
        {**order, "instrument_id": 8, "flags": doubtful}, {**order, "instrument_id": 8},
        {**order, "instrument_id": 5, "channel_id": 2},
        {**order, "instrument_id": 6, "flags": int(Flag.SNAPSHOT)},
        {"kind": int(Kind.TRADE), "instrument_id": 4},
    )  # fmt: skip
    lines = looked_at(market, rows, 9)

    assert [line[seen.INSTRUMENT] for line in lines] == [7, 8, 9]
    assert [line[seen.ORDER_ROWS :] for line in lines] == [
        [3, 2, 1, 2, 1, 0, 1], [2, 1, 0, 0, 0, 0, 0], [0] * 7
    ]  # fmt: skip
    assert [line[seen.BOOK] for line in lines] == [1, 2, 0]


def test_a_reset_touches_every_book_of_its_channel() -> None:
    """And of no other."""
    market = Market()
    for number, channel in ((1, 1), (2, 1), (3, 2)):
        market.apply(add(number, Side.BID, 5, 5, instrument_id=number, channel_id=channel))
    lines = looked_at(market, rows_of({"kind": int(Kind.CHANNEL_RESET)}))

    assert [line[seen.INSTRUMENT] for line in lines] == [1, 2]

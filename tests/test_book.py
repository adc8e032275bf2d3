"""Books as the kernel builds them, row by row against the naive oracle.

Invariant of the random streams: after every row, however wrong, both have the same books (levels,
orders in time priority), the same state of each book, the same counters and the same completed row.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from book_rows import (
    ASK,
    BID,
    NANOS,
    SMALL,
    Market,
    add,
    cancel,
    event_array,
    fill,
    level,
    modify,
    replace,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhandler.book.instruments import Directory, Instrument, InstrumentError, InstrumentMap
from feedhandler.book.ladder import ladder_table, ladder_text, time_text
from feedhandler.book.oracle_book import Row
from feedhandler.book.pools import Limits
from feedhandler.book.view import Order, price_decimal, price_text
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.jit import JIT_ON

SCALE = 1 if JIT_ON else 4  # the plain Python twin is slow


# --- stories --------------------------------------------------------------------------------------
def test_orders_in_time_priority() -> None:
    """Adds, reductions, a replace and a modify, and the queue that is left."""
    market = Market()
    market.apply(
        add(1, BID, 100, 5),
        add(2, BID, 100, 6),
        add(3, BID, 101, 7),
        add(4, BID, 100, 8),
        fill(2, 1),
        cancel(1, 2),
        modify(4, size=3),
        *replace(1, 5, 100, 9),
    )
    book = market.books[7]

    assert [Order(2, 5, 0), Order(4, 3, 0), Order(5, 9, 0)] == book.orders(BID, 100 * NANOS)
    assert book.levels(BID) == [(101 * NANOS, 7, 1, 0), (100 * NANOS, 17, 3, 0)]
    assert market.counters() == {}
    market.finish()


def test_ids_and_ranks_use_all_64_bits() -> None:
    """Ids and ranks are unsigned words: the greatest is the last, not the first."""
    market = Market()
    top = 2**64 - 1
    market.apply(
        add(top, ASK, 100, 1, priority=top),
        add(2**63, ASK, 100, 2, priority=2**63),
        add(2**62 + 1, ASK, 100, 3, priority=2**62 + 1),
        add(2**62, ASK, 100, 4, priority=2**62),
        modify(top, priority=1),
        cancel(2**62 + 1),
    )

    assert [(top, 1), (2**62, 4), (2**63, 2)] == [
        held[:2] for held in market.books[7].orders(ASK, 100 * NANOS)
    ]
    assert [held.priority for held in market.books[7].orders(ASK, 100 * NANOS)] == [1, 2**62, 2**63]
    market.finish()


def test_a_rank_is_forgotten_with_its_order() -> None:
    """A slot that is used again has no rank left of the order before."""
    market = Market()
    market.apply(
        add(1, BID, 100, 1),
        modify(1, priority=9),
        cancel(1),
        add(2, BID, 100, 1),
        modify(2, price=99 * NANOS),
        add(3, BID, 99, 1, priority=5),
    )

    assert [held[::2] for held in market.books[7].orders(BID, 99 * NANOS)] == [(2, 0), (3, 5)]


def test_one_id_may_live_in_many_books() -> None:
    """Order ids are unique within an instrument of a channel, and no further."""
    market = Market()
    market.apply(
        add(1, BID, 100, 5),
        add(1, BID, 90, 6, instrument_id=8),
        add(1, ASK, 80, 7, channel_id=2),
        cancel(1, 1, instrument_id=8),
    )

    assert len(market.books) == 3
    assert [book.best().bid_size or book.best().ask_size for book in market.books] == [5, 5, 7]
    market.finish()


def test_negative_and_zero_prices_are_prices() -> None:
    """A spread may trade below zero."""
    market = Market()
    market.apply(
        add(1, BID, -5, 1), add(2, BID, 0, 1), add(3, ASK, -4, 1), add(4, ASK, 3, 1), cancel(2)
    )
    book = market.books[7]

    assert [held.price for held in book.levels(BID)] == [-5 * NANOS]
    assert [held.price for held in book.levels(ASK)] == [-4 * NANOS, 3 * NANOS]


def test_both_models_of_a_book_stand_side_by_side() -> None:
    """Orders and levels of one instrument do not touch each other; a clear takes both."""
    market = Market()
    market.apply(add(1, BID, 100, 5), level(Action.ADD, BID, 1, 101, 6))
    book = market.books[7]

    assert (book.best().bid_price, book.by("level").best().bid_price) == (100 * NANOS, 101 * NANOS)

    market.apply(
        Row(kind=Kind.CLEAR, action=Action.CLEAR, channel_id=1, instrument_id=7, flags=Flag.LAST)
    )

    assert (book.best().bid_price, book.by("level").best().bid_price) == (None, None)
    assert market.books.states() == {"EMPTY": 0, "SYNCHRONIZED": 1, "STALE": 0}
    market.finish()


def test_limits_are_counted_and_make_the_book_stale() -> None:
    """Orders beyond the configured number change no book."""
    market = Market(Limits(books=2, orders=8, levels=8, orders_max=4))
    array = event_array([add(k, BID, 100, 1) for k in range(1, 8)])
    market.step(array, 0, len(array))

    assert market.books[7].levels(BID)[0].order_count == 4
    assert market.counters() == {"orders_limit": 3, "stale_books": 1}
    assert market.books[7].state == "STALE"


def test_pools_grow_without_a_trace() -> None:
    """Every pool fills and is doubled in mid-stream, and nothing shows but the size."""
    market = Market(SMALL)
    rows = [
        add(1000 * book + k, BID if k % 2 else ASK, 50 - k if k % 2 else 50 + k, k + 1,
            instrument_id=book)
        for k in range(60)
        for book in (7, 8, 9, 10)
    ]  # fmt: skip
    market.apply(*rows)

    assert {"ORDERS_FULL", "SHELF_FULL", "BOOKS_FULL"} <= set(market.growths)
    assert market.counters() == {}
    market.finish()


# --- random streams -------------------------------------------------------------------------------
KINDS = [*[Kind.ORDER] * 50, *[Kind.LEVEL] * 40, *[Kind.TRADE] * 3, *[Kind.CLEAR] * 2]
KINDS += [Kind.CHANNEL_RESET]
ORDER_IDS = [1, 2, 3, 4, 5, 16, 17, 2**63 + 5, 2**64 - 1, *range(20, 40)]
SIZES = [1, 2, 3, 5, 8, 0, -1, UNDEF_SIZE]
PRICES = [-NANOS, 0, NANOS, 2 * NANOS, 3 * NANOS, UNDEF_PRICE]
PRIORITIES = [0, 0, 1, 2, 3, 2**63 + 1, 2**64 - 1]
SIDES = [BID, ASK, BID, ASK, BID, ASK, Side.NONE]
ACTIONS = [*[Action.ADD] * 8, *[Action.CANCEL] * 2, Action.FILL, *[Action.MODIFY] * 3]


def random_row(pick: Callable[[Sequence[int]], int], *, wild: bool = True) -> Row:
    """A row in which anything may be wrong; few ids and prices, so that rows meet each other.

    Not wild: less is wrong, so that books grow and are sound for a while.
    """
    kind = pick(KINDS)
    replacing = kind == Kind.ORDER and pick([0, 0, 0, 1])
    details = [0, 0, 0, Detail.THRU, Detail.FROM, Detail.OVERLAY, Detail.OVERLAY]
    return Row(
        kind=kind,
        action=pick([*ACTIONS, *[Action.TRADE] * wild]),
        order_id=pick(ORDER_IDS if wild else ORDER_IDS[:12]) if kind == Kind.ORDER else 0,
        price=pick(PRICES if wild else PRICES[:-1]),
        size=pick(SIZES if wild else SIZES[:5]),
        priority=pick(PRIORITIES) if kind == Kind.ORDER else 0,
        order_count=pick([1, 2, 2**32 - 1]) if kind == Kind.LEVEL else 0,
        side=pick(SIDES if wild else SIDES[:-1]),
        level=pick([1, 1, 1, 2, 2, 3, 4, 5, 0] if wild else [1, 1, 1, 2, 2, 3, 4]),
        detail=Detail.REPLACE if replacing else pick(details) if kind == Kind.LEVEL else 0,
        flags=pick([0, Flag.LAST, Flag.LAST, Flag.IMPLIED, Flag.IMPLIED | Flag.LAST])
        | pick([*[0] * 30, Flag.SNAPSHOT]),
        # A replace that names another instrument in its second half does not occur.
        instrument_id=7 if replacing else pick([7, 7, 7, 8]),
        channel_id=1 if replacing else pick([1, 1, 1, 1, 2]),
    )


READING = st.sampled_from(["", "best_to_level", "level_to_last"])


@settings(max_examples=200 // SCALE, deadline=None, derandomize=True, database=None)
@given(draw=st.data(), reading=READING)
def test_any_rows_give_the_books_of_the_oracle(draw: st.DataObject, reading: str) -> None:
    """Short streams that hypothesis makes, and shortens when they fail."""
    count = draw.draw(st.integers(1, 40))
    rows = [random_row(lambda of: draw.draw(st.sampled_from(of))) for _ in range(count)]
    market = Market(delete_from_reading=reading)
    market.define(Instrument(1, 8, "SHALLOW", depth=3, implied_depth=1, inverted=True))
    market.apply(*rows)
    market.finish()


REASONS = {
    *("unknown_order", "duplicate_order", "over_execution", "bad_size", "bad_side", "bad_price"),
    *("bad_level", "bad_action", "unsorted", "delete_from", "crossed", "locked"),
    *("snapshot_rows", "cleared", "stale_books"),
}


WILD = {"bad_size", "bad_side", "bad_price", "unsorted"}  # seen in one of the two kinds of stream


@pytest.mark.parametrize("seed", range(6))
def test_long_streams_give_the_books_of_the_oracle(seed: int) -> None:
    """Longer streams, one seed each."""
    source = random.Random(seed)
    reading = ["", "best_to_level", "level_to_last"][seed % 3]
    market = Market(delete_from_reading=reading)
    market.define(Instrument(1, 8, "SHALLOW", depth=3, implied_depth=1, inverted=seed % 2 == 0))
    for _ in range(30 // SCALE):
        market.apply(*(random_row(source.choice, wild=seed < 3) for _ in range(100)))
        market.check_pools()
    market.finish()

    if JIT_ON:
        assert REASONS - {"delete_from", *WILD} <= set(market.counters())


def valid_rows(seed: int, count: int) -> list[Row]:
    """An order flow without faults: adds, deletes, replaces, fills, cancels near a moving price."""
    source = random.Random(seed)
    live: dict[int, list[int]] = {7: [], 8: [], 9: []}
    sizes: dict[int, int] = {}
    rows: list[Row] = []
    for number in range(1, count):
        instrument_id = source.choice([7, 7, 8, 9])
        of = {"instrument_id": instrument_id, "sequence": number, "ts_event": number * 1000}
        book = live[instrument_id]
        choice = source.random()
        victim = book[source.randrange(len(book))] if book else 0
        if choice < 0.46 or not victim:
            side = source.choice([BID, ASK])
            away = int(source.expovariate(0.1))
            size = source.randint(1, 900)
            rows.append(add(number, side, 1000 - away if side == BID else 1001 + away, size, **of))
            book.append(number)
            sizes[number] = size
        elif choice < 0.86:
            rows.append(cancel(victim, **of))
            book.remove(victim)
        elif choice < 0.93:
            price = rows[-1].price // NANOS if rows[-1].price != UNDEF_PRICE else 1000
            rows += replace(victim, number, price, sizes[victim], **of)
            book[book.index(victim)] = number
            sizes[number] = sizes[victim]
        elif sizes[victim] > 1:
            part = source.randint(1, sizes[victim] - 1)
            rows.append(source.choice([fill, cancel])(victim, part, **of))
            sizes[victim] -= part
    return rows


def test_a_day_without_faults() -> None:
    """A long flow through growing pools ends without a single count, in the oracle's books."""
    rows = valid_rows(3, 6000 // SCALE)
    market = Market(SMALL)
    array = event_array(rows)
    for row in array:
        market.oracle.apply(Row.of(row))
    market.step(array, 0, len(array))

    assert {
        name: count
        for name, count in market.counters().items()
        if name not in {"crossed", "locked"}
    } == {}
    assert market.expected_counters() == market.counters()
    market.finish()


def test_the_digest_does_not_depend_on_the_batches() -> None:
    """The same rows in one batch, in many, and with pools of any size end in one digest."""
    rows = valid_rows(5, 2000 // SCALE)
    digests = set()
    for limits, batch in ((SMALL, 1), (SMALL, 7), (Limits(), len(rows))):
        market = Market(limits)
        array = event_array(rows)
        for first in range(0, len(array), batch):
            market.step(array, first, min(first + batch, len(array)))
        digests.add(market.books.digest())

    assert len(digests) == 1


@pytest.mark.skipif(not JIT_ON, reason="this is the run without the JIT")
def test_all_of_it_without_jit() -> None:
    """The same tests on plain Python: widening errors would show as differences."""
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
         "--rootdir", here.parent, here / "test_book_level.py", here / "test_book.py"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=here.parent,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:]


# --- views ----------------------------------------------------------------------------------------
def test_books_are_found_by_symbol_id_and_key() -> None:
    """A symbol where there is a definition, "#" and the number where there is none."""
    market = Market()
    market.define(Instrument(1, 7, "TEST"))
    market.apply(add(1, BID, 100, 5), add(1, BID, 100, 5, instrument_id=8))
    market.apply(add(1, BID, 100, 5, instrument_id=8, channel_id=2, ts_event=5, sequence=9))
    books = market.books

    assert [book.symbol for book in books] == ["TEST", "#8", "#8"]
    assert (1, 7) == books["TEST"].key == books[7].key == books[1, 7].key == books["#7"].key
    assert ["TEST" in books, "NONE" in books, 9 in books] == [True, False, False]
    assert [book.key for book in books.find("#8")] == [(1, 8), (2, 8)]
    assert (books[2, 8].sequence, books[2, 8].ts_event) == (9, 5)
    with pytest.raises(KeyError, match="2 books"):
        books[8]
    with pytest.raises(KeyError, match="0 books"):
        books["NONE"]


def test_depth_and_best() -> None:
    """Both sides, best first, cut to what is asked."""
    market = Market()
    market.apply(*(add(k, BID, 100 - k, k) for k in range(1, 4)), add(9, ASK, 100, 9))
    book = market.books[7]

    assert [held.price for held in book.depth(2).bids] == [99 * NANOS, 98 * NANOS]
    assert (
        book.best().bid_price, book.best().bid_size, book.best().ask_price, book.best().ask_size,
    ) == (99 * NANOS, 1, 100 * NANOS, 9)  # fmt: skip
    assert book.orders(ASK, 99 * NANOS) == []
    assert repr(book) == "<BookView #7 by order SYNCHRONIZED>"


@pytest.mark.parametrize(
    ("nanos", "text"),
    [(0, "0.00"), (1, "0.000000001"), (-1_500_000_000, "-1.50"), (123_450_000_000, "123.45"),
     (2**63 - 2, "9223372036.854775806"), (4_500_250_000_000, "4500.25")],
)  # fmt: skip
def test_prices_as_text_are_exact(nanos: int, text: str) -> None:
    """All digits that a price has, at least two places, never through a float."""
    assert text == price_text(nanos)
    assert nanos == price_decimal(nanos) * NANOS


def test_a_ladder_for_people() -> None:
    """Plain text and a table for terminals show the same numbers."""
    market = Market()
    market.define(Instrument(1, 7, "TEST", tick=NANOS // 4, implied_depth=2))
    market.apply(
        level(Action.ADD, BID, 1, 100, 1500, order_count=3, ts_event=NANOS + 1),
        level(Action.ADD, ASK, 1, 101, 20, order_count=2, ts_event=NANOS + 1),
        level(Action.ADD, ASK, 1, 101, 5, flags=Flag.IMPLIED, ts_event=NANOS + 1),
        level(Action.ADD, ASK, 2, 102, 7, flags=Flag.IMPLIED, ts_event=NANOS + 1, sequence=4),
        cancel(9, ts_event=2 * NANOS),
    )
    text = ladder_text(market.books["TEST"].by("level"))

    assert text.splitlines() == [
        "TEST  by level  1970-01-01 00:00:02.000000000  sequence 0  STALE",
        "orders   size     bid |    ask     size  orders",
        "     3  1,500  100.00 | 101.00  25 (5i)       -",
        "                      | 102.00       7i       -",
        "spread 1.00  1 fault  stale since 1970-01-01 00:00:02.000000000",
    ]

    from rich.console import Console  # noqa: PLC0415

    console = Console(width=120, record=True, file=StringIO())
    console.print(ladder_table(market.books["TEST"].by("level")))
    shown = console.export_text()

    assert all(part in shown for part in ("STALE", "1,500", "25 (5i)", "102.00", "█"))


def test_an_empty_book_has_a_ladder() -> None:
    """Nothing to show is shown as nothing."""
    market = Market()
    market.apply(add(1, BID, 100, 1), cancel(1))

    assert ladder_text(market.books[7]).splitlines()[1] == "orders  size  bid | ask  size  orders"
    assert ladder_table(market.books[7]).row_count == 0
    assert time_text(0) == "1970-01-01 00:00:00.000000000"


# --- instruments ----------------------------------------------------------------------------------
def decimal(mantissa: int, exponent: int) -> SimpleNamespace:
    """A decimal as Kaitai objects have them."""
    return SimpleNamespace(mantissa=mantissa, exponent=exponent)


FUTURE = {
    "id": "block.security_id",
    "symbol": "block.symbol",
    "tick": "block.min_price_increment",
    "display_factor": "block.display_factor",
    "delete": {"field": "block.action", "equals": 0x44},
    "depth": {"each": "feeds", "where": {"feed": "GBX"}, "field": "depth"},
    "implied_depth": {"each": "feeds", "where": {"feed": "GBI"}, "field": "depth"},
    "inverted": {"each": "attributes", "field": "value.inverted"},
    "lot": {"each": "lots", "where": {"type": 3}, "field": "size"},
}


def future(**changes: object) -> SimpleNamespace:
    """A definition message of a future."""
    block = {
        "security_id": 1001,
        "symbol": "ESZ6\0\0 ",
        "min_price_increment": decimal(250_000_000, -9),
        "display_factor": decimal(10_000_000, -9),
        "action": 0x41,
    }
    return SimpleNamespace(
        block=SimpleNamespace(**{**block, **changes}),
        feeds=[
            SimpleNamespace(feed="GBI", depth=2),
            SimpleNamespace(feed="GBX", depth=5),
        ],
        attributes=[SimpleNamespace(value=SimpleNamespace(inverted=True))],
        lots=[SimpleNamespace(type=1, size=None), SimpleNamespace(type=3, size=decimal(15000, -4))],
    )


def test_a_definition_is_read_by_the_paths_of_its_mapping() -> None:
    """Identity, price step, depths by kind of feed, and whether the book may be inverted."""
    made, withdrawn = InstrumentMap(FUTURE).read(future(), channel_id=310)

    assert not withdrawn
    assert Instrument(310, 1001, "ESZ6", NANOS // 4, NANOS // 100, 1, 5, 2, inverted=True) == made
    assert Decimal("45.0025") == made.shown(4500_250_000_000)


def test_what_a_definition_leaves_out_is_not_known() -> None:
    """Null values and missing groups give no value; a deletion is told apart."""
    body = future(min_price_increment=decimal(2**63 - 1, -9), symbol=" ", action=0x44)
    body.feeds = []
    body.attributes = []
    body.lots = []
    del body.block.display_factor
    made, withdrawn = InstrumentMap(FUTURE).read(body, channel_id=310)

    assert withdrawn
    assert Instrument(310, 1001, "#1001") == made


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"symbol": "x"}, "id is missing"),
        ({"id": "x", "color": "y"}, "unknown key color"),
        ({"id": {"path": "x"}}, r"instrument\.id: a path"),
        ({"id": 5}, r"instrument\.id: a path"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    section: dict[str, object], message: str
) -> None:
    """With the place of the mistake."""
    with pytest.raises(InstrumentError, match=message):
        InstrumentMap(section)


def test_a_later_definition_replaces_an_earlier_one() -> None:
    """A number may get another symbol; a symbol may name several instruments."""
    directory = Directory()
    directory.define(Instrument(1, 7, "OLD"))
    directory.define(Instrument(1, 7, "NEW"))
    directory.define(Instrument(2, 7, "NEW"))

    assert (directory.keys_of("OLD"), directory.keys_of("NEW")) == ([], [(1, 7), (2, 7)])
    assert len(directory) == 2
    assert directory.get((1, 9)).symbol == "#9"


def test_a_scaled_integer_may_be_a_tick() -> None:
    """Protocols without decimal types give the scale in the mapping."""
    section = {"id": "id", "tick": {"field": "tick", "scale": -4}}
    made, _ = InstrumentMap(section).read(SimpleNamespace(id=3, tick=100), channel_id=1)

    assert made.tick == 10_000_000
    assert np.uint32(3) == made.instrument_id

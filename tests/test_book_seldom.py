"""What seldom happens to books: losses in mid-stream, full pools, words that collide, orders that cannot be moved.

Every story but a few goes through kernel and oracle, which must agree after each row on contents, states,
counters and on the row itself.
"""

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from io import StringIO

import pytest
from book_rows import (
    ASK,
    BID,
    LAST,
    NANOS,
    SMALL,
    Market,
    add,
    cancel,
    event_array,
    fill,
    level,
    modify,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhandler.book.definition_kernel import mark_undefined
from feedhandler.book.instruments import Instrument
from feedhandler.book.kernel import mark_channel
from feedhandler.book.ladder import ladder_table, ladder_text
from feedhandler.book.oracle_book import Row
from feedhandler.book.order_kernel import hash31
from feedhandler.book.pools import (
    CHANNEL_WORDS,
    CHANNELS,
    DEFINING,
    HEALED_AT,
    STALE,
    SUSPECT,
    Limits,
    touch_pages,
)
from feedhandler.book.view import price_decimal
from feedhandler.event import Action, Flag, Kind, Side
from feedhandler.jit import JIT_ON

DOUBTFUL = Flag.MAYBE_BAD_BOOK


# --- losses ---------------------------------------------------------------------------------------
class LossyMarket(Market):
    """A market of which something may be lost; from then on rows of its channel are flagged."""

    def __init__(self) -> None:
        super().__init__()
        self.lossy: set[int] = set()

    def lose(self, channel_id: int, state: int) -> None:
        """Something of a channel was lost."""
        mark_channel(channel_id, 1, state, self.books.pools)
        self.oracle.lose(channel_id, state)
        self.lossy.add(channel_id)

    def hear(self, row: Row) -> Row:
        """The next row of a feed; as it comes out."""
        flags = row.flags | (DOUBTFUL if row.channel_id in self.lossy else 0)
        return self.apply(row._replace(flags=flags))[0]

    def state(self, instrument_id: int) -> str:
        """Of a book of channel 1."""
        return self.books[1, instrument_id].state


def entry(sequence: int, price: int = 5, **fields: int) -> Row:
    """A bid on top, with its number among the instrument's entries."""
    return level(Action.ADD, BID, 1, price, 1, instrument_sequence=sequence, **fields)


def test_a_second_reset_does_not_date_the_healing_anew() -> None:
    """Books were in doubt until the first one."""
    market = LossyMarket()
    market.hear(entry(1))
    market.lose(1, STALE)
    for received in (5, 9):
        market.hear(Row(kind=Kind.CHANNEL_RESET, channel_id=1, ts_recv=received, flags=LAST))

    assert int(market.books.pools.control[CHANNELS + CHANNEL_WORDS + HEALED_AT]) == 5


def numbered(kind: Kind, sequence: int, **fields: int) -> Row:
    """A row that changes no book, with its number."""
    base = {"channel_id": 1, "instrument_id": 7, "flags": LAST}
    return Row(kind=kind, instrument_sequence=sequence, **{**base, **fields})


def test_a_statistic_has_its_number_among_the_entries() -> None:
    """It shows that nothing was lost, or that something was; where there is no book it opens none."""
    market = LossyMarket()
    told = [market.hear(entry(1)), market.hear(entry(1, instrument_id=8))]
    market.lose(1, SUSPECT)
    told += [market.hear(numbered(Kind.STATISTIC, 2)), market.hear(entry(3, 6))]
    told += [market.hear(numbered(Kind.STATISTIC, 3, instrument_id=8))]
    told += [market.hear(numbered(Kind.STATISTIC, 1, instrument_id=9))]
    told += [market.hear(numbered(Kind.STATISTIC, 0))]

    assert [bool(row.flags & DOUBTFUL) for row in told] == [False] * 4 + [True] * 3
    assert (market.state(7), market.state(8), len(market.books)) == ("SYNCHRONIZED", "STALE", 2)
    assert market.counters() == {"stale_books": 2, "healed_books": 1, "instrument_gaps": 1}


def test_trades_tell_of_a_loss_too() -> None:
    """Their numbers are the instrument's."""
    market = LossyMarket()
    market.hear(entry(1))
    market.lose(1, SUSPECT)
    first = market.hear(numbered(Kind.TRADE, 2))
    second = market.hear(numbered(Kind.TRADE, 4))

    assert (first.flags & DOUBTFUL, market.state(7), market.books[7].trades) == (0, "STALE", 2)
    assert second.flags & DOUBTFUL


def test_a_loss_is_of_one_channel() -> None:
    """The same instrument of another channel flows on; a second loss changes no book that is STALE."""
    market = LossyMarket()
    market.hear(entry(1))
    market.hear(entry(1, channel_id=2))
    market.lose(1, SUSPECT)
    market.hear(entry(3))
    market.lose(1, SUSPECT)
    market.hear(entry(2, 6, channel_id=2))
    market.hear(entry(4, 7))

    assert (market.state(7), market.books[2, 7].state) == ("STALE", "SYNCHRONIZED")
    assert market.counters() == {"stale_books": 1, "instrument_gaps": 1, "doubtful_rows": 2}


def test_a_second_number_left_out_is_no_second_doubt() -> None:
    """It is counted; the book has been STALE since the first."""
    market = LossyMarket()
    for number, price in ((1, 5), (3, 6), (5, 7)):
        market.hear(entry(number, price, ts_event=number))

    assert (market.state(7), market.books[7].stale_since) == ("STALE", 3)
    assert market.counters() == {"stale_books": 1, "instrument_gaps": 2}


def test_numbers_say_nothing_of_orders() -> None:
    """Where the venue ranks orders it numbers levels only: the levels are sound again, the orders are not."""
    market = LossyMarket()
    market.hear(entry(1))
    market.hear(add(1, BID, 5, 1, priority=9))
    market.lose(1, SUSPECT)
    told = [market.hear(entry(2, 6)), market.hear(add(2, BID, 6, 1, priority=9))]
    fault = market.hear(cancel(99))

    assert [bool(row.flags & DOUBTFUL) for row in told] == [False, True]
    assert (market.state(7), bool(fault.flags & DOUBTFUL)) == ("ORDERS_STALE", True)
    market.hear(level(Action.ADD, BID, 9, 1, 1, instrument_sequence=3))
    assert market.state(7) == "STALE"


def test_orders_in_doubt_when_definitions_begin() -> None:
    """The levels had proved themselves, to a depth that nobody told; books of other channels are as they were."""
    market = LossyMarket()
    market.hear(entry(1))
    market.hear(entry(1, channel_id=2))
    market.hear(add(1, BID, 5, 1, priority=9))
    market.lose(1, SUSPECT)
    market.hear(entry(2, 6))
    before = market.state(7)
    market.books.pools.control[DEFINING] |= 1 << 1
    mark_undefined(1, 1, market.books.pools)
    market.oracle.expect(1)
    market.hear(entry(3, 7))

    assert (before, market.state(7), market.books[2, 7].state) == (
        "ORDERS_STALE",
        "STALE",
        "SYNCHRONIZED",
    )


PLACES = (Kind.LEVEL, Kind.LEVEL, Kind.LEVEL, Kind.ORDER, Kind.ORDER, Kind.TRADE, Kind.STATISTIC)


class LossyFeed:
    """Rows of a few instruments, numbered as a venue numbers them; now and then something is lost."""

    def __init__(self, pick: Callable[[Sequence[int]], int], *, ranked: bool) -> None:
        self.pick = pick
        self.ranked = ranked
        self.numbers: dict[tuple[int, int], int] = {}

    def row(self) -> Row:
        """The next row that is heard."""
        pick = self.pick
        key = channel_id, instrument_id = pick([1, 1, 2]), pick([7, 8])
        kind = pick([*PLACES * 4, Kind.CLEAR, Kind.CHANNEL_RESET])
        number = self.numbers.get(key, 0) + pick([1, 1, 1, 1, 1, 1, 2])
        if kind == Kind.CHANNEL_RESET:
            self.numbers = {key: n for key, n in self.numbers.items() if key[0] != channel_id}
        elif kind != Kind.ORDER:
            self.numbers[key] = number
        by_order = kind == Kind.ORDER
        return Row(
            kind=kind, channel_id=channel_id, instrument_id=instrument_id,
            instrument_sequence=0 if by_order or kind == Kind.CHANNEL_RESET else number,
            action=pick([Action.ADD, Action.ADD, Action.CANCEL, Action.MODIFY]),
            side=pick([BID, ASK]), level=pick([1, 1, 2, 3]), price=pick([1, 2, 3, 4]) * NANOS,
            size=pick([1, 2]), order_id=pick(range(1, 9)) if by_order else 0,
            priority=pick([1, 2, 3]) if by_order and self.ranked else 0,
            flags=pick([0, Flag.LAST, Flag.LAST | Flag.IMPLIED]), order_count=0 if by_order else 1,
        )  # fmt: skip


def play(pick: Callable[[Sequence[int]], int], count: int, *, ranked: bool) -> LossyMarket:
    """So many rows and losses, through kernel and oracle."""
    market, feed = LossyMarket(), LossyFeed(pick, ranked=ranked)
    for _ in range(count):
        if pick([0] * 12 + [1]):
            market.lose(pick([1, 1, 2]), pick([SUSPECT, SUSPECT, STALE]))
        market.hear(feed.row())
    market.finish()
    return market


@settings(max_examples=100 if JIT_ON else 25, deadline=None, derandomize=True, database=None)
@given(draw=st.data(), ranked=st.booleans())
def test_any_losses_give_the_doubts_of_the_oracle(draw: st.DataObject, *, ranked: bool) -> None:
    """Short streams that hypothesis makes, and shortens when they fail."""
    play(lambda of: draw.draw(st.sampled_from(of)), draw.draw(st.integers(1, 30)), ranked=ranked)


@pytest.mark.parametrize("seed", range(4))
def test_long_streams_with_losses(seed: int) -> None:
    """Every state is come to, and left again."""
    market = play(random.Random(seed).choice, 600, ranked=seed % 2 == 0)
    told = set(market.counters())

    assert {"stale_books", "healed_books", "instrument_gaps", "doubtful_rows", "cleared"} <= told


# --- words that collide ---------------------------------------------------------------------------
def test_many_instruments_find_their_own_books() -> None:
    """Their keys fall on the same places of a directory, before and after it has grown."""
    market = Market(Limits(books=64, orders=16, levels=16))
    dice = random.Random(1)
    numbers = dice.sample(range(1, 1 << 32), 200)
    market.apply(*(add(1, BID, 5, 1 + k, instrument_id=number) for k, number in enumerate(numbers)))

    assert [market.books[number].best().bid_size for number in numbers] == [*range(1, 201)]
    market.finish()


def test_ids_that_fall_on_one_word() -> None:
    """Two ids of one hash, in an index that is small, and again in one that has grown."""
    seen: dict[int, int] = {}
    pair: tuple[int, int] | None = None
    dice = random.Random(1)
    for _ in range(1 << 17):
        order_id = dice.getrandbits(58) << 4
        word = int(hash31(order_id))
        if word in seen:
            pair = seen[word], order_id
            break
        seen[word] = order_id
    assert pair is not None
    one, other = pair
    market = Market(SMALL)
    market.apply(add(one, BID, 10, 1), add(other, BID, 10, 2), fill(other, 1))
    market.apply(*(add(9_999_990_000 + 977 * k * k, ASK, 20 + k, 1) for k in range(40)))

    assert [each.order_id for each in market.books[7].orders(BID, 10 * NANOS)] == [one, other]
    market.apply(Row(kind=Kind.CLEAR, channel_id=1, instrument_id=7, flags=LAST))
    market.apply(add(one, BID, 10, 1), cancel(other), cancel(one))
    assert market.counters()["unknown_order"] == 1
    market.finish()


# --- limits ---------------------------------------------------------------------------------------
def test_books_beyond_the_limit_are_counted() -> None:
    """Their rows change nothing."""
    market = Market(Limits(books=2, orders=16, levels=16, books_max=2))
    rows = [add(number, BID, 5, 1, instrument_id=number) for number in (1, 2, 3)]
    rows += [
        entry(1, instrument_id=4),
        numbered(Kind.TRADE, 1, instrument_id=5),
        cancel(9, instrument_id=6),
    ]
    array = event_array(rows)
    market.step(array, 0, len(array))

    assert [book.instrument_id for book in market.books] == [1, 2]
    assert market.counters() == {"books_limit": 4}


def test_a_price_beyond_the_limit_of_levels() -> None:
    """Neither a new order nor one that moves gets it; the book is in doubt, and holds what it held."""
    market = Market(Limits(books=2, orders=16, levels=16, levels_max=2))
    rows = [add(1, BID, 5, 1), add(2, BID, 6, 1), add(3, BID, 7, 1), modify(1, price=8 * NANOS)]
    array = event_array([*rows, modify(1, price=6 * NANOS)])
    market.step(array, 0, len(array))
    (best,) = market.books[7].levels(BID)

    assert market.counters() == {"levels_limit": 2, "stale_books": 1}
    assert (best.price, best.order_count, market.books[7].state) == (6 * NANOS, 2, "STALE")


def test_levels_and_shelves_fill_and_grow() -> None:
    """A price for each order; blocks that were left behind are used again by other books."""
    market = Market(SMALL)
    for instrument in (7, 8, 9):
        side, sign = (ASK, 1) if instrument == 8 else (BID, -1)
        rows = [
            add(1000 * instrument + k, side, 500 + sign * k, 1, instrument_id=instrument)
            for k in range(150)
        ]
        market.apply(*rows)
    market.apply(*(modify(7000 + k, price=(900 + k) * NANOS) for k in range(9)))

    assert {"ORDERS_FULL", "SHELF_FULL"} <= set(market.growths)
    assert market.counters() == {}
    market.finish()


def test_levels_without_a_slot_while_orders_move() -> None:
    """All orders stand at one price, and one by one go to prices of their own."""
    market = Market(SMALL)
    market.apply(*(add(k, BID, 1, 1) for k in range(1, 196)))
    before = len(market.growths)
    market.apply(*(modify(k, price=(1 + k) * NANOS) for k in range(1, 150)))

    assert set(market.growths[before:]) == {"ORDERS_FULL", "SHELF_FULL"}
    market.finish()


def test_orders_may_take_the_slots_of_levels() -> None:
    """Pools that start with room for one order and many levels find every order; the index never fills."""
    market = Market(Limits(books=2, orders=1, levels=1000))
    market.apply(*(add(k, BID, 1, 1) for k in range(1, 900)), cancel(5000), cancel(450))

    assert market.books[7].best().bid_size == 898
    market.finish()


@pytest.mark.parametrize(
    ("field", "number"), [("books", 0), ("ladder_depth", 256), ("kept_rows", -1)]
)
def test_limits_that_cannot_be(field: str, number: int) -> None:
    """Told with what is expected."""
    with pytest.raises(ValueError, match=f"{field} is {number}: "):
        Limits(**{field: number})


def test_touched_pages_hold_what_they_held() -> None:
    """Books may be warmed at any time."""
    market = Market(SMALL)
    market.apply(add(1, BID, 5, 1), entry(1))
    digest = market.books.digest()
    touch_pages(market.books.pools)

    assert market.books.digest() == digest


# --- rows that cannot be --------------------------------------------------------------------------
def test_a_negative_size_takes_nothing() -> None:
    """Of a fill and of a cancel."""
    market = Market()
    market.apply(add(1, BID, 5, 4), fill(1, -1), cancel(1, -2))

    assert (market.books[7].best().bid_size, market.books[7].faults) == (4, 2)


def test_rows_of_other_kinds_change_no_book() -> None:
    """Nor do they open one."""
    market = Market()
    kinds = (Kind.OTHER, Kind.TRADE_ORDER, Kind.STATUS, Kind.INSTRUMENT, Kind.SESSION, Kind.END)
    market.apply(*(numbered(kind, 5) for kind in kinds))

    assert (len(market.books), market.counters()) == (0, {})


# --- views ----------------------------------------------------------------------------------------
def test_what_is_no_side_and_no_number_of_levels() -> None:
    """Refused, with what is expected."""
    market = Market()
    market.apply(add(1, BID, 5, 1))
    book = market.books[7]

    with pytest.raises(ValueError, match="is no side of a book"):
        book.levels(Side.NONE)
    with pytest.raises(ValueError, match="count is -1"):
        book.depth(-1)


def test_depths_and_prices_of_a_book_without_a_definition() -> None:
    """Ten levels, two implied ones; a consolidated view of orders is not cut."""
    market = Market()
    market.apply(*(add(k, BID, k, 1) for k in range(1, 13)))
    book = market.books[7]

    assert (book.depth_max, book.implied_depth_max) == (10, 2)
    assert len(book.consolidated().bids) == len(book.levels(BID)) == 12
    assert len(book.by("level").consolidated().bids) == 0
    market.apply(entry(1, 3))
    assert ladder_text(book.by("level")).splitlines()[2] == "     1     1  3.00 |"
    assert price_decimal(1_500_000_000) == Decimal("1.5")


def test_a_narrow_ladder_of_a_crossed_book() -> None:
    """Bars and numbers of orders go before prices are cut; an auction's crossing is told."""
    from rich.console import Console  # noqa: PLC0415

    market = Market()
    market.define(Instrument(1, 7, "TEST"))
    market.apply(add(1, BID, 101, 5), add(2, ASK, 100, 5))
    shown = {}
    for width in (24, 120):
        console = Console(width=width, record=True, file=StringIO())
        console.print(ladder_table(market.books[7], width=width))
        shown[width] = console.export_text()

    assert ladder_text(market.books[7]).splitlines()[-1] == "spread -1.00  crossed"
    assert "crossed" in shown[120]
    assert ("orders" in shown[120], "orders" in shown[24]) == (True, False)
    assert "101.00" in shown[24]

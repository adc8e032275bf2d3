"""The naive book by itself: each rule once, with the expected outcome written out.

The kernel is judged by the oracle, so the oracle is judged by hand.
"""

from hashlib import blake2b

import pytest
from book_rows import ASK, BID, NANOS, add, cancel, fill, level, modify, replace

from feedhandler.book.contents import Contents, digest_of, first_difference, lines_of
from feedhandler.book.oracle import Oracle
from feedhandler.book.oracle_book import Row
from feedhandler.counter import Counter
from feedhandler.event import EVENT, UNDEF_SIZE, Action, Detail, Flag, Kind, Side

KEY = (1, 7)


def run(*rows: Row) -> Oracle:
    """An oracle that has seen these rows."""
    oracle = Oracle()
    for row in rows:
        oracle.apply(row)
    return oracle


def queues(oracle: Oracle, side: Side) -> list[tuple[int, list[tuple[int, int]]]]:
    """Whole prices and the (order id, size) behind them."""
    levels = oracle.books[KEY].levels(side)
    return [(price // NANOS, list(queue)) for price, _, _, queue in levels]


def test_row_has_the_fields_of_an_event() -> None:
    """A row is an Event record as plain integers."""
    assert EVENT.names == Row._fields


def test_orders_queue_by_arrival() -> None:
    """Without a rank of the venue's, first come is first served; levels go from best to worst."""
    oracle = run(
        add(1, BID, 100, 5), add(2, BID, 101, 6), add(3, BID, 100, 7), add(4, ASK, 103, 8),
        add(5, ASK, 102, 9),
    )  # fmt: skip

    assert queues(oracle, BID) == [(101, [(2, 6)]), (100, [(1, 5), (3, 7)])]
    assert queues(oracle, ASK) == [(102, [(5, 9)]), (103, [(4, 8)])]
    assert [priced[:3] for priced in oracle.books[KEY].levels(BID)] == [
        (101 * NANOS, 6, 1),
        (100 * NANOS, 12, 2),
    ]


def test_orders_queue_by_rank_where_the_venue_gives_one() -> None:
    """Lower is earlier; equal ranks stay in order of arrival; ranks are unsigned 64-bit numbers."""
    oracle = run(
        add(1, BID, 100, 1, priority=50),
        add(2, BID, 100, 1, priority=2**63 + 1),
        add(3, BID, 100, 1, priority=40),
        add(4, BID, 100, 1, priority=50),
        add(5, BID, 100, 1),
    )

    assert queues(oracle, BID) == [(100, [(3, 1), (1, 1), (4, 1), (2, 1), (5, 1)])]


def test_reductions_keep_the_place() -> None:
    """Cancels and fills take from an order; none left removes it; nothing taken changes nothing."""
    oracle = run(
        add(1, BID, 100, 5), add(2, BID, 100, 6), add(3, BID, 100, 7),
        cancel(1, 2), fill(2, 6), cancel(3, 0),
    )  # fmt: skip

    assert queues(oracle, BID) == [(100, [(1, 3), (3, 7)])]
    assert oracle.counters == {}


def test_reductions_are_completed() -> None:
    """A row leaves with the order's side, price and size, where it had none."""
    oracle = run(add(1, ASK, 100, 5))
    part = oracle.apply(fill(1, 2))
    rest = oracle.apply(cancel(1))

    assert (part.side, part.price, part.size) == (ASK, 100 * NANOS, 2)
    assert (rest.side, rest.price, rest.size) == (ASK, 100 * NANOS, 3)
    assert oracle.books[KEY].contents() == Contents([], [], [], [], [], [])


def test_a_modify_keeps_what_is_not_given() -> None:
    """A new size alone keeps the place; a new price or rank loses it."""
    first = [add(1, BID, 100, 5), add(2, BID, 100, 6)]

    assert queues(run(*first, modify(1, size=9)), BID) == [(100, [(1, 9), (2, 6)])]
    assert queues(run(*first, modify(1, priority=3)), BID) == [(100, [(2, 6), (1, 5)])]
    assert queues(run(*first, modify(1, price=101 * NANOS)), BID) == [
        (101, [(1, 5)]),
        (100, [(2, 6)]),
    ]
    moved = run(*first, modify(1, side=ASK))
    assert (queues(moved, BID), queues(moved, ASK)) == ([(100, [(2, 6)])], [(100, [(1, 5)])])


def test_a_replace_inherits_the_side_and_goes_to_the_end() -> None:
    """Even at the same price and for less, the new order stands at the end of the queue."""
    oracle = run(add(1, ASK, 100, 5), add(2, ASK, 100, 6))
    halves = [oracle.apply(row) for row in replace(1, 3, 100, 4)]

    assert queues(oracle, ASK) == [(100, [(2, 6), (3, 4)])]
    assert [(row.side, row.size) for row in halves] == [(ASK, 5), (ASK, 4)]


def test_a_replace_of_an_unknown_order_adds_nothing() -> None:
    """The fault is counted once, with the first half."""
    oracle = run(*replace(1, 2, 100, 5))

    assert queues(oracle, BID) + queues(oracle, ASK) == []
    assert oracle.counters == {Counter.UNKNOWN_ORDER: 1, Counter.STALE_BOOKS: 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (add(1, BID, 101, 5), Counter.DUPLICATE_ORDER),
        (add(2, BID, 101, 0), Counter.BAD_SIZE),
        (add(2, BID, 101, -1), Counter.BAD_SIZE),
        (add(2, BID, 101, UNDEF_SIZE), Counter.BAD_SIZE),
        (add(2, Side.NONE, 101, 5), Counter.BAD_SIDE),
        (add(2, BID, 101, 5)._replace(price=2**63 - 1), Counter.BAD_PRICE),
        (cancel(2), Counter.UNKNOWN_ORDER),
        (cancel(1, -1), Counter.BAD_SIZE),
        (fill(2, 1), Counter.UNKNOWN_ORDER),
        (modify(2, size=1), Counter.UNKNOWN_ORDER),
        (modify(1, size=0), Counter.BAD_SIZE),
        (modify(1, size=-5), Counter.BAD_SIZE),
        (cancel(1)._replace(action=Action.TRADE), Counter.BAD_ACTION),
        (cancel(1)._replace(instrument_id=7, channel_id=1, order_id=9), Counter.UNKNOWN_ORDER),
    ],
)
def test_a_fault_is_counted_and_changes_nothing(row: Row, reason: Counter) -> None:
    """The book is STALE from then on and its rows are marked, but they go on being applied."""
    oracle = run(add(1, BID, 100, 5))
    before = oracle.apply(modify(1, size=6))
    marked = oracle.apply(row)

    assert queues(oracle, BID) == [(100, [(1, 6)])]
    assert {reason: 1, Counter.STALE_BOOKS: 1} == oracle.counters
    assert tuple(out.flags & Flag.MAYBE_BAD_BOOK for out in (before, marked)) == (
        0,
        Flag.MAYBE_BAD_BOOK,
    )

    oracle.apply(add(8, BID, 100, 1))

    assert queues(oracle, BID) == [(100, [(1, 6), (8, 1)])]
    assert oracle.counters[Counter.STALE_BOOKS] == 1


def test_taking_more_than_is_left_removes_the_order() -> None:
    """The order cannot be there any more, whatever went wrong."""
    oracle = run(add(1, BID, 100, 5), fill(1, 6))

    assert queues(oracle, BID) == []
    assert oracle.counters == {Counter.OVER_EXECUTION: 1, Counter.STALE_BOOKS: 1}


def test_clear_makes_a_book_known_again() -> None:
    """An empty book is a good book; a channel reset clears the books of its channel only."""
    here = Row(kind=Kind.CLEAR, action=Action.CLEAR, channel_id=1, instrument_id=7, flags=Flag.LAST)
    oracle = run(
        add(1, BID, 100, 5), level(Action.ADD, BID, 1, 100, 5), cancel(9),
        add(1, BID, 100, 5, instrument_id=8), add(1, BID, 100, 5, channel_id=2), here,
    )  # fmt: skip

    assert [("EMPTY", "SYNCHRONIZED")[b.state] for b in oracle.books.values()] == [
        "SYNCHRONIZED"
    ] * 3
    assert [len(book.orders) for book in oracle.books.values()] == [0, 1, 1]

    oracle.apply(here._replace(kind=Kind.CHANNEL_RESET, instrument_id=0))

    assert [len(book.orders) for book in oracle.books.values()] == [0, 0, 1]
    assert oracle.counters[Counter.CLEARED] == 3


def test_what_changes_no_book() -> None:
    """Trades, statistics and snapshots pass by."""
    trade = Row(kind=Kind.TRADE, action=Action.TRADE, channel_id=1, instrument_id=7, size=5)
    oracle = run(
        add(1, BID, 100, 5),
        trade,
        trade._replace(kind=Kind.STATISTIC),
        add(2, BID, 100, 5, flags=Flag.SNAPSHOT),
        level(Action.ADD, BID, 1, 100, 5, flags=Flag.SNAPSHOT | Flag.LAST),
        Row(kind=Kind.SNAPSHOT, channel_id=1, instrument_id=7),
    )

    assert queues(oracle, BID) == [(100, [(1, 5)])]
    assert oracle.counters == {Counter.SNAPSHOT_ROWS: 3}
    assert oracle.books[KEY].trades == 1


def test_crossing_is_counted_when_it_begins() -> None:
    """At the end of an event, once, until it is over or becomes another."""
    oracle = run(
        add(1, BID, 100, 5),
        add(2, ASK, 99, 5, flags=0),
        cancel(2),
        add(3, ASK, 100, 5),
        add(4, ASK, 101, 5),
        add(5, ASK, 98, 5),
        cancel(5),
        cancel(3),
        add(6, ASK, 99, 5),
    )

    assert oracle.counters == {Counter.LOCKED: 2, Counter.CROSSED: 2}


def test_an_unknown_reading_of_a_delete_from_is_refused() -> None:
    """A setting is one of those that exist."""
    with pytest.raises(ValueError, match="must be one of"):
        Oracle("both")


def test_contents_have_one_form() -> None:
    """The lines that the digest is made of, and the digest itself."""
    oracle = run(
        add(1, BID, 100, 5),
        add(2, BID, 100, 6),
        level(Action.ADD, ASK, 1, 101, 9, order_count=4),
        level(Action.ADD, ASK, 1, 102, 8, flags=Flag.IMPLIED, order_count=2**32 - 1),
        add(3, BID, 1, 1, instrument_id=6),
        cancel(3, instrument_id=6),
    )
    lines = list(lines_of(KEY, oracle.books[KEY].contents()))
    text = "".join(f"{line}\n" for line in lines).encode()

    assert lines == [
        "book 1 7",
        "order bid 100000000000 11 2",
        "queue 1 5",
        "queue 2 6",
        "level ask 101000000000 9 4",
        "implied ask 102000000000 8 -",
    ]
    assert blake2b(text, digest_size=16).hexdigest() == digest_of(oracle.contents())


def test_first_difference_is_told() -> None:
    """Which part of a book differs, and at which level."""
    one = run(add(1, BID, 100, 5), add(2, BID, 99, 5)).books[KEY].contents()
    two = run(add(1, BID, 100, 5), add(2, BID, 99, 6)).books[KEY].contents()
    three = run(add(1, BID, 100, 5)).books[KEY].contents()

    assert (first_difference(one, two) or "").startswith("order_bid level 2: (99000000000, 5, 1")
    assert first_difference(one, three) == "order_bid: 2 and 1 levels"
    assert first_difference(one, one) is None


def test_details_of_other_rows_mean_nothing() -> None:
    """NON_PRINTABLE fills reduce like others."""
    oracle = run(add(1, BID, 100, 5), fill(1, 2, detail=Detail.NON_PRINTABLE))

    assert queues(oracle, BID) == [(100, [(1, 3)])]

"""Rows for tests of books, and one market that both the kernel and the naive oracle keep."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from feedhandler.book.directory_kernel import open_book
from feedhandler.book.growth import GROW, grow_ladder
from feedhandler.book.instruments import Instrument, equip
from feedhandler.book.kernel import apply_rows
from feedhandler.book.oracle import READINGS, Oracle
from feedhandler.book.oracle_book import Row
from feedhandler.book.pools import (
    DELETE_FROM_READING,
    LEVELS_LIVE,
    ORDERS_LIVE,
    Limits,
    make_pools,
)
from feedhandler.book.view import Books
from feedhandler.counter import Counter, new_counters
from feedhandler.event import EVENT, UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.records import records
from feedhandler.verdict import Verdict

BID, ASK = Side.BID, Side.ASK
LAST = Flag.LAST
SMALL = Limits(books=2, orders=16, levels=16, ladder_depth=10)
NANOS = 1_000_000_000


def event_array(rows: Sequence[Row]) -> Any:
    """Event records; kind ORDER has a priority, the others the numbers that share its bytes."""
    array = np.zeros(len(rows), EVENT)
    for record, row in zip(array, rows, strict=True):
        shared = {"order_count", "instrument_sequence"} if row.kind == Kind.ORDER else {"priority"}
        for name, value in zip(Row._fields, row, strict=True):
            if name not in shared:
                record[name] = value
    return records(array)


def order(action: Action, order_id: int, **fields: int) -> Row:
    """A row of kind ORDER that ends its event; instrument 7 of channel 1."""
    base = {"channel_id": 1, "instrument_id": 7, "flags": LAST}
    return Row(**{"kind": Kind.ORDER, "action": action, "order_id": order_id, **base, **fields})


def add(order_id: int, side: Side, price: int, size: int, **fields: int) -> Row:
    """An Add; the price is in whole units."""
    return order(Action.ADD, order_id, side=side, price=price * NANOS, size=size, **fields)


def cancel(order_id: int, size: int = UNDEF_SIZE, **fields: int) -> Row:
    """A Cancel, of all that is left or of a part."""
    return order(Action.CANCEL, order_id, size=size, **fields)


def fill(order_id: int, size: int, **fields: int) -> Row:
    """A Fill."""
    return order(Action.FILL, order_id, size=size, **fields)


def modify(order_id: int, **fields: int) -> Row:
    """A Modify; what is not given stays. The price is in units of 1e-9."""
    return order(Action.MODIFY, order_id, **fields)


def replace(order_id: int, new_order_id: int, price: int, size: int, **fields: int) -> list[Row]:
    """Both rows of a replace."""
    halves = {"detail": Detail.REPLACE, **fields}
    return [
        cancel(order_id, **{**halves, "flags": 0}),
        order(Action.ADD, new_order_id, price=price * NANOS, size=size, **halves),
    ]


def level(
    action: Action, side: Side, place: int, price: int | None, size: int | None, **fields: int
) -> Row:
    """A row of kind LEVEL that ends its event; the price is in whole units, None = undefined."""
    base = {"channel_id": 1, "instrument_id": 7, "flags": LAST, "order_count": 1}
    row = {"kind": Kind.LEVEL, "action": action, "side": side, "level": place, **base}
    nanos = UNDEF_PRICE if price is None else price * NANOS
    return Row(**{**row, "price": nanos, "size": UNDEF_SIZE if size is None else size, **fields})


class Market:
    """Rows go through the kernel, and through the oracle, which must agree on everything."""

    def __init__(self, limits: Limits = SMALL, delete_from_reading: str = "") -> None:
        pools = make_pools(limits, new_counters())
        pools.control[DELETE_FROM_READING] = READINGS.index(delete_from_reading)
        self.books = Books(pools)
        self.oracle = Oracle(delete_from_reading)
        self.growths: list[str] = []

    def define(self, instrument: Instrument) -> None:
        """Learn an instrument before its first row."""
        depth = max(instrument.depth or 0, instrument.implied_depth or 0)
        self.books.pools = grow_ladder(self.books.pools, depth)
        number = open_book(instrument.channel_id, instrument.instrument_id, self.books.pools)
        while number < 0:
            self.books.pools = GROW[Verdict(-number)](self.books.pools)
            number = open_book(instrument.channel_id, instrument.instrument_id, self.books.pools)
        self.books.directory.define(instrument)
        equip(self.books.pools.books, number, instrument)
        book = self.oracle.book(instrument.key)
        book.depth = instrument.depth or book.depth
        book.implied_depth = instrument.implied_depth or book.implied_depth
        book.inverted = instrument.inverted

    def step(self, rows: Any, first: int, count: int) -> None:
        """Apply rows `first .. count - 1`, growing what is full."""
        verdict = Verdict.STOP
        while verdict != Verdict.DONE:
            first, code = apply_rows(rows, first, count, self.books.pools)
            verdict = Verdict(code)
            if verdict != Verdict.DONE:
                self.growths.append(verdict.name)
                self.books.pools = GROW[verdict](self.books.pools)

    def apply(self, *rows: Row) -> list[Row]:
        """Apply rows one by one to both, comparing after each; the rows as they come out."""
        array = event_array(rows)
        out = []
        for i in range(len(rows)):
            given = Row.of(array[i])
            expected = self.oracle.apply(given)
            self.step(array, i, i + 1)

            assert expected == Row.of(array[i]), f"row {i}: {given}"
            assert self.expected_counters() == self.counters(), f"row {i}: {given}"
            self.compare(given)
            out.append(expected)
        return out

    def compare(self, row: Row) -> None:
        """The book that a row names, or all of them."""
        key = (row.channel_id, row.instrument_id)
        for view in self.books.find(key) if row.kind != Kind.CHANNEL_RESET else self.books:
            book = self.oracle.books[view.key]

            assert book.contents() == view.contents(), row
            assert (book.state, book.faults) == (self.word(view.number, "state"), view.faults), row
            assert book.crossing == view.crossing, row

    def word(self, number: int, field: str) -> int:
        """A field of a BOOK record."""
        return int(self.books.pools.books[number][field])

    def expected_counters(self) -> dict[str, int]:
        """The oracle's counters by name."""
        return {c.name.lower(): self.oracle.counters[c] for c in Counter if self.oracle.counters[c]}

    def counters(self) -> dict[str, int]:
        """The kernel's counters by name."""
        counters = self.books.pools.counters
        return {c.name.lower(): int(counters[c]) for c in Counter if counters[c]}

    def finish(self) -> None:
        """Compare all books by contents and digest."""
        assert self.oracle.contents() == self.books.contents()
        self.check_pools()

    def check_pools(self) -> None:
        """No order or level is lost or held twice."""
        live = self.books.contents().values()
        levels = [level for held in live for level in (*held.order_bid, *held.order_ask)]
        control = self.books.pools.control
        indexed = int((np.asarray(self.books.pools.index) != 0).sum())

        assert int(control[LEVELS_LIVE]) == len(levels)
        assert int(control[ORDERS_LIVE]) == sum(level[2] for level in levels) == indexed


def prices(levels: Iterable[Any]) -> list[int]:
    """Prices in whole units."""
    return [held[0] // NANOS for held in levels]

"""The kernel's books and the naive oracle's, fed the same rows and compared at every end of event.

Comparing whole books after each of a million events would take days in Python, and comparing only what an
event named would miss what the kernel changed elsewhere. So each end of event compares fingerprints of the
books that it touched: the kernel's is taken anew from all that it holds (`kernel.py`), the oracle's is kept
level by level and computed again for the levels that rows named. Where they differ, both books are written
out and compared level by level. By-level books are small and always compared whole. At the end of the
capture every book is.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.book import growth
from feedhandler.book.contents import Contents, Key
from feedhandler.book.instruments import Directory
from feedhandler.book.kernel import apply_rows, clear_channel, mark_channel
from feedhandler.book.oracle import Oracle
from feedhandler.book.oracle_book import SIDES, Book, Row
from feedhandler.book.pools import (
    BOOK_NEXT,
    CHANNEL_WORDS,
    CHANNELS,
    DEFINING,
    DEPTH_DEFAULT,
    EACH,
    EMPTY,
    FORMER,
    LADDERS_USED,
    NAMED,
    STALE,
    STATE_NAMES,
    Limits,
    Pools,
    make_pools,
)
from feedhandler.book.view import CROSSINGS, Books
from feedhandler.counter import Counter, new_counters
from feedhandler.engine.definitions import opened
from feedhandler.engine.unnamed import are_named, flag
from feedhandler.event import KERNEL_EVENT, Detail, Flag, Kind
from feedhandler.records import records
from feedhandler.verdict import Verdict
from feedhandler.verifying import kernel
from feedhandler.verifying.fingerprint import MASK, Fingerprint
from feedhandler.verifying.report import value_text

Array = np.ndarray[Any, Any]

KERNEL: Final = "book kernel"
ORACLE: Final = "oracle"
NO_CONTENTS: Final = Contents([], [], [], [], [], [])
JUDGED: Final = (
    Counter.INSTRUMENT_GAPS, Counter.DOUBTFUL_ROWS, Counter.HEALED_BOOKS,
    Counter.UNNAMED_INSTRUMENTS,
)  # fmt: skip
REASONS: Final = tuple(
    counter
    for counter in Counter
    if Counter.UNKNOWN_ORDER <= counter <= Counter.CLEARED
    or counter in {Counter.STALE_BOOKS, *JUDGED}
)
_REASONS: Final = np.array(REASONS)


class Difference(NamedTuple):
    """Where the books differ; `row` counts from 0 in the rows that were given."""

    what: str
    field: str
    kernel: str
    oracle: str
    row: int = 0
    key: Key | None = None
    level: str = ""


class BothBooks:
    """Every book twice."""

    def __init__(self, directory: Directory, limits: Limits | None = None) -> None:
        self.counters = new_counters()
        self.oracle = Oracle(depth=min((limits or Limits()).ladder_depth, DEPTH_DEFAULT))
        self.events = 0
        self.comparisons = 0
        self._view = Books(make_pools(limits or Limits(), self.counters), directory)
        self._prints: dict[Key, Fingerprint] = {}
        self._touched: dict[Key, None] = {}
        self._out = np.zeros(kernel.OUT_WORDS, np.int64)

    @property
    def pools(self) -> Pools:
        """The kernel's arrays."""
        return self._view.pools

    @pools.setter
    def pools(self, pools: Pools) -> None:
        if pools is not self._view.pools:
            self._view.pools = pools

    # --- what the engine does besides rows ---
    def lose(self, channel_id: int, ts_event: int, state: int) -> None:
        """Something of a channel was lost."""
        mark_channel(channel_id, ts_event, state, self.pools)
        self.oracle.lose(channel_id, state)

    def clear(self, channel_id: int) -> None:
        """A channel begins anew."""
        names = int(self.pools.control[CHANNELS + CHANNEL_WORDS * channel_id + NAMED]) != 0
        clear_channel(channel_id, EMPTY, self.pools)
        self.oracle.naming.discard(channel_id)
        for key, book in self.oracle.books.items():
            if key[0] == channel_id:
                self.oracle.clear(book, begins=True)
                book.former |= names
                self._touch_all(key)

    def learn(self) -> None:
        """Definitions were read: give the oracle the books they opened, and their depths."""
        table = plain(self.pools.books)
        for number in range(1, int(self.pools.control[BOOK_NEXT])):
            record = table[number]
            book = self.oracle.book((int(record["channel_id"]), int(record["instrument_id"])))
            depths = int(record["depth"]), int(record["implied_depth"])
            if depths[0] and (not book.defined or depths != (book.depth, book.implied_depth)):
                self.oracle.define(book, *depths)
            book.inverted = bool(record["inverted"])
            book.former = bool(int(record["refresh"]) & FORMER)
        for word in np.flatnonzero(self.pools.control[DEFINING:CHANNELS]).tolist():
            bits = int(self.pools.control[DEFINING + word])
            for bit in range(64):
                if bits >> bit & 1:
                    self.oracle.expect(64 * word + bit)
        named = self.pools.control[CHANNELS:].reshape(-1, CHANNEL_WORDS)[:, NAMED] & EACH
        self.oracle.naming = set(np.flatnonzero(named).tolist())

    def take_unnamed(self) -> Row | None:
        """The row that put its channel in doubt in the last datagram, as no message had named its instrument."""
        return self.oracle.unnamed.popitem()[1] if self.oracle.unnamed else None

    # --- rows ---
    def apply(self, rows: Array) -> Difference | None:
        """Apply rows to both, event by event; the first difference."""
        given = [Row._make(row) for row in rows.tolist()]
        completed: list[Row] = []
        first = 0
        for i, row in enumerate(given):
            completed.append(self._apply_to_oracle(row))
            last = row.flags & Flag.LAST
            if last or i == len(given) - 1:
                self._apply_to_kernel(rows, first, i + 1)
                found = compare_rows(rows, completed, first)
                if found is None and last:
                    found = self.compare_touched(row.channel_id)
                if found is not None:
                    return found._replace(row=found.row if found.what == "completed row" else i)
                first = i + 1
        return None

    def _apply_to_kernel(self, rows: Array, first: int, end: int) -> None:
        seen = records(rows.view(KERNEL_EVENT))
        while True:
            first, verdict = apply_rows(seen, first, end, self.pools)
            if verdict == Verdict.DONE:
                return
            if verdict == Verdict.UNNAMED:
                self._doubt_unnamed(rows[first:])
                continue
            self.pools = growth.GROW[Verdict(verdict)](self.pools)

    def _doubt_unnamed(self, rows: Array) -> None:
        """The first of these rows is of an instrument that no message named: what the engine does there."""
        channel_id = int(rows[0]["channel_id"])
        key = (channel_id, int(rows[0]["instrument_id"]))
        _, self.pools = opened(key, self.pools)
        self._view.directory.forget(key)
        if not are_named(channel_id, self.pools):
            return
        self.counters[Counter.UNNAMED_INSTRUMENTS] += 1
        if not rows[0]["flags"] & Flag.MAYBE_BAD_BOOK:
            mark_channel(channel_id, int(rows[0]["ts_recv"]), STALE, self.pools)
            flag(rows, channel_id)

    def _apply_to_oracle(self, row: Row) -> Row:
        """Apply a row and compute the levels anew that it names, before and after."""
        key = (row.channel_id, row.instrument_id)
        if row.flags & Flag.SNAPSHOT:
            return self.oracle.apply(row)
        if row.kind == Kind.ORDER:
            book = self.oracle.books.get(key)
            order = None if book is None else book.orders.get(row.order_id)
            half = self.oracle.replaced if row.detail == Detail.REPLACE else None
            made = self.oracle.apply(row)
            sums = self._sums(key)
            if order is not None:
                sums.take(order.side, order.price)
            self._sums(half[0] if half else key).take(made.side, made.price)
            if half:
                self._touched[half[0]] = None
            self._touched[key] = None
            return made
        made = self.oracle.apply(row)
        if row.kind == Kind.CHANNEL_RESET:
            for each in self.oracle.books:
                if each[0] == row.channel_id:
                    self._touch_all(each)
        elif row.kind == Kind.CLEAR:
            self._touch_all(key)
        elif row.kind in {Kind.LEVEL, Kind.TRADE}:
            self._touched[key] = None
        return made

    def _sums(self, key: Key) -> Fingerprint:
        sums = self._prints.get(key)
        if sums is None:
            sums = self._prints[key] = Fingerprint(self.oracle.books[key])
        return sums

    def _touch_all(self, key: Key) -> None:
        self._touched[key] = None
        self._sums(key).take_all()

    # --- comparing ---
    def compare_touched(self, channel_id: int) -> Difference | None:
        """Compare the books of an event of a channel that has ended, and the counts of faults."""
        self.events += 1
        for key in [each for each in self._touched if each[0] == channel_id]:
            self.comparisons += 1
            found = self._compare(key)
            if found is not None:
                return found
            del self._touched[key]
        return self._compare_reasons()

    def _compare(self, key: Key) -> Difference | None:
        """Compare one book: its state, then what it holds."""
        book = self.oracle.books.get(key)
        views = self._view.find(key)
        if book is None or not views:
            has = ("a book", "no book")
            return Difference("book", "existence", has[not views], has[book is None], key=key)
        number = views[0].number
        record = plain(self.pools.books)[number]
        for field, mine, theirs in (
            ("state", STATE_NAMES[int(record["state"])], STATE_NAMES[book.state]),
            ("faults", int(record["faults"]), book.faults),
            ("trades", int(record["trades"]), book.trades),
            ("crossing", CROSSINGS[int(record["crossing"])], book.crossing),
        ):
            if mine != theirs:
                return Difference("book", field, str(mine), str(theirs), key=key)
        kernel.fingerprint(number, self.pools, self._out)
        total = int(self._out[kernel.FINGERPRINT]) & MASK
        same = self._out[kernel.BROKEN] == 0 and total == self._sums(key).total
        if same and self.pools.control[LADDERS_USED]:
            same = all(
                self._view.columns.run(number, 2 * implied + place)
                == book.run(side, implied=bool(implied))
                for place, side in enumerate(SIDES)
                for implied in range(2)
            )
        return None if same else self._explain(key, views[0].contents(), book)

    def _explain(self, key: Key, mine: Contents, book: Book) -> Difference | None:
        """Two books that differ, level by level."""
        found = compare_contents(key, mine, book.contents())
        if found is None and self._out[kernel.BROKEN]:
            slot = int(self._out[kernel.BROKEN])
            price = value_text("price", int(plain(self.pools.levels)[slot]["price"]))
            said = (f"wrong at level {price}", "nothing of the kind")
            return Difference("book", "links, sums or order of levels", *said, key=key)
        if found is None:
            found = self._missed(key)
        return found

    def _missed(self, key: Key) -> Difference | None:
        """Fingerprints differ and the books do not: a level of ours was not computed anew."""
        sums = self._sums(key)
        sums.take_all()
        total = int(self._out[kernel.FINGERPRINT]) & MASK
        if total == sums.total:
            return None
        return Difference("book", "fingerprint", f"{total:016x}", f"{sums.total:016x}", key=key)

    def _compare_reasons(self) -> Difference | None:
        mine = self.counters[_REASONS].tolist()
        tally = self.oracle.counters
        for value, reason in zip(mine, REASONS, strict=True):
            if value != tally.get(reason, 0):
                name = reason.name.lower()
                return Difference("counter", name, str(value), str(tally.get(reason, 0)))
        return None

    def compare_all(self) -> Difference | None:
        """Compare every book whole, and the counts of faults."""
        mine = self._view.contents()
        theirs = self.oracle.contents()
        for key in sorted(mine.keys() | theirs.keys()):
            self.comparisons += 1
            found = compare_contents(
                key, mine.get(key, NO_CONTENTS), theirs.get(key, NO_CONTENTS)
            ) or self._compare(key)
            if found is not None:
                return found
        return self._compare_reasons()

    @property
    def settled(self) -> bool:
        """Whether no event is half done."""
        return not self.oracle.touched

    def digest(self) -> str:
        """The digest of the kernel's books."""
        return self._view.digest()


def plain(array: Any) -> Array:
    """A structured array without what `jit.records` made of it."""
    return np.asarray(array).view(np.ndarray)


def compare_rows(rows: Array, completed: list[Row], first: int) -> Difference | None:
    """Compare rows as the kernel completed them with the oracle's."""
    for number, row in enumerate(rows[first : len(completed)].tolist(), first):
        if row != completed[number]:
            for column, mine, theirs in zip(Row._fields, row, completed[number], strict=True):
                if mine != theirs:
                    said = value_text(column, mine), value_text(column, theirs)
                    key = (completed[number].channel_id, completed[number].instrument_id)
                    return Difference("completed row", column, *said, row=number, key=key)
    return None


def compare_contents(key: Key, mine: Contents, theirs: Contents) -> Difference | None:
    """The first level in which two books differ."""
    for part in Contents._fields:
        ours: list[Any] = getattr(mine, part)
        others: list[Any] = getattr(theirs, part)
        if ours != others:
            level = next(
                (i for i, (a, b) in enumerate(zip(ours, others, strict=False)) if a != b),
                min(len(ours), len(others)),
            )
            name = part.replace("_", " ")
            return Difference(
                what="book",
                field=name,
                kernel=level_text(ours, level),
                oracle=level_text(others, level),
                key=key,
                level=f"{name} level {level + 1}",
            )
    return None


def level_text(levels: list[Any], at: int) -> str:
    """A level as people read it, its orders in time priority."""
    if at >= len(levels):
        return "no level"
    price, size, count, *queue = levels[at]
    orders = "-" if count is None else count
    text = f"{value_text('price', price)} size {size} orders {orders}"
    if queue:
        shown = " ".join(f"{order_id}:{held}" for order_id, held in queue[0][:8])
        text += f" [{shown}{' ...' if len(queue[0]) > 8 else ''}]"
    return text

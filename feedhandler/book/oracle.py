"""The naive book: the rules written down as plainly as possible, to judge the fast one.

It takes the same Event rows and shares nothing with the kernels but the names of constants. Prices
are sorted when somebody asks, orders are found by dictionaries and moved in lists; nothing is quick
and everything is meant to be read. `verify` and the tests compare, after every row or event: the
contents of both models, the orders of each level in time priority, the state of each book, the
counter of each reason, and the row as it was completed for consumers.

The rules in short. A fault is counted by its reason and makes the book STALE; the row then changes
nothing, with three exceptions: more taken from an order than it has left removes the order, a
change of a level whose price is not ours is applied, and levels out of order stay as they are.
Trades, statistics and snapshots change no book.
"""

from collections import Counter as Tally

from feedhandler.book.contents import Contents, Key
from feedhandler.book.oracle_book import SIDES, Book, Fault, Order, Row, change_level, need_size
from feedhandler.book.pools import (
    DEPTH_DEFAULT,
    EMPTY,
    LEVELS_STALE,
    ORDERS_STALE,
    STALE,
    SUSPECT,
    SYNCHRONIZED,
    UNDEFINED,
)
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind

READINGS = ("", "best_to_level", "level_to_last")  # of a delete-from; "" = do not guess


UNSURE_LEVELS = {STALE, SUSPECT, LEVELS_STALE, UNDEFINED}
BOOK_KINDS = {Kind.ORDER, Kind.LEVEL, Kind.CLEAR, Kind.TRADE}  # rows that open a book
UNSURE_ORDERS = {STALE, SUSPECT, ORDERS_STALE}


class Oracle:
    """All books, the counters, and what a replace has left for its second half."""

    def __init__(self, delete_from_reading: str = "", depth: int = DEPTH_DEFAULT) -> None:
        if delete_from_reading not in READINGS:
            message = f"delete_from_reading must be one of {READINGS}: {delete_from_reading!r}"
            raise ValueError(message)
        self.books: dict[Key, Book] = {}
        self.counters: Tally[Counter] = Tally()
        self.delete_from_reading = delete_from_reading
        self.depth = depth  # of by-level books without a definition
        self.defining: set[int] = set()  # channels that send definitions
        self.naming: set[int] = set()  # channels on which each instrument is named before its rows
        self.unnamed: dict[int, Row] = {}  # by channel: what put it in doubt in this datagram
        self.touched: list[Book] = []
        self.replaced: tuple[Key, int] | None = None  # key of the book, side
        self.ranked = False  # once any order came with a priority of the venue's

    def book(self, key: Key) -> Book:
        """The book of an instrument, made when it is first named."""
        return self.books.setdefault(key, Book(channel_id=key[0], depth=self.depth))

    def contents(self) -> dict[Key, Contents]:
        """What all books hold."""
        return {key: book.contents() for key, book in self.books.items()}

    def apply(self, row: Row) -> Row:
        """Apply a row; the row as it is completed for consumers."""
        row = self.doubt_unnamed(row)
        if row.flags & Flag.SNAPSHOT or row.kind == Kind.SNAPSHOT:
            self.counters[Counter.SNAPSHOT_ROWS] += 1
        elif row.kind == Kind.CHANNEL_RESET:
            for (channel_id, _), book in self.books.items():
                if channel_id == row.channel_id:
                    self.clear(book)
                    book.instrument_sequence = 0
        elif row.kind == Kind.TRADE:
            book = self.book((row.channel_id, row.instrument_id))
            book.trades += 1
            self.follow(book, row)
            row = absolved(book, row)
        elif row.kind == Kind.STATISTIC:
            known = self.books.get((row.channel_id, row.instrument_id))
            if known is not None and row.instrument_sequence:
                self.follow(known, row)
                row = absolved(known, row)
        elif row.kind in {Kind.ORDER, Kind.LEVEL, Kind.CLEAR}:
            row = self.apply_to_book(row)
        if row.flags & Flag.LAST:
            self.settle_channel(row.channel_id)
        return row

    def doubt_unnamed(self, row: Row) -> Row:
        """The first row of an instrument that none named puts its channel in doubt; the row, flagged there."""
        key = row.channel_id, row.instrument_id
        new = key not in self.books or self.books[key].former
        opens = row.kind in BOOK_KINDS and not row.flags & Flag.SNAPSHOT and new
        if opens:
            self.book(key).former = False
        if opens and row.channel_id in self.naming:
            self.counters[Counter.UNNAMED_INSTRUMENTS] += 1
            if not row.flags & Flag.MAYBE_BAD_BOOK and row.channel_id not in self.unnamed:
                self.unnamed[row.channel_id] = row
                self.lose(row.channel_id, STALE)
        if row.channel_id in self.unnamed:
            return row._replace(flags=row.flags | Flag.MAYBE_BAD_BOOK)
        return row

    def apply_to_book(self, row: Row) -> Row:
        """Apply a row that changes one book."""
        book = self.book((row.channel_id, row.instrument_id))
        if row.kind == Kind.CLEAR:
            self.clear(book)
            book.instrument_sequence = row.instrument_sequence
            return absolved(book, row)
        row = complete(book, row)
        if row.kind == Kind.LEVEL:
            self.follow(book, row)
        elif row.priority:
            self.ranked = True
        try:
            if row.kind == Kind.ORDER:
                row = self.apply_order(book, row)
            else:
                self.apply_level(book, row)
        except Fault as fault:
            self.fault(book, fault.reason, row.kind)
        if book.state == EMPTY:
            first = row.kind == Kind.LEVEL and row.instrument_sequence == 1
            lost = row.flags & Flag.MAYBE_BAD_BOOK and not first
            book.state = STALE if lost else self.state_of_sound(book)
        self.touched.append(book)
        if book.state in (UNSURE_LEVELS if row.kind == Kind.LEVEL else UNSURE_ORDERS):
            if row.flags & Flag.MAYBE_BAD_BOOK:
                self.counters[Counter.DOUBTFUL_ROWS] += 1
            return row._replace(flags=row.flags | Flag.MAYBE_BAD_BOOK)
        return row._replace(flags=row.flags & ~Flag.MAYBE_BAD_BOOK)

    def fault(self, book: Book, reason: Counter, kind: int = Kind.LEVEL) -> None:
        """Count a reason and put the book in doubt; its other model stays sound if only this one was not."""
        self.counters[reason] += 1
        book.faults += 1
        if book.state == UNDEFINED and kind == Kind.LEVEL:
            self.mark_levels(book)
        elif book.state != (ORDERS_STALE if kind == Kind.ORDER else LEVELS_STALE):
            self.mark_stale(book)

    def mark_stale(self, book: Book) -> None:
        """Put both models of a book in doubt."""
        if book.state in {EMPTY, SYNCHRONIZED, UNDEFINED}:
            self.counters[Counter.STALE_BOOKS] += 1
        book.state = STALE

    def mark_levels(self, book: Book) -> None:
        """Put the levels of a book in doubt; its orders stay as sound as they were."""
        orders_sound = book.state in {SYNCHRONIZED, UNDEFINED, LEVELS_STALE}
        if book.state != LEVELS_STALE:
            self.mark_stale(book)
        book.state = LEVELS_STALE if orders_sound else STALE

    # --- definitions ---
    def lacks_definition(self, book: Book) -> bool:
        """Whether a book's channel sends definitions, and none of this book came."""
        return not book.defined and book.channel_id in self.defining

    def state_of_sound(self, book: Book) -> int:
        """What a book is of which nothing else is missing."""
        if self.lacks_definition(book):
            self.counters[Counter.UNDEFINED_BOOKS] += 1
            return UNDEFINED
        return SYNCHRONIZED

    def define(self, book: Book, depth: int, implied_depth: int) -> None:
        """A definition: levels that may not be the venue's, as they were kept to another depth, are in doubt."""
        late = False
        for (_, implied), levels in book.runs.items():
            before, now = (book.implied_depth, implied_depth) if implied else (book.depth, depth)
            if before != now and not book.defined:
                late = late or bool(levels)
            elif before != now:
                late = late or len(levels) > now or (len(levels) == before)
            del levels[now:]
        book.depth, book.implied_depth, book.defined = depth, implied_depth, True
        if late:
            self.mark_levels(book)
            self.touched.append(book)
        elif book.state == UNDEFINED:
            book.state = SYNCHRONIZED
            self.counters[Counter.HEALED_BOOKS] += 1
            self.touched.append(book)

    def expect(self, channel_id: int) -> None:
        """A channel sends definitions: books without one are in doubt."""
        if channel_id in self.defining:
            return
        self.defining.add(channel_id)
        for book in self.books.values():
            if self.lacks_definition(book) and book.state == SYNCHRONIZED:
                book.state = self.state_of_sound(book)
                self.touched.append(book)
            elif self.lacks_definition(book) and book.state == ORDERS_STALE:
                self.mark_stale(book)
                self.touched.append(book)

    def lose(self, channel_id: int, state: int) -> None:
        """Something of a channel was lost: its books are STALE, or SUSPECT."""
        for (channel, _), book in self.books.items():
            if channel == channel_id and book.state != STALE:
                levels_stale = book.state == LEVELS_STALE
                self.mark_stale(book)
                book.state = STALE if levels_stale else state

    def follow(self, book: Book, row: Row) -> None:
        """Judge a book by the venue's number of the instrument's entries."""
        last, number = book.instrument_sequence, row.instrument_sequence
        if number == 0:
            return
        if number == last + 1 and book.state == SUSPECT and self.lacks_definition(book):
            pass
        elif number == last + 1 and book.state == SUSPECT:
            book.state = ORDERS_STALE if self.ranked else SYNCHRONIZED
            self.counters[Counter.HEALED_BOOKS] += 1
            self.touched.append(book)
        elif number not in {last, last + 1} and (last or book.state == SUSPECT):
            self.counters[Counter.INSTRUMENT_GAPS] += 1
            self.mark_stale(book)
            self.touched.append(book)
        book.instrument_sequence = number

    def clear(self, book: Book, *, begins: bool = False) -> None:
        """Empty a book because the venue says so, or because its channel begins anew."""
        if book.state not in {EMPTY, SYNCHRONIZED, UNDEFINED}:
            self.counters[Counter.HEALED_BOOKS] += 1
        book.clear()
        book.state = EMPTY if begins or book.former else self.state_of_sound(book)
        self.counters[Counter.CLEARED] += 1
        self.touched.append(book)

    def settle_channel(self, channel_id: int) -> None:
        """The end of an event of a channel; events of other channels may be half done."""
        for book in self.touched:
            if book.channel_id == channel_id:
                self.settle(book)
        self.touched = [book for book in self.touched if book.channel_id != channel_id]

    def settle(self, book: Book) -> None:
        """The end of an event, when a book must make sense."""
        if not book.is_sorted() and book.state not in UNSURE_LEVELS:
            self.fault(book, Counter.UNSORTED)
        crossing = book.find_crossing()
        if crossing and crossing != book.crossing and not book.inverted:
            self.counters[Counter[crossing.upper()]] += 1
        book.crossing = crossing

    # --- by order ---
    def apply_order(self, book: Book, row: Row) -> Row:
        """A row of kind ORDER; the row, with its side if it inherited one."""
        if row.action == Action.ADD:
            return self.add(book, row)
        if row.action in {Action.CANCEL, Action.FILL}:
            self.reduce(book, row)
        elif row.action == Action.MODIFY:
            self.modify(book, row)
        else:
            raise Fault(Counter.BAD_ACTION)
        return row

    def add(self, book: Book, row: Row) -> Row:
        """A new order, or the second half of a replace, which inherits the side."""
        given = row
        if row.detail == Detail.REPLACE:
            if self.replaced is None:
                return row  # the first half was a fault and is counted
            (channel_id, instrument_id), side = self.replaced
            book = self.books[channel_id, instrument_id]
            row = row._replace(channel_id=channel_id, instrument_id=instrument_id, side=side)
        if row.side not in SIDES:
            raise Fault(Counter.BAD_SIDE)
        if row.size <= 0 or row.size == UNDEF_SIZE:
            raise Fault(Counter.BAD_SIZE)
        if row.price == UNDEF_PRICE:
            raise Fault(Counter.BAD_PRICE)
        if row.order_id in book.orders:
            raise Fault(Counter.DUPLICATE_ORDER)
        book.enter(Order(row.order_id, row.side, row.price, row.size, row.priority))
        if given.detail == Detail.REPLACE:
            self.replaced = None
        return row

    def reduce(self, book: Book, row: Row) -> None:
        """A Cancel or a Fill: less of an order, or none of it; the rest keeps its place."""
        if row.detail == Detail.REPLACE:
            self.replaced = None
        order = book.known(row)
        if row.detail == Detail.REPLACE:
            self.replaced = ((row.channel_id, row.instrument_id), order.side)
        if row.size < 0:
            raise Fault(Counter.BAD_SIZE)
        if row.size < order.size:
            order.size -= row.size
            return
        book.leave(order)
        if row.size > order.size:
            raise Fault(Counter.OVER_EXECUTION)

    def modify(self, book: Book, row: Row) -> None:
        """New values for an order; what is not given stays."""
        order = book.known(row)
        if row.size <= 0:
            raise Fault(Counter.BAD_SIZE)
        priority = row.priority or order.priority
        if (row.side, row.price, priority) == (order.side, order.price, order.priority):
            order.size = row.size
        else:
            book.leave(order)
            book.enter(Order(order.order_id, row.side, row.price, row.size, priority))

    # --- by level ---
    def apply_level(self, book: Book, row: Row) -> None:
        """A row of kind LEVEL."""
        if row.side not in SIDES:
            raise Fault(Counter.BAD_SIDE)
        implied = bool(row.flags & Flag.IMPLIED)
        levels = book.runs.setdefault((row.side, implied), [])
        depth = book.implied_depth if implied else book.depth
        if row.action == Action.ADD:
            if not 1 <= row.level <= min(len(levels) + 1, depth):
                raise Fault(Counter.BAD_LEVEL)
            if row.price == UNDEF_PRICE:
                raise Fault(Counter.BAD_PRICE)
            need_size(row)
            levels.insert(row.level - 1, [row.price, row.size, row.order_count])
            del levels[depth:]
        elif row.action == Action.MODIFY:
            change_level(levels, row)
        elif row.action == Action.CANCEL:
            self.delete_levels(levels, row)
        else:
            raise Fault(Counter.BAD_ACTION)

    def delete_levels(self, levels: list[list[int]], row: Row) -> None:
        """One level, all of them, or a run whose reading is a setting."""
        if row.detail == Detail.THRU:
            levels.clear()
            return
        if row.detail == Detail.FROM and not self.delete_from_reading:
            raise Fault(Counter.DELETE_FROM)
        if not 1 <= row.level <= len(levels):
            raise Fault(Counter.BAD_LEVEL)
        if row.detail != Detail.FROM:
            del levels[row.level - 1]
        elif self.delete_from_reading == "best_to_level":
            del levels[: row.level]
        else:
            del levels[row.level - 1 :]


def absolved(book: Book, row: Row) -> Row:
    """A row of a channel that lost something, without the flag if its book is known to be sound."""
    if book.state == EMPTY or book.state in UNSURE_LEVELS:
        return row
    return row._replace(flags=row.flags & ~Flag.MAYBE_BAD_BOOK)


def complete(book: Book, row: Row) -> Row:
    """The row with side, price and size of the order that it names, where it left them out.

    A Cancel without size takes all that is left, and so does the Cancel of a replace.
    """
    order = book.orders.get(row.order_id)
    if row.kind != Kind.ORDER or order is None:
        return row
    if row.action in {Action.CANCEL, Action.FILL}:
        whole = row.size == UNDEF_SIZE or row.detail == Detail.REPLACE
        price = order.price if row.price == UNDEF_PRICE else row.price
        size = order.size if whole else row.size
        return row._replace(side=order.side, price=price, size=size)
    if row.action == Action.MODIFY:
        return row._replace(
            side=row.side if row.side in SIDES else order.side,
            price=order.price if row.price == UNDEF_PRICE else row.price,
            size=order.size if row.size == UNDEF_SIZE else row.size,
        )
    return row

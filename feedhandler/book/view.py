"""Books for Python: what the pools hold, read by symbol, level and order.

A view copies nothing and remembers nothing: it reads the pools when it is asked, so it shows the
book as it is then. Prices are exact integers in units of 1e-9; `price_text` and `price_decimal`
make them readable without a detour through floats. Nothing here is on the hot path.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from feedhandler.book.contents import Contents, Key, Priced, Queue, Queued, digest_of
from feedhandler.book.instruments import Directory, Instrument
from feedhandler.book.level_kernel import USED
from feedhandler.book.pools import (
    BOOK_NEXT,
    DEPTH_DEFAULT,
    IMPLIED_DEPTH_DEFAULT,
    STALE,
    STATE_NAMES,
    Pools,
)
from feedhandler.event import UNDEF_COUNT, Side

Model: TypeAlias = Literal["order", "level"]

CROSSINGS: Final = ("", "crossed", "locked")
_NANOS: Final = Decimal("1e-9")


class Level(NamedTuple):
    """A price and what stands there."""

    price: int
    size: int
    order_count: int | None  # None where the venue does not tell, and of merged levels
    implied: int = 0  # the part of the size that is implied by orders of other instruments


class Order(NamedTuple):
    """An order in the queue of its price."""

    order_id: int
    size: int
    priority: int  # the venue's rank, lower is earlier; 0 = order of arrival


class Depth(NamedTuple):
    """Both sides of a book, best level first."""

    bids: list[Level]
    asks: list[Level]


class Best(NamedTuple):
    """The best level of each side; None = the side is empty."""

    bid: Level | None
    ask: Level | None

    @property
    def bid_price(self) -> int | None:
        """Best bid in units of 1e-9."""
        return self.bid.price if self.bid else None

    @property
    def ask_price(self) -> int | None:
        """Best ask in units of 1e-9."""
        return self.ask.price if self.ask else None

    @property
    def bid_size(self) -> int:
        """Size of the best bid."""
        return self.bid.size if self.bid else 0

    @property
    def ask_size(self) -> int:
        """Size of the best ask."""
        return self.ask.size if self.ask else 0


def price_decimal(nanos: int) -> Decimal:
    """A price as an exact decimal number."""
    return nanos * _NANOS


def price_text(nanos: int, places: int = 2) -> str:
    """A price as text: all its digits, and at least so many after the point."""
    whole, rest = divmod(abs(nanos), 1_000_000_000)
    digits = f"{rest:09d}".rstrip("0").ljust(places, "0")
    point = "." if digits else ""
    return f"{'-' if nanos < 0 else ''}{whole}{point}{digits}"


def _check(side: Side, count: int | None = None) -> None:
    """A book has two sides, and no fewer than 0 levels."""
    if side not in (Side.BID, Side.ASK):
        raise ValueError(f"{side!r} is no side of a book: Side.BID or Side.ASK is expected")
    if count is not None and count < 0:
        raise ValueError(f"count is {count}: 0 or more, or None for all, is expected")


class BookView:
    """One instrument's book, by order or by level."""

    def __init__(self, books: "Books", number: int, model: Model) -> None:
        self.books = books
        self.number = number
        self.model: Model = model

    def by(self, model: Model) -> "BookView":
        """The same book in another model."""
        return BookView(self.books, self.number, model)

    # --- what it is ---
    def _word(self, field: str) -> int:
        return int(self.books.pools.books[self.number][field])

    @property
    def key(self) -> Key:
        """Channel and instrument id."""
        return self.channel_id, self.instrument_id

    @property
    def channel_id(self) -> int:
        """The channel of the feed."""
        return self._word("channel_id")

    @property
    def instrument_id(self) -> int:
        """The venue's number of the instrument."""
        return self._word("instrument_id")

    @property
    def instrument(self) -> Instrument:
        """Its definition, or what stands for one."""
        return self.books.directory.get(self.key)

    @property
    def symbol(self) -> str:
        """Its symbol; "#" and its number where no definition was seen."""
        return self.instrument.symbol

    @property
    def state(self) -> str:
        """EMPTY, SYNCHRONIZED, STALE, or one of the states between; see `pools.py`."""
        return STATE_NAMES[self._word("state")]

    @property
    def crossing(self) -> str:
        """What it was at the last end of event: "crossed", "locked" or ""."""
        return CROSSINGS[self._word("crossing")]

    @property
    def sequence(self) -> int:
        """Sequence (low 32 bits) of the last row that touched it."""
        return self._word("sequence")

    @property
    def ts_event(self) -> int:
        """Venue time of that row, ns since 1970 UTC."""
        return self._word("ts_event")

    @property
    def stale_since(self) -> int | None:
        """Venue time of the fault that made it STALE."""
        return self._word("stale_since") or None

    @property
    def faults(self) -> int:
        """Rows that could not be applied."""
        return self._word("faults")

    @property
    def trades(self) -> int:
        """Trade rows seen."""
        return self._word("trades")

    @property
    def depth_max(self) -> int:
        """Levels a side of the by-level book."""
        return self._word("depth") or DEPTH_DEFAULT

    @property
    def implied_depth_max(self) -> int:
        """Levels a side of its implied book."""
        return self._word("implied_depth") or IMPLIED_DEPTH_DEFAULT

    # --- what it holds ---
    def levels(self, side: Side, count: int | None = None) -> list[Level]:
        """Levels of a side, best first; all of them, or so many."""
        _check(side, count)
        if self.model == "level":
            return self._run(int(side == Side.ASK))[:count]
        columns = self.books.columns
        slots = columns.level_slots(self.number, side)[:count]
        return [
            Level(columns.level_price(s), columns.level_size(s), columns.level_count(s))
            for s in slots
        ]

    def best(self) -> Best:
        """The best level of each side."""
        bids, asks = self.levels(Side.BID, 1), self.levels(Side.ASK, 1)
        return Best(bids[0] if bids else None, asks[0] if asks else None)

    def depth(self, count: int | None = None) -> Depth:
        """Levels of both sides."""
        return Depth(self.levels(Side.BID, count), self.levels(Side.ASK, count))

    def orders(self, side: Side, price: int) -> list[Order]:
        """Orders of the by-order book at a price, in time priority."""
        _check(side)
        columns = self.books.columns
        for slot in columns.level_slots(self.number, side):
            if columns.level_price(slot) == price:
                return list(columns.queue(slot))
        return []

    def implied(self, side: Side) -> list[Level]:
        """Levels of the implied book, best first."""
        _check(side)
        run = self._run(2 + int(side == Side.ASK))
        return [level._replace(implied=level.size) for level in run]

    def consolidated(self, count: int | None = None) -> Depth:
        """Direct and implied levels merged by price, sizes added, cut to the direct depth.

        A merged level has no number of orders, because implied levels have none.
        """
        _check(Side.BID, count)
        if self.model == "level":
            count = self.depth_max if count is None else min(count, self.depth_max)
        return Depth(self._merged(Side.BID)[:count], self._merged(Side.ASK)[:count])

    def _merged(self, side: Side) -> list[Level]:
        merged = {level.price: level for level in self.levels(side)}
        for level in self.implied(side):
            size = level.size + (merged[level.price].size if level.price in merged else 0)
            merged[level.price] = Level(level.price, size, None, level.size)
        return sorted(merged.values(), reverse=side == Side.BID)

    def _run(self, run: int) -> list[Level]:
        return [Level(*priced) for priced in self.books.columns.run(self.number, run)]

    def contents(self) -> Contents:
        """Both models, as they are compared and digested."""
        columns = self.books.columns
        runs = [columns.run(self.number, run) for run in range(4)]
        return Contents(
            self._queued(Side.BID), self._queued(Side.ASK), runs[0], runs[1], runs[2], runs[3]
        )

    def _queued(self, side: Side) -> list[Queued]:
        columns = self.books.columns
        levels = []
        for slot in columns.level_slots(self.number, side):
            queue: Queue = tuple((order.order_id, order.size) for order in columns.queue(slot))
            price, size = columns.level_price(slot), columns.level_size(slot)
            levels.append((price, size, columns.level_count(slot), queue))
        return levels

    def __repr__(self) -> str:
        return f"<BookView {self.symbol} by {self.model} {self.state}>"


class Columns:
    """The fields of the pools as columns of Python integers."""

    def __init__(self, pools: Pools) -> None:
        orders, levels, ladder = (
            np.asarray(array).view(np.ndarray)
            for array in (pools.orders, pools.levels, pools.ladder)
        )
        self.shelves = np.asarray(pools.shelves).view(np.ndarray)
        self.shelf_level = pools.shelf_level
        self.level_price, self.level_size = levels["price"].item, levels["size"].item
        self.level_count, self._first = levels["count"].item, levels["next"].item
        self._order_id, self._order_size = orders["order_id"].item, orders["size"].item
        self._next, self._priority = orders["next"].item, pools.priority.item
        self._ladder, self._ladder_used = ladder, pools.ladder_used
        self._room = ladder.size // pools.ladder_used.size

    def level_slots(self, number: int, side: Side) -> list[int]:
        """Slots of the levels of a side, best first."""
        shelf: Any = self.shelves[2 * number + (side == Side.ASK)]
        first, used = int(shelf["offset"]), int(shelf["used"])
        slots: list[int] = self.shelf_level[first : first + used].tolist()
        return slots[::-1]

    def queue(self, slot: int) -> Iterator[Order]:
        """Orders of a level, the earliest first. Ids are unsigned 64-bit words kept as signed."""
        order = self._first(slot)
        while order != slot:
            order_id, priority = self._order_id(order), self._priority(order)
            yield Order(order_id & (1 << 64) - 1, self._order_size(order), priority & (1 << 64) - 1)
            order = self._next(order)

    def run(self, number: int, run: int) -> list[Priced]:
        """Levels of a run of the by-level book."""
        at = 4 * number + run
        used = int(self._ladder_used[at]) & USED
        rows = self._ladder[at * self._room : at * self._room + used].tolist()
        return [(p, size, None if count == UNDEF_COUNT else count) for p, size, count in rows]


class Books:
    """Every book of a process: iterate, or look up by symbol, by id, or by (channel, id).

    `pools` is replaced by its owner whenever it grows.
    """

    def __init__(
        self, pools: Pools, directory: Directory | None = None, model: Model = "order"
    ) -> None:
        self.directory = Directory() if directory is None else directory
        self.model: Model = model
        self._numbers: dict[Key, int] = {}
        self.pools = pools

    @property
    def pools(self) -> Pools:
        """The arrays that hold the books."""
        return self._pools

    @pools.setter
    def pools(self, pools: Pools) -> None:
        self._pools = pools
        self.columns = Columns(pools)

    def _learn(self) -> dict[Key, int]:
        """Numbers by key; books are only ever added."""
        table = self.pools.books
        for number in range(len(self._numbers) + 1, int(self.pools.control[BOOK_NEXT])):
            record = table[number]
            self._numbers[int(record["channel_id"]), int(record["instrument_id"])] = number
        return self._numbers

    def __len__(self) -> int:
        return len(self._learn())

    def __iter__(self) -> Iterator[BookView]:
        return (BookView(self, number, self.model) for number in list(self._learn().values()))

    def __getitem__(self, name: str | int | Key) -> BookView:
        """A book; KeyError when there is none of that name, or more than one."""
        found = self.find(name)
        if len(found) != 1:
            message = f"{len(found)} books are named {name!r}"
            raise KeyError(message)
        return found[0]

    def __contains__(self, name: str | int | Key) -> bool:
        return bool(self.find(name))

    def find(self, name: str | int | Key) -> list[BookView]:
        """All books of a symbol, an instrument id ("#12" or 12), or a (channel, instrument id)."""
        numbers = self._learn()
        if isinstance(name, str) and name[:1] == "#" and name[1:].isdecimal():
            name = int(name[1:])
        if isinstance(name, str):
            keys = self.directory.keys_of(name)
        elif isinstance(name, int):
            keys = [key for key in numbers if key[1] == name]
        else:
            keys = [name]
        return [BookView(self, numbers[key], self.model) for key in keys if key in numbers]

    def states(self) -> dict[str, int]:
        """How many books are in each state."""
        count = dict.fromkeys(STATE_NAMES, 0)
        for book in self:
            count[book.state] += 1
        always = STATE_NAMES[: STALE + 1]
        return {name: number for name, number in count.items() if number or name in always}

    def contents(self) -> dict[Key, Contents]:
        """What every book holds."""
        return {book.key: book.contents() for book in self}

    def digest(self) -> str:
        """The digest of all books, defined in `contents.py`."""
        return digest_of(self.contents())

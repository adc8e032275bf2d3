"""What the naive books are made of: a row of plain integers, an order, and one instrument's book.

Dictionaries find, lists keep the order, and what is wanted sorted is sorted when it is asked for.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feedhandler.book.contents import Contents, Priced, Queued
from feedhandler.book.pools import DEPTH_DEFAULT, EMPTY, IMPLIED_DEPTH_DEFAULT, SYNCHRONIZED
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Kind, Side

SIDES = (Side.BID, Side.ASK)


class Row(NamedTuple):
    """An Event record as plain integers."""

    ts_event: int = 0
    ts_recv: int = 0
    order_id: int = 0
    price: int = UNDEF_PRICE
    size: int = UNDEF_SIZE
    priority: int = 0
    order_count: int = 0
    instrument_sequence: int = 0
    sequence: int = 0
    instrument_id: int = 0
    action: int = Action.NONE
    side: int = Side.NONE
    flags: int = 0
    kind: int = Kind.OTHER
    level: int = 0
    detail: int = 0
    channel_id: int = 0

    @classmethod
    def of(cls, record: Any) -> "Row":
        """From a record of an Event array."""
        return cls(*(int(record[name]) for name in cls._fields))


class Fault(Exception):  # noqa: N818 - it is the field's word, and no error of the program
    """A row that does not fit the book."""

    def __init__(self, reason: Counter) -> None:
        super().__init__(reason.name)
        self.reason = reason


@dataclass(eq=False)
class Order:
    """One order, resting at a price."""

    order_id: int
    side: int
    price: int
    size: int
    priority: int


@dataclass
class Book:
    """Both models of one instrument's book."""

    channel_id: int = 0
    state: int = EMPTY
    faults: int = 0
    trades: int = 0
    crossing: str = ""
    depth: int = DEPTH_DEFAULT
    implied_depth: int = IMPLIED_DEPTH_DEFAULT
    defined: bool = False  # a definition told these depths
    inverted: bool = False
    instrument_sequence: int = 0
    former: bool = False  # of a session before: nothing of this one has spoken of it
    orders: dict[int, Order] = field(default_factory=dict)
    queues: dict[int, dict[int, list[Order]]] = field(
        default_factory=lambda: {s: {} for s in SIDES}
    )
    runs: dict[tuple[int, bool], list[list[int]]] = field(default_factory=dict)  # side, implied

    def clear(self) -> None:
        """Forget everything; a book known to be empty is a good book."""
        self.orders.clear()
        self.queues = {side: {} for side in SIDES}
        self.runs.clear()
        self.state = SYNCHRONIZED

    # --- by order ---
    def enter(self, order: Order) -> None:
        """Queue an order behind those of the same or an earlier rank; rank 0 = behind all."""
        queue = self.queues[order.side].setdefault(order.price, [])
        place = len(queue)
        while order.priority and place and queue[place - 1].priority > order.priority:
            place -= 1
        queue.insert(place, order)
        self.orders[order.order_id] = order

    def leave(self, order: Order) -> None:
        """Take an order out."""
        queue = self.queues[order.side][order.price]
        queue.remove(order)
        if not queue:
            del self.queues[order.side][order.price]
        del self.orders[order.order_id]

    def known(self, row: Row) -> Order:
        """The order that a row names."""
        if row.order_id not in self.orders:
            raise Fault(Counter.UNKNOWN_ORDER)
        return self.orders[row.order_id]

    def levels(self, side: int) -> list[Queued]:
        """Levels of the by-order book with their orders, best first."""
        levels = []
        for price, queue in sorted(self.queues[side].items(), reverse=side == Side.BID):
            held = tuple((order.order_id, order.size) for order in queue)
            levels.append((price, sum(order.size for order in queue), len(queue), held))
        return levels

    # --- by level ---
    def run(self, side: int, *, implied: bool = False) -> list[Priced]:
        """Levels of the by-level book as the venue has told them."""
        return [
            (price, size, None if count == UNDEF_COUNT else count)
            for price, size, count in self.runs.get((side, implied), [])
        ]

    def first_price(self, side: int) -> int | None:
        """The price at level 1 of the direct by-level book."""
        levels = self.runs.get((side, False))
        return levels[0][0] if levels else None

    def is_sorted(self) -> bool:
        """Whether every run of the by-level book gets strictly worse."""
        for (side, _), levels in self.runs.items():
            prices = [level[0] for level in levels]
            if prices != sorted(set(prices), reverse=side == Side.BID):
                return False
        return True

    # --- both ---
    def contents(self) -> Contents:
        """What the book holds."""
        return Contents(
            order_bid=self.levels(Side.BID),
            order_ask=self.levels(Side.ASK),
            level_bid=self.run(Side.BID),
            level_ask=self.run(Side.ASK),
            implied_bid=self.run(Side.BID, implied=True),
            implied_ask=self.run(Side.ASK, implied=True),
        )

    def find_crossing(self) -> str:
        """Whether best prices of either model cross ("crossed"), or at least meet ("locked")."""
        found = set()
        for bid, ask in (
            (max(self.queues[Side.BID], default=None), min(self.queues[Side.ASK], default=None)),
            (self.first_price(Side.BID), self.first_price(Side.ASK)),
        ):
            if bid is not None and ask is not None and bid >= ask:
                found.add("locked" if bid == ask else "crossed")
        return min(found, default="")  # crossed comes before locked


def change_level(levels: list[list[int]], row: Row) -> None:
    """New size and count of a level; of an overlay, a new price too."""
    if not 1 <= row.level <= len(levels):
        raise Fault(Counter.BAD_LEVEL)
    overlay = row.detail == Detail.OVERLAY
    if overlay and row.price == UNDEF_PRICE:
        raise Fault(Counter.BAD_PRICE)
    need_size(row)
    old_price = levels[row.level - 1][0]
    price = old_price if row.price == UNDEF_PRICE else row.price
    levels[row.level - 1] = [price, row.size, row.order_count]
    if price != old_price and not overlay:
        raise Fault(Counter.BAD_PRICE)


def need_size(row: Row) -> None:
    """A level has a size, and may have none left."""
    if row.size < 0 or row.size == UNDEF_SIZE:
        raise Fault(Counter.BAD_SIZE)

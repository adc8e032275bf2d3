"""The venue's own books, in plain Python: orders in time priority at their prices.

Prices are integers in ticks. A side keeps `price * sign` (sign +1 for bids, -1 for asks) in
ascending order, so that for both the best is the last and "better" means "greater"; one code
serves both. The orders of a level lie in a dict, which keeps the order of arrival: its first is
the next to trade.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Final

BID: Final = 0
ASK: Final = 1


class Order:
    """A resting order; `place` is its index in `Market.live`."""

    __slots__ = ("instrument", "order_id", "place", "price", "priority", "side", "size")

    def __init__(
        self, order_id: int, instrument: "Instrument", side: int, price: int, size: int
    ) -> None:
        self.order_id = order_id
        self.instrument = instrument
        self.side = side
        self.price = price
        self.size = size
        self.priority = 0
        self.place = -1


class Level:
    """The orders at one price, the earliest first."""

    __slots__ = ("orders", "size")

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self.size = 0


class Side:
    """One side of a book."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []  # price * sign, ascending: the best is the last
        self.levels: dict[int, Level] = {}  # by price

    @property
    def best(self) -> int:
        """Best price; ask only when there is one."""
        return self.keys[-1] * self.sign

    def add(self, order: Order) -> None:
        """Put an order at the end of the queue of its price."""
        level = self.levels.get(order.price)
        if level is None:
            level = self.levels[order.price] = Level()
            insort(self.keys, order.price * self.sign)
        level.orders[order.order_id] = order
        level.size += order.size

    def take(self, order: Order, quantity: int) -> None:
        """Take a quantity from an order; one without any left is gone, and so is an empty level."""
        level = self.levels[order.price]
        level.size -= quantity
        order.size -= quantity
        if not order.size:
            del level.orders[order.order_id]
            if not level.orders:
                del self.levels[order.price]
                del self.keys[bisect_left(self.keys, order.price * self.sign)]

    def front(self) -> Order:
        """The order that trades next; ask only when there is one."""
        return next(iter(self.levels[self.best].orders.values()))

    def by_price(self, levels_max: int | None = None) -> list[tuple[int, int, int]]:
        """(price, size, number of orders) of the levels, the best first."""
        first = 0 if levels_max is None else max(0, len(self.keys) - levels_max)
        prices = [key * self.sign for key in self.keys[first:]]
        prices.reverse()
        return [(p, self.levels[p].size, len(self.levels[p].orders)) for p in prices]


@dataclass(slots=True)
class Instrument:
    """What is traded: number, name, tick in 1e-9 units, the fair price that the flow follows."""

    number: int
    symbol: str
    tick_nanos: int
    fair: int
    price_min: int
    halted: bool = False
    sides: tuple[Side, Side] = field(default_factory=lambda: (Side(1), Side(-1)))

    def nanos(self, price: int) -> int:
        """A price in units of 1e-9."""
        return price * self.tick_nanos

    def book(self, side: int, levels_max: int | None = None) -> list[tuple[int, int, int]]:
        """(price in 1e-9 units, size, number of orders) of one side, the best first."""
        tick = self.tick_nanos
        return [(p * tick, size, n) for p, size, n in self.sides[side].by_price(levels_max)]


class Market:
    """All instruments and all live orders; `live` serves to pick one at random."""

    def __init__(self, instruments: list[Instrument], first_order_id: int) -> None:
        self.instruments = instruments
        self.live: list[Order] = []
        self._order_id = first_order_id
        self._priority = first_order_id * 7

    def new_order_id(self, gap: int = 0) -> int:
        """The next order id; ids rise, not always by one."""
        self._order_id += 1 + gap
        return self._order_id

    def add(self, order: Order) -> None:
        """Rest an order at the end of its queue."""
        self._priority += 3
        order.priority = self._priority
        order.place = len(self.live)
        self.live.append(order)
        order.instrument.sides[order.side].add(order)

    def take(self, order: Order, quantity: int) -> None:
        """Take a quantity from an order; one without any left is gone."""
        order.instrument.sides[order.side].take(order, quantity)
        if not order.size:
            last = self.live.pop()
            if last is not order:
                last.place = order.place
                self.live[order.place] = last

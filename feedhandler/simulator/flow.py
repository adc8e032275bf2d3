"""The order flow: who comes to the market, with what, in integers and from one seed.

A step is one participant's action. Of a hundred messages about 44 add, 42 delete, 8 replace, 4
execute and 2 cancel a part. Prices cluster at the touch: a quarter joins the best price, some
improve it, most rest within a dozen ticks, a few far away. Marketable orders trade against the
best price in time priority; what is left of a limit order rests. Only `getrandbits` and integer
arithmetic are used, so that every Python makes the same market from the same seed.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from feedhandler.simulator.market import BID, Instrument, Market, Order

# Shares of a step in 1000: adds up to the first, deletes up to the second ...
ADD: Final = 440
DELETE: Final = 865
REPLACE: Final = 947
EXECUTE: Final = 979
FILLS_MAX: Final = 12
FAR_TICKS: Final = 240


class Fill(NamedTuple):
    """A resting order and what was taken from it; `order.size` is already what is left."""

    order: Order
    quantity: int


class Trade(NamedTuple):
    """A marketable order: who, which side, and whom it met."""

    order_id: int
    instrument: Instrument
    side: int
    fills: list[Fill]


class Tape(Protocol):
    """Who is told what happened; each venue writes its own messages from it."""

    def added(self, order: Order) -> None:
        """Hear of an order that rests now."""

    def deleted(self, order: Order, size: int) -> None:
        """Hear of an order withdrawn, of this size until now."""

    def reduced(self, order: Order, quantity: int) -> None:
        """Hear of an order that lost a part and kept its place."""

    def replaced(self, old: Order, size: int, new: Order) -> None:
        """Hear of an order that gave up its place (and its size until then) for a new one."""

    def traded(self, trade: Trade) -> None:
        """Hear of a marketable order and its fills; its rest, if any, is added next."""


class Flow:
    """Steps of a market; `orders_min` resting orders are built up first and then kept about."""

    def __init__(
        self,
        market: Market,
        tape: Tape,
        bits: Callable[[int], int],
        *,
        sizes: tuple[int, ...],
        orders_min: int,
        keeps_id: bool,
    ) -> None:
        """`sizes` has 16 entries; `keeps_id`: a replaced order keeps its number."""
        self.market = market
        self.tape = tape
        self._bits = bits
        self._sizes = sizes
        self._orders_min = orders_min
        self._keeps_id = keeps_id
        self._count = len(market.instruments)

    def step(self) -> None:
        """One participant's action."""
        r = self._bits(64)
        choice = (r & 0xFFFF) * 1000 >> 16
        r >>= 16
        resting = len(self.market.live)
        if resting < self._orders_min:
            self._add(r)
        elif choice < ADD:
            if resting > 2 * self._orders_min:
                self._delete(r)
            else:
                self._add(r)
        elif choice < DELETE:
            self._delete(r)
        elif choice < REPLACE:
            self._replace(r)
        elif choice < EXECUTE:
            self._execute(r)
        else:
            self._reduce(r)

    def pick(self, r: int) -> Instrument:
        """An instrument: half the time any, half the time one near the head of the list."""
        weight = 0xFF if r & 0x100 else r >> 8 & 0xFF
        return self.market.instruments[(r & 0xFF) * weight * self._count >> 16]

    def price(self, instrument: Instrument, side: int, r: int) -> int:
        """A price for a resting order, near the touch more often than not; never marketable."""
        own, other = instrument.sides[side], instrument.sides[1 - side]
        sign = own.sign
        anchor = instrument.fair * sign - 1
        best = own.keys[-1] if own.keys else anchor
        limit = -other.keys[-1] - 1 if other.keys and not instrument.halted else anchor + 3
        u = r & 0xFF
        deep = (r >> 8 & 0xFF) * (r >> 16 & 0xFF)
        if u < 64:
            key = best
        elif u < 82:
            key = max(best + 1, anchor)
        elif u < 230:
            key = best - (deep >> 11)
        elif u < 254:
            key = best - (deep >> 8)
        else:
            key = best - FAR_TICKS - abs(best) * (r >> 8 & 0x3F) // 100
        price = min(key, limit) * sign
        return max(price, instrument.price_min + side)  # an ask leaves room for a bid below it

    def _add(self, r: int) -> None:
        instrument = self.pick(r)
        side = r >> 16 & 1
        price = self.price(instrument, side, r >> 17)
        order_id = self.market.new_order_id(r >> 41 & 3)
        order = Order(order_id, instrument, side, price, self._sizes[r >> 43 & 15])
        self.market.add(order)
        self.tape.added(order)

    def _delete(self, r: int) -> None:
        live = self.market.live
        order = live[(r & 0xFFFF_FFFF) * len(live) >> 32]
        size = order.size
        self.market.take(order, size)
        self.tape.deleted(order, size)

    def _reduce(self, r: int) -> None:
        live = self.market.live
        order = live[(r & 0xFFFF_FFFF) * len(live) >> 32]
        quantity = order.size * (1 + (r >> 32 & 7)) // 9
        if quantity:
            self.market.take(order, quantity)
            self.tape.reduced(order, quantity)
        else:
            self._delete(r)

    def _replace(self, r: int) -> None:
        live = self.market.live
        old = live[(r & 0xFFFF_FFFF) * len(live) >> 32]
        r = self._bits(48)
        size = old.size
        self.market.take(old, size)
        price = old.price if r & 3 == 0 else self.price(old.instrument, old.side, r >> 2)
        order_id = old.order_id if self._keeps_id else self.market.new_order_id(r >> 26 & 3)
        new = Order(order_id, old.instrument, old.side, price, self._sizes[r >> 28 & 15])
        self.market.add(new)
        self.tape.replaced(old, size, new)

    def _execute(self, r: int) -> None:
        instrument = self.pick(r)
        side = r >> 16 & 1
        own, other = instrument.sides[side], instrument.sides[1 - side]
        if instrument.halted or not other.keys:
            self._add(r)
            return
        front = other.front()
        u = r >> 17 & 7
        limit = other.keys[-1]
        quantity = front.size
        if u < 3:
            quantity = max(1, quantity * (1 + (r >> 20 & 7)) // 9)
        elif u > 5:
            quantity += self._sizes[r >> 20 & 15]
            limit -= (r >> 24 & 3) * (u & 1)
        order_id = self.market.new_order_id(r >> 26 & 3)
        left, fills = self._match(instrument, 1 - side, quantity, limit)
        self.tape.traded(Trade(order_id, instrument, side, fills))
        if left and u == 7:
            price = max(-limit * own.sign, instrument.price_min + side)
            rest = Order(order_id, instrument, side, price, left)
            self.market.add(rest)
            self.tape.added(rest)
        move = 1 + (r >> 28 & 1)
        fair = instrument.fair + (move if side == BID else -move)
        instrument.fair = max(fair, instrument.price_min + 40)

    def _match(
        self, instrument: Instrument, side: int, quantity: int, limit: int
    ) -> tuple[int, list[Fill]]:
        """Trade against the best orders of a side, no further than `limit` (a key)."""
        book = instrument.sides[side]
        fills: list[Fill] = []
        while quantity and book.keys and book.keys[-1] >= limit and len(fills) < FILLS_MAX:
            order = book.front()
            taken = min(quantity, order.size)
            self.market.take(order, taken)
            fills.append(Fill(order, taken))
            quantity -= taken
        crossing = bool(book.keys) and book.keys[-1] >= limit
        return (0 if crossing else quantity), fills

    def uncross(self, instrument: Instrument) -> tuple[int, list[Fill]]:
        """End a halt: trade all that crosses at one price; that price, and the fills in pairs."""
        bids, asks = instrument.sides
        fills: list[Fill] = []
        price = 0
        while bids.keys and asks.keys and bids.best >= asks.best:
            bid, ask = bids.front(), asks.front()
            price = ask.price
            quantity = min(bid.size, ask.size)
            for order in (bid, ask):
                self.market.take(order, quantity)
                fills.append(Fill(order, quantity))
        instrument.halted = False
        return price, fills

"""Turns what happens in the market into MDP 3.0 events, by price and by order together.

Within an event the order is: trades, volume, customer book, statistics, implied book. Order entries
lean on the level entry of their price in the same message (ReferenceID); an order beyond the depth
shown has none and comes by template 47, before the levels when it leaves and after them when it
arrives, so that an order that moves across the edge is never there twice.
"""

from typing import Final, NamedTuple

from feedhandler.simulator import mdp3
from feedhandler.simulator.flow import Fill, Trade
from feedhandler.simulator.market import ASK, BID, Order
from feedhandler.simulator.mdp3 import CHANGE, DELETE, NEW
from feedhandler.simulator.mdp3_levels import Entry, Level, entries, implied
from feedhandler.simulator.venue import Contract

IMPLIED_DEPTH: Final = 2
REFERRING_MAX: Final = 24  # order entries in one message with levels; more come by template 47
ORDERS_MAX: Final = 30  # order entries in one message of template 47
DIRECT_TYPES: Final = (mdp3.ENTRY_BID, mdp3.ENTRY_OFFER)
IMPLIED_TYPES: Final = (mdp3.ENTRY_IMPLIED_BID, mdp3.ENTRY_IMPLIED_OFFER)


class OrderChange(NamedTuple):
    """What became of an order; `size` is what is left, or what it had when it went."""

    action: int
    order_id: int
    priority: int
    side: int
    price: int
    size: int
    old: tuple[int, int, int] | None = None  # price, size and priority before it moved


class ContractBook:
    """What the feed has shown of one contract, and the messages that bring it up to date."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.instrument = contract.instrument
        self.tick = contract.instrument.tick_nanos
        self.security_id = contract.instrument.number
        self.shown: tuple[list[Level], list[Level]] = ([], [])
        self.shown_implied: tuple[list[Level], list[Level]] = ([], [])
        self.rpt_seq = 0
        self.volume = 0
        self.trades = 0
        self.statistics: dict[int, int] = {}  # entry type -> price in ticks
        self.changes: list[OrderChange] = []
        self.trade: Trade | None = None

    def reset(self) -> None:
        """Forget all that was shown."""
        self.shown = ([], [])
        self.shown_implied = ([], [])
        self.rpt_seq = 0
        self.statistics.clear()

    def next_rpt_seq(self) -> int:
        """The next number of an entry of this instrument."""
        self.rpt_seq += 1
        return self.rpt_seq

    # --- an event ---------------------------------------------------------------------------------
    def event(self, now: int) -> list[bytearray]:
        """Make the messages of what happened since the last event, marked but for its end."""
        made: list[bytearray] = []
        if self.trade is not None:
            made += self._trades(now, self.trade)
        quotes = self._quotes(now)
        if quotes:
            mdp3.mark(quotes[-1], mdp3.LAST_QUOTE)
        made += quotes
        if self.trade is not None:
            made += self._statistics(now, self.trade.fills)
        made += self._implied(now)
        self.changes.clear()
        self.trade = None
        return made

    def _trades(self, now: int, trade: Trade) -> list[bytearray]:
        """Make the trade summary, an entry per price, and the volume so far."""
        by_price: dict[int, list[Fill]] = {}
        for fill in trade.fills:
            by_price.setdefault(fill.order.price, []).append(fill)
        levels, orders = [], []
        named = trade.order_id & 31 != 0  # now and then the venue does not tell the orders
        for price, fills in by_price.items():
            total = sum(fill.quantity for fill in fills)
            levels.append(self._trade_entry(price, total, len(fills) + 1, trade.side))
            if named:
                orders.append(mdp3.TRADE_ORDER.pack(trade.order_id, total))
                orders += [mdp3.TRADE_ORDER.pack(f.order.order_id, f.quantity) for f in fills]
            self.volume += total
        wide = self.contract.long_quantity
        layout = mdp3.TRADE_LONG if wide else mdp3.TRADE
        summary = mdp3.refresh(
            65 if wide else 48, now,
            mdp3.group(layout, levels), mdp3.group_8(mdp3.TRADE_ORDER, orders),
        )  # fmt: skip
        mdp3.mark(summary, mdp3.LAST_TRADE)
        volume = self._volume_message(now)
        mdp3.mark(volume, mdp3.LAST_VOLUME)
        return [summary, volume]

    def _trade_entry(self, price: int, size: int, orders: int, side: int) -> bytes:
        self.trades += 1
        aggressor = 1 if side == BID else 2
        start = (price * self.tick, size, self.security_id, self.next_rpt_seq(), orders)
        if self.contract.long_quantity:
            return mdp3.TRADE_LONG.pack(*start, self.trades, aggressor, NEW)
        return mdp3.TRADE.pack(*start, aggressor, NEW, self.trades)

    def _volume_message(self, now: int) -> bytearray:
        wide = self.contract.long_quantity
        layout = mdp3.VOLUME_LONG if wide else mdp3.VOLUME
        action = NEW if self.trades == 1 else CHANGE
        entry = layout.pack(self.volume, self.security_id, self.next_rpt_seq(), action)
        return mdp3.refresh(66 if wide else 37, now, mdp3.group(layout, [entry]))

    def _statistics(self, now: int, fills: list[Fill]) -> list[bytearray]:
        """Make session statistics: open, high and low, when a trade moved them."""
        prices = [fill.order.price for fill in fills]
        moved = {}
        if mdp3.ENTRY_OPEN not in self.statistics:
            moved[mdp3.ENTRY_OPEN] = prices[0]
        for kind, extreme, sign in (
            (mdp3.ENTRY_HIGH, max(prices), 1),
            (mdp3.ENTRY_LOW, min(prices), -1),
        ):
            old = self.statistics.get(kind)
            if old is None or (extreme - old) * sign > 0:
                moved[kind] = extreme
        if not moved:
            return []
        self.statistics |= moved
        wide = self.contract.long_quantity
        layout = mdp3.STATISTIC_LONG if wide else mdp3.STATISTIC
        packed = [self._statistic(kind, price) for kind, price in moved.items()]
        made = mdp3.refresh(67 if wide else 51, now, mdp3.group(layout, packed))
        mdp3.mark(made, mdp3.LAST_STATISTIC)
        return [made]

    def _statistic(self, kind: int, price: int) -> bytes:
        flag = 0 if kind == mdp3.ENTRY_OPEN else mdp3.NULL_U1
        rpt_seq = self.next_rpt_seq()
        if self.contract.long_quantity:
            return mdp3.STATISTIC_LONG.pack(
                price * self.tick, mdp3.NULL_U8, self.security_id, rpt_seq, flag, NEW, kind
            )
        return mdp3.STATISTIC.pack(
            price * self.tick, self.security_id, rpt_seq, flag, NEW, kind, mdp3.NULL_I4
        )

    # --- books ------------------------------------------------------------------------------------
    def _quotes(self, now: int) -> list[bytearray]:
        """Make the customer book's messages: levels with their orders, and the orders beyond."""
        depth = self.contract.depth
        levels: list[bytes] = []
        reference: dict[tuple[int, int], int] = {}
        for side in (BID, ASK):
            there = self.instrument.sides[side]
            wanted = there.by_price(depth)
            if wanted == self.shown[side]:
                continue
            for entry in entries(self.shown[side], wanted, there.sign, depth, there=there):
                levels.append(self.level_entry(entry, DIRECT_TYPES[side]))
                reference.setdefault((side, entry.level[0]), len(levels))
        orders: list[bytes] = []
        before: list[bytes] = []
        after: list[bytes] = []
        for change in self._split(reference):
            at = reference.get((change.side, change.price))
            if at is not None and len(orders) < REFERRING_MAX:
                orders.append(
                    mdp3.LEVEL_ORDER.pack(
                        change.order_id, change.priority, change.size, at, change.action
                    )
                )
            else:
                (before if change.action == DELETE else after).append(self.order_entry(change))
        made = orders_messages(now, before)
        if levels:
            made.append(self.levels_message(now, levels, orders))
        return made + orders_messages(now, after)

    def _split(self, reference: dict[tuple[int, int], int]) -> list[OrderChange]:
        """Tell an order that moved as one Change where no level shows it, else as two."""
        changes = []
        for change in self.changes:
            if change.old is None:
                changes.append(change)
                continue
            price, size, priority = change.old
            if (change.side, price) in reference or (change.side, change.price) in reference:
                gone = change._replace(action=DELETE, price=price, size=size, priority=priority)
                changes += [gone, change._replace(action=NEW)]
            else:
                changes.append(change)
        return changes

    def level_entry(self, entry: Entry, kind: int) -> bytes:
        """Pack a level; an implied one has no number of orders."""
        price, size, count = entry.level
        orders = mdp3.NULL_I4 if kind in IMPLIED_TYPES else count
        fields = (
            price * self.tick, size, self.security_id, self.next_rpt_seq(), orders,
            entry.position, entry.action, kind,
        )  # fmt: skip
        if self.contract.long_quantity:
            return mdp3.LEVEL_LONG.pack(*fields)
        return mdp3.LEVEL.pack(*fields, mdp3.NULL_I4)

    def order_entry(self, change: OrderChange) -> bytes:
        """Pack an order for template 47; every fourth that is deleted comes with nulls."""
        price, size = change.price * self.tick, change.size
        if change.action == DELETE and change.order_id & 3 == 0:
            price, size = mdp3.NULL_PRICE, mdp3.NULL_I4
        return mdp3.ORDER.pack(
            change.order_id, change.priority, price, size, self.security_id, change.action,
            DIRECT_TYPES[change.side],
        )  # fmt: skip

    def levels_message(self, now: int, levels: list[bytes], orders: list[bytes]) -> bytearray:
        """Make 46, or 64 for a long-quantity contract."""
        wide = self.contract.long_quantity
        return mdp3.refresh(
            64 if wide else 46, now,
            mdp3.group(mdp3.LEVEL_LONG if wide else mdp3.LEVEL, levels),
            mdp3.group_8(mdp3.LEVEL_ORDER, orders),
        )  # fmt: skip

    def _implied(self, now: int) -> list[bytearray]:
        """Make the implied book's message, if it moved."""
        if not self.contract.implied:
            return []
        levels = [
            self.level_entry(entry, IMPLIED_TYPES[side])
            for side in (BID, ASK)
            for entry in entries(
                self.shown_implied[side], implied(self.instrument, side),
                self.instrument.sides[side].sign, IMPLIED_DEPTH, there=None,
            )
        ]  # fmt: skip
        if not levels:
            return []
        made = self.levels_message(now, levels, [])
        mdp3.mark(made, mdp3.LAST_IMPLIED)
        return [made]


def orders_messages(now: int, packed: list[bytes]) -> list[bytearray]:
    """Make as many of 47 as it takes."""
    return [
        mdp3.refresh(47, now, mdp3.group(mdp3.ORDER, packed[at : at + ORDERS_MAX]))
        for at in range(0, len(packed), ORDERS_MAX)
    ]


def change_of(order: Order, action: int, size: int) -> OrderChange:
    """What became of an order, at the price it has."""
    return OrderChange(action, order.order_id, order.priority, order.side, order.price, size)

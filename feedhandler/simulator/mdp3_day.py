"""A short trading day of one MDP 3.0 channel: definitions, opening, books of both kinds, close.

Four feeds with sequences of their own run side by side: incremental, definitions, snapshot loops
of books by price and by order. Most events are one packet; some wait for the next event, some span
two packets, with the end-of-event bit only on the last message, and now and then that message is
empty.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from feedhandler.simulator import mdp3
from feedhandler.simulator.flow import Flow, Trade
from feedhandler.simulator.market import ASK, BID, Market, Order
from feedhandler.simulator.mdp3_book import ContractBook, change_of
from feedhandler.simulator.mdp3_channel import HEARTBEAT_NS, Channel
from feedhandler.simulator.mdp3_snapshots import DefinitionLoop, SnapshotLoop
from feedhandler.simulator.pace import Pace
from feedhandler.simulator.venue import MDP3_CHANNEL, Contract

START: Final = 1_710_509_397_000_000_000  # 2024-03-15 13:29:57 UTC
LOTS: Final = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 8, 10, 15, 20, 50)
ORDERS_MIN: Final = 60  # per contract
FIRST_ORDER: Final = 7_100_000_000
SNAPSHOT_NS: Final = 20_000_000  # between packets of a snapshot loop, unless told otherwise
DEFINITION_NS: Final = 50_000_000
WAIT_NS: Final = 50_000  # a packet that waits for company goes after this time

Packet = tuple[int, str, bytes]  # time, role, payload


class Mdp3Day:
    """The day's script; also the tape of its flow."""

    def __init__(
        self,
        listed: list[Contract],
        messages: int,
        bits: Callable[[int], int],
        *,
        reset: bool = False,
        snapshot_ns: int = SNAPSHOT_NS,
    ) -> None:
        """`snapshot_ns`: between packets of a snapshot loop, each of two instruments."""
        self.books = {each.instrument.number: ContractBook(each) for each in listed}
        self.market = Market([each.instrument for each in listed], FIRST_ORDER)
        self.pace = Pace(START, bits)
        self.incremental = Channel("incremental")
        everything = list(self.books.values())
        self.definitions = DefinitionLoop(everything, START)
        self.snapshots = (
            SnapshotLoop("snapshot", everything),
            SnapshotLoop("snapshot_orders", everything),
        )
        self._messages = messages
        self._reset = reset
        self._bits = bits
        self._flow = Flow(
            self.market, self, bits,
            sizes=LOTS, orders_min=ORDERS_MIN * len(listed), keeps_id=True,
        )  # fmt: skip
        self._touched: ContractBook | None = None
        self._waiting_since = 0
        self._snapshot_ns = snapshot_ns
        self._due = [START + SNAPSHOT_NS, START + SNAPSHOT_NS * 3 // 2, START + DEFINITION_NS]

    # --- the tape ---------------------------------------------------------------------------------
    def _book(self, order: Order) -> ContractBook:
        self._touched = self.books[order.instrument.number]
        return self._touched

    def added(self, order: Order) -> None:
        """Note a new order."""
        self._book(order).changes.append(change_of(order, mdp3.NEW, order.size))

    def deleted(self, order: Order, size: int) -> None:
        """Note an order that left."""
        self._book(order).changes.append(change_of(order, mdp3.DELETE, size))

    def reduced(self, order: Order, quantity: int) -> None:  # noqa: ARG002 - it says what is left
        """Note what is left of an order."""
        self._book(order).changes.append(change_of(order, mdp3.CHANGE, order.size))

    def replaced(self, old: Order, size: int, new: Order) -> None:
        """Note an order that lost its priority, and perhaps its price; it keeps its id."""
        change = change_of(new, mdp3.CHANGE, new.size)
        moved = None if old.price == new.price else (old.price, size, old.priority)
        self._book(new).changes.append(change._replace(old=moved))

    def traded(self, trade: Trade) -> None:
        """Note a trade, and what it left of the orders that it met."""
        for order, quantity in trade.fills:
            book = self._book(order)
            action = mdp3.CHANGE if order.size else mdp3.DELETE
            book.changes.append(change_of(order, action, order.size or quantity))
            book.trade = trade

    # --- the script -------------------------------------------------------------------------------
    def datagrams(self) -> Iterator[Packet]:
        """Yield the packets of all four feeds by time."""
        yield from self._before_the_open()
        halfway = False
        closing = len({book.contract.product for book in self.books.values()}) + 1
        while self._sent() < self._messages - closing:
            now = self.pace.advance()
            yield from self._until(now)
            self._flow.step()
            yield from self._event(now)
            if not halfway and self._sent() > self._messages // 2:
                halfway = True
                yield from self._halfway(now)
        yield from self._close()

    def _sent(self) -> int:
        return sum(self.incremental.counts.values())

    def _before_the_open(self) -> Iterator[Packet]:
        """Loop the definitions once; then states, limits and settlements, then open."""
        for _ in range((len(self.books) + 1) // 2):
            yield from self._labelled("definition", self.definitions.step(self.pace.now))
            self.pace.jump(self.pace.now + 100_000)
        yield from self._states(mdp3.PRE_OPEN)
        for book in self.books.values():
            now = self.pace.jump(self.pace.now + 40_000)
            yield from self._send(now, daily_messages(book, now))
        now = self.pace.jump(START + SNAPSHOT_NS // 2)
        yield from self._states(mdp3.READY_TO_TRADE)
        for book in self.books.values():
            now = self.pace.jump(self.pace.now + 5_000)
            product = book.contract.product.asset
            ready = mdp3.READY_TO_TRADE
            status = mdp3.security_status(now, product, product, book.security_id, ready)
            yield from self._send(now, [status])

    def _states(self, status: int) -> Iterator[Packet]:
        """Say a state of every group; no instrument is named."""
        for asset in dict.fromkeys(book.contract.product.asset for book in self.books.values()):
            now = self.pace.jump(self.pace.now + 30_000)
            yield from self._send(now, [mdp3.security_status(now, asset, asset, None, status)])

    def _event(self, now: int) -> Iterator[Packet]:
        """Tell what the last step did."""
        if self._touched is None:
            return
        made = self._touched.event(now)
        self._touched = None
        r = self._bits(16)
        if r & 31 == 0:
            made.append(mdp3.refresh(46, now, mdp3.group(mdp3.LEVEL, []), NO_ORDERS))
        mdp3.mark(made[-1], mdp3.END_OF_EVENT)
        if r >> 5 & 3 == 0 and len(made) > 1:
            yield from self._send(now, made[:-1])
            yield from self._send(now, made[-1:])
        elif r >> 8 & 3 == 0:
            yield from self._labelled("incremental", self.incremental.add(now, made))
            self._waiting_since = self._waiting_since or now
        else:
            yield from self._send(now, made)

    def _send(self, now: int, made: list[bytearray]) -> Iterator[Packet]:
        """Send messages, with what waited before them, and end the packet."""
        yield from self._labelled("incremental", self.incremental.add(now, made))
        yield from self._flush(now)

    def _flush(self, now: int) -> Iterator[Packet]:
        self._waiting_since = 0
        yield from self._labelled("incremental", self.incremental.flush(now))

    def _until(self, now: int) -> Iterator[Packet]:
        """Let pass what is due before the next event: waiting packet, heartbeats, loops."""
        if self._waiting_since and now - self._waiting_since > WAIT_NS:
            yield from self._flush(self._waiting_since + WAIT_NS)
        while True:
            beat = self.incremental.sent + HEARTBEAT_NS
            at = min(beat, *self._due)
            if at > now:
                return
            if at == beat:
                yield from self._labelled("incremental", self.incremental.idle(at))
                continue
            which = self._due.index(at)
            if which == len(self.snapshots):
                self._due[which] += DEFINITION_NS
                yield from self._labelled("definition", self.definitions.step(at))
            else:
                self._due[which] += self._snapshot_ns
                yield from self._flush(at)
                loop = self.snapshots[which]
                packets = loop.step(at, self.incremental.sequence)
                yield from self._labelled(loop.channel.role, packets)

    def _labelled(self, role: str, packets: Iterator[tuple[int, bytes]]) -> Iterator[Packet]:
        for at, payload in packets:
            yield at, role, payload

    def _halfway(self, now: int) -> Iterator[Packet]:
        """Change a definition on the incremental feed; if asked, reset the channel."""
        first = next(iter(self.books.values()))
        yield from self._send(now, [self.definitions.change(first.contract, now)])
        if self._reset:
            yield from self._flush(now)
            yield from self._send(now, [mdp3.channel_reset(now, MDP3_CHANNEL)])
            for loop in self.snapshots:
                loop.withdraw()
            for book in self.books.values():
                now = self.pace.jump(self.pace.now + 200_000)
                yield from self._send(now, recovery_messages(book, now))

    def _close(self) -> Iterator[Packet]:
        """Close every group; two heartbeats end the capture."""
        now = self.pace.jump(self.pace.now + WAIT_NS)
        yield from self._flush(now)
        yield from self._states(mdp3.CLOSED)
        yield from self._until(self.pace.jump(self.pace.now + 2 * HEARTBEAT_NS + WAIT_NS))

    # --- the truth --------------------------------------------------------------------------------
    def truth(self) -> dict[str, Any]:
        """Tell counts by role and template, and for each instrument its books."""
        channels = [
            self.incremental, self.definitions.channel, *(loop.channel for loop in self.snapshots)
        ]  # fmt: skip
        return {
            "packets": {channel.role: channel.packets for channel in channels},
            "messages": sum(sum(channel.counts.values()) for channel in channels),
            "counts": {channel.role: dict(sorted(channel.counts.items())) for channel in channels},
            "orders": len(self.market.live),
            "books": {number: book_truth(book) for number, book in self.books.items()},
        }


NO_ORDERS: Final = mdp3.group_8(mdp3.LEVEL_ORDER, [])


def daily_messages(book: ContractBook, now: int) -> list[bytearray]:
    """Make limits (50) and yesterday's settlement and open interest (49)."""
    fair, security_id = book.instrument.fair * book.tick, book.security_id
    span = 500 * book.tick
    limits = mdp3.LIMITS.pack(
        fair + span, fair - span, 40 * book.tick, security_id, book.next_rpt_seq()
    )
    settlement = mdp3.DAILY.pack(
        fair, mdp3.NULL_I4, security_id, book.next_rpt_seq(), mdp3.TRADE_DATE - 1, 3, 0,
        mdp3.ENTRY_SETTLEMENT,
    )  # fmt: skip
    interest = mdp3.DAILY.pack(
        mdp3.NULL_PRICE, 1000 + security_id, security_id, book.next_rpt_seq(),
        mdp3.TRADE_DATE - 1, 0, 0, mdp3.ENTRY_OPEN_INTEREST,
    )  # fmt: skip
    made = [
        mdp3.refresh(50, now, mdp3.group(mdp3.LIMITS, [limits])),
        mdp3.refresh(49, now, mdp3.group(mdp3.DAILY, [settlement, interest])),
    ]
    mdp3.mark(made[-1], mdp3.LAST_STATISTIC | mdp3.END_OF_EVENT)
    return made


def recovery_messages(book: ContractBook, now: int) -> list[bytearray]:
    """Make the whole book anew after a reset, every message with the recovery bit."""
    book.reset()
    for side in book.instrument.sides:
        for level in side.levels.values():
            book.changes += [change_of(o, mdp3.NEW, o.size) for o in level.orders.values()]
    made = book.event(now)
    for each in made:
        mdp3.mark(each, mdp3.RECOVERY)
    if made:
        mdp3.mark(made[-1], mdp3.END_OF_EVENT)
    return made


def book_truth(book: ContractBook) -> dict[str, Any]:
    """The full book by price, the levels shown, the implied ones: (price in 1e-9, size, orders)."""
    tick = book.tick

    def nanos(levels: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        return [(price * tick, size, count) for price, size, count in levels]

    return {
        "symbol": book.instrument.symbol,
        "bids": book.instrument.book(BID),
        "asks": book.instrument.book(ASK),
        "shown_bids": nanos(book.shown[BID]),
        "shown_asks": nanos(book.shown[ASK]),
        "implied_bids": nanos(book.shown_implied[BID]),
        "implied_asks": nanos(book.shown_implied[ASK]),
    }

"""A short trading day of an ITCH 5.0 venue: directory, opening cross, continuous trading, close.

`run` yields after each moment; the blocks written since the last one wait in `writer.blocks`. All
23 message types occur. Before the opening cross and in a halt the book may be crossed: the auction
then trades at one price, told by C messages that must not be counted as volume, and one Q that
must.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from feedhandler.simulator.flow import Flow, Trade
from feedhandler.simulator.itch import PARTICIPANTS, ItchWriter
from feedhandler.simulator.market import ASK, BID, Instrument, Market, Order
from feedhandler.simulator.pace import Pace

SECOND: Final = 1_000_000_000
MESSAGES_OPEN: Final = (9 * 3600 + 29 * 60 + 57) * SECOND
SHARES: Final = (
    100, 100, 100, 100, 100, 100, 200, 200, 300, 400, 500, 1000, 25, 50, 75, 2500,
)  # fmt: skip
ORDERS_MIN: Final = 40  # per instrument
PRE_OPEN_PART: Final = 20  # one message in so many comes before the opening cross
RARE_EVERY: Final = 96  # steps between messages that touch no order
HALT_EVERY: Final = 6000  # steps between halts, each of HALT_STEPS
HALT_STEPS: Final = 150


class ItchDay:
    """The day's script; also the tape of its flow."""

    def __init__(
        self, instruments: list[Instrument], messages: int, bits: Callable[[int], int]
    ) -> None:
        self.writer = ItchWriter(instruments)
        self.market = Market(instruments, first_order_id=1000)
        self.pace = Pace(MESSAGES_OPEN, bits)
        self._messages = messages
        self._bits = bits
        self._flow = Flow(
            self.market, self, bits,
            sizes=SHARES, orders_min=ORDERS_MIN * len(instruments), keeps_id=False,
        )  # fmt: skip
        self._written = 0
        self._halted: Instrument | None = None
        self._last_trade: tuple[Instrument, int] | None = None

    # --- the tape ---------------------------------------------------------------------------------
    def added(self, order: Order) -> None:
        """Write A or F."""
        self.writer.add(order)

    def deleted(self, order: Order, size: int) -> None:  # noqa: ARG002 - D names no size
        """Write D."""
        self.writer.delete(order)

    def reduced(self, order: Order, quantity: int) -> None:
        """Write X."""
        self.writer.cancel(order, quantity)

    def replaced(self, old: Order, size: int, new: Order) -> None:  # noqa: ARG002 - nor does U
        """Write U."""
        self.writer.replace(old, new)

    def traded(self, trade: Trade) -> None:
        """Write E for each fill; in 16 orders one got a better price than the displayed (C)."""
        for order, quantity in trade.fills:
            if order.order_id & 15 == 3:
                better = order.price + (1 if order.side == BID else -1)
                self.writer.execute_at(order, quantity, max(better, 1), printable=True)
            else:
                self.writer.execute(order, quantity)
        self._last_trade = (trade.instrument, self.writer.matches)

    # --- the script -------------------------------------------------------------------------------
    def run(self) -> Iterator[int]:
        """Play the day; yield the time (ns since midnight) after each moment."""
        yield from self._before_the_open()
        yield from self._opening()
        steps = 0
        closing = 3 + len(self.market.instruments)
        while self._total() < self._messages - closing:
            self._tick()
            self._flow.step()
            steps += 1
            if steps % RARE_EVERY == 0:
                self._rare(steps // RARE_EVERY)
            if steps % HALT_EVERY == HALT_EVERY // 2:
                self._halt()
            elif self._halted is not None and steps % HALT_EVERY == HALT_EVERY // 2 + HALT_STEPS:
                self._resume(self._halted)
            yield self.pace.now
        yield from self._closing()

    def _total(self) -> int:
        return self._written + len(self.writer.blocks)

    def drain(self) -> list[bytes]:
        """Take the blocks written since the last call."""
        blocks = self.writer.blocks
        self.writer.blocks = []
        self._written += len(blocks)
        return blocks

    def _tick(self) -> None:
        self.writer.at(self.pace.advance())

    def _at(self, since_midnight_ns: int) -> int:
        self.writer.at(self.pace.jump(since_midnight_ns))
        return self.pace.now

    def _before_the_open(self) -> Iterator[int]:
        """Say what is traded, by whom and under which rules."""
        writer = self.writer
        yield self._say(MESSAGES_OPEN, b"O")
        for instrument in self.market.instruments:
            instrument.halted = True
            self._tick()
            writer.directory(instrument)
            writer.trading_action(instrument, b"Q" if instrument.number == 1 else b"T")
            writer.reg_sho(instrument, b"0")
            for name in PARTICIPANTS[: 1 + (instrument.number & 1)]:
                writer.participant(instrument, name, b"N")
            yield self.pace.now
        writer.decline_levels(5_200_00000000)
        first = self.market.instruments[0]
        writer.ipo(first, MESSAGES_OPEN // SECOND + 3)
        writer.direct_listing(first, MESSAGES_OPEN + 3 * SECOND)
        yield self._say(MESSAGES_OPEN + SECOND, b"S")

    def _say(self, since_midnight_ns: int, code: bytes) -> int:
        now = self._at(max(since_midnight_ns, self.pace.now))
        self.writer.system(code)
        return now

    def _opening(self) -> Iterator[int]:
        """Collect orders, then cross every instrument."""
        enough = self._total() + self._messages // PRE_OPEN_PART
        while self._total() < enough:
            self._tick()
            self._flow.step()
            yield self.pace.now
        yield self._say(MESSAGES_OPEN + 3 * SECOND, b"Q")
        for instrument in self.market.instruments:
            self._tick()
            self.writer.imbalance(instrument, 100, instrument.number, b"O")
            self._cross(instrument, b"O")
            if instrument.number == 1:
                self.writer.trading_action(instrument, b"T", b"IPO1")
            yield self.pace.now

    def _cross(self, instrument: Instrument, kind: bytes) -> None:
        price, fills = self._flow.uncross(instrument)
        for order, quantity in fills:
            self.writer.execute_at(order, quantity, price, printable=False)
        total = sum(fill.quantity for fill in fills) // 2
        self.writer.cross(instrument, total, price, kind)

    def _halt(self) -> None:
        """Pause a busy instrument; orders still come, and may cross."""
        instrument = self._flow.pick(self._bits(16))
        instrument.halted = True
        self._halted = instrument
        self.writer.trading_action(instrument, b"P", b"LUDP")
        self.writer.collar(instrument, 0)

    def _resume(self, instrument: Instrument) -> None:
        self.writer.imbalance(instrument, 0, 300, b"H")
        self.writer.collar(instrument, 1)
        self._cross(instrument, b"H")
        self.writer.trading_action(instrument, b"T", b"C11")
        self._halted = None

    def _rare(self, turn: int) -> None:
        """Write one of the messages that change no book; most are prints of hidden orders."""
        r = self._bits(32)
        instrument = self._flow.pick(r)
        writer = self.writer
        kind = turn % 32
        if kind == 5:
            writer.reg_sho(instrument, b"1" if r & 0x10000 else b"0")
        elif kind == 11:
            writer.participant(instrument, PARTICIPANTS[r >> 16 & 3], b"S")
        elif kind == 13 and self._last_trade is not None:
            writer.broken_trade(*self._last_trade)
        elif kind == 17:
            writer.retail_interest(instrument, b"BSAN"[r >> 16 & 3 :][:1])
        elif kind in {19, 20}:
            writer.operational_halt(self.market.instruments[-1], b"H" if kind == 19 else b"T")
        elif kind == 23:
            writer.breach(b"1")
        else:
            writer.hidden_trade(instrument, SHARES[r >> 16 & 15], instrument.fair)

    def _closing(self) -> Iterator[int]:
        """Close: end whatever is halted, then the closing crosses and the last system events."""
        if self._halted is not None:
            self._tick()
            self._resume(self._halted)
        yield self._say(self.pace.now + 20_000, b"M")
        for instrument in self.market.instruments:
            self._tick()
            self._cross(instrument, b"C")
            yield self.pace.now
        yield self._say(self.pace.now + SECOND // 2, b"E")
        yield self._say(self.pace.now + SECOND // 2, b"C")

    # --- the truth --------------------------------------------------------------------------------
    def truth(self) -> dict[str, Any]:
        """Tell counts by message type and, for each locate, the book by price."""
        return {
            "messages": self._total(),
            "counts": dict(sorted(self.writer.counts.items())),
            "orders": len(self.market.live),
            "books": {
                i.number: {"symbol": i.symbol, "bids": i.book(BID), "asks": i.book(ASK)}
                for i in self.market.instruments
            },
        }

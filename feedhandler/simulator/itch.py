"""TotalView-ITCH 5.0 messages, byte for byte, each with its two length bytes in front.

Offsets and codes are those of the published specification; all integers are big-endian. A block as
it stands here goes into a MoldUDP64 packet or a BinaryFILE unchanged. The common head is: length,
type, stock locate, tracking number, and the time since midnight as 16 high and 32 low bits.
"""

from struct import Struct
from typing import Final

from feedhandler.simulator.market import BID, Instrument, Order

HEAD: Final = "HcHHHI"

_SYSTEM = Struct(f">{HEAD}c")
_DIRECTORY = Struct(f">{HEAD}8sccIcc2scccccIc")
_TRADING_ACTION = Struct(f">{HEAD}8scc4s")
_REG_SHO = Struct(f">{HEAD}8sc")
_PARTICIPANT = Struct(f">{HEAD}4s8sccc")
_DECLINE_LEVELS = Struct(f">{HEAD}QQQ")
_BREACH = Struct(f">{HEAD}c")
_IPO = Struct(f">{HEAD}8sIcI")
_COLLAR = Struct(f">{HEAD}8sIIII")
_OPERATIONAL_HALT = Struct(f">{HEAD}8scc")
_ADD = Struct(f">{HEAD}QcI8sI")
_ADD_MPID = Struct(f">{HEAD}QcI8sI4s")
_EXECUTED = Struct(f">{HEAD}QIQ")
_EXECUTED_PRICE = Struct(f">{HEAD}QIQcI")
_CANCEL = Struct(f">{HEAD}QI")
_DELETE = Struct(f">{HEAD}Q")
_REPLACE = Struct(f">{HEAD}QQII")
_TRADE = Struct(f">{HEAD}QcI8sIQ")
_CROSS = Struct(f">{HEAD}Q8sIQc")
_BROKEN = Struct(f">{HEAD}Q")
_IMBALANCE = Struct(f">{HEAD}QQc8sIIIcc")
_RETAIL = Struct(f">{HEAD}8sc")
_LISTING = Struct(f">{HEAD}8scIIIQII")

WIRE_NANOS: Final = 100_000  # price(4): 1/10,000
PARTICIPANTS: Final = (b"AXIS", b"BOLT", b"CRUX", b"DUNE")


class ItchWriter:
    """Writes messages into `blocks`; set the time with `at` before each step."""

    def __init__(self, instruments: list[Instrument]) -> None:
        self.blocks: list[bytes] = []
        self.counts: dict[str, int] = {}
        self.matches = 0
        self._high = self._low = 0
        self._stock = {i.number: i.symbol.encode().ljust(8) for i in instruments}
        self._scale = {i.number: i.tick_nanos // WIRE_NANOS for i in instruments}
        self._tracking = 0

    def at(self, since_midnight_ns: int) -> None:
        """Set the time of the messages that follow."""
        self._high = since_midnight_ns >> 32
        self._low = since_midnight_ns & 0xFFFF_FFFF

    def new_match(self) -> int:
        """The next match number."""
        self.matches += 1
        return self.matches

    def _put(self, layout: Struct, kind: bytes, locate: int, *fields: bytes | int) -> None:
        self._tracking = self._tracking + 2 & 0x3FF if locate else 0
        self.blocks.append(
            layout.pack(
                layout.size - 2, kind, locate, self._tracking, self._high, self._low, *fields
            )
        )
        name = kind.decode()
        self.counts[name] = self.counts.get(name, 0) + 1

    # --- orders -----------------------------------------------------------------------------------
    def add(self, order: Order) -> None:
        """Write A, or F for the orders of the few that show their name."""
        number = order.instrument.number
        fields = (
            order.order_id, b"B" if order.side == BID else b"S", order.size,
            self._stock[number], order.price * self._scale[number],
        )  # fmt: skip
        if order.order_id & 31:
            self._put(_ADD, b"A", number, *fields)
        else:
            self._put(_ADD_MPID, b"F", number, *fields, PARTICIPANTS[order.order_id >> 5 & 3])

    def execute(self, order: Order, quantity: int) -> None:
        """Write E: at the order's own price."""
        number = order.instrument.number
        self._put(_EXECUTED, b"E", number, order.order_id, quantity, self.new_match())

    def execute_at(self, order: Order, quantity: int, price: int, *, printable: bool) -> None:
        """Write C: at another price, or printed in bulk by a Q."""
        number = order.instrument.number
        self._put(
            _EXECUTED_PRICE, b"C", number, order.order_id, quantity, self.new_match(),
            b"Y" if printable else b"N", price * self._scale[number],
        )  # fmt: skip

    def cancel(self, order: Order, quantity: int) -> None:
        """Write X: a part is withdrawn."""
        self._put(_CANCEL, b"X", order.instrument.number, order.order_id, quantity)

    def delete(self, order: Order) -> None:
        """Write D."""
        self._put(_DELETE, b"D", order.instrument.number, order.order_id)

    def replace(self, old: Order, new: Order) -> None:
        """Write U."""
        number = new.instrument.number
        wire = new.price * self._scale[number]
        self._put(_REPLACE, b"U", number, old.order_id, new.order_id, new.size, wire)

    # --- trades that touch no displayed order -----------------------------------------------------
    def hidden_trade(self, instrument: Instrument, size: int, price: int) -> None:
        """Write P: reference 0 and side B, as sent since 2014."""
        number = instrument.number
        wire = price * self._scale[number]
        self._put(_TRADE, b"P", number, 0, b"B", size, self._stock[number], wire, self.new_match())

    def cross(self, instrument: Instrument, size: int, price: int, kind: bytes) -> None:
        """Write Q: the bulk print of an auction; size 0 = nothing crossed."""
        number = instrument.number
        wire = price * self._scale[number]
        self._put(_CROSS, b"Q", number, size, self._stock[number], wire, self.new_match(), kind)

    def broken_trade(self, instrument: Instrument, match: int) -> None:
        """Write B."""
        self._put(_BROKEN, b"B", instrument.number, match)

    def imbalance(self, instrument: Instrument, paired: int, size: int, kind: bytes) -> None:
        """Write I before an auction."""
        number = instrument.number
        wire = instrument.fair * self._scale[number]
        side = b"B" if size & 1 else b"S"
        self._put(
            _IMBALANCE, b"I", number, paired, size, side, self._stock[number],
            wire - self._scale[number], wire + self._scale[number], wire, kind, b"L",
        )  # fmt: skip

    # --- the day, its instruments and their states ------------------------------------------------
    def system(self, code: bytes) -> None:
        """Write S."""
        self._put(_SYSTEM, b"S", 0, code)

    def directory(self, instrument: Instrument) -> None:
        """Write R."""
        number = instrument.number
        fund = number % 5 == 0
        self._put(
            _DIRECTORY, b"R", number, self._stock[number], b"QGSNAPZV"[number & 7 :][:1], b"N",
            100, b"N", b"Q" if fund else b"C", b"E " if fund else b"Z ", b"T", b"N", b" ",
            b"1" if number < 4 else b"2", b"Y" if fund else b"N", 2 if number % 10 == 0 else 0,
            b"N",
        )  # fmt: skip

    def trading_action(self, instrument: Instrument, state: bytes, reason: bytes = b"") -> None:
        """Write H: H halted, P paused, Q quotation only, T trading."""
        number = instrument.number
        stock = self._stock[number]
        self._put(_TRADING_ACTION, b"H", number, stock, state, b" ", reason.ljust(4))

    def reg_sho(self, instrument: Instrument, action: bytes) -> None:
        """Write Y."""
        self._put(_REG_SHO, b"Y", instrument.number, self._stock[instrument.number], action)

    def participant(self, instrument: Instrument, name: bytes, mode: bytes) -> None:
        """Write L."""
        number = instrument.number
        self._put(_PARTICIPANT, b"L", number, name, self._stock[number], b"Y", mode, b"A")

    def decline_levels(self, index_e8: int) -> None:
        """Write V: 7, 13 and 20 per cent below the index, price(8)."""
        levels = [index_e8 * (100 - fall) // 100 for fall in (7, 13, 20)]
        self._put(_DECLINE_LEVELS, b"V", 0, *levels)

    def breach(self, level: bytes) -> None:
        """Write W."""
        self._put(_BREACH, b"W", 0, level)

    def ipo(self, instrument: Instrument, release_s: int) -> None:
        """Write K."""
        number = instrument.number
        wire = instrument.fair * self._scale[number]
        self._put(_IPO, b"K", number, self._stock[number], release_s, b"A", wire)

    def collar(self, instrument: Instrument, extension: int) -> None:
        """Write J: the auction's price range after a pause, 5 per cent to each side."""
        number = instrument.number
        wire = instrument.fair * self._scale[number]
        low, high = wire * 95 // 100, wire * 105 // 100
        self._put(_COLLAR, b"J", number, self._stock[number], wire, high, low, extension)

    def operational_halt(self, instrument: Instrument, action: bytes) -> None:
        """Write h: one market of the operator stops (H) or goes on (T)."""
        number = instrument.number
        self._put(_OPERATIONAL_HALT, b"h", number, self._stock[number], b"X", action)

    def retail_interest(self, instrument: Instrument, side: bytes) -> None:
        """Write N."""
        self._put(_RETAIL, b"N", instrument.number, self._stock[instrument.number], side)

    def direct_listing(self, instrument: Instrument, near_ns: int) -> None:
        """Write O."""
        number = instrument.number
        wire = instrument.fair * self._scale[number]
        prices = (wire * 90 // 100, wire * 110 // 100, wire)
        collars = (wire * 80 // 100, wire * 120 // 100)
        self._put(_LISTING, b"O", number, self._stock[number], b"Y", *prices, near_ns, *collars)

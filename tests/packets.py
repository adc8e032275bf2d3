"""Datagrams for tests: MoldUDP64 and ITCH, MDP 3.0, and any message of a description with random values.

The simple builders know the framing by heart. `Crafter` walks the layout of a description and fills it in, so
that a new message is tested the day it is described; the Kaitai classes judge what it makes.
"""

import random
import struct
from collections.abc import Sequence

from feedhandler.codegen.offsets import steps
from feedhandler.decode.plan import Application, Message
from feedhandler.decode.tree import Bits, Field, Given, Integer, Opaque, Record, Rest, Times

SESSION = b"SESSION001"
SOME_TIME = 1_700_000_000_000_000_000
CODES = (
    0,
    1,
    2,
    3,
    4,
    5,
    10,
    0x30,
    0x31,
    0x32,
    0x41,
    0x42,
    0x43,
    0x45,
    0x46,
    0x4A,
    0x4E,
    0x53,
    0x77,
    0x78,
)
MANTISSAS = (2**63 - 1, -(2**63), 2**63 // 100, -(2**63) // 100, 92_233_720_368_547_758, 0, -1)


# --- framing --------------------------------------------------------------------------------------
def mold(messages: Sequence[bytes], sequence: int = 1, session: bytes = SESSION) -> bytes:
    """A MoldUDP64 packet."""
    return struct.pack(">10sQH", session, sequence, len(messages)) + binary_file(messages)


def binary_file(messages: Sequence[bytes]) -> bytes:
    """Blocks of a BinaryFILE."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in messages)


def mdp3(messages: Sequence[bytes], sequence: int = 1, sent: int = SOME_TIME) -> bytes:
    """An MDP 3.0 packet."""
    blocks = b"".join((len(each) + 2).to_bytes(2, "little") + each for each in messages)
    return struct.pack("<IQ", sequence, sent) + blocks


FRAMING = {"nasdaq.itch50": mold, "nasdaq.itch50.file": binary_file, "cme.mdp3": mdp3}


# --- ITCH -----------------------------------------------------------------------------------------
def itch(code: str, body: bytes, locate: int = 7, timestamp: int = 34_200_000_000_000) -> bytes:
    """An ITCH message: its head, then its own fields."""
    return struct.pack(">cHH", code.encode(), locate, 0) + timestamp.to_bytes(6, "big") + body


def add_order(reference: int, side: str, shares: int, price: int, locate: int = 7) -> bytes:
    """A; the price in 1/10000."""
    return itch(
        "A", struct.pack(">QcI8sI", reference, side.encode(), shares, b"TEST    ", price), locate
    )


def order_executed(reference: int, shares: int, match: int = 1) -> bytes:
    """E."""
    return itch("E", struct.pack(">QIQ", reference, shares, match))


def order_cancel(reference: int, shares: int) -> bytes:
    """X."""
    return itch("X", struct.pack(">QI", reference, shares))


def order_delete(reference: int) -> bytes:
    """D."""
    return itch("D", struct.pack(">Q", reference))


def order_replace(old: int, new: int, shares: int, price: int) -> bytes:
    """U."""
    return itch("U", struct.pack(">QQII", old, new, shares, price))


# --- MDP 3.0 --------------------------------------------------------------------------------------
def sbe(template: int, block: bytes, *parts: bytes, version: int = 9, schema: int = 1) -> bytes:
    """An SBE message: header, root block, groups."""
    return struct.pack("<HHHH", len(block), template, schema, version) + block + b"".join(parts)


def group(*entries: bytes, size: int | None = None, count: int | None = None) -> bytes:
    """A group of at most 255 entries."""
    length = size if size is not None else len(entries[0]) if entries else 0
    return struct.pack("<HB", length, len(entries) if count is None else count) + b"".join(entries)


def wide_group(*entries: bytes, count: int | None = None) -> bytes:
    """A group with the 8-byte dimension, whose padding is not zero."""
    length = len(entries[0]) if entries else 24
    number = len(entries) if count is None else count
    return struct.pack("<H5sB", length, b"\xee" * 5, number) + b"".join(entries)


def root(indicator: int = 0x80) -> bytes:
    """The root block of most incremental messages: time, match event indicator, padding."""
    return struct.pack("<QB2x", SOME_TIME, indicator)


def level(
    price: int, size: int, position: int = 1, *, instrument: int = 1001, sequence: int = 1,
    orders: int = 3, action: int = 0, kind: str = "0",
) -> bytes:  # fmt: skip
    """An entry of template 46."""
    return struct.pack(
        "<qiiIiBBc5x", price, size, instrument, sequence, orders, position, action, kind.encode()
    )


def order(order_id: int, size: int, reference: int, *, priority: int = 1, action: int = 0) -> bytes:
    """An order entry of template 46."""
    return struct.pack("<QQiBB2x", order_id, priority, size, reference, action)


# --- any message of a description -----------------------------------------------------------------
class Crafter:
    """Makes messages of an application protocol with random values."""

    def __init__(self, plan: Application, seed: int) -> None:
        self.plan = plan
        self.dice = random.Random(seed)
        self.padding = self.dice  # what a block has beyond its fields
        self.values: dict[Field, int] = {}
        self.version = 0
        self.grow = 0

    def message(self, message: Message, version: int = 0, grow: int = 0) -> bytes:
        """A message; blocks and entries have `grow` bytes more than they need."""
        self.version, self.grow = version, grow
        self.values = {self.plan.selector: self.dice.choice(message.selectors)}
        if self.plan.schema:
            self.values[self.plan.schema[0]] = self.plan.schema[1]
        if self.plan.version:
            self.values[self.plan.version] = version
        self._plan_sizes(message.record)
        header = tuple(f for f in self.plan.record.fields if f is not self.plan.body)
        return self._fields(header) + self._fields(message.record.fields)

    def _plan_sizes(self, record: Record) -> None:
        for field in record.fields:
            if isinstance(field.size, Given) and isinstance(field.kind, Record):
                needed = [s.bytes for s in steps(field.kind.fields) if s.since <= self.version]
                self.values[field.size.field] = needed[-1] + self.grow
            if isinstance(field.repeat, Times):
                self.values[field.repeat.field] = self.dice.choice((0, 1, 1, 2, 3, 5))

    def _fields(self, fields: Sequence[Field]) -> bytes:
        made, bits = b"", 0
        for field in fields:
            if field.since and field.since.number > self.version:
                continue
            if isinstance(field.kind, Bits):
                bits += field.kind.width
                continue
            made += self.dice.randbytes((bits + 7) // 8) + self._repeated(field)
            bits = 0
        return made + self.dice.randbytes((bits + 7) // 8)

    def _repeated(self, field: Field) -> bytes:
        if not isinstance(field.repeat, Times):
            return self._field(field)
        return b"".join(self._field(field) for _ in range(self.values[field.repeat.field]))

    def _field(self, field: Field) -> bytes:
        kind = field.kind
        if isinstance(kind, Integer):
            value = self.values[field] if field in self.values else self._number(field)
            return value.to_bytes(kind.size, "big" if kind.big else "little", signed=kind.signed)
        if isinstance(kind, Record):
            made = self._fields(kind.fields)
            if isinstance(field.size, Given):
                made += self.padding.randbytes(self.values[field.size.field] - len(made))
            return made
        if isinstance(kind, Opaque) and not isinstance(field.size, Given | Rest):
            return self.dice.randbytes(field.size or kind.size or 0)
        raise TypeError(field.path)

    def _number(self, field: Field) -> int:
        kind = field.kind
        if not isinstance(kind, Integer):
            raise TypeError(field.path)
        wide = [field.null] if field.null is not None else []
        wide += [kind.low, kind.high, kind.high // 2, *MANTISSAS, *CODES]
        pick = self.dice.random()
        if pick < 0.5:
            value = self.dice.choice(wide)
        elif pick < 0.8:
            value = self.dice.randrange(8)
        else:
            value = self.dice.randrange(kind.low, kind.high + 1)
        return min(max(value, kind.low), kind.high)

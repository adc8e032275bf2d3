"""Encodes messages by a plan: the inverse of the interpreter, for simulators and for tests of decoders.

What may be left out is left out, unless `lavish` says otherwise, field by field: then a value that the receiver
could have told by itself is sent nevertheless, which is as right, and exercises the other half of an operator.
"""

from collections.abc import Callable, Mapping
from typing import Any

from feedhandler.decode.fast.interpreter import EMPTY, Message
from feedhandler.decode.fast.plan import (
    INTEGERS,
    RANGES,
    Group,
    Instruction,
    Operator,
    Parts,
    Plan,
    Scalar,
    Segment,
    Sequence,
    Type,
)

UNSIGNED = (Type.UINT32, Type.UINT64)


class EncodeError(ValueError):
    """A value that the template cannot express."""


def entity(value: int, *, signed: bool) -> bytes:
    """A number in as few bytes as it needs."""
    groups = [value & 0x7F]
    value >>= 7
    while not _done(value, groups[-1], signed=signed):
        groups.append(value & 0x7F)
        value >>= 7
    groups[0] |= 0x80
    return bytes(reversed(groups))


def _done(value: int, last: int, *, signed: bool) -> bool:
    if not signed:
        return value == 0
    return (value == 0 and not last & 0x40) or (value == -1 and bool(last & 0x40))


def unsigned(value: int | None, *, nullable: bool = False) -> bytes:
    """An unsigned number; None = null."""
    return b"\x80" if value is None else entity(value + nullable, signed=False)


def signed(value: int | None, *, nullable: bool = False) -> bytes:
    """A signed number; None = null."""
    if value is None:
        return b"\x80"
    return entity(value + (nullable and value >= 0), signed=True)


def ascii_text(text: bytes | None, *, nullable: bool = False) -> bytes:
    """An ASCII text; None = null."""
    if text is None:
        return b"\x80"
    groups = text or b"\0"
    if text[:1] == b"\0":
        groups = b"\0" + groups
    if nullable and groups[0] == 0:
        groups = b"\0" + groups
    return groups[:-1] + bytes([groups[-1] | 0x80])


def vector(text: bytes | None, *, nullable: bool = False) -> bytes:
    """A byte vector; None = null."""
    return unsigned(None if text is None else len(text), nullable=nullable) + (text or b"")


def presence_map(bits: list[bool]) -> bytes:
    """A presence map without zero bytes at its end."""
    padded = [*bits, *[False] * (-len(bits) % 7)] or [False] * 7
    groups = [
        sum(bit << (6 - place) for place, bit in enumerate(padded[at : at + 7]))
        for at in range(0, len(padded), 7)
    ]
    while len(groups) > 1 and groups[-1] == 0:
        groups.pop()
    groups[-1] |= 0x80
    return bytes(groups)


class Encoder:
    """Encodes messages of a plan; keeps the dictionaries between them."""

    def __init__(self, plan: Plan, lavish: Callable[[], bool] = lambda: False) -> None:
        self.plan = plan
        self.lavish = lavish
        self.template_id: int | None = None
        self.entries: dict[int, Any] = {}

    def encode(self, message: Message) -> bytes:
        """The bytes of a message."""
        template = self.plan.by_id[message.id]
        send_id = self.template_id != template.id or self.lavish()
        self.template_id = template.id
        if template.resets:
            self.entries.clear()
        bits = [send_id]
        out = bytearray(unsigned(template.id) if send_id else b"")
        self._values(template.body, message.values, bits, out)
        return presence_map(bits) + out

    # --- segments ---
    def _values(
        self, segment: Segment, values: Mapping[str, Any], bits: list[bool], out: bytearray
    ) -> None:
        for each in segment.instructions:
            self._instruction(each, values.get(each.name), bits, out)

    def _inner(self, segment: Segment, values: Mapping[str, Any], out: bytearray) -> None:
        bits: list[bool] = []
        inside = bytearray()
        self._values(segment, values, bits, inside)
        out += (presence_map(bits) if segment.has_map else b"") + inside

    def _instruction(self, each: Instruction, value: Any, bits: list[bool], out: bytearray) -> None:
        if isinstance(each, Scalar):
            self._scalar(each, value, bits, out)
        elif isinstance(each, Parts):
            self._scalar(each.exponent, None if value is None else value[1], bits, out)
            if value is not None:
                self._scalar(each.mantissa, value[0], bits, out)
        elif isinstance(each, Group):
            if each.optional:
                bits.append(value is not None)
            if value is not None:
                self._inner(each.body, value, out)
            elif not each.optional:
                raise EncodeError(f"{each.name}: a mandatory group is absent")
        elif isinstance(each, Sequence):
            self._scalar(each.length, None if value is None else len(value), bits, out)
            for entry in value or ():
                self._inner(each.body, entry, out)
        else:
            out += self.encode(value)

    # --- operators ---
    def _scalar(self, field: Scalar, value: Any, bits: list[bool], out: bytearray) -> None:
        if value is None and not field.optional:
            raise EncodeError(f"{field.name}: a mandatory field is absent")
        if field.operator is Operator.NONE:
            out += self._token(field, value)
        elif field.operator is Operator.DELTA:
            out += self._delta(field, value)
        elif field.operator is Operator.CONSTANT:
            if value not in (None, field.initial):
                raise EncodeError(f"{field.name}: {value!r} is not the constant")
            if field.optional:
                bits.append(value is not None)
        else:
            told = self._told(field)
            bits.append(told != (value,) or self.lavish())
            if field.operator is Operator.DEFAULT:
                out += self._token(field, value) if bits[-1] else b""
                return
            if bits[-1]:
                tail = field.operator is Operator.TAIL and value is not None
                out += self._token(field, self._tail(field, value) if tail else value)
            self.entries[field.slot] = EMPTY if value is None else value

    def _told(self, field: Scalar) -> tuple[Any, ...]:
        """What the receiver takes where nothing is sent; nothing where that would be an error."""
        if field.operator is Operator.DEFAULT:
            return (field.initial,)
        entry = self.entries.get(field.slot)
        if entry is None:
            return (field.initial,) if field.optional or field.initial is not None else ()
        if entry is EMPTY:
            return (None,) if field.optional else ()
        if field.operator is Operator.INCREMENT:
            first, last = RANGES[field.type]
            return (first if entry == last else entry + 1,)
        return (entry,)

    def _tail(self, field: Scalar, value: bytes) -> bytes:
        entry = self.entries.get(field.slot)
        base = field.initial if entry is None or entry is EMPTY else entry
        base = base if isinstance(base, bytes) else b""
        if len(value) < len(base):
            raise EncodeError(f"{field.name}: a tail cannot shorten {base!r} to {value!r}")
        if len(value) > len(base):
            return value
        same = next(
            (n for n, (a, b) in enumerate(zip(base, value, strict=True)) if a != b), len(base)
        )
        return value if self.lavish() else value[same:]

    def _delta(self, field: Scalar, value: Any) -> bytes:
        if value is None:
            return b"\x80"
        entry = self.entries.get(field.slot)
        if entry is EMPTY:
            raise EncodeError(f"{field.name}: a delta to an absent value")
        base: Any = field.initial if entry is None else entry
        self.entries[field.slot] = value
        if field.type in INTEGERS:
            return signed(value - (base or 0), nullable=field.optional)
        if field.type is Type.DECIMAL:
            mantissa, exponent = base or (0, 0)
            first = signed(value[1] - exponent, nullable=field.optional)
            return first + signed(value[0] - mantissa)
        cut, text = _difference(base or b"", value, front=self.lavish())
        sent = ascii_text(text) if field.type is Type.ASCII else vector(text)
        return signed(cut, nullable=field.optional) + sent

    # --- tokens ---
    def _token(self, field: Scalar, value: Any) -> bytes:
        nullable = field.optional
        if value is not None and field.type in INTEGERS:
            first, last = RANGES[field.type]
            if not first <= value <= last:
                raise EncodeError(f"{field.name}: {value} is beyond its type")
        if field.type in INTEGERS:
            return (unsigned if field.type in UNSIGNED else signed)(value, nullable=nullable)
        if field.type is Type.DECIMAL:
            if value is None:
                return b"\x80"
            return signed(value[1], nullable=nullable) + signed(value[0])
        return (ascii_text if field.type is Type.ASCII else vector)(value, nullable=nullable)


def _difference(base: bytes, value: bytes, *, front: bool) -> tuple[int, bytes]:
    """Characters to drop and to put in their place, at the back or at the front."""
    if front:
        same = _common(base[::-1], value[::-1])
        return -(len(base) - same) - 1, value[: len(value) - same]
    same = _common(base, value)
    return len(base) - same, value[same:]


def _common(one: bytes, other: bytes) -> int:
    """Characters that two texts begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count

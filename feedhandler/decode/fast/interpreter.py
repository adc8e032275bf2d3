"""The obvious interpreter of a plan: slow, plain Python over Kaitai's entities, and the judge of generated code.

A message becomes a `Message`: values by name, None where a field is absent, a list of mappings for a sequence,
a mapping for a group, `(mantissa, exponent)` for a decimal, bytes for every text. Dictionary entries change as
the stream is read, also by a message that fails later; what a caller does about a failure is its own matter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from feedhandler.decode.fast.plan import (
    CELLS_MAX,
    DEPTH_MAX,
    INTEGERS,
    RANGES,
    SHORT_MAX,
    TEXT_MAX,
    TEXTS_MAX,
    Decimal,
    Group,
    Instruction,
    Operator,
    Parts,
    Plan,
    Reference,
    Scalar,
    Segment,
    Sequence,
    Template,
    Type,
    Value,
    layout,
)
from feedhandler.decode.fast.reasons import REASON_WORDS, FastError, Reason
from feedhandler.decode.fast.wire import Wire

EXPONENT_MAX: Final = 63
UNSIGNED: Final = (Type.UINT32, Type.UINT64)


class _Empty:
    """A previous value that was absent."""


EMPTY: Final = _Empty()


@dataclass
class Message:
    """A decoded message."""

    template: str
    id: int
    values: dict[str, Any]


class Bits:
    """A presence map, taken bit by bit; beyond its end every bit is 0."""

    def __init__(self, bits: list[bool]) -> None:
        self._bits = bits
        self._next = 0

    def take(self) -> bool:
        """The next bit."""
        self._next += 1
        return self._next <= len(self._bits) and self._bits[self._next - 1]

    @property
    def surplus(self) -> bool:
        """Whether bits are set that nobody took."""
        return any(self._bits[self._next :])


class Interpreter:
    """Decodes messages of a plan; keeps the dictionaries between them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.remarks = [0] * REASON_WORDS
        self.template_id: int | None = None
        self.entries: dict[int, Value | _Empty] = {}
        self._wire = Wire(b"")
        self._depth = self._cells = self._texts = 0

    def decode(self, payload: bytes) -> tuple[Message, int]:
        """The message at the start of these bytes, and how many it takes; raises `FastError`."""
        self._wire = Wire(payload, self.remarks)
        self._depth = self._cells = self._texts = 0
        return self._message(), self._wire.position

    def head(self, payload: bytes, count: Callable[[int], int]) -> tuple[int, dict[str, Any], int]:
        """Template id and first fields of the message at the start of these bytes, and how many these take.

        `count` tells for a template id how many of its instructions are read.
        """
        self._wire = Wire(payload, self.remarks)
        self._depth = self._cells = self._texts = 0
        template, bits = self._opened()
        segment = Segment(template.body.instructions[: count(template.id)])
        return template.id, self._values(segment, bits), self._wire.position

    def messages(self, payload: bytes) -> Iterator[Message]:
        """All messages of a datagram."""
        at = 0
        while at < len(payload):
            message, taken = self.decode(payload[at:])
            at += taken
            yield message

    def reset(self) -> None:
        """Forget every previous value."""
        self.entries.clear()

    # --- segments ---
    def _opened(self) -> tuple[Template, Bits]:
        """The template of a message, and its presence map behind the bit of the template id."""
        bits = Bits(self._wire.presence_map())
        if bits.take():
            self.template_id = _within(
                self._wire.unsigned() or 0, Type.UINT32, Reason.INTEGER_RANGE
            )
        if self.template_id is None:
            raise FastError(Reason.NO_TEMPLATE_ID)
        template = self.plan.by_id.get(self.template_id)
        if template is None:
            raise FastError(Reason.UNKNOWN_TEMPLATE)
        if template.resets:
            self.reset()
        return template, bits

    def _message(self) -> Message:
        template, bits = self._opened()
        self._take_cells(layout(template.body, head=1).words)
        values = self._values(template.body, bits)
        self._close(bits)
        return Message(template.name, template.id, values)

    def _close(self, bits: Bits) -> None:
        if bits.surplus:
            self._wire.remark(Reason.SURPLUS_BITS)

    def _values(self, segment: Segment, bits: Bits) -> dict[str, Any]:
        return {each.name: self._instruction(each, bits) for each in segment.instructions}

    def _inner(self, segment: Segment, bits: Bits | None) -> dict[str, Any]:
        """A group or an entry: with a map of its own where it needs one."""
        if not segment.has_map:
            return self._values(segment, bits or Bits([]))
        own = Bits(self._wire.presence_map())
        values = self._values(segment, own)
        self._close(own)
        return values

    def _instruction(self, each: Instruction, bits: Bits) -> Any:
        if isinstance(each, Scalar):
            return self._scalar(each, bits)
        if isinstance(each, Parts):
            return self._parts(each, bits)
        if isinstance(each, Group):
            return None if each.optional and not bits.take() else self._inner(each.body, bits)
        if isinstance(each, Sequence):
            return self._sequence(each, bits)
        return self._reference()

    def _parts(self, parts: Parts, bits: Bits) -> Decimal | None:
        exponent = self._scalar(parts.exponent, bits)
        if exponent is None:
            return None
        mantissa = self._scalar(parts.mantissa, bits)
        self._judge(exponent)
        return mantissa, exponent

    def _sequence(self, sequence: Sequence, bits: Bits) -> list[dict[str, Any]] | None:
        length = self._scalar(sequence.length, bits)
        if length is None:
            return None
        self._take_cells(length * layout(sequence.body).words)
        return [self._entry(sequence, number) for number in range(length)]

    def _entry(self, sequence: Sequence, _number: int) -> dict[str, Any]:
        return self._inner(sequence.body, None)

    def _reference(self) -> Message:
        if self._depth == DEPTH_MAX:
            raise FastError(Reason.LIMIT)
        self._depth += 1
        message = self._message()
        self._depth -= 1
        return message

    def _take_cells(self, count: int) -> None:
        self._cells += count
        if self._cells > CELLS_MAX:
            raise FastError(Reason.LIMIT)

    # --- operators ---
    def _scalar(self, field: Scalar, bits: Bits) -> Any:
        value = self._operate(field, bits)
        if isinstance(value, bytes) and len(value) > SHORT_MAX:
            self._texts += len(value)
            if self._texts > TEXTS_MAX:
                raise FastError(Reason.LIMIT)
        if isinstance(value, tuple):
            self._judge(value[1])
        return value

    def _operate(self, field: Scalar, bits: Bits) -> Value | None:
        match field.operator:
            case Operator.NONE:
                return self._token(field)
            case Operator.CONSTANT:
                return None if field.optional and not bits.take() else field.initial
            case Operator.DEFAULT:
                return self._token(field) if bits.take() else field.initial
            case Operator.DELTA:
                return self._delta(field)
        if not bits.take():
            return self._unchanged(field)
        if field.operator is Operator.TAIL:
            return self._tail(field)
        return self._assign(field, self._token(field))

    def _assign(self, field: Scalar, value: Value | None) -> Value | None:
        self.entries[field.slot] = EMPTY if value is None else value
        return value

    def _unchanged(self, field: Scalar) -> Value | None:
        """What copy, increment and tail give where nothing is in the stream."""
        entry = self.entries.get(field.slot)
        if entry is None:
            if field.initial is None and not field.optional:
                raise FastError(Reason.NO_VALUE)
            return self._assign(field, field.initial)
        if isinstance(entry, _Empty):
            if not field.optional:
                raise FastError(Reason.EMPTY_VALUE)
            return None
        if field.operator is Operator.INCREMENT and isinstance(entry, int):
            first, last = RANGES[field.type]
            return self._assign(field, first if entry == last else entry + 1)
        return entry

    def _base(self, field: Scalar) -> Value:
        """The value that a delta is to."""
        entry = self.entries.get(field.slot)
        if isinstance(entry, _Empty):
            raise FastError(Reason.EMPTY_VALUE)
        if entry is not None:
            return entry
        if field.initial is not None:
            return field.initial
        zero: dict[Type, Value] = {**dict.fromkeys(INTEGERS, 0), Type.DECIMAL: (0, 0)}
        return zero.get(field.type, b"")

    def _delta(self, field: Scalar) -> Value | None:
        wire = self._wire
        first = wire.signed(nullable=field.optional)
        if first is None:
            return None
        if field.type is Type.DECIMAL:
            second = wire.signed() or 0
            mantissa, exponent = self._decimal(field)
            total = (
                _within(mantissa + second, Type.INT64, Reason.RESULT_RANGE),
                _within(exponent + first, Type.INT32, Reason.RESULT_RANGE),
            )
            return self._assign(field, total)
        if field.type in INTEGERS:
            base = self._base(field)
            return self._assign(
                field, _within(_number(base) + first, field.type, Reason.RESULT_RANGE)
            )
        text = wire.ascii() if field.type is Type.ASCII else wire.vector()
        return self._assign(
            field, self._joined(field, _text(self._base(field)), first, text or b"")
        )

    def _decimal(self, field: Scalar) -> Decimal:
        base = self._base(field)
        return base if isinstance(base, tuple) else (0, 0)

    def _joined(self, field: Scalar, base: bytes, cut: int, text: bytes) -> bytes:
        """A text's delta: characters off the back or, where negative, off the front."""
        drop = cut if cut >= 0 else -cut - 1
        if drop > len(base):
            raise FastError(Reason.TEXT_DELTA)
        return self._made(
            field, base[: len(base) - drop] + text if cut >= 0 else text + base[drop:]
        )

    def _made(self, field: Scalar, value: bytes) -> bytes:
        if len(value) > TEXT_MAX:
            raise FastError(Reason.LIMIT)
        if field.type is Type.UNICODE:
            self._judge_utf8(value)
        return value

    def _tail(self, field: Scalar) -> Value | None:
        wire = self._wire
        ascii_text = field.type is Type.ASCII
        read = wire.ascii if ascii_text else wire.vector
        tail = read(nullable=field.optional)
        if tail is None:
            return self._assign(field, None)
        entry = self.entries.get(field.slot)
        base = _text(field.initial if entry is None or isinstance(entry, _Empty) else entry)
        kept = base[: max(len(base) - len(tail), 0)]
        return self._assign(field, self._made(field, kept + tail))

    # --- tokens ---
    def _token(self, field: Scalar) -> Value | None:
        wire, nullable = self._wire, field.optional
        if field.type in INTEGERS:
            read = wire.unsigned if field.type in UNSIGNED else wire.signed
            value = read(nullable=nullable)
            if value is not None:
                _within(value, field.type, Reason.INTEGER_RANGE)
            return value
        if field.type is Type.DECIMAL:
            exponent = wire.signed(nullable=nullable)
            if exponent is None:
                return None
            _within(exponent, Type.INT32, Reason.INTEGER_RANGE)
            mantissa = wire.signed() or 0
            _within(mantissa, Type.INT64, Reason.INTEGER_RANGE)
            return mantissa, exponent
        if field.type is Type.ASCII:
            return wire.ascii(nullable=nullable)
        text = wire.vector(nullable=nullable)
        if text is not None and field.type is Type.UNICODE:
            self._judge_utf8(text)
        return text

    def _judge(self, exponent: int) -> None:
        if abs(exponent) > EXPONENT_MAX:
            self._wire.remark(Reason.DECIMAL_RANGE)

    def _judge_utf8(self, text: bytes) -> None:
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            self._wire.remark(Reason.NOT_UTF8)


def _within(value: int, kind: Type, reason: Reason) -> int:
    first, last = RANGES[kind]
    if not first <= value <= last:
        raise FastError(reason)
    return value


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _text(value: Value | None) -> bytes:
    return value if isinstance(value, bytes) else b""


__all__ = ["Interpreter", "Message", "Reference"]

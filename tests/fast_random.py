"""Random FAST templates and random messages that fit them, for round trips and for one decoder against another."""

import random
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from feedhandler.decode.fast.encoder import EncodeError, Encoder
from feedhandler.decode.fast.interpreter import EMPTY, Message
from feedhandler.decode.fast.plan import (
    RANGES,
    TEXTS,
    Group,
    Operator,
    Parts,
    Plan,
    Scalar,
    Segment,
    Sequence,
    Type,
)
from feedhandler.decode.fast.templates import read_plan

ELEMENTS = ("uInt32", "int32", "uInt64", "int64", "decimal", "string", "unicode", "byteVector")
OPERATORS = ("none", "constant", "copy", "default", "delta", "increment", "tail")
INTEGERS = ELEMENTS[:4]
TEXT_ELEMENTS = ELEMENTS[5:]
ALPHABET = "ABCDEFGHijklmnop0123"


class Templates:
    """Makes template documents."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.fields = 0

    def document(self, templates: int = 3, fields: int = 8) -> str:
        """Some templates; the last one resets the dictionaries."""
        root = Element("templates", dictionary=self.rng.choice(("global", "template", "type")))
        for number in range(1, templates + 1):
            one = SubElement(root, "template", name=f"T{number}", id=str(number))
            self.segment(one, self.rng.randint(1, fields), depth=2)
            if number > 1 and self.rng.random() < 0.3:
                SubElement(one, "templateRef")
        SubElement(root, "template", name="Reset", id="120", reset="yes")
        return tostring(root, "unicode")

    def segment(self, parent: Element, count: int, depth: int) -> None:
        """So many instructions."""
        for _ in range(count):
            what = self.rng.random()
            if depth and what < 0.12:
                self.segment(self.named(parent, "group"), self.rng.randint(1, 3), depth - 1)
            elif depth and what < 0.25:
                sequence = self.named(parent, "sequence")
                length = SubElement(sequence, "length", name=f"n{self.fields}")
                self.operator(length, "uInt32", optional=sequence.get("presence") == "optional")
                self.segment(sequence, self.rng.randint(1, 4), depth - 1)
            elif what < 0.35:
                self.parts(self.named(parent, "decimal"))
            else:
                self.field(parent, self.rng.choice(ELEMENTS), self.rng.choice(OPERATORS))

    def named(self, parent: Element, tag: str) -> Element:
        """An element with a name, mandatory or not."""
        self.fields += 1
        made = SubElement(parent, tag, name=f"f{self.fields}")
        if self.rng.random() < 0.5:
            made.set("presence", "optional")
        return made

    def field(self, parent: Element, kind: str, operator: str) -> None:
        """A field with this operator, if its type has it."""
        made = self.named(parent, "string" if kind == "unicode" else kind)
        if kind == "unicode":
            made.set("charset", "unicode")
        self.operator(made, kind, optional=made.get("presence") == "optional", operator=operator)

    def parts(self, decimal: Element) -> None:
        """A decimal whose parts have operators."""
        optional = decimal.get("presence") == "optional"
        for part in ("exponent", "mantissa"):
            made = SubElement(decimal, part)
            self.operator(made, part, optional=optional and part == "exponent")

    def operator(
        self, element: Element, kind: str, *, optional: bool, operator: str | None = None
    ) -> None:
        """An operator that the type has."""
        operator = operator or self.rng.choice(OPERATORS)
        integer = kind in INTEGERS or kind in ("exponent", "mantissa")
        if (operator == "increment" and not integer) or (
            operator == "tail" and kind not in TEXT_ELEMENTS
        ):
            operator = "copy"
        if operator == "none":
            return
        made = SubElement(element, operator)
        needs = operator == "constant" or (operator == "default" and not optional)
        if needs or self.rng.random() < 0.5:
            made.set("value", self.value(kind))
        if self.rng.random() < 0.1 and operator not in ("constant", "default"):
            made.set("key", f"k{kind}")

    def value(self, kind: str) -> str:
        """An initial value."""
        rng = self.rng
        if kind == "exponent":
            return str(rng.randint(-3, 3))
        if kind in ("int64", "int32", "mantissa"):
            return str(rng.choice((0, 7, -7, 2**31 - 1, -(2**31))))
        if kind == "uInt64":
            return str(rng.choice((0, 7, 2**64 - 1, 2**63)))
        if kind == "uInt32":
            return str(rng.choice((0, 7, 2**32 - 1)))
        if kind == "decimal":
            return rng.choice(("0", "12000", "-0.125", "7"))
        if kind == "byteVector":
            return rng.randbytes(rng.choice((0, 3, 7, 8, 20))).hex()
        return "".join(rng.choices(ALPHABET, k=rng.choice((0, 1, 3, 7, 8, 20))))


class Messages:
    """Makes messages that an encoder can express, by asking it for each field."""

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self.plan = plan
        self.rng = rng
        self.encoder = Encoder(plan, lambda: rng.random() < 0.2)

    def message(self) -> tuple[Message, bytes]:
        """A message and its bytes."""
        while True:
            entries, before = dict(self.encoder.entries), self.encoder.template_id
            made = self.of(self.rng.choice(self.plan.templates).id, 2)
            try:
                return made, self.encoder.encode(made)
            except (
                EncodeError
            ):  # such as a delta to what is absent: another message may be possible
                self.encoder.entries, self.encoder.template_id = entries, before
                if self.rng.random() < 0.2:
                    made = Message("Reset", 120, {})
                    return made, self.encoder.encode(made)

    def of(self, number: int, depth: int) -> Message:
        """A message of this template."""
        template = self.plan.by_id[number]
        return Message(template.name, number, self.values(template.body, depth))

    def values(self, segment: Segment, depth: int) -> dict[str, Any]:
        """Values for every instruction."""
        return {each.name: self.value(each, depth) for each in segment.instructions}

    def value(self, each: Any, depth: int) -> Any:
        """A value for an instruction."""
        rng = self.rng
        if getattr(each, "optional", False) and rng.random() < 0.3:
            return None
        if isinstance(each, Scalar):
            return self.scalar(each)
        if isinstance(each, Parts):
            exponent = self.scalar(each.exponent)
            return None if exponent is None else (self.scalar(each.mantissa), exponent)
        if isinstance(each, Group):
            return self.values(each.body, depth)
        if isinstance(each, Sequence):
            length = each.length
            count = (
                length.initial if length.operator is Operator.CONSTANT else rng.choice((0, 1, 2, 5))
            )
            count = int(count) if isinstance(count, int) and count < 10 else 0
            return [self.values(each.body, depth) for _ in range(count)]
        return self.of(
            self.rng.choice(self.plan.templates[:1] if depth == 0 else self.plan.templates).id, 0
        )

    def scalar(self, field: Scalar) -> Any:
        """A value, often one that the operator likes."""
        rng = self.rng
        if field.operator is Operator.CONSTANT:
            return field.initial
        entry = self.encoder.entries.get(field.slot)
        likes = [v for v in (entry, field.initial) if v is not None and v is not EMPTY]
        if likes and rng.random() < 0.4:
            return rng.choice(likes)
        if field.type in RANGES:
            first, last = RANGES[field.type]
            if field.name.startswith("exponent of"):
                first, last = -70, 70
            return rng.choice(
                (first, last, max(first, -65), 0, 1, 63, 64, rng.randint(first, last))
            )
        if field.type is Type.DECIMAL:
            return rng.choice((0, 5, -1, 2**63 - 1, -(2**63), 942755)), rng.randint(-70, 70)
        assert field.type in TEXTS
        least = 0
        if field.operator is Operator.TAIL:
            least = max((len(v) for v in likes if isinstance(v, bytes)), default=0)
        length = max(least, rng.choice((0, 1, 2, 6, 7, 8, 9, 30)))
        return "".join(rng.choices(ALPHABET, k=length)).encode()


def made(seed: int, fields: int = 8) -> tuple[Plan, Messages]:
    """A plan and its messages, by seed."""
    rng = random.Random(seed)
    while True:
        plan = read_plan(Templates(rng).document(fields=fields))
        if all(slot.type is not None for slot in plan.slots):
            return plan, Messages(plan, rng)

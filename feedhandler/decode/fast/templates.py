"""Reads a venue's FAST templates (XML) into a plan; what the standard calls static errors is refused here.

Namespaces of the XML are not looked at: several are in use for the same elements. Elements and attributes that
are not of the standard are left alone, as it asks, but an element where an instruction or an operator must
stand is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, ParseError
from xml.etree.ElementTree import fromstring as parse_xml

from feedhandler.decode.fast.plan import (
    INTEGERS,
    RANGES,
    REMEMBERING,
    TEXT_MAX,
    TEXTS,
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
    Slot,
    Template,
    Type,
    Value,
)

TYPES: Final[Mapping[str, Type]] = {
    "uInt32": Type.UINT32, "int32": Type.INT32, "uInt64": Type.UINT64, "int64": Type.INT64,
    "length": Type.UINT32, "decimal": Type.DECIMAL, "string": Type.ASCII, "byteVector": Type.BYTES,
    "exponent": Type.INT32, "mantissa": Type.INT64,
}  # fmt: skip
OPERATORS: Final[Mapping[str, Operator]] = {
    operator.name.lower(): operator for operator in Operator if operator is not Operator.NONE
}
YES: Final = ("yes", "y", "true", "t", "1")
EXPONENT_MAX: Final = 63
NESTING_MAX: Final = 32
ANY: Final = "any"


class TemplateError(ValueError):
    """A template file that breaks a rule; the text begins with the code of the standard and names the place."""


@dataclass(frozen=True)
class Scope:
    """What an element inherits: where its operators remember, and where it stands."""

    place: str
    template: str
    dictionary: str = "global"
    namespace: str = ""
    type_name: str = ANY
    depth: int = 0

    def inside(self, element: Element) -> "Scope":
        """The scope of an element in this one."""
        name = element.get("name") or element.tag
        typed = next((child.get("name") for child in element if child.tag == "typeRef"), None)
        return replace(
            self,
            place=f"{self.place}/{name}",
            dictionary=element.get("dictionary", self.dictionary),
            namespace=element.get("ns", self.namespace),
            type_name=typed or self.type_name,
            depth=self.depth + 1,
        )


def load_plan(path: str | Path) -> Plan:
    """The plan of a template file; raises `TemplateError`, or OSError."""
    return read_plan(Path(path).read_bytes(), Path(path).name)


def read_plan(text: str | bytes, name: str = "templates") -> Plan:
    """The plan of a template document."""
    if b"<!ENTITY" in (text.encode() if isinstance(text, str) else text):
        raise TemplateError(f"S1 {name}: declares entities")
    try:
        root = parse_xml(text)  # noqa: S314 (without entities it is a tree and no more)
    except ParseError as error:
        raise TemplateError(f"S1 {name}: {error}") from error
    return _Reader(root, name).plan()


class _Reader:
    """Reads one document."""

    def __init__(self, root: Element, name: str) -> None:
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        self.name = name
        self.outer = Scope(name, "").inside(root) if root.tag == "templates" else Scope(name, "")
        found = [root] if root.tag == "template" else [e for e in root if e.tag == "template"]
        if root.tag not in ("template", "templates"):
            _refuse("S1", name, f"the root is <{root.tag}>, not <templates>")
        self.elements = found
        self.named = {element.get("name", ""): element for element in found}
        self.slots: dict[tuple[str, ...], Slot] = {}

    def plan(self) -> Plan:
        """All templates that have an id."""
        templates = [self._template(each) for each in self.elements if each.get("id")]
        by_id = {each.id: each for each in templates}
        if len(by_id) < len(templates):
            _refuse("S1", self.name, "two templates have one id")
        return Plan(tuple(templates), tuple(self.slots.values()), by_id)

    def _template(self, element: Element) -> Template:
        name = element.get("name") or f"template {element.get('id')}"
        number = _integer(element.get("id", ""), Type.UINT32, f"{self.name}: template {name}: id")
        reset = next(
            (value for key, value in element.items() if key.rpartition("}")[2] == "reset"), ""
        )
        body = self._segment(element, self._scope_of(element))
        return Template(name, number, reset.lower() in YES, body)

    def _scope_of(self, element: Element) -> Scope:
        name = element.get("name") or element.get("id") or ""
        return replace(self.outer, template=name).inside(element)

    # --- instructions ---
    def _segment(self, element: Element, scope: Scope) -> Segment:
        found: list[Instruction] = []
        for child in element:
            if child.tag not in ("typeRef", "length"):
                found += self._instruction(child, scope, len(found))
        names = [each.name for each in found]
        for name in names:
            if names.count(name) > 1:
                _refuse("S1", scope.place, f"two instructions have the name {name!r}")
        return Segment(tuple(found))

    def _instruction(self, element: Element, scope: Scope, number: int) -> list[Instruction]:
        if scope.depth > NESTING_MAX:
            _refuse("S1", scope.place, "nested too deeply")
        if element.tag == "templateRef":
            return self._reference(element, scope, number)
        if element.tag == "group":
            return [self._group(element, scope, number)]
        if element.tag == "sequence":
            return [self._sequence(element, scope)]
        if element.tag in TYPES and element.tag not in ("length", "exponent", "mantissa"):
            return [self._field(element, scope)]
        _refuse("S1", scope.place, f"<{element.tag}> is no instruction")
        return None

    def _reference(self, element: Element, scope: Scope, number: int) -> list[Instruction]:
        name = element.get("name")
        if name is None:
            return [Reference(f"reference {number + 1}")]
        if name not in self.named:
            _refuse("D8", scope.place, f"no template {name!r}")
        referred = self.named[name]
        inner = replace(self._scope_of(referred), depth=scope.depth + 1)
        return list(self._segment(referred, inner).instructions)

    def _group(self, element: Element, scope: Scope, number: int) -> Group:
        inner = scope.inside(element)
        name = element.get("name") or f"group {number + 1}"
        return Group(
            name, element.get("id", ""), _optional(element, inner), self._segment(element, inner)
        )

    def _sequence(self, element: Element, scope: Scope) -> Sequence:
        inner = scope.inside(element)
        told = next((child for child in element if child.tag == "length"), Element("length"))
        if "name" not in told.attrib:
            told = _copy(told, f"length of {inner.place}")
        length = self._scalar(told, inner.inside(told), Type.UINT32, _optional(element, inner))
        name = element.get("name") or length.name
        return Sequence(name, element.get("id", ""), length, self._segment(element, inner))

    # --- fields ---
    def _field(self, element: Element, scope: Scope) -> Scalar | Parts:
        inner = scope.inside(element)
        if not element.get("name"):
            _refuse("S1", scope.place, f"<{element.tag}> has no name")
        kind = TYPES[element.tag]
        if kind is Type.ASCII and element.get("charset", "ascii") == "unicode":
            kind = Type.UNICODE
        optional = _optional(element, inner)
        parts = {child.tag: child for child in element if child.tag in ("exponent", "mantissa")}
        if kind is Type.DECIMAL and parts:
            return self._parts(element, parts, inner, optional=optional)
        return self._scalar(element, inner, kind, optional)

    def _parts(
        self, element: Element, parts: Mapping[str, Element], scope: Scope, *, optional: bool
    ) -> Parts:
        made = {}
        for part in ("exponent", "mantissa"):
            told = _copy(parts.get(part, Element(part)), f"{part} of {scope.place}")
            may_be_null = optional and part == "exponent"
            made[part] = self._scalar(told, scope.inside(told), TYPES[part], may_be_null)
        power = made["exponent"].initial
        if isinstance(power, int) and abs(power) > EXPONENT_MAX:
            _refuse("S3", scope.place, f"the exponent {power} is beyond a decimal")
        return Parts(element.get("name", ""), element.get("id", ""), *made.values())

    def _scalar(self, element: Element, scope: Scope, kind: Type, optional: bool) -> Scalar:  # noqa: FBT001
        operators = [child for child in element if child.tag in OPERATORS]
        strange = [child.tag for child in element if child.tag not in (*OPERATORS, "typeRef")]
        if strange or len(operators) > 1:
            _refuse("S1", scope.place, f"<{(strange or [operators[-1].tag])[0]}> does not fit here")
        name, tag = element.get("name", ""), element.get("id", "")
        if not operators:
            return Scalar(name, tag, kind, Operator.NONE, optional)
        told = operators[0]
        operator = OPERATORS[told.tag]
        initial = None
        if "value" in told.attrib:
            initial = _initial(told.attrib["value"], kind, scope.place)
        _check(operator, kind, initial, scope.place, optional=optional)
        slot = self._slot(told, name, kind, scope) if operator in REMEMBERING else -1
        return Scalar(name, tag, kind, operator, optional, initial, slot)

    def _slot(self, told: Element, name: str, kind: Type, scope: Scope) -> int:
        """The dictionary entry of an operator."""
        scope = scope.inside(told)
        key = told.get("key", name)
        inside = {"template": scope.template, "type": scope.type_name}.get(scope.dictionary, "")
        entry = (scope.dictionary, inside, scope.namespace, key)
        slot = self.slots.setdefault(entry, Slot(len(self.slots), kind, key))
        if slot.type is not kind:
            _refuse("D4", scope.place, f"the key {key!r} is used with another type elsewhere")
        return slot.number


def _copy(element: Element, name: str) -> Element:
    """An element under another name: implicit keys are those of their place and of nothing else."""
    made = Element(element.tag, {**element.attrib, "name": name})
    made.extend(element)
    return made


def _optional(element: Element, scope: Scope) -> bool:
    presence = element.get("presence", "mandatory")
    if presence not in ("mandatory", "optional"):
        _refuse("S1", scope.place, f"presence is {presence!r}")
    return presence == "optional"


def _check(
    operator: Operator, kind: Type, initial: Value | None, place: str, *, optional: bool
) -> None:
    """The rules that bind an operator to a type and to its value."""
    if operator is Operator.INCREMENT and kind not in INTEGERS:
        _refuse("S2", place, "increment is for integers")
    if operator is Operator.TAIL and kind not in TEXTS:
        _refuse("S2", place, "tail is for strings and byte vectors")
    if operator is Operator.CONSTANT and initial is None:
        _refuse("S4", place, "a constant needs a value")
    if operator is Operator.DEFAULT and initial is None and not optional:
        _refuse("S5", place, "a mandatory default needs a value")


# --- values ---------------------------------------------------------------------------------------
def _initial(text: str, kind: Type, place: str) -> Value:
    if kind in INTEGERS:
        return _integer(text, kind, place)
    if kind is Type.DECIMAL:
        return _decimal(text, place)
    try:
        value = (
            bytes.fromhex(text) if kind is Type.BYTES
            else text.encode("ascii" if kind is Type.ASCII else "utf-8")
        )  # fmt: skip
    except ValueError:
        _refuse("S3", place, f"{text!r} is no value of its type")
    if len(value) > TEXT_MAX:
        _refuse("S3", place, f"a value of {len(value)} bytes; at most {TEXT_MAX}")
    return value


def _integer(text: str, kind: Type, place: str) -> int:
    first, last = RANGES[kind]
    digits = text.strip()
    if not digits.removeprefix("-").isdecimal() or not first <= int(digits) <= last:
        _refuse("S3", place, f"{text!r} is no {kind.name.lower()}")
    return int(digits)


def _decimal(text: str, place: str) -> Decimal:
    """Mantissa and exponent, the mantissa without zeros at its end."""
    whole, _, fraction = text.strip().partition(".")
    digits = whole.removeprefix("-") + fraction
    if not digits.isdecimal():
        _refuse("S3", place, f"{text!r} is no decimal")
    mantissa = int(digits) * (-1 if whole.startswith("-") else 1)
    exponent = -len(fraction)
    while mantissa and mantissa % 10 == 0:
        mantissa //= 10
        exponent += 1
    if mantissa == 0:
        return 0, 0
    low, high = RANGES[Type.INT64]
    if not low <= mantissa <= high or abs(exponent) > EXPONENT_MAX:
        _refuse("S3", place, f"{text!r} is beyond a decimal")
    return mantissa, exponent


def _refuse(code: str, place: str, why: str) -> NoReturn:
    raise TemplateError(f"{code} {place}: {why}")

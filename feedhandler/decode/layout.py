"""Reads a `.ksy` into the typed tree, and refuses by path what the compiled decoder cannot express.

Accepted: whole numbers of either byte order; bits in whole bytes or inside one; text and bytes of a size
that is a literal, a field, or all that is left; nested types, also with parameters; one choice by an integer
or enum; `if: version >= N`; repetition by a count or to the end; constant value instances. What is not on
that list is an error and never a guess: such a protocol runs on the reference decoder only.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from feedhandler.decode.expressions import Names, Scope, condition, count, literal, size
from feedhandler.decode.tree import (
    Bits,
    Choice,
    Field,
    Integer,
    Kind,
    Opaque,
    Record,
    Rest,
    Times,
    ToEnd,
    UnsupportedError,
)

FIELD_KEYS: Final = frozenset({
    "id", "type", "size", "size-eos", "repeat", "repeat-expr", "if", "enum", "encoding", "terminator",
    "pad-right", "doc", "doc-ref",
})  # fmt: skip
TYPE_KEYS: Final = frozenset(
    {"meta", "params", "seq", "instances", "types", "enums", "doc", "doc-ref"}
)
ENDLESS: Final = (
    "is never refused by a decoder, unlike text that may fail to decode; write ISO-8859-1"
)
NUMBER: Final = re.compile(r"([us])([1248])(le|be)?")
FLOAT: Final = re.compile(r"f([48])(le|be)?")
BITS: Final = re.compile(r"b(\d+)(le|be)?")
USE: Final = re.compile(r"([a-z][a-z0-9_]*)\s*(?:\((.*)\))?")


def read_layout(document: Mapping[str, Any], name: str) -> Record:
    """The tree of a parsed `.ksy`; `name` stands for the file in error messages."""
    meta = document.get("meta", {})
    if "imports" in meta:
        message = f"{name}: /meta/imports: a description stands alone here"
        raise UnsupportedError(message)
    outer = _Type(document, f"{name}: ", (), meta)
    return outer.record(str(meta.get("id", name)), Scope())


class _Type:
    """One type of the file, with what it inherits from those around it."""

    def __init__(
        self,
        body: Mapping[str, Any],
        path: str,
        around: "tuple[_Type, ...]",
        meta: Mapping[str, Any],
    ) -> None:
        self.body = body
        self.path = path
        self.around = around
        self.meta = {**meta, **body.get("meta", {})}
        unknown = sorted(k for k in body if k not in TYPE_KEYS and not k.startswith("-"))
        if unknown:
            self.refuse(f"/{unknown[0]}", "is not supported")

    def refuse(self, place: str, why: str) -> NoReturn:
        """Stop, and name the place."""
        message = f"{self.path}{place}: {why}"
        raise UnsupportedError(message)

    # --- names ---
    def find(self, name: str) -> "_Type | None":
        """A type by name, from here outward."""
        if name in self.body.get("types", {}):
            body = self.body["types"][name]
            return _Type(body, f"{self.path}/types/{name}", (*self.around, self), self.meta)
        return self.around[-1].find(name) if self.around else None

    def enum(self, reference: str) -> int | None:
        """The value of `enum::member`."""
        name, _, member = reference.partition("::")
        for value, label in self.body.get("enums", {}).get(name, {}).items():
            if member == (label["id"] if isinstance(label, Mapping) else label):
                return int(value)
        return self.around[-1].enum(reference) if self.around else None

    # --- reading ---
    def record(self, name: str, scope: Scope) -> Record:
        """The tree of this type in this scope."""
        for i, attribute in enumerate(self.body.get("seq", ())):
            place = f"/seq/{i} ({attribute.get('id', 'without id')})"
            scope.fields.append(_Attribute(self, attribute, place).read(scope))
        return Record(
            name=name,
            path=self.path,
            fields=tuple(scope.fields),
            constants=self._constants(),
            doc=str(self.body.get("doc", "")),
        )

    def _constants(self) -> dict[str, int]:
        found = {}
        for name, instance in self.body.get("instances", {}).items():
            place = f"/instances/{name}"
            extra = sorted(k for k in instance if k not in ("value", "doc", "enum") and k[0] != "-")
            if extra or "value" not in instance:
                self.refuse(place, f"{(extra or ['no value'])[0]!r}: only constants are supported")
            value = literal(instance["value"])
            if value is None and isinstance(instance["value"], str):
                value = self.enum(instance["value"])
                if value is None and not re.fullmatch(r"'.*'|\".*\"", instance["value"]):
                    self.refuse(place, f"{instance['value']!r} is not a constant")
            if value is not None:
                found[name] = value
        return found


class _Attribute:
    """One line of a `seq`."""

    def __init__(self, owner: _Type, body: Mapping[str, Any], place: str) -> None:
        self.owner = owner
        self.body = body
        self.place = place

    def refuse(self, why: str) -> NoReturn:
        self.owner.refuse(self.place, why)

    def read(self, scope: Scope) -> Field:
        unknown = sorted(k for k in self.body if k not in FIELD_KEYS and not k.startswith("-"))
        if unknown:
            self.refuse(f"{unknown[0]!r} is not supported")
        if "id" not in self.body:
            self.refuse("a field needs an id")
        names = Names(scope, self.refuse)
        since = condition(self.body["if"], names) if "if" in self.body else None
        if since and self.body.get("-since-version", since.number) != since.number:
            self.refuse("-since-version and if name different versions")
        return Field(
            name=self.body["id"],
            path=f"{self.owner.path}{self.place}",
            kind=self._kind(scope, names),
            size=self._size(names),
            repeat=self._repeat(names),
            since=since,
            null=self._integer("-null"),
            scale=self._integer("-scale"),
            unit=self.body.get("-unit"),
            doc=str(self.body.get("doc", "")),
        )

    def _integer(self, key: str) -> int | None:
        value = self.body.get(key)
        if value is not None and not isinstance(value, int):
            self.refuse(f"{key} must be a whole number")
        return value

    def _size(self, names: Names) -> Any:
        if self.body.get("size-eos"):
            return Rest()
        return size(self.body["size"], names) if "size" in self.body else None

    def _repeat(self, names: Names) -> Times | ToEnd | None:
        how = self.body.get("repeat")
        if how == "eos":
            return ToEnd()
        if how == "expr":
            return count(self.body.get("repeat-expr"), names)
        if how is not None:
            self.refuse(f"repeat: {how} is not supported")
        return None

    # --- types ---
    def _kind(self, scope: Scope, names: Names) -> Kind:
        kind = self.body.get("type")
        if isinstance(kind, Mapping):
            return self._choice(kind, scope, names)
        if kind is None or kind in ("str", "strz"):
            return self._opaque(kind)
        if match := NUMBER.fullmatch(kind):
            sign, size_, order = match.groups()
            return Integer(int(size_), sign == "s", self._big("endian", order, one=size_ == "1"))
        if match := FLOAT.fullmatch(kind):
            return Opaque("a floating point number", int(match[1]))
        if match := BITS.fullmatch(kind):
            return Bits(int(match[1]), self._big("bit-endian", match[2], one=False))
        return self._record(kind, scope, names)

    def _big(self, key: str, order: str | None, *, one: bool) -> bool:
        order = order or self.owner.meta.get(key)
        if order not in ("le", "be") and not one:
            self.refuse(f"meta/{key} must say le or be")
        return order == "be"

    def _opaque(self, kind: str | None) -> Opaque:
        if "size" not in self.body and not self.body.get("size-eos"):
            self.refuse("text and bytes need a size: a scan for a terminator is not supported")
        encoding = str(self.body.get("encoding", self.owner.meta.get("encoding", "ISO-8859-1")))
        if kind and encoding.upper() != "ISO-8859-1":
            self.refuse(f"encoding {encoding}: ISO-8859-1 {ENDLESS}")
        return Opaque("text" if kind else "bytes")

    def _record(self, use: str, scope: Scope, names: Names) -> Record:
        match = USE.fullmatch(use)
        found = self.owner.find(match[1]) if match else None
        if not match or found is None:
            self.refuse(f"unknown type {use!r}")
        parameters = [p["id"] for p in found.body.get("params", ())]
        given = [a.strip() for a in match[2].split(",")] if match[2] else []
        if len(parameters) != len(given):
            self.refuse(f"{use!r}: {match[1]} takes {len(parameters)} parameters")
        inner = scope.inner(dict(zip(parameters, map(names.value, given), strict=True)))
        return found.record(match[1], inner)

    def _choice(self, kind: Mapping[str, Any], scope: Scope, names: Names) -> Choice:
        if set(kind) != {"switch-on", "cases"}:
            self.refuse("a choice has switch-on and cases")
        selector = names.field(str(kind["switch-on"]))
        uses: dict[str, Record] = {}
        cases: dict[int, Record] = {}
        for key, use in kind["cases"].items():
            value = literal(key)
            if value is None and isinstance(key, str):
                value = self.owner.enum(key)
            if value is None:
                self.refuse(f"case {key!r}: an integer or a member of an enum is needed")
            if use not in uses:
                uses[use] = self._record(use, scope, names)
            cases[value] = uses[use]
        return Choice(selector, cases)

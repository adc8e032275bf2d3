"""The few expressions that a `.ksy` may hold here, as fields; any other is refused with its text.

`name`, `_root.name`, `_parent.name.name`, integers; `name - 2` as a size; `name == 0xffff ? 0 : name` as a
count; `name >= 10` as a condition.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from feedhandler.decode.tree import Field, Given, Integer, Record, Since, Times

NAME: Final = r"([a-z_][\w.]*)"
NUMBER: Final = r"(-?(?:0x[0-9a-fA-F_]+|[0-9][0-9_]*))"
LESS: Final = re.compile(rf"{NAME}\s*-\s*{NUMBER}")
UNLESS: Final = re.compile(rf"{NAME}\s*==\s*{NUMBER}\s*\?\s*0\s*:\s*{NAME}")
AT_LEAST: Final = re.compile(rf"{NAME}\s*>=\s*{NUMBER}")


@dataclass(slots=True)
class Scope:
    """What an expression inside a type can name."""

    parameters: Mapping[str, Field | int] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    parent: "Scope | None" = None

    def inner(self, parameters: Mapping[str, Field | int]) -> "Scope":
        """The scope of a type used here."""
        return Scope(parameters, [], self)


@dataclass(frozen=True, slots=True)
class Names:
    """Names as seen from one attribute; what cannot be found is refused there."""

    scope: Scope
    refuse: Callable[[str], NoReturn]

    def value(self, text: str) -> Field | int:
        """A literal or a field."""
        number = literal(text)
        if number is None:
            parameter = self.scope.parameters.get(text)
            number = parameter if isinstance(parameter, int) else None
        return self.field(text) if number is None else number

    def field(self, text: str) -> Field:
        """A field that was read before, or the one that a parameter stands for."""
        first, *rest = text.strip().split(".")
        scope = self.scope
        while first in ("_root", "_parent") and rest:
            scope = _root(scope) if first == "_root" else scope.parent or scope
            first, *rest = rest
        found: Any = scope.parameters.get(first) or _last(scope.fields, first)
        for name in rest:
            inner = found.kind if isinstance(found, Field) else None
            found = inner.field(name) if isinstance(inner, Record) else None
        if not isinstance(found, Field) or not isinstance(found.kind, Integer):
            self.refuse(f"{text!r} is not an integer field that was read before")
        return found


def literal(value: Any) -> int | None:
    """A whole number, written as YAML or as an expression."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(NUMBER, value.strip()):
        return int(value.strip().replace("_", ""), 0)
    return None


def size(text: Any, names: Names) -> int | Given:
    """What `size` says."""
    if match := LESS.fullmatch(str(text).strip()):
        return Given(names.field(match[1]), int(match[2], 0))
    value = names.value(str(text))
    return value if isinstance(value, int) else Given(value)


def count(text: Any, names: Names) -> Times:
    """What `repeat-expr` says."""
    if match := UNLESS.fullmatch(str(text).strip()):
        if match[1] != match[3]:
            names.refuse(f"{text!r}: a count compares itself")
        return Times(names.field(match[1]), int(match[2], 0))
    return Times(names.field(str(text)))


def condition(text: Any, names: Names) -> Since:
    """What `if` says."""
    match = AT_LEAST.fullmatch(str(text).strip())
    if not match:
        names.refuse(f"if {text!r}: only `version >= N` is supported")
    return Since(names.field(match[1]), int(match[2], 0))


def _root(scope: Scope) -> Scope:
    return _root(scope.parent) if scope.parent else scope


def _last(fields: list[Field], name: str) -> Field | None:
    return next((each for each in reversed(fields) if each.name == name), None)

"""The last word of rows as source: named constants and code tables, each written once per module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from feedhandler.codegen.emit import WIDTH, Names
from feedhandler.decode.marks import SHIFT
from feedhandler.decode.plan import Lookup, Spot
from feedhandler.event import Action, Detail, Flag, Kind, Side

WITH_DETAIL: Final = (Kind.ORDER, Kind.LEVEL, Kind.SNAPSHOT)  # kinds whose detail is ours

ENUMS: Final[Mapping[str, Iterable[IntEnum]]] = {"action": Action, "side": Side, "kind": Kind}


def constant(column: str, value: int, kind: int | None = None) -> str:
    """A value of a column, by name where it has one."""
    if column == "flags":
        names = [f"Flag.{flag.name}" for flag in Flag if value & flag]
        return " | ".join(names) if sum(Flag[n[5:]] for n in names) == value else hex(value)
    members: Iterable[IntEnum] = ENUMS.get(column, ())
    if column == "detail" and kind in WITH_DETAIL:
        members = Detail
    return next(
        (f"{type(each).__name__}.{each.name}" for each in members if each == value), str(value)
    )


def word(columns: Mapping[str, int]) -> str:
    """The source of a word of these columns."""
    kind = columns.get("kind")
    told = [f"{c}={constant(c, columns[c], kind)}" for c in SHIFT if columns.get(c)]
    return f"marks({', '.join(told)})" if told else "0"


@dataclass
class Tables:
    """All constants and tables of one module, by what they hold."""

    names: Names
    found: dict[str, str] = field(default_factory=dict)  # source -> name
    fresh: list[str] = field(default_factory=list)  # statements not yet written

    def constant(self, columns: Mapping[str, int]) -> str:
        """The name of a constant word."""
        source = word(columns)
        if source == "0":
            return ""
        if source not in self.found:
            kind = columns.get("kind")
            parts = [] if kind is None else [Kind(kind).name]
            for column, none in (("action", Action.NONE), ("side", Side.NONE), ("detail", 0)):
                value = columns.get(column, none)
                if value != none:
                    parts.append(constant(column, value, kind).rpartition(".")[2])
            parts += [flag.name for flag in Flag if columns.get("flags", 0) & flag]
            self._define(source, self.names.new("_".join(parts) or "ROW"), f" = {source}")
        return self.found[source]

    def table(self, spot: Spot, lookups: Mapping[str, Lookup], first: Sequence[str]) -> str:
        """The name of a code's table; columns in `first` hold nothing where the code is not listed."""
        codes: dict[int, dict[str, int]] = {}
        others: dict[str, int] = {}
        raw = ""
        for column, lookup in lookups.items():
            if column in first:
                continue
            if lookup.other is None:
                raw = column
            else:
                others[column] = lookup.other
        for code in sorted({code & 0xFF for lookup in lookups.values() for code in lookup.table}):
            codes[code] = {}
            for column, lookup in lookups.items():
                listed = {c & 0xFF: value for c, value in lookup.table.items()}
                other = 0 if column in first else lookup.other
                codes[code][column] = listed.get(code, code if other is None else other)
        named = {code: word(columns) for code, columns in codes.items()}
        return self._table(spot, named, word(others), raw, spot.leaf.name.upper())

    def leaves(self, spot: Spot, lookups: Mapping[str, Lookup], always: Sequence[str]) -> str:
        """The name of the table of what a code leaves to the next field: a mask of columns."""
        codes = {}
        for code in sorted({code & 0xFF for lookup in lookups.values() for code in lookup.table}):
            left = [
                c for c, lookup in lookups.items() if code not in {k & 0xFF for k in lookup.table}
            ]
            codes[code] = _mask([*left, *always])
        name = f"{spot.leaf.name.upper()}_LEAVES"
        return self._table(spot, codes, _mask([*lookups, *always]), "", name)

    def _table(self, spot: Spot, codes: Mapping[int, str], other: str, raw: str, name: str) -> str:
        null = "" if spot.null is None else f"0x{spot.null & 0xFF:02X}"
        lines = [" = marks_table(", "    {"]
        lines += [f"        0x{code:02X}: {value}," for code, value in codes.items()]
        lines += ["    },"] if codes else []
        if not codes:
            lines[-1] = "    {},"
        lines += [f"    other={other},"]
        lines += [f'    raw="{raw}",'] if raw else []
        lines += [f"    null={null},"] if null else []
        source = "\n".join([*lines, ")"])
        if source not in self.found:
            self._define(source, self.names.new(name), source)
        return self.found[source]

    def _define(self, source: str, name: str, text: str) -> None:
        self.found[source] = name
        if len(name) + len(text) > WIDTH and "\n" not in text:
            text = text.replace("marks(", "marks(\n    ").removesuffix(")") + "\n)"
        self.fresh.append(f"{name}{text}")

    def take(self) -> list[str]:
        """The statements that were added since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh


def _mask(columns: Sequence[str]) -> str:
    told = [f"{column}=0xFF" for column in SHIFT if column in columns]
    return f"marks({', '.join(told)})" if told else "0"

"""From a file to a `Config`, or to the list of all its faults, each with line and reason."""

import difflib
import re
import tomllib
import types
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as data_fields
from pathlib import Path as File
from typing import Any, Final, NamedTuple, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields

from feedhandler.config import Config
from feedhandler.config_check import check
from feedhandler.config_places import Path, line_of, path_text, places

USAGE: Final = 2
_SYNTAX: Final = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")
_WHERE: Final = re.compile(r" - at `[^`]*`$")


class Fault(NamedTuple):
    """Something that cannot be, and where it stands."""

    line: int
    path: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.line}: {self.path}: {self.reason}"
            if self.path
            else f"{self.line}: {self.reason}"
        )


class ConfigError(Exception):
    """A configuration with faults."""

    exit_code = USAGE

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file, self.faults = file, faults
        more = f" (and {len(faults) - 1} more: feedhandler config check)" if faults[1:] else ""
        super().__init__(f"{file}:{faults[0]}{more}")


class _Field(NamedTuple):
    """A key that a table may have."""

    kind: Any
    required: bool


def load(file: str) -> Config:
    """The configuration of a file; `ConfigError` tells all its faults, OSError that it cannot be read."""
    try:
        text = File(file).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(file, [Fault(1, "", f"not UTF-8: {error.reason}")]) from None
    return parse(text, file)


def parse(text: str, file: str = "configuration") -> Config:
    """The configuration that a text is."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [_syntax(text, str(error))]) from None
    found = places(text)
    faults: list[tuple[Path, str]] = []
    config = cast("Config", _read(document, Config, (), faults))
    if not faults:
        faults += check(config)
    if faults:
        told = [Fault(line_of(path, found), path_text(path), reason) for path, reason in faults]
        raise ConfigError(file, sorted(dict.fromkeys(told)))
    return config


def _syntax(text: str, message: str) -> Fault:
    """What Python's reader says, with its line in our place."""
    match = _SYNTAX.search(message)
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    return Fault(line, "", _SYNTAX.sub("", message))


def _read(table: Any, kind: Any, path: Path, faults: list[tuple[Path, str]]) -> Any:
    """A struct of a table; what is wrong with it goes to `faults`, and all else is looked at."""
    if not isinstance(table, dict):
        faults.append((path, f"a table is expected, not {_named(table)}"))
        return None
    known, before, values = _fields(kind), len(faults), {}
    for key, value in table.items():
        if key in known:
            values[key] = _read_value(value, known[key].kind, (*path, key), faults)
        else:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            faults.append(((*path, key), f"unknown key; {hint}"))
    faults += [
        (path, f"{key!r} is missing")
        for key, each in known.items()
        if each.required and key not in table
    ]
    if len(faults) > before:
        return None
    try:
        return kind(**values)
    except ValueError as error:
        first = str(error).partition(" ")[0]
        faults.append(((*path, first) if first in known else path, str(error)))
        return None


def _read_value(value: Any, kind: Any, path: Path, faults: list[tuple[Path, str]]) -> Any:
    """A value of a key: a table, a list of tables, or what msgspec makes of it."""
    if _is_table(kind):
        return _read(value, kind, path, faults)
    inner = get_args(kind)[0] if get_origin(kind) is list else None
    if _is_table(inner) and isinstance(value, list):
        if not value and len(path) == 1:
            faults.append((path, "at least one is expected"))
        return [_read(each, inner, (*path, i), faults) for i, each in enumerate(value)]
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        reason = _WHERE.sub("", str(error))
        faults.append((path, f"{reason[:1].lower()}{reason[1:]}".replace("`", "")))
        return None


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, Struct) or is_dataclass(kind))


def _fields(kind: Any) -> dict[str, _Field]:
    """The keys of a struct or of a dataclass."""
    if issubclass(kind, Struct):
        return {
            each.name: _Field(_bare(each.type), each.required and each.default is NODEFAULT)
            for each in struct_fields(kind)
        }
    hints = get_type_hints(kind, include_extras=True)
    return {
        each.name: _Field(
            hints[each.name], each.default is MISSING and each.default_factory is MISSING
        )
        for each in data_fields(kind)
    }


def _bare(kind: Any) -> Any:
    """Without None: TOML has none."""
    if get_origin(kind) in {Union, types.UnionType}:
        kinds = [each for each in get_args(kind) if each is not type(None)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def _named(value: Any) -> str:
    """What a value is, in TOML's words."""
    names = {
        str: "text",
        bool: "a truth value",
        int: "an integer",
        float: "a number",
        list: "an array",
    }
    return names.get(type(value), "a date or time")

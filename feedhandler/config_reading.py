"""From a file to a `Config`, or to the list of all its faults, each with line and reason."""

import difflib
import re
import tomllib
import types
from collections.abc import Iterable
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as data_fields
from pathlib import Path as File
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields

from feedhandler.config import Config
from feedhandler.config_check import check
from feedhandler.config_places import Path, Unread, line_of, path_text, places

USAGE: Final = 2
BYTES_MAX: Final = 1 << 22  # of a file: thousands of channels
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


class _Found:
    """What is wrong, and what therefore is not known."""

    def __init__(self) -> None:
        self.faults: list[tuple[Path, str]] = []
        self.unread = Unread()

    def fault(self, path: Path, reason: str, unread: Path | None = None) -> None:
        """A fault; the value that is not known for it, if that is another one."""
        self.faults.append((path, reason))
        self.unread.add(path if unread is None else unread)


def load(file: str) -> Config:
    """The configuration of a file; `ConfigError` tells all its faults, OSError that it cannot be read."""
    try:
        with File(file).open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise ConfigError(file, [Fault(1, "", f"more than {BYTES_MAX:,} bytes")])
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(file, [Fault(1, "", f"not UTF-8: {error.reason}")]) from None
    return parse(text, file)


def parse(text: str, file: str = "configuration") -> Config:
    """The configuration that a text is."""
    try:
        document = tomllib.loads(text)
        found = places(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [_syntax(text, str(error))]) from None
    except RecursionError:
        raise ConfigError(file, [Fault(1, "", "values are nested too deep")]) from None
    seen = _Found()
    config = cast("Config", _read(document, Config, (), seen))
    faults = [*seen.faults, *check(config, seen.unread)]
    if faults:
        told = [Fault(line_of(path, found), path_text(path), reason) for path, reason in faults]
        raise ConfigError(file, sorted(dict.fromkeys(told)))
    return config


def located(file: str, found: Iterable[tuple[Path, str]]) -> list[Fault]:
    """What was found in a configuration that was read from this file, with its lines."""
    at = places(File(file).read_text("utf-8"))
    return sorted(Fault(line_of(path, at), path_text(path), reason) for path, reason in found)


def _syntax(text: str, message: str) -> Fault:
    """What Python's reader says, with its line in our place."""
    match = _SYNTAX.search(message)
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    return Fault(line, "", _SYNTAX.sub("", message))


def _read(table: Any, kind: Any, path: Path, found: _Found) -> Any:
    """A struct of a table, with defaults in the place of what cannot be read, so that all else is looked at."""
    known = _fields(kind)
    if not isinstance(table, dict):
        found.fault(path, f"a table is expected, not {_named(table)}")
        return _made(kind, known, {}, path, found)
    values: dict[str, Any] = {}
    for key, value in table.items():
        here = (*path, key)
        if key in known:
            read = _read_value(value, known[key].kind, here, found)
            values |= {} if read is None else {key: read}
            continue
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
        found.fault(here, f"unknown key; {hint}", (*path, near[0]) if near else here)
    for key, each in known.items():
        if each.required and key not in table:
            found.fault(path, f"{key!r} is missing", (*path, key))
    return _made(kind, known, values, path, found)


def _made(
    kind: Any, known: dict[str, _Field], values: dict[str, Any], path: Path, found: _Found
) -> Any:
    """The struct; what it needs and has not is nothing of its kind, which nobody looks at."""
    for key, each in known.items():
        if each.required and key not in values:
            values[key] = (get_origin(_plain(each.kind)) or _plain(each.kind))()
    try:
        return kind(**values)
    except ValueError as error:
        first = str(error).partition(" ")[0]
        found.fault((*path, first) if first in known else path, str(error), path)
        return kind()


def _read_value(value: Any, kind: Any, path: Path, found: _Found) -> Any:
    """A value of a key: a table, a list of tables, or what msgspec makes of it; None = it cannot be read."""
    if _is_table(kind):
        return _read(value, kind, path, found)
    inner = get_args(kind)[0] if get_origin(kind) is list else None
    if _is_table(inner) and isinstance(value, list):
        if not value and len(path) == 1:
            found.fault(path, "at least one is expected")
        return [_read(each, inner, (*path, i), found) for i, each in enumerate(value)]
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        reason = _WHERE.sub("", str(error))
        found.fault(path, f"{reason[:1].lower()}{reason[1:]}".replace("`", ""))
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


def _plain(kind: Any) -> Any:
    """Without what msgspec is told beside it: of texts to choose from it is text."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return str if get_origin(kind) is Literal else kind


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

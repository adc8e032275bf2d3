"""Which feeds there are: `protocols/<venue>/channels.toml`, read once, checked, never guessed.

A feed is a transport and an application protocol of one venue, and the channels that carry it.
Adding a venue adds files under `protocols/`; no code here knows a venue's name.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

PACKAGE: Final = "feedhandler.protocols"
CHANNELS: Final = "channels.toml"

UNITS: Final = ("message", "packet")
MODELS: Final = ("order", "level")
DEPTH_MAX: Final = 127
ROLES: Final = ("incremental", "snapshot", "snapshot_orders", "definition")


class UnknownFeedError(LookupError):
    """No feed of this name; the text lists those there are."""


class CatalogError(ValueError):
    """A channels file says something it must not; the text names the file and the place."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One role of a channel and the multicast lines that carry it, e.g. {"A": "239.0.0.1:1"}."""

    id: int
    name: str
    role: str
    lines: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Feed:
    """What the program must know of a feed before it sees a byte of it."""

    name: str
    title: str
    venue: str
    transport: str
    application: str
    unit: str
    model: tuple[str, ...]
    bbo: str
    timezone: str
    ports: tuple[int, ...]
    channels: tuple[Channel, ...]
    templates: str = ""  # FAST: the venue's template file, beside the channels file
    templates_path: str = ""  # ... or one that the user gave in its place
    depth: int = 0  # levels a side of by-level books without a definition; 0 = the usual

    @property
    def is_fast(self) -> bool:
        """Whether messages are described by FAST templates."""
        return bool(self.templates)

    @property
    def module(self) -> str:
        """Name of the feed's generated decoder module."""
        return self.name.replace(".", "_")


def feed(name: str) -> Feed:
    """The feed of this name."""
    known = {each.name: each for each in feeds()}
    if name not in known:
        message = f"unknown feed {name!r}; known feeds: {', '.join(sorted(known))}"
        raise UnknownFeedError(message)
    return known[name]


@cache
def feeds() -> tuple[Feed, ...]:
    """Every feed of every venue, in order of name."""
    found: dict[str, Feed] = {}
    for venue in venues():
        source = files(PACKAGE) / venue / CHANNELS
        for each in parse(source.read_text("utf-8"), venue):
            if each.name in found:
                message = f"{venue}/{CHANNELS}: feed {each.name!r} is described twice"
                raise CatalogError(message)
            found[each.name] = each
    return tuple(found[name] for name in sorted(found))


@cache
def venues() -> tuple[str, ...]:
    """The folders that hold a channels file."""
    return tuple(sorted(folder.name for folder in _folders(files(PACKAGE))))


def parse(text: str, venue: str) -> list[Feed]:
    """The feeds that the text of a channels file describes."""
    where = f"{venue}/{CHANNELS}"
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{where}: {error}"
        raise CatalogError(message) from error
    _refuse_unknown(document, ("feed",), where)
    tables = document.get("feed")
    if not isinstance(tables, list):
        message = f"{where}: needs at least one [[feed]] table"
        raise CatalogError(message)
    return [_feed(table, venue, f"{where}: feed {i}") for i, table in enumerate(tables, 1)]


def _folders(root: Traversable) -> Iterator[Traversable]:
    for folder in root.iterdir():
        if folder.is_dir() and (folder / CHANNELS).is_file():
            yield folder


def _feed(table: Mapping[str, Any], venue: str, where: str) -> Feed:
    _refuse_unknown(
        table,
        (
            "name", "title", "transport", "application", "unit", "model", "bbo", "timezone",
            "ports", "channel", "templates", "depth",
        ),
        where,
    )  # fmt: skip
    channels = tuple(
        _channel(channel, f"{where}, channel {i}")
        for i, channel in enumerate(table.get("channel", []), 1)
    )
    places = [(channel.id, channel.role) for channel in channels]
    if len(set(places)) < len(places):
        message = f"{where}: two channels have one id and one role"
        raise CatalogError(message)
    return Feed(
        name=_text(table, "name", where),
        title=_text(table, "title", where),
        venue=venue,
        transport=_text(table, "transport", where),
        application=_text(table, "application", where),
        unit=_one_of(table, "unit", UNITS, where),
        model=tuple(_member(each, "model", MODELS, where) for each in table.get("model", [])),
        bbo=_one_of(table, "bbo", MODELS, where),
        timezone=_text(table, "timezone", where),
        ports=tuple(_ports(table.get("ports", []), where)),
        channels=channels,
        templates=_text(table, "templates", where) if "templates" in table else "",
        depth=_depth(table.get("depth", 0), where),
    )


def _depth(value: Any, where: str) -> int:
    if not isinstance(value, int) or not 0 <= value <= DEPTH_MAX:
        message = f"{where}: depth is {value!r}, not 1 .. {DEPTH_MAX}"
        raise CatalogError(message)
    return value


def _ports(entries: list[int | str], where: str) -> Iterator[int]:
    """Every port of a list such as [26477, "14310-14399"]."""
    for entry in entries:
        first, _, last = str(entry).partition("-")
        try:
            yield from range(int(first), int(last or first) + 1)
        except ValueError as error:
            message = f"{where}: {entry!r} is not a port nor first-last"
            raise CatalogError(message) from error


def _channel(table: Mapping[str, Any], where: str) -> Channel:
    lines = {key: value for key, value in table.items() if len(key) == 1 and key.isupper()}
    _refuse_unknown(table, ("id", "name", "role", *lines), where)
    if not isinstance(table.get("id"), int):
        message = f"{where}: id must be an integer"
        raise CatalogError(message)
    return Channel(
        id=table["id"],
        name=_text(table, "name", where),
        role=_one_of(table, "role", ROLES, where),
        lines={letter: _text(table, letter, where) for letter in sorted(lines)},
    )


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        message = f"{where}: unknown key {unknown[0]!r}"
        raise CatalogError(message)


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        message = f"{where}: {key} must be text"
        raise CatalogError(message)
    return value


def _one_of(table: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    return _member(_text(table, key, where), key, allowed, where)


def _member(value: str, key: str, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        message = f"{where}: {key} is {value!r}, not one of {', '.join(allowed)}"
        raise CatalogError(message)
    return value

"""Every field of a datagram with its place, its bytes and its meaning: what `decode` prints.

Theory of operation
-------------------
The Kaitai classes are compiled with debug=true: `_debug[name]` holds where a field starts and ends,
relative to the stream it was read from, and an object that failed in the middle keeps what it had.
The walk goes down the object along its description and adds up the bases of the substreams, so
that every leaf stands at its offset in the datagram. Two things that Kaitai does not tell are
worked out here: the bytes of a bit field (its position is that of the byte behind it), and padding,
which is the end of a sized part that no field covers.

Nothing raises on bad bytes: what can be read is shown, and the message says why and at which offset
reading stopped.
"""

# ruff: noqa: SLF001 (Kaitai's record of places is private by its name only)

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from kaitaistruct import BytesIO, KaitaiStream, KaitaiStruct, KaitaiStructError

from feedhandler.decode import text
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import (
    TypeDescription,
    bit_width,
    describe,
    kaitai_class,
    read_map,
)

PADDING: Final = "padding"
UNKNOWN: Final = "unknown"
EMPTY: Final = "empty"
CUT: Final = "cut"

_UNREADABLE: Final = (KaitaiStructError, EOFError, ValueError, OverflowError)
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf: `start` and `end` count from the first byte of the datagram."""

    path: _Path
    start: int
    end: int
    value: int | str | bytes
    raw: bytes
    text: str
    bit: bool = False  # one flag of the bit set that stands before it in the list

    @property
    def name(self) -> str:
        """The path as one reads it: no_md_entries[0].md_entry_px."""
        return _name(self.path)


@dataclass(frozen=True, slots=True)
class Message:
    """A message with the framing before it. The header of a datagram has the transport's name."""

    name: str
    template: int | None
    offset: int
    length: int
    fields: tuple[Field, ...]
    error: str | None = None


def walk_datagram(feed: Feed, payload: bytes) -> list[Message]:
    """The datagram's header, then each of its messages; never raises on bad bytes."""
    if feed.is_fast:
        from feedhandler.decode.fast.fields import walk_fast  # noqa: PLC0415 (reads templates)

        return walk_fast(feed, payload)
    roles: Mapping[str, Any] = read_map(feed.transport)["transport"]
    packet, reason = _read(feed.transport, payload)
    walk = _Walk(payload)
    header: list[Field] = []
    messages: list[Message] = []
    covered = 0
    for key, group in groupby(walk.leaves(packet, 0, ()), key=lambda leaf: leaf.path[:2]):
        leaves = list(group)
        covered = leaves[-1].end
        if key[0] != roles["messages"]:
            header += leaves
        elif leaves[-1].path[2:] == (roles["payload"],):
            framing = [replace(leaf, path=leaf.path[2:]) for leaf in leaves[:-1]]
            messages.append(walk_message(feed, payload, leaves[-1].start, covered, framing))
        else:  # the length goes past the datagram: the header's error says so
            start = leaves[0].start
            framing = [replace(leaf, path=leaf.path[2:]) for leaf in leaves]
            messages.append(Message(CUT, None, start, len(payload) - start, tuple(framing)))
    size = header[-1].end if header else 0
    error = walk.explain(reason, covered)
    if error is None and covered < len(payload):
        error = f"{len(payload) - covered} bytes left over at offset {covered}"
    return [Message(feed.transport, None, 0, size, tuple(header), error), *messages]


def transport_roles(feed: Feed) -> Mapping[str, Any]:
    """Which fields of the header number a datagram."""
    if feed.is_fast:
        from feedhandler.decode.fast.fields import roles_of  # noqa: PLC0415 (reads templates)

        return roles_of(feed)
    roles: Mapping[str, Any] = read_map(feed.transport)["transport"]
    return roles


def walk_message(
    feed: Feed, payload: bytes, start: int, end: int, framing: Iterable[Field] = ()
) -> Message:
    """The message in payload[start:end]; `framing` are the fields of its block that precede it."""
    if start == end:
        return Message(EMPTY, None, start, 0, tuple(framing))
    roles: Mapping[str, Any] = read_map(feed.application)["application"]
    message, reason = _read(feed.application, payload[start:end])
    walk = _Walk(payload)
    switch = _switch(describe(message))
    leaves = [_below(leaf, switch) for leaf in walk.leaves(message, start, ())]
    body = getattr(message, switch, None)
    template = getattr(message, roles["selector"], None)
    known = isinstance(body, KaitaiStruct)
    error = walk.explain(reason, end, switch)
    if error is None:
        error = _foreign(message, roles)
    if error is None and not known:
        error = f"unknown {roles['selector']} {template} at offset {start}"
    return Message(
        name=describe(body).name if known else UNKNOWN,
        template=None if template is None else int(template),
        offset=start,
        length=end - start,
        fields=(*framing, *leaves),
        error=error,
    )


def tree(fields: Iterable[Field]) -> dict[str, Any]:
    """The texts of the fields as nested mappings and lists, for printing and for JSON."""
    root: dict[str, Any] = {}
    for leaf in fields:
        if leaf.bit or leaf.path[-1] == PADDING:
            continue
        at: Any = root
        for part, following in zip(leaf.path, leaf.path[1:], strict=False):
            at = _entry(at, part, [] if isinstance(following, int) else {})
        _entry(at, leaf.path[-1], leaf.text)
    return root


def _name(path: _Path) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _entry(at: Any, part: str | int, new: Any) -> Any:
    """What stands at `part` of a mapping or list; `new` where nothing does."""
    if isinstance(part, str):
        return at.setdefault(part, new)
    if part == len(at):
        at.append(new)
    return at[part]


def _read(protocol: str, data: bytes) -> tuple[Any, str | None]:
    """The object, as far as it could be read, and why no further."""
    thing = kaitai_class(protocol)(KaitaiStream(BytesIO(data)))
    try:
        thing._read()
    except _UNREADABLE as error:
        return thing, str(error)
    return thing, None


def _switch(description: TypeDescription) -> str:
    """The attribute of a message whose type another field selects."""
    for attribute in description.attributes:
        if isinstance(attribute.get("type"), dict):
            return str(attribute["id"])
    return ""


def _below(leaf: Field, switch: str) -> Field:
    """The leaf, named from the message's body where it lies in the body."""
    if leaf.path[0] == switch and len(leaf.path) > 1:
        return replace(leaf, path=leaf.path[1:])
    return leaf


def _foreign(message: Any, roles: Mapping[str, Any]) -> str | None:
    schema = roles.get("schema")
    if schema is None or getattr(message, schema["field"]) == schema["equals"]:
        return None
    return f"{schema['field']} {getattr(message, schema['field'])} is not {schema['equals']}"


class _Walk:
    """One walk down a Kaitai object; remembers the first field that could not be read."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._stopped: tuple[int, _Path] | None = None

    def explain(self, reason: str | None, end: int, switch: str = "") -> str | None:
        """The reader's reason with the place where the walk found it."""
        if reason is None:
            return None
        offset, path = self._stopped or (end, ())
        name = _name(path).removeprefix(f"{switch}.")
        return f"{name}: {reason}, at offset {offset}".removeprefix(": ")

    def leaves(self, thing: Any, base: int, path: _Path) -> Iterator[Field]:
        """The leaves below an object whose stream begins at `base` of the datagram."""
        description = describe(thing)
        if description.bits:
            yield from self._bit_set(thing, description, base, path)
        decimal = description.exponent is not None and len(description.attributes) == 1
        run = _BitRun()
        for attribute in description.attributes:
            name = attribute["id"]
            place = thing._debug.get(name)
            if place is None:  # left out by its condition, or behind the end
                continue
            below = path if decimal else (*path, name)
            if name not in vars(thing):
                self._stop(base + place["start"], below)
                return
            values, places, paths = [getattr(thing, name)], [place], [below]
            if "repeat" in attribute:
                values, places = values[0], place["arr"]
                paths = [(*below, i) for i in range(len(places))]
            for value, where, to in zip(values, places, paths, strict=False):
                if isinstance(value, KaitaiStruct):
                    yield from self._part(value, thing, base, where, to)
                else:
                    start, end, bit = run.place(attribute, base, where)
                    shown = text.show(value, attribute, description.exponent)
                    yield self._field(to, start, end, value, shown, bit=bit)
            if len(values) < len(places):
                self._stop(base + places[len(values)]["start"], paths[len(values)])

    def _part(
        self, value: Any, parent: Any, base: int, place: Mapping[str, int], path: _Path
    ) -> Iterator[Field]:
        """A part with fields of its own; where it has a stream of its own, its padding too."""
        if value._io is parent._io:
            yield from self.leaves(value, base, path)
            return
        covered = base + place["start"]
        for leaf in self.leaves(value, covered, path):
            covered = max(covered, leaf.end)
            yield leaf
        end = base + place.get("end", 0)
        if covered < end:
            raw = self._payload[covered:end]
            yield self._field((*path, PADDING), covered, end, raw, raw.hex())

    def _bit_set(
        self, thing: Any, description: TypeDescription, base: int, path: _Path
    ) -> Iterator[Field]:
        """A type of bit fields only, as one field: the names of those that are not 0."""
        names = [attribute["id"] for attribute in description.attributes]
        if names[-1] in vars(thing):
            start = base + thing._debug[names[0]]["start"]
            end = start + (sum(description.bits) + 7) // 8
            order: Any = "little" if description.bit_order == "le" else "big"
            whole = int.from_bytes(self._payload[start:end], order)
            shown = "|".join(name for name in names if getattr(thing, name))
            yield self._field(path, start, end, whole, shown)

    def _field(
        self, path: _Path, start: int, end: int, value: Any, shown: str, *, bit: bool = False
    ) -> Field:
        plain = int(value) if isinstance(value, int) else value
        return Field(path, start, end, plain, self._payload[start:end], shown, bit)

    def _stop(self, offset: int, path: _Path) -> None:
        if self._stopped is None:
            self._stopped = offset, path


class _BitRun:
    """Neighbouring bit fields of one object: Kaitai tells where the first of them starts."""

    def __init__(self) -> None:
        self._start = -1
        self._bits = 0

    def place(
        self, attribute: Mapping[str, Any], base: int, place: Mapping[str, int]
    ) -> tuple[int, int, bool]:
        """First byte, end, and whether the field shares a byte with another."""
        width = bit_width(attribute)
        if not width:
            self._start = -1
            return base + place["start"], base + place["end"], False
        if self._start < 0:
            self._start, self._bits = base + place["start"], 0
        first = self._bits
        self._bits += width
        start, end = self._start + first // 8, self._start + (self._bits + 7) // 8
        return start, end, first % 8 != 0 or width % 8 != 0

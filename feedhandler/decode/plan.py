"""Layout and mapping put together: every name found, every unit known. Both decoders are made from a plan.

The reference decoder follows a `Spot` by attribute names on Kaitai objects; the code generator turns the same
`Spot` into an offset. They share what a column means and nothing of how it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from feedhandler.decode import mapping
from feedhandler.decode.catalog import feed
from feedhandler.decode.description import read_ksy, read_map
from feedhandler.decode.layout import read_layout
from feedhandler.decode.mapping import (
    ABSENT,
    MARKS,
    Coded,
    Constant,
    Each,
    Read,
    Row,
    Source,
    refuse,
)
from feedhandler.decode.tree import Bits, Choice, Field, Integer, Record
from feedhandler.event import PRICE_SCALE, Kind

HEADER: Final = "header"  # scopes: the message's own header
BODY: Final = "body"  # what the selector chose
ENTRY: Final = "entry"  # the group entry at hand
PARENT: Final = "parent"  # the entry that it refers to

CODES_MAX: Final = 2

EPOCH: Final = "ns_since_epoch"
MIDNIGHT: Final = "ns_since_midnight"


@dataclass(frozen=True, slots=True)
class Spot:
    """A number in a message: the fields on the way to it, the last being the number itself."""

    scope: str
    chain: tuple[Field, ...]

    @property
    def leaf(self) -> Field:
        """The number."""
        return self.chain[-1]

    @property
    def null(self) -> int | None:
        """Its value that means nothing."""
        return self.leaf.null

    @property
    def names(self) -> tuple[str, ...]:
        """Its path."""
        return tuple(field.name for field in self.chain)


@dataclass(frozen=True, slots=True)
class Number:
    """A column that holds a field's number; prices are multiplied, times of day have the day added."""

    spot: Spot
    factor: int = 1
    midnight: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column that a code decides; `other` None = the code itself."""

    spot: Spot
    table: Mapping[int, int]
    other: int | None


Value = Constant | Number | tuple[Lookup, ...]
Columns = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows for each entry of a repeated field."""

    field: Field
    parent: Field | None
    index: Spot | None
    owns: Spot | None
    rows: tuple[Columns, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One type of message; several selector values may share it."""

    record: Record
    selectors: tuple[int, ...]
    items: tuple[Columns | Group, ...]
    last: Spot | bool
    definition: bool
    end_time: Value


@dataclass(frozen=True, slots=True)
class Application:
    """Messages in the order of the map, then those that it leaves out."""

    record: Record
    selector: Field
    body: Field
    version: Field | None
    newest: int | None
    schema: tuple[Field, int] | None
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Transport:
    """What the session stage needs, and where the messages lie."""

    record: Record
    messages: Field
    payload: Field
    stream: Field | None
    first: Field | None
    count: Field | int
    send_time: Field | None
    heartbeat: tuple[Field, int] | None
    end_of_session: tuple[Field, int] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a decoder of one feed is made from."""

    name: str
    unit: str
    transport: Transport
    application: Application


@cache
def plan_of(name: str) -> Plan:
    """The plan of the feed of this name."""
    known = feed(name)
    transport, application = known.transport, known.application
    return Plan(
        name,
        known.unit,
        make_transport(
            read_layout(read_ksy(transport), f"{transport}.ksy"),
            mapping.read_transport(read_map(transport), f"{transport}.map.yaml"),
        ),
        make_application(
            read_layout(read_ksy(application), f"{application}.ksy"),
            mapping.read_application(read_map(application), f"{application}.map.yaml"),
        ),
    )


# --- transport ------------------------------------------------------------------------------------
def make_transport(record: Record, told: mapping.Transport) -> Transport:
    """Find the fields that a transport map names."""

    def find(name: str | None, key: str) -> Field | None:
        if name is None:
            return None
        found = record.field(name)
        if found is None:
            refuse(f"{told.place}/{key}", f"no field {name!r} in {record.name}")
        return found

    def equals(condition: mapping.Equals | None, key: str) -> tuple[Field, int] | None:
        found = find(condition.field, key) if condition else None
        return (found, condition.value) if found and condition else None

    messages = find(told.messages, "messages")
    if messages is None or messages.repeat is None or not isinstance(messages.kind, Record):
        refuse(f"{told.place}/messages", f"{told.messages} is not repeated")
    payload = messages.kind.field(told.payload)
    if payload is None:
        refuse(f"{told.place}/payload", f"no field {told.payload!r} in {messages.kind.name}")
    count = told.count if isinstance(told.count, int) else find(told.count, "count")
    return Transport(
        record=record,
        messages=messages,
        payload=payload,
        stream=find(told.stream, "stream"),
        first=find(told.first, "first"),
        count=0 if count is None else count,
        send_time=find(told.send_time, "send_time"),
        heartbeat=equals(told.heartbeat, "heartbeat"),
        end_of_session=equals(told.end_of_session, "end_of_session"),
    )


# --- application ----------------------------------------------------------------------------------
def make_application(record: Record, told: mapping.Application) -> Application:
    """Find every field that an application map names."""

    def header(name: str, key: str) -> Field:
        found = record.field(name)
        if found is None or not isinstance(found.kind, Integer):
            refuse(f"{told.place}/{key}", f"no integer {name!r} in {record.name}")
        return found

    selector = header(told.selector, "selector")
    body = next((f for f in record.fields if isinstance(f.kind, Choice)), None)
    if body is None or not isinstance(body.kind, Choice) or body.kind.selector is not selector:
        refuse(f"{told.place}/selector", f"{record.name} chooses nothing by {told.selector}")
    by_name: dict[str, tuple[Record, list[int]]] = {}
    for value, chosen in body.kind.cases.items():
        by_name.setdefault(chosen.name, (chosen, []))[1].append(value)
    for name, message in told.messages.items():
        if name not in by_name:
            refuse(message.place, f"no message of type {name!r}")
    order = [*told.messages, *(name for name in by_name if name not in told.messages)]
    return Application(
        record=record,
        selector=selector,
        body=body,
        version=header(told.version, "version") if told.version else None,
        newest=told.newest,
        schema=(header(told.schema.field, "schema"), told.schema.value) if told.schema else None,
        messages=tuple(
            _Binder(record, *by_name[name], selector, told).message(told.messages.get(name))
            for name in order
        ),
    )


@dataclass(frozen=True, slots=True)
class _Binder:
    """Finds the names of one message."""

    header: Record
    body: Record
    selectors: list[int]
    selector: Field
    told: mapping.Application

    def message(self, told: mapping.Message | None) -> Message:
        if told is None:
            return self._unmapped()
        items = tuple(
            self._columns(item.columns, item.place, {})
            if isinstance(item, Row)
            else self._group(item)
            for item in told.items
        )
        if isinstance(told.last, bool):
            last: Spot | bool = told.last
        else:
            last = self._spot(told.last, {}, f"{told.place}/last")
        return replace(self._unmapped(), items=items, last=last, definition=told.definition)

    def _unmapped(self) -> Message:
        """What a message gives that the map leaves out: one row that names it."""
        columns: dict[str, Value] = {
            column: self._value(column, source, {}, self.told.place)
            for column, source in self.told.defaults.items()
            if self._exists(source)
        }
        end_time = columns.get("ts_event", Constant(0))
        columns["kind"] = Constant(int(Kind.OTHER))
        columns["size"] = Number(Spot(HEADER, (self.selector,)))
        return Message(self.body, tuple(self.selectors), (columns,), True, False, end_time)

    def _exists(self, source: Source) -> bool:
        paths = [source.field] if isinstance(source, Read) else []
        if isinstance(source, tuple):
            paths = [each.field for each in source]
        return all(self._find(path, {}) for path in paths)

    # --- rows ---
    def _group(self, told: Each) -> Group:
        field = self._repeated(told.group, told.place)
        scopes = {ENTRY: _record(field)}
        parent = index = owns = None
        if told.parent:
            parent = self._repeated(told.parent.group, f"{told.place}/parent")
            scopes[PARENT] = _record(parent)
            if told.parent.index:
                index = self._spot(told.parent.index, scopes, f"{told.place}/parent/index")
            if told.parent.owns:
                inside = {ENTRY: scopes[PARENT]}
                owns = self._spot(told.parent.owns, inside, f"{told.place}/parent/owns")
                owns = replace(owns, scope=PARENT)
        rows = tuple(self._columns(row.columns, row.place, scopes) for row in told.rows)
        return Group(field, parent, index, owns, rows)

    def _repeated(self, name: str, place: str) -> Field:
        found = self.body.field(name)
        if found is None or found.repeat is None or not isinstance(found.kind, Record):
            refuse(place, f"no group {name!r} in {self.body.name}")
        return found

    def _columns(
        self, told: Mapping[str, Source], place: str, scopes: Mapping[str, Record]
    ) -> dict[str, Value]:
        merged = {**self.told.defaults, **told}
        return {
            column: self._value(column, source, scopes, f"{place}/{column}")
            for column, source in merged.items()
        }

    def _value(
        self, column: str, source: Source, scopes: Mapping[str, Record], place: str
    ) -> Value:
        if isinstance(source, Constant):
            return source
        if isinstance(source, Read):
            return self._number(column, source, scopes, place)
        if len(source) > CODES_MAX:
            refuse(place, f"at most {CODES_MAX} fields can decide a column")
        return tuple(self._lookup(column, each, scopes, place) for each in source)

    def _lookup(self, column: str, told: Coded, scopes: Mapping[str, Record], place: str) -> Lookup:
        spot = self._spot(told.field, scopes, place)
        kind = spot.leaf.kind
        if isinstance(kind, Integer) and kind.size > 1 and (told.codes or column not in MARKS):
            refuse(place, f"{told.field} has more than one byte: no codes")
        return Lookup(spot, told.codes, told.other)

    def _number(self, column: str, told: Read, scopes: Mapping[str, Record], place: str) -> Number:
        spot = self._spot(told.field, scopes, place, decimal=column == "price")
        leaf = spot.leaf
        if column == "price":
            return Number(spot, factor=self._factor(spot, place))
        if column == "ts_event":
            if leaf.unit not in (EPOCH, MIDNIGHT):
                refuse(place, f"{leaf.name} has no -unit {EPOCH} or {MIDNIGHT}")
            return Number(spot, midnight=leaf.unit == MIDNIGHT)
        return Number(spot)

    def _factor(self, spot: Spot, place: str) -> int:
        scale = spot.leaf.scale
        if len(spot.chain) > 1 and isinstance(spot.chain[-2].kind, Record) and scale is None:
            scale = spot.chain[-2].kind.constants.get("exponent")
        if scale is None:
            refuse(place, f"{spot.leaf.name} has no -scale, and is no decimal of fixed exponent")
        if scale < PRICE_SCALE:
            refuse(place, f"a scale of {scale} is finer than that of rows, {PRICE_SCALE}")
        return int(10 ** (scale - PRICE_SCALE))

    # --- names ---
    def _spot(
        self, path: str, scopes: Mapping[str, Record], place: str, *, decimal: bool = False
    ) -> Spot:
        spot = self._find(path, scopes)
        if spot is None:
            refuse(place, f"no field {path!r} in {self.body.name}")
        inner = spot.leaf.kind
        if decimal and isinstance(inner, Record) and (mantissa := inner.field("mantissa")):
            spot = Spot(spot.scope, (*spot.chain, mantissa))
        if not isinstance(spot.leaf.kind, Integer | Bits):
            refuse(place, f"{path!r} is not a whole number")
        return spot

    def _find(self, path: str, scopes: Mapping[str, Record]) -> Spot | None:
        """A bare name is looked up in the entry, then in the body, then in the header."""
        first, _, rest = path.partition(".")
        if first == PARENT:
            return _walk(PARENT, scopes.get(PARENT), rest)
        if first == "root":
            return _walk(BODY, self.body, rest)
        return (
            _walk(ENTRY, scopes.get(ENTRY), path)
            or _walk(BODY, self.body, path)
            or _walk(HEADER, self.header, path)
        )


def _walk(scope: str, record: Record | None, path: str) -> Spot | None:
    chain: list[Field] = []
    inner: Any = record
    for name in path.split("."):
        found = inner.field(name) if isinstance(inner, Record) else None
        if found is None or found.repeat is not None:
            return None
        chain.append(found)
        inner = found.kind
    return Spot(scope, tuple(chain))


def _record(field: Field) -> Record:
    if not isinstance(field.kind, Record):
        raise TypeError(field.path)
    return field.kind


def absent(columns: Columns, column: str) -> Value:
    """The value of a column, also of one that nothing is mapped to."""
    return columns.get(column, Constant(ABSENT[column]))

"""What the messages of a feed mean, found in its templates: Event rows from decoded records.

The map's names become places in records here, once for both decoders. Messages are named by template id; a path
is a field of the sequence entry at hand or of the message, `root.x` a field of the message.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from feedhandler.decode import mapping
from feedhandler.decode.fast.plan import (
    INTEGERS,
    Group,
    Layout,
    Parts,
    Place,
    Plan,
    Scalar,
    Sequence,
    Template,
    Type,
    layout,
)
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

BODY: Final = "body"
ENTRY: Final = "entry"
ROOT: Final = "root."
CODES_MAX: Final = 2
TRANSPORT: Final = ("first", "send_time", "loop_end", "clock")
CLOCK: Final = "yyyymmddhhmmssmmm"  # local time in a number


@dataclass(frozen=True, slots=True)
class Spot:
    """A field: in the message or in the entry at hand."""

    scope: str
    place: Place

    @property
    def name(self) -> str:
        """Its name."""
        return self.place.instruction.name

    @property
    def is_decimal(self) -> bool:
        """Whether it has an exponent."""
        each = self.place.instruction
        return isinstance(each, Parts) or (isinstance(each, Scalar) and each.type is Type.DECIMAL)

    @property
    def is_text(self) -> bool:
        """Whether it is a text."""
        each = self.place.instruction
        return isinstance(each, Scalar) and each.type not in (*INTEGERS, Type.DECIMAL)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column that a code decides; `other` None = the code itself."""

    spot: Spot
    table: Mapping[int, int]
    other: int | None


Value = Constant | Spot | tuple[Lookup, ...]
Columns = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows for each entry of a sequence."""

    place: Place
    layout: Layout
    rows: tuple[Columns, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one template becomes."""

    template: Template
    layout: Layout
    items: tuple[Columns | Entries, ...]
    last: bool
    first: (
        Spot | None
    )  # its number in the sequence; None = it has none, and is no message of its own
    send_time: Spot | None
    ends_loop: bool  # behind it the sequence of a snapshot loop starts again


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """All that a decoder of one feed is made from."""

    name: str
    plan: Plan
    meanings: Mapping[int, Meaning]


def feed_plan(name: str, plan: Plan, document: Mapping[str, object], where: str) -> FeedPlan:
    """The meaning of every template of a plan; what the map does not name has a row of kind `other`."""
    application = read_meanings(document, where)
    transport = _mapping(document["transport"], where)
    _check_transport(transport, where)
    meanings = {
        template.id: _Finder(template, application, transport, where).meaning()
        for template in plan.templates
    }
    return FeedPlan(name, plan, meanings)


def read_meanings(document: Mapping[str, object], where: str) -> mapping.Application:
    """The map of a feed, its messages by template id as text."""
    table = {str(key): value for key, value in _mapping(document["messages"], where).items()}
    rest = {key: value for key, value in document.items() if key not in ("transport", "messages")}
    return mapping.read_application({**rest, "messages": table}, where)


def _mapping(value: object, where: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        refuse(where, "must be a mapping")
    return value


def _check_transport(transport: Mapping[object, object], where: str) -> None:
    unknown = sorted(str(key) for key in transport if key not in TRANSPORT)
    if unknown:
        refuse(f"{where}: /transport", f"unknown key {unknown[0]!r}")
    if transport.get("clock") != CLOCK:
        refuse(f"{where}: /transport", f"clock must be {CLOCK}: no other form of time is known")


class _Finder:
    """Finds the fields of one template."""

    def __init__(
        self,
        template: Template,
        application: mapping.Application,
        transport: Mapping[object, object],
        where: str,
    ) -> None:
        self.template = template
        self.application = application
        self.transport = transport
        self.where = where
        self.layout = layout(template.body, head=1)
        self.body = dict(_fields(self.layout.places))
        self.entry: dict[str, Place] | None = None

    def meaning(self) -> Meaning:
        """What the template becomes."""
        told = self.application.messages.get(str(self.template.id))
        first = self._numbered("first")
        if told is None:
            items: tuple[Columns | Entries, ...] = (self._other(),) if first else ()
        else:
            items = tuple(self._item(each) for each in told.items)
        last = True if told is None else bool(told.last)
        send_time, ends = self._numbered("send_time"), self._numbered("loop_end") is not None
        return Meaning(self.template, self.layout, items, last, first, send_time, ends)

    def _numbered(self, role: str) -> Spot | None:
        place = self.body.get(str(self.transport.get(role)))
        return None if place is None else Spot(BODY, place)

    def _other(self) -> Columns:
        columns: dict[str, Value] = {"size": Constant(self.template.id)}
        for column, source in self.application.defaults.items():
            columns[column] = self._value(column, source, f"{self.where}: /defaults")
        return columns

    def _item(self, item: Row | Each) -> Columns | Entries:
        if isinstance(item, Row):
            return self._columns(item)
        place = self.body.get(item.group)
        if place is None or not isinstance(place.instruction, Sequence):
            refuse(item.place, f"template {self.template.name} has no sequence {item.group!r}")
        if item.parent is not None:
            refuse(item.place, "entries of FAST sequences have no parents")
        inner = layout(place.instruction.body)
        self.entry = dict(_fields(inner.places))
        rows = tuple(self._columns(row) for row in item.rows)
        self.entry = None
        return Entries(place, inner, rows)

    def _columns(self, row: Row) -> Columns:
        told = {**self.application.defaults, **row.columns}
        return {
            column: self._value(column, source, f"{row.place}/{column}")
            for column, source in told.items()
        }

    def _value(self, column: str, source: Source, where: str) -> Value:
        if isinstance(source, Constant):
            return source
        if isinstance(source, Read):
            spot = self._spot(source.field, where)
            if spot.is_text or (spot.is_decimal and column != "price"):
                refuse(where, f"{source.field} is no whole number")
            return spot
        if len(source) > CODES_MAX:
            refuse(where, f"at most {CODES_MAX} codes decide a column")
        return tuple(self._lookup(coded, where) for coded in source)

    def _lookup(self, coded: Coded, where: str) -> Lookup:
        spot = self._spot(coded.field, where)
        if spot.is_decimal:
            refuse(where, f"{coded.field} is no code")
        return Lookup(spot, coded.codes, coded.other)

    def _spot(self, path: str, where: str) -> Spot:
        name = path.removeprefix(ROOT)
        if path == name and self.entry is not None and name in self.entry:
            return Spot(ENTRY, self.entry[name])
        if name not in self.body or (path == name and self.entry is not None):
            refuse(where, f"template {self.template.name} has no field {path!r} here")
        return Spot(BODY, self.body[name])


def _fields(places: tuple[Place, ...]) -> Iterator[tuple[str, Place]]:
    """The instructions of a record by path, members of groups with the group's name before theirs."""
    for place in places:
        yield place.instruction.name, place
        if isinstance(place.instruction, Group):
            for name, member in _fields(place.members):
                yield f"{place.instruction.name}.{name}", member


def absent(columns: Columns, column: str) -> Value:
    """What a row holds in a column."""
    return columns.get(column, Constant(ABSENT[column]))


__all__ = ["MARKS", "Entries", "FeedPlan", "Lookup", "Meaning", "Spot", "absent", "feed_plan"]

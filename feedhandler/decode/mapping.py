"""Reads a `.map.yaml`: what the fields of a format mean. An unknown key, column or constant is an error.

Both decoders work from these dataclasses, so the meaning of a message is written in one place. Names of
fields are still text here; `plan.py` finds them in the layout.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from feedhandler.decode.description import DescriptionError
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side

# Columns of one byte in the row's last word: bare words are constants, codes are allowed.
MARKS: Final = ("action", "side", "flags", "kind", "level", "detail")
# Columns that take a number from a field.
NUMBERS: Final = (
    "ts_event", "order_id", "price", "size", "priority", "order_count", "instrument_sequence",
    "instrument_id",
)  # fmt: skip
CONSTANTS: Final[Mapping[str, Any]] = {
    "action": Action, "side": Side, "flags": Flag, "kind": Kind, "detail": Detail,
}  # fmt: skip
ABSENT: Final[Mapping[str, int]] = {  # what a column holds that nothing is mapped to
    **dict.fromkeys((*NUMBERS, *MARKS), 0),
    "price": UNDEF_PRICE,
    "size": UNDEF_SIZE,
    "action": int(Action.NONE),
    "side": int(Side.NONE),
}
UNDEFINED: Final[Mapping[str, int]] = {**ABSENT, "order_count": UNDEF_COUNT}  # ... or a null field
RAW: Final = None  # `other: raw`: the code itself


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that no field decides."""

    value: int


@dataclass(frozen=True, slots=True)
class Read:
    """The number that a field holds."""

    field: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A field whose value is looked up; what is not in the table, or is null, gives `other`."""

    field: str
    codes: Mapping[int, int]
    other: int | None


Source = Constant | Read | tuple[Coded, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One Event row; `place` is its place in the file."""

    place: str
    columns: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Parent:
    """Where an entry's parent is: at a 1-based index, or as the owner of the next so many entries."""

    group: str
    index: str | None
    owns: str | None


@dataclass(frozen=True, slots=True)
class Each:
    """Rows for each entry of a group."""

    place: str
    group: str
    parent: Parent | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What one type of message becomes; `last` names the bit that ends an event, True = always."""

    place: str
    items: tuple[Row | Each, ...]
    last: str | bool
    definition: bool
    instrument: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Equals:
    """A field and the value that counts."""

    field: str
    value: int


@dataclass(frozen=True, slots=True)
class Application:
    """A whole application map; messages are in the order of their expected frequency."""

    place: str
    selector: str
    version: str | None
    newest: int | None
    schema: Equals | None
    defaults: Mapping[str, Source]
    messages: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Transport:
    """A whole transport map."""

    place: str
    messages: str
    payload: str
    stream: str | None
    first: str | None
    count: str | int
    send_time: str | None
    heartbeat: Equals | None
    end_of_session: Equals | None


def read_transport(document: Mapping[str, Any], name: str) -> Transport:
    """The transport map in a parsed file called `name`."""
    _only(document, ("transport",), name)
    place = f"{name}: /transport"
    body = _table(document.get("transport"), place)
    _only(
        body,
        (
            "stream", "first", "count", "send_time", "heartbeat", "end_of_session", "messages",
            "payload",
        ),
        place,
    )  # fmt: skip
    for key in ("messages", "payload"):
        if not isinstance(body.get(key), str):
            refuse(place, f"{key} is missing")
    return Transport(
        place=place,
        messages=body["messages"],
        payload=body["payload"],
        stream=body.get("stream"),
        first=body.get("first"),
        count=body.get("count", 0),
        send_time=body.get("send_time"),
        heartbeat=_equals(body, "heartbeat", place),
        end_of_session=_equals(body, "end_of_session", place),
    )


def read_application(document: Mapping[str, Any], name: str) -> Application:
    """The application map in a parsed file called `name`."""
    _only(document, ("application", "defaults", "codes", "messages"), name)
    place = f"{name}: /application"
    body = _table(document.get("application"), place)
    _only(body, ("selector", "version", "newest", "schema"), place)
    if not isinstance(body.get("selector"), str):
        refuse(place, "selector is missing")
    columns = _Columns(_table(document.get("codes", {}), f"{name}: /codes"), f"{name}: /codes")
    return Application(
        place=place,
        selector=body["selector"],
        version=body.get("version"),
        newest=body.get("newest"),
        schema=_equals(body, "schema", place),
        defaults=columns.read(document.get("defaults", {}), f"{name}: /defaults"),
        messages={
            key: _message(message, columns, f"{name}: /messages/{key}")
            for key, message in _table(document.get("messages"), f"{name}: /messages").items()
        },
    )


def refuse(place: str, why: str) -> NoReturn:
    """Stop, and name the place."""
    message = f"{place}: {why}"
    raise DescriptionError(message)


# --- messages -------------------------------------------------------------------------------------
def _message(body: Any, columns: "_Columns", place: str) -> Message:
    body = _table(body, place)
    _only(body, ("last", "definition", "rows", "instrument"), place)
    last = body.get("last", True)
    if not isinstance(last, str | bool):
        refuse(f"{place}/last", "names a field, or is false")
    return Message(
        place=place,
        items=tuple(
            _each(item, columns, f"{place}/rows/{i}")
            if isinstance(item, Mapping) and "each" in item
            else _row(item, columns, f"{place}/rows/{i}")
            for i, item in enumerate(_list(body.get("rows"), f"{place}/rows"))
        ),
        last=last,
        definition=bool(body.get("definition", False)),
        instrument=body.get("instrument"),
    )


def _each(body: Mapping[str, Any], columns: "_Columns", place: str) -> Each:
    _only(body, ("each", "parent", "rows"), place)
    rows = _list(body.get("rows"), f"{place}/rows")
    parent = None
    if "parent" in body:
        told = _table(body["parent"], f"{place}/parent")
        _only(told, ("group", "index", "owns"), f"{place}/parent")
        if "group" not in told or ("index" in told) == ("owns" in told):
            refuse(f"{place}/parent", "has a group, and either index or owns")
        parent = Parent(told["group"], told.get("index"), told.get("owns"))
    return Each(
        place=place,
        group=body["each"],
        parent=parent,
        rows=tuple(_row(row, columns, f"{place}/rows/{i}") for i, row in enumerate(rows)),
    )


def _row(body: Any, columns: "_Columns", place: str) -> Row:
    found = columns.read(body, place)
    if "priority" in found and ("order_count" in found or "instrument_sequence" in found):
        refuse(place, "priority and order_count share their bytes: a row has one of them")
    return Row(place, found)


# --- columns --------------------------------------------------------------------------------------
class _Columns:
    """Reads the columns of a row, with the file's code tables at hand."""

    def __init__(self, tables: Mapping[str, Any], place: str) -> None:
        self.tables = {name: _table(table, f"{place}/{name}") for name, table in tables.items()}

    def read(self, body: Any, place: str) -> dict[str, Source]:
        """The columns that a mapping names."""
        body = _table(body, place)
        _only(body, (*NUMBERS, *MARKS), place)
        return {
            column: self._source(column, value, f"{place}/{column}")
            for column, value in body.items()
        }

    def _source(self, column: str, value: Any, place: str) -> Source:
        if isinstance(value, Mapping) and "const" in value:
            _only(value, ("const",), place)
            return Constant(self._constant(column, value["const"], place))
        if column in MARKS:
            return self._mark(column, value, place)
        if isinstance(value, Mapping):
            _only(value, ("field",), place)
            value = value.get("field")
        if not isinstance(value, str):
            refuse(place, "needs a field, or {const: ...}")
        return Read(value)

    def _mark(self, column: str, value: Any, place: str) -> Source:
        if isinstance(value, Mapping):
            return (self._coded(column, value, place),)
        if isinstance(value, Sequence) and value and all(isinstance(v, Mapping) for v in value):
            if any("other" in each for each in value[:-1]):
                refuse(place, "only the last of several may have other")
            return tuple(self._coded(column, each, f"{place}/{i}") for i, each in enumerate(value))
        if column == "level" and isinstance(value, str):
            return (Coded(value, {}, RAW),)
        return Constant(self._constant(column, value, place))

    def _coded(self, column: str, body: Mapping[str, Any], place: str) -> Coded:
        _only(body, ("field", "codes", "other"), place)
        if not isinstance(body.get("field"), str):
            refuse(place, "field is missing")
        table = body.get("codes", {})
        if isinstance(table, str):
            if table not in self.tables:
                refuse(place, f"no table {table!r} under codes")
            table = self.tables[table]
        codes = {}
        for code, value in _table(table, place).items():
            if not isinstance(code, int) or isinstance(code, bool):
                refuse(place, f"code {code!r} is not a whole number")
            codes[code] = self._constant(column, value, place)
        other: int | None = ABSENT[column]
        if body.get("other") == "raw" or not ("other" in body or "codes" in body):
            other = RAW
        elif "other" in body:
            other = self._constant(column, body["other"], place)
        return Coded(body["field"], codes, other)

    def _constant(self, column: str, value: Any, place: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if not -(1 << 63) <= value < 1 << 63:
                refuse(place, f"{value} does not fit into a column")
            return value & 0xFF if column in MARKS else value
        if isinstance(value, Sequence) and not isinstance(value, str) and column == "flags":
            word = 0
            for each in value:
                word |= self._constant(column, each, place)
            return word
        if value == "undefined":
            return UNDEFINED[column]
        known = CONSTANTS.get(column, {})
        name = str(value).upper()
        if not isinstance(value, str) or known == {} or name not in known.__members__:
            refuse(place, f"{value!r} is not a constant of {column}")
        return int(known[name])


# --- small doors ----------------------------------------------------------------------------------
def _table(value: Any, place: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        refuse(place, "must be a mapping")
    return value


def _list(value: Any, place: str) -> Sequence[Any]:
    if not isinstance(value, list):
        refuse(place, "must be a list")
    return value


def _only(body: Mapping[Any, Any], known: Sequence[str], place: str) -> None:
    unknown = sorted(str(key) for key in set(body) - set(known))
    if unknown:
        refuse(place, f"unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")


def _equals(body: Mapping[str, Any], key: str, place: str) -> Equals | None:
    if key not in body:
        return None
    told = _table(body[key], f"{place}/{key}")
    _only(told, ("field", "equals"), f"{place}/{key}")
    if not isinstance(told.get("field"), str) or not isinstance(told.get("equals"), int):
        refuse(f"{place}/{key}", "has a field and a number that it equals")
    return Equals(told["field"], told["equals"])

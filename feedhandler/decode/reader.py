"""The reference decoder: Event rows out of Kaitai objects, by the names that the maps use.

It shares with the compiled decoder what a field means (`plan.py`) and nothing of how it is read: here a path
is followed attribute by attribute on objects that the Kaitai compiler's code has made. Slow, obvious, and
therefore the judge: rows and output words must come out the same to the byte.
"""

import ctypes
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from kaitaistruct import BytesIO, KaitaiStream, KaitaiStructError

from feedhandler.decode import abi
from feedhandler.decode.callback import PythonEntry
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import kaitai_class
from feedhandler.decode.mapping import MARKS, UNDEFINED, Constant
from feedhandler.decode.plan import (
    BODY,
    ENTRY,
    HEADER,
    PARENT,
    Columns,
    Group,
    Lookup,
    Message,
    Number,
    Plan,
    Spot,
    absent,
    plan_of,
)
from feedhandler.decode.tree import Bits, Field, Integer
from feedhandler.event import EVENT, UNDEF_PRICE, UNDEF_SIZE, Flag, Kind

UNREADABLE: Final = (KaitaiStructError, EOFError, ValueError, OverflowError)
ROW: Final = struct.Struct("<QQQqqQIIBBBBBBH")
U1, U2, U4, U8 = 0xFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF
INT64_MAX: Final = 0x7FFF_FFFF_FFFF_FFFF

Context = np.ndarray[Any, np.dtype[np.int64]]
Rows = np.ndarray[Any, Any]
Scopes = Mapping[str, Any]


class MalformedError(Exception):
    """A message shorter than its fields."""


class ReferenceDecoder:
    """Reads datagrams of one feed with the Kaitai classes."""

    def __init__(self, feed: Feed, plan: Plan | None = None) -> None:
        self.plan = plan or plan_of(feed.name)
        self.transport_class = kaitai_class(feed.transport)
        self.application_class = kaitai_class(feed.application)
        application = self.plan.application
        self.messages = {value: m for m in application.messages for value in m.selectors}
        fields = self.plan.transport.record.fields
        self.header = fields[: fields.index(self.plan.transport.messages)]

    # --- the two functions ---
    def peek(self, payload: bytes) -> list[int] | None:
        """The words of a datagram's header; None = malformed."""
        told = self.plan.transport
        thing, _ = _read(self.transport_class, payload)
        if self.header and not hasattr(thing, self.header[-1].name):
            return None
        words = [0] * abi.HEADER_WORDS
        words[abi.TYPE] = abi.DATA if told.first else abi.UNSEQUENCED
        if told.stream:
            place = thing._debug[told.stream.name]  # noqa: SLF001 (Kaitai's record of places)
            name = payload[place["start"] : place["end"]]
            words[abi.STREAM_0] = int.from_bytes(name[:8], "big")
            words[abi.STREAM_1] = int.from_bytes(name[8:], "big")
        words[abi.FIRST] = _header_value(thing, told.first)
        words[abi.COUNT] = (
            told.count if isinstance(told.count, int) else _header_value(thing, told.count)
        )
        for condition, kind in (
            (told.heartbeat, abi.HEARTBEAT),
            (told.end_of_session, abi.END_OF_SESSION),
        ):
            if condition and _header_value(thing, condition[0]) == condition[1]:
                words[abi.TYPE] = kind
                words[abi.COUNT] = 0
        words[abi.SEND_TIME] = _header_value(thing, told.send_time)
        return [_signed(word) for word in words]

    def decode(self, payload: bytes, context: Context, rows_max: int) -> tuple[Rows, int]:
        """The rows of a datagram, and their number or MALFORMED or ROWS_FULL."""
        context[abi.OUT :] = 0
        thing, whole = _read(self.transport_class, payload)
        if not whole:
            return _no_rows(), abi.MALFORMED
        told = self.plan.transport
        rows: list[bytes] = []
        for i, block in enumerate(getattr(thing, told.messages.name)):
            if i < context[abi.SKIP]:
                continue
            context[abi.MESSAGES] += 1
            message = getattr(block, told.payload.name)
            if not message:
                context[abi.EMPTY_MESSAGE] += 1
                continue
            step = i if self.plan.unit == "message" else 0
            try:
                rows += self._message(message, context, int(context[abi.SEQUENCE]) + step)
            except MalformedError:
                context[abi.MALFORMED_MESSAGE] += 1
            if len(rows) > rows_max:
                context[abi.OUT :] = 0
                return _no_rows(), abi.ROWS_FULL
        return np.frombuffer(b"".join(rows), EVENT), len(rows)

    def as_entries(self) -> tuple[PythonEntry, PythonEntry]:
        """`peek` and `decode` as compiled code calls them, by address."""

        def peek(datagram: int, length: int, header: int) -> int:
            words = self.peek(ctypes.string_at(datagram, length))
            if words is None:
                return abi.MALFORMED
            raw = np.array(words, np.int64).tobytes()
            ctypes.memmove(header, raw, len(raw))
            return 0

        def decode(datagram: int, length: int, context: int, rows: int, rows_max: int) -> int:
            payload = ctypes.string_at(datagram, length)
            memory = (ctypes.c_int64 * abi.CONTEXT_WORDS).from_address(context)
            made, status = self.decode(payload, np.ctypeslib.as_array(memory), rows_max)
            ctypes.memmove(rows, made.tobytes(), made.nbytes)
            return status

        return PythonEntry(peek, 3), PythonEntry(decode, 5)

    # --- a message ---
    def _message(self, payload: bytes, context: Context, sequence: int) -> list[bytes]:
        told = self.plan.application
        thing, _ = _read(self.application_class, payload)
        header = [field for field in told.record.fields if field is not told.body]
        if not all(hasattr(thing, field.name) for field in header):
            raise MalformedError
        if told.schema and _value(thing, told.schema[0]) != told.schema[1]:
            context[abi.UNKNOWN_SCHEMA] += 1
            return []
        if told.version and told.newest is not None and _value(thing, told.version) > told.newest:
            context[abi.NEWER_VERSION] += 1
        message = self.messages.get(_value(thing, told.selector))
        if message is None:
            context[abi.UNKNOWN_TEMPLATE] += 1
            return []
        if not _is_whole(thing, told.body):
            raise MalformedError
        if message.definition:
            context[abi.DEFINITIONS] += 1
        made = _Rows(context, sequence)
        scopes = {HEADER: thing, BODY: getattr(thing, told.body.name)}
        for item in message.items:
            if isinstance(item, Group):
                made.group(item, scopes)
            else:
                made.row(item, scopes)
        return made.closed(message, scopes)


class _Rows:
    """The rows of one message."""

    def __init__(self, context: Context, sequence: int) -> None:
        self.context = context
        self.sequence = sequence
        self.made: list[bytearray] = []

    def closed(self, message: Message, scopes: Scopes) -> list[bytes]:
        """All rows, the last one marked where an event ends."""
        last = message.last
        ends = last if isinstance(last, bool) else bool(_at(last, scopes))
        if ends and not self.made and last is not True:
            self.end(message, scopes)
        if ends and self.made:
            self.made[-1][58] |= Flag.LAST
        return [bytes(row) for row in self.made]

    def end(self, message: Message, scopes: Scopes) -> None:
        """A row for an event that ends without one."""
        columns: Columns = {"ts_event": message.end_time, "kind": Constant(int(Kind.END))}
        self.row(columns, scopes)

    def group(self, group: Group, scopes: Scopes) -> None:
        """The rows of each entry of a group."""
        entries = _entries(scopes[BODY], group.field)
        above = _entries(scopes[BODY], group.parent) if group.parent else []
        owners = _owners(above, group.owns) if group.owns else iter(())
        for entry in entries:
            inside = {**scopes, ENTRY: entry}
            if group.index:
                reference = _at(group.index, inside)
                if reference is None or not 1 <= reference <= len(above):
                    self.context[abi.BAD_REFERENCE] += 1
                    continue
                inside[PARENT] = above[reference - 1]
            if group.owns:
                inside[PARENT] = next(owners, None)
            for columns in group.rows:
                self.row(columns, inside)

    def row(self, columns: Columns, scopes: Scopes) -> None:
        """One row."""

        def number(column: str) -> int:
            return self._number(column, absent(columns, column), scopes)

        if "priority" in columns:
            counts = number("priority") & U8
        else:
            counts = number("order_count") & U4 | (number("instrument_sequence") & U4) << 32
        marks = {column: _mark(absent(columns, column), scopes) for column in MARKS}
        self.made.append(
            bytearray(
                ROW.pack(
                    number("ts_event") & U8,
                    int(self.context[abi.RECEIVED]) & U8,
                    number("order_id") & U8,
                    number("price"),
                    number("size"),
                    counts,
                    self.sequence & U4,
                    number("instrument_id") & U4,
                    marks["action"],
                    marks["side"],
                    marks["flags"] | int(self.context[abi.ROW_FLAGS]) & U1,
                    marks["kind"],
                    marks["level"],
                    marks["detail"],
                    int(self.context[abi.CHANNEL]) & U2,
                )
            )
        )

    def _number(self, column: str, value: Any, scopes: Scopes) -> int:
        """A column of more than a byte."""
        if isinstance(value, Constant):
            return value.value
        if not isinstance(value, Number):
            raise TypeError(column)
        found = _at(value.spot, scopes)
        if found is None:
            return UNDEFINED[column]
        if column == "price":
            found *= value.factor
            if not -INT64_MAX - 1 <= found <= INT64_MAX:
                self.context[abi.PRICE_RANGE] += 1
                return UNDEF_PRICE
        if column == "size" and found > INT64_MAX:
            return UNDEF_SIZE
        return found + int(self.context[abi.DAY]) if value.midnight else found


# --- values ---------------------------------------------------------------------------------------
def _at(spot: Spot, scopes: Scopes) -> int | None:
    """The number at the end of a path; None where it is absent or null."""
    thing = scopes[spot.scope]
    for name in spot.names:
        thing = getattr(thing, name, None)
    if thing is None or int(thing) == spot.null:
        return None
    return int(thing)


def _mark(value: Any, scopes: Scopes) -> int:
    """A column of one byte."""
    if isinstance(value, Constant):
        return value.value
    raw: int | None = None
    lookup: Lookup
    for lookup in value:
        raw = _at(lookup.spot, scopes)
        kind = lookup.spot.leaf.kind
        if raw is not None and (
            isinstance(kind, Bits) or (isinstance(kind, Integer) and kind.size == 1)
        ):
            table = {code & U1: told for code, told in lookup.table.items()}
            if raw & U1 in table:
                return table[raw & U1]
    if lookup.other is None:
        return 0 if raw is None else raw & U1
    return lookup.other


def _owners(above: list[Any], owns: Spot) -> Iterator[Any]:
    """Each entry as often as it owns another one."""
    for entry in above:
        count = _at(owns, {PARENT: entry})
        for _ in range(count or 0):
            yield entry


def _entries(body: Any, field: Field) -> list[Any]:
    """The entries of a group; none where the version has no such group."""
    return list(getattr(body, field.name, None) or [])


def _value(thing: Any, field: Field) -> int:
    return int(getattr(thing, field.name))


def _header_value(thing: Any, field: Field | None) -> int:
    return _value(thing, field) if field else 0


# --- Kaitai ---------------------------------------------------------------------------------------
def _read(make: Callable[..., Any], payload: bytes) -> tuple[Any, bool]:
    """The object of a class, and whether all of the payload could be read."""
    stream = KaitaiStream(BytesIO(payload))
    thing = make(stream)
    try:
        thing._read()  # noqa: SLF001 (explicit, since the classes are compiled with debug)
    except UNREADABLE:
        return thing, False
    return thing, bool(stream.is_eof())


def _is_whole(thing: Any, body: Field) -> bool:
    """Whether the body was read to the end of its fields."""
    return "end" in thing._debug[body.name]  # noqa: SLF001 (Kaitai's record of places)


def _no_rows() -> Rows:
    return np.zeros(0, EVENT)


def _signed(word: int) -> int:
    """The bits of an unsigned word as a signed one."""
    return word - (1 << 64) if word > INT64_MAX else word

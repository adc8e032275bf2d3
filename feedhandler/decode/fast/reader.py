"""The reference decoder of a FAST feed: Event rows from the interpreter's messages, by name.

It shares with the generated decoder what a field means (`rows.py`) and nothing of how it is read.
"""

import ctypes
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.callback import PythonEntry
from feedhandler.decode.fast.interpreter import Interpreter, Message
from feedhandler.decode.fast.reasons import FastError, Reason
from feedhandler.decode.fast.rows import (
    BODY,
    ENTRY,
    MARKS,
    Columns,
    Entries,
    FeedPlan,
    Meaning,
    Spot,
    absent,
)
from feedhandler.decode.mapping import UNDEFINED, Constant
from feedhandler.event import EVENT, UNDEF_PRICE, UNDEF_SIZE, Flag

ROW: Final = struct.Struct("<QQQqqQIIBBBBBBH")
FLAGS_AT: Final = 58
U1, U2, U4, U8 = 0xFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF
INT64_MAX: Final = 0x7FFF_FFFF_FFFF_FFFF
EXPONENT_MAX: Final = 63
DAY_NS: Final = 86_400_000_000_000
AHEAD_MAX_NS: Final = 14 * 3_600_000_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FAILURES: Final[Mapping[Reason, int]] = {
    Reason.TRUNCATED: abi.FAST_TRUNCATED,
    Reason.INTEGER_RANGE: abi.FAST_RANGE,
    Reason.RESULT_RANGE: abi.FAST_RANGE,
    Reason.NO_VALUE: abi.FAST_STATE,
    Reason.EMPTY_VALUE: abi.FAST_STATE,
    Reason.NO_TEMPLATE_ID: abi.FAST_STATE,
    Reason.TEXT_DELTA: abi.FAST_TEXT,
    Reason.UNKNOWN_TEMPLATE: abi.FAST_TEMPLATE,
    Reason.LIMIT: abi.FAST_LIMIT,
}

Context = np.ndarray[Any, np.dtype[np.int64]]
Rows = np.ndarray[Any, Any]
Scopes = Mapping[str, Any]


class RowsFullError(Exception):
    """More rows than there is room for."""


class FastReader:
    """Reads datagrams of one feed with the interpreter."""

    def __init__(self, feed: FeedPlan) -> None:
        self.feed = feed

    def peek(self, payload: bytes) -> list[int] | None:
        """The words of a datagram's header; None = malformed."""
        decoder = Interpreter(self.feed.plan)
        at = 0
        while at < len(payload):
            try:
                number, values, taken = decoder.head(payload[at:], self._head)
            except FastError:
                return None
            at += taken
            meaning = self.feed.meanings[number]
            if meaning.first is not None:
                words = [0] * abi.HEADER_WORDS
                words[abi.FIRST] = signed(values[meaning.first.name] or 0)
                words[abi.COUNT] = 1
                words[abi.TYPE] = abi.DATA
                if meaning.send_time is not None:
                    words[abi.SEND_TIME] = time_of(values[meaning.send_time.name] or 0, 0)
                words[abi.LOOP_END] = int(meaning.ends_loop)
                return words
        return None

    def _head(self, number: int) -> int:
        """How many instructions of a template are read for its head."""
        meaning = self.feed.meanings[number]
        body = meaning.template.body.instructions
        spots = [spot for spot in (meaning.first, meaning.send_time) if spot is not None]
        if meaning.first is None:
            return len(body)
        return 1 + max(body.index(spot.place.instruction) for spot in spots)

    def is_whole(self, payload: bytes) -> bool:
        """Whether a datagram is messages of the feed to its last byte, one of them numbered."""
        decoder = Interpreter(self.feed.plan)
        try:
            found = [message.id for message in decoder.messages(payload)]
        except FastError:
            return False
        return any(self.feed.meanings[number].first is not None for number in found)

    def decode(self, payload: bytes, context: Context, rows_max: int) -> tuple[Rows, int]:
        """The rows of a datagram, and their number or MALFORMED or ROWS_FULL."""
        context[abi.OUT :] = 0
        decoder = Interpreter(self.feed.plan)
        rows: list[bytes] = []
        at = 0
        try:
            while at < len(payload):
                message, taken = decoder.decode(payload[at:])
                at += taken
                rows += self._rows(message, context, rows_max - len(rows))
        except FastError as error:
            context[abi.OUT :] = 0
            context[FAILURES[error.reason]] = 1
            return np.zeros(0, EVENT), abi.MALFORMED
        except RowsFullError:
            context[abi.OUT :] = 0
            return np.zeros(0, EVENT), abi.ROWS_FULL
        context[abi.FAST_REMARKS] = sum(decoder.remarks)
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
    def _rows(self, message: Message, context: Context, room: int) -> list[bytes]:
        meaning = self.feed.meanings[message.id]
        if meaning.first is not None:
            context[abi.MESSAGES] += 1
        made: list[bytearray] = []
        for columns, scopes in _scopes(meaning, message):
            made.append(_row(columns, scopes, context))
            if len(made) > room:
                raise RowsFullError
        if meaning.last and made:
            made[-1][FLAGS_AT] |= Flag.LAST
        return [bytes(row) for row in made]


def _scopes(meaning: Meaning, message: Message) -> Any:
    """Each row's columns, and where its fields are found."""
    for item in meaning.items:
        if isinstance(item, Entries):
            for entry in message.values[item.place.instruction.name] or ():
                for columns in item.rows:
                    yield columns, {BODY: message.values, ENTRY: entry}
        else:
            yield item, {BODY: message.values}


def _at(spot: Spot, scopes: Scopes) -> Any:
    """A field's value; None where it is absent."""
    return _find(scopes[spot.scope], spot)


def _find(values: Mapping[str, Any], spot: Spot) -> Any:
    if spot.name in values:
        return values[spot.name]
    inside = (each for each in values.values() if isinstance(each, dict))
    return next((found for each in inside if (found := _find(each, spot)) is not None), None)


def _row(columns: Columns, scopes: Scopes, context: Context) -> bytearray:
    def number(column: str) -> int:
        value = absent(columns, column)
        if isinstance(value, Constant):
            return value.value
        if not isinstance(value, Spot):
            raise TypeError(column)
        found = _at(value, scopes)
        if found is None:
            return UNDEFINED[column]
        if column == "price":
            return _price(found if isinstance(found, tuple) else (found, 0), context)
        if column == "ts_event":
            return time_of(found, int(context[abi.DAY]))
        return UNDEF_SIZE if column == "size" and found > INT64_MAX else int(found)

    if "priority" in columns:
        counts = number("priority") & U8
    else:
        counts = number("order_count") & U4 | (number("instrument_sequence") & U4) << 32
    marks = {column: _mark(absent(columns, column), scopes) for column in MARKS}
    return bytearray(
        ROW.pack(
            number("ts_event") & U8,
            int(context[abi.RECEIVED]) & U8,
            number("order_id") & U8,
            number("price"),
            number("size"),
            counts,
            int(context[abi.SEQUENCE]) & U4,
            number("instrument_id") & U4,
            marks["action"],
            marks["side"],
            marks["flags"] | int(context[abi.ROW_FLAGS]) & U1,
            marks["kind"],
            marks["level"],
            marks["detail"],
            int(context[abi.CHANNEL]) & U2,
        )
    )


def _price(decimal: tuple[int, int], context: Context) -> int:
    """A decimal in units of 1e-9."""
    mantissa, exponent = decimal
    if mantissa == 0:
        return 0
    exponent = min(max(exponent, -EXPONENT_MAX), EXPONENT_MAX)  # beyond, no mantissa has a price
    up, down = int(10 ** max(exponent + 9, 0)), int(10 ** max(-exponent - 9, 0))
    value, rest = divmod(mantissa * up, down)
    if rest or abs(value) > INT64_MAX:
        context[abi.PRICE_RANGE] += 1
        return UNDEF_PRICE
    return value


def _mark(value: Any, scopes: Scopes) -> int:
    """A column of one byte."""
    if isinstance(value, Constant):
        return value.value
    code: int | None = None
    for lookup in value:
        code = _code(_at(lookup.spot, scopes))
        if code is not None and code in lookup.table:
            return int(lookup.table[code])
    other = value[-1].other
    return (code or 0) if other is None else int(other)


def _code(value: Any) -> int | None:
    if isinstance(value, bytes):
        return int(value[0]) if len(value) == 1 else None
    return int(value) if value is not None and 0 <= value <= U1 else None


def time_of(local: int, day: int) -> int:
    """YYYYMMDDhhmmssmmm of the venue's clock, whose midnight is `day` in UTC, as ns since 1970; 0 = no time."""
    text = f"{local:017d}" if 0 <= local <= INT64_MAX else ""
    if len(text) != 17:
        return 0
    year, month, date, hour, minute, second, ms = (
        int(text[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14), (14, 17))
    )
    ahead = -day % DAY_NS
    if ahead > AHEAD_MAX_NS:
        ahead -= DAY_NS
    fits = 1970 <= year <= 2200 and hour < 24 and minute < 60 and second <= 60
    if not fits or not 1 <= month <= 12 or not 1 <= date <= 31:
        return 0
    first = datetime(year, month, 1, tzinfo=UTC)
    days = (first - EPOCH).days + date - 1  # a 31st of a shorter month is the next one's first
    clock_ms = ((hour * 60 + minute) * 60 + second) * 1000 + ms
    return days * DAY_NS + clock_ms * 1_000_000 - ahead


def signed(word: int) -> int:
    """The bits of an unsigned word as a signed one."""
    return word - (1 << 64) if word > INT64_MAX else word

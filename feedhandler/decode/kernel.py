"""What every generated decoder is made of: writing a row, counting, scaling a price.

All of it is inlined. Addresses point into a datagram whose length the caller has checked, into the words of a
decoder's context (`abi`), or to a row of 64 bytes.
"""

from typing import Final

from feedhandler.decode.abi import CONTEXT_WORDS, MALFORMED, OUT, PRICE_RANGE, ROWS_FULL
from feedhandler.event import (
    ACTION,
    EVENT_SIZE,
    FLAGS,
    INSTRUMENT_ID,
    ORDER_ID,
    PRICE,
    PRIORITY,
    SEQUENCE,
    SIZE,
    TS_EVENT,
    TS_RECV,
    UNDEF_PRICE,
    UNDEF_SIZE,
    Action,
    Flag,
    Kind,
    Side,
)
from feedhandler.jit import hot, put1, put8, u1, u8le

LAST: Final = int(Flag.LAST)
END_MARKS: Final = int(Action.NONE) | int(Side.NONE) << 8 | LAST << 16 | int(Kind.END) << 24
INT64_MAX: Final = 0x7FFF_FFFF_FFFF_FFFF
U4: Final = 0xFFFF_FFFF


@hot
def word(context: int, number: int) -> int:
    """A word of the context."""
    return int(u8le(context + 8 * number))


@hot
def bump(context: int, number: int) -> None:
    """Add one to a word of the context."""
    put8(context + 8 * number, u8le(context + 8 * number) + 1)


@hot
def clear(context: int) -> None:
    """Zero the output words."""
    for number in range(OUT, CONTEXT_WORDS):
        put8(context + 8 * number, 0)


@hot
def refuse(context: int) -> int:
    """Give up on a datagram: nothing of it counts."""
    clear(context)
    return MALFORMED


@hot
def put_row(
    row: int,
    ts_event: int,
    ts_recv: int,
    order_id: int,
    price: int,
    size: int,
    counts: int,
    sequence: int,
    instrument_id: int,
    marks: int,
) -> None:
    """Write a row in eight stores; `counts` is a priority, or what `counts` makes."""
    put8(row + TS_EVENT, ts_event)
    put8(row + TS_RECV, ts_recv)
    put8(row + ORDER_ID, order_id)
    put8(row + PRICE, price)
    put8(row + SIZE, size)
    put8(row + PRIORITY, counts)
    put8(row + SEQUENCE, sequence | instrument_id << 8 * (INSTRUMENT_ID - SEQUENCE))
    put8(row + ACTION, marks)  # .. side, flags, kind, level, detail, channel_id


@hot
def counts(order_count: int, instrument_sequence: int) -> int:
    """The word that two columns share."""
    return order_count & U4 | instrument_sequence << 32


@hot
def given(value: int, null: int, otherwise: int) -> int:
    """A field that may be null."""
    return otherwise if value == null else value


@hot
def pick(present: bool, value: int, otherwise: int) -> int:  # noqa: FBT001 (a condition)
    """A field that may be absent."""
    return value if present else otherwise


@hot
def size_u8(size: int) -> int:
    """An unsigned size of eight bytes: it comes as the same bits signed, and may be too large."""
    return size if size >= 0 else UNDEF_SIZE


@hot
def scaled(mantissa: int, factor: int, signed: int, context: int) -> int:
    """A price in 1e-9 units; beyond 64 bits it is undefined and counted."""
    limit = INT64_MAX // factor
    if -limit * signed <= mantissa <= limit:
        return mantissa * factor
    bump(context, PRICE_RANGE)
    return UNDEF_PRICE


@hot
def scaled_given(mantissa: int, null: int, factor: int, signed: int, context: int) -> int:
    """A price that may be null."""
    return UNDEF_PRICE if mantissa == null else scaled(mantissa, factor, signed, context)


@hot
def refers(reference: int, count: int, null: int) -> bool:
    """Whether a reference names one of so many entries, the first being 1."""
    return 1 <= reference <= count and reference != null


@hot
def mark_last(row: int) -> None:
    """Set the flag of the last row of an event."""
    put1(row + FLAGS, u1(row + FLAGS) | LAST)


@hot
def close_event(
    first: int, row: int, full: int, ts_event: int, received: int, sequence: int, stamp: int
) -> int:
    """End an event behind the rows `first .. row`; one without a row gets a row that says so."""
    if row > first:
        mark_last(row - EVENT_SIZE)
        return row
    if row == full:
        return ROWS_FULL
    marks = stamp | END_MARKS
    put_row(row, ts_event, received, 0, UNDEF_PRICE, UNDEF_SIZE, 0, sequence, 0, marks)
    return row + EVENT_SIZE

"""Event rows as NDJSON: one line an event, every field by name, codes as their names.

Prices stay integers in units of 1e-9, times are nanoseconds since 1970; `null` is what the venue did not give.
Orders have a `priority`, all other kinds `order_count` and `instrument_sequence`: they share their bytes.
"""

from typing import Any, Final, Protocol

import msgspec

from feedhandler.event import (
    UNDEF_COUNT,
    UNDEF_PRICE,
    UNDEF_SIZE,
    Action,
    Flag,
    Kind,
    Side,
)
from feedhandler.replaying import Batch


class OrderEvent(msgspec.Struct):
    """The fields of kind `order`, in the order in which they are written."""

    ts_event: int
    ts_recv: int
    kind: str | int
    action: str | int
    side: str | int
    price: int | None
    size: int | None
    order_id: int
    priority: int
    level: int
    detail: int
    flags: list[str]
    sequence: int
    instrument_id: int
    channel_id: int


class OtherEvent(msgspec.Struct):
    """The fields of all other kinds."""

    ts_event: int
    ts_recv: int
    kind: str | int
    action: str | int
    side: str | int
    price: int | None
    size: int | None
    order_id: int
    order_count: int | None
    instrument_sequence: int
    level: int
    detail: int
    flags: list[str]
    sequence: int
    instrument_id: int
    channel_id: int


COLUMNS: Final = (
    "ts_event", "ts_recv", "kind", "action", "side", "price", "size", "order_id", "priority",
    "order_count", "instrument_sequence", "level", "detail", "flags", "sequence", "instrument_id",
    "channel_id",
)  # fmt: skip


def names_of(codes: Any) -> list[str | int]:
    """The lower-case name of each byte value that has one, else the value."""
    known = {int(code): code.name.lower() for code in codes}
    return [known.get(value, value) for value in range(256)]


KINDS: Final = names_of(Kind)
ACTIONS: Final = names_of(Action)
SIDES: Final = names_of(Side)
FLAGS: Final = [[flag.name.lower() for flag in Flag if value & flag] for value in range(256)]


class Sink(Protocol):
    """Where lines go."""

    def write(self, data: bytes, /) -> int:
        """Write all of it."""


class EventLines:
    """Writes batches of events to a binary stream."""

    def __init__(self, out: Sink) -> None:
        self.written = 0
        self._out = out
        self._encoder = msgspec.json.Encoder()

    def write(self, batch: Batch) -> None:
        """All events of a batch."""
        columns = (batch[name].tolist() for name in COLUMNS)
        lines = [_line(*row) for row in zip(*columns, strict=True)]
        self._out.write(self._encoder.encode_lines(lines))
        self.written += len(lines)


def _line(
    ts_event: int, ts_recv: int, kind: int, action: int, side: int, price: int, size: int,
    order_id: int, priority: int, order_count: int, instrument_sequence: int, level: int,
    detail: int, flags: int, sequence: int, instrument_id: int, channel_id: int,
) -> OrderEvent | OtherEvent:  # fmt: skip
    """One event; its arguments are COLUMNS."""
    head = (
        ts_event, ts_recv, KINDS[kind], ACTIONS[action], SIDES[side],
        None if price == UNDEF_PRICE else price, None if size == UNDEF_SIZE else size, order_id,
    )  # fmt: skip
    tail = (level, detail, FLAGS[flags], sequence, instrument_id, channel_id)
    if kind == Kind.ORDER:
        return OrderEvent(*head, priority, *tail)
    orders = None if order_count == UNDEF_COUNT else order_count
    return OtherEvent(*head, orders, instrument_sequence, *tail)

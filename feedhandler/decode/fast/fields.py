"""The messages of a FAST datagram, field by field with places, as `decode` prints those of any feed."""

from decimal import Decimal
from typing import Any

from feedhandler.decode.catalog import Feed
from feedhandler.decode.fast.feeds import plan_of
from feedhandler.decode.fast.reasons import FastError
from feedhandler.decode.fast.trace import Leaf, Tracer
from feedhandler.decode.fields import UNKNOWN, Field, Message


def walk_fast(feed: Feed, payload: bytes) -> list[Message]:
    """What numbers the datagram, then each of its messages; never raises on bad bytes."""
    told = plan_of(feed)
    messages: list[Message] = []
    header: tuple[Field, ...] = ()
    error = None
    at = 0
    decoder = Tracer(told.plan)
    while at < len(payload) and error is None:
        decoder.leaves.clear()
        number: int | None
        try:
            message, taken = decoder.decode(payload[at:])
            name, number = message.template, message.id
        except FastError as caught:
            error = f"{caught.reason.name.lower()} in the message at offset {at}"
            taken, name, number = len(payload) - at, UNKNOWN, decoder.template_id
        fields = tuple(_field(leaf, at, payload) for leaf in decoder.leaves)
        messages.append(Message(name, number, at, taken, fields, error))
        meaning = told.meanings.get(-1 if number is None else number)
        if meaning is not None and meaning.first is not None and not header:
            names = {spot.name for spot in (meaning.first, meaning.send_time) if spot is not None}
            header = tuple(field for field in fields if field.path[0] in names)
        at += taken
    return [Message(feed.transport, None, 0, 0, header, error), *messages]


def _field(leaf: Leaf, at: int, payload: bytes) -> Field:
    start, end = at + leaf.start, at + leaf.end
    value = leaf.value
    if isinstance(value, tuple):
        shown = f"{Decimal(value[0]).scaleb(value[1]):f}"
        return Field(leaf.path, start, end, shown, payload[start:end], shown)
    if isinstance(value, bytes):
        shown = value.decode("utf-8", "backslashreplace")
        return Field(leaf.path, start, end, shown, payload[start:end], shown)
    return Field(leaf.path, start, end, value, payload[start:end], str(value))


def roles_of(feed: Feed) -> dict[str, Any]:
    """Which field numbers a datagram, as maps of transports tell it."""
    meanings = plan_of(feed).meanings.values()
    first = next(each.first for each in meanings if each.first is not None)
    return {"first": first.name}

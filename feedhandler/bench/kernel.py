"""Loops around single stages, compiled, so that what is timed is the stage and not its caller."""

from typing import Any

from feedhandler.book.kernel import apply_rows
from feedhandler.jit import call5, i64, kernel
from feedhandler.publish.kernel import write_best
from feedhandler.source import descriptor
from feedhandler.wire.kernel import GROUP, PORT, locate, route


@kernel
def find_datagrams(frames: Any, place: Any, table: Any) -> int:
    """Headers and route of every frame; how many had a route."""
    found = 0
    for i in range(frames.shape[0]):
        reason = locate(
            i64(frames[i, descriptor.ADDRESS]),
            i64(frames[i, descriptor.CAPTURED]),
            i64(frames[i, descriptor.LINK]),
            place,
        )
        if reason == 0 and route(table, i64(place[GROUP]), i64(place[PORT])) >= 0:
            found += 1
    return found


@kernel
def decode_all(datagrams: Any, decode: int, context: int, rows: int, rows_max: int) -> int:
    """Decode datagrams one after the other into the same rows; the number of rows."""
    made = 0
    for i in range(datagrams.shape[0]):
        address = i64(datagrams[i, 0])
        count = i64(call5(decode, address, i64(datagrams[i, 1]), context, rows, rows_max))
        if count > 0:
            made += count
    return made


@kernel
def decode_and_apply(
    datagrams: Any, decode: int, context: int, address: int, rows: Any, batch: int, pools: Any
) -> int:
    """Decode into a batch of rows, apply it, and so on, as the engine does; the number of rows."""
    made = 0
    filled = 0
    datagram_count = datagrams.shape[0]
    for i in range(datagram_count):
        at = i64(datagrams[i, 0])
        room = rows.size - filled
        count = i64(call5(decode, at, i64(datagrams[i, 1]), context, address + 64 * filled, room))
        if count > 0:
            filled += count
        if filled >= batch or i == datagram_count - 1:
            if apply_rows(rows, 0, filled, pools)[0] != filled:
                return -1
            made += filled
            filled = 0
    return made


@kernel
def write_bests(table: Any, lines: int, first: int, count: int) -> int:
    """Write best prices that change every time, line after line; how many sides changed."""
    changed = 0
    for i in range(first, first + count):
        line = 1 + i % lines
        changed += write_best(table, line, i, 1, i + 1, 1, i, line, 1)
    return changed

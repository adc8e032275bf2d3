"""A datagram that may not be accepted as the next one: early, beginning anew, or unreadable.

Rare, as against `intake_kernel.py`, and therefore mostly kernels of their own rather than inlined.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.engine.desk_header import (
    AGAIN,
    AT_ADDRESS,
    AT_CHANNEL,
    AT_GROUP,
    AT_LENGTH,
    AT_PACKET,
    AT_PORT,
    AT_TIME,
    CONTEXT,
    DECODE,
    ROW_COUNT,
    ROWS,
    Desk,
)
from feedhandler.jit import call5, hot, i64, kernel
from feedhandler.session import kernel as session
from feedhandler.session import rival_kernel as rival
from feedhandler.session.channel_header import (
    ASKED_END,
    EXPECTED,
    GAP_COUNT,
    GAP_FIRST,
    HELD,
    INCREMENTAL,
    ROLE,
)
from feedhandler.session.holding_kernel import (
    FULL,
    SLOT_FIRST,
    head_of,
    hold,
)
from feedhandler.verdict import Verdict
from feedhandler.wire.kernel import GROUP, PORT

IMPLAUSIBLE: Final = int(Counter.IMPLAUSIBLE)
MALFORMED_TRANSPORT: Final = int(Counter.MALFORMED_TRANSPORT)
NEW_STREAM: Final = int(Verdict.NEW_STREAM)
GAP: Final = int(Verdict.GAP)
JOIN: Final = int(Verdict.JOIN)
FOREIGN_CHANNEL: Final = int(Verdict.FOREIGN)


@hot
def note_place(
    desk: Desk, address: int, length: int, channel: int, packet: int, received: int
) -> None:
    """Leave word of the datagram that a verdict is about."""
    work = desk.work
    work[AT_ADDRESS] = address
    work[AT_LENGTH] = length
    work[AT_GROUP] = desk.place[GROUP]
    work[AT_PORT] = desk.place[PORT]
    work[AT_CHANNEL] = channel
    work[AT_PACKET] = packet
    work[AT_TIME] = received


@kernel
def has_unread(context: Any) -> bool:
    """Whether a datagram holds messages that cannot be read: asked for again, it brings back nothing.

    Not those of length zero, in which there is nothing to be read: they are legal, and have a number.
    """
    unread = context[abi.UNKNOWN_TEMPLATE] + context[abi.UNKNOWN_SCHEMA]
    return i64(unread + context[abi.MALFORMED_MESSAGE]) > 0


@kernel
def puts_in_doubt(desk: Desk, c: int) -> bool:
    """Whether a datagram of a channel with books holds something that was not read, and may change a book."""
    context = desk.context
    unread = context[abi.UNKNOWN_TEMPLATE] | context[abi.UNKNOWN_SCHEMA]
    unread |= context[abi.MALFORMED_MESSAGE] | context[abi.BAD_REFERENCE]
    return i64(unread) != 0 and i64(desk.channels[c, ROLE]) == INCREMENTAL


@kernel
def answers_unasked(desk: Desk, c: int) -> bool:
    """Whether a hole is about to be filled for which another one asked: it is told before."""
    if desk.channels[c, ASKED_END] != 0 or desk.channels[c, HELD] == 0:
        return False
    set_hole(desk, c)
    return i64(desk.channels[c, GAP_COUNT]) > 0


@hot
def set_hole(desk: Desk, c: int) -> None:
    """Leave word of the hole before what a channel holds."""
    head = i64(desk.slots_held[head_of(desk.channels, c), SLOT_FIRST])
    desk.channels[c, GAP_FIRST] = desk.channels[c, EXPECTED]
    desk.channels[c, GAP_COUNT] = head - i64(desk.channels[c, EXPECTED])


@kernel
def misfit(desk: Desk, c: int, counters: Any) -> int:
    """Count a datagram that cannot be read, or give up the channel that was guessed from others."""
    if session.is_hopeless(desk.channels, c):
        desk.work[AT_CHANNEL] = c
        return FOREIGN_CHANNEL
    counters[MALFORMED_TRANSPORT] += 1
    return 0


@kernel
def is_readable(desk: Desk) -> bool:
    """Decode the datagram of the place on trial, behind the rows that count."""
    work = desk.work
    desk.context[abi.SKIP] = 0
    first = i64(work[ROW_COUNT])
    room = desk.rows.size - first
    rows = work[ROWS] + 64 * first
    return (
        i64(call5(work[DECODE], work[AT_ADDRESS], work[AT_LENGTH], work[CONTEXT], rows, room)) >= 0
    )


@kernel
def take_otherwise(desk: Desk, found: int, line: int, slot: int, counters: Any) -> int:
    """A datagram that may not be accepted now: 0 when that is all, AGAIN, or a verdict."""
    channels = desk.channels
    c = i64(desk.work[AT_CHANNEL])
    if not is_readable(desk):
        return misfit(desk, c, counters)
    if found == session.ENDS:
        session.end_session(channels, c, counters)
        return 0
    begins = found == session.RIVAL or (found == session.START and session.interrupts(channels, c))
    if slot != 0 and begins:  # it did not when it came
        counters[IMPLAUSIBLE] += 1
        return 0
    if found == session.START:
        if session.interrupts(channels, c):
            return release_first(desk, c)
        return JOIN if session.start(channels, c, desk.header) else AGAIN
    return keep(desk, found, c, line, counters)


@hot
def keep(desk: Desk, found: int, c: int, line: int, counters: Any) -> int:
    """Copy an early datagram, or a rival, into a slot: 0, or a verdict."""
    work = desk.work
    address = i64(work[AT_ADDRESS])
    length = i64(work[AT_LENGTH])
    received = i64(work[AT_TIME])
    packet = i64(work[AT_PACKET])
    if found == session.RIVAL:
        weighed = rival.weigh(
            desk.channels, c, line, desk.header, desk.watch, desk.slots_held, desk.store,
            address, length, received, packet, counters,
        )  # fmt: skip
        if weighed == rival.BLOCKED:
            return release_first(desk, c)
        return NEW_STREAM if weighed == rival.BELIEVE else 0
    kept = hold(
        desk.channels, c, line, desk.header, desk.watch, desk.slots_held, desk.store,
        address, length, received, packet, counters,
    )  # fmt: skip
    return GAP if kept == FULL else 0


@hot
def release_first(desk: Desk, c: int) -> int:
    """The hole before what a channel holds is a gap: it is released before the sequence begins anew."""
    set_hole(desk, c)
    return GAP

"""Another sequence is believed when two datagrams speak of it: one may be damaged.

A datagram of another session, or one that seems to start the sequence again, is a rival of the sequence that
runs. It is kept, in a slot if there is one, until the next rival. If that one has the same name, a number
near, and the running sequence has not moved since, both are believed: the channel starts anew, and the one that
was kept is what it holds first. A copy of the first on the same line is no second witness: what damaged a
packet may have doubled it as well. If the two do not agree the first is left out and counted, and the second
waits in its place. So a damaged name or number costs one datagram, whose twin is on the other line.

A sequence that stands on one datagram alone is given up for two that agree, wherever they are: the one may have
been the damaged one.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.jit import hot, i64, kernel
from feedhandler.session.channel_header import (
    BELIEVED,
    FAR_UNITS,
    HELD,
    RIVAL_0,
    RIVAL_1,
    RIVAL_COUNT,
    RIVAL_FIRST,
    RIVAL_KNOWN,
    RIVAL_LINE,
    RIVAL_SEND,
    RIVAL_SLOT,
    RIVAL_UNITS,
    UNITS,
)
from feedhandler.session.header import COUNT, FIRST, SEND_TIME, STREAM_0, STREAM_1
from feedhandler.session.holding_kernel import fill_slot, give_back, take_slot
from feedhandler.session.kernel import drop_old

# what `weigh` finds
KEPT: Final = 0  # until another one agrees, or not
BLOCKED: Final = 1  # believed; something of the old sequence waits, and must be released first
BELIEVE: Final = 2  # believed

IMPLAUSIBLE: Final = int(Counter.IMPLAUSIBLE)


@kernel
def weigh(
    channels: Any, c: int, line: int, header: Any, watch: Any, slots: Any, store: Any,
    address: int, length: int, now: int, packet: int, counters: Any,
) -> int:  # fmt: skip
    """What to do with a rival that was decoded."""
    if i64(channels[c, RIVAL_KNOWN]) != 0 and agrees(channels, c, header):
        if i64(channels[c, RIVAL_UNITS]) != BELIEVED and is_copy(channels, c, line, header):
            drop_old(header, counters)
            return KEPT
        channels[c, RIVAL_UNITS] = BELIEVED
        channels[c, RIVAL_SEND] = min(i64(channels[c, RIVAL_SEND]), i64(header[SEND_TIME]))
        return BLOCKED if i64(channels[c, HELD]) != 0 else BELIEVE
    drop_rival(channels, c, watch, slots, counters)
    slot = take_slot(watch, slots, length)
    if slot != 0:
        fill_slot(
            channels, c, line, header, watch, slots, store, slot, address, length, now, packet
        )
    channels[c, RIVAL_SLOT] = slot
    channels[c, RIVAL_KNOWN] = 1
    channels[c, RIVAL_0] = header[STREAM_0]
    channels[c, RIVAL_1] = header[STREAM_1]
    channels[c, RIVAL_FIRST] = header[FIRST]
    channels[c, RIVAL_COUNT] = header[COUNT]
    channels[c, RIVAL_LINE] = line
    channels[c, RIVAL_SEND] = header[SEND_TIME]
    channels[c, RIVAL_UNITS] = channels[c, UNITS]
    return KEPT


@hot
def agrees(channels: Any, c: int, header: Any) -> bool:
    """Whether a rival is of the same sequence as the one before, and the running one stands still."""
    if channels[c, RIVAL_0] != header[STREAM_0] or channels[c, RIVAL_1] != header[STREAM_1]:
        return False
    since = i64(channels[c, RIVAL_UNITS])
    if since not in (BELIEVED, i64(channels[c, UNITS])):
        return False
    apart = i64(header[FIRST]) - i64(channels[c, RIVAL_FIRST])
    return -FAR_UNITS <= apart <= FAR_UNITS


@hot
def is_copy(channels: Any, c: int, line: int, header: Any) -> bool:
    """Whether it is the same once more, on the same line."""
    same = channels[c, RIVAL_FIRST] == header[FIRST] and channels[c, RIVAL_COUNT] == header[COUNT]
    return same and i64(channels[c, RIVAL_LINE]) == line


@kernel
def drop_rival(channels: Any, c: int, watch: Any, slots: Any, counters: Any) -> None:
    """Leave out the rival that a channel keeps, if any, and count it."""
    if i64(channels[c, RIVAL_KNOWN]) != 0:
        channels[c, RIVAL_KNOWN] = 0
        counters[IMPLAUSIBLE] += 1
        slot = i64(channels[c, RIVAL_SLOT])
        if slot != 0:
            give_back(watch, slots, slot)

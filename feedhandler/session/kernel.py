"""Sequencing and arbitration: of every unit on every line, the first copy passes, once and in order.

A unit is what the protocol numbers: messages (MoldUDP64) or packets (CME). A datagram is a range of units
`first .. first + count - 1` of a stream; lines may cut the stream into datagrams differently, so what counts is
the range and not the datagram: what is old is dropped, an old prefix is trimmed, what is new passes, and what
lies beyond the next expected unit is early: it waits (`holding_kernel.py`), for another line may still bring
what is missing.

A sequence that starts again is told from an old duplicate by the send time: lines carry identical packets, so
a lower number with a later send time than any seen is a new start, and what was sent before the new start is
a straggler of the old one. Transports without a send time change their session name instead; the slower line
still brings the end of the session before, which is told by its name. What starts anew starts at 1. Nothing
starts anew while something of the old sequence waits: that is released first, and what it waited for is a gap.
One datagram is not enough to start anew (`rival_kernel.py`): it may be damaged.

A late datagram of a loop of definitions, whose hole was given up, is taken where it comes: each definition stands by
itself, and the next pass would bring it only then. It moves nothing.

Nothing moves a sequence until its datagram was decoded: a malformed one counts as lost, and its twin may still
come. What cannot be accepted at once (START, RIVAL, EARLY, ENDS) is decoded on trial by the caller first.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.jit import hot, i64, kernel
from feedhandler.session.channel_header import (
    ENDED,
    EXPECTED,
    FAR_UNITS,
    FIRST_UNIT,
    GUESSED,
    HELD,
    INCREMENTAL,
    LATEST_SEND,
    LINE_FIRST,
    LINE_NEXT,
    LOOP,
    LOOP_ENDED,
    MISFITS,
    MISFITS_MAX,
    NAME_0,
    NAME_1,
    PAST_0,
    PAST_1,
    PAST_EXPECTED,
    RESTART_SEND,
    ROLE,
    RUNNING,
    START_UNITS,
    STARTED,
    SURE,
    TOLD_COUNT,
    TOLD_END,
    TOLD_FIRST,
    UNIT_MAX,
    UNITS,
)
from feedhandler.session.header import (
    COUNT,
    DATA,
    END_OF_SESSION,
    FIRST,
    HEARTBEAT,
    LOOP_END,
    SEND_TIME,
    STREAM_0,
    STREAM_1,
    TYPE,
    UNSEQUENCED,
)
from feedhandler.session.line_kernel import block, brought, compare_copy, forget_lines, sample

# what `arbitrate` finds
ACCEPT: Final = 0  # decode it; leave out `expected - first` messages at its start
DROP: Final = 1  # nothing new
EARLY: Final = 2  # units between EXPECTED and FIRST are missing: to be held
START: Final = (
    3  # the sequence has not begun, or a loop begins again: to be `start`ed, then asked again
)
RIVAL: Final = 4  # another session, or a sequence that started again: to be weighed
ENDS: Final = 5  # the end of the session, for the first time

DUPLICATES: Final = int(Counter.DUPLICATES)
DUPLICATE_UNITS: Final = int(Counter.DUPLICATE_UNITS)
HEARTBEATS: Final = int(Counter.HEARTBEATS)
END_COUNTER: Final = int(Counter.END_OF_SESSION)
IMPLAUSIBLE: Final = int(Counter.IMPLAUSIBLE)
TRIMMED: Final = int(Counter.TRIMMED)


@kernel
def begin(channels: Any, c: int, header: Any) -> None:
    """Begin the channel's sequence at this datagram."""
    channels[c, STARTED] = RUNNING
    channels[c, ENDED] = 0
    channels[c, LOOP_ENDED] = 0
    channels[c, EXPECTED] = header[FIRST]
    channels[c, NAME_0] = header[STREAM_0]
    channels[c, NAME_1] = header[STREAM_1]
    channels[c, LATEST_SEND] = header[SEND_TIME]
    channels[c, RESTART_SEND] = header[SEND_TIME]
    channels[c, TOLD_COUNT] = 0
    channels[c, TOLD_FIRST] = 0
    channels[c, TOLD_END] = 0
    forget_lines(channels, c)


@kernel
def start(channels: Any, c: int, header: Any) -> bool:
    """Begin at a datagram that was decoded; whether that joins the sequence in its midst."""
    begin(channels, c, header)
    if i64(channels[c, ROLE]) != INCREMENTAL:
        channels[c, START_UNITS] = SURE  # a loop begins again soon
        return False
    channels[c, START_UNITS] = i64(channels[c, UNITS]) + i64(header[COUNT])
    return i64(header[FIRST]) > FIRST_UNIT


@hot
def interrupts(channels: Any, c: int) -> bool:
    """Whether a START must wait until what is held was released: a loop begins again before its end."""
    return i64(channels[c, STARTED]) == RUNNING and i64(channels[c, HELD]) != 0


@hot
def unsure(channels: Any, c: int) -> bool:
    """Whether the sequence stands on its first datagram alone, which may be damaged."""
    return i64(channels[c, UNITS]) <= i64(channels[c, START_UNITS])


@hot
def restarted(channels: Any, c: int, header: Any) -> bool:
    """Whether a lower number is a new start and no duplicate."""
    send_time = i64(header[SEND_TIME])
    latest = i64(channels[c, LATEST_SEND])
    if send_time == latest and channels[c, LOOP_ENDED] != 0:
        return True  # send times are coarse: a loop may start again in the instant of its end
    return send_time != 0 and send_time > latest


@hot
def drop_old(header: Any, counters: Any) -> int:
    """Count a datagram that brings nothing new."""
    counters[HEARTBEATS if i64(header[TYPE]) == HEARTBEAT else DUPLICATES] += 1
    counters[DUPLICATE_UNITS] += i64(header[COUNT])
    return DROP


@hot
def of_past_session(channels: Any, c: int, header: Any) -> bool:
    """Whether a datagram is of the session before, and all of it was there in its time."""
    if channels[c, PAST_0] != header[STREAM_0] or channels[c, PAST_1] != header[STREAM_1]:
        return False
    return i64(header[FIRST]) + i64(header[COUNT]) <= i64(channels[c, PAST_EXPECTED])


@hot
def sent_before_restart(channels: Any, c: int, header: Any) -> bool:
    """Whether a datagram was sent before the sequence started again."""
    send_time = i64(header[SEND_TIME])
    return send_time != 0 and send_time < i64(channels[c, RESTART_SEND])


@hot
def leave_out(counters: Any) -> int:
    """Count a datagram with a number that cannot be."""
    counters[IMPLAUSIBLE] += 1
    return DROP


@kernel
def end_session(channels: Any, c: int, counters: Any) -> None:
    """The session has ended; that is said again and again."""
    channels[c, ENDED] = 1
    counters[END_COUNTER] += 1


@hot
def comes_late(channels: Any, c: int, first: int) -> bool:
    """Whether a unit was given up because loops told of it: it is sent later than any that came, and starts nothing.

    Of a loop of definitions: whether it was in the hole that was given up last.
    """
    return i64(channels[c, TOLD_FIRST]) <= first < i64(channels[c, TOLD_END])


@hot
def below(channels: Any, c: int, header: Any, expected: int) -> int:
    """Begins below the next expected unit: RIVAL, START, or ACCEPT for what is old, at least its beginning."""
    first = i64(header[FIRST])
    late = comes_late(channels, c, first)
    if i64(header[TYPE]) == DATA and restarted(channels, c, header) and not late:
        return RIVAL if i64(channels[c, ROLE]) == INCREMENTAL else START
    if expected - first > FAR_UNITS and unsure(channels, c):
        return RIVAL
    return ACCEPT


@hot
def arbitrate(channels: Any, c: int, line: int, now: int, header: Any, counters: Any) -> int:
    """What to do with a datagram of channel `c`: ACCEPT ...; changes no sequence."""
    kind = i64(header[TYPE])
    if kind == UNSEQUENCED:
        channels[c, STARTED] = RUNNING
        header[FIRST] = channels[c, EXPECTED]
        return ACCEPT
    first = i64(header[FIRST])
    end = first + i64(header[COUNT])
    if not 0 <= first <= UNIT_MAX:
        return leave_out(counters)
    if i64(channels[c, STARTED]) != RUNNING:
        return START
    if channels[c, NAME_0] != header[STREAM_0] or channels[c, NAME_1] != header[STREAM_1]:
        return drop_old(header, counters) if of_past_session(channels, c, header) else RIVAL
    expected = i64(channels[c, EXPECTED])
    if first < expected:
        found = below(channels, c, header, expected)
        if found != ACCEPT:
            return found
    elif sent_before_restart(channels, c, header):
        return RIVAL if unsure(channels, c) else drop_old(header, counters)
    gets_on = first >= i64(channels[c, block(line) + LINE_NEXT])
    brought(channels, c, line, first, end)
    if first > expected:
        return EARLY
    if kind == HEARTBEAT:
        counters[HEARTBEATS] += 1
        return DROP
    if kind == END_OF_SESSION:
        return ENDS if channels[c, ENDED] == 0 else DROP
    if end <= expected:
        if i64(channels[c, ROLE]) == LOOP and comes_late(channels, c, first):
            return ACCEPT
        if gets_on:
            channels[c, TOLD_COUNT] = 0  # it is behind, and not silent
        compare_copy(channels, c, line, now, first, end)
        return drop_old(header, counters)
    return ACCEPT


@kernel
def accept_late(channels: Any, c: int, line: int, first: int, end: int) -> None:
    """Count what came behind its hole; of the hole the part behind it stays open, or that before it."""
    channels[c, UNITS] += end - first
    channels[c, block(line) + LINE_FIRST] += 1
    if end < i64(channels[c, TOLD_END]):
        channels[c, TOLD_FIRST] = end
    else:
        channels[c, TOLD_END] = first


@hot
def accept(
    channels: Any, c: int, line: int, now: int, header: Any, units: int, counters: Any
) -> None:
    """Move the sequence past a datagram that was decoded; `units` where the transport counts none."""
    expected = i64(channels[c, EXPECTED])
    first = i64(header[FIRST])
    count = units if i64(header[TYPE]) == UNSEQUENCED else i64(header[COUNT])
    if first < expected:
        if first + count <= expected:
            accept_late(channels, c, line, first, first + count)
            return
        counters[TRIMMED] += 1
        counters[DUPLICATE_UNITS] += expected - first
        compare_copy(channels, c, line, now, first, expected)
    sample(channels, c, line, now, expected)
    channels[c, UNITS] += first + count - expected
    channels[c, EXPECTED] = first + count
    if i64(header[SEND_TIME]) > i64(channels[c, LATEST_SEND]):
        channels[c, LATEST_SEND] = header[SEND_TIME]
    channels[c, LOOP_ENDED] = header[LOOP_END]
    channels[c, block(line) + LINE_FIRST] += 1


@kernel
def is_hopeless(channels: Any, c: int) -> bool:
    """Count a datagram that cannot be read; whether a guessed channel has brought more of them than units."""
    channels[c, MISFITS] += 1
    misfits = i64(channels[c, MISFITS])
    guessed = i64(channels[c, GUESSED]) != 0
    return guessed and misfits >= MISFITS_MAX and misfits > i64(channels[c, UNITS])

"""What came early waits here until what is missing has come, or until the wait is over.

Theory of operation. A datagram beyond the next expected unit is copied into a slot, since the source takes its
memory back, and hooked into its channel's list, which is in the order of the sequence. Whenever the sequence
moves, and whenever the capture's clock passes `watch[DEADLINE]`, `due` is asked what to do: release the first
of a channel's list, which then takes the same way as any datagram; declare the hole before it a gap; or tell of
a line that fell silent. One word, DEADLINE, is all that the path of a datagram in order looks at.

A hole is a gap when it was waited for long enough (WAIT_NS, by the capture's clock, from the last move of the
sequence) **and** enough datagrams came from beyond it (WAIT_COUNT): time alone may pass while nothing was read,
and a count alone is reached in a burst before the slower line had its turn. A source without a clock waits for
the count only. Where a channel has a way to recover, such a hole is asked for first, and waited for anew, for
RECOVERY_NS. A hole wider than FAR_UNITS needs FAR_COUNT datagrams from about one place beyond it:
damaged numbers must not move a sequence, and however many they are, they lie apart. When no slot is left, or a
datagram is larger than one, the first hole is a gap at once.

A damaged number may lie nearer. It is told by its own line, which goes on below it: the furthest of what is
held is left out when its line has brought LATE_MAX datagrams since, while the sequence moved, and none was
beyond it; a copy on another line speaks for it. A line that brings what was asked for again has no order.

Copies of what is held are dropped if they are equal byte by byte: a twin that differs is held, too, for one of
both may be damaged, which only its decoder can tell.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.jit import address_of, hot, i64, kernel, put1, put8, u1, u8le
from feedhandler.session.channel_header import (
    ASKED_END,
    EXPECTED,
    FAR_SEEN,
    FAR_SINCE,
    FAR_UNITS,
    GAP_COUNT,
    GAP_FIRST,
    HELD,
    HELD_HEAD,
    HELD_SEEN,
    HELD_TAIL,
    IN_VAIN,
    LINE_DATAGRAMS,
    RECOVERY_LINE,
    RECOVERY_NS,
    UNITS,
    WAIT_SINCE,
    WAIT_UNTIL,
)
from feedhandler.session.header import COUNT, FIRST
from feedhandler.session.line_kernel import block, note_lead

# words of `watch`
DEADLINE: Final = 0  # ts_recv at which `due` must be asked
WAIT_NS: Final = 1  # settings, see above
WAIT_COUNT: Final = 2
SILENCE_NS: Final = 3  # after which a line is silent
SCAN_AT: Final = 4  # ts_recv at which lines are looked at next
FREE: Final = 5  # first free slot; 0 = none
FOUND: Final = 6  # channel that `due` speaks of
FOUND_LINE: Final = 7
SLOT_BYTES: Final = 8  # room of a slot
POLL_AT: Final = 9  # ts_recv at which those who recover are asked what they have
FOUND_WHAT: Final = 10  # what `due` found
TOLD_NS: Final = 11  # a setting: how long a channel is at a stand before its loops are believed
WATCH_WORDS: Final = 16

# words of a slot
SLOT_NEXT: Final = 0  # in its list, 0 = none
SLOT_PREV: Final = 1
SLOT_FIRST: Final = 2  # sequence of its first unit
SLOT_SEEN: Final = 3  # datagrams like it that came
SLOT_LENGTH: Final = 4
SLOT_LINE: Final = 5
SLOT_TIME: Final = 6  # ts_recv
SLOT_PACKET: Final = 7
SLOT_MARK: Final = 8  # LINE_DATAGRAMS of its line then; NEVER = nothing more is asked of it
SLOT_WORDS: Final = 9

AT_ONCE: Final = -(1 << 62)  # a deadline that is always over
WHEN_IDLE: Final = AT_ONCE + 1  # one that is over when nothing else is to be done
NEVER: Final = 1 << 62
FAR_COUNT: Final = 16
LATE_MAX: Final = 64

# what `hold` did
KEPT: Final = 0  # or left out, as too far ahead to be believed
TWIN: Final = 1  # it is held already
FULL: Final = 2  # there is no room: GAP_FIRST, GAP_COUNT

DUPLICATES: Final = int(Counter.DUPLICATES)
DUPLICATE_UNITS: Final = int(Counter.DUPLICATE_UNITS)
HELD_COUNTER: Final = int(Counter.HELD)
HOLD_FULL: Final = int(Counter.HOLD_FULL)
IMPLAUSIBLE: Final = int(Counter.IMPLAUSIBLE)


@hot
def slot_address(store: Any, watch: Any, slot: int) -> int:
    """Where the bytes of a slot lie."""
    return address_of(store) + slot * i64(watch[SLOT_BYTES])


@hot
def same_bytes(a: int, b: int, length: int) -> bool:
    """Whether two datagrams of one length are equal."""
    at = i64(0)
    while at + 8 <= length:
        if u8le(a + at) != u8le(b + at):
            return False
        at += 8
    while at < length:
        if u1(a + at) != u1(b + at):
            return False
        at += 1
    return True


@hot
def copy_bytes(to: int, source: int, length: int) -> None:
    """Copy a datagram."""
    at = i64(0)
    while at + 8 <= length:
        put8(to + at, u8le(source + at))
        at += 8
    while at < length:
        put1(to + at, u1(source + at))
        at += 1


@hot
def wait(channels: Any, c: int, watch: Any, now: int) -> None:
    """Begin to wait, from now on; without a clock there is no time to wait for."""
    channels[c, WAIT_SINCE] = now
    wait_ns = i64(watch[WAIT_NS])
    if i64(channels[c, EXPECTED]) < i64(channels[c, ASKED_END]):
        wait_ns = i64(channels[c, RECOVERY_NS])
        if i64(channels[c, IN_VAIN]) == i64(channels[c, ASKED_END]):
            wait_ns = i64(0)
    channels[c, WAIT_UNTIL] = now + wait_ns if now != 0 else 0


@hot
def poll_again(channels: Any, c: int, watch: Any, now: int) -> None:
    """Where the clock was set back, POLL_AT is set back with it."""
    if now < i64(channels[c, WAIT_SINCE]) and now < i64(watch[POLL_AT]) < NEVER:
        watch[POLL_AT] = now
        watch[DEADLINE] = AT_ONCE


@hot
def moved(channels: Any, c: int, watch: Any, now: int) -> None:
    """The sequence moved while something waits: what is first now may be next, and the wait begins again."""
    poll_again(channels, c, watch, now)
    wait(channels, c, watch, now)
    head = i64(channels[c, HELD_HEAD])
    if head != 0:
        watch[DEADLINE] = AT_ONCE


@kernel
def adopt(channels: Any, c: int, slot: int, watch: Any, slots: Any) -> None:
    """The sequence begins anew with what lies in a slot (0 = nothing): that is what the channel holds."""
    watch[DEADLINE] = AT_ONCE
    if slot != 0:
        hook(channels, c, slots, slot, 0)
        channels[c, HELD] = 1
        channels[c, HELD_SEEN] = 1
        wait(channels, c, watch, i64(slots[slot, SLOT_TIME]))


@kernel
def disprove(channels: Any, c: int, watch: Any, slots: Any, counters: Any) -> None:
    """Leave out the furthest of what is held while its own line, which goes on below it, speaks against it."""
    slot = i64(channels[c, HELD_TAIL])
    while slot != 0:
        line = i64(slots[slot, SLOT_LINE])
        since = i64(channels[c, block(line) + LINE_DATAGRAMS]) - i64(slots[slot, SLOT_MARK])
        if since <= LATE_MAX:
            return
        before = i64(slots[slot, SLOT_PREV])
        channels[c, HELD_TAIL] = before
        if before == 0:
            channels[c, HELD_HEAD] = 0
        else:
            slots[before, SLOT_NEXT] = 0
        channels[c, HELD] -= 1
        channels[c, HELD_SEEN] -= i64(slots[slot, SLOT_SEEN])
        counters[IMPLAUSIBLE] += 1
        give_back(watch, slots, slot)
        slot = before


@hot
def take_slot(watch: Any, slots: Any, length: int) -> int:
    """A free slot for a datagram; 0 = there is none, or it is too large for one."""
    slot = i64(watch[FREE])
    if slot == 0 or length > i64(watch[SLOT_BYTES]):
        return 0
    watch[FREE] = slots[slot, SLOT_NEXT]
    return slot


@hot
def give_back(watch: Any, slots: Any, slot: int) -> None:
    """A slot is free again; its bytes stay until something else is held there."""
    slots[slot, SLOT_NEXT] = watch[FREE]
    watch[FREE] = slot


@hot
def fill_slot(
    channels: Any, c: int, line: int, header: Any, watch: Any, slots: Any, store: Any,
    slot: int, address: int, length: int, now: int, packet: int,
) -> None:  # fmt: skip
    """Copy a datagram into a slot."""
    slots[slot, SLOT_NEXT] = 0
    slots[slot, SLOT_PREV] = 0
    slots[slot, SLOT_FIRST] = header[FIRST]
    slots[slot, SLOT_SEEN] = 1
    slots[slot, SLOT_LENGTH] = length
    slots[slot, SLOT_LINE] = line
    slots[slot, SLOT_TIME] = now
    slots[slot, SLOT_PACKET] = packet
    slots[slot, SLOT_MARK] = (
        NEVER if line == RECOVERY_LINE else i64(channels[c, block(line) + LINE_DATAGRAMS])
    )
    copy_bytes(slot_address(store, watch, slot), address, length)


@kernel
def hold(
    channels: Any, c: int, line: int, header: Any, watch: Any, slots: Any, store: Any,
    address: int, length: int, now: int, packet: int, counters: Any,
) -> int:  # fmt: skip
    """Keep an early datagram: KEPT, TWIN, or FULL with nothing changed but the gap's words."""
    first = i64(header[FIRST])
    before = i64(channels[c, HELD_TAIL])
    while before != 0 and i64(slots[before, SLOT_FIRST]) > first:
        before = i64(slots[before, SLOT_PREV])
    same = before
    while same != 0 and i64(slots[same, SLOT_FIRST]) == first:
        if i64(slots[same, SLOT_LENGTH]) == length and same_bytes(
            slot_address(store, watch, same), address, length
        ):
            seen_again(channels, c, line, watch, slots, same, now)
            counters[DUPLICATES] += 1
            counters[DUPLICATE_UNITS] += i64(header[COUNT])
            return TWIN
        same = i64(slots[same, SLOT_PREV])
    slot = take_slot(watch, slots, length)
    if slot == 0:
        return no_room(channels, c, slots, first, counters)
    fill_slot(channels, c, line, header, watch, slots, store, slot, address, length, now, packet)
    hook(channels, c, slots, slot, before)
    if i64(channels[c, HELD]) == 0 or now < i64(channels[c, WAIT_SINCE]):
        poll_again(channels, c, watch, now)
        wait(channels, c, watch, now)
    channels[c, HELD] += 1
    channels[c, HELD_SEEN] += 1
    counters[HELD_COUNTER] += 1
    watch[DEADLINE] = min(i64(watch[DEADLINE]), deadline(channels, c, watch, slots))
    return KEPT


@hot
def no_room(channels: Any, c: int, slots: Any, first: int, counters: Any) -> int:
    """There is no slot for a datagram: the hole is a gap at once, unless it is not to be believed."""
    expected = i64(channels[c, EXPECTED])
    head = i64(channels[c, HELD_HEAD])
    end = first if head == 0 else min(first, i64(slots[head, SLOT_FIRST]))
    if end - expected > FAR_UNITS and not enough_far(channels, c):
        counters[IMPLAUSIBLE] += 1
        return KEPT
    counters[HOLD_FULL] += 1
    channels[c, GAP_FIRST] = expected
    channels[c, GAP_COUNT] = end - expected
    return FULL


@hot
def enough_far(channels: Any, c: int) -> bool:
    """Whether FAR_COUNT datagrams found no room, or were held, since the sequence moved."""
    if i64(channels[c, FAR_SINCE]) != i64(channels[c, UNITS]):
        channels[c, FAR_SINCE] = channels[c, UNITS]
        channels[c, FAR_SEEN] = 0
    channels[c, FAR_SEEN] += 1
    return i64(channels[c, FAR_SEEN]) + i64(channels[c, HELD_SEEN]) >= FAR_COUNT


@hot
def hook(channels: Any, c: int, slots: Any, slot: int, before: int) -> None:
    """Put a slot behind another one of its channel's list, 0 = to its front."""
    after = i64(channels[c, HELD_HEAD]) if before == 0 else i64(slots[before, SLOT_NEXT])
    slots[slot, SLOT_PREV] = before
    slots[slot, SLOT_NEXT] = after
    if before == 0:
        channels[c, HELD_HEAD] = slot
    else:
        slots[before, SLOT_NEXT] = slot
    if after == 0:
        channels[c, HELD_TAIL] = slot
    else:
        slots[after, SLOT_PREV] = slot


@hot
def seen_again(
    channels: Any, c: int, line: int, watch: Any, slots: Any, slot: int, now: int
) -> None:
    """A copy of a held datagram: one more that came from beyond the hole, and a measure of the lead."""
    slots[slot, SLOT_SEEN] += 1
    channels[c, HELD_SEEN] += 1
    if line == i64(slots[slot, SLOT_LINE]):
        if i64(slots[slot, SLOT_MARK]) != NEVER:
            slots[slot, SLOT_MARK] = channels[c, block(line) + LINE_DATAGRAMS]
    else:
        slots[slot, SLOT_MARK] = NEVER
        if line != RECOVERY_LINE:
            note_lead(channels, c, i64(slots[slot, SLOT_LINE]), now - i64(slots[slot, SLOT_TIME]))
    watch[DEADLINE] = min(i64(watch[DEADLINE]), deadline(channels, c, watch, slots))


@kernel
def witnesses(channels: Any, c: int, slots: Any) -> int:
    """How many datagrams, up to FAR_COUNT, came from about one place; what is held elsewhere is damaged."""
    slot = i64(channels[c, HELD_HEAD])
    last = i64(slots[slot, SLOT_FIRST])
    seen = i64(0)
    while slot != 0 and seen < FAR_COUNT:
        first = i64(slots[slot, SLOT_FIRST])
        if first - last > FAR_UNITS:
            seen = i64(0)
        seen += i64(slots[slot, SLOT_SEEN])
        last = first
        slot = i64(slots[slot, SLOT_NEXT])
    return seen


@hot
def deadline(channels: Any, c: int, watch: Any, slots: Any) -> int:
    """When the hole of a channel becomes a gap if nothing more comes."""
    head = i64(channels[c, HELD_HEAD])
    if i64(slots[head, SLOT_FIRST]) - i64(channels[c, EXPECTED]) > FAR_UNITS:
        enough = i64(witnesses(channels, c, slots)) >= FAR_COUNT
    else:
        enough = i64(channels[c, HELD_SEEN]) >= i64(watch[WAIT_COUNT])
    return i64(channels[c, WAIT_UNTIL]) if enough else NEVER


@hot
def head_of(channels: Any, c: int) -> int:
    """The slot that is released next."""
    return i64(channels[c, HELD_HEAD])


@kernel
def drop_head(channels: Any, c: int, watch: Any, slots: Any) -> None:
    """Give back the first slot of a channel.

    A hole before the next one has been waited for since that one came.
    """
    slot = i64(channels[c, HELD_HEAD])
    after = i64(slots[slot, SLOT_NEXT])
    channels[c, HELD_HEAD] = after
    if after == 0:
        channels[c, HELD_TAIL] = 0
    else:
        slots[after, SLOT_PREV] = 0
        wait(channels, c, watch, i64(slots[after, SLOT_TIME]))
    channels[c, HELD] -= 1
    channels[c, HELD_SEEN] -= i64(slots[slot, SLOT_SEEN])
    give_back(watch, slots, slot)

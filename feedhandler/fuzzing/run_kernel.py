"""Millions of damaged packets through compiled readers, without Python between two of them.

Each loop makes packet number i from the seed and i alone, puts it before an unreadable page, calls the
reader, checks what it may be held to and counts how it came out. `progress` holds the number at work: when
the process dies, whoever watches knows which packet it was. `slowest` is the time in ticks and the number of
the slowest packet.
"""

from typing import Any, Final

from feedhandler.fuzzing.mutation_kernel import (
    EXTRA,
    FIRST_MARK,
    GOLDEN,
    copy_packet,
    damage,
    mixed,
    mutate,
    place,
    read_field,
    roll,
    write_field,
)
from feedhandler.jit import call3, call5, hot, i64, kernel, ticks, wrapping_add, wrapping_mul
from feedhandler.source import descriptor
from feedhandler.source import kernel as source
from feedhandler.wire.kernel import LENGTH, PAYLOAD, locate

# words of `tally`, common to all loops
PACKETS: Final = 0
BYTES: Final = 1
VIOLATIONS: Final = 2  # a reader broke a promise; FIRST_VIOLATION says where first
FIRST_VIOLATION: Final = 3
OWN: Final = 8  # from here on each loop's own
# of decoders
PEEKED: Final = 8
PEEK_MALFORMED: Final = 9
WITH_ROWS: Final = 10
WITHOUT_ROWS: Final = 11
MALFORMED: Final = 12
ROWS_FULL: Final = 13
ROWS: Final = 14
WORDS: Final = 16  # .. + 8: the decoder's own counts
# of `locate`: OWN + its reason (0 = found)
# of walkers of captures
FRAMES: Final = 8
WHY: Final = 9  # .. + 4: FULL, SHORT, BAD, ASK
TALLY_WORDS: Final = 96

AGAIN: Final = 4  # how often a packet is read that seems the slowest: a process may be interrupted
POLL_ROWS: Final = 64
POLLS_MAX: Final = 4096  # no packet of ROOM bytes holds so many batches
ROWS_CHOICES: Final = 4
SKIP_CHOICES: Final = 4


@hot
def seeded(dice: Any, base: int, number: int) -> None:
    """The dice of packet `number`."""
    dice[0] = mixed(i64(wrapping_add(base, wrapping_mul(GOLDEN, number + 1))))


@hot
def note_time(slowest: Any, spent: int, number: int) -> None:
    """Keep a packet if it is the slowest."""
    if spent > slowest[0]:
        slowest[0] = spent
        slowest[1] = number


@hot
def violate(tally: Any, number: int) -> None:
    """A promise was broken."""
    if tally[VIOLATIONS] == 0:
        tally[FIRST_VIOLATION] = number
    tally[VIOLATIONS] += 1


@kernel
def read_ticks() -> int:
    """The clock of `slowest`."""
    return i64(ticks())


@hot
def make(base: int, number: int, dice: Any, blob: Any, packets: Any, marks: Any, data: Any) -> int:
    """Make packet `number`; its length in `data`, its origin in `dice[1]`."""
    seeded(dice, base, number)
    packet = roll(dice, packets.shape[0])
    dice[1] = packet
    return mutate(dice, blob, packets, marks, packet, data)


@kernel
def make_one(
    base: int, number: int, dice: Any, blob: Any, packets: Any, marks: Any, data: Any
) -> int:
    """One packet, as the loops make it."""
    return make(base, number, dice, blob, packets, marks, data)


@kernel
def run_decoder(
    base: int, first: int, end: int, guard: int, peek: int, decode: int, header: int,
    context: Any, context_at: int, rows: int, rows_max: int,
    dice: Any, blob: Any, packets: Any, marks: Any, data: Any,
    progress: Any, tally: Any, slowest: Any,
) -> None:  # fmt: skip
    """Both functions of a decoder over packets first .. end - 1."""
    for number in range(first, end):
        progress[0] = number
        length = make(base, number, dice, blob, packets, marks, data)
        at = place(data, length, guard)
        choice = roll(dice, ROWS_CHOICES)
        room = rows_max if choice != 0 else roll(dice, 4)
        context[0] = roll(dice, 3) if roll(dice, SKIP_CHOICES) == 0 else 0
        peeked, count = i64(0), i64(0)
        spent = i64(slowest[0]) + 1
        for _ in range(AGAIN):
            if spent > slowest[0]:
                began = ticks()
                peeked = call3(peek, at, length, header)
                count = call5(decode, at, length, context_at, rows, room)
                spent = ticks() - began
        note_time(slowest, spent, number)
        tally[PACKETS] += 1
        tally[BYTES] += length
        tally[PEEKED if peeked == 0 else PEEK_MALFORMED] += 1
        if count > 0:
            tally[WITH_ROWS] += 1
            tally[ROWS] += count
        elif count == 0:
            tally[WITHOUT_ROWS] += 1
        else:
            tally[MALFORMED if count == -1 else ROWS_FULL] += 1
        for word in range(9):
            tally[WORDS + word] += context[8 + word]
            if context[8 + word] < 0 or context[8 + word] > length:
                violate(tally, number)
        if count > room or count < -2 or peeked > 0 or peeked < -1:
            violate(tally, number)


@kernel
def run_locate(
    base: int, first: int, end: int, guard: int, where: Any,
    dice: Any, blob: Any, packets: Any, marks: Any, data: Any,
    progress: Any, tally: Any, slowest: Any,
) -> None:  # fmt: skip
    """The wire stage over frames first .. end - 1."""
    for number in range(first, end):
        progress[0] = number
        length = make(base, number, dice, blob, packets, marks, data)
        packet = i64(dice[1])
        link = i64(packets[packet, EXTRA])
        if roll(dice, 16) == 0:
            link = i64(packets[roll(dice, packets.shape[0]), EXTRA])
        at = place(data, length, guard)
        reason = i64(0)
        spent = i64(slowest[0]) + 1
        for _ in range(AGAIN):
            if spent > slowest[0]:
                began = ticks()
                reason = locate(at, length, link, where)
                spent = ticks() - began
        note_time(slowest, spent, number)
        tally[PACKETS] += 1
        tally[BYTES] += length
        tally[OWN + reason] += 1
        inside = where[PAYLOAD] >= at and where[LENGTH] >= 0
        if reason == 0 and not (inside and where[PAYLOAD] + where[LENGTH] <= guard):
            violate(tally, number)


@hot
def walk(poll: int, state: Any, state_at: int, rows: Any, rows_at: int, at: int, guard: int) -> int:
    """Poll until the reader stops: frames, or -1 where it broke a promise."""
    frames = 0
    for _ in range(POLLS_MAX):
        count: int = call3(poll, state_at, rows_at, POLL_ROWS)
        for k in range(count):
            frame = i64(rows[k, descriptor.ADDRESS])
            size = i64(rows[k, descriptor.CAPTURED])
            if frame < at or size < 0 or frame + size > guard:
                return -1
        frames += count
        cursor = i64(state[source.CURSOR // 8])
        if cursor < at or cursor > guard or count < 0 or count > POLL_ROWS:
            return -1
        if state[source.WHY // 8] != source.FULL:
            return frames
        if count == 0:
            return -1
    return -1


@kernel
def run_walker(
    base: int, first: int, end: int, guard: int, poll: int, initial: Any,
    state: Any, state_at: int, rows: Any, rows_at: int,
    dice: Any, blob: Any, packets: Any, marks: Any, data: Any,
    progress: Any, tally: Any, slowest: Any,
) -> None:  # fmt: skip
    """A walker of captures over pieces first .. end - 1; `initial` has a state for each packet's EXTRA."""
    for number in range(first, end):
        progress[0] = number
        length = make(base, number, dice, blob, packets, marks, data)
        packet = i64(dice[1])
        at = place(data, length, guard)
        final = roll(dice, 2)
        frames = i64(0)
        spent = i64(slowest[0]) + 1
        for _ in range(AGAIN):
            if spent > slowest[0]:
                for word in range(state.size):
                    state[word] = initial[packets[packet, EXTRA], word]
                state[source.CURSOR // 8] = at
                state[source.WINDOW_END // 8] = guard
                state[source.FINAL // 8] = final
                began = ticks()
                frames = walk(poll, state, state_at, rows, rows_at, at, guard)
                spent = ticks() - began
        note_time(slowest, spent, number)
        tally[PACKETS] += 1
        tally[BYTES] += length
        tally[FRAMES] += max(frames, 0)
        tally[WHY + min(max(i64(state[source.WHY // 8]), 0), 4)] += 1
        if frames < 0:
            violate(tally, number)


@kernel
def fill_frames(
    base: int, first: int, ends: Any, rows: Any, begin: int, era: int,
    dice: Any, blob: Any, packets: Any, marks: Any, data: Any,
) -> None:  # fmt: skip
    """Frames for an engine: those of the corpus in a row from `begin`, one in four damaged, each before a page.

    The first mark of a packet is the field that makes a session another one: `era` is added to it.
    """
    for k in range(ends.size):
        seeded(dice, base, first + k)
        packet = (begin + k) % packets.shape[0]
        length = copy_packet(blob, packets, packet, data)
        mark = i64(packets[packet, FIRST_MARK])
        where, size, big = i64(marks[mark, 0]), i64(marks[mark, 1]), i64(marks[mark, 2])
        if where + size <= length:
            write_field(data, where, size, big, read_field(data, where, size, big) + era)
        if roll(dice, 4) == 0:
            length = damage(dice, blob, packets, marks, packet, data, length)
        at = place(data, length, i64(ends[k]))
        rows[k, descriptor.ADDRESS] = at
        rows[k, descriptor.CAPTURED] = length
        rows[k, descriptor.WIRE] = length
        rows[k, descriptor.LINK] = packets[packet, EXTRA]
        rows[k, descriptor.VLAN] = -1
        rows[k, descriptor.TS_RECV] = 1_700_000_000_000_000_000 + first + k
        rows[k, descriptor.PACKET] = first + k + 1
        rows[k, descriptor.INTERFACE] = 0

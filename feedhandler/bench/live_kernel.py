"""Compiled parts of `bench live`: senders that stamp each frame, and a probe between source and engine.

Theory of operation. A sender writes the steady clock into a frame right before it sends it. The probe is a source
that asks another one, notes the stamps of what that gave, and notes at the next poll that the engine was through: it
looks for frames again only when those that it has are decoded, and live only when their rows are applied and best
prices published, which the probe holds against the engine's own count of rows. The noting is part of the time that
is told: 30 ns for a look at the clock.
"""

from typing import Any, Final

from feedhandler.jit import (
    call3,
    entry,
    hot,
    i64,
    kernel,
    prefetch,
    put1,
    put8,
    s8le,
    u1,
    u2be,
    u6be,
)
from feedhandler.sending.kernel import FD, REFUSED, RETRIES, RETRIES_MAX, clock_ns, send_one
from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES

# byte offsets of the words of a probe
POLL: Final = 0  # of the source behind it
SOURCE: Final = 8
STAMPS: Final = 16  # addresses of arrays: what the sender wrote, when the book had it
DONES: Final = 24
SEEN: Final = 32  # frames so far
SEEN_MAX: Final = 40  # as many as the arrays hold
DONE: Final = 48  # of them through the engine
APPLIED: Final = 56  # address of the engine's count of applied rows
DECODED: Final = 64  # address of its count of decoded rows
CLOCK: Final = 72  # address of clock_gettime(2)
TIME: Final = 80
FIRST: Final = 88  # time of the first poll
STAMP_AT: Final = 96  # in the datagram
KERNEL: Final = 104  # address of an array: when the kernel saw the frame, by its wall clock
PROBE_WORDS: Final = 16

MONOTONIC: Final = 1
NS: Final = 1_000_000_000
ETHERNET: Final = 14
IP_AND_UDP: Final = 28
TYPE_AT: Final = 12
IPV4: Final = 0x0800
PROTOCOL_AT: Final = 23
UDP: Final = 17
STAMP_MASK: Final = (1 << 46) - 1
LINE: Final = 64
LINE_BYTES: Final = 64


@hot
def steady_clock(state: int) -> int:
    """The steady clock."""
    at = int(s8le(state + TIME))
    call3(s8le(state + CLOCK), MONOTONIC, at, 0)
    return int(s8le(at)) * NS + int(s8le(at + 8))


@hot
def note_done(state: int, upto: int) -> None:
    """Frames before `upto` are in the books now."""
    first = int(s8le(state + DONE))
    if first >= upto:
        return
    now = steady_clock(state)
    dones = int(s8le(state + DONES))
    for i in range(first, upto):
        put8(dones + 8 * i, now)
    put8(state + DONE, upto)


@entry(3)
def poll_probe(state: int, rows: int, rows_max: int) -> int:
    """Poll the source behind it, and note what came and what is through."""
    if s8le(state + FIRST) == 0:
        put8(state + FIRST, steady_clock(state))
    seen = int(s8le(state + SEEN))
    if s8le(s8le(state + APPLIED)) >= s8le(s8le(state + DECODED)):
        note_done(state, seen)
    count = int(call3(s8le(state + POLL), s8le(state + SOURCE), rows, rows_max))
    stamps = int(s8le(state + STAMPS))
    kernels = int(s8le(state + KERNEL))
    most = int(s8le(state + SEEN_MAX))
    at = IP_AND_UDP + int(s8le(state + STAMP_AT))
    for i in range(count):
        row = rows + ROW_BYTES * i
        frame = int(s8le(row + 8 * descriptor.ADDRESS))
        where = frame + at
        stamped = True
        if s8le(row + 8 * descriptor.LINK) == descriptor.LINK_ETHERNET:
            where += ETHERNET
            # DPDK brings what hosts say when a link comes up, too.
            stamped = u2be(frame + TYPE_AT) == IPV4 and u1(frame + PROTOCOL_AT) == UDP
        if stamped and seen < most:
            put8(stamps + 8 * seen, u6be(where))
            put8(kernels + 8 * seen, s8le(row + 8 * descriptor.TS_RECV))
            seen += 1
    put8(state + SEEN, seen)
    return count


@hot
def write_stamp(at: int, now: int) -> None:
    """Six bytes, big-endian, of a clock without its upper bits."""
    stamp = now & STAMP_MASK
    for i in range(6):
        put1(at + i, (stamp >> (40 - 8 * i)) & 0xFF)


@hot
def stamped_when_due(state: Any, at: int, due: int) -> int:
    """Wait for the time and write a stamp; by how much it is late. It spins: the core is the sender's."""
    now = clock_ns(state)
    while now < due:
        now = clock_ns(state)
    write_stamp(at, now)
    return i64(now - due)


@kernel
def send_stamped(state: Any, rows: Any, base: int, stamp_at: int, deadlines: Any, late: Any) -> int:
    """Send each row when it is due, its stamp written right before; how many."""
    for i in range(len(deadlines)):
        at = base + i64(rows[i, 0])
        for line in range(0, i64(rows[i, 1]) + LINE_BYTES, LINE_BYTES):
            prefetch(at + line)
        late[i] = stamped_when_due(state, at + stamp_at, i64(deadlines[i]))
        send_one(state, at, i64(rows[i, 1]))
    return len(deadlines)


@kernel
def send_placed(
    state: Any,
    place: int,
    tell: int,
    rows: Any,
    base: int,
    stamp_at: int,
    deadlines: Any,
    late: Any,
) -> int:
    """The same by a transmitter: a frame lies where the kernel takes it from before it is due."""
    transmitter = i64(state[FD])
    for i in range(len(deadlines)):
        length = i64(rows[i, 1])
        placed = i64(0)
        tried = i64(0)
        while placed == 0 and tried < RETRIES_MAX:
            placed = i64(call3(place, transmitter, base + i64(rows[i, 0]), length))
            tried += 1
        state[RETRIES] += tried - 1
        if placed == 0:
            state[REFUSED] += 1
            continue
        late[i] = stamped_when_due(state, placed + stamp_at, i64(deadlines[i]))
        call3(tell, transmitter, 0, 0)
    return len(deadlines)


@kernel
def drain(poll: int, source: int, rows: int, wanted: int, spins_max: int) -> int:
    """Take so many frames and look at each; how many came before that many polls brought nothing."""
    count = i64(0)
    spins = i64(0)
    total = i64(0)
    while count < wanted and spins < spins_max:
        got = i64(call3(poll, source, rows, LINE))
        if got == 0:
            spins += 1
            continue
        spins = i64(0)
        for i in range(got):
            total += s8le(s8le(rows + ROW_BYTES * i + 8 * descriptor.ADDRESS) + 32)
        count += got
    return count + (total & 0)

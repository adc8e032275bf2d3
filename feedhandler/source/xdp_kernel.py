"""Take frames from AF_XDP sockets, one for each queue of a card, copy none.

The kernel writes a frame into a chunk of our memory and tells it on the receive ring; the chunk is ours until it is
put on the fill ring. The next poll gives back what the last one handed out, so frames stay where they are for as long
as an engine looks at them. The time is what our XDP program left before the frame (`ebpf.py`), moved to the wall
clock; where it left none it is the clock of the poll. Layouts: <linux/if_xdp.h>; indices are 32 bits and wrap.
"""

from typing import Final

from feedhandler.jit import call5, entry, fence, hot, put4, put8, s8le, u4le, wrapping_add
from feedhandler.source import descriptor
from feedhandler.source.clock_kernel import REALTIME, clock_ns
from feedhandler.source.kernel import ROW_BYTES, fetch_ahead, write_origin, write_row

# byte offsets of the words of its state
QUEUES: Final = 0
QUEUE_TABLE: Final = 8  # address of their rows
TURN: Final = 16  # queue that is asked first: each in turn
FRAMES: Final = 24
INTERFACE: Final = 32
OFFSET: Final = 40  # ns from the steady clock to the wall clock
CLOCK: Final = 48  # address of clock_gettime(2)
TIME: Final = 56  # address of its struct timespec
RECEIVE: Final = 64  # address of recv(2), which wakes the driver
BUSY: Final = 72  # 1 = wake it whenever a ring is empty: busy polling
UNSTAMPED: Final = 80  # frames whose time is the poll's
KICKS: Final = 88  # times the driver was woken
WORDS: Final = 16

# byte offsets of the words of a queue's row
Q_FD: Final = 0
Q_MEMORY: Final = 8  # address of chunk 0
Q_MASK: Final = 16  # of both rings
Q_PRODUCER: Final = 24  # address of the receive ring's words
Q_CONSUMER: Final = 32
Q_ROWS: Final = 40
Q_FILL_PRODUCER: Final = 48
Q_FILL_ROWS: Final = 56
Q_FILL_FLAGS: Final = 64
Q_NEXT: Final = 72  # next place of the receive ring
Q_TAKEN: Final = 80  # places before it that are still ours
QUEUE_BYTES: Final = 96

NEED_WAKEUP: Final = 1
DONTWAIT: Final = 0x40
LOW: Final = 0xFFFF_FFFF
MARK: Final = 0x5844_5031_7449_6D65  # as in ebpf.py
STAMP_BYTES: Final = 16


@hot
def give_back(queue: int) -> None:
    """Put the chunks of the last poll on the fill ring, and free their places on the receive ring."""
    taken = int(s8le(queue + Q_TAKEN))
    if taken == 0:
        return
    mask = int(s8le(queue + Q_MASK))
    rows = int(s8le(queue + Q_ROWS))
    fill = int(s8le(queue + Q_FILL_ROWS))
    producer = int(s8le(queue + Q_FILL_PRODUCER))
    place = int(u4le(producer))  # only we write it
    next_ = int(s8le(queue + Q_NEXT))
    first = (next_ - taken) & LOW
    for i in range(taken):
        chunk = s8le(rows + 16 * ((first + i) & mask))
        put8(fill + 8 * ((place + i) & mask), chunk)
    fence()  # all reads of the frames, and what the fill ring holds, come before
    put4(producer, place + taken)
    put4(s8le(queue + Q_CONSUMER), next_)
    put8(queue + Q_TAKEN, 0)


@hot
def stamp_of(at: int, state: int) -> int:
    """The time left before a frame, which is taken away; 0 = there is none."""
    if s8le(at - 8) != MARK:
        return 0
    put8(at - 8, 0)  # the next frame in this chunk may have none
    return int(wrapping_add(s8le(at - STAMP_BYTES), s8le(state + OFFSET)))


@hot
def wake(state: int, queue: int, taken: int) -> None:
    """Wake the driver where it asks for it, or where we do its work when there is none."""
    asked = u4le(s8le(queue + Q_FILL_FLAGS)) & NEED_WAKEUP
    if asked != 0 or (taken == 0 and s8le(state + BUSY) != 0):
        call5(s8le(state + RECEIVE), s8le(queue + Q_FD), 0, 0, DONTWAIT, 0)
        put8(state + KICKS, s8le(state + KICKS) + 1)


@hot
def take(state: int, queue: int, rows: int, most: int) -> int:
    """Describe up to `most` frames of a queue; how many."""
    next_ = int(s8le(queue + Q_NEXT))
    ready = (int(u4le(s8le(queue + Q_PRODUCER))) - next_) & LOW
    count = min(ready, most)
    if count == 0:
        return 0
    fence()  # all reads of the frames come behind
    mask = int(s8le(queue + Q_MASK))
    ring = int(s8le(queue + Q_ROWS))
    memory = int(s8le(queue + Q_MEMORY))
    packet = int(s8le(state + FRAMES))
    interface = int(s8le(state + INTERFACE))
    now = 0
    for i in range(count):
        place = ring + 16 * ((next_ + i) & mask)
        at = memory + int(s8le(place))
        length = int(u4le(place + 8))
        packet += 1
        row = rows + ROW_BYTES * i
        if i == 0:
            fetch_ahead(at, length)
        write_row(row, at, length, length, descriptor.LINK_ETHERNET)
        time = stamp_of(at, state)
        if time == 0:
            if now == 0:
                now = clock_ns(s8le(state + CLOCK), REALTIME, s8le(state + TIME))
            time = now
            put8(state + UNSTAMPED, s8le(state + UNSTAMPED) + 1)
        write_origin(row, time, packet, interface)
    put8(state + FRAMES, packet)
    put8(queue + Q_NEXT, (next_ + count) & LOW)
    put8(queue + Q_TAKEN, count)
    return count


@entry(3)
def poll_xdp(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of frames that have come; return how many."""
    queues = int(s8le(state + QUEUES))
    first = int(s8le(state + TURN))
    table = int(s8le(state + QUEUE_TABLE))
    count = 0
    for step in range(queues):
        queue = table + QUEUE_BYTES * ((first + step) % queues)
        give_back(queue)
        most = (rows_max - count) // (queues - step)  # at least one frame for each
        taken = take(state, queue, rows + ROW_BYTES * count, most)
        wake(state, queue, taken)
        count += taken
    if queues > 1:
        put8(state + TURN, (first + 1) % queues)
    return count

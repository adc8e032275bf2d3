"""Put frames on the transmit ring of an AF_XDP socket; `send_xdp` stands where send(2) stands otherwise.

A frame is copied into a free chunk and told on the ring; the kernel is woken for every frame, or for every so many
when nobody waits for the single one. What was sent comes back on the completion ring. Layouts: <linux/if_xdp.h>.
"""

from typing import Final

from feedhandler.jit import call5, entry, fence, hot, put1, put4, put8, s8le, u1, u4le

# byte offsets of the words of its state
FD: Final = 0
WAKE: Final = 8  # address of send(2)
MEMORY: Final = 16  # address of chunk 0
CHUNK_BYTES: Final = 24
MASK: Final = 32  # of both rings
PRODUCER: Final = 40  # addresses of the transmit ring's words
ROWS: Final = 48
DONE_PRODUCER: Final = 56  # and of the completion ring's
DONE_CONSUMER: Final = 64
DONE_ROWS: Final = 72
FREE_TABLE: Final = 80  # address of the offsets of free chunks
FREE: Final = 88  # how many there are
WAITING: Final = 96  # frames on the ring of which the kernel was not told
WAITING_MAX: Final = 104
WORDS: Final = 16

DONTWAIT: Final = 0x40
LOW: Final = 0xFFFF_FFFF


@hot
def take_back(state: int) -> None:
    """Free the chunks of what was sent."""
    consumer = int(s8le(state + DONE_CONSUMER))
    first = int(u4le(consumer))  # only we write it
    ready = (int(u4le(s8le(state + DONE_PRODUCER))) - first) & LOW
    if ready == 0:
        return
    fence()
    mask = int(s8le(state + MASK))
    rows = int(s8le(state + DONE_ROWS))
    table = int(s8le(state + FREE_TABLE))
    free = int(s8le(state + FREE))
    for i in range(ready):
        put8(table + 8 * free, s8le(rows + 8 * ((first + i) & mask)))
        free += 1
    put8(state + FREE, free)
    fence()
    put4(consumer, first + ready)


@hot
def wake(state: int) -> None:
    """Have the kernel send what lies on the ring."""
    put8(state + WAITING, 0)
    call5(s8le(state + WAKE), s8le(state + FD), 0, 0, DONTWAIT, 0)


@hot
def copy(target: int, source: int, length: int) -> None:
    """Copy a frame."""
    whole = length & ~7
    for at in range(0, whole, 8):
        put8(target + at, s8le(source + at))
    for at in range(whole, length):
        put1(target + at, u1(source + at))


@hot
def place(state: int, address: int, length: int) -> int:
    """Copy a frame into a free chunk and write its row: the copy's address, or 0 when there is no room."""
    take_back(state)
    free = int(s8le(state + FREE))
    if free == 0 or length > s8le(state + CHUNK_BYTES):
        wake(state)
        return 0
    chunk = int(s8le(s8le(state + FREE_TABLE) + 8 * (free - 1)))
    put8(state + FREE, free - 1)
    copied = int(s8le(state + MEMORY)) + chunk
    copy(copied, address, length)
    next_row = int(u4le(s8le(state + PRODUCER)))  # only we write it
    row = int(s8le(state + ROWS)) + 16 * (next_row & s8le(state + MASK))
    put8(row, chunk)
    put8(row + 8, length)  # and no options
    return copied


@hot
def tell(state: int) -> None:
    """Tell the frame that was placed last, and wake the kernel if it is the frame's turn."""
    producer = int(s8le(state + PRODUCER))
    fence()
    put4(producer, int(u4le(producer)) + 1)
    waiting = int(s8le(state + WAITING)) + 1
    put8(state + WAITING, waiting)
    if waiting >= s8le(state + WAITING_MAX):
        wake(state)


@entry(5)
def send_xdp(state: int, address: int, length: int, _flags: int, _unused: int) -> int:
    """Send a frame: its length, or -1 when there is no room now, or never for one that long."""
    if place(state, address, length) == 0:
        return -1
    tell(state)
    return length


@entry(3)
def place_xdp(state: int, address: int, length: int) -> int:
    """Make a frame ready that `tell_xdp` sends: the address of the copy, or 0 when there is no room."""
    return int(place(state, address, length))


@entry(3)
def tell_xdp(state: int, _unused: int, _too: int) -> int:
    """Send the frame that was made ready last."""
    tell(state)
    return 0


@entry(3)
def flush_xdp(state: int, _unused: int, _too: int) -> int:
    """Have the kernel send what it was not told of; how many frames."""
    waiting = int(s8le(state + WAITING))
    if waiting != 0:
        wake(state)
    take_back(state)
    return waiting

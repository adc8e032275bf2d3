"""Take frames from the ring that a packet socket shares with the kernel (TPACKET_V2), copy none.

A slot is the kernel's until its status says USER, then ours until 0 is written there. The next poll gives back what
the last one handed out, so frames stay where they are for as long as an engine looks at them. Layout:
<linux/if_packet.h>, struct tpacket2_hdr.
"""

from typing import Final

from feedhandler.jit import entry, fence, hot, put4, put8, s8le, u2le, u4le
from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES, fetch_ahead, write_origin, write_row

# byte offsets of the words of a ring's state
BASE: Final = 0  # address of slot 0
SLOT_BYTES: Final = 8
SLOTS: Final = 16
NEXT: Final = 24  # slot that is looked at next
TAKEN: Final = 32  # slots before it that are still ours
FRAMES: Final = 40  # frames so far
LINK: Final = 48
INTERFACE: Final = 56
CUT: Final = 64  # frames that were longer than a slot
BY_CARD: Final = 72  # frames whose time is the card's
WORDS: Final = 16

# offsets in a slot's header
STATUS: Final = 0
LENGTH: Final = 4
CAPTURED: Final = 8
MAC: Final = 12
SECONDS: Final = 16
NANOSECONDS: Final = 20
TAG: Final = 24

USER: Final = 1
TAG_VALID: Final = 0x10
STAMPED_BY_CARD: Final = 1 << 31
NS: Final = 1_000_000_000


@hot
def give_back(state: int) -> None:
    """Hand the slots of the last poll to the kernel again, the oldest first."""
    taken = int(s8le(state + TAKEN))
    if taken == 0:
        return
    slots = int(s8le(state + SLOTS))
    slot = int(s8le(state + NEXT)) - taken
    if slot < 0:
        slot += slots
    size = int(s8le(state + SLOT_BYTES))
    base = int(s8le(state + BASE))
    fence()  # all reads of the frames come before
    for _ in range(taken):
        put4(base + size * slot + STATUS, 0)
        slot += 1
        if slot == slots:
            slot = 0
    put8(state + TAKEN, 0)


@entry(3)
def poll_ring(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of frames that have come; return how many."""
    give_back(state)
    slots = int(s8le(state + SLOTS))
    slot = int(s8le(state + NEXT))
    size = int(s8le(state + SLOT_BYTES))
    base = int(s8le(state + BASE))
    link = int(s8le(state + LINK))
    packet = int(s8le(state + FRAMES))
    interface = int(s8le(state + INTERFACE))
    count = 0
    while count < rows_max and count < slots:
        at = base + size * slot
        status = int(u4le(at + STATUS))
        if status & USER == 0:
            break
        fence()  # all reads of the frame come behind
        row = rows + ROW_BYTES * count
        captured = int(u4le(at + CAPTURED))
        length = int(u4le(at + LENGTH))
        frame = at + u2le(at + MAC)
        if count == 0:
            fetch_ahead(frame, captured)
        write_row(row, frame, captured, length, link)
        packet += 1
        time = int(u4le(at + SECONDS)) * NS + int(u4le(at + NANOSECONDS))
        write_origin(row, time, packet, interface)
        if status & TAG_VALID != 0:
            put8(row + 8 * descriptor.VLAN, int(u2le(at + TAG)) & 0xFFF)
        if status & STAMPED_BY_CARD != 0:
            put8(state + BY_CARD, s8le(state + BY_CARD) + 1)
        if captured < length:
            put8(state + CUT, s8le(state + CUT) + 1)
        count += 1
        slot += 1
        if slot == slots:
            slot = 0
    put8(state + NEXT, slot)
    put8(state + TAKEN, count)
    put8(state + FRAMES, packet)
    return count

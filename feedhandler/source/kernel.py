"""Walk the records of a capture that lies in memory; write where each frame is, copy none.

A source's state is one int64 array, given by address. It names a window of bytes, `CURSOR` to
`WINDOW_END`. A walk stops when the rows are full or when it meets something that it may not decide,
and `WHY` says which:

* `SHORT`  what begins at the cursor is not whole: Python brings more bytes, or reports the cut;
* `BAD`    what begins there cannot be true: Python reports it and ends;
* `ASK`    a whole block that Python must read (pcapng: a section or an interface).

Every length is compared with the bytes that are left before anything behind it is read. Formats:
draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
"""

from typing import Final

from feedhandler.jit import (
    entry,
    hot,
    lshr,
    prefetch,
    put8,
    s8le,
    u1,
    u2be,
    u2le,
    u4be,
    u4le,
    wrapping_add,
    wrapping_mul,
)
from feedhandler.source import descriptor

# byte offsets of the words of a source's state
CURSOR: Final = 0  # address of the next record
WINDOW_END: Final = 8  # address behind the last byte that may be read
WHY: Final = 16  # why the last walk stopped
FRAMES: Final = 24  # frames so far
BIG_ENDIAN: Final = 32  # 1 = the numbers of the file, or of its section, are big-endian
FINAL: Final = 40  # 1 = the window is the end of the input
LINK_TYPE: Final = 48  # pcap: of all frames
FRACTION_NS: Final = 56  # pcap: ns in a unit of the second time word
CAPTURED_MAX: Final = 64  # pcap: a longer frame cannot be true
SKIPPED: Final = 72  # pcapng: blocks that are neither packet, section nor interface
INTERFACES: Final = 80  # pcapng: interfaces of this section
INTERFACE_TABLE: Final = 88  # pcapng: address of their rows
LENGTH_TABLE: Final = 96  # BinaryFILE: address of 256 lengths by type, 0 = the prefix says it
STATE_WORDS: Final = 16

# byte offsets of the words of an interface's row
I_LINK: Final = 0
I_SNAPLEN: Final = 8  # 0 = no limit
I_RULE: Final = 16  # how a time becomes nanoseconds
I_FACTOR: Final = 24  # multiplier, divisor or number of binary places
I_TICKS_MAX: Final = 32  # MULTIPLY: the last time that fits 63 bits of nanoseconds
I_OFFSET_NS: Final = 40
INTERFACE_BYTES: Final = 64

NO_CLOCK: Final = 0
MULTIPLY: Final = 1
DIVIDE: Final = 2
BINARY: Final = 3

WHOLE: Final = 0  # inside a walk: nothing is wrong
FULL: Final = 1
SHORT: Final = 2
BAD: Final = 3
ASK: Final = 4

ROW_BYTES: Final = 8 * descriptor.WORDS
NS: Final = 1_000_000_000
LINE: Final = 64  # of a cache
LINES_AHEAD: Final = 4
SECONDS_MAX: Final = 9_223_372_035  # whole seconds that fit 63 bits of nanoseconds

PCAP_RECORD: Final = 16  # seconds u4, fraction u4, captured u4, wire u4
BLOCK_LEAST: Final = 12  # type u4, length u4, length again u4
BLOCK_MAX: Final = 256 << 20
SECTION_HEADER: Final = 0x0A0D0D0A
SECTION_MAGIC: Final = 0x1A2B3C4D
INTERFACE_DESCRIPTION: Final = 1
OBSOLETE_PACKET: Final = 2
SIMPLE_PACKET: Final = 3
ENHANCED_PACKET: Final = 6
ASKED_BLOCKS: Final = (SECTION_HEADER, INTERFACE_DESCRIPTION)
PACKET_BLOCKS: Final = (ENHANCED_PACKET, OBSOLETE_PACKET)
SIMPLE_DATA: Final = 12  # offset of the frame in its block
PACKET_DATA: Final = 28
TRAILER: Final = 4


@hot
def field2(at: int, big: int) -> int:
    """A 16-bit number in the byte order of the file."""
    return int(u2be(at)) if big != 0 else int(u2le(at))


@hot
def field4(at: int, big: int) -> int:
    """A 32-bit number in the byte order of the file."""
    return int(u4be(at)) if big != 0 else int(u4le(at))


@hot
def write_row(row: int, at: int, captured: int, wire: int, link: int) -> None:
    """Write where a frame is; time, number and interface follow."""
    put8(row + 8 * descriptor.ADDRESS, at)
    put8(row + 8 * descriptor.CAPTURED, captured)
    put8(row + 8 * descriptor.WIRE, wire)
    put8(row + 8 * descriptor.LINK, link)
    put8(row + 8 * descriptor.VLAN, -1)


@hot
def write_origin(row: int, ts_recv: int, packet: int, interface: int) -> None:
    """Write when a frame came and what its number is."""
    put8(row + 8 * descriptor.TS_RECV, ts_recv)
    put8(row + 8 * descriptor.PACKET, packet)
    put8(row + 8 * descriptor.INTERFACE, interface)


@hot
def fetch_ahead(at: int, length: int) -> None:
    """Have the first lines of a frame brought at once, as another core wrote them: a decoder asks for one by one.

    For the first frame of a poll, for which nobody waits yet; the processor is ahead of itself with the next ones.
    """
    for line in range(0, min(length, LINES_AHEAD * LINE), LINE):
        prefetch(at + line)


@hot
def leave(state: int, at: int, why: int, packet: int) -> None:
    """Keep where the walk stopped."""
    put8(state + CURSOR, at)
    put8(state + WHY, why)
    put8(state + FRAMES, packet)


# --- classic pcap ---------------------------------------------------------------------------------
@entry(3)
def poll_pcap(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors from the records of a classic pcap; return how many."""
    at = int(s8le(state + CURSOR))
    end = int(s8le(state + WINDOW_END))
    big = int(s8le(state + BIG_ENDIAN))
    link = int(s8le(state + LINK_TYPE))
    fraction_ns = int(s8le(state + FRACTION_NS))
    captured_max = int(s8le(state + CAPTURED_MAX))
    packet = int(s8le(state + FRAMES))
    why = FULL
    count = 0
    while count < rows_max:
        if end - at < PCAP_RECORD:
            why = SHORT
            break
        captured = field4(at + 8, big)
        if captured > captured_max:
            why = BAD
            break
        if captured > end - at - PCAP_RECORD:
            why = SHORT
            break
        packet += 1
        row = rows + ROW_BYTES * count
        write_row(row, at + PCAP_RECORD, captured, field4(at + 12, big), link)
        write_origin(row, field4(at, big) * NS + field4(at + 4, big) * fraction_ns, packet, 0)
        at += PCAP_RECORD + captured
        count += 1
    leave(state, at, why, packet)
    return count


# --- pcapng: time ---------------------------------------------------------------------------------
@hot
def unsigned_quotient(ticks: int, divisor: int) -> int:
    """Divide 64 unsigned bits by at most 2**62: halved first, as there are only signed words."""
    quotient = (int(lshr(ticks, 1)) // divisor) * 2
    rest = int(wrapping_add(ticks, -wrapping_mul(quotient, divisor)))
    return quotient + 1 if rest >= divisor else quotient


@hot
def binary_nanoseconds(ticks: int, places: int) -> int:
    """Take ticks of 2**-places s to ns, rounded down; -1 = beyond 63 bits."""
    seconds = 0
    part = ticks
    if places < 64:
        seconds = int(lshr(ticks, places))
        part = ticks & int(wrapping_add(1 << places, -1))
    if seconds < 0 or seconds > SECONDS_MAX:
        return -1
    # part * NS needs up to 94 bits: the upper and the lower half of part are scaled one by one.
    # What is cut off below the lower half is less than one unit of it and changes no result.
    low = (part & 0xFFFF_FFFF) * NS
    if places <= 32:
        return seconds * NS + int(lshr(low, places))
    if places > 95:
        return 0
    scaled = int(lshr(part, 32)) * NS + int(lshr(low, 32))
    return seconds * NS + int(lshr(scaled, places - 32))


@hot
def nanoseconds(ticks: int, interface: int) -> int:
    """Take the 64 bits of a pcapng time to ns since 1970; 0 = it has no such time."""
    rule = int(s8le(interface + I_RULE))
    factor = int(s8le(interface + I_FACTOR))
    value = -1
    if rule == MULTIPLY:
        if 0 <= ticks <= int(s8le(interface + I_TICKS_MAX)):
            value = ticks * factor
    elif rule == DIVIDE:
        value = unsigned_quotient(ticks, factor)
    elif rule == BINARY:
        value = binary_nanoseconds(ticks, factor)
    if value < 0:
        return 0
    moved = int(wrapping_add(value, s8le(interface + I_OFFSET_NS)))
    return max(moved, 0)


# --- pcapng: blocks -------------------------------------------------------------------------------
@hot
def check_block(at: int, end: int, big: int) -> int:
    """Whether a whole block lies at `at`: WHOLE, SHORT or BAD."""
    if end - at < BLOCK_LEAST:
        return SHORT
    total = field4(at + 4, big)
    if total < BLOCK_LEAST or total & 3 != 0 or total > BLOCK_MAX:
        return BAD
    if total > end - at:
        return SHORT
    return WHOLE if field4(at + total - TRAILER, big) == total else BAD


@hot
def check_section(at: int, end: int) -> int:
    """Check a section header; its own magic tells its byte order."""
    if end - at < BLOCK_LEAST:
        return SHORT
    big = 1 if u1(at + 8) == SECTION_MAGIC >> 24 else 0
    if field4(at + 8, big) != SECTION_MAGIC:
        return BAD
    return check_block(at, end, big)


@hot
def enhanced_packet(state: int, at: int, kind: int, row: int, packet: int) -> int:
    """Write the frame of an enhanced (or obsolete) packet block: WHOLE or BAD."""
    big = int(s8le(state + BIG_ENDIAN))
    room = field4(at + 4, big) - PACKET_DATA - TRAILER
    if room < 0:
        return BAD
    number = field2(at + 8, big) if kind == OBSOLETE_PACKET else field4(at + 8, big)
    captured = field4(at + 20, big)
    if number >= int(s8le(state + INTERFACES)) or captured > room:
        return BAD
    interface = int(s8le(state + INTERFACE_TABLE)) + number * INTERFACE_BYTES
    ticks = int(wrapping_mul(field4(at + 12, big), 1 << 32)) | field4(at + 16, big)
    link = int(s8le(interface + I_LINK))
    write_row(row, at + PACKET_DATA, captured, field4(at + 24, big), link)
    write_origin(row, nanoseconds(ticks, interface), packet, number)
    return WHOLE


@hot
def simple_packet(state: int, at: int, row: int, packet: int) -> int:
    """Write the frame of a simple packet block, which has no time and is of the first interface."""
    big = int(s8le(state + BIG_ENDIAN))
    room = field4(at + 4, big) - SIMPLE_DATA - TRAILER
    if room < 0 or int(s8le(state + INTERFACES)) == 0:
        return BAD
    interface = int(s8le(state + INTERFACE_TABLE))
    wire = field4(at + 8, big)
    snaplen = int(s8le(interface + I_SNAPLEN))
    captured = wire
    if snaplen != 0 and captured > snaplen:
        captured = snaplen
    if captured > room:
        return BAD
    write_row(row, at + SIMPLE_DATA, captured, wire, int(s8le(interface + I_LINK)))
    write_origin(row, 0, packet, 0)
    return WHOLE


@entry(3)
def poll_pcapng(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors from the blocks of a pcapng file; return how many."""
    at = int(s8le(state + CURSOR))
    end = int(s8le(state + WINDOW_END))
    big = int(s8le(state + BIG_ENDIAN))
    packet = int(s8le(state + FRAMES))
    skipped = int(s8le(state + SKIPPED))
    why = WHOLE
    count = 0
    while count < rows_max:
        if end - at < BLOCK_LEAST:
            why = SHORT
            break
        kind = field4(at, big)
        why = check_section(at, end) if kind == SECTION_HEADER else check_block(at, end, big)
        if why == WHOLE and kind in ASKED_BLOCKS:
            why = ASK
        if why != WHOLE:
            break
        row = rows + ROW_BYTES * count
        if kind in PACKET_BLOCKS:
            why = enhanced_packet(state, at, kind, row, packet + 1)
        elif kind == SIMPLE_PACKET:
            why = simple_packet(state, at, row, packet + 1)
        else:
            skipped += 1
            at += field4(at + 4, big)
            continue
        if why != WHOLE:
            break
        packet += 1
        count += 1
        at += field4(at + 4, big)
    put8(state + SKIPPED, skipped)
    leave(state, at, FULL if why == WHOLE else why, packet)
    return count

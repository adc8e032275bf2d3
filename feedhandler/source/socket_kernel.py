"""Take datagrams from UDP sockets, many with one system call, and put the headers before them that they came with.

A socket gives payloads only. Each slot has room for an IPv4 and a UDP header in front, written for the group that
the socket is bound to: so an engine sees the same frames whichever source brought them (link type: IPv4). The time
is the kernel's, from a control message; without one it is the clock's. Layouts: struct mmsghdr, struct cmsghdr.
"""

from typing import Final

from feedhandler.jit import call5, entry, hot, put1, put2, put4, put8, s4le, s8le, u4le
from feedhandler.source import descriptor
from feedhandler.source.clock_kernel import REALTIME, clock_ns, time_at
from feedhandler.source.kernel import ROW_BYTES, write_origin, write_row

# byte offsets of the words of its state
SOCKETS: Final = 0
SOCKET_TABLE: Final = 8  # address of their rows
RECEIVE: Final = 16  # address of recvmmsg(2)
MESSAGES: Final = 24  # address of the struct mmsghdr
SLOT_TABLE: Final = 32  # address of the first slot
SLOT_BYTES: Final = 40
CONTROLS: Final = 48  # address of the first control buffer
CLOCK: Final = 56  # address of clock_gettime(2)
TIME: Final = 64  # address of its struct timespec
FRAMES: Final = 72
TURN: Final = 80  # socket that is asked first: each in turn
CUT: Final = 88  # datagrams that were longer than a slot
HARDWARE: Final = 96  # datagrams whose time is the card's
WORDS: Final = 16

# byte offsets of the words of a socket's row
S_FD: Final = 0
S_ADDRESS: Final = 8  # destination, in the byte order of the wire
S_PORT: Final = 16  # likewise
SOCKET_BYTES: Final = 32

MESSAGE_BYTES: Final = 64
M_CONTROL_LENGTH: Final = 40
M_LENGTH: Final = 56
CONTROL_BYTES: Final = 128
HEADERS: Final = 28  # IPv4 and UDP
MESSAGES_MAX: Final = 256  # slots there are
AT_ONCE_MAX: Final = 64  # of one socket in one call

DONTWAIT: Final = 0x40
TELL_LENGTH: Final = 0x20  # MSG_TRUNC: how long a datagram was, not how much of it is there
SOL_SOCKET: Final = 1
STAMP_NS: Final = 35  # SCM_TIMESTAMPNS: a timespec
STAMPING: Final = 37  # SCM_TIMESTAMPING: three, of software, none, and of the card
CONTROL_HEAD: Final = 16


@hot
def swapped(number: int) -> int:
    """A 16-bit number in the byte order of the wire."""
    return (number >> 8) & 0xFF | (number & 0xFF) << 8


@hot
def stamp_of(control: int, length: int, state: int) -> int:
    """The time in a control message; 0 = there is none."""
    at = control
    end = control + length
    software = 0
    while end - at >= CONTROL_HEAD:
        size = int(s8le(at))
        if size < CONTROL_HEAD or size > end - at:
            break
        kind = int(s4le(at + 12))
        if s4le(at + 8) == SOL_SOCKET and size >= CONTROL_HEAD + 16:
            if kind == STAMPING and size >= CONTROL_HEAD + 48:
                hardware = time_at(at + CONTROL_HEAD + 32)
                if hardware != 0:
                    put8(state + HARDWARE, s8le(state + HARDWARE) + 1)
                    return hardware
            if kind == STAMPING or kind == STAMP_NS:
                software = time_at(at + CONTROL_HEAD)
        at += (size + 7) & ~7
    return software


@hot
def write_headers(slot: int, length: int, row: int) -> None:
    """An IPv4 and a UDP header: no checksums, a source of zeros."""
    put8(slot, 0x45)
    put2(slot + 2, swapped(HEADERS + length))
    put1(slot + 8, 64)  # time to live
    put1(slot + 9, 17)
    put2(slot + 10, 0)
    put4(slot + 12, 0)
    put4(slot + 16, s8le(row + S_ADDRESS))
    put2(slot + 20, 0)
    put2(slot + 22, s8le(row + S_PORT))
    put2(slot + 24, swapped(8 + length))
    put2(slot + 26, 0)


@hot
def receive(state: int, row: int, first: int, most: int) -> int:
    """Have the kernel fill slots from `first` on from one socket; how many it filled."""
    messages = int(s8le(state + MESSAGES)) + MESSAGE_BYTES * first
    for i in range(most):
        put8(messages + MESSAGE_BYTES * i + M_CONTROL_LENGTH, CONTROL_BYTES)
    told = call5(s8le(state + RECEIVE), s8le(row + S_FD), messages, most, DONTWAIT | TELL_LENGTH, 0)
    taken = int(told) & 0xFFFF_FFFF
    return taken if taken <= most else 0  # -1: nothing there


@hot
def describe(state: int, socket: int, slot: int, row: int, now: int) -> int:
    """Write the headers and the descriptor of a datagram in a slot; the clock, if it was looked at."""
    message = int(s8le(state + MESSAGES)) + MESSAGE_BYTES * slot
    room = int(s8le(state + SLOT_BYTES)) - HEADERS
    length = int(u4le(message + M_LENGTH))
    captured = min(length, room)
    if captured < length:
        put8(state + CUT, s8le(state + CUT) + 1)
    at = int(s8le(state + SLOT_TABLE)) + int(s8le(state + SLOT_BYTES)) * slot
    write_headers(at, length, int(s8le(state + SOCKET_TABLE)) + SOCKET_BYTES * socket)
    write_row(row, at, HEADERS + captured, HEADERS + length, descriptor.LINK_IPV4)
    control = int(s8le(state + CONTROLS)) + CONTROL_BYTES * slot
    time = stamp_of(control, int(s8le(message + M_CONTROL_LENGTH)), state)
    if time == 0 and now == 0:
        now = clock_ns(s8le(state + CLOCK), REALTIME, s8le(state + TIME))
    packet = int(s8le(state + FRAMES)) + 1
    put8(state + FRAMES, packet)
    write_origin(row, time if time != 0 else now, packet, socket)
    return now


@entry(3)
def poll_sockets(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of datagrams that have come; return how many."""
    sockets = int(s8le(state + SOCKETS))
    if sockets == 0:
        return 0
    first = int(s8le(state + TURN))
    room = min(rows_max, MESSAGES_MAX)
    count = 0
    now = 0
    for step in range(sockets):
        socket = (first + step) % sockets
        row = int(s8le(state + SOCKET_TABLE)) + SOCKET_BYTES * socket
        most = min(room - count, AT_ONCE_MAX)
        if most > 0:
            taken = receive(state, row, count, most)
            for _ in range(taken):
                now = describe(state, socket, count, rows + ROW_BYTES * count, now)
                count += 1
    put8(state + TURN, (first + 1) % sockets)
    return count

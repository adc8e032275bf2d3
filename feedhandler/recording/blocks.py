"""pcapng blocks around the packets: section, interface, statistics. Little-endian, times in ns."""

import struct
from typing import Final

from feedhandler import __version__

SECTION: Final = 0x0A0D0D0A
MAGIC: Final = 0x1A2B3C4D
INTERFACE: Final = 1
STATISTICS: Final = 5
USER_APPLICATION: Final = 4
NAME: Final = 2
RESOLUTION: Final = 9
FILTER: Final = 11
RECEIVED: Final = 4  # isb_ifrecv
DROPPED: Final = 5  # isb_ifdrop, where other recorders put the kernel's drops, too
DROPPED_BY_SYSTEM: Final = 7  # isb_osdrop
DELIVERED: Final = 8  # isb_usrdeliv
NANOSECONDS: Final = 9


def option(code: int, value: bytes) -> bytes:
    """An option, filled up to four bytes."""
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind: int, body: bytes) -> bytes:
    """A block with its length at both ends."""
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def head(interface: str, link: int, expression: str) -> bytes:
    """What a file begins with."""
    program = option(USER_APPLICATION, f"feedhandler {__version__}".encode()) + bytes(4)
    options = option(NAME, interface.encode()) + option(RESOLUTION, bytes([NANOSECONDS]))
    if expression:
        options += option(FILTER, b"\0" + expression.encode())
    return block(SECTION, struct.pack("<IHHq", MAGIC, 1, 0, -1) + program) + block(
        INTERFACE, struct.pack("<HHI", link, 0, 0) + options + bytes(4)
    )


def statistics(now_ns: int, received: int, dropped: int, delivered: int) -> bytes:
    """What a file ends with: how many frames came, and how many are not here."""
    counted = (
        (RECEIVED, received), (DROPPED, dropped), (DROPPED_BY_SYSTEM, dropped), (DELIVERED, delivered),
    )  # fmt: skip
    options = b"".join(option(code, struct.pack("<Q", number)) for code, number in counted)
    head_words = struct.pack("<III", 0, now_ns >> 32, now_ns & 0xFFFF_FFFF)
    return block(STATISTICS, head_words + options + bytes(4))

"""Where a frame lies: one row of eight int64 words, written by sources, read by the wire stage.

`descriptors` is an int64 array of shape (n, 8). The bytes at ADDRESS stay valid until the source's
next `poll` or `refill`; no frame is copied on its way from there to the decoder.
"""

from typing import Final

ADDRESS: Final = 0  # of the frame's first byte
CAPTURED: Final = 1  # bytes that lie there
WIRE: Final = 2  # bytes that the frame had
LINK: Final = 3  # link type (LINKTYPE_* of tcpdump.org/linktypes.html)
VLAN: Final = 4  # VLAN id taken from the frame by the NIC, -1 = none
TS_RECV: Final = 5  # ns since 1970 UTC, 0 = the source has no clock
PACKET: Final = 6  # number of the frame in its source, from 1, as Wireshark counts
INTERFACE: Final = 7  # which interface or which input file
WORDS: Final = 8

LINK_NULL: Final = 0  # BSD loopback, host byte order
LINK_ETHERNET: Final = 1
LINK_RAW: Final = 101
LINK_LOOP: Final = 108  # OpenBSD loopback, network byte order
LINK_SLL: Final = 113  # Linux cooked v1
LINK_IPV4: Final = 228
LINK_SLL2: Final = 276  # Linux cooked v2
LINK_PAYLOAD: Final = (
    65536  # ours: the bytes are a datagram already (BinaryFILE source); no headers
)
# DLT_RAW of OpenBSD is 14, that of all others 12. libpcap writes 101 for both, some programs write what they have.
RAW_BY_OTHERS: Final = (12, 14)


def link_of(number: int) -> int:
    """The link type that a capture's number means."""
    return LINK_RAW if number in RAW_BY_OTHERS else number

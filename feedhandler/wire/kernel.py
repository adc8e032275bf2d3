"""Find the UDP datagram in a frame, or say why it is not taken; find the route of its destination.

Each header is a door: it is read only when all its bytes are there, and no length in it is believed
before it is compared with the bytes around it. What lies behind the IP total length is Ethernet
padding and ignored.

The order of the checks decides which reason a frame gets: link header, EtherType, IP version and
header length, total length, protocol, fragment, UDP length (RFC 791, RFC 768; IEEE 802.1Q and
802.1ad for tags).
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.jit import hot, lshr, u1, u2be, u4be, u4le, wrapping_mul
from feedhandler.source import descriptor

# words that `locate` writes
PAYLOAD: Final = 0  # address of the datagram
LENGTH: Final = 1
GROUP: Final = 2  # destination address as a number
PORT: Final = 3  # destination port
SOURCE_IP: Final = 4
PLACE_WORDS: Final = 8

OK: Final = 0  # also Counter.FRAMES: never a reason
NOT_IP: Final = int(Counter.NOT_IP)
IPV6: Final = int(Counter.IPV6)
FRAGMENT: Final = int(Counter.FRAGMENT)
TCP: Final = int(Counter.TCP)
NOT_UDP: Final = int(Counter.NOT_UDP)
TRUNCATED: Final = int(Counter.TRUNCATED)
BAD_LENGTH: Final = int(Counter.BAD_LENGTH)
UNKNOWN_LINK: Final = int(Counter.UNKNOWN_LINK)

ETHERNET_HEADER: Final = 14
COOKED_HEADER: Final = 16
COOKED_2_HEADER: Final = 20
LOOPBACK_HEADER: Final = 4
TAG: Final = 4
TAGS_MAX: Final = 3
IP_HEADER: Final = 20
UDP_HEADER: Final = 8
FRAGMENT_BITS: Final = 0x3FFF  # more fragments, or an offset

TYPE_IPV4: Final = 0x0800
TYPE_IPV6: Final = 0x86DD
TAG_TYPES: Final = (0x8100, 0x88A8, 0x9100)  # 802.1Q, 802.1ad, and QinQ before that
PROTOCOL_TCP: Final = 6
PROTOCOL_UDP: Final = 17
FAMILY_IPV4: Final = 2
FAMILIES_IPV6: Final = (24, 28, 30, 10)  # NetBSD, FreeBSD, Darwin, Linux: each has its own
RAW_LINKS: Final = (descriptor.LINK_RAW, descriptor.LINK_IPV4)
LOOPBACK_LINKS: Final = (descriptor.LINK_NULL, descriptor.LINK_LOOP)

ROUTE_BITS: Final = 16  # of a table's word; the other 48 are address and port
ROUTE_MASK: Final = 0xFFFF
GOLD: Final = -7046029254386353131  # 2**64 / golden ratio: spreads neighbouring addresses


@hot
def locate_udp(at: int, end: int, out: Any) -> int:
    """Find the UDP payload of the IPv4 packet at `at`: OK or a reason."""
    if end - at < IP_HEADER:
        return TRUNCATED
    first = int(u1(at))
    if first >> 4 != 4:
        return IPV6 if first >> 4 == 6 else NOT_IP
    header = (first & 15) * 4
    total = int(u2be(at + 2))
    if header < IP_HEADER or total < header:
        return BAD_LENGTH
    if total > end - at:
        return TRUNCATED
    protocol = int(u1(at + 9))
    if protocol != PROTOCOL_UDP:
        return TCP if protocol == PROTOCOL_TCP else NOT_UDP
    if u2be(at + 6) & FRAGMENT_BITS != 0:
        return FRAGMENT
    udp = at + header
    if total - header < UDP_HEADER:
        return BAD_LENGTH
    length = int(u2be(udp + 4))
    if length < UDP_HEADER or length > total - header:
        return BAD_LENGTH
    out[PAYLOAD] = udp + UDP_HEADER
    out[LENGTH] = length - UDP_HEADER
    out[GROUP] = u4be(at + 16)
    out[PORT] = u2be(udp + 2)
    out[SOURCE_IP] = u4be(at + 12)
    return OK


@hot
def locate_typed(at: int, end: int, kind: int, out: Any) -> int:
    """Go on behind an EtherType: tags, then IPv4."""
    tags = 0
    while kind in TAG_TYPES:
        if end - at < TAG:
            return TRUNCATED
        if tags == TAGS_MAX:
            return NOT_IP
        kind = int(u2be(at + 2))
        at += TAG
        tags += 1
    if kind == TYPE_IPV4:
        return locate_udp(at, end, out)
    return IPV6 if kind == TYPE_IPV6 else NOT_IP


@hot
def locate_loopback(at: int, end: int, link: int, out: Any) -> int:
    """Go on behind the address family of a loopback frame, in BSD in its machine's byte order."""
    if end - at < LOOPBACK_HEADER:
        return TRUNCATED
    family = int(u4be(at))
    if link == descriptor.LINK_NULL and family > 0xFFFF:
        family = int(u4le(at))
    if family == FAMILY_IPV4:
        return locate_udp(at + LOOPBACK_HEADER, end, out)
    return IPV6 if family in FAMILIES_IPV6 else NOT_IP


@hot
def locate_other(at: int, end: int, link: int, out: Any) -> int:
    """Find the datagram in a frame that is not Ethernet."""
    if link == descriptor.LINK_PAYLOAD:
        out[PAYLOAD] = at
        out[LENGTH] = end - at
        out[GROUP] = 0
        out[PORT] = 0
        out[SOURCE_IP] = 0
        return OK
    if link == descriptor.LINK_SLL:
        if end - at < COOKED_HEADER:
            return TRUNCATED
        return locate_typed(at + COOKED_HEADER, end, int(u2be(at + 14)), out)
    if link == descriptor.LINK_SLL2:
        if end - at < COOKED_2_HEADER:
            return TRUNCATED
        return locate_typed(at + COOKED_2_HEADER, end, int(u2be(at)), out)
    if link in RAW_LINKS:
        return locate_udp(at, end, out)
    if link in LOOPBACK_LINKS:
        return locate_loopback(at, end, link, out)
    return UNKNOWN_LINK


@hot
def locate(address: int, captured: int, link: int, out: Any) -> int:
    """Find the datagram in a frame: OK and its place, or the counter of the reason why not."""
    end = address + captured
    if link != descriptor.LINK_ETHERNET:
        return locate_other(address, end, link, out)
    if captured < ETHERNET_HEADER:
        return TRUNCATED
    return locate_typed(address + ETHERNET_HEADER, end, int(u2be(address + 12)), out)


@hot
def route(table: Any, group: int, port: int) -> int:
    """Look a destination up in a table of routes.py: its route number, or -1."""
    key = group << ROUTE_BITS | port
    mask = table.size - 1
    slot = int(lshr(wrapping_mul(key, GOLD), 32)) & mask
    while True:
        word = int(table[slot])
        if word == 0:
            return -1
        if lshr(word, ROUTE_BITS) == key:
            return (word & ROUTE_MASK) - 1
        slot = (slot + 1) & mask

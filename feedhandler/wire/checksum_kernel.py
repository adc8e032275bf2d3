"""UDP checksums of many frames (RFC 768): what was damaged on its way is told before anybody believes it."""

from typing import Any, Final

from feedhandler.jit import hot, i64, kernel, u1, u2be
from feedhandler.source import descriptor
from feedhandler.wire.kernel import (
    GROUP,
    LENGTH,
    PAYLOAD,
    PROTOCOL_UDP,
    SOURCE_IP,
    UDP_HEADER,
    locate,
)

CHECKSUM: Final = 6  # offset in the UDP header
HALF: Final = 0xFFFF


@hot
def sums_up(place: Any) -> bool:
    """Whether a datagram's checksum is right; one that was sent without any is taken as it is."""
    at = i64(place[PAYLOAD]) - UDP_HEADER
    length = i64(place[LENGTH]) + UDP_HEADER
    if u2be(at + CHECKSUM) == 0:
        return True
    source, group = i64(place[SOURCE_IP]), i64(place[GROUP])
    total = (source >> 16) + (source & HALF) + (group >> 16) + (group & HALF)
    total += PROTOCOL_UDP + length
    for k in range(length // 2):
        total += u2be(at + 2 * k)
    if length & 1 != 0:
        total += u1(at + length - 1) << 8
    while total > HALF:
        total = (total >> 16) + (total & HALF)
    return bool(total == HALF)


@kernel
def check_rows(rows: Any, place: Any, keep: Any) -> None:
    """Tell for each frame whether it is to be kept; those without a UDP datagram are."""
    for i in range(rows.shape[0]):
        link = i64(rows[i, descriptor.LINK])
        keep[i] = 1
        if link != descriptor.LINK_PAYLOAD:
            address = i64(rows[i, descriptor.ADDRESS])
            if locate(address, i64(rows[i, descriptor.CAPTURED]), link, place) == 0:
                keep[i] = 1 if sums_up(place) else 0

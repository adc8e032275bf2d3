"""Frames behind one VLAN tag or two, of either kind: every source lets them pass, and those of others not."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from lan import no_xdp, wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.xdp import Xdp, XdpLimits

OUTER, INNER, PLAIN = b"\x88\xa8\x20\x01", b"\x81\0\x00\x02", b""
TAGS = [PLAIN, INNER, OUTER, OUTER + INNER, INNER + INNER]
SOURCES: dict[str, Callable[[], Any]] = {
    "packet_ring": lambda: PacketRing("line_a", [GROUP], limits=RingLimits(1 << 20)),
    "xdp": lambda: Xdp("line_a", [GROUP], limits=XdpLimits(4 << 20)),
    "libpcap": lambda: Libpcap("line_a", [GROUP], limits=LibpcapLimits(2 << 20)),
}


@pytest.mark.parametrize("name", SOURCES)
def test_frames_behind_tags(name: str) -> None:
    """Each as often as it was sent; another group's behind the same tags, and another protocol's, not at all."""
    if name == "xdp" and no_xdp():
        pytest.skip(no_xdp())
    frames = [
        udp(place, f"{number} {place is GROUP}".encode(), tag=tag, fragment=fragment)
        for number, tag in enumerate(TAGS)
        for place in (OTHER, GROUP)
        for fragment in (0, 0x2000)
    ]
    ours = [f"{number} True".encode() for number in range(len(TAGS)) for _ in (0, 1)]
    with wire() as made:
        with made.receiver.entered():
            source = SOURCES[name]()
        with closing(source):
            with made.sender.entered():
                send("line_a", frames)
            seen = taken(source, len(ours)) + taken(source, 0)

    assert [each.data[-6:] for each in seen] == ours

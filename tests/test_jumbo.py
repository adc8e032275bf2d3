"""Jumbo frames: slots of a ring follow the interface's MTU, and what is cut by choice is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lan import wire
from live_frames import GROUP, send, taken, udp

from feedhandler.bench.namespace import Wire
from feedhandler.config_reading import ConfigError, parse
from feedhandler.counter import Counter
from feedhandler.live.plan import plans_of, ring_of
from feedhandler.source.interface import frame_bytes
from feedhandler.source.packet_ring import (
    BLOCK_BYTES,
    HEAD_BYTES,
    PacketRing,
    RingLimits,
    slot_bytes_of,
)

RING: int = 1 << 20
FRAMES = [udp(GROUP, bytes([number]) * 5900) for number in range(16)]
LONGEST = udp(GROUP, bytes(range(256)) * 35 + bytes(12))  # 9,014 bytes: an MTU of 9,000


def jumbo(made: Wire) -> None:
    """Let both ends carry frames of 9,000 bytes."""
    for end in (made.sender, made.receiver):
        end.ip("link", "set", "line_a", "mtu", "9000")


def test_frames_of_a_large_mtu_come_whole() -> None:
    """As many bytes as ever for fewer slots, which is told; none is cut, not the longest one either."""
    with wire() as made:
        jumbo(made)
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=RingLimits(RING))
        with made.sender.entered():
            send("line_a", [*FRAMES, LONGEST])
        seen = taken(ring, 17)
        lost, notes = ring.lost(), ring.notes
        ring.close()

    assert [each.data for each in seen] == [*FRAMES, LONGEST]
    assert lost == {Counter.RING_DROPS: 0, Counter.CUT_FRAMES: 0}
    assert notes == [
        "line_a: frames of up to 9,022 bytes: slots of 16,384 bytes, so that a ring of 1,048,576 bytes holds 64 frames"
    ]


def test_the_memory_of_a_ring_stays_what_was_asked_for() -> None:
    """64 slots of 16 KiB in 1 MiB: of 100 frames 36 find no room, and are counted."""
    with wire() as made:
        jumbo(made)
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=RingLimits(RING))
        with made.sender.entered():
            send("line_a", [FRAMES[0]] * 100)
        seen, lost = taken(ring, 64), ring.lost()
        ring.close()

    assert len(seen) == 64
    assert lost[Counter.RING_DROPS] == 36


def test_small_slots_by_choice() -> None:
    """Who knows that the venue's frames are short has as many slots as without jumbo frames."""
    with wire() as made:
        jumbo(made)
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=ring_of(RING, 1522))
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(1472))] * 511)
            send("line_a", FRAMES[:1])
        seen, lost, notes = taken(ring, 512), ring.lost(), ring.notes
        ring.close()

    assert {len(each.data) for each in seen[:511]} == {1514}
    assert len(seen[511].data) == 2048 - 66
    assert lost == {Counter.RING_DROPS: 0, Counter.CUT_FRAMES: 1}
    assert notes == ["line_a: frames of over 1,968 bytes are cut"]


def test_the_usual_mtu_has_the_usual_slots() -> None:
    """Nothing is said of an interface as it comes."""
    with wire() as made, made.receiver.entered():
        ring = PacketRing("line_a", [GROUP], limits=RingLimits(RING))
        longest = frame_bytes("line_a")
        ring.close()

    assert longest == 1522
    assert slot_bytes_of(longest) == 2048
    assert ring.notes == []


@given(st.integers(1, 1 << 21))
def test_slots_hold_what_they_are_for(longest: int) -> None:
    """The smallest power of two that does and that blocks are made of; one block is the most."""
    slot = slot_bytes_of(longest)

    assert BLOCK_BYTES % slot == 0
    assert slot - HEAD_BYTES >= longest or slot == BLOCK_BYTES
    assert slot == 2048 or slot // 2 - HEAD_BYTES < longest


def test_the_configuration_has_it() -> None:
    """`frame_bytes` reaches ring and buffers; left out, the MTU decides; where there are no slots it is a fault."""
    least = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'
    card = least.replace("eth1", "3b:00.0")
    wanted = (least, f"{least}frame_bytes = 1522", f"{card}source = 'dpdk'\nframe_bytes = 9022")
    plans = [plans_of(parse(text))[0].options for text in wanted]

    assert [each.ring.frame_bytes for each in plans] == [0, 1522, 9022]
    assert [each.dpdk.frame_bytes for each in plans] == [2048, 2048, 9022]
    with pytest.raises(ConfigError, match="only packet_ring and dpdk have slots, not xdp"):
        parse(least + "source = 'xdp'\nframe_bytes = 1522")

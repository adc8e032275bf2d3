"""The ring of a packet socket: every frame to a group, in order, with its time and tag; what is lost is counted."""

import time
from pathlib import Path

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, tags, taken, udp

from feedhandler.counter import Counter
from feedhandler.source import descriptor
from feedhandler.source.live import Live
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.source import CaptureError

SMALL = RingLimits(ring_bytes=1 << 20)


def test_frames_of_the_groups_and_no_others() -> None:
    """In order, whole, stamped by the kernel; another destination is not even seen."""
    frames = [udp(GROUP, bytes([n]) * 20) for n in range(50)]
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=SMALL)
        before = time.time_ns()
        with made.sender.entered():
            send("line_a", [each for frame in frames for each in (udp(OTHER, b"x"), frame)])
        seen = taken(ring, 50)
        more = taken(ring, 0)
        lost = ring.lost()
        ring.close()

    assert [each.data for each in seen] == frames
    assert more == []
    assert [each.packet for each in seen] == list(range(1, 51))
    assert {each.link for each in seen} == {descriptor.LINK_ETHERNET}
    assert all(before <= each.ts_recv <= time.time_ns() for each in seen)
    assert lost == {Counter.RING_DROPS: 0, Counter.CUT_FRAMES: 0}


def test_tag_is_told_and_fragments_are_seen() -> None:
    """The kernel takes a VLAN tag off; the descriptor still knows it."""
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=SMALL)
        with made.sender.entered():
            send(
                "line_a",
                [
                    udp(GROUP, b"tagged", tag=b"\x81\0\x20\xd0"),
                    udp(GROUP, b"part", fragment=0x2000),
                ],
            )
        deadline = time.monotonic() + 60
        seen: list[int] = []
        while len(seen) < 2 and time.monotonic() < deadline:
            seen += tags(ring)
        ring.close()

    assert seen == [208, -1]


def test_what_the_ring_cannot_hold_is_counted() -> None:
    """A ring of 512 slots, 700 frames: 188 drops, told once; a long frame is cut and counted."""
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=SMALL)
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(20))] * 700)
        first, again = ring.lost(), ring.lost()
        seen = taken(ring, 512)
        ring.close()

        with made.receiver.entered():
            narrow = PacketRing("line_a", [GROUP], limits=RingLimits(1 << 20, 256))
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(1000))])
        (cut,) = taken(narrow, 1)
        lost = narrow.lost()
        narrow.close()

    assert (first[Counter.RING_DROPS], again[Counter.RING_DROPS]) == (188, 0)
    assert len(seen) == 512
    assert cut.wire == 1042
    assert len(cut.data) < 256
    assert lost[Counter.CUT_FRAMES] == 1


def test_slots_go_round() -> None:
    """Slots are given back: many times the ring goes through it, none lost, none twice."""
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", expression="udp dst port 26477", limits=SMALL)
        seen: list[bytes] = []
        with made.sender.entered():
            for turn in range(8):
                send("line_a", [udp(GROUP, bytes([turn, n])) for n in range(200)])
                seen += [each.data[42:44] for each in taken(ring, 200)]
        ring.close()

    assert seen == [bytes([turn, n]) for turn in range(8) for n in range(200)]


def test_own_frames_do_not_come_back() -> None:
    """What this machine sends itself through the interface is not taken."""
    with wire() as made:
        with made.sender.entered():
            ring = PacketRing("line_a", [GROUP], limits=SMALL)
            send("line_a", [udp(GROUP, b"mine")])
        seen = taken(ring, 0)
        ring.close()

    assert seen == []


def test_several_lines_are_one_source() -> None:
    """A silent line does not hold up the other; frames are numbered as they are taken."""
    with wire("line_a", "line_b") as made:
        with made.receiver.entered():
            rings = [
                PacketRing(name, [GROUP], limits=SMALL, number=number)
                for number, name in enumerate(made.interfaces)
            ]
        live = Live(rings)
        with made.sender.entered():
            send("line_b", [udp(GROUP, b"b")] * 3)
            from_b = taken(live, 3)
            send("line_a", [udp(GROUP, b"a")] * 2)
            from_a = taken(live, 2)
        live.close()

    assert [(each.interface, each.packet) for each in from_b + from_a] == [
        (1, 1), (1, 2), (1, 3), (0, 4), (0, 5),
    ]  # fmt: skip


def test_refusals_are_one_line() -> None:
    """No interface, no such size."""
    with wire() as made, made.receiver.entered():
        with pytest.raises(CaptureError, match=r"^nope0: no such interface \(there are: .*line_a"):
            PacketRing("nope0")
        with pytest.raises(CaptureError, match="a power of two"):
            PacketRing("line_a", limits=RingLimits(slot_bytes=300))
        with pytest.raises(CaptureError, match="multiple of"):
            PacketRing("line_a", limits=RingLimits(ring_bytes=5))


def test_nothing_stays_open() -> None:
    """Closing gives back every descriptor."""
    with wire() as made, made.receiver.entered():
        before = len([*Path("/proc/self/fd").iterdir()])
        Live([PacketRing("line_a", [GROUP, OTHER], limits=SMALL)]).close()
        after = len([*Path("/proc/self/fd").iterdir()])

    assert after == before

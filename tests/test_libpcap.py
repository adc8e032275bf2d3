"""libpcap as a live source: the same frames, times in microseconds, what is lost counted."""

import time

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.counter import Counter
from feedhandler.source import descriptor
from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.packet_filter import expression_of
from feedhandler.source.source import CaptureError

SMALL = LibpcapLimits(buffer_bytes=2 << 20)


def test_frames_of_the_groups_and_no_others() -> None:
    """In order, whole, stamped in microseconds; tagged ones and fragments too."""
    frames = [udp(GROUP, bytes([n]) * 20) for n in range(50)]
    odd = [udp(GROUP, b"tagged", tag=b"\x81\0\x20\xd0"), udp(GROUP, b"part", fragment=0x2000)]
    with wire() as made:
        with made.receiver.entered():
            source = Libpcap("line_a", [GROUP], limits=SMALL)
        before = time.time_ns()
        with made.sender.entered():
            send("line_a", [each for frame in frames for each in (udp(OTHER, b"x"), frame)])
            send("line_a", odd)
        seen = taken(source, 52)
        more = taken(source, 0)
        lost = source.lost()
        source.close()
        after_close = taken(source, 0)

    assert [each.data for each in seen] == frames + odd
    assert more == after_close == []
    assert [each.packet for each in seen] == list(range(1, 53))
    assert {each.link for each in seen} == {descriptor.LINK_ETHERNET}
    assert all(before - 1000 <= each.ts_recv <= time.time_ns() for each in seen)
    assert all(each.ts_recv % 1000 == 0 for each in seen)
    assert lost == {Counter.RING_DROPS: 0, Counter.CUT_FRAMES: 0}


def test_expression_and_what_is_lost() -> None:
    """A tcpdump expression in the place of the groups; a full buffer drops, told once."""
    with wire() as made:
        with made.receiver.entered():
            source = Libpcap("line_a", expression="udp dst port 26477", limits=SMALL)
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(1000))] * 4000)
        first, again = source.lost(), source.lost()
        kept = len(taken(source, 4000 - first[Counter.RING_DROPS]))
        source.close()

    assert first[Counter.RING_DROPS] > 0
    assert kept + first[Counter.RING_DROPS] == 4000
    assert again[Counter.RING_DROPS] == 0


def test_refusals_are_one_line() -> None:
    """No interface; a filter that is none."""
    with wire() as made, made.receiver.entered():
        with pytest.raises(CaptureError, match=r"^nope0: no such interface"):
            Libpcap("nope0")
        with pytest.raises(CaptureError, match=r"^filter 'nonsense here'"):
            Libpcap("line_a", expression="nonsense here")

    assert expression_of([]) == ""


def test_an_error_ends_the_frames_and_is_told() -> None:
    """What libpcap raises while it reads does not pass through compiled code: whoever asks next is told."""
    with wire() as made:
        with made.receiver.entered():
            source = Libpcap("line_a", limits=SMALL)
        source._take = lambda *_: 1 // 0  # type: ignore[method-assign, return-value]
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"x")])
        seen = taken(source, 0)
        with pytest.raises(CaptureError, match=r"^line_a: libpcap: .*division"):
            source.lost()
        source.close()

    assert seen == []

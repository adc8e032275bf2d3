"""Frames put on a wire: the same bytes in the same order, when they are due, and what was left out is counted."""

import time
from contextlib import closing
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from capture_writers import pcap
from lan import wire
from live_frames import GROUP, taken, udp

from feedhandler.sending.sender import Sender, Way
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError

START = 1_700_000_000_000_000_000
MS = 1_000_000


def capture(path: Path, gaps_ms: list[int], link: int = 1) -> str:
    """A capture of frames so far apart."""
    times = [START + gap * MS for gap in accumulate(gaps_ms)]
    frames = [(at, udp(GROUP, bytes([n % 256]) * 30)) for n, at in enumerate(times)]
    path.write_bytes(pcap(frames, nanos=True, link=link))
    return str(path)


@pytest.mark.parametrize(("speed", "least_ms"), [(Fraction(1), 120), (Fraction(4), 30), (0, 0)])
def test_frames_go_when_they_are_due(tmp_path: Path, speed: Fraction, least_ms: int) -> None:
    """At recorded pace, four times that, and at once; no frame before its time."""
    path = capture(tmp_path / "a.pcap", [0, 40, 0, 40, 40])
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=RingLimits(1 << 20))
        with made.sender.entered():
            sender = Sender("line_a")
        source = open_capture(path)
        sent = sender.send(source, Fraction(speed))
        seen = taken(ring, 5)
        for each in (sender, source, ring):
            each.close()

    assert [each.data[42:43] for each in seen] == [bytes([n]) for n in range(5)]
    assert sent.frames == 5
    assert sent.elapsed_ns >= least_ms * MS
    assert (sent.late.count, sent.late.below) == (5 if speed else 0, 0)
    assert sent.report()["left_out"] == {
        "cut": 0, "other_link": 0, "too_long": 0, "refused": 0,
    }  # fmt: skip


def test_what_cannot_be_sent_is_counted(tmp_path: Path) -> None:
    """A frame of another link type is left out."""
    path = capture(tmp_path / "raw.pcap", [0, 0], link=113)
    with (
        wire() as made,
        made.sender.entered(),
        Sender("line_a") as sender,
        closing(open_capture(path)) as source,
    ):
        sent = sender.send(source, Fraction(1))

    assert (sent.frames, sent.other_link) == (0, 2)


@pytest.mark.parametrize("way", ["packet", "xdp"])
def test_a_frame_longer_than_the_interface_takes(tmp_path: Path, way: Way) -> None:
    """It is left out and not tried; one that is longer by its tag alone is sent. Only what was sent was late."""
    tag = b"\x81\x00\x00\xd0"
    packets = ((1500, b""), (1501, b""), (1500, tag), (1501, tag), (3000, b""), (64, b""))
    frames = [udp(GROUP, bytes(size - 28), tag=each) for size, each in packets]
    path = tmp_path / "long.pcap"
    path.write_bytes(pcap([(START, each) for each in frames], nanos=True))
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", limits=RingLimits(1 << 20))
        with made.sender.entered():
            sender = opened(way)
        with sender, closing(open_capture(str(path))) as source:
            sent = sender.send(source, Fraction(1))
        seen = taken(ring, 3)
        ring.close()

    assert [len(each.data) for each in seen] == [
        1514,
        1514,
        78,
    ]  # the ring keeps tags beside frames
    assert (sent.frames, sent.too_long, sent.refused, sent.retries) == (3, 3, 0, 0)
    assert (sent.late.count, sent.left_out) == (3, 3)


def opened(way: Way) -> Sender:
    """A sender; skipped where there is no AF_XDP."""
    try:
        return Sender("line_a", way)
    except CaptureError as error:
        pytest.skip(str(error))


def test_a_stop_is_seen_within_a_wait(tmp_path: Path) -> None:
    """The next frame is due in an hour: nobody waits for it."""
    path = capture(tmp_path / "long.pcap", [0, 3_600_000])
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with wire() as made, made.sender.entered(), Sender("line_a") as sender:
        began = time.monotonic()
        with closing(open_capture(path)) as source:
            sent = sender.send(source, Fraction(1), stop)

    assert (sent.frames, sent.stopped) == (1, True)
    assert time.monotonic() - began < 30


def test_no_such_interface() -> None:
    """One line that says which there are."""
    with pytest.raises(CaptureError, match="no such interface"):
        Sender("nope0")

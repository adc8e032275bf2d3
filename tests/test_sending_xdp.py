"""Frames sent through AF_XDP: the same bytes in the same order, at once and in time; chunks come back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from capture_writers import pcap
from cli_runs import feedhandler
from lan import wire
from live_frames import GROUP, taken, udp

from feedhandler.bench.namespace import Wire
from feedhandler.sending.sender import Sender
from feedhandler.sending.transmitter import CHUNKS, Transmitter
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError

START = 1_700_000_000_000_000_000


@contextmanager
def sending(made: Wire) -> Iterator[Sender]:
    """A sender at the sender's end; skipped where there is no AF_XDP."""
    with made.sender.entered():
        try:
            sender = Sender("line_a", "xdp")
        except CaptureError as error:
            pytest.skip(str(error))
        with sender:
            yield sender


@pytest.mark.parametrize("speed", [Fraction(0), Fraction(1)])
def test_frames_arrive_as_they_are(tmp_path: Path, speed: Fraction) -> None:
    """More frames than there are chunks, of every length; in time they have a lateness."""
    count = CHUNKS * 2 + 77 if not speed else 70
    frames = [udp(GROUP, n.to_bytes(4, "big") * (1 + n % 90)) for n in range(count)]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([(START + n * 1000, each) for n, each in enumerate(frames)], nanos=True))
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=RingLimits(16 << 20))
        with sending(made) as sender, closing(open_capture(str(path))) as source:
            sent = sender.send(source, speed)
        seen = taken(ring, count)
        ring.close()

    assert [each.data for each in seen] == frames
    assert (sent.frames, sent.refused) == (count, 0)
    assert sent.late.count == (count if speed else 0)


def test_a_frame_that_fits_no_chunk_is_left_out(tmp_path: Path) -> None:
    """It is counted, those around it arrive."""
    frames = [udp(GROUP, b"first"), udp(GROUP, bytes(3000)), udp(GROUP, b"last")]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([(START, each) for each in frames], nanos=True))
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a", [GROUP], limits=RingLimits(1 << 20))
        with sending(made) as sender, closing(open_capture(str(path))) as source:
            sent = sender.send(source, Fraction(0))
        seen = taken(ring, 2)
        ring.close()

    assert [each.data for each in seen] == [frames[0], frames[2]]
    assert (sent.too_long, sent.refused) == (1, 0)


def test_refusals(tmp_path: Path) -> None:
    """No such interface; --by without --to."""
    with wire() as made, made.sender.entered(), pytest.raises(CaptureError, match="nope0"):
        Transmitter("nope0")
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([(START, udp(GROUP, b"x"))], nanos=True))
    result = feedhandler("replay", str(path), "--by", "xdp")

    assert result.exit_code == 2
    assert "without --to nothing is sent" in result.output

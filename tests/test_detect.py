"""Which feed a capture holds: right for every feed that is known, silent for every one that is not."""

import json
import os
from pathlib import Path

import pytest
from cli_runs import CAPTURES, SHIPPED, rewritten

from feedhandler.detect import UnknownCaptureError, detect_feed
from feedhandler.source.frames import Frame
from feedhandler.source.source import CaptureError

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")
real = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")
PACKETS = sorted((REAL / "omi").rglob("*.pcap"))


def told(path: Path) -> str:
    """The feed as folder or fields beside a capture show it: one packet lies in another's folder."""
    text = Path(f"{path}.expected.json").read_text("utf-8")
    names = {leaf["name"] for packet in json.loads(text) for leaf in packet}
    if "stocklocate" in names or "Nasdaq" in path.parts:
        return "nasdaq.itch50"
    return "cme.mdp3" if "Cme" in path.parts else ""


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_captures(name: str) -> None:
    """Plain or packed, frames or messages only."""
    assert SHIPPED[name]["feed"] == detect_feed(CAPTURES / name).name


@real
@pytest.mark.parametrize("path", PACKETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_packets(path: Path) -> None:
    """One packet is enough for a feed that is known; another venue's is claimed by none."""
    try:
        found = detect_feed(path).name
    except UnknownCaptureError as error:
        found = ""
        only_tcp = "1 tcp" in str(error)
    else:
        only_tcp = False

    assert found == ("" if only_tcp else told(path))


@real
def test_real_days_of_other_formats() -> None:
    """IEX-TP and a file of no known form are refused, each with what was seen; FAST is told by its groups."""
    assert detect_feed(REAL / "forts-2013/all.pcap").name == "moex.forts"
    for name in ("iex/TOPS16.pcapng.gz", "iex/example1.pcap"):
        with pytest.raises(
            UnknownCaptureError, match=r"no known feed in the first .* datagrams to"
        ):
            detect_feed(REAL / name)
    with pytest.raises(CaptureError, match="is not a capture"):
        detect_feed(REAL / "mfast/complex30000.dat")


@real
def test_a_real_file_of_messages() -> None:
    """Zero length prefixes and no frames at all."""
    found = detect_feed(REAL / "ritch" / "ex20101224.TEST_ITCH_50")

    assert found.name == "nasdaq.itch50.file"


def test_unknown_groups_and_ports(tmp_path: Path) -> None:
    """Whole messages are enough, wherever they were sent."""

    def elsewhere(frame: Frame) -> bytes:
        data = bytearray(frame.data)
        data[30:34] = bytes([239, 9, 9, 9])
        data[36:38] = (9999).to_bytes(2, "big")
        return bytes(data)

    path = rewritten(tmp_path / "x.pcap", str(CAPTURES / "nasdaq-itch50-ab.pcap"), elsewhere, 50)

    assert detect_feed(path).name == "nasdaq.itch50"


def test_heartbeats_count_only_where_the_feed_is_at_home(tmp_path: Path) -> None:
    """Twenty bytes that begin with text are many formats' packets."""
    source = str(CAPTURES / "nasdaq-itch50-ab.pcap")

    def heartbeat(frame: Frame, port: int | None = None) -> bytes:
        data = bytearray(frame.data[:62])
        data[16:18] = (48).to_bytes(2, "big")
        data[38:40] = (28).to_bytes(2, "big")
        data[60:62] = bytes(2)
        if port is not None:
            data[30:34] = bytes([239, 9, 9, 9])
            data[36:38] = port.to_bytes(2, "big")
        return bytes(data)

    at_home = rewritten(tmp_path / "a.pcap", source, heartbeat, 3)
    abroad = rewritten(tmp_path / "b.pcap", source, lambda frame: heartbeat(frame, 9999), 3)

    assert detect_feed(at_home).name == "nasdaq.itch50"
    with pytest.raises(UnknownCaptureError, match=r"3 datagrams to 239\.9\.9\.9:9999"):
        detect_feed(abroad)


def test_what_was_seen_is_named(tmp_path: Path) -> None:
    """The error tells groups, reasons and the feeds there are."""
    source = str(CAPTURES / "nasdaq-itch50-ab.pcap")

    def tcp(frame: Frame) -> bytes:
        data = bytearray(frame.data)
        data[23] = 6
        return bytes(data)

    path = rewritten(tmp_path / "x.pcap", source, tcp, 2)

    with pytest.raises(UnknownCaptureError) as caught:
        detect_feed(path)
    assert (
        f"{path}: no known feed in the first 2 frames (2 tcp); "
        "name the feed with --feed: cme.mdp3, moex.forts, nasdaq.itch50, nasdaq.itch50.file"
    ) == str(caught.value)


def test_a_capture_without_a_whole_frame(tmp_path: Path) -> None:
    """An empty one is a question, a cut one is a fault."""
    empty, cut = tmp_path / "empty.pcap", tmp_path / "cut.pcap"
    whole = (CAPTURES / "nasdaq-itch50-ab.pcap").read_bytes()
    empty.write_bytes(whole[:24])
    cut.write_bytes(whole[:60])

    with pytest.raises(UnknownCaptureError, match="holds no frame"):
        detect_feed(empty)
    with pytest.raises(CaptureError, match="cut in mid-record at packet 1, offset 24"):
        detect_feed(cut)


def test_a_pipe_is_not_looked_at(tmp_path: Path) -> None:
    """What was read to find the feed would be missing afterwards."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in ("-", pipe):
        with pytest.raises(UnknownCaptureError, match="can be read only once"):
            detect_feed(path)

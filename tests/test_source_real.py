"""Published captures: as many frames as described, and each datagram where it should be."""

import json
import os
from collections import Counter as Tally
from pathlib import Path
from typing import Any

import pytest
from capture_writers import Seen, read_all

from feedhandler.counter import named, new_counters
from feedhandler.source.merge import Merge
from feedhandler.source.pcap_file import open_capture
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")


def read(*parts: str) -> tuple[list[Seen], list[str], dict[str, int]]:
    """Frames, notes and counters of a published capture."""
    source = open_capture(str(REAL.joinpath(*parts)))
    seen = read_all(source, rows_max=1000)
    counters = new_counters()
    source.count_into(counters)
    source.close()
    return seen, source.notes, named(counters)


def groups(seen: list[Seen]) -> dict[str, int]:
    """Datagrams by destination, and reasons by name."""
    found = [datagram_of(frame.frame, frame.link) for frame in seen]
    return dict(
        Tally(f if isinstance(f, str) else str(Group(f.destination, f.port)) for f in found)
    )


def test_a_gzip_of_a_classic_pcap_that_is_named_pcapng() -> None:
    """The content decides, not the name."""
    seen, notes, counters = read("iex", "TOPS16.pcapng.gz")

    assert len(seen) == 13_022
    assert (notes, counters) == ([], {})
    assert groups(seen) == {"224.67.0.199:16642": 13_022}


def test_a_cut_pcapng_that_is_named_pcap() -> None:
    """The two whole packets are kept and the cut is told."""
    seen, notes, counters = read("iex", "example1.pcap")

    assert groups(seen) == {"233.215.21.3:10377": 2}
    assert len(notes) == 1
    assert notes[0].startswith("cut in mid-block at packet 3, offset ")
    assert counters == {"cut_record": 1}


def test_nanosecond_lines_merge_to_the_published_order() -> None:
    """all.pcap was merged by time from the three others: our merge gives the same frames."""
    seen, notes, counters = read("forts-2013", "all.pcap")
    parts = ["increment_a.pcap", "increment_b.pcap", "snapshot.pcap"]
    merged = Merge([open_capture(str(REAL / "forts-2013" / part)) for part in parts])
    together = read_all(merged)
    merged.close()

    assert len(seen) == 25_503
    assert (notes, counters) == ([], {})
    assert dict(sorted(groups(seen).items())) == {
        "239.192.1.10:30010": 8_101, "239.192.2.10:31010": 8_088, "239.192.3.10:32010": 9_314
    }  # fmt: skip
    assert [(f.ts_recv, f.frame) for f in seen] == [(f.ts_recv, f.frame) for f in together]
    assert any(frame.ts_recv % 1000 for frame in seen)


def expected_packets() -> list[Path]:
    """Every capture with its fields beside it."""
    return sorted(REAL.rglob("*.pcap.expected.json"))


def fields_of(packet: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Place, size and bytes of each field."""
    return [(f["pos"], f["size"], f["raw"]) for f in packet if not f.get("bit")]


@pytest.mark.parametrize("path", expected_packets(), ids=lambda path: path.name)
def test_datagrams_lie_where_a_dissector_finds_them(path: Path) -> None:
    """Each field's bytes are at its place in the frame; the payload begins with the first field."""
    seen, notes, counters = read(str(path.with_suffix("").with_suffix("")))
    expected = json.loads(path.read_text())

    assert (notes, counters) == ([], {})
    assert len(expected) == len(seen)
    for frame, packet in zip(seen, expected, strict=True):
        fields = fields_of(packet)
        for at, size, raw in fields:
            assert raw == frame.frame[at : at + size].hex()
        found = datagram_of(frame.frame, frame.link)
        if isinstance(found, Datagram) and fields:
            first = min(at for at, _, _ in fields)
            assert found.payload == frame.frame[first : first + len(found.payload)]
        else:
            assert found == "tcp"

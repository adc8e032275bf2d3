"""Captures are read the same whatever their container: every frame, its time in exact nanoseconds.

What is cut, damaged or impossible is reported, and all before it is read.
"""

import gzip
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import zstandard
from capture_writers import Packet, Pcapng, Seen, pcap, pcapng, read_all, ticks_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from feedhandler.counter import named, new_counters
from feedhandler.source import kernel
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.pcapng_file import time_rule
from feedhandler.source.select import Select
from feedhandler.source.source import CaptureError
from feedhandler.wire.datagram import Datagram, datagram_of

# Times that every resolution used here can tell exactly: multiples of 1/64 s.
PACKETS: list[Packet] = [
    (1_718_000_000_000_000_000 + 15_625_000 * i * i, bytes([i]) * (60 + 7 * i)) for i in range(40)
]
EXPECTED = [Seen(ns, frame, len(frame), 1, i + 1, 0) for i, (ns, frame) in enumerate(PACKETS)]
CONTAINERS = {
    "us": pcap(PACKETS),
    "us-big": pcap(PACKETS, "big"),
    "ns": pcap(PACKETS, nanos=True),
    "ns-big": pcap(PACKETS, "big", nanos=True),
    "ng-us": pcapng(PACKETS),
    "ng-us-big": pcapng(PACKETS, "big"),
    "ng-ns": pcapng(PACKETS, resolution=9),
    "ng-ps-big": pcapng(PACKETS, "big", resolution=12, offset=1_718_000_000),
    "ng-2^-20": pcapng(PACKETS, resolution=0x80 | 20),
    "ng-2^-32": pcapng(PACKETS, resolution=0x80 | 32),
    "ng-2^-33-big": pcapng(PACKETS, "big", resolution=0x80 | 33),
    "ng-2^-45": pcapng(PACKETS, resolution=0x80 | 45, offset=1_718_000_000),
}


def read(path: Path) -> tuple[list[Seen], list[str], dict[str, int]]:
    """Everything that a capture gives: frames, notes, counters."""
    source = open_capture(str(path))
    seen = read_all(source)
    counters = new_counters()
    source.count_into(counters)
    source.count_into(counters)  # a second time adds nothing
    source.close()
    return seen, source.notes, named(counters)


def laid(tmp_path: Path, data: bytes) -> Path:
    """A file with these bytes and a name that says nothing."""
    path = tmp_path / "capture.bin"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_gives_the_same_frames(tmp_path: Path, container: str) -> None:
    """Byte order, unit of time and file format change nothing that a descriptor says."""
    seen, notes, counters = read(laid(tmp_path, CONTAINERS[container]))

    assert seen == EXPECTED
    assert notes == []
    assert counters == {}


@pytest.mark.parametrize("container", ["us", "ng-ns"])
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_packed_captures_are_known_by_content(
    tmp_path: Path, container: str, pack: Callable[[bytes], bytes]
) -> None:
    """Packed once, in parts, or twice: the same frames."""
    data = CONTAINERS[container]
    in_parts = pack(data[:1000]) + pack(data[1000:])
    for packed in (pack(data), in_parts, gzip.compress(pack(data))):
        seen, notes, _ = read(laid(tmp_path, packed))

        assert seen == EXPECTED
        assert notes == []


def test_standard_input_gives_the_same_frames() -> None:
    """A pipe that delivers in small pieces is read like a file."""
    script = (
        "from capture_writers import read_all\n"
        "from feedhandler.source.pcap_file import open_capture\n"
        "from test_source import EXPECTED\n"
        "source = open_capture('-')\n"
        "assert EXPECTED == read_all(source), source.notes\n"
        "assert source.size == 0 and source.name == 'standard input'\n"
    )
    here = Path(__file__).parent
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, cwd=here) as child:
        assert child.stdin is not None
        data = gzip.compress(CONTAINERS["ng-us"])
        for at in range(0, len(data), 100):
            child.stdin.write(data[at : at + 100])
            child.stdin.flush()
        child.stdin.close()
        status = child.wait()

    assert status == 0


def test_a_capture_larger_than_the_window_is_carried_over(tmp_path: Path) -> None:
    """Records that straddle the end of a window, and one longer than the window, come whole."""
    packets = [(10**18 + i, bytes([i % 251]) * (i * 37 % 9000)) for i in range(300)]
    packets.insert(100, (10**18, b"long" * 400_000))
    data = pcap(packets, nanos=True, snaplen=1 << 24)
    for stored in (data, gzip.compress(data, 1)):
        seen, notes, _ = read(laid(tmp_path, stored))

        assert packets == [(frame.ts_recv, frame.frame) for frame in seen]
        assert notes == []


def test_a_record_cut_off_is_reported_and_all_before_it_is_read(tmp_path: Path) -> None:
    """At every byte at which a pcap may be cut."""
    packets = PACKETS[:3]
    data = pcap(packets)
    ends = [24]
    for _, frame in packets:
        ends.append(ends[-1] + 16 + len(frame))
    for size in range(24, len(data)):
        whole = sum(end <= size for end in ends) - 1
        seen, notes, counters = read(laid(tmp_path, data[:size]))

        assert EXPECTED[:whole] == seen
        left = size - ends[whole]
        place = f"at packet {whole + 1}, offset {ends[whole]}"
        assert ([f"cut in mid-record {place}, {left} bytes left over"] if left else []) == notes
        assert ({"cut_record": 1} if left else {}) == counters


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_pcapng_cut_off_is_read_to_its_last_whole_block(tmp_path: Path, order: str) -> None:
    """At every byte at which a pcapng file may be cut behind its section header."""
    writer = Pcapng(order)  # type: ignore[arg-type]
    blocks = [writer.section(), writer.interface()]
    blocks += [writer.enhanced(ticks_of(ns, 6), frame) for ns, frame in PACKETS[:3]]
    ends = [sum(len(block) for block in blocks[: i + 1]) for i in range(len(blocks))]
    data = b"".join(blocks)
    for size in range(ends[0], len(data)):
        whole = sum(end <= size for end in ends)
        seen, notes, counters = read(laid(tmp_path, data[:size]))

        assert EXPECTED[: max(whole - 2, 0)] == seen
        cut = 0 if size in ends else 1
        assert cut == len(notes)
        assert cut == counters.get("cut_record", 0)


def test_a_cut_packed_capture_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """The packed data ends in the middle: what was unpacked is read, and the cut is reported."""
    packets = [(ns, random.Random(ns).randbytes(9000)) for ns, _ in PACKETS]
    data = pcap(packets)
    for packed, what in ((gzip.compress(data), "gzip"), (zstandard.compress(data), "zstd")):
        seen, notes, counters = read(laid(tmp_path, packed[: len(packed) - 5]))

        assert any(note.startswith(f"the {what} data ends in mid") for note in notes)
        assert counters == {"cut_record": 1}
        assert len(seen) > 20
        assert packets[: len(seen)] == [(frame.ts_recv, frame.frame) for frame in seen]


def test_damaged_gzip_is_reported(tmp_path: Path) -> None:
    """A wrong checksum: all frames were read, and the damage is told."""
    packed = bytearray(gzip.compress(CONTAINERS["us"]))
    packed[-6] ^= 0xFF
    seen, notes, _ = read(laid(tmp_path, bytes(packed)))

    assert seen == EXPECTED
    assert [note[:24] for note in notes] == ["the gzip data is damaged"]


def test_a_length_that_cannot_be_true_stops_the_reading(tmp_path: Path) -> None:
    """Frames before it count; the place and the length are told."""
    for length in (262_145, 0x1000_0001, 0xFFFF_FFFF):
        data = pcap(PACKETS[:2])
        bad = data + b"\0" * 8 + length.to_bytes(4, "little") * 2 + b"\0" * 100
        seen, notes, counters = read(laid(tmp_path, bad))

        assert EXPECTED[:2] == seen
        assert [f"stopped at packet 3, offset {len(data)}: a record of {length} bytes"] == notes
        assert counters == {"bad_record": 1}


@pytest.mark.parametrize("order", ["little", "big"])
def test_pcapng_sections_interfaces_and_all_kinds_of_packets(tmp_path: Path, order: str) -> None:
    """Each interface has its own link type and unit; unknown blocks are skipped and counted."""
    a, b = Pcapng(order), Pcapng("big" if order == "little" else "little")  # type: ignore[arg-type]
    data = a.section() + a.interface(link=1, resolution=9)
    data += a.interface(link=113, resolution=6, offset=1000)
    data += a.enhanced(5_000_000_007, b"enhanced", 0, wire=99)
    data += a.block(0x0BAD, b"custom") + a.enhanced(7, b"moved", 1)
    data += a.simple(b"simple!") + a.obsolete(1_000_001, b"obsolete", 1)
    data += b.section() + b.block(5, bytes(20)) + b.interface(link=101, snaplen=4, resolution=3)
    data += b.simple(b"long", wire=1500) + b.enhanced(2, b"x")
    seen, notes, counters = read(laid(tmp_path, data))

    assert [
        Seen(5_000_000_007, b"enhanced", 99, 1, 1, 0),
        Seen(1_000_000_007_000, b"moved", 5, 113, 2, 1),
        Seen(0, b"simple!", 7, 1, 3, 0),
        Seen(1_001_000_001_000, b"obsolete", 8, 113, 4, 1),
        Seen(0, b"long", 1500, 101, 5, 0),
        Seen(2_000_000, b"x", 1, 101, 6, 0),
    ] == seen
    assert notes == []
    assert counters == {"unknown_block": 2}


def test_blocks_that_cannot_be_true_stop_the_reading(tmp_path: Path) -> None:
    """Lengths that lie, an interface that is not there, a section of another version."""
    writer = Pcapng()
    start = writer.section() + writer.interface() + writer.enhanced(1, b"good")
    packet = writer.enhanced(2, b"bad!")
    lies = {
        "no multiple of four": packet[:4] + b"\x2d\0\0\0" + packet[8:],
        "too short": packet[:4] + b"\x08\0\0\0" + packet[8:],
        "trailer differs": packet[:-4] + b"\0\0\0\0",
        "captured beyond the block": packet[:20] + b"\xff\0\0\0" + packet[24:],
        "interface 1": writer.enhanced(2, b"bad!", interface=1),
        "packet too short": writer.block(6, b""),
        "simple beyond the block": writer.simple(b"bad!", wire=100),
        "version": writer.section(version=2),
        "magic": packet[:0] + writer.section().replace(b"\x4d\x3c\x2b\x1a", b"\0\0\0\0"),
        "description too short": writer.block(1, b""),
    }
    for lie, block in lies.items():
        seen, notes, counters = read(laid(tmp_path, start + block + packet))

        assert [frame.frame for frame in seen] == [b"good"], lie
        assert [f"stopped at packet 2, offset {len(start)}"] == [n.split(":")[0] for n in notes], (
            lie
        )
        assert counters == {"bad_record": 1}, lie


def test_many_interfaces(tmp_path: Path) -> None:
    """The table of interfaces grows."""
    writer = Pcapng()
    data = writer.section() + b"".join(writer.interface(link=300 + i) for i in range(100))
    data += b"".join(writer.enhanced(i, b"frame", i) for i in range(100))
    seen, _, _ = read(laid(tmp_path, data))

    assert [(300 + i, i * 1000) for i in range(100)] == [(f.link, f.ts_recv) for f in seen]


@pytest.mark.parametrize("number", [12, 14, 101])
def test_raw_ip_has_had_three_numbers(tmp_path: Path, number: int) -> None:
    """101 in files; where a program writes what its system says it is 14 (OpenBSD) or 12 (all others)."""
    packet = bytes(IP(src="10.0.0.1", dst="239.0.0.1") / UDP(dport=26477) / Raw(b"datagram"))
    writer = Pcapng()
    data = writer.section() + writer.interface(link=number) + writer.enhanced(0, packet)

    for capture in (pcap([(0, packet)], link=number), data):
        ((frame,), _, _) = read(laid(tmp_path, capture))
        found = datagram_of(frame.frame, frame.link)

        assert isinstance(found, Datagram)
        assert found.payload == b"datagram"
        with closing(Select(open_capture(str(tmp_path / "capture.bin")), "udp port 26477")) as some:
            assert [frame] == read_all(some)


def exact_nanoseconds(ticks: int, resolution: int, offset: int) -> int:
    """The same in Python's unlimited integers; 0 where 63 bits do not hold it."""
    places = resolution & 0x7F
    units = 2**places if resolution & 0x80 else 10**places
    ns = ticks * 10**9 // units
    moved = ns + offset * 10**9
    return moved if ns < 2**63 and 0 < moved < 2**63 else 0


@settings(max_examples=500, deadline=None)
@given(
    ticks=st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 2**40)),
    resolution=st.integers(0, 255).filter(lambda r: r <= 27 or r >= 128),
    offset=st.sampled_from([0, 0, 1, -1, 1_700_000_000, -9_223_372_035, 9_223_372_035]),
)
def test_time_is_exact_for_all_resolutions(ticks: int, resolution: int, offset: int) -> None:
    """No resolution loses a nanosecond, and none overflows unnoticed."""
    rule, factor, ticks_max = time_rule(resolution)
    row = np.array([1, 0, rule, factor, ticks_max, offset * 10**9, 0, 0], np.int64)
    signed = ticks - 2**64 if ticks >> 63 else ticks
    got = int(kernel.nanoseconds(signed, int(row.ctypes.data)))

    assert exact_nanoseconds(ticks, resolution, offset) == got


def test_times_beyond_64_bits_are_left_out_and_told(tmp_path: Path) -> None:
    """An offset of ages, or ticks too fine to reach a nanosecond: frames without a time."""
    writer = Pcapng()
    data = writer.section() + writer.interface(offset=1 << 40) + writer.interface(resolution=100)
    data += writer.enhanced(5, b"a", 0) + writer.enhanced(5, b"b", 1)
    seen, notes, _ = read(laid(tmp_path, data))

    assert [frame.ts_recv for frame in seen] == [0, 0]
    assert [note.split(":")[0] for note in notes] == ["interface 0", "interface 1"]


def packed_five_times(data: bytes) -> bytes:
    for _ in range(5):
        data = gzip.compress(data, mtime=0)  # names of cases: the same each time
    return data


@pytest.mark.parametrize(
    ("data", "says", "exit_code"),
    [
        (b"", "is empty", 1),
        (b"# a text\n", "is not a capture that is known here (first bytes 23 20 61 20 74", 1),
        (pcap([])[:20], "the capture ends inside its file header", 1),
        (pcap([], version=(2, 3)), "pcap version 2.3 is not supported (2.4 is)", 1),
        (Pcapng().section(version=2), "pcapng version 2 is not supported (1 is)", 1),
        (Pcapng("big").section(version=9), "pcapng version 9 is not supported (1 is)", 1),
        (Pcapng().section()[:20], "pcapng without a whole section header", 1),
        (gzip.compress(b"", mtime=0), "is empty", 1),
        (gzip.compress(b"", mtime=0)[:8], "the gzip data ends in mid-stream", 1),
        (packed_five_times(b"x"), "packed more than 4 times", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, data: bytes, says: str, exit_code: int
) -> None:
    """The line names the file and the reason; the exit code is that of bad data."""
    path = laid(tmp_path, data)
    with pytest.raises(CaptureError) as caught:
        open_capture(str(path))

    assert str(caught.value).startswith(f"{path}: {says}")
    assert exit_code == caught.value.exit_code
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_the_environments_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file, a directory, a file without permission: exit code 3."""
    said = []
    forbidden = laid(tmp_path, b"x")
    for path in (tmp_path / "none.pcap", tmp_path, "nul\0", forbidden):
        if path == forbidden:

            def refuse(*_: object, **_more: object) -> None:
                raise PermissionError(13, "Permission denied")

            monkeypatch.setattr("io.FileIO", refuse)
        with pytest.raises(CaptureError) as caught:
            open_capture(str(path))
        said.append((str(caught.value).split(": ", 1)[1], caught.value.exit_code))

    assert said == [
        ("no such file", 3),
        ("is a directory, not a capture", 3),
        ("embedded null byte", 3),
        ("no permission to read it", 3),
    ]


def test_progress_and_close(tmp_path: Path) -> None:
    """Position goes from nothing to the whole size; a closed source gives nothing."""
    path = laid(tmp_path, CONTAINERS["us"])
    source = open_capture(str(path))
    read_all(source)

    assert path.stat().st_size == source.size == source.position
    source.close()
    source.close()
    assert read_all(source) == []


def test_an_empty_capture_is_no_fault(tmp_path: Path) -> None:
    """A header and no frame: nothing seen, nothing reported."""
    for data in (pcap([]), pcapng([])):
        assert read(laid(tmp_path, data)) == ([], [], {})

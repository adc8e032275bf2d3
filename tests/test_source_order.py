"""Many sources by time, at their pace, filtered: frames are left out or delayed, never changed."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from capture_writers import Packet, Pcapng, Seen, pcap, poll, read_all

from feedhandler.counter import named, new_counters
from feedhandler.source.capture_file import CaptureFile
from feedhandler.source.merge import Merge
from feedhandler.source.pace import WAIT_MAX_NS, Pace
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.select import Select, passage_of, why_none_passed
from feedhandler.source.source import CaptureError

START = 1_718_000_000_000_000_000


Opener = Callable[[str, bytes], CaptureFile]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Open captures of given bytes; all are closed at the end of the test."""
    sources: list[CaptureFile] = []

    def open_one(name: str, data: bytes) -> CaptureFile:
        path = tmp_path / name
        path.write_bytes(data)
        sources.append(open_capture(str(path), {ord("S"): 12}))
        return sources[-1]

    yield open_one
    for source in sources:
        source.close()


def line(name: str, times: list[int]) -> list[Packet]:
    """Frames that tell where they come from."""
    return [(START + ns, f"{name}{i}".encode()) for i, ns in enumerate(times)]


def test_frames_of_many_captures_come_in_the_order_of_time(opened: Opener) -> None:
    """Ties in the order of the inputs; each frame keeps its number and names its input."""
    a = opened("a", pcap(line("a", [0, 10, 10, 40]), nanos=True))
    b = opened("b", pcap(line("b", [10, 20]), nanos=True))
    c = opened("c", pcap([], nanos=True))
    merged = Merge([a, b, c])
    seen = read_all(merged)

    assert [frame.frame for frame in seen] == [b"a0", b"a1", b"a2", b"b0", b"b1", b"a3"]
    assert [frame.interface for frame in seen] == [0, 0, 0, 1, 1, 0]
    assert [frame.packet for frame in seen] == [1, 2, 3, 1, 2, 4]
    assert f"{a.name} + {b.name} + {c.name}" == merged.name
    assert merged.size == merged.position > 0
    merged.close()


def test_a_merge_equals_a_stable_sort(opened: Opener) -> None:
    """Thousands of frames, larger than windows and batches, with many ties."""
    dice = random.Random(5)
    lines = []
    for number in range(5):
        times = sorted(dice.randrange(5000) for _ in range(3000 + 500 * number))
        lines.append([(START + ns, dice.randbytes(dice.randrange(1000))) for ns in times])
    merged = Merge([opened(f"{i}", pcap(packets, nanos=True)) for i, packets in enumerate(lines)])
    seen = read_all(merged, rows_max=100)

    everything = [packet for packets in lines for packet in packets]
    expected = sorted(everything, key=lambda packet: packet[0])
    assert expected == [(frame.ts_recv, frame.frame) for frame in seen]


def test_a_merge_reports_and_counts_for_all_inputs(opened: Opener) -> None:
    """A cut input ends early, the others go on, and the note says which it was."""
    whole = pcap(line("a", [0, 10, 20]), nanos=True)
    a = opened("a", whole[:-1])
    b = opened("b", pcap(line("b", [5, 15, 25]), nanos=True))
    merged = Merge([a, b])
    seen = read_all(merged)
    counters = new_counters()
    merged.count_into(counters)

    assert [frame.frame for frame in seen] == [b"a0", b"b0", b"a1", b"b1", b"b2"]
    assert named(counters) == {"cut_record": 1}
    assert len(merged.notes) == 1
    assert merged.notes[0].startswith(f"{a.name}: cut in mid-record at packet 3")


class Wall:
    """A clock that only sleeping moves; each sleep takes a little longer than asked."""

    def __init__(self, late_ns: int = 0) -> None:
        self.now_ns = 7_000
        self.late_ns = late_ns
        self.slept: list[int] = []

    def clock(self) -> int:
        """What time it is."""
        return self.now_ns

    def sleep(self, duration_ns: int) -> None:
        """Let time go by."""
        self.slept.append(duration_ns)
        self.now_ns += duration_ns + self.late_ns


def times_given(source: Pace, wall: Wall) -> list[tuple[int, bytes]]:
    """When each frame was given, from the first."""
    given = []
    while source.refill():
        while batch := poll(source):
            given += [(wall.now_ns - 7_000, frame.frame) for frame in batch]
    return given


def test_frames_come_at_their_recorded_pace(opened: Opener) -> None:
    """Frames that are due together come together, and one out of order comes at once."""
    packets = line("f", [0, 1000, 1000, 5000, 4000, 6000])
    wall = Wall()
    source = opened("a", pcap(packets, nanos=True))
    paced = Pace(source, clock=wall.clock, sleep=wall.sleep)

    assert times_given(paced, wall) == [
        (0, b"f0"), (1000, b"f1"), (1000, b"f2"), (5000, b"f3"), (5000, b"f4"), (6000, b"f5")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("speed", "expected"),
    [(2, [0, 500, 2500]), (Fraction(1, 2), [0, 2000, 10000]), (Fraction(5, 2), [0, 400, 2000])],
)
def test_frames_come_n_times_as_fast(
    opened: Opener, speed: Fraction | int, expected: list[int]
) -> None:
    """The factor may be below one, and is never a float."""
    wall = Wall()
    source = opened("a", pcap(line("f", [0, 1000, 5000]), nanos=True))
    paced = Pace(source, speed, clock=wall.clock, sleep=wall.sleep)

    assert expected == [ns for ns, _ in times_given(paced, wall)]


def test_the_pace_does_not_drift(opened: Opener) -> None:
    """Each sleep is late by 300 ns, and still no frame is later than that."""
    times = [1000 * i for i in range(3000)]
    wall = Wall(late_ns=300)
    source = opened("a", pcap(line("f", times), nanos=True))
    paced = Pace(source, clock=wall.clock, sleep=wall.sleep)
    late = [given - due for (given, _), due in zip(times_given(paced, wall), times, strict=True)]

    assert (min(late), max(late)) == (0, 300)


def test_a_long_wait_can_be_stopped(opened: Opener) -> None:
    """An hour of silence is waited for in short sleeps, and a stop ends it."""
    wall = Wall()
    source = opened("a", pcap(line("f", [0, 3_600_000_000_000]), nanos=True))
    paced = Pace(
        source, clock=wall.clock, sleep=wall.sleep, stop=lambda: wall.now_ns > 1_000_000_000
    )

    assert times_given(paced, wall) == [(0, b"f0")]
    assert paced.interrupted
    assert {WAIT_MAX_NS} == set(wall.slept)
    assert len(wall.slept) == 20


def test_frames_without_a_time_are_not_waited_for(opened: Opener) -> None:
    """A simple packet block has no time; what has one keeps its pace."""
    writer = Pcapng()
    data = writer.section() + writer.interface() + writer.simple(b"none")
    data += writer.enhanced(5, b"f0") + writer.simple(b"none") + writer.enhanced(8, b"f1")
    wall = Wall()
    paced = Pace(opened("a", data), clock=wall.clock, sleep=wall.sleep)

    assert times_given(paced, wall) == [(0, b"none"), (0, b"f0"), (0, b"none"), (3000, b"f1")]


def test_a_speed_of_nothing_is_refused(opened: Opener) -> None:
    """There is no pace that never comes to the next frame."""
    source = opened("a", pcap([]))
    with pytest.raises(ValueError, match="speed must be above zero, not 0"):
        Pace(source, 0)


# Ethernet, IPv4, UDP to 239.0.0.<n>:<port>, without a payload.
def udp(last: int, port: int) -> bytes:
    ip = bytes.fromhex("4500001c000040000111") + b"\0\0" + bytes([10, 0, 0, 1, 239, 0, 0, last])
    return ip + (9).to_bytes(2, "big") + port.to_bytes(2, "big") + bytes.fromhex("00080000")


ETHERNET = bytes.fromhex("01005e000001020000000001") + b"\x08\x00"


def test_a_filter_leaves_out_what_does_not_match(opened: Opener) -> None:
    """The rest keeps its numbers; what was left out is counted."""
    packets = [(START + i, ETHERNET + udp(i % 3, 26477 + i % 2)) for i in range(5000)]
    packets.append((START, b"short"))
    source = opened("a", pcap(packets, nanos=True))
    selected = Select(source, "udp and dst port 26477 and dst host 239.0.0.2")
    seen = read_all(selected)
    counters = new_counters()
    selected.count_into(counters)
    selected.count_into(counters)

    kept = [i for i in range(5000) if i % 3 == 2 and i % 2 == 0]
    assert [Seen(START + i, packets[i][1], 42, 1, i + 1, 0) for i in kept] == seen
    assert {"filtered": 5001 - len(kept)} == named(counters)


@pytest.mark.parametrize("tags", [1, 2])
def test_a_filter_that_lets_nothing_pass_tells_of_tags(opened: Opener, tags: int) -> None:
    """What it says is then an expression that lets them pass."""
    frame = ETHERNET[:12] + bytes.fromhex("810000d0") * tags + ETHERNET[12:] + udp(1, 26477)
    within = f"{'vlan and ' * tags}(udp)"
    hint = f"with VLAN tags, as 3 have, it takes '{within}'"
    found = []
    for expression in ("udp", within):
        selected = Select(opened("a", pcap([(START, frame)] * 3)), expression)
        found.append((len(read_all(selected)), why_none_passed([passage_of(selected)])))

    assert found == [
        (0, f"the filter 'udp' let none of 3 frames pass: {hint}, as in tcpdump"),
        (3, ""),
    ]


@pytest.mark.parametrize(
    ("link", "header"),
    [
        (1, ETHERNET.hex()),
        (101, ""),
        (228, ""),
        (0, "02000000"),
        (0, "00000002"),
        (108, "00000002"),
        (113, "00000001000600000000000100000800"),
        (276, "0800000000000002000100060000000000010000"),
    ],
)
def test_filters_fit_all_link_types(opened: Opener, link: int, header: str) -> None:
    """One expression, compiled for the link type of each frame."""
    frames = [bytes.fromhex(header) + udp(1, port) for port in (1, 26477, 3)]
    source = opened("a", pcap([(START, frame) for frame in frames], link=link))

    assert [frames[1]] == [seen.frame for seen in read_all(Select(source, "dst port 26477"))]


@pytest.mark.parametrize("expression", ["udp andd port 1", "port", "host 1.2.3.4.5"])
def test_a_bad_expression_is_told_in_one_line(opened: Opener, expression: str) -> None:
    """Before anything is read, with the exit code of wrong usage."""
    source = opened("a", pcap([]))
    with pytest.raises(CaptureError) as caught:
        Select(source, expression)

    assert str(caught.value).startswith(f"filter '{expression}': ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_messages_without_frames_cannot_be_filtered(opened: Opener) -> None:
    """A BinaryFILE has no headers that an expression could speak of."""
    selected = Select(opened("itch", (b"\x00\x0c" + b"S" * 12) * 3), "udp")
    with pytest.raises(CaptureError, match="messages only, no frames to filter"):
        read_all(selected)


def test_wrappers_can_be_combined(opened: Opener) -> None:
    """Pace over filter over merge, and one call closes all."""
    a = opened("a", pcap([(START, ETHERNET + udp(1, 5))], nanos=True))
    b = opened("b", pcap([(START + 50, ETHERNET + udp(2, 6))] * 2, nanos=True))
    wall = Wall()
    source = Pace(Select(Merge([a, b]), "port 6"), clock=wall.clock, sleep=wall.sleep)

    assert [ETHERNET + udp(2, 6)] * 2 == [frame for _, frame in times_given(source, wall)]
    counters = new_counters()
    source.count_into(counters)
    assert named(counters) == {"filtered": 1}
    assert (source.name, source.notes) == (f"{a.name} + {b.name}", [])
    assert source.size == source.position
    source.close()
    assert read_all(a) == []
    assert np.int64 == source.rows.dtype

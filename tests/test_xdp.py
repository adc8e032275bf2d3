"""AF_XDP: the program takes what the ring's filter takes, the socket brings it whole, the kernel keeps the rest."""

import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpf as classic
import pytest
from ebpf import Machine
from hypothesis import given, settings
from hypothesis import strategies as st
from lan import no_xdp, wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.bench.namespace import Wire
from feedhandler.counter import Counter
from feedhandler.source import descriptor, xdp_kernel
from feedhandler.source.ebpf import MARK, STAMP_BYTES, fragment_key, key, program, value_of
from feedhandler.source.packet_filter import for_groups
from feedhandler.source.source import CaptureError
from feedhandler.source.xdp import Mode, Xdp, XdpLimits, chunks_of

SMALL = XdpLimits(memory_bytes=1 << 20)  # 512 chunks
CODE = program(1, 2, 3)
PLACES = [GROUP, (GROUP[0], 9), (0x0A000001, 26477)]
KEYS = dict.fromkeys(
    [key(*place) for place in PLACES] + [fragment_key(address) for address, _ in PLACES],
    value_of(()),
)
TAG = b"\x81\0\x20\xd0"
KILLED = f"""
import os
from feedhandler.source.xdp import Xdp
held = Xdp("line_a", [{GROUP}])
os.kill(os.getpid(), 9)
"""
OUTER = b"\x88\xa8\0\x07"


@contextmanager
def receiving(made: Wire, *groups: tuple[int, int], limits: XdpLimits = SMALL) -> Iterator[Xdp]:
    """The source at the receiver's end; skipped where the kernel does not let us."""
    with made.receiver.entered():
        source = opened(groups or (GROUP,), limits)
    try:
        yield source
    finally:
        source.close()


def opened(groups: tuple[tuple[int, int], ...], limits: XdpLimits) -> Xdp:
    """The source in this namespace."""
    if why := no_xdp():
        pytest.skip(why)
    return Xdp("line_a", groups, limits=limits)


def with_options(frame: bytes, words: int) -> bytes:
    """The same frame with options in its IP header."""
    return frame[:14] + bytes([0x40 | 5 + words]) + frame[15:34] + bytes(4 * words) + frame[34:]


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """Frames near to what is taken: every field that decides, right or wrong, cut anywhere."""
    place = draw(st.sampled_from([*PLACES, OTHER, (GROUP[0], 0)]))
    tag = draw(st.sampled_from([b"", TAG, OUTER + TAG, OUTER, TAG + TAG + TAG]))
    fragment = draw(st.sampled_from([0, 0x2000, 0x20B9, 0x4000, 0x8000]))
    made = bytearray(udp(place, b"x" * 9, fragment=fragment))
    made[12:12] = tag
    if draw(st.booleans()):
        at = 14 + len(tag)
        made[at] = 0x40 | draw(st.integers(4, 15))
    if draw(st.integers(0, 3)) == 0:
        made[draw(st.integers(12, len(made) - 1))] = draw(st.integers(0, 255))
    return bytes(made[: draw(st.integers(1, len(made)))] if draw(st.booleans()) else made)


@given(frames())
@settings(max_examples=400, deadline=None)
def test_program_decides_as_the_filter_of_the_ring(frame: bytes) -> None:
    """Two programs of two machines: the ring's sees a frame whose first tag is off, XDP's the whole."""
    seen = untagged(frame)
    whole = len(untagged(seen)) >= 42  # XDP looks at no frame that is shorter than its headers
    expected = bool(classic.runs(for_groups(PLACES), seen)) and whole
    machine = Machine(KEYS, {0})

    assert machine.run(CODE, frame) == (4 if expected else 2)
    assert machine.missed == 0


def untagged(frame: bytes) -> bytes:
    """Without its first tag, if it has one."""
    tagged = frame[12:14] in {TAG[:2], OUTER[:2]} and len(frame) >= 16
    return frame[:12] + frame[16:] if tagged else frame


def test_stamp_and_missing_socket() -> None:
    """The time and a mark lie before the frame; without room there is none; a queue without socket is counted."""
    frame = udp(GROUP, b"x")
    machine = Machine(KEYS, {0})
    machine.run(CODE, frame)
    roomless = Machine(KEYS, {0}, has_room=False)
    roomless.run(CODE, frame)
    unserved = Machine(KEYS, {0})

    assert machine.stamp == struct.pack("<QQ", 77, MARK)
    assert roomless.stamp == b""
    assert (unserved.run(CODE, frame, queue=1), unserved.missed) == (2, 1)
    assert (MARK, STAMP_BYTES) == (xdp_kernel.MARK, xdp_kernel.STAMP_BYTES)


@pytest.mark.parametrize("mode", ["native", "generic"])
def test_frames_of_the_groups_and_no_others(mode: Mode) -> None:
    """In order, whole, stamped as they come; tags and header options do not hide them, fragments are seen."""
    frames = [udp(GROUP, bytes([n]) * 20) for n in range(50)]
    odd = [
        udp(GROUP, b"tagged", tag=TAG),
        udp(GROUP, b"part", fragment=0x2000),
        with_options(udp(GROUP, b"options"), 2),
    ]
    with wire() as made, receiving(made, limits=XdpLimits(1 << 20, mode)) as source:
        before = time.time_ns()
        with made.sender.entered():
            send("line_a", [each for frame in frames for each in (udp(OTHER, b"x"), frame)])
            send("line_a", odd)
        sent = time.time_ns()
        time.sleep(0.1)
        seen = taken(source, 53)
        more = taken(source, 0)
        lost, by_poll = source.lost(), source.stamped_by_poll
        mode_was = source.mode

    assert [each.data for each in seen] == frames + odd
    assert more == []
    assert [each.packet for each in seen] == list(range(1, 54))
    assert {each.link for each in seen} == {descriptor.LINK_ETHERNET}
    assert all(before - 10_000 <= each.ts_recv <= sent + 10_000 for each in seen)
    assert [each.ts_recv for each in seen] == sorted(each.ts_recv for each in seen)
    assert by_poll == 0
    assert lost == {Counter.RING_DROPS: 0}
    assert mode_was == mode


def test_other_traffic_stays_with_the_kernel() -> None:
    """A socket beside it still gets what is not the feed's."""
    with wire() as made, receiving(made, (OTHER[0], 1)) as source:
        with made.receiver.entered():
            beside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        beside.bind(("10.77.0.2", 7000))
        beside.settimeout(60)
        with made.sender.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(b"hello", ("10.77.0.2", 7000))
        got = beside.recv(100)
        beside.close()
        seen = taken(source, 0)

    assert got == b"hello"
    assert seen == []


def test_what_does_not_fit_is_counted() -> None:
    """512 chunks, 700 frames: what is not seen is told, once; chunks go round afterwards."""
    with wire() as made, receiving(made) as source:
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(20))] * 700)
        first, again = source.lost(), source.lost()
        kept = len(taken(source, 700 - first[Counter.RING_DROPS]))
        seen: list[bytes] = []
        with made.sender.entered():
            for turn in range(8):
                send("line_a", [udp(GROUP, bytes([turn, n])) for n in range(200)])
                seen += [each.data[42:44] for each in taken(source, 200)]
        lost = source.lost()

    assert first[Counter.RING_DROPS] > 0
    assert kept + first[Counter.RING_DROPS] == 700
    assert again == lost == {Counter.RING_DROPS: 0}
    assert seen == [bytes([turn, n]) for turn in range(8) for n in range(200)]


def test_groups_change_while_it_runs() -> None:
    """A group that is left stays with the kernel, a new one is taken, its membership too."""
    with wire() as made, receiving(made) as source:
        with made.receiver.entered():
            source.change([OTHER])
            joined = Path("/proc/thread-self/net/igmp").read_text("ascii")
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"left"), udp(GROUP, b"part", fragment=0x2000)])
            send("line_a", [udp(OTHER, b"new"), udp(OTHER, b"part", fragment=0x2000)])
        seen = taken(source, 2)
        more = taken(source, 0)

    assert [each.data[42:] for each in seen] == [b"new", b"part"]
    assert more == []
    assert f"{socket.htonl(OTHER[0]):08X}" in joined
    assert f"{socket.htonl(GROUP[0]):08X}" not in joined


def test_several_queues() -> None:
    """One socket for each queue of the card; frames of all of them come."""
    with wire() as made:
        queues = ("numrxqueues", "3", "numtxqueues", "1")
        made.receiver.ip("link", "delete", "line_a")
        made.receiver.ip(
            "link", "add", "line_a", *queues, "type", "veth", "peer", "name", "line_a",
            "numrxqueues", "1", "numtxqueues", "3", "netns", str(made.sender.pid),
        )  # fmt: skip
        for end in (made.receiver, made.sender):
            end.ip("link", "set", "line_a", "up")
        with receiving(made) as source:
            with made.sender.entered():  # flows of many ports: the card spreads them by their hash
                send("line_a", [flow(n, udp(GROUP, bytes([n]))) for n in range(60)])
            seen = taken(source, 60)
            used = sum(int(row[xdp_kernel.Q_NEXT // 8]) > 0 for row in source._table)

    assert used > 1
    assert sorted(each.data[42:] for each in seen) == [bytes([n]) for n in range(60)]
    assert [each.packet for each in seen] == list(range(1, 61))


def flow(port: int, frame: bytes) -> bytes:
    """The same frame from another port."""
    return frame[:34] + (1000 + port).to_bytes(2, "big") + frame[36:]


def test_nothing_is_left_behind() -> None:
    """Closing gives back every descriptor; a killed process leaves no program."""
    with wire() as made, made.receiver.entered():
        opened((GROUP,), SMALL).close()
        before = len([*Path("/proc/self/fd").iterdir()])
        opened((GROUP,), SMALL).close()
        after = len([*Path("/proc/self/fd").iterdir()])
        killed = subprocess.run([sys.executable, "-c", KILLED], check=False)
        opened((GROUP,), SMALL).close()
        told = subprocess.run(["ip", "link", "show", "line_a"], capture_output=True, check=True)

    assert after == before
    assert killed.returncode == -9
    assert b"xdp" not in told.stdout


def test_refusals_are_one_line() -> None:
    """No group, no interface, too little memory, somebody else's program, frames too long."""
    with wire() as made, receiving(made) as _, made.receiver.entered():
        with pytest.raises(CaptureError, match="no group is given"):
            Xdp("line_a", [])
        with pytest.raises(CaptureError, match="nope0: no such interface"):
            Xdp("nope0", [GROUP])
        with pytest.raises(CaptureError, match="another XDP program or socket has it"):
            Xdp("line_a", [GROUP], limits=SMALL)
        made.receiver.ip("link", "add", "long", "type", "veth", "peer", "name", "other")
        made.receiver.ip("link", "set", "long", "mtu", "9000")
        with pytest.raises(CaptureError, match="frames of 9022 bytes; AF_XDP takes 3824"):
            Xdp("long", [GROUP], limits=SMALL)
    with pytest.raises(CaptureError, match="at least"):
        chunks_of(1 << 16, 2048, 2)

    assert chunks_of(1 << 20, 2048, 3) == 128


def test_a_queue_without_a_socket_is_counted() -> None:
    """What comes there stays with the kernel, and is told as lost."""
    with wire() as made, receiving(made) as source:
        source._maps[1].remove(struct.pack("=I", 0))
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"x")] * 3)
        time.sleep(0.1)
        lost, again = source.lost(), source.lost()
        seen = taken(source, 0)

    assert (lost[Counter.RING_DROPS], again[Counter.RING_DROPS]) == (3, 0)
    assert seen == []

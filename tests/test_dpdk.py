"""DPDK as a source: every frame, in order, once; what is lost is counted by place; an unknown version is refused.

Each story that opens a device has a process of its own: DPDK can be started once in a process.
"""

import os
import resource
import socket
import struct
import time
from contextlib import closing
from pathlib import Path

import pytest
from capture_writers import pcap
from cli_runs import ITCH, read
from dpdk_devices import SMALL, WIRES, heard, listening, needs
from lan import wire
from live_frames import GROUP, OTHER, send, taken, udp
from own_process import in_own_process
from powers import without

from feedhandler.counter import Counter
from feedhandler.source import descriptor
from feedhandler.source.dpdk import Dpdk, DpdkLimits
from feedhandler.source.live import Live
from feedhandler.source.source import CaptureError

PLACES = (Counter.CARD_DROPS, Counter.BUFFER_DROPS, Counter.RING_DROPS, Counter.CUT_FRAMES)
NOTHING = dict.fromkeys(PLACES, 0)
LOSSES = [
    ("net_af_packet", Counter.RING_DROPS),
    ("net_pcap", Counter.CARD_DROPS),
    ("net_af_xdp", Counter.CARD_DROPS),
]


# --- from a file ----------------------------------------------------------------------------------
@in_own_process
def test_frames_of_a_file() -> None:
    """All, whole, in order, with their times as libpcap tells them; buffers come back, cores stay ours."""
    needs()
    cores = os.sched_getaffinity(0)
    source = Dpdk(f"net_pcap0,rx_pcap={ITCH}", limits=DpdkLimits(4 << 20))
    free = source._port.free_buffers()
    expected = read(ITCH)
    seen = taken(source, len(expected))
    lost = source.lost()
    more = taken(source, 0)
    free_then = source._port.free_buffers()
    source.close()
    after = taken(source, 0)

    assert [each.data for each in seen] == [each.data for each in expected]
    assert [each.ts_recv for each in seen] == [each.ts_recv // 1000 * 1000 for each in expected]
    assert [each.packet for each in seen] == list(range(1, len(expected) + 1))
    assert {each.link for each in seen} == {descriptor.LINK_ETHERNET}
    assert (lost, more, after) == (NOTHING, [], [])
    assert free == free_then < len(expected)
    assert os.sched_getaffinity(0) == cores
    assert (
        source.notes[0]
        == f"net_pcap0,rx_pcap={ITCH}: {source._eal.libraries.version}, link up, 10,000 Mbit/s"
    )


@in_own_process
def test_a_frame_longer_than_a_buffer_is_cut(tmp_path: Path) -> None:
    """Its first part is there, its length is told, and it is counted."""
    needs()
    frames = [udp(GROUP, bytes([n]) * size) for n, size in enumerate((100, 1300, 470, 471))]
    path = tmp_path / "long.pcap"
    path.write_bytes(pcap([(10**18, each) for each in frames]))
    limits = DpdkLimits(4 << 20, frame_bytes=512)
    with closing(Dpdk(f"net_pcap0,rx_pcap={path}", limits=limits)) as source:
        seen = taken(source, 4)
        lost, again = source.lost(), source.lost()

    assert [each.data for each in seen] == [each[:512] for each in frames]
    assert [each.wire for each in seen] == [len(each) for each in frames] == [142, 1342, 512, 513]
    assert lost == NOTHING | {Counter.CUT_FRAMES: 2}
    assert again == NOTHING


@in_own_process
def test_devices_come_and_go() -> None:
    """A process opens one after another, and two at once; the same one twice it cannot."""
    needs()
    device = f"net_pcap0,rx_pcap={ITCH}"
    for _ in range(3):
        with closing(Dpdk(device, limits=SMALL)) as source:
            assert len(taken(source, 3)) == 16
    with (
        closing(Dpdk(device, limits=SMALL)),
        closing(Dpdk(device.replace("0", "1", 1), limits=SMALL)) as other,
        pytest.raises(CaptureError, match=r"^net_pcap0: is open already in this process$"),
    ):
        Dpdk(device, limits=SMALL)
    assert taken(other, 0) == []

    with closing(Dpdk(device, limits=SMALL)) as source:
        assert len(taken(source, 3)) == 16


# --- from a wire ----------------------------------------------------------------------------------
@pytest.mark.parametrize("driver", WIRES)
@in_own_process
def test_frames_of_a_wire(driver: str) -> None:
    """Whole, tags included, in order; the groups are joined."""
    needs(driver)
    frames = [
        udp(GROUP, bytes([n]) * (20 + 25 * n), tag=b"\x81\0\x20\xd0" * (n % 2)) for n in range(50)
    ]
    with wire() as made, listening(made, driver) as source:
        with made.sender.entered():
            send("line_a", frames)
        seen = heard(source, 50)
        lost = source.lost()
        joined = Path("/proc/thread-self/net/igmp").read_text("ascii")

    assert seen == frames
    assert lost == NOTHING
    assert f"{socket.htonl(GROUP[0]):08X}" in joined


@in_own_process
def test_a_frame_without_a_time_gets_that_of_its_poll() -> None:
    """Drivers of virtual devices tell none, but for libpcap's."""
    needs("net_af_packet")
    with wire() as made, listening(made, "net_af_packet") as source:
        before = time.time_ns()
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"now")])
        seen = taken(source, 1)
        after = time.time_ns()

    assert seen
    assert all(before <= each.ts_recv <= after for each in seen)


@pytest.mark.parametrize(("driver", "place"), LOSSES)
@in_own_process
def test_what_is_lost_is_counted(driver: str, place: Counter) -> None:
    """A ring that nobody empties is full at some time; every frame is either seen or counted, and counted once."""
    needs(driver)
    sent = 12_000
    with wire() as made, listening(made, driver) as source:
        with made.sender.entered():
            send("line_a", [udp(GROUP, struct.pack(">I", n) + bytes(400)) for n in range(sent)])
        time.sleep(0.5)
        lost = source.lost()
        seen = heard(source, sent - lost[place])
        again = source.lost()
        with made.sender.entered():
            send("line_a", [udp(OTHER, b"later")])
        later = heard(source, 1)

    assert 0 < lost[place] < sent
    # a few frames of this machine's own may have been lost as well
    assert sent <= len(seen) + lost[place] <= sent + 4
    assert seen == sorted(set(seen))
    assert {**lost, place: 0} == NOTHING
    assert again == NOTHING
    assert later == [udp(OTHER, b"later")]


@in_own_process
def test_two_lines_are_one_source() -> None:
    """A silent line does not hold up the other."""
    driver = "net_af_packet"
    needs(driver)
    with (
        wire("line_a", "line_b") as made,
        listening(made, driver) as first,
        listening(made, driver, "line_b", 1) as second,
    ):
        live = Live([first, second])
        with made.sender.entered():
            send("line_b", [udp(GROUP, b"b")] * 3)
            from_b = heard(live, 3)
            send("line_a", [udp(GROUP, b"a")] * 2)
            from_a = heard(live, 2)
        live.close()

    assert [each[42:] for each in from_b + from_a] == [b"b", b"b", b"b", b"a", b"a"]


# --- refusals -------------------------------------------------------------------------------------
@in_own_process
def test_refusals_are_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """What is wrong, in DPDK's own words where they help; nothing else on the terminal."""
    needs()
    for device, expected in {
        "net_foo0": "net_foo0: DPDK's driver net_foo is not installed: sudo apt-get install "
        "--no-install-recommends librte-net-foo23",
        "net_pcap0,rx_pcap=/nowhere": "net_pcap0: Couldn't open /nowhere: /nowhere: No such file or directory",
        "0000:01:00.0": "dpdk: was started without cards in this process",
    }.items():
        with pytest.raises(CaptureError) as refused:
            Dpdk(device, limits=SMALL)

        assert (str(refused.value), refused.value.exit_code) == (expected, 3)
    for limits, said in {
        DpdkLimits(1000): r"^net_pcap0: buffers of 1,000 bytes; at least \d",
        DpdkLimits(1 << 30): r"^net_pcap0: [\d,]+ buffers of 2048 bytes: Cannot allocate memory$",
    }.items():
        with pytest.raises(CaptureError, match=said):
            Dpdk(f"net_pcap0,rx_pcap={ITCH}", limits=limits)
    with closing(Dpdk(f"net_pcap0,rx_pcap={ITCH}", limits=SMALL)) as source:
        assert len(taken(source, 3)) == 16

    assert capfd.readouterr() == ("", "")


@in_own_process
def test_a_card_that_is_not_there() -> None:
    """Cards are looked for when the first device is one; the others are left to the kernel."""
    needs()
    with pytest.raises(
        CaptureError, match=r"^ffff:3b:00\.7: Cannot find device \(ffff:3b:00\.7\)$"
    ):
        Dpdk("FFFF:3b:00.7", limits=SMALL)


@in_own_process
def test_a_limit_of_locked_memory_is_told_with_its_cure() -> None:
    """net_af_packet locks its rings; whoever is no root may lock eight megabytes, as a rule."""
    needs("net_af_packet")
    _, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    with wire() as made, made.receiver.entered(), without("CAP_IPC_LOCK"):
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 16, most))
        with pytest.raises(CaptureError) as caught:
            Dpdk("net_af_packet0,iface=line_a", [GROUP], limits=SMALL)

    assert str(caught.value) == (
        "net_af_packet0: its rings may not be locked: ulimit -l unlimited, or CAP_IPC_LOCK"
        " (service: LimitMEMLOCK=infinity)"
    )
    assert caught.value.exit_code == 3

"""Jumbo frames by devices of DPDK: whole where buffers for them are asked for, else told as cut or not taken."""

import ctypes
from contextlib import closing
from pathlib import Path

import pytest
from capture_writers import pcap
from dpdk_devices import needs
from lan import wire
from live_frames import GROUP, send, taken, udp
from own_process import in_own_process
from test_jumbo import FRAMES, LONGEST, jumbo

from feedhandler.counter import Counter
from feedhandler.source.dpdk import Dpdk, DpdkLimits
from feedhandler.source.dpdk_device import FRAME_BYTES_MAX, HEADROOM, Device
from feedhandler.source.source import CaptureError

LARGE = DpdkLimits(16 << 20, frame_bytes=9022)
USUAL = DpdkLimits(16 << 20)


def mtu_of(source: Dpdk) -> int:
    """What DPDK has a device take."""
    told = ctypes.c_uint16()
    ctypes.CDLL(None).rte_eth_dev_get_mtu(source._port.number, ctypes.byref(told))
    return told.value


@pytest.mark.parametrize(("limits", "mtu"), [(LARGE, 9004), (USUAL, 1500)])
@in_own_process
def test_a_device_is_told_how_long_frames_are(limits: DpdkLimits, mtu: int, tmp_path: Path) -> None:
    """Its MTU as a card's would be; frames of a file come whole, or cut and counted."""
    needs()
    path = tmp_path / "long.pcap"
    path.write_bytes(pcap([(10**18, each) for each in (*FRAMES, LONGEST)]))
    with closing(Dpdk(f"net_pcap0,rx_pcap={path}", limits=limits)) as source:
        told = mtu_of(source)
        seen = taken(source, 17)
        lost = source.lost()

    whole = limits is LARGE
    assert told == mtu
    assert [each.wire for each in seen] == [len(each) for each in (*FRAMES, LONGEST)]
    assert ([each.data for each in seen] == [*FRAMES, LONGEST]) == whole
    assert lost[Counter.CUT_FRAMES] == (0 if whole else 17)


@in_own_process
def test_frames_of_a_wire_come_whole() -> None:
    """net_af_packet: slots of its ring, and buffers for what it finds in them; short ones beside."""
    needs("net_af_packet")
    frames = [*FRAMES, LONGEST, udp(GROUP, b"short"), LONGEST]
    with wire() as made:
        jumbo(made)
        with made.receiver.entered():
            source = Dpdk("net_af_packet0,iface=line_a", limits=LARGE)
        with closing(source):
            with made.sender.entered():
                send("line_a", frames)
            seen = [each for each in taken(source, len(frames)) if each.data[:6] == LONGEST[:6]]
            lost = source.lost()

    assert [each.data for each in seen] == frames
    assert not any(lost.values())


@pytest.mark.parametrize(
    ("driver", "longest", "most"), [("net_af_xdp", 9022, "3,648"), ("net_pcap", 65_536, "65,296")]
)
@in_own_process
def test_what_has_no_room_is_refused(driver: str, longest: int, most: str) -> None:
    """AF_XDP has a page for a frame and what is before it; a buffer of DPDK tells its room in 16 bits."""
    needs(driver)
    with pytest.raises(CaptureError) as refused:
        Dpdk(f"{driver}0,iface=lo", limits=DpdkLimits(16 << 20, frame_bytes=longest))

    assert (
        str(refused.value)
        == f"{driver}0: frames of {longest:,} bytes: its buffers have room for {most}"
    )
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("longest", [2048, 2049, 4000, 9022, FRAME_BYTES_MAX])
def test_slots_and_buffers_fit_each_other(longest: int) -> None:
    """The kernel wants whole pages; the driver refuses slots for more than a buffer holds."""
    limits = DpdkLimits(64 << 20, frame_bytes=longest)
    words = dict(
        word.split("=") for word in Device.parse("net_af_packet0").told(limits).split(",")[1:]
    )
    block, slot, count = (int(words[each]) for each in ("blocksz", "framesz", "framecnt"))

    assert slot - 32 <= limits.room_bytes
    assert slot - 80 >= longest or longest == 2048
    assert block % 4096 == block % slot == slot % 16 == count % (block // slot) == 0
    assert limits.buffers * limits.room_bytes <= limits.pool_bytes
    assert limits.room_bytes + HEADROOM <= 0xFFFF

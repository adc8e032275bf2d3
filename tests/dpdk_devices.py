"""Devices of DPDK for tests; a test that opens one runs in a process of its own (`own_process`)."""

import ctypes
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np
import pytest
from live_frames import GROUP, OTHER, WAIT_S, udp

from feedhandler.bench.namespace import Wire
from feedhandler.source import descriptor
from feedhandler.source.dpdk import Dpdk, DpdkLimits
from feedhandler.source.dpdk_eal import Libraries, loaded
from feedhandler.source.live import LiveSource
from feedhandler.source.source import CaptureError

SMALL = DpdkLimits(pool_bytes=16 << 20, devices=2)
OURS = {udp(place, b"")[:6] for place in (GROUP, OTHER)}  # their addresses on Ethernet
WIRES = ("net_af_packet", "net_pcap", "net_af_xdp")


def needs(driver: str = "net_pcap") -> None:
    """Skip where DPDK or the driver is not installed."""
    try:
        Libraries()
        loaded(driver)
    except (CaptureError, OSError) as error:
        pytest.skip(f"no DPDK here: {error}")


@contextmanager
def listening(
    made: Wire, driver: str, interface: str = "line_a", number: int = 0
) -> Iterator[Dpdk]:
    """A device on the receiver's end of a wire; it is opened and closed in its namespace."""
    with made.receiver.entered():
        name = f"{driver}{number}"
        source = Dpdk(f"{name},iface={interface}", [GROUP, OTHER], limits=SMALL, number=number)
        with closing(source):
            yield source


def heard(source: LiveSource, count: int) -> list[bytes]:
    """The next frames to our groups: what else is on a wire (IGMP) is not asked for, and comes too."""
    rows = np.zeros((256, descriptor.WORDS), np.int64)
    found: list[bytes] = []
    deadline = time.monotonic() + WAIT_S
    while len(found) < count and time.monotonic() < deadline:
        number = source.poll(source.state_address, int(rows.ctypes.data), len(rows))
        frames = (ctypes.string_at(row[0], row[1]) for row in rows[:number].tolist())
        found += [each for each in frames if each[:6] in OURS]
    return found

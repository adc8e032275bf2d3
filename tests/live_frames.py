"""Frames that tests put on a wire, and what a live source makes of them."""

import ctypes
import socket
import struct
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from capture_writers import pcap
from cli_runs import read

from feedhandler.decode.catalog import Feed
from feedhandler.engine.routing import midnight_ns
from feedhandler.live import LiveRun
from feedhandler.sending.sender import Sender
from feedhandler.source import descriptor
from feedhandler.source.frames import Frame
from feedhandler.source.live import LiveSource

GROUP = (0xE9360C6F, 26477)
OTHER = (0xE931C46F, 26477)
WAIT_S = 60
LONG_S = 240


def udp(place: tuple[int, int], payload: bytes, *, tag: bytes = b"", fragment: int = 0) -> bytes:
    """A frame with a datagram to a group."""
    address, port = place
    ip = struct.pack(
        ">BBHHHBBHII", 0x45, 0, 28 + len(payload), 0, fragment, 9, 17, 0, 0x0A4D0001, address
    )
    total = sum(struct.unpack(">10H", ip))
    total = (total & 0xFFFF) + (total >> 16)
    ip = ip[:10] + struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + ip[12:]
    head = struct.pack(">HHHH", 7, port, 8 + len(payload), 0)
    mac = b"\x01\0\x5e" + (address & 0x7FFFFF).to_bytes(3, "big") + b"\x02\0\0\0\0\x01"
    return mac + tag + b"\x08\0" + ip + head + payload


def send(interface: str, frames: Iterable[bytes]) -> None:
    """Put frames on a wire; the caller is in the sender's namespace."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as out:
        out.bind((interface, 0))
        for frame in frames:
            out.send(frame)


def until(true: Callable[[], Any]) -> None:
    """Wait for something to be so."""
    deadline = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def lost(run: LiveRun) -> bool:
    """Whether frames never came to a run, or it has failed: to wait for more is in vain."""
    return run.error is not None or any(name.endswith("_drops") for name in run.look())


def in_step(run: LiveRun, sender: Sender) -> Callable[[], bool]:
    """A sender's `stop` that never stops, and waits until all that was sent was received, or some of it lost.

    Drivers have room for so many frames (net_af_xdp of DPDK for 2,048): a receiver that gets no processor for some
    hundredths of a second loses the rest of a capture that is sent at once.
    """

    def received() -> bool:
        return run.look().get("frames", 0) >= sender.frames or lost(run)

    def wait() -> bool:
        until(received)
        return False

    return wait


def today(path: str, described: Feed, folder: Path) -> str:
    """A copy of a capture whose day is today: times of ITCH count from the midnight of their receipt."""
    first, *_ = seen = read(path)
    shift = midnight_ns(time.time_ns(), described.timezone)
    shift -= midnight_ns(first.ts_recv, described.timezone)
    moved = folder / "today.pcap"
    moved.write_bytes(pcap([(each.ts_recv + shift, each.data) for each in seen], nanos=True))
    return str(moved)


def taken(source: LiveSource, count: int) -> list[Frame]:
    """The next frames of a source: so many, or those of a long time."""
    rows = np.zeros((16, descriptor.WORDS), np.int64)
    found: list[Frame] = []
    deadline = time.monotonic() + (WAIT_S if count else 0.2)
    while len(found) < max(count, 1) and time.monotonic() < deadline:
        number = source.poll(source.state_address, int(rows.ctypes.data), len(rows))
        for row in rows[:number].tolist():
            address, captured, wire, link, _, received, packet, interface = row
            data = ctypes.string_at(address, captured)
            found.append(Frame(packet, received, link, wire, data, interface))
    return found


def tags(source: LiveSource) -> list[int]:
    """VLAN ids of the frames that lie ready."""
    rows = np.zeros((16, descriptor.WORDS), np.int64)
    number = source.poll(source.state_address, int(rows.ctypes.data), len(rows))
    return [int(row[descriptor.VLAN]) for row in rows[:number]]

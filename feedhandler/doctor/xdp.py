"""What AF_XDP would find at an interface: which mode its driver can, whether its frames fit, how many queues it has."""

import struct
from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok, warn
from feedhandler.doctor.machine import Machine

NET: Final = "sys/class/net"
BASIC: Final = 1 << 0  # NETDEV_XDP_ACT_*
REDIRECT: Final = 1 << 1
ZERO_COPY: Final = 1 << 3
FRAME_BYTES_MAX: Final = 4096 - 256 - 16  # of a chunk: the kernel's headroom, our stamp
HEADERS: Final = 22  # Ethernet and two tags
GET_CHANNELS: Final = 0x3C
_CHANNELS: Final = struct.Struct(
    "=9I"
)  # command, most of rx, tx, other, combined, then what they are


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Everything of one interface; nothing if none was named."""
    if asked.interface:
        yield mode(machine, asked.interface)
        yield room(machine, asked.interface)
        yield queues(machine, asked.interface)


def mode(machine: Machine, name: str) -> Finding:
    """Zero-copy, native, or generic."""
    features = machine.kernel.xdp_features(name)
    if features is None:
        return absent("xdp mode", "the kernel does not tell (since Linux 6.3): `run` finds out")
    if not features & BASIC or not features & REDIRECT:
        return warn("xdp mode", "generic only: the driver knows no XDP; the ring is as quick")
    if features & ZERO_COPY:
        return ok("xdp mode", "native, zero-copy")
    return ok("xdp mode", "native, frames are copied")


def room(machine: Machine, name: str) -> Finding:
    """Whether the longest frame fits a chunk."""
    mtu = machine.number(f"{NET}/{name}/mtu")
    if mtu is None:
        return absent("xdp frames", f"{name} tells no MTU")
    return judged("xdp frames", f"of {mtu + HEADERS} bytes at most; {FRAME_BYTES_MAX} fit",
                  f"sudo ip link set {name} mtu 1500", good=mtu + HEADERS <= FRAME_BYTES_MAX)  # fmt: skip


def queues(machine: Machine, name: str) -> Finding:
    """How many queues there are: each has a socket and memory of its own, and their order is not kept."""
    reply = machine.kernel.ethtool(name, _CHANNELS.pack(GET_CHANNELS, *[0] * 8))
    if reply is None:
        return absent("xdp queues", f"{name} does not tell; one is assumed")
    words = _CHANNELS.unpack_from(reply)
    number = max(int(words[5] + words[8]), 1)
    return ok("xdp queues", f"{number}: one socket each; order is kept within a queue only")

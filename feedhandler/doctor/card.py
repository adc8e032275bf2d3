"""The network card: its link, what it merges and strips, how much it can keep, what it has lost.

Offloads are asked by the old commands of ethtool (one value each), which every driver has answered since 2.6.
Numbers and layouts are those of <linux/ethtool.h>.
"""

import struct
from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok, warn
from feedhandler.doctor.machine import Machine

NET: Final = "sys/class/net"
GET_COALESCE: Final = 0x0E
GET_RINGS: Final = 0x10
GET_FLAGS: Final = 0x25
GET_GRO: Final = 0x2B
FLAG_RXVLAN: Final = 1 << 8
FLAG_LRO: Final = 1 << 15
_VALUE: Final = struct.Struct("=II")  # command, value
_RINGS: Final = struct.Struct("=9I")  # command, most of rx, mini, jumbo, tx, then what they are
_COALESCE: Final = struct.Struct("=23I")  # command, rx_usecs, rx_frames, ..., [10] adaptive rx
ADAPTIVE: Final = 10
LOSSES: Final = ("rx_dropped", "rx_missed_errors", "rx_fifo_errors", "rx_crc_errors")


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Everything of one card; nothing if none was named."""
    if not asked.interface:
        return
    yield link(machine, asked.interface)
    yield merging(machine, asked.interface)
    yield flag(
        machine, asked.interface, "lro", FLAG_LRO, "on: datagrams are merged before we see them"
    )
    yield flag(
        machine, asked.interface, "rxvlan", FLAG_RXVLAN,
        "on: the VLAN tag is taken off (the ring tells it, AF_XDP does not see it)",
    )  # fmt: skip
    yield rings(machine, asked.interface)
    yield coalescing(machine, asked.interface)
    yield losses(machine, asked.interface)


def link(machine: Machine, name: str) -> Finding:
    """Driver, speed and size of frames."""
    folder = f"{NET}/{name}"
    driver = machine.target(f"{folder}/device/driver") or "no device"
    speed = machine.number(f"{folder}/speed")
    mtu = machine.number(f"{folder}/mtu")
    words = [driver, f"{speed} Mbit/s" if speed and speed > 0 else "", f"MTU {mtu}" if mtu else ""]
    says = ", ".join(word for word in words if word)
    state = machine.text(f"{folder}/operstate") or "unknown"
    if state in {"up", "unknown"}:  # loopback and tunnels never say up
        return ok("link", says)
    return warn("link", f"{says}: {state}", f"sudo ip link set {name} up")


def value_of(machine: Machine, name: str, command: int) -> int | None:
    """The value of one command."""
    reply = machine.kernel.ethtool(name, _VALUE.pack(command, 0))
    return None if reply is None else int(_VALUE.unpack_from(reply)[1])


def merging(machine: Machine, name: str) -> Finding:
    """Generic receive offload."""
    on = value_of(machine, name, GET_GRO)
    if on is None:
        return absent("gro", f"{name} does not tell")
    return judged("gro", "on: datagrams may come merged and late" if on else "off",
                  f"sudo ethtool -K {name} gro off", good=not on)  # fmt: skip


def flag(machine: Machine, name: str, what: str, bit: int, wrong: str) -> Finding:
    """An offload that is a bit of the flags, and should be off."""
    flags = value_of(machine, name, GET_FLAGS)
    if flags is None:
        return absent(what, f"{name} does not tell")
    on = bool(flags & bit)
    return judged(what, wrong if on else "off", f"sudo ethtool -K {name} {what} off", good=not on)


def rings(machine: Machine, name: str) -> Finding:
    """Whether the card keeps as many frames as it can."""
    reply = machine.kernel.ethtool(name, _RINGS.pack(GET_RINGS, *[0] * 8))
    if reply is None:
        return absent("card ring", f"{name} has none that can be set")
    words = _RINGS.unpack_from(reply)
    most, now = words[1], words[5]
    return judged("card ring", f"{now} of at most {most} receive descriptors",
                  f"sudo ethtool -G {name} rx {most}", good=now >= most)  # fmt: skip


def coalescing(machine: Machine, name: str) -> Finding:
    """Whether the card waits before it interrupts."""
    reply = machine.kernel.ethtool(name, _COALESCE.pack(GET_COALESCE, *[0] * 22))
    if reply is None:
        return absent("coalescing", f"{name} has none that can be set")
    words = _COALESCE.unpack_from(reply)
    wait_us, adaptive = words[1], words[ADAPTIVE]
    says = f"{'adaptive, ' if adaptive else ''}up to {wait_us} us before an interrupt"
    return judged("coalescing", says, f"sudo ethtool -C {name} adaptive-rx off rx-usecs 0",
                  good=not adaptive and not wait_us)  # fmt: skip


def losses(machine: Machine, name: str) -> Finding:
    """What the card and its driver have lost since they came up."""
    folder = f"{NET}/{name}/statistics"
    found = {each: machine.number(f"{folder}/{each}") for each in LOSSES}
    if all(number is None for number in found.values()):
        return absent("losses", f"{name} does not count")
    lost = ", ".join(f"{each} {number:,}" for each, number in found.items() if number)
    if not lost:
        return ok("losses", "none since the card came up")
    return warn("losses", f"{lost} since the card came up", f"ethtool -S {name}  # where they were")

"""Limits of sockets and rings: how much may wait in the kernel, and how many groups may be joined."""

from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok
from feedhandler.doctor.machine import Machine, sysctl_command

NET: Final = "proc/sys/net"
RECEIVE_BYTES: Final = 64 << 20  # 50 ms of a 10 Gbit/s burst
BACKLOG: Final = 10_000
MEMBERSHIPS: Final = 256
LOOSE: Final = 2  # rp_filter


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Receive buffers, the queue before them, memberships, the filter by reverse path, the JIT of BPF."""
    yield least(machine, "net.core.rmem_max", RECEIVE_BYTES, "bytes of a socket's receive buffer")
    yield least(machine, "net.core.netdev_max_backlog", BACKLOG, "packets before a core's sockets")
    yield least(
        machine, "net.ipv4.igmp_max_memberships", MEMBERSHIPS, "groups that a socket may join"
    )
    yield jit(machine)
    if asked.interface:
        yield reverse_path(machine, asked.interface)


def least(machine: Machine, name: str, wanted: int, what: str) -> Finding:
    """A setting of the kernel that should be at least so large."""
    number = machine.number(f"proc/sys/{name.replace('.', '/')}")
    short = name.rpartition(".")[2]
    if number is None:
        return absent(short, "the kernel does not tell")
    return judged(short, f"{number:,} {what}", sysctl_command(name, wanted), good=number >= wanted)


def jit(machine: Machine) -> Finding:
    """Whether filters and XDP programs are compiled."""
    on = machine.number(f"{NET}/core/bpf_jit_enable")
    if on is None:
        return absent("bpf jit", "the kernel does not tell")
    return judged("bpf jit", "on" if on else "off: filters are interpreted",
                  sysctl_command("net.core.bpf_jit_enable", 1), good=bool(on))  # fmt: skip


def reverse_path(machine: Machine, interface: str) -> Finding:
    """Whether datagrams are dropped whose sender would be answered by another interface.

    The kernel takes the stricter of both settings. Sources below the sockets (ring, XDP) do not meet it.
    """
    found = [machine.number(f"{NET}/ipv4/conf/{each}/rp_filter") for each in ("all", interface)]
    if found[1] is None:
        return absent("rp_filter", f"{interface} has no such setting")
    strictest = max(each or 0 for each in found)
    if strictest != 1:
        return ok("rp_filter", "loose" if strictest == LOOSE else "off")
    return judged("rp_filter", "strict: UDP sockets lose multicast that is routed elsewhere",
                  sysctl_command(f"net.ipv4.conf.{interface}.rp_filter", LOOSE),
                  good=False)  # fmt: skip

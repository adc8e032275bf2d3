"""Privileges: which capabilities each source needs, which of them this process has, and how to give them.

Capabilities are read from CapEff, not guessed from the user id: root in a container may lack them, and a user
may have them.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, ok, warn
from feedhandler.doctor.machine import Machine
from feedhandler.source.capability import missing, told

# What each source needs. Captures and sockets need nothing.
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "pcap": (),
    "udp_socket": (),
    "packet_ring": ("CAP_NET_RAW",),
    "libpcap": ("CAP_NET_RAW",),
    "xdp": ("CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF"),
    "dpdk": ("CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_SYS_RAWIO"),
}
FOR_PRIORITY: Final = "CAP_SYS_NICE"  # SCHED_FIFO; a limit does as well
FOR_LOCKING: Final = "CAP_IPC_LOCK"  # likewise mlockall
PRIORITY_COMMAND: Final = "sudo prlimit --pid $$ --rtprio=50"
LOCKING_COMMAND: Final = "sudo prlimit --pid $$ --memlock=unlimited"


def look(machine: Machine, _asked: Asked) -> Iterator[Finding]:
    """Each source."""
    have = effective(machine)
    for source, needed in NEEDED.items():
        if source != "pcap":
            yield judge(source, needed, have)


def effective(machine: Machine) -> frozenset[str] | None:
    """The capabilities of ours that this process has; None = not told."""
    return told(machine.text("proc/self/status") or "")


def judge(what: str, needed: tuple[str, ...], have: frozenset[str] | None) -> Finding:
    """Whether a source could be opened."""
    if not needed:
        return ok(what, "needs no privilege")
    if have is None:
        return absent(what, "the capabilities of this process are not told")
    lacking = missing(needed, have)
    if not lacking:
        return ok(what, f"has {', '.join(needed)}")
    return warn(what, f"lacks {', '.join(lacking)}", setcap_command(needed))


def setcap_command(needed: Iterable[str], program: str = "") -> str:
    """The command that gives them to the interpreter for good; a unit of systemd is the better place."""
    names = ",".join(name.lower() for name in needed)
    return f"sudo setcap {names}+ep {program or Path(sys.executable).resolve()}"

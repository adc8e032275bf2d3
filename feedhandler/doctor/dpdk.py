"""Whether DPDK is here, in a version whose structures we know, with the drivers that need no card."""

from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, ok, warn
from feedhandler.doctor.machine import Machine
from feedhandler.source.dpdk_eal import (
    ABI,
    EXPECTED,
    FOLDERS,
    PACKAGES,
    PARTS,
    install_command,
    installed,
    release,
)

VIRTUAL: Final = ("net_af_packet", "net_af_xdp", "net_pcap")


def look(machine: Machine, _asked: Asked) -> Iterator[Finding]:
    """Its libraries."""
    names = {name for folder in FOLDERS for name in machine.names(folder)}
    found = sorted(installed(names))
    if not found:
        yield absent("libraries", "not installed", install_command(*PACKAGES))
        return
    told = " and ".join(map(release, found))
    if ABI not in found:
        yield warn("libraries", f"{told}: not supported, {EXPECTED} is expected")
        return
    here = {part for part in (*PARTS, *VIRTUAL) if f"librte_{part}.so.{ABI}" in names}
    lacking = [part for part in PARTS if part not in here]
    if lacking:
        yield warn("libraries", f"{told} lacks {', '.join(lacking)}", install_command(*PACKAGES))
        return
    drivers = ", ".join(name for name in VIRTUAL if name in here) or "no virtual device"
    yield ok("libraries", f"{told}: supported; {drivers}")

"""Memory: where it lies, in pages of which size, and whether it may be kept from being swapped out."""

import re
from collections.abc import Iterator
from typing import Final

from feedhandler.doctor import privileges
from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok, warn
from feedhandler.doctor.machine import Machine, sysctl_command, write_command

NODES: Final = "sys/devices/system/node"
HUGE: Final = "sys/kernel/mm/hugepages/hugepages-2048kB"
THP: Final = "sys/kernel/mm/transparent_hugepage/enabled"
HUGE_PAGES: Final = 512  # 1 GiB: pools and rings of a large feed
LOCKED_LEAST: Final = 1 << 30


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """NUMA, huge pages, transparent huge pages, the limit of locked memory."""
    yield nodes(machine, asked)
    yield balancing(machine)
    yield huge_pages(machine)
    yield transparent(machine)
    yield locked(machine)


def node_of(machine: Machine, core: int) -> int | None:
    """The NUMA node of a core."""
    for name in machine.names(NODES):
        if re.fullmatch(r"node\d+", name) and core in (
            machine.cores(f"{NODES}/{name}/cpulist") or ()
        ):
            return int(name[4:])
    return None


def nodes(machine: Machine, asked: Asked) -> Finding:
    """Whether core and card are on one node."""
    count = sum(bool(re.fullmatch(r"node\d+", name)) for name in machine.names(NODES))
    if not count:
        return absent("numa", "this kernel does not tell of nodes")
    if count == 1:
        return ok("numa", "one node")
    core_node = node_of(machine, asked.core)
    if not asked.interface:
        return ok("numa", f"{count} nodes; core {asked.core} is on node {core_node}")
    card_node = machine.number(f"sys/class/net/{asked.interface}/device/numa_node")
    if card_node is None or card_node < 0:
        return absent("numa", f"{count} nodes; {asked.interface} does not tell its own")
    told = f"core {asked.core} on node {core_node}, {asked.interface} on node {card_node}"
    near = machine.text(f"{NODES}/node{card_node}/cpulist") or "?"
    return judged("numa", told, f"feedhandler doctor -i {asked.interface} --core CORE  "
                  f"# one of {near}, there and in the configuration",
                  good=core_node == card_node)  # fmt: skip


def balancing(machine: Machine) -> Finding:
    """Whether pages are unmapped to see who uses them."""
    on = machine.number("proc/sys/kernel/numa_balancing")
    if on is None:
        return ok("numa balancing", "not in this kernel")
    return judged("numa balancing", "on: it takes pages away to see who uses them" if on else "off",
                  sysctl_command("kernel.numa_balancing", 0), good=not on)  # fmt: skip


def huge_pages(machine: Machine) -> Finding:
    """Huge pages set aside."""
    total = machine.number(f"{HUGE}/nr_hugepages")
    if total is None:
        return absent("huge pages", "no pages of 2 MiB on this machine")
    free = machine.number(f"{HUGE}/free_hugepages") or 0
    return judged("huge pages", f"{total} of 2 MiB, {free} free" if total else "none of 2 MiB",
                  sysctl_command("vm.nr_hugepages", HUGE_PAGES), good=free > 0)  # fmt: skip


def transparent(machine: Machine) -> Finding:
    """Whether pools that ask for huge pages get them, and nobody else's pages are moved for it."""
    chosen = re.search(r"\[(\w+)\]", machine.text(THP) or "")
    if chosen is None:
        return absent("thp", "no transparent huge pages in this kernel")
    why = {
        "madvise": "madvise: for those who ask",
        "always": "always: memory is moved about to make huge pages",
        "never": "never: pools cannot have huge pages",
    }
    return judged("thp", why.get(chosen[1], chosen[1]), write_command("madvise", THP),
                  good=chosen[1] == "madvise")  # fmt: skip


def locked(machine: Machine) -> Finding:
    """How much memory this process may lock."""
    if privileges.FOR_LOCKING in (privileges.effective(machine) or ()):
        return ok("memlock", f"no limit, by {privileges.FOR_LOCKING}")
    limit = machine.limit("Max locked memory")
    if limit is None:
        return absent("memlock", "the limit is not told")
    if limit < 0:
        return ok("memlock", "no limit")
    says = f"{limit:,} bytes may be locked"
    if limit >= LOCKED_LEAST:
        return ok("memlock", says)
    return warn("memlock", f"{says}: rings and pools may be swapped out",
                privileges.LOCKING_COMMAND)  # fmt: skip

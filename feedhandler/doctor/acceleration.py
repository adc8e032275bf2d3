"""Socket accelerators that were loaded before us: Onload, VMA, XLIO. Loaded does not mean that a socket uses them."""

from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, ok
from feedhandler.doctor.machine import Machine

ONLOAD: Final = "onload_fd_stat"  # in libonload itself; libonload_ext has weak stubs of the others
LIBRARIES: Final = {"onload": "libonload", "vma": "libvma", "xlio": "libxlio"}
STARTED_BY: Final = {
    "onload": "onload --profile=latency feedhandler run ...",
    "vma": "LD_PRELOAD=libvma.so feedhandler run ...",
    "xlio": "LD_PRELOAD=libxlio.so feedhandler run ...",
}


def look(machine: Machine, _asked: Asked) -> Iterator[Finding]:
    """Each of them."""
    maps = machine.text("proc/self/maps") or ""
    for name, library in LIBRARIES.items():
        mapped = f"{library}." in maps
        answers = machine.kernel.has_symbol(ONLOAD) if name == "onload" else mapped and (
            machine.kernel.vma_answers()
        )  # fmt: skip
        if mapped and answers:
            yield ok(name, "loaded: udp_socket may be accelerated (`run` tells whether it is)")
        elif mapped:
            yield absent(name, "mapped, and does not answer: it is not before the socket calls")
        else:
            yield absent(name, "not loaded", STARTED_BY[name])

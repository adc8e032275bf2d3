"""What a process does to itself so that its polling loop is left alone: pinned, in time, in memory, awake.

Each step says as a finding whether it was done, and if not, with which command it could be: a run goes on without,
and its operator knows. Pin and priority are of the calling thread; the rest is of the process.
"""

import ctypes
import errno
import gc
import os
import resource
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from feedhandler.doctor.finding import Asked, Finding, Status, ok, warn
from feedhandler.doctor.machine import Machine
from feedhandler.doctor.memory import nodes
from feedhandler.doctor.privileges import LOCKING_COMMAND, PRIORITY_COMMAND
from feedhandler.doctor.scheduling import spinning
from feedhandler.records import ask_for_large_pages

CURRENT: Final = 1  # MCL_*
FUTURE: Final = 2
ON_FAULT: Final = 4
LATENCY: Final = Path("/dev/cpu_dma_latency")


def pin(core: int) -> Finding:
    """Keep this thread on a core."""
    try:
        os.sched_setaffinity(0, {core})
    except OSError as error:
        return warn("pin", f"core {core}: {error.strerror}", "feedhandler doctor")
    return ok("pin", f"core {core}")


def in_real_time(priority: int) -> Finding:
    """Let this thread run before all others (SCHED_FIFO); only for a core of its own."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    except OSError as error:
        why = f"SCHED_FIFO {priority}: {error.strerror}"
        return warn("priority", why, PRIORITY_COMMAND)
    return ok("priority", f"SCHED_FIFO {priority}")


def in_memory(*, lasting: bool = True) -> Finding:
    """Keep every page that was touched in memory, those to come too.

    Not those that were only reserved: pools are large in address space, and would be taken whole. `lasting`: the
    privilege to lock stays. Where it is given up, memory to come is locked only if no limit holds for it: beyond
    a limit it would not be locked, but refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with suppress(ValueError, OSError):  # no right to more: then what there is
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY,) * 2)
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    if lasting or unlimited:
        if libc.mlockall(CURRENT | FUTURE | ON_FAULT) == 0:
            return ok("memory", "locked as it is touched")
    elif libc.mlockall(CURRENT | ON_FAULT) == 0:
        return warn("memory", "locked but for what is taken later", LOCKING_COMMAND)
    why = errno.errorcode.get(ctypes.get_errno(), "?")
    return warn("memory", f"mlockall: {why}", LOCKING_COMMAND)


def unlock() -> None:
    """Undo `in_memory`."""
    ctypes.CDLL(None).munlockall()


def awake(device: Path = LATENCY) -> tuple[Finding, int]:
    """Keep all cores from sleeps that take time to leave, until the descriptor is closed; -1 = it was not done."""
    try:
        fd = os.open(device, os.O_WRONLY | os.O_CLOEXEC)
        os.write(fd, bytes(4))  # 0 us
    except OSError as error:
        mend = f"sudo setfacl -m u:{os.getuid()}:rw {device}"
        return warn("sleep", f"{device}: {error.strerror}", mend), -1
    return ok("sleep", "no core sleeps deeply"), fd


def settled() -> Finding:
    """Take what lives since the start out of the collector's sight: a full collection would take milliseconds."""
    gc.collect()
    gc.freeze()
    return ok("collector", f"{gc.get_freeze_count():,} objects are left out")


def in_large_pages(arrays: Iterable[Any]) -> Finding:
    """Ask for large pages below these arrays; before they are touched, and without a promise of the system's."""
    memory = advised = 0
    for array in arrays:
        memory += int(np.asarray(array).nbytes)
        try:
            advised += ask_for_large_pages(np.asarray(array))
        except OSError as error:
            why = errno.errorcode.get(error.errno or 0, "?")
            return warn("pools", f"no huge pages: madvise: {why}", "feedhandler doctor")
    return ok("pools", f"{memory >> 20:,} MiB, huge pages asked for {advised >> 20:,} of them")


def alone(core: int | None, machine: Machine | None = None) -> Finding:
    """Whether a loop that spins, before all others, has a core of its own: warned of where nobody can say so."""
    if core is None:
        says = "SCHED_FIFO and spinning, now on this core and now on that one: give it a core of its own"
        return warn("priority", says, "feedhandler doctor")
    found = spinning(machine or Machine(), core)
    bad = found.status is not Status.OK
    return replace(found, name="priority", status=Status.WARN if bad else Status.OK)


def near(core: int, interface: str) -> Finding:
    """Whether a core and a card are on one memory node."""
    return nodes(Machine(), Asked(core, interface))

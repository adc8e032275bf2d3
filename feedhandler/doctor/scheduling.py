"""The scheduler: what takes the core away from a loop that never sleeps."""

from collections.abc import Iterator

from feedhandler.doctor import privileges
from feedhandler.doctor.cores import isolation
from feedhandler.doctor.finding import Asked, Finding, Status, absent, judged, ok, warn
from feedhandler.doctor.machine import Machine, sysctl_command, write_command

KERNEL = "proc/sys/kernel"


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Throttling of real-time tasks, fair servers, autogroup, the hard-lockup watchdog, priority, and on which core."""
    yield throttling(machine)
    yield fair_server(machine, asked.core)
    yield autogroup(machine)
    yield lockup_watchdog(machine)
    yield priority(machine)
    yield spinning(machine, asked.core)


def throttling(machine: Machine) -> Finding:
    """Whether SCHED_FIFO is stopped for a part of each period."""
    runtime_us = machine.number(f"{KERNEL}/sched_rt_runtime_us")
    period_us = machine.number(f"{KERNEL}/sched_rt_period_us") or 1_000_000
    if runtime_us is None:
        return absent("rt throttling", "the kernel does not tell")
    if runtime_us in {-1, period_us}:
        return ok("rt throttling", "off")
    lost_us = period_us - runtime_us
    return warn(
        "rt throttling", f"a SCHED_FIFO loop stands still for {lost_us} of {period_us} us",
        sysctl_command("kernel.sched_rt_runtime_us", -1),
    )  # fmt: skip


def fair_server(machine: Machine, core: int) -> Finding:
    """Whether starved ordinary tasks are given time before real-time ones."""
    path = f"sys/kernel/debug/sched/fair_server/cpu{core}/runtime"
    runtime_ns = machine.number(path)
    if runtime_ns is None:
        return absent("fair server", "not there, or only root may look (debugfs)")
    return judged(
        "fair server", f"{runtime_ns} ns of each period for starved tasks",
        write_command(0, path), good=runtime_ns == 0,
    )  # fmt: skip


def autogroup(machine: Machine) -> Finding:
    """Whether nice acts only inside one session."""
    on = machine.number(f"{KERNEL}/sched_autogroup_enabled")
    if on is None:
        return ok("autogroup", "not in this kernel")
    return judged(
        "autogroup", "on: nice acts inside one session only" if on else "off",
        sysctl_command("kernel.sched_autogroup_enabled", 0), good=not on,
    )  # fmt: skip


def lockup_watchdog(machine: Machine) -> Finding:
    """Whether a counter's interrupt looks for locked cores."""
    on = machine.number(f"{KERNEL}/nmi_watchdog")
    if on is None:
        return ok("nmi watchdog", "not in this kernel")
    return judged(
        "nmi watchdog", "on: it interrupts every core" if on else "off",
        sysctl_command("kernel.nmi_watchdog", 0), good=not on,
    )  # fmt: skip


def priority(machine: Machine) -> Finding:
    """Whether this process may have a real-time priority."""
    if privileges.FOR_PRIORITY in (privileges.effective(machine) or ()):
        return ok("rt priority", f"any, by {privileges.FOR_PRIORITY}")
    limit = machine.limit("Max realtime priority")
    if limit is None:
        return absent("rt priority", "the limit is not told")
    if limit != 0:
        return ok("rt priority", f"up to {'any' if limit < 0 else limit}")
    return absent(
        "rt priority", f"RLIMIT_RTPRIO is 0, and no {privileges.FOR_PRIORITY}: no SCHED_FIFO",
        privileges.PRIORITY_COMMAND,
    )  # fmt: skip


def spinning(machine: Machine, core: int) -> Finding:
    """Whether a loop that never sleeps, before all others, has a core of its own: else nothing else runs there."""
    found = isolation(machine, core)
    if found.status is Status.OK:
        return ok("rt spinning", f"core {core} is isolated: --priority takes it from nobody")
    known = "which is not isolated" if found.status is Status.WARN else "isolated or not"
    says = f"SCHED_FIFO and spinning on core {core}, {known}: {found.says}"
    return Finding("rt spinning", found.status, says, found.mend)

"""Cores: is one of them left alone, does it run at its speed, and who shares it."""

from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok, warn
from feedhandler.doctor.machine import (
    CPU,
    Cores,
    Machine,
    boot_command,
    cores_of,
    cores_text,
    write_command,
)

DEEP_US: Final = 10  # a sleep that takes longer to leave than a wake-up is worth


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Isolation, ticks, callbacks, siblings, speed and sleep of the polling core."""
    yield isolation(machine, asked.core)
    yield ticks(machine, asked.core)
    yield callbacks(machine, asked.core)
    yield siblings(machine, asked.core)
    yield governor(machine, asked.core)
    yield sleep(machine, asked.core)


def isolation(machine: Machine, core: int) -> Finding:
    """Whether the scheduler leaves the core alone."""
    if not machine.there(f"{CPU}/isolated"):
        return absent("isolated", "this kernel does not tell which cores are isolated")
    isolated = machine.isolated()
    mend = boot_command(machine, f"isolcpus=managed_irq,domain,{core}")
    if len(machine.online()) == 1:
        return warn("isolated", "there is one core only: whatever runs stops the polling")
    if not isolated:
        return warn("isolated", f"no core is isolated; polling would share core {core}", mend)
    told = f"cores {cores_text(isolated)}"
    return judged("isolated", told if core in isolated else f"{told}, not {core}", mend,
                  good=core in isolated)  # fmt: skip


def ticks(machine: Machine, core: int) -> Finding:
    """Whether the timer's tick stops on the core while one task runs."""
    cores = machine.cores(f"{CPU}/nohz_full")
    mend = boot_command(machine, f"nohz_full={core}")
    if cores is None:
        return absent("nohz_full", "this kernel was built without NO_HZ_FULL: ticks go on")
    return named_cores("nohz_full", cores, core, "the tick interrupts the core", mend)


def callbacks(machine: Machine, core: int) -> Finding:
    """Whether RCU callbacks are run elsewhere; nohz_full brings that with it."""
    if machine.text("proc/cmdline") is None:
        return absent("rcu_nocbs", "the kernel's command line is not told")
    text = machine.boot_argument("rcu_nocbs")
    named = machine.online() if text in {"", "all"} else cores_of(text or "") or frozenset()
    cores = named | (machine.cores(f"{CPU}/nohz_full") or frozenset())
    mend = boot_command(machine, f"rcu_nocbs={core}")
    return named_cores("rcu_nocbs", cores, core, "RCU callbacks run on the core", mend)


def named_cores(name: str, cores: Cores, core: int, wrong: str, mend: str) -> Finding:
    """A list of cores that must hold the core."""
    listed = f"cores {cores_text(cores)}" if cores else "no core"
    return judged(name, listed if core in cores else f"{listed}: {wrong}", mend, good=core in cores)


def siblings(machine: Machine, core: int) -> Finding:
    """Whether another hardware thread shares the core's pipeline."""
    shared = machine.cores(f"{CPU}/cpu{core}/topology/thread_siblings_list")
    if shared is None:
        return absent("smt", f"core {core} does not tell its siblings")
    others = (shared - {core}) & machine.online()
    paths = [f"{CPU}/cpu{other}/online" for other in sorted(others)]
    if not others:
        return ok("smt", f"core {core} has no sibling at work")
    return warn("smt", f"core {core} shares its pipeline with {cores_text(others)}",
                write_command(0, *paths))  # fmt: skip


def governor(machine: Machine, core: int) -> Finding:
    """Whether the core keeps its speed."""
    path = f"{CPU}/cpu{core}/cpufreq/scaling_governor"
    found = machine.text(path)
    if found is None:
        return absent("governor", "no cpufreq: the firmware or the host sets the speed")
    return judged("governor", found, write_command("performance", path),
                  good=found == "performance")  # fmt: skip


def sleep(machine: Machine, core: int) -> Finding:
    """Whether an idle core falls into a sleep that is slow to leave."""
    if machine.boot_argument("idle") == "poll":
        return ok("c-states", "idle=poll: cores never sleep")
    folder = f"{CPU}/cpu{core}/cpuidle"
    states = [name for name in machine.names(folder) if name.startswith("state")]
    if not states:
        return absent("c-states", "no cpuidle: the host decides")
    deep = [
        name for name in states
        if (machine.number(f"{folder}/{name}/latency") or 0) > DEEP_US
        and machine.number(f"{folder}/{name}/disable") == 0
    ]  # fmt: skip
    if not deep:
        return ok("c-states", f"no sleep takes longer than {DEEP_US} us to leave")
    worst = max(machine.number(f"{folder}/{name}/latency") or 0 for name in deep)
    names = ", ".join(machine.text(f"{folder}/{name}/name") or name for name in deep)
    return warn("c-states", f"{names}: up to {worst} us to leave (a core that spins never enters)",
                write_command(1, *(f"{folder}/{name}/disable" for name in deep)))  # fmt: skip

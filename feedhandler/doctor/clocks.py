"""Clocks: the one we read, who sets it, and whether the card stamps what it receives."""

import struct
from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, judged, ok, warn
from feedhandler.doctor.machine import Machine, write_command
from feedhandler.doctor.system import TIME_ERROR

SOURCE: Final = "sys/devices/system/clocksource/clocksource0/current_clocksource"
GET_TS_INFO: Final = 0x41
_TS_INFO: Final = struct.Struct("=IIi8I")  # command, abilities, number of the card's clock, ...
RX_HARDWARE: Final = 1 << 2  # SOF_TIMESTAMPING_*
RX_SOFTWARE: Final = 1 << 3
RAW_HARDWARE: Final = 1 << 6
SETTERS: Final = ("chronyd", "ptp4l", "phc2sys", "ntpd", "systemd-timesyn")  # comm has 15 letters


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """Clock source, TSC, who sets the clock, PTP clocks, time stamps of the card."""
    yield source(machine)
    yield counter(machine)
    yield setting(machine)
    yield ptp(machine)
    if asked.interface:
        yield stamping(machine, asked.interface)


def source(machine: Machine) -> Finding:
    """Whether the time can be read without a system call."""
    found = machine.text(SOURCE)
    if found is None:
        return absent("clock source", "the kernel does not tell")
    fast = found in {"tsc", "arch_sys_counter"}
    return judged("clock source", found if fast else f"{found}: reading the time is slow",
                  write_command("tsc", SOURCE), good=fast)  # fmt: skip


def counter(machine: Machine) -> Finding:
    """Whether the processor's counter is a clock."""
    for line in (machine.text("proc/cpuinfo") or "").splitlines():
        if line.startswith("flags"):
            missing = [each for each in ("constant_tsc", "nonstop_tsc") if each not in line.split()]
            if not missing:
                return ok("tsc", "constant and never stops")
            return warn("tsc", f"no {' and no '.join(missing)}: latencies of stages are not exact")
    return absent("tsc", "no flags of the processor are told")


def setting(machine: Machine) -> Finding:
    """Whether somebody sets the system's clock."""
    state = machine.kernel.clock_state()
    who = ", ".join(sorted(machine.processes(*SETTERS)))
    if state is None:
        return absent("clock set", "the kernel does not tell")
    mend = "sudo apt-get install chrony"
    if state == TIME_ERROR:
        why = f"not yet, though {who} runs" if who else "by nobody: the clock drifts"
        return warn("clock set", why, mend)
    off_ns = machine.kernel.clock_offset_ns()
    off = "" if off_ns is None else f", {off_ns:,} ns to go"
    return ok("clock set", f"by {who or 'somebody'}{off}")


def ptp(machine: Machine) -> Finding:
    """PTP hardware clocks."""
    names = [name for name in machine.names("sys/class/ptp") if name.startswith("ptp")]
    if not names:
        return absent("ptp clock", "no PTP clock here")
    told = ", ".join(
        f"{name} ({machine.text(f'sys/class/ptp/{name}/clock_name') or '?'})" for name in names
    )
    return ok("ptp clock", told)


def stamping(machine: Machine, interface: str) -> Finding:
    """Whether the card, or the kernel, stamps received frames."""
    reply = machine.kernel.ethtool(interface, _TS_INFO.pack(GET_TS_INFO, 0, 0, *[0] * 8))
    if reply is None:
        return absent("time stamps", f"{interface} does not tell")
    _, abilities, number, *_rest = _TS_INFO.unpack_from(reply)
    if abilities & RX_HARDWARE and abilities & RAW_HARDWARE:
        return ok(
            "time stamps", f"by the card, clock ptp{number}" if number >= 0 else "by the card"
        )
    by_kernel = "by the kernel only: the time in the card is not in them"
    if abilities & RX_SOFTWARE:
        return absent("time stamps", by_kernel)
    return warn("time stamps", "neither by the card nor by the driver")

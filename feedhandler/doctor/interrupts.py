"""Interrupts: which cores the card's go to, and who moves them."""

from collections.abc import Iterator
from typing import Final

from feedhandler.doctor.finding import Asked, Finding, absent, ok, warn
from feedhandler.doctor.machine import Machine, cores_text, write_command

SHOWN_MAX: Final = 8  # interrupts in one command


def look(machine: Machine, asked: Asked) -> Iterator[Finding]:
    """The card's interrupts, all others, irqbalance, packet steering."""
    card = card_interrupts(machine, asked.interface) if asked.interface else []
    if asked.interface:
        yield of_card(machine, asked, card)
        yield steering(machine, asked)
    yield of_others(machine, asked, set(card))
    yield balancer(machine)


def card_interrupts(machine: Machine, interface: str) -> list[int]:
    """Numbers of the interrupts of a card: of its device, or those that bear its name."""
    numbers = machine.upwards(f"sys/class/net/{interface}/device", "msi_irqs")
    own = [int(name) for name in numbers if name.isdecimal()]
    device = machine.target(f"sys/class/net/{interface}/device")
    if own and not device.startswith("virtio"):
        return sorted(own)
    by_name = []
    for line in (machine.text("proc/interrupts") or "").splitlines():
        number, _, rest = line.strip().partition(":")
        words = rest.split()
        last = words[-1] if words else ""
        if number.isdecimal() and any(
            (each and last.startswith(f"{each}-")) or last == each for each in (interface, device)
        ):
            by_name.append(int(number))
    return sorted(by_name or own)


def cores_for(machine: Machine, number: int) -> frozenset[int]:
    """Where an interrupt goes, or else where it may go."""
    for name in ("effective_affinity_list", "smp_affinity_list"):
        found = machine.cores(f"proc/irq/{number}/{name}")
        if found:
            return found
    return frozenset()


def of_card(machine: Machine, asked: Asked, numbers: list[int]) -> Finding:
    """Whether the card interrupts the core that polls."""
    name = "irq of card"
    if not numbers:
        return absent(name, f"{asked.interface} has no interrupt of its own")
    here = [each for each in numbers if asked.core in cores_for(machine, each)]
    told = ", ".join(f"{each} on {cores_text(cores_for(machine, each)) or '?'}"
                     for each in numbers[:SHOWN_MAX])  # fmt: skip
    if not here:
        return ok(name, told)
    others = cores_text(machine.housekeeping(asked.core))
    if not others:
        return warn(name, f"{told}: on the polling core, and there is no other")
    return warn(name, f"{told}: on the polling core {asked.core}", moved(others, here))


def moved(cores: str, numbers: list[int]) -> str:
    """The command that sends interrupts elsewhere."""
    return write_command(cores, *(f"proc/irq/{each}/smp_affinity_list" for each in numbers))


def steering(machine: Machine, asked: Asked) -> Finding:
    """Whether receive packet steering hands packets to the polling core."""
    folder = f"sys/class/net/{asked.interface}/queues"
    queues = [name for name in machine.names(folder) if name.startswith("rx-")]
    if not queues:
        return absent("rps", f"{asked.interface} does not tell of its queues")
    steered = [each for each in queues if on(machine.text(f"{folder}/{each}/rps_cpus"), asked.core)]
    if not steered:
        return ok("rps", f"{len(queues)} receive queue(s), none steered to core {asked.core}")
    return warn("rps", f"packets of {', '.join(steered)} are steered to core {asked.core}",
                write_command(0, *(f"{folder}/{each}/rps_cpus" for each in steered)))  # fmt: skip


def on(mask: str | None, core: int) -> bool:
    """Whether a mask of cores (hexadecimal, a comma each 32 bits) has this core."""
    try:
        return bool(int((mask or "0").replace(",", ""), 16) >> core & 1)
    except ValueError:
        return False


def of_others(machine: Machine, asked: Asked, card: set[int]) -> Finding:
    """Whether any other device interrupts the core."""
    numbers = [int(name) for name in machine.names("proc/irq") if name.isdecimal()]
    if not numbers:
        return absent("other irqs", "/proc/irq is empty here")
    busy = counts(machine, asked.core)
    here = [
        each for each in sorted(numbers)
        if each not in card and asked.core in cores_for(machine, each) and busy.get(each, 0)
    ]  # fmt: skip
    others = cores_text(machine.housekeeping(asked.core))
    if not here:
        return ok("other irqs", f"none came to core {asked.core}")
    says = f"{', '.join(map(str, here[:SHOWN_MAX]))}{' ...' * (len(here) > SHOWN_MAX)}"
    return warn("other irqs", f"{says} came to core {asked.core}",
                moved(others, here[:SHOWN_MAX]) if others else "")  # fmt: skip


def counts(machine: Machine, core: int) -> dict[int, int]:
    """How often each interrupt came to a core."""
    lines = (machine.text("proc/interrupts") or "").splitlines()
    if not lines or f"CPU{core}" not in lines[0].split():
        return {}
    column = lines[0].split().index(f"CPU{core}")
    found = {}
    for line in lines[1:]:
        number, _, rest = line.strip().partition(":")
        words = rest.split()
        if number.isdecimal() and len(words) > column and words[column].isdecimal():
            found[int(number)] = int(words[column])
    return found


def balancer(machine: Machine) -> Finding:
    """Whether a program moves interrupts about."""
    if machine.processes("irqbalance"):
        return warn("irqbalance", "runs, and moves interrupts about",
                    "sudo systemctl disable --now irqbalance")  # fmt: skip
    return ok("irqbalance", "does not run")

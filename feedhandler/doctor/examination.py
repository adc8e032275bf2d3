"""All subjects in their order, and the report that they make together."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final

from feedhandler.doctor import (
    acceleration,
    card,
    clocks,
    cores,
    dpdk,
    interrupts,
    memory,
    privileges,
    scheduling,
    sockets,
    xdp,
)
from feedhandler.doctor.finding import Asked, Finding, Status
from feedhandler.doctor.machine import Machine

Subject = Callable[[Machine, Asked], Iterator[Finding]]

SUBJECTS: Final[dict[str, Subject]] = {
    "cores": cores.look,
    "interrupts": interrupts.look,
    "scheduling": scheduling.look,
    "memory": memory.look,
    "sockets": sockets.look,
    "card": card.look,
    "xdp": xdp.look,
    "clocks": clocks.look,
    "privileges": privileges.look,
    "acceleration": acceleration.look,
    "dpdk": dpdk.look,
}


def examine(machine: Machine, asked: Asked) -> dict[str, list[Finding]]:
    """The findings of each subject that has any."""
    found = {name: list(look(machine, asked)) for name, look in SUBJECTS.items()}
    return {name: findings for name, findings in found.items() if findings}


def document(asked: Asked, found: dict[str, list[Finding]]) -> dict[str, Any]:
    """The report as one JSON document."""
    counts = Tally(finding.status for findings in found.values() for finding in findings)
    return {
        "format": 1,
        "core": asked.core,
        "interface": asked.interface or None,
        "counts": {status.value: counts[status] for status in Status},
        "findings": [
            {"subject": name, **asdict(finding)}
            for name, findings in found.items()
            for finding in findings
        ],
    }

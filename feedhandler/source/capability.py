"""Which of the system's capabilities this thread has: who is refused is told what is missing, not only that."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

NUMBERS: Final = {  # <linux/capability.h>
    "CAP_NET_ADMIN": 12,
    "CAP_NET_RAW": 13,
    "CAP_IPC_LOCK": 14,
    "CAP_SYS_NICE": 23,
    "CAP_SYS_RAWIO": 17,
    "CAP_SYS_ADMIN": 21,
    "CAP_BPF": 39,
}


def told(status: str) -> frozenset[str] | None:
    """The effective ones of these, by the text of a status file; None = it does not tell."""
    for line in status.splitlines():
        if line.startswith("CapEff:"):
            try:
                bits = int(line.split()[1], 16)
            except (IndexError, ValueError):
                return None
            return frozenset(name for name, number in NUMBERS.items() if bits >> number & 1)
    return None


def missing(needed: Iterable[str], have: frozenset[str]) -> list[str]:
    """Which of these a process lacks; CAP_SYS_ADMIN stands for CAP_BPF, as before Linux 5.8."""
    enough = have | ({"CAP_BPF"} if "CAP_SYS_ADMIN" in have else set())
    return [name for name in needed if name not in enough]


def lacking(needed: Iterable[str]) -> list[str]:
    """Which of these this thread lacks; none where the system does not tell."""
    try:
        have = told(Path("/proc/thread-self/status").read_text("utf-8"))
    except OSError:
        have = None
    return [] if have is None else missing(needed, have)

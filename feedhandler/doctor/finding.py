"""What the doctor says of one thing: how it stands, in words, and the one command that mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a thing stands."""

    OK = "ok"
    WARN = "warn"  # it costs latency or packets, or a source lacks it
    ABSENT = "absent"  # this machine does not have it, or does not tell


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    status: Status
    says: str
    mend: str = ""  # a command for a shell, as root where it needs to be; "" = nothing to do


@dataclass(frozen=True)
class Asked:
    """What the user wants to know of."""

    core: int  # that is to poll
    interface: str = ""  # "" = none was named


def ok(name: str, says: str) -> Finding:
    """As it should be."""
    return Finding(name, Status.OK, says)


def warn(name: str, says: str, mend: str = "") -> Finding:
    """Not as it should be."""
    return Finding(name, Status.WARN, says, mend)


def absent(name: str, says: str, mend: str = "") -> Finding:
    """Not there, or not to be seen."""
    return Finding(name, Status.ABSENT, says, mend)


def judged(name: str, says: str, mend: str, *, good: bool) -> Finding:
    """Well, or to be mended."""
    return ok(name, says) if good else warn(name, says, mend)

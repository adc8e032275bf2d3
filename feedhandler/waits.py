"""How long anything may be waited for, wherever that is told: command line, configuration, library.

A wait is added to a time in ns since 1970, in a word of 64 bits with a sign. Loops add for every datagram and never
look whether the sum is still one, so no wait is taken that could make it none: that would be over at once.
"""

from dataclasses import fields
from typing import Any, Final

YEARS_MAX: Final = 100
WAIT_NS_MAX: Final = YEARS_MAX * 36_525 * 864 * 1_000_000_000  # fits beside any time until 2162


def too_long(wait_ns: int) -> str:
    """Why nothing waits for such a time; nothing if it can be."""
    return f"longer than {YEARS_MAX} years" if wait_ns > WAIT_NS_MAX else ""


def check_waits(limits: Any) -> None:
    """Refuse those of a dataclass that are too long; they are what is told in ns."""
    for each in fields(limits):
        wait = getattr(limits, each.name)
        if each.name.endswith("_ns") and (why := too_long(wait)):
            raise ValueError(f"{each.name} is {wait}: {why}")

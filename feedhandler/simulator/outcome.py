"""What the judge says of a schedule, and the figures that a report is made of."""

from collections import Counter as Tally
from dataclasses import dataclass, field
from typing import Final, NamedTuple

FAILURES_KEPT: Final = 3


class Doubt(NamedTuple):
    """From a loss to the moment when no book is in doubt any more; or from asking for a hole until it was filled."""

    units: int
    ns: int


@dataclass
class Outcome:
    """What a schedule came to."""

    failures: list[str] = field(default_factory=list)
    failed: int = 0
    injected: dict[str, int] = field(default_factory=dict)
    recoveries: list[Doubt] = field(default_factory=list)
    in_doubt_ns: int = 0
    total_ns: int = 0
    gaps: int = 0
    lost_units: int = 0
    checks: int = 0  # books compared
    flags: int = 0  # rows whose flag was judged
    in_doubt_at_end: int = 0
    books: int = 0
    healed: int = 0  # 1 = it had to end without doubt
    ends: Tally[str] = field(default_factory=Tally)  # how gaps ended, or were seen
    counters: dict[str, int] = field(default_factory=dict)

    def fail(self, text: str) -> None:
        """A claim that is not true."""
        self.failed += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append(text)

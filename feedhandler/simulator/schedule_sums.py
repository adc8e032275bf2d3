"""What many schedules came to together, for people and for scripts."""

import multiprocessing
from collections import Counter as Tally
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from feedhandler.simulator.outcome import Doubt, Outcome


def percentile(values: Sequence[int], share: int) -> int:
    """The value below which so many of a hundred lie; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)] if ordered else 0


class Sum:
    """All outcomes of a kind together."""

    def __init__(self) -> None:
        self.schedules = self.failed = self.gaps = self.lost = self.checks = 0
        self.in_doubt_ns = self.total_ns = self.books = self.left = 0
        self.flags = self.healed = 0
        self.injected: Tally[str] = Tally()
        self.ends: Tally[str] = Tally()
        self.recoveries: list[Doubt] = []

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self.schedules += 1
        self.failed += outcome.failed > 0
        self.gaps += outcome.gaps
        self.lost += outcome.lost_units
        self.checks += outcome.checks
        self.flags += outcome.flags
        self.healed += outcome.healed
        self.ends += outcome.ends
        self.in_doubt_ns += outcome.in_doubt_ns
        self.total_ns += outcome.total_ns
        self.books += outcome.books
        self.left += outcome.in_doubt_at_end
        for name, count in outcome.injected.items():
            self.injected[name.rpartition("-")[2]] += count
        self.recoveries += outcome.recoveries

    def entry(self) -> dict[str, Any]:
        """The figures, for scripts."""
        units, times = [each.units for each in self.recoveries], [x.ns for x in self.recoveries]
        return {
            "schedules": self.schedules,
            "failed": self.failed,
            "checks": self.checks,
            "flags": self.flags,
            "healed": self.healed,
            "faults": dict(sorted(self.injected.items())),
            "gaps": self.gaps,
            "lost_units": self.lost,
            "gaps_by_end": dict(sorted(self.ends.items())),
            "recoveries": len(self.recoveries),
            "recovery_units": {"median": percentile(units, 50), "p99": percentile(units, 99)},
            "recovery_ns": {"median": percentile(times, 50), "p99": percentile(times, 99)},
            "in_doubt_ppm": self.in_doubt_ns * 1_000_000 // max(self.total_ns, 1),
            "books": self.books,
            "books_in_doubt_at_end": self.left,
        }


def told(name: str, entry: dict[str, Any]) -> list[str]:
    """The figures of a kind, for people."""
    injected = ", ".join(f"{count:,} {fault}" for fault, count in entry["faults"].items())
    units, times = entry["recovery_units"], entry["recovery_ns"]
    ended = ", ".join(f"{count:,} {end}" for end, count in entry["gaps_by_end"].items())
    return [
        (
            f"{name}: {entry['schedules']:,} schedules, {entry['failed']} failed; "
            f"{entry['checks']:,} books compared, {entry['flags']:,} flags; "
            f"{entry['healed']:,} had to end without doubt"
        ),
        f"    faults    {sum(entry['faults'].values()):,}: {injected}",
        f"    gaps      {entry['gaps']:,} of {entry['lost_units']:,} units",
        f"    ended     {ended or 'none'}",
        (
            f"    recovered {entry['recoveries']:,}: median {units['median']:,} units, "
            f"{times['median']:,} ns; p99 {units['p99']:,} units, {times['p99']:,} ns"
        ),
        (
            f"    in doubt  {percent(entry['in_doubt_ppm'])} of the time; at the end "
            f"{entry['books_in_doubt_at_end']:,} of {entry['books']:,} books"
        ),
    ]


def percent(ppm: int) -> str:
    """Parts in a million as per cent."""
    return f"{ppm // 10_000}.{ppm % 10_000 // 100:02d} %"


def pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that share nothing."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))

"""The hiccup meter: how often, and for how long, a core is taken away from a loop that never sleeps.

It tells more than all settings: interrupts, other tasks, firmware and the host of a virtual machine all show as
gaps, whoever made them.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from feedhandler.doctor import hiccup_kernel as kernel
from feedhandler.doctor.finding import Finding, judged

LEAST_NS: Final = 1_000
CALIBRATION_NS: Final = 20_000_000
GOOD_WORST_NS: Final = 20_000
NS: Final = 1_000_000_000


@dataclass(frozen=True)
class Hiccups:
    """Gaps of more than LEAST_NS, in a time."""

    span_ns: int
    count: int
    total_ns: int
    worst_ns: int

    def finding(self, core: int) -> Finding:
        """As the doctor tells it."""
        share = self.total_ns * 10_000 // max(self.span_ns, 1)
        says = (
            f"{self.count * NS // max(self.span_ns, 1):,} gaps a second above {LEAST_NS // 1000} us, "
            f"{share // 100}.{share % 100:02d} % of the time, the longest {self.worst_ns // 1000:,} us"
        )
        return judged("hiccups", f"{says} on core {core}", "", good=self.worst_ns <= GOOD_WORST_NS)


def measure(core: int, span_ns: int) -> Hiccups:
    """Watch a core from this thread, which is put on it meanwhile."""
    before = os.sched_getaffinity(0)
    with suppress(OSError):  # not ours to use: then wherever we are
        os.sched_setaffinity(0, {core})
    try:
        watched(0, CALIBRATION_NS)  # compiled, or loaded, before it counts
        ticks, passed_ns = watched(1 << 62, CALIBRATION_NS)[1:]
        return of_words(*watched(LEAST_NS * ticks // passed_ns, span_ns * ticks // passed_ns))
    finally:
        os.sched_setaffinity(0, before)


def watched(least: int, span: int) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", int, int]:
    """The words of one watch, its ticks, and the nanoseconds that they took."""
    words = np.zeros(kernel.HICCUP_WORDS, np.int64)
    began_ns = time.perf_counter_ns()
    kernel.watch(words, least, span)
    passed_ns = time.perf_counter_ns() - began_ns
    return words, max(int(words[kernel.ENDED] - words[kernel.BEGAN]), 1), max(passed_ns, 1)


def of_words(
    words: "np.ndarray[tuple[int], np.dtype[np.int64]]", ticks: int, passed_ns: int
) -> Hiccups:
    """In nanoseconds: the watch itself is the calibration."""
    count, total, worst = (int(words[at]) for at in (kernel.COUNT, kernel.TOTAL, kernel.WORST))
    return Hiccups(passed_ns, count, total * passed_ns // ticks, worst * passed_ns // ticks)

"""Switch the measuring of latencies on in an engine: histograms, clocks, and how often.

Each frame whose number is a step further than the last one's is measured. The step is a prime number, so that
lines that take turns are met alike.
"""

import time
from functools import cache
from typing import Any, Final

import numpy as np

from feedhandler.engine import desk_header as words
from feedhandler.jit import kernel, ticks
from feedhandler.source.native import address_of_symbol
from feedhandler.telemetry.stages import StageHistograms

EVERY: Final = 61  # frames; a test of `bench sampling` says what it costs
CALIBRATION_NS: Final = 20_000_000
TRIES: Final = 20


@kernel
def ticks_now() -> int:
    """The processor's counter."""
    return ticks()


def reading() -> tuple[int, int]:
    """Ticks, and the steady clock at the same time: the narrowest of some tries."""
    best, kept = 1 << 62, (0, 0)
    for _ in range(TRIES):
        before, now_ns, after = ticks_now(), time.monotonic_ns(), ticks_now()
        if after - before < best:
            best, kept = after - before, ((before + after) // 2, now_ns)
    return kept


@cache
def tick_scale() -> int:
    """Nanoseconds of a tick in parts of 2^TICK_BITS; measured once, before anything waits for us."""
    (first, began_ns), now_ns = reading(), time.monotonic_ns()
    while now_ns - began_ns < CALIBRATION_NS:
        time.sleep((began_ns + CALIBRATION_NS - now_ns) / 1_000_000_000)
        now_ns = time.monotonic_ns()
    last, ended_ns = reading()
    return ((ended_ns - began_ns) << words.TICK_BITS) // max(last - first, 1)


class Sampling:
    """The histograms of one engine, and the memory that its clock needs."""

    def __init__(self, engine: Any, stages: StageHistograms, every: int = EVERY) -> None:
        self.stages = stages
        self._time = np.zeros(2, np.int64)
        work = engine.desk.work
        engine.desk = engine.desk._replace(stages=stages.words)
        work[words.CLOCK] = address_of_symbol("clock_gettime")
        work[words.CLOCK_TIME] = self._time.ctypes.data
        work[words.TICK_SCALE] = tick_scale()
        work[words.SAMPLE_EVERY] = every
        work[words.SAMPLE_AT] = 1 if every else words.NEVER

"""Ask the system for the time, from compiled code: by the address of clock_gettime(2)."""

from typing import Final

from feedhandler.jit import call3, hot, s8le

REALTIME: Final = 0  # CLOCK_*
MONOTONIC: Final = 1
NS: Final = 1_000_000_000


@hot
def time_at(at: int) -> int:
    """The time in a struct timespec."""
    return int(s8le(at)) * NS + int(s8le(at + 8))


@hot
def clock_ns(function: int, clock: int, at: int) -> int:
    """What a clock says; `at` is a struct timespec to say it in."""
    call3(function, clock, at, 0)
    return int(time_at(at))

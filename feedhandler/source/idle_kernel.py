"""Wait for a live source that is dry: spin, spin for a while and then sleep, or sleep at once.

The engine calls `wait` between two polls that brought nothing. Time goes on meanwhile: what is due by the clock of
the frames is due as long after the last frame as the steady clock says, whichever clock stamped that frame.
Sleeping is `poll(2)` over the sources' descriptors and one through which a stop comes.
"""

from typing import Final

from feedhandler.jit import call3, entry, hot, put8, s8le
from feedhandler.source.clock_kernel import MONOTONIC, clock_ns

# byte offsets of the words of its state
SPINS_MAX: Final = 0  # calls without a frame before it sleeps; -1 = never
SPINS: Final = 8  # such calls so far
POLL: Final = 16  # address of poll(2)
DESCRIPTORS: Final = 24  # address of its struct pollfd
COUNT: Final = 32  # of them
CLOCK: Final = 40  # address of clock_gettime
TIME: Final = 48  # address of its struct timespec
GIVEN: Final = 56  # what the last call gave
FRAME_TIME: Final = 64  # time of the last frame, by its own clock
FRAME_CLOCK: Final = 72  # the steady clock when that was first seen
SLEEPS: Final = 80  # times it slept
CALLS: Final = 88  # of `wait`: a loop that gets on makes them, or takes frames
WORDS: Final = 16

MS: Final = 1_000_000
SLEEP_MS_MAX: Final = 100
LOOK_EVERY: Final = 16  # calls between two looks at the clock while it spins


@hot
def steady(state: int) -> int:
    """The steady clock."""
    return int(clock_ns(s8le(state + CLOCK), MONOTONIC, s8le(state + TIME)))


@entry(3)
def wait(state: int, now: int, deadline: int) -> int:
    """Perhaps wait for frames, not beyond `deadline`; the time by the clock of the frames."""
    put8(state + CALLS, s8le(state + CALLS) + 1)
    if now != s8le(state + GIVEN):  # a frame has come since
        put8(state + FRAME_TIME, now)
        put8(state + FRAME_CLOCK, steady(state))
        put8(state + GIVEN, now)
        put8(state + SPINS, 0)
        return now
    spins = int(s8le(state + SPINS)) + 1
    put8(state + SPINS, spins)
    most = int(s8le(state + SPINS_MAX))
    sleeps = most >= 0 and spins > most
    if not sleeps and spins % LOOK_EVERY != 0:
        return now
    if sleeps:
        left = deadline - now
        timeout = SLEEP_MS_MAX
        if left < SLEEP_MS_MAX * MS:
            timeout = max(left, 0) // MS + 1
        call3(s8le(state + POLL), s8le(state + DESCRIPTORS), s8le(state + COUNT), timeout)
        put8(state + SLEEPS, s8le(state + SLEEPS) + 1)
    then = s8le(state + FRAME_TIME) + steady(state) - s8le(state + FRAME_CLOCK)
    put8(state + GIVEN, then)
    return int(then)

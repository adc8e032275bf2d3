"""Replay at the pace at which frames were recorded, or N times that.

Each frame has a deadline, reckoned from the first frame and the moment when that was given out: an
error of one wait is not passed on to the next, so the replay does not drift however long it is.
Frames without a time, or earlier than the frame before, are due at once.
"""

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from feedhandler.source import descriptor
from feedhandler.source.source import Source
from feedhandler.source.staged import Staged

WAIT_MAX_NS: Final = 50_000_000  # so that a stop is seen soon
NS: Final = 1_000_000_000


def sleep_ns(duration_ns: int) -> None:
    """Sleep; the one place where a time becomes a float, because `time.sleep` wants one."""
    time.sleep(duration_ns / NS)


def never() -> bool:
    """No stop is wanted."""
    return False


class Pace(Staged):
    """A source that gives each frame of another when it is due."""

    def __init__(
        self,
        inner: Source,
        speed: Fraction | int = 1,
        *,
        clock: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[int], None] = sleep_ns,
        stop: Callable[[], bool] = never,
    ) -> None:
        """Speed 2 is twice as fast; `clock` and `sleep` are in ns; `stop` is asked before waits."""
        super().__init__(inner)
        if speed <= 0:
            raise ValueError(f"speed must be above zero, not {speed}")
        self._speed = Fraction(speed)
        self._clock = clock
        self._sleep = sleep
        self._stop = stop
        self._start: tuple[int, int] | None = None  # clock and time of the first frame
        self._next = 0
        self._count = 0
        self._received: list[int] = []

    def refill(self) -> bool:
        """Wait until the next frame is due and lay ready all that are; False = ended or stopped."""
        if self._next == self._count:
            self._next = 0
            self._count = self.poll_inner()
            if self._count == 0:
                return self.inner.refill()
            self._received = self.rows[: self._count, descriptor.TS_RECV].tolist()
        due = self._deadline(self._received[self._next])
        while (wait := due - self._clock()) > 0:
            if self._stop():
                self.interrupted = True
                return False
            self._sleep(min(wait, WAIT_MAX_NS))
        now = self._clock()
        first = self._next
        self._next += 1
        while self._next < self._count and self._deadline(self._received[self._next]) <= now:
            self._next += 1
        self.hand_out(first, self._next)
        return True

    def _deadline(self, received: int) -> int:
        """The clock's time at which a frame is due."""
        if received == 0:
            return 0
        if self._start is None:
            self._start = (self._clock(), received)
        started, first = self._start
        after = (received - first) * self._speed.denominator // self._speed.numerator
        return started + after

"""How much of a live loop recovery may take: frames go first.

A poll of the driver is short, but frames come meanwhile, and on a fast line the next poll would be due before they
were read. So behind a poll the loop rests from recovery for four times as long as the poll took, unless no frame
waits: then the time of the stream is that of the clock, but for what it took to come here, and servers may be heard
again at once. Where the stream's time is not that of the clock (a card with another one) the rest is always kept.

Replays have no share: their frames wait for nobody, and what they do must not depend on a clock.
"""

import time
from typing import Final

REST: Final = 4  # times as long as the poll
BEHIND_NS: Final = 100_000  # further behind the clock frames wait


class Share:
    """The rests of one loop."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._begun_ns = self._ended_ns = 0  # the last poll

    def rest_ns(self, now_ns: int) -> int:
        """How long frames go first, at this time of the stream; 0 = recovery may work."""
        if not self._live:
            return 0
        clock_ns = time.time_ns()
        rested_ns = clock_ns - self._ended_ns
        left_ns = REST * (self._ended_ns - self._begun_ns) - rested_ns
        behind = abs(clock_ns - now_ns) > BEHIND_NS
        return left_ns if behind and left_ns > 0 <= rested_ns else 0

    def begin(self) -> None:
        """Recovery works."""
        self._begun_ns = time.time_ns() if self._live else 0

    def end(self) -> None:
        """It has worked."""
        self._ended_ns = time.time_ns() if self._live else 0

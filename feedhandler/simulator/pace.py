"""When things happen: bursts of a microsecond, lulls of a millisecond, at times a quiet second."""

from collections.abc import Callable
from typing import Final

QUIET_EVERY: Final = 4096  # steps between pauses that are long enough for heartbeats


class Pace:
    """A clock in integer nanoseconds that never goes back."""

    def __init__(self, now: int, bits: Callable[[int], int]) -> None:
        self.now = now
        self._bits = bits
        self._steps = 0

    def advance(self) -> int:
        """Go to the next moment."""
        r = self._bits(32)
        self._steps += 1
        burst = r & 15
        if self._steps % QUIET_EVERY == 0:
            gap = 1_200_000_000 + (r >> 4 & 0xFFFF) * 15_000
        elif burst < 13:
            gap = 150 + (r >> 4 & 0x7FF)
        elif burst < 15:
            gap = (r >> 4 & 0xFF) * (r >> 12 & 0xFF) << 2
        else:
            gap = (r >> 4 & 0xFFFF) << 6
        self.now += gap
        return self.now

    def jump(self, now: int) -> int:
        """Go to a moment, if it is not past already."""
        self.now = max(self.now, now)
        return self.now

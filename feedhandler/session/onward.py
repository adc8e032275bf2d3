"""A clock that never goes back, from one that may: back ends count on it; receive times are a system clock's.

Times of frames that came by two lines may be out of order by a little; such a time is passed over. One that is
further back was set back, and time goes on from there.
"""

from typing import Final

SET_BACK_NS: Final = 1_000_000


class Onward:
    """Follows one clock."""

    def __init__(self) -> None:
        self._latest_ns = 0
        self.behind_ns = 0  # how far the clock that is followed was set back so far

    def at(self, now_ns: int) -> int:
        """The time, when the other clock shows this."""
        if now_ns + self.behind_ns < self._latest_ns - SET_BACK_NS:
            self.behind_ns = self._latest_ns - now_ns
        self._latest_ns = max(self._latest_ns, now_ns + self.behind_ns)
        return self._latest_ns

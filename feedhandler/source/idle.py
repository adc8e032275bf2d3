"""What a live source does while nothing comes, and how it is woken."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from feedhandler.source import idle_kernel
from feedhandler.source.bell import Bell
from feedhandler.source.native import address_of_symbol

Strategy = Literal["spin", "spin_then_poll", "block"]

STRATEGIES: Final[dict[str, int]] = {"spin": -1, "spin_then_poll": 20_000, "block": 0}
POLLIN: Final = 1


class Idle:
    """The waiting of one polling loop."""

    wait = idle_kernel.wait

    def __init__(self, fds: Sequence[int], strategy: Strategy = "spin") -> None:
        self._bell = Bell()
        every = [self._bell.fd, *fds]
        self._polled = np.array([fd | POLLIN << 32 for fd in every], np.int64)  # struct pollfd
        self._time = np.zeros(2, np.int64)
        self._state = np.zeros(idle_kernel.WORDS, np.int64)
        for word, value in (
            (idle_kernel.SPINS_MAX, STRATEGIES[strategy]),
            (idle_kernel.POLL, address_of_symbol("poll")),
            (idle_kernel.DESCRIPTORS, self._polled.ctypes.data),
            (idle_kernel.COUNT, len(every)),
            (idle_kernel.CLOCK, address_of_symbol("clock_gettime")),
            (idle_kernel.TIME, self._time.ctypes.data),
            (idle_kernel.GIVEN, -1),
        ):
            self._state[word // 8] = value
        self.state_address = int(self._state.ctypes.data)

    @property
    def sleeps(self) -> int:
        """How often the loop slept."""
        return int(self._state[idle_kernel.SLEEPS // 8])

    @property
    def calls(self) -> int:
        """How often the loop found nothing."""
        return int(self._state[idle_kernel.CALLS // 8])

    def wake(self) -> None:
        """End a sleep; safe from another thread or a signal handler."""
        self._bell.ring()

    def close(self) -> None:
        """Give the bell back."""
        self._bell.close()

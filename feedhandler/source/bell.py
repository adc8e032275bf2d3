"""A bell that wakes who waits, also from a signal handler.

threading.Event is none: its lock is not reentrant, so a handler that sets one which the interrupted thread is just
looking at waits for itself, for good.
"""

import os
import select
from typing import Self


class Bell:
    """One waits, anybody rings; a ring that nobody waits for is kept."""

    def __init__(self) -> None:
        self.fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def ring(self) -> None:
        """Wake who waits, or will; safe from another thread or a signal handler."""
        if self.fd >= 0:
            os.eventfd_write(self.fd, 1)

    def wait(self, timeout_s: float) -> bool:
        """Wait for a ring, at most so long; whether there was one."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        rung = bool(poll.poll(timeout_s * 1000))
        if rung:
            os.eventfd_read(self.fd)
        return rung

    def close(self) -> None:
        """Give its descriptor back."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

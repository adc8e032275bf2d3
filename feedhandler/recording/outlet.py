"""A pipe, socket or device that is recorded into: its reader may die, or stand still while the record is to end.

Nothing here blocks: what is not taken at once is waited for in steps. In each, whoever records is told for how long
nothing was taken, and says whether there is to be an end.
"""

import errno
import os
import select
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from feedhandler.source.pace import sleep_ns

FLAGS: Final = os.O_NONBLOCK | os.O_NOCTTY
WAIT_MS: Final = 50
STILL_NS: Final = 2_000_000_000  # to the end, once it is wanted: nothing was taken
END_NS: Final = 30_000_000_000  # likewise, however little was taken
NS_PER_MS: Final = 1_000_000


Ending = Callable[[int], bool]  # given the time in ns for which nothing was taken


def forever(_still_ns: int) -> bool:
    """No end is wanted, however long nothing is taken."""
    return False


class StalledError(OSError):
    """The record was to end, and nobody took the rest of it."""


class Outlet:
    """Where bytes go that cannot be taken back."""

    def __init__(self, fd: int, ending: Ending = forever) -> None:
        """The descriptor is ours and never blocks, or is (`shared`) that of somebody else, who may want it to block."""
        self._fd = fd
        self._ending = ending
        self._step = 1 << 30
        self._ours = True
        self._ends_ns = 0  # when it was first seen that the record is to end
        self._taken_ns = 0
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    @classmethod
    def shared(cls, fd: int, ending: Ending = forever) -> "Outlet":
        """A descriptor that others have, too: opened anew where it can be, so that it goes on to block for them.

        A socket cannot be. It takes a few bytes without blocking whenever it is ready.
        """
        with suppress(OSError):
            return cls(os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | FLAGS), ending)
        made = cls(fd, ending)
        made._ours, made._step = False, select.PIPE_BUF
        return made

    @classmethod
    def named(cls, path: str, ending: Ending = forever) -> "Outlet":
        """A FIFO or device; a FIFO's first reader is waited for."""
        began_ns = time.monotonic_ns()
        while True:
            try:
                return cls(os.open(path, os.O_WRONLY | FLAGS), ending)
            except OSError as error:
                if error.errno != errno.ENXIO or not is_fifo(path):
                    raise
            if ending(time.monotonic_ns() - began_ns):
                raise StalledError(errno.ENXIO, "nobody reads it", path)
            sleep_ns(WAIT_MS * NS_PER_MS)

    def write(self, data: Any) -> int:
        """Write as much as is taken, at least a byte; StalledError: the record is to end, and nothing is."""
        began_ns = 0
        while True:
            with suppress(BlockingIOError):
                if self._ours or self._poll.poll(0):
                    written = os.write(self._fd, data[: self._step])
                    self._taken_ns = time.monotonic_ns()
                    return written
            began_ns = began_ns or time.monotonic_ns()
            if self._given_up(began_ns):
                raise StalledError(errno.EAGAIN, "nobody reads it")
            self._poll.poll(WAIT_MS)

    def _given_up(self, began_ns: int) -> bool:
        """Whether the reader was given the time that it gets once the record is to end."""
        now = time.monotonic_ns()
        if not self._ending(now - began_ns):
            return False
        self._ends_ns = self._ends_ns or now
        still_ns = now - max(self._ends_ns, self._taken_ns)
        return still_ns >= STILL_NS or now - self._ends_ns >= END_NS

    def close(self) -> None:
        """Give the descriptor back, if it is ours; again, to no effect."""
        if self._ours:
            self._ours = False
            os.close(self._fd)


def is_fifo(path: str) -> bool:
    """Whether a name is that of a FIFO."""
    return stat.S_ISFIFO(mode_of(path))


def is_file(place: str | int) -> bool:
    """Whether a name or descriptor is that of a file, or of nothing yet: who writes there never waits for a reader."""
    mode = mode_of(place)
    return mode == 0 or stat.S_ISREG(mode)


def has_reader(place: str | int) -> bool:
    """Whether somebody reads there, for whom one may wait: a device takes bytes or refuses them."""
    mode = mode_of(place)
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def mode_of(place: str | int) -> int:
    """What it is; 0 = nothing, or to open it tells why nobody may know."""
    try:
        return os.stat(place).st_mode  # noqa: PTH116 (of a descriptor, too)
    except OSError:
        return 0

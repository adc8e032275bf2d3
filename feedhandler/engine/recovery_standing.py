"""Whether a recovery server is worth asking: one that brings nothing is set aside, and tried again after a pause.

    in use     brings nothing       in use, until it has been so `failures_max` times in a row
    in use     so many              aside for `pause_ns`
    aside      the pause is over    on trial: the next hole is asked of it
    on trial   brings nothing       aside for twice as long, up to `pause_max_ns`
    any        brings something     in use, and no failure counts any more

A server that is down would otherwise cost every hole all attempts and their time, in which what came early waits.
While it is aside, holes go to the other back ends, or are gaps at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from feedhandler.counter import Counter, Words
from feedhandler.logs import log
from feedhandler.session.backend import Backend
from feedhandler.waits import check_waits

ASIDE: Final = "set aside"
TIME_MAX: Final = (1 << 63) - 1


@dataclass(frozen=True)
class Patience:
    """With servers that bring nothing."""

    failures_max: int = 3  # ranges in a row of which nothing came
    pause_ns: int = 1_000_000_000  # doubled with each trial in vain
    pause_max_ns: int = 60_000_000_000

    def __post_init__(self) -> None:
        check_waits(self)
        for each in fields(self):
            number = getattr(self, each.name)
            least = self.pause_ns if each.name == "pause_max_ns" else 1
            if not least <= number <= TIME_MAX:
                raise ValueError(f"{each.name} is {number}: {least} or more is expected")


class Standing:
    """Of one server, or of the servers that a back end asks in turn."""

    def __init__(self, name: str, patience: Patience, counters: Words) -> None:
        self.name = name
        self.failures = 0  # in a row
        self.times = 0  # that it was set aside
        self._patience = patience
        self._counters = counters
        self._until_ns = 0
        self._pause_ns = 0  # the last one; 0 = in use

    @property
    def aside(self) -> bool:
        """Whether it was set aside, and has brought nothing since."""
        return self._pause_ns > 0

    def may_be_asked(self, now_ns: int) -> bool:
        """In use, or on trial."""
        return not self.aside or now_ns >= self._until_ns

    def fail(self, now_ns: int) -> None:
        """It brought nothing of a range."""
        self.failures += 1
        if self.failures < self._patience.failures_max:
            return
        before = self._pause_ns
        longer = 2 * before if before else self._patience.pause_ns
        self._pause_ns = min(longer, self._patience.pause_max_ns)
        self._until_ns = now_ns + self._pause_ns
        self.times += 1
        self._counters[Counter.SERVERS_SET_ASIDE] += 1
        if not before:
            log.warning("server_set_aside", server=self.name, failures=self.failures)

    def answer(self) -> None:
        """It brought something."""
        if self.aside:
            log.warning("server_back", server=self.name, failures=self.failures)
        self.failures = self._pause_ns = 0

    def note(self) -> str:
        """What people should know of it; nothing if it was never set aside."""
        if not self.times:
            return ""
        times = "once" if self.times == 1 else f"{self.times:,} times"
        ranges = "1 range" if self.failures == 1 else f"{self.failures:,} ranges"
        now = f", and brought nothing of {ranges} since" if self.aside else ""
        return f"recovery server {self.name} was set aside {times}{now}"


class Standings:
    """Of all servers of a run; channels that ask the same one share what they know of it."""

    def __init__(self, patience: Patience, counters: Words) -> None:
        self._patience = patience
        self._counters = counters
        self._known: dict[str, Standing] = {}

    def of(self, backend: Backend) -> Standing:
        """That of the servers of a back end."""
        name = " ".join([backend.method, *map(str, backend.peers)])
        if name not in self._known:
            self._known[name] = Standing(name, self._patience, self._counters)
        return self._known[name]

    def notes(self) -> Sequence[str]:
        """Of the servers that were ever set aside."""
        return [note for standing in self._known.values() if (note := standing.note())]

"""What live sources have in common: no end, no position, a counter for each place where frames are lost."""

from collections.abc import Sequence
from threading import Lock
from typing import Any, Protocol

import numpy as np

from feedhandler.counter import Counter, count_more
from feedhandler.jit import Entry
from feedhandler.source.carrier import Carrier, LinkState, forgive
from feedhandler.source.idle import Idle, Strategy
from feedhandler.source.joined_kernel import (
    J_POLL,
    J_STATE,
    JOINED_WORDS,
    MEMBER_BYTES,
    MEMBER_TABLE,
    MEMBERS,
    poll_joined,
)


class LiveSource(Protocol):
    """A source over one interface or one set of sockets."""

    poll: Entry
    state_address: int
    name: str
    carrier: Carrier

    @property
    def fds(self) -> list[int]:
        """Descriptors that become readable when frames come."""

    @property
    def notes(self) -> list[str]:
        """Lines for people."""

    @property
    def stamped_by(self) -> str:
        """Whose clock times are of: "card", "kernel" (when it saw the frame) or "poll" (when we did)."""

    def lost(self) -> dict[Counter, int]:
        """What was lost so far, by place."""

    def close(self) -> None:
        """Give sockets and memory back."""


class Live:
    """One or several live sources, and how their loop waits: the `Source` that an engine gets."""

    interrupted = False
    position = 0
    size = 0

    def __init__(self, sources: Sequence[LiveSource], strategy: Strategy = "spin") -> None:
        self._sources = list(sources)
        self._lock = Lock()
        self._ended = False
        self.lost: dict[str, dict[Counter, int]] = {each.name: {} for each in sources}  # so far
        self.idle = Idle([fd for source in sources for fd in source.fds], strategy)
        self.name = " + ".join(source.name for source in sources)
        if len(self._sources) == 1:
            self.poll, self.state_address = sources[0].poll, sources[0].state_address
            return
        self._table = np.zeros((len(self._sources), MEMBER_BYTES // 8), np.int64)
        for row, source in zip(self._table, self._sources, strict=True):
            row[J_POLL // 8] = source.poll.address
            row[J_STATE // 8] = source.state_address
        self._state = np.zeros(JOINED_WORDS, np.int64)
        self._state[MEMBERS // 8] = len(self._sources)
        self._state[MEMBER_TABLE // 8] = self._table.ctypes.data
        self.poll, self.state_address = poll_joined, int(self._state.ctypes.data)

    @property
    def stamped_by(self) -> str:
        """Whose clock the times of receipt are of, so far as it is known: card, kernel or poll; or several."""
        return ", ".join(sorted({source.stamped_by for source in self._sources}))

    @property
    def notes(self) -> list[str]:
        """Lines for people."""
        return [note for source in self._sources for note in source.notes]

    def refill(self) -> bool:
        """A wire has no end, unless it was closed."""
        return not self._ended

    def count_into(self, counters: Any) -> None:
        """Add what was lost since the last call; from any thread, one at a time."""
        with self._lock:
            for source in self._sources if not self._ended else ():
                lost = self.lost[source.name]
                for counter, number in source.lost().items():
                    count_more(counters, counter, number)
                    lost[counter] = lost.get(counter, 0) + number

    def links(self) -> dict[str, LinkState]:
        """How each interface is now; from any thread, one at a time."""
        found = {}
        with self._lock:
            for source in self._sources if not self._ended else ():
                found[source.name] = state = source.carrier.look()
                if state is not LinkState.UP:
                    forgive(source.fds)
        return found

    def wake(self) -> None:
        """End a sleep of the loop."""
        self.idle.wake()

    def close(self) -> None:
        """Close all sources."""
        with self._lock:
            self._ended = True
            for source in self._sources:
                source.close()
            self.idle.close()

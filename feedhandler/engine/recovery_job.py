"""The hole of a channel while it is fetched: who is asked, who is asked next, and for how long.

Servers of which what is missing is asked for again share what a hole may wait: each may be silent for what is left
of it, divided by those who are still to be asked. So the next one is reached in time, and the last one has all that
is left. Whoever brings something may be silent for a share from then on. A snapshot of a whole market takes longer
than an answer to a request, so servers of snapshots have a wait of their own, behind that of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedhandler.session.backend import Backend, Snapshot


@dataclass(frozen=True)
class Ahead:
    """A snapshot that includes more than the lines have brought, and who sent it."""

    backend: Backend
    snapshot: Snapshot


@dataclass(eq=False)
class Job:
    """The hole of a channel, and those who have not tried yet."""

    first: int
    end: int
    left: list[Backend]
    current: Backend | None = None
    begun_ns: int = 0  # when the current one was asked
    share_ns: int = 0  # so long it may be silent; 0 = nobody is asked behind it
    silent_ns: int = 0  # when it has been
    shared_ns: int = 0  # when the shares end; 0 = they have not begun
    helped: bool = False  # it brought something
    refused: str = ""  # why something that came could not be taken
    ahead: Ahead | None = None  # to be taken when the lines have come up to it

    def allot(
        self, waits: Mapping[str, int], wait_ns: int, behind: Sequence[Backend], now_ns: int
    ) -> int:
        """Give the current one its share; how long the hole waits for it and for those behind it.

        `waits`: of the methods that have one of their own; `wait_ns`: what the others share.
        """
        method = "" if self.current is None else self.current.method
        sharing = [each for each in behind if each.method not in waits]
        later_ns = sum(waits.get(each.method, 0) for each in behind)
        if method in waits:
            share_ns = waits[method]
            self.shared_ns = 0
            total_ns = share_ns + later_ns + (wait_ns if sharing else 0)
        else:
            self.shared_ns = self.shared_ns or now_ns + wait_ns
            left_ns = max(self.shared_ns - now_ns, 0)
            share_ns = left_ns // (len(sharing) + 1)
            total_ns = left_ns + later_ns
        self.share_ns = max(share_ns, 1) if behind else 0
        self.silent_ns = now_ns + self.share_ns
        return total_ns

    def help(self, now_ns: int) -> None:
        """Something of use came, and more may come."""
        self.helped = True
        self.silent_ns = now_ns + self.share_ns

    @property
    def passed_ns(self) -> int | None:
        """When the next one is asked if the current one stays silent; None: it is waited for as long as the hole."""
        return self.silent_ns if self.share_ns and self.current is not None else None

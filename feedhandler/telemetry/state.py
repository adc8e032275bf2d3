"""The state that a running process tells: who it is, whether it gets on, its feeds, channels and books.

A document of plain values, made by the thread that keeps house. Whoever shows it (`status`, metrics, health)
reads it from shared memory, in this process as in any other.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from feedhandler import __version__
from feedhandler.doctor.system import Kernel
from feedhandler.publish.state import StateWriter

if TYPE_CHECKING:
    from feedhandler.book.pools import Pools
    from feedhandler.decode.catalog import Feed
    from feedhandler.engine.engine import Engine
    from feedhandler.live.links import Links
    from feedhandler.session.gaps import Gap
    from feedhandler.telemetry.losses import Losses

FORMAT: Final = 1
CHANNELS_MAX: Final = 256  # told one by one; the others are counted
PERIOD_NS: Final = 500_000_000
NS: Final = 1_000_000_000
RATES: Final = ("frames", "messages", "events")  # counters told by the second, too
IN_DOUBT: Final = ("STALE", "SUSPECT", "ORDERS_STALE", "LEVELS_STALE")
SYNCHRONIZED: Final = "SYNCHRONIZED"
STALE: Final = "STALE"  # what a gap makes of a book


class Phase(StrEnum):
    """Of a process."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True)
class Loop:
    """A polling loop: `progress` is another number whenever it has polled."""

    name: str
    progress: int
    core: int | None = None


@dataclass
class FeedState:
    """A feed, as one worker has it; `publish` is the name of its counters and histograms."""

    feed: str
    publish: str
    channels: Sequence[dict[str, Any]]
    books: dict[str, int]
    counters: dict[str, int]
    gaps: Iterable["Gap"] = ()
    worker: str = "main"
    source: str = ""
    lost: dict[str, int] = field(
        default_factory=dict
    )  # frames by where no counter of ours looks: nic, kernel
    clock: str = ""  # whose times of receipt are: kernel, card
    losses: dict[str, int] = field(default_factory=dict)  # by place, see losses.py
    seconds: Sequence[dict[str, Any]] = ()  # in which something was lost
    links: dict[str, str] = field(default_factory=dict)  # up, down, gone: of each interface
    dark: Sequence[int] = ()  # channels that come by none of them now
    overdue: Sequence[
        int
    ] = ()  # channels with a hole that was waited for in vain, and is no gap yet
    books_overdue: int = 0  # books of theirs that only such a hole makes stale
    namesakes: bool = (
        False  # other feeds of the process have its name, and `publish` tells them apart
    )

    def entry(self) -> dict[str, Any]:
        """As it is told."""
        closed = recoveries(self.gaps)
        closed["gaps_open"] += len(self.overdue)  # told as what it would be if the feed ended now
        return {
            "feed": self.feed, "publish": self.publish, "worker": self.worker,
            "namesakes": self.namesakes,
            "source": self.source,
            "channels": list(self.channels[:CHANNELS_MAX]),
            "channels_left_out": max(len(self.channels) - CHANNELS_MAX, 0),
            "books": self.books, "lost": self.lost, **closed,
            "clock": self.clock, "losses": self.losses, "seconds": list(self.seconds),
            "links": self.links, "dark": list(self.dark),
            "overdue": list(self.overdue), "books_overdue": self.books_overdue,
        }  # fmt: skip


class Run(Protocol):
    """What a state is taken of: `Replay` is one."""

    feed: "Feed"
    engine: "Engine"

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Each sequence space with its state and lines."""

    @property
    def counters(self) -> dict[str, int]:
        """By name."""


def feed_state(
    run: Run, publish: str, *, worker: str = "main", source: str = "",
    lost: dict[str, int] | None = None, clock: str = "", losses: "Losses | None" = None,
    links: "Links | None" = None, namesakes: bool = False,
) -> FeedState:  # fmt: skip
    """The state of a run's feed; the loop may be at work meanwhile, then the figures are of no one instant."""
    channels = run.channels
    overdue = sorted({each["channel"] for each in channels if late(each)})
    books, hidden = books_by_state(run.engine.pools), synchronized_of(run.engine.pools, overdue)
    books = moved(books, hidden)
    return FeedState(
        feed=run.feed.name, publish=publish, channels=channels, overdue=overdue,
        books_overdue=hidden, books=books, counters=run.counters,
        gaps=run.engine.channels.gap_table, worker=worker, source=source, lost=lost or {}, clock=clock,
        losses={} if losses is None else losses.total,
        seconds=() if losses is None else losses.entries(),
        links={} if links is None else {name: str(state) for name, state in links.states.items()},
        dark=() if links is None else links.dark, namesakes=namesakes,
    )  # fmt: skip


def late(channel: dict[str, Any]) -> bool:
    """Whether the books of a channel lack what a hole hides that should be filled by now."""
    return channel["role"] == "incremental" and bool(channel.get("overdue_ns"))


def synchronized_of(pools: "Pools", channels: Sequence[int]) -> int:
    """How many books of these channels pass for synchronized."""
    from feedhandler.book.pools import BOOK_NEXT, STATE_NAMES  # noqa: PLC0415 (numba)

    books = np.asarray(pools.books)[1 : int(pools.control[BOOK_NEXT])] if channels else None
    if books is None:
        return 0
    sound = books["state"] == STATE_NAMES.index(SYNCHRONIZED)
    return int((sound & np.isin(books["channel_id"], channels)).sum())


def moved(books: dict[str, int], hidden: int) -> dict[str, int]:
    """Books behind a hole that should be filled by now are stale, as their channel is in a gap: one answer to all."""
    found = min(hidden, books.get(SYNCHRONIZED, 0))
    change = {SYNCHRONIZED: books.get(SYNCHRONIZED, 0) - found, STALE: books.get(STALE, 0) + found}
    return books | change if found else books


def books_by_state(pools: "Pools") -> dict[str, int]:
    """How many books are in each state, without a look at each in Python."""
    from feedhandler.book.pools import BOOK_NEXT, STATE_NAMES  # noqa: PLC0415 (numba)

    states = np.asarray(pools.books)["state"][1 : int(pools.control[BOOK_NEXT])]
    counts = np.bincount(states, minlength=len(STATE_NAMES))
    return {name: int(number) for name, number in zip(STATE_NAMES, counts, strict=False)}


def recoveries(gaps: Iterable["Gap"]) -> dict[str, Any]:
    """Gaps that are open, and by what, how often and how fast the others were closed."""
    still = 0
    closed: dict[str, dict[str, int]] = {}
    for gap in gaps:
        if not gap.end_ns:
            still += 1
            continue
        kept = closed.setdefault(gap.method or "none", {"count": 0, "ns": 0})
        kept["count"] += 1
        kept["ns"] += gap.doubt_ns(gap.end_ns)
    return {"gaps_open": still, "recoveries": closed}


def untold(name: str, pid: int, started_ns: int) -> dict[str, Any]:
    """In place of the document of a process that has its name, and has told nothing yet: it is compiling, or opens."""
    return {
        "format": FORMAT, "name": name, "version": None, "pid": pid, "started_ns": started_ns,
        "told_ns": None, "phase": Phase.STARTING, "ready": False, "log_lines_lost": 0,
        "clock_offset_ns": None, "loops": [], "feeds": [],
    }  # fmt: skip


class StateKeeper:
    """Makes the document and tells it, at most so often."""

    def __init__(self, writer: StateWriter, name: str, period_ns: int = PERIOD_NS) -> None:
        self._writer = writer
        self._name = name
        self._period_ns = period_ns
        self._started_ns = time.time_ns()
        self._due_ns = 0
        self._ready = False
        self._clock = Kernel()
        self._before: tuple[int, dict[str, dict[str, int]]] = (0, {})
        self.phase = Phase.STARTING
        self.log_lines_lost: Callable[[], int] = lambda: 0

    @property
    def ready(self) -> bool:
        """Whether any book has been synchronized since the start."""
        return self._ready

    def due(self, now_ns: int) -> bool:
        """Whether it is time to tell again; the clock is CLOCK_MONOTONIC."""
        return now_ns >= self._due_ns

    def tell(self, now_ns: int, feeds: Sequence[FeedState], loops: Sequence[Loop] = ()) -> bool:
        """Tell the state as it is now; False: it is too long."""
        self._due_ns = now_ns + self._period_ns
        self._ready = self._ready or any(feed.books.get(SYNCHRONIZED) for feed in feeds)
        if self.phase is Phase.STARTING and self._ready:
            self.phase = Phase.RUNNING
        rates = self._rates(now_ns, feeds)
        return self._writer.tell(
            {
                "format": FORMAT, "name": self._name, "version": __version__, "pid": os.getpid(),
                "started_ns": self._started_ns, "told_ns": now_ns, "phase": self.phase,
                "ready": self._ready, "log_lines_lost": self.log_lines_lost(),
                "clock_offset_ns": self._clock.clock_offset_ns(),
                "loops": [{"name": each.name, "core": each.core, "progress": each.progress}
                          for each in loops],
                "feeds": [{**feed.entry(), "rates": rates.get(key_of(feed), {})} for feed in feeds],
            }
        )  # fmt: skip

    def stop(self, now_ns: int, feeds: Sequence[FeedState] = ()) -> None:
        """The last document: the process ends."""
        self.phase = Phase.STOPPING
        self.tell(now_ns, feeds)

    def _rates(self, now_ns: int, feeds: Sequence[FeedState]) -> dict[str, dict[str, int]]:
        """What was counted by the second since the last document."""
        now = {key_of(feed): {name: feed.counters.get(name, 0) for name in RATES} for feed in feeds}
        (then_ns, before), self._before = self._before, (now_ns, now)
        passed_ns = now_ns - then_ns
        return {
            key: {name: (number - before[key][name]) * NS // passed_ns
                  for name, number in counts.items()}
            for key, counts in now.items()
            if key in before and passed_ns > 0
        }  # fmt: skip


def key_of(feed: FeedState) -> str:
    """What tells feeds apart: their names in shared memory."""
    return feed.publish

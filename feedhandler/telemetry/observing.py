"""Looking at a running process from outside its loops: state, counters and histograms, by its name.

Every look attaches anew, so that a process that was started again is found again, and nothing of a dead one is
held. What is wrong with a process (`troubles`) is decided here, once for `status`, /healthz and /readyz.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from feedhandler.publish.counters import CounterReader
from feedhandler.publish.segment import SegmentError
from feedhandler.publish.state import StateReader
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.stages import StageReader
from feedhandler.telemetry.state import FORMAT, IN_DOUBT, untold

SILENCE_NS: Final = 5_000_000_000  # of a state that is told twice a second


@dataclass
class Observed:
    """A process at one moment."""

    state: dict[str, Any]
    running: bool
    now_ns: int  # CLOCK_MONOTONIC
    stuck: list[str] = field(default_factory=list)  # loops that stand still
    counters: dict[str, dict[str, int]] = field(default_factory=dict)  # by name in shared memory
    stages: dict[str, dict[str, Histogram]] = field(default_factory=dict)

    @property
    def starting(self) -> bool:
        """Whether it has its name and nothing to tell yet; what ended so has ended."""
        return self.running and self.state.get("told_ns") is None

    @property
    def ready(self) -> bool:
        """Whether it runs, and a book was synchronized; what was killed has a last document that says so for ever."""
        return self.running and bool(self.state.get("ready"))

    @property
    def feeds(self) -> list[dict[str, Any]]:
        """Each feed, as each worker has it."""
        found: list[dict[str, Any]] = self.state.get("feeds", [])
        return found

    @property
    def books_in_doubt(self) -> int:
        """Books that may not be trusted."""
        return sum(in_doubt_of(feed) for feed in self.feeds)

    def troubles(self) -> list[str]:
        """Why the process is not well; nothing if it is."""
        if not self.running:
            return ["the process has ended"]
        if self.starting:
            return []  # how long it compiles nobody knows
        found = [f"loop {name} stands still" for name in self.stuck]
        silent_ns = self.now_ns - int(self.state.get("told_ns", 0))
        if silent_ns > SILENCE_NS:
            found.append(f"its state was told {silent_ns // 1_000_000_000} s ago")
        return found

    def waits(self) -> list[str]:
        """Why its books may not be used yet; nothing if they may."""
        found = self.troubles()
        if self.starting:
            found.append("it is starting")
        elif not self.state.get("ready"):
            found.append("no book has been synchronized yet")
        found += [dark_text(feed) for feed in self.feeds if feed.get("dark")]
        found += [overdue_text(feed) for feed in self.feeds if feed.get("overdue")]
        if self.state.get("phase") == "stopping":
            found.append("it is stopping")
        return found


def in_doubt_of(feed: dict[str, Any]) -> int:
    """Books of a feed that may not be trusted, those behind a hole that should be filled by now among them."""
    return sum(feed["books"].get(name, 0) for name in IN_DOUBT)


def told_as(feed: dict[str, Any]) -> str:
    """What a feed is called, so that no other one of the process is meant."""
    name: str = feed["feed"]
    return f"{name} as {feed['publish']}" if feed.get("namesakes") else name


def overdue_text(feed: dict[str, Any]) -> str:
    """Which channels of a feed lack something, and why that is no gap."""
    channels = ", ".join(str(number) for number in feed["overdue"])
    few = "too few datagrams show it to be a gap"
    return f"{told_as(feed)}: channels with a hole that was waited for in vain: {channels} ({few})"


def dark_text(feed: dict[str, Any]) -> str:
    """Which channels of a feed come by no interface, and why."""
    ill = ", ".join(f"{name} is {state}" for name, state in feed["links"].items() if state != "up")
    channels = ", ".join(str(number) for number in feed["dark"] if number >= 0) or "all"
    return f"{told_as(feed)}: channels without an interface: {channels} ({ill})"


class Observer:
    """Looks at the process of a name; remembers how far its loops were."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._before: dict[
            str, tuple[int, int]
        ] = {}  # progress of a loop, and when it was seen first

    def look(self, now_ns: int | None = None) -> Observed:
        """The process as it is now; SegmentError if there is none."""
        now_ns = time.monotonic_ns() if now_ns is None else now_ns
        reader = StateReader(self.name)
        try:
            told, running = reader.read(), reader.running
            pid, made_ns = reader.segment.pid, reader.segment.created_ns
        finally:
            reader.close()
        state = untold(self.name, pid, made_ns) if told is None else told
        if state.get("format") != FORMAT:
            message = f"state of format {state.get('format')}, this program reads {FORMAT}"
            raise SegmentError(message)
        seen = Observed(state, running, now_ns, self._stuck(state, now_ns))
        for feed in seen.feeds:
            name = feed["publish"]
            if name not in seen.counters:
                seen.counters[name] = counters_of(name)
                seen.stages[name] = stages_of(name)
        return seen

    def _stuck(self, state: dict[str, Any], now_ns: int) -> list[str]:
        """Loops that have been where they are for too long."""
        stuck = []
        for loop in state.get("loops", []):
            name, progress = loop["name"], loop["progress"]
            kept = self._before.get(name)
            if kept is None or kept[0] != progress:
                self._before[name] = (progress, now_ns)
            elif now_ns - kept[1] > SILENCE_NS:
                stuck.append(name)
        return stuck


def counters_of(name: str) -> dict[str, int]:
    """Every counter, those that are zero too; none if they are not shared."""
    try:
        reader = CounterReader(name)
    except SegmentError:
        return {}
    try:
        return reader.read(zeros=True)
    finally:
        reader.close()


def stages_of(name: str) -> dict[str, Histogram]:
    """Histograms by stage; none if they are not shared."""
    try:
        reader = StageReader(name)
    except SegmentError:
        return {}
    try:
        return reader.read()
    finally:
        reader.close()

"""What the main thread of a service does beside its polling loops: state, metrics, readiness, watchdog.

Nothing here has a thread of its own but the metrics endpoint. Whoever owns the loops calls `tick` a few times a
second, with a function that tells the feeds and the progress of each loop; what is due is done. The name is taken
first, so that a second process of it ends before it has opened anything else.
"""

import os
import time
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from contextlib import ExitStack
from errno import EADDRINUSE
from typing import Final, Self

from feedhandler.publish.state import StateWriter
from feedhandler.service.dropping import drop
from feedhandler.service.notify import Notifier, Watchdog, watchdog_period_ns
from feedhandler.telemetry.endpoint import Endpoint
from feedhandler.telemetry.observing import Observer
from feedhandler.telemetry.state import IN_DOUBT, SYNCHRONIZED, FeedState, Loop, StateKeeper

STATUS_NS: Final = 5_000_000_000  # between two status lines
WELL: Final = ("synchronized",)

Feeds = Callable[[], Sequence[FeedState]]


class Housekeeping:
    """Of one process."""

    def __init__(
        self,
        name: str,
        *,
        metrics: str = "",
        cores: Iterable[int] = (),
        environment: MutableMapping[str, str] = os.environ,
    ) -> None:
        """Take the name (SegmentError: it is taken), listen at `metrics` (OSError), find the service manager."""
        self._loops: Sequence[Loop] = ()
        self._status_due_ns = 0
        with ExitStack() as stack:
            state = StateWriter.create(name)
            stack.callback(state.close)
            self.keeper = StateKeeper(state, name)
            self.endpoint: Endpoint | None = None
            self._name, self._cores = name, tuple(cores)
            stack.callback(self.serve, "")
            self.serve(metrics)
            period_ns = watchdog_period_ns(environment)
            self.notifier = Notifier.of_environment(environment)
            stack.callback(self.notifier.close)
            self.watchdog = Watchdog(self.notifier, self._progress, period_ns)
            self._closing = stack.pop_all()

    def serve(self, metrics: str) -> None:
        """Listen for Prometheus and health checks there, and nowhere else; "" = nowhere.

        OSError: it cannot be, and all is as it was.
        """
        before, self.endpoint = self.endpoint, None
        if before is None:
            self.endpoint = self._listening(metrics)
            return
        try:
            self.endpoint = self._listening(metrics)
        except OSError as error:
            if error.errno != EADDRINUSE or port_of(metrics) != port_of(before.address):
                self.endpoint = before
                raise
        else:
            before.close()
            return
        before.close()  # it may be what is in the way: 0.0.0.0 beside 127.0.0.1
        try:
            self.endpoint = self._listening(metrics)
        except OSError:
            self.endpoint = self._listening(before.address)
            raise

    def _listening(self, metrics: str) -> Endpoint | None:
        """An endpoint there; to answer needs no privilege."""
        look = Observer(self._name).look
        return Endpoint(metrics, look, self._cores, prepare=drop) if metrics else None

    def tick(self, now_ns: int, feeds: Feeds, loops: Sequence[Loop]) -> None:
        """Do what is due; the clock is CLOCK_MONOTONIC."""
        self._loops = loops
        if self.keeper.due(now_ns):
            self._tell(now_ns, feeds())
        self.watchdog.tick(now_ns)

    def reloading(self) -> None:
        """The configuration is read again: told to who knows of us as ready; a start goes on as it was."""
        if self.keeper.ready:
            self.notifier.reloading(time.monotonic_ns() // 1000)

    def reloaded(self) -> None:
        """It was read again. Before the first synchronized book nobody is told: READY=1 would say that there is one."""
        if self.keeper.ready:
            self.notifier.ready()

    def stop(self, now_ns: int, feeds: Sequence[FeedState], why: str) -> None:
        """The end has begun: readers and the service manager are told."""
        self.keeper.stop(now_ns, feeds)
        self.notifier.stopping(why)

    def close(self) -> None:
        """Give name, address and socket back."""
        self._closing.close()

    def _tell(self, now_ns: int, feeds: Sequence[FeedState]) -> None:
        was_ready = self.keeper.ready
        self.keeper.tell(now_ns, feeds, self._loops)
        if self.keeper.ready and not was_ready:
            self.notifier.ready(status_line(feeds))
        elif now_ns >= self._status_due_ns:
            self.notifier.status(status_line(feeds))
        else:
            return
        self._status_due_ns = now_ns + STATUS_NS

    def _progress(self) -> list[int]:
        return [loop.progress for loop in self._loops]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def port_of(address: str) -> str:
    """Of "127.0.0.1:9464"."""
    return address.rpartition(":")[2]


def status_line(feeds: Sequence[FeedState]) -> str:
    """How it goes, for `systemctl status`."""
    books, doubtful = (
        sum(feed.books.get(state, 0) for feed in feeds for state in states)
        for states in ((SYNCHRONIZED,), IN_DOUBT)
    )
    ill = sum(each.get("state") not in WELL for feed in feeds for each in feed.channels)
    frames = sum(feed.counters.get("frames", 0) for feed in feeds)
    parts = [f"{books:,} books synchronized", f"{frames:,} frames"]
    parts += [f"{doubtful:,} books in doubt"] if doubtful else []
    parts += [f"{ill:,} channels not synchronized"] if ill else []
    return ", ".join(parts)

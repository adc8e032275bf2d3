"""`--shm NAME`: events, best prices, counters and state of a replay in shared memory, for other processes."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import click

from feedhandler.book.pools import Limits
from feedhandler.cli.output import EnvironmentProblemError
from feedhandler.publish.bbo import BEST_LINES, BestPrices
from feedhandler.publish.counters import SharedCounters
from feedhandler.publish.ring import EventRing
from feedhandler.publish.segment import SegmentError, SegmentNameError
from feedhandler.publish.state import StateWriter
from feedhandler.telemetry.state import Run, StateKeeper, feed_state

LIMITS = Limits(books_max=BEST_LINES - 1)  # a line of the table for each book; line 0 is unused


class Shared:
    """The segments of one name; readers see them closed when the block ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        with ExitStack() as stack:
            try:
                self.state = StateWriter.create(name)  # first: it is what a second process meets
                stack.callback(self.state.close)
                self.ring = EventRing.create(name)
                stack.callback(self.ring.close)
                self.best = BestPrices.create(name, BEST_LINES)
                stack.callback(self.best.close)
                self.counters = SharedCounters.create(name)
                stack.callback(self.counters.close)
            except SegmentNameError as error:
                raise click.UsageError(f"--shm: {error}") from None
            except SegmentError as error:
                raise EnvironmentProblemError(f"--shm: {error}") from None
            self._closing = stack.pop_all()
        self._keeper = StateKeeper(self.state, name)

    def count(self, counters: Any) -> None:
        """Let readers see the counters as they are now."""
        self.counters.words[:] = counters

    def tell(self, run: Run, *, now: bool = False) -> None:
        """Let readers see the state of the run, twice a second."""
        now_ns = time.monotonic_ns()
        if now or self._keeper.due(now_ns):
            self._keeper.tell(now_ns, [feed_state(run, self._name, source="capture")])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

"""`--shm NAME`: events, best prices and counters of a replay in shared memory, for other processes."""

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

LIMITS = Limits(books_max=BEST_LINES - 1)  # a line of the table for each book; line 0 is unused


class Shared:
    """The three segments of one name; readers see them closed when the block ends."""

    def __init__(self, name: str) -> None:
        with ExitStack() as stack:
            try:
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

    def count(self, counters: Any) -> None:
        """Let readers see the counters as they are now."""
        self.counters.words[:] = counters

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

"""A feed on its polling loop: a worker thread that never waits for the interpreter, and what others see of it.

The worker pins itself, then stays in compiled code, without the interpreter's lock, until something has to be
decided. The thread that started it owns signals, logs and statistics. `stop` sets a word that the loop reads between
two polls, and rings a bell that wakes a sleeping one, so it is over within a millisecond.
"""

import threading
from typing import TYPE_CHECKING, Any, Final, Self

from feedhandler.book.pools import Limits
from feedhandler.book.view import Books, Model
from feedhandler.counter import named
from feedhandler.decode.catalog import Feed
from feedhandler.engine.engine import Engine
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.publish.bbo import BEST_LINES, Best, BestPrices, BestTable
from feedhandler.publish.ring import EventRing
from feedhandler.service.steadiness import in_real_time, pin
from feedhandler.session.channel_header import HELD
from feedhandler.session.holding import Arbitration
from feedhandler.source.live import Live

if TYPE_CHECKING:
    from feedhandler.doctor.finding import Finding

LIMITS: Final = Limits(books_max=BEST_LINES - 1)


def warm(feed: Feed) -> None:
    """Have the loop compiled before sources are opened: meanwhile no frame waits, and none is lost."""
    source = Live([])
    engine = Engine(feed, source)
    engine.stop()
    engine.run()
    source.close()


class LiveRun:
    """One feed, its sources, its loop."""

    def __init__(
        self,
        feed: Feed,
        source: Live,
        *,
        core: int | None = None,
        priority: int = 0,
        limits: Limits | None = None,
        digest: bool = False,
        ring: EventRing | None = None,
        best: BestPrices | None = None,
        arbitration: Arbitration | None = None,
        recovery: RecoveryPlan | None = None,
        counters: Any = None,
    ) -> None:
        """Pools and books are made here; `start` begins to poll. A core is that of the worker alone."""
        self.feed = feed
        self.source = source
        self.findings: list[Finding] = []  # pin and priority, as they went
        self.error: BaseException | None = None
        self._best = best or BestPrices.create(None, BEST_LINES)
        self._own_best = best is None
        self._table = BestTable(self._best)
        self._core = core
        self._priority = priority
        self.engine = Engine(
            feed, source, limits=limits or LIMITS, digest=digest, ring=ring, best=self._best,
            arbitration=arbitration, recovery=recovery, counters=counters,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._work, name=f"poll {feed.name}", daemon=True)
        self._over = threading.Event()

    def start(self) -> Self:
        """Begin to poll."""
        self._thread.start()
        return self

    def _work(self) -> None:
        """The worker: steady itself, then poll until it is stopped."""
        try:
            if self._core is not None:
                self.findings.append(pin(self._core))
            if self._priority:
                self.findings.append(in_real_time(self._priority))
            self.engine.run()
        except BaseException as error:  # noqa: BLE001 (told to whoever waits for the worker)
            self.error = error
        finally:
            self._over.set()

    def stop(self) -> None:
        """End the loop; safe from a signal handler."""
        self.engine.stop()
        self.source.wake()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the worker's end; whether it has ended. Whatever ended it is raised here."""
        ended = self._over.wait(timeout_s)
        if ended and self.error is not None:
            raise self.error
        return ended

    def close(self) -> None:
        """Stop and give everything back; books, counters and digest stay."""
        if self._thread.is_alive():
            self.stop()
            self._thread.join()
        self.source.close()
        if self._own_best:
            self._best.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what it does, seen from outside the loop -------------------------------------------------
    def look(self) -> dict[str, int]:
        """The counters that are not zero, with what kernel and card have lost so far."""
        if not self._over.is_set():
            self.source.count_into(self.engine.counters)
        return named(self.engine.counters)

    def best(self) -> list[tuple[str, Best]]:
        """Symbol and best prices of every instrument that has any."""
        directory = self.engine.definitions.directory
        told = self._table.all()
        return [(directory.get((b.channel_id, b.instrument_id)).symbol, b) for b in told]

    def channels(self) -> list[dict[str, Any]]:
        """Every channel: its state, where it is, what its lines did."""
        engine = self.engine
        return [
            {
                **entry,
                "state": engine.recovering.state(row, int(engine.channels.table[row, HELD])).value,
            }
            for row, entry in enumerate(engine.channels.report())
        ]

    @property
    def books(self) -> Books:
        """All books; exact once the worker has ended."""
        model: Model = "order" if self.feed.bbo == "order" else "level"
        return Books(self.engine.pools, self.engine.definitions.directory, model)

    @property
    def digest(self) -> str:
        """Digest of all events, where it was asked for."""
        return self.engine.digest

"""A feed on its polling loop: a worker thread that leaves the interpreter's lock to others, and what others see of it.

The worker pins itself, then stays in compiled code, without the interpreter's lock, until something has to be
decided. The thread that started it owns signals, logs and statistics. `stop` sets a word that the loop reads between
two polls, and rings a bell that wakes a sleeping one, so it is over within a millisecond.
"""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Self

from feedhandler.book import growth
from feedhandler.book.kernel import clear_channel
from feedhandler.book.pools import EMPTY, Limits, touch_pages
from feedhandler.book.view import Books, Model
from feedhandler.counter import Counter, named
from feedhandler.decode.catalog import Feed
from feedhandler.engine import desk_header as words
from feedhandler.engine.engine import Engine
from feedhandler.engine.kernel import publish_states
from feedhandler.engine.otherwise_kernel import puts_in_doubt
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.logs import log
from feedhandler.publish.bbo import BEST_LINES, Best, BestPrices, BestTable
from feedhandler.publish.ring import EventRing
from feedhandler.records import touch
from feedhandler.service.steadiness import in_large_pages, in_real_time, pin
from feedhandler.session.channel_header import GAP_COUNT, HELD, WAIT_UNTIL
from feedhandler.session.holding import Arbitration
from feedhandler.source.live import Live
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.sampling import EVERY, Sampling, tick_scale
from feedhandler.telemetry.stages import Stage, StageHistograms
from feedhandler.telemetry.state import Loop

if TYPE_CHECKING:
    from feedhandler.doctor.finding import Finding

LIMITS: Final = Limits(books_max=BEST_LINES - 1)
SMALL: Final = Limits(books=16, orders=64, levels=64)  # of an engine that keeps no books
BEGIN_S: Final = 1.0  # within which a thread that was started has begun


def warm(feed: Feed) -> None:
    """Have the loop compiled before sources are opened: meanwhile no frame waits, and none is lost."""
    source = Live([])
    engine = Engine(feed, source, limits=SMALL)
    engine.stop()
    engine.run()
    source.close()
    with log.rehearsing():
        answer_all(engine)
    tick_scale()


def answer_all(engine: Engine) -> None:
    """Call what is called only when something is to be decided: the first gap of a day is no time to load code."""
    channels, pools = engine.channels, engine.pools
    row = channels.open(0, "", "incremental", known=True, day_ns=0).row
    channels.table[row, GAP_COUNT] = 1
    gap = channels.take_gap(row, 0, 0)
    if gap is not None:
        engine.recovering.lose(row, gap, 0, pools)
    puts_in_doubt(engine.desk, row)
    engine.definitions.rehearse(pools)
    publish_states(engine.desk.bbo, pools)
    engine.recovering.rehearse(pools)
    engine.intake.rehearse(row)
    clear_channel(0, EMPTY, pools)
    channels.leave_out(row)
    channels.drop_rivals(engine.counters)
    channels.report()
    for grow in growth.GROW.values():
        pools = grow(pools)


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
        decoder: str = "compiled",
        stages: StageHistograms | None = None,
        sample_every: int = EVERY,
        worker: str = "main",
        loop: str = "",
        prepare: Callable[[], object] | None = None,
    ) -> None:
        """Pools and books are made here; `start` begins to poll. A core is that of the worker alone.

        Of every so many frames the latency of one is measured. `prepare` is called in the worker before it polls.
        `loop` is the name of the loop, where the worker's and the feed's are not enough.
        """
        self.feed = feed
        self.digesting = digest
        self.source = source
        self.worker = worker
        self._loop = loop or f"{worker}.{feed.name}"
        self.findings: list[Finding] = []  # pin and priority, as they went
        self.ended_ns = 0  # steady clock, when the loop was over
        self._prepare = prepare
        self.error: BaseException | None = None
        self._best = best or BestPrices.create(None, BEST_LINES)
        self._own_best = best is None
        self._table = BestTable(self._best)
        self._core = core
        self._priority = priority
        self.engine = Engine(
            feed, source, limits=limits or LIMITS, digest=digest, ring=ring, best=self._best,
            arbitration=arbitration, recovery=recovery, counters=counters, decoder=decoder,
            definitions_expected=True,  # their lines are listened to, too
        )  # fmt: skip
        self.engine.routing.lines_expected = True  # they were joined
        self.findings.append(in_large_pages(self.engine.pools))
        touch_pages(self.engine.pools)
        touch(self.engine.desk.store)  # a gap comes when there is most to do
        self._own_stages = stages is None
        self._stages = stages or StageHistograms.create(None)
        self._sampling = Sampling(self.engine, self._stages, sample_every)
        self._thread = threading.Thread(target=self._work, name=f"poll {feed.name}", daemon=True)
        self._started = False
        self._over = threading.Event()

    def start(self) -> Self:
        """Begin to poll."""
        self._started = True
        try:
            self._thread.start()
        except RuntimeError:  # the system has no thread for us
            self._over.set()
            raise
        return self

    def _work(self) -> None:
        """The worker: steady itself, then poll until it is stopped."""
        try:
            if self._core is not None:
                self.findings.append(pin(self._core))
            if self._priority:
                self.findings.append(in_real_time(self._priority))
            if self._prepare is not None:
                self._prepare()
            self.engine.run()
        except BaseException as error:  # noqa: BLE001 (told to whoever waits for the worker)
            self.error = error
        finally:
            self.ended_ns = time.monotonic_ns()
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

    def join(self) -> None:
        """Wait for the worker's end, whatever it was, if it was started."""
        if self._started:
            self._over.wait()  # a thread whose own `join` a signal interrupts passes for ended

    def close(self) -> None:
        """Stop and give everything back; books, counters and digest stay.

        An exception of a signal waits until the worker has ended: it polls in memory that is given back here.
        """
        came: BaseException | None = None
        while self._started and not self._over.is_set():
            try:
                self.stop()
                if not self._over.wait(BEGIN_S) and self._thread.ident is None:
                    break  # interrupted before it began
            except BaseException as error:  # noqa: BLE001 (raised below)
                came = error
        self.source.close()
        if self._own_best:
            self._best.close()
        if self._own_stages:
            self._stages.close()
        if self._thread.ident is not None:
            self._thread.join()
        if came is not None:
            raise came

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.close()
        except (KeyboardInterrupt, SystemExit):
            if kind is None:
                raise  # else it ends by what went wrong before, which somebody has to be told

    # --- what it does, seen from outside the loop -------------------------------------------------
    def look(self) -> dict[str, int]:
        """The counters that are not zero, with what kernel and card have lost so far."""
        if not self._over.is_set():
            self.source.count_into(self.engine.counters)
        return named(self.engine.counters)

    @property
    def counters(self) -> dict[str, int]:
        """Likewise; for who takes the state of a run."""
        return self.look()

    @property
    def running(self) -> bool:
        """Whether the loop has begun and not ended."""
        return self._thread.is_alive() and not self._over.is_set()

    @property
    def core(self) -> int | None:
        """Where it polls."""
        return self._core

    @property
    def progress(self) -> Loop:
        """A number that is another one whenever the loop has polled."""
        polled = self.source.idle.calls + int(self.engine.counters[Counter.FRAMES])
        return Loop(self._loop, polled, self._core)

    def latencies(self) -> dict[str, Histogram]:
        """What was measured so far, by stage, of those that have seen anything."""
        found = ((stage.name.lower(), self._stages.of(stage).copy()) for stage in Stage)
        return {name: each for name, each in found if each.words.any()}

    def best(self) -> list[tuple[str, Best]]:
        """Symbol and best prices of every instrument that has any."""
        directory = self.engine.definitions.directory
        told = self._table.all()
        return [(directory.get((b.channel_id, b.instrument_id)).symbol, b) for b in told]

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Every channel: its state, where it is, what its lines did."""
        engine, now_ns = self.engine, int(self.engine.desk.work[words.NOW])
        report = engine.channels.report()
        table = engine.channels.table  # taken behind it: the loop may open channels meanwhile
        return [
            {
                **entry,
                "state": engine.recovering.state(row, int(table[row, HELD])).value,
                "overdue_ns": overdue_ns(table[row], now_ns),
            }
            for row, entry in enumerate(report)
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


def overdue_ns(state: Any, now_ns: int) -> int:
    """How long ago the wait for the hole of a channel was over; it is no gap as long as too few datagrams show it."""
    until_ns = int(state[WAIT_UNTIL])
    return max(now_ns - until_ns, 0) if state[HELD] and until_ns else 0

"""The Python interface: a capture in, batches of events and exact books out.

    import feedhandler

    replay = feedhandler.replay("captures/x.pcap.zst", feed="nasdaq.itch50")
    for batch in replay:                      # NumPy structured arrays (feedhandler.event.EVENT)
        trades = batch[batch["kind"] == Kind.TRADE]
    print(replay.books["TEST"].best())

A batch is a view of the engine's own rows: it is good until the next one is asked for, and a copy of it is
yours. Books are those of the end of the batch.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from feedhandler.book.pools import DEPTH_DEFAULT, Limits
from feedhandler.book.view import Books, Model
from feedhandler.counter import Counter, named
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.detect import block_lengths, detect_feed
from feedhandler.engine.definitions import guessed
from feedhandler.engine.engine import BATCH, Engine
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.publish.bbo import BestPrices
from feedhandler.publish.ring import EventRing
from feedhandler.session.channel_header import HELD
from feedhandler.session.gaps import Gap
from feedhandler.session.holding import Arbitration
from feedhandler.source.fault_plan import FaultPlan, parse_faults
from feedhandler.source.faults import Faults
from feedhandler.source.merge import Merge
from feedhandler.source.pace import Pace, never
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.select import Select
from feedhandler.source.source import Source
from feedhandler.wire.checksum import Checked
from feedhandler.wire.places import FeedPlaces, line_places

Batch = np.ndarray[Any, Any]


def paths_of(paths: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """One path or several as a list of them; there is at least one."""
    many: list[str | Path] = [paths] if isinstance(paths, str | os.PathLike | bytes) else [*paths]
    for path in many:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"a path is text or a Path, not {type(path).__name__}: {path!r}")
    if not many:
        raise ValueError("no capture: at least one path is expected")
    return many


def check_batch(batch: object) -> None:
    """Refuse what is no number here: compiled code would only say that it does not fit."""
    if not isinstance(batch, int | np.integer):
        raise TypeError(f"batch is {batch!r}: a whole number of rows is expected")


def check_outputs(ring: object, best: object) -> None:
    """Refuse what is no ring or table of best prices, and one that is closed: readers look at it no more."""
    for name, given, kind in (("ring", ring, EventRing), ("best", best, BestPrices)):
        if given is not None and not isinstance(given, kind):
            raise TypeError(f"{name} is {given!r}: what {kind.__name__}.create() makes is expected")
        if given is not None and given.segment.closed:
            raise ValueError(f"{name} is closed: nobody would read what is written to it")


def open_source(
    paths: Sequence[str | Path],
    feed: Feed,
    *,
    expression: str = "",
    speed: Fraction | int | None = None,
    faults: FaultPlan | None = None,
    seed: int = 1,
    checksums: bool = False,
    stop: Callable[[], bool] = never,
) -> Source:
    """One source of one or many captures, merged by time, filtered, at recorded pace (1) or a multiple.

    With `faults` the frames come as a bad network would have brought them; the seed says which one. With
    `checksums` those whose UDP checksum is wrong are left out, as a network card does it.

    `stop` is asked where it waits: for a frame's time, and for a pipe that stands still.

    Raises `CaptureError` for a capture that cannot be read and for a filter that cannot be compiled.
    """
    lengths = block_lengths(feed)
    opened: list[Source] = []
    try:
        for path in paths:  # one by one: what was opened before a failure is closed below
            opened.append(open_capture(str(path), lengths, stop))  # noqa: PERF401
        source: Source = opened[0] if len(opened) == 1 else Merge(opened)
        if expression:
            source = Select(source, expression)
        if faults is not None:
            source = faulty(source, feed, faults, seed)
        if checksums:
            source = Checked(source)
        return Pace(source, speed, stop=stop) if speed else source
    except BaseException:
        for each in opened:
            each.close()
        raise


def faulty(source: Source, feed: Feed, plan: FaultPlan, seed: int) -> Faults:
    """A source behind a bad network, which knows the lines of the feed."""
    channels = ((channel.lines, channel.role != "incremental") for channel in feed.channels)
    return Faults(source, plan, seed, FeedPlaces(line_places(channels)))


class Replay:
    """A run over one or many captures; iterate over it for events, or `run` it for the books alone."""

    def __init__(
        self,
        paths: str | Path | Sequence[str | Path],
        feed: str | Feed | None = None,
        *,
        decoder: str = "compiled",
        expression: str = "",
        speed: Fraction | int | None = None,
        faults: str | FaultPlan | None = None,
        seed: int = 1,
        checksums: bool | None = None,
        batch: int = BATCH,
        limits: Limits | None = None,
        digest: bool = True,
        ring: EventRing | None = None,
        best: BestPrices | None = None,
        arbitration: Arbitration | None = None,
        recovery: RecoveryPlan | None = None,
        natural_refresh: bool = False,
        definitions_expected: bool = False,
    ) -> None:
        """`checksums`: see `open_source`; None = where the faults damage frames."""
        many = paths_of(paths)
        check_batch(batch)
        check_outputs(ring, best)
        if speed is not None and speed < 0:
            raise ValueError(f"speed is {speed}: 0 or more is expected")
        if feed is None:
            feed = detect_feed(many[0])
        self.stopped = False
        self._closed = False
        self._outputs = ring, best
        self.feed = feed_of(feed) if isinstance(feed, str) else feed
        plan = parse_faults(faults) if isinstance(faults, str) else faults
        self.checksums = plan is not None and plan.damages if checksums is None else checksums
        self._unasked = self.checksums and checksums is None
        self.source = open_source(
            many, self.feed, expression=expression, speed=speed, faults=plan, seed=seed,
            checksums=self.checksums, stop=lambda: self.stopped,
        )  # fmt: skip
        try:
            self.engine = Engine(
                self.feed, self.source, decoder=decoder, batch=batch, limits=limits, digest=digest,
                deliver=True, ring=ring, best=best, arbitration=arbitration, recovery=recovery,
                natural_refresh=natural_refresh,
                definitions_expected=definitions_expected,
            )  # fmt: skip
        except BaseException:
            self.source.close()
            raise

    def __iter__(self) -> Iterator[Batch]:
        found = self.engine.batches()
        while True:
            if self._closed:
                raise ValueError("the replay is closed: its capture cannot be read any further")
            check_outputs(*self._outputs)
            batch = next(found, None)
            if batch is None:
                return
            yield batch

    def run(self) -> Self:
        """Run to the end without looking at events."""
        for _ in self:
            pass
        return self

    def stop(self) -> None:
        """Stop before the next frames, or while a pipe is waited for; safe from a signal handler or another thread."""
        self.stopped = True
        self.engine.stop()

    @property
    def books(self) -> Books:
        """All books as they are now."""
        model: Model = "order" if self.feed.bbo == "order" else "level"
        return Books(self.engine.pools, self.engine.definitions.directory, model)

    @property
    def counters(self) -> dict[str, int]:
        """The counters that are not zero."""
        return named(self.engine.counters)

    @property
    def gaps(self) -> list[Gap]:
        """The ranges that came on no line."""
        return self.engine.channels.gaps

    @property
    def recovered(self) -> list[Gap]:
        """The ranges that came on no line until they were asked for."""
        return [gap for gap in self.engine.channels.gap_table if gap.recovered]

    @property
    def joined(self) -> list[Gap]:
        """What came before sequences that were joined in their midst."""
        return [gap for gap in self.engine.channels.gap_table if gap.joined]

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Every sequence space: its state, where it is, and what each of its lines did."""
        recovering, table = self.engine.recovering, self.engine.channels.table
        return [
            {**entry, "state": recovering.state(row, int(table[row, HELD])).value}
            for row, entry in enumerate(self.engine.channels.report())
        ]

    @property
    def notes(self) -> list[str]:
        """What people should know of this run: a cut capture, guessed lines, servers that were set aside."""
        own = (*self.source.notes, *self._checksum_notes(), *self._depth_notes())
        return [*own, *self.engine.routing.notes, *self.engine.intake.notes()]

    def _checksum_notes(self) -> Iterator[str]:
        counters = self.engine.counters
        if self._unasked:
            yield "UDP checksums are verified, as the faults damage frames"
        if counters[Counter.BAD_CHECKSUM] > counters[Counter.FRAMES]:
            yield (
                "most UDP checksums are wrong: a capture of the sending host, whose card was to make them? "
                "Then without verifying"
            )

    def _depth_notes(self) -> Iterator[str]:
        if number := guessed(self.feed, self.engine.pools):
            yield (
                f"no definition told how deep {number:,} books are: {DEPTH_DEFAULT} levels are kept, and "
                "what stands beyond a book's own depth may be wrong"
            )

    @property
    def faults(self) -> Faults | None:
        """The bad network that was asked for: `injected` tells what it did."""
        source: Any = self.source
        while source is not None and not isinstance(source, Faults):
            source = getattr(source, "inner", None)
        return source

    @property
    def digest(self) -> str:
        """Digest of the event stream so far."""
        return self.engine.digest

    def close(self) -> None:
        """Give the capture back; books, counters and digest stay, going on is a ValueError."""
        self._closed = True
        self.source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def replay(
    paths: str | Path | Sequence[str | Path], feed: str | Feed | None = None, **options: Any
) -> Replay:
    """Replay captures; see `Replay` for the options."""
    return Replay(paths, feed, **options)

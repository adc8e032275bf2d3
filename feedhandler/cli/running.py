"""A replay as verbs run it: the feed found, the stop set, a progress bar, Ctrl-C, errors in one line.

Nothing here is on the path of a packet: the bar looks at the clock once a batch, and at the source ten times
a second.
"""

import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from feedhandler.cli.ending import TERMINATED
from feedhandler.cli.main import INTERRUPTED
from feedhandler.cli.moments import Moment
from feedhandler.cli.output import console
from feedhandler.cli.warming import await_compiled
from feedhandler.decode.catalog import Feed, feed
from feedhandler.decode.description import DescriptionError
from feedhandler.detect import block_lengths, detect_feed, may_be_opened_twice
from feedhandler.replaying import Batch, Replay
from feedhandler.source.frames import frames
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import ENVIRONMENT, CaptureError, Source, StoppedError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

QUIET_NS: Final = 700_000_000  # work shorter than this needs no bar
TICK_NS: Final = 100_000_000


@dataclass(frozen=True)
class Stop:
    """Where a run is to end: behind a packet, at a time, or (both 0) with the input."""

    packet: int = 0
    time_ns: int = 0

    def entry(self) -> dict[str, int] | None:
        """As a report tells it."""
        if self.packet:
            return {"packet": self.packet}
        return {"time_ns": self.time_ns} if self.time_ns else None


def find_feed(files: Sequence[str], name: str | None, templates: str | None = None) -> Feed:
    """The feed that was named, or that the first capture holds; with the user's templates, if any."""
    found = detect_feed(files[0]) if name is None else feed(name)
    return found if templates is None else with_templates(found, templates)


def with_templates(found: Feed, path: str) -> Feed:
    """A FAST feed with another template file, which is read here so that it is refused here."""
    if not found.is_fast:
        raise click.UsageError(f"--templates: {found.name} has none, it is no FAST feed")
    from feedhandler.decode.fast.feeds import plan_of  # noqa: PLC0415 (reads templates)
    from feedhandler.decode.fast.templates import TemplateError  # noqa: PLC0415

    made = replace(found, templates_path=path)
    try:
        plan_of(made)
    except OSError as error:
        raise CaptureError(f"{path}: {error.strerror}", ENVIRONMENT) from error
    except (TemplateError, DescriptionError) as error:
        raise CaptureError(f"{path}: {error}") from error
    return made


def find_stop(files: Sequence[str], feed: Feed, at: Moment | None) -> Stop:
    """What `--at` means in these captures."""
    if at is None:
        return Stop()
    if at.packet and len(files) > 1:
        raise click.UsageError("--at: a packet number is of one file; with several, give a time")
    if at.packet:
        return Stop(packet=at.packet)
    first_ns = first_time(files, feed) if at.needs_day else 1
    if first_ns == 0:
        raise click.UsageError(f"--at {at.text}: {files[0]} has no times; give a packet number")
    return Stop(time_ns=at.time_ns(first_ns, ZoneInfo(feed.timezone)))


def first_time(files: Sequence[str], feed: Feed) -> int:
    """Time of the first frame of all, ns since 1970; 0 = none has one."""
    times = []
    for name in files:
        if not may_be_opened_twice(name):
            raise click.UsageError(f"--at: {name} can be read only once; give the date, too")
        source = open_capture(name, block_lengths(feed))
        try:
            times += [frame.ts_recv for frame, _ in zip(frames(source), range(1), strict=False)]
        finally:
            source.close()
    return min(filter(None, times), default=0)


class Bar:
    """A progress bar on standard error that appears only where somebody waits."""

    def __init__(self, source: Source, *, wanted: bool) -> None:
        self._source = source
        self._next_ns = time.monotonic_ns() + QUIET_NS
        self._shown = wanted and sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def tick(self) -> None:
        """Once a batch."""
        if self._shown and (now := time.monotonic_ns()) >= self._next_ns:
            self._next_ns = now + TICK_NS
            self._draw()

    def _draw(self) -> None:
        if self._progress is None:
            self._begin()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self._source.position)
            self._progress.refresh()

    def _begin(self) -> None:
        from rich import progress as rich_progress  # noqa: PLC0415 (only where somebody waits)

        self._progress = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(bar_width=32),
            rich_progress.DownloadColumn(),
            rich_progress.TransferSpeedColumn(),
            rich_progress.TimeRemainingColumn(),
            console=console(sys.stderr),
            auto_refresh=False,
            transient=True,
        )
        self._progress.start()
        self._task = self._progress.add_task("replay", total=self._source.size or None)

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def stoppable(
    stop: Callable[[], None], ends: Collection[signal.Signals] = ()
) -> Iterator[list[int]]:
    """Let the first Ctrl-C stop the work where it is, so that what was seen can be told; gives the signals that came.

    SIGTERM stops it as well, and then ends the program: whatever stands open is closed on the way out. Those in
    `ends` are how such work is ended: they stop it, and nothing more. Work that had not begun, for nothing came of a
    pipe, has nothing to tell: the signal ends the program.
    """
    seen: list[int] = []

    def stop_by(number: int, _frame: FrameType | None) -> None:
        if number in seen and number != signal.SIGHUP:  # a terminal and its shell both send that
            signal.default_int_handler(number, None)
        seen.append(number)
        stop()

    signals = dict.fromkeys((signal.SIGINT, signal.SIGTERM, *ends))
    ignored = [] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else [signal.SIGHUP]
    try:
        before = {each: signal.signal(each, stop_by) for each in signals if each not in ignored}
    except ValueError:  # not the main thread: whoever called us has the signals
        yield seen
        return
    try:
        yield seen
    except StoppedError:
        raise SystemExit(128 + seen[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGTERM in seen and signal.SIGTERM not in ends:
        raise SystemExit(TERMINATED)


@contextmanager
def undisturbed() -> Iterator[list[int]]:
    """Keep Ctrl-C and SIGTERM waiting, while what has to be taken away again is made; gives those that wait.

    To block them would not do: another thread, such as one of NumPy's, may get them, and this one is interrupted.
    """
    seen: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, lambda number, _: seen.append(number)) for each in signals}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for waited in dict.fromkeys(seen):
            signal.raise_signal(waited)


def stopped_code(seen: Collection[int]) -> int:
    """The exit code of work that was stopped by these signals, and told what was seen."""
    return TERMINATED if signal.SIGTERM in seen else INTERRUPTED


def batches(replay: Replay, signals: list[int], *, bar: bool) -> Iterator[Batch]:
    """The replay's batches, with a bar; `signals` gets those that stopped it. The engine times nothing but itself."""
    await_compiled(replay.feed)
    shown = Bar(replay.source, wanted=bar)
    try:
        with stoppable(replay.stop, (signal.SIGTERM,)) as seen:
            for batch in replay:
                yield batch
                shown.tick()
        signals += seen
    finally:
        shown.close()

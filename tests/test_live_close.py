"""The end of a live run under signals, and its state while it grows: rings are not given back under a loop."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from lan import wire

from feedhandler.decode.catalog import feed
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.source.packet_ring import RingLimits

SLOW_S = 1.0  # a loop that is busy in Python when it is told to stop
SOON_S = 0.2


@contextmanager
def slow(told: list[str]) -> Iterator[LiveRun]:
    """A run whose worker takes a while to end; what is given back when is told."""
    described = feed("nasdaq.itch50")
    warm(described)
    with wire() as made, made.receiver.entered():
        options = LiveOptions(interfaces=("line_a",), ring=RingLimits(1 << 20))
        source = open_live(options, groups_of(described))
        run = LiveRun(described, source, prepare=lambda: time.sleep(SLOW_S))
        before: Callable[[], None] = source.close

        def close() -> None:
            told.append("worker polls" if run.running else "worker has ended")
            before()

        source.close = close  # type: ignore[method-assign]
        yield run


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """As Ctrl-C does."""
    raise KeyboardInterrupt


@pytest.fixture
def soon() -> Iterator[Callable[[], object]]:
    """Have a signal come in a moment."""
    before = signal.signal(signal.SIGALRM, interrupt)
    yield lambda: signal.setitimer(signal.ITIMER_REAL, SOON_S)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_a_signal_during_the_end_waits_for_the_worker(soon: Callable[[], object]) -> None:
    """It is raised when all is given back, and nothing is while the loop may poll in it."""
    told: list[str] = []
    with slow(told) as run:
        run.start()
        soon()
        with pytest.raises(KeyboardInterrupt):
            run.close()

    assert told == ["worker has ended"]


def test_a_signal_during_the_end_hides_no_error(soon: Callable[[], object]) -> None:
    """What went wrong before is what it ends by."""
    told: list[str] = []
    with slow(told) as run, pytest.raises(ValueError, match="wrong before"):
        fail(run, soon)

    assert told == ["worker has ended"]


def fail(run: LiveRun, soon: Callable[[], object]) -> None:
    """Have something go wrong, and a signal come while it is cleaned up."""
    with run:
        run.start()
        soon()
        raise ValueError("wrong before")


def test_a_join_that_was_interrupted_ends_nothing(soon: Callable[[], object]) -> None:
    """Python takes a thread for ended whose `join` a signal interrupted; the loop goes on, and is known to."""
    told: list[str] = []
    with slow(told) as run:
        run.start()
        soon()
        with pytest.raises(KeyboardInterrupt):
            run.join()
        between = list(told)
        run.close()

    assert between == []
    assert told == ["worker has ended"]


def test_the_state_is_told_while_channels_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker opens more than the table holds, between two looks of whoever tells the state."""
    with slow([]) as run:
        channels = run.engine.channels
        report = channels.report

        def report_of_more() -> list[dict[str, object]]:
            for number in range(len(channels.table) + 1 - len(channels.channels)):
                channels.open(number + 1, "", "incremental", known=True, day_ns=0)
            return report()

        monkeypatch.setattr(channels, "report", report_of_more)
        told = run.channels
        run.close()

    assert [each["state"] for each in told] == ["synchronized"] * 65

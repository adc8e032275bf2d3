"""A clock that is set back while a hole is asked for: the answer is heard all the same, and nothing is given up before."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from capture_writers import pcap
from scripted import Answers, Scripted
from tapes import MICROSECOND, NASDAQ_B, OPENING_NS, frame
from test_recovery_line import unit

from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.recovering import Driver
from feedhandler.replaying import Replay
from feedhandler.session.backend import Backend, Done, Inject
from feedhandler.session.holding import Arbitration
from feedhandler.session.onward import Onward
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.servers import itch_servers

WAITS = Arbitration(gap_timeout_ns=0, gap_count=1, recovery_timeout_ns=1_000_000)
DELAY_NS = 50_000
MS = 1_000_000
BACK_NS = 1_000 * MS


class Slow(Scripted):
    """Answers a while after it was asked, by the clock that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.clocks: list[int] = []

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """The answer comes later."""
        super().begin(backend, first, count, now_ns)
        self.clocks.append(now_ns)
        self.wake_ns = now_ns + DELAY_NS

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Any]]:
        """Tell all when it is time."""
        self.clocks.append(now_ns)
        return super().poll(now_ns) if self.wake_ns and now_ns >= self.wake_ns else []


def run(path: Path, sent: Sequence[tuple[int, Any]], *answers: Any) -> tuple[Replay, Slow]:
    """A replay of datagrams at these times."""
    driver, backend = Slow(), Answers("moldudp64", *answers)
    frames = [(OPENING_NS + at, frame(*each)) for at, each in sent]
    name = path / "tape.pcap"
    name.write_bytes(pcap(frames, nanos=True))
    plan = RecoveryPlan(driver, lambda *_: [backend])
    with Replay(str(name), "nasdaq.itch50", arbitration=WAITS, recovery=plan) as replay:
        return replay.run(), driver


def after(step: int) -> int:
    """A time behind the step back."""
    return -BACK_NS + step * 100 * MICROSECOND


@pytest.mark.parametrize("back", [0, BACK_NS])
def test_the_stream_goes_on(tmp_path: Path, back: int) -> None:
    """Datagrams from beyond the hole are held, at times before those at which it was asked for."""
    before = [(0, unit(1)), (1000, unit(3)), (2000, unit(4))]
    later = [(after(n) + BACK_NS - back, unit(4 + n)) for n in range(1, 30)]
    replay, driver = run(tmp_path, [*before, *later], [Inject(unit(2)[1]), Done(2, 1)])

    assert [(gap.first, gap.count) for gap in replay.recovered] == [(2, 1)]
    assert replay.gaps == []
    assert driver.clocks == sorted(driver.clocks)


def test_a_part_comes_late_and_nothing_else(tmp_path: Path) -> None:
    """The wait begins again behind it; when that is over the answer is looked for first."""
    before = [(0, unit(1)), (1000, unit(4)), (2000, unit(5))]
    late = [(after(1), unit(2, NASDAQ_B)), *((after(n), unit(1, NASDAQ_B)) for n in range(2, 30))]
    replay, driver = run(tmp_path, [*before, *late], [Inject(unit(3)[1]), Done(2, 2)])

    assert [(gap.first, gap.count) for gap in replay.recovered] == [(2, 2)]
    assert replay.gaps == []
    assert driver.clocks == sorted(driver.clocks)


def test_without_an_answer_it_is_a_gap_all_the_same(tmp_path: Path) -> None:
    """In bounds, by the clock that goes on."""
    before = [(0, unit(1)), (1000, unit(3)), (2000, unit(4))]
    later = [(after(n), unit(4 + n)) for n in range(1, 30)]
    replay, _ = run(tmp_path, [*before, *later], [])
    (gap,) = replay.gaps

    assert (gap.first, gap.count) == (2, 1)
    assert gap.ts_recv < OPENING_NS + after(14)


# --- the clock ------------------------------------------------------------------------------------
def test_time_goes_on_whatever_a_clock_shows() -> None:
    """A little back is passed over, far back is where it goes on from; forward is believed."""
    clock = Onward()
    shown = [5 * MS, 7 * MS, 6 * MS + 1, 8 * MS, 2 * MS, 3 * MS, 9 * MS, 9 * MS]

    assert [clock.at(each) for each in shown] == [
        5 * MS, 7 * MS, 7 * MS, 8 * MS, 8 * MS, 9 * MS, 15 * MS, 15 * MS,
    ]  # fmt: skip
    assert clock.behind_ns == 6 * MS


# --- what was stopped says nothing more -----------------------------------------------------------
def drivers() -> list[Any]:
    """Both kinds."""
    return [
        Driver(),
        InProcessDriver(itch_servers(messages=50, seed=1, instruments=2)),
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_an_answer_that_nobody_waits_for_is_none(number: int) -> None:
    """It was there, and the hole was filled otherwise before it was told: it must not be taken for the next hole's."""
    backend = Answers("moldudp64", [Done(1, 1)], [Done(5, 1)])
    with drivers()[number] as driver:
        driver.begin(backend, 1, 1, 1)
        driver.stop(backend, 2)
        driver.begin(backend, 5, 1, 3)
        told = [each for _, each in driver.poll(4)]

    assert told == [Done(5, 1)]

"""Servers are asked one after the other within what a hole may wait; a snapshot has a wait of its own.

Times are those of a tape, a microsecond from datagram to datagram.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from packets import add_order, mold
from scripted import Answers
from tapes import tape
from test_recovery_line import table, unit

from feedhandler.cli.recovery_servers import planned
from feedhandler.config import Feed, Recovery
from feedhandler.decode.catalog import feed
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.live.recovery import recovery_plan
from feedhandler.recovering import Driver
from feedhandler.replaying import Replay
from feedhandler.session.backend import Action, Backend, Done, Failed, Inject, Snapshot
from feedhandler.session.holding import Arbitration

US = 1_000
SECOND = 1_000_000_000
WAITS = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=30 * US)
LOST = 10


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


class Slow:
    """A driver whose back ends have each answer told so long after they were asked."""

    def __init__(self, **late_us: int) -> None:
        self._late_us = late_us
        self._told: list[tuple[int, Backend, Any]] = []

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Each answer comes so much later than the one before."""
        late_ns = self._late_us.get(backend.method, 0) * US
        answers = enumerate(backend.begin(first, count, now_ns), 1)
        self._told += [(now_ns + number * late_ns, backend, each) for number, each in answers]

    def stop(self, backend: Backend, now_ns: int) -> None:
        """What was not told yet is not."""
        del now_ns
        self._told = [each for each in self._told if each[1] is not backend]

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Any]]:
        """Tell what is due."""
        due = [each for each in self._told if each[0] <= now_ns]
        self._told = [each for each in self._told if each[0] > now_ns]
        return [(backend, each) for _, backend, each in due]

    def wait(self, timeout_ns: int) -> None:
        """Nobody sleeps."""

    @property
    def wake_ns(self) -> int | None:
        """When something is told next."""
        return min((each[0] for each in self._told), default=None)


def brings(first: int = LOST, count: int = 1) -> list[Action]:
    units = range(first, first + count)
    return [
        *(Inject(mold([add_order(each, "B", 10, each)], each)) for each in units),
        Done(first, count),
    ]


def snapshot(next_sequence: int) -> list[Action]:
    orders = tuple(add_order(each, "B", 10, each) for each in range(1, next_sequence))
    return [Snapshot(orders, next_sequence), Done(LOST, 1)]


def replayed(
    path: Path, driver: Slow, *backends: Answers, lost: int = 1, last: int = 300,
    waits: Mapping[str, int] | None = None,
) -> Replay:  # fmt: skip
    """Of a tape that lacks some units from LOST on."""
    plan = RecoveryPlan(driver, lambda *_: backends, waits=waits or {})
    sent = [unit(each) for each in range(1, last) if not LOST <= each < LOST + lost]
    name = tape(path / "tape.pcap", sent)
    with Replay(name, "nasdaq.itch50", arbitration=WAITS, recovery=plan) as replay:
        return replay.run()


# --- shares ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("silent", [1, 2, 5])
def test_the_last_server_is_reached_in_time(tmp_path: Path, silent: int) -> None:
    """However many before it say nothing."""
    deaf = [Answers(f"deaf{number}") for number in range(silent)]
    replay = replayed(tmp_path, Slow(), *deaf, Answers("good", brings()))

    assert table(replay) == [(LOST, 1, "good", True)]
    assert [each.asked for each in deaf] == [[(LOST, 1)]] * silent


def test_the_last_server_has_all_that_is_left(tmp_path: Path) -> None:
    """Who refuses at once costs the next one nothing of the wait: it takes longer than a third."""
    deaf, refuses = Answers("deaf"), Answers("refuses", [Failed("no", LOST, 1)])
    replay = replayed(tmp_path, Slow(other=15), deaf, refuses, Answers("other", brings()))

    assert table(replay) == [(LOST, 1, "other", True)]


def test_nobody_is_passed_over_while_it_brings_something(tmp_path: Path) -> None:
    """Two units, each within a share: together they take longer than one."""
    first, second = Answers("first", brings(count=2)), Answers("second")
    replay = replayed(tmp_path, Slow(first=9), first, second, lost=2)

    assert table(replay) == [(LOST, 2, "first", True)]
    assert second.asked == []


def test_what_is_left_is_asked_of_the_next(tmp_path: Path) -> None:
    """The first one falls silent in its midst."""
    first, second = Answers("first", brings()[:1]), Answers("second", brings(LOST + 1))
    replay = replayed(tmp_path, Slow(first=1), first, second, lost=2)

    assert second.asked == [(LOST + 1, 1)]
    assert table(replay) == [(LOST, 2, "second", True)]


# --- snapshots ------------------------------------------------------------------------------------
@pytest.mark.parametrize("before", [[], [Answers("deaf")]])
def test_a_snapshot_may_take_longer(tmp_path: Path, before: list[Answers]) -> None:
    """Than what may be asked for again, whoever was asked before."""
    waits = {"glimpse": 200 * US}
    replay = replayed(
        tmp_path, Slow(glimpse=100), *before, Answers("glimpse", snapshot(12)), waits=waits
    )
    hasty = replayed(tmp_path, Slow(glimpse=100), *before, Answers("glimpse", snapshot(12)))

    assert table(replay) == [(LOST, 1, "glimpse", False)]
    assert table(hasty) == [(LOST, 1, "glimpse: not in time", False)]
    assert [gap.loaded for gap in (*replay.gaps, *hasty.gaps)] == [True, False]


def test_a_snapshot_server_that_is_silent_is_given_up(tmp_path: Path) -> None:
    """When its own wait is over; whoever comes behind it is asked then."""
    glimpse, after = Answers("glimpse"), Answers("after", brings())
    waits = {"glimpse": 50 * US}
    replay = replayed(tmp_path, Slow(), glimpse, after, waits=waits)
    alone = replayed(tmp_path, Slow(), Answers("glimpse"), waits=waits)
    (recovered,), (gap,) = replay.recovered, alone.gaps

    assert table(replay) == [(LOST, 1, "after", True)]
    assert 50 * US < recovered.end_ns - recovered.start_ns < 60 * US
    assert table(alone) == [(LOST, 1, "glimpse: not in time", False)]
    assert 50 * US < gap.ts_recv - gap.start_ns < 60 * US


@pytest.mark.parametrize(("given", "wait_ns"), [({}, 60 * SECOND), ({"timeout_ns": 7}, 7)])
def test_its_wait_is_the_limit_of_a_whole_snapshot(given: dict[str, int], wait_ns: int) -> None:
    """On the command line as in a configuration; without such a server there is none."""
    server = "127.0.0.1:17001"
    described = feed("nasdaq.itch50")
    with (
        planned(described, [server], server, "USER", given, patient=False) as asked,
        planned(described, [server], None, None, given, patient=False) as without,
        Driver() as driver,
    ):
        ways = [
            Recovery(method="moldudp64", servers=[server]),
            Recovery(method="glimpse", servers=[server], username="USER", limits=given),
        ]
        configured = recovery_plan(Feed(feed="nasdaq.itch50", recovery=ways), driver)
        plain = recovery_plan(Feed(feed="nasdaq.itch50", recovery=ways[:1]), driver)

    assert asked is not None
    assert configured is not None
    assert asked.waits == configured.waits == {"glimpse": wait_ns}
    assert without is not None
    assert plain is not None
    assert plain.waits == {}

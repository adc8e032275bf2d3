"""Frames go before what servers say: behind its work recovery rests, unless no frame waits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scripted import Answers, Scripted
from tapes import tape
from test_loaded_holes import DAY, LONG, evening

from feedhandler.engine import recovery_share
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.engine.recovery_share import BEHIND_NS, REST, Share
from feedhandler.replaying import Replay
from feedhandler.session.backend import Backend

MS = 1_000_000
BEGUN = 1_700_000_000_000_000_000


class Clock:
    """The clock of the machine, which goes by 1 us with each look, and as far as it is told to."""

    def __init__(self) -> None:
        self.now_ns = BEGUN

    def time_ns(self) -> int:
        """Look."""
        self.now_ns += 1000
        return self.now_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In the place of the machine's."""
    made = Clock()
    monkeypatch.setattr(recovery_share, "time", made)
    return made


def worked(share: Share, clock: Clock, work_ns: int) -> None:
    share.begin()
    clock.now_ns += work_ns
    share.end()


def test_frames_that_wait_go_first(clock: Clock) -> None:
    """For four times as long as the work took; where the stream has come up to the clock there is no rest."""
    share = Share(live=True)
    worked(share, clock, MS)
    left = share.rest_ns(clock.now_ns - MS)
    behind, in_step = share.rest_ns(clock.now_ns - BEHIND_NS), share.rest_ns(clock.now_ns)
    clock.now_ns += REST * MS
    over = share.rest_ns(clock.now_ns - MS)

    assert REST * MS - 10_000 < left < REST * MS + 10_000
    assert behind > 0
    assert (in_step, over) == (0, 0)


def test_a_stream_of_another_clock_has_rests_always(clock: Clock) -> None:
    """A card that is ahead of the machine is not one on which nothing waits; nor is it for ever, if a clock is set."""
    share = Share(live=True)
    worked(share, clock, MS)
    ahead = share.rest_ns(clock.now_ns + 37_000 * MS)
    clock.now_ns -= 60_000 * MS

    assert ahead > 0
    assert share.rest_ns(BEGUN) == 0


def test_replays_have_no_rests(clock: Clock) -> None:
    """What they do depends on no clock."""
    share = Share(live=False)
    worked(share, clock, MS)

    assert share.rest_ns(clock.now_ns - MS) == 0
    assert clock.now_ns == BEGUN + MS


class Busy(Scripted):
    """Each poll costs a millisecond of the machine's clock, and brings nothing while frames come."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.polls = 0

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Any]]:
        """Work."""
        self.clock.now_ns += MS
        self.polls += 1
        return super().poll(now_ns) if self.polls > 1 else []


@pytest.mark.parametrize(("live", "polls"), [(False, 6), (True, 2)])
def test_a_line_is_read_on_while_a_server_is_heard(
    tmp_path: Path, clock: Clock, *, live: bool, polls: int
) -> None:
    """Of a live run the frames that wait are read before recovery works again."""
    driver = Busy(clock)
    plan = RecoveryPlan(driver, lambda *_: [Answers("spin", evening())], live=live)
    name = tape(tmp_path / "tape.pcap", DAY)
    with Replay(name, "nasdaq.itch50", arbitration=LONG, recovery=plan) as replay:
        replay.run()

    assert driver.polls == polls
    assert replay.counters["frames"] == len(DAY)

"""What a snapshot server made up for is told as what it is: missing, and loaded; only what came is recovered.

And a server that knows more than the lines have brought is waited for: it is not one that brings nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from packets import mold
from scripted import Answers, Scripted
from tapes import Sent, tape
from test_recovery_line import unit
from test_recovery_truth import CUT, LATE, orders, run, spin, states

from feedhandler.cli.repeating import Given
from feedhandler.cli.report import Run, document
from feedhandler.cli.report_text import gaps, unknown
from feedhandler.engine.recovery_backends import BEYOND, RecoveryPlan
from feedhandler.engine.recovery_standing import Patience
from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session.backend import Action, Backend, Done, Inject, Snapshot
from feedhandler.session.holding import Arbitration

US = 1_000
LONG = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=10_000 * US)
SHORT = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=10 * US)
BRISK = Patience(failures_max=2, pause_ns=100 * US, pause_max_ns=300 * US)
EVENING = 1300  # the next number behind a snapshot that is ahead of the morning's lines
DAY = [unit(each) for each in range(11, 1311)]  # 1 .. 10 are missing
HOLES = [unit(each) for each in range(1, 400) if each not in {50, 100, 150, 200}]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def report(replay: Replay) -> dict[str, Any]:
    """The document of a replay."""
    return document(replay, Run(["x"], "compiled", 1, Given(("x",), (), {}, ())), [], 1)


def table(replay: Replay) -> list[tuple[str, int, int, str, bool]]:
    """What, first, count, method, loaded."""
    return [
        (
            "recovered" if gap.recovered else "joined" if gap.joined else "gap",
            gap.first, gap.count, gap.method, gap.loaded,
        )
        for gap in replay.engine.channels.gap_table
    ]  # fmt: skip


# --- what never came ------------------------------------------------------------------------------
def test_a_join_that_a_snapshot_heals_is_a_join(tmp_path: Path) -> None:
    """Ten messages never came: they are not recovered, and the day is not called complete."""
    replay, flagged = run(tmp_path, LATE, Answers("spin", spin(*orders(*range(1, 13)))))
    found = report(replay)

    assert table(replay) == [("joined", 1, 10, "spin", True)]
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, [])
    assert (found["gaps"], found["recovered"], found["exit_code"]) == ([], [], 0)
    (entry,) = found["joined"]
    assert (entry["count"], entry["loaded"], entry["in_doubt_ns"]) == (10, True, 0)
    assert entry["end"] is not None
    assert (replay.counters["joins"], replay.counters["spins_loaded"]) == (1, 1)
    assert {"recovered", "recovered_units", "gaps"}.isdisjoint(replay.counters)
    assert next(unknown(found)) == (
        "channel 1: joined in mid-session, 10 messages before that did not come; "
        "books loaded from a snapshot, spin"
    )
    assert list(gaps(found["joined"], 1).columns[-1].cells) == ["snapshot, spin"]


def test_a_hole_that_a_snapshot_heals_is_a_gap(tmp_path: Path) -> None:
    """Its messages never came, though no book is in doubt; that is told, and the exit code is 1."""
    sent = [unit(each) for each in range(1, 20) if each not in {6, 7}]
    told: list[Action] = [Snapshot(tuple(orders(*range(1, 10))), 10), Done(6, 2)]
    replay, flagged = run(tmp_path, sent, Answers("spin", told))
    found = report(replay)

    assert table(replay) == [("gap", 6, 2, "spin", True)]
    assert str(replay.gaps[0]) == "channel 1 incremental: 6..7 missing, books from a snapshot"
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, [])
    assert (found["problems"], found["exit_code"]) == (["1 gap: 2 messages missing"], 1)
    assert (replay.counters["gaps"], replay.counters["gap_units"]) == (1, 2)
    assert found["in_doubt"] == {"books": 0, "reasons": {}, "channels": {}}


def test_what_came_of_a_hole_before_the_snapshot_is_recovered(tmp_path: Path) -> None:
    """Two of four messages came, and two are in the snapshot alone."""
    sent = [unit(each) for each in range(1, 20) if not 6 <= each <= 9]
    part = Answers("part", [Inject(mold(orders(6, 7), 6)), Done(6, 2)])
    rest = Answers("spin", [Snapshot(tuple(orders(*range(1, 12))), 12), Done(8, 2)])
    replay, flagged = run(tmp_path, sent, part, rest)

    assert table(replay) == [
        ("recovered", 6, 2, "re-request", False), ("gap", 8, 2, "spin", True),
    ]  # fmt: skip
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, [])
    assert replay.counters["recovered_units"] == replay.counters["gap_units"] == 2


def test_what_lies_behind_the_snapshot_is_asked_for(tmp_path: Path) -> None:
    """The first part is loaded, the second one comes."""
    sent = [unit(each) for each in range(1, 20) if not 6 <= each <= 9]
    spun = Answers("spin", [Snapshot(tuple(orders(*range(1, 8))), 8), Done(6, 2)])
    rest = Answers("rest", [Inject(mold(orders(8, 9), 8)), Done(8, 2)])
    replay, flagged = run(tmp_path, sent, spun, rest)

    assert table(replay) == [("gap", 6, 2, "spin", True), ("recovered", 8, 2, "rest", False)]
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, [])


# --- a server that is ahead -----------------------------------------------------------------------
def evening(*wrong: bytes) -> list[Action]:
    """All of a day but its last orders."""
    return spin(*orders(*range(1, EVENING)), *wrong, behind=EVENING)


class Slow(Scripted):
    """Its answers take two microseconds."""

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Begin a recovery."""
        super().begin(backend, first, count, now_ns)
        self.wake_ns = now_ns + 2 * US

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Any]]:
        """Tell all that is due."""
        return [] if self.wake_ns is not None and now_ns < self.wake_ns else super().poll(now_ns)


def asked(
    path: Path, sent: Sequence[Sent], backends: Sequence[Answers], given: Arbitration
) -> tuple[Replay, int]:
    """A replay that asks these back ends in turn, and how many rows are flagged."""
    plan = RecoveryPlan(Slow(), lambda *_: backends, patience=BRISK)
    flagged = 0
    name = tape(path / "tape.pcap", sent)
    with Replay(name, "nasdaq.itch50", arbitration=given, recovery=plan) as replay:
        for batch in replay:
            flagged += int((batch["flags"] & Flag.MAYBE_BAD_BOOK != 0).sum())
    return replay, flagged


def test_a_snapshot_that_is_ahead_waits_for_the_lines(tmp_path: Path) -> None:
    """It is kept until they are near, then taken; its server stands as before."""
    spun = Answers("spin", evening())
    replay, flagged = asked(tmp_path, DAY, [spun], LONG)

    assert table(replay) == [("joined", 1, 10, "spin", True)]
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, 0)
    assert (replay.counters["snapshots_ahead"], spun.asked) == (1, [(1, 10)])
    assert replay.channels[0]["next_expected"] == 1311
    assert ("servers_set_aside" in replay.counters, replay.notes) == (False, [])


def test_others_are_asked_meanwhile(tmp_path: Path) -> None:
    """Who brings what is missing comes first; what was kept is not wanted then."""
    rest = Answers("rest", [Inject(mold(orders(*range(1, 11)), 1)), Done(1, 10)])
    replay, flagged = asked(tmp_path, DAY, [Answers("spin", evening()), rest], LONG)

    assert table(replay) == [("recovered", 1, 10, "rest", False)]
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, 0)
    assert "spins_loaded" not in replay.counters


def test_a_server_that_is_ahead_is_not_asked_again(tmp_path: Path) -> None:
    """Named for joins and for holes it would tell what is further ahead still, and the lines would never come up."""
    spun, again = Answers("spin", evening()), Answers("spin")
    replay, flagged = asked(tmp_path, DAY, [spun, again], LONG)

    assert (spun.asked, again.asked) == ([(1, 10)], [])
    assert table(replay) == [("joined", 1, 10, "spin", True)]
    assert (states(replay), flagged) == ({"SYNCHRONIZED"}, 0)


def test_a_server_that_is_ahead_is_not_set_aside(tmp_path: Path) -> None:
    """Holes that cannot wait for it are gaps; each is asked of it all the same."""
    told: list[Action] = [Snapshot(tuple(orders(1)), 9_000), Done(1, 8_999)]
    spun = Answers("spin", *[told] * 4)
    replay, _ = asked(tmp_path, HOLES, [spun], SHORT)

    assert [each for each, _ in spun.asked] == [50, 100, 150, 200]
    assert {gap.method for gap in replay.gaps} == {f"spin: {BEYOND}"}
    assert replay.counters["snapshots_ahead"] == 4
    assert ("servers_set_aside" in replay.counters, states(replay)) == (False, {"STALE"})


def test_a_snapshot_from_nowhere_is_a_failure(tmp_path: Path) -> None:
    """So far ahead no lines will come up to: its server is as good as none."""
    spun = Answers("spin", *[[Snapshot(tuple(orders(1)), 1 << 40)]] * 4)
    replay, _ = asked(tmp_path, HOLES, [spun], SHORT)

    assert {gap.method for gap in replay.gaps[:2]} == {f"spin: {BEYOND}"}
    assert (replay.counters["servers_set_aside"], states(replay)) == (1, {"STALE"})
    assert len(spun.asked) < 4


def test_lines_that_end_before_leave_books_in_doubt(tmp_path: Path) -> None:
    """Nothing is waited for behind the end of the input."""
    replay, _ = asked(tmp_path, DAY[:100], [Answers("spin", evening())], LONG)
    (gap,) = replay.joined

    assert (gap.count, gap.method, gap.loaded) == (10, f"spin: {BEYOND}", False)
    assert states(replay) == {"STALE"}


def test_a_kept_snapshot_is_read_before_it_is_used(tmp_path: Path) -> None:
    """One that cannot be read is refused as a whole, late or not."""
    replay, _ = asked(tmp_path, DAY, [Answers("spin", evening(CUT))], LONG)
    (gap,) = replay.joined

    assert gap.method == "spin: messages that cannot be read"
    assert (replay.counters["replies_unread"], states(replay)) == (1, {"STALE"})

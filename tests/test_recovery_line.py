"""Line R brings what was asked for again: holes wait for it, books are never in doubt, and the gap table tells it.

Stories on tapes, where a datagram is a microsecond behind the one before, and whole simulated days.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli_runs import feedhandler
from packets import add_order, mold
from tapes import NASDAQ_A, NASDAQ_B, Sent, tape

from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session.holding import Arbitration

NASDAQ_R = "192.0.2.26:26400"
MICROSECOND = 1_000
HASTY = Arbitration(gap_timeout_ns=2_500, gap_count=1, recovery_timeout_ns=8_500)
WAITS = Arbitration(
    gap_timeout_ns=2_500, gap_count=1, recovery_timeout_ns=8_500, recovery_expected=True
)


def unit(number: int, group: str = NASDAQ_A, last: int = 0) -> Sent:
    """Orders `number .. last` of the day in a datagram."""
    numbers = range(number, max(number, last) + 1)
    return group, mold([add_order(each, "B", 10, each) for each in numbers], number)


def run(
    path: Path, sent: Iterable[Sent], arbitration: Arbitration
) -> tuple[Replay, list[int], list[int]]:
    """A replay that has ended, the sequences of its rows, and of those that were flagged."""
    seen: list[int] = []
    flagged: list[int] = []
    with Replay(tape(path / "tape.pcap", sent), "nasdaq.itch50", arbitration=arbitration) as replay:
        for batch in replay:
            seen += batch["sequence"].tolist()
            flagged += batch["sequence"][batch["flags"] & Flag.MAYBE_BAD_BOOK != 0].tolist()
    return replay, seen, flagged


def table(replay: Replay) -> list[tuple[int, int, str, bool]]:
    """First, count, method, recovered."""
    return [
        (gap.first, gap.count, gap.method, gap.recovered)
        for gap in replay.engine.channels.gap_table
    ]


def state(replay: Replay) -> str:
    return str(replay.channels[0]["state"])


# --- stories --------------------------------------------------------------------------------------
def test_what_was_asked_for_fills_the_hole(tmp_path: Path) -> None:
    """Before the hole would have been a gap: it is told, and nobody was in doubt."""
    replay, seen, flagged = run(
        tmp_path, [unit(1), unit(4), unit(2, NASDAQ_R, last=3), unit(5)], HASTY
    )
    (gap,) = replay.recovered

    assert (seen, flagged, replay.gaps) == ([1, 2, 3, 4, 5], [], [])
    assert (gap.first, gap.count, gap.method, gap.lines, gap.rows) == (2, 2, "re-request", "A", 0)
    assert (gap.end_ns - gap.start_ns, gap.doubt_ns(1 << 62)) == (MICROSECOND, 0)
    assert str(gap) == "channel 1 incremental: 2..3 recovered"
    assert state(replay) == "synchronized"
    assert (replay.counters["recovered"], replay.counters["recovered_units"]) == (1, 2)
    assert "gaps" not in replay.counters


def test_a_line_that_answered_before_is_waited_for_longer(tmp_path: Path) -> None:
    """The second hole is filled long after the gap timeout."""
    sent = [unit(1), unit(3), unit(2, NASDAQ_R), *[unit(each) for each in range(5, 11)]]
    replay, seen, flagged = run(tmp_path, [*sent, unit(4, NASDAQ_R), unit(11)], HASTY)

    assert (seen, flagged) == (list(range(1, 12)), [])
    assert table(replay) == [(2, 1, "re-request", True), (4, 1, "re-request", True)]


def test_a_line_that_never_answered_is_waited_for_if_it_is_expected(tmp_path: Path) -> None:
    """Otherwise the hole is a gap by the gap timeout, for most captures hold no such line."""
    sent = [unit(1), *[unit(each) for each in range(3, 9)], unit(2, NASDAQ_R), unit(9)]
    waited, seen, _ = run(tmp_path, sent, WAITS)
    hasty, lost, flagged = run(tmp_path, sent, HASTY)

    assert (seen, table(waited)) == (list(range(1, 10)), [(2, 1, "re-request", True)])
    assert (lost, flagged) == ([1, *range(3, 10)], list(range(3, 10)))
    assert table(hasty) == [(2, 1, "", False)]
    assert hasty.counters["duplicates"] == 1
    assert (state(waited), state(hasty)) == ("synchronized", "stale")


def test_when_no_answer_comes_in_time_the_hole_is_a_gap(tmp_path: Path) -> None:
    """By the recovery timeout, counted from when it was asked for; the channel is stale."""
    sent = [unit(1), *[unit(each) for each in range(3, 20)]]
    replay, seen, flagged = run(tmp_path, sent, WAITS)
    (gap,) = replay.gaps

    assert (seen, flagged) == ([1, *range(3, 20)], list(range(3, 20)))
    assert gap.ts_recv - gap.start_ns == (3 + 9) * MICROSECOND
    assert (replay.recovered, state(replay)) == ([], "stale")


def test_a_hole_of_which_a_part_is_recovered(tmp_path: Path) -> None:
    """Both are told: what came, and what did not."""
    sent = [unit(1), unit(6), unit(2, NASDAQ_R, last=3), *[unit(each) for each in range(7, 25)]]
    replay, seen, flagged = run(tmp_path, sent, WAITS)

    assert (seen, flagged) == ([1, 2, 3, *range(6, 25)], list(range(6, 25)))
    assert table(replay) == [(2, 2, "re-request", True), (4, 2, "", False)]


def test_a_line_that_is_late_needs_no_answer(tmp_path: Path) -> None:
    """B brings it after it was asked for; what is recovered later is old."""
    sent = [unit(1), *[unit(each) for each in range(3, 8)], unit(2, NASDAQ_B), unit(2, NASDAQ_R)]
    replay, seen, flagged = run(tmp_path, sent, WAITS)

    assert (sorted(seen), flagged) == (list(range(1, 8)), [])
    assert table(replay) == [(2, 1, "late line", True)]
    assert replay.counters["duplicates"] == 1


def test_a_hole_behind_a_loss_leaves_the_loss_as_it_is(tmp_path: Path) -> None:
    """The channel is stale again when the hole is filled: its books miss what was lost before."""
    sent = [unit(1), *[unit(each) for each in range(3, 20)]]
    sent += [unit(21), unit(20, NASDAQ_R), unit(22)]
    replay, seen, flagged = run(tmp_path, sent, WAITS)

    assert (seen[-3:], flagged[-3:]) == ([20, 21, 22], [20, 21, 22])
    assert table(replay) == [(2, 1, "", False), (20, 1, "re-request", True)]
    assert state(replay) == "stale"


def test_another_session_forgets_what_was_asked_for(tmp_path: Path) -> None:
    """What was missing is given up with its session."""
    named = [(group, payload.replace(payload[:10], b"ANOTHER001")) for group, payload in
             [unit(1), unit(2), unit(3)]]  # fmt: skip
    sent = [unit(1), unit(3), unit(4), unit(5), unit(6), unit(7), *named]
    replay, _, _ = run(tmp_path, sent, WAITS)

    assert [(gap.first, gap.method) for gap in replay.gaps] == [(2, "new session")]
    assert (state(replay), replay.channels[0]["next_expected"]) == ("synchronized", 4)


def test_the_recovery_line_is_reported_and_is_never_silent(tmp_path: Path) -> None:
    """It has no order of its own, loses nothing, and its copies measure no lead."""
    patient = Arbitration(gap_count=1, silence_ns=20 * MICROSECOND)
    sent = [unit(1), unit(3), unit(5), unit(4, NASDAQ_R), unit(2, NASDAQ_R), unit(5, NASDAQ_R)]
    sent += [each for number in range(6, 99) for each in (unit(number), unit(number, NASDAQ_B))]
    replay, seen, _ = run(tmp_path, sent, patient)
    lines = {line["line"]: line for line in replay.channels[0]["lines"]}

    assert seen == list(range(1, 99))
    assert list(lines) == ["A", "B", "R"]
    assert (lines["R"]["group"], lines["R"]["datagrams"], lines["R"]["first"]) == (NASDAQ_R, 3, 2)
    assert (lines["R"]["lost"], lines["R"]["silent_since"]) == (0, 0)
    assert lines["R"]["lead"]["samples"] == 0
    assert "line_silences" not in replay.counters


# --- whole days -----------------------------------------------------------------------------------
def simulated(path: Path, *more: str) -> str:
    """A day of which each line loses a part."""
    plan = ["--messages", "6000", "--seed", "5", "--instruments", "5", *more]
    feedhandler("simulate", "nasdaq.itch50", "-w", str(path), *plan)
    return str(path)


def report(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(feedhandler("replay", *arguments, "--json", "-q").stdout))


@pytest.mark.parametrize(
    ("wrongs", "options"),
    [("", []), ("drop=0.2,short=0.3,reorder=2ms", ["--recovery-timeout", "5s"])],
)
def test_a_recovered_day_is_the_day(tmp_path: Path, wrongs: str, options: Sequence[str]) -> None:
    """Rows and books are those of the undamaged feed, whatever the server does wrong."""
    faults = ["--faults", "drop=0.06"]
    clean = report(simulated(tmp_path / "clean.pcap"))
    lossy = report(simulated(tmp_path / "lossy.pcap", *faults))
    found = report(simulated(tmp_path / "healed.pcap", *faults, "--recover", wrongs), *options)
    ranges = [(gap["first"], gap["last"]) for gap in lossy["gaps"]]

    assert len(ranges) > 3
    assert lossy["exit_code"] == 1
    assert found["digest"] == clean["digest"] != lossy["digest"]
    assert [(gap["first"], gap["last"]) for gap in found["recovered"]] == ranges
    assert {gap["method"] for gap in found["recovered"]} == {"re-request"}
    assert (found["gaps"], found["problems"], found["exit_code"]) == ([], [], 0)
    assert (found["books"]["total"], found["books"]["synchronized"]) == (5, 5)


def test_the_report_for_people_tells_of_both(tmp_path: Path) -> None:
    """No gap, and what was recovered."""
    healed = simulated(tmp_path / "healed.pcap", "--faults", "drop=0.06", "--recover")
    told = feedhandler("replay", healed, "-n").stdout

    assert "more recovered in time" in told
    assert "re-request" in told
    assert "complete: no gap" in told

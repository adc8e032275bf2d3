"""What counts as a recovery in the figures of schedules: doubts that ended, and holes that were filled."""

import pytest

from feedhandler.session.gaps import Gap, GapTable
from feedhandler.simulator.loss_table import run_cells
from feedhandler.simulator.schedule import KINDS, Market, run

CELL = ("A alone", "1e-2")
MS = 1_000_000


def test_filled_holes_are_recoveries_in_the_time_since_they_were_asked_for() -> None:
    """A server answers in a tenth of a millisecond, there and back; in a silence that is seen with the next frame."""
    market = Market(KINDS["itch-server"], 3, 4_000, 8)
    prompt = run(market, "line-a-drop=1%,line-b-drop=1", 3)
    slow = run(market, "line-a-drop=1%,line-b-drop=1", 3, "slow=2ms")

    assert prompt.gaps == slow.gaps == 0
    assert len(prompt.recoveries) == prompt.counters["recovered"] > 10
    assert sum(each.units for each in prompt.recoveries) == prompt.counters["recovered_units"]
    assert all(each.ns >= MS // 10 for each in prompt.recoveries)
    assert sorted(each.ns for each in prompt.recoveries)[len(prompt.recoveries) // 2] < MS
    assert sum(each.ns for each in slow.recoveries) > sum(each.ns for each in prompt.recoveries)
    assert prompt.in_doubt_ns == 0


def test_doubts_that_end_are_recoveries_as_before() -> None:
    """Those of loops: the books of a whole channel, and nothing is asked for."""
    (outcome,) = run_cells("cme", 0, [("A alone", "1e-3")])

    assert "recovered" not in outcome.counters
    assert len(outcome.recoveries) > 3
    assert sum(each.ns for each in outcome.recoveries) <= outcome.in_doubt_ns <= outcome.total_ns


@pytest.mark.parametrize("opened", [True, False])
def test_a_gap_table_knows_whose_books_are_in_doubt(opened: bool) -> None:  # noqa: FBT001 (parametrized)
    """A gap that was recovered in time has none."""
    table, gap = GapTable(), Gap(1, "incremental", 3, 2, 7, 9)
    if opened:
        table.open(4, gap, 0)
    else:
        table.note(gap)

    assert (table.is_open(4), table.is_open(5)) == (opened, False)
    table.close(4, 10, "snapshot", 1)
    assert not table.is_open(4)

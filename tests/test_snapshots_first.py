"""An instrument that a loop tells, and of which there is no book yet: the channel is not whole without it.

Found by the fault schedules over the recorded day of FORTS; their numbers are kept here.
"""

from pathlib import Path
from typing import Any

import pytest
import structlog
from cme_loops import bids, entry, levels, orders, run

from feedhandler.replaying import Replay
from feedhandler.simulator.recording import NO_CAPTURE, capture_path
from feedhandler.simulator.schedules import market_of, run_one, schedule_of

JOINED = [entry(4, 8, 4), entry(5, 9, 5)]  # of instrument 1
FIRST = [levels(1, 3, 3, [7, 6], reports=2), orders(1, 3, [])]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def state(replay: Replay) -> str:
    return str(replay.channels[0]["state"])


def second(last: int, number: int = 2) -> Any:
    """Instrument 2, as it is behind a packet."""
    return levels(number, last, 3, [4, 3, 2], instrument=2, reports=2)


def test_a_pass_that_tells_what_is_there_is_whole(tmp_path: Path) -> None:
    """Both instruments have a book behind it."""
    replay = run(tmp_path, [*JOINED, *FIRST, second(5)])

    assert (bids(replay), bids(replay, 2)) == ([9, 8, 7, 6], [4, 3, 2])
    assert replay.counters["snapshots_loaded"] == 3


def test_an_instrument_that_is_told_ahead_of_the_lines(tmp_path: Path) -> None:
    """It has no book that could be in doubt, and yet the channel is: until the next pass tells it."""
    replay = run(tmp_path, [*JOINED, *FIRST, second(6)])

    assert [view.instrument_id for view in replay.books] == [1]
    assert state(replay) == "recovering"
    assert replay.joined[0].end_ns == 0


@pytest.mark.parametrize(
    "mixed",
    [
        [levels(1, 3, 3, [7, 6], reports=2), levels(2, 5, 3, [4], instrument=3, reports=3)],
        [levels(2, 3, 3, [7, 6], reports=2), levels(2, 5, 3, [4], instrument=3, reports=2, later=9)],
    ],
)  # fmt: skip
def test_parts_of_two_passes_are_no_pass(tmp_path: Path, mixed: list[Any]) -> None:
    """What one told and the other did not is not known: they differ in how many they have, or run backwards."""
    replay = run(tmp_path, [*JOINED, orders(1, 3, []), *mixed])

    assert state(replay) == "recovering"
    assert replay.joined[0].end_ns == 0


@pytest.mark.parametrize("number", [400_056, 400_060, 86])
def test_schedules_that_once_misled_a_book(number: int) -> None:
    """`python -m feedhandler.simulator.schedules --only forts:NUMBER`."""
    if capture_path() is None:
        pytest.skip(NO_CAPTURE)
    schedule = schedule_of("forts", number)

    assert run_one(market_of("forts", schedule.market), schedule).failures == []

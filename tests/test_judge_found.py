"""What the judge has found: the shortest schedules that were wrong once, run again."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from feedhandler.simulator import schedule as schedules
from feedhandler.simulator.recording import NO_CAPTURE, capture_path
from feedhandler.simulator.schedule import KINDS
from feedhandler.simulator.schedules import market_of, run_one, schedule_of

FOUND = {
    "itch-glimpse:38": "units that a snapshot had, behind the hole that it was asked for, were in no gap",
    "itch:48": "the last unit of a session, shown by a heartbeat alone",
    # Where the judge itself was wrong: it must not be, or nobody looks when it speaks.
    "itch-glimpse:700022": "what a snapshot had before a line showed that it is missing is in no gap",
    "itch-glimpse:700125": "likewise, with gaps before and behind",
    "itch-glimpse:700185": "two snapshots right behind each other are two loads",
    "itch-glimpse:700293": "likewise, with rows of both lines between",
    "itch-glimpse:700412": "a hole is asked for with the first frame behind its time, and no frame came for a second",
    "itch-server:700153": "likewise, and the answer came",
    "itch-server:700164": "likewise, and clocks jumped",
    "itch-request:700420": "a receiver that asks took a fragment for a datagram, and asked for nothing",
    "itch-glimpse:801082": "likewise, with the first load of a channel that was not yet looked at",
    "forts:801309": "of two passes of a loop that were mixed, the older one was counted as told",
    # Where the engine, or what carries recovery, was.
    "itch-server:800489": "what a server had sent for a hole that a line filled was taken for the next hole",
    "itch-server:800942": "a clock that was set back hid the answer of a server until its hole was given up",
    "itch-glimpse:800201": "likewise, with servers of snapshots",
    "itch-glimpse:801335": "a clock that was set back took from a server what it had known",
    "cme:900465": "where no loop is heard, books in doubt by themselves are told as books only",
    "forts:900303": "a book that became empty behind a join was in no loop any more, and in doubt for ever",
    "itch-request:1000453": "likewise, in the capture of a receiver that asked again",
    "forts:700291": "a datagram of a loop without rows ended a gap: what a pass ahead had told was looked at",
}


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """No log of the runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("name", FOUND)
def test_what_was_wrong_once_is_right(name: str) -> None:
    """Found by its number."""
    kind, _, number = name.partition(":")
    schedule = schedule_of(kind, int(number))
    if KINDS[kind].recorded and capture_path() is None:
        pytest.skip(NO_CAPTURE)

    assert run_one(market_of(kind, schedule.market), schedule).failures == []


def test_holes_behind_the_one_that_was_asked_for_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded, each with its range and lines; what never came is in the table."""
    made = []
    engine_of = schedules.Engine

    def engine(*given: Any, **named: Any) -> Any:
        found = engine_of(*given, **named)
        made.append(found)
        return found

    monkeypatch.setattr(schedules, "Engine", engine)
    schedule = schedule_of("itch-glimpse", 38)
    run_one(market_of("itch-glimpse", schedule.market), schedule)
    gaps = [(gap.first, gap.count) for gap in made[0].channels.gap_table if gap.loaded]

    assert gaps == [(1, 438), (877, 4), (969, 4), (1241, 7), (1263, 14)]


def test_the_schedule_is_as_it_was_when_that_was_found() -> None:
    """Another one would run past what it is for."""
    plan = "tear=1@50%,burst=2..8@1e-2,dead=2s..2100ms,truncate=1e-2"

    assert schedule_of("itch-glimpse", 38).plan == plan

"""What a channel is said to be after a loss: RECOVERING while something can bring its books back, else STALE."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from cme_loops import LOSS, entry, levels, orders, run

from feedhandler.replaying import Replay
from feedhandler.session.channel_header import EXPECTED
from feedhandler.session.recovery import State


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def channel_state(replay: Replay) -> str:
    """Of the incremental channel."""
    (found,) = [each["state"] for each in replay.channels if each["role"] == "incremental"]
    return str(found)


def test_without_loops_a_loss_is_stale(tmp_path: Path) -> None:
    """The feed's description names loops, but nothing of them is in the capture."""
    replay = run(tmp_path, LOSS)

    assert channel_state(replay) == "stale"
    assert replay.books[1].state == "STALE"


def test_joining_late_without_loops_is_stale(tmp_path: Path) -> None:
    """Likewise; a book that is seen from its first number is sound all the same."""
    replay = run(tmp_path, [entry(70, 5, 9), entry(71, 5, 1, instrument=2)])

    assert channel_state(replay) == "stale"
    assert [view.state for view in replay.books] == ["STALE", "SYNCHRONIZED"]


def test_a_stale_channel_whose_books_prove_to_be_sound_is_synchronized(tmp_path: Path) -> None:
    """What was lost told nothing of them."""
    sent = [entry(1, 5, 1), entry(3, 6, 2)]
    replay = run(tmp_path, sent)

    assert channel_state(replay) == "synchronized"
    assert replay.gaps[0].method == "instrument numbers"


def test_with_both_loops_it_is_recovering(tmp_path: Path) -> None:
    """They were heard before the loss."""
    before = [levels(1, 1, 1, [5]), orders(1, 1, [])]
    replay = run(tmp_path, [LOSS[0], *before, *LOSS[1:]])

    assert channel_state(replay) == "recovering"


def test_loops_that_are_first_heard_later_are_a_later_chance(tmp_path: Path) -> None:
    """One of two models alone cannot bring the channel back; with both it is RECOVERING, then SYNCHRONIZED."""
    old = [levels(1, 2, 2, [6, 5]), orders(1, 2, [])]
    one = run(tmp_path, [*LOSS, old[0]])
    both = run(tmp_path, [*LOSS, *old])
    whole = run(tmp_path, [*LOSS, *old, levels(1, 4, 4, [8, 7, 6, 5]), orders(1, 4, [])])

    assert channel_state(one) == "stale"
    assert channel_state(both) == "recovering"
    assert channel_state(whole) == "synchronized"


def test_natural_refresh_is_a_way(tmp_path: Path) -> None:
    """What the venue tells anew may end the doubt: that is what the option is for."""
    replay = run(tmp_path, LOSS, natural_refresh=True)

    assert channel_state(replay) == "recovering"
    assert replay.books[1].state == "STALE"


def test_a_hole_that_is_filled_leaves_a_stale_channel_stale(tmp_path: Path) -> None:
    """What was lost before is still missing, and nothing can bring it."""
    engine = run(tmp_path, LOSS).engine
    engine.intake.holes.ask(0, 6, 7, 9, 1)
    asked = engine.recovering.recovery.state(0)
    engine.channels.table[0, EXPECTED] = 7
    engine.intake.holes.fill(0, 2, engine.pools)

    assert asked is State.RECOVERING
    assert engine.recovering.recovery.state(0) is State.STALE

"""What seldom happens when definitions come: once more, another depth twice, orders in doubt; judged by the oracle, too."""

from pathlib import Path

from cme_loops import order
from tapes import CME_A
from test_undefined import FUTURE, OPTION, defined, entries, played, told

from feedhandler.event import Side


def test_a_definition_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    """As it does with every pass of its loop."""
    replay = played(tmp_path, [defined(1, OPTION), entries(1, [5, 6], 1), defined(2, OPTION)])

    assert told(replay) == ([6, 5], "SYNCHRONIZED")


def test_orders_in_doubt_when_the_first_definition_comes(tmp_path: Path) -> None:
    """The levels had proved themselves; of their depth nothing was told, so now all is in doubt."""
    sent = [entries(1, [5], 1), order(2, 71), entries(4, [6], 2), defined(1, FUTURE, at=5)]
    replay = played(tmp_path, sent)

    assert told(replay) == ([6, 5], "STALE")
    assert replay.books[1].orders(Side.BID, 5_000_000_000) != []


def test_depths_that_change_twice(tmp_path: Path) -> None:
    """A full book that is made shallower, and again: its levels are in doubt once."""
    less = [OPTION._replace(depth=depth) for depth in (3, 2)]
    sent = [defined(1, OPTION), entries(1, range(1, 8), 1)]
    sent += [defined(number, each, group=CME_A) for number, each in enumerate(less, 2)]
    replay = played(tmp_path, sent)

    assert told(replay) == ([7, 6], "LEVELS_STALE")
    assert replay.counters["stale_books"] == 1

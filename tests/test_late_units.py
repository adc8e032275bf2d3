"""What comes late where a sequence begins: the slower line at a join, and packets of a definitions loop."""

from pathlib import Path

import pytest
from packets import add_order, mold
from tapes import CME_A, NASDAQ_A, NASDAQ_B, Sent, played, tape
from test_undefined import FUTURE, OPTION, defined, entries, told
from test_undefined import played as judged

from feedhandler.replaying import Replay
from feedhandler.session.holding import Arbitration


def messages(line: str, *numbers: int) -> list[Sent]:
    """Messages of a line, a datagram each."""
    return [(line, mold([add_order(number, "B", 100, 5)], number)) for number in numbers]


# --- definitions ----------------------------------------------------------------------------------
def test_a_definition_that_was_lost_is_taken_from_the_next_pass(tmp_path: Path) -> None:
    """The second of three packets did not come, and the books say so until it does."""
    first = [defined(1, FUTURE, at=1), defined(3, FUTURE, at=3)]
    sent = [entries(1, [5], 1), *first, entries(2, [6], 2)]
    assert told(judged(tmp_path, sent))[1] == "UNDEFINED"

    again = [defined(1, FUTURE, at=11), defined(2, OPTION, at=12)]
    replay = judged(tmp_path, [*sent, *again, entries(3, [7], 3)])
    assert told(replay) == ([7, 6, 5], "SYNCHRONIZED")


@pytest.mark.parametrize("at", [2, 3])
def test_a_definition_that_comes_late_is_taken(tmp_path: Path, at: int) -> None:
    """Behind the third one, which was not waited with: what it says is as true as before."""
    sent = [
        entries(1, [5], 1), defined(1, FUTURE, at=1), defined(3, FUTURE, at=3),
        defined(4, FUTURE, at=4), defined(5, FUTURE, at=5), defined(2, OPTION, at=at),
    ]  # fmt: skip
    replay = judged(tmp_path, sent)

    assert told(replay) == ([5], "SYNCHRONIZED")
    assert CME_A


# --- joins ----------------------------------------------------------------------------------------
def test_the_slower_line_brings_the_beginning(tmp_path: Path) -> None:
    """The quicker line lost the first two messages of the session."""
    sent = [*messages(NASDAQ_A, 3, 4), *messages(NASDAQ_B, 1, 2, 3), *messages(NASDAQ_A, 5)]
    replay = played(tmp_path, sent)

    assert [view.state for view in replay.books] == ["SYNCHRONIZED"]
    assert replay.counters["messages"] == 5


def test_what_is_far_in_a_session_is_joined_where_the_lines_are(tmp_path: Path) -> None:
    """Nobody can bring what was before both."""
    sent = [*messages(NASDAQ_A, 9001, 9002), *messages(NASDAQ_B, 9000, 9001), *messages(NASDAQ_A, 9003)]
    with Replay(tape(tmp_path / "t.pcap", sent), "nasdaq.itch50", arbitration=Arbitration()) as replay:
        replay.run()

    assert replay.counters["joins"] == 1
    assert [str(gap) for gap in replay.joined] == ["channel 1 incremental: joined at 9001"]

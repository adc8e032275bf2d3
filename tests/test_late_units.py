"""What comes late where a sequence begins: the slower line at a join, and packets of a definitions loop."""

from pathlib import Path

from packets import add_order, mold
from tapes import NASDAQ_A, NASDAQ_B, Sent, played, tape
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
    first = [defined(1, OPTION, at=1), defined(3, OPTION, at=3)]
    sent = [entries(1, [5], 1, FUTURE), *first, entries(2, [6], 2, FUTURE)]
    assert told(judged(tmp_path, sent), FUTURE)[1] == "UNDEFINED"

    again = [defined(1, OPTION, at=11), defined(2, FUTURE, at=12)]
    replay = judged(tmp_path, [*sent, *again, entries(3, [7], 3, FUTURE)])
    assert told(replay, FUTURE) == ([7, 6, 5], "SYNCHRONIZED")


# --- joins ----------------------------------------------------------------------------------------
def test_the_slower_line_brings_the_beginning(tmp_path: Path) -> None:
    """The quicker line lost the first two messages of the session."""
    sent = [*messages(NASDAQ_A, 3, 4), *messages(NASDAQ_B, 1, 2, 3), *messages(NASDAQ_A, 5)]
    replay = played(tmp_path, sent)

    assert [view.state for view in replay.books] == ["SYNCHRONIZED"]
    assert replay.counters["messages"] == 5


def test_what_is_far_in_a_session_is_joined_where_the_lines_are(tmp_path: Path) -> None:
    """Nobody can bring what was before both."""
    sent = [
        *messages(NASDAQ_A, 9001, 9002),
        *messages(NASDAQ_B, 9000, 9001),
        *messages(NASDAQ_A, 9003),
    ]
    with Replay(
        tape(tmp_path / "t.pcap", sent), "nasdaq.itch50", arbitration=Arbitration()
    ) as replay:
        replay.run()

    assert replay.counters["joins"] == 1
    assert [str(gap) for gap in replay.joined] == ["channel 1 incremental: joined at 9001"]

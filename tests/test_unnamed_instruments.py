"""Orders of an instrument that no message named: whose they are is not known, so every book of the channel is in doubt.

Stories of ITCH; each goes through `verify`, too, where the naive oracle judges every state.
"""

from pathlib import Path

import pytest
from packets import add_order, itch, mold, order_delete
from tapes import NASDAQ_A, Sent, tape

from feedhandler.book.pools import Limits
from feedhandler.engine.doubts import doubts_of
from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session.gaps import UNFIT
from feedhandler.verify import verify

NOBODY = 0x7FFF
SHARES = 100


def directory(locate: int) -> bytes:
    """A Stock Directory message: this stock is called S and its number."""
    return itch("R", f"S{locate}".encode().ljust(8) + b"Q " + bytes(28), locate)


def add(reference: int, locate: int) -> bytes:
    """An order of a stock."""
    return add_order(reference, "B", SHARES, 10_000 * reference, locate)


def sent(*datagrams: list[bytes], first: int = 1) -> list[Sent]:
    """Messages from one number on, a datagram for each list."""
    made, number = [], first
    for messages in datagrams:
        made.append((NASDAQ_A, mold(messages, number)))
        number += len(messages)
    return made


def played(path: Path, told: list[Sent], **how: object) -> tuple[Replay, list[bool]]:
    """The replay of a tape, and which of its order rows are flagged; the oracle comes to the same."""
    capture = tape(path / "tape.pcap", told)
    assert verify(capture, "nasdaq.itch50").divergence is None
    with Replay(capture, "nasdaq.itch50", **how) as replay:  # type: ignore[arg-type]
        flags = [int(each) for batch in replay for each in batch["flags"][batch["order_id"] > 0]]
    return replay, [bool(each & Flag.MAYBE_BAD_BOOK) for each in flags]


def states(replay: Replay) -> dict[str, str]:
    """State by symbol."""
    return {view.symbol: view.state for view in replay.books}


NAMES = [directory(7), directory(8)]


@pytest.mark.parametrize("batch", [1, 3, 1024])
def test_an_order_of_nobody_puts_the_channel_in_doubt(tmp_path: Path, batch: int) -> None:
    """It may be of any book, also of one that gets its first order later; rows before it are not flagged."""
    told = sent(NAMES, [add(1, 7)], [add(2, 7), add(3, NOBODY), add(4, 7)], [add(5, 8)])
    replay, flagged = played(tmp_path, told, batch=batch)
    (gap,) = replay.gaps

    assert states(replay) == {"S7": "STALE", "S8": "STALE", f"#{NOBODY}": "STALE"}
    assert flagged == [False, False, True, True, True]
    assert (gap.first, gap.count, gap.seen, gap.rows) == (5, 1, UNFIT, 3)
    assert replay.counters["unnamed_instruments"] == 1
    assert doubts_of(replay.engine).reasons == {"behind a gap": 3}


def test_instruments_that_are_named_are_believed(tmp_path: Path) -> None:
    """One of them in the midst of the day; one has no order, and is known to be empty."""
    told = sent([*NAMES, directory(9)], [add(1, 7)], [add(2, 8)], [directory(11), add(3, 11)])
    replay, flagged = played(tmp_path, told)

    expected = {"S7": "SYNCHRONIZED", "S8": "SYNCHRONIZED", "S9": "EMPTY", "S11": "SYNCHRONIZED"}
    assert states(replay) == expected
    assert (flagged, replay.gaps) == ([False] * 3, [])
    assert "unnamed_instruments" not in replay.counters


def test_where_nobody_is_named_nobody_is_missed(tmp_path: Path) -> None:
    """A stream without directory: all is believed as before."""
    replay, flagged = played(tmp_path, sent([add(1, 7)], [add(2, NOBODY)]))

    assert states(replay) == {"#7": "SYNCHRONIZED", f"#{NOBODY}": "SYNCHRONIZED"}
    assert (flagged, replay.gaps) == ([False, False], [])


def test_a_day_that_was_joined_expects_no_names(tmp_path: Path) -> None:
    """It is in doubt anyway, and says nothing more."""
    replay, flagged = played(tmp_path, sent(NAMES[:1], [add(1, 7)], [add(2, 8)], first=5000))

    assert states(replay) == {"S7": "STALE", "#8": "STALE"}
    assert (flagged, replay.gaps) == ([True, True], [])
    assert "unnamed_instruments" not in replay.counters


def test_behind_a_gap_there_is_no_further_one(tmp_path: Path) -> None:
    """The name may have been lost with it; that it lacks is counted."""
    told = [*sent(NAMES), *sent([add(1, 7)], [add(2, 9)], first=4)]
    replay, flagged = played(tmp_path, told)

    assert [str(gap) for gap in replay.gaps] == ["channel 1 incremental: 3..3 missing"]
    assert flagged == [True, True]
    assert replay.counters["unnamed_instruments"] == 1


def test_an_order_that_is_gone_without_having_come(tmp_path: Path) -> None:
    """A delete, of an instrument that no message named: counted twice, as each of its reasons."""
    replay, _ = played(
        tmp_path,
        sent(NAMES, [add(1, 7)], [order_delete(9)[:1] + b"\x7f\xff" + order_delete(9)[3:]]),
    )

    assert replay.counters["unknown_order"] == replay.counters["unnamed_instruments"] == 1
    assert set(states(replay).values()) == {"STALE"}


def test_beyond_the_limit_no_book_is_opened(tmp_path: Path) -> None:
    """The limit is counted, not the name that lacks."""
    capture = tape(tmp_path / "tape.pcap", sent(NAMES, [add(1, NOBODY)]))
    with Replay(capture, "nasdaq.itch50", limits=Limits(books=3, books_max=2)) as replay:
        replay.run()
    assert replay.counters["books_limit"] == 1
    assert "unnamed_instruments" not in replay.counters


def test_another_session_names_its_own(tmp_path: Path) -> None:
    """Until it does, nothing is expected of it."""
    again = [(NASDAQ_A, mold([add(number, 20)], number, b"SESSION002")) for number in (1, 2)]
    replay, _ = played(tmp_path, [*sent(NAMES, [add(1, 7)]), *again])

    assert replay.counters["session_changes"] == 1
    assert states(replay) == {"S7": "EMPTY", "S8": "EMPTY", "#20": "SYNCHRONIZED"}

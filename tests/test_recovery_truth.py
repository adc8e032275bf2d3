"""What is called recovered is there, and what is in doubt at the end is told: in text, JSON and exit code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import document, feedhandler
from cme_loops import LOSS, entry
from packets import add_order, itch, mold, order_delete
from scripted import Answers, Scripted
from tapes import NASDAQ_A, Sent, tape
from test_recovery_line import NASDAQ_R, WAITS, state, table, unit
from test_recovery_line import run as replayed

from feedhandler.book.pools import ORDERS_LIVE
from feedhandler.engine.doubts import UNFIT, doubts_of
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session.backend import Action, Done, Inject, Snapshot
from feedhandler.session.gaps import UNREAD
from feedhandler.session.holding import Arbitration

HASTY = Arbitration(gap_timeout_ns=2_500, gap_count=1)
UNKNOWN = b"\x00" + bytes(30)
CUT = add_order(2, "B", 10, 2)[:-1]
HOLE = [unit(1), *[unit(each) for each in range(3, 9)]]  # 2 is missing
LATE = [unit(each) for each in range(11, 20)]  # 1 .. 10 are missing


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def orders(*numbers: int) -> list[bytes]:
    return [add_order(each, "B", 10, each) for each in numbers]


def run(path: Path, sent: Sequence[Sent], *backends: Answers) -> tuple[Replay, list[int]]:
    """A replay that asks these back ends in turn, and the sequences of flagged rows."""
    plan = RecoveryPlan(Scripted(), lambda *_: backends)
    flagged: list[int] = []
    name = tape(path / "tape.pcap", sent)
    with Replay(name, "nasdaq.itch50", arbitration=HASTY, recovery=plan, batch=1) as replay:
        for batch in replay:
            flagged += batch["sequence"][batch["flags"] & Flag.MAYBE_BAD_BOOK != 0].tolist()
    return replay, flagged


def states(replay: Replay) -> set[str]:
    return {view.state for view in replay.books}


def live_orders(replay: Replay) -> int:
    return int(replay.engine.pools.control[ORDERS_LIVE])


# --- replies --------------------------------------------------------------------------------------
@pytest.mark.parametrize("message", [UNKNOWN, CUT])
def test_a_reply_that_cannot_be_read_recovers_nothing(tmp_path: Path, message: bytes) -> None:
    """The next one who is asked may do better; a message that a book may want is not passed over."""
    wrong = Answers("wrong", [Inject(mold([message], 2)), Done(2, 1)])
    right = Answers("right", [Inject(mold(orders(2), 2)), Done(2, 1)])
    replay, flagged = run(tmp_path, HOLE, wrong, right)

    assert (wrong.asked, right.asked) == ([(2, 1)], [(2, 1)])
    assert table(replay) == [(2, 1, "right", True)]
    assert (states(replay), flagged, live_orders(replay)) == ({"SYNCHRONIZED"}, [], 8)
    assert replay.counters["replies_unread"] == 1


@pytest.mark.parametrize("message", [UNKNOWN, CUT])
def test_if_nobody_does_better_it_is_a_gap(tmp_path: Path, message: bytes) -> None:
    """With its reason; no book claims to be whole."""
    wrong = Answers("wrong", [Inject(mold([message], 2)), Done(2, 1)])
    replay, flagged = run(tmp_path, HOLE, wrong)

    assert table(replay) == [(2, 1, "wrong: messages that cannot be read", False)]
    assert (states(replay), flagged) == ({"STALE"}, list(range(3, 9)))
    assert state(replay) == "stale"


@pytest.mark.parametrize("message", [UNKNOWN, CUT])
def test_nor_does_the_recovery_line_of_a_capture(tmp_path: Path, message: bytes) -> None:
    """A reply that can be read, behind it, fills the hole; without one it is a gap."""
    wrong = (NASDAQ_R, mold([message], 2))
    begin = [unit(1), *[unit(each) for each in range(3, 8)], wrong]
    healed, seen, flagged = replayed(tmp_path, [*begin, unit(2, NASDAQ_R), unit(8)], WAITS)
    lost, _, late = replayed(tmp_path, [*begin, *[unit(each) for each in range(8, 30)]], WAITS)

    assert (seen, flagged) == (list(range(1, 9)), [])
    assert table(healed) == [(2, 1, "re-request", True)]
    assert table(lost) == [(2, 1, "", False)]
    assert (states(lost), late) == ({"STALE"}, list(range(3, 30)))
    assert healed.counters["replies_unread"] == lost.counters["replies_unread"] == 1


@pytest.mark.parametrize("missing", [False, True])
def test_a_hole_that_is_filled_changes_no_doubt(tmp_path: Path, missing: bool) -> None:  # noqa: FBT001
    """A book with a row that did not fit is in doubt by itself, and its channel is not, as without the hole."""
    begin = [unit(1), (NASDAQ_A, mold([order_delete(99)], 2)), unit(3)]
    hole = [unit(5), unit(6)] if missing else [unit(4), unit(5), unit(6)]
    server = Answers("server", [Inject(mold(orders(4), 4)), Done(4, 1)])
    replay, flagged = run(tmp_path, [*begin, *hole], server)
    doubts = doubts_of(replay.engine)

    assert (len(server.asked), replay.gaps) == (int(missing), [])
    assert (doubts.reasons, doubts.channels) == ({UNFIT: 1}, {})
    assert (states(replay), state(replay)) == ({"STALE"}, "synchronized")
    assert flagged == [2, 3, 4, 5, 6]


def test_a_message_of_length_zero_has_a_number_like_any_other(tmp_path: Path) -> None:
    """MoldUDP64 allows it: what is asked for again may hold one, as what the lines bring may."""
    datagram = mold([*orders(2), b"", *orders(4)], 2)
    missing = [unit(1), *[unit(each) for each in range(5, 9)]]
    server = Answers("server", [Inject(datagram), Done(2, 3)])
    asked, flagged = run(tmp_path, missing, server)
    heard, seen, late = replayed(tmp_path, [*missing, (NASDAQ_R, datagram)], WAITS)
    whole, _ = run(tmp_path, [unit(1), (NASDAQ_A, datagram), *missing[1:]])

    assert (table(asked), flagged) == ([(2, 3, "server", True)], [])
    assert (table(heard), late) == ([(2, 3, "re-request", True)], [])
    assert seen == [1, 2, *range(4, 9)]
    for replay in (asked, heard, whole):
        assert (replay.counters["empty_message"], states(replay)) == (1, {"SYNCHRONIZED"})
        assert (live_orders(replay), "replies_unread" in replay.counters) == (7, False)


def test_on_the_lines_such_a_message_is_as_good_as_lost(tmp_path: Path) -> None:
    """Nothing better will come: it is counted, and the stream goes on, its books in doubt."""
    sent = [unit(1), (NASDAQ_A, mold([UNKNOWN], 2)), unit(3)]
    replay, seen, flagged = replayed(tmp_path, sent, WAITS)

    assert (seen, flagged) == ([1, 3], [3])
    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(2, 1, UNREAD)]
    assert replay.counters["unknown_template"] == 1


# --- snapshots ------------------------------------------------------------------------------------
def spin(*messages: bytes, behind: int = 13) -> list[Action]:
    return [Snapshot(messages, behind), Done(1, behind - 1)]


def test_a_snapshot_is_the_state_it_tells(tmp_path: Path) -> None:
    """The stories below differ from this one by one message."""
    replay, flagged = run(tmp_path, LATE, Answers("spin", spin(*orders(*range(1, 13)))))

    assert table(replay) == [(1, 10, "spin", False)]  # which never came
    assert [str(gap) for gap in replay.joined] == [
        "channel 1 incremental: joined at 11, books from a snapshot"
    ]
    assert (states(replay), flagged, live_orders(replay)) == ({"SYNCHRONIZED"}, [], 19)
    assert state(replay) == "synchronized"


@pytest.mark.parametrize("message", [UNKNOWN, b"", CUT])
def test_a_snapshot_that_cannot_be_read_is_refused_as_a_whole(
    tmp_path: Path, message: bytes
) -> None:
    """Nothing of it gets into the books; whoever is asked next may do better."""
    wrong = Answers("wrong", spin(*orders(*range(1, 12)), message))
    alone, flagged = run(tmp_path, LATE, wrong)
    wrong = Answers("wrong", spin(*orders(*range(1, 12)), message))
    healed, _ = run(tmp_path, LATE, wrong, Answers("right", spin(*orders(*range(1, 13)))))

    (joined,) = alone.joined
    assert (joined.count, joined.method) == (10, "wrong: messages that cannot be read")
    assert (states(alone), flagged, live_orders(alone)) == ({"STALE"}, list(range(11, 20)), 9)
    assert (state(alone), alone.counters["replies_unread"]) == ("stale", 1)
    assert [(gap.method, gap.loaded) for gap in healed.joined] == [("right", True)]
    assert (states(healed), live_orders(healed)) == ({"SYNCHRONIZED"}, 19)


def test_a_snapshot_that_contradicts_itself_is_not_believed(tmp_path: Path) -> None:
    """The same order twice: its books are in doubt, so nothing was recovered."""
    twice = Answers("twice", spin(*orders(*range(1, 13), 12)))
    replay, flagged = run(tmp_path, LATE, twice)
    (joined,) = replay.joined

    assert (joined.count, joined.end_ns) == (10, 0)
    assert joined.method == "twice: its books contradict themselves"
    assert (replay.recovered, states(replay), state(replay)) == ([], {"STALE"}, "stale")
    assert flagged[-7:] == list(range(13, 20))


def test_so_it_is_with_a_hole_that_a_snapshot_reaches_in_part(tmp_path: Path) -> None:
    """What lies behind it is asked for all the same."""
    sent = [*[unit(each) for each in range(1, 6)], *[unit(each) for each in range(10, 16)]]
    twice = Answers("twice", [Snapshot(tuple(orders(1, 2, 2)), 8), Done(6, 2)])
    rest = Answers("rest", [Inject(mold(orders(8, 9), 8)), Done(8, 2)])
    replay, _ = run(tmp_path, sent, twice, rest)

    assert table(replay) == [
        (6, 2, "twice: its books contradict themselves", False), (8, 2, "rest", True),
    ]  # fmt: skip
    assert (states(replay), state(replay)) == ({"STALE"}, "stale")


# --- what is told ---------------------------------------------------------------------------------
def told(path: Path, sent: Sequence[Sent], *options: str) -> tuple[str, dict[str, Any]]:
    """The verdict of the report, without what is told below it, and the document."""
    name = tape(path / "tape.pcap", sent)
    page = feedhandler("replay", name, "-n", *options)
    found = document("replay", name, *options)
    assert page.exit_code == found["exit_code"]
    verdict = page.stdout.rpartition("\n\n")[2].strip()
    return verdict.partition("\nchannel 1: ")[0], found


def test_joined_in_mid_session(tmp_path: Path) -> None:
    """Nothing is missing since, and yet no book is whole."""
    verdict, found = told(tmp_path, LATE)
    allowed, document_of_it = told(tmp_path, LATE, "--doubt-max", "1")

    assert found["in_doubt"] == {
        "books": 1, "reasons": {"joined in mid-session": 1}, "channels": {},
    }  # fmt: skip
    assert verdict == "1 of 1 books in doubt: 1 joined in mid-session"
    assert (found["problems"], found["exit_code"]) == ([verdict], 1)
    assert (document_of_it["problems"], document_of_it["exit_code"]) == ([], 0)
    assert document_of_it["in_doubt"] == found["in_doubt"]
    assert allowed == "as allowed: no gap; 1 book in doubt"


def test_behind_a_gap(tmp_path: Path) -> None:
    """One problem is the gap, the other what it did."""
    _, found = told(tmp_path, HOLE)

    assert found["problems"] == [
        "1 gap: 1 message missing", "1 of 1 books in doubt: 1 behind a gap",
    ]  # fmt: skip


def test_rows_that_did_not_fit(tmp_path: Path) -> None:
    """Nothing was lost by numbers, but an order is taken off that nobody knows."""
    gone = itch("D", (77).to_bytes(8, "big"))
    verdict, found = told(tmp_path, [unit(1), (NASDAQ_A, mold([gone], 2)), unit(3)])

    assert found["book_faults"] == {"unknown_order": 1}
    assert verdict == "1 of 1 books in doubt: 1 with rows that did not fit"
    assert found["exit_code"] == 1


def test_a_channel_of_which_no_book_is_known(tmp_path: Path) -> None:
    """Of what was before there may be books; how many, nobody can tell."""
    event = itch("S", b"O", locate=0)
    verdict, found = told(tmp_path, [(NASDAQ_A, mold([event], 500))])

    assert found["in_doubt"] == {
        "books": 0, "reasons": {}, "channels": {"1": "joined in mid-session"},
    }  # fmt: skip
    assert verdict == (
        "channel 1 is in doubt, joined in mid-session: it may have books that are not known"
    )
    assert told(tmp_path, [(NASDAQ_A, mold([event], 500))], "--doubt-max", "1")[0] == (
        "as allowed: no gap; 1 channel in doubt"
    )


def test_a_hole_under_way_puts_nothing_in_doubt(tmp_path: Path) -> None:
    """The sequence stands still before it: books are those of the last unit, and they are whole."""
    name = tape(tmp_path / "tape.pcap", HOLE)
    with Replay(name, "nasdaq.itch50", arbitration=WAITS) as replay:
        replay.engine.stop_at(packet=6)
        replay.run()

    assert (state(replay), states(replay), live_orders(replay)) == (
        "recovering", {"SYNCHRONIZED"}, 1,
    )  # fmt: skip
    assert (doubts_of(replay.engine).count, doubts_of(replay.engine).lines()) == (0, [])


def test_a_hole_that_is_filled_ends_no_doubt_of_before(tmp_path: Path) -> None:
    """Joined late, and no book is known yet: the channel is in doubt, whatever is recovered since.

    Found by `python -m feedhandler.fuzzing recovery.engine --first 1368 --count 1 --seed 11`.
    """
    event = itch("S", b"O", locate=0)
    sent = [(NASDAQ_A, mold([event], each)) for each in (500, 502, 503)]
    brings = Answers("brings", [], [Inject(mold([event], 501)), Done(501, 1)])
    replay, _ = run(tmp_path, [*sent, unit(504)], brings)

    assert (state(replay), states(replay)) == ("stale", {"STALE"})
    assert [(gap.joined, gap.recovered) for gap in replay.engine.channels.gap_table] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_what_is_malformed_and_allowed_puts_books_in_doubt(tmp_path: Path) -> None:
    """`--malformed-max` makes the message itself no failure; what it would have done to books is one."""
    sent = [unit(1), (NASDAQ_A, mold([CUT], 2)), unit(3)]
    verdict, found = told(tmp_path, sent, "--malformed-max", "1")

    assert verdict.splitlines() == [
        "1 gap: 1 message missing",
        "1 of 1 books in doubt: 1 behind a gap",
    ]
    assert found["exit_code"] == 1


def test_a_book_is_in_doubt_for_itself(tmp_path: Path) -> None:
    """`book` fails for the one that is asked for, not for another one."""
    others = [entry(2, 5, 1, instrument=2), entry(6, 6, 2, instrument=2)]
    name = tape(tmp_path / "tape.pcap", [LOSS[0], others[0], *LOSS[2:], others[1]])
    doubtful, sound = (feedhandler("book", name, "--symbol", f"#{each}") for each in (1, 2))
    words = [line for line in doubtful.stderr.splitlines() if "in doubt" in line]

    assert doubtful.exit_code == 1
    assert words == ["feedhandler: #1: in doubt, behind a gap"]
    assert "in doubt" not in sound.stderr

"""What lines A and B lose, repeat and damage, and what a replay makes of it: stories of datagrams.

Each story says what came on which line; it ends in the gaps that were reported, the books and their states.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import ITCH, feedhandler, read, rewritten
from packets import SESSION, add_order, group, itch, level, mdp3, mold, order_delete, root, sbe
from packets import wide_group as no_orders
from tapes import (
    CME_A,
    CME_B,
    CME_SNAPSHOT_A,
    NASDAQ_A,
    NASDAQ_B,
    Sent,
    channel_reset,
    played,
    sent_at,
    tape,
)

from feedhandler.event import Flag, Kind, Side
from feedhandler.replaying import Replay, replay
from feedhandler.source.frames import Frame

NANOS = 1_000_000_000
NEXT_SESSION = b"SESSION002"
TEST = 7  # the instrument of these orders
ADDS = [add_order(number, "B", 100, 10_000 * number) for number in range(1, 9)]  # at 1, 2 ... 8


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def finished(path: str) -> Replay:
    """The replay of a capture, run to its end."""
    with replay(path) as run:
        return run.run()


def gaps(run: Replay) -> list[str]:
    """What was missing, in words."""
    return [str(gap) for gap in run.gaps]


def bids(run: Replay, number: int = TEST) -> list[int]:
    """Prices of the bids, in whole units."""
    return [level.price // NANOS for level in run.books[number].levels(Side.BID)]


def states(run: Replay) -> dict[int, str]:
    """State of every book."""
    return {view.instrument_id: view.state for view in run.books}


def numbers(frame: Frame) -> tuple[int, int]:
    """First sequence and count of a MoldUDP64 packet in an untagged frame."""
    return int.from_bytes(frame.data[52:60], "big"), int.from_bytes(frame.data[60:62], "big")


def on_line_a(frame: Frame) -> bool:
    """Whether the destination is Nasdaq's line A."""
    return frame.data[30:34] == bytes([233, 54, 12, 111])


# --- order of the lines ---------------------------------------------------------------------------
ONE = [mold(ADDS[:2], 1), mold(ADDS[2:3], 3), mold(ADDS[3:6], 4)]
MIXES: dict[str, list[Sent]] = {
    "A then B": [(NASDAQ_A, each) for each in ONE] + [(NASDAQ_B, each) for each in ONE],
    "B then A": [(NASDAQ_B, each) for each in ONE] + [(NASDAQ_A, each) for each in ONE],
    "A just before B": [(line, each) for each in ONE for line in (NASDAQ_A, NASDAQ_B)],
    "B just before A": [(line, each) for each in ONE for line in (NASDAQ_B, NASDAQ_A)],
    "in turns": [
        (NASDAQ_A, ONE[0]), (NASDAQ_B, ONE[0]), (NASDAQ_B, ONE[1]), (NASDAQ_B, ONE[2]),
        (NASDAQ_A, ONE[1]), (NASDAQ_A, ONE[2]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("mix", MIXES)
def test_both_lines_are_one_stream(tmp_path: Path, mix: str) -> None:
    """Whatever their order: every message once, the same events, the same books."""
    alone = played(tmp_path, [(NASDAQ_A, each) for each in ONE])
    run = played(tmp_path, MIXES[mix])

    assert bids(run) == [6, 5, 4, 3, 2, 1]
    assert (run.digest, run.books.digest()) == (alone.digest, alone.books.digest())
    assert run.counters["duplicates"] == len(ONE)
    assert run.counters["duplicate_units"] == run.counters["messages"] == 6
    assert gaps(run) == []


def test_lines_may_be_cut_differently(tmp_path: Path) -> None:
    """The part that is new is taken out of a datagram, and nothing twice."""
    run = played(
        tmp_path,
        [
            (NASDAQ_B, mold(ADDS[:2], 1)), (NASDAQ_A, mold(ADDS[:3], 1)),
            (NASDAQ_B, mold(ADDS[2:5], 3)), (NASDAQ_A, mold(ADDS[3:6], 4)),
        ],
    )  # fmt: skip

    assert bids(run) == [6, 5, 4, 3, 2, 1]
    assert (run.counters["messages"], run.counters["trimmed"], gaps(run)) == (6, 3, [])
    assert states(run) == {TEST: "SYNCHRONIZED"}


def test_what_one_line_lost_the_other_brings(tmp_path: Path) -> None:
    """Every third packet of the slower line away: the events of the whole capture."""
    whole = finished(ITCH)
    path = rewritten(
        tmp_path / "lossy.pcap", ITCH,
        lambda f: None if not on_line_a(f) and numbers(f)[0] % 3 == 0 else f.data,
    )  # fmt: skip
    lossy = finished(path)

    assert lossy.counters["frames"] < whole.counters["frames"] - 1000
    assert (lossy.digest, lossy.books.digest()) == (whole.digest, whole.books.digest())
    assert gaps(lossy) == []


def test_what_comes_early_is_held(tmp_path: Path) -> None:
    """A lost 2 and B brings it behind A's 3: no gap, and the books of both lines."""
    run = played(
        tmp_path,
        [
            (NASDAQ_A, mold(ADDS[:1], 1)), (NASDAQ_A, mold(ADDS[2:3], 3)),
            (NASDAQ_B, mold(ADDS[:1], 1)), (NASDAQ_B, mold(ADDS[1:2], 2)),
        ],
    )  # fmt: skip

    assert gaps(run) == []
    assert bids(run) == [3, 2, 1]
    assert states(run) == {TEST: "SYNCHRONIZED"}
    assert run.counters["held"] == 1


# --- losses ---------------------------------------------------------------------------------------
def test_a_packet_that_is_lost_on_both_lines(tmp_path: Path) -> None:
    """Its range is told, books are STALE, what they do from then on is flagged, exit code 1."""
    middle = next(f for f in read(ITCH)[3000:] if numbers(f)[1] in range(2, 100))
    first, count = numbers(middle)
    path = rewritten(
        tmp_path / "gap.pcap", ITCH, lambda f: None if numbers(f) == (first, count) else f.data
    )
    with replay(path) as run:
        rows = [(row["sequence"], row["flags"]) for each in run for row in each[orders(each)]]
    told = feedhandler("replay", path, "-n")
    flagged = [bool(flags & Flag.MAYBE_BAD_BOOK) for _, flags in rows]

    assert gaps(run) == [f"channel 1 incremental: {first}..{first + count - 1} missing"]
    assert 10_000_000 <= run.gaps[0].ts_recv - middle.ts_recv < 12_000_000
    assert flagged == [sequence > first for sequence, _ in rows]
    assert set(states(run).values()) == {"STALE"}
    assert told.exit_code == 1
    assert f"1 gap: {count} messages missing" in told.stdout


def orders(batch: Any) -> Any:
    """Which rows of a batch speak of orders."""
    return batch["kind"] == Kind.ORDER


def test_a_heartbeat_shows_that_the_last_packet_is_lost(tmp_path: Path) -> None:
    """Without it nobody could tell."""
    told = played(tmp_path, [(NASDAQ_A, mold(ADDS[:2], 1)), (NASDAQ_A, mold([], 4))])
    silent = played(tmp_path, [(NASDAQ_A, mold(ADDS[:2], 1)), (NASDAQ_A, mold([], 3))])

    assert gaps(told) == ["channel 1 incremental: 3..3 missing"]
    assert states(told) == {TEST: "STALE"}
    assert (gaps(silent), silent.counters["heartbeats"]) == ([], 1)


def test_the_end_of_a_session(tmp_path: Path) -> None:
    """Said again and again on both lines, counted once; it shows a loss before it as well."""
    end = SESSION + (4).to_bytes(8, "big") + b"\xff\xff"
    run = played(
        tmp_path,
        [(NASDAQ_A, mold(ADDS[:2], 1)), *[(NASDAQ_A, end), (NASDAQ_B, end)] * 3],
    )
    (channel,) = run.engine.channels.report()

    assert gaps(run) == ["channel 1 incremental: 3..3 missing"]
    assert (run.counters["end_of_session"], channel["ended"], channel["accepted"]) == (1, True, 2)


@pytest.mark.parametrize("role", ["incremental", "snapshot"])
def test_only_incremental_losses_make_books_stale(tmp_path: Path, role: str) -> None:
    """A snapshot that is lost comes round again; whoever hears that loop lacks the definition, and no more."""
    lossy = CME_A if role == "incremental" else CME_SNAPSHOT_A
    run = played(
        tmp_path,
        [
            (CME_A, inserted(1)),
            (lossy, mdp3([], 2, sent_at(3))),
            (lossy, mdp3([], 5, sent_at(4))),
        ],
        "cme.mdp3",
    )

    assert gaps(run) == [f"channel 310 {role}: 3..4 missing"]
    assert states(run) == {1001: "SUSPECT" if role == "incremental" else "UNDEFINED"}


def test_a_book_that_begins_behind_a_loss(tmp_path: Path) -> None:
    """Its earlier orders may be what was lost: it is in doubt like those that were there."""
    other = add_order(9, "B", 100, 10_000, locate=8)
    run = played(tmp_path, [(NASDAQ_A, mold(ADDS[:1], 1)), (NASDAQ_A, mold([other], 3))])

    assert gaps(run) == ["channel 1 incremental: 2..2 missing"]
    assert states(run) == {TEST: "STALE", 8: "STALE"}


# --- damage ---------------------------------------------------------------------------------------
LIE = mold(ADDS[1:3], 2)[:20] + b"\xff\xff" + mold(ADDS[1:3], 2)[22:]


@pytest.mark.parametrize("damaged", [LIE, LIE[:30], mold(ADDS[1:3], 2) + b"\0"])
def test_a_malformed_datagram_counts_as_lost_and_its_twin_heals_it(
    tmp_path: Path, damaged: bytes
) -> None:
    """None of it is delivered; the other line's copy is, and only without it there is a gap."""
    whole = mold(ADDS[1:3], 2)
    before, after = (NASDAQ_A, mold(ADDS[:1], 1)), (NASDAQ_A, mold(ADDS[3:4], 4))
    healed = played(tmp_path, [before, (NASDAQ_A, damaged), (NASDAQ_B, whole), after])
    lost = played(tmp_path, [before, (NASDAQ_A, damaged), after])

    assert (bids(healed), gaps(healed), states(healed)) == (
        [4, 3, 2, 1],
        [],
        {TEST: "SYNCHRONIZED"},
    )
    assert (bids(lost), states(lost)) == ([4, 1], {TEST: "STALE"})
    assert gaps(lost) == ["channel 1 incremental: 2..3 missing"]
    assert healed.counters["malformed_transport"] == lost.counters["malformed_transport"] == 1


def test_a_malformed_message_costs_itself_alone(tmp_path: Path) -> None:
    """Its neighbours in the packet are read, and its place in the sequence is used."""
    short = add_order(2, "B", 100, 20_000)[:30]
    run = played(tmp_path, [(NASDAQ_A, mold([ADDS[0], short, b"", ADDS[2]], 1))])

    assert bids(run) == [3, 1]
    assert run.counters["malformed_message"] == run.counters["empty_message"] == 1
    assert run.counters["messages"] == 4
    assert run.engine.channels.report()[0]["next_expected"] == 5


# --- other starts ---------------------------------------------------------------------------------
def test_another_session_begins_with_empty_books(tmp_path: Path) -> None:
    """The slower line still brings the end of the old one; nothing of it goes into the new books."""
    old = [mold(ADDS[:1], 1), mold(ADDS[1:2], 2)]
    new = [mold(ADDS[4:5], 1, NEXT_SESSION), mold(ADDS[5:6], 2, NEXT_SESSION)]
    run = played(
        tmp_path,
        [
            (NASDAQ_A, old[0]), (NASDAQ_A, old[1]), (NASDAQ_B, old[0]), (NASDAQ_A, new[0]),
            (NASDAQ_B, old[1]), (NASDAQ_A, new[1]), (NASDAQ_B, new[0]), (NASDAQ_B, new[1]),
        ],
    )  # fmt: skip

    assert (bids(run), gaps(run), states(run)) == ([6, 5], [], {TEST: "SYNCHRONIZED"})
    assert (run.counters["session_changes"], run.counters["duplicates"]) == (1, 4)


def test_what_a_new_session_lacks_at_its_start_is_a_gap(tmp_path: Path) -> None:
    """Every session begins at 1; that it is another one takes two datagrams that agree."""
    run = played(
        tmp_path,
        [
            (NASDAQ_A, mold(ADDS[:1], 1)),
            (NASDAQ_A, mold(ADDS[1:2], 2)),
            (NASDAQ_A, mold(ADDS[4:5], 3, NEXT_SESSION)),
            (NASDAQ_A, mold(ADDS[5:6], 4, NEXT_SESSION)),
        ],
    )

    assert gaps(run) == ["channel 1 incremental: 1..2 missing"]
    assert (bids(run), states(run)) == ([6, 5], {TEST: "STALE"})


def inserted(number: int, sequence: int | None = None, *, sent: int | None = None) -> bytes:
    """A CME packet that inserts the price `number` on top of the bids."""
    entry = level(number * NANOS, 5, sequence=number)
    message = sbe(46, root(), group(entry), no_orders())
    return mdp3([message], sequence or number, sent_at(number if sent is None else sent))


def test_a_sequence_that_starts_again_is_told_by_its_send_time(tmp_path: Path) -> None:
    """Books are emptied; packets of before on the slower line are old, whatever their number."""
    old = [inserted(number) for number in (1, 2, 3)]
    new = [inserted(number, number - 10, sent=number) for number in (11, 12)]
    run = played(
        tmp_path,
        [
            *[(CME_A, each) for each in old], (CME_B, old[0]), (CME_A, new[0]),
            (CME_B, old[1]), (CME_B, old[2]), (CME_B, new[0]), (CME_A, new[1]), (CME_B, new[1]),
        ],
        "cme.mdp3",
    )  # fmt: skip

    assert (bids(run, 1001), gaps(run), states(run)) == ([12, 11], [], {1001: "SYNCHRONIZED"})
    assert (run.counters["session_changes"], run.counters["duplicates"]) == (1, 5)


def test_a_channel_reset_empties_every_book_of_the_channel(tmp_path: Path) -> None:
    """And what comes behind it builds them anew, without a gap."""
    reset = mdp3([channel_reset()], 3, sent_at(3))
    sent = [(CME_A, inserted(1)), (CME_A, inserted(2)), (CME_A, reset)]
    emptied = played(tmp_path, sent, "cme.mdp3")
    rebuilt = played(tmp_path, [*sent, (CME_A, inserted(4))], "cme.mdp3")

    assert (bids(emptied, 1001), states(emptied)) == ([], {1001: "SYNCHRONIZED"})
    assert (bids(rebuilt, 1001), gaps(rebuilt)) == ([4], [])
    assert rebuilt.counters["cleared"] == 1


# --- lines that nobody named ----------------------------------------------------------------------
def test_unknown_groups_of_one_sequence_are_lines_of_one_channel(tmp_path: Path) -> None:
    """Found by session and numbers; what the transport cannot read is foreign."""
    other_a, other_b, noise = "239.1.1.1:5000", "239.1.1.2:5001", "239.9.9.9:7"
    sent = [(line, each) for each in ONE for line in (other_a, other_b)]
    run = played(tmp_path, [*sent, *[(noise, b"?")] * 10])
    (channel,) = run.engine.channels.report()

    assert bids(run) == [6, 5, 4, 3, 2, 1]
    assert [line["group"] for line in channel["lines"]] == [other_a, other_b]
    assert channel["guessed"]
    assert run.notes == [f"{other_b} taken as line B of channel 1000: same sequence"]
    assert (run.counters["foreign_group"], run.counters["duplicates"]) == (10, 3)


# --- bookkeeping ----------------------------------------------------------------------------------
SAVAGE: dict[str, Callable[[Sequence[bytes]], list[bytes]]] = {
    "every other one": lambda sent: list(sent[::2]),
    "backwards": lambda sent: list(reversed(sent)),
    "each twice": lambda sent: [each for each in sent for _ in range(2)],
    "cut short": lambda sent: [each[: len(each) // 2] for each in sent],
    "neighbours swapped": lambda sent: [e for a, b in pairwise(sent[::2]) for e in (b, a)],
}


@pytest.mark.parametrize("savage", SAVAGE)
def test_nothing_is_dropped_in_silence(tmp_path: Path, savage: str) -> None:
    """Datagrams are accepted, old, or malformed; units are accepted or missing."""
    stream = [
        mold([add_order(n, "B", 5, 10_000), order_delete(n), itch("S", b"Q")], 3 * n - 2)
        for n in range(1, 40)
    ]
    run = played(tmp_path, [(NASDAQ_A, each) for each in SAVAGE[savage](stream)])
    counters = run.counters
    (channel,) = run.engine.channels.report() or [{"accepted": 0, "lines": [{"first": 0}]}]
    taken = channel["lines"][0]["first"]

    assert counters["frames"] == counters["datagrams"]
    assert counters["datagrams"] == (
        taken + counters.get("duplicates", 0) + counters.get("malformed_transport", 0)
    )
    assert channel["accepted"] == counters.get("messages", 0)
    assert sum(gap.count for gap in run.gaps) == counters.get("gap_units", 0)


def test_a_tape_is_a_capture(tmp_path: Path) -> None:
    """What the stories are written in is read by the command line as well."""
    told = feedhandler("replay", tape(tmp_path / "tape.pcap", MIXES["in turns"]), "-n")

    assert told.exit_code == 0
    assert "3 duplicates" in told.stdout

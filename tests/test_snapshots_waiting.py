"""Snapshots that include packets which have not come yet: kept until these have, and put to use then.

Increments may run behind their snapshots all day: two recorders' clocks differ, or a tap is slow. Every snapshot is
ahead then, and a book in doubt would wait for ever.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from cme_loops import BIDS, LOSS, ORDERS_A, TEN_LEVELS, bids, entry, levels, order, orders, state
from hypothesis import given
from hypothesis import strategies as st
from packets import mdp3
from tapes import MICROSECOND, OPENING_NS, Sent, sent_at, tape

from feedhandler.engine.doubts import doubts_of
from feedhandler.engine.waiting import Waiting
from feedhandler.event import EVENT, Side
from feedhandler.replaying import Replay
from feedhandler.session.holding import Arbitration
from feedhandler.simulator.record import record

AHEAD, AGAIN = (levels(1, 6, 6, [10, 9, 8, 7, 6, 5], later=later) for later in (0, 10_000))
# They include packets 1 to 6.
MORE = [entry(6, 10, 6), entry(7, 11, 7)]
LOOKED = orders(1, 4, [])  # any datagram of a loop: what is kept is looked at then
PATIENT = Arbitration(gap_timeout_ns=0, gap_count=1, told_timeout_ns=10**15)


def run(path: Path, sent: Sequence[Sent], batch: int = 1024, rows_max: int = 1 << 16) -> Replay:
    made = tape(path / "tape.pcap", sent)
    with Replay(made, TEN_LEVELS, arbitration=PATIENT, batch=batch) as replay:
        replay.engine.recovering.snapshots._waiting = Waiting(rows_max)
        return replay.run()


# --- stories --------------------------------------------------------------------------------------
@pytest.mark.parametrize("batch", [1, 1024])
def test_it_is_used_when_its_packet_has_come(tmp_path: Path, batch: int) -> None:
    """Packet 7, which it does not include, is put on top of it; packet 6 is not applied twice."""
    replay = run(tmp_path, [*LOSS, AHEAD, *MORE, LOOKED], batch)

    assert (bids(replay), state(replay)) == ([11, 10, 9, 8, 7, 6, 5], "SYNCHRONIZED")
    assert (replay.counters["snapshots_ahead"], replay.counters["snapshots_loaded"]) == (1, 2)


def test_it_is_not_used_before(tmp_path: Path) -> None:
    """Packet 6 has not come."""
    replay = run(tmp_path, [*LOSS, AHEAD, LOOKED])

    assert (bids(replay), state(replay)) == ([9, 8, 6, 5], "LEVELS_STALE")


def test_the_channel_is_whole_when_nothing_waits(tmp_path: Path) -> None:
    """Passes of both loops were whole since the loss, though each of them was ahead."""
    both = [AHEAD, orders(1, 6, [71])]
    replay = run(tmp_path, [*LOSS, *both, *MORE, orders(1, 9, [71, 72], later=1)])
    (gap,) = replay.gaps

    assert (bids(replay), state(replay)) == ([11, 10, 9, 8, 7, 6, 5], "SYNCHRONIZED")
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * 10**9)] == [71]
    assert (gap.method, bool(gap.end_ns)) == ("snapshot", True)
    assert not doubts_of(replay.engine).count


def test_a_datagram_of_a_loop_without_a_snapshot_will_do(tmp_path: Path) -> None:
    """It holds nothing, and is the first behind packet 6; with it the doubt ends."""
    both = [AHEAD, orders(1, 6, [71])]
    empty = (ORDERS_A, mdp3([], 2, sent_at(1_500)))
    replay = run(tmp_path, [*LOSS, *both, *MORE, empty])
    (gap,) = replay.gaps

    assert (state(replay), gap.end_ns - OPENING_NS) == ("SYNCHRONIZED", 8 * MICROSECOND)


def test_what_a_pass_does_not_tell_is_gone_when_its_packets_have_come(tmp_path: Path) -> None:
    """Instrument 2 was last heard of before the loss. Every pass is ahead, and the one of use first is looked at.

    That is the first one, unless its number is damaged.
    """
    far = [levels(1, 999, 9, [99]), orders(1, 999, [99])]
    both = [levels(1, 6, 6, BIDS, later=20_000), orders(1, 6, [71], later=20_000)]
    later = [levels(1, 9, 9, [13, 12], later=30_000), orders(1, 9, [71], later=30_000)]
    sent = [
        *LOSS[:1],
        entry(2, 5, 1, instrument=2),
        entry(4, 8, 3),
        entry(5, 9, 4),
        *far,
        *both,
        *later,
    ]
    assert state(run(tmp_path, sent), 2) == "SUSPECT"

    looked = orders(1, 9, [71], later=40_000)
    replay = run(tmp_path, [*sent, *MORE, looked])
    assert (state(replay), state(replay, 2)) == ("SYNCHRONIZED", "EMPTY")
    assert [gap.method for gap in replay.gaps] == ["snapshot"]


@pytest.mark.parametrize("later", [8, 900])
def test_the_first_of_use_is_kept_and_not_the_latest(tmp_path: Path, later: int) -> None:
    """Where increments are later than a loop takes for a pass, the latest would always be ahead."""
    newest = levels(1, later, 6, [99], later=1)
    for sent in ([AHEAD, newest], [newest, AGAIN]):
        replay = run(tmp_path, [*LOSS, *sent, *MORE, LOOKED])
        assert bids(replay) == [11, 10, 9, 8, 7, 6, 5]


def test_what_lies_before_another_loss_is_of_no_use(tmp_path: Path) -> None:
    """Packet 7 is lost behind the snapshot; where packet 6 is, the snapshot makes up for it."""
    lost = [entry(8, 12, 8), entry(9, 13, 9)]
    replay = run(tmp_path, [*LOSS, AHEAD, MORE[0], *lost, LOOKED])
    assert (bids(replay)[:2], state(replay)) == ([13, 12], "STALE")
    assert replay.counters.get("snapshots_loaded", 0) == 0

    replay = run(tmp_path, [*LOSS, AHEAD, MORE[1], lost[0], orders(1, 6, [])])
    assert (bids(replay), state(replay)) == ([12, 11, 10, 9, 8, 7, 6, 5], "SYNCHRONIZED")


def test_orders_wait_as_levels_do(tmp_path: Path) -> None:
    """In two chunks, of which the second comes later; what follows packet 6 is put behind them."""
    chunks = [orders(1, 6, [71], 1, 2), orders(2, 6, [72], 2, 2)]
    looked = levels(1, 4, 4, [8, 7, 6, 5])
    replay = run(tmp_path, [*LOSS, *chunks, order(6, 71), order(7, 73), looked])

    assert state(replay) == "SYNCHRONIZED"
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * 10**9)] == [71, 72, 73]


def test_a_book_of_which_nothing_was_heard_waits_too(tmp_path: Path) -> None:
    """The sequence was joined at packet 4."""
    sent = [entry(4, 8, 4), levels(1, 5, 9, [50], instrument=2), entry(5, 9, 5), LOOKED]
    replay = run(tmp_path, sent)

    assert (bids(replay, 2), state(replay, 2)) == ([50], "ORDERS_STALE")


def test_a_book_that_was_healed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """A snapshot that was not ahead came in between: the one that was says otherwise."""
    wrong = levels(1, 6, 6, [99])
    between = levels(1, 5, 5, [9, 8, 7, 6, 5], later=20)
    replay = run(tmp_path, [*LOSS, wrong, between, *MORE, LOOKED])

    assert bids(replay) == [11, 10, 9, 8, 7, 6, 5]
    assert replay.counters["snapshots_loaded"] == 2  # and that of the orders


def test_rows_behind_it_may_refute_it(tmp_path: Path) -> None:
    """Number 8 of the instrument does not follow on its number 5."""
    damaged = levels(1, 6, 5, [10, 9])
    replay = run(tmp_path, [*LOSS, damaged, *MORE, LOOKED])

    assert (state(replay), replay.counters["snapshots_refuted"]) == ("LEVELS_STALE", 1)


def test_what_finds_no_room_is_counted_and_comes_again(tmp_path: Path) -> None:
    """Seven rows are needed and six are there."""
    sent = [*LOSS, AHEAD, *MORE, LOOKED]
    replay = run(tmp_path, sent, rows_max=6)
    assert (state(replay), replay.counters["snapshot_limit"]) == ("LEVELS_STALE", 1)

    again = levels(1, 7, 7, [11, 10, 9, 8, 7, 6, 5], later=1)
    replay = run(tmp_path, [*sent, again], rows_max=6)
    assert state(replay) == "SYNCHRONIZED"


# --- what is kept, against a list -----------------------------------------------------------------
def rows_of(instrument: int, last: int, count: int) -> np.ndarray:
    """A snapshot: its head and more."""
    made = np.zeros(count, EVENT)
    made["instrument_id"], made["size"] = instrument, last
    return made


STEPS = st.one_of(
    st.tuples(
        st.just("keep"), st.integers(1, 2), st.integers(1, 3), st.integers(1, 9), st.integers(1, 4)
    ),
    st.tuples(st.sampled_from(["take", "forget"]), st.integers(1, 2), st.integers(0, 10)),
)


@given(st.lists(STEPS, max_size=40))
def test_what_is_kept_is_what_a_list_would_keep(steps: list[tuple]) -> None:
    """Of each book the lowest number, within the limit of rows."""
    waiting, plain = Waiting(8), []  # channel, instrument, number, rows
    for what, channel, *told in steps:
        if what == "keep":
            instrument, last, count = told
            other = [each for each in plain if each[:2] == (channel, instrument)]
            left = [each for each in plain if each not in other]
            fits = sum(each[3] for each in left) + count <= 8
            best = bool(other) and other[0][2] <= last
            if not best and fits:
                plain = [*left, (channel, instrument, last, count)]
            assert waiting.keep(channel, rows_of(instrument, last, count)) == (best or fits)
            continue
        below = told[0] if what == "take" else told[0] - 1
        gone = [each for each in plain if each[0] == channel and each[2] < below]
        plain = [each for each in plain if each not in gone]
        if what == "take":
            found = [(channel, int(x[0]["instrument_id"]), int(x[0]["size"]), len(x))
                     for x in waiting.take(channel, below)]  # fmt: skip
            assert sorted(found) == sorted(gone)
        else:
            waiting.forget(channel, told[0])


# --- markets --------------------------------------------------------------------------------------
@pytest.mark.parametrize("late_ms", [20, 90])
def test_a_market_that_lags_behind_its_snapshots_all_day(tmp_path: Path, late_ms: int) -> None:
    """Four milliseconds are a pass. Two per cent of the increments are lost, and all books are exact in the end."""
    path = tmp_path / "market.pcapng"
    record(path, "cme.mdp3", messages=3_000, seed=11, instruments=4, snapshot_ns=4_000_000)
    with Replay(path, "cme.mdp3") as whole:
        whole.run()
    lines = ("224.0.31.1:14310", "224.0.32.1:15310")
    early = ",".join(f"line-{group}-delay={late_ms}ms" for group in lines)
    with Replay(path, "cme.mdp3", faults=f"{early},burst=1..3@2e-2", seed=1) as replay:
        replay.run()
    truth = whole.books.contents()

    assert replay.counters["gaps"] > 0
    assert replay.counters["snapshots_ahead"] > replay.counters["snapshots_loaded"] > 0
    for view in replay.books:
        if view.state == "SYNCHRONIZED":
            assert view.contents() == truth[view.key]


REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent") / "forts-2013"


@pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES has no forts-2013")
@pytest.mark.parametrize("late_ms", [300, 700, 1_100, 2_500])
def test_a_real_day_that_lags_behind_its_snapshots(late_ms: int) -> None:
    """Nothing is lost, the sequence is joined in its midst, and all books are those of the day."""
    lines = ("239.192.1.10:30010", "239.192.2.10:31010")
    late = ",".join(f"line-{group}-delay={late_ms}ms" for group in lines)
    with Replay(REAL / "all.pcap", "moex.forts") as whole:
        whole.run()
    patient = Arbitration(told_timeout_ns=60_000_000_000)
    with Replay(REAL / "all.pcap", "moex.forts", faults=late, arbitration=patient) as replay:
        replay.run()

    assert {view.state for view in replay.books} == {"SYNCHRONIZED"}
    assert replay.books.digest() == whole.books.digest()

"""Books loaded from snapshot loops: stories by hand, then damaged markets against the undamaged replay.

The stories say what is used and what is not: a snapshot that is older than the loss, or ahead of the stream, a
torn one, one that later rows refute. The markets are simulated, with loops of both models.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from cme_loops import LOSS, NANOS, bids, entry, levels, order, orders, run, state

from feedhandler.book.pools import Limits
from feedhandler.engine.desk_header import NOW
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.simulator.record import record

LOOPS_NS = 100_000_000  # a few passes of both loops


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


# --- stories --------------------------------------------------------------------------------------
def test_levels_are_loaded_and_what_was_kept_is_applied_again(tmp_path: Path) -> None:
    """The snapshot includes what was lost; packets 4 and 5 are put on top of it."""
    replay = run(tmp_path, [*LOSS, levels(1, 3, 3, [7, 6, 5])])

    assert (bids(replay), state(replay)) == ([9, 8, 7, 6, 5], "ORDERS_STALE")
    assert replay.counters["snapshots_loaded"] == 1
    assert replay.gaps[0].end_ns == 0


def test_whole_loops_of_both_models_end_the_doubt(tmp_path: Path) -> None:
    """Then the gap is closed, and no row is flagged or kept any more."""
    sent = [*LOSS, levels(1, 3, 3, [7, 6, 5]), orders(1, 4, [71, 72]), order(6, 73)]
    replay = run(tmp_path, sent)
    (gap,) = replay.gaps

    assert (bids(replay), state(replay)) == ([9, 8, 7, 6, 5], "SYNCHRONIZED")
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * NANOS)] == [71, 72, 73]
    assert (gap.method, gap.end_ns > gap.ts_recv) == ("snapshot", True)
    assert replay.channels[0]["state"] == "synchronized"
    assert replay.counters["healed_books"] == 1


def test_a_snapshot_older_than_the_loss_is_of_no_use(tmp_path: Path) -> None:
    """It does not include what was lost; nor is its loop whole, whose list may be older."""
    replay = run(tmp_path, [*LOSS, levels(1, 2, 2, [6, 5]), orders(1, 5, [])])

    assert (bids(replay), state(replay)) == ([9, 8, 6, 5], "LEVELS_STALE")
    assert replay.counters["snapshots_old"] == 1


def test_a_snapshot_ahead_of_the_stream_is_of_no_use_yet(tmp_path: Path) -> None:
    """Packet 6 has not come; the next snapshot is used."""
    ahead = levels(1, 6, 6, [10, 9])
    replay = run(tmp_path, [*LOSS, ahead])

    assert (state(replay), replay.counters["snapshots_ahead"]) == ("STALE", 1)

    replay = run(tmp_path, [*LOSS, ahead, entry(6, 10, 6), levels(1, 6, 6, [10, 9], later=1)])
    assert (bids(replay), state(replay)) == ([10, 9], "ORDERS_STALE")


@pytest.mark.parametrize(("prices", "positions"), [([7, 5], (1, 3)), ([7, 6], (1, 1)), ([7], (0,))])
def test_a_snapshot_that_lacks_a_level_is_torn(
    tmp_path: Path, prices: list[int], positions: tuple[int, ...]
) -> None:
    """Positions from 1 on, each once."""
    replay = run(tmp_path, [*LOSS, levels(1, 3, 3, prices, positions=positions)])

    assert (state(replay), replay.counters["snapshots_torn"]) == ("STALE", 1)


def test_rows_behind_a_snapshot_may_refute_it(tmp_path: Path) -> None:
    """It says number 2 of the instrument, and number 4 is the next that was kept."""
    replay = run(tmp_path, [*LOSS, levels(1, 3, 2, [6, 5])])

    assert (state(replay), replay.counters["snapshots_refuted"]) == ("STALE", 1)


def test_chunks_come_together_or_not_at_all(tmp_path: Path) -> None:
    """A chunk is lost with its packet; the next pass has them all."""
    first, last = orders(1, 4, [71], 1, 3), orders(3, 4, [73], 3, 3)
    replay = run(tmp_path, [*LOSS, levels(1, 3, 3, [7, 6, 5]), first, last])

    assert (state(replay), replay.counters["snapshots_torn"]) == ("ORDERS_STALE", 1)

    whole = [orders(number, 5, [70 + number], number, 3) for number in (1, 2, 3)]
    sent = [*LOSS, levels(1, 3, 3, [7, 6, 5]), first, last, *whole]
    replay = run(tmp_path, sent)
    assert state(replay) == "SYNCHRONIZED"
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * NANOS)] == [71, 72, 73]


def test_orders_deleted_behind_the_snapshot_are_deleted_again(tmp_path: Path) -> None:
    """Order 71 is in the snapshot of packet 4, and packet 6 deletes it."""
    sent = [*LOSS, order(6, 71, 2), levels(1, 3, 3, [7, 6, 5]), orders(1, 4, [71, 72])]
    replay = run(tmp_path, sent)

    assert state(replay) == "SYNCHRONIZED"
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * NANOS)] == [72]


def test_what_is_not_kept_any_more_is_not_applied_again(tmp_path: Path) -> None:
    """Of two rows that are to be kept there is room for one."""
    replay = run(
        tmp_path, [*LOSS, levels(1, 3, 3, [7, 6, 5])], limits=replace(Limits(), kept_rows=1)
    )
    assert (state(replay), replay.counters["snapshot_limit"]) == ("STALE", 1)

    late = [*LOSS, levels(1, 4, 4, [8, 7, 6, 5])]
    replay = run(tmp_path, late, limits=replace(Limits(), kept_rows=1))
    assert state(replay) == "STALE"  # the one row does not tell that nothing was before it

    replay = run(tmp_path, late, limits=replace(Limits(), kept_rows=2))
    assert (bids(replay), state(replay)) == ([9, 8, 7, 6, 5], "ORDERS_STALE")


def test_an_instrument_that_no_loop_tells_has_no_book(tmp_path: Path) -> None:
    """Instrument 2 was last heard of before the loss, and has gone."""
    sent = [entry(1, 5, 1, instrument=2), entry(2, 5, 1), entry(4, 7, 3)]
    replay = run(tmp_path, [*sent, levels(1, 3, 2, [6, 5]), orders(1, 4, [])])

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SYNCHRONIZED")
    assert (bids(replay, 2), state(replay, 2)) == ([], "EMPTY")
    assert replay.channels[0]["state"] == "synchronized"


@pytest.mark.parametrize(("told", "expected"), [(4, "EMPTY"), (3, "STALE")])
def test_an_instrument_that_was_heard_of_before_the_whole_pass_has_no_book(
    tmp_path: Path, told: int, expected: str
) -> None:
    """Packet 4 was the last of instrument 2; a pass that tells of no state before it, and not of it, leaves it out."""
    sent = [entry(1, 5, 1, instrument=2), entry(2, 5, 1), entry(4, 7, 3, instrument=2)]
    sent += [entry(5, 8, 4), levels(1, told, 3, [7, 6, 5]), orders(1, told, [])]
    replay = run(tmp_path, sent)

    assert (bids(replay), state(replay)) == ([8, 7, 6, 5], "SYNCHRONIZED")
    assert state(replay, 2) == expected


def test_a_pass_ahead_of_the_stream_takes_no_book_away(tmp_path: Path) -> None:
    """Instrument 2 was gone behind packet 6, and may have been there behind packet 4."""
    sent = [entry(1, 5, 1, instrument=2), entry(2, 5, 1), entry(4, 7, 3)]
    replay = run(tmp_path, [*sent, levels(1, 6, 2, [6, 5]), orders(1, 6, [])])

    assert (state(replay), state(replay, 2)) == ("STALE", "SUSPECT")
    assert replay.counters["snapshots_ahead"] == 2


def test_a_late_join_is_a_loss_of_all_before(tmp_path: Path) -> None:
    """Instruments of which nothing was heard are loaded too."""
    sent = [entry(4, 8, 4), levels(1, 4, 4, [8, 7], reports=2)]
    sent += [levels(2, 4, 9, [50], reports=2, instrument=2), orders(1, 4, [71]), orders(2, 4, [])]
    replay = run(tmp_path, sent)

    assert (bids(replay), state(replay)) == ([8, 7], "SYNCHRONIZED")
    assert (bids(replay, 2), state(replay, 2)) == ([50], "ORDERS_STALE")
    assert [gap.method for gap in replay.joined] == [""]


def test_snapshots_of_a_sound_channel_are_counted_only(tmp_path: Path) -> None:
    """Even if they say otherwise."""
    replay = run(tmp_path, [entry(1, 5, 1), levels(1, 1, 1, [99]), orders(1, 1, [71])])

    assert (bids(replay), state(replay)) == ([5], "SYNCHRONIZED")
    assert "snapshots_loaded" not in replay.counters
    assert replay.counters["snapshot_rows"] == 4


# --- markets --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A capture with quick snapshot loops, and what its books hold at the end."""
    path = tmp_path_factory.mktemp("market") / "market.pcapng"
    record(path, "cme.mdp3", messages=2_500, seed=11, instruments=4, snapshot_ns=4_000_000)
    with Replay(path, "cme.mdp3") as replay:
        replay.run()
    assert replay.books.states()["SYNCHRONIZED"] == len(replay.books)
    assert "snapshots_loaded" not in replay.counters
    return path, replay.books.contents()


PLANS = (
    *(("drop=0.1", seed) for seed in range(1, 5)),
    ("drop=0.1,tear=2..6@5e-2", 2),
    ("burst=20..60@1e-3,line-b-skew=2ms", 3),
    *((f"dead=0s..{end}ms", 1) for end in (10, 60, 200)),
    ("dead=100ms..200ms", 1),
)


@pytest.mark.parametrize(("plan", "seed"), PLANS)
def test_damaged_markets_are_whole_again(market: tuple[Path, Any], plan: str, seed: int) -> None:
    """Whatever was lost: books that claim to be sound are those of the undamaged feed, and all do.

    But for a loss behind which the loops do not come round any more.
    """
    path, truth = market
    with Replay(path, "cme.mdp3", faults=plan, seed=seed) as replay:
        replay.run()
    end_ns = int(replay.engine.desk.work[NOW])
    losses = [gap for gap in (*replay.joined, *replay.gaps) if gap.role == "incremental"]
    early = losses[-1].ts_recv < end_ns - LOOPS_NS

    claimed = {view.key: view.contents() for view in replay.books if view.state == "SYNCHRONIZED"}
    assert claimed == {key: contents for key, contents in truth.items() if key in claimed}
    assert len(claimed) == len(truth) or not early
    assert replay.counters["snapshots_loaded"] > 0


def test_a_run_does_not_depend_on_its_batches(market: tuple[Path, Any]) -> None:
    """Events, flags, counters and gaps."""
    runs = []
    for batch in (1, 64, 4096):
        with Replay(market[0], "cme.mdp3", faults="drop=5e-2", seed=3, batch=batch) as replay:
            replay.run()
        runs.append((replay.digest, replay.books.digest(), replay.counters, replay.gaps))

    assert runs[0] == runs[1] == runs[2]

"""What seldom happens while a book is loaded: clears and trades behind the snapshot, full pools, levels without a price."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from cme_loops import LOSS, NANOS, bids, entry, levels, order, orders, run, state
from packets import mdp3
from tapes import CME_A, Sent, sent_at

from feedhandler.book.pools import Limits
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.simulator import mdp3 as venue

OTHER = "224.0.28.5:14314"  # another channel, of which there are no loops
NULL = venue.NULL_PRICE


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def cleared(number: int, sequence: int) -> Sent:
    """A packet that empties the book of instrument 1."""
    return entry(number, 0, sequence, kind="J")


def volume(number: int, sequence: int) -> Sent:
    """A packet with the volume of instrument 1: no entry of a book, but it has its number."""
    told = venue.VOLUME.pack(9, 1, sequence, 0)
    message = bytes(venue.refresh(37, 0, venue.group(venue.VOLUME, [told])))[2:]
    return CME_A, mdp3([message], number, sent_at(number))


def ids(replay: Replay) -> list[int]:
    """The orders at 5, the earliest first."""
    return [each.order_id for each in replay.books[1].orders(Side.BID, 5 * NANOS)]


# --- rows behind the snapshot ---------------------------------------------------------------------
def test_statistics_behind_the_snapshot_keep_the_count(tmp_path: Path) -> None:
    """The volume is number 4, the last entry 5; without it 5 would refute the snapshot."""
    sent = [entry(1, 5, 1), entry(3, 8, 3), volume(4, 4), entry(5, 9, 5)]
    replay = run(tmp_path, [*sent, levels(1, 3, 3, [8, 6, 5])])

    assert (bids(replay), state(replay)) == ([9, 8, 6, 5], "ORDERS_STALE")


def test_a_row_behind_the_snapshot_that_does_not_fit_it(tmp_path: Path) -> None:
    """It deletes level 3, where two are left: the book stays in doubt."""
    sent = [*LOSS, entry(6, 0, 6, action=2, position=5)]
    replay = run(tmp_path, [*sent, levels(1, 3, 3, [7])])

    assert (state(replay), replay.counters["snapshots_refuted"]) == ("STALE", 1)


def test_a_clear_behind_the_snapshot_empties_both_models_again(tmp_path: Path) -> None:
    """Behind it an entry did not fit, and does not when it is applied again; orders are those behind the clear."""
    sent = [entry(1, 5, 1), entry(2, 5, 1, instrument=2), entry(4, 8, 3), order(5, 72)]
    sent += [cleared(6, 4), entry(7, 0, 5, action=2, position=5), order(8, 73)]
    replay = run(tmp_path, [*sent, levels(1, 4, 3, [8, 7]), orders(1, 4, [71])])

    assert (bids(replay), ids(replay), state(replay)) == ([], [73], "LEVELS_STALE")
    assert replay.counters["snapshots_refuted"] == 1


def test_an_order_behind_the_snapshot_that_does_not_fit_it(tmp_path: Path) -> None:
    """Packet 6 deletes an order that the snapshot of packet 4 does not have."""
    sent = [*LOSS, order(6, 99, 2), levels(1, 3, 3, [7, 6, 5]), orders(1, 4, [71])]
    replay = run(tmp_path, sent)

    assert (state(replay), replay.counters["snapshots_refuted"]) == ("ORDERS_STALE", 1)


def test_rows_of_others_are_left_where_they_are(tmp_path: Path) -> None:
    """Another instrument, and another channel in doubt, have rows among those that are kept."""
    sent = [entry(1, 5, 1), entry(1, 5, 1, on=OTHER), entry(3, 8, 3), entry(3, 60, 3, on=OTHER)]
    sent += [entry(4, 70, 1, instrument=2), entry(4, 61, 4, on=OTHER), entry(5, 9, 4)]
    replay = run(tmp_path, [*sent, levels(1, 3, 3, [8, 6, 5]), levels(2, 3, 3, [8, 6, 5])])
    mine = replay.books[310, 1]

    assert [each.price // NANOS for each in mine.by("level").levels(Side.BID)] == [9, 8, 6, 5]
    assert (mine.state, replay.books[314, 1].state) == ("ORDERS_STALE", "STALE")


# --- snapshots that cannot be ---------------------------------------------------------------------
def test_a_level_without_a_price(tmp_path: Path) -> None:
    """Null, where a number is expected."""
    packet = levels(1, 3, 3, [7])
    damaged = packet[1].replace((7 * NANOS).to_bytes(8, "little"), NULL.to_bytes(8, "little"))
    replay = run(tmp_path, [*LOSS, (packet[0], damaged)])

    assert damaged != packet[1]
    assert (state(replay), replay.counters["snapshots_torn"]) == ("STALE", 1)


@pytest.mark.parametrize(("told", "size"), [([71, 71], 7), ([71], 0)])
def test_orders_that_cannot_be(tmp_path: Path, told: list[int], size: int) -> None:
    """One order twice, and one of nothing."""
    sent = [*LOSS, levels(1, 3, 3, [7, 6, 5]), orders(1, 4, told, size=size)]
    replay = run(tmp_path, sent)

    assert (state(replay), replay.counters["snapshots_torn"]) == ("ORDERS_STALE", 1)


# --- full pools -----------------------------------------------------------------------------------
@pytest.mark.parametrize("last", [300, 500])
def test_pools_grow_while_orders_are_loaded(tmp_path: Path, last: int) -> None:
    """While the snapshot is laid out, or while what is behind it is applied again; nothing is loaded twice."""
    told = range(1, last + 1)
    behind = [order(6 + number, 1001 + number) for number in range(150)]
    chunks = [
        orders(n + 1, 4, told[100 * n :][:100], n + 1, last // 100) for n in range(last // 100)
    ]
    sent = [*LOSS, *behind, levels(1, 3, 3, [7, 6, 5]), *chunks]
    replay = run(tmp_path, sent, limits=Limits(books=2, orders=1, levels=1))

    assert (ids(replay), state(replay)) == ([*told, *range(1001, 1151)], "SYNCHRONIZED")


def test_orders_beyond_the_limit_are_not_loaded(tmp_path: Path) -> None:
    """Counted; the book stays in doubt."""
    sent = [*LOSS, levels(1, 3, 3, [7, 6, 5]), orders(1, 4, range(1, 9))]
    replay = run(tmp_path, sent, limits=Limits(orders_max=4))

    assert state(replay) == "ORDERS_STALE"
    assert replay.counters["orders_limit"] == replay.counters["snapshots_torn"] == 1

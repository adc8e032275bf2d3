"""Messages that are cut or lie about their length, in datagrams that are whole: books they may have changed are in doubt."""

from pathlib import Path

import pytest
from cme_loops import NANOS, bids, levels, orders, run, state
from forts_packets import datagram, refresh
from forts_packets import level as forts_level
from packets import group, itch, level, order, root, sbe, wide_group
from tapes import played
from unread import WHOLE, assert_in_doubt, assert_numbers_prove, between_orders, packet

from feedhandler.decode.catalog import feed
from feedhandler.session.gaps import UNFIT

CUT = sbe(46, root(), group(level(NANOS, 5, instrument=1, sequence=3)), wide_group())[:-40]


def test_a_message_that_is_cut_leaves_books_in_doubt(tmp_path: Path) -> None:
    """In doubt to the end; the copy on the other line is no better."""
    replay, gap = between_orders(tmp_path, itch("A", b"12345"))

    assert_in_doubt(replay, gap, UNFIT)
    assert replay.counters["malformed_message"] == 1


def test_numbers_of_the_instrument_prove_its_book(tmp_path: Path) -> None:
    """As where nothing came."""
    assert_numbers_prove(tmp_path, CUT, UNFIT)


@pytest.mark.parametrize("batch", [1, 1024])
def test_snapshots_heal_what_it_changed(tmp_path: Path, batch: int) -> None:
    """The message was entry 3; the message before it in the packet is applied."""
    told = level(8 * NANOS, 5, instrument=2, sequence=1)
    other = sbe(46, root(), group(told), wide_group())
    sent = [*WHOLE, packet(3, other, CUT)]
    before = run(tmp_path, sent, batch=batch)

    assert (state(before), state(before, 2), bids(before, 2)) == ("SUSPECT", "SUSPECT", [8])

    loops = [levels(1, 3, 3, [7, 6, 5]), levels(2, 3, 1, [8], instrument=2), orders(1, 3, [])]
    replay = run(tmp_path, [*sent, *loops], batch=batch)
    assert (bids(replay), state(replay)) == ([7, 6, 5], "SYNCHRONIZED")
    assert replay.counters["malformed_message"] == 1


def test_an_order_that_refers_to_no_entry_is_as_unread(tmp_path: Path) -> None:
    """What it was of is not known, and it is in no book."""
    told = group(level(7 * NANOS, 5, instrument=1, sequence=3))
    stray = sbe(46, root(), told, wide_group(order(71, 5, reference=9)))
    replay = run(tmp_path, [*WHOLE, packet(3, stray)])

    assert replay.counters["bad_reference"] == 1
    assert [(gap.first, gap.seen) for gap in replay.gaps] == [(3, UNFIT)]
    assert (bids(replay), state(replay)) == ([7, 6, 5], "SUSPECT")


@pytest.mark.parametrize("action", [0, 1])
def test_a_price_beyond_all_bounds_is_the_matter_of_its_book(tmp_path: Path, action: int) -> None:
    """The row came, so only the book it is of is in doubt, and no packet is as good as lost."""
    (line, *_) = next(
        each for each in feed("moex.forts").channels if each.role == "incremental"
    ).lines.values()
    far = forts_level("0", 1, (10**15, 9), 5, 2, MDUpdateAction=action)
    sent = [
        (line, datagram(refresh(number, told)))
        for number, told in enumerate([forts_level("0", 1, (5, 0), 5, 1), far], 1)
    ]
    replay = played(tmp_path, sent, "moex.forts")

    assert replay.counters["price_range"] == 1
    assert ([view.state for view in replay.books], replay.gaps) == (["STALE"], [])

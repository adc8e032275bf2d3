"""Messages that are cut or lie about their length, in datagrams that are whole: books they may have changed are in doubt."""

from pathlib import Path

import pytest
from cme_loops import LOSS, NANOS, bids, entry, levels, orders, run, state
from forts_packets import datagram, refresh
from forts_packets import level as forts_level
from packets import add_order, group, itch, level, mdp3, mold, order, root, sbe, wide_group
from tapes import CME_A, NASDAQ_A, NASDAQ_B, Sent, played, sent_at

from feedhandler.decode.catalog import feed
from feedhandler.session.gaps import UNFIT

WHOLE = LOSS[:2]
CUT = sbe(46, root(), group(level(NANOS, 5, instrument=1, sequence=3)), wide_group())[:-40]


def packet(number: int, *messages: bytes) -> Sent:
    """A packet of the incremental channel."""
    return CME_A, mdp3(messages, number, sent_at(number))


def test_a_message_that_is_cut_leaves_books_in_doubt(tmp_path: Path) -> None:
    """In doubt to the end; the copy on the other line is no better."""
    datagram = mold([itch("A", b"12345")], 2)
    sent = [
        (NASDAQ_A, mold([add_order(1, "B", 100, 5)], 1)), (NASDAQ_A, datagram),
        (NASDAQ_B, datagram), (NASDAQ_A, mold([add_order(2, "B", 100, 6)], 3)),
    ]  # fmt: skip
    replay = played(tmp_path, sent)
    (gap,) = replay.gaps

    assert (gap.first, gap.count, gap.seen, gap.lines, gap.end_ns) == (2, 1, UNFIT, "A", 0)
    assert [view.state for view in replay.books] == ["STALE"]
    assert replay.counters["malformed_message"] == 1


def test_numbers_of_the_instrument_prove_its_book(tmp_path: Path) -> None:
    """The message told nothing of instrument 1: its next number follows."""
    replay = run(tmp_path, [*WHOLE, packet(3, CUT), entry(4, 7, 3)])
    (gap,) = replay.gaps

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SYNCHRONIZED")
    assert (gap.seen, gap.method) == (UNFIT, "instrument numbers")


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

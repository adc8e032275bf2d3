"""Messages of a type that nobody knows: what they would have done to books is not known, so books are in doubt."""

from pathlib import Path

from cme_loops import LOSS, bids, entry, levels, orders, run, state
from packets import add_order, itch, mdp3, mold, sbe
from tapes import CME_A, NASDAQ_A, NASDAQ_B, Sent, played, sent_at

from feedhandler.session.gaps import UNREAD

STRANGE = sbe(999, b"\x00" * 11)
STRANGE_BLOCK = (len(STRANGE) + 2).to_bytes(2, "little") + STRANGE
WHOLE = LOSS[:2]


def packet(number: int, *messages: bytes) -> Sent:
    """A packet of the incremental channel."""
    return CME_A, mdp3(messages, number, sent_at(number))


def test_an_unknown_type_of_the_exchange_leaves_books_in_doubt(tmp_path: Path) -> None:
    """On both lines, so that nothing better comes: in doubt to the end, and told as what it is."""
    datagram = mold([itch("z", b"")], 2)
    sent = [
        (NASDAQ_A, mold([add_order(1, "B", 100, 5)], 1)), (NASDAQ_A, datagram),
        (NASDAQ_B, datagram), (NASDAQ_A, mold([add_order(2, "B", 100, 6)], 3)),
    ]  # fmt: skip
    replay = played(tmp_path, sent)
    (gap,) = replay.gaps

    assert (gap.first, gap.count, gap.seen, gap.lines, gap.end_ns) == (2, 1, UNREAD, "A", 0)
    assert [view.state for view in replay.books] == ["STALE"]
    assert replay.counters["unknown_template"] == 1
    assert replay.counters["doubtful_rows"] == 1


def test_rows_beside_it_are_applied_before_the_doubt(tmp_path: Path) -> None:
    """The first message of the packet is read and its number follows; the second one is not known."""
    group, datagram = entry(3, 7, 3)
    replay = run(tmp_path, [*WHOLE, (group, datagram + STRANGE_BLOCK)])

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SUSPECT")


def test_numbers_of_the_instrument_prove_its_book(tmp_path: Path) -> None:
    """The unknown message told nothing of instrument 1: its next number follows."""
    replay = run(tmp_path, [*WHOLE, packet(3, STRANGE), entry(4, 7, 3)])
    (gap,) = replay.gaps

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SYNCHRONIZED")
    assert (gap.seen, gap.method) == (UNREAD, "instrument numbers")


def test_a_number_that_is_missing_makes_it_stale_until_a_snapshot(tmp_path: Path) -> None:
    """The unknown message was the entry with number 3."""
    sent = [*WHOLE, packet(3, STRANGE), entry(4, 8, 4)]
    replay = run(tmp_path, sent)

    assert state(replay) == "STALE"

    replay = run(tmp_path, [*sent, levels(1, 4, 4, [8, 7, 6, 5]), orders(1, 4, [71])])
    assert (bids(replay), state(replay)) == ([8, 7, 6, 5], "SYNCHRONIZED")
    assert [gap.method for gap in replay.gaps] == ["snapshot"]


def test_another_schema_is_as_unknown(tmp_path: Path) -> None:
    """An id that is not the feed's."""
    replay = run(tmp_path, [*WHOLE, packet(3, sbe(46, b"\x00" * 11, schema=77))])

    assert replay.counters["unknown_schema"] == 1
    assert (state(replay), len(replay.gaps)) == ("SUSPECT", 1)


def test_an_unknown_message_of_a_loop_says_nothing_of_books(tmp_path: Path) -> None:
    """It is counted."""
    group, _ = levels(1, 2, 2, [6, 5])
    replay = run(tmp_path, [*WHOLE, (group, mdp3([STRANGE], 1, sent_at(2000)))])

    assert replay.counters["unknown_template"] == 1
    assert (state(replay), replay.gaps) == ("SYNCHRONIZED", [])

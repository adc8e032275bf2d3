"""Messages of a type that nobody knows: what they would have done to books is not known, so books are in doubt."""

from pathlib import Path

from cme_loops import bids, entry, levels, orders, run, state
from packets import itch, mdp3, sbe
from tapes import sent_at
from unread import WHOLE, assert_in_doubt, assert_numbers_prove, between_orders, packet

from feedhandler.session.gaps import UNREAD

STRANGE = sbe(999, b"\x00" * 11)
STRANGE_BLOCK = (len(STRANGE) + 2).to_bytes(2, "little") + STRANGE


def test_an_unknown_type_of_the_exchange_leaves_books_in_doubt(tmp_path: Path) -> None:
    """On both lines, so that nothing better comes: in doubt to the end, and told as what it is."""
    replay, gap = between_orders(tmp_path, itch("z", b""))

    assert_in_doubt(replay, gap, UNREAD)
    assert replay.counters["unknown_template"] == 1
    assert replay.counters["doubtful_rows"] == 1


def test_rows_beside_it_are_applied_before_the_doubt(tmp_path: Path) -> None:
    """The first message of the packet is read and its number follows; the second one is not known."""
    group, datagram = entry(3, 7, 3)
    replay = run(tmp_path, [*WHOLE, (group, datagram + STRANGE_BLOCK)])

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SUSPECT")


def test_numbers_of_the_instrument_prove_its_book(tmp_path: Path) -> None:
    """As where nothing came."""
    assert_numbers_prove(tmp_path, STRANGE, UNREAD)


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

"""Books whose definition did not come: what they may claim, and what a definition that comes late makes of them.

Stories of the session's own packets; each goes through `verify` too, where the naive oracle judges every state.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packets import group, level, mdp3, root, sbe
from packets import wide_group as no_orders
from tapes import CME_A, CME_SNAPSHOT_A, Sent, channel_reset, sent_at, tape

from feedhandler.book.pools import STATE_NAMES, UNDEFINED
from feedhandler.engine.definitions import Definitions
from feedhandler.event import Flag, Side
from feedhandler.replaying import Replay
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import mdp3 as venue
from feedhandler.simulator.mdp3_definitions import definition
from feedhandler.simulator.schedule import run
from feedhandler.simulator.schedules import PER_MARKET, market_of
from feedhandler.simulator.venue import contracts
from feedhandler.verify import verify

if TYPE_CHECKING:
    from feedhandler.book.view import BookView

NANOS = 1_000_000_000
DEFINITIONS = "224.0.31.43:14310"
FUTURE, _, _, OPTION = contracts(4, long_quantity=False)  # ten levels, and five
AT_ONCE = Arbitration(gap_timeout_ns=0, gap_count=1)


# --- what is sent ---------------------------------------------------------------------------------
def entries(
    number: int, prices: Sequence[int], sequence: int, contract: object = OPTION, action: int = 0
) -> Sent:
    """A packet that puts prices on top of the bids, the last one highest (or does something else there)."""
    instrument = contract.instrument.number  # type: ignore[attr-defined]
    told = [
        level(price * NANOS, 5, instrument=instrument, sequence=sequence + place, action=action)
        for place, price in enumerate(prices)
    ]
    return CME_A, mdp3([sbe(46, root(), group(*told), no_orders())], number, sent_at(number))


def defined(number: int, *told: object, group: str = DEFINITIONS, at: int = 0) -> Sent:
    """A packet of definitions: of their own line, or among the increments."""
    made = [bytes(definition(each, sent_at(0), reports=4))[2:] for each in told]  # type: ignore[arg-type]
    return group, mdp3(made, number, sent_at(at or number))


def snapshot(number: int, last: int, sequence: int, prices: Sequence[int]) -> Sent:
    """The levels of the option, as of a packet of increments."""
    null = venue.NULL_PRICE
    block = venue.SNAPSHOT.pack(
        last, 1, OPTION.instrument.number, sequence, 0, 0, 0, venue.READY_TO_TRADE, null, null, null
    )
    bids = [
        venue.SNAPSHOT_ENTRY.pack(
            price * NANOS, 5, 1, place, venue.NULL_U2, venue.NULL_U1, 0, venue.ENTRY_BID
        )
        for place, price in enumerate(prices, 1)
    ]
    message = venue.message(52, block, venue.group(venue.SNAPSHOT_ENTRY, bids))
    return CME_SNAPSHOT_A, mdp3([bytes(message)[2:]], number, sent_at(1000 + 10 * last + number))


def played(path: Path, sent: Sequence[Sent]) -> Replay:
    """The replay of a tape; the oracle comes to the same states, digests and counters."""
    capture = tape(path / "tape.pcap", sent)
    found = verify(capture, "cme.mdp3")
    assert found.divergence is None
    with Replay(capture, "cme.mdp3", arbitration=AT_ONCE) as replay:
        return replay.run()


def told(replay: Replay, contract: object = OPTION) -> tuple[list[int], str]:
    """The bids of a book, whole prices, and its state."""
    book: BookView = replay.books[contract.instrument.number]  # type: ignore[attr-defined]
    return [each.price // NANOS for each in book.levels(Side.BID)], book.state


# --- stories --------------------------------------------------------------------------------------
def test_without_a_line_of_definitions_the_usual_depth_is_kept(tmp_path: Path) -> None:
    """The increments alone, as most captures are: ten levels, which are claimed."""
    replay = played(tmp_path, [entries(1, range(20, 32), 1)])

    assert told(replay) == (list(range(31, 21, -1)), "SYNCHRONIZED")
    assert "undefined_books" not in replay.counters


def test_a_book_without_definition_is_in_doubt_where_they_are_sent(tmp_path: Path) -> None:
    """The future was defined and the option was not: its five levels may be the venue's, or not."""
    sent = [defined(1, FUTURE), entries(1, [5], 1), entries(2, [5], 1, FUTURE)]
    replay = played(tmp_path, sent)

    assert told(replay) == ([5], "UNDEFINED")
    assert told(replay, FUTURE) == ([5], "SYNCHRONIZED")
    assert replay.counters["undefined_books"] == 1
    assert replay.books.states()["UNDEFINED"] == 1


def test_books_from_before_the_first_definition_are_in_doubt_with_it(tmp_path: Path) -> None:
    """The line of definitions is joined later than that of the increments."""
    replay = played(tmp_path, [entries(1, [5], 1), defined(1, FUTURE, at=2)])

    assert told(replay) == ([5], "UNDEFINED")


def test_rows_of_a_book_without_definition_are_flagged(tmp_path: Path) -> None:
    """Those of levels, until the definition has come."""
    sent = [defined(1, FUTURE), entries(1, [5], 1, OPTION), entries(2, [5], 1, FUTURE)]
    with Replay(tape(tmp_path / "tape.pcap", sent), "cme.mdp3", batch=1) as replay:
        flagged = {
            int(row["instrument_id"]): bool(row["flags"] & Flag.MAYBE_BAD_BOOK)
            for batch in replay
            for row in batch
            if row["level"]
        }
    assert flagged == {OPTION.instrument.number: True, FUTURE.instrument.number: False}


def test_the_usual_depth_told_late_proves_a_book(tmp_path: Path) -> None:
    """It was kept so all the time."""
    sent = [defined(1, OPTION), entries(1, range(1, 13), 1, FUTURE), defined(2, FUTURE)]
    replay = played(tmp_path, sent)

    assert told(replay, FUTURE) == (list(range(12, 2, -1)), "SYNCHRONIZED")
    assert replay.counters["healed_books"] == 1


@pytest.mark.parametrize("count", [1, 5, 7])
def test_another_depth_told_late_cuts_a_book_and_leaves_it_in_doubt(
    tmp_path: Path, count: int
) -> None:
    """However few levels stand there now, more may have stood there before."""
    sent = [defined(1, FUTURE), entries(1, range(1, count + 1), 1), defined(2, OPTION)]
    replay = played(tmp_path, sent)

    assert told(replay) == (list(range(count, max(count - 5, 0), -1)), "LEVELS_STALE")
    assert "healed_books" not in replay.counters


def test_a_book_of_another_depth_without_a_level_is_sound(tmp_path: Path) -> None:
    """Nothing has fallen off what is empty now: the venue would have to bring it back."""
    sent = [
        defined(1, FUTURE),
        entries(1, [5], 1),
        entries(2, [5], 2, action=2),
        defined(2, OPTION),
    ]
    replay = played(tmp_path, sent)

    assert told(replay) == ([], "SYNCHRONIZED")


def test_a_snapshot_is_loaded_once_the_depth_is_known(tmp_path: Path) -> None:
    """The one before the definition is not; the one behind it heals the book."""
    start = [defined(1, FUTURE), entries(1, range(1, 8), 1)]
    first, second = (snapshot(1, last, 7, [7, 6, 5, 4, 3]) for last in (1, 2))
    later = (CME_A, mdp3([], 2, sent_at(2)))

    assert told(played(tmp_path, [*start, first]))[1] == "UNDEFINED"
    healed = [*start, first, defined(2, OPTION), later, second]
    with Replay(tape(tmp_path / "tape.pcap", healed), "cme.mdp3") as replay:
        replay.run()
    assert told(replay) == ([7, 6, 5, 4, 3], "SYNCHRONIZED")
    assert replay.counters["snapshots_loaded"] == 1


def test_numbers_do_not_prove_a_book_without_definition(tmp_path: Path) -> None:
    """A gap that took nothing of it: it stays in doubt until its depth is told."""
    sent = [defined(1, FUTURE), entries(1, [5], 1), entries(3, [6], 2), entries(4, [7], 3)]

    assert told(played(tmp_path, sent)) == ([7, 6, 5], "SUSPECT")
    sent = [defined(1, OPTION), *sent[1:2], *sent[2:]]
    assert told(played(tmp_path, sent)) == ([7, 6, 5], "SYNCHRONIZED")


def test_a_reset_leaves_a_book_without_definition_so(tmp_path: Path) -> None:
    """Empty, and of unknown depth."""
    reset = (CME_A, mdp3([channel_reset()], 2, sent_at(2)))
    sent = [defined(1, FUTURE), entries(1, [5], 1), reset, entries(3, [6], 1)]

    assert told(played(tmp_path, sent)) == ([6], "UNDEFINED")


def test_a_row_that_does_not_fit_is_more_than_a_missing_definition(tmp_path: Path) -> None:
    """A change of a level that is not there: the usual depth, told later, does not heal that."""
    sent = [
        defined(1, OPTION), entries(1, [5], 1, FUTURE), entries(2, [5], 2, FUTURE, action=2),
        entries(3, [5], 3, FUTURE, action=1), defined(2, FUTURE),
    ]  # fmt: skip
    replay = played(tmp_path, sent)

    assert told(replay, FUTURE) == ([], "LEVELS_STALE")
    assert replay.counters["bad_level"] == 1


def test_a_definition_of_another_depth_among_the_increments(tmp_path: Path) -> None:
    """There is no line of definitions; the one definition says that five levels were too many."""
    among = defined(2, OPTION, group=CME_A)
    replay = played(tmp_path, [entries(1, range(1, 8), 1), among])

    assert told(replay) == ([7, 6, 5, 4, 3], "LEVELS_STALE")


# --- expected from the start ----------------------------------------------------------------------
def test_definitions_may_be_expected_from_the_start(tmp_path: Path) -> None:
    """As in the laboratory, where a dead line of definitions must not be taken for none."""
    capture = tape(tmp_path / "tape.pcap", [entries(1, [5], 1)])
    with Replay(capture, "cme.mdp3", definitions_expected=True) as replay:
        replay.run()
    assert told(replay) == ([5], "UNDEFINED")
    assert STATE_NAMES[UNDEFINED] == "UNDEFINED"


# --- seeds that found it --------------------------------------------------------------------------
FOUND = (
    ("cme", 91, "line-a-drop=1e-2,tear=1@50%"),
    ("cme", 98, "drop=10%,delay=5ms@1e-3,tear=2..10@10%"),
    ("cme", 119, "delay=1us..50us@10%,dup=20%,tear=2..10@10%,dead=100ms..900ms"),
    ("cme", 200, "tear=2..10@10%,dup=1e-2,skew=1ms..9ms"),
    ("cme", 276, "tear=1@50%,line-b-drop=1"),
    ("cme", 318, "truncate=1e-3,burst=2..8@1e-3,tear=2..10@10%,line-a-dead=500ms..2s"),
    ("cme", 338, "tear=2..10@10%"),
    ("cme-reset", 167, "line-a-skew=100us..1ms,drop=10%,dead=100ms..900ms"),
    ("cme-reset", 193, "line-a-drop=1,reorder=8"),
    ("cme-reset", 329, "drop=1e-3,line-a-drop=10%,dead=2s..2100ms,tear=1@50%"),
)


@pytest.mark.parametrize(("kind", "number", "plan"), FOUND)
def test_books_that_missed_their_definition_do_not_lie(kind: str, number: int, plan: str) -> None:
    """Schedules in which the option was claimed to have ten levels."""
    outcome = run(market_of(kind, number // PER_MARKET), plan, number)

    assert outcome.failures == []
    assert outcome.counters["undefined_books"] > 0


def test_the_judge_sees_a_book_that_claims_an_unknown_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One of them, with an engine to which a missing definition means nothing."""
    monkeypatch.setattr(Definitions, "expect", lambda *_: None)
    failures = run(market_of("cme", 33), "tear=2..10@10%", 338).failures

    assert any("its levels differ" in text for text in failures)

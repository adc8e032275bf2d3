"""Definition lines that a description names and that bring nothing: what books by level may claim then.

Who hears the loops of snapshots of a channel and not its definitions lacks these: a book of an unknown depth may hold
levels that the venue let fall off, whatever a snapshot made of it a moment ago.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from cme_loops import bids, entry, levels, orders, state
from packets import mdp3
from tapes import CME_A, Sent, sent_at, tape

from feedhandler.decode.catalog import feed
from feedhandler.engine.doubts import WITHOUT_DEFINITION, doubts_of
from feedhandler.replaying import Replay
from feedhandler.simulator.mdp3_definitions import definition
from feedhandler.simulator.record import record
from feedhandler.simulator.venue import Contract, contracts
from feedhandler.verify import verify

DEFINITIONS = "224.0.31.43:14310"
DEAD = "line-224.0.31.43:14310-dead=0s..999s,line-224.0.32.43:15310-dead=0s..999s"
OPTION = contracts(4, long_quantity=False)[3]  # of five levels
NUMBER = OPTION.instrument.number
WHOLE = [entry(1, 5, 1, NUMBER), entry(2, 6, 2, NUMBER)]


def defined(number: int, at: int, told: Contract = OPTION, group: str = DEFINITIONS) -> Sent:
    """A packet of definitions."""
    made = bytes(definition(told, sent_at(0), reports=1))[2:]
    return group, mdp3([made], number, sent_at(at))


def played(path: Path, sent: list[Sent], name: str = "cme.mdp3") -> Replay:
    """The replay of a tape; the oracle comes to the same states, digests and counters."""
    capture = tape(path / "tape.pcap", sent)
    assert verify(capture, name).divergence is None
    with Replay(capture, name) as replay:
        return replay.run()


# --- what is heard --------------------------------------------------------------------------------
@pytest.mark.parametrize("loop", [levels(1, 2, 2, [6, 5], instrument=NUMBER), orders(1, 2, [])])
def test_who_hears_a_loop_of_snapshots_lacks_the_definitions(tmp_path: Path, loop: Sent) -> None:
    """Of either model: the book is right, as it happens, and nobody knows."""
    replay = played(tmp_path, [*WHOLE, loop])

    assert (bids(replay, NUMBER), state(replay, NUMBER)) == ([6, 5], "UNDEFINED")
    assert doubts_of(replay.engine).reasons == {WITHOUT_DEFINITION: 1}
    assert replay.gaps == []


def test_a_book_is_in_doubt_from_its_first_row_on(tmp_path: Path) -> None:
    """The loop was heard before it."""
    replay = played(tmp_path, [levels(1, 0, 0, [], instrument=NUMBER), *WHOLE])

    assert (bids(replay, NUMBER), state(replay, NUMBER)) == ([6, 5], "UNDEFINED")


def test_who_hears_the_increments_alone_has_the_usual_depth(tmp_path: Path) -> None:
    """As most captures are."""
    assert state(played(tmp_path, WHOLE), NUMBER) == "SYNCHRONIZED"


def test_a_line_of_definitions_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """It is heard, and tells nothing."""
    garbage = (DEFINITIONS, mdp3([b"\x00\x00" * 9], 1, sent_at(1)))

    assert state(played(tmp_path, [*WHOLE, garbage]), NUMBER) == "UNDEFINED"


def test_a_channel_that_is_described_without_definitions_has_none_to_lack(tmp_path: Path) -> None:
    """Its books go as deep as its feed says."""
    described = feed("cme.mdp3")
    others = tuple(each for each in described.channels if each.role != "definition")
    sent = [*WHOLE, levels(1, 2, 2, [6, 5], instrument=NUMBER)]
    path = tape(tmp_path / "t.pcap", sent)
    with Replay(path, replace(described, channels=others)) as replay:
        replay.run()

    assert state(replay, NUMBER) == "SYNCHRONIZED"


# --- what ends it ---------------------------------------------------------------------------------
@pytest.mark.parametrize("group", [DEFINITIONS, CME_A])
def test_a_definition_that_comes_ends_it(tmp_path: Path, group: str) -> None:
    """On its line or among the increments; the book never held more than it may, so a snapshot proves it."""
    number = 1 if group == DEFINITIONS else 3
    sent = [*WHOLE, levels(1, 2, 2, [6, 5], instrument=NUMBER), defined(number, 3, group=group)]
    last = 2 if group == DEFINITIONS else 3
    replay = played(tmp_path, sent)
    assert (bids(replay, NUMBER), state(replay, NUMBER)) == ([6, 5], "LEVELS_STALE")

    sent.append(levels(1, last, 2, [6, 5], instrument=NUMBER, later=1))
    with Replay(tape(tmp_path / "t.pcap", sent), "cme.mdp3") as replay:
        replay.run()
    assert (bids(replay, NUMBER), state(replay, NUMBER)) == ([6, 5], "SYNCHRONIZED")


def test_a_snapshot_does_not_heal_what_it_cannot_keep_up(tmp_path: Path) -> None:
    """A jump of the instrument's numbers, and a snapshot that includes it: the depth is still not known."""
    sent = [*WHOLE, entry(3, 9, 4, NUMBER), levels(1, 2, 2, [6, 5], instrument=NUMBER)]
    sent.append(levels(1, 3, 4, [9, 8, 6, 5], instrument=NUMBER, later=1))
    with Replay(tape(tmp_path / "t.pcap", sent), "cme.mdp3") as replay:
        replay.run()

    assert state(replay, NUMBER) == "STALE"
    assert replay.counters.get("snapshots_loaded", 0) == 0


# --- markets --------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [21, 22])
def test_a_market_whose_definitions_never_come(tmp_path: Path, seed: int) -> None:
    """No book that differs from that of the whole market is called sound, and its orders are exact."""
    path = tmp_path / "market.pcap"
    record(path, "cme.mdp3", messages=3_000, seed=seed)
    with Replay(path, "cme.mdp3") as whole:
        whole.run()
    with Replay(path, "cme.mdp3", faults=DEAD, seed=1) as replay:
        replay.run()
    truth = whole.books.contents()
    found = {view.key: view for view in replay.books}

    assert {view.state for view in whole.books} == {"SYNCHRONIZED"}
    assert any(view.contents() != truth[key] for key, view in found.items())
    assert "UNDEFINED" in {view.state for view in found.values()}
    for key, view in found.items():
        mine = view.contents()
        assert mine[:2] == truth[key][:2]  # by order
        assert (
            view.state != "SYNCHRONIZED" or mine == truth[key]
        )  # one is defined among the increments

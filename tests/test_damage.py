"""Damaged and foreign datagrams in captures: bytes in, books, states and counters out."""

import struct
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import CME, ITCH, document, feedhandler, read, told
from packets import SESSION, add_order, mdp3, mold
from tapes import CME_A, CME_B, NASDAQ_A, NASDAQ_B, Sent, channel_reset, played, sent_at

from feedhandler.engine.routing import FOREIGN_AFTER, SILENT_MAX
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.session.channel_header import MISFITS_MAX
from feedhandler.verify import verify

ADDS = [add_order(number, "B", 100, 10_000 * number) for number in range(1, 400)]
OTHER = b"SESSION002"
ELSEWHERE = "239.1.2.3:4000"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def counted(run: Replay, *names: str) -> list[int]:
    """Some counters of a run."""
    known = run.counters
    return [known.get(name, 0) for name in names]


# --- captures: one damaged datagram ---------------------------------------------------------------
def sequence(payload: bytes, number: int, session: bytes = SESSION) -> bytes:
    """A MoldUDP64 packet with another number and session."""
    return session + struct.pack(">Q", number) + payload[18:]


def flipped(payload: bytes, at: int, mask: int = 0x20) -> bytes:
    """One byte damaged."""
    return payload[:at] + bytes([payload[at] ^ mask]) + payload[at + 1 :]


GOOD = [mold([add], number) for number, add in enumerate(ADDS, 1)]
DAMAGE = {
    "session": lambda each: flipped(each, 3),
    "session, and malformed": lambda each: flipped(each, 3)[:-2],
    "bit 20": lambda each: flipped(each, 15, 0x10),
    "bit 40": lambda each: flipped(each, 12, 1),
    "bit 63": lambda each: flipped(each, 10, 0x80),
    "largest": lambda each: sequence(each, (1 << 63) - 1),
    "bit 13": lambda each: flipped(each, 16, 0x20),
    "end of session": lambda each: each[:18] + b"\xff\xff" + each[20:],
    "heartbeat": lambda each: each[:18] + b"\0\0" + each[20:],
    "wild heartbeat": lambda each: sequence(each, 1 << 40)[:18] + b"\0\0",
    "cut": lambda each: each[:-1],
}


@pytest.mark.parametrize("order", ["before its twin", "behind its twin"])
@pytest.mark.parametrize("place", [0, 1, 150, 395])
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damaged_datagram_of_one_line(
    tmp_path: Path, damage: str, place: int, order: str
) -> None:
    """Wherever it is, and at the start too: the books of the intact lines, no gap, no other session."""
    if place == 0 and damage in {"end of session", "heartbeat"}:
        place = 2  # malformed at the start they are no different from the others
    step = 1 if order == "before its twin" else -1
    sent: list[Sent] = []
    for number, each in enumerate(GOOD):
        bad = DAMAGE[damage](each) if number == place else each
        sent += [(NASDAQ_A, bad), (NASDAQ_B, each)][::step]
    run = played(tmp_path, sent)
    whole = len(GOOD)

    if place == 0 and step == 1:
        assert bids(run)[: whole - 2] == list(range(whole, 2, -1))
    else:
        assert bids(run) == list(range(whole, 0, -1))
        assert (run.gaps, counted(run, "session_changes", "cleared", "gaps")) == ([], [0, 0, 0])
        assert {view.state for view in run.books} == {"SYNCHRONIZED"}
        assert run.counters["messages"] == whole


def bids(run: Replay) -> list[int]:
    """Prices of the bids, in whole units."""
    return [level.price // 1_000_000_000 for level in run.books[7].levels(Side.BID)]


def test_a_damaged_number_does_not_start_a_cme_channel_again(tmp_path: Path) -> None:
    """The packet is sent later than all before, and its number is lower."""
    sent: list[Sent] = []
    for number in range(1, 40):
        good = mdp3([channel_reset()], number, sent_at(number))
        bad = mdp3([channel_reset()], number & 15, sent_at(number)) if number == 20 else good
        sent += [(CME_A, bad), (CME_B, good)]
    run = played(tmp_path, sent, "cme.mdp3")

    assert counted(run, "session_changes", "gaps", "implausible", "messages") == [0, 0, 1, 39]


def test_a_session_that_changes_still_does(tmp_path: Path) -> None:
    """Nothing of the new one is lost to doubt; books hold the new one's orders alone."""
    again = [mold([add], number, OTHER) for number, add in enumerate(ADDS[10:15], 1)]
    run = played(tmp_path, [(NASDAQ_A, each) for each in [*GOOD[:5], *again]])

    assert counted(run, "session_changes", "cleared", "messages", "implausible") == [1, 1, 10, 0]
    assert bids(run) == [15, 14, 13, 12, 11]
    assert run.gaps == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_verify_judges_damage_as_the_engine_does(tmp_path: Path, damage: str) -> None:
    """The walk takes the same steps: digests, counters and gaps are equal."""
    sent: list[Sent] = []
    for number, each in enumerate(GOOD[:120]):
        bad = DAMAGE[damage](each) if number in {0, 40, 41} else each
        sent += [(NASDAQ_A, bad), *([(NASDAQ_B, each)] if number % 3 else [])]
    run = played(tmp_path, sent)
    report = verify(str(tmp_path / "tape.pcap"), "nasdaq.itch50")

    assert run.counters["frames"] == len(sent)
    assert report.divergence is None


# --- captures: other feeds ------------------------------------------------------------------------
def test_a_group_is_guessed_from_messages(tmp_path: Path) -> None:
    """Not from heartbeats; those before the first message count as foreign."""
    silent = [(ELSEWHERE, mold([], 1))] * (FOREIGN_AFTER + 3)
    run = played(tmp_path, [*silent, *[(ELSEWHERE, each) for each in GOOD[:5]]])

    assert counted(run, "foreign_group", "messages") == [FOREIGN_AFTER + 3, 5]
    assert [entry["guessed"] for entry in run.channels] == [True]


def test_framing_without_end_is_foreign(tmp_path: Path) -> None:
    """Python is asked no more."""
    run = played(tmp_path, [(ELSEWHERE, mold([], 1))] * (SILENT_MAX + 5) + [(ELSEWHERE, GOOD[0])])

    assert counted(run, "foreign_group", "datagrams") == [SILENT_MAX + 6, 0]


def test_messages_of_another_feed_in_the_same_framing(tmp_path: Path) -> None:
    """Types that this feed has not, or longer than this feed's: foreign, not one gap."""
    longer = [mold([add + b"\0"], 5 * number) for number, add in enumerate(ADDS, 1)]
    others = [mold([b"z" * 40], 3 * number) for number in range(1, 100)]
    sent: list[Sent] = [(ELSEWHERE, each) for each in longer]
    sent += [("239.1.2.4:4000", each) for each in others]
    run = played(tmp_path, [*sent, *[(NASDAQ_A, each) for each in GOOD[:5]]])

    assert counted(run, "foreign_group", "messages", "gaps") == [len(sent), 5, 0]
    assert len(run.channels) == 1


def test_a_guess_that_turns_out_wrong_is_given_up(tmp_path: Path) -> None:
    """One datagram looked like the feed's; what follows cannot be read."""
    junk = [mold([], 2)[:18] + b"\0\x02" + bytes([255, number]) for number in range(200)]
    sent = [(ELSEWHERE, GOOD[0]), *[(ELSEWHERE, each) for each in junk]]
    sent += [(NASDAQ_A, each) for each in GOOD[:5]]
    run = played(tmp_path, sent)
    report = verify(str(tmp_path / "tape.pcap"), "nasdaq.itch50")

    assert counted(run, "malformed_transport") == [MISFITS_MAX - 1]
    assert counted(run, "foreign_group") == [len(junk) - MISFITS_MAX + 1]
    assert any("given up" in note for note in run.notes)
    assert run.counters["messages"] == 6
    assert report.divergence is None


def test_a_named_group_is_never_given_up(tmp_path: Path) -> None:
    """The description says whose it is."""
    run = played(tmp_path, [(NASDAQ_A, each[:-1]) for each in GOOD[:50]] + [(NASDAQ_A, GOOD[0])])

    assert counted(run, "malformed_transport", "foreign_group", "messages") == [50, 0, 1]


@pytest.mark.parametrize(("feed", "other"), [("nasdaq.itch50", CME), ("cme.mdp3", ITCH)])
def test_two_feeds_in_one_run(feed: str, other: str) -> None:
    """Each run takes its own and calls the other foreign; nothing else is said on the terminal."""
    own = ITCH if feed == "nasdaq.itch50" else CME
    alone = document("replay", own, "-n", "--feed", feed)
    mixed = document("replay", own, other, "-n", "--feed", feed)
    differ = ("frames", "frame_bytes", "foreign_group")

    assert (mixed["exit_code"], mixed["digest"]) == (0, alone["digest"])
    assert mixed["counters"]["foreign_group"] == len(read(other))
    assert mixed["counters"] == alone["counters"] | {n: mixed["counters"][n] for n in differ}
    assert told(feedhandler("replay", own, other, "-n", "--feed", feed)) == []

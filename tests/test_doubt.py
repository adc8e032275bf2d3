"""Damaged and foreign datagrams as stories: what one packet says alone moves no sequence and clears no book.

First of the session kernel, in words; then of captures, from bytes to books and counters.
"""

import random
import struct
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import CME, ITCH, document, feedhandler, read, told
from hypothesis import given, settings
from hypothesis import strategies as st
from packets import SESSION, add_order, mdp3, mold
from session_story import A, B, Story, missing, passed
from tapes import CME_A, CME_B, NASDAQ_A, NASDAQ_B, Sent, channel_reset, played, sent_at

from feedhandler.counter import COUNT_MAX, Counter, count_more, new_counters
from feedhandler.engine.routing import FOREIGN_AFTER, SILENT_MAX
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.session import channel_header as row
from feedhandler.session.channel_header import FAR_UNITS, MISFITS_MAX, NEAR_UNITS, UNIT_MAX
from feedhandler.session.header import HEARTBEAT
from feedhandler.session.holding import Arbitration
from feedhandler.session.holding_kernel import FAR_COUNT, LATE_MAX
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


# --- the session: another name, another start -----------------------------------------------------
def test_one_other_name_changes_nothing() -> None:
    """It is left out, and what follows goes on; so does the next damaged one."""
    story = Story().take(1, name=1).take(2, name=9).take(2, name=1, line=B).take(3, name=8)
    story.take(3, name=1, line=B).end()

    assert story.told == ["1..1", "rival", "2..2", "rival", "3..3"]
    assert story.counted == {"implausible": 2}


def test_two_of_another_name_with_units_between_do_not_agree() -> None:
    """Another session on the same destination: the first one goes on, so it is the one."""
    story = Story().take(1, name=1)
    for number in range(2, 6):
        story.take(number + 100, name=9).take(number, name=1)
    story.end()

    assert passed(story.told) == [1, 2, 3, 4, 5]
    assert "new start" not in story.told
    assert story.counted == {"implausible": 4}


def test_a_copy_on_its_own_line_is_no_witness() -> None:
    """What damaged it may have doubled it; on the other line it is one."""
    alone = Story().take(1, name=1).take(2, name=1).take(1, name=2).take(1, name=2)
    both = Story().take(1, name=1).take(2, name=1).take(1, name=2).take(1, name=2, line=B)

    assert alone.told == ["1..1", "2..2", "rival", "drop"]
    assert both.told == ["1..1", "2..2", "rival", "new start", "1..1", "drop"]


def test_two_of_another_name_far_apart_do_not_agree() -> None:
    """The second waits in the place of the first."""
    far = NEAR_UNITS + 2
    story = Story().take(1, name=1).take(2, name=1).take(far, name=2).take(1, name=2)
    story.take(2, name=2)

    assert story.told == ["1..1", "2..2", "rival", "rival", "new start", "1..1", "2..2"]
    assert story.counted == {"implausible": 1}


def test_a_lower_number_sent_later_is_a_new_start_only_with_another_one() -> None:
    """A damaged number looks the same."""
    story = Story()
    for number in range(10, 20):
        story.take(number, sent=number)
    story.take(4, sent=20).take(20, sent=20, line=B).take(21, sent=21).end()

    assert passed(story.told) == list(range(10, 22))
    assert story.counted == {"implausible": 1}


def test_without_a_slot_the_first_of_another_session_is_lost() -> None:
    """And told as missing."""
    story = Story(arbitration=Arbitration(slots=0)).take(1, name=1).take(2, name=1)
    story.take(1, name=2).take(2, name=2).take(3, name=2)

    assert story.told == ["1..1", "2..2", "rival", "new start", "1..1 missing", "2..2", "3..3"]


def test_what_is_malformed_says_nothing() -> None:
    """Neither of another session, nor of a start, nor of an end, nor of a hole."""
    story = Story().take(99, malformed=True).take(1, name=1).take(2, name=1)
    for number in (1, 2, 3, 9):
        story.take(number, name=2, malformed=True)
    story.take(9, name=1, malformed=True).take(3, name=1)

    assert story.told == ["1..1", "2..2", "3..3"]


# --- the session: numbers -------------------------------------------------------------------------
@pytest.mark.parametrize("number", [-1, -(1 << 63), UNIT_MAX + 1, (1 << 63) - 1])
def test_numbers_that_cannot_be(number: int) -> None:
    """Not even at the start, nor under another name."""
    story = Story().take(number).take(1).take(number).take(number, name=7).take(2)

    assert passed(story.told) == [1, 2]
    assert story.counted == {"implausible": 3}


def test_a_damaged_start_is_given_up() -> None:
    """When two agree on another place, that is joined."""
    wild = 10 * NEAR_UNITS
    below = Story().take(wild).take(7).take(8).take(9)
    named = Story().take(7, name=9).take(8, name=1).take(9, name=1)
    late = Story().take(7, sent=900).take(8, sent=80).take(9, sent=90)

    assert below.told == [f"{wild}..{wild}", "rival", "new start", "7..7", "8..8", "9..9"]
    assert named.told == ["7..7", "rival", "new start", "8..8", "9..9"]
    assert late.told == ["7..7", "rival", "new start", "8..8", "9..9"]


def test_a_start_that_was_confirmed_stays() -> None:
    """A slower line brings what was before it: old, however far."""
    start = 10 * NEAR_UNITS
    story = Story().take(start).take(start + 1).take(7, line=B).take(8, line=B).take(start + 2)

    assert passed(story.told) == [start, start + 1, start + 2]
    assert story.counted == {"duplicates": 2, "duplicate_units": 2}


def test_a_nearer_damaged_number_is_told_by_its_own_line() -> None:
    """It would have passed as what it claims to be, as soon as the sequence came there."""
    claimed = 3 * LATE_MAX
    story = Story().take(1).take(claimed)
    for number in range(2, claimed + 10):
        story.take(number)

    assert passed(story.told) == list(range(1, claimed + 10))
    assert (story.told.count("hold"), story.counted["implausible"]) == (1, 1)


def test_what_both_lines_brought_early_is_believed() -> None:
    """However much one of them brings late."""
    story = Story().take(1)
    ahead = 3 * LATE_MAX
    story.take(ahead, line=A).take(ahead, line=B)
    for number in range(2, ahead):
        story.take(number, line=A)

    assert passed(story.told) == list(range(1, ahead + 1))
    assert story.counted == {"duplicates": 1, "duplicate_units": 1, "held": 1}


def test_far_ahead_without_room_is_believed_of_many() -> None:
    """But only while the sequence stands still."""
    far = 2 * FAR_UNITS
    story = Story(arbitration=Arbitration(slots=0)).take(1)
    for number in range(FAR_COUNT - 1):
        story.take(far + number)
    story.take(2)
    before = list(story.told)
    for number in range(FAR_COUNT):
        story.take(far + number)

    assert passed(before) == [1, 2]
    assert story.expected == far + FAR_COUNT
    assert missing(story.told) == list(range(3, far + FAR_COUNT - 1))


def test_a_heartbeat_repeated_shows_a_wide_loss() -> None:
    """Nothing else may come after an outage at the end of a day."""
    far = 2 * FAR_UNITS
    story = Story().take(1)
    for _ in range(FAR_COUNT):
        story.take(far, 0, kind=HEARTBEAT)
    story.pass_time(story.now + 1000)

    assert story.expected == far


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from([0.02, 0.1, 0.3]))
def test_damage_on_one_line_costs_nothing(seed: int, rate: float) -> None:
    """Of line A any number or name may be damaged: all units pass once, in order, none is missing."""
    rng, total = random.Random(seed), 150
    story = Story().take(1, name=5, sent=1)
    for number in range(2, total):
        name, first, sent = 5, number, number
        if rng.random() < rate:
            name ^= rng.choice((0, 1 << rng.randrange(63)))
            first ^= 1 << rng.randrange(10, 63)
        story.take(first, name=name, sent=sent, line=A)
        story.take(number, name=5, sent=number, line=B)
    story.end()

    assert passed(story.told) == list(range(1, total))
    assert (missing(story.told), "new start" in story.told) == ([], False)


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
    "one of bit 10": lambda each: flipped(each, 16, 4),
    "end of session": lambda each: each[:18] + b"\xff\xff" + each[20:],
    "heartbeat": lambda each: each[:18] + b"\0\0" + each[20:],
    "wild heartbeat": lambda each: sequence(each, 1 << 40)[:18] + b"\0\0",
    "cut": lambda each: each[:-1],
}


@pytest.mark.parametrize("first", [True, False], ids=["before its twin", "behind its twin"])
@pytest.mark.parametrize("place", [0, 1, 150, 395])
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damaged_datagram_of_one_line(
    tmp_path: Path,
    damage: str,
    place: int,
    first: bool,  # noqa: FBT001 (a case)
) -> None:
    """Wherever it is, and at the start too: the books of the intact lines, no gap, no other session."""
    if place == 0 and damage in {"end of session", "heartbeat"}:
        place = 2  # malformed at the start they are no different from the others
    sent: list[Sent] = []
    for number, each in enumerate(GOOD):
        bad = DAMAGE[damage](each) if number == place else each
        sent += [(NASDAQ_A, bad), (NASDAQ_B, each)][:: 1 if first else -1]
    run = played(tmp_path, sent)
    whole = len(GOOD)

    if place == 0 and first:
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


# --- counters -------------------------------------------------------------------------------------
def test_a_counter_that_is_full_stays_so() -> None:
    """It neither overflows nor turns negative."""
    counters = new_counters()
    for number in (5, COUNT_MAX - 6, 1, 1, 1 << 70):
        count_more(counters, Counter.GAP_UNITS, number)

    assert counters[Counter.GAP_UNITS] == COUNT_MAX


def test_units_missing_of_a_line_do_not_overflow() -> None:
    """Two believed losses of nearly all numbers there are."""
    story = Story().take(1, name=1)
    for name in range(1, 200):
        far = UNIT_MAX - 1000
        for number in range(FAR_COUNT):
            story.take(far + number, name=name)
        story.pass_time(story.now + 1000)
        story.take(1, name=name + 1).take(2, name=name + 1)
    lost = story.line(A, row.LINE_LOST)

    assert 100 * UNIT_MAX > lost >= 50 * UNIT_MAX or lost == 1 << 62

"""The session kernel as stories: datagrams of one channel go in, a list of what was done with them comes out.

The invariant of the last two: of all units on all lines every one passes once and in order, or is in exactly one
reported gap.
"""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from session_story import A, B, Story, passed, units

from feedhandler.session import channel_header as session
from feedhandler.session.channels import Channels
from feedhandler.session.header import END_OF_SESSION, HEARTBEAT, UNSEQUENCED


# --- one line -------------------------------------------------------------------------------------
def test_units_in_order_pass() -> None:
    """The first datagram sets the place, wherever it is."""
    story = Story().take(500, 3).take(503).take(504, 2)

    assert story.told == ["500..502", "503..503", "504..505"]
    assert story.expected == 506
    assert story.counted == {}


def test_a_gap_is_told_with_its_range_and_passed() -> None:
    """What showed it is taken; what was missing is old from then on."""
    story = Story().take(1).take(4, 2).end().take(2).take(6)

    assert story.told == ["1..1", "hold", "2..3 missing", "4..5", "drop", "6..6"]
    assert story.counted == {"duplicates": 1, "duplicate_units": 1, "held": 1}


def test_a_heartbeat_shows_the_loss_of_the_last_datagram() -> None:
    """Its number is the next expected; in time it changes nothing."""
    story = Story().take(1, 2).take(3, 0, kind=HEARTBEAT).take(5, 0, kind=HEARTBEAT).end().take(5)

    assert story.told == ["1..2", "drop", "hold", "3..4 missing", "drop", "5..5"]
    assert story.counted == {"heartbeats": 2, "held": 1}


def test_the_end_of_a_session_is_counted_once() -> None:
    """It is sent several times on every line; it too shows what is missing before it."""
    story = Story().take(1)
    for line in (A, B, A, B):
        story.take(3, 0, kind=END_OF_SESSION, line=line)
    story.end().take(3, 0, kind=END_OF_SESSION)

    assert story.told == ["1..1", "hold", "twin", "twin", "twin", "2..2 missing", "end", "drop"]
    assert story.counted == {"duplicates": 3, "end_of_session": 1, "held": 1}
    assert story.channels.report()[0]["ended"]


def test_a_transport_without_numbers_is_taken_as_it_comes() -> None:
    """The engine counts its units, so events have a number."""
    story = Story().take(0, 3, kind=UNSEQUENCED).take(0, 2, kind=UNSEQUENCED)

    assert story.told == ["1..3", "4..5"]


# --- two lines ------------------------------------------------------------------------------------
def test_the_first_copy_passes() -> None:
    """Whichever line brings it; each line knows how often it was the first."""
    story = Story().take(1, 2, line=A).take(1, 2, line=B).take(3, line=B).take(3, line=A)

    assert story.told == ["1..2", "drop", "3..3", "drop"]
    assert story.counted == {"duplicates": 2, "duplicate_units": 3}
    assert [story.line(line, session.LINE_FIRST) for line in (A, B)] == [1, 1]


def test_lines_may_be_cut_differently() -> None:
    """An old prefix is trimmed, a datagram in the middle of another one is old."""
    story = Story().take(1, 2, line=B).take(1, 3, line=A).take(3, 4, line=B).take(4, 2, line=A)

    assert story.told == ["1..2", "3..3", "4..6", "drop"]
    assert story.counted == {"duplicates": 1, "duplicate_units": 5, "trimmed": 2}


def test_what_was_not_decoded_was_not_there() -> None:
    """A malformed datagram moves nothing: its twin on the other line passes."""
    healed = Story().take(1).take(2, 2, malformed=True).take(2, 2, line=B).take(4)
    lost = Story().take(1).take(2, 2, malformed=True).take(4).end()
    early = Story().take(1).take(9, malformed=True).end()

    assert healed.told == ["1..1", "2..3", "4..4"]
    assert lost.told == ["1..1", "hold", "2..3 missing", "4..4"]
    assert early.told == ["1..1"]


# --- another start --------------------------------------------------------------------------------
def test_another_session_starts_at_one() -> None:
    """Two datagrams with its name say so; what it lacks at its start is a gap."""
    story = Story().take(7, name=1).take(8, name=1).take(1, name=2).take(2, name=2)
    late = Story().take(7, name=1).take(8, name=1).take(3, name=2).take(4, name=2).end()

    assert story.told == ["7..7", "8..8", "rival", "new start", "1..1", "2..2"]
    assert late.told == [
        "7..7", "8..8", "rival", "new start", "hold", "1..2 missing", "3..3", "4..4",
    ]  # fmt: skip


def test_the_slower_line_still_brings_the_session_before() -> None:
    """That is old, however the numbers lie; the new session goes on."""
    story = Story().take(1, name=1).take(2, name=1).take(1, name=1, line=B).take(1, name=2)
    story.take(2, name=2).take(2, name=1, line=B).take(3, 0, kind=HEARTBEAT, name=1, line=B)
    story.take(3, name=2).take(1, name=2, line=B).take(2, name=2, line=B)

    assert story.told == [
        "1..1", "2..2", "drop", "rival", "new start", "1..1", "2..2", "drop", "drop", "3..3", "drop",
        "drop",
    ]  # fmt: skip
    assert story.counted == {"duplicates": 4, "duplicate_units": 4, "heartbeats": 1}


def test_a_session_that_goes_on_after_all_is_taken_back() -> None:
    """Units of the session before that nobody has seen are no stragglers; the gap is told."""
    story = Story().take(1, name=1).take(2, name=1).take(1, name=2).take(2, name=2)
    story.take(3, name=1).take(4, name=1).end()

    assert story.told == [
        "1..1", "2..2", "rival", "new start", "1..1", "2..2", "rival", "new start", "hold",
        "1..2 missing", "3..3", "4..4",
    ]  # fmt: skip


def test_a_restart_is_told_from_a_duplicate_by_its_send_time() -> None:
    """A lower number sent later than all before is a new start; sent earlier, it is old."""
    story = Story().take(8, sent=80).take(9, sent=90).take(8, sent=80, line=B)
    story.take(1, sent=95).take(2, sent=96)

    assert story.told == ["8..8", "9..9", "drop", "rival", "new start", "1..1", "2..2"]


def test_after_a_restart_what_was_sent_before_it_is_old() -> None:
    """Be its number lower, higher, or just the next one expected."""
    story = Story().take(1, sent=10).take(2, sent=20).take(9, sent=30).end().take(1, sent=50)
    story.take(1, sent=50, line=B)
    for number, sent in ((1, 10), (2, 20), (9, 30)):
        story.take(number, sent=sent, line=B)
    story.take(1, sent=50, line=B).take(2, sent=60)

    assert story.told == [
        "1..1", "2..2", "hold", "3..8 missing", "9..9", "rival", "new start", "1..1", *["drop"] * 5, "2..2",
    ]  # fmt: skip


def test_a_loop_starts_again_without_a_word() -> None:
    """Snapshots come round after round, on both lines, and rounds may lose packets."""
    story = Story("snapshot").take(1, sent=1).take(2, sent=2).take(1, sent=1, line=B)
    story.take(1, sent=5).take(2, sent=2, line=B).take(1, sent=5, line=B).take(3, sent=7)
    story.take(1, sent=9)

    assert story.told == [
        "1..1", "2..2", "drop", "1..1", "drop", "drop", "hold", "2..2 missing", "3..3", "1..1",
    ]  # fmt: skip


# --- any order ------------------------------------------------------------------------------------
CUTS = st.lists(st.integers(1, 4), min_size=1, max_size=12)


def pieces(cuts: list[int], total: int) -> list[tuple[int, int]]:
    """Units 1..total cut into datagrams, over and over in these sizes."""
    made, first = [], 1
    while first <= total:
        count = min(cuts[len(made) % len(cuts)], total + 1 - first)
        made.append((first, count))
        first += count
    return made


@settings(max_examples=150, deadline=None)
@given(CUTS, CUTS, st.lists(st.booleans(), max_size=60))
def test_two_whole_lines_give_every_unit_once(
    a: list[int], b: list[int], order: list[bool]
) -> None:
    """However each line is cut and whichever is ahead: all units, in order, no gap."""
    story = Story()
    waiting = {A: pieces(a, 20), B: pieces(b, 20)}
    for from_b in [*order, *[False] * 20, *[True] * 20]:
        line = B if from_b else A
        if waiting[line]:
            first, count = waiting[line].pop(0)
            story.take(first, count, line=line)

    assert passed(story.told) == list(range(1, 21))
    assert int(story.state[session.UNITS]) == 20


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4)), min_size=1, max_size=40))
def test_whatever_comes_is_taken_once_or_missing_once(datagrams: list[tuple[int, int]]) -> None:
    """Lost, late and repeated datagrams: what passes and what is missing make up one run."""
    story = Story()
    for first, count in datagrams:
        story.take(first, count)
    story.end()
    told = [each.removesuffix(" missing") for each in story.told if each[0].isdigit()]

    assert units(told) == list(range(datagrams[0][0], story.expected))


# --- channels for people --------------------------------------------------------------------------
def test_channels_grow_and_keep_what_they_knew() -> None:
    """More of them than the table had rows."""
    channels = Channels(rows=1)
    for number in range(5):
        opened = channels.open(number, f"c{number}", "incremental", known=True, day_ns=number)
        channels.table[opened.row, session.UNITS] = number

    assert [row["accepted"] for row in channels.report()] == list(range(5))
    assert channels.find(3, "incremental") is channels.channels[3]
    assert channels.find(3, "snapshot") is None


def test_the_same_without_the_jit() -> None:
    """Every story holds for the kernel as ordinary Python."""
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            __file__,
        ],
        cwd=Path(__file__).parent,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:]

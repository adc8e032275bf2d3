"""What one datagram says alone: it moves no sequence and starts nothing anew; stories of the session kernel."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from session_story import A, B, Story, missing, passed

from feedhandler.counter import COUNT_MAX, Counter, count_more, new_counters
from feedhandler.session import channel_header as row
from feedhandler.session.channel_header import FAR_UNITS, UNIT_MAX
from feedhandler.session.header import HEARTBEAT
from feedhandler.session.holding import Arbitration
from feedhandler.session.holding_kernel import FAR_COUNT, LATE_MAX


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

    assert alone.told == ["1..1", "2..2", "rival", "rival"]
    assert alone.counted == {"duplicates": 1, "duplicate_units": 1}
    assert both.told == ["1..1", "2..2", "rival", "new start", "1..1", "drop"]


def test_two_of_another_name_far_apart_do_not_agree() -> None:
    """The second waits in the place of the first."""
    far = FAR_UNITS + 2
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
    wild = 10 * FAR_UNITS
    below = Story().take(wild).take(7).take(8).take(9)
    named = Story().take(7, name=9).take(8, name=1).take(9, name=1)
    late = Story().take(7, sent=900).take(8, sent=80).take(9, sent=90)

    assert below.told == [f"{wild}..{wild}", "rival", "new start", "7..7", "8..8", "9..9"]
    assert named.told == ["7..7", "rival", "new start", "8..8", "9..9"]
    assert late.told == ["7..7", "rival", "new start", "8..8", "9..9"]


def test_a_start_that_was_confirmed_stays() -> None:
    """A slower line brings what was before it: old, however far."""
    start = 10 * FAR_UNITS
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
@given(st.integers(0, 1 << 32), st.sampled_from([0.01, 0.05, 0.1]))
def test_damage_on_one_line_costs_nothing(seed: int, rate: float) -> None:
    """Of line A any number or name may be damaged: all units pass once, in order, none is missing."""
    rng, total = random.Random(seed), 150
    story = Story().take(1, name=5, sent=1)
    for number in range(2, total):
        name, first, sent = 5, number, number
        if rng.random() < rate:
            name ^= rng.choice((0, 1 << rng.randrange(63)))
            first ^= 1 << rng.randrange(13, 63)
        story.take(first, name=name, sent=sent, line=A)
        story.take(number, name=5, sent=number, line=B)
    story.end()

    assert passed(story.told) == list(range(1, total))
    assert (missing(story.told), "new start" in story.told) == ([], False)


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


def test_the_same_without_the_jit() -> None:
    """Every story holds for the kernels as ordinary Python."""
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__],
        cwd=Path(__file__).parent, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2000:]

"""What comes early waits, and what is missing is a gap only when neither line brought it: stories and an oracle.

The oracle is naive on purpose: of units 1 .. n it says which were brought by any line at all. Given time,
exactly those must pass, once and in order, and the others must be the gaps.
"""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from session_story import ENOUGH, A, B, Story, missing, passed
from session_story import units as units_of

from feedhandler.session import channel_header as row
from feedhandler.session import due_kernel
from feedhandler.session import holding_kernel as holding
from feedhandler.session.channel_header import FAR_UNITS
from feedhandler.session.header import END_OF_SESSION, HEARTBEAT
from feedhandler.session.holding import SLOTS_MAX, Arbitration, Holding, holding_bytes
from feedhandler.session.holding_kernel import FAR_COUNT

PATIENT = Arbitration(gap_timeout_ns=1 << 40, gap_count=1, slots=512)


def test_slots_have_a_limit_and_a_size() -> None:
    """What was asked for is what is taken, but for a few words; more than the limit is refused."""
    held = Holding(Arbitration(slots=7))

    assert holding_bytes(7) == held.slots.nbytes + held.store.nbytes
    with pytest.raises(ValueError, match=f"slots is {SLOTS_MAX + 1}: {SLOTS_MAX} or less"):
        Arbitration(slots=SLOTS_MAX + 1)


# --- the wait -------------------------------------------------------------------------------------
def test_what_one_line_lost_the_slower_one_brings() -> None:
    """The hole is filled and what waited is released at once, in order."""
    story = Story().take(1).take(3).take(4).take(1, line=B).take(2, line=B).take(3, line=B)

    assert story.told == ["1..1", "hold", "hold", "drop", "2..2", "3..3", "4..4", "drop"]
    assert story.counted["held"] == 2


def test_a_line_out_of_order_loses_nothing() -> None:
    """One line is enough: its later datagram fills the hole of its earlier one."""
    story = Story().take(1).take(3, 2).take(2).take(5)

    assert story.told == ["1..1", "hold", "2..2", "3..4", "5..5"]
    assert story.line(A, row.LINE_LOST) == 0


def test_a_gap_takes_the_time_and_the_count() -> None:
    """Neither of them alone."""
    quiet = Story().take(1, at=10).take(3, at=20).pass_time(1000)
    hasty = Story().take(1, at=10).take(3, at=20).take(4, at=30).take(5, at=119)
    both = Story().take(1, at=10).take(3, at=20).take(4, at=30).pass_time(120)
    later = Story().take(1, at=10).take(3, at=20).pass_time(1000).take(4, at=1001)

    assert quiet.told == ["1..1", "hold"]
    assert hasty.told == ["1..1", "hold", "hold", "hold"]
    assert both.told == ["1..1", "hold", "hold", "2..2 missing", "3..3", "4..4"]
    assert later.told == both.told


def test_a_copy_counts_as_one_that_came_from_beyond() -> None:
    """Both lines have passed the hole."""
    story = Story().take(1, at=10).take(3, at=20).take(3, at=25, line=B).pass_time(120)

    assert story.told == ["1..1", "hold", "twin", "2..2 missing", "3..3"]
    assert story.counted["duplicates"] == 1


def test_the_wait_begins_again_when_the_sequence_moves() -> None:
    """Behind a slower line the hole is not lost yet."""
    story = Story().take(1, at=10).take(9, at=20).take(10, at=21)
    for number in range(2, 8):
        story.take(number, line=B, at=20 + 90 * number)
    story.take(8, line=B, at=740)

    assert missing(story.told) == []
    assert passed(story.told) == list(range(1, 11))


def test_the_wait_for_a_second_hole_has_begun_already() -> None:
    """It was seen when what lies behind it came, not when the first hole was given up."""
    story = Story().take(1, at=10).take(3, at=20).take(5, at=30).take(6, at=31)

    assert story.pass_time(119).told == ["1..1", "hold", "hold", "hold"]
    assert story.pass_time(120).told[4:] == ["2..2 missing", "3..3"]
    assert story.pass_time(130).told[6:] == ["4..4 missing", "5..5", "6..6"]


def test_without_a_clock_the_count_alone_decides() -> None:
    """Every frame comes at time 0."""
    story = Story()
    story.now = 0
    for number in (1, 3, 4, 5):
        story.take(number, at=0)

    assert story.told == ["1..1", "hold", "hold", "2..2 missing", "3..3", "4..4", "5..5"]


def test_a_clock_that_steps_back_begins_the_wait_again() -> None:
    """Not a wait until the clock is where it was."""
    story = Story().take(1, at=10_000).take(3, at=10_010).take(4, at=20).pass_time(120)

    assert story.told == ["1..1", "hold", "hold", "2..2 missing", "3..3", "4..4"]


def test_the_end_of_input_releases_all() -> None:
    """Hole by hole."""
    story = Story().take(1).take(3).take(7, 2).end()

    assert passed(story.told) == [1, 3, 7, 8]
    assert missing(story.told) == [2, 4, 5, 6]


def test_a_late_heartbeat_is_no_gap() -> None:
    """A runs ahead of the heartbeat of B; both holes and heartbeats wait."""
    story = Story().take(1).take(3, 0, kind=HEARTBEAT).take(2, line=B).take(3)

    assert story.told == ["1..1", "hold", "2..2", "drop", "3..3"]


def test_the_end_of_a_session_waits_for_its_last_unit() -> None:
    """It is the end when all before it is there."""
    story = Story().take(1).take(3, 0, kind=END_OF_SESSION)
    before = story.state[row.ENDED]
    story.take(2, line=B)

    assert (before, story.state[row.ENDED]) == (0, 1)


# --- copies that differ ---------------------------------------------------------------------------
def test_a_damaged_copy_does_not_keep_the_good_one_out() -> None:
    """It is not held at all: what cannot be decoded shows no hole."""
    story = Story().take(1).take(3, malformed=True).take(3, line=B).take(2)

    assert story.told == ["1..1", "hold", "2..2", "3..3"]


def test_copies_cut_differently() -> None:
    """What is old by the time it is released is dropped, or trimmed."""
    story = Story().take(1).take(3, 2).take(3, 3, line=B).take(4, 1, line=B).take(2)

    assert passed(story.told) == [1, 2, 3, 4, 5]
    assert (story.counted["trimmed"], story.counted["duplicates"]) == (1, 1)


# --- limits ---------------------------------------------------------------------------------------
def test_when_no_slot_is_left_the_first_hole_is_a_gap() -> None:
    """What waits is released, and the datagram finds room."""
    story = Story(arbitration=Arbitration(slots=3)).take(1)
    for number in (3, 4, 5, 7):
        story.take(number)

    assert story.told == [
        "1..1", "hold", "hold", "hold", "2..2 missing", "3..3", "4..4", "5..5", "hold",
    ]  # fmt: skip
    assert story.counted["hold_full"] == 1


@pytest.mark.parametrize("first", [3, 7])
def test_without_any_slot_every_hole_is_a_gap(first: int) -> None:
    """As with a handler that waits for nothing."""
    story = Story(arbitration=Arbitration(slots=0)).take(1).take(first)

    assert story.told == ["1..1", f"2..{first - 1} missing", f"{first}..{first}"]


def test_one_damaged_number_moves_no_sequence() -> None:
    """Far ahead is believed of many, not of one."""
    wild = 2 * FAR_UNITS
    story = Story().take(1).take(wild).take(2).take(3).end().take(4)
    nowhere = Story(arbitration=Arbitration(slots=0)).take(1).take(wild).take(2)

    assert story.told == ["1..1", "hold", "2..2", "3..3", "not believed", "4..4"]
    assert story.counted["implausible"] == nowhere.counted["implausible"] == 1
    assert passed(nowhere.told) == [1, 2]
    assert story.line(A, row.LINE_LOST) == 0


def test_a_sequence_that_really_is_far_ahead() -> None:
    """After an outage: enough different datagrams, and the time."""
    story = Story().take(1, at=10)
    far = 10 * FAR_UNITS
    for number in range(FAR_COUNT):
        story.take(far + number, at=20)
    story.pass_time(200)

    assert story.expected == far + FAR_COUNT
    assert story.told[FAR_COUNT + 1] == f"2..{far - 1} missing"


# --- another start --------------------------------------------------------------------------------
def test_nothing_starts_anew_while_something_waits() -> None:
    """The old sequence is brought to its end first."""
    named = Story().take(1, name=1).take(3, name=1).take(1, name=2).take(2, name=2)
    timed = Story().take(7, sent=10).take(9, sent=12).take(1, sent=20).take(2, sent=21)
    ending = ["new start", "1..1", "2..2"]

    assert named.told == ["1..1", "hold", "rival", "2..2 missing", "3..3", *ending]
    assert timed.told == ["7..7", "hold", "rival", "8..8 missing", "9..9", *ending]


# --- the lines ------------------------------------------------------------------------------------
def test_each_line_knows_what_it_lost() -> None:
    """What it brings late, once or twice, is no loss; what another line brings is."""
    story = Story()
    for number in (1, 2, 5, 6, 9):
        story.take(number, line=A)
    for number in range(1, 10):
        story.take(number, line=B)
    story.take(3, 2, line=A).take(3, 2, line=A)

    assert [story.line(line, row.LINE_LOST) for line in (A, B)] == [2, 0]
    assert passed(story.told) == list(range(1, 10))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from([1, FAR_UNITS, 3 * FAR_UNITS]))
def test_lines_run_on_while_a_hole_is_waited_for(seed: int, hole: int) -> None:
    """However wide it is, and however far they get meanwhile: lost is what lies between, and was not brought."""
    rng, story = random.Random(seed), Story(arbitration=PATIENT).take(1).take(1, line=B)
    brought = {A: {1}, B: {1}}
    for first in range(2 + hole, 2 + hole + 3 * FAR_UNITS, 40):
        for line, stays in ((A, 0.03), (B, 0.3)):
            if rng.random() >= stays or first == 2 + hole:
                story.take(first, 40, line=line)
                brought[line].update(range(first, first + 40))

    lost = {line: set(range(1, max(units))) - units for line, units in brought.items()}
    believed = {line: story.line(line, row.LINE_NEXT) - 1 for line in lost}
    assert believed == {line: max(units) for line, units in brought.items()}
    assert {line: story.line(line, row.LINE_LOST) for line in lost} == {
        line: len(units) for line, units in lost.items()
    }


def test_one_number_that_is_too_far_is_not_believed_of_a_line() -> None:
    """Nor when it comes twice, or as a heartbeat; what follows on it says that it is so."""
    story = Story().take(1).take(9000).take(9000).take(7000, 0, kind=HEARTBEAT).take(2)

    assert [story.line(A, word) for word in (row.LINE_NEXT, row.LINE_LOST)] == [3, 0]
    story.take(9000, 2).take(9002)
    assert [story.line(A, word) for word in (row.LINE_NEXT, row.LINE_LOST)] == [9003, 8997]


def test_a_hole_in_the_middle_of_a_hole() -> None:
    """What is filled in its middle leaves two."""
    story = Story().take(1).take(11).take(5, 2).take(2, 3).take(9, 2)

    assert story.line(A, row.LINE_LOST) == 2
    assert story.take(7, 2).line(A, row.LINE_LOST) == 0


def test_which_line_is_ahead_and_by_how_much() -> None:
    """The lead of the line that was first, of one sample at a time."""
    story = Story()
    for number, lead in enumerate((30, 10, 20), 1):
        story.take(number, line=A, at=number * 100)
        story.take(number, line=B, at=number * 100 + lead)
    story.take(4, line=B, at=400).take(4, line=A, at=405)
    words = (row.LEAD_COUNT, row.LEAD_SUM, row.LEAD_MIN, row.LEAD_MAX)

    assert [story.line(A, word) for word in words] == [3, 60, 10, 30]
    assert [story.line(B, word) for word in words] == [1, 5, 5, 5]
    assert story.channels.report()[0]["lines"] == []


def test_leads_of_what_was_held_or_trimmed() -> None:
    """They are leads, too; a clock that stepped back measures none."""
    held = Story().take(1, at=10).take(3, at=20).take(3, at=27, line=B)
    cut = Story().take(1, at=10).take(1, 2, at=14, line=B)
    back = Story().take(1, at=10).take(1, at=5, line=B)

    assert held.line(A, row.LEAD_SUM) == 7
    assert cut.line(A, row.LEAD_SUM) == 4
    assert back.line(A, row.LEAD_COUNT) == 0


def test_a_line_that_dies_and_comes_back() -> None:
    """Silent is a line that brings nothing while the other does; a quiet market is no fault."""
    story = Story().take(1, at=1000).take(1, at=1000, line=B)
    for number in range(2, 12):
        story.take(number, at=1000 + 300 * number)
    during = story.line(B, row.LINE_SILENT)
    story.take(11, at=5000, line=B).pass_time(6000).pass_time(900_000)

    assert [each for each in story.told if each[0] == "B"] == ["B silent", "B back"]
    assert (during, story.line(B, row.LINE_SILENT)) == (1000, 0)
    assert story.counted["line_silences"] == 1


def test_a_quiet_market_silences_no_line() -> None:
    """One line is always the first to speak again."""
    story = Story()
    for number, at in enumerate(range(1000, 100_000, 5000), 1):
        story.take(number, at=at).take(number, at=at + 2, line=B)

    assert [each for each in story.told if each.endswith(("silent", "back"))] == []


@pytest.mark.parametrize("silence_ns", [1, 3])
def test_a_silence_that_is_shorter_than_a_look(silence_ns: int) -> None:
    """Lines are looked at again and again within it, and never twice at one moment, which would go on for ever."""
    story = Story(arbitration=replace(ENOUGH, silence_ns=silence_ns))
    kept = story.channels.holding
    story.take(1, at=1000).take(1, at=1001, line=B)
    found = [
        due_kernel.due(story.channels.table, kept.watch, kept.slots, now, story.counters)
        for now in (2000, 2000, 2000, 2000)
    ]

    assert found[-1] == due_kernel.NOTHING
    assert kept.watch[holding.DEADLINE] == 2001


# --- the oracle -----------------------------------------------------------------------------------
def sent_on(rng: random.Random, total: int, loss: float, window: int) -> list[tuple[int, int]]:
    """Units 1 .. total cut into datagrams at random, some lost, some twice, all a little out of order."""
    made: list[tuple[float, int, int]] = []
    first = 1
    while first <= total:
        count = min(rng.choice((1, 1, 1, 2, 5)), total + 1 - first)
        copies = sum(rng.random() >= loss for _ in range(rng.choice((1, 1, 1, 2))))
        made.extend((first + rng.uniform(0, window), first, count) for _ in range(copies))
        first += count
    return [(first, count) for _, first, count in sorted(made)]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from([0.0, 0.05, 0.3]), st.sampled_from([0, 3, 20]))
def test_every_unit_that_any_line_brought_passes_once(seed: int, loss: float, window: int) -> None:
    """Given time: in order, and the gaps are what no line brought."""
    rng, total = random.Random(seed), 60
    lines = {A: sent_on(rng, total, loss, window), B: sent_on(rng, total, loss, window)}
    story = Story(arbitration=PATIENT).take(1)
    brought = {1}
    while any(lines.values()):
        line = rng.choice([line for line in lines if lines[line]])
        first, count = lines[line].pop(0)
        story.take(first, count, line=line)
        brought.update(range(first, first + count))
    story.end()

    assert passed(story.told) == sorted(brought)
    assert missing(story.told) == sorted(set(range(1, max(brought))) - brought)
    assert story.counted.get("held", 0) == story.told.count("hold")


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 1 << 32), st.sampled_from([0, 3, 30, 1000]), st.sampled_from([1, 2, 5]),
    st.sampled_from([0, 2, 64]),
)  # fmt: skip
def test_however_impatient_nothing_passes_twice_or_out_of_order(
    seed: int, timeout: int, count: int, slots: int
) -> None:
    """What passes and what is missing make up one run, and no slot is lost."""
    rng, total = random.Random(seed), 60
    lines = {A: sent_on(rng, total, 0.2, 9), B: sent_on(rng, total, 0.2, 9)}
    story = Story(
        arbitration=Arbitration(gap_timeout_ns=timeout, gap_count=count, slots=slots)
    ).take(1)
    while any(lines.values()):
        line = rng.choice([line for line in lines if lines[line]])
        first, units = lines[line].pop(0)
        story.take(first, units, line=line, at=story.now + rng.choice((0, 1, 5)))
    story.end()

    told = [each.removesuffix(" missing") for each in story.told if each[0].isdigit()]
    assert units_of(told) == list(range(1, story.expected))
    assert free_slots(story) == slots


def free_slots(story: Story) -> int:
    """How many slots hold nothing."""
    kept, count = story.channels.holding, 0
    slot = int(kept.watch[holding.FREE])
    while slot:
        slot, count = int(kept.slots[slot, holding.SLOT_NEXT]), count + 1
    return count

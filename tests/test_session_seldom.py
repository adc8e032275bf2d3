"""What seldom happens to a channel: full tables, settings that cannot be, loops in the same instant, odd lengths held."""

import pytest
from session_story import A, B, Story, passed

from feedhandler.session.backend import Peer, Transport
from feedhandler.session.channel_header import FAR_UNITS, LEAD_COUNT, RECOVERY_LINE
from feedhandler.session.channels import Channels
from feedhandler.session.holding import Arbitration
from feedhandler.session.holding_kernel import FAR_COUNT, LATE_MAX, same_bytes


def test_a_loop_begins_again_in_the_instant_of_its_end() -> None:
    """Send times are coarse: the end of the pass tells, not the time; before the end it is a copy."""
    story = Story("snapshot").take(1, sent=5).take(2, sent=5).take(1, sent=5, line=B)
    story.take(3, sent=5, ends_loop=True).take(1, sent=5).take(2, sent=5)

    assert story.told == ["1..1", "2..2", "drop", "3..3", "1..1", "2..2"]
    assert story.counted == {"duplicates": 1, "duplicate_units": 1}


def test_a_rival_without_a_slot_leaves_nothing_behind() -> None:
    """Three damaged names, and no room to keep one of them."""
    story = Story(arbitration=Arbitration(slots=0)).take(1, name=1).take(2, name=1)
    story.take(3, name=7).take(3, name=8).take(3, name=9).take(3, name=1).end()

    assert (passed(story.told), story.counted) == ([1, 2, 3], {"implausible": 3})


def test_the_furthest_of_two_damaged_numbers_goes_first() -> None:
    """Their line goes on below both; what is held of another line stays."""
    story = Story().take(1)
    story.take(9 * LATE_MAX, line=A).take(7 * LATE_MAX, line=A)
    for number in range(2, LATE_MAX + 4):
        story.take(number)

    assert story.counted == {"held": 2, "implausible": 2}
    assert passed(story.told) == [*range(1, LATE_MAX + 4)]


def test_damaged_numbers_do_not_agree_however_many_they_are() -> None:
    """Twenty far ahead at the end of an input, each elsewhere: none is believed, and nothing is missing."""
    story = Story().take(1)
    for number in range(2, 22):
        story.take(number ^ 1 << (20 + number), line=A).take(number, line=B)
    story.pass_time(story.now + 10_000).end()

    assert passed(story.told) == [*range(1, 22)]
    assert story.told[-1] == "not believed"
    assert story.counted == {"held": 20, "implausible": 20}


def test_an_outage_is_believed_though_a_damaged_number_lies_in_it() -> None:
    """Many agree on what is behind it."""
    story = Story().take(1).take(3 * FAR_UNITS)
    for number in range(FAR_COUNT):
        story.take(9 * FAR_UNITS + number)
    story.pass_time(story.now + 10_000)

    assert story.expected == 9 * FAR_UNITS + FAR_COUNT


def test_a_table_grows_up_to_a_limit() -> None:
    """By doubling, from one row."""
    channels = Channels(rows=1)
    rows = [channels.open(k, "", "incremental", known=True, day_ns=0) for k in range(4096)]

    assert [channel.row for channel in rows] == [*range(4096)]
    with pytest.raises(OverflowError, match="more than 4096 channels"):
        channels.open(1, "", "incremental", known=True, day_ns=0)


def test_one_channel_in_a_table_of_one() -> None:
    """Behind the last row there is none to look at; where nothing comes on any line, none is silent."""
    story = Story()
    story.channels.table = story.channels.table[:1].copy()
    story.take(1, at=10).take(1, at=11, line=B).take(3, at=20).take(4, at=30).pass_time(5000)

    assert story.told == ["1..1", "drop", "hold", "hold", "2..2 missing", "3..3", "4..4"]
    assert [story.pass_time(now).told[7:] for now in range(5000, 9000, 500)] == [[]] * 8


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 23])
def test_datagrams_are_compared_to_their_last_byte(length: int) -> None:
    """A twin that differs anywhere is none."""
    import numpy as np  # noqa: PLC0415

    one = np.arange(length + 1, dtype=np.uint8)
    for place in range(length):
        other = one.copy()
        other[place] ^= 1
        assert not same_bytes(one.ctypes.data, other.ctypes.data, length)
    assert same_bytes(one.ctypes.data, one.copy().ctypes.data, length)


@pytest.mark.parametrize(
    ("setting", "number"), [("gap_timeout_ns", -1), ("gap_count", 0), ("slots", 1 << 63)]
)
def test_settings_that_cannot_be(setting: str, number: int) -> None:
    """Told with what is expected."""
    with pytest.raises(ValueError, match=f"{setting} is {number}: "):
        Arbitration(**{setting: number})


def test_a_peer_is_named() -> None:
    """As the command line takes it."""
    assert str(Peer(Transport.UDP, "10.0.0.1", 26477)) == "udp:10.0.0.1:26477"


def test_what_was_asked_for_again_measures_no_lead() -> None:
    """A copy of it is a copy, of what passed and of what is held; when it comes tells nothing of the lines."""
    story = Story().take(1).take(1, line=RECOVERY_LINE)
    story.take(3).take(3, line=RECOVERY_LINE).take(2, line=RECOVERY_LINE)

    assert story.told == ["1..1", "drop", "hold", "twin", "2..2", "3..3"]
    assert [story.line(line, LEAD_COUNT) for line in (A, B)] == [0, 0]

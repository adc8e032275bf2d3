"""What each line brings: what it lost, which line is ahead and by how much, which has fallen silent.

A line in step costs one comparison a datagram. Only what does not follow on what the line brought before is
looked at: a jump is a loss of this line, and the last few of its holes are kept, so that what it brings late is
no loss after all.

Leads are sampled. One unit at a time is remembered with the time of its first copy; when another line brings
it, the difference is noted for the line that was first, and the next accepted unit is the next sample.
"""

from typing import Any, Final

from feedhandler.jit import hot, i64, kernel
from feedhandler.session.channel_header import (
    APART_END,
    APART_FIRST,
    AWAITED,
    ENDED,
    EXPECTED,
    FAR_UNITS,
    HOLES,
    HOLES_MAX,
    LEAD_COUNT,
    LEAD_LINE,
    LEAD_MAX,
    LEAD_MIN,
    LEAD_SUM,
    LEAD_TIME,
    LEAD_UNIT,
    LINE_AWAITED,
    LINE_LOST,
    LINE_NEXT,
    LINE_SEEN,
    LINE_SILENCES,
    LINE_SILENT,
    LINE_SUSPECT,
    LINE_WORDS,
    LINES,
    LINES_MAX,
    NO_UNIT,
    RECOVERY_LINE,
)

LEAD_SPAN: Final = 4096  # units after which a sample that no other line brought is given up
NO_LINE: Final = -1
LOST_MAX: Final = 1 << 62


@hot
def block(line: int) -> int:
    """Where the words of a line begin in its channel's row."""
    return LINES + LINE_WORDS * line


@kernel
def forget_lines(channels: Any, c: int) -> None:
    """The sequence begins anew: what lines brought before does not go on."""
    channels[c, LEAD_UNIT] = NO_UNIT
    for line in range(LINES_MAX):
        at = block(line)
        channels[c, at + LINE_NEXT] = 0
        channels[c, at + APART_FIRST] = 0
        for word in range(at + HOLES, at + HOLES + 2 * HOLES_MAX):
            channels[c, word] = 0


@hot
def brought(channels: Any, c: int, line: int, first: int, end: int) -> None:
    """Note that a line brought `first .. end - 1`."""
    at = block(line)
    if i64(channels[c, at + LINE_NEXT]) == first:
        channels[c, at + LINE_NEXT] = end
    else:
        out_of_step(channels, c, at, first, end)


@kernel
def out_of_step(channels: Any, c: int, at: int, first: int, end: int) -> None:
    """What a line brings is not what follows: its first datagram, a jump, or something late or again.

    A far jump is believed when a second datagram comes from there; the sequence may wait for a hole all that time.
    """
    if at == block(RECOVERY_LINE):
        return  # it brings what was asked for, in any order
    after = i64(channels[c, at + LINE_NEXT])
    apart = i64(channels[c, at + APART_FIRST])
    apart_end = i64(channels[c, at + APART_END])
    if 0 < after < apart < apart_end <= first <= apart_end + FAR_UNITS:
        channels[c, at + APART_FIRST] = 0
        pass_over(channels, c, at, after, apart)
        after = apart_end
    elif first > max(i64(channels[c, EXPECTED]), after) + FAR_UNITS:
        channels[c, at + APART_FIRST] = first
        channels[c, at + APART_END] = end
        return
    if 0 < after < first:
        pass_over(channels, c, at, after, first)
    else:
        channels[c, at + LINE_LOST] -= fill_holes(channels, c, at, first, end)
    channels[c, at + LINE_NEXT] = max(after, end)


@kernel
def pass_over(channels: Any, c: int, at: int, first: int, end: int) -> None:
    """A line did not bring `first .. end - 1`."""
    channels[c, at + LINE_LOST] = min(i64(channels[c, at + LINE_LOST]) + end - first, LOST_MAX)
    open_hole(channels, c, at, first, end)


@hot
def open_hole(channels: Any, c: int, at: int, first: int, end: int) -> None:
    """Remember a hole of a line; the oldest one is a loss for good."""
    for word in range(at + HOLES, at + HOLES + 2 * HOLES_MAX - 2):
        channels[c, word] = channels[c, word + 2]
    channels[c, at + HOLES + 2 * HOLES_MAX - 2] = first
    channels[c, at + HOLES + 2 * HOLES_MAX - 1] = end


@hot
def fill_holes(channels: Any, c: int, at: int, first: int, end: int) -> int:
    """Take `first .. end - 1` out of a line's holes; how many units that were."""
    filled = i64(0)
    rest_first = i64(0)
    rest_end = i64(0)
    for word in range(at + HOLES, at + HOLES + 2 * HOLES_MAX, 2):
        low = i64(channels[c, word])
        high = i64(channels[c, word + 1])
        common = min(high, end) - max(low, first)
        if common > 0:
            filled += common
            if low < first:
                channels[c, word + 1] = first
                if end < high:  # in the middle: two holes are left; there is one such hole at most
                    rest_first = end
                    rest_end = high
            else:
                channels[c, word] = min(high, end)
    if rest_end != 0:
        open_hole(channels, c, at, rest_first, rest_end)
    return filled


@hot
def sample(channels: Any, c: int, line: int, now: int, unit: int) -> None:
    """Remember when a unit was first brought, if no other is waited for."""
    if unit - i64(channels[c, LEAD_UNIT]) > LEAD_SPAN:
        channels[c, LEAD_UNIT] = unit
        channels[c, LEAD_TIME] = now
        channels[c, LEAD_LINE] = line


@hot
def compare_copy(channels: Any, c: int, line: int, now: int, first: int, end: int) -> None:
    """A copy: the lead of the line that was first, if it is the unit that is waited for."""
    unit = i64(channels[c, LEAD_UNIT])
    if first <= unit < end and line != i64(channels[c, LEAD_LINE]):
        if line != RECOVERY_LINE:
            note_lead(channels, c, i64(channels[c, LEAD_LINE]), now - i64(channels[c, LEAD_TIME]))
        channels[c, LEAD_UNIT] = NO_UNIT


@kernel
def note_lead(channels: Any, c: int, line: int, lead: int) -> None:
    """One measurement; a clock that stepped back measures nothing, nor does what was asked for."""
    if lead < 0 or line == RECOVERY_LINE:
        return
    at = block(line)
    if i64(channels[c, at + LEAD_COUNT]) == 0 or lead < i64(channels[c, at + LEAD_MIN]):
        channels[c, at + LEAD_MIN] = lead
    channels[c, at + LEAD_MAX] = max(i64(channels[c, at + LEAD_MAX]), lead)
    channels[c, at + LEAD_SUM] += lead
    channels[c, at + LEAD_COUNT] += 1


@kernel
def find_silence(channels: Any, c: int, now: int, silence_ns: int) -> int:
    """A line of a channel that just fell silent, or came back; NO_LINE = none.

    Silent is a line that brings nothing while another does: a quiet market is no fault of a line. Of the two
    lines one is the first after any quiet time, so a line is only silent if it is so at two looks. A line that
    brings what is asked for again is silent while nothing is. One that must come has been silent since its channel
    began, until it does.
    """
    latest = i64(0)
    for line in range(RECOVERY_LINE):
        latest = max(latest, i64(channels[c, block(line) + LINE_SEEN]))
    alive = now - latest <= silence_ns and i64(channels[c, ENDED]) == 0
    for line in range(RECOVERY_LINE):
        at = block(line)
        seen = i64(channels[c, at + LINE_SEEN])
        if seen == 0 and i64(channels[c, at + LINE_AWAITED]) != 0:
            if i64(channels[c, at + LINE_AWAITED]) == AWAITED:
                channels[c, at + LINE_AWAITED] = latest
            seen = i64(channels[c, at + LINE_AWAITED])
        if seen > i64(channels[c, at + LINE_SILENT]) > 0:
            channels[c, at + LINE_SILENT] = 0
            return line
        silent = seen != 0 and latest - seen > silence_ns
        if alive and silent and i64(channels[c, at + LINE_SILENT]) == 0:
            if i64(channels[c, at + LINE_SUSPECT]) != seen:
                channels[c, at + LINE_SUSPECT] = seen
                continue
            channels[c, at + LINE_SILENT] = seen
            channels[c, at + LINE_SILENCES] += 1
            return line
    return NO_LINE

"""What is due before the next datagram: a held one to release, a hole to declare or to ask for, a silent line.

`due` is asked when the clock of the capture has passed the deadline in `watch`; `holding_kernel.py` sets it nearer
whenever something is held.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.jit import hot, i64, kernel
from feedhandler.session.channel_header import (
    ASKED_END,
    EXPECTED,
    GAP_COUNT,
    GAP_FIRST,
    HELD,
    HELD_HEAD,
    LINE_SILENT,
    OPENED,
    RECOVERY_NS,
    RUNNING,
    STARTED,
    TOLD_COUNT,
    WAIT_UNTIL,
)
from feedhandler.session.holding_kernel import (
    AT_ONCE,
    DEADLINE,
    FOUND,
    FOUND_LINE,
    FOUND_WHAT,
    NEVER,
    POLL_AT,
    SCAN_AT,
    SILENCE_NS,
    SLOT_FIRST,
    deadline,
)
from feedhandler.session.line_kernel import NO_LINE, block, find_silence
from feedhandler.session.told_kernel import believed_at, told_at

# what `due` finds
NOTHING: Final = 0
RELEASE: Final = 1  # the first that channel FOUND holds is next
DECLARE: Final = (
    2  # the hole of channel FOUND, or what loops tell of, is a gap: GAP_FIRST, GAP_COUNT
)
LINE: Final = 3  # line FOUND_LINE of channel FOUND fell silent or came back
ASK: Final = 4  # the hole of channel FOUND is to be asked for again
FILLED: Final = 5  # what channel FOUND asked for is there
POLL: Final = 6  # POLL_AT is over

SCANS: Final = 4  # looks at lines in the time after which one is silent
LINE_SILENCES: Final = int(Counter.LINE_SILENCES)


@hot
def found(watch: Any, c: int, what: int) -> int:
    """Leave word of what `due` found."""
    watch[FOUND] = c
    watch[FOUND_WHAT] = what
    return what


@hot
def missing(channels: Any, c: int, may_poll: bool) -> int:  # noqa: FBT001 (a kernel)
    """What is to be done about a hole that was waited for: it is asked for once, and then a gap.

    Nobody is asked for all that was before a sequence of which nothing has come.
    """
    may_ask = i64(channels[c, RECOVERY_NS]) != 0 and i64(channels[c, STARTED]) == RUNNING
    if i64(channels[c, ASKED_END]) == 0 and may_ask:
        return ASK
    return POLL if may_poll else DECLARE  # it may have come meanwhile


@hot
def at_a_stand(channels: Any, c: int, watch: Any) -> int:
    """When what a channel lacks that holds nothing is a gap: what was asked for, or what its loops tell of."""
    expected = i64(channels[c, EXPECTED])
    asked = i64(channels[c, ASKED_END])
    if asked > expected:
        channels[c, GAP_FIRST] = expected
        channels[c, GAP_COUNT] = asked - expected
        return i64(channels[c, WAIT_UNTIL])
    return i64(told_at(channels, c, watch)) if i64(channels[c, TOLD_COUNT]) != 0 else NEVER


@kernel
def due(channels: Any, watch: Any, slots: Any, now: int, counters: Any) -> int:
    """What is to be done before the next datagram; NOTHING sets the next deadline."""
    poll_at = i64(watch[POLL_AT])
    if poll_at == AT_ONCE:
        return found(watch, 0, POLL)
    nearest = poll_at
    for c in range(channels.shape[0]):
        if i64(channels[c, OPENED]) == 0:
            break
        expected = i64(channels[c, EXPECTED])
        asked = i64(channels[c, ASKED_END])
        if expected >= asked and asked != 0:
            return found(watch, c, FILLED)
        if i64(channels[c, HELD]) == 0:
            at = at_a_stand(channels, c, watch)
            if at <= now:
                return found(watch, c, missing(channels, c, poll_at <= now))
            nearest = min(nearest, at)
            continue
        first = i64(slots[i64(channels[c, HELD_HEAD]), SLOT_FIRST])
        if first <= expected:
            return found(watch, c, RELEASE)
        at = min(i64(deadline(channels, c, watch, slots)), i64(believed_at(channels, c, watch)))
        if at <= now:
            channels[c, GAP_FIRST] = expected
            channels[c, GAP_COUNT] = first - expected
            return found(watch, c, missing(channels, c, poll_at <= now))
        nearest = min(nearest, at)
    if poll_at <= now:
        return found(watch, 0, POLL)
    if now >= i64(watch[SCAN_AT]):
        for c in range(channels.shape[0]):
            if i64(channels[c, OPENED]) == 0:
                break
            if i64(channels[c, STARTED]) != 0:
                line = find_silence(channels, c, now, i64(watch[SILENCE_NS]))
                if line != NO_LINE:
                    if i64(channels[c, block(line) + LINE_SILENT]) != 0:
                        counters[LINE_SILENCES] += 1
                    watch[FOUND_LINE] = line
                    return found(watch, c, LINE)
        # Behind now, however short a silence is: else the same moment is looked at for ever.
        watch[SCAN_AT] = now + max(i64(watch[SILENCE_NS]) // SCANS, i64(1))
    watch[DEADLINE] = min(nearest, i64(watch[SCAN_AT]))
    return NOTHING

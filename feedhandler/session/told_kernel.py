"""What a snapshot loop tells of a channel that stands still: that the venue has sent more than has come.

A channel of which every line falls silent has no hole, for nothing comes from beyond it. But the venue's snapshots
go on, and each names the last packet that it includes. Such a number at or above the next expected unit is a
witness, as long as the sequence does not move at all: one that moves shows its holes itself, and is merely
behind its loop. So is a line that brings one old unit after the other: it will come to where the sequence stands.
What TOLD_MIN datagrams agree on, the lowest of their numbers, was sent; when it was waited for for TOLD_NS, too, it is
a gap. So is what was before a sequence of which nothing has come at all: it is joined behind what is told. Damaged
numbers must not move a sequence: one witness is not believed, and what is further ahead than FAR_UNITS needs
FAR_COUNT of them. While something is held, the hole before it says more; but where nothing else comes from beyond
that hole, the loops end the wait for it, as they do for what nothing shows.
"""

from typing import Any, Final

from feedhandler.jit import i64, kernel
from feedhandler.session.channel_header import (
    ASKED_END,
    EXPECTED,
    FAR_UNITS,
    GAP_COUNT,
    GAP_FIRST,
    HELD,
    TOLD_AT,
    TOLD_COUNT,
    TOLD_LOW,
    TOLD_SINCE,
    UNIT_MAX,
)
from feedhandler.session.holding_kernel import AT_ONCE, DEADLINE, FAR_COUNT, NEVER, TOLD_NS

TOLD_MIN: Final = 3  # datagrams of loops that agree


@kernel
def tell(channels: Any, c: int, last: int, now: int, watch: Any) -> None:
    """A datagram of a loop of channel `c` includes its unit `last`."""
    expected = i64(channels[c, EXPECTED])
    if not expected <= last <= UNIT_MAX:
        return
    if i64(channels[c, TOLD_COUNT]) == 0 or i64(channels[c, TOLD_AT]) != expected:
        channels[c, TOLD_COUNT] = 0
        channels[c, TOLD_AT] = expected
        channels[c, TOLD_SINCE] = now
        channels[c, TOLD_LOW] = last
    channels[c, TOLD_COUNT] += 1
    channels[c, TOLD_LOW] = min(i64(channels[c, TOLD_LOW]), last)
    watch[DEADLINE] = min(i64(watch[DEADLINE]), i64(believed_at(channels, c, watch)))


@kernel
def believed_at(channels: Any, c: int, watch: Any) -> int:
    """When loops have told for long enough that a channel stands still; NEVER = too few did, so far."""
    expected = i64(channels[c, EXPECTED])
    witnesses = i64(channels[c, TOLD_COUNT])
    if witnesses < TOLD_MIN or i64(channels[c, TOLD_AT]) != expected:
        return NEVER
    if i64(channels[c, ASKED_END]) > expected:
        return NEVER
    count = i64(channels[c, TOLD_LOW]) + 1 - expected
    if count > FAR_UNITS and witnesses < FAR_COUNT:
        return NEVER
    since = i64(channels[c, TOLD_SINCE])
    return since + i64(watch[TOLD_NS]) if since != 0 else AT_ONCE


@kernel
def told_at(channels: Any, c: int, watch: Any) -> int:
    """When what is told of a channel is a gap, which is left in its words; NEVER = nothing is, so far."""
    at = i64(believed_at(channels, c, watch))
    if at == NEVER or i64(channels[c, HELD]) != 0:
        return NEVER
    expected = i64(channels[c, EXPECTED])
    channels[c, GAP_FIRST] = expected
    channels[c, GAP_COUNT] = i64(channels[c, TOLD_LOW]) + 1 - expected
    return at

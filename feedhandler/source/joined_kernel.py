"""Poll several live sources as one: each in turn first, none waits for another.

A capture's `Merge` waits until every input has something, for there the order is by time; a live line that is
silent must not hold up the other.
"""

from typing import Final

from feedhandler.jit import call3, entry, put8, s8le
from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES

# byte offsets of the words of several sources as one, and of a row of its table
MEMBERS: Final = 0
MEMBER_TABLE: Final = 8
TURN: Final = 16  # the member that is polled first: each in turn
JOINED_FRAMES: Final = 24  # frames so far, of all
JOINED_WORDS: Final = 8
J_POLL: Final = 0
J_STATE: Final = 8
MEMBER_BYTES: Final = 32


@entry(3)
def poll_joined(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of all members; frames are numbered as one stream."""
    members = int(s8le(state + MEMBERS))
    table = int(s8le(state + MEMBER_TABLE))
    first = int(s8le(state + TURN))
    packet = int(s8le(state + JOINED_FRAMES))
    count = 0
    for step in range(members):
        at = table + MEMBER_BYTES * ((first + step) % members)
        room = (rows_max - count) // (members - step)  # at least one frame for each
        begin = rows + ROW_BYTES * count
        count += int(call3(s8le(at + J_POLL), s8le(at + J_STATE), begin, room))
    for number in range(count):
        packet += 1
        put8(rows + ROW_BYTES * number + 8 * descriptor.PACKET, packet)
    put8(state + JOINED_FRAMES, packet)
    put8(state + TURN, (first + 1) % members)
    return count

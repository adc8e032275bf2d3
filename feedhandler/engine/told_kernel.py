"""The heads of snapshots in a datagram of a loop, and what they tell of their channel (`session/told_kernel.py`)."""

from typing import Final

from feedhandler.engine.desk_header import ROW_COUNT, Desk
from feedhandler.event import UNDEF_SIZE, Kind
from feedhandler.jit import i64, kernel
from feedhandler.session.channel_header import TELLS_OF
from feedhandler.session.told_kernel import tell

SNAPSHOT: Final = int(Kind.SNAPSHOT)
NOTHING: Final = -1


@kernel
def note_told(desk: Desk, loop: int, first: int, received: int) -> None:
    """Note the furthest unit that the rows of a datagram, from `first` on, say they include: one witness."""
    c = i64(desk.channels[loop, TELLS_OF]) - 1
    if c < 0:
        return
    last = i64(NOTHING)
    for i in range(first, i64(desk.work[ROW_COUNT])):
        row = desk.rows[i]
        if i64(row.kind) == SNAPSHOT and i64(row.size) != UNDEF_SIZE:
            last = max(last, i64(row.size))
    tell(desk.channels, c, last, received, desk.watch)

"""What a datagram of a snapshot loop tells of its channel, beside the books in it.

The last packets that its snapshots include are witnesses of what the channel lacks (`session/told_kernel.py`). And the
venue's number of an instrument's entries, in a snapshot of nothing but what came, may not be ahead of its book's.
Such a datagram is a barrier, so that the rows before it have been applied; Python is asked only if it tells of doubt.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import book_of
from feedhandler.book.pools import CHANNEL_WORDS, CHANNELS, DOUBT_SINCE, LEVELS_IN_DOUBT
from feedhandler.decode import abi
from feedhandler.engine.desk_header import AT_CHANNEL, ROW, ROW_COUNT, Desk
from feedhandler.event import UNDEF_SIZE, Detail, Kind
from feedhandler.jit import hot, i64, kernel
from feedhandler.session.channel_header import CHANNEL_ID, EXPECTED, KEEP, TELLS, TELLS_OF
from feedhandler.session.told_kernel import tell

SNAPSHOT: Final = int(Kind.SNAPSHOT)
OF_ORDERS: Final = int(Detail.ORDERS)
NOTHING: Final = -1
HALF: Final = 0xFFFF_FFFF


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


@hot
def is_ahead(row: Any, channel_id: int, expected: int, pools: Any) -> bool:
    """Whether a snapshot of what has come tells a number of its instrument that its book has not come to.

    It must include as much as the book: one that is older may be of before the numbers began anew.
    """
    last = i64(row.size)
    if i64(row.kind) != SNAPSHOT or i64(row.detail) == OF_ORDERS or last == UNDEF_SIZE:
        return False
    book = book_of(channel_id, i64(row.instrument_id), pools)
    record = pools.books[book]
    number = i64(record.instrument_sequence)
    if last >= expected or book == 0 or number == 0 or (LEVELS_IN_DOUBT >> i64(record.state)) & 1:
        return False
    return i64(row.instrument_sequence) > number and last & HALF >= i64(record.sequence)


@kernel
def first_ahead(rows: Any, first: int, end: int, channel_id: int, expected: int, pools: Any) -> int:
    """The first of these rows that is of a snapshot ahead of its book, or NOTHING."""
    for i in range(first, end):
        if is_ahead(rows[i], channel_id, expected, pools):
            return i
    return NOTHING


@hot
def asks(desk: Desk, pools: Any) -> bool:
    """Whether Python is to see the datagram behind the barrier: any, but those of loops that tell of no doubt."""
    loop = i64(desk.work[AT_CHANNEL])
    if i64(desk.channels[loop, KEEP]) != TELLS or desk.context[abi.DEFINITIONS] != 0:
        return True
    c = i64(desk.channels[loop, TELLS_OF]) - 1
    if c < 0:
        return False
    channel_id = i64(desk.channels[c, CHANNEL_ID])
    if i64(pools.control[CHANNELS + CHANNEL_WORDS * channel_id + DOUBT_SINCE]) != 0:
        return True
    first, end = i64(desk.work[ROW]), i64(desk.work[ROW_COUNT])
    expected = i64(desk.channels[c, EXPECTED])
    return i64(first_ahead(desk.rows, first, end, channel_id, expected, pools)) != NOTHING

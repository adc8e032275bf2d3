"""What a datagram did to the books, in one call: which it touched, their states, and hashes of what they hold.

A hash is that of `timeline.held`: of the words of a book in a fixed order. Every order and level is walked
through its links, so it is what a reader of the book would see.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import book_of
from feedhandler.book.level_kernel import RUNS, USED
from feedhandler.book.pools import BOOK_NEXT, LADDER_ROOM
from feedhandler.event import UNDEF_COUNT, Flag, Kind
from feedhandler.jit import hot, i64, kernel, wrapping_add, wrapping_mul

FACTOR: Final = -7046029288634856825  # odd: no power of it is 0
START: Final = 1  # so that leading zeros count
END: Final = -1  # behind the levels of a side
NO_COUNT: Final = -2

# A line of what was seen.
INSTRUMENT: Final = 0
BOOK: Final = 1  # 0 = there is none
STATE: Final = 2
ORDERS: Final = 3  # hash of the by-order model
LEVELS: Final = 4
ORDER_ROWS: Final = (
    5  # of this datagram; then how many of them are flagged, and whether the last one is
)
ORDER_FLAGGED: Final = 6
ORDER_LAST: Final = 7
LEVEL_ROWS: Final = 8
LEVEL_FLAGGED: Final = 9
LEVEL_LAST: Final = 10
CLEARS: Final = 11  # rows that empty it
SEEN_WORDS: Final = 12

ORDER_KIND: Final = int(Kind.ORDER)
LEVEL_KIND: Final = int(Kind.LEVEL)
CLEAR: Final = int(Kind.CLEAR)
CHANNEL_RESET: Final = int(Kind.CHANNEL_RESET)
SNAPSHOT: Final = int(Flag.SNAPSHOT)
DOUBTFUL: Final = int(Flag.MAYBE_BAD_BOOK)


@hot
def mixed(running: int, word: int) -> int:
    """One word more."""
    return i64(wrapping_add(i64(wrapping_mul(running, FACTOR)), word))


@kernel
def orders_held(book: int, pools: Any) -> int:
    """The hash of a by-order book: levels from best to worst, orders in time priority."""
    running = i64(START)
    for side in range(2 * book, 2 * book + 2):
        first = i64(pools.shelves[side].offset)
        for place in range(first + i64(pools.shelves[side].used) - 1, first - 1, -1):
            slot = i64(pools.shelf_level[place])
            level = pools.levels[slot]
            running = mixed(running, i64(level.price))
            running = mixed(running, i64(level.size))
            running = mixed(running, i64(level.count))
            order = i64(level.next)
            while order != slot:
                running = mixed(running, i64(pools.orders[order].order_id))
                running = mixed(running, i64(pools.orders[order].size))
                order = i64(pools.orders[order].next)
        running = mixed(running, i64(END))
    return running


@kernel
def levels_held(book: int, pools: Any) -> int:
    """The hash of a by-level book: bids, asks, implied bids, implied asks."""
    running = i64(START)
    for run in range(4 * book, 4 * book + RUNS):
        first = run * i64(pools.control[LADDER_ROOM])
        for place in range(first, first + (i64(pools.ladder_used[run]) & USED)):
            level = pools.ladder[place]
            running = mixed(running, i64(level.price))
            running = mixed(running, i64(level.size))
            count = i64(level.count)
            running = mixed(running, i64(NO_COUNT) if count == UNDEF_COUNT else count)
        running = mixed(running, i64(END))
    return running


@kernel
def line_of(instrument: int, count: int, seen: Any) -> int:
    """The line of an instrument: that which it has, or a new one if there is room; else the last."""
    for line in range(count):
        if i64(seen[line, INSTRUMENT]) == instrument:
            return line
    line = min(count, len(seen) - 1)
    seen[line, INSTRUMENT] = instrument
    for word in range(ORDER_ROWS, SEEN_WORDS):
        seen[line, word] = 0
    return line


@hot
def count_row(row: Any, line: int, seen: Any) -> None:
    """Count a row of an instrument, and its flag."""
    kind = i64(row.kind)
    if kind == CLEAR:
        seen[line, CLEARS] += 1
        return
    at = ORDER_ROWS if kind == ORDER_KIND else LEVEL_ROWS
    flagged = i64(i64(row.flags) & DOUBTFUL != 0)
    seen[line, at] += 1
    seen[line, at + 1] += flagged
    seen[line, at + 2] = flagged


@kernel
def look_at(rows: Any, channel: int, other: int, pools: Any, seen: Any) -> int:
    """Fill a line for each instrument whose book the rows touch, and for one other (-1 = none); how many."""
    count = i64(0)
    for i in range(len(rows)):
        row = rows[i]
        kind = i64(row.kind)
        if i64(row.channel_id) != channel:
            continue
        if kind == CHANNEL_RESET:
            for book in range(1, i64(pools.control[BOOK_NEXT])):
                if i64(pools.books[book].channel_id) == channel:
                    line = i64(line_of(i64(pools.books[book].instrument_id), count, seen))
                    count = max(count, line + 1)
                    seen[line, CLEARS] += 1
        if (kind == ORDER_KIND or kind == LEVEL_KIND or kind == CLEAR) and (
            i64(row.flags) & SNAPSHOT
        ) == 0:
            line = i64(line_of(i64(row.instrument_id), count, seen))
            count_row(row, line, seen)
            count = max(count, line + 1)
    if other >= 0:
        count = max(count, i64(line_of(other, count, seen)) + 1)
    for line in range(count):
        book = i64(book_of(channel, i64(seen[line, INSTRUMENT]), pools))
        seen[line, BOOK] = book
        if book > 0:
            seen[line, STATE] = i64(pools.books[book].state)
            seen[line, ORDERS] = i64(orders_held(book, pools))
            seen[line, LEVELS] = i64(levels_held(book, pools))
    return count

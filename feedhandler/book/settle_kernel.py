"""The end of an event: what a book looks like between two events is checked, and is what consumers may see.

In the middle of an event a book may be crossed or out of order and means nothing; only at its end does a
crossed book tell of an error (or of an auction), and only then may a best price be published.
"""

from typing import Any, Final

from feedhandler.book.level_kernel import level_best, level_fault
from feedhandler.book.pools import (
    CHANNEL_WORDS,
    CHANNELS,
    DOUBT_ROWS,
    DOUBT_SINCE,
    DOUBT_UNIT,
    DOUBTED,
    LADDERS_USED,
    LEVELS_IN_DOUBT,
    STALE,
    UNDATED,
)
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE
from feedhandler.jit import hot, i64, kernel

CROSSED: Final = int(Counter.CROSSED)
LOCKED: Final = int(Counter.LOCKED)
STALE_BOOKS: Final = int(Counter.STALE_BOOKS)
NOT_CROSSING: Final = 0
CROSSING: Final = 1
LOCKING: Final = 2
BY_ORDER: Final = 0
BY_LEVEL: Final = 1


@hot
def best_by_order(side: int, pools: Any) -> tuple[int, int, int]:
    """Price, size and number of orders of the best level of a side; (UNDEF_PRICE, 0, 0) when it is empty."""
    used = i64(pools.shelves[side].used)
    if used == 0:
        return UNDEF_PRICE, 0, 0
    slot = i64(pools.shelf_level[i64(pools.shelves[side].offset) + used - 1])
    level = pools.levels[slot]
    return i64(level.price), i64(level.size), i64(level.count)


@hot
def best_price(side: int, pools: Any) -> int:
    """Price of the best level of a side of a by-order book, or UNDEF_PRICE."""
    used = i64(pools.shelves[side].used)
    if used == 0:
        return UNDEF_PRICE
    key = i64(pools.shelf_price[i64(pools.shelves[side].offset) + used - 1])
    return ~key if side & 1 else key


@hot
def best_by_level(book: int, run: int, pools: Any) -> tuple[int, int, int]:
    """The same of run 0 (bid) or 1 (ask) of a by-level book."""
    at = level_best(book, run, pools)
    if at < 0:
        return UNDEF_PRICE, 0, 0
    record = pools.ladder[at]
    return i64(record.price), i64(record.size), i64(record.count)


@hot
def crossing_of(bid: int, ask: int) -> int:
    """Whether two best prices cross or lock."""
    if bid == UNDEF_PRICE or ask == UNDEF_PRICE or bid < ask:
        return NOT_CROSSING
    return LOCKING if bid == ask else CROSSING


@kernel
def note_crossing(book: int, crossing: int, pools: Any) -> None:
    """Count a book that became crossed or locked with this event."""
    record = pools.books[book]
    if i64(record.inverted) == 0:
        if crossing == CROSSING:
            pools.counters[CROSSED] += 1
        elif crossing == LOCKING:
            pools.counters[LOCKED] += 1
    record.crossing = crossing


@hot
def settle_levels(book: int, pools: Any) -> int:
    """Check the by-level book of an event's end; its crossing."""
    reason = level_fault(book, pools)
    record = pools.books[book]
    if reason != 0 and (LEVELS_IN_DOUBT >> i64(record.state)) & 1 == 0:
        pools.counters[reason] += 1
        pools.counters[STALE_BOOKS] += 1
        record.faults = i64(record.faults) + 1
        record.state = STALE
        record.stale_since = i64(record.ts_event)
        at = CHANNELS + CHANNEL_WORDS * i64(record.channel_id)
        if i64(pools.control[at + DOUBT_SINCE]) == 0:
            pools.control[at + DOUBT_SINCE] = UNDATED
            pools.control[at + DOUBT_UNIT] = record.sequence
            pools.control[at + DOUBT_ROWS] = pools.control[at + DOUBTED]
    bid = best_by_level(book, 0, pools)
    ask = best_by_level(book, 1, pools)
    return crossing_of(bid[0], ask[0])


@hot
def settle(book: int, bid: int, ask: int, pools: Any) -> None:
    """Check a book at the end of an event; `bid` and `ask` are the best prices of its by-order model."""
    crossing = crossing_of(bid, ask)
    if pools.control[LADDERS_USED] != 0:
        by_level = i64(settle_levels(book, pools))
        if crossing == NOT_CROSSING or by_level == CROSSING:
            crossing = by_level
    if crossing != i64(pools.books[book].crossing):
        note_crossing(book, crossing, pools)

"""Event rows into books: which book a row means, what it does there, and what an end of event settles.

`apply_row` changes the book of one row and never stops for bad input: a row that cannot be applied is counted
by its reason, its book becomes STALE, and the row is marked MAYBE_BAD_BOOK. It returns a verdict, with nothing
changed, only where a pool is full.
"""

from typing import Any, Final

from feedhandler.book.ahead_kernel import look_ahead
from feedhandler.book.directory_kernel import (
    APPLIED,
    ASK_TOUCHED,
    BID_TOUCHED,
    BOOK_MASK,
    book_for,
    book_of,
    date_doubt,
    fault,
    follow,
    forget_known,
    is_book_of,
    note_healed,
    retire_books,
    state_of_sound,
    touch,
)
from feedhandler.book.level_kernel import apply_level, clear_level
from feedhandler.book.order_kernel import erase, find_slot
from feedhandler.book.pools import (
    BOOK_NEXT,
    BY_VENUE,
    CHANNEL_WORDS,
    CHANNELS,
    DIRTY_COUNT,
    EMPTY,
    FORMER,
    HEALED_AT,
    LADDERS_USED,
    LEVEL_BOOK,
    LEVEL_FREE,
    LEVELS_IN_DOUBT,
    LEVELS_LIVE,
    LEVELS_STALE,
    NAMED,
    ORDER_FREE,
    ORDERS_LIVE,
    REFRESH,
    SOME,
    STALE,
    SYNCHRONIZED,
    UNDEFINED,
)
from feedhandler.book.queue_kernel import (
    MAYBE_BAD_BOOK,
    apply_order,
    note,
    state_of_first,
)
from feedhandler.book.refresh_kernel import refresh
from feedhandler.book.settle_kernel import best_price, settle
from feedhandler.counter import Counter
from feedhandler.event import Flag, Kind
from feedhandler.jit import hot, i64, kernel

LAST: Final = int(Flag.LAST)
SNAPSHOT: Final = int(Flag.SNAPSHOT)
ORDER: Final = int(Kind.ORDER)
LEVEL_KIND: Final = int(Kind.LEVEL)
CLEAR: Final = int(Kind.CLEAR)
CHANNEL_RESET: Final = int(Kind.CHANNEL_RESET)
TRADE: Final = int(Kind.TRADE)
STATISTIC: Final = int(Kind.STATISTIC)
SNAPSHOT_KIND: Final = int(Kind.SNAPSHOT)
SNAPSHOT_ROWS: Final = int(Counter.SNAPSHOT_ROWS)
CLEARED: Final = int(Counter.CLEARED)
HEALED_BOOKS: Final = int(Counter.HEALED_BOOKS)
BOTH: Final = BID_TOUCHED | ASK_TOUCHED


@kernel
def clear_orders(side: int, pools: Any) -> None:
    """Forget every order and level of one side."""
    shelf = pools.shelves[side]
    first = i64(shelf.offset)
    control = pools.control
    for place in range(i64(shelf.used)):
        level_slot = i64(pools.shelf_level[first + place])
        slot = i64(pools.levels[level_slot].next)
        while slot != level_slot:
            after = i64(pools.orders[slot].next)
            erase(find_slot(slot, pools), pools)
            pools.orders[slot].next = control[ORDER_FREE]
            control[ORDER_FREE] = slot
            control[ORDERS_LIVE] -= 1
            slot = after
        pools.levels[level_slot].count = 0
        pools.levels[level_slot].next = control[LEVEL_FREE]
        control[LEVEL_FREE] = level_slot
        control[LEVELS_LIVE] -= 1
    shelf.used = 0


@kernel
def clear_book(book: int, state: int, pools: Any) -> None:
    """Empty both models of a book and set its state."""
    clear_orders(2 * book, pools)
    clear_orders(2 * book + 1, pools)
    clear_level(book, pools)
    before = i64(pools.books[book].state)
    if before >= STALE and before != UNDEFINED:
        note_healed(book, 0, BY_VENUE, pools)
        pools.counters[HEALED_BOOKS] += 1
    former = i64(pools.books[book].refresh) & FORMER  # what this session clears is none of it
    unsaid = state == EMPTY or former != 0
    pools.books[book].state = EMPTY if unsaid else i64(state_of_sound(book, pools))
    forget_known(book, pools)
    pools.books[book].stale_since = 0
    pools.counters[CLEARED] += 1
    touch(book, BOTH, pools)


@kernel
def clear_channel(channel_id: int, state: int, pools: Any) -> None:
    """Empty every book of a channel; one that begins names its instruments anew."""
    named = CHANNELS + CHANNEL_WORDS * channel_id + NAMED
    if state == EMPTY and pools.control[named] != 0:
        pools.control[named] = SOME
        retire_books(channel_id, pools)
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        if i64(pools.books[book].channel_id) == channel_id:
            clear_book(book, state, pools)
            pools.books[book].instrument_sequence = 0


@kernel
def date_healed(row: Any, pools: Any) -> None:
    """When the books of a channel were cleared that were in doubt."""
    at = CHANNELS + CHANNEL_WORDS * i64(row.channel_id) + HEALED_AT
    if i64(pools.control[at]) == 0:
        pools.control[at] = row.ts_recv


@kernel
def mark_channel(channel_id: int, ts_event: int, state: int, pools: Any) -> None:
    """Something of a channel was lost: its books are STALE, or SUSPECT where their own numbers will tell."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        record = pools.books[book]
        before = i64(record.state)
        if i64(record.channel_id) == channel_id:
            forget_known(book, pools)
        if i64(record.channel_id) == channel_id and before != STALE:
            date_doubt(book, ts_event, pools)
            record.state = STALE if before == LEVELS_STALE else state


@hot
def absolve(rows: Any, i: int, book: int, pools: Any) -> None:
    """A row of a channel that lost something is not flagged where the book is known to be sound."""
    state = i64(pools.books[book].state)
    if state != EMPTY and (LEVELS_IN_DOUBT >> state) & 1 == 0:
        rows[i].flags = i64(rows[i].flags) & ~MAYBE_BAD_BOOK


@hot
def follow_statistic(rows: Any, i: int, pools: Any) -> None:
    """A statistic changes no book and opens none, but it has its number among the instrument's entries."""
    row = rows[i]
    if i64(row.instrument_sequence) != 0:
        book = book_of(i64(row.channel_id), i64(row.instrument_id), pools)
        if book != 0:
            follow(rows, i, book, pools)
            absolve(rows, i, book, pools)


@kernel
def apply_rest(rows: Any, i: int, pools: Any) -> int:
    """A row of any kind but ORDER."""
    row = rows[i]
    kind = i64(row.kind)
    if i64(row.flags) & SNAPSHOT or kind == SNAPSHOT_KIND:
        pools.counters[SNAPSHOT_ROWS] += 1
        return APPLIED
    if kind == CHANNEL_RESET:
        clear_channel(i64(row.channel_id), SYNCHRONIZED, pools)
        date_healed(row, pools)
        return APPLIED
    if kind == STATISTIC:
        follow_statistic(rows, i, pools)
        return APPLIED
    if kind != CLEAR and kind != TRADE:
        return APPLIED
    book = book_for(i64(row.channel_id), i64(row.instrument_id), pools)
    if book <= 0:
        return -book
    record = pools.books[book]
    if kind == TRADE:
        record.trades = i64(record.trades) + 1
        follow(rows, i, book, pools)
        absolve(rows, i, book, pools)
        return APPLIED
    clear_book(book, SYNCHRONIZED, pools)
    record.instrument_sequence = row.instrument_sequence
    date_healed(row, pools)
    absolve(rows, i, book, pools)
    record.sequence = row.sequence
    record.ts_event = row.ts_event
    return APPLIED


@hot
def apply_level_row(rows: Any, i: int, pools: Any) -> int:
    """A row of kind LEVEL."""
    row = rows[i]
    book = i64(pools.control[LEVEL_BOOK]) & BOOK_MASK
    if not is_book_of(book, i64(row.channel_id), i64(row.instrument_id), pools):
        book = book_for(i64(row.channel_id), i64(row.instrument_id), pools)
        if book <= 0:
            return -book
        pools.control[LEVEL_BOOK] = book
    record = pools.books[book]
    pools.control[LADDERS_USED] = 1
    follow(rows, i, book, pools)
    reason = i64(apply_level(rows, i, book, pools))
    if reason:
        fault(rows, i, book, reason, pools)
    elif i64(record.state) == EMPTY:
        record.state = state_of_first(row, book, pools)
    if i64(pools.control[REFRESH]) != 0 and (LEVELS_IN_DOUBT >> i64(record.state)) & 1:
        refresh(rows, i, book, pools)
    touch(book, BOTH, pools)
    note(row, book, LEVELS_IN_DOUBT, pools)
    return APPLIED


@hot
def apply_row(rows: Any, i: int, pools: Any) -> int:
    """Apply one row; 0, or the verdict of a full pool with nothing changed."""
    kind = i64(rows[i].kind)
    if i64(rows[i].flags) & SNAPSHOT == 0:
        if kind == ORDER:
            return apply_order(rows, i, pools)
        if kind == LEVEL_KIND:
            return apply_level_row(rows, i, pools)
    return i64(apply_rest(rows, i, pools))


@hot
def keep_dirty(book: int, kept: int, pools: Any) -> int:
    """Leave a book of another channel among those to settle: its event has not ended."""
    pools.dirty[kept] = book
    return kept + 1


@hot
def settle_event(channel_id: int, pools: Any) -> None:
    """Settle every book of a channel that its event touched."""
    kept = i64(0)
    for k in range(i64(pools.control[DIRTY_COUNT])):
        book = i64(pools.dirty[k])
        if i64(pools.books[book].channel_id) == channel_id:
            settle(book, best_price(2 * book, pools), best_price(2 * book + 1, pools), pools)
            pools.books[book].dirty = 0
        else:
            kept = keep_dirty(book, kept, pools)
    pools.control[DIRTY_COUNT] = kept


@kernel
def apply_rows(rows: Any, first: int, count: int, pools: Any) -> tuple[int, int]:
    """Apply rows `first .. count - 1`, settling books at each end of event; (next row, verdict)."""
    for i in range(first, count):
        look_ahead(rows, i, first, count, pools)
        verdict = apply_row(rows, i, pools)
        if verdict:
            return i, verdict
        if i64(rows[i].flags) & LAST and pools.control[DIRTY_COUNT] != 0:
            settle_event(i64(rows[i].channel_id), pools)
    return count, APPLIED

"""Snapshots into books: a model is emptied, laid out as the snapshot says, and brought up to date.

Only what is in doubt is loaded. The rows of the channel behind the last packet that the snapshot includes were
kept as they were decoded (`kept`, a ring of the last rows of all channels in doubt) and are applied again, those
of one instrument and one model. A row that does not fit refutes the snapshot: the book stays in doubt.

A snapshot of levels names positions, so each must be there once; a snapshot of orders names no order twice.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import (
    ASK_TOUCHED,
    BID_TOUCHED,
    fault,
    follow,
    forget_known,
    note_healed,
    touch,
)
from feedhandler.book.kernel import clear_orders
from feedhandler.book.level_kernel import (
    IMPLIED_RUNS,
    RUNS,
    apply_level,
    clear_level,
    depth_of,
    room_of,
    suspect,
)
from feedhandler.book.order_kernel import MISSING, add_order, room_for
from feedhandler.book.pools import (
    BY_SNAPSHOT,
    EMPTY,
    LADDERS_USED,
    LEVELS_STALE,
    ORDERS_IN_DOUBT,
    ORDERS_STALE,
    STALE,
    SYNCHRONIZED,
)
from feedhandler.book.queue_kernel import MAYBE_BAD_BOOK, apply_order, side_number
from feedhandler.book.shelf_kernel import LIMIT
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Flag, Kind, Side
from feedhandler.jit import i64, kernel

HEALED_BOOKS: Final = int(Counter.HEALED_BOOKS)
ORDER: Final = int(Kind.ORDER)
LEVEL: Final = int(Kind.LEVEL)
CLEAR: Final = int(Kind.CLEAR)
CHANNEL_RESET: Final = int(Kind.CHANNEL_RESET)
TRADE: Final = int(Kind.TRADE)
STATISTIC: Final = int(Kind.STATISTIC)
IMPLIED: Final = int(Flag.IMPLIED)
ASK: Final = int(Side.ASK)
BID: Final = int(Side.BID)
BOTH: Final = BID_TOUCHED | ASK_TOUCHED
ROW_WORDS: Final = 8

# What came of a load; a verdict of a full pool is positive.
LOADED: Final = 0
TORN: Final = -1  # a level or an order is missing, doubled, or cannot be
REFUTED: Final = -2  # a row behind the snapshot does not fit it
INCOMPLETE: Final = -3  # the rows behind it are no longer all kept


@kernel
def first_kept(kept: Any, since: int, count: int, channel_id: int, last: int) -> int:
    """Where in the ring the rows behind a packet begin, or INCOMPLETE.

    `since` is where the rows behind the last loss begin; the snapshot includes all before.
    """
    rows = len(kept)
    oldest = max(since, count - rows)
    begin = count
    for place in range(count - 1, oldest - 1, -1):
        if i64(kept[place & (rows - 1)].channel_id) == channel_id:
            if i64(kept[place & (rows - 1)].sequence) <= last:
                return begin
            begin = place
    return begin if oldest == since else INCOMPLETE


@kernel
def run_of(row: Any, book: int) -> int:
    """The run of the by-level book that a level of a snapshot belongs to, or MISSING."""
    side = i64(row.side)
    if i64(row.kind) != LEVEL or (side != BID and side != ASK):
        return MISSING
    return 4 * book + i64(side == ASK) + (IMPLIED_RUNS if i64(row.flags) & IMPLIED else 0)


@kernel
def lay_level(row: Any, run: int, position: int, pools: Any) -> bool:
    """Put a level of a snapshot at its place; False if it cannot be."""
    size = i64(row.size)
    if i64(row.price) == UNDEF_PRICE or size < 0 or size == UNDEF_SIZE:
        return False
    into = pools.ladder[run * i64(room_of(pools)) + position - 1]
    into.price = row.price
    into.size = size
    into.count = i64(row.order_count)
    pools.ladder_used[run] += 1
    suspect(run, position, pools)
    return True


@kernel
def lay_levels(rows: Any, first: int, end: int, book: int, pools: Any) -> int:
    """Lay out the by-level model as the rows of a snapshot say: LOADED or TORN."""
    clear_level(book, pools)
    pools.control[LADDERS_USED] = 1
    for run in range(4 * book, 4 * book + RUNS):
        depth = i64(depth_of(book, run, pools))
        told = 0
        laid = 0
        for i in range(first, end):
            if run_of(rows[i], book) == run and i64(rows[i].level) <= depth:
                told += 1
        for position in range(1, depth + 1):
            for i in range(first, end):
                if run_of(rows[i], book) == run and i64(rows[i].level) == position:
                    if laid != position - 1 or not lay_level(rows[i], run, position, pools):
                        return TORN
                    laid += 1
        if laid != told:
            return TORN
    return LOADED


@kernel
def lay_orders(rows: Any, first: int, end: int, book: int, pools: Any) -> int:
    """Lay out the by-order model as the rows of a snapshot say: LOADED, TORN or a verdict."""
    clear_orders(2 * book, pools)
    clear_orders(2 * book + 1, pools)
    for i in range(first, end):
        row = rows[i]
        if i64(row.kind) != ORDER:
            continue
        side = i64(side_number(book, i64(row.side)))
        size = i64(row.size)
        price = i64(row.price)
        if side == MISSING or size <= 0 or size == UNDEF_SIZE or price == UNDEF_PRICE:
            return TORN
        at = i64(room_for(i64(row.order_id), book, pools))
        if at == MISSING:
            return TORN
        rank = i64(row.priority)
        level = i64(add_order(i, i64(row.order_id), at, side, price, size, rank, pools))
        if level <= -LIMIT:
            pools.counters[-level - LIMIT] += 1
            return TORN
        if level < 0:
            return -level
    return LOADED


@kernel
def again_levels(scratch: Any, book: int, pools: Any) -> int:
    """Apply a kept row to the by-level model."""
    row = scratch[0]
    kind = i64(row.kind)
    if kind == LEVEL:
        follow(scratch, 0, book, pools)
        reason = i64(apply_level(scratch, 0, book, pools))
        if reason:
            fault(scratch, 0, book, reason, pools)
    elif kind == CLEAR or kind == CHANNEL_RESET:
        clear_level(book, pools)
        pools.books[book].instrument_sequence = row.instrument_sequence if kind == CLEAR else 0
    elif kind == TRADE or kind == STATISTIC:
        follow(scratch, 0, book, pools)
    return LOADED


@kernel
def again_orders(scratch: Any, book: int, pools: Any) -> int:
    """Apply a kept row to the by-order model; a verdict of a full pool."""
    kind = i64(scratch[0].kind)
    if kind == ORDER:
        return i64(apply_order(scratch, 0, pools))
    if kind == CLEAR or kind == CHANNEL_RESET:
        clear_orders(2 * book, pools)
        clear_orders(2 * book + 1, pools)
    return LOADED


@kernel
def again(
    kept: Any, words: Any, begin: int, count: int, book: int, last: int, by_order: int,
    scratch: Any, scratch_words: Any, pools: Any,
) -> int:  # fmt: skip
    """Apply the kept rows of a book that are behind a packet, to one model."""
    record = pools.books[book]
    mask = len(kept) - 1
    for place in range(begin, count):
        row = kept[place & mask]
        if i64(row.channel_id) != i64(record.channel_id) or i64(row.sequence) <= last:
            continue
        if i64(row.kind) != CHANNEL_RESET and i64(row.instrument_id) != i64(record.instrument_id):
            continue
        for word in range(ROW_WORDS):
            scratch_words[0, word] = words[place & mask, word]
        scratch[0].flags = i64(row.flags) & ~MAYBE_BAD_BOOK
        if by_order != 0:
            verdict = i64(again_orders(scratch, book, pools))
        else:
            verdict = i64(again_levels(scratch, book, pools))
        if verdict != LOADED:
            return verdict
    return LOADED


@kernel
def load_levels(
    rows: Any, first: int, end: int, book: int, kept: Any, words: Any, begin: int, count: int,
    has_orders: int, scratch: Any, scratch_words: Any, pools: Any,
) -> int:  # fmt: skip
    """Load the by-level model from a snapshot, whose head is the first row: LOADED, TORN or REFUTED."""
    record = pools.books[book]
    state = i64(record.state)
    orders_sound = state != EMPTY and (ORDERS_IN_DOUBT >> state) & 1 == 0
    otherwise = LEVELS_STALE if orders_sound and has_orders != 0 else STALE
    touch(book, BOTH, pools)
    if lay_levels(rows, first, end, book, pools) != LOADED:
        record.state = otherwise
        return TORN
    head = rows[first]
    record.state = (
        ORDERS_STALE  # of the by-level model nothing is in doubt, until a row does not fit
    )
    record.instrument_sequence = head.instrument_sequence
    again(kept, words, begin, count, book, i64(head.size), 0, scratch, scratch_words, pools)
    if i64(record.state) != ORDERS_STALE:
        record.state = otherwise
        return REFUTED
    record.state = SYNCHRONIZED if orders_sound or has_orders == 0 else ORDERS_STALE
    forget_known(book, pools)
    healed(book, i64(head.ts_recv), pools)
    return LOADED


@kernel
def load_orders(
    rows: Any, first: int, end: int, book: int, kept: Any, words: Any, begin: int, count: int,
    levels_sound: int, scratch: Any, scratch_words: Any, pools: Any,
) -> int:  # fmt: skip
    """Likewise the by-order model; or a verdict, upon which it is to be called again."""
    record = pools.books[book]
    otherwise = ORDERS_STALE if levels_sound != 0 else STALE
    touch(book, BOTH, pools)
    record.state = otherwise
    result = i64(lay_orders(rows, first, end, book, pools))
    if result != LOADED:
        return result
    record.state = (
        LEVELS_STALE  # of the by-order model nothing is in doubt, until a row does not fit
    )
    head = rows[first]
    last = i64(head.size)
    result = i64(again(kept, words, begin, count, book, last, 1, scratch, scratch_words, pools))
    if result != LOADED or i64(record.state) != LEVELS_STALE:
        record.state = otherwise
        return result if result != LOADED else REFUTED
    record.state = SYNCHRONIZED if levels_sound != 0 else LEVELS_STALE
    healed(book, i64(head.ts_recv), pools)
    return LOADED


@kernel
def healed(book: int, ts_recv: int, pools: Any) -> None:
    """A model of a book was loaded."""
    record = pools.books[book]
    note_healed(book, ts_recv, BY_SNAPSHOT, pools)
    if i64(record.state) == SYNCHRONIZED:
        record.stale_since = 0
        pools.counters[HEALED_BOOKS] += 1

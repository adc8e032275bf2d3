"""Event rows into books: which book a row means, what it does there, and what an end of event settles.

`apply_row` changes the book of one row and never stops for bad input: a row that cannot be applied is counted
by its reason, its book becomes STALE, and the row is marked MAYBE_BAD_BOOK. It returns a verdict, with nothing
changed, only where a pool is full. On the way it completes the row for consumers: a cancel or fill names only
an order, the row leaves here with the order's side, price and size.
"""

from typing import Any, Final

from feedhandler.book.level_kernel import apply_level, clear_level
from feedhandler.book.order_kernel import (
    LIMIT,
    MISSING,
    add_order,
    erase,
    find,
    hash31,
    level_at,
    link,
    remove_order,
    unlink,
)
from feedhandler.book.pools import (
    BOOK_NEXT,
    BOOKS_MAX,
    DIRTY_COUNT,
    EMPTY,
    LADDERS_USED,
    LEVEL_FREE,
    LEVELS_LIVE,
    ORDER_FREE,
    ORDERS_LIVE,
    RANKED,
    REPLACE_SIDE,
    STALE,
    SYNCHRONIZED,
)
from feedhandler.book.settle_kernel import settle
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.jit import hot, i64, kernel, lshr, prefetch, wrapping_mul
from feedhandler.verdict import Verdict

# Enumerations as plain integers: kernels hold constants, not objects.
ADD: Final = int(Action.ADD)
CANCEL: Final = int(Action.CANCEL)
MODIFY: Final = int(Action.MODIFY)
FILL: Final = int(Action.FILL)
BID: Final = int(Side.BID)
ASK: Final = int(Side.ASK)
NO_SIDE: Final = int(Side.NONE)
LAST: Final = int(Flag.LAST)
SNAPSHOT: Final = int(Flag.SNAPSHOT)
MAYBE_BAD_BOOK: Final = int(Flag.MAYBE_BAD_BOOK)
ORDER: Final = int(Kind.ORDER)
LEVEL_KIND: Final = int(Kind.LEVEL)
CLEAR: Final = int(Kind.CLEAR)
CHANNEL_RESET: Final = int(Kind.CHANNEL_RESET)
TRADE: Final = int(Kind.TRADE)
SNAPSHOT_KIND: Final = int(Kind.SNAPSHOT)
REPLACE: Final = int(Detail.REPLACE)
BOOKS_FULL: Final = int(Verdict.BOOKS_FULL)

UNKNOWN_ORDER: Final = int(Counter.UNKNOWN_ORDER)
DUPLICATE_ORDER: Final = int(Counter.DUPLICATE_ORDER)
OVER_EXECUTION: Final = int(Counter.OVER_EXECUTION)
BAD_SIZE: Final = int(Counter.BAD_SIZE)
BAD_SIDE: Final = int(Counter.BAD_SIDE)
BAD_PRICE: Final = int(Counter.BAD_PRICE)
BAD_ACTION: Final = int(Counter.BAD_ACTION)
SNAPSHOT_ROWS: Final = int(Counter.SNAPSHOT_ROWS)
CLEARED: Final = int(Counter.CLEARED)
BOOKS_LIMIT: Final = int(Counter.BOOKS_LIMIT)
STALE_BOOKS: Final = int(Counter.STALE_BOOKS)
IN_USE: Final = 1 << 62  # set in every directory key, so that no key is 0
GOLD: Final = -7046029254386353131
LOOK_INDEX: Final = 24  # rows ahead of the one applied: fetch the order's index word,
LOOK_ORDER: Final = 16  # its order record,
LOOK_LEVEL: Final = 8  # its level record
APPLIED: Final = 0


@hot
def book_of(channel_id: int, instrument_id: int, pools: Any) -> int:
    """The number of an instrument's book; 0 = none yet."""
    directory = pools.directory
    mask = (directory.size >> 1) - 1
    key = IN_USE | (channel_id << 32) | instrument_id
    at = lshr(wrapping_mul(key, GOLD), 32) & mask
    while i64(directory[2 * at]) != 0:
        if i64(directory[2 * at]) == key:
            return i64(directory[2 * at + 1])
        at = (at + 1) & mask
    return 0


@hot
def enter_book(book: int, pools: Any) -> None:
    """Enter a book into the directory, where it is not yet."""
    directory = pools.directory
    mask = (directory.size >> 1) - 1
    record = pools.books[book]
    key = IN_USE | (i64(record.channel_id) << 32) | i64(record.instrument_id)
    at = lshr(wrapping_mul(key, GOLD), 32) & mask
    while i64(directory[2 * at]) != 0:
        at = (at + 1) & mask
    directory[2 * at] = key
    directory[2 * at + 1] = book


@kernel
def open_book(channel_id: int, instrument_id: int, pools: Any) -> int:
    """A new book for an instrument: its number, or -BOOKS_FULL, or 0 beyond `books_max`."""
    control = pools.control
    book = i64(control[BOOK_NEXT])
    if book > i64(control[BOOKS_MAX]):
        pools.counters[BOOKS_LIMIT] += 1
        return 0
    if book >= pools.books.size:
        return -BOOKS_FULL
    control[BOOK_NEXT] = book + 1
    pools.books[book].instrument_id = instrument_id
    pools.books[book].channel_id = channel_id
    enter_book(book, pools)
    return book


@kernel
def enter_books(pools: Any) -> None:
    """Enter every book into a directory that was made larger."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        enter_book(book, pools)


@hot
def book_for(channel_id: int, instrument_id: int, pools: Any) -> int:
    """The number of an instrument's book, opened when there is none; else as `open_book`."""
    book = book_of(channel_id, instrument_id, pools)
    if book == 0:
        return i64(open_book(channel_id, instrument_id, pools))
    return book


@hot
def touch(book: int, pools: Any) -> None:
    """Remember a book until the end of event settles it."""
    if i64(pools.books[book].dirty) == 0:
        pools.books[book].dirty = 1
        count = i64(pools.control[DIRTY_COUNT])
        pools.dirty[count] = book
        pools.control[DIRTY_COUNT] = count + 1


@kernel
def fault(rows: Any, i: int, book: int, reason: int, pools: Any) -> int:
    """Count a row that could not be applied and put its book in doubt."""
    pools.counters[reason] += 1
    record = pools.books[book]
    record.faults = i64(record.faults) + 1
    if i64(record.state) != STALE:
        record.state = STALE
        record.stale_since = i64(rows[i].ts_event)
        pools.counters[STALE_BOOKS] += 1
    return APPLIED


@hot
def side_number(book: int, side: int) -> int:
    """2 * book + (1 if ask), or MISSING for a row without side."""
    if side == BID:
        return 2 * book
    if side == ASK:
        return 2 * book + 1
    return MISSING


@hot
def failed(rows: Any, i: int, book: int, result: int, pools: Any) -> int:
    """What a negative result of the order book means: a verdict, or a limit that was reached."""
    if result <= -LIMIT:
        return i64(fault(rows, i, book, -result - LIMIT, pools))
    return -result


@hot
def apply_add(rows: Any, i: int, book: int, pools: Any) -> int:
    """An Add; as the second half of a replace it inherits the side of the order that left."""
    row = rows[i]
    order_id = i64(row.order_id)
    side = side_number(book, i64(row.side))
    replacing = i64(row.detail) == REPLACE
    if replacing:
        side = i64(pools.control[REPLACE_SIDE])
        if side == 0:
            return APPLIED  # its first half was counted
    if side == MISSING:
        return i64(fault(rows, i, book, BAD_SIDE, pools))
    if i64(row.size) <= 0 or i64(row.size) == UNDEF_SIZE:
        return i64(fault(rows, i, book, BAD_SIZE, pools))
    if i64(row.price) == UNDEF_PRICE:
        return i64(fault(rows, i, book, BAD_PRICE, pools))
    if find(order_id, book, pools) != MISSING:
        return i64(fault(rows, i, book, DUPLICATE_ORDER, pools))
    slot = add_order(order_id, side, i64(row.price), i64(row.size), i64(row.priority), pools)
    if slot < 0:
        return failed(rows, i, book, slot, pools)
    if replacing:
        row.side = ASK if side & 1 else BID
        pools.control[REPLACE_SIDE] = 0
    return APPLIED


@hot
def apply_reduce(rows: Any, i: int, book: int, pools: Any) -> int:
    """A Cancel or a Fill: less of an order, or none of it."""
    row = rows[i]
    replacing = i64(row.detail) == REPLACE
    if replacing:
        pools.control[REPLACE_SIDE] = 0
    at = find(i64(row.order_id), book, pools)
    if at == MISSING:
        return i64(fault(rows, i, book, UNKNOWN_ORDER, pools))
    slot = i64(pools.index[at]) & 0xFFFFFFFF
    order = pools.orders[slot]
    left = i64(order.size)
    size = i64(row.size)
    row.side = ASK if i64(order.side) & 1 else BID
    if i64(row.price) == UNDEF_PRICE:
        row.price = pools.levels[i64(order.level)].price
    if replacing:
        pools.control[REPLACE_SIDE] = order.side
    if size == UNDEF_SIZE or replacing:
        row.size = left
        size = left
    if size < 0:
        return i64(fault(rows, i, book, BAD_SIZE, pools))
    if size < left:
        order.size = left - size
        level = pools.levels[i64(order.level)]
        level.size = i64(level.size) - size
        return APPLIED
    if size > left:
        fault(rows, i, book, OVER_EXECUTION, pools)
    remove_order(at, slot, pools)
    return APPLIED


@kernel
def apply_modify(rows: Any, i: int, book: int, pools: Any) -> int:
    """New price, size or rank of an order; what the row leaves undefined stays."""
    row = rows[i]
    at = find(i64(row.order_id), book, pools)
    if at == MISSING:
        return fault(rows, i, book, UNKNOWN_ORDER, pools)  # type: ignore[no-any-return]
    slot = i64(pools.index[at]) & 0xFFFFFFFF
    order = pools.orders[slot]
    old_price = i64(pools.levels[i64(order.level)].price)
    side = side_number(book, i64(row.side))
    if side == MISSING:
        side = i64(order.side)
        row.side = ASK if side & 1 else BID
    if i64(row.price) == UNDEF_PRICE:
        row.price = old_price
    if i64(row.size) == UNDEF_SIZE:
        row.size = order.size
    priority = i64(row.priority)
    if priority == 0:
        priority = i64(pools.priority[slot])
    size = i64(row.size)
    if size <= 0:
        return fault(rows, i, book, BAD_SIZE, pools)  # type: ignore[no-any-return]
    level_slot = i64(order.level)
    same_rank = priority == i64(pools.priority[slot])
    if side == i64(order.side) and i64(row.price) == old_price and same_rank:
        level = pools.levels[level_slot]
        level.size = i64(level.size) + size - i64(order.size)
        order.size = size
        return APPLIED
    new_level = level_at(side, i64(row.price), pools)
    if new_level < 0:
        return failed(rows, i, book, new_level, pools)
    unlink(slot, pools)
    if i64(row.price) == old_price and side == i64(order.side):
        new_level = level_at(side, i64(row.price), pools)  # it may have left with its only order
    order.size = size
    order.side = side
    if priority != 0:
        pools.control[RANKED] = 1
    pools.priority[slot] = priority
    link(slot, new_level, priority, pools)
    return APPLIED


@hot
def apply_order(rows: Any, i: int, book: int, pools: Any) -> int:
    """A row of kind ORDER."""
    action = i64(rows[i].action)
    if action == ADD:
        return apply_add(rows, i, book, pools)
    if action == CANCEL or action == FILL:
        return apply_reduce(rows, i, book, pools)
    if action == MODIFY:
        return i64(apply_modify(rows, i, book, pools))
    return i64(fault(rows, i, book, BAD_ACTION, pools))


@kernel
def clear_orders(side: int, pools: Any) -> None:
    """Forget every order and level of one side."""
    shelf = pools.shelves[side]
    first = i64(shelf.offset)
    control = pools.control
    for place in range(i64(shelf.used)):
        level_slot = i64(pools.shelf_level[first + place])
        slot = i64(pools.levels[level_slot].head)
        while slot != 0:
            after = i64(pools.orders[slot].next)
            erase(find(i64(pools.orders[slot].order_id), side >> 1, pools), pools)
            pools.orders[slot].next = control[ORDER_FREE]
            control[ORDER_FREE] = slot
            control[ORDERS_LIVE] -= 1
            slot = after
        pools.levels[level_slot].head = control[LEVEL_FREE]
        control[LEVEL_FREE] = level_slot
        control[LEVELS_LIVE] -= 1
    shelf.used = 0


@kernel
def clear_book(book: int, state: int, pools: Any) -> None:
    """Empty both models of a book and set its state."""
    clear_orders(2 * book, pools)
    clear_orders(2 * book + 1, pools)
    clear_level(book, pools)
    pools.books[book].state = state
    pools.books[book].stale_since = 0
    pools.counters[CLEARED] += 1
    touch(book, pools)


@kernel
def clear_channel(channel_id: int, state: int, pools: Any) -> None:
    """Empty every book of a channel."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        if i64(pools.books[book].channel_id) == channel_id:
            clear_book(book, state, pools)
            pools.books[book].instrument_sequence = 0


@kernel
def mark_channel_stale(channel_id: int, ts_event: int, pools: Any) -> None:
    """Put every book of a channel in doubt: something was lost."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        record = pools.books[book]
        if i64(record.channel_id) == channel_id and i64(record.state) != STALE:
            record.state = STALE
            record.stale_since = ts_event
            pools.counters[STALE_BOOKS] += 1


@hot
def apply_row(rows: Any, i: int, pools: Any) -> int:
    """Apply one row; 0, or the verdict of a full pool with nothing changed."""
    row = rows[i]
    kind = i64(row.kind)
    if i64(row.flags) & SNAPSHOT or kind == SNAPSHOT_KIND:
        pools.counters[SNAPSHOT_ROWS] += 1
        return APPLIED
    if kind == CHANNEL_RESET:
        clear_channel(i64(row.channel_id), SYNCHRONIZED, pools)
        return APPLIED
    if kind > TRADE or kind == 0:
        return APPLIED
    book = book_for(i64(row.channel_id), i64(row.instrument_id), pools)
    if book <= 0:
        return -book
    record = pools.books[book]
    verdict = APPLIED
    if kind == ORDER:
        verdict = apply_order(rows, i, book, pools)
    elif kind == LEVEL_KIND:
        pools.control[LADDERS_USED] = 1
        reason = i64(apply_level(rows, i, book, pools))
        if reason:
            fault(rows, i, book, reason, pools)
    elif kind == CLEAR:
        clear_book(book, SYNCHRONIZED, pools)
    else:
        record.trades = i64(record.trades) + 1
        return APPLIED
    if verdict:
        return verdict
    if i64(record.state) == EMPTY:
        record.state = SYNCHRONIZED
    elif i64(record.state) == STALE:
        row.flags = i64(row.flags) | MAYBE_BAD_BOOK
    record.sequence = row.sequence
    record.ts_event = row.ts_event
    touch(book, pools)
    return APPLIED


@hot
def probable_slot(rows: Any, i: int, pools: Any) -> int:
    """The slot that a row's order most probably has, by its hash alone; 0 = none, or an Add."""
    index = pools.index
    mask = index.size - 1
    if i64(rows[i].action) == ADD:
        return 0
    wanted = hash31(i64(rows[i].order_id))
    at = wanted & mask
    entry = i64(index[at])
    while entry != 0 and entry >> 32 != wanted:
        at = (at + 1) & mask
        entry = i64(index[at])
    return entry & 0xFFFFFFFF


@hot
def look_ahead(rows: Any, i: int, count: int, pools: Any) -> None:
    """Fetch what the rows to come will need, in three steps that each use what the one before fetched."""
    if i + LOOK_INDEX < count:
        index = pools.index
        prefetch(index, hash31(i64(rows[i + LOOK_INDEX].order_id)) & (index.size - 1))
    if i + LOOK_ORDER < count:
        slot = probable_slot(rows, i + LOOK_ORDER, pools)
        prefetch(pools.orders, slot)
    if i + LOOK_LEVEL < count:
        slot = probable_slot(rows, i + LOOK_LEVEL, pools)
        if slot != 0:
            prefetch(pools.levels, i64(pools.orders[slot].level))


@kernel
def apply_rows(rows: Any, first: int, count: int, pools: Any) -> tuple[int, int]:
    """Apply rows `first .. count - 1`, settling books at each end of event; (next row, verdict)."""
    for i in range(first, count):
        look_ahead(rows, i, count, pools)
        verdict = apply_row(rows, i, pools)
        if verdict:
            return i, verdict
        if i64(rows[i].flags) & LAST:
            for k in range(i64(pools.control[DIRTY_COUNT])):
                settle(i64(pools.dirty[k]), pools)
            pools.control[DIRTY_COUNT] = 0
    return count, APPLIED

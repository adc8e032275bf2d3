"""Rows of kind ORDER: what an add, cancel, fill or modify does to the queues, checked before it is done.

On the way a row is completed for consumers: a cancel or fill names only an order; it leaves here with the
order's side and, where the venue gave none, its price and size.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import (
    APPLIED,
    ASK_TOUCHED,
    BID_TOUCHED,
    book_for,
    fault,
    is_book_of,
    state_of_sound,
    touch,
)
from feedhandler.book.hint_kernel import SIDE, guessed
from feedhandler.book.order_kernel import (
    MISSING,
    add_order,
    find,
    link,
    remove_order,
    room_for,
    touched_by,
    unlink,
)
from feedhandler.book.pools import (
    CHANNEL_WORDS,
    CHANNELS,
    DOUBTED,
    EMPTY,
    ORDERS_IN_DOUBT,
    RANKED,
    REPLACE_SIDE,
    STALE,
)
from feedhandler.book.shelf_kernel import LIMIT, SLOT, level_at
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.jit import hot, i64, kernel

ADD: Final = int(Action.ADD)
CANCEL: Final = int(Action.CANCEL)
MODIFY: Final = int(Action.MODIFY)
FILL: Final = int(Action.FILL)
BID: Final = int(Side.BID)
ASK: Final = int(Side.ASK)
REPLACE: Final = int(Detail.REPLACE)
MAYBE_BAD_BOOK: Final = int(Flag.MAYBE_BAD_BOOK)

UNKNOWN_ORDER: Final = int(Counter.UNKNOWN_ORDER)
DUPLICATE_ORDER: Final = int(Counter.DUPLICATE_ORDER)
OVER_EXECUTION: Final = int(Counter.OVER_EXECUTION)
BAD_SIZE: Final = int(Counter.BAD_SIZE)
BAD_SIDE: Final = int(Counter.BAD_SIDE)
BAD_PRICE: Final = int(Counter.BAD_PRICE)
BAD_ACTION: Final = int(Counter.BAD_ACTION)
DOUBTFUL_ROWS: Final = int(Counter.DOUBTFUL_ROWS)
LEVEL: Final = int(Kind.LEVEL)


@hot
def side_number(book: int, side: int) -> int:
    """2 * book + (1 if ask), or MISSING for a row without side."""
    ask = i64(side == ASK)
    if ask | i64(side == BID) == 0:
        return MISSING
    return 2 * book + ask


@hot
def failed(rows: Any, i: int, book: int, result: int, pools: Any) -> int:
    """What a negative result of the order book means: a verdict, or a limit that was reached."""
    if result <= -LIMIT:
        return i64(fault(rows, i, book, -result - LIMIT, pools))
    return -result


@hot
def note(row: Any, book: int, in_doubt: int, pools: Any) -> None:
    """What a book keeps of the last row that was applied to it; `in_doubt` has the states that flag the row.

    The row of a sound book in a channel that lost something is no longer flagged.
    """
    record = pools.books[book]
    record.sequence = row.sequence
    record.ts_event = row.ts_event
    flags = i64(row.flags)
    if (in_doubt >> i64(record.state)) & 1:
        row.flags = flags | MAYBE_BAD_BOOK
        pools.counters[DOUBTFUL_ROWS] += i64(flags & MAYBE_BAD_BOOK != 0)
        pools.control[CHANNELS + CHANNEL_WORDS * i64(row.channel_id) + DOUBTED] += 1
    elif flags & MAYBE_BAD_BOOK:
        row.flags = flags & ~MAYBE_BAD_BOOK


@hot
def state_of_first(row: Any, book: int, pools: Any) -> int:
    """State of a book that gets its first row: of a channel that lost something, what was before is not known."""
    if i64(row.flags) & MAYBE_BAD_BOOK and i64(row.kind) != LEVEL:
        return STALE
    if i64(row.flags) & MAYBE_BAD_BOOK and i64(row.instrument_sequence) != 1:
        return STALE
    return i64(state_of_sound(book, pools))


@hot
def apply_add(rows: Any, i: int, book: int, pools: Any) -> int:
    """An Add; as the second half of a replace it inherits the book and side of the order that left."""
    row = rows[i]
    order_id = i64(row.order_id)
    side = side_number(book, i64(row.side))
    replacing = i64(row.detail) == REPLACE
    if replacing:
        side = i64(pools.control[REPLACE_SIDE]) & SLOT
        if side == 0:
            return APPLIED  # its first half was counted
    if side == MISSING:
        return i64(fault(rows, i, book, BAD_SIDE, pools))
    if i64(row.size) <= 0 or i64(row.size) == UNDEF_SIZE:
        return i64(fault(rows, i, book, BAD_SIZE, pools))
    if i64(row.price) == UNDEF_PRICE:
        return i64(fault(rows, i, book, BAD_PRICE, pools))
    at = room_for(order_id, side >> 1, pools)
    if at == MISSING:
        return i64(fault(rows, i, book, DUPLICATE_ORDER, pools))
    level = add_order(
        i, order_id, at, side, i64(row.price), i64(row.size), i64(row.priority), pools
    )
    if level < 0:
        return failed(rows, i, book, level, pools)
    if replacing:
        row.side = ASK if side & 1 else BID
        pools.control[REPLACE_SIDE] = 0
    touch(side >> 1, touched_by(level, side, pools), pools)
    return APPLIED


@hot
def apply_reduce(rows: Any, i: int, pools: Any) -> int:
    """A Cancel or a Fill: less of an order, or none of it."""
    row = rows[i]
    replacing = i64(row.detail) == REPLACE
    if replacing:
        pools.control[REPLACE_SIDE] = 0
    at = find(i, i64(row.order_id), i64(row.instrument_id), i64(row.channel_id), pools)
    if at == MISSING:
        return i64(lost(rows, i, UNKNOWN_ORDER, pools))
    slot = i64(pools.index[at]) & SLOT
    order = pools.orders[slot]
    left = i64(order.size)
    side = i64(order.side)
    level_slot = i64(order.level)
    level = pools.levels[level_slot]
    size = i64(row.size)
    row.side = ASK if side & 1 else BID
    if i64(row.price) == UNDEF_PRICE:
        row.price = level.price
    if replacing:
        pools.control[REPLACE_SIDE] = side
    if size == UNDEF_SIZE or replacing:
        row.size = left
        size = left
    if size < 0:
        fault(rows, i, side >> 1, BAD_SIZE, pools)
        note(row, side >> 1, ORDERS_IN_DOUBT, pools)
        return APPLIED
    touch(side >> 1, touched_by(level_slot, side, pools), pools)
    if size < left:
        order.size = left - size
        level.size = i64(level.size) - size
    else:
        if size > left:
            fault(rows, i, side >> 1, OVER_EXECUTION, pools)
        remove_order(at, slot, pools)
    note(row, side >> 1, ORDERS_IN_DOUBT, pools)
    return APPLIED


@kernel
def lost(rows: Any, i: int, reason: int, pools: Any) -> int:
    """A fault of a row whose order is in no book: it is the instrument's book that is in doubt."""
    row = rows[i]
    book = book_for(i64(row.channel_id), i64(row.instrument_id), pools)
    if book <= 0:
        return -book
    fault(rows, i, book, reason, pools)
    note(row, book, ORDERS_IN_DOUBT, pools)
    return APPLIED


@kernel
def apply_modify(rows: Any, i: int, pools: Any) -> int:
    """New price, size or rank of an order; what the row leaves undefined stays."""
    row = rows[i]
    at = find(i, i64(row.order_id), i64(row.instrument_id), i64(row.channel_id), pools)
    if at == MISSING:
        return i64(lost(rows, i, UNKNOWN_ORDER, pools))
    slot = i64(pools.index[at]) & SLOT
    order = pools.orders[slot]
    old_side = i64(order.side)
    book = old_side >> 1
    old_price = i64(pools.levels[i64(order.level)].price)
    side = side_number(book, i64(row.side))
    if side == MISSING:
        side = old_side
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
        fault(rows, i, book, BAD_SIZE, pools)
    elif side == old_side and i64(row.price) == old_price and priority == i64(pools.priority[slot]):
        level = pools.levels[i64(order.level)]
        level.size = i64(level.size) + size - i64(order.size)
        order.size = size
    else:
        failure = move_order(slot, side, i64(row.price), size, priority, pools)
        if failure < 0:
            return failed(rows, i, book, failure, pools)
    touch(book, BID_TOUCHED | ASK_TOUCHED, pools)
    note(row, book, ORDERS_IN_DOUBT, pools)
    return APPLIED


@hot
def move_order(slot: int, side: int, price: int, size: int, priority: int, pools: Any) -> int:
    """Take an order to another place: 0, or negative as `make_level` with nothing changed."""
    order = pools.orders[slot]
    old_level = i64(order.level)
    level = level_at(side, price, pools)
    if level < 0:
        return level
    unlink(slot, pools)
    if level == old_level:
        level = level_at(side, price, pools)  # it may have left with its only order
    order.size = size
    order.side = side
    if priority != 0:
        pools.control[RANKED] = 1
    pools.priority[slot] = priority
    link(slot, level, priority, pools)
    return 0


@hot
def apply_order(rows: Any, i: int, pools: Any) -> int:
    """A row of kind ORDER: 0, or a verdict."""
    row = rows[i]
    action = i64(row.action)
    if action == CANCEL or action == FILL:
        return apply_reduce(rows, i, pools)
    if action == MODIFY:
        return i64(apply_modify(rows, i, pools))
    book = (guessed(i, SIDE, pools) & SLOT) >> 1
    if not is_book_of(book, i64(row.channel_id), i64(row.instrument_id), pools):
        book = book_for(i64(row.channel_id), i64(row.instrument_id), pools)
    if book <= 0:
        return -book
    if action != ADD:
        fault(rows, i, book, BAD_ACTION, pools)
        note(row, book, ORDERS_IN_DOUBT, pools)
        return APPLIED
    verdict = apply_add(rows, i, book, pools)
    if verdict:
        return verdict
    record = pools.books[book]
    if i64(record.state) == EMPTY:
        record.state = state_of_first(row, book, pools)
    note(row, book, ORDERS_IN_DOUBT, pools)
    return APPLIED

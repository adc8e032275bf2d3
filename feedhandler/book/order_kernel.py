"""The book by order: every order in its place in the queue, every price level a sum of its orders.

Theory of operation. An order is found by its id through `index`, an open-addressing table of words
`hash31 << 32 | slot`. A probe compares the hash first and the order's full id only when the hash agrees, so a
miss seldom leaves the table. Deletion shifts the cluster back (no tombstones): the home of every entry can be
computed from the entry itself, so deletion never touches an order. The hash keeps runs of 16 neighbouring ids
adjacent, because venues number orders in sequence and an order dies young: neighbours share a cache line.

Everything that can run full is checked before anything is changed, so a verdict leaves the books as they
were and the row can be applied again.
"""

from typing import Any, Final

from feedhandler.book.hint_kernel import LEVEL, PLACE, guessed
from feedhandler.book.pools import (
    LEVEL_RUN,
    ORDER_FREE,
    ORDER_NEXT,
    ORDERS_LIVE,
    ORDERS_MAX,
    RANKED,
)
from feedhandler.book.shelf_kernel import LIMIT, SLOT, drop_level, is_level_of, level_at
from feedhandler.counter import Counter
from feedhandler.jit import address_of, first_with_half, hot, i64, kernel, lshr, u8le, wrapping_mul
from feedhandler.verdict import Verdict

GOLD: Final = -7046029254386353131  # 2**64 / golden ratio, as a signed word
SIGN: Final = -(1 << 63)  # flips the order of signed words to that of unsigned ones
MISSING: Final = -1
ORDERS_FULL: Final = int(Verdict.ORDERS_FULL)
ORDERS_LIMIT: Final = int(Counter.ORDERS_LIMIT)


@hot
def hash31(order_id: int) -> int:
    """31 bits in which neighbouring ids stay neighbours within blocks of 16."""
    return (lshr(wrapping_mul(order_id >> 4, GOLD), 37) << 4) | (order_id & 15)


@hot
def find(i: int, order_id: int, instrument_id: int, channel_id: int, pools: Any) -> int:
    """The place in `index` of an order of this instrument, that of row `i`, or MISSING."""
    index = address_of(pools.index)
    at = guessed(i, PLACE, pools)
    if is_entry_of(u8le(index + 8 * at), order_id, instrument_id, channel_id, pools):
        return at
    wanted = hash31(order_id)
    home = wanted & (i64(pools.index.size) - 1)
    at = home + first_with_half(index + 8 * home, wanted)
    if is_entry_of(u8le(index + 8 * at), order_id, instrument_id, channel_id, pools):
        return at
    return i64(find_far(order_id, instrument_id, channel_id, pools))


@hot
def is_entry_of(entry: int, order_id: int, instrument_id: int, channel_id: int, pools: Any) -> bool:
    """Whether this word of the index is that of an order of this instrument."""
    order = pools.orders[entry & SLOT]
    book = pools.books[i64(order.side) >> 1]
    other = i64(order.order_id) ^ order_id | i64(book.instrument_id) ^ instrument_id
    return entry != 0 and (other | i64(book.channel_id) ^ channel_id) == 0


@kernel
def find_far(order_id: int, instrument_id: int, channel_id: int, pools: Any) -> int:
    """As `find`, word by word: beyond those that it looks at, or behind an order of the same hash."""
    index = pools.index
    mask = i64(index.size) - 1
    wanted = hash31(order_id)
    at = wanted & mask
    entry = i64(index[at])
    while entry != 0:
        if entry >> 32 == wanted:
            if is_entry_of(entry, order_id, instrument_id, channel_id, pools):
                return at
        at = (at + 1) & mask & SLOT
        entry = i64(index[at])
    return MISSING


@hot
def find_slot(slot: int, pools: Any) -> int:
    """The place in `index` of an order that is known to be there."""
    index = pools.index
    mask = i64(index.size) - 1
    at = hash31(i64(pools.orders[slot].order_id)) & mask
    while i64(index[at]) & SLOT != slot:
        at = (at + 1) & mask & SLOT
    return at


@hot
def room_for(order_id: int, book: int, pools: Any) -> int:
    """The place in `index` where a new order goes, or MISSING when this book has the order already."""
    index = pools.index
    orders = pools.orders
    mask = i64(index.size) - 1
    wanted = hash31(order_id)
    at = wanted & mask
    entry = i64(index[at])
    while entry != 0:
        if entry >> 32 == wanted:
            slot = entry & SLOT
            if i64(orders[slot].order_id) == order_id and i64(orders[slot].side) >> 1 == book:
                return MISSING
        at = (at + 1) & mask & SLOT
        entry = i64(index[at])
    return at


@hot
def erase(at: int, pools: Any) -> None:
    """Take an entry out of `index`, moving back what follows it in its cluster."""
    index = pools.index
    mask = i64(index.size) - 1
    hole = at
    probe = (at + 1) & mask & SLOT
    entry = i64(index[probe])
    while entry != 0:
        home = (entry >> 32) & mask
        if ((probe - home) & mask) >= ((probe - hole) & mask):
            index[hole] = entry
            hole = probe
        probe = (probe + 1) & mask & SLOT
        entry = i64(index[probe])
    index[hole] = 0


@hot
def link(slot: int, level_slot: int, priority: int, pools: Any) -> None:
    """Put an order into the queue of its level: at the end, or by the venue's own rank."""
    orders = pools.orders
    level = pools.levels[level_slot]
    before = i64(level.prev)
    after = level_slot
    if priority != 0:
        while before != level_slot and (i64(pools.priority[before]) ^ SIGN) > (priority ^ SIGN):
            after = before
            before = i64(orders[before].prev)
    orders[slot].level = level_slot
    orders[slot].prev = before
    orders[slot].next = after
    orders[before].next = slot  # of the level itself where there is no other order
    orders[after].prev = slot
    level.size = i64(level.size) + i64(orders[slot].size)
    level.count = i64(level.count) + 1


@hot
def touched_by(level_slot: int, side: int, pools: Any) -> int:
    """The bit of `dirty` for a change of this level: that of its side if it is the best there, else 0."""
    shelf = pools.shelves[side]
    best = i64(pools.shelf_level[i64(shelf.offset) + i64(shelf.used) - 1])
    return i64(best == level_slot) << (side & 1)


@hot
def unlink(slot: int, pools: Any) -> None:
    """Take an order out of its queue; its level goes with its last order."""
    orders = pools.orders
    level_slot = i64(orders[slot].level)
    level = pools.levels[level_slot]
    before = i64(orders[slot].prev)
    after = i64(orders[slot].next)
    orders[before].next = after
    orders[after].prev = before
    level.size = i64(level.size) - i64(orders[slot].size)
    level.count = i64(level.count) - 1
    if i64(level.count) == 0:
        drop_level(level_slot, pools)


@hot
def add_order(
    i: int, order_id: int, at: int, side: int, price: int, size: int, priority: int, pools: Any
) -> int:
    """Add the order of row `i` at its place in `index`: its level's slot, or negative as `make_level`."""
    control = pools.control
    slot = i64(control[ORDER_FREE]) & SLOT
    if i64(control[ORDERS_LIVE]) >= i64(control[ORDERS_MAX]):
        return -(LIMIT + ORDERS_LIMIT)
    if slot == 0:
        if i64(control[ORDER_NEXT]) + LEVEL_RUN >= pools.orders.size:  # its level may need a run
            return -ORDERS_FULL
    level_slot = guessed(i, LEVEL, pools) & SLOT
    if not is_level_of(level_slot, side, price, pools):
        level_slot = level_at(side, price, pools)
    if level_slot < 0:
        return level_slot
    if i64(control[ORDER_FREE]):
        control[ORDER_FREE] = pools.orders[slot].next
    else:
        slot = i64(control[ORDER_NEXT]) & SLOT
        control[ORDER_NEXT] = slot + 1
    order = pools.orders[slot]
    order.order_id = order_id
    order.size = size
    order.side = side
    if priority != 0:
        control[RANKED] = 1
    if i64(control[RANKED]) != 0:
        pools.priority[slot] = priority
    link(slot, level_slot, priority, pools)
    pools.index[at] = (hash31(order_id) << 32) | slot
    control[ORDERS_LIVE] += 1
    return level_slot


@hot
def remove_order(at: int, slot: int, pools: Any) -> None:
    """Remove an order that `find` found at `at`."""
    unlink(slot, pools)
    erase(at, pools)
    pools.orders[slot].next = pools.control[ORDER_FREE]
    pools.control[ORDER_FREE] = slot
    pools.control[ORDERS_LIVE] -= 1

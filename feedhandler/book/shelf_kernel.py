"""The prices of a side: sorted, best last, each with its level; found by one vector comparison.

A level's place is searched only when an order arrives or a level dies: among the best LANES levels by comparing
all of them at once, without a branch to mispredict, and beyond them by halving. Insertion shifts the levels that
are better than the new one, so the worst case is an order far from the best of a deep side.
"""

from typing import Any, Final

from feedhandler.book.pools import (
    LEVEL_END,
    LEVEL_FREE,
    LEVEL_NEXT,
    LEVEL_RUN,
    LEVELS_LIVE,
    LEVELS_MAX,
    ORDER_NEXT,
    SHELF_FIRST,
    SHELF_FREE,
    SHELF_NEXT,
)
from feedhandler.counter import Counter
from feedhandler.jit import (
    LANES,
    address_of,
    count_bits,
    hot,
    i64,
    kernel,
    lanes_at_least,
    lshr,
    put4,
    put8,
    u4le,
    u8le,
)
from feedhandler.verdict import Verdict

ORDERS_FULL: Final = int(Verdict.ORDERS_FULL)
SHELF_FULL: Final = int(Verdict.SHELF_FULL)
LEVELS_LIMIT: Final = int(Counter.LEVELS_LIMIT)
LIMIT: Final = (
    1 << 8
)  # a result below -LIMIT is -(LIMIT + the Counter of the limit that was reached)
# Slots, places and books are below 2**32. Saying so with a mask tells the compiler that an index is not negative,
# which saves the instructions by which Python's negative indices are honoured.
SLOT: Final = 0xFFFF_FFFF


@hot
def price_key(side: int, price: int) -> int:
    """Prices as the shelf keeps them: the better, the greater, on both sides."""
    return ~price if side & 1 else price


@hot
def near_place(side: int, key: int, pools: Any) -> int:
    """Where in the shelf a key is if it is among the best LANES levels of its side; else near it."""
    shelf = pools.shelves[side]
    end = i64(shelf.offset) + i64(shelf.used)
    return end - min(count_bits(lanes_at_least(pools.shelf_price, max(end - LANES, 0), key)), end)


@hot
def place_of(side: int, key: int, pools: Any) -> int:
    """How many levels of this side are worse than the key: its place, if it is there."""
    shelf_price = pools.shelf_price
    first = i64(pools.shelves[side].offset)
    used = i64(pools.shelves[side].used)
    # Block starts are at least LANES into the array, so these words exist; those of others are masked out.
    at = max(first + used - LANES, 0)  # a side that never had a level has no block
    near = lanes_at_least(shelf_price, at, key) >> max(LANES - used, 0)
    deep = lshr(LANES - used, 63) & near  # one branch for two questions
    if deep == 0:
        return used - count_bits(near)
    low = i64(0)
    left = used - LANES
    while left > 1:
        half = left >> 1
        low += half * i64(i64(shelf_price[first + low + half - 1]) < key)
        left -= half
    return low + i64(i64(shelf_price[first + low]) < key)


@kernel
def widen_block(side: int, pools: Any) -> int:
    """Give a full side a block of twice the size; 0, or the verdict SHELF_FULL with nothing changed."""
    shelf = pools.shelves[side]
    control = pools.control
    old_class = i64(shelf.size_class)
    new_class = old_class + 1 if i64(shelf.capacity) else 0
    capacity = SHELF_FIRST << new_class
    offset = i64(control[SHELF_FREE + new_class])
    if offset:
        control[SHELF_FREE + new_class] = pools.shelf_price[offset]
    else:
        offset = i64(control[SHELF_NEXT])
        if offset + capacity > pools.shelf_price.size:
            return SHELF_FULL
        control[SHELF_NEXT] = offset + capacity
    old = i64(shelf.offset)
    for k in range(i64(shelf.used)):
        pools.shelf_price[offset + k] = pools.shelf_price[old + k]
        pools.shelf_level[offset + k] = pools.shelf_level[old + k]
    if i64(shelf.capacity):
        pools.shelf_price[old] = control[SHELF_FREE + old_class]
        control[SHELF_FREE + old_class] = old
    shelf.offset = offset
    shelf.capacity = capacity
    shelf.size_class = new_class
    return 0


@kernel
def take_run(pools: Any) -> bool:
    """Set unused slots aside for levels; whether there were enough."""
    control = pools.control
    first = i64(control[ORDER_NEXT])
    if first + LEVEL_RUN > pools.orders.size:
        return False
    control[ORDER_NEXT] = first + LEVEL_RUN
    control[LEVEL_NEXT] = first
    control[LEVEL_END] = first + LEVEL_RUN
    return True


@hot
def make_level(side: int, place: int, price: int, pools: Any) -> int:
    """A new empty level at `place`: its slot, or minus a verdict, or minus LIMIT + counter."""
    control = pools.control
    shelf = pools.shelves[side]
    if i64(control[LEVELS_LIVE]) >= i64(control[LEVELS_MAX]):
        return -(LIMIT + LEVELS_LIMIT)
    slot = i64(control[LEVEL_FREE]) & SLOT
    if slot == 0 and control[LEVEL_NEXT] == control[LEVEL_END] and not take_run(pools):
        return -ORDERS_FULL
    if i64(shelf.used) == i64(shelf.capacity):
        verdict = widen_block(side, pools)
        if verdict:
            return -verdict
    if slot != 0:
        control[LEVEL_FREE] = pools.levels[slot].next
    else:
        slot = i64(control[LEVEL_NEXT]) & SLOT
        control[LEVEL_NEXT] = slot + 1
    used = i64(shelf.used)
    # Within the block by address: `place` is at most `used`, and that below the capacity.
    prices = address_of(pools.shelf_price) + 8 * i64(shelf.offset)
    slots = address_of(pools.shelf_level) + 4 * i64(shelf.offset)
    for at in range(used, place, -1):
        put8(prices + 8 * at, u8le(prices + 8 * at - 8))
        put4(slots + 4 * at, u4le(slots + 4 * at - 4))
    put8(prices + 8 * place, price_key(side, price))
    put4(slots + 4 * place, slot)
    shelf.used = used + 1
    level = pools.levels[slot]
    level.price = price
    level.size = 0
    level.count = 0
    level.next = slot
    level.prev = slot
    level.side = side
    control[LEVELS_LIVE] += 1
    return slot


@hot
def drop_level(slot: int, pools: Any) -> None:
    """Take an empty level off its shelf and give its slot back."""
    level = pools.levels[slot]
    side = i64(level.side)
    shelf = pools.shelves[side]
    place = place_of(side, price_key(side, i64(level.price)), pools)
    last = i64(shelf.used) - 1
    prices = address_of(pools.shelf_price) + 8 * i64(shelf.offset)
    slots = address_of(pools.shelf_level) + 4 * i64(shelf.offset)
    for at in range(place, last):
        put8(prices + 8 * at, u8le(prices + 8 * at + 8))
        put4(slots + 4 * at, u4le(slots + 4 * at + 4))
    shelf.used = last
    level.next = pools.control[LEVEL_FREE]
    pools.control[LEVEL_FREE] = slot
    pools.control[LEVELS_LIVE] -= 1


@hot
def is_level_of(slot: int, side: int, price: int, pools: Any) -> bool:
    """Whether this is the level of a price, with orders: one without is on no shelf."""
    level = pools.levels[slot]
    other = i64(level.price) ^ price | i64(level.side) ^ side
    return other == 0 and i64(level.count) != 0


@hot
def level_at(side: int, price: int, pools: Any) -> int:
    """The slot of the level of this price, made when it is not there; negative as `make_level`."""
    key = price_key(side, price)
    place = place_of(side, key, pools)
    at = i64(pools.shelves[side].offset) + place
    if place < i64(pools.shelves[side].used) and i64(pools.shelf_price[at]) == key:
        return i64(pools.shelf_level[at])
    return i64(make_level(side, place, price, pools))

"""A fingerprint of one by-order book, taken from every link, level and order that the kernel keeps of it.

The whole book is walked at each comparison, so a level that changed without being named by any row is found
at once. The fingerprint of a level covers its side, its price and its orders in time priority; that of a book
is the sum over its levels, so that the other side need only compute the levels that rows named.
"""

from typing import Any, Final

from feedhandler.book.pools import ORDERS_LIVE
from feedhandler.jit import hot, i64, kernel, lshr, wrapping_add, wrapping_mul

PRIME: Final = -7046029288634856825  # 0x9E3779B185EBCA87
FINGERPRINT: Final = 0  # words of `out`
ORDERS: Final = 1
LEVELS: Final = 2
BROKEN: Final = 3  # slot of a level whose links, sums or place on the shelf are wrong; 0 = none
OUT_WORDS: Final = 4


@hot
def fold(running: int, word: int) -> int:
    """One more word into a level's fingerprint."""
    product = i64(wrapping_mul(running ^ word, PRIME))
    folded: int = product ^ lshr(product, 31)
    return folded


@hot
def level_is_whole(slot: int, side: int, pools: Any) -> bool:
    """Whether a level's size, count and tail are those of its queue, and every link leads back."""
    orders = pools.orders
    level = pools.levels[slot]
    size = 0
    count = 0
    before = slot
    order = i64(level.next)
    while order != slot and count <= i64(pools.control[ORDERS_LIVE]):
        record = orders[order]
        if i64(record.level) != slot or i64(record.side) != side or i64(record.prev) != before:
            return False
        size += i64(record.size)
        count += 1
        before = order
        order = i64(record.next)
    same = i64(level.size) == size and i64(level.count) == count and i64(level.prev) == before
    return same and count > 0 and i64(level.side) == side


@kernel
def fingerprint(book: int, pools: Any, out: Any) -> None:
    """Fill `out` from both sides of a book."""
    total = 0
    out[ORDERS] = 0
    out[LEVELS] = 0
    out[BROKEN] = 0
    for side in range(2 * book, 2 * book + 2):
        first = i64(pools.shelves[side].offset)
        used = i64(pools.shelves[side].used)
        for place in range(first, first + used):
            slot = i64(pools.shelf_level[place])
            level = pools.levels[slot]
            price = i64(level.price)
            key = ~price if side & 1 else price
            in_order = place == first or i64(pools.shelf_price[place - 1]) < key
            placed = in_order and i64(pools.shelf_price[place]) == key
            if not placed or not level_is_whole(slot, side, pools):
                out[BROKEN] = slot
                return
            running = fold(fold(0, side & 1), price)
            order = i64(level.next)
            while order != slot:
                running = fold(running, i64(pools.orders[order].order_id))
                running = fold(running, i64(pools.orders[order].size))
                order = i64(pools.orders[order].next)
            total = i64(wrapping_add(total, running))
            out[ORDERS] += level.count
            out[LEVELS] += 1
    out[FINGERPRINT] = total

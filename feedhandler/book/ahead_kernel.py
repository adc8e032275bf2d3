"""Fetching memory ahead of its use: a book is an order of cache misses, and they can wait for each other.

An order lies behind three dependent reads: the index word, the order, its level. For rows that lie decoded in a
batch the reads of many can be under way at once. Rows are taken in blocks; while one block is applied, the
orders of the next and the index words of the one after that are on their way. The guess goes by the hash alone:
a wrong one costs a fetch, nothing else.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import book_of
from feedhandler.book.order_kernel import hash31, near_place, price_key
from feedhandler.book.pools import HINT_WORDS, ORDERS_LIVE
from feedhandler.event import Side
from feedhandler.jit import hot, i64, prefetch

BLOCK: Final = 16  # rows; a power of two, HINT_WORDS holds two blocks
HINT_MASK: Final = HINT_WORDS - 1
ASK: Final = int(Side.ASK)
SIDES: Final = HINT_WORDS


@hot
def fetch_index(rows: Any, first: int, end: int, pools: Any) -> None:
    """Fetch the index words of rows `first .. end - 1`."""
    index = pools.index
    mask = index.size - 1
    for i in range(first, end):
        prefetch(index, hash31(i64(rows[i].order_id)) & mask)


@hot
def fetch_orders(rows: Any, first: int, end: int, pools: Any) -> None:
    """Guess slot and side of these rows' orders; fetch the orders and the best end of the sides.

    The slot of a new order is 0, the side of a cancel the bid side: wrong, cheap and free of branches.
    """
    index = pools.index
    mask = i64(index.size) - 1
    hints = pools.hints
    for i in range(first, end):
        row = rows[i]
        wanted = hash31(i64(row.order_id))
        at = wanted & mask
        entry = i64(index[at])
        while entry != 0 and entry >> 32 != wanted:
            at = (at + 1) & mask
            entry = i64(index[at])
        slot = entry & 0xFFFFFFFF
        prefetch(pools.orders, slot)
        book = book_of(i64(row.channel_id), i64(row.instrument_id), pools)
        side = 2 * book + (1 if i64(row.side) == ASK else 0)
        shelf = pools.shelves[side]
        best = i64(shelf.offset) + max(i64(shelf.used) - 1, 0)
        prefetch(pools.shelf_price, best)
        prefetch(pools.shelf_level, best)
        hints[i & HINT_MASK] = slot
        hints[SIDES + (i & HINT_MASK)] = side


@hot
def fetch_levels(rows: Any, first: int, end: int, pools: Any) -> None:
    """Fetch the levels of these rows' orders, and the levels at their prices, where new ones go."""
    hints = pools.hints
    for i in range(first, end):
        order = pools.orders[i64(hints[i & HINT_MASK])]
        prefetch(pools.levels, i64(order.level))
        side = i64(hints[SIDES + (i & HINT_MASK)])
        place = near_place(side, price_key(side, i64(rows[i].price)), pools)
        shelf = pools.shelves[side]
        prefetch(pools.levels, i64(pools.shelf_level[i64(shelf.offset) + place]))


@hot
def look_ahead(rows: Any, i: int, first: int, count: int, pools: Any) -> None:
    """Before row `i` of `first .. count - 1`: at each block's start, fetch for the blocks to come."""
    if (i - first) & (BLOCK - 1) != 0 or pools.control[ORDERS_LIVE] == 0:
        return
    if i == first:
        fetch_index(rows, i, min(i + 2 * BLOCK, count), pools)
        fetch_orders(rows, i, min(i + BLOCK, count), pools)
    fetch_index(rows, min(i + 2 * BLOCK, count), min(i + 3 * BLOCK, count), pools)
    fetch_levels(rows, i, min(i + BLOCK, count), pools)
    fetch_orders(rows, min(i + BLOCK, count), min(i + 2 * BLOCK, count), pools)

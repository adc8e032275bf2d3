"""Fetching memory ahead of its use: a book is an order of cache misses, and they can wait for each other.

An order lies behind three dependent reads: the index word, the order, its level and neighbours; where a new one
goes, behind three others: the price, its level, the last order there. For rows that lie decoded in a batch the
reads of many can be under way at once. Rows are taken in blocks, and each read is a block ahead of the one that
depends on it. The guess goes by the hash alone: a wrong one costs a fetch, nothing else.

Neighbours are only written to, but stores leave in order: one that misses holds up those behind it.

What is read here is read by address, without the bounds checks that cost more than the fetches: slots, levels and
sides come from the pools' own words, which `apply_row` keeps and checks.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import book_of
from feedhandler.book.hint_kernel import LEVEL, PLACE, SIDE, SLOT, guessed, hint_of
from feedhandler.book.order_kernel import hash31
from feedhandler.book.pools import LEVEL as LEVEL_RECORD
from feedhandler.book.pools import ORDER, ORDERS_LIVE
from feedhandler.book.shelf_kernel import near_place, price_key
from feedhandler.event import CHANNEL_ID, EVENT_SIZE, INSTRUMENT_ID, ORDER_ID, PRICE, Side
from feedhandler.event import SIDE as ROW_SIDE
from feedhandler.jit import (
    PROBES,
    address_of,
    first_with_half,
    hot,
    i64,
    prefetch,
    put8,
    u1,
    u2le,
    u4le,
    u8le,
)

BLOCK: Final = 8  # rows, a power of two; four blocks are under way
HALF: Final = 0xFFFF_FFFF
ASK: Final = int(Side.ASK)
ORDER_BYTES: Final = ORDER.itemsize
LEVEL_BYTES: Final = LEVEL_RECORD.itemsize
ORDER_LEVEL: Final = 16  # offset of an order's level
NEXT: Final = 20  # and of what orders and levels both have
PREV: Final = 24


@hot
def fetch_index(rows: Any, first: int, end: int, pools: Any) -> None:
    """Fetch the index words of rows `first .. end - 1`."""
    index = address_of(pools.index)
    mask = pools.index.size - 1
    row = address_of(rows) + EVENT_SIZE * first
    for _ in range(first, end):
        home = index + 8 * (hash31(u8le(row + ORDER_ID)) & mask)
        prefetch(home)
        prefetch(home + 8 * PROBES - 8)  # mostly the next line
        row += EVENT_SIZE


@hot
def fetch_orders(rows: Any, first: int, end: int, pools: Any) -> None:
    """Guess slot and side of these rows' orders; fetch the orders and the best end of the sides.

    The slot of a new order is mostly 0 and the side of a cancel the bid side: wrong, cheap and free of branches.
    """
    index = address_of(pools.index)
    mask = pools.index.size - 1
    orders = address_of(pools.orders)
    prices = address_of(pools.shelf_price)
    row = address_of(rows) + EVENT_SIZE * first
    for i in range(first, end):
        wanted = hash31(u8le(row + ORDER_ID))
        home = wanted & mask
        place = home + first_with_half(index + 8 * home, wanted)
        slot = u8le(index + 8 * place) & HALF
        prefetch(orders + ORDER_BYTES * slot)
        book = book_of(u2le(row + CHANNEL_ID), u4le(row + INSTRUMENT_ID), pools)
        side = 2 * book + i64(u1(row + ROW_SIDE) == ASK)
        shelf = pools.shelves[side]
        prefetch(prices + 8 * (i64(shelf.offset) + i64(shelf.used)) - 8)
        hint = hint_of(i, pools)
        put8(hint + PLACE, place)
        put8(hint + SLOT, slot)
        put8(hint + SIDE, side)
        row += EVENT_SIZE


@hot
def fetch_levels(rows: Any, first: int, end: int, pools: Any) -> None:
    """Fetch level and neighbours of these rows' orders, and the levels at their prices, where new ones go."""
    orders = address_of(pools.orders)
    levels = address_of(pools.levels)
    slots = address_of(pools.shelf_level)
    row = address_of(rows) + EVENT_SIZE * first
    for i in range(first, end):
        hint = hint_of(i, pools)
        order = orders + ORDER_BYTES * u8le(hint + SLOT)
        prefetch(levels + LEVEL_BYTES * u4le(order + ORDER_LEVEL))
        prefetch(orders + ORDER_BYTES * u4le(order + NEXT))
        prefetch(orders + ORDER_BYTES * u4le(order + PREV))
        side = u8le(hint + SIDE) & HALF
        place = near_place(side, price_key(side, u8le(row + PRICE)), pools)
        level = u4le(slots + 4 * place)
        prefetch(levels + LEVEL_BYTES * level)
        put8(hint + LEVEL, level)
        row += EVENT_SIZE


@hot
def fetch_tails(first: int, end: int, pools: Any) -> None:
    """Fetch the last orders of the levels where new ones go."""
    orders = address_of(pools.orders)
    levels = address_of(pools.levels)
    for i in range(first, end):
        level = guessed(i, LEVEL, pools)
        prefetch(orders + ORDER_BYTES * u4le(levels + LEVEL_BYTES * level + PREV))


@hot
def look_ahead(rows: Any, i: int, first: int, count: int, pools: Any) -> None:
    """Before row `i` of `first .. count - 1`: at each block's start, fetch for the blocks to come."""
    if (i - first) & (BLOCK - 1) != 0 or pools.control[ORDERS_LIVE] == 0:
        return
    if i == first:
        fetch_index(rows, i, min(i + 3 * BLOCK, count), pools)
        fetch_orders(rows, i, min(i + 2 * BLOCK, count), pools)
        fetch_levels(rows, i, min(i + BLOCK, count), pools)
    next_block = min(i + BLOCK, count)
    after_next = min(i + 2 * BLOCK, count)
    third = min(i + 3 * BLOCK, count)
    fetch_tails(i, next_block, pools)
    fetch_levels(rows, next_block, after_next, pools)
    fetch_orders(rows, after_next, third, pools)
    fetch_index(rows, third, min(i + 4 * BLOCK, count), pools)

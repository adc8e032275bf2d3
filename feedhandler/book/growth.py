"""Growing the pools: what Python does when a kernel stopped because one of them was full.

Growing copies, so it happens by doubling, between two rows, and never in a kernel. The larger pools are advised and
touched like the first ones (`pools.room`): a loop stands still once, for as long as that takes, and not at every
page. It does not happen at all where `Limits` are as large as the market is.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from feedhandler.book.directory_kernel import enter_books
from feedhandler.book.pools import (
    DEPTH_DEFAULT,
    KNOWN,
    LADDER_ROOM,
    LEVEL,
    REFRESH,
    Pools,
    make_index,
    room,
)
from feedhandler.book.refresh_kernel import REFRESH_BESIDE_ORDERS, REFRESH_LEVELS
from feedhandler.jit import i64, kernel
from feedhandler.records import records
from feedhandler.verdict import Verdict

Array = np.ndarray[Any, Any]


def _longer(array: Array, length: int, control: Any) -> Any:
    """A zeroed array of this length with the old one at its start."""
    made = room(length, array.dtype, control)
    made[: array.size] = array
    return records(made) if array.dtype.names else made


@kernel
def reindex(old: Any, index: Any) -> None:
    """Enter every order of the old index into a larger one."""
    mask = index.size - 1
    for k in range(old.size):
        entry = i64(old[k])
        if entry != 0:
            at = (entry >> 32) & mask
            while i64(index[at]) != 0:
                at = (at + 1) & mask
            index[at] = entry


def grow_orders(pools: Pools) -> Pools:
    """Twice the orders and levels, and an index to match."""
    length = 2 * pools.orders.size
    index = make_index(2 * pools.index.size, pools.control)
    reindex(pools.index, index)
    orders = _longer(pools.orders, length, pools.control)
    return pools._replace(
        orders=orders,
        levels=records(np.asarray(orders).view(np.ndarray).view(LEVEL)),
        priority=_longer(pools.priority, length, pools.control),
        index=index,
    )


def grow_shelf(pools: Pools) -> Pools:
    """Twice the price arrays."""
    length = 2 * pools.shelf_price.size
    return pools._replace(
        shelf_price=_longer(pools.shelf_price, length, pools.control),
        shelf_level=_longer(pools.shelf_level, length, pools.control),
    )


def grow_books(pools: Pools) -> Pools:
    """Twice the instruments."""
    books, control = 2 * pools.books.size, pools.control
    directory = room(2 * pools.directory.size, np.int64, control)
    grown = pools._replace(
        directory=directory,
        books=_longer(pools.books, books, control),
        dirty=_longer(pools.dirty, books, control),
        shelves=_longer(pools.shelves, 2 * books, control),
        ladder=_longer(pools.ladder, 2 * pools.ladder.size, control),
        ladder_used=_longer(pools.ladder_used, 4 * books, control),
    )
    enter_books(grown)
    return grown


def grow_ladder(pools: Pools, depth: int) -> Pools:
    """By-level books of `depth` levels a side, where a definition asks for more than they have."""
    runs = pools.ladder_used.size
    old_depth = pools.ladder.size // runs
    if pools.control[REFRESH]:
        depth *= 2  # beside each run lies what is known of it since a loss
    if depth <= old_depth:
        return pools
    np.asarray(pools.books)["refresh"] &= ~KNOWN
    ladder = room(runs * depth, pools.ladder.dtype, pools.control).reshape(runs, depth)
    ladder[:, :old_depth] = np.asarray(pools.ladder).reshape(runs, old_depth)
    pools.control[LADDER_ROOM] = depth
    return pools._replace(ladder=records(ladder.reshape(-1)))


def refresh_naturally(pools: Pools, *, has_orders: bool) -> Pools:
    """Pools, still empty, of books by level that may be refreshed; beside orders if the feed has them."""
    depth = max(pools.ladder.size // pools.ladder_used.size, DEPTH_DEFAULT)
    pools.control[REFRESH] = REFRESH_BESIDE_ORDERS if has_orders else REFRESH_LEVELS
    return grow_ladder(pools, depth)


GROW: Final[dict[Verdict, Callable[[Pools], Pools]]] = {
    Verdict.ORDERS_FULL: grow_orders,
    Verdict.SHELF_FULL: grow_shelf,
    Verdict.BOOKS_FULL: grow_books,
}

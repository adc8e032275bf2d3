"""What a definition, or the lack of one, does to a book by level: its state, and how deep its levels go."""

from typing import Any

from feedhandler.book.directory_kernel import (
    BOTH_TOUCHED,
    HEALED_BOOKS,
    mark_stale,
    note_healed,
    state_of_sound,
    touch,
    undefined,
)
from feedhandler.book.level_kernel import RUNS, USED, depth_of
from feedhandler.book.pools import BOOK_NEXT, BY_DEFINITION, ORDERS_STALE, SYNCHRONIZED
from feedhandler.jit import i64, kernel


@kernel
def mark_undefined(channel_id: int, ts_recv: int, pools: Any) -> None:
    """A channel sends definitions: those of its books that have none are in doubt."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        record = pools.books[book]
        if i64(record.channel_id) == channel_id and undefined(book, pools):
            if i64(record.state) == SYNCHRONIZED:
                record.state = state_of_sound(book, pools)
                touch(book, BOTH_TOUCHED, pools)
            elif i64(record.state) == ORDERS_STALE:
                mark_stale(book, ts_recv, pools)


@kernel
def found_sound(book: int, ts_recv: int, pools: Any) -> None:
    """A book that was in doubt only for want of a definition has got it, and was kept right."""
    pools.books[book].state = SYNCHRONIZED
    note_healed(book, ts_recv, BY_DEFINITION, pools)
    pools.counters[HEALED_BOOKS] += 1
    touch(book, BOTH_TOUCHED, pools)


@kernel
def cut(book: int, pools: Any) -> None:
    """Let fall what stands deeper than the book goes."""
    for run in range(4 * book, 4 * book + RUNS):
        depth = i64(depth_of(book, run, pools))
        used = i64(pools.ladder_used[run]) & USED
        pools.ladder_used[run] -= max(used - depth, 0)

"""The arrays that hold every book, and how they grow.

All books of a process share a few pools, so that memory follows the market and not the number of symbols:

* `directory`  open-addressing table (channel, instrument) -> book number; book 0 is never used.
* `books`      one BOOK record per instrument.
* `index`      open-addressing table order id -> order slot: entry = hash31 << 32 | slot, 0 = empty.
* `orders`     ORDER records, linked first-in first-out per level; slot 0 is never used.
* `levels`     LEVEL records; an order holds its level's slot, so cancels never search by price. They lie in the
               same memory as the orders, by runs of LEVEL_RUN slots: a level is the record that closes the
               ring of its queue, so linking and unlinking know neither first nor last and have no branches.
* `shelf_*`    per side one block of sorted price keys and level slots, best LAST. Ask prices are stored as
               ~price, so that both sides ascend towards the best and share one code path. A block that
               fills moves to one of twice the size; blocks left behind are kept by size for reuse.
* `ladder`     by-level books: 4 runs (bid, ask, implied bid, implied ask) of `depth` LADDER records a book.

A kernel that finds a pool full returns the verdict; `grow` makes it twice as large and the kernel re-enters.
What may not grow further (`*_max`) is counted and makes the book stale. The pools start large in address
space and small in memory: pages are touched when used.
"""

from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.jit import PROBES
from feedhandler.records import ask_for_large_pages, records, touch, zeros

Array = np.ndarray[Any, Any]

BOOK: Final = np.dtype(
    [
        ("instrument_id", "<u4"),
        ("channel_id", "<u2"),
        ("state", "u1"),  # EMPTY ...
        ("dirty", "u1"),  # sides touched since the last end of event: 1 bid, 2 ask
        ("order_count", "<u4"),  # live orders
        ("instrument_sequence", "<u4"),  # last one seen; 0 = none
        ("depth", "u1"),  # levels a side of the by-level book; 0 = no definition came
        ("implied_depth", "u1"),
        ("crossing", "u1"),  # 1 = crossed, 2 = locked at the last end of event
        ("inverted", "u1"),  # bids above asks are normal (CME InvertedBook)
        ("sequence", "<u4"),  # of the last row applied
        ("ts_event", "<i8"),  # of the last row applied
        ("stale_since", "<i8"),  # ts_event of the first fault, 0 = none
        ("refresh", "<i8"),  # bits, mostly for a natural refresh: KNOWN ...
        ("trades", "<i8"),
        ("faults", "<i8"),  # rows that could not be applied
    ]
)
ORDER: Final = np.dtype(
    [
        ("order_id", "<i8"),
        ("size", "<i8"),
        ("level", "<u4"),
        ("next", "<u4"),
        ("prev", "<u4"),
        ("side", "<u4"),  # side number = 2 * book + (1 if ask)
    ]
)
LEVEL: Final = np.dtype(
    [
        ("price", "<i8"),
        ("size", "<i8"),
        ("count", "<u4"),
        ("next", "<u4"),  # the first order; where ORDER has its own `next` and `prev`
        ("prev", "<u4"),  # the last
        ("side", "<u4"),
    ]
)
SHELF: Final = np.dtype(
    [("offset", "<u4"), ("used", "<u4"), ("capacity", "<u4"), ("size_class", "<u4")]
)
LADDER: Final = np.dtype([("price", "<i8"), ("size", "<i8"), ("count", "<i8")])

# Two orders or levels, or one book, to a cache line; a test holds the sizes.

# Book states. A book is EMPTY until its first row, SYNCHRONIZED while every row could be applied, STALE
# from the first that could not (or from a gap) until it is cleared or loaded from a snapshot. Where the venue
# numbers the entries of each instrument, a gap makes a book SUSPECT: the next number tells whether anything of
# this instrument was lost. Those numbers speak of levels only, and snapshots of levels and of orders come
# apart, so one model of a book may be sound while the other one is in doubt. UNDEFINED is a book of which
# nothing was lost but its definition, on a channel that sends them: nobody told how deep its levels go, so
# a level that the venue let fall off may still stand in it.
EMPTY: Final = 0
SYNCHRONIZED: Final = 1
STALE: Final = 2
SUSPECT: Final = 3
ORDERS_STALE: Final = 4
LEVELS_STALE: Final = 5
UNDEFINED: Final = 6
STATE_NAMES: Final = (
    "EMPTY", "SYNCHRONIZED", "STALE", "SUSPECT", "ORDERS_STALE", "LEVELS_STALE", "UNDEFINED",
)  # fmt: skip
LEVELS_IN_DOUBT: Final = (  # bits by state
    1 << STALE | 1 << SUSPECT | 1 << LEVELS_STALE | 1 << UNDEFINED
)
ORDERS_IN_DOUBT: Final = 1 << STALE | 1 << SUSPECT | 1 << ORDERS_STALE

KNOWN: Final = 1  # bits of a book's `refresh`: what is known since a loss is kept
TOLD_DEPTH: Final = 2  # its definition names a depth
TOLD_IMPLIED: Final = 4  # and an implied one
FORMER: Final = 8  # it is of a session before: nothing of this one has spoken of it

# control words
ORDER_FREE: Final = 0  # head of the free list, 0 = none
ORDER_NEXT: Final = 1  # first slot never used
LEVEL_FREE: Final = 2
LEVEL_NEXT: Final = 3  # first slot never used of the last run for levels
SHELF_NEXT: Final = 4  # first entry of the shelf never used
BOOK_NEXT: Final = 5  # first book never used
DIRTY_COUNT: Final = 6  # books touched since the last end of event
REPLACE_SIDE: Final = 7  # side number of the order that a replace removed, 0 = none
ORDERS_LIVE: Final = 8
LEVELS_LIVE: Final = 9
LEVEL_END: Final = 10  # behind that run
ORDERS_MAX: Final = 12  # limits: beyond them rows are counted, not applied
LEVELS_MAX: Final = 13
BOOKS_MAX: Final = 14
DELETE_FROM_READING: Final = 15  # 0 = do not guess, 1 = best to level, 2 = level to last
SHELF_FREE: Final = 16  # .. + 31: heads of the lists of free blocks by size class, 0 = none
RANKED: Final = 48  # 1 once any order came with a priority of the venue's
LADDERS_USED: Final = 49  # 1 once any by-level row came
LADDER_ROOM: Final = 50  # records that a run of the ladder has place for
HEALED: Final = 51  # times a book in doubt was found sound, or was made so
REFRESH: Final = 53  # natural refresh: 0 = off, see refresh_kernel
PAGES_GIVEN: Final = 54  # 1 = memory that is taken later is touched at once, too
LEVEL_BOOK: Final = 55  # book of the by-level row before: mostly that of the next one, too
DEFINING: Final = 56  # .. + 1023: a bit for each channel that sends definitions
CHANNELS: Final = (
    DEFINING + (1 << 16) // 64
)  # CHANNEL_WORDS for each channel: what the gap table asks
DOUBTED: Final = 0  # rows of its books in doubt
HEALS: Final = 1  # times one of its books was found sound, or was made so
HEALED_AT: Final = 2  # ts_recv when that happened last; 0 = whoever did it says
HEALED_BY: Final = 3  # BY_NUMBERS ...
DOUBT_SINCE: Final = 4  # ts_recv of a row that put one of its books in doubt; 0 = none, UNDATED
DOUBT_UNIT: Final = 5  # the number of that row
DOUBT_ROWS: Final = 6  # DOUBTED before that row
NAMED: Final = 7  # bits: EACH ...
CHANNEL_WORDS: Final = 8
CONTROL_WORDS: Final = CHANNELS + (CHANNEL_WORDS << 16)

EACH: Final = 1  # bits of NAMED: a message names each of its instruments before the first row of it
SOME: Final = 2  # messages do name instruments, in this session or one before
UNDATED: Final = 1  # an instant that nobody noted
BY_NUMBERS: Final = 1  # the venue's numbers of the instrument follow on each other
BY_VENUE: Final = 2  # cleared
BY_REFRESH: Final = 3
BY_SNAPSHOT: Final = 4
BY_DEFINITION: Final = 5
HINT_WORDS: Final = 64  # rows that may be under way, a power of two
LEVEL_RUN: Final = 64  # slots taken for levels at once, so that they lie close together

SHELF_FIRST: Final = 16  # entries of the smallest block
DEPTH_DEFAULT: Final = 10
IMPLIED_DEPTH_DEFAULT: Final = 2
LADDER_DEPTH_MAX: Final = 255  # a book's depth is a byte
RECORDS_MAX: Final = (
    1 << 30
)  # of a pool: slots are 32-bit words, a few bits of which mean other things


class Pools(NamedTuple):
    """What book kernels are given."""

    control: Any  # int64[CONTROL_WORDS]
    directory: Any  # int64[2 * n]: key, book
    books: Any  # BOOK[n]
    dirty: Any  # int64[n]
    index: Any  # int64[n]
    orders: Any  # ORDER[n]
    priority: Any  # int64[n], beside orders; used where the venue ranks orders itself
    levels: Any  # LEVEL[n]
    shelves: Any  # SHELF[2 * n]
    shelf_price: Any  # int64[n]
    shelf_level: Any  # uint32[n]
    ladder: Any  # LADDER[4 * depth * n]
    ladder_used: Any  # int64[4 * n]
    hints: Any  # int64[4 * HINT_WORDS]: what is guessed of the rows ahead (`hint_kernel.py`)
    counters: Any  # int64[len(Counter)]


@dataclass(frozen=True)
class Limits:
    """How large the pools start and how far they may grow (numbers of records)."""

    books: int = 1 << 10
    orders: int = 1 << 20
    levels: int = 1 << 17
    ladder_depth: int = DEPTH_DEFAULT
    books_max: int = 1 << 20
    orders_max: int = 1 << 28
    levels_max: int = 1 << 27
    kept_rows: int = 1 << 16  # of channels in doubt, a power of two; 0 = snapshots are not loaded

    def __post_init__(self) -> None:
        for field in fields(self):
            number = getattr(self, field.name)
            most = LADDER_DEPTH_MAX if field.name == "ladder_depth" else RECORDS_MAX
            least = 0 if field.name == "kept_rows" else 1
            if not least <= number <= most:
                raise ValueError(f"{field.name} is {number}: {least} to {most} is expected")


def make_pools(limits: Limits, counters: Array) -> Pools:
    """Empty pools of the starting sizes."""
    books = limits.books
    control = np.zeros(CONTROL_WORDS, np.int64)
    control[[ORDER_NEXT, BOOK_NEXT]] = 1
    control[SHELF_NEXT] = SHELF_FIRST  # so no block is at 0, and the words before one exist
    control[LADDER_ROOM] = limits.ladder_depth
    control[ORDERS_MAX] = limits.orders_max
    control[LEVELS_MAX] = limits.levels_max
    control[BOOKS_MAX] = limits.books_max
    shelf = max(limits.levels * 4, 2 * books * SHELF_FIRST * 2)
    nodes = zeros(1 + limits.orders + max(limits.levels, LEVEL_RUN), ORDER)
    return Pools(
        control=control,
        directory=zeros(2 * _power_of_two(4 * books), np.int64),
        books=records(zeros(books, BOOK)),
        dirty=zeros(books, np.int64),
        # Orders may take the slots that levels do not: a full index would have no end.
        index=make_index(_power_of_two(max(4 * limits.orders, 2 * nodes.size))),
        orders=records(nodes),
        priority=zeros(nodes.size, np.int64),
        levels=records(nodes.view(LEVEL)),
        shelves=records(zeros(2 * books, SHELF)),
        shelf_price=zeros(shelf, np.int64),
        shelf_level=zeros(shelf, np.uint32),
        ladder=records(zeros(4 * limits.ladder_depth * books, LADDER)),
        ladder_used=zeros(4 * books, np.int64),
        hints=zeros(4 * HINT_WORDS, np.int64),
        counters=counters,
    )


def make_index(words: int, control: Any = None) -> Array:
    """An empty index of a power of two; a few words lie behind it, since probes look at several at once."""
    length = words + PROBES
    made = zeros(length, np.int64) if control is None else room(length, np.int64, control)
    return made[:words]


def pool_bytes(limits: Limits) -> int:
    """How many bytes `make_pools` takes for these limits, but for a few words."""
    books, orders = limits.books, 1 + limits.orders + max(limits.levels, LEVEL_RUN)
    shelf = max(limits.levels * 4, 2 * books * SHELF_FIRST * 2)
    index = _power_of_two(max(4 * limits.orders, 2 * orders))
    words = (
        2 * _power_of_two(4 * books)
        + 5 * books
        + index
        + orders
        + shelf
        + 4 * HINT_WORDS
        + CONTROL_WORDS
    )
    ladder = 4 * limits.ladder_depth * books
    kinds = ((BOOK, books), (ORDER, orders), (SHELF, 2 * books), (LADDER, ladder))
    return 8 * words + 4 * shelf + sum(kind.itemsize * number for kind, number in kinds)


def touch_pages(pools: Pools) -> None:
    """Write to every page of the pools, so that none is given, and zeroed, while frames flow; likewise as they grow."""
    for array in pools:
        touch(array)
    pools.control[PAGES_GIVEN] = 1


def room(count: int, kind: Any, control: Any) -> Array:
    """Memory for pools that grow: in large pages where the system has them, and touched if the first pools were."""
    made = zeros(count, kind)
    with suppress(OSError):  # then in small ones
        ask_for_large_pages(made)
    if control[PAGES_GIVEN]:
        touch(made)
    return made


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()

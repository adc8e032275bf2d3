"""The book by level: the venue names positions, we insert, change and delete there, and check it.

Every instrument has four runs of `ladder` records, best first: bid, ask, implied bid, implied ask.
The rules are those of CME MDP 3.0 (market by price): an insert shifts the levels below it down and
the run is then cut to its depth (no delete is sent for what falls off), a delete shifts up, a
change keeps the price. Levels are few (ten), so shifting 24-byte records in a plain loop costs less
than any structure that avoids it.

Nothing here counts or marks: a function returns 0, or the Counter value of the reason, and the
caller decides. A reason means that the row was not applied, with one exception: a Modify whose
price differs from ours is applied, since the venue's word is the newer one, and reported as
BAD_PRICE, since one of the two is wrong.

The order of the levels is checked at the end of an event, as it may be broken inside one. Looking
at all of them there cost as much as applying the rows. So a row that puts a price beside one that
it does not fit sets SUSPECT in the run's word, and only such runs are looked at. Deletes and cuts
need no look: what was in order stays so.

A FROM deletes "from the best down to the level" or "from the level to the last": both readings are
in use and the venue's text does not settle it. The default is not to guess; a setting in the
control words picks one.
"""

from typing import Any, Final

from feedhandler.book.pools import (
    DELETE_FROM_READING,
    DEPTH_DEFAULT,
    IMPLIED_DEPTH_DEFAULT,
    LADDER,
    LADDER_ROOM,
    Pools,
)
from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Side
from feedhandler.jit import address_of, hot, i64, kernel, put8, u8le

LADDER_BYTES: Final = LADDER.itemsize
LADDER_WORDS: Final = LADDER_BYTES // 8
RUNS: Final = 4  # bid, ask, implied bid, implied ask
IMPLIED_RUNS: Final = 2  # the first of them that is implied

# A word of `ladder_used`: the number of levels, and whether their order must be looked at.
USED: Final = 0xFFFF_FFFF
SUSPECT: Final = 1 << 32

# Values of the control word DELETE_FROM_READING.
DELETE_FROM_UNKNOWN: Final = 0  # count it, leave the side
DELETE_FROM_BEST_TO_LEVEL: Final = 1
DELETE_FROM_LEVEL_TO_LAST: Final = 2

_ADD: Final = int(Action.ADD)
_CANCEL: Final = int(Action.CANCEL)
_MODIFY: Final = int(Action.MODIFY)
_BID: Final = int(Side.BID)
_ASK: Final = int(Side.ASK)
_IMPLIED: Final = int(Flag.IMPLIED)
_THRU: Final = int(Detail.THRU)
_FROM: Final = int(Detail.FROM)
_OVERLAY: Final = int(Detail.OVERLAY)

_BAD_SIDE: Final = int(Counter.BAD_SIDE)
_BAD_ACTION: Final = int(Counter.BAD_ACTION)
_BAD_LEVEL: Final = int(Counter.BAD_LEVEL)
_BAD_PRICE: Final = int(Counter.BAD_PRICE)
_BAD_SIZE: Final = int(Counter.BAD_SIZE)
_DELETE_FROM: Final = int(Counter.DELETE_FROM)
_UNSORTED: Final = int(Counter.UNSORTED)


@hot
def apply_level(rows: Any, i: int, book: int, pools: Pools) -> int:
    """Apply a row of kind LEVEL to the by-level book."""
    row = rows[i]
    side = i64(row.side)
    ask = i64(side == _ASK)  # a number: which side it is cannot be predicted
    if ask | i64(side == _BID) == 0:
        return _BAD_SIDE
    run = 4 * book + ask + IMPLIED_RUNS * i64(i64(row.flags) & _IMPLIED != 0)
    action = i64(row.action)
    if action == _MODIFY:
        return change(row, run, pools)
    if action == _ADD:
        return insert(row, run, depth_of(book, run, pools), pools)
    if action == _CANCEL:
        return delete(row, run, pools)
    return _BAD_ACTION


@hot
def room_of(pools: Pools) -> int:
    """Records that a run has place for."""
    return i64(pools.control[LADDER_ROOM])


@hot
def depth_of(book: int, run: int, pools: Pools) -> int:
    """Levels that a run is cut to; made deeper first where a definition asks for more."""
    if run - 4 * book >= IMPLIED_RUNS:
        depth: int = i64(pools.books[book].implied_depth)
        if depth == 0:
            depth = i64(IMPLIED_DEPTH_DEFAULT)
    else:
        depth = i64(pools.books[book].depth)
        if depth == 0:
            depth = i64(DEPTH_DEFAULT)
    return min(depth, room_of(pools))


@hot
def insert(row: Any, run: int, depth: int, pools: Pools) -> int:
    """An Add: a level between two others."""
    level = i64(row.level)
    used = pools.ladder_used[run] & USED
    if level < 1 or level > used + 1 or level > depth:
        return _BAD_LEVEL
    price = i64(row.price)
    if price == UNDEF_PRICE:
        return _BAD_PRICE
    size = i64(row.size)
    if size < 0 or size == UNDEF_SIZE:
        return _BAD_SIZE
    ladder = pools.ladder
    kept = min(used + 1, depth)
    first = run * room_of(pools)
    at = first + level - 1
    # Level 1 .. depth lie in the run, so words are moved by address: a record's bounds checks cost more.
    words = address_of(ladder) + LADDER_BYTES * first
    for word in range(LADDER_WORDS * (kept - 1) - 1, LADDER_WORDS * (level - 1) - 1, -1):
        put8(words + 8 * (word + LADDER_WORDS), u8le(words + 8 * word))
    into = ladder[at]
    into.price = price
    into.size = size
    into.count = i64(row.order_count)
    pools.ladder_used[run] += kept - used
    suspect(run, level, pools)
    return 0


@hot
def change(row: Any, run: int, pools: Pools) -> int:
    """A Modify: new size and count at a level; a new price too if it is an overlay."""
    level = i64(row.level)
    if level < 1 or level > (pools.ladder_used[run] & USED):
        return _BAD_LEVEL
    price = i64(row.price)
    overlay = i64(row.detail) == _OVERLAY
    if overlay and price == UNDEF_PRICE:
        return _BAD_PRICE
    size = i64(row.size)
    if size < 0 or size == UNDEF_SIZE:
        return _BAD_SIZE
    record = pools.ladder[run * room_of(pools) + level - 1]
    record.size = size
    record.count = i64(row.order_count)
    if price == UNDEF_PRICE or price == i64(record.price):
        return 0
    record.price = price
    suspect(run, level, pools)
    return 0 if overlay else _BAD_PRICE


@hot
def delete(row: Any, run: int, pools: Pools) -> int:
    """A Cancel: one level, a run of them, or all."""
    level = i64(row.level)
    detail = i64(row.detail)
    used = pools.ladder_used[run] & USED
    if detail == _THRU:
        pools.ladder_used[run] = 0
        return 0
    reading = i64(pools.control[DELETE_FROM_READING])
    if detail == _FROM and reading == DELETE_FROM_UNKNOWN:
        return _DELETE_FROM
    if level < 1 or level > used:
        return _BAD_LEVEL
    if detail != _FROM:
        take_out(level - 1, 1, run, pools)
    elif reading == DELETE_FROM_BEST_TO_LEVEL:
        take_out(0, level, run, pools)
    else:
        pools.ladder_used[run] -= used + 1 - level
    return 0


@hot
def take_out(position: int, count: int, run: int, pools: Pools) -> None:
    """Remove `count` levels from `position` (0 = best) on and shift the rest up."""
    words = address_of(pools.ladder) + LADDER_BYTES * run * room_of(pools)
    kept = (pools.ladder_used[run] & USED) - count
    for word in range(LADDER_WORDS * position, LADDER_WORDS * kept):
        put8(words + 8 * word, u8le(words + 8 * (word + LADDER_WORDS * count)))
    pools.ladder_used[run] -= count


@hot
def suspect(run: int, level: int, pools: Pools) -> None:
    """Set SUSPECT if the price at a level does not lie between those of its neighbours.

    Written without branches, because where a level is inserted is what cannot be predicted.
    """
    ladder = pools.ladder
    at = run * room_of(pools) + level - 1
    has_better = level > 1
    has_worse = level < (pools.ladder_used[run] & USED)
    flip = -(run & 1)  # ~price turns the order of asks into that of bids
    price = i64(ladder[at].price) ^ flip
    better = i64(ladder[at - int(has_better)].price) ^ flip
    worse = i64(ladder[at + int(has_worse)].price) ^ flip
    wrong = (has_better & (better <= price)) | (has_worse & (worse >= price))
    pools.ladder_used[run] |= int(wrong) * SUSPECT


@hot
def clear_level(book: int, pools: Pools) -> None:
    """Empty the by-level book."""
    for run in range(4 * book, 4 * book + RUNS):
        pools.ladder_used[run] = 0


@hot
def level_fault(book: int, pools: Pools) -> int:
    """For the end of an event: UNSORTED if a run does not get strictly worse, else 0.

    Instruments whose bids may stand above their offers (InvertedBook) are no exception: that is a
    matter between the sides, not within one.
    """
    used = pools.ladder_used
    at = 4 * book
    if (used[at] | used[at + 1] | used[at + 2] | used[at + 3]) & SUSPECT == 0:
        return 0
    reason = 0
    for run in range(at, at + RUNS):
        if used[run] & SUSPECT:
            if in_order(run, pools):
                used[run] &= USED
            else:
                reason = _UNSORTED
    return reason


@kernel
def in_order(run: int, pools: Pools) -> bool:
    """Whether the levels of a run get strictly worse."""
    first = run * room_of(pools)
    flip = -(run & 1)
    for place in range(first + 1, first + (pools.ladder_used[run] & USED)):
        better = i64(pools.ladder[place - 1].price) ^ flip
        if i64(pools.ladder[place].price) ^ flip >= better:
            return False
    return True


@hot
def level_best(book: int, run: int, pools: Pools) -> int:
    """Index in the ladder of the best record of run 0 .. 3 of a book; -1 = the run is empty."""
    at = 4 * book + run
    if pools.ladder_used[at] & USED == 0:
        return -1
    return at * room_of(pools)

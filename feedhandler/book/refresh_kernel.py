"""Natural refresh: a book by level in doubt is sound again once the venue has told all of it anew.

Of a channel without a snapshot loop nothing else brings a book back but the venue's own clear. What is provable
without a snapshot is proved here, row by row, and nothing is guessed. Beside each run of a book in doubt stands
what is known of it since the loss, position by position: a level, that there is none, or nothing.

    loss, or a number of the instrument left out     nothing is known of any position
    insert at a position                             it is known; those below move down, the last falls off
    change with a price                              the position is known
    delete                                           those below move up; the last position has no level, since the
                                                     venue inserts it anew if it has one
    delete of all                                    no position has a level

When each position of both sides, up to the depth of the definition, is known, the book is what is known; likewise
the implied sides where the definition names them. A row that contradicts what is known, or of which the meaning
is not settled, makes all of it unknown again, and so does everything that could hide a loss: a row without the
instrument's number, a definition with another depth. A book without a definition has no known depth, so it is
never refreshed.

It rests on the venue's rules for positions (CME MDP 3.0, market by price). They are documented, but a recording
that shows them at a full book's edge after a loss is not at hand: hence it is off unless it is asked for.

The words lie in the second half of each run's records, whose room is doubled when this is on.
"""

from typing import Any, Final

from feedhandler.book.directory_kernel import forget_known, heal
from feedhandler.book.level_kernel import IMPLIED_RUNS, RUNS, room_of
from feedhandler.book.pools import (
    BY_REFRESH,
    KNOWN,
    LEVELS_STALE,
    ORDERS_STALE,
    REFRESH,
    SYNCHRONIZED,
    TOLD_DEPTH,
    TOLD_IMPLIED,
)
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Side
from feedhandler.jit import i64, kernel

# Values of the control word REFRESH.
REFRESH_LEVELS: Final = 1  # the feed has books by level only
REFRESH_BESIDE_ORDERS: Final = 2  # orders stay in doubt

UNKNOWN: Final = 0  # size of a record without a price: nothing is known
NO_LEVEL: Final = 1  # likewise: there is no level

ADD: Final = int(Action.ADD)
CANCEL: Final = int(Action.CANCEL)
MODIFY: Final = int(Action.MODIFY)
BID: Final = int(Side.BID)
ASK: Final = int(Side.ASK)
IMPLIED: Final = int(Flag.IMPLIED)
PLAIN: Final = 0
THRU: Final = int(Detail.THRU)
OVERLAY: Final = int(Detail.OVERLAY)


@kernel
def positions(book: int, run: int, pools: Any) -> int:
    """How many levels a run has at most, by the definition; 0 = it names no such run."""
    record = pools.books[book]
    if run - 4 * book >= IMPLIED_RUNS:
        return i64(record.implied_depth) if i64(record.refresh) & TOLD_IMPLIED else 0
    return i64(record.depth) if i64(record.refresh) & TOLD_DEPTH else 0


@kernel
def known_at(run: int, pools: Any) -> int:
    """Where in the ladder lies what is known of a run."""
    room = i64(room_of(pools))
    return run * room + (room >> 1)


@kernel
def tell(at: int, price: int, size: int, count: int, pools: Any) -> None:
    """Write what is known of a position."""
    into = pools.ladder[at]
    into.price = price
    into.size = size
    into.count = count


@kernel
def copy(to: int, at: int, pools: Any) -> None:
    """Copy a record of the ladder."""
    record = pools.ladder[at]
    tell(to, i64(record.price), i64(record.size), i64(record.count), pools)


@kernel
def fill(run: int, depth: int, what: int, pools: Any) -> None:
    """Of every position of a run: nothing is known, or there is no level."""
    first = i64(known_at(run, pools))
    for at in range(first, first + depth):
        tell(at, UNDEF_PRICE, what, 0, pools)


@kernel
def has_no_level(at: int, pools: Any) -> bool:
    """Whether a position is known to have none."""
    record = pools.ladder[at]
    return i64(record.price) == UNDEF_PRICE and i64(record.size) == NO_LEVEL


@kernel
def learn(row: Any, run: int, depth: int, pools: Any) -> bool:
    """Learn from a row; False = it contradicts what is known, or its meaning is not settled."""
    first = i64(known_at(run, pools))
    last = first + depth - 1
    action = i64(row.action)
    detail = i64(row.detail)
    if action == CANCEL and detail == THRU:
        fill(run, depth, NO_LEVEL, pools)
        return True
    level = i64(row.level)
    if level < 1 or level > depth:
        return False
    at = first + level - 1
    if action == CANCEL:
        if detail != PLAIN or has_no_level(at, pools):
            return False
        for place in range(at, last):
            copy(place, place + 1, pools)
        tell(last, UNDEF_PRICE, NO_LEVEL, 0, pools)
        return True
    price = i64(row.price)
    size = i64(row.size)
    if price == UNDEF_PRICE or size < 0 or size == UNDEF_SIZE:
        return False
    if action == ADD:
        if level > 1 and has_no_level(at - 1, pools):
            return False
        for place in range(last, at, -1):
            copy(place, place - 1, pools)
    elif action == MODIFY:
        before = i64(pools.ladder[at].price)
        same = before == UNDEF_PRICE or before == price or detail == OVERLAY
        if has_no_level(at, pools) or not same:
            return False
    else:
        return False
    tell(at, price, size, i64(row.order_count), pools)
    return True


@kernel
def levels_known(run: int, depth: int, pools: Any) -> int:
    """Levels of a run of which every position is known; -1 = one is not, or they are out of order."""
    first = i64(known_at(run, pools))
    flip = -(run & 1)  # ~price turns the order of asks into that of bids
    count = 0
    for place in range(depth):
        record = pools.ladder[first + place]
        if i64(record.price) == UNDEF_PRICE:
            if i64(record.size) == UNKNOWN:
                return -1
        else:
            better = i64(pools.ladder[first + place - int(count > 0)].price) ^ flip
            if count != place or (count > 0 and i64(record.price) ^ flip >= better):
                return -1
            count += 1
    return count


@kernel
def install(book: int, pools: Any) -> bool:
    """Make the book what is known, if all of it is."""
    for run in range(4 * book, 4 * book + RUNS):
        depth = i64(positions(book, run, pools))
        if i64(levels_known(run, depth, pools)) < 0:
            return False
    room = i64(room_of(pools))
    for run in range(4 * book, 4 * book + RUNS):
        used = i64(levels_known(run, i64(positions(book, run, pools)), pools))
        for place in range(used):
            copy(run * room + place, i64(known_at(run, pools)) + place, pools)
        pools.ladder_used[run] = used
    return True


@kernel
def refresh(rows: Any, i: int, book: int, pools: Any) -> None:
    """A row of a book in doubt: learn from it, and end the doubt if now all is known."""
    row = rows[i]
    record = pools.books[book]
    side = i64(row.side)
    run = 4 * book + i64(side == ASK) + (IMPLIED_RUNS if i64(row.flags) & IMPLIED else 0)
    depth = i64(positions(book, run, pools))
    readable = (side == BID or side == ASK) and i64(row.instrument_sequence) != 0
    if i64(record.refresh) & TOLD_DEPTH == 0 or depth == 0 or not readable:
        forget_known(book, pools)
        return
    if i64(record.refresh) & KNOWN == 0:
        for each in range(4 * book, 4 * book + RUNS):
            fill(each, i64(positions(book, each, pools)), UNKNOWN, pools)
        record.refresh = i64(record.refresh) | KNOWN
    if not learn(row, run, depth, pools):
        forget_known(book, pools)
    elif install(book, pools):
        beside = i64(record.state) != LEVELS_STALE
        beside = beside and i64(pools.control[REFRESH]) == REFRESH_BESIDE_ORDERS
        heal(rows, i, book, ORDERS_STALE if beside else SYNCHRONIZED, BY_REFRESH, pools)

"""Which book a row means, and what happens to a book that a row could not be applied to.

Where messages name instruments, a name holds for a session. When the next one begins, the keys of the books there are
get a mark by which no row finds them: whatever speaks of such a book first is asked about, as if there were none.
"""

from typing import Any, Final

from feedhandler.book.pools import (
    BOOK_NEXT,
    BOOKS_MAX,
    BY_NUMBERS,
    CHANNEL_WORDS,
    CHANNELS,
    DEFINING,
    DIRTY_COUNT,
    DOUBT_ROWS,
    DOUBT_SINCE,
    DOUBT_UNIT,
    DOUBTED,
    EACH,
    FORMER,
    HEALED,
    HEALED_AT,
    HEALED_BY,
    HEALS,
    KNOWN,
    LEVELS_STALE,
    NAMED,
    ORDERS_STALE,
    RANKED,
    STALE,
    SUSPECT,
    SYNCHRONIZED,
    UNDEFINED,
)
from feedhandler.counter import Counter
from feedhandler.event import Kind
from feedhandler.jit import hot, i64, kernel, lshr, wrapping_mul
from feedhandler.verdict import Verdict

ORDER: Final = int(Kind.ORDER)
BOOKS_FULL: Final = int(Verdict.BOOKS_FULL)
UNNAMED: Final = int(Verdict.UNNAMED)
BOOKS_LIMIT: Final = int(Counter.BOOKS_LIMIT)
STALE_BOOKS: Final = int(Counter.STALE_BOOKS)
INSTRUMENT_GAPS: Final = int(Counter.INSTRUMENT_GAPS)
HEALED_BOOKS: Final = int(Counter.HEALED_BOOKS)
UNDEFINED_BOOKS: Final = int(Counter.UNDEFINED_BOOKS)
IN_USE: Final = 1 << 62  # set in every directory key, so that no key is 0
FORMER_KEY: Final = 1 << 61  # set in the key of a book of a session before
GOLD: Final = -7046029254386353131  # 2**64 / golden ratio, as a signed word
APPLIED: Final = 0
BOOK_MASK: Final = 0x7FFF_FFFF  # tells the compiler that a book's number is not negative
BID_TOUCHED: Final = 1  # bits of a book's `dirty`
ASK_TOUCHED: Final = 2
BOTH_TOUCHED: Final = 3


@hot
def book_of(channel_id: int, instrument_id: int, pools: Any) -> int:
    """The number of an instrument's book; 0 = none yet."""
    directory = pools.directory
    mask = (i64(directory.size) >> 1) - 1
    key = IN_USE | (channel_id << 32) | instrument_id
    at = lshr(wrapping_mul(key, GOLD), 32) & mask
    while i64(directory[2 * at]) != 0:
        if i64(directory[2 * at]) == key:
            return i64(directory[2 * at + 1]) & BOOK_MASK
        at = (at + 1) & mask & BOOK_MASK
    return 0


@hot
def enter_book(book: int, pools: Any) -> None:
    """Enter a book into the directory, where it is not yet."""
    directory = pools.directory
    mask = (i64(directory.size) >> 1) - 1
    record = pools.books[book]
    key = IN_USE | (i64(record.channel_id) << 32) | i64(record.instrument_id)
    at = lshr(wrapping_mul(key, GOLD), 32) & mask
    while i64(directory[2 * at]) != 0:
        at = (at + 1) & mask
    directory[2 * at] = key | FORMER_KEY if i64(record.refresh) & FORMER else key
    directory[2 * at + 1] = book


@kernel
def entry_of(channel_id: int, instrument_id: int, mark: int, pools: Any) -> int:
    """Where the directory has the book of an instrument, with FORMER_KEY or 0 in its key; -1 = it has none."""
    directory = pools.directory
    mask = (i64(directory.size) >> 1) - 1
    key = IN_USE | (channel_id << 32) | instrument_id
    at = lshr(wrapping_mul(key, GOLD), 32) & mask
    while i64(directory[2 * at]) != 0:
        if i64(directory[2 * at]) == key | mark:
            return at
        at = (at + 1) & mask
    return -1


@kernel
def retire_books(channel_id: int, pools: Any) -> None:
    """The books of a channel are of a session before: no row finds them."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        record = pools.books[book]
        if i64(record.channel_id) == channel_id and i64(record.refresh) & FORMER == 0:
            at = i64(entry_of(channel_id, i64(record.instrument_id), 0, pools))
            pools.directory[2 * at] = i64(pools.directory[2 * at]) | FORMER_KEY
            record.refresh = i64(record.refresh) | FORMER
    for word in range(i64(pools.hints.size)):  # they were guessed while rows found these books
        pools.hints[word] = 0


@kernel
def open_book(channel_id: int, instrument_id: int, pools: Any) -> int:
    """A book for an instrument that has none in this session: its number, or -BOOKS_FULL, or 0 beyond `books_max`."""
    control = pools.control
    at = i64(entry_of(channel_id, instrument_id, FORMER_KEY, pools))
    if at >= 0:
        former = i64(pools.directory[2 * at + 1])
        pools.directory[2 * at] = i64(pools.directory[2 * at]) & ~FORMER_KEY
        pools.books[former].refresh = i64(pools.books[former].refresh) & ~FORMER
        return former
    book = i64(control[BOOK_NEXT])
    if book > i64(control[BOOKS_MAX]):
        pools.counters[BOOKS_LIMIT] += 1
        return 0
    if book >= pools.books.size:
        return -BOOKS_FULL
    control[BOOK_NEXT] = book + 1
    pools.books[book].instrument_id = instrument_id
    pools.books[book].channel_id = channel_id
    enter_book(book, pools)
    return book


@kernel
def open_for_row(channel_id: int, instrument_id: int, pools: Any) -> int:
    """As `open_book`; -UNNAMED where the message that names an instrument would have opened its book.

    So it is where there is a book of a session before, which has a name that may be another one's now.
    """
    named = i64(pools.control[CHANNELS + CHANNEL_WORDS * channel_id + NAMED]) & EACH
    if named != 0 and i64(pools.control[BOOK_NEXT]) <= i64(pools.control[BOOKS_MAX]):
        return -UNNAMED
    if entry_of(channel_id, instrument_id, FORMER_KEY, pools) >= 0:
        return -UNNAMED
    return i64(open_book(channel_id, instrument_id, pools))


@kernel
def enter_books(pools: Any) -> None:
    """Enter every book into a directory that was made larger."""
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        enter_book(book, pools)


@hot
def book_for(channel_id: int, instrument_id: int, pools: Any) -> int:
    """The number of an instrument's book, opened when there is none; else as `open_for_row`."""
    book = book_of(channel_id, instrument_id, pools)
    if book == 0:
        return i64(open_for_row(channel_id, instrument_id, pools))
    return book


@hot
def is_book_of(book: int, channel_id: int, instrument_id: int, pools: Any) -> bool:
    """Whether this is the book of an instrument; number 0 is no book."""
    record = pools.books[book]
    other = i64(record.instrument_id) ^ instrument_id | i64(record.channel_id) ^ channel_id
    return other == 0 and book != 0


@hot
def undefined(book: int, pools: Any) -> bool:
    """Whether a book still lacks its definition, on a channel that sends them."""
    channel = i64(pools.books[book].channel_id)
    defining = i64(pools.control[DEFINING + (channel >> 6)])
    return i64(pools.books[book].depth) == 0 and (lshr(defining, channel & 63) & 1) != 0


@kernel
def state_of_sound(book: int, pools: Any) -> int:
    """What a book is of which nothing is missing: SYNCHRONIZED, or UNDEFINED, which is counted."""
    if undefined(book, pools):
        pools.counters[UNDEFINED_BOOKS] += 1
        return UNDEFINED
    return SYNCHRONIZED


@hot
def touch(book: int, sides: int, pools: Any) -> None:
    """Remember a book, and which of its sides if any, until the end of event settles it.

    Written without branches: whether a row touches the best level is what cannot be predicted. The word behind
    the last one in use is there, as no book has the number 0.
    """
    before = i64(pools.books[book].dirty)
    pools.books[book].dirty = before | sides
    count = i64(pools.control[DIRTY_COUNT])
    pools.dirty[count] = book
    pools.control[DIRTY_COUNT] = count + (i64(before == 0) & i64(sides != 0))


@kernel
def fault(rows: Any, i: int, book: int, reason: int, pools: Any) -> int:
    """Count a row that could not be applied and put its book in doubt.

    Where only one of its models was in doubt, and the row speaks of that one, the other one stays sound.
    """
    pools.counters[reason] += 1
    date_lone(rows, i, pools)
    record = pools.books[book]
    record.faults = i64(record.faults) + 1
    known = ORDERS_STALE if i64(rows[i].kind) == ORDER else LEVELS_STALE
    if known == LEVELS_STALE and i64(record.state) == UNDEFINED:
        mark_levels(book, i64(rows[i].ts_event), pools)
    elif i64(record.state) != known:
        mark_stale(book, i64(rows[i].ts_event), pools)
    return APPLIED


@hot
def date_lone(rows: Any, i: int, pools: Any) -> None:
    """Note the row that puts a book in doubt: its channel may be whole otherwise."""
    at = CHANNELS + CHANNEL_WORDS * i64(rows[i].channel_id)
    if i64(pools.control[at + DOUBT_SINCE]) == 0:
        pools.control[at + DOUBT_SINCE] = rows[i].ts_recv
        pools.control[at + DOUBT_UNIT] = rows[i].sequence
        pools.control[at + DOUBT_ROWS] = pools.control[at + DOUBTED]


@kernel
def mark_stale(book: int, ts_event: int, pools: Any) -> None:
    """Put both models of a book in doubt."""
    record = pools.books[book]
    date_doubt(book, ts_event, pools)
    if i64(record.state) != STALE:
        record.state = STALE
        touch(book, BID_TOUCHED | ASK_TOUCHED, pools)


@kernel
def mark_levels(book: int, ts_event: int, pools: Any) -> None:
    """Put the by-level model of a book in doubt; the orders of a sound one stay so."""
    record = pools.books[book]
    before = i64(record.state)
    date_doubt(book, ts_event, pools)
    sound = before == SYNCHRONIZED or before == UNDEFINED or before == LEVELS_STALE
    record.state = LEVELS_STALE if sound else STALE
    touch(book, BID_TOUCHED | ASK_TOUCHED, pools)


@kernel
def date_doubt(book: int, ts_event: int, pools: Any) -> None:
    """Note since when a book is in doubt, if it was not."""
    record = pools.books[book]
    if i64(record.state) < STALE or i64(record.state) == UNDEFINED:
        record.stale_since = ts_event
        pools.counters[STALE_BOOKS] += 1


@hot
def forget_known(book: int, pools: Any) -> None:
    """What was known for a natural refresh is no longer so, or no longer asked for."""
    record = pools.books[book]
    record.refresh = i64(record.refresh) & ~KNOWN


@hot
def follow(rows: Any, i: int, book: int, pools: Any) -> None:
    """Keep the venue's number of the instrument's entries, and judge the book by it."""
    sequence = i64(rows[i].instrument_sequence)
    record = pools.books[book]
    step = sequence - i64(record.instrument_sequence)
    if sequence != 0:
        if step != 1 or i64(record.state) == SUSPECT:
            judge(rows, i, book, step, pools)
        record.instrument_sequence = sequence


@kernel
def judge(rows: Any, i: int, book: int, step: int, pools: Any) -> None:
    """A number that does not follow on the last one, or the first one of a suspect book.

    The next number proves that no entry of this instrument was lost; whether orders were is not known where
    the venue tells orders without such numbers. A first number proves nothing, unless something was lost.
    """
    record = pools.books[book]
    state = i64(record.state)
    if step == 1:  # and it is suspect; without a definition it stays so
        if undefined(book, pools):
            return
        state = ORDERS_STALE if i64(pools.control[RANKED]) else SYNCHRONIZED
        heal(rows, i, book, state, BY_NUMBERS, pools)
    elif step != 0 and (i64(record.instrument_sequence) != 0 or state == SUSPECT):
        pools.counters[INSTRUMENT_GAPS] += 1
        forget_known(book, pools)
        date_lone(rows, i, pools)
        mark_stale(book, i64(rows[i].ts_event), pools)


@kernel
def note_healed(book: int, ts_recv: int, how: int, pools: Any) -> None:
    """Note when and by what a book of a channel was healed last."""
    at = CHANNELS + CHANNEL_WORDS * i64(pools.books[book].channel_id)
    pools.control[HEALED] += 1
    pools.control[at + HEALS] += 1
    pools.control[at + HEALED_AT] = ts_recv
    pools.control[at + HEALED_BY] = how


@kernel
def heal(rows: Any, i: int, book: int, state: int, how: int, pools: Any) -> None:
    """A book in doubt is sound, wholly or in one of its models."""
    pools.books[book].state = state
    forget_known(book, pools)
    pools.books[book].stale_since = 0 if state == SYNCHRONIZED else pools.books[book].stale_since
    note_healed(book, i64(rows[i].ts_recv), how, pools)
    pools.counters[HEALED_BOOKS] += 1
    touch(book, BID_TOUCHED | ASK_TOUCHED, pools)

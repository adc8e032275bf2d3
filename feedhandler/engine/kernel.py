"""One breath, compiled: frames in, rows out, books kept, best prices published.

`breathe` runs until something has to be decided and returns the verdict; all that it needs to go on where it
stopped lies in the words of `work`, so Python answers and calls it again. Frames are decoded into a batch of
rows until the batch is full or the source is dry (`intake_kernel.py`); then the rows are applied to the books,
with the memory that the next rows will need fetched ahead; an end of event settles the books that it touched
and publishes their best prices; then the batch is handed on. A live source that is dry is waited for here, so
that a quiet wire costs no crossing into Python. Both halves are inlined into `breathe`: on a live wire they run once
for each frame, and to hand some hundred words of arrays to a function twice took 190 ns of the 540 of a lone frame.
"""

from typing import Any, Final

from feedhandler.book.ahead_kernel import look_ahead
from feedhandler.book.directory_kernel import BOTH_TOUCHED
from feedhandler.book.kernel import LAST, apply_row, keep_dirty
from feedhandler.book.pools import BOOK_NEXT, DIRTY_COUNT, LADDERS_USED
from feedhandler.book.settle_kernel import (
    BY_LEVEL,
    best_by_level,
    best_by_order,
    best_price,
    settle,
)
from feedhandler.counter import Counter
from feedhandler.engine.desk_header import (
    BARRIER,
    BATCH,
    BBO_MODEL,
    DELIVER,
    DELIVERED,
    DIGESTING,
    IDLE,
    IDLE_STATE,
    LANES,
    MARK_FIRST,
    MARK_LAST,
    NOW,
    PRIME,
    PUBLISHING,
    ROW,
    ROW_COUNT,
    SAMPLE_STEP,
    Desk,
)
from feedhandler.engine.intake_kernel import take_frames
from feedhandler.engine.sample_kernel import end_sample, sample_applied, sample_published
from feedhandler.engine.told_kernel import asks
from feedhandler.jit import call3, hot, i64, kernel, lshr, part, ticks, wrapping_mul
from feedhandler.publish.kernel import (
    ASK_PRICE,
    BID_PRICE,
    IDENTITY,
    LINE_WORDS,
    identity_of,
    packed,
    publish_rows,
    write_best,
    write_side,
    write_state,
)
from feedhandler.session.holding_kernel import DEADLINE
from feedhandler.verdict import Verdict

EVENTS: Final = int(Counter.EVENTS)
BBO_CHANGES: Final = int(Counter.BBO_CHANGES)
DONE: Final = int(Verdict.DONE)
BATCH_READY: Final = int(Verdict.ROWS_FULL)
INSTRUMENT: Final = int(Verdict.INSTRUMENT)
REFILL: Final = int(Verdict.REFILL)
HALF: Final = 0xFFFF_FFFF


@hot
def identity_of_book(book: int, pools: Any) -> int:
    """Whose line a book writes, and its state."""
    record = pools.books[book]
    return i64(identity_of(i64(record.instrument_id), i64(record.channel_id), i64(record.state)))


@kernel
def publish_states(bbo: Any, pools: Any) -> None:
    """Tell readers of states that changed otherwise than by an event: a loss, or the end of a recovery.

    A line that was never written stays unwritten.
    """
    for book in range(1, i64(pools.control[BOOK_NEXT])):
        identity = identity_of_book(book, pools)
        written = i64(bbo[book * LINE_WORDS + IDENTITY])
        if written != 0 and written != identity:
            write_state(bbo, book, i64(pools.books[book].ts_event), identity)


@hot
def publish_by_order(book: int, desk: Desk, pools: Any, counters: Any) -> None:
    """Settle a by-order book and write its best prices; the side not touched is as it was written."""
    record = pools.books[book]
    sides = i64(record.dirty)
    if sides == BOTH_TOUCHED or pools.control[LADDERS_USED] != 0:
        bid = best_by_order(2 * book, pools)
        ask = best_by_order(2 * book + 1, pools)
        settle(book, bid[0], ask[0], pools)
        write(book, bid, ask, desk, pools, counters)
        return
    ask_side = sides >> 1  # one side: a number to count with, not a branch
    best = best_by_order(2 * book + ask_side, pools)
    if write_side(
        desk.bbo, book, ask_side, best[0], best[1], best[2],
        i64(record.ts_event), identity_of_book(book, pools),
    ):  # fmt: skip
        counters[BBO_CHANGES] += 1
        line = book * LINE_WORDS
        settle(book, i64(desk.bbo[line + BID_PRICE]), i64(desk.bbo[line + ASK_PRICE]), pools)


@hot
def publish_by_level(book: int, desk: Desk, pools: Any, counters: Any) -> None:
    """Settle a book whose best prices are those of its by-level model, and write them."""
    settle(book, best_price(2 * book, pools), best_price(2 * book + 1, pools), pools)
    bid = best_by_level(book, 0, pools)
    ask = best_by_level(book, 1, pools)
    write(book, bid, ask, desk, pools, counters)


@hot
def write(book: int, bid: Any, ask: Any, desk: Desk, pools: Any, counters: Any) -> None:
    """Write a book's best prices where they changed."""
    record = pools.books[book]
    identity = identity_of_book(book, pools)
    counters[BBO_CHANGES] += write_best(
        desk.bbo, book, bid[0], bid[1], ask[0], ask[1],
        i64(record.ts_event), identity, packed(bid[2], ask[2]),
    )  # fmt: skip


@hot
def end_event(channel_id: int, desk: Desk, pools: Any, counters: Any) -> None:
    """Settle every book of a channel that its event touched, and publish its best prices."""
    control = pools.control
    kept = i64(0)
    for k in range(i64(control[DIRTY_COUNT])):
        book = i64(pools.dirty[k]) & HALF
        if i64(pools.books[book].channel_id) == channel_id:
            if desk.work[BBO_MODEL] == BY_LEVEL:
                publish_by_level(book, desk, pools, counters)
            else:
                publish_by_order(book, desk, pools, counters)
            pools.books[book].dirty = 0
        else:
            kept = keep_dirty(book, kept, pools)
    control[DIRTY_COUNT] = kept


@part
def apply_batch(desk: Desk, pools: Any, counters: Any) -> int:
    """Apply the rows decoded so far, up to the barrier: 0 or a verdict."""
    work = desk.work
    rows = desk.rows
    first = i64(work[ROW]) & HALF
    end = i64(work[ROW_COUNT]) if work[BARRIER] < 0 else i64(work[BARRIER])
    mark_first = i64(work[MARK_FIRST])
    mark_last = i64(work[MARK_LAST])
    for i in range(first, end):
        look_ahead(rows, i, first, end, pools)
        if i == mark_first:
            work[SAMPLE_STEP] = ticks()
        verdict = apply_row(rows, i, pools)
        if verdict:
            work[ROW] = i
            return verdict
        if i == mark_last:
            sample_applied(work, desk.stages)
        if i64(rows[i].flags) & LAST and pools.control[DIRTY_COUNT] != 0:
            end_event(i64(rows[i].channel_id), desk, pools, counters)
            if i == mark_last:
                sample_published(work, desk.stages)
    work[ROW] = end
    if work[BARRIER] >= 0:
        work[BARRIER] = -1
        if asks(desk, pools):
            return INSTRUMENT
    return DONE


@hot
def digest_rows(words: Any, count: int, work: Any) -> None:
    """Fold rows into the digest: all words but ts_recv, since lines may race and the events are the same."""
    for i in range(count):
        for k in range(8):
            if k != 1:
                lane = wrapping_mul(i64(work[LANES + (k & 3)]) ^ i64(words[i, k]), PRIME)
                work[LANES + (k & 3)] = lane ^ lshr(lane, 31)


@kernel
def breathe(desk: Desk, pools: Any, counters: Any) -> int:
    """Run until something has to be decided; the verdict."""
    work = desk.work
    pending = DONE
    while True:
        if work[ROW] < work[ROW_COUNT] or work[BARRIER] >= 0:
            verdict = apply_batch(desk, pools, counters)
            if verdict:
                return verdict
            if work[ROW] < work[ROW_COUNT]:
                continue  # behind a barrier at which nobody was asked
        count = i64(work[ROW_COUNT])
        if count > 0 and (count >= work[BATCH] or pending != DONE):
            counters[EVENTS] += count
            if work[DIGESTING] != 0:
                digest_rows(desk.words, count, work)
            if work[PUBLISHING] != 0:
                publish_rows(desk.head, desk.sequences, desk.slots, desk.words, 0, count)
            if work[MARK_LAST] >= 0:
                end_sample(work, desk.stages)
            work[ROW] = 0
            work[ROW_COUNT] = 0
            if work[DELIVER] != 0:
                work[DELIVERED] = count
                return BATCH_READY
        if pending == REFILL and work[IDLE] != 0:
            work[NOW] = call3(work[IDLE], work[IDLE_STATE], work[NOW], desk.watch[DEADLINE])
            pending = DONE
        if pending > DONE:
            return pending
        pending = take_frames(desk, counters)

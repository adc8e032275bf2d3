"""One breath, compiled: frames in, rows out, books kept, best prices published.

`breathe` runs until something has to be decided and returns the verdict; all that it needs to go on where it
stopped lies in the words of `work`, so Python answers and calls it again. Frames are decoded into a batch of
rows until the batch is full or the source is dry; then the rows are applied to the books, with the memory that
the next rows will need fetched ahead; an end of event settles the books that it touched and publishes their
best prices; then the batch is handed on.
"""

from typing import Any, Final, NamedTuple

from feedhandler.book.ahead_kernel import look_ahead
from feedhandler.book.directory_kernel import ASK_TOUCHED, BID_TOUCHED
from feedhandler.book.kernel import LAST, apply_row, keep_dirty
from feedhandler.book.pools import DIRTY_COUNT
from feedhandler.book.settle_kernel import (
    BY_LEVEL,
    best_by_level,
    best_by_order,
    best_price,
    settle,
)
from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.jit import call3, call5, hot, i64, kernel, load_acquire, lshr, wrapping_mul
from feedhandler.publish.kernel import (
    ASK_PRICE,
    ASK_SIZE,
    BID_PRICE,
    BID_SIZE,
    LINE_WORDS,
    ORDERS,
    packed,
    publish_rows,
    write_best,
)
from feedhandler.session import kernel as session
from feedhandler.session.header import FIRST
from feedhandler.source import descriptor
from feedhandler.verdict import Verdict
from feedhandler.wire.kernel import GROUP, LENGTH, PAYLOAD, PORT, locate, route

# words of `work`
POLL: Final = 0  # addresses of the source's and the feed's functions and of what they are given
SOURCE: Final = 1
PEEK: Final = 2
DECODE: Final = 3
DESCRIPTORS: Final = 4
HEADER: Final = 5
CONTEXT: Final = 6
ROWS: Final = 7
FRAME: Final = 8  # next descriptor
FRAMES: Final = 9  # descriptors that the last poll gave
ROW: Final = 10  # next row to apply
ROW_COUNT: Final = 11  # rows decoded
BARRIER: Final = 12  # rows from here on wait until Python has read the definitions; -1 = none
BATCH: Final = 13  # decode until so many rows are there
UNIT_MESSAGE: Final = 14  # 1 = the sequence counts messages
BBO_MODEL: Final = 15
DELIVER: Final = 16  # 1 = stop with ROWS_FULL so that Python can hand the batch on
DIGESTING: Final = 17  # 1 = keep the digest of all rows
PUBLISHING: Final = 18  # 1 = write rows to the shared ring
STOP_PACKET: Final = 19  # stop behind this packet; 0 = never
STOP_TIME: Final = 20  # stop before the first frame received later than this; 0 = never
STOPPED: Final = 21
AT_ADDRESS: Final = 22  # of the datagram that a verdict speaks of
AT_LENGTH: Final = 23
AT_GROUP: Final = 24
AT_PORT: Final = 25
AT_CHANNEL: Final = 26
AT_PACKET: Final = 27
AT_TIME: Final = 28
NOW: Final = 29  # ts_recv of the last frame
DELIVERED: Final = 30  # rows of the batch that ROWS_FULL speaks of
LANES: Final = 32  # .. + 3: the running digest
WORK_WORDS: Final = 40

POLL_MAX: Final = 256
LANE_COUNT: Final = 4
PRIME: Final = -7046029288634856825  # 0x9E3779B185EBCA87, odd: multiplication loses nothing

# columns of `routes`
ROUTE_CHANNEL: Final = 0  # row of `channels`; -1 = known and not ours
ROUTE_LINE: Final = 1

FRAMES_COUNTER: Final = int(Counter.FRAMES)
FRAME_BYTES: Final = int(Counter.FRAME_BYTES)
DATAGRAMS: Final = int(Counter.DATAGRAMS)
EVENTS: Final = int(Counter.EVENTS)
FOREIGN_GROUP: Final = int(Counter.FOREIGN_GROUP)
MALFORMED_TRANSPORT: Final = int(Counter.MALFORMED_TRANSPORT)
BBO_CHANGES: Final = int(Counter.BBO_CHANGES)
DONE: Final = int(Verdict.DONE)
REFILL: Final = int(Verdict.REFILL)
BATCH_READY: Final = int(Verdict.ROWS_FULL)
NEW_GROUP: Final = int(Verdict.NEW_GROUP)
NEW_STREAM: Final = int(Verdict.NEW_STREAM)
GAP: Final = int(Verdict.GAP)
INSTRUMENT: Final = int(Verdict.INSTRUMENT)
STOP: Final = int(Verdict.STOP)
FOREIGN: Final = -1
NO_ROOM: Final = -1
HALF: Final = 0xFFFF_FFFF


class Desk(NamedTuple):
    """All that a breath works on; see the modules that the arrays come from."""

    work: Any  # int64[WORK_WORDS]
    stop: Any  # int64[1]: set from outside to stop the loop
    descriptors: Any  # int64[POLL_MAX, 8]
    header: Any  # int64[HEADER_WORDS]
    context: Any  # int64[CONTEXT_WORDS]
    place: Any  # int64[8]: what `locate` found
    route_table: Any  # int64[]: destination -> route number
    routes: Any  # int64[n, 2]
    channels: Any  # int64[n, CHANNEL_WORDS]
    rows: Any  # KERNEL_EVENT[]
    words: Any  # the same rows as int64[n, 8]
    counted: Any  # int64[]: counter of each output word of a decoder
    bbo: Any  # int64[]: the best-price table
    head: Any  # the event ring: int64[1], int64[slots], int64[slots, 8]
    sequences: Any
    slots: Any


@hot
def note_place(desk: Desk, base: int, channel: int) -> None:
    """Leave word of the datagram that a verdict is about."""
    work = desk.work
    work[AT_ADDRESS] = desk.place[PAYLOAD]
    work[AT_LENGTH] = desk.place[LENGTH]
    work[AT_GROUP] = desk.place[GROUP]
    work[AT_PORT] = desk.place[PORT]
    work[AT_CHANNEL] = channel
    work[AT_PACKET] = desk.descriptors[base, descriptor.PACKET]
    work[AT_TIME] = desk.descriptors[base, descriptor.TS_RECV]


@hot
def take_datagram(desk: Desk, frame: int, channel: int, line: int, counters: Any) -> int:
    """Sequence and decode one datagram: 0, a verdict, or NO_ROOM in the batch."""
    work = desk.work
    header = desk.header
    address = i64(desk.place[PAYLOAD])
    length = i64(desk.place[LENGTH])
    if call3(work[PEEK], address, length, work[HEADER]) < 0:
        counters[MALFORMED_TRANSPORT] += 1
        return 0
    found = session.arbitrate(desk.channels, channel, header, counters)
    if found == session.DROP:
        return 0
    if found != session.ACCEPT:
        note_place(desk, frame, channel)
        return GAP if found == session.MISSING else NEW_STREAM
    context = desk.context
    expected = i64(desk.channels[channel, session.EXPECTED])
    skip = expected - i64(header[FIRST])
    context[abi.SKIP] = skip if work[UNIT_MESSAGE] else 0
    context[abi.SEQUENCE] = header[FIRST]
    context[abi.RECEIVED] = desk.descriptors[frame, descriptor.TS_RECV]
    context[abi.DAY] = desk.channels[channel, session.DAY_NS]
    context[abi.CHANNEL] = desk.channels[channel, session.CHANNEL_ID]
    context[abi.ROW_FLAGS] = desk.channels[channel, session.DOUBTFUL]
    first = i64(work[ROW_COUNT])
    room = desk.rows.size - first
    count = i64(call5(work[DECODE], address, length, work[CONTEXT], work[ROWS] + 64 * first, room))
    if count == abi.ROWS_FULL and first > 0:
        return NO_ROOM
    for word in range(desk.counted.size):
        counters[desk.counted[word]] += context[abi.OUT + word]
    if count < 0:
        counters[MALFORMED_TRANSPORT] += 1
        return 0
    units = i64(context[abi.MESSAGES])
    session.accept(desk.channels, channel, line, header, units, counters)
    work[ROW_COUNT] = first + count
    if context[abi.DEFINITIONS] != 0:
        note_place(desk, frame, channel)
        work[BARRIER] = first
    return 0


@hot
def take_frame(desk: Desk, counters: Any) -> int:
    """Take the next frame through wire, session and decode: 0, a verdict, or NO_ROOM."""
    frame = i64(desk.work[FRAME])
    row = desk.descriptors
    captured = i64(row[frame, descriptor.CAPTURED])
    reason = locate(
        i64(row[frame, descriptor.ADDRESS]), captured, i64(row[frame, descriptor.LINK]), desk.place
    )
    if reason == 0:
        number = route(desk.route_table, i64(desk.place[GROUP]), i64(desk.place[PORT]))
        if number < 0:
            note_place(desk, frame, FOREIGN)
            return NEW_GROUP
        channel = i64(desk.routes[number, ROUTE_CHANNEL])
        if channel < 0:
            counters[FOREIGN_GROUP] += 1
        else:
            line = i64(desk.routes[number, ROUTE_LINE])
            verdict = take_datagram(desk, frame, channel, line, counters)
            if verdict != 0:
                return verdict
            counters[DATAGRAMS] += 1
            desk.channels[channel, session.LINE_DATAGRAMS + line] += 1
    else:
        counters[reason] += 1
    counters[FRAMES_COUNTER] += 1
    counters[FRAME_BYTES] += captured
    desk.work[NOW] = row[frame, descriptor.TS_RECV]
    desk.work[FRAME] = frame + 1
    return 0


@hot
def take_frames(desk: Desk, counters: Any) -> int:
    """Decode frames until the batch is full: 0, a verdict, or NO_ROOM."""
    work = desk.work
    while work[ROW_COUNT] < work[BATCH] and work[BARRIER] < 0:
        if work[FRAME] == work[FRAMES]:
            if work[STOPPED] != 0 or load_acquire(desk.stop, 0) != 0:
                return STOP
            work[FRAME] = 0
            work[FRAMES] = call3(work[POLL], work[SOURCE], work[DESCRIPTORS], POLL_MAX)
            if work[FRAMES] == 0:
                return REFILL
        frame = i64(work[FRAME])
        packet = i64(desk.descriptors[frame, descriptor.PACKET])
        beyond = work[STOP_PACKET] != 0 and packet > work[STOP_PACKET]  # that one was filtered
        late = desk.descriptors[frame, descriptor.TS_RECV] > work[STOP_TIME]
        if work[STOPPED] != 0 or beyond or (work[STOP_TIME] != 0 and late):
            work[STOPPED] = 1
            return STOP
        verdict = take_frame(desk, counters)
        if verdict != 0:
            return verdict
        if packet == work[STOP_PACKET]:
            work[STOPPED] = 1
    return DONE


@hot
def publish_by_order(book: int, desk: Desk, pools: Any, counters: Any) -> None:
    """Settle a by-order book and write its best prices; the side not touched is as it was written."""
    bbo = desk.bbo
    line = book * LINE_WORDS
    sides = i64(pools.books[book].dirty)
    bid = i64(bbo[line + BID_PRICE]), i64(bbo[line + BID_SIZE]), i64(bbo[line + ORDERS]) & HALF
    ask = i64(bbo[line + ASK_PRICE]), i64(bbo[line + ASK_SIZE]), lshr(i64(bbo[line + ORDERS]), 32)
    if sides & BID_TOUCHED:
        bid = best_by_order(2 * book, pools)
    if sides & ASK_TOUCHED:
        ask = best_by_order(2 * book + 1, pools)
    settle(book, bid[0], ask[0], pools)
    write(book, bid, ask, desk, pools, counters)


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
    identity = packed(i64(record.instrument_id), i64(record.state))
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


@hot
def apply_batch(desk: Desk, pools: Any, counters: Any) -> int:
    """Apply the rows decoded so far, up to the barrier: 0 or a verdict."""
    work = desk.work
    rows = desk.rows
    first = i64(work[ROW]) & HALF
    end = i64(work[ROW_COUNT]) if work[BARRIER] < 0 else i64(work[BARRIER])
    for i in range(first, end):
        look_ahead(rows, i, first, end, pools)
        verdict = apply_row(rows, i, pools)
        if verdict:
            work[ROW] = i
            return verdict
        if i64(rows[i].flags) & LAST and pools.control[DIRTY_COUNT] != 0:
            end_event(i64(rows[i].channel_id), desk, pools, counters)
    work[ROW] = end
    if work[BARRIER] >= 0:
        work[BARRIER] = -1
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
        count = i64(work[ROW_COUNT])
        if count > 0 and (count >= work[BATCH] or pending != DONE):
            counters[EVENTS] += count
            if work[DIGESTING] != 0:
                digest_rows(desk.words, count, work)
            if work[PUBLISHING] != 0:
                publish_rows(desk.head, desk.sequences, desk.slots, desk.words, 0, count)
            work[ROW] = 0
            work[ROW_COUNT] = 0
            if work[DELIVER] != 0:
                work[DELIVERED] = count
                return BATCH_READY
        if pending > DONE:
            return pending
        pending = take_frames(desk, counters)

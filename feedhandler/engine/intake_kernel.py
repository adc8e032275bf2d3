"""From frames to rows: find the datagram and its channel, sequence it, decode it, or keep it while it is early.

What is held by the session comes back the same way as a frame: `attend` takes it from its slot, one at a time,
before the next frame is looked at.
"""

from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.engine.desk_header import (
    AT_ADDRESS,
    AT_CHANNEL,
    AT_LENGTH,
    AT_PACKET,
    AT_TIME,
    BARRIER,
    BATCH,
    CONTEXT,
    DECODE,
    DESCRIPTORS,
    FOREIGN,
    FRAME,
    FRAMES,
    HEADER,
    IDLE,
    IDLE_STATE,
    KEPT,
    KNOWN,
    NO_ROOM,
    NOW,
    NOW_PACKET,
    PEEK,
    POLL,
    POLL_MAX,
    ROUTE_CHANNEL,
    ROUTE_LINE,
    ROW,
    ROW_COUNT,
    ROWS,
    SAMPLE_AT,
    SAMPLE_PACKET,
    SOURCE,
    STOP_PACKET,
    STOP_TIME,
    STOPPED,
    UNIT_MESSAGE,
    Desk,
)
from feedhandler.engine.known_kernel import is_known
from feedhandler.engine.otherwise_kernel import (
    answers_unasked,
    has_unread,
    misfit,
    note_place,
    puts_in_doubt,
    take_otherwise,
)
from feedhandler.engine.sample_kernel import begin_sample, sample_decoded, sample_sequenced
from feedhandler.engine.told_kernel import note_told
from feedhandler.jit import call3, call5, hot, i64, kernel, load_acquire, part
from feedhandler.session import kernel as session
from feedhandler.session.channel_header import (
    CHANNEL_ID,
    DAY_NS,
    DOUBTFUL,
    EXPECTED,
    HELD,
    INCREMENTAL,
    KEEP,
    LINE_DATAGRAMS,
    LINE_SEEN,
    LOADS,
    RECOVERY_LINE,
    ROLE,
)
from feedhandler.session.due_kernel import ASK, DECLARE, RELEASE, due
from feedhandler.session.due_kernel import LINE as LINE_FOUND
from feedhandler.session.due_kernel import NOTHING as NOTHING_DUE
from feedhandler.session.header import FIRST
from feedhandler.session.holding_kernel import (
    DEADLINE,
    FOUND_WHAT,
    SLOT_LENGTH,
    SLOT_LINE,
    SLOT_PACKET,
    SLOT_TIME,
    disprove,
    drop_head,
    head_of,
    moved,
    slot_address,
)
from feedhandler.session.holding_kernel import FOUND as CHANNEL_FOUND
from feedhandler.session.line_kernel import block
from feedhandler.source import descriptor
from feedhandler.verdict import Verdict
from feedhandler.wire.kernel import GROUP, LENGTH, PAYLOAD, PORT, locate, route

FRAMES_COUNTER: Final = int(Counter.FRAMES)
FRAME_BYTES: Final = int(Counter.FRAME_BYTES)
DATAGRAMS: Final = int(Counter.DATAGRAMS)
FOREIGN_GROUP: Final = int(Counter.FOREIGN_GROUP)
DEFINITIONS_REPEATED: Final = int(Counter.DEFINITIONS_REPEATED)
REPLIES_UNREAD: Final = int(Counter.REPLIES_UNREAD)
DONE: Final = int(Verdict.DONE)
REFILL: Final = int(Verdict.REFILL)
NEW_GROUP: Final = int(Verdict.NEW_GROUP)
GAP: Final = int(Verdict.GAP)
STOP: Final = int(Verdict.STOP)
LINE: Final = int(Verdict.LINE)
RECOVERY: Final = int(Verdict.RECOVERY)


@hot
def take_datagram(
    desk: Desk, address: int, length: int, channel: int, line: int, packet: int, received: int,
    slot: int, counters: Any,
) -> int:  # fmt: skip
    """Sequence and decode one datagram (from a slot, or 0): 0, a verdict, or NO_ROOM in the batch."""
    work = desk.work
    header = desk.header
    channels = desk.channels
    if call3(work[PEEK], address, length, work[HEADER]) < 0:
        return misfit(desk, channel, counters)
    found = session.arbitrate(channels, channel, line, received, header, counters)
    if found == session.DROP:
        return 0
    if found != session.ACCEPT:
        note_place(desk, address, length, channel, packet, received)
        return take_otherwise(desk, found, line, slot, counters)
    if line == RECOVERY_LINE and answers_unasked(desk, channel):
        note_place(desk, address, length, channel, packet, received)
        desk.watch[FOUND_WHAT] = ASK
        return RECOVERY
    sampled = packet == work[SAMPLE_PACKET]
    if sampled:
        sample_sequenced(work, desk.stages)
    context = desk.context
    skip = i64(channels[channel, EXPECTED]) - i64(header[FIRST])
    context[abi.SKIP] = skip if work[UNIT_MESSAGE] else 0
    context[abi.SEQUENCE] = header[FIRST]
    context[abi.RECEIVED] = received
    context[abi.DAY] = channels[channel, DAY_NS]
    context[abi.CHANNEL] = channels[channel, CHANNEL_ID]
    context[abi.ROW_FLAGS] = channels[channel, DOUBTFUL]
    first = i64(work[ROW_COUNT])
    room = desk.rows.size - first
    count = i64(call5(work[DECODE], address, length, work[CONTEXT], work[ROWS] + 64 * first, room))
    if count == abi.ROWS_FULL and first > 0:
        return NO_ROOM
    if line == RECOVERY_LINE and count >= 0 and has_unread(desk.context):
        counters[REPLIES_UNREAD] += 1  # the hole stays one
        return 0
    for word in range(desk.counted.size):
        counters[desk.counted[word]] += context[abi.OUT + word]
    if sampled:
        sample_decoded(work, desk.stages, first, count)
    if count < 0:
        return misfit(desk, channel, counters)
    units = i64(context[abi.MESSAGES])
    session.accept(channels, channel, line, received, header, units, counters)
    if channels[channel, HELD] != 0:
        if slot == 0:
            disprove(channels, channel, desk.watch, desk.slots_held, counters)
        moved(channels, channel, desk.watch, received)
    work[ROW_COUNT] = first + count
    unread = context[abi.UNKNOWN_TEMPLATE] | context[abi.UNKNOWN_SCHEMA]
    unread |= context[abi.MALFORMED_MESSAGE] | context[abi.BAD_REFERENCE]
    if context[abi.DEFINITIONS] | channels[channel, KEEP] | unread != 0:
        note_place(desk, address, length, channel, packet, received)
        keep_rows(desk, channel, first, received, counters)
    return 0


@kernel
def keep_rows(desk: Desk, channel: int, first: int, received: int, counters: Any) -> None:
    """Keep the rows of a channel in doubt; a barrier at definitions and snapshots, and behind what is not read."""
    work = desk.work
    waits = i64(desk.channels[channel, KEEP]) == LOADS
    if waits and i64(desk.channels[channel, ROLE]) == INCREMENTAL:
        kept = i64(work[KEPT])
        mask = len(desk.kept) - 1
        for i in range(first, i64(work[ROW_COUNT])):
            for word in range(8):
                desk.kept[kept & mask, word] = desk.words[i, word]
            kept += 1
        work[KEPT] = kept
        waits = False
    elif i64(desk.channels[channel, KEEP]) != 0:
        note_told(desk, channel, first, received)
        waits = True
    defines = desk.context[abi.DEFINITIONS] != 0
    if defines and is_known(i64(work[KNOWN]), channel, i64(work[AT_ADDRESS]), i64(work[AT_LENGTH])):
        counters[DEFINITIONS_REPEATED] += 1
        desk.context[abi.DEFINITIONS] = 0
        defines = False
    if waits or defines:
        work[BARRIER] = first
    elif puts_in_doubt(desk, channel):
        work[BARRIER] = work[ROW_COUNT]  # behind what could be read


@kernel
def attend(desk: Desk, counters: Any) -> int:
    """One step of what is due: release a held datagram, or the verdict of a gap or a silent line; 0 = go on."""
    watch = desk.watch
    slots = desk.slots_held
    found = due(desk.channels, watch, slots, i64(desk.work[NOW]), counters)
    c = i64(watch[CHANNEL_FOUND])
    if found == RELEASE:
        slot = head_of(desk.channels, c)
        verdict = take_datagram(
            desk, slot_address(desk.store, watch, slot), i64(slots[slot, SLOT_LENGTH]), c,
            i64(slots[slot, SLOT_LINE]), i64(slots[slot, SLOT_PACKET]), i64(slots[slot, SLOT_TIME]),
            slot, counters,
        )  # fmt: skip
        if verdict == 0:
            drop_head(desk.channels, c, watch, slots)
        return verdict
    if found == NOTHING_DUE:
        return 0
    desk.work[AT_CHANNEL] = c
    desk.work[AT_TIME] = desk.work[NOW]
    desk.work[AT_PACKET] = desk.work[NOW_PACKET]
    if found == LINE_FOUND:
        return LINE
    return GAP if found == DECLARE else RECOVERY


@hot
def take_frame(desk: Desk, counters: Any) -> int:
    """Take the next frame through wire, session and decode: 0, a verdict, or NO_ROOM."""
    frame = i64(desk.work[FRAME])
    row = desk.descriptors
    captured = i64(row[frame, descriptor.CAPTURED])
    packet = i64(row[frame, descriptor.PACKET])
    received = i64(row[frame, descriptor.TS_RECV])
    if packet >= desk.work[SAMPLE_AT]:
        begin_sample(desk.work, desk.stages, received, packet)
    reason = locate(
        i64(row[frame, descriptor.ADDRESS]), captured, i64(row[frame, descriptor.LINK]), desk.place
    )
    if reason == 0:
        address = i64(desk.place[PAYLOAD])
        length = i64(desk.place[LENGTH])
        number = route(desk.route_table, i64(desk.place[GROUP]), i64(desk.place[PORT]))
        if number < 0:
            note_place(desk, address, length, FOREIGN, packet, received)
            return NEW_GROUP
        channel = i64(desk.routes[number, ROUTE_CHANNEL])
        if channel < 0:
            counters[FOREIGN_GROUP] += 1
        else:
            line = i64(desk.routes[number, ROUTE_LINE])
            verdict = take_datagram(
                desk, address, length, channel, line, packet, received, 0, counters
            )  # fmt: skip
            if verdict != 0:
                return verdict
            counters[DATAGRAMS] += 1
            at = block(line)
            desk.channels[channel, at + LINE_DATAGRAMS] += 1
            desk.channels[channel, at + LINE_SEEN] = received
    else:
        counters[reason] += 1
    counters[FRAMES_COUNTER] += 1
    counters[FRAME_BYTES] += captured
    desk.work[NOW] = received
    desk.work[NOW_PACKET] = packet
    desk.work[FRAME] = frame + 1
    return 0


@part
def take_frames(desk: Desk, counters: Any) -> int:
    """Decode frames until the batch is full: 0, a verdict, or NO_ROOM."""
    work = desk.work
    while work[ROW_COUNT] < work[BATCH] and work[BARRIER] < 0:
        if work[NOW] >= desk.watch[DEADLINE]:
            verdict = attend(desk, counters)
            if verdict != 0:
                return verdict
            continue
        if work[FRAME] == work[FRAMES]:
            if work[STOPPED] != 0 or load_acquire(desk.stop, 0) != 0:
                return STOP
            if work[IDLE] != 0 and work[ROW] < work[ROW_COUNT]:
                return DONE  # live: what has come goes to the books before the source is looked at again
            work[FRAME] = 0
            work[FRAMES] = call3(work[POLL], work[SOURCE], work[DESCRIPTORS], POLL_MAX)
            if work[FRAMES] == 0:
                if work[IDLE] == 0 or work[ROW_COUNT] != 0:
                    return REFILL
                # live, and all is handed on: waited for here, since to come back costs more than a poll
                work[NOW] = call3(work[IDLE], work[IDLE_STATE], work[NOW], desk.watch[DEADLINE])
                continue
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

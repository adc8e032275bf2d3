"""Writes the decoder of a FAST feed: `peek` and `decode` of the decoders' interface, on what templates gave.

A datagram is decoded by itself: its dictionaries begin undefined, in memory that lasts for one call. `peek` reads
a message up to the fields that number and date it and no further.
"""

from dataclasses import replace
from typing import Final

from feedhandler.decode.description import DescriptionError
from feedhandler.decode.fast.abi import CELLS_MAX, ENTRIES, TEXTS_MAX
from feedhandler.decode.fast.generate import HEADER, TemplateWriter, functions
from feedhandler.decode.fast.generate_rows import RowWriter, Tables
from feedhandler.decode.fast.generate_segments import Emitter, Texts
from feedhandler.decode.fast.plan import Plan, Reference, Segment, Template, layout
from feedhandler.decode.fast.rows import FeedPlan, Meaning

FEED_HEADER: Final = """
import numpy as np

from feedhandler.decode.abi import (
    CHANNEL, COUNT, DATA, DAY, FAST_REMARKS, FIRST, LOOP_END, MALFORMED, MESSAGES, RECEIVED, ROW_FLAGS, ROWS_FULL,
    SEND_TIME, SEQUENCE, STREAM_0, STREAM_1, TYPE,
)
from feedhandler.decode.fast.abi import REMARKS, TEXT_FIRST as TEXT_FIRST_WORD, TEXTS
from feedhandler.decode.fast.row_kernel import code_of_number, code_of_text, fail, price_of, time_of
from feedhandler.decode.kernel import bump, clear, counts, mark_last, pick, put_row, size_u8, word
from feedhandler.decode.marks import CHANNEL_SHIFT, FLAGS_SHIFT, NO_CODE, marks, marks_table
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE
from feedhandler.jit import make_stack, put1

"""

BEGIN: Final = '''

MEMORY = make_stack({words})
IMAGE_BYTES = np.frombuffer(IMAGE + b" ", np.uint8)


@hot
def begin(state):
    """Memory as it is before a datagram: no dictionary entry, no template, no remark."""
    for k in range(ENTRIES + {entries}):
        put8(state + 8 * k, 0)
    put8(state + 8 * TEMPLATE_ID, -1)
    put8(state + 8 * TEXTS, state + {texts})
    put8(state + 8 * TEXT_FIRST_WORD, TEXT_FIRST)
    for k in range(IMAGE_BYTES.size - 1):
        put1(state + {texts} + IMAGE_AT + k, IMAGE_BYTES[k])


@entry(3)
def peek(datagram, length, header):
    """The number and send time of a datagram's message."""
    state = MEMORY()
    begin(state)
    out = state + {out}
    p = datagram
    end = datagram + length
    while p < end:
        start = p
        bits, p = take_map(p, end, state)
        if p < 0:
            return MALFORMED
        number, p = template_at(p, end, bits, state)
        if p < 0:
            return MALFORMED
'''

DECODE: Final = '''

@entry(5)
def decode(datagram, length, context, rows, rows_max):
    """The rows of all messages of a datagram."""
    clear(context)
    state = MEMORY()
    begin(state)
    out = state + {out}
    received = word(context, RECEIVED)
    sequence = word(context, SEQUENCE) & 0xFFFFFFFF
    stamp = word(context, CHANNEL) << CHANNEL_SHIFT | (word(context, ROW_FLAGS) & 0xFF) << FLAGS_SHIFT
    day = word(context, DAY)
    row = rows
    full = rows + 64 * rows_max
    p = datagram
    end = datagram + length
    while p < end:
        put8(state + 8 * TEXT_USED, 0)
        p, used = read_at(p, end, state, out, 0)
        if p < 0:
            return fail(-p, context)
        number = u8le(out)
'''

DECODE_END: Final = """        if row == ROWS_FULL:
            clear(context)
            return ROWS_FULL
    for k in range(16):
        put8(context + 8 * FAST_REMARKS, word(context, FAST_REMARKS) + u8le(state + 8 * (REMARKS + k)))
    return (row - rows) >> 6
"""


def generate_feed(feed: FeedPlan) -> str:
    """The source of a feed's decoder."""
    for template in feed.plan.templates:
        _refuse_references(template.body, template.name)
    title = f"The compiled decoder of {feed.name}."
    texts = Texts(feed.plan)
    tables = Tables()
    made = functions(feed.plan, texts)
    made += [_head(feed.plan, meaning, texts) for meaning in _numbered(feed)]
    rows = [
        RowWriter(meaning, tables).source() for meaning in feed.meanings.values() if meaning.items
    ]
    header = HEADER.format(title=title).rstrip("\n") + FEED_HEADER
    state = ENTRIES + 3 * len(feed.plan.slots)
    memory = {
        "entries": ENTRIES, "out": 8 * state, "texts": 8 * (state + CELLS_MAX),
        "words": state + CELLS_MAX + (texts.first + TEXTS_MAX) // 8 + 1,
    }  # fmt: skip
    return "\n".join(
        [
            header, f"ENTRIES = {len(feed.plan.slots)}\n", texts.constants(), *made, tables.text(), *rows,
            BEGIN.format(**memory) + _peek(feed), DECODE.format(**memory) + _decode(feed) + DECODE_END,
        ]
    )  # fmt: skip


def _refuse_references(segment: Segment, name: str) -> None:
    for each in segment.instructions:
        if isinstance(each, Reference):
            raise DescriptionError(
                f"template {name}: dynamic references are not supported in feeds"
            )
        if hasattr(each, "body"):
            _refuse_references(each.body, name)


def _numbered(feed: FeedPlan) -> list[Meaning]:
    return [meaning for meaning in feed.meanings.values() if meaning.first is not None]


def head_of(meaning: Meaning) -> Template:
    """The template up to the fields that number and date its messages."""
    spots = [spot for spot in (meaning.first, meaning.send_time) if spot is not None]
    body = meaning.template.body.instructions
    last = max(body.index(spot.place.instruction) for spot in spots)
    return replace(meaning.template, body=Segment(body[: last + 1]))


def _head(plan: Plan, meaning: Meaning, texts: Texts) -> str:
    return TemplateWriter(plan, head_of(meaning), texts, whole=False).source("head")


def _peek(feed: FeedPlan) -> str:
    emit = Emitter(depth=2)
    for meaning in feed.meanings.values():
        number = meaning.template.id
        name = "template" if meaning.first is None else "head"
        emit(f"if number == {number}:")
        with emit.block():
            emit(f"p, used = {name}_{number}(p, end, bits, start, state, out, 0)")
            emit("if p < 0:")
            emit("    return MALFORMED")
            if meaning.first is None:
                emit("continue")
            else:
                _header(emit, meaning)
    emit("return MALFORMED")
    return emit.text() + "    return MALFORMED\n"


def _header(emit: Emitter, meaning: Meaning) -> None:
    """Fill the header from the record of a head."""
    places = {place.instruction: place for place in layout(head_of(meaning).body, head=1).places}
    told = [("FIRST", meaning.first), ("SEND_TIME", meaning.send_time)]
    for name in ("STREAM_0", "STREAM_1"):
        emit(f"put8(header + 8 * {name}, 0)")
    emit("put8(header + 8 * COUNT, 1)")
    emit("put8(header + 8 * TYPE, DATA)")
    emit(f"put8(header + 8 * LOOP_END, {int(meaning.ends_loop)})")
    for name, spot in told:
        value = "0"
        if spot is not None:
            value = f"u8le(out + {8 * places[spot.place.instruction].cell})"
            value = f"time_of({value}, 0)" if name == "SEND_TIME" else value
        emit(f"put8(header + 8 * {name}, {value})")
    emit("return 0")


def _decode(feed: FeedPlan) -> str:
    emit = Emitter(depth=2)
    for meaning in feed.meanings.values():
        number = meaning.template.id
        if meaning.first is None and not meaning.items:
            continue
        emit(f"if number == {number}:")
        with emit.block():
            if meaning.first is not None:
                emit("bump(context, MESSAGES)")
            if meaning.items:
                emit(
                    f"row = rows_{number}(out, row, full, context, received, sequence, stamp, day)"
                )
    return emit.text()

"""The desk of an engine, made and connected: the arrays of a breath, the addresses of its source and its decoder."""

from typing import Any, Final

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import Decoder
from feedhandler.engine import desk_header as words
from feedhandler.engine.desk_header import Desk
from feedhandler.engine.routing import Routing
from feedhandler.event import EVENT_SIZE, KERNEL_EVENT
from feedhandler.publish.bbo import BestPrices
from feedhandler.publish.kernel import LINE_WORDS
from feedhandler.publish.ring import EventRing
from feedhandler.records import records
from feedhandler.session.channels import Channels
from feedhandler.session.header import HEADER_WORDS
from feedhandler.source import descriptor
from feedhandler.source.source import Source

BBO_MODELS: Final = ("order", "level")


def make_desk(
    routing: Routing, channels: Channels, rows: Any, kept: Any, ring: EventRing | None, best: Any
) -> Desk:
    """A desk around the tables of others, and the rows of a batch; without a ring, one of a few slots."""
    counted = dict(abi.COUNTED)
    desk = Desk(
        work=np.zeros(words.WORK_WORDS, np.int64),
        stop=np.zeros(1, np.int64),
        descriptors=np.zeros((words.POLL_MAX, descriptor.WORDS), np.int64),
        header=np.zeros(HEADER_WORDS, np.int64),
        context=np.zeros(abi.CONTEXT_WORDS, np.int64),
        place=np.zeros(8, np.int64),
        route_table=routing.table,
        routes=routing.routes,
        channels=channels.table,
        watch=channels.holding.watch,
        slots_held=channels.holding.slots,
        store=channels.holding.store,
        rows=records(rows.view(KERNEL_EVENT)),
        words=rows.view(np.int64).reshape(-1, EVENT_SIZE // 8),
        kept=kept,
        counted=np.array(
            [counted[word] for word in range(abi.OUT, abi.OUT + len(counted))], np.int64
        ),
        bbo=best,
        head=np.zeros(1, np.int64) if ring is None else ring.head,
        sequences=np.zeros(4, np.int64) if ring is None else ring.sequences,
        slots=np.zeros((4, 8), np.int64) if ring is None else ring.slots,
        stages=np.zeros(1, np.int64),
    )
    desk.work[words.DESCRIPTORS] = desk.descriptors.ctypes.data
    desk.work[words.HEADER] = desk.header.ctypes.data
    desk.work[words.CONTEXT] = desk.context.ctypes.data
    desk.work[words.ROWS] = rows.ctypes.data
    desk.work[words.PUBLISHING] = ring is not None
    desk.work[[words.BARRIER, words.SAMPLE_PACKET, words.MARK_FIRST, words.MARK_LAST]] = -1
    desk.work[words.SAMPLE_AT] = words.NEVER
    return desk


def with_lines(desk: Desk, books: int) -> Desk:
    """The desk with a line of best prices, of nobody else, for each book that the pools can hold."""
    if desk.bbo.size >= books * LINE_WORDS:
        return desk
    table = BestPrices.create(None, books).table
    table[: desk.bbo.size] = desk.bbo
    return desk._replace(bbo=table)


def connect(desk: Desk, feed: Feed, source: Source, decoder: Decoder) -> None:
    """Where frames come from, who decodes them, and who waits when there is none."""
    work = desk.work
    work[words.POLL] = source.poll.address
    work[words.SOURCE] = source.state_address
    work[words.PEEK] = decoder.peek.address
    work[words.DECODE] = decoder.decode.address
    work[words.UNIT_MESSAGE] = feed.unit == "message"
    work[words.BBO_MODEL] = BBO_MODELS.index(feed.bbo)
    idle = getattr(source, "idle", None)  # only live sources wait
    if idle is not None:
        work[words.IDLE] = idle.wait.address
        work[words.IDLE_STATE] = idle.state_address

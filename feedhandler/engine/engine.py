"""The engine: runs the compiled breath and answers what it asks.

`Engine.run` re-enters `breathe` until the source has ended or a stop was reached. Each verdict has one answer
here; none of them is on the path of a packet. The engine logs changes of state and nothing else.
"""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from feedhandler.book import growth
from feedhandler.book.depth import is_refreshed, limits_of
from feedhandler.book.kernel import clear_channel
from feedhandler.book.pools import EMPTY, Limits, Pools, make_pools
from feedhandler.counter import Counter, count_more, new_counters
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import decoder_of
from feedhandler.engine import desk_header as words
from feedhandler.engine.definitions import Definitions
from feedhandler.engine.desk import connect, make_desk, with_lines
from feedhandler.engine.kernel import breathe, publish_states
from feedhandler.engine.otherwise_kernel import puts_in_doubt
from feedhandler.engine.recovering import Recovering, why_unread
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.engine.recovery_intake import RecoveryIntake
from feedhandler.engine.routing import Routing, midnight_ns
from feedhandler.engine.unnamed import take_unnamed
from feedhandler.event import EVENT
from feedhandler.logs import log
from feedhandler.publish.bbo import BestPrices
from feedhandler.publish.ring import EventRing
from feedhandler.records import zeros
from feedhandler.session import holding_kernel
from feedhandler.session.channel_header import (
    DOUBTFUL,
    EXPECTED,
    GAP_COUNT,
    HELD,
    KEEP,
    LINE_SILENT,
    LOADS,
    LOOP,
    ROLE,
)
from feedhandler.session.channels import LINE_NAMES, Channels
from feedhandler.session.gaps import TOLD
from feedhandler.session.holding import Arbitration
from feedhandler.session.line_kernel import block
from feedhandler.source import descriptor
from feedhandler.source.source import Source
from feedhandler.verdict import Verdict
from feedhandler.wire.routes import Group

BATCH: Final = 1024  # rows decoded before they are applied: they stay in the second-level cache
BATCH_MAX: Final = 1 << 20
PLACE: Final = (words.AT_CHANNEL, words.AT_PACKET, words.AT_TIME)  # of a verdict


class Engine:
    """One feed, one source, the books between them.

    Memory is taken here, once; while frames flow nothing is allocated but what a full pool asks for.
    """

    def __init__(
        self,
        feed: Feed,
        source: Source,
        *,
        decoder: str = "compiled",
        batch: int = BATCH,
        limits: Limits | None = None,
        digest: bool = True,
        deliver: bool = False,
        ring: EventRing | None = None,
        best: BestPrices | None = None,
        counters: Any = None,
        arbitration: Arbitration | None = None,
        recovery: RecoveryPlan | None = None,
        natural_refresh: bool = False,
        definitions_expected: bool = False,
    ) -> None:
        """`definitions_expected`: on channels with a line of definitions from the start, not once one is seen."""
        if not 1 <= batch <= BATCH_MAX:
            raise ValueError(f"batch is {batch}: 1 to {BATCH_MAX} rows are expected")
        self.feed = feed
        self.source = source
        self.limits = limits_of(feed, limits, None if best is None else best.lines)
        self.counters = new_counters() if counters is None else counters
        self.pools: Pools = make_pools(self.limits, self.counters)
        if natural_refresh:
            if not is_refreshed(feed):
                raise ValueError(f"{feed.name} tells no depth of books by level")
            self.pools = growth.refresh_naturally(self.pools, has_orders="order" in feed.model)
        self.channels = Channels(arbitration=arbitration)
        self.routing = Routing(feed, self.channels)
        self.definitions = Definitions(feed)
        self.recovering = Recovering(feed, self.channels, self.counters, self.limits, self.pools)
        if definitions_expected:
            self.definitions.expect_all(self.pools)
        self.decoder = decoder_of(feed, decoder)
        self.rows = zeros(batch + abi.ROWS_PER_DATAGRAM_MAX, EVENT)
        self.intake = RecoveryIntake(self, recovery)
        self._best, self._ended = best, False
        self.desk = make_desk(
            self.routing, self.channels, self.rows, self.recovering.snapshots.kept, ring,
            (best or BestPrices.create(None, self.limits.books)).table,
        )  # fmt: skip
        connect(self.desk, feed, source, self.decoder)
        options = [words.BATCH, words.DELIVER, words.DIGESTING, words.KNOWN]
        self.desk.work[options] = batch, deliver, digest, self.definitions.known.address
        self._answers: dict[Verdict, Callable[[], bool]] = {
            Verdict.REFILL: self._refill,
            Verdict.NEW_GROUP: self._new_group,
            Verdict.NEW_STREAM: self._new_stream,
            Verdict.GAP: self._gap,
            Verdict.INSTRUMENT: self._instrument,
            Verdict.LINE: self._line,
            Verdict.JOIN: self._join,
            Verdict.FOREIGN: self._foreign,
            Verdict.RECOVERY: self._recovery,
            Verdict.STOP: self._stopped,
            Verdict.UNNAMED: lambda: take_unnamed(self),
        }

    # --- running ----------------------------------------------------------------------------------
    def stop_at(self, *, packet: int = 0, time_ns: int = 0) -> None:
        """Stop behind this packet of the source, or before the first frame received later."""
        if packet < 0 or time_ns < 0:
            raise ValueError(
                f"stop at packet {packet}, time {time_ns}: 0 (never) or more is expected"
            )
        self.desk.work[words.STOP_PACKET] = packet
        self.desk.work[words.STOP_TIME] = time_ns

    def stop(self) -> None:
        """Stop at the next poll; safe from another thread or a signal handler."""
        self.desk.stop[0] = 1

    def run(self) -> None:
        """Run to the end."""
        for _ in self.batches():
            pass

    def batches(self) -> Iterator[np.ndarray[Any, Any]]:
        """Run to the end; with `deliver`, each batch of rows as a view that is good until the next."""
        while True:
            verdict = Verdict(breathe(self.desk, self.pools, self.counters))
            self._look()
            if verdict is Verdict.ROWS_FULL:
                yield self.rows[: int(self.desk.work[words.DELIVERED])]
            elif verdict in growth.GROW:
                self._grow(verdict)
            elif not self._answers[verdict]():
                break
        self._look()
        self.recovering.close()
        self.source.count_into(self.counters)

    def _look(self) -> None:
        """Tell of books that came into doubt, or out of it, in the last breath."""
        self.recovering.look(self._at(words.NOW_PACKET), self._at(words.NOW), self.pools)

    @property
    def stop_reached(self) -> bool:
        """Whether the point of `stop_at` was reached, rather than the end of the input."""
        return bool(self.desk.work[words.STOPPED])

    @property
    def digest(self) -> str:
        """Digest of all events so far: 32 hexadecimal digits; `engine.kernel.digest_rows` says of what."""
        lanes = self.desk.work[words.LANES : words.LANES + words.LANE_COUNT].view(np.uint64)
        first = (int(lanes[0]) * 31 + int(lanes[1])) & 0xFFFF_FFFF_FFFF_FFFF
        second = (int(lanes[2]) * 31 + int(lanes[3])) & 0xFFFF_FFFF_FFFF_FFFF
        return f"{first:016x}{second:016x}"

    @property
    def packet(self) -> int:
        """Number of the last frame taken."""
        return int(self.counters[Counter.FRAMES])

    # --- answers ----------------------------------------------------------------------------------
    def _at(self, word: int) -> int:
        return int(self.desk.work[word])

    def _payload(self) -> bytes:
        """The datagram that the verdict is about."""
        return ctypes.string_at(self._at(words.AT_ADDRESS), self._at(words.AT_LENGTH))

    def _grow(self, verdict: Verdict) -> None:
        self.pools = growth.GROW[verdict](self.pools)
        log.debug("pool_grown", pool=verdict.name.removesuffix("_FULL").lower())
        self.fit()

    def fit(self) -> None:
        """The pools may have been made larger: each book has a line of best prices."""
        if self._best is None:
            self.desk = with_lines(self.desk, self.pools.books.size)

    def _refresh(self) -> None:
        self.intake.allow()
        self.desk = self.desk._replace(
            route_table=self.routing.table, routes=self.routing.routes, channels=self.channels.table
        )  # fmt: skip

    def _new_group(self) -> bool:
        group = Group(self._at(words.AT_GROUP), self._at(words.AT_PORT))
        ts_recv = self._at(words.AT_TIME)
        known = len(self.channels.channels)
        found = self.routing.resolve(group, ts_recv, self._payload(), self.decoder)
        opened = self.channels.channels[known:]
        self.recovering.listen(opened)
        if self.definitions.listen(opened, ts_recv, self.pools):
            publish_states(self.desk.bbo, self.pools)
        if not found:
            self._leave_out_frame()
        self._refresh()
        return True

    def _foreign(self) -> bool:
        """A guessed channel turned out to be another feed's."""
        self.routing.give_up(self._at(words.AT_CHANNEL))
        log.info("given_up", note=self.routing.notes[-1], packet=self._at(words.AT_PACKET))
        self._refresh()
        return True

    def _leave_out_frame(self) -> None:
        """Count a frame whose destination is not known to be ours, and pass over it."""
        frame = self._at(words.FRAME)
        self.counters[Counter.FOREIGN_GROUP] += 1
        self.counters[Counter.FRAMES] += 1
        self.counters[Counter.FRAME_BYTES] += self.desk.descriptors[frame, descriptor.CAPTURED]
        self.desk.work[words.FRAME] = frame + 1

    def _new_stream(self) -> bool:
        row = self._at(words.AT_CHANNEL)
        channel = self.channels.channels[row]
        self.counters[Counter.SESSION_CHANGES] += 1
        log.info("session_changed", channel=channel.channel_id, packet=self._at(words.AT_PACKET))
        self.channels.restart(row, midnight_ns(self._at(words.AT_TIME), self.feed.timezone))
        if channel.role == "incremental":
            self.definitions.begin(channel.channel_id, self.pools)
            clear_channel(channel.channel_id, EMPTY, self.pools)
            self.intake.forget(row, self._at(words.AT_TIME))
            self.recovering.begin(row, self._at(words.AT_TIME))
            publish_states(self.desk.bbo, self.pools)
        return True

    def _gap(self) -> bool:
        self._declare(*map(self._at, PLACE))
        return True

    def _declare(self, row: int, packet: int, ts_recv: int) -> None:
        """The hole of a channel is a gap: report it and go on behind it."""
        held, told = int(self.channels.table[row, HELD]), self.intake.holes.is_told(row)
        joining = self.intake.give_up(row, ts_recv)
        if told:
            self._declare_told(row, packet, ts_recv)
            return
        if joining:
            self.channels.table[row, EXPECTED] += self.channels.table[row, GAP_COUNT]
            self._joined(row, packet, ts_recv, self.intake.reason(row))
            return
        gap = self.channels.take_gap(
            row, packet, ts_recv, self.recovering.doubtful_rows(row), self.intake.reason(row)
        )
        if gap is None:
            count_more(self.counters, Counter.IMPLAUSIBLE, held)
        else:
            self.recovering.lose(row, gap, self._at(words.KEPT), self.pools)
            publish_states(self.desk.bbo, self.pools)

    def _declare_told(self, row: int, packet: int, ts_recv: int) -> None:
        """A channel lacks what its snapshots include, or has not begun at all."""
        if self.channels.join_told(row):
            self._joined(row, packet, ts_recv, seen=TOLD)
            return
        doubtful = self.recovering.doubtful_rows(row)
        reason = self.intake.reason(row)
        gap, goes_on = self.channels.take_told(row, packet, ts_recv, doubtful, reason)
        self.recovering.lose(row, gap, self._at(words.KEPT), self.pools, goes_on=goes_on)
        publish_states(self.desk.bbo, self.pools)

    def _recovery(self) -> bool:
        return self.intake.answer(*map(self._at, PLACE))

    def inject(self, channel_row: int, payload: bytes) -> bool:
        """Take a datagram as if a channel's recovery line had brought it; False = it cannot be taken."""
        return not self.intake.inject(channel_row, payload)

    def _join(self) -> bool:
        row = self._at(words.AT_CHANNEL)
        if not self.intake.join(row, self._at(words.AT_TIME)):
            self._joined(row, self._at(words.AT_PACKET), self._at(words.AT_TIME))
        return True

    def _joined(self, row: int, packet: int, ts_recv: int, why: str = "", seen: str = "") -> None:
        """What was before is as good as lost."""
        doubtful = self.recovering.doubtful_rows(row)
        gap = self.channels.take_join(row, packet, ts_recv, doubtful, why, seen)
        self.recovering.lose(row, gap, self._at(words.KEPT), self.pools)
        publish_states(self.desk.bbo, self.pools)

    def _refill(self) -> bool:
        """More input; at its end what is held is released, hole by hole."""
        if not self._ended and (self.source.refill() or self.desk.stop[0]):
            return True  # a stop that ended a wait for input is not its end: what is held is no gap
        self._ended = True
        if self.intake.finish(self._at(words.NOW), self._at(words.NOW_PACKET)):
            return True
        return self._settle()

    def _stopped(self) -> bool:
        """A replay that was stopped is at a moment in its midst; behind a live one nothing more will come."""
        return bool(self._at(words.IDLE)) and self._settle()

    def _settle(self) -> bool:
        """The next hole is a gap, and what is held behind it is released; False: nothing is held any more."""
        row = self.channels.find_waiting()
        if row is None:
            self.channels.drop_rivals(self.counters)
            return False
        self._declare(row, self._at(words.NOW_PACKET), self._at(words.NOW))
        return True

    def _line(self) -> bool:
        row = self._at(words.AT_CHANNEL)
        line = int(self.desk.watch[holding_kernel.FOUND_LINE])
        since = int(self.channels.table[row, block(line) + LINE_SILENT])
        log.warning(
            "line_silent" if since else "line_back", channel=self.channels.channels[row].channel_id,
            line=LINE_NAMES[line], since=since, packet=self._at(words.AT_PACKET), **self.channels.demanded(row, line),
        )  # fmt: skip
        return True

    def _instrument(self) -> bool:
        """What a datagram holds that Python reads before its rows are applied: definitions, snapshots.

        Behind them a channel with messages that nobody knows has lost something.
        """
        row = self._at(words.AT_CHANNEL)
        unread = bool(puts_in_doubt(self.desk, row))
        if self.desk.context[abi.DEFINITIONS]:
            self._define(row)
            if unread:
                self.desk.context[abi.DEFINITIONS] = 0
                self.desk.work[words.BARRIER] = self.desk.work[words.ROW_COUNT]
        elif unread:
            self._lose_unread(row)
        if self.channels.table[row, KEEP] and self.channels.table[row, ROLE] == LOOP:
            self._take_loop(row)
        return True

    def _take_loop(self, row: int) -> None:
        """A datagram of a snapshot loop: what it tells of books, and what it has for those that are in doubt."""
        kept = self._at(words.KEPT)
        rows = self.rows[self._at(words.ROW) : self._at(words.ROW_COUNT)]  # that wait to be applied
        place = (self._at(words.AT_PACKET), self._at(words.AT_TIME))
        self.recovering.hear(row, rows, kept, *place, self.pools)
        if self.channels.table[row, KEEP] == LOADS:
            first = int(self.desk.context[abi.SEQUENCE])
            self.recovering.load(row, first, rows, kept, place[1], self.pools, self._grown)
        publish_states(self.desk.bbo, self.pools)

    def _lose_unread(self, row: int) -> None:
        """Messages of a datagram could not be read; what they would have done to books is not known."""
        packet, ts_recv = self._at(words.AT_PACKET), self._at(words.AT_TIME)
        first = int(self.desk.context[abi.SEQUENCE] + self.desk.context[abi.SKIP])
        doubtful = self.recovering.doubtful_rows(row)
        seen = why_unread(self.desk.context)
        gap = self.channels.take_unread(row, first, packet, ts_recv, doubtful, seen)
        self.recovering.lose(row, gap, self._at(words.KEPT), self.pools)
        publish_states(self.desk.bbo, self.pools)

    def _define(self, row: int) -> None:
        """Read definitions; books that were told too late how deep they are wait for snapshots."""
        channel = self.channels.channels[row]
        ts_recv, definitions = self._at(words.AT_TIME), self.definitions
        self.pools = definitions.read(
            self._payload(), channel.channel_id, self.pools, role=channel.role, ts_recv=ts_recv,
            whole=not self.channels.table[row, DOUBTFUL],
        )  # fmt: skip
        self.fit()
        for book in definitions.take_cut():
            self.recovering.doubt(book, self._at(words.KEPT), self.pools)
        definitions.known.remember(
            row, self._at(words.AT_ADDRESS), self._at(words.AT_LENGTH), definitions.header_bytes,
            self.counters,
        )  # fmt: skip
        if definitions.take_changed():
            publish_states(self.desk.bbo, self.pools)

    def _grown(self, verdict: Verdict) -> Pools:
        """The pools as they are (DONE), or larger."""
        if verdict is not Verdict.DONE:
            self._grow(verdict)
        return self.pools

"""Frame by frame through a capture as the engine goes, in plain Python, with a judge at every step.

The engine's breath is compiled as one piece and cannot be stopped between two events. So its steps are taken
here once more, with the same stage kernels called from Python: find the datagram, its channel, its place in
the sequence. Every datagram of the feed's channels is decoded twice, also those that the session drops; the
rows that it takes go into both books. At the end the engine itself runs over the same capture and must come
to the same digests, counters and best prices (`engine_check.py`).
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from feedhandler.book.depth import limits_of
from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.engine import desk_header as engine
from feedhandler.engine.definitions import Definitions
from feedhandler.engine.kernel import digest_rows
from feedhandler.engine.recovering import state_after_loss
from feedhandler.engine.routing import Routing, midnight_ns
from feedhandler.engine.snapshots import has_loops
from feedhandler.session import channel_header as words
from feedhandler.session import due_kernel
from feedhandler.session import holding_kernel as holding
from feedhandler.session import kernel as session
from feedhandler.session import rival_kernel as rival
from feedhandler.session.channels import Channels
from feedhandler.session.gaps import Gap
from feedhandler.session.header import FIRST
from feedhandler.session.line_kernel import block
from feedhandler.source import descriptor
from feedhandler.source.pace import never
from feedhandler.source.source import Source
from feedhandler.verifying.books import KERNEL, ORACLE, BothBooks, Difference
from feedhandler.verifying.decoders import Judge, Place
from feedhandler.verifying.losses import declare, doubt_unnamed, look_at
from feedhandler.verifying.report import Divergence
from feedhandler.wire import kernel as wire
from feedhandler.wire.routes import Group

POLL_MAX: Final = 256

Progress = Callable[[int, int], None]  # bytes taken, bytes in all (0 = not known)


class Walk:
    """One walk; the counts of what was compared are its attributes."""

    def __init__(self, feed: Feed, source: Source, judge: Judge, guide: Any) -> None:
        self.feed = feed
        self.source = source
        self.judge = judge
        self.guide = guide  # of the shipped decoder: tells roles and headers to the routing
        self.definitions = Definitions(feed)
        self.books = BothBooks(self.definitions.directory, limits_of(feed))
        self.counters = self.books.counters
        self.channels = Channels()
        self.routing = Routing(feed, self.channels)
        self.datagrams = self.messages = self.rows = 0
        self.last_packet = self._now = 0
        self._descriptors = np.zeros((POLL_MAX, descriptor.WORDS), np.int64)
        self._place = np.zeros(wire.PLACE_WORDS, np.int64)
        self._words = np.zeros(abi.CONTEXT_WORDS, np.int64)
        self._lanes = np.zeros(engine.WORK_WORDS, np.int64)

    @property
    def digest(self) -> str:
        """Digest of all events, as the engine computes it."""
        return engine_digest(self._lanes)

    def run(
        self,
        packets_max: int = 0,
        progress: Progress | None = None,
        stop: Callable[[], bool] = never,
    ) -> Divergence | None:
        """Go to the end, to so many packets, to where somebody stops it, or to the first difference."""
        table, source = self._descriptors, self.source
        found = None
        over = False
        while not over and found is None:
            count = source.poll(source.state_address, int(table.ctypes.data), POLL_MAX)
            over = count == 0 and not source.refill()
            self._cut = over and stop()  # where a pipe stood still: what is held is no gap
            for frame in table[:count]:
                enough = bool(packets_max) and self.counters[Counter.FRAMES] == packets_max
                self._cut = over = enough or stop()
                found = None if over else self._frame(frame)
                if over or found is not None:
                    break
            if progress is not None:
                progress(source.position, source.size)
        if found is None and not self._cut:
            found = self._release_all()
        source.count_into(self.counters)
        return found or self.close()

    def close(self) -> Divergence | None:
        """At the end: every book, whole."""
        found = self.books.compare_all()
        return None if found is None else self.tell(found)

    # --- a frame, down to its channel ---
    def _frame(self, frame: Any) -> Divergence | None:
        captured = int(frame[descriptor.CAPTURED])
        link = int(frame[descriptor.LINK])
        reason = wire.locate(int(frame[descriptor.ADDRESS]), captured, link, self._place)
        found = None
        if reason != wire.OK:
            self.counters[reason] += 1
        else:
            routed = self._route(int(frame[descriptor.TS_RECV]))
            if routed is None:
                self.counters[Counter.FOREIGN_GROUP] += 1
            else:
                found = self._datagram(frame, *routed)
        self.counters[Counter.FRAMES] += 1
        self.counters[Counter.FRAME_BYTES] += captured
        self.last_packet = int(frame[descriptor.PACKET])
        self._now = int(frame[descriptor.TS_RECV])
        return found or self._attend()

    def _route(self, ts_recv: int) -> tuple[int, int] | None:
        """Row and line of the channel that the datagram belongs to."""
        place = self._place
        group = Group(int(place[wire.GROUP]), int(place[wire.PORT]))
        number = wire.route(self.routing.table, group.address, group.port)
        if number < 0:
            payload = Place(int(place[wire.PAYLOAD]), int(place[wire.LENGTH]), 0, 0, 0).payload()
            if not self.routing.resolve(group, ts_recv, payload, self.guide):
                return None
            self.definitions.listen(self.channels.channels, ts_recv, self.books.pools)
            self.books.learn()
            number = wire.route(self.routing.table, group.address, group.port)
        row, line = self.routing.routes[number].tolist()
        return None if row < 0 else (row, line)

    # --- a datagram ---
    def _datagram(self, frame: Any, row: int, line: int) -> Divergence | None:
        state = self.channels.table[row]
        place = Place(
            int(self._place[wire.PAYLOAD]),
            int(self._place[wire.LENGTH]),
            int(frame[descriptor.PACKET]),
            int(frame[descriptor.TS_RECV]),
            int(state[words.CHANNEL_ID]),
        )
        self.datagrams += 1
        self.counters[Counter.DATAGRAMS] += 1
        found = self._sequence(place, row, line)
        state[block(line) + words.LINE_DATAGRAMS] += 1
        state[block(line) + words.LINE_SEEN] = place.ts_recv
        return found

    def _sequence(self, place: Place, row: int, line: int) -> Divergence | None:
        """Both decoders over a datagram, and where it belongs."""
        result, found = self.judge.header(place)
        if found is not None:
            return found
        if result < 0:
            self._misfit(row)
            return self._judge(place, row)[1]
        accepted, found = self._arbitrate(place, row, line)
        if found is not None:
            return found
        count, found = self._judge(place, row)
        if found is not None or not accepted:
            return found
        return self._take(place, row, line, count)

    def _arbitrate(
        self, place: Place, row: int, line: int, *, held: bool = False
    ) -> tuple[bool, Divergence | None]:
        """Whether the session takes the datagram now; gaps and new streams are answered on the way."""
        table, header = self.channels.table, self.judge.compiled.header
        while True:
            found = session.arbitrate(table, row, line, place.ts_recv, header, self.counters)
            if found in {session.ACCEPT, session.DROP}:
                return bool(found == session.ACCEPT), None
            if self._decode(place, row) < 0:
                self._misfit(row)
                return False, None
            if not self._take_otherwise(place, row, line, int(found), held=held):
                return False, None
            difference = None if held else self._attend()
            if difference is not None:
                return False, difference
            self.judge.header(place)

    def _take_otherwise(self, place: Place, row: int, line: int, found: int, *, held: bool) -> bool:
        """What may not be accepted now; whether to ask again, because what stood before it is done."""
        table = self.channels.table
        interrupts = found == session.START and session.interrupts(table, row)
        if found == session.ENDS:
            session.end_session(table, row, self.counters)
            return False
        if held and (found == session.RIVAL or interrupts):
            self.counters[Counter.IMPLAUSIBLE] += 1
            return False
        if found == session.START and not interrupts:
            begun = session.start(table, row, self.judge.compiled.header)
            if begun and (has_loops(self.feed) or not self.channels.await_lines(row)):
                self._lose(self.channels.take_join(row, place.packet, place.ts_recv))
            return True
        if found == session.RIVAL:
            weighed = self._keep(rival.weigh, place, row, line)
            if weighed == rival.BELIEVE:
                self._restart(place, row)
            if weighed != rival.BLOCKED:
                return bool(weighed == rival.BELIEVE)
        if found == session.EARLY:
            if self._keep(holding.hold, place, row, line) != holding.FULL:
                return False
        else:
            self.channels.find_waiting(row)
        self._declare(row)
        return True

    def _keep(self, how: Callable[..., int], place: Place, row: int, line: int) -> int:
        """Keep an early datagram, or a rival."""
        kept = self.channels.holding
        return how(
            self.channels.table, row, line, self.judge.compiled.header, kept.watch, kept.slots,
            kept.store, place.address, place.length, place.ts_recv, place.packet, self.counters,
        )  # fmt: skip

    def _misfit(self, row: int) -> None:
        """A datagram that cannot be read; a guessed channel may be given up for it."""
        if session.is_hopeless(self.channels.table, row):
            self.routing.give_up(row)
            self.counters[Counter.DATAGRAMS] -= 1
            self.counters[Counter.FOREIGN_GROUP] += 1
        else:
            self.counters[Counter.MALFORMED_TRANSPORT] += 1

    def _restart(self, place: Place, row: int) -> None:
        """Another session, or the sequence from its start."""
        self.counters[Counter.SESSION_CHANGES] += 1
        self.channels.restart(row, midnight_ns(place.ts_recv, self.feed.timezone))
        if self.channels.channels[row].role == "incremental":
            self.definitions.begin(place.channel_id, self.books.pools)
            self.books.clear(place.channel_id)

    # --- what waits ---
    def _declare(self, row: int) -> None:
        """The hole before what a channel holds is a gap."""
        gap = declare(self.channels, row, self.last_packet, self._now, self.counters)
        if gap is not None and gap.role == "incremental":
            self._lose(gap)

    def _lose(self, gap: Gap | None) -> None:
        """Books of a channel that lost something are in doubt."""
        if gap is None:
            return
        if gap.joined:
            self.counters[Counter.JOINS] += 1
        state = state_after_loss(self.feed)
        self.books.lose(gap.channel_id, gap.ts_recv, state)

    def _attend(self) -> Divergence | None:
        """Do what is due before the next datagram."""
        watch, slots = self.channels.holding.watch, self.channels.holding.slots
        found = None
        while found is None and self._now >= watch[holding.DEADLINE]:
            what = due_kernel.due(self.channels.table, watch, slots, self._now, self.counters)
            row = int(watch[holding.FOUND])
            if what == due_kernel.RELEASE:
                found = self._release(row)
            elif what == due_kernel.DECLARE:
                self._declare(row)
        return found

    def _release(self, row: int) -> Divergence | None:
        """Take the first datagram that a channel holds."""
        table, kept = self.channels.table, self.channels.holding
        slot = int(holding.head_of(table, row))
        of = kept.slots[slot]
        place = Place(
            int(holding.slot_address(kept.store, kept.watch, slot)),
            int(of[holding.SLOT_LENGTH]),
            int(of[holding.SLOT_PACKET]),
            int(of[holding.SLOT_TIME]),
            int(table[row, words.CHANNEL_ID]),
        )
        line = int(of[holding.SLOT_LINE])
        self.judge.header(place)
        accepted, found = self._arbitrate(place, row, line, held=True)
        if accepted:
            found = self._take(place, row, line, self._decode(place, row), held=True)
        holding.drop_head(table, row, kept.watch, kept.slots)
        return found

    def _release_all(self) -> Divergence | None:
        """The input has ended: what is held comes, and what it waited for is a gap."""
        found = None
        while found is None and (row := self.channels.find_waiting()) is not None:
            self._declare(row)
            found = self._attend()
        self.channels.drop_rivals(self.counters)
        return found

    def _decode(self, place: Place, row: int) -> int:
        """Decode a datagram that was judged when it came; its rows."""
        self._prepare(place, row)
        return self.judge.messages(place, self._words, 0)[0]

    def _judge(self, place: Place, row: int) -> tuple[int, Divergence | None]:
        """Both decoders over the whole datagram."""
        self._prepare(place, row)
        count, found = self.judge.messages(place, self._words, 0)
        self.messages += int(self.judge.compiled.context[abi.MESSAGES])
        self.rows += max(count, 0)
        return count, found

    def _prepare(self, place: Place, row: int) -> None:
        """Tell the decoders what they cannot know."""
        state, given = self.channels.table[row], self._words
        given[abi.SEQUENCE] = self.judge.compiled.header[FIRST]
        given[abi.RECEIVED] = place.ts_recv
        given[abi.DAY] = state[words.DAY_NS]
        given[abi.CHANNEL] = state[words.CHANNEL_ID]
        given[abi.ROW_FLAGS] = state[words.DOUBTFUL]

    def _take(
        self, place: Place, row: int, line: int, count: int, *, held: bool = False
    ) -> Divergence | None:
        """What the session accepts: count it, move the sequence, apply its rows to the books."""
        header = self.judge.compiled.header
        skip = 0
        if self.feed.unit == "message":
            skip = int(self.channels.table[row, words.EXPECTED]) - int(header[FIRST])
        if skip:
            count, found = self.judge.messages(place, self._words, skip)
            if found is not None:
                return found
        if count < 0:
            self._misfit(row)
            return None
        context = self.judge.compiled.context
        for word, counter in abi.COUNTED:
            self.counters[counter] += context[word]
        units = int(context[abi.MESSAGES])
        table = self.channels.table
        session.accept(table, row, line, place.ts_recv, header, units, self.counters)
        if table[row, words.HELD]:
            kept = self.channels.holding
            if not held:
                holding.disprove(table, row, kept.watch, kept.slots, self.counters)
            holding.moved(table, row, kept.watch, place.ts_recv)
        if context[abi.DEFINITIONS]:
            self.books.pools = self.definitions.read(
                place.payload(), place.channel_id, self.books.pools,
                role=self.channels.channels[row].role, ts_recv=place.ts_recv,
                whole=not table[row, words.DOUBTFUL],
            )  # fmt: skip
            self.books.learn()
        rows = self.judge.compiled.given()
        self.counters[Counter.EVENTS] += count
        wrong = self.books.apply(rows)
        if wrong is not None:
            sequence = int(rows[wrong.row]["sequence"])
            number, name = self.judge.message_of_row(place, self._words, skip, wrong.row)
            return self.tell(
                wrong,
                packet=place.packet,
                ts_recv=place.ts_recv,
                channel_id=place.channel_id,
                sequence=sequence,
                message=number,
                message_name=name,
                row=wrong.row + 1,
            )
        digest_rows(rows.view(np.int64).reshape(-1, 8), count, self._lanes)
        when = (place.packet, place.ts_recv, self.counters)
        self._lose(doubt_unnamed(self.channels, row, self.books.take_unnamed(), *when))
        self._lose(look_at(self.channels, row, context, rows, *when))
        return None

    def tell(self, found: Difference, **place: Any) -> Divergence:
        """A difference of the books with the instrument's name."""
        instrument = self.definitions.directory.get(found.key).symbol if found.key else ""
        return Divergence(
            what=found.what,
            field=found.field,
            values={KERNEL: found.kernel, ORACLE: found.oracle},
            instrument=instrument,
            level=found.level,
            **place,
        )


def engine_digest(work: np.ndarray[Any, np.dtype[np.int64]]) -> str:
    """The running digest in words of the engine's `work`, as text."""
    lanes = work[engine.LANES : engine.LANES + engine.LANE_COUNT].view(np.uint64)
    first = (int(lanes[0]) * 31 + int(lanes[1])) & 0xFFFF_FFFF_FFFF_FFFF
    second = (int(lanes[2]) * 31 + int(lanes[3])) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{first:016x}{second:016x}"

"""What is recovered, taken into a running engine: datagrams into slots, snapshots into the batch of rows.

All of it happens at verdicts, when every row decoded so far was applied and handed on.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.engine import desk_header as words
from feedhandler.engine.kernel import publish_states
from feedhandler.engine.recovering import books_in_doubt
from feedhandler.engine.recovery_backends import UNREAD, Backends, RecoveryPlan
from feedhandler.engine.recovery_holes import BY_REQUEST, Holes
from feedhandler.engine.recovery_snapshot import Place, SnapshotRows
from feedhandler.engine.recovery_trial import Trial
from feedhandler.engine.snapshots import has_loops
from feedhandler.event import Flag
from feedhandler.session import channel_header as row_words
from feedhandler.session import due_kernel, holding_kernel
from feedhandler.session.backend import Snapshot
from feedhandler.session.gaps import Gap
from feedhandler.session.header import DATA, FIRST, TYPE
from feedhandler.session.holding import SLOT_BYTES
from feedhandler.session.line_kernel import block

if TYPE_CHECKING:
    from feedhandler.engine.engine import Engine


class RecoveryIntake:
    """Recovery of one engine; without a plan it only tells what a recovery line of the feed brings."""

    def __init__(self, engine: "Engine", plan: RecoveryPlan | None) -> None:
        self._engine = engine
        self._channels = engine.channels
        self._watch = engine.channels.holding.watch
        self.holes = Holes(engine.channels, engine.recovering, engine.counters)
        self.backends = (
            None if plan is None else Backends(plan, engine.channels, self, engine.counters)
        )
        self._joining: set[int] = set()  # channels that wait for what was before they were joined
        self._loading: SnapshotRows | None = None
        self.loads = 0  # snapshots of servers that were begun to be put into the books
        self._trial = Trial(engine.decoder)
        self._late_ns = 0  # how far time has gone behind the end of the input

    # --- what the engine asks ---------------------------------------------------------------------
    def allow(self) -> None:
        """Channels were added."""
        if self.backends is not None:
            self.backends.allow()

    def answer(self, row: int, packet: int, now_ns: int) -> bool:
        """The verdict RECOVERY: a hole to ask for, one that is filled, or time to look."""
        what = self._watch[holding_kernel.FOUND_WHAT]
        if self._loading is not None:
            self._step(self._loading)
        elif what == due_kernel.ASK:
            self._ask(row, packet, now_ns)
        elif what == due_kernel.FILLED:
            self.holes.fill(row, now_ns, self._engine.pools, self._method(row))
            self._stop(row, now_ns)
        elif self.backends is not None:
            self.backends.poll(max(now_ns, self._late_ns))
        if self._loading is not None:
            self._look_at_once()
        return True

    def join(self, row: int, now_ns: int) -> bool:
        """A sequence begins in its midst: whether what was before may still come, as a hole like any other."""
        asked = self._channels.may_recover(row)
        if not asked or (self.backends is not None and not self.backends.may_join(row, now_ns)):
            healed = has_loops(self._engine.feed)  # it need not wait
            return not healed and self._channels.await_lines(row)
        self._joining.add(row)
        self._channels.begin_at_first(row)
        return True

    def give_up(self, row: int, now_ns: int) -> bool:
        """The hole of a channel is a gap, or (True) all that was before the sequence was joined."""
        nothing_came = self._channels.table[row, row_words.EXPECTED] == row_words.FIRST_UNIT
        joining = (row in self._joining and bool(nothing_came)) | self._channels.joins(row)
        self.holes.give_up(row, now_ns, self._method(row))
        if self.backends is not None:
            self.backends.be_late(row, now_ns)
        self._stop(row, now_ns)
        return joining

    def reason(self, row: int) -> str:
        """Why what was asked for last did not come; nothing if nobody said."""
        return "" if self.backends is None else self.backends.reason.pop(row, "")

    def notes(self) -> Sequence[str]:
        """What people should know of the servers that were asked."""
        return () if self.backends is None else self.backends.standings.notes()

    def forget(self, row: int, now_ns: int) -> None:
        """Another session."""
        self.holes.forget(row)
        self._stop(row, now_ns)
        if self._loading is not None and self._loading.place.row == row:
            self._end_loading()

    def finish(self, now_ns: int, packet: int) -> bool:
        """At the end of the input: whether something is still to come, as far as time may go for it."""
        if self.holes.filled():  # what came last filled it
            self._watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
            return True
        if self.backends is None:
            return False
        self._late_ns = max(self._late_ns, now_ns)
        for channel in self._channels.channels:
            if self._may_ask(channel.row):
                self._ask(channel.row, packet, self._late_ns)
        next_ns = self.backends.next_ns(self._late_ns)
        if next_ns is not None:
            self._late_ns = next_ns
            self.backends.poll(next_ns)
        if self._loading is not None:
            self._look_at_once()
        at_once = self._watch[holding_kernel.DEADLINE] <= now_ns
        return next_ns is not None or self._loading is not None or bool(at_once)

    def stopped(self) -> bool:
        """Whether the run is to stop."""
        return bool(self._engine.desk.stop[0])

    # --- what the driver brings -------------------------------------------------------------------
    def inject(self, row: int, payload: bytes) -> str:
        """Take a datagram as one of a channel's recovery line; why it cannot be taken, nothing if it was."""
        engine, channels = self._engine, self._channels
        header = engine.decoder.header_of(payload)
        if header is None:
            engine.counters[Counter.MALFORMED_TRANSPORT] += 1
            return UNREAD
        if not 0 <= header[FIRST] <= row_words.UNIT_MAX:
            engine.counters[Counter.IMPLAUSIBLE] += 1
            return UNREAD
        if header[TYPE] == DATA and not self._trial.reads(payload):
            engine.counters[Counter.REPLIES_UNREAD] += 1
            return UNREAD
        now_ns, packet = (int(engine.desk.work[each]) for each in (words.NOW, words.NOW_PACKET))
        waits = channels.find_waiting(row) is not None and not self.holes.under_way(row)
        if waits and channels.table[row, row_words.GAP_COUNT] > 0:
            self._note(row, packet, now_ns)
        is_held = self._hold(row, payload, header, packet, now_ns)
        if is_held:
            at = block(row_words.RECOVERY_LINE)
            channels.table[row, at + row_words.LINE_DATAGRAMS] += 1
            channels.table[row, at + row_words.LINE_SEEN] = now_ns
        self._watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        return "" if is_held else self._no_room(len(payload))

    def rehearse(self, row: int) -> None:
        """Call what is called only when a server answers; for an engine that keeps no books."""
        self._trial.reads(b"")
        self._hold(row, b"", np.zeros(abi.HEADER_WORDS, np.int64), 0, 0)

    def _hold(self, row: int, payload: bytes, header: Any, packet: int, now_ns: int) -> bool:
        """Keep a datagram among those that came early; False = there is no room."""
        kept, datagram = self._channels.holding, np.frombuffer(payload, np.uint8)
        done = holding_kernel.hold(
            self._channels.table, row, row_words.RECOVERY_LINE, header, kept.watch, kept.slots, kept.store,
            datagram.ctypes.data, datagram.size, now_ns, packet, self._engine.counters,
        )  # fmt: skip
        return bool(done != holding_kernel.FULL)

    def _no_room(self, size: int) -> str:
        if size > SLOT_BYTES:
            return f"a datagram of {size:,} bytes, of which a slot holds {SLOT_BYTES:,}"
        slots = len(self._channels.holding.slots) - 1
        return f"no room beside what waits: {slots:,} slots of {SLOT_BYTES:,} bytes (--slots)"

    def load(self, row: int, snapshot: Snapshot, method: str) -> bool:
        """Take the books of a channel from a snapshot; the stream goes on behind it. False = it cannot be read."""
        channel, state = self._channels.channels[row], self._channels.table[row]
        now_ns = int(self._engine.desk.work[words.NOW])
        place = Place(row, channel.channel_id, int(state[row_words.DAY_NS]), now_ns)
        loading = SnapshotRows(place, snapshot, method)
        if not loading.is_readable(self._trial):
            self._engine.counters[Counter.REPLIES_UNREAD] += 1
            return False
        self._loading = loading
        self.loads += 1
        self._engine.recovering.loading = row
        return True

    # --- how --------------------------------------------------------------------------------------
    def _ask(self, row: int, packet: int, now_ns: int) -> None:
        first, end = self._note(row, packet, now_ns)
        if self.backends is not None:
            self.backends.begin(row, first, end, now_ns, joins=row in self._joining)

    def _may_ask(self, row: int) -> bool:
        """Whether a channel waits for something, did not ask for it, and what shows it is to be believed."""
        state = self._channels.table[row]
        if not state[row_words.RECOVERY_NS] or self.holes.under_way(row):
            return False
        if self._channels.find_waiting(row) is None:
            return False
        far = state[row_words.GAP_COUNT] > row_words.FAR_UNITS
        return not far or bool(state[row_words.HELD] >= holding_kernel.FAR_COUNT)

    def _note(self, row: int, packet: int, now_ns: int) -> tuple[int, int]:
        state = self._channels.table[row]
        first = int(state[row_words.GAP_FIRST])
        end = first + int(state[row_words.GAP_COUNT])
        self.holes.ask(row, first, end, packet, now_ns)
        return first, end

    def _method(self, row: int) -> str:
        return BY_REQUEST if self.backends is None else self.backends.method.get(row, BY_REQUEST)

    def _stop(self, row: int, now_ns: int) -> None:
        self._joining.discard(row)
        if self.backends is not None:
            self.backends.stop(row, now_ns)

    def _look_at_once(self) -> None:
        """Come back with the next breath."""
        self._watch[holding_kernel.POLL_AT] = holding_kernel.AT_ONCE
        self._watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

    def _step(self, loading: SnapshotRows) -> None:
        """The next rows of a snapshot go before whatever comes next; the batch is empty."""
        engine, place = self._engine, loading.place
        made = loading.step(engine.rows, engine.decoder)
        if made is None:
            self._end_loading()
            self._loaded(loading)
            return
        count, definitions = made
        if definitions:
            engine.pools = engine.definitions.read(definitions, place.channel_id, engine.pools)
            engine.fit()
        engine.desk.work[words.ROW] = 0
        engine.desk.work[words.ROW_COUNT] = count

    def _end_loading(self) -> None:
        self._loading = None
        self._engine.recovering.loading = None

    def _loaded(self, loading: SnapshotRows) -> None:
        """Go on behind a snapshot: with sound books, or with a loss if it contradicts itself."""
        engine, place = self._engine, loading.place
        row, state = place.row, self._channels.table[place.row]
        came = int(state[row_words.EXPECTED])
        packet, header_of = int(engine.desk.work[words.NOW_PACKET]), engine.decoder.header_of
        self.holes.find(row, loading.next_sequence, packet, place.now_ns, header_of)
        state[row_words.EXPECTED] = max(came, loading.next_sequence)
        state[row_words.DOUBTFUL] = 0
        joins = row in self._joining
        if books_in_doubt(place.channel_id, engine.pools):
            reason = f"{loading.method}: its books contradict themselves"
            for gap in self.holes.miss(row, place.now_ns, reason, joins=joins):
                self._lose(row, gap)
        else:
            engine.recovering.heal(row, loading.method, place.now_ns, engine.pools)
            engine.counters[Counter.SPINS_LOADED] += 1
            self.holes.load(row, came, place.now_ns, engine.pools, loading.method, joins=joins)
        if self.backends is not None:
            if not self.holes.under_way(row):
                self._joining.discard(row)
            self.backends.poll(place.now_ns)

    def _lose(self, row: int, gap: Gap) -> None:
        """A gap behind which the stream goes on already."""
        engine = self._engine
        self._channels.table[row, row_words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self._channels.gap_table.open(row, gap, engine.recovering.doubtful_rows(row))
        engine.recovering.lose(row, gap, int(engine.desk.work[words.KEPT]), engine.pools)
        publish_states(engine.desk.bbo, engine.pools)

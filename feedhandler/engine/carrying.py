"""What is recovered, carried into a running engine: datagrams into slots, snapshots into the batch of rows.

All of it happens at verdicts, when every row decoded so far was applied and handed on.
"""

from typing import TYPE_CHECKING

import numpy as np

from feedhandler.book.kernel import mark_channel
from feedhandler.book.pools import STALE
from feedhandler.counter import Counter
from feedhandler.engine import desk_header as words
from feedhandler.engine.asking import BY_REQUEST, Asking
from feedhandler.engine.fetching import Fetching, Ways
from feedhandler.engine.loading import Loading, Place
from feedhandler.event import Flag
from feedhandler.session import channel_header as row_words
from feedhandler.session import holding_kernel
from feedhandler.session.backend import Snapshot
from feedhandler.session.line_kernel import block
from feedhandler.session.recovery import Happening

if TYPE_CHECKING:
    from feedhandler.engine.engine import Engine


class Carrying:
    """Recovery of one engine; without `ways` it only tells what a recovery line of the feed brings."""

    def __init__(self, engine: "Engine", ways: Ways | None) -> None:
        self._engine = engine
        self._channels = engine.channels
        self._watch = engine.channels.holding.watch
        self.asking = Asking(engine.channels, engine.recovering, engine.counters)
        self.fetching = (
            None if ways is None else Fetching(ways, engine.channels, self, engine.counters)
        )
        self._loading: Loading | None = None
        self._late_ns = 0  # how far time has gone behind the end of the input

    # --- what the engine asks ---------------------------------------------------------------------
    def allow(self) -> None:
        """Channels were added."""
        if self.fetching is not None:
            self.fetching.allow()

    def answer(self, row: int, packet: int, now_ns: int) -> bool:
        """The verdict RECOVERY: a hole to ask for, one that is filled, or time to look."""
        what = self._watch[holding_kernel.FOUND_WHAT]
        if self._loading is not None:
            self._step(self._loading)
        elif what == holding_kernel.ASK:
            self._ask(row, packet, now_ns)
        elif what == holding_kernel.FILLED:
            self.asking.fill(row, now_ns, self._engine.pools, self._method(row))
            self._stop(row, now_ns)
        elif self.fetching is not None:
            self.fetching.poll(now_ns)
        if self._loading is not None:
            self._look_at_once()
        return True

    def join(self, row: int) -> bool:
        """A sequence begins in its midst: whether what was before can be had."""
        if self.fetching is None or not self.fetching.may_join(row):
            return False
        self._channels.table[row, row_words.EXPECTED] = row_words.FIRST_UNIT
        return True

    def give_up(self, row: int, now_ns: int) -> bool:
        """The hole of a channel is a gap, or (True) what was before the sequence was joined."""
        joining = self.fetching is not None and row in self.fetching.joining
        self.asking.give_up(row, now_ns, self._method(row))
        self._stop(row, now_ns)
        return joining

    def forget(self, row: int, now_ns: int) -> None:
        """Another session."""
        self.asking.forget(row)
        self._stop(row, now_ns)
        if self._loading is not None and self._loading.place.row == row:
            self._loading = None

    def finish(self, now_ns: int, packet: int) -> bool:
        """At the end of the input: whether something is still to come, as far as time may go for it."""
        if self.fetching is None:
            return False
        self._late_ns = max(self._late_ns, now_ns)
        for channel in self._channels.channels:
            if self._may_ask(channel.row):
                self._ask(channel.row, packet, self._late_ns)
        next_ns = self.fetching.next_ns(self._late_ns)
        if next_ns is not None:
            self._late_ns = next_ns
            self.fetching.poll(next_ns)
        if self._loading is not None:
            self._look_at_once()
        at_once = self._watch[holding_kernel.DEADLINE] <= now_ns
        return next_ns is not None or self._loading is not None or bool(at_once)

    # --- what the driver brings -------------------------------------------------------------------
    def inject(self, row: int, payload: bytes) -> bool:
        """Take a datagram as one of a channel's recovery line; False = it cannot be read, or there is no room."""
        engine, channels = self._engine, self._channels
        header = engine.decoder.header_of(payload)
        if header is None:
            engine.counters[Counter.MALFORMED_TRANSPORT] += 1
            return False
        now_ns, packet = (int(engine.desk.work[each]) for each in (words.NOW, words.NOW_PACKET))
        waits = channels.find_waiting(row) is not None and not self.asking.under_way(row)
        if waits and channels.table[row, row_words.GAP_COUNT] > 0:
            self._note(row, packet, now_ns)
        kept = channels.holding
        datagram = np.frombuffer(payload, np.uint8)
        done = holding_kernel.hold(
            channels.table, row, row_words.RECOVERY_LINE, header, kept.watch, kept.slots, kept.store,
            datagram.ctypes.data, datagram.size, now_ns, packet, engine.counters,
        )  # fmt: skip
        if done != holding_kernel.FULL:
            at = block(row_words.RECOVERY_LINE)
            channels.table[row, at + row_words.LINE_DATAGRAMS] += 1
            channels.table[row, at + row_words.LINE_SEEN] = now_ns
        kept.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        return bool(done != holding_kernel.FULL)

    def load(self, row: int, snapshot: Snapshot, method: str) -> None:
        """Take the books of a channel from a snapshot; the stream goes on behind it."""
        channel, state = self._channels.channels[row], self._channels.table[row]
        now_ns = int(self._engine.desk.work[words.NOW])
        place = Place(row, channel.channel_id, int(state[row_words.DAY_NS]), now_ns)
        self._loading = Loading(place, snapshot, method)

    # --- how --------------------------------------------------------------------------------------
    def _ask(self, row: int, packet: int, now_ns: int) -> None:
        first, end = self._note(row, packet, now_ns)
        if self.fetching is not None:
            self.fetching.begin(row, first, end, now_ns)

    def _may_ask(self, row: int) -> bool:
        """Whether a channel waits for something, did not ask for it, and what shows it is to be believed."""
        state = self._channels.table[row]
        if not state[row_words.RECOVERY_NS] or self.asking.under_way(row):
            return False
        if self._channels.find_waiting(row) is None:
            return False
        far = state[row_words.GAP_COUNT] > row_words.FAR_UNITS
        return not far or bool(state[row_words.HELD] >= holding_kernel.FAR_COUNT)

    def _note(self, row: int, packet: int, now_ns: int) -> tuple[int, int]:
        state = self._channels.table[row]
        first = int(state[row_words.GAP_FIRST])
        end = first + int(state[row_words.GAP_COUNT])
        self.asking.ask(row, first, end, packet, now_ns)
        return first, end

    def _method(self, row: int) -> str:
        return BY_REQUEST if self.fetching is None else self.fetching.method.get(row, BY_REQUEST)

    def _stop(self, row: int, now_ns: int) -> None:
        if self.fetching is not None:
            self.fetching.stop(row, now_ns)

    def _look_at_once(self) -> None:
        """Come back with the next breath."""
        self._watch[holding_kernel.POLL_AT] = holding_kernel.AT_ONCE
        self._watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

    def _step(self, loading: Loading) -> None:
        """The next rows of a snapshot go before whatever comes next; the batch is empty."""
        engine, place = self._engine, loading.place
        made = loading.step(engine.rows, engine.decoder)
        if made is None:
            self._loading = None
            self._loaded(loading)
            return
        count, definitions = made
        if definitions:
            engine.pools = engine.definitions.read(definitions, place.channel_id, engine.pools)
        engine.desk.work[words.ROW] = 0
        engine.desk.work[words.ROW_COUNT] = count

    def _loaded(self, loading: Loading) -> None:
        """Go on behind a snapshot, with sound books if all of it could be read."""
        engine, place = self._engine, loading.place
        row, state = place.row, self._channels.table[place.row]
        state[row_words.EXPECTED] = max(state[row_words.EXPECTED], loading.next_sequence)
        state[row_words.DOUBTFUL] = 0
        if loading.malformed:
            engine.counters[Counter.MALFORMED_MESSAGE] += loading.malformed
            state[row_words.DOUBTFUL] = Flag.MAYBE_BAD_BOOK
            mark_channel(place.channel_id, place.now_ns, STALE, engine.pools)
            engine.recovering.recovery.happen(row, Happening.LOST)
        self.asking.fill(row, place.now_ns, engine.pools, loading.method)
        if self.fetching is not None:
            if not self.asking.under_way(row):
                self.fetching.joining.discard(row)
            self.fetching.poll(place.now_ns)

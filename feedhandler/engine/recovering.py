"""Losses and recoveries of a run: between the session's states, the gap table and the books.

Everything here happens where the stream is at rest between two frames, so a run does not depend on how it is
cut into batches.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from feedhandler.book.directory_kernel import book_of, mark_stale
from feedhandler.book.kernel import mark_channel
from feedhandler.book.pools import (
    BOOK_NEXT,
    CHANNEL_WORDS,
    CHANNELS,
    DOUBT_ROWS,
    DOUBT_SINCE,
    DOUBT_UNIT,
    DOUBTED,
    HEALED,
    HEALED_AT,
    HEALED_BY,
    HEALS,
    REFRESH,
    STALE,
    SUSPECT,
    UNDATED,
    UNDEFINED,
    Limits,
    Pools,
)
from feedhandler.counter import Counter, count_more
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.engine.ahead import Ahead
from feedhandler.engine.snapshots import Rows, Snapshots
from feedhandler.engine.told_kernel import NOTHING, first_ahead
from feedhandler.event import EVENT, KERNEL_EVENT
from feedhandler.logs import log
from feedhandler.records import records
from feedhandler.session.channel_header import DOUBTFUL, EXPECTED
from feedhandler.session.channels import Channel, Channels
from feedhandler.session.gaps import UNFIT, UNREAD, Gap
from feedhandler.session.holding_kernel import TOLD_NS
from feedhandler.session.recovery import Happening, Recovery, State
from feedhandler.verdict import Verdict

BY_NUMBERS: Final = "instrument numbers"  # of the venue: books prove themselves sound
BY_REFRESH: Final = "natural refresh"
BY_VENUE: Final = "cleared by the venue"
BY_SNAPSHOT: Final = "snapshot"
BY_SESSION: Final = "new session"
METHODS: Final = ("", BY_NUMBERS, BY_VENUE, BY_REFRESH, BY_SNAPSHOT, "definition")  # by HEALED_BY


def why_unread(context: Any) -> str:
    """How messages of a datagram were seen to be as good as lost; nothing if all were read."""
    if context[abi.UNKNOWN_TEMPLATE] | context[abi.UNKNOWN_SCHEMA]:
        return UNREAD
    return UNFIT if context[abi.MALFORMED_MESSAGE] | context[abi.BAD_REFERENCE] else ""


def state_after_loss(feed: Feed) -> int:
    """What a loss makes of a feed's books: where levels are told, each entry has the instrument's number."""
    return SUSPECT if "level" in feed.model else STALE


class Recovering:
    """What a run has lost, and has got back."""

    def __init__(
        self, feed: Feed, channels: Channels, counters: Any, limits: Limits, pools: Pools
    ) -> None:
        """Of the pools the control words are kept, which are the same when they grow."""
        self.recovery = Recovery()
        self._refreshed = bool(pools.control[REFRESH])  # a way back also without snapshots
        self.snapshots = Snapshots(feed, channels, counters, limits.kept_rows)
        self._channels = channels
        self._counters = counters
        self.state_after_loss = state_after_loss(feed)
        self._healed = 0
        self._stale = 0  # books put in doubt, when that was looked at
        self.lone: set[int] = set()  # channels of which nothing but books is in doubt
        self._heard: set[int] = set()  # channels of which more is heard than at the last look
        self._ahead = Ahead()
        self.loading: int | None = None  # the channel whose books are taken from a whole snapshot
        self._judged = pools.control[CHANNELS:].reshape(-1, CHANNEL_WORDS)  # by channel id
        self._heals: dict[int, int] = {}  # of each channel, when it lost something last

    def doubtful_rows(self, row: int) -> int:
        """Rows of books in doubt of a channel so far."""
        return int(self._judged[self._channels.channels[row].channel_id, DOUBTED])

    def lose(self, row: int, gap: Gap, kept: int, pools: Pools, *, goes_on: bool = False) -> None:
        """A gap, or a sequence that was joined in its midst; `kept` counts rows kept for snapshots.

        `goes_on`: it is more of the gap before.
        """
        if gap.joined:
            self._counters[Counter.JOINS] += 1
            log.info("joined", channel=gap.channel_id, at=gap.first + gap.count, packet=gap.packet)
        else:
            self._counters[Counter.GAPS] += not goes_on
            count_more(self._counters, Counter.GAP_UNITS, gap.count)
            log.warning(
                "gap", channel=gap.channel_id, role=gap.role, first=gap.first, count=gap.count,
                packet=gap.packet, seen=gap.seen,
            )  # fmt: skip
        if gap.role == "incremental":
            mark_channel(gap.channel_id, gap.ts_recv, self.state_after_loss, pools)
            self._forget_lone(row)
            self._heals[row] = int(self._judged[gap.channel_id, HEALS])
            self._wait(row)
        self.snapshots.lose(row, gap.first + gap.count, kept)

    def way(self, row: int) -> bool:
        """Whether anything can bring back what the books of a channel lack, but the venue's own clear."""
        channel = self._channels.channels[row]
        return self._refreshed or self.snapshots.comes(channel.channel_id)

    def _wait(self, row: int) -> None:
        """Books of a channel are in doubt: for a way out of it, or for good."""
        self.recovery.happen(row, Happening.ASKED if self.way(row) else Happening.LOST)

    def listen(self, opened: Iterable[Channel]) -> None:
        """Channels were added: a loop that is heard for the first time is a way out of a loss before.

        Nothing but what they are of is looked at: a thousand channels begin within the same second.
        """
        for one in {channel.channel_id: channel for channel in opened}.values():
            self.snapshots.listen(one.channel_id)
            for channel in self._channels.of(one.channel_id) if self.way(one.row) else ():
                self._heard.add(channel.row)
                if self.recovery.state(channel.row) is State.STALE:
                    self.recovery.happen(channel.row, Happening.ASKED)

    def begin(self, row: int, now_ns: int) -> None:
        """Another session, or the sequence from its start."""
        self.recovery.happen(row, Happening.BEGUN)
        self._forget_lone(row)
        self.snapshots.end(row)
        self._channels.gap_table.close(row, now_ns, BY_SESSION, self.doubtful_rows(row))

    def look(self, packet: int, now_ns: int, pools: Pools) -> None:
        """Tell of books that came into doubt, or out of it; cheap when nothing changed."""
        if int(self._counters[Counter.STALE_BOOKS]) != self._stale:
            self._stale = int(self._counters[Counter.STALE_BOOKS])
            self._heard.update(channel.row for channel in self._channels.channels)
        for row in sorted(self._heard):
            channel = self._channels.channels[row]
            if channel.role == "incremental" and self.snapshots.comes(channel.channel_id):
                self._tell_lone(row, packet, now_ns)
        self._heard.clear()
        if int(pools.control[HEALED]) != self._healed:
            self._healed = int(pools.control[HEALED])
            for row in self.recovery.in_doubt():
                self._look_at(row, now_ns, pools)

    def _look_at(self, row: int, now_ns: int, pools: Pools) -> None:
        """Close the gaps of a channel in doubt of which no book is any more."""
        channel_id = self._channels.channels[row].channel_id
        judged = self._judged[channel_id]
        if row in self.lone:
            healed = row != self.loading and not books_lost(channel_id, pools)
        else:
            loading = row == self.loading or self.snapshots.loading(row)
            healed = int(judged[HEALS]) != self._heals.get(row, 0) and not loading
            healed = healed and not books_in_doubt(channel_id, pools)
        if healed:
            end_ns = int(judged[HEALED_AT]) or now_ns
            self._recovered(row, METHODS[judged[HEALED_BY]], end_ns)

    # --- books in doubt by themselves ---
    def _tell_lone(self, row: int, packet: int, now_ns: int) -> None:
        """If a book of a channel came into doubt while nothing of the channel was: tell it, as a gap of no units."""
        channel_id = self._channels.channels[row].channel_id
        since_ns, unit = (int(self._judged[channel_id, word]) for word in (DOUBT_SINCE, DOUBT_UNIT))
        if not since_ns or row in self.lone or self._channels.gap_table.is_open(row):
            return
        since_ns = now_ns if since_ns == UNDATED else since_ns
        doubtful = int(self._judged[channel_id, DOUBT_ROWS])
        self._channels.take_lone(row, unit, packet, now_ns, since_ns, doubtful)
        self._counters[Counter.LONE_DOUBTS] += 1
        self._healed = -1  # it may be over already
        self.lone.add(row)
        self._wait(row)
        log.warning("lone_doubt", channel=channel_id, unit=unit, packet=packet)

    def hear(self, row: int, rows: Rows, kept: int, packet: int, now_ns: int, pools: Pools) -> None:
        """A datagram of a snapshot loop: whether it is ahead of books, and whether books in doubt wait for it."""
        channel_id = self._channels.channels[row].channel_id
        channel = self._channels.find(channel_id, "incremental")
        if channel is None or not self.snapshots.possible:
            return
        self._judge_numbers(channel, rows, now_ns, pools)
        self._tell_lone(channel.row, packet, now_ns)
        if self._judged[channel_id, DOUBT_SINCE] and books_lost(channel_id, pools):
            self.snapshots.watch(channel, kept)
        self._judged[channel_id, DOUBT_SINCE] = 0

    def _judge_numbers(self, channel: Channel, rows: Rows, now_ns: int, pools: Pools) -> None:
        """Books that the numbers of their snapshots are ahead of, for too long, lack something."""
        expected = int(self._channels.table[channel.row, EXPECTED])
        wait_ns = int(self._channels.holding.watch[TOLD_NS])
        events, at = records(rows.view(KERNEL_EVENT)), -1
        while True:
            at = int(first_ahead(events, at + 1, len(rows), channel.channel_id, expected, pools))
            if at == NOTHING:
                return
            book = int(book_of(channel.channel_id, int(rows[at]["instrument_id"]), pools))
            told, has = (int(each["instrument_sequence"]) for each in (rows[at], pools.books[book]))
            if not self._ahead.is_lost(book, has, told, now_ns, wait_ns):
                continue
            self._counters[Counter.INSTRUMENT_GAPS] += 1
            mark_stale(book, now_ns, pools)
            if not self._judged[channel.channel_id, DOUBT_SINCE]:
                self._judged[channel.channel_id, DOUBT_SINCE] = now_ns
                self._judged[channel.channel_id, DOUBT_UNIT] = int(rows[at]["size"])
                self._judged[channel.channel_id, DOUBT_ROWS] = self.doubtful_rows(channel.row)

    def heal(self, row: int, method: str, end_ns: int, pools: Pools) -> None:
        """The books of a channel are those of a snapshot of the whole channel: what was lost before is there."""
        channel_id = self._channels.channels[row].channel_id
        if row in self.recovery.in_doubt() and not books_in_doubt(channel_id, pools):
            self._recovered(row, method, end_ns)

    def _recovered(self, row: int, method: str, end_ns: int) -> None:
        self.recovery.happen(row, Happening.RECOVERED)
        self._forget_lone(row)
        self._channels.gap_table.close(row, end_ns, method, self.doubtful_rows(row))
        log.info("recovered", channel=self._channels.channels[row].channel_id, method=method)

    def _forget_lone(self, row: int) -> None:
        """Nothing of a channel is in doubt, or all of it is."""
        self._judged[self._channels.channels[row].channel_id, DOUBT_SINCE] = 0
        if row in self.lone:
            self.lone.remove(row)
            self.snapshots.end(row)

    def rehearse(self, pools: Pools) -> None:
        """Call what is called only when snapshots are looked at; for an engine that keeps no books."""
        if self.snapshots.possible:
            self.snapshots.rehearse(pools)
            rows = np.zeros(1, EVENT)
            first_ahead(records(rows.view(KERNEL_EVENT)), 0, 1, 0, 0, pools)
            mark_stale(int(book_of(0, 0, pools)), 0, pools)

    def doubt(self, book: int, kept: int, pools: Pools) -> None:
        """A book is in doubt, as it was kept to a wrong depth: until a snapshot, where there are any."""
        channel_id = int(pools.books[book]["channel_id"])
        channel = self._channels.find(channel_id, "incremental")
        if channel is not None and self.snapshots.watch(channel, kept):
            self._wait(channel.row)

    def load(
        self, row: int, first: int, rows: Rows, kept: int, now_ns: int, pools: Pools,
        grow: Callable[[Verdict], Pools],
    ) -> None:  # fmt: skip
        """A datagram of a snapshot loop, of a channel in doubt; behind whole loops nothing is in doubt."""
        told = self.snapshots.take(self._channels.channels[row], first, rows, kept, pools, grow)
        if told is None or books_in_doubt(
            self._channels.channels[told].channel_id, grow(Verdict.DONE)
        ):
            return
        if told in self.recovery.in_doubt():
            self._recovered(told, BY_SNAPSHOT, now_ns)
        self._channels.table[told, DOUBTFUL] = 0
        self.snapshots.end(told)

    def state(self, row: int, held: int) -> State:
        """The state of a channel."""
        return self.recovery.state(row, held)

    def close(self) -> None:
        """The end of a run: what is still open stays so."""
        self._channels.gap_table.count_open(self.doubtful_rows)


def books_in_doubt(channel_id: int, pools: Pools) -> int:
    """How many books of a channel are not known to be sound."""
    books = np.asarray(pools.books)[1 : int(pools.control[BOOK_NEXT])]
    return int(((books["channel_id"] == channel_id) & (books["state"] >= STALE)).sum())


def books_lost(channel_id: int, pools: Pools) -> int:
    """How many of them lack more than a definition."""
    books = np.asarray(pools.books)[1 : int(pools.control[BOOK_NEXT])]
    lost = (books["state"] >= STALE) & (books["state"] != UNDEFINED)
    return int(((books["channel_id"] == channel_id) & lost).sum())

"""Books of a channel in doubt, loaded from the snapshot loops that the venue sends beside it.

    loss or late join     rows of the channel are kept from now on; each datagram of its snapshot loops stops
                          the compiled code before its rows, as definitions do, so that books are where the
                          stream is, however the run is cut into batches
    a snapshot            names the last packet that it includes. Used when nothing is missing behind that
                          packet and it has come, kept until then (`waiting.py`): what was in doubt of the book is
                          laid out anew, and the kept rows behind it are applied again (`book/snapshot_kernel.py`)
    a whole loop          that began behind the loss has told every instrument of which there is anything. When
                          each loop of the feed was whole and no book is in doubt, neither is the channel

A loop numbers its packets from 1. What is missing in it costs the instruments in it, and the whole of the
loop; the next one follows. A book by order comes in chunks, of which none may be missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np

from feedhandler.book.directory_kernel import book_of, open_book, undefined
from feedhandler.book.kernel import clear_book
from feedhandler.book.pools import (
    BOOK_NEXT,
    EMPTY,
    LEVELS_IN_DOUBT,
    ORDERS_IN_DOUBT,
    STALE,
    Pools,
)
from feedhandler.book.snapshot_kernel import (
    INCOMPLETE,
    LOADED,
    REFUTED,
    TORN,
    first_kept,
    load_levels,
    load_orders,
)
from feedhandler.counter import Counter
from feedhandler.decode.catalog import Feed
from feedhandler.engine.waiting import Waiting
from feedhandler.event import EVENT, KERNEL_EVENT, UNDEF_SIZE, Detail, Kind
from feedhandler.records import records, zeros
from feedhandler.session import channel_header as words
from feedhandler.session.channels import Channel, Channels
from feedhandler.verdict import Verdict

Rows = np.ndarray[Any, Any]

ROLES: Final = {"level": "snapshot", "order": "snapshot_orders"}  # by the model of the feed
CHUNK_ROWS_MAX: Final = 1 << 16  # rows of one book by order
REASONS: Final = {
    TORN: Counter.SNAPSHOTS_TORN,
    REFUTED: Counter.SNAPSHOTS_REFUTED,
    INCOMPLETE: Counter.SNAPSHOT_LIMIT,
}


@dataclass
class Loop:
    """How far one pass of a loop has come."""

    sound: bool = False  # it began behind the loss, and nothing of it is missing
    whole: bool = False  # one such pass has ended since the loss
    seen: set[int] = field(default_factory=set)  # instruments told so far
    told: set[int] = field(default_factory=set)  # by the pass that was whole
    chunks: list[Rows] = field(default_factory=list)  # of the book by order that is being told
    number: int = 0  # of its last packet
    total: int = 0  # instruments that it says it has
    last: int = 0  # the highest number of a snapshot in it
    low: int = words.UNIT_MAX  # the lowest one
    told_last: int = 0  # likewise, of the pass that was whole
    told_low: int = 0

    def take(self, number: int) -> None:
        """A packet of a pass: its first one, or one of a pass of which the first ones did not come."""
        if number == words.FIRST_UNIT:
            self.begin()
        elif number <= self.number:
            self.tear()
        self.number = number

    def count(self, total: int) -> None:
        """The number of instruments; another one in the same pass is that of another pass."""
        if self.total not in {0, total}:
            self.tear()
        self.total = total

    def begin(self) -> None:
        """The first packet of a pass."""
        self.sound = True
        self.total = self.last = 0
        self.low = words.UNIT_MAX
        self.seen = set()
        self.chunks = []

    def tear(self) -> None:
        """Something of the pass is missing."""
        self.sound = False
        self.chunks = []


@dataclass
class Doubt:
    """A channel in doubt."""

    channel_id: int
    row: int  # of the incremental channel
    behind: int  # the first packet behind the last loss
    since: int  # where in the ring of kept rows those behind the loss begin
    loops: dict[str, Loop]  # by role
    used: bool = False  # something was loaded since the loss
    passed: bool = False  # a pass was whole, and what it does not tell was not looked at yet

    @property
    def whole(self) -> bool:
        """Whether each loop had a whole pass."""
        return all(loop.whole for loop in self.loops.values())


class Snapshots:
    """The channels in doubt that snapshots can help, and the rows that are kept for them."""

    def __init__(self, feed: Feed, channels: Channels, counters: Any, kept_rows: int) -> None:
        self._roles = roles_of(feed)
        self._possible = has_loops(feed) and kept_rows > 0
        self._has_orders = int("order" in feed.model)
        self._channels = channels
        self._counters = counters
        self._doubts: dict[int, Doubt] = {}  # by channel id
        self._waiting = Waiting()  # snapshots that are ahead of them
        kept = zeros(kept_rows if self._possible else 1, EVENT)
        self._kept = records(kept.view(KERNEL_EVENT))
        self.kept = kept.view(np.int64).reshape(-1, EVENT.itemsize // 8)
        scratch = zeros(1, EVENT)
        self._scratch = records(scratch.view(KERNEL_EVENT))
        self._scratch_words = scratch.view(np.int64).reshape(-1, EVENT.itemsize // 8)

    # --- what is in doubt -------------------------------------------------------------------------
    def lose(self, row: int, behind: int, kept: int) -> None:
        """Packets before `behind` were lost, of an incremental channel or of a loop."""
        channel = self._channels.channels[row]
        if not self._possible:
            return
        if channel.role == "incremental":
            loops = {role: Loop() for role in self._roles}
            before = self._doubts.get(channel.channel_id)
            used = before is not None and before.used
            self._doubts[channel.channel_id] = Doubt(
                channel.channel_id, row, behind, kept, loops, used
            )
            self._waiting.forget(channel.channel_id, behind)
            self.listen(channel.channel_id)
        elif channel.channel_id in self._doubts:
            loop = self._doubts[channel.channel_id].loops.get(channel.role)
            if loop is not None:
                loop.tear()

    def watch(self, channel: Channel, kept: int) -> bool:
        """Books of a channel are in doubt though nothing was lost; False = there are no snapshots."""
        if self._possible and channel.channel_id not in self._doubts:
            self.lose(channel.row, int(self._channels.table[channel.row, words.EXPECTED]), kept)
        return self._possible

    @property
    def possible(self) -> bool:
        """Whether loops of the feed can load its books."""
        return self._possible

    def comes(self, channel_id: int) -> bool:
        """Whether all loops of a channel were heard in this run; that they are described is no help."""
        find = self._channels.find
        return self._possible and all(find(channel_id, role) is not None for role in self._roles)

    def listen(self, channel_id: int) -> None:
        """Tell the compiled code whether rows of a channel are kept, and which of its loops are looked at."""
        of = self._channels.find(channel_id, "incremental")
        doubtful = channel_id in self._doubts
        for channel in self._channels.of(channel_id):
            state = self._channels.table[channel.row]
            tells = channel.role in ROLES.values()
            wanted = channel.role == "incremental" or channel.role in self._roles
            state[words.TELLS_OF] = 1 + of.row if tells and of is not None else 0
            state[words.KEEP] = words.TELLS if tells else 0
            if wanted and doubtful:
                state[words.KEEP] = words.LOADS

    def end(self, row: int) -> None:
        """Nothing of a channel is in doubt any more, or it has begun anew."""
        channel_id = self._channels.channels[row].channel_id
        if self._doubts.pop(channel_id, None) is not None:
            self._waiting.forget(channel_id)
            self.listen(channel_id)

    def loading(self, row: int) -> bool:
        """Whether books of a channel are being loaded, so that the loops tell when all is well."""
        doubt = self._doubts.get(self._channels.channels[row].channel_id)
        return doubt is not None and doubt.used

    # --- snapshots --------------------------------------------------------------------------------
    def take(
        self, channel: Channel, first: int, rows: Rows, kept: int, pools: Pools,
        grow: Callable[[Verdict], Pools],
    ) -> int | None:  # fmt: skip
        """The rows of a datagram of a loop, its number, and how many rows were kept so far.

        The row of the incremental channel, if all its loops have now been whole.
        """
        doubt = self._doubts.get(channel.channel_id)
        loop = None if doubt is None else doubt.loops.get(channel.role)
        if doubt is None or loop is None:
            return None
        for waited in self._waiting.take(channel.channel_id, self._expected(doubt)):
            pools, _ = self._take_one(doubt, waited, kept, pools, grow)
        self._forget_silent(doubt, kept, pools)
        loop.take(first)
        heads = [*np.flatnonzero(rows["kind"] == Kind.SNAPSHOT).tolist(), len(rows)]
        for begin, end in pairwise(heads):
            told = rows[begin:end]
            if channel.role == "snapshot_orders":
                if (gathered := self._gather(loop, told)) is None:
                    continue
                told = gathered
            pools = self._use(doubt, loop, told, kept, pools, grow)
        self._forget_silent(doubt, kept, pools)
        return doubt.row if doubt.whole else None

    def _gather(self, loop: Loop, told: Rows) -> Rows | None:
        """All chunks of a book by order, when the last one is there."""
        head = told[0]
        number, chunks = int(head["order_count"]), int(head["instrument_sequence"])
        before = loop.chunks[0][0] if loop.chunks else None
        if number != len(loop.chunks) + 1 or (before is not None and not _same_book(before, head)):
            loop.chunks = []
            if number != 1:
                self._counters[Counter.SNAPSHOTS_TORN] += 1
                return None
        loop.chunks.append(told.copy())
        if sum(map(len, loop.chunks)) > CHUNK_ROWS_MAX:
            self._counters[Counter.SNAPSHOT_LIMIT] += 1
            loop.chunks = []
        if number < chunks or not loop.chunks:
            return None
        gathered = np.concatenate(loop.chunks, dtype=EVENT)
        loop.chunks = []
        return gathered

    def _use(
        self, doubt: Doubt, loop: Loop, told: Rows, kept: int, pools: Pools,
        grow: Callable[[Verdict], Pools],
    ) -> Pools:  # fmt: skip
        """One snapshot: load what is in doubt of its book."""
        head = told[0]
        last, instrument_id = int(head["size"]), int(head["instrument_id"])
        if last == UNDEF_SIZE or last < doubt.behind - 1:
            self._counters[Counter.SNAPSHOTS_OLD] += 1
            loop.sound = False  # the list of this pass was made before the loss
            return pools
        pools, known = self._take_one(doubt, told, kept, pools, grow)
        loop.count(int(head["order_id"]))
        loop.last, loop.low = max(loop.last, last), min(loop.low, last)
        loop.sound = loop.sound and known
        loop.seen.add(instrument_id)
        if loop.sound and len(loop.seen) == int(head["order_id"]):
            if loop.told_last < self._expected(doubt) or loop.last < loop.told_last:
                # Else the one before is looked at first.
                loop.told, loop.told_last, loop.told_low = loop.seen, loop.last, loop.low
            loop.whole = doubt.passed = True
        return pools

    def _take_one(
        self, doubt: Doubt, told: Rows, kept: int, pools: Pools,
        grow: Callable[[Verdict], Pools],
    ) -> tuple[Pools, bool]:  # fmt: skip
        """Load a snapshot if it can be used, or keep it; False = its instrument has no book to be in doubt.

        A pass with such a one has not told all: its channel would be called whole without it.
        """
        head = told[0]
        instrument_id = int(head["instrument_id"])
        book = book_of(doubt.channel_id, instrument_id, pools)
        if int(head["size"]) >= self._expected(doubt):
            self._counters[Counter.SNAPSHOTS_AHEAD] += 1
            if lacks(book, told, pools) and not self._waiting.keep(doubt.channel_id, told):
                self._counters[Counter.SNAPSHOT_LIMIT] += 1
            return pools, book > 0 and int(pools.books[book]["state"]) != EMPTY
        if book == 0:
            book = open_book(doubt.channel_id, instrument_id, pools)
            if book == -Verdict.BOOKS_FULL:
                pools = grow(Verdict.BOOKS_FULL)
                book = open_book(doubt.channel_id, instrument_id, pools)
        if book <= 0:
            return pools, True  # beyond the limit, which was counted
        if head["detail"] != Detail.ORDERS and undefined(book, pools):
            return pools, True  # levels that nobody can keep up
        if lacks(book, told, pools):
            pools = self._load(doubt, told, book, kept, pools, grow)
        return pools, int(pools.books[book]["state"]) != EMPTY

    def _expected(self, doubt: Doubt) -> int:
        """The next packet of a channel."""
        return int(self._channels.table[doubt.row, words.EXPECTED])

    def _load(
        self, doubt: Doubt, told: Rows, book: int, kept: int, pools: Pools,
        grow: Callable[[Verdict], Pools],
    ) -> Pools:  # fmt: skip
        """Load one model of a book, and count what came of it."""
        rows = records(told.view(KERNEL_EVENT))
        head = told[0]
        begin = first_kept(self._kept, doubt.since, kept, doubt.channel_id, int(head["size"]))
        result = int(begin)
        state = int(pools.books[book]["state"])
        levels_sound = int(state != EMPTY and not LEVELS_IN_DOUBT >> state & 1)
        while begin >= 0:
            given = (rows, 0, len(told), book, self._kept, self.kept, begin, kept)
            scratch = (self._scratch, self._scratch_words)
            if head["detail"] == Detail.ORDERS:
                result = int(load_orders(*given, levels_sound, *scratch, pools))
            else:
                result = int(load_levels(*given, self._has_orders, *scratch, pools))
            if result <= LOADED:
                break
            pools = grow(Verdict(result))
        if result < LOADED:
            self._counters[REASONS[result]] += 1
        else:
            self._counters[Counter.SNAPSHOTS_LOADED] += 1
            doubt.used = True
        return pools

    def rehearse(self, pools: Pools) -> None:
        """Load an empty snapshot into a book of no use: what a live loop calls first must not be compiled there."""
        book = open_book(0, 0, pools)
        begin = first_kept(self._kept, 0, 0, 0, 0)
        given = (self._scratch, 0, 0, book, self._kept, self.kept, begin, 0)
        load_levels(*given, self._has_orders, self._scratch, self._scratch_words, pools)
        load_orders(*given, 1, self._scratch, self._scratch_words, pools)
        clear_book(book, EMPTY, pools)

    # --- the end ----------------------------------------------------------------------------------
    def _forget_silent(self, doubt: Doubt, kept: int, pools: Pools) -> None:
        """What no loop tells, and nothing was heard of behind the state that all of it tells, has no book.

        Some venues leave empty books out. A pass that is ahead of the stream tells nothing of the time before it, for
        a book may become empty until then: what it told is kept until its packets have come.
        """
        rows = len(self.kept)
        ahead = max(loop.told_last for loop in doubt.loops.values())
        looked = not doubt.whole or not doubt.passed
        if looked or ahead >= self._expected(doubt) or kept - doubt.since > rows:
            return
        doubt.passed = False
        ring = np.asarray(self._kept).view(np.ndarray)
        since = ring[np.arange(doubt.since, kept) & (rows - 1)]
        low = min(loop.told_low for loop in doubt.loops.values())
        heard = since["instrument_id"][since["sequence"] > low]
        known = set(heard.tolist()).union(*(loop.told for loop in doubt.loops.values()))
        books = np.asarray(pools.books).view(np.ndarray)[: int(pools.control[BOOK_NEXT])]
        doubtful = (books["channel_id"] == doubt.channel_id) & (books["state"] >= STALE)
        for book in np.flatnonzero(doubtful).tolist():
            if int(books[book]["instrument_id"]) not in known:
                clear_book(book, EMPTY, pools)
                books["instrument_sequence"][book] = 0  # how far that went is not known


def lacks(book: int, told: Rows, pools: Pools) -> bool:
    """Whether the model of a book (0: there is none) that a snapshot tells is in doubt, or nothing was heard of it."""
    by_order = told[0]["detail"] == Detail.ORDERS
    state = int(pools.books[book]["state"])
    mask = ORDERS_IN_DOUBT if by_order else LEVELS_IN_DOUBT
    in_doubt = state == EMPTY or bool(mask >> state & 1)
    return in_doubt and (by_order or not undefined(book, pools))


def _same_book(one: Any, other: Any) -> bool:
    """Whether two chunks are of one state of one book."""
    names = ("instrument_id", "size", "instrument_sequence", "order_id")
    return all(one[name] == other[name] for name in names)


def roles_of(feed: Feed) -> list[str]:
    """The roles of the loops that tell the books of a feed."""
    return [ROLES[model] for model in feed.model if model in ROLES]


def has_loops(feed: Feed) -> bool:
    """Whether a feed sends its books again and again."""
    roles = roles_of(feed)
    return bool(roles) and {channel.role for channel in feed.channels} >= set(roles)

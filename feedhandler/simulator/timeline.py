"""What every book holds after every unit of a stream that lost nothing, by the naive oracle.

A unit is what the channel counts by: a message (MoldUDP64) or a packet (CME). Books are kept as hashes of what
they hold, orders and levels apart, with the number of the unit that made them so.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.book.contents import Contents, Key
from feedhandler.book.oracle import Oracle
from feedhandler.book.oracle_book import Row
from feedhandler.book.pools import (
    BOOK_NEXT,
    DEPTH_DEFAULT,
    IMPLIED_DEPTH_DEFAULT,
    Limits,
    make_pools,
)
from feedhandler.counter import new_counters
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import decoder_of
from feedhandler.engine.definitions import Definitions
from feedhandler.event import EVENT, Kind
from feedhandler.session.header import COUNT, DATA, FIRST, TYPE
from feedhandler.simulator.judge_kernel import END, FACTOR, NO_COUNT, START

MASK: Final = (1 << 64) - 1
SIGN: Final = 1 << 63
SMALL: Final = Limits(books=512, orders=16, levels=16)


class Held(NamedTuple):
    """What a book holds, as two hashes."""

    orders: int
    levels: int


def held(contents: Contents) -> Held:
    """The hashes of a book: those of `judge_kernel`, of the words that are written down here."""
    orders: list[int] = []
    for side in (contents.order_bid, contents.order_ask):
        for price, size, count, queue in side:
            orders += (price, size, count, *(word for order in queue for word in order))
        orders.append(END)
    levels: list[int] = []
    for run in (
        contents.level_bid, contents.level_ask, contents.implied_bid, contents.implied_ask
    ):  # fmt: skip
        for price, size, known in run:
            levels += (price, size, NO_COUNT if known is None else known)
        levels.append(END)
    return Held(hash_of(orders), hash_of(levels))


def hash_of(words: list[int]) -> int:
    """The sum of all words, each times a power of the factor, the last one times 1; as a signed word."""
    powers = powers_of(len(words))
    given = np.array([word & MASK for word in words], np.uint64)
    total = int((given * powers[-len(words) :]).sum()) + START * int(powers[-len(words) - 1])
    return (total + SIGN & MASK) - SIGN


def powers_of(count: int) -> Any:
    """Powers of the factor, the highest first, one more than so many."""
    global _powers  # noqa: PLW0603 - it only grows
    while len(_powers) <= count:
        factor = pow(FACTOR, len(_powers), 1 << 64)
        _powers = np.concatenate([_powers * np.uint64(factor), _powers])
    return _powers


_powers = np.ones(1, np.uint64)
NOTHING: Final = held(Contents([], [], [], [], [], []))


class Timeline:
    """Every state of every book of one channel."""

    def __init__(self, feed: Feed, channel_id: int) -> None:
        self.feed = feed
        self.channel_id = channel_id
        self.units = 0  # the last unit taken
        self._oracle = Oracle()
        self._decoder = decoder_of(feed)
        self._definitions = Definitions(feed)
        self._pools = make_pools(SMALL, new_counters())
        self._at: dict[Key, list[int]] = {}
        self._held: dict[Key, list[Held]] = {}
        self._rows = np.zeros(abi.ROWS_PER_DATAGRAM_MAX, EVENT)

    @property
    def keys(self) -> Iterable[Key]:
        """The books that there are."""
        return self._at.keys()

    def define(self, payload: bytes) -> None:
        """Learn the definitions in a datagram: they say how deep books are."""
        self._pools = self._definitions.read(payload, self.channel_id, self._pools)
        table = np.asarray(self._pools.books).view(np.ndarray)
        for record in table[1 : int(self._pools.control[BOOK_NEXT])]:
            book = self._oracle.book((int(record["channel_id"]), int(record["instrument_id"])))
            book.depth = int(record["depth"]) or DEPTH_DEFAULT
            book.implied_depth = int(record["implied_depth"]) or IMPLIED_DEPTH_DEFAULT

    def take(self, payload: bytes) -> None:
        """Apply the next datagram of the stream."""
        header = self._decoder.header_of(payload)
        if header is None or header[TYPE] != DATA:
            return
        rows, defines = self._decode(payload, int(header[FIRST]))
        if defines:
            self.define(payload)
        touched: dict[Key, None] = {}
        first = int(header[FIRST])
        number = first
        for row in map(Row._make, rows.tolist()):
            if self.feed.unit == "message":
                at = first + (row.sequence - first & 0xFFFF_FFFF)
                if at != number:
                    self._note(touched, number)
                    number = at
            self._oracle.apply(row)
            self._touch(row, touched)
        self._note(touched, number)
        self.units = first + int(header[COUNT]) - 1

    def _decode(self, payload: bytes, sequence: int) -> tuple[Any, int]:
        context = np.zeros(abi.CONTEXT_WORDS, np.int64)
        context[abi.SEQUENCE] = sequence
        context[abi.CHANNEL] = self.channel_id
        data = np.frombuffer(payload, np.uint8)
        count = self._decoder.decode(
            int(data.ctypes.data), len(payload), int(context.ctypes.data),
            int(self._rows.ctypes.data), len(self._rows),
        )  # fmt: skip
        return self._rows[: max(count, 0)], int(context[abi.DEFINITIONS])

    def _touch(self, row: Row, touched: dict[Key, None]) -> None:
        if row.kind == Kind.CHANNEL_RESET:
            touched.update(dict.fromkeys(self._oracle.books))
        elif row.kind in {Kind.ORDER, Kind.LEVEL, Kind.CLEAR}:
            touched[self.channel_id, row.instrument_id] = None

    def _note(self, touched: dict[Key, None], number: int) -> None:
        """Keep what the touched books hold behind a unit."""
        for key in touched:
            now = held(self._oracle.books[key].contents())
            at, states = self._at.setdefault(key, []), self._held.setdefault(key, [])
            if not states or states[-1] != now:
                at.append(number)
                states.append(now)
        touched.clear()

    def after(self, key: Key, number: int) -> Held:
        """What a book holds behind a unit."""
        at = self._at.get(key, [])
        place = bisect_right(at, number)
        return self._held[key][place - 1] if place else NOTHING

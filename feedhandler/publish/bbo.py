"""The table of best prices: one 64-byte line per instrument under a sequence lock, for any process.

A line is eight 8-byte words: sequence, bid price, bid size, ask price, ask size, ts_event,
instrument id (4 bytes), channel (2) and the book's state (2), orders at the bid and at the ask. The
sequence is odd while the line is written. A reader copies the words between two looks at it and
tries again when it was odd or has changed, so it never waits for the writer and never holds it up.
A line that was never written has 0 for whose it is. This file needs numpy, and no numba.
"""

import struct
import time
from typing import Final, NamedTuple, Self

import numpy as np

from feedhandler.event import UNDEF_PRICE
from feedhandler.publish.segment import (
    HEADER_BYTES,
    Kind,
    Layout,
    Segment,
    SegmentError,
    Words,
)

BEST_LAYOUT_VERSION: Final = 2
LINE_WORDS: Final = 8
BEST_LAYOUT: Final = Layout(Kind.BEST, BEST_LAYOUT_VERSION, 8 * LINE_WORDS, overhead_bytes=0)
BEST_LINES: Final = 65_536
_PAYLOAD: Final = struct.Struct("=7q")
_BASE: Final = HEADER_BYTES // 8
_HALF: Final = 0xFFFF_FFFF
_CHANNEL: Final = 0xFFFF
_KEY: Final = 0xFFFF_FFFF_FFFF  # instrument and channel
_SPINS_MAX: Final = 1000  # then sleep: the writer may have lost its core in mid-line
_SLEEPS_MAX: Final = 250
_SLEEP_S: Final = 0.001


class Best(NamedTuple):
    """Best prices of one instrument; prices in 1e-9 units, UNDEF_PRICE = no such side."""

    instrument_id: int
    channel_id: int
    state: int  # of the book: 0 EMPTY, 1 SYNCHRONIZED, 2 STALE
    bid_price: int
    bid_size: int
    bid_orders: int
    ask_price: int
    ask_size: int
    ask_orders: int
    ts_event: int


class BestPrices:
    """The writer's side: `table` is the flat int64 array that `kernel.write_best` takes."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.lines = segment.count
        self.table: Words = np.frombuffer(segment.memory, np.int64)[_BASE:]

    @classmethod
    def create(
        cls, name: str | None = None, lines: int = BEST_LINES, *, replace: bool = True
    ) -> Self:
        """Make a table with both sides of every line empty; without a name it is private."""
        made = cls(Segment.create(BEST_LAYOUT, name, lines, replace=replace))
        made.table[1::LINE_WORDS] = UNDEF_PRICE
        made.table[3::LINE_WORDS] = UNDEF_PRICE
        return made

    def close(self, *, unlink: bool = True) -> None:
        """Tell readers that nothing will change any more."""
        self.segment.close(unlink=unlink)


class BestTable:
    """Reads best prices from any process, by instrument."""

    def __init__(self, table: str | BestPrices) -> None:
        """Attach by name, or to a private table."""
        self._owned = isinstance(table, str)
        self.segment = (
            Segment.attach(BEST_LAYOUT, table) if isinstance(table, str) else table.segment
        )
        self.lines = self.segment.count
        self.retries = 0
        self._words = self.segment.words
        self._identities = np.frombuffer(self.segment.memory, np.int64)[_BASE + 6 :: LINE_WORDS]
        self._line_of: dict[int, int] = {}  # by instrument and channel
        self._keys_of: dict[int, list[int]] = {}  # by instrument

    def read(self, instrument_id: int, channel_id: int | None = None) -> Best | None:
        """Best prices of an instrument; None when it never had any.

        Venues number instruments channel by channel: where two channels have this number, a ValueError asks
        for the channel.
        """
        key = self._key(instrument_id, channel_id)
        if key is None:
            self._scan()
            key = self._key(instrument_id, channel_id)
        return None if key is None else self._line(self._line_of[key])

    def all(self) -> list[Best]:
        """Best prices of every instrument that has any, in the order of the lines."""
        self._scan()
        return [self._line(line) for line in self._line_of.values()]

    def close(self) -> None:
        """Let the segment go; a private table stays its writer's."""
        if self._owned:
            self.segment.close()

    def _key(self, instrument_id: int, channel_id: int | None) -> int | None:
        """What a line is found by, if it is known; lines are never given to another instrument."""
        if channel_id is not None:
            key = instrument_id | channel_id << 32
            return key if key in self._line_of else None
        keys = self._keys_of.get(instrument_id, [])
        if len(keys) > 1:
            channels = ", ".join(str(key >> 32) for key in sorted(keys))
            message = f"instrument {instrument_id} is on channels {channels}: name the channel"
            raise ValueError(message)
        return keys[0] if keys else None

    def _scan(self) -> None:
        """Learn which line is whose; an instrument gets its line when the writer first sees it."""
        keys = self._identities & _KEY
        self._line_of = {int(keys[line]): int(line) for line in np.flatnonzero(keys)}
        self._keys_of = {}
        for key in self._line_of:
            self._keys_of.setdefault(key & _HALF, []).append(key)

    def _line(self, line: int) -> Best:
        """One line, whole."""
        words = self._words
        at = _BASE + line * LINE_WORDS
        payload = slice(8 * at + 8, 8 * at + 8 * LINE_WORDS)
        for attempt in range(_SPINS_MAX + _SLEEPS_MAX):
            before = words[at]
            if not before & 1:
                raw = self.segment.memory[payload]
                if words[at] == before:
                    bid, bid_size, ask, ask_size, ts_event, identity, orders = _PAYLOAD.unpack(raw)
                    return Best(
                        identity & _HALF, identity >> 32 & _CHANNEL, identity >> 48,
                        bid, bid_size, orders & _HALF,
                        ask, ask_size, orders >> 32 & _HALF, ts_event,
                    )  # fmt: skip
            self.retries += 1
            if attempt >= _SPINS_MAX:
                time.sleep(_SLEEP_S)
        message = f"best prices, line {line}: its writer stopped in mid-write, or never pauses"
        raise SegmentError(message)

"""A snapshot of a whole channel put into the books, by way of the same rows as everything else.

The messages of a snapshot are of the feed, so they are framed as datagrams of its transport and decoded by its
decoder. One that holds a message which cannot be read is not the state of anything, and is refused before any of
it was used. The first row empties the channel's books, for consumers as for ours; then come the orders, a batch
with each breath; all of them bear the number of the last message that the snapshot includes. All of it is one
event, so no best price is published of a book that is there in part. Behind its end the stream goes on.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.loading import Decoder
from feedhandler.engine.recovery_trial import UNREAD_STATE, Trial, decoded
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Flag, Kind, Side
from feedhandler.session.backend import Snapshot
from feedhandler.session.moldudp64_request import HEADER

MESSAGES_MAX: Final = 512  # of a datagram made here


@dataclass(frozen=True)
class Place:
    """Where and when a snapshot is loaded."""

    row: int
    channel_id: int
    day_ns: int
    now_ns: int


class SnapshotRows:
    """One snapshot on its way into the books."""

    def __init__(self, place: Place, snapshot: Snapshot, method: str) -> None:
        self.place = place
        self.method = method
        self.next_sequence = snapshot.next_sequence
        messages = iter(snapshot.messages)
        self._datagrams = deque(framed(iter(lambda: list(islice(messages, MESSAGES_MAX)), [])))
        self._begun = self._ended = False

    def is_readable(self, trial: Trial) -> bool:
        """Whether every message of it can be read."""
        return all(trial.reads(datagram, UNREAD_STATE) for datagram in self._datagrams)

    def step(self, rows: Any, decoder: Decoder) -> tuple[int, bytes] | None:
        """Write the next rows: how many, and the datagram if it holds definitions; None = that was all."""
        if not self._begun:
            self._begun = True
            self._mark(rows[:1], Kind.CHANNEL_RESET)
            return 1, b""
        if not self._datagrams:
            if self._ended:
                return None
            self._ended = True
            self._mark(rows[:1], Kind.END, Flag.LAST)
            return 1, b""
        payload = self._datagrams.popleft()
        context = np.zeros(abi.CONTEXT_WORDS, np.int64)
        context[abi.RECEIVED] = self.place.now_ns
        context[abi.DAY] = self.place.day_ns
        context[abi.CHANNEL] = self.place.channel_id
        count = max(decoded(payload, context, rows, decoder), 0)
        rows["flags"][:count] &= 0xFF ^ Flag.LAST
        rows["sequence"][:count] = (self.next_sequence - 1) & 0xFFFF_FFFF
        return count, payload if context[abi.DEFINITIONS] else b""

    def _mark(self, row: Any, kind: Kind, flags: int = 0) -> None:
        """A row of our own: the one that empties the books of the channel, and the one that ends the event."""
        row[:] = np.zeros(1, row.dtype)
        row["ts_recv"] = row["ts_event"] = self.place.now_ns
        row["channel_id"] = self.place.channel_id
        row["sequence"] = (self.next_sequence - 1) & 0xFFFF_FFFF
        row["price"], row["size"] = UNDEF_PRICE, UNDEF_SIZE
        row["kind"] = kind
        row["side"] = Side.NONE
        row["flags"] = flags


def framed(blocks: Iterator[list[bytes]]) -> Iterator[bytes]:
    """Datagrams of these messages."""
    length = _Lengths()
    for each in blocks:
        told = chain.from_iterable(zip(map(length.__getitem__, map(len, each)), each, strict=True))
        yield HEADER.pack(b"", 0, len(each)) + b"".join(told)


class _Lengths(dict[int, bytes]):
    """Each length as it is sent, made once: a snapshot has messages by the million, of few lengths."""

    def __missing__(self, length: int) -> bytes:
        return self.setdefault(length, length.to_bytes(2, "big"))

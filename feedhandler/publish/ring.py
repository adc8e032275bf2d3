"""The shared-memory ring of Event rows: its layout, the writer's arrays and the reader.

Behind the header: a sequence per slot (int64), then the rows (64 bytes each). The header's cursor
is the head, the number of events published so far. Event n lies in slot n modulo the number of
slots (a power of two), whose sequence is n + 1 while the row is whole and -1 while it is written.

Theory of the reader. It copies a run of rows and then looks at their sequences. A sequence only
moves n + 1 -> -1 -> n + 1 + slots, so finding n + 1 *after* the copy proves that nobody had begun
to overwrite the row. Otherwise, or when the head is more than all slots ahead, the reader was
overrun: it counts what it cannot have any more, goes on a quarter of the ring behind the head, and
the writer never notices. Loads are kept in order by the processor on x86; on others the
interpreter's own locking does it between the copy and the check. This file needs numpy, and no
numba.
"""

import time
from collections.abc import Iterator
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from feedhandler.event import EVENT, EVENT_LAYOUT_VERSION, EVENT_SIZE
from feedhandler.publish.segment import CURSOR, HEADER_BYTES, Kind, Layout, Segment, Words

Rows = npt.NDArray[Any]

RING_LAYOUT: Final = Layout(Kind.EVENTS, EVENT_LAYOUT_VERSION, EVENT_SIZE, overhead_bytes=8)
RING_SLOTS: Final = 65_536
ROW_WORDS: Final = EVENT_SIZE // 8
_TRIES_MAX: Final = 4


def as_words(rows: Rows) -> Words:
    """Event rows as the kernel takes them: eight int64 words each, the same memory."""
    words: Words = rows.view(np.int64).reshape(-1, ROW_WORDS)
    return words


def _arrays(segment: Segment) -> tuple[Words, Words]:
    """The sequences and the rows, as words, in a ring's memory."""
    slots = segment.count
    words: Words = np.frombuffer(segment.memory, np.int64)
    behind = HEADER_BYTES // 8 + slots
    return words[HEADER_BYTES // 8 : behind], words[behind:].reshape(slots, ROW_WORDS)


class EventRing:
    """The writer's side: arrays for `kernel.publish_rows`."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.sequences, self.slots = _arrays(segment)
        self.head: Words = np.frombuffer(segment.memory, np.int64, 1, 8 * CURSOR)

    @classmethod
    def create(
        cls, name: str | None = None, slots: int = RING_SLOTS, *, replace: bool = True
    ) -> Self:
        """Make a ring; `slots` is a power of two; without a name it is private to this process."""
        if slots < 4 or slots & (slots - 1):
            message = f"ring slots must be a power of two, at least 4: {slots}"
            raise ValueError(message)
        return cls(Segment.create(RING_LAYOUT, name, slots, replace=replace))

    @property
    def published(self) -> int:
        """Events published so far."""
        return int(self.head[0])

    def close(self, *, unlink: bool = True) -> None:
        """Tell readers that no more events come."""
        self.segment.close(unlink=unlink)


class EventRingReader:
    """Reads the ring from any process, at its own pace; `lost` counts what it was too slow for."""

    def __init__(
        self, ring: str | EventRing, *, start: Literal["now", "oldest"] = "oldest"
    ) -> None:
        """Attach by name (or to a private ring): from now, or from the oldest event there is."""
        self._owned = isinstance(ring, str)
        self.segment = Segment.attach(RING_LAYOUT, ring) if isinstance(ring, str) else ring.segment
        self.slots = self.segment.count
        self.lost = 0
        self._sequences, self._rows = _arrays(self.segment)
        self._words = self.segment.words
        head = self._words[CURSOR]
        self.next = head if start == "now" else max(0, head - self.slots)

    @property
    def behind(self) -> int:
        """Events published and not read yet."""
        return self._words[CURSOR] - self.next

    def read(self, rows_max: int = 4096) -> tuple[Rows, int]:
        """Copy the next rows, at most so many; with them the number of events lost before them."""
        if rows_max < 1:
            message = f"rows_max is {rows_max}: 1 or more is expected"
            raise ValueError(message)
        lost = 0
        for _ in range(_TRIES_MAX):
            first = self.next
            waiting = self._words[CURSOR] - first
            if waiting <= self.slots:
                count = min(waiting, rows_max)
                rows = self._copied(first, count)
                if self._whole(first, count):
                    self.next = first + count
                    return rows, lost
            lost += self._jump()
        return np.empty(0, EVENT), lost

    def follow(self, rows_max: int = 4096, idle_s: float = 0.0005) -> Iterator[tuple[Rows, int]]:
        """Read until the writer closes or dies and all is read; sleep while nothing is there."""
        while True:
            closed = not self.behind and self.segment.closed
            rows, lost = self.read(rows_max)
            if len(rows) or lost:
                yield rows, lost
            elif closed:
                return
            else:
                time.sleep(idle_s)

    def close(self) -> None:
        """Let the segment go; a private ring stays its writer's."""
        if self._owned:
            self.segment.close()

    def _copied(self, first: int, count: int) -> Rows:
        """A copy of the rows; whether they are whole shows only afterwards."""
        at = first & (self.slots - 1)
        until_end = min(count, self.slots - at)
        words = np.empty((count, ROW_WORDS), np.int64)
        words[:until_end] = self._rows[at : at + until_end]
        words[until_end:] = self._rows[: count - until_end]
        rows: Rows = words.reshape(-1).view(EVENT)
        return rows

    def _whole(self, first: int, count: int) -> bool:
        """Whether every slot still has the sequence of the event that was wanted."""
        at = first & (self.slots - 1)
        until_end = min(count, self.slots - at)
        wanted = np.arange(first + 1, first + 1 + count)
        return bool(
            (self._sequences[at : at + until_end] == wanted[:until_end]).all()
            and (self._sequences[: count - until_end] == wanted[until_end:]).all()
        )

    def _jump(self) -> int:
        """Overrun: go on a quarter of the ring behind the head, and count what lies between."""
        target = max(self._words[CURSOR] - self.slots // 4, self.next)
        lost = target - self.next
        self.next = target
        self.lost += lost
        return lost

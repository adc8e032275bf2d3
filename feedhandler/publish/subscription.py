"""Rows of a name, whoever writes them: a reader that goes over to the successor of a writer that ended.

A ring ends with its writer. Who wants the rows of a service, over its restarts, subscribes: when a writer has
ended, or was killed, and all of it is read, the next ring of the name is looked for and read from its beginning.
The ring of a killed writer stays until a successor takes its name, so a ring is told from the one before by the
time at which it was made.
"""

from typing import Literal, Self

import numpy as np

from feedhandler.event import EVENT
from feedhandler.publish.ring import EventRingReader, Rows
from feedhandler.publish.segment import SegmentError


class Subscription:
    """Reads a name; `restarts` counts writers that ended, `lost` events that this reader was too slow for."""

    def __init__(self, name: str, *, start: Literal["now", "oldest"] = "oldest") -> None:
        """`start`: where to begin with the first writer; with its successors it is their first event."""
        self.name = name
        self.restarts = 0
        self._lost = 0
        self._start = start
        self._reader: EventRingReader | None = None
        self._before = 0  # when the ring was made that was read last

    @property
    def attached(self) -> bool:
        """Whether there is a writer, or something that is left of one."""
        return self._reader is not None

    @property
    def lost(self) -> int:
        """Of all writers."""
        return self._lost + (0 if self._reader is None else self._reader.lost)

    def read(self, rows_max: int = 4096) -> tuple[Rows, int]:
        """The next rows, at most so many, and how many were lost before them; none while there is no writer."""
        reader = self._reader or self._attach()
        if reader is None:
            return np.empty(0, EVENT), 0
        ended = reader.segment.closed and not reader.behind
        rows, lost = reader.read(rows_max)
        if ended and not len(rows) and not lost:
            self._leave(reader)
        return rows, lost

    def close(self) -> None:
        """Let the ring go."""
        if self._reader is not None:
            self._leave(self._reader)
            self.restarts -= 1

    def _attach(self) -> EventRingReader | None:
        """The ring of the name, if it is not the one that was read to its end."""
        try:
            reader = EventRingReader(self.name, start=self._start)
        except SegmentError:
            return None
        if reader.segment.created_ns == self._before:
            reader.close()
            return None
        self._reader, self._start = reader, "oldest"
        return reader

    def _leave(self, reader: EventRingReader) -> None:
        self._before = reader.segment.created_ns
        self._lost += reader.lost
        self.restarts += 1
        reader.close()
        self._reader = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

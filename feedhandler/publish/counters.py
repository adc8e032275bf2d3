"""The counters in shared memory: one 8-byte word each, with their names beside them.

The names travel with the words, because a counter's place in the list is no promise between
versions. The writer hands `words` to the kernels, or copies its own into them once per batch.
"""

from typing import Final, Self

import numpy as np

from feedhandler.counter import Counter
from feedhandler.publish.segment import HEADER_BYTES, Kind, Layout, Segment, Words

COUNTERS_LAYOUT_VERSION: Final = 1
NAME_BYTES: Final = 32
COUNTERS_LAYOUT: Final = Layout(
    Kind.COUNTERS, COUNTERS_LAYOUT_VERSION, 8, overhead_bytes=NAME_BYTES
)


class SharedCounters:
    """The writer's side: `words` is indexed by `feedhandler.counter.Counter`."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.words: Words = np.frombuffer(segment.memory, np.int64, segment.count, HEADER_BYTES)

    @classmethod
    def create(cls, name: str | None = None, *, replace: bool = True) -> Self:
        """Make a zeroed block with a word for each counter."""
        made = cls(Segment.create(COUNTERS_LAYOUT, name, len(Counter), replace=replace))
        names = np.frombuffer(made.segment.memory, f"S{NAME_BYTES}", len(Counter), _names_at(made))
        names[:] = [counter.name.lower().encode() for counter in Counter]
        return made

    def close(self, *, unlink: bool = True) -> None:
        """Tell readers that nothing will change any more."""
        self.segment.close(unlink=unlink)


def _names_at(counters: SharedCounters) -> int:
    """Where the names begin: behind the words."""
    return HEADER_BYTES + 8 * counters.segment.count


class CounterReader:
    """Reads the counters of a running publisher from any process."""

    def __init__(self, counters: str | SharedCounters) -> None:
        """Attach by name, or to a private block."""
        self._owned = isinstance(counters, str)
        self.segment = (
            Segment.attach(COUNTERS_LAYOUT, counters)
            if isinstance(counters, str)
            else counters.segment
        )
        count = self.segment.count
        names = np.frombuffer(
            self.segment.memory, f"S{NAME_BYTES}", count, HEADER_BYTES + 8 * count
        )
        self._names = [bytes(name).decode() for name in names]

    def read(self, *, zeros: bool = False) -> dict[str, int]:
        """Every counter that is not zero (or every one), by name; each is whole, together they are no instant."""
        at = HEADER_BYTES // 8
        values = self.segment.words[at : at + self.segment.count].tolist()
        return {
            name: value for name, value in zip(self._names, values, strict=True) if value or zeros
        }

    def close(self) -> None:
        """Let the segment go; a private block stays its writer's."""
        if self._owned:
            self.segment.close()

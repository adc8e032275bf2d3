"""Many captures as one, in the order in which their frames were received.

Frames of the same time keep the order of the inputs; inside an input the order is never changed. A
descriptor's INTERFACE is then the number of its input. Frames without a time (BinaryFILE, simple
packets) come first.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedhandler.source import descriptor, merge_kernel
from feedhandler.source.merge_kernel import BATCH_ROWS, INPUT_BYTES, poll_merged
from feedhandler.source.source import Source


class Merge:
    """A source that takes from each of many the frame that came first."""

    poll = poll_merged
    interrupted = False

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)
        count = len(self._sources)
        self._batches = np.zeros((count, BATCH_ROWS, descriptor.WORDS), np.int64)
        self._table = np.zeros((count, INPUT_BYTES // 8), np.int64)
        for row, source, batch in zip(self._table, self._sources, self._batches, strict=True):
            row[merge_kernel.M_POLL // 8] = source.poll.address
            row[merge_kernel.M_STATE // 8] = source.state_address
            row[merge_kernel.M_ROWS // 8] = batch.ctypes.data
        self._state = np.zeros(merge_kernel.MERGE_WORDS, np.int64)
        self._state[merge_kernel.INPUTS // 8] = count
        self._state[merge_kernel.INPUT_TABLE // 8] = self._table.ctypes.data
        self._state[merge_kernel.WANTED // 8] = -1
        self.state_address = int(self._state.ctypes.data)

    @property
    def name(self) -> str:
        """The names of all inputs."""
        return " + ".join(source.name for source in self._sources)

    @property
    def notes(self) -> list[str]:
        """The notes of all inputs, each with its name."""
        return [f"{source.name}: {note}" for source in self._sources for note in source.notes]

    @property
    def position(self) -> int:
        """Bytes taken of all inputs."""
        return sum(source.position for source in self._sources)

    @property
    def size(self) -> int:
        """Bytes of all inputs; 0 = not known."""
        sizes = [source.size for source in self._sources]
        return sum(sizes) if all(sizes) else 0

    def refill(self) -> bool:
        """Refill the input that the last poll found empty."""
        wanted = int(self._state[merge_kernel.WANTED // 8])
        over = self._table[:, merge_kernel.M_OVER // 8]
        if wanted >= 0 and not self._sources[wanted].refill():
            over[wanted] = 1
        self._state[merge_kernel.WANTED // 8] = -1
        return not over.all()

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        for source in self._sources:
            source.count_into(counters)

    def close(self) -> None:
        """Close all inputs."""
        for source in self._sources:
            source.close()

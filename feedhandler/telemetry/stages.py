"""The stages whose latency is measured, and their histograms in shared memory.

`wire_to_*` begin at the frame's time of receipt, whichever clock stamped it; the others are of the processor's
counter, brought to nanoseconds by who records them. A histogram has one writer: a worker has its own segment, and
who reads several adds them.
"""

from enum import IntEnum
from typing import Final, Self

import numpy as np

from feedhandler.publish.segment import HEADER_BYTES, Kind, Layout, Segment
from feedhandler.telemetry import stage_header as header
from feedhandler.telemetry.histogram import Histogram, Words
from feedhandler.telemetry.histogram_header import BITS, HISTOGRAM_WORDS

LAYOUT_VERSION: Final = 1
NAME_BYTES: Final = 32
LAYOUT: Final = Layout(
    Kind.HISTOGRAMS, LAYOUT_VERSION << 8 | BITS, 8 * HISTOGRAM_WORDS, overhead_bytes=NAME_BYTES
)


class Stage(IntEnum):
    """What a histogram is of; its number times HISTOGRAM_WORDS is where its words begin."""

    WIRE_TO_POLL = header.WIRE_TO_POLL  # received by the card or the kernel, until its turn comes
    WIRE_TO_BOOK = header.WIRE_TO_BOOK  # ... until the books of its last row are changed
    WIRE_TO_BEST = header.WIRE_TO_BEST  # ... until the best prices are published
    SESSION = header.SESSION  # locating, arbitration; waiting, where it came early
    DECODE = header.DECODE
    BOOK = header.BOOK  # its rows
    PUBLISH = header.PUBLISH  # the books of its last event settled, their best prices written
    BATCH = header.BATCH  # from its turn until the batch that it is in was handed on


class StageHistograms:
    """The writer's side: `words` is what `histogram_kernel.record` takes, with `stage * HISTOGRAM_WORDS`."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.words: Words = np.frombuffer(
            segment.memory, np.int64, len(Stage) * HISTOGRAM_WORDS, HEADER_BYTES
        )

    @classmethod
    def create(cls, name: str | None = None) -> Self:
        """An empty histogram of each stage; without a name it is private to this process."""
        made = cls(Segment.create(LAYOUT, name, len(Stage)))
        names = np.frombuffer(
            made.segment.memory, f"S{NAME_BYTES}", len(Stage), HEADER_BYTES + made.words.nbytes
        )
        names[:] = [stage.name.lower().encode() for stage in Stage]
        return made

    def of(self, stage: Stage) -> Histogram:
        """The histogram of one stage, which is written to."""
        return Histogram(self.words[stage * HISTOGRAM_WORDS : (stage + 1) * HISTOGRAM_WORDS])

    def close(self) -> None:
        """Tell readers that nothing will change any more."""
        self.segment.close()


class StageReader:
    """Reads the histograms of a running process; names travel with them, as with counters."""

    def __init__(self, histograms: str | StageHistograms) -> None:
        """Attach by name, or to private ones."""
        self._owned = isinstance(histograms, str)
        self.segment = (
            Segment.attach(LAYOUT, histograms)
            if isinstance(histograms, str)
            else histograms.segment
        )
        count = self.segment.count
        words = count * HISTOGRAM_WORDS
        self._words = np.frombuffer(self.segment.memory, np.int64, words, HEADER_BYTES)
        names = np.frombuffer(
            self.segment.memory, f"S{NAME_BYTES}", count, HEADER_BYTES + 8 * words
        )
        self._names = [bytes(name).decode() for name in names]

    def read(self) -> dict[str, Histogram]:
        """A copy of each histogram that has seen anything, by its stage."""
        parts = self._words.reshape(-1, HISTOGRAM_WORDS)
        copies = (
            (name, Histogram(part.copy())) for name, part in zip(self._names, parts, strict=True)
        )
        return {name: each for name, each in copies if each.words.any()}

    def close(self) -> None:
        """Let the segment go; private ones stay their writer's."""
        if self._owned:
            self.segment.close()

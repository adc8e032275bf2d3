"""A source without the frames whose UDP checksum is wrong: what a kernel or a card would not have let through.

Captures of a tap hold damaged frames, too, and nothing else than the checksum tells them: a price with a bit
turned over is a price. It costs a look at every byte, so it is asked for.
"""

from typing import Any

import numpy as np

from feedhandler.counter import Counter
from feedhandler.source.source import Source
from feedhandler.source.staged import STAGE_ROWS, Staged
from feedhandler.wire.checksum_kernel import check_rows
from feedhandler.wire.kernel import PLACE_WORDS


class Checked(Staged):
    """A source that gives the frames of another whose checksum is right, or that have none."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner)
        self._place = np.zeros(PLACE_WORDS, np.int64)
        self._keep = np.zeros(STAGE_ROWS, np.int64)
        self._refused = 0
        self._told = 0

    def refill(self) -> bool:
        """Look at the next batch of the inner source."""
        count = self.poll_inner()
        if count == 0:
            self.hand_out(0, 0)
            return self.inner.refill()
        rows = self.rows[:count]
        check_rows(rows, self._place, self._keep)
        kept = np.flatnonzero(self._keep[:count])
        if len(kept) < count:
            self._refused += count - len(kept)
            rows[: len(kept)] = rows[kept]
        self.hand_out(0, len(kept))
        return True

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        super().count_into(counters)
        counters[Counter.BAD_CHECKSUM] += self._refused - self._told
        self._told = self._refused

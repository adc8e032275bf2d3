"""A source in front of another, whose descriptors Python looks at first (`pace.py`, `select.py`).

The compiled `poll` only hands out what lies ready; the work is done in `refill`, once per batch.
The bytes stay valid as promised: the inner source is polled only when everything laid ready was
handed out.
"""

from typing import Any, Final

import numpy as np

from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES
from feedhandler.source.merge_kernel import STAGED_END, STAGED_NEXT, STAGED_WORDS, poll_staged
from feedhandler.source.source import Source

STAGE_ROWS: Final = 1024


class Staged:
    """What both have in common: the stage, and everything else passed through."""

    poll = poll_staged

    def __init__(self, inner: Source) -> None:
        self.inner = inner
        self.rows = np.zeros((STAGE_ROWS, descriptor.WORDS), np.int64)
        self._rows_address = int(self.rows.ctypes.data)
        self._state = np.zeros(STAGED_WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self.interrupted = False

    def poll_inner(self) -> int:
        """Fill the stage from the inner source; nothing of it is handed out yet."""
        return self.inner.poll(self.inner.state_address, self._rows_address, STAGE_ROWS)

    def hand_out(self, first: int, end: int) -> None:
        """Let `poll` give the rows from `first` up to `end`."""
        self._state[STAGED_NEXT // 8] = self._rows_address + ROW_BYTES * first
        self._state[STAGED_END // 8] = self._rows_address + ROW_BYTES * end

    @property
    def name(self) -> str:
        """What the user called it."""
        return self.inner.name

    @property
    def notes(self) -> list[str]:
        """Lines for people."""
        return self.inner.notes

    @property
    def position(self) -> int:
        """Bytes of the input taken so far."""
        return self.inner.position

    @property
    def size(self) -> int:
        """Bytes of the input; 0 = not known."""
        return self.inner.size

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        self.inner.count_into(counters)

    def close(self) -> None:
        """Close the inner source."""
        self.hand_out(0, 0)
        self.inner.close()

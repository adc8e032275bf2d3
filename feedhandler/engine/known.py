"""What is remembered of definitions that were read, so that the next pass of their loop need not be.

Everything is forgotten when a definition changes: a datagram that was read before it would else bring back nothing
if the venue sent it once more.
"""

from typing import Any, Final

import numpy as np

from feedhandler.counter import Counter, Words, count_more
from feedhandler.engine import known_kernel

DATAGRAMS_MAX: Final = 1 << 17  # remembered at once: 4 MiB, given as they are used


class KnownDefinitions:
    """Of one engine."""

    def __init__(self, datagrams_max: int = DATAGRAMS_MAX) -> None:
        """`datagrams_max` is a power of two; 0 = nothing is remembered."""
        entries = 2 * max(datagrams_max, 1)
        entry_words = known_kernel.ENTRY_BYTES // 8
        self._words: Any = np.zeros(known_kernel.HEAD_WORDS + entry_words * entries, np.int64)
        self._words[known_kernel.MASK // 8] = entries - 1
        self._words[known_kernel.COUNT_MAX // 8] = datagrams_max
        self.address = int(self._words.ctypes.data)

    def __len__(self) -> int:
        return int(self._words[known_kernel.COUNT // 8])

    def forget(self) -> None:
        """From now on all are read again."""
        if len(self):
            self._words[known_kernel.HEAD_WORDS :] = 0
            self._words[known_kernel.COUNT // 8] = 0

    def remember(
        self, row: int, address: int, length: int, header_bytes: int, counters: Words
    ) -> None:
        """A datagram of a channel was read; its messages begin behind so many bytes."""
        if not header_bytes:
            return
        told = int(self._words[known_kernel.HEADER_BYTES // 8])
        if told != header_bytes:  # of another length than before: no key holds any more
            self.forget()
            self._words[known_kernel.HEADER_BYTES // 8] = header_bytes
        if not known_kernel.remember(self.address, row, address, length):
            count_more(counters, Counter.DEFINITIONS_FORGOTTEN, 1)

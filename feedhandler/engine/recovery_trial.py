"""What was recovered, decoded on trial: a message that cannot be read brings nothing back.

On the lines of a feed such a message is passed over and counted, since nothing better will come. Of what was asked
for again it would end the wait for it, and books would be called whole that lack it.

A message of length zero is another matter: MoldUDP64 allows it, it has a number like any other, and there is nothing
in it to be read. Of a snapshot, whose messages have no numbers of the feed, it can only be one that was lost.
"""

import ctypes
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.loading import Decoder
from feedhandler.event import EVENT

UNREAD: Final = (abi.UNKNOWN_TEMPLATE, abi.UNKNOWN_SCHEMA, abi.MALFORMED_MESSAGE)
UNREAD_STATE: Final = (*UNREAD, abi.EMPTY_MESSAGE)  # of a snapshot


def decoded(payload: bytes, context: Any, rows: Any, decoder: Decoder) -> int:
    """Decode a datagram of our own making, or one that was recovered: rows written, or a negative word."""
    memory = ctypes.create_string_buffer(payload, len(payload) + 1)
    at, words, out = ctypes.addressof(memory), context.ctypes.data, rows.ctypes.data
    return int(decoder.decode(at, len(payload), words, out, len(rows)))


class Trial:
    """Decodes into rows that nobody takes."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._rows = np.zeros(abi.ROWS_PER_DATAGRAM_MAX, EVENT)
        self._context = np.zeros(abi.CONTEXT_WORDS, np.int64)

    def reads(self, payload: bytes, unread: Sequence[int] = UNREAD) -> bool:
        """Whether all of a datagram can be read, and none of its messages is `unread`."""
        self._context[:] = 0
        count = decoded(payload, self._context, self._rows, self._decoder)
        return count >= 0 and not any(self._context[word] for word in unread)

"""A loop over FAST messages, compiled, so that what is timed is the decoder and not its caller."""

from typing import Any

from feedhandler.jit import call5, i64, kernel


@kernel
def decode_messages(messages: Any, read: int, state: int, out: int) -> int:
    """Decode messages (address, length) in turn; words decoded, or minus the number of the one that failed."""
    words = 0
    for i in range(messages.shape[0]):
        used = i64(call5(read, i64(messages[i, 0]), i64(messages[i, 1]), state, out, 0))
        if used < 0:
            return -1 - i
        words += used
    return words

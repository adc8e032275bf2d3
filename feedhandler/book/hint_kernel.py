"""What is guessed of the rows ahead, while their memory is fetched, and used if it still holds.

For each of the rows under way four words, each the number of something that was there once: pools only grow, so
a guess may be wrong but never out of bounds. Who uses one looks whether it is what the row means.
"""

from typing import Any, Final

from feedhandler.book.pools import HINT_WORDS
from feedhandler.jit import address_of, hot, u8le

HINT_MASK: Final = HINT_WORDS - 1
PLACE: Final = 0  # of the row's order in the index
SLOT: Final = 8 * HINT_WORDS  # of that order
SIDE: Final = 16 * HINT_WORDS  # of the row
LEVEL: Final = 24 * HINT_WORDS  # at the row's price


@hot
def hint_of(i: int, pools: Any) -> int:
    """The address of a row's first word."""
    return address_of(pools.hints) + 8 * (i & HINT_MASK)


@hot
def guessed(i: int, word: int, pools: Any) -> int:
    """One of the words of a row."""
    number: int = u8le(hint_of(i, pools) + word)
    return number

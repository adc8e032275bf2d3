"""The last word of a row in pieces: constants and code tables that generated decoders OR together.

`action | side << 8 | flags << 16 | kind << 24 | level << 32 | detail << 40 | channel << 48`: six columns and
the channel leave in one store. A code's table holds all that the code decides, ready to be ORed in, so a
lookup is one load whatever the code, with no branch to mispredict.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from feedhandler.event import Flag

SHIFT: Final[Mapping[str, int]] = {
    "action": 0, "side": 8, "flags": 16, "kind": 24, "level": 32, "detail": 40,
}  # fmt: skip
FLAGS_SHIFT: Final = SHIFT["flags"]
LAST_SHIFT: Final = FLAGS_SHIFT + int(Flag.LAST).bit_length() - 1
LEVEL_SHIFT: Final = SHIFT["level"]
DETAIL_SHIFT: Final = SHIFT["detail"]
CHANNEL_SHIFT: Final = 48
NO_CODE: Final = 256  # the place in a table for a field that is not there


def marks(**columns: int) -> int:
    """The word that holds these columns, zero elsewhere."""
    word = 0
    for column, value in columns.items():
        word |= int(value) << SHIFT[column]
    return word


def marks_table(
    codes: Mapping[int, int], other: int, raw: str = "", null: int | None = None
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A word for each value of a byte, and at NO_CODE for none.

    A code that is not listed gives `other`; with `raw`, that column then holds the code itself. The null
    value and NO_CODE give `other`.
    """
    table = np.full(NO_CODE + 1, other, np.int64)
    if raw:
        table[:NO_CODE] |= np.arange(NO_CODE, dtype=np.int64) << SHIFT[raw]
    for code, value in codes.items():
        table[code] = value
    if null is not None:
        table[null] = other
    return table

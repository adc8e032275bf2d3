"""What generated FAST decoders and their callers share: the words of a decoder's state, and the forms of a text.

    read(message, length, state, out, first) -> words of `out` that are used, or minus a Reason

`message`, `state` and `out` are addresses. The record of the message is written from word `first` of `out` on
(see `plan.py`), which has room for CELLS_MAX words; `state[TAKEN]` tells how many bytes the message took.
`first` is 0 but for messages inside messages.

A text is a word: of up to seven bytes, `length << 56 | bytes`, the first byte lowest; longer ones are negative,
`LONG | length << 32 | offset` into the memory at `state[TEXTS]`. That memory holds a place for the long value
of each dictionary entry, the constants, two places to join texts in, and the long texts of the message.
"""

from typing import Final

from feedhandler.decode.fast.plan import CELLS_MAX as CELLS_MAX
from feedhandler.decode.fast.plan import DEPTH_MAX as DEPTH_MAX
from feedhandler.decode.fast.plan import SHORT_MAX as SHORT_MAX
from feedhandler.decode.fast.plan import TEXT_MAX as TEXT_MAX
from feedhandler.decode.fast.plan import TEXTS_MAX as TEXTS_MAX
from feedhandler.decode.fast.reasons import Reason

# words of the state
TEMPLATE_ID: Final = 0  # of the last message; -1 = none yet
TAKEN: Final = 1
DEPTH: Final = 2  # messages inside messages
TEXTS: Final = 3  # address of the memory for texts
TEXT_USED: Final = 4  # bytes of the message's long texts
TEXT_FIRST: Final = 5  # offset at which they begin
SELF: Final = 6  # address of `read`
REMARKS: Final = 8  # .. + 15: counters by Reason
ENTRIES: Final = 24  # a status for each dictionary entry, then two words of value for each

# status of a dictionary entry
UNDEFINED: Final = 0
ASSIGNED: Final = 1
EMPTY: Final = 2

# texts
LONG: Final = -0x8000_0000_0000_0000
LENGTH_SHIFT: Final = 56
NO_TEXT: Final = 0x7F << LENGTH_SHIFT  # null
TOO_LONG: Final = 0x7E << LENGTH_SHIFT  # beyond a limit
BAD_DELTA: Final = 0x7D << LENGTH_SHIFT  # takes off more than there is

WIDE: Final = 1 << 40  # a number that the short path does not read
HALF: Final = 0xFFFF_FFFF
INT63: Final = 0x7FFF_FFFF_FFFF_FFFF

TRUNCATED: Final = int(Reason.TRUNCATED)
INTEGER_RANGE: Final = int(Reason.INTEGER_RANGE)
LIMIT: Final = int(Reason.LIMIT)
NOT_UTF8: Final = int(Reason.NOT_UTF8)
OVERLONG_INTEGER: Final = int(Reason.OVERLONG_INTEGER)
OVERLONG_MAP: Final = int(Reason.OVERLONG_MAP)
OVERLONG_TEXT: Final = int(Reason.OVERLONG_TEXT)
RESULT_RANGE: Final = int(Reason.RESULT_RANGE)
TEXT_DELTA: Final = int(Reason.TEXT_DELTA)
UNKNOWN_TEMPLATE: Final = int(Reason.UNKNOWN_TEMPLATE)

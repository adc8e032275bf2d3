"""Why a FAST message could not be decoded, or was decoded with a remark: the error codes of the standard.

A reason below `REMARKS` stops the message: since nothing tells its length, the rest of the datagram cannot be
read either. The others are counted and the message is delivered.
"""

from enum import IntEnum
from typing import Final


class Reason(IntEnum):
    """One line of meaning each; the codes in brackets are those of FAST 1.1, the others are ours."""

    TRUNCATED = 1  # the message ends inside an entity
    INTEGER_RANGE = 2  # [D2] an integer beyond its type, or of more than ten bytes
    NO_VALUE = 3  # [D5] mandatory, not in the stream, no previous and no initial value
    EMPTY_VALUE = 4  # [D6] mandatory, not in the stream, and the previous value was absent
    TEXT_DELTA = 5  # [D7] a delta that takes more characters off than there are
    UNKNOWN_TEMPLATE = 6  # [D9] no template of this id
    NO_TEMPLATE_ID = 7  # [D5] no template id in the stream and none before
    RESULT_RANGE = 8  # [R4] a previous value and a delta whose sum is beyond the type
    LIMIT = 9  # a text, an entry count or a nesting beyond our limits
    DECIMAL_RANGE = 10  # [R1] an exponent outside -63 .. 63
    NOT_UTF8 = 11  # [R2] a unicode text that is none
    OVERLONG_INTEGER = 12  # [R6] more bytes than the number needs
    OVERLONG_MAP = 13  # [R7] a presence map that ends with seven zero bits
    SURPLUS_BITS = 14  # [R8] bits set in a presence map beyond those that the template takes
    OVERLONG_TEXT = 15  # [R9] an ASCII text of several characters that begins with a zero


REMARKS: Final = Reason.DECIMAL_RANGE
REASON_WORDS: Final = 16


class FastError(Exception):
    """A message that cannot be decoded."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason

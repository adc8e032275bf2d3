"""What a decoder is to the engine: two functions by address and the words they share.

    peek(datagram, length, header) -> 0, or MALFORMED
    decode(datagram, length, context, rows, rows_max) -> rows written, or MALFORMED, or ROWS_FULL

`datagram`, `header`, `context` and `rows` are addresses; `header` points to HEADER_WORDS int64 words,
`context` to CONTEXT_WORDS, `rows` to Event records of 64 bytes. `peek` reads the transport header only.
`decode` reads all messages of the datagram behind the first `context[SKIP]` and writes their rows; it zeroes
and then fills the output words. Three promises: nothing outside the datagram is read; a datagram whose
framing does not fit gives MALFORMED and no row, and may tell why in an output word; a message that does not
fit gives none of its rows, is counted in the output words, and the next message is read.
"""

from typing import Final

from feedhandler.counter import Counter
from feedhandler.session.header import (
    COUNT as COUNT,
)
from feedhandler.session.header import (
    DATA as DATA,
)
from feedhandler.session.header import (
    END_OF_SESSION as END_OF_SESSION,
)
from feedhandler.session.header import (
    FIRST as FIRST,
)
from feedhandler.session.header import (
    HEADER_WORDS as HEADER_WORDS,
)
from feedhandler.session.header import (
    HEARTBEAT as HEARTBEAT,
)
from feedhandler.session.header import (
    LOOP_END as LOOP_END,
)
from feedhandler.session.header import (
    SEND_TIME as SEND_TIME,
)
from feedhandler.session.header import (
    STREAM_0 as STREAM_0,
)
from feedhandler.session.header import (
    STREAM_1 as STREAM_1,
)
from feedhandler.session.header import (
    TYPE as TYPE,
)
from feedhandler.session.header import (
    UNSEQUENCED as UNSEQUENCED,
)

MALFORMED: Final = -1
ROWS_FULL: Final = -2

# context words: in
SKIP: Final = 0  # messages to leave out at the start (seen before)
SEQUENCE: Final = 1  # of the first message (unit message) or of the packet (unit packet)
RECEIVED: Final = 2  # ts_recv
DAY: Final = 3  # ns since 1970 UTC of the venue's midnight, for times since midnight
CHANNEL: Final = 4  # channel_id
ROW_FLAGS: Final = 5  # flags set on every row
# context words: out
OUT: Final = 8
MESSAGES: Final = 8
DEFINITIONS: Final = 9  # instrument definitions among them
UNKNOWN_TEMPLATE: Final = 10
UNKNOWN_SCHEMA: Final = 11
MALFORMED_MESSAGE: Final = 12
NEWER_VERSION: Final = 13
EMPTY_MESSAGE: Final = 14
BAD_REFERENCE: Final = 15
PRICE_RANGE: Final = 16
FAST_REMARKS: Final = 17
FAST_TRUNCATED: Final = 18
FAST_RANGE: Final = 19
FAST_STATE: Final = 20
FAST_TEXT: Final = 21
FAST_TEMPLATE: Final = 22
FAST_LIMIT: Final = 23
CONTEXT_WORDS: Final = 24

ROWS_PER_DATAGRAM_MAX: Final = 8192

# The output words and their counters.
COUNTED: Final = (
    (MESSAGES, Counter.MESSAGES),
    (DEFINITIONS, Counter.DEFINITIONS),
    (UNKNOWN_TEMPLATE, Counter.UNKNOWN_TEMPLATE),
    (UNKNOWN_SCHEMA, Counter.UNKNOWN_SCHEMA),
    (MALFORMED_MESSAGE, Counter.MALFORMED_MESSAGE),
    (NEWER_VERSION, Counter.NEWER_VERSION),
    (EMPTY_MESSAGE, Counter.EMPTY_MESSAGE),
    (BAD_REFERENCE, Counter.BAD_REFERENCE),
    (PRICE_RANGE, Counter.PRICE_RANGE),
    (FAST_REMARKS, Counter.FAST_REMARKS),
    (FAST_TRUNCATED, Counter.FAST_TRUNCATED),
    (FAST_RANGE, Counter.FAST_RANGE),
    (FAST_STATE, Counter.FAST_STATE),
    (FAST_TEXT, Counter.FAST_TEXT),
    (FAST_TEMPLATE, Counter.FAST_TEMPLATE),
    (FAST_LIMIT, Counter.FAST_LIMIT),
)

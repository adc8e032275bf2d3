"""The Event record: one fixed 64-byte row for everything a market tells, whatever the protocol.

Names and meanings follow Databento's DBN vocabulary; prices are integers in units of 1e-9, times are
nanoseconds since the UNIX epoch. Both decoders write these rows, books consume them, the shared-memory
ring carries them. The layout has a version of its own, separate from the package's.

| offset | field | type | meaning |
|---|---|---|---|
| 0  | ts_event | u64 | venue time, ns since 1970 UTC |
| 8  | ts_recv | u64 | capture time, ns since 1970 UTC (0 where the source has none) |
| 16 | order_id | u64 | order or trade id; 0 = none |
| 24 | price | i64 | 1e-9 units; `UNDEF_PRICE` = none |
| 32 | size | i64 | lots or shares; `UNDEF_SIZE` = not given (a Cancel without size takes all that is left) |
| 40 | priority | u64 | kind ORDER: the venue's time priority, lower is earlier; 0 = order of arrival |
| 40 | order_count | u32 | other kinds: number of orders at a level or in a trade; `UNDEF_COUNT` = none |
| 44 | instrument_sequence | u32 | other kinds: the venue's sequence per instrument (CME RptSeq); 0 = none |
| 48 | sequence | u32 | low 32 bits of the message sequence, or of the packet's where the venue counts packets |
| 52 | instrument_id | u32 | the venue's number of the instrument; 0 = none |
| 56 | action | u8 | A add, C cancel, M modify, R clear, T trade, F fill, N none |
| 57 | side | u8 | B bid, A ask, N none; of a trade: the aggressor's |
| 58 | flags | u8 | LAST, SNAPSHOT, IMPLIED, MAYBE_BAD_BOOK ... |
| 59 | kind | u8 | which of the meanings below |
| 60 | level | u8 | kind LEVEL: position, 1 = best |
| 61 | detail | u8 | by kind, see `Detail` |
| 62 | channel_id | u16 | channel of the feed |

`priority` shares its bytes with `order_count` and `instrument_sequence`: no row has both.
"""

from enum import IntEnum
from typing import Any, Final

import numpy as np

EVENT_LAYOUT_VERSION: Final = 1
EVENT_SIZE: Final = 64

UNDEF_PRICE: Final = 0x7FFF_FFFF_FFFF_FFFF
UNDEF_SIZE: Final = 0x7FFF_FFFF_FFFF_FFFF
UNDEF_COUNT: Final = 0xFFFF_FFFF
PRICE_SCALE: Final = -9

# Offsets, for code that writes rows by address.
TS_EVENT: Final = 0
TS_RECV: Final = 8
ORDER_ID: Final = 16
PRICE: Final = 24
SIZE: Final = 32
PRIORITY: Final = 40
ORDER_COUNT: Final = 40
INSTRUMENT_SEQUENCE: Final = 44
SEQUENCE: Final = 48
INSTRUMENT_ID: Final = 52
ACTION: Final = 56
SIDE: Final = 57
FLAGS: Final = 58
KIND: Final = 59
LEVEL: Final = 60
DETAIL: Final = 61
CHANNEL_ID: Final = 62

EVENT: Final[np.dtype[Any]] = np.dtype(
    {
        "names": [
            "ts_event", "ts_recv", "order_id", "price", "size",
            "priority", "order_count", "instrument_sequence",
            "sequence", "instrument_id",
            "action", "side", "flags", "kind", "level", "detail", "channel_id",
        ],
        "formats": [
            "<u8", "<u8", "<u8", "<i8", "<i8",
            "<u8", "<u4", "<u4",
            "<u4", "<u4",
            "u1", "u1", "u1", "u1", "u1", "u1", "<u2",
        ],
        "offsets": [0, 8, 16, 24, 32, 40, 40, 44, 48, 52, 56, 57, 58, 59, 60, 61, 62],
        "itemsize": EVENT_SIZE,
    }
)  # fmt: skip

# The same bytes as kernels see them: unsigned words as signed ones, since a kernel that mixes both gets floats.
KERNEL_EVENT: Final[np.dtype[Any]] = np.dtype(
    {
        "names": list(EVENT.names or ()),
        "formats": [
            "<i8", "<i8", "<i8", "<i8", "<i8",
            "<i8", "<u4", "<u4",
            "<u4", "<u4",
            "u1", "u1", "u1", "u1", "u1", "u1", "<u2",
        ],
        "offsets": [0, 8, 16, 24, 32, 40, 40, 44, 48, 52, 56, 57, 58, 59, 60, 61, 62],
        "itemsize": EVENT_SIZE,
    }
)  # fmt: skip


class Action(IntEnum):
    """What happens (DBN)."""

    ADD = 0x41
    CANCEL = 0x43
    MODIFY = 0x4D
    CLEAR = 0x52
    TRADE = 0x54
    FILL = 0x46
    NONE = 0x4E


class Side(IntEnum):
    """Bid, ask, or neither (DBN)."""

    BID = 0x42
    ASK = 0x41
    NONE = 0x4E


class Flag(IntEnum):
    """Bits of `flags`; values as in DBN, IMPLIED where DBN has the publisher's own bit."""

    LAST = 0x80
    TOB = 0x40
    SNAPSHOT = 0x20
    MBP = 0x10
    BAD_TS_RECV = 0x08
    MAYBE_BAD_BOOK = 0x04
    IMPLIED = 0x02


class Kind(IntEnum):
    """Which book or record a row speaks of. Only ORDER, LEVEL, CLEAR and CHANNEL_RESET change a book."""

    OTHER = 0  # decoded, no normal form; size = message type or template id
    ORDER = 1  # by order: A, C, M, F of order_id
    LEVEL = 2  # by level: A insert, M change, C delete at `level`
    CLEAR = 3  # empty the books of one instrument
    CHANNEL_RESET = 4  # empty every book of the channel
    TRADE = 5  # a trade print (T), correction (M) or bust (C): never changes a book
    TRADE_ORDER = 6  # an order that took part in a trade (F): never changes a book
    STATISTIC = 7  # detail = venue's code of the statistic
    STATUS = 8  # detail = venue's code of the trading state
    INSTRUMENT = 9  # a definition: A add, M modify, C delete
    SESSION = 10  # detail = venue's code of the session event
    SNAPSHOT = 11  # head of a snapshot: size = last sequence it includes
    END = 12  # closes an event that has no row of its own


class Detail(IntEnum):
    """Values of `detail` for the kinds ORDER, LEVEL and SNAPSHOT; elsewhere it is the venue's own code."""

    NONE = 0
    REPLACE = 1  # ORDER: a Cancel and the Add after it are one replace; the Add inherits side
    NON_PRINTABLE = 2  # ORDER: a Fill that is printed in bulk elsewhere; do not count its volume
    THRU = 3  # LEVEL: delete every level of this side
    FROM = 4  # LEVEL: delete a run of levels bounded by `level`
    OVERLAY = 5  # LEVEL: replace price, size and count without shifting
    ORDERS = 6  # SNAPSHOT: of the by-order book, in chunks

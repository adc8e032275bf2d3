"""The records have the sizes and offsets that the documents tell, and the values of DBN."""

from typing import Any

import numpy as np
import pytest

from feedhandler import event
from feedhandler.book import pools
from feedhandler.event import EVENT, KERNEL_EVENT, Action, Flag, Kind, Side

# field, offset, type
FIELDS = [
    ("ts_event", 0, "<u8"),
    ("ts_recv", 8, "<u8"),
    ("order_id", 16, "<u8"),
    ("price", 24, "<i8"),
    ("size", 32, "<i8"),
    ("priority", 40, "<u8"),
    ("order_count", 40, "<u4"),
    ("instrument_sequence", 44, "<u4"),
    ("sequence", 48, "<u4"),
    ("instrument_id", 52, "<u4"),
    ("action", 56, "u1"),
    ("side", 57, "u1"),
    ("flags", 58, "u1"),
    ("kind", 59, "u1"),
    ("level", 60, "u1"),
    ("detail", 61, "u1"),
    ("channel_id", 62, "<u2"),
]
WORDS = {
    "u1": "u8",
    "<u2": "u16",
    "<u4": "u32",
    "<u8": "u64",
    "<i8": "i64",
}  # as the table writes them


def layout(record: "np.dtype[Any]") -> list[tuple[str, int, "np.dtype[Any]"]]:
    """Every field with its offset and type."""
    return [(name, record.fields[name][1], record.fields[name][0]) for name in record.names or ()]


# --- the Event record -----------------------------------------------------------------------------
def test_an_event_is_64_bytes_of_these_fields() -> None:
    """Size, every offset, every type; a change of any is a new layout version."""
    assert EVENT.itemsize == event.EVENT_SIZE == 64
    assert layout(EVENT) == [(name, at, np.dtype(kind)) for name, at, kind in FIELDS]
    assert event.EVENT_LAYOUT_VERSION == 1


def test_kernels_see_the_same_bytes_and_signed_words() -> None:
    """Only unsigned 64-bit words differ: a kernel that mixes them with signed ones gets floats."""
    assert KERNEL_EVENT.itemsize == 64
    assert layout(KERNEL_EVENT) == [
        (name, at, np.dtype(kind.replace("u8", "i8"))) for name, at, kind in FIELDS
    ]


@pytest.mark.parametrize(("name", "offset", "_kind"), FIELDS)
def test_offsets_have_names(name: str, offset: int, _kind: str) -> None:
    """For code that writes rows by address."""
    assert getattr(event, name.upper()) == offset


def test_no_byte_is_unused_or_used_twice_but_for_the_priority() -> None:
    """The priority lies over the two counts, and no row has both."""
    used = [0] * 64
    for name, at, kind in layout(EVENT):
        for byte in range(at, at + kind.itemsize):
            used[byte] += name != "priority"

    assert used == [1] * 64


def test_the_table_in_the_module_tells_the_truth() -> None:
    """Offset, field and type as `event.py` shows them."""
    lines = [line.split("|") for line in (event.__doc__ or "").splitlines() if "|" in line]
    told = [(row[2].strip(), int(row[1]), row[3].strip()) for row in lines[2:]]

    assert told == [(name, at, WORDS[kind]) for name, at, kind in FIELDS]


# --- constants ------------------------------------------------------------------------------------
def test_constants_are_those_of_dbn() -> None:
    """Characters of action and side, bits of flags, values for what is not given."""
    actions = {name: chr(member) for name, member in Action.__members__.items()}
    sides = {name: chr(member) for name, member in Side.__members__.items()}

    assert actions == {
        "ADD": "A", "CANCEL": "C", "MODIFY": "M", "CLEAR": "R", "TRADE": "T", "FILL": "F",
        "NONE": "N",
    }  # fmt: skip
    assert sides == {"BID": "B", "ASK": "A", "NONE": "N"}
    assert {flag.name: int(flag) for flag in Flag} == {
        "LAST": 128, "TOB": 64, "SNAPSHOT": 32, "MBP": 16, "BAD_TS_RECV": 8, "MAYBE_BAD_BOOK": 4,
        "IMPLIED": 2,
    }  # fmt: skip
    assert event.UNDEF_PRICE == 2**63 - 1
    assert event.PRICE_SCALE == -9


def test_kinds_never_change_their_number() -> None:
    """Stored rows are read by number."""
    assert [kind.name for kind in sorted(Kind)] == [
        "OTHER", "ORDER", "LEVEL", "CLEAR", "CHANNEL_RESET", "TRADE", "TRADE_ORDER", "STATISTIC",
        "STATUS", "INSTRUMENT", "SESSION", "SNAPSHOT", "END",
    ]  # fmt: skip
    assert sorted(Kind) == list(range(13))


# --- the pools ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("record", "size"),
    [(pools.BOOK, 64), (pools.ORDER, 32), (pools.LEVEL, 32), (pools.SHELF, 16), (pools.LADDER, 24)],
)
def test_pool_records_fit_cache_lines(record: "np.dtype[Any]", size: int) -> None:
    """A book to a line, two orders or levels, four shelves."""
    assert size == record.itemsize
    assert sum(record[name].itemsize for name in record.names or ()) == size


def test_pools_begin_on_cache_lines() -> None:
    """So that no record of a power of two lies across two lines."""
    made = pools.make_pools(pools.Limits(books=16, orders=64, levels=64), np.zeros(99, np.int64))

    for array in (made.books, made.orders, made.levels, made.shelves):
        assert np.asarray(array).ctypes.data % 64 == 0

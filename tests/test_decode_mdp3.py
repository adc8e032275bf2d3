"""MDP 3.0 messages as rows: events, references, nulls, codes, versions; both decoders tell alike."""

import struct
from functools import cache

import pytest
from decoder_pair import Pair
from packets import SOME_TIME, group, level, mdp3, order, root, sbe, wide_group

from feedhandler.decode import abi
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side

BOOK, TRADES, HEARTBEAT = 46, 48, 12
NULL_4, NULL_8 = 2**31 - 1, 2**63 - 1


@cache
def pair() -> Pair:
    return Pair("cme.mdp3")


@pytest.fixture
def cme() -> Pair:
    return pair()


def book(
    *levels: bytes, orders: tuple[bytes, ...] = (), end: int = 0x80, version: int = 9
) -> bytes:
    return sbe(BOOK, root(end), group(*levels, size=32), wide_group(*orders), version=version)


def test_the_worked_packet(cme: Pair) -> None:
    """A level, and the order behind it that takes price, side and instrument from it."""
    level_entry = level(4_500_250_000_000, 12, sequence=55)

    seen = cme.agree(mdp3([book(level_entry, orders=(order(777_001, 12, 1, priority=9_000_001),))]))

    one, other = seen.rows
    assert tuple(
        int(one[n])
        for n in ("kind", "level", "order_count", "instrument_sequence", "order_id", "flags")
    ) == (Kind.LEVEL, 1, 3, 55, 0, 0)
    assert tuple(int(other[n]) for n in ("kind", "order_id", "priority", "flags")) == (
        Kind.ORDER,
        777_001,
        9_000_001,
        Flag.LAST,
    )
    for name, value in {
        "price": 4_500_250_000_000, "size": 12, "instrument_id": 1001, "side": Side.BID,
        "action": Action.ADD, "ts_event": SOME_TIME,
    }.items():  # fmt: skip
        assert [value, value] == seen.column(name)


def test_an_event_ends_where_its_bit_says(cme: Pair) -> None:
    """LAST stands on the last row of the message with the bit, whatever its group."""
    open_end, closed = book(level(1, 1), end=0x04), book(level(1, 1), level(2, 2), end=0x84)

    seen = cme.agree(mdp3([open_end, closed]))

    assert seen.column("flags") == [0, 0, Flag.LAST]


def test_an_event_that_ends_without_a_row_gets_one(cme: Pair) -> None:
    """A message of no entries may only close the event."""
    seen = cme.agree(mdp3([book(end=0x80), book(end=0x04)]))

    assert [
        tuple(int(row[n]) for n in ("kind", "action", "flags", "ts_event", "size"))
        for row in seen.rows
    ] == [(Kind.END, Action.NONE, Flag.LAST, SOME_TIME, UNDEF_SIZE)]


def test_that_row_needs_room_too(cme: Pair) -> None:
    """No room for the end of an event is ROWS_FULL as well."""
    assert cme.agree(mdp3([book(end=0x80)]), rows_max=0).status == abi.ROWS_FULL


@pytest.mark.parametrize("reference", [0, 2, 255])
def test_an_order_that_refers_to_nothing_is_left_out(cme: Pair, reference: int) -> None:
    """It is counted; the message keeps its other rows, and its end."""
    orders = (order(1, 5, reference), order(2, 5, 1))

    seen = cme.agree(mdp3([book(level(1, 1), orders=orders)]))

    assert (seen.column("order_id"), seen.column("flags")) == ([0, 2], [0, Flag.LAST])
    assert seen.counted == {"messages": 1, "bad_reference": 1}


def test_nulls(cme: Pair) -> None:
    """A null price, size or count is undefined; a null priority is none."""
    entry = level(NULL_8, NULL_4, orders=NULL_4)
    seen = cme.agree(mdp3([book(entry, orders=(order(1, NULL_4, 1, priority=2**64 - 1),))]))

    assert seen.column("price") == [UNDEF_PRICE, UNDEF_PRICE]
    assert seen.column("size") == [UNDEF_SIZE, UNDEF_SIZE]
    assert seen.rows[0]["order_count"] == UNDEF_COUNT
    assert seen.rows[1]["priority"] == 0


@pytest.mark.parametrize(
    ("action", "kind", "expected"),
    [
        (0, "0", (Kind.LEVEL, Action.ADD, Side.BID, 0, 0)),
        (1, "1", (Kind.LEVEL, Action.MODIFY, Side.ASK, 0, 0)),
        (2, "E", (Kind.LEVEL, Action.CANCEL, Side.BID, Flag.IMPLIED, 0)),
        (3, "F", (Kind.LEVEL, Action.CANCEL, Side.ASK, Flag.IMPLIED, Detail.THRU)),
        (4, "0", (Kind.LEVEL, Action.CANCEL, Side.BID, 0, Detail.FROM)),
        (5, "1", (Kind.LEVEL, Action.MODIFY, Side.ASK, 0, Detail.OVERLAY)),
        (3, "J", (Kind.CLEAR, Action.CLEAR, Side.NONE, 0, 0)),
        (1, "w", (Kind.STATISTIC, Action.MODIFY, Side.ASK, 0, ord("w"))),
        (9, "?", (Kind.OTHER, Action.NONE, Side.NONE, 0, 0)),
    ],
)
def test_codes_decide_together(
    cme: Pair, action: int, kind: str, expected: tuple[int, ...]
) -> None:
    """The entry type decides first, the update action what it leaves open; the unknown is passed on."""
    seen = cme.agree(mdp3([book(level(1, 1, action=action, kind=kind), end=0)]))

    names = ("kind", "action", "side", "flags", "detail")
    assert [expected] == [tuple(int(row[n]) for n in names) for row in seen.rows]


def test_a_trade_owns_the_orders_behind_it(cme: Pair) -> None:
    """Entry i owns the next so many orders; who is owned by none has no price and no instrument."""
    trade = [
        struct.pack("<qiiIiBBI2x", price, 1, price, 1, owned, 1, 0, 1)
        for price, owned in ((10, 1), (20, 0), (30, 2))
    ]
    taken = [struct.pack("<Qi4x", n, n) for n in (1, 2, 3, 4)]

    seen = cme.agree(mdp3([sbe(TRADES, root(), group(*trade), wide_group(*taken))]))

    assert seen.column("price") == [10, 20, 30, 10, 30, 30, UNDEF_PRICE]
    assert seen.column("instrument_id") == [10, 20, 30, 10, 30, 30, 0]
    assert seen.column("flags") == [0, 0, 0, 0, 0, 0, Flag.LAST]


def test_other_schemas_newer_versions_unknown_templates(cme: Pair) -> None:
    """Skipped by their length, or read by block length: counted, never fatal."""
    messages = [
        sbe(BOOK, root(), schema=2),
        book(level(1, 1), version=14),
        sbe(999, b"whatever"),
        b"\0" * 7,
    ]

    seen = cme.agree(mdp3(messages))

    assert seen.status == 1
    assert seen.counted == {
        "messages": 4, "unknown_schema": 1, "newer_version": 1, "unknown_template": 1,
        "malformed_message": 1,
    }  # fmt: skip


def test_a_group_of_a_later_version_is_not_read(cme: Pair) -> None:
    """Template 32 has its second group since version 7; before, nothing follows the first."""
    block, entries = root(), group(level(1, 1))

    assert cme.agree(mdp3([sbe(32, block, entries, version=6)])).status == 1
    assert cme.agree(mdp3([sbe(32, block, entries, version=7)])).counted == {
        "messages": 1,
        "malformed_message": 1,
    }
    assert cme.agree(mdp3([sbe(32, block, entries, wide_group(), version=7)])).status == 1


def test_two_exponents_in_one_channel(cme: Pair) -> None:
    """Templates below 46 count prices in 1e-7: the same bytes are another price."""
    old = sbe(32, root(), group(level(100, 1)), wide_group())

    assert cme.agree(mdp3([book(level(100, 1)), old])).column("price") == [100, 10_000]


@pytest.mark.parametrize("size", [0, 10, 26])
def test_entries_shorter_than_their_fields(cme: Pair, size: int) -> None:
    """A malformed message; but an empty group may say any length."""
    entries = group(level(1, 1)[:size], size=size)

    assert cme.agree(mdp3([sbe(BOOK, root(), entries, wide_group())])).counted == {
        "messages": 1,
        "malformed_message": 1,
    }
    assert (
        cme.agree(mdp3([sbe(BOOK, root(), group(size=size), wide_group())])).rows[0]["kind"]
        == Kind.END
    )


def test_a_heartbeat_gives_no_row(cme: Pair) -> None:
    """Nor does it end an event."""
    seen = cme.agree(mdp3([sbe(HEARTBEAT, b"")]))

    assert (seen.status, seen.counted) == (0, {"messages": 1})


def test_the_role_of_a_channel_shows_in_its_messages(cme: Pair) -> None:
    """A snapshot begins with its head; all else is incremental."""
    snapshot = sbe(
        52, struct.pack("<IIiIQQHBqqq", 5, 1, 1001, 7, 1, 1, 1, 1, 1, 1, 1), group(size=22)
    )
    decoder = cme.compiled

    assert decoder.role_of(mdp3([snapshot])) == "snapshot"
    assert decoder.role_of(mdp3([book(level(1, 1))])) == "incremental"
    assert decoder.header_of(b"short") is None

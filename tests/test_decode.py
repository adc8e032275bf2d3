"""What a datagram becomes: every rule of the decoders as a small story, told by both decoders alike."""

import struct
from functools import cache

import pytest
from decoder_pair import DAY, RECEIVED, Pair
from packets import (
    SESSION,
    SOME_TIME,
    add_order,
    binary_file,
    itch,
    mdp3,
    mold,
    order_cancel,
    order_delete,
    order_executed,
    order_replace,
    sbe,
)

from feedhandler.decode import abi
from feedhandler.decode.catalog import feed
from feedhandler.decode.loading import UnknownDecoderError, decoder_of
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side


@cache
def pair(name: str) -> Pair:
    return Pair(name)


@pytest.fixture
def nasdaq() -> Pair:
    return pair("nasdaq.itch50")


@pytest.fixture
def cme() -> Pair:
    return pair("cme.mdp3")


# --- transports -----------------------------------------------------------------------------------
def test_a_mold_header_names_its_session_and_range(nasdaq: Pair) -> None:
    """The session's ten bytes are two words; the range is the first number and the count."""
    seen = nasdaq.agree(mold([order_delete(1), order_delete(2)], sequence=5)).header

    assert [
        int.from_bytes(SESSION[:8], "big"), int.from_bytes(SESSION[8:], "big"), 5, 2, abi.DATA, 0, 0, 0,
    ] == seen  # fmt: skip


@pytest.mark.parametrize(("count", "kind"), [(0, abi.HEARTBEAT), (0xFFFF, abi.END_OF_SESSION)])
def test_a_mold_packet_without_messages_has_no_unit(nasdaq: Pair, count: int, kind: int) -> None:
    """Count 0 is a heartbeat and 0xffff the end of the session: neither is a number of blocks."""
    seen = nasdaq.agree(struct.pack(">10sQH", SESSION, 9, count))

    assert seen.header is not None
    assert [9, 0, kind] == seen.header[abi.FIRST : abi.TYPE + 1]
    assert (seen.status, seen.counted) == (0, {})


def test_an_mdp3_packet_is_one_unit_with_a_send_time(cme: Pair) -> None:
    """The sequence counts packets."""
    seen = cme.agree(mdp3([sbe(12, b""), sbe(12, b"")], sequence=7)).header

    assert seen == [0, 0, 7, 1, abi.DATA, SOME_TIME, 0, 0]


def test_a_binary_file_numbers_nothing() -> None:
    """Its messages take the number that the engine gives."""
    seen = pair("nasdaq.itch50.file").agree(
        binary_file([order_delete(1), order_delete(2)]), sequence=41
    )

    assert seen.header is not None
    assert seen.header[abi.TYPE] == abi.UNSEQUENCED
    assert seen.column("sequence") == [41, 42]


@pytest.mark.parametrize(
    "payload",
    [
        mold([order_delete(1)])[:-1],
        mold([order_delete(1)]) + b"\0",
        mold([order_delete(1)])[:19],
        struct.pack(">10sQH", SESSION, 1, 2) + binary_file([order_delete(1)]),
        struct.pack(">10sQH", SESSION, 1, 0xFFFF) + b"\0",
    ],
)
def test_framing_that_does_not_fit_gives_nothing(nasdaq: Pair, payload: bytes) -> None:
    """A datagram is delivered as a whole or not at all, and its words stay zero."""
    seen = nasdaq.agree(payload)

    assert (seen.status, seen.counted) == (abi.MALFORMED, {})


def test_a_message_size_below_itself_is_malformed(cme: Pair) -> None:
    """The size of an MDP 3.0 message counts its own two bytes; 2 is an empty message, 1 a lie."""
    head = struct.pack("<IQ", 1, SOME_TIME)

    assert cme.agree(head + b"\x01\x00").status == abi.MALFORMED
    assert cme.agree(head + b"\x02\x00").counted == {"messages": 1, "empty_message": 1}


# --- sequence, words ------------------------------------------------------------------------------
def test_messages_are_numbered_one_by_one(nasdaq: Pair) -> None:
    """An empty block and an unknown type use up their numbers; the low 32 bits are kept."""
    messages = [order_delete(1), b"", itch("?", b""), order_replace(1, 2, 3, 4)]

    seen = nasdaq.agree(mold(messages), sequence=2**32 - 1)

    assert seen.column("sequence") == [2**32 - 1, 2, 2]
    assert seen.counted == {"messages": 4, "empty_message": 1, "unknown_template": 1}


def test_what_was_seen_before_is_left_out(nasdaq: Pair) -> None:
    """SKIP messages are passed over and keep their numbers."""
    seen = nasdaq.agree(mold([order_delete(n) for n in (1, 2, 3)]), sequence=10, skip=2)

    assert (
        seen.column("order_id"), seen.column("sequence"), seen.counted,
    ) == ([3], [12], {"messages": 1})  # fmt: skip


def test_every_row_of_a_packet_has_its_number(cme: Pair) -> None:
    """Where the venue counts packets, messages have no number of their own."""
    one = sbe(15, b"\x1e")

    assert cme.agree(mdp3([one, one]), sequence=99).column("sequence") == [99, 99]


def test_a_row_carries_what_the_engine_knows(nasdaq: Pair) -> None:
    """Time of capture, channel, and flags such as MAYBE_BAD_BOOK."""
    seen = nasdaq.agree(mold([order_delete(1)]), channel=65535, row_flags=Flag.MAYBE_BAD_BOOK)

    assert [
        (int(row["ts_recv"]), int(row["channel_id"]), int(row["flags"])) for row in seen.rows
    ] == [(RECEIVED, 65535, Flag.MAYBE_BAD_BOOK | Flag.LAST)]


@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_rows_that_do_not_fit_are_said_so(nasdaq: Pair, room: int) -> None:
    """ROWS_FULL claims no row and counts nothing: the engine comes again with more room."""
    seen = nasdaq.agree(mold([order_delete(1), order_replace(1, 2, 3, 4)]), rows_max=room)

    assert ((3, {"messages": 2}) if room == 3 else (abi.ROWS_FULL, {})) == (
        seen.status, seen.counted,
    )  # fmt: skip


def test_full_rows_do_not_hide_bad_framing(nasdaq: Pair) -> None:
    """Whether a datagram is malformed does not depend on the room for its rows."""
    cut = mold([order_delete(1), order_delete(2)])[:-1]

    assert nasdaq.agree(cut, rows_max=0).status == abi.MALFORMED


# --- ITCH -----------------------------------------------------------------------------------------
def test_the_life_of_an_order(nasdaq: Pair) -> None:
    """Add, executed, partly cancelled, replaced, deleted: the specification's own packet and more."""
    life = [
        add_order(1001, "B", 300, 1_234_500),
        order_executed(1001, 50),
        order_cancel(1001, 100),
        order_replace(1001, 1002, 80, 1_234_600),
        order_delete(1002),
    ]

    seen = nasdaq.agree(mold(life))

    columns = ("action", "order_id", "side", "price", "size", "detail", "flags")
    none = (Side.NONE, UNDEF_PRICE)
    assert [
        (Action.ADD, 1001, Side.BID, 123_450_000_000, 300, 0, Flag.LAST),
        (Action.FILL, 1001, *none, 50, 0, Flag.LAST),
        (Action.CANCEL, 1001, *none, 100, 0, Flag.LAST),
        (Action.CANCEL, 1001, *none, UNDEF_SIZE, Detail.REPLACE, 0),
        (Action.ADD, 1002, Side.NONE, 123_460_000_000, 80, Detail.REPLACE, Flag.LAST),
        (Action.CANCEL, 1002, *none, UNDEF_SIZE, 0, Flag.LAST),
    ] == [tuple(int(row[name]) for name in columns) for row in seen.rows]
    assert {Kind.ORDER} == set(seen.column("kind"))
    assert {7} == set(seen.column("instrument_id"))
    assert {DAY + 34_200_000_000_000} == set(seen.column("ts_event"))


def test_a_longer_message_is_a_later_revision(nasdaq: Pair) -> None:
    """Its known part counts; a shorter one is malformed and costs only itself."""
    messages = [order_delete(1) + b"new", order_delete(2)[:-1], order_delete(3)]

    seen = nasdaq.agree(mold(messages))

    assert seen.column("order_id") == [1, 3]
    assert seen.counted == {"messages": 3, "malformed_message": 1}


def test_a_size_that_no_row_can_hold_is_undefined(nasdaq: Pair) -> None:
    """Shares of a cross have 64 bits unsigned."""
    cross = [struct.pack(">Q8sIQc", n, b"TEST", 1, 1, b"O") for n in (2**63 - 2, 2**63, 2**64 - 1)]

    seen = nasdaq.agree(mold([itch("Q", body) for body in cross]))

    assert seen.column("size") == [2**63 - 2, UNDEF_SIZE, UNDEF_SIZE]


def test_a_price_beyond_the_range_is_counted(nasdaq: Pair) -> None:
    """Ten decimals of an eight-byte price may not fit: undefined, and counted for each row."""
    limit = (2**63 - 1) // 10

    seen = nasdaq.agree(mold([itch("V", struct.pack(">QQQ", limit, limit + 1, 2**64 - 1))]))

    assert [limit * 10, UNDEF_PRICE, UNDEF_PRICE] == seen.column("price")
    assert seen.counted == {"messages": 1, "price_range": 2}


# --- loading ---------------------------------------------------------------------------------------
def test_decoders_have_two_names(cme: Pair) -> None:
    """Compiled and kaitai; any other is refused."""
    for name in ("compiled", "kaitai"):
        assert cme.feed.name == decoder_of(cme.feed, name).feed.name
    with pytest.raises(UnknownDecoderError, match="unknown decoder 'fast'; known: compiled"):
        decoder_of(feed("cme.mdp3"), "fast")

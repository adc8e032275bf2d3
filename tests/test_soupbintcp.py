"""The SoupBinTCP client as stories: bytes of the server in, events and bytes to send out.

The invariant of the property tests: however the stream is cut, the same is heard; and no bytes at all raise.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soup_bytes import GOODBYE, SECOND, SERVER, accepted, cut, soup, told

from feedhandler.session.backend import Action, Close, Connect, Send, Wake
from feedhandler.session.soupbintcp import (
    Accepted,
    Lost,
    Message,
    Rejected,
    SessionEnded,
    SoupClient,
    SoupEvent,
    SoupSettings,
    Unsequenced,
)

SETTINGS = SoupSettings(SERVER, "USER", "SECRET")


def opened(**changes: int) -> SoupClient:
    it = SoupClient(replace(SETTINGS, **changes))
    it.login("", 1, 0)
    return it


def heard(it: SoupClient, data: bytes, now_ns: int = 0) -> list[Action | SoupEvent]:
    return told(it.take(data, now_ns), wakes=Wake)


def test_the_worked_login() -> None:
    """Byte for byte: USER, SECRET, the current session, message 1; accepted with number 1."""
    it = SoupClient(SETTINGS)
    begun = it.login("", 1, 0)
    answer = bytes.fromhex(
        "001f41 53455353494f4e303031 2020202020202020202020202020202020202031 000148"
    )
    seen = list(it.take(answer, 7))

    assert begun == [
        Connect(SERVER),
        Send(
            SERVER,
            bytes.fromhex(
                "002f4c 555345522020 53454352455420202020 20202020202020202020"
                "2020202020202020202020202020202020202031"
            ),
        ),
        Wake(5 * SECOND),
    ]
    assert seen == [Accepted("SESSION001", 1), Wake(7 + SECOND)]


def test_a_server_of_version_4_10_is_told_what_to_bear() -> None:
    """Five more digits, and nothing else changes."""
    it = SoupClient(replace(SETTINGS, bears_silence_ms=15_000))
    sent = it.login("S1", 42, 0)[1]

    assert sent == Send(
        SERVER, soup("L", b"USER  SECRET    S1        " + b"42".rjust(20) + b"15000")
    )


def test_messages_are_counted_from_what_was_accepted() -> None:
    """Heartbeats, debug text and unsequenced messages take no number."""
    it = opened()
    stream = accepted(9) + soup("S", b"x") + soup("H") + soup("U", b"u") + soup("S", b"")

    assert heard(it, stream + soup("+", b"hello") + soup("S", b"y")) == [
        Accepted("SESSION001", 9), Message(9, b"x"), Unsequenced(b"u"), Message(10, b""),
        Message(11, b"y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        (soup("J", b"A"), Rejected("login rejected: not authorised")),
        (soup("J", b"S"), Rejected("login rejected: no such session")),
        (soup("J", b"?"), Rejected("login rejected: b'?'")),
        (soup("J"), Rejected("login rejected: b''")),
        (b"", Lost("connection closed")),
        (b"\0\0", Lost("packet of 0 bytes")),
        (b"\x01\x01S", Lost("packet of 257 bytes")),
        (soup("S", b"x"), Lost("packet b'S' in state LOGIN")),
        (soup("Q"), Lost("packet b'Q' in state LOGIN")),
        (accepted("x"), Lost("login accepted without a number")),
        (accepted("-1"), Lost("login accepted without a number")),
        (accepted(1)[:-1] + b"", None),
        (soup("A", b"SESSION001" + b"1"), Lost("login accepted without a number")),
    ],
)
def test_a_login_may_end_otherwise(answer: bytes, ends: SoupEvent | None) -> None:
    """Rejected, closed or nonsense: the connection is closed and nothing more is heard."""
    it = opened(packet_bytes_max=256)

    assert heard(it, answer) == ([Close(SERVER), ends] if ends else [])
    assert it.idle == (ends is not None)
    assert not it.idle or (heard(it, accepted(1)), it.tick(99 * SECOND)) == ([], [])


def test_the_session_ends() -> None:
    """What comes behind the end is dropped."""
    it = opened()

    assert heard(it, accepted(1) + soup("S", b"x") + soup("Z") + soup("S", b"y")) == [
        Accepted("SESSION001", 1), Message(1, b"x"), Close(SERVER), SessionEnded(),
    ]  # fmt: skip


def test_a_second_login_on_a_connection_breaks_it() -> None:
    """Accepted twice is against the protocol."""
    it = opened()

    assert heard(it, accepted(1) + accepted(1))[1:] == [
        Close(SERVER), Lost("packet b'A' in state STREAM"),
    ]  # fmt: skip


def test_heartbeats_go_both_ways_until_the_server_is_silent() -> None:
    """One a second when nothing else was sent; five seconds without a word end the connection."""
    it = opened()
    heard(it, accepted(1), SECOND)
    seen = [(now, told(it.tick(now * SECOND // 2), wakes=Wake)) for now in range(2, 8)]
    heard(it, soup("H"), 4 * SECOND)
    seen += [(now, told(it.tick(now * SECOND), wakes=Wake)) for now in (8, 9)]
    beat = [Send(SERVER, soup("R"))]

    assert seen == [
        (2, []), (3, []), (4, beat), (5, []), (6, beat), (7, []),
        (8, beat), (9, [Close(SERVER), Lost("silence")]),
    ]  # fmt: skip


def test_each_tick_asks_for_the_next() -> None:
    """The next heartbeat, or the end of patience, whichever is earlier."""
    it = opened(silence_ns=SECOND * 3 // 2)

    assert it.tick(1) == [Wake(5 * SECOND)]
    heard(it, accepted(1), SECOND)
    assert it.tick(SECOND) == [Wake(2 * SECOND)]
    assert it.tick(2 * SECOND) == [Send(SERVER, soup("R")), Wake(SECOND * 5 // 2)]


def test_a_login_without_an_answer_is_given_up() -> None:
    """Five seconds."""
    it = opened()

    assert it.tick(5 * SECOND) == [Close(SERVER), Lost("no answer to the login")]


def test_logging_out() -> None:
    """Politely when logged in, at once before that, and once only."""
    it = opened()
    heard(it, accepted(1))

    assert it.logout() == GOODBYE
    assert it.logout() == []
    assert opened().logout() == [Close(SERVER)]


def test_who_has_heard_enough_hears_no_more() -> None:
    """Logging out between two packets of one read drops the second."""
    it = opened()
    seen = []
    for each in it.take(accepted(1) + soup("S", b"x") + soup("S", b"y"), 0):
        seen.append(each)
        if isinstance(each, Message):
            it.logout()

    assert seen[-1] == Message(1, b"x")


def test_a_new_connection_begins_anew() -> None:
    """Half a packet of the old one is forgotten."""
    it = opened()
    heard(it, accepted(1) + soup("S", b"x")[:-1])
    it.login("SESSION001", 1, 0)

    assert heard(it, accepted(1) + soup("S", b"y"))[-1] == Message(1, b"y")


PACKETS = st.one_of(
    st.builds(soup, st.sampled_from("SSSSUH+ZQAJ"), st.binary(max_size=12)),
    st.just(accepted(3)),
    st.binary(max_size=6),
)


@settings(deadline=None)
@given(
    st.sampled_from([b"", accepted(1)]),
    st.lists(PACKETS, max_size=12),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_any_cut_of_the_stream_is_heard_alike(
    answer: bytes, packets: list[bytes], cuts: list[int]
) -> None:
    """TCP may join and split packets anywhere; rubbish ends a connection and raises nothing."""
    stream = answer + b"".join(packets)
    whole, pieces = opened(), opened()

    assert cut(stream, [], lambda data: list(whole.take(data, 5) if data else [])) == cut(
        stream, cuts, lambda data: list(pieces.take(data, 5) if data else [])
    )

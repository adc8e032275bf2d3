"""Replay over SoupBinTCP as stories: messages of the wanted numbers come as MoldUDP64 packets.

The invariant of the property test: however the stream is cut, the actions are the same, and no bytes raise.
"""

from dataclasses import replace
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soup_bytes import GOODBYE, SECOND, SERVER, accepted, cut, login, soup, told

from feedhandler.counter import Counter, new_counters
from feedhandler.session.backend import (
    Action,
    Close,
    Connect,
    Done,
    Failed,
    Inject,
    Peer,
    Send,
    Transport,
    Wake,
)
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.soupbintcp import SoupSettings

SETTINGS = SoupSettings(SERVER, "USER", "SECRET")
NAME = "SESSION001"


def client(**limits: int) -> SoupReplay:
    return SoupReplay(SETTINGS, NAME.encode(), replace(ReplayLimits(retry_ns=SECOND), **limits))


def opening(first: int) -> list[Action]:
    return [Connect(SERVER), login(first, NAME)]


def injected(sequence: int, payload: bytes) -> Inject:
    """A packet of one message."""
    return Inject(NAME.encode() + pack(">QHH", sequence, 1, len(payload)) + payload)


def heard(it: SoupReplay, data: bytes, now_ns: int = 0) -> list[Action]:
    return told(it.take(SERVER, data, now_ns), wakes=Wake)


def test_ranges_come_one_after_the_other() -> None:
    """Each with a login at its first message and a logout behind its last."""
    it = client()
    seen = told(it.begin(5, 2, 0) + it.begin(9, 1, 0), wakes=Wake)
    seen += heard(it, accepted(5) + soup("S", b"a") + soup("H") + soup("S", b"b") + soup("S", b"c"))
    seen += heard(it, accepted(9) + soup("S", b"e"))

    assert seen == [
        *opening(5), injected(5, b"a"), injected(6, b"b"), *GOODBYE, Done(5, 2),
        *opening(9), injected(9, b"e"), *GOODBYE, Done(9, 1),
    ]  # fmt: skip


def test_a_broken_connection_is_resumed() -> None:
    """At the next message; only attempts that bring nothing are counted."""
    it = client(attempts_max=2)
    seen = told(it.begin(5, 3, 0), wakes=Wake)
    for now in (1, 2):
        seen += heard(it, accepted(4 + now) + soup("S", b"a")) + heard(it, b"", 0)
        assert it.tick(0) == [Wake(SECOND)]
        seen += told(it.tick(SECOND), wakes=Wake)
    seen += heard(it, b"", 0) + told(it.tick(SECOND), wakes=Wake) + heard(it, b"", 0)

    assert seen == [
        *opening(5), injected(5, b"a"), Close(SERVER),
        *opening(6), injected(6, b"a"), Close(SERVER),
        *opening(7), Close(SERVER),
        *opening(7), Close(SERVER), Failed("connection closed", 5, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "goodbye", "reason"),
    [
        (accepted(6), GOODBYE, "asked for 5, offered 6"),
        (accepted(5, "OTHERDAY01") + soup("S", b"a"), GOODBYE,
         "asked for session SESSION001, offered OTHERDAY01"),
        (accepted(5, "") + soup("S", b"a"), GOODBYE,
         "asked for session SESSION001, offered one without a name"),
        (accepted(5) + soup("Z"), [Close(SERVER)], "end of session"),
        (soup("J", b"S"), [Close(SERVER)], "login rejected: no such session"),
    ],
)  # fmt: skip
def test_some_answers_are_final(answer: bytes, goodbye: list[Action], reason: str) -> None:
    """The range fails at once, and the next one is begun."""
    it = client()
    it.begin(5, 3, 0)
    it.begin(20, 1, 0)

    assert heard(it, answer) == [*goodbye, Failed(reason, 5, 3), *opening(20)]


@pytest.mark.parametrize("offered", ["DAY1", "      DAY1", "DAY1      "])
@pytest.mark.parametrize("lines", [b"DAY1", b"DAY1      ", b"      DAY1"])
def test_padding_makes_no_other_session(lines: bytes, offered: str) -> None:
    """MoldUDP64 pads names on the right, SoupBinTCP on the left."""
    it = SoupReplay(SETTINGS, lines)
    it.begin(5, 1, 0)

    assert heard(it, accepted(5, offered) + soup("S", b"a"))[1:] == [*GOODBYE, Done(5, 1)]
    assert it._counters[Counter.REPLIES_REFUSED] == 0


def test_where_the_lines_name_no_session_the_current_one_is_asked_for() -> None:
    """Whatever its name is."""
    it = SoupReplay(SETTINGS, b" " * 10)

    assert it.begin(5, 1, 0)[:2] == [Connect(SERVER), login(5, "")]
    assert heard(it, accepted(5, "OTHERDAY01") + soup("S", b"a"))[1:] == [*GOODBYE, Done(5, 1)]


def test_another_session_is_counted_as_a_refusal() -> None:
    """As it is of MoldUDP64."""
    it = client()
    it.begin(5, 1, 0)
    heard(it, accepted(5, "OTHERDAY01"))

    assert it._counters[Counter.REPLIES_REFUSED] == 1


def test_the_link_is_kept_alive_and_given_up() -> None:
    """Heartbeats; then silence."""
    it = client(attempts_max=1)
    it.begin(5, 3, 0)
    heard(it, accepted(5))

    assert told(it.tick(SECOND), wakes=Wake) == [Send(SERVER, soup("R"))]
    assert it.tick(5 * SECOND) == [Close(SERVER), Failed("silence", 5, 3)]
    assert it.tick(6 * SECOND) == []


def test_limits_are_told() -> None:
    """Too many ranges, too many messages."""
    it = client(ranges_max=1, messages_max=10)

    assert it.begin(5, 11, 0) == [Failed("too many messages", 5, 11)]
    it.begin(5, 10, 0)
    assert it.begin(50, 1, 0) == [Failed("too many ranges", 50, 1)]
    heard(it, soup("J", b"S"))
    names = Counter.RECOVERY_LIMIT, Counter.RECOVERY_FAILED
    assert [int(it._counters[name]) for name in names] == [2, 3]


def test_stopped_it_logs_out() -> None:
    """Whether it is connected or waits to try again."""
    it = client()
    it.begin(5, 3, 0)
    heard(it, b"")

    assert it.stop(0) == []
    assert it.tick(9 * SECOND) == []
    it.begin(5, 3, 0)
    heard(it, accepted(5))
    assert it.stop(0) == GOODBYE


def test_what_was_done_is_counted() -> None:
    """Logins, retries, messages, and what was of no use."""
    counters = new_counters()
    it = SoupReplay(SETTINGS, NAME.encode(), counters=counters)
    it.begin(5, 3, 0)
    it.take(SERVER, b"", 0)
    it.tick(SECOND)
    it.take(SERVER, accepted(5) + soup("S", b"a") + soup("U"), SECOND)
    it.take(Peer(Transport.TCP, "192.0.2.9", 1), b"who?", SECOND)
    names = (
        Counter.REQUESTS, Counter.REQUEST_RETRIES, Counter.REPLIES, Counter.REPLIES_UNWANTED,
    )  # fmt: skip

    assert [int(counters[name]) for name in names] == [2, 1, 1, 2]


PACKETS = st.one_of(
    st.builds(soup, st.sampled_from("SSSSSSUH+Z"), st.binary(max_size=12)),
    st.binary(max_size=6),
)


@settings(deadline=None)
@given(
    st.sampled_from([b"", accepted(5), accepted(5), accepted(2)]),
    st.lists(PACKETS, max_size=12),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_any_cut_of_the_stream_gives_the_same_actions(
    answer: bytes, packets: list[bytes], cuts: list[int]
) -> None:
    """Bytes behind the end of a connection are not the next one's."""
    stream = answer + b"".join(packets)
    seen = []
    for places in ([], cuts):
        it = client()
        it.begin(5, 4, 0)
        it.begin(20, 1, 0)
        seen.append(cut(stream, places, lambda data, it=it: it.take(SERVER, data, 5)))

    assert seen[0] == seen[1]

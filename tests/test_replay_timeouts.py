"""Connections that stay alive and bring nothing: a range must end all the same, or a replay would wait for ever."""

from dataclasses import replace
from typing import TYPE_CHECKING

from soup_bytes import GOODBYE, SECOND, SERVER, accepted, soup, told
from test_soup_replay import client, injected, opening
from test_tcp_replay import ADMIN_LOGIN, LOGON, framed, packet
from test_tcp_replay import GOODBYE as TCP_GOODBYE
from test_tcp_replay import client as tcp_client
from test_tcp_replay import request as tcp_request

from feedhandler.session.backend import Action, Failed, Inject, Send, Wake
from feedhandler.session.moldudp64_request import HEADER, MoldRequest
from feedhandler.session.soup_replay import SoupReplay

if TYPE_CHECKING:
    from feedhandler.session.tcp_replay import CmeTcpReplay

BEAT = Send(SERVER, soup("R"))


def plain(actions: list[Action]) -> list[Action]:
    """Without wakes and heartbeats."""
    return [each for each in told(actions, wakes=Wake) if each != BEAT]


def beaten(it: SoupReplay, first: int, last: int) -> list[Action]:
    """A heartbeat each second, and what time does."""
    seen: list[Action] = []
    for second in range(first, last + 1):
        seen += it.take(SERVER, soup("H"), second * SECOND)
        seen += it.tick(second * SECOND)
    return plain(seen)


def test_a_session_that_only_beats_is_left_and_tried_again() -> None:
    """Each attempt has its time; then the range fails."""
    it = client(timeout_ns=4 * SECOND, attempts_max=2)
    it.begin(5, 2, 0)
    it.take(SERVER, accepted(5), 0)
    first = beaten(it, 1, 4)
    again = plain(it.tick(5 * SECOND))
    it.take(SERVER, accepted(5), 5 * SECOND)
    second = beaten(it, 6, 9)

    assert first == GOODBYE
    assert again == opening(5)
    assert second == [*GOODBYE, Failed("took too long", 5, 2)]
    assert it.tick(99 * SECOND) == []


def test_a_session_that_is_slow_is_not() -> None:
    """The time is that from message to message."""
    it = client(timeout_ns=4 * SECOND)
    it.begin(5, 3, 0)
    it.take(SERVER, accepted(5), 0)
    seen = beaten(it, 1, 3)
    seen += plain(it.take(SERVER, soup("S", b"a"), 3 * SECOND))
    seen += beaten(it, 4, 6)
    seen += plain(it.take(SERVER, soup("S", b"b"), 6 * SECOND))

    assert seen == [injected(5, b"a"), injected(6, b"b")]


def test_so_it_is_with_packets_of_cme() -> None:
    """Heartbeats of the venue are answered, and are no packets."""
    it: CmeTcpReplay = tcp_client(timeout_ns=4 * SECOND, attempts_max=1)
    beat = framed(packet(2, 12))
    seen = told(it.begin(5, 2, 0), wakes=Wake)
    seen += told(it.take(SERVER, framed(ADMIN_LOGIN), SECOND), wakes=Wake)
    for second in (2, 3, 4):
        it.take(SERVER, beat, second * SECOND)
    seen += told(it.take(SERVER, framed(packet(5)), 4 * SECOND), wakes=Wake)
    for second in (5, 6, 7):
        it.take(SERVER, beat, second * SECOND)
        assert it.tick(second * SECOND) == [Wake(8 * SECOND)]
    seen += told(it.tick(8 * SECOND), wakes=Wake)

    assert seen == [
        *LOGON, tcp_request(5, 6), Inject(packet(5)), *TCP_GOODBYE, Failed("silence", 5, 2),
    ]  # fmt: skip


def test_the_server_that_answered_is_asked_first() -> None:
    """The first one is down: it costs the first range its patience, and the later ones nothing."""
    first, second = SERVER, replace(SERVER, port=2)
    it = MoldRequest([first, second], b"SESSION001")
    asked = [each.peer for each in it.begin(5, 1, 0) if isinstance(each, Send)]
    asked += [each.peer for each in it.tick(SECOND) if isinstance(each, Send)]
    it.take(second, HEADER.pack(b"SESSION001", 5, 1) + b"\0\1x", SECOND)
    asked += [each.peer for each in it.begin(9, 1, SECOND) if isinstance(each, Send)]

    assert asked == [first, second, second]
    assert it.peers == (first, second)

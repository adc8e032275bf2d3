"""CME TCP replay as stories: FIX text out, framed packets in, injected packets and ends out.

The invariant of the property test: however the stream is cut, the actions are the same, and no bytes raise.
"""

from dataclasses import replace
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soup_bytes import SECOND, SERVER, cut, told

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
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings, fix

SETTINGS = ReplaySettings(SERVER, "CME", "PASS", 310, retry_ns=SECOND)


def packet(sequence: int, template: int = 46, body: bytes = b"") -> bytes:
    """A packet of one message: header, size, SBE header, body."""
    return pack("<IQHHHHH", sequence, 1, 10 + len(body), len(body), template, 1, 13) + body


def framed(*packets: bytes) -> bytes:
    """Packets as the stream carries them."""
    return b"".join(len(each).to_bytes(2, "little") + each for each in packets)


ADMIN_LOGIN = packet(1, 15, b"\x1e")
LOGON = [Connect(SERVER), Send(SERVER, fix((35, "A"), (553, "CME"), (554, "PASS")))]
GOODBYE = [Send(SERVER, fix((35, "5"))), Close(SERVER)]


def logout(text: str) -> bytes:
    return packet(2, 16, text.encode().ljust(180, b"\0"))


def request(first: int, last: int, number: int = 1) -> Send:
    fields = (35, "V"), (1180, 310), (262, f"310-{number}"), (1182, first), (1183, last)
    return Send(SERVER, fix(*fields))


def client(**changes: int) -> CmeTcpReplay:
    return CmeTcpReplay(replace(SETTINGS, **changes))


def heard(it: CmeTcpReplay, data: bytes, now_ns: int = 0) -> list[Action]:
    return told(it.take(SERVER, data, now_ns), wakes=Wake)


def test_fix_text_by_hand() -> None:
    """Length of the body, and the sum of all bytes before the checksum, modulo 256."""
    text = fix((35, "A"), (553, "CME"), (554, "CME"))
    before = text[: text.index(b"10=")]

    assert before == b"9=21\x0135=A\x01553=CME\x01554=CME\x01"
    assert text[len(before) :] == f"10={sum(before) % 256:03}\x01".encode()


def test_ranges_come_one_after_the_other_on_a_connection_each() -> None:
    """Logon, request, packets; then goodbye and the next."""
    it = client()
    seen = told(it.begin(70, 2, 0) + it.begin(90, 1, 0), wakes=Wake)
    seen += heard(it, framed(ADMIN_LOGIN, packet(70), packet(71)))
    seen += heard(it, framed(ADMIN_LOGIN)) + heard(it, framed(packet(90)))

    assert seen == [
        *LOGON, request(70, 71), Inject(packet(70)), Inject(packet(71)), Done(70, 2), *GOODBYE,
        *LOGON, request(90, 90, 2), Inject(packet(90)), Done(90, 1), *GOODBYE,
    ]  # fmt: skip


def test_heartbeats_of_the_connection_are_answered() -> None:
    """One with a number that was asked is a packet of the feed like any other."""
    it = client()
    it.begin(70, 2, 0)
    heard(it, framed(ADMIN_LOGIN))

    assert heard(it, framed(packet(3, 12), packet(70, 12), packet(99), packet(70))) == [
        Send(SERVER, fix((35, "0"))), Inject(packet(70, 12)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (framed(logout("Invalid password")), "refused: Invalid password"),
        (framed(ADMIN_LOGIN, logout("")), "logged out early"),
        (framed(ADMIN_LOGIN, packet(70), logout("older than 24 hours")),
         "refused: older than 24 hours"),
    ],
)  # fmt: skip
def test_a_refusal_is_final(stream: bytes, reason: str) -> None:
    """The venue says why; the next range is begun."""
    it = client()
    it.begin(70, 2, 0)
    it.begin(80, 1, 0)

    assert heard(it, stream)[-5:] == [*GOODBYE, Failed(reason, 70, 2), *LOGON]


def test_a_broken_connection_asks_for_what_is_still_missing() -> None:
    """Closed, nonsense, silent: each is one of the attempts."""
    it = client()
    seen = told(it.begin(70, 3, 0), wakes=Wake)
    seen += heard(it, framed(ADMIN_LOGIN, packet(70))) + heard(it, b"")
    assert it.tick(1) == [Wake(SECOND)]
    seen += told(it.tick(SECOND), wakes=Wake)
    seen += heard(it, framed(ADMIN_LOGIN, packet(71)) + framed(b"?" * 17), SECOND)
    seen += told(it.tick(2 * SECOND), wakes=Wake)
    assert it.tick(7 * SECOND - 1) == [Wake(7 * SECOND)]
    seen += told(it.tick(7 * SECOND), wakes=Wake)

    assert seen == [
        *LOGON, request(70, 72), Inject(packet(70)), *GOODBYE,
        *LOGON, request(71, 72, 2), Inject(packet(71)), *GOODBYE,
        *LOGON, *GOODBYE, Failed("silence", 70, 3),
    ]  # fmt: skip
    assert it.tick(99 * SECOND) == []


def test_too_large_a_gap_is_not_for_this() -> None:
    """2,000 packets at most; nor too many ranges, nor numbers that do not exist."""
    it = client(ranges_max=1)

    assert it.begin(1, 2001, 0) == [Failed("more than 2000 packets", 1, 2001)]
    assert it.begin(0, 1, 0) == [Failed("no such packet", 0, 1)]
    assert it.begin(2**32 - 1, 2, 0) == [Failed("no such packet", 2**32 - 1, 2)]
    last = 2**32 - 1
    assert told(it.begin(last, 1, 0), wakes=Wake) == LOGON
    it.stop(0)
    assert told(it.begin(1, 2000, 0), wakes=Wake) == LOGON
    assert it.begin(9, 1, 0) == [Failed("too many ranges", 9, 1)]
    names = Counter.RECOVERY_LIMIT, Counter.RECOVERY_FAILED
    assert [int(it._counters[name]) for name in names] == [4, 4]


def test_the_smallest_packet_and_the_wrong_one() -> None:
    """A head and nothing else is whole; before the login nothing of the feed is taken, nor a second login."""
    it = client()
    it.begin(70, 1, 0)
    small = packet(70)[:18]

    assert heard(it, framed(small)) == []
    assert heard(it, framed(ADMIN_LOGIN, ADMIN_LOGIN)) == [request(70, 70)]
    assert heard(it, framed(small)) == [Inject(small), Done(70, 1), *GOODBYE]


def test_stopped_it_logs_out() -> None:
    """And forgets the ranges; what still comes is nobody's."""
    it = client()
    it.begin(70, 2, 0)

    assert it.stop(0) == GOODBYE
    assert it.stop(0) == []
    assert heard(it, framed(ADMIN_LOGIN)) == []
    assert it.tick(99 * SECOND) == []


def test_what_was_done_is_counted() -> None:
    """Requests, retries, packets, and what was of no use."""
    counters = new_counters()
    it = CmeTcpReplay(SETTINGS, counters)
    it.begin(70, 2, 0)
    it.take(SERVER, framed(b""), 0)
    it.tick(SECOND)
    it.take(Peer(Transport.TCP, "192.0.2.9", 1), b"who?", SECOND)
    it.take(SERVER, framed(ADMIN_LOGIN, packet(70), packet(5), logout("no")), SECOND)
    it.take(SERVER, b"", SECOND)
    names = (
        Counter.REQUESTS, Counter.REQUEST_RETRIES, Counter.REPLIES, Counter.REPLIES_UNWANTED,
        Counter.REPLIES_REFUSED, Counter.REPLIES_MALFORMED, Counter.RECOVERY_FAILED,
    )  # fmt: skip

    assert [int(counters[name]) for name in names] == [2, 1, 1, 2, 1, 1, 1]


PACKETS = st.one_of(
    st.builds(packet, st.integers(68, 76), st.sampled_from([46, 46, 46, 12, 15, 16])).map(framed),
    st.builds(lambda text: framed(logout(text)), st.text("abc", max_size=4)),
    st.binary(max_size=24),
)


@settings(deadline=None)
@given(
    st.sampled_from([b"", framed(ADMIN_LOGIN), framed(ADMIN_LOGIN)]),
    st.lists(PACKETS, max_size=12),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_any_cut_of_the_stream_gives_the_same_actions(
    answer: bytes, packets: list[bytes], cuts: list[int]
) -> None:
    """TCP may join and split packets anywhere; rubbish raises nothing."""
    stream = answer + b"".join(packets)
    seen = []
    for places in ([], cuts):
        it = client()
        it.begin(70, 4, 0)
        it.begin(90, 1, 0)
        seen.append(cut(stream, places, lambda data, it=it: it.take(SERVER, data, 5)))

    assert seen[0] == seen[1]

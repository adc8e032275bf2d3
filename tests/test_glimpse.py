"""GLIMPSE as stories: the bytes of a snapshot server in, the snapshot and the ends of ranges out.

The invariant of the property test: however the stream is cut, the actions are the same, and no bytes raise.
"""

from dataclasses import replace

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
    Peer,
    Send,
    Snapshot,
    Transport,
    Wake,
)
from feedhandler.session.glimpse import Glimpse, SnapshotLimits
from feedhandler.session.soupbintcp import SoupSettings

SETTINGS = SoupSettings(SERVER, "USER", "SECRET")
LOGIN = [Connect(SERVER), login(1)]


def snapshot(*messages: bytes, end: int | str = 101) -> bytes:
    """A whole answer: accepted, messages, end of snapshot."""
    body = b"".join(soup("S", message) for message in messages)
    return accepted(1) + body + soup("S", f"G{end:>20}".encode())


def client(**limits: int) -> Glimpse:
    return Glimpse(SETTINGS, replace(SnapshotLimits(retry_ns=SECOND), **limits))


def heard(it: Glimpse, data: bytes, now_ns: int = 0) -> list[Action]:
    return told(it.take(SERVER, data, now_ns), wakes=Wake)


def ticked(it: Glimpse, now_ns: int) -> list[Action]:
    return told(it.tick(now_ns), wakes=Wake)


def test_a_snapshot_ends_the_gap() -> None:
    """Login at message 1, messages until G, then the number at which the feed goes on."""
    it = client()
    begun = told(it.begin(50, 10, 0), wakes=Wake)
    seen = heard(it, snapshot(b"R..", b"A..", b"A.."))

    assert begun == LOGIN
    assert seen == [Snapshot((b"R..", b"A..", b"A.."), 101), Done(50, 10), *GOODBYE]
    assert it.tick(99 * SECOND) == []


def test_one_snapshot_serves_all_who_wait() -> None:
    """A range that began while it was under way, too; one that it reaches in part is shortened."""
    it = client()
    it.begin(50, 10, 0)

    assert it.begin(90, 20, 0) == []
    assert heard(it, snapshot(b"A..")) == [
        Snapshot((b"A..",), 101), Done(50, 10), Done(90, 11), *GOODBYE,
    ]  # fmt: skip


def test_a_snapshot_that_is_too_old_is_fetched_again() -> None:
    """For the range that it did not reach; three times, then that range fails."""
    it = client()
    it.begin(50, 10, 0)
    it.begin(102, 1, 0)  # what comes next is not in the snapshot
    seen = heard(it, snapshot(b"A..", end=101))
    for now in (1, 2):
        seen += ticked(it, now * SECOND)
        seen += heard(it, snapshot(b"A..", end=102), now * SECOND)

    assert seen == [
        Snapshot((b"A..",), 101), Done(50, 10), *GOODBYE,
        *LOGIN, Snapshot((b"A..",), 102), *GOODBYE,
        *LOGIN, Snapshot((b"A..",), 102), Failed("snapshot older than the gap", 102, 1), *GOODBYE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "goodbye", "reason"),
    [
        (b"", [Close(SERVER)], "connection closed"),
        (accepted(1) + soup("S", b"A..") + soup("Z"), [Close(SERVER)],
         "session ended before the snapshot did"),
        (accepted(7), GOODBYE, "snapshot begins at 7"),
        (snapshot(), GOODBYE, "empty snapshot"),
        (snapshot(b"A..", end="many"), GOODBYE, "snapshot without a sequence number"),
        (accepted(1) + soup("L"), [Close(SERVER)], "packet b'L' in state STREAM"),
    ],
)  # fmt: skip
def test_what_breaks_is_tried_again(answer: bytes, goodbye: list[Action], reason: str) -> None:
    """A second later, from the beginning; after two attempts the range fails and says why."""
    it = client(attempts_max=2)
    it.begin(50, 10, 0)
    seen = heard(it, answer)
    seen += ticked(it, SECOND - 1) + ticked(it, SECOND)
    seen += heard(it, answer, SECOND)

    assert seen[: len(goodbye) + 2] == [*goodbye, *LOGIN]
    assert Failed(reason, 50, 10) in seen[len(goodbye) + 2 :]
    assert Close(SERVER) in seen[len(goodbye) + 2 :]
    assert it.tick(99 * SECOND) == []


def test_messages_of_a_broken_attempt_are_forgotten() -> None:
    """The second attempt begins with nothing."""
    it = client()
    it.begin(50, 10, 0)
    heard(it, accepted(1) + soup("S", b"old"))
    heard(it, b"")
    ticked(it, SECOND)

    assert heard(it, snapshot(b"new"))[0] == Snapshot((b"new",), 101)


def test_a_rejected_login_is_not_tried_again() -> None:
    """Nor does it cost the other ranges their reason."""
    it = client()
    it.begin(50, 10, 0)
    it.begin(70, 1, 0)
    reason = "login rejected: not authorised"

    assert heard(it, soup("J", b"A")) == [
        Close(SERVER), Failed(reason, 50, 10), Failed(reason, 70, 1)
    ]  # fmt: skip


def test_what_takes_too_long_is_given_up() -> None:
    """A server that says something every second, and never ends."""
    it = client(timeout_ns=3 * SECOND, attempts_max=1)
    it.begin(50, 10, 0)
    seen = heard(it, accepted(1))
    for now in (1, 2, 3):
        seen += heard(it, soup("H"), now * SECOND) + ticked(it, now * SECOND)
    beat = Send(SERVER, soup("R"))

    assert seen == [beat, beat, Failed("took too long", 50, 10), *GOODBYE]


def test_silence_breaks_the_connection() -> None:
    """As SoupBinTCP says; the tick that sees it asks for the next attempt."""
    it = client()
    it.begin(50, 10, 0)
    heard(it, accepted(1))

    assert it.tick(5 * SECOND) == [Close(SERVER), Wake(6 * SECOND), Wake(6 * SECOND)]


@pytest.mark.parametrize("limits", [{"messages_max": 2}, {"bytes_max": 8}])
def test_a_snapshot_has_a_limit(limits: dict[str, int]) -> None:
    """Too many messages, or bytes: that will not be better the next time."""
    it = client(**limits)
    it.begin(50, 10, 0)

    assert heard(it, snapshot(b"one", b"two", b"three")) == [
        Failed("snapshot too large", 50, 10), *GOODBYE,
    ]  # fmt: skip
    assert it._counters[Counter.RECOVERY_LIMIT] == 1
    it.begin(50, 10, 0)
    assert heard(it, snapshot(b"four", b"five"))[0] == Snapshot((b"four", b"five"), 101)


def test_too_many_ranges() -> None:
    """The limit is told at once."""
    it = client(ranges_max=1)
    it.begin(50, 10, 0)

    assert it.begin(60, 1, 0) == [Failed("too many ranges", 60, 1)]
    assert heard(it, soup("J", b"A"))[1] == Failed("login rejected: not authorised", 50, 10)
    names = Counter.RECOVERY_LIMIT, Counter.RECOVERY_FAILED, Counter.REPLIES_REFUSED
    assert [int(it._counters[name]) for name in names] == [1, 2, 1]


def test_what_was_done_is_counted() -> None:
    """Logins, retries, and what was of no use."""
    counters = new_counters()
    it = Glimpse(SETTINGS, SnapshotLimits(retry_ns=1), counters)
    it.begin(50, 10, 0)
    it.take(SERVER, b"", 0)
    it.tick(1)
    it.take(Peer(Transport.TCP, "192.0.2.9", 1), b"who?", 1)
    it.take(SERVER, accepted(1) + soup("U", b"u"), 1)
    it.take(SERVER, soup("S", b"G?"), 1)
    it.tick(2)
    it.take(SERVER, snapshot(b"A.."), 2)
    names = (
        Counter.REQUESTS, Counter.REQUEST_RETRIES, Counter.REPLIES, Counter.REPLIES_UNWANTED,
        Counter.REPLIES_MALFORMED,
    )  # fmt: skip

    assert [int(counters[name]) for name in names] == [3, 2, 1, 2, 1]


def test_stopped_it_logs_out() -> None:
    """And forgets the ranges."""
    it = client()
    it.begin(50, 10, 0)
    heard(it, accepted(1))

    assert it.stop(1) == GOODBYE
    assert it.stop(1) == []
    assert heard(it, snapshot()) == []


PACKETS = st.one_of(
    st.builds(soup, st.sampled_from("SSSSSSUH+Z"), st.binary(max_size=12)),
    st.builds(lambda n: soup("S", b"G%20d" % n), st.integers(0, 120)),
    st.binary(max_size=6),
)


@settings(deadline=None)
@given(
    st.sampled_from([b"", accepted(1), accepted(1), accepted(2)]),
    st.lists(PACKETS, max_size=12),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_any_cut_of_the_stream_gives_the_same_actions(
    answer: bytes, packets: list[bytes], cuts: list[int]
) -> None:
    """A snapshot is a snapshot wherever TCP cuts it."""
    stream = answer + b"".join(packets)
    seen = []
    for places in ([], cuts):
        it = client()
        it.begin(50, 10, 0)
        it.begin(100, 10, 0)
        seen.append(cut(stream, places, lambda data, it=it: it.take(SERVER, data, 5)))

    assert seen[0] == seen[1]


def test_a_number_that_no_sequence_reaches_is_malformed() -> None:
    """Twenty digits fit the field; no channel counts so far."""
    it = client()
    it.begin(1, 100, 0)
    seen = heard(it, snapshot(b"A" * 36, end="9" * 20))

    assert not any(isinstance(each, Snapshot) for each in seen)
    assert it._counters[Counter.REPLIES_MALFORMED] == 1

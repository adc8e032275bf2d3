"""MoldUDP64 re-requests as stories: what a server says goes in, requests and their ends come out.

The invariant of the property tests: whatever a server does, each range ends in one Done or one Failed; Done is said
only when every message of it was handed on; and never is more asked at once than the window allows.
"""

from struct import pack

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedhandler.counter import Counter, new_counters
from feedhandler.session.backend import (
    Action,
    Done,
    Failed,
    Inject,
    Peer,
    Send,
    Transport,
    Wake,
)
from feedhandler.session.moldudp64_request import MoldRequest, RequestLimits, framed

SERVER = Peer(Transport.UDP, "192.0.2.1", 17001)
SECOND = Peer(Transport.UDP, "192.0.2.2", 17002)
NAME = b"SESSION001"
MS = 1_000_000


def packet(first: int, count: int, session: bytes = NAME) -> bytes:
    """A downstream packet of messages that tell their numbers."""
    blocks = b"".join(b"\0\4" + pack(">I", first + i & 0xFFFF_FFFF) for i in range(count))
    return session + pack(">QH", first, count) + blocks


def asked(first: int, count: int, peer: Peer = SERVER) -> Send:
    """The request for some messages."""
    return Send(peer, NAME + pack(">QH", first, count))


def client(**limits: int) -> MoldRequest:
    return MoldRequest([SERVER], NAME, RequestLimits(**{"timeout_ns": 50 * MS, **limits}))


def without_wakes(actions: list[Action]) -> list[Action]:
    return [each for each in actions if not isinstance(each, Wake)]


def test_a_gap_is_asked_and_filled() -> None:
    """The worked request of the specification's layout: session, first, count; then one reply."""
    it = client()
    begun = it.begin(5, 2, 1000)
    heard = it.take(SERVER, packet(5, 2), 2000)

    request = bytes.fromhex("53455353494f4e30303100000000000000050002")
    assert [Send(SERVER, request), Wake(1000 + 50 * MS)] == begun
    assert [Inject(packet(5, 2)), Done(5, 2)] == heard


def test_waits_double_up_to_two_seconds() -> None:
    """A hundred attempts at a dead server end within four minutes; one that was given longer has its own time."""
    for first, longest in ((50 * MS, 2000 * MS), (5000 * MS, 5000 * MS)):
        it = client(attempts_max=100, timeout_ns=first)
        now, waits, actions = 0, [], it.begin(5, 2, 0)
        while wakes := [each for each in actions if isinstance(each, Wake)]:
            waits.append(wakes[0].at_ns - now)
            now = wakes[0].at_ns
            actions = it.tick(now)

        assert (waits[0], max(waits), len(waits)) == (first, longest, 100)


def test_a_partial_reply_is_asked_again_from_where_it_ended() -> None:
    """The rest is asked at once, in pieces of the size that a reply was seen to hold."""
    it = client(window_max=2)
    seen = without_wakes(it.begin(1, 10, 0))
    seen += without_wakes(it.take(SERVER, packet(1, 4), 0))
    seen += without_wakes(it.take(SERVER, packet(9, 2), 0))
    seen += without_wakes(it.take(SERVER, packet(5, 4), 0))

    assert [
        asked(1, 10),
        Inject(packet(1, 4)), asked(5, 4), asked(9, 2),
        Inject(packet(9, 2)),
        Inject(packet(5, 4)), Done(1, 10),
    ] == seen  # fmt: skip


def test_replies_that_grow_are_believed() -> None:
    """A piece that was brought as a whole makes the next ones larger."""
    it = client(window_max=1)
    seen = without_wakes(it.begin(1, 30, 0))
    for first, count in ((1, 4), (5, 4), (9, 6), (15, 8)):
        seen += without_wakes(it.take(SERVER, packet(first, count), 0))

    requests = [each for each in seen if isinstance(each, Send)]
    assert [asked(1, 30), asked(5, 4), asked(9, 6), asked(15, 8), asked(23, 8)] == requests


def test_a_range_is_split_at_what_a_count_can_say() -> None:
    """65,535 messages are the most that 16 bits can ask; the window holds the rest back."""
    it = client(window_max=2)

    assert [asked(1, 65_535), asked(65_536, 65_535)] == without_wakes(it.begin(1, 200_000, 0))


def test_silence_is_asked_again_each_time_later_then_fails() -> None:
    """Twice as long each time; three attempts; then a reason."""
    it = client(attempts_max=3)
    seen = it.begin(7, 1, 0)
    for now in (50, 150, 350):
        seen += it.tick(now * MS - 1) + it.tick(now * MS)

    assert [
        asked(7, 1), Wake(50 * MS), Wake(50 * MS),
        asked(7, 1), Wake(150 * MS), Wake(150 * MS),
        asked(7, 1), Wake(350 * MS), Wake(350 * MS),
        Failed("silence", 7, 1),
    ] == seen  # fmt: skip
    assert it.tick(400 * MS) == []


def test_the_next_server_is_asked_when_one_is_silent() -> None:
    """Attempts go round the servers."""
    it = MoldRequest([SERVER, SECOND], NAME, RequestLimits(timeout_ns=10))
    seen = without_wakes(it.begin(7, 1, 0) + it.tick(10) + it.tick(30))

    assert [asked(7, 1), asked(7, 1, SECOND), asked(7, 1)] == seen
    assert [Inject(packet(7, 1)), Done(7, 1)] == it.take(SECOND, packet(7, 1), 31)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (packet(7, 0), "refused"),
        (packet(7, 1, b"SESSION002"), "another session"),
        (packet(3, 0), "silence"),  # a heartbeat of no request
        (packet(8, 1), "silence"),  # nobody asked for it
        (packet(6, 1), "silence"),
        (packet(7, 1)[:-1], "silence"),
        (packet(7, 1) + b"\0", "silence"),
        (NAME, "silence"),
        (NAME + pack(">QH", 7, 3), "silence"),
        (b"", "silence"),
    ],
)
def test_what_is_no_answer_is_told_in_the_end(reply: bytes, reason: str) -> None:
    """A refusal, another session, or nothing that could be used."""
    it = client(attempts_max=1)
    it.begin(7, 1, 0)

    assert it.take(SERVER, reply, 1) == []
    assert it.tick(50 * MS) == [Failed(reason, 7, 1)]


def test_behind_the_end_of_the_session_there_is_nothing() -> None:
    """What lies before the end still comes; the range fails all the same, and says why."""
    it = client()
    it.begin(5, 4, 0)
    it.begin(20, 2, 0)
    ended = without_wakes(it.take(SERVER, NAME + pack(">QH", 7, 0xFFFF), 1))

    assert [Failed("end of session", 20, 2)] == ended
    assert it.take(SERVER, packet(5, 2), 2) == [
        Inject(packet(5, 2)), Failed("end of session", 5, 4)
    ]  # fmt: skip


def test_the_end_of_the_session_behind_everything_changes_nothing() -> None:
    """A server may send it at any time."""
    it = client()
    it.begin(5, 2, 0)

    assert it.take(SERVER, NAME + pack(">QH", 7, 0xFFFF), 1) == [Wake(50 * MS)]
    assert it.take(SERVER, packet(5, 2), 2)[-1] == Done(5, 2)


def test_a_stranger_is_not_heard() -> None:
    """Only the servers that were named bring messages."""
    counters = new_counters()
    it = MoldRequest([SERVER], NAME, counters=counters)
    it.begin(5, 2, 0)

    assert it.take(SECOND, packet(5, 2), 1) == []
    assert counters[Counter.REPLIES_UNWANTED] == 1


def test_one_reply_serves_whoever_misses_it() -> None:
    """A wide reply to one request ends another range, too, and cuts into the middle of a third."""
    it = client()
    it.begin(5, 2, 0)
    it.begin(10, 2, 0)
    it.begin(1, 30, 0)
    seen = without_wakes(it.take(SERVER, packet(5, 7), 1))

    assert [Inject(packet(5, 7)), Done(5, 2), Done(10, 2), asked(12, 19)] == seen
    assert without_wakes(it.take(SERVER, packet(12, 19), 2)) == [Inject(packet(12, 19))]
    assert without_wakes(it.take(SERVER, packet(1, 4), 3)) == [Inject(packet(1, 4)), Done(1, 30)]


def test_the_earliest_alarm_is_asked_for() -> None:
    """Of all requests under way."""
    it = client()

    assert it.begin(5, 2, 0) == [asked(5, 2), Wake(50 * MS)]
    assert it.begin(9, 2, 7) == [asked(9, 2), Wake(50 * MS)]
    assert it.take(SERVER, packet(5, 2), 8)[-1] == Wake(50 * MS + 7)


def test_nothing_is_learned_from_what_was_not_asked() -> None:
    """A late reply hits a range that waits for room: that range is still asked as a whole."""
    it = client(window_max=1)
    it.begin(1, 4, 0)
    it.begin(100, 50, 0)
    it.take(SERVER, packet(100, 3), 1)

    assert without_wakes(it.take(SERVER, packet(1, 4), 2))[-1] == asked(103, 47)


def test_limits_are_told() -> None:
    """Too many ranges, too many messages, numbers that no packet can carry."""
    counters = new_counters()
    it = MoldRequest([SERVER], NAME, RequestLimits(ranges_max=1, messages_max=100), counters)

    assert it.begin(1, 101, 0) == [Failed("too many messages", 1, 101)]
    assert it.begin(2**64 - 1, 2, 0) == [Failed("too many messages", 2**64 - 1, 2)]
    last = 2**64 - 1
    assert without_wakes(it.begin(last, 1, 0)) == [asked(last, 1)]
    assert it.begin(200, 1, 0) == [Failed("too many ranges", 200, 1)]
    it.stop(0)
    assert without_wakes(it.begin(1, 100, 0)) == [asked(1, 100)]
    assert (counters[Counter.RECOVERY_LIMIT], counters[Counter.RECOVERY_FAILED]) == (3, 3)


def test_stopped_it_says_nothing_more() -> None:
    """The answers that were under way are nobody's."""
    it = client()
    it.begin(5, 2, 0)

    assert it.stop(1) == []
    assert it.take(SERVER, packet(5, 2), 2) == []
    assert it.tick(50 * MS) == []


def test_what_was_done_is_counted() -> None:
    """Requests, retries, replies, and replies that were of no use."""
    counters = new_counters()
    it = MoldRequest([SERVER], NAME, RequestLimits(timeout_ns=10), counters)
    it.begin(5, 2, 0)
    it.tick(10)
    for data in (packet(5, 2), packet(5, 2), packet(5, 1, b"?" * 10), b"rubbish"):
        it.take(SERVER, data, 11)
    names = (
        Counter.REQUESTS, Counter.REQUEST_RETRIES, Counter.REPLIES, Counter.REPLIES_UNWANTED,
        Counter.REPLIES_REFUSED, Counter.REPLIES_MALFORMED,
    )  # fmt: skip

    assert [int(counters[name]) for name in names] == [2, 1, 1, 1, 1, 1]


# --- any server -----------------------------------------------------------------------------------
class World:
    """What was asked, brought and ended so far."""

    def __init__(self) -> None:
        self.requests: list[tuple[int, int]] = []
        self.brought: set[int] = set()
        self.ends: list[tuple[int, int]] = []

    def hear(self, actions: list[Action]) -> None:
        """Note actions; a Done must be true."""
        for each in actions:
            match each:
                case Send(_, data):
                    self.requests.append((int.from_bytes(data[10:18]), int.from_bytes(data[18:])))
                case Inject(payload):
                    first, count = int.from_bytes(payload[10:18]), int.from_bytes(payload[18:20])
                    self.brought.update(range(first, first + count))
                case Done(first, count):
                    assert self.brought.issuperset(range(first, first + count))
                    self.ends.append((first, count))
                case Failed(_, first, count):
                    self.ends.append((first, count))


def under_way(it: MoldRequest) -> int:
    return sum(1 for piece in it._pieces if piece.due_ns)


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_framing_is_checked_at_the_door(data: bytes) -> None:
    """Anything at all is either read to its last byte or refused."""
    found = framed(data)
    mended = NAME + pack(">QH", 1, 1) + pack(">H", len(data)) + data

    assert found is None or len(data) >= 20
    assert framed(mended) == (NAME, 1, 1)


@settings(deadline=None, max_examples=400)
@example([(1, 3), (2, 1), (1, 1), (1, 3)], [(0, 1, 1)], 4)  # a reply into the middle of a request
@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 6), st.integers(0, 5)), max_size=120),
    st.integers(1, 4),
)
def test_whatever_the_server_does(
    ranges: list[tuple[int, int]], moves: list[tuple[int, int, int]], window: int
) -> None:
    """Replies cut short, out of order, doubled, refused, lost: Done is true, and each range ends once."""
    it = client(window_max=window, attempts_max=3, timeout_ns=10)
    world = World()
    now = 0
    for first, count in ranges:
        world.hear(it.begin(first, count, now))
        assert under_way(it) <= window
    for what, which, size in moves:
        if what < 5 and world.requests:
            first, count = world.requests[which % len(world.requests)]
            if what != 1:
                world.requests.remove((first, count))
            if what != 2:
                reply = packet(first, 0 if what == 3 else min(count, size))
                world.hear(it.take(SERVER, reply, now))
        else:
            now += 5 * (what + 1)
            world.hear(it.tick(now))
        assert under_way(it) <= window
    for _ in range(60):
        now += 100
        world.hear(it.tick(now))

    assert sorted(ranges) == sorted(world.ends)


@settings(deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 2)), max_size=20))
def test_rubbish_never_raises(rubbish: list[tuple[bytes, int]]) -> None:
    """Any bytes, with or without a true head, leave it able to end its range."""
    it = client(attempts_max=1)
    it.begin(5, 3, 0)
    ended: list[Action] = []
    for data, head in rubbish:
        ended += it.take(SERVER, (b"", NAME, NAME + pack(">Q", 5))[head] + data, 1)
    ended += it.tick(50 * MS)

    assert sum(isinstance(each, Done | Failed) for each in ended) == 1

"""Recovery over real sockets on the loopback: a simulated venue's servers, and clients that know only bytes.

What was recovered is compared, message by message, with the day that the venue played.
"""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import by_hand
import pytest
from recoveries import MS, SECOND, played
from test_few_descriptors import descriptors_left

from feedhandler.counter import Counter, new_counters
from feedhandler.recovering import Driver, DriverLimits
from feedhandler.session.backend import (
    Action,
    Backend,
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
from feedhandler.session.glimpse import Glimpse, SnapshotLimits
from feedhandler.session.moldudp64_request import MoldRequest, RequestLimits
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings
from feedhandler.simulator import simulate
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.servers import itch_log, itch_servers, mdp3_servers
from feedhandler.simulator.sockets import VenueSockets

DAY = {"messages": 6000, "seed": 5, "instruments": 6}
RANGES = [(1, 1), (100, 700), (1500, 40), (2000, 3), (2500, 2500), (5990, 5)]
SESSION, LOG = itch_log(simulate("nasdaq.itch50", **DAY))  # type: ignore[arg-type]
NOBODY = Peer(Transport.TCP, "127.0.0.1", 9)


def wanted() -> set[int]:
    return {number for first, count in RANGES for number in range(first, first + count)}


def expected(number: int) -> bytes:
    return LOG[number - 1]


def begin_all(driver: Driver, backend: Backend) -> None:
    for first, count in RANGES:
        driver.begin(backend, first, count, time.monotonic_ns())


@pytest.fixture
def driver() -> Iterator[Driver]:
    """A driver that is closed in the end."""
    with Driver() as made:
        yield made


# --- re-requests ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "drop=0.2,duplicate=0.2,short=0.3,refuse=0.05",
        "slow=2ms,reorder=3ms",
        "drop=0.1,slow=1ms,reorder=20ms,short=0.1,duplicate=0.1",
    ],
)
def test_ranges_come_back_exactly(driver: Driver, wrong: str) -> None:
    """Whatever the server does wrong, every message of every range comes, and is the right one."""
    servers = itch_servers(misbehaviour=Misbehaviour.parse(wrong), **DAY)  # type: ignore[arg-type]
    counters = new_counters()
    with VenueSockets(servers) as venue:
        limits = RequestLimits(timeout_ns=10 * MS, attempts_max=12)
        client = MoldRequest([venue.peers["request"]], SESSION, limits, counters)
        begin_all(driver, client)
        seen = played(driver, venue, len(RANGES))
    found = seen.messages()

    assert sorted((each.first, each.count) for each in seen.ends) == sorted(RANGES)
    assert all(isinstance(each, Done) for each in seen.ends)
    assert wanted() <= found.keys()
    assert {number: expected(number) for number in found} == found
    assert ("drop" in wrong) == (counters[Counter.REQUEST_RETRIES] > 0 and "drop" in wrong)


def test_a_server_that_is_silent_is_given_up(driver: Driver) -> None:
    """Nobody listens on the port; the next server answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Peer(Transport.UDP, "127.0.0.1", taken.getsockname()[1])
    limits = RequestLimits(timeout_ns=MS, attempts_max=3)
    alone = MoldRequest([nobody], SESSION, limits)
    driver.begin(alone, 5, 2, time.monotonic_ns())
    failed = played(driver, None, 1)
    with VenueSockets(itch_servers(**DAY)) as venue:  # type: ignore[arg-type]
        helped = MoldRequest([nobody, venue.peers["request"]], SESSION, limits)
        driver.begin(helped, 5, 2, time.monotonic_ns())
        done = played(driver, venue, 1)

    assert failed.ends == [Failed("silence", 5, 2)]
    assert done.ends == [Done(5, 2)]


@pytest.mark.parametrize("host", ["255.255.255.255", "a.name"])
def test_a_server_without_a_way_to_it_is_silent(driver: Driver, host: str) -> None:
    """The system refuses to send there, or a name would have to be looked up; the attempts run out."""
    there = Peer(Transport.UDP, host, 9)
    client = MoldRequest([there], SESSION, RequestLimits(timeout_ns=MS, attempts_max=2))
    driver.begin(client, 5, 2, time.monotonic_ns())

    assert played(driver, None, 1).ends == [Failed("silence", 5, 2)]


@pytest.mark.parametrize("way", ["moldudp64", "soupbintcp", "glimpse"])
def test_no_free_descriptor_is_an_attempt_in_vain(driver: Driver, way: str) -> None:
    """The attempts run out while other descriptors are held; with one that is free, the server is asked."""
    settings = SoupSettings(NOBODY, "USER", "SECRET")
    there = Peer(Transport.UDP, "127.0.0.1", 9)
    clients: dict[str, Backend] = {
        "moldudp64": MoldRequest([there], SESSION, RequestLimits(timeout_ns=MS, attempts_max=2)),
        "soupbintcp": SoupReplay(settings, SESSION, ReplayLimits(retry_ns=MS, attempts_max=2)),
        "glimpse": Glimpse(settings, SnapshotLimits(retry_ns=MS, attempts_max=2)),
    }
    with descriptors_left(0):
        driver.begin(clients[way], 5, 2, time.monotonic_ns())
        (failed,) = played(driver, None, 1).ends

    assert isinstance(failed, Failed)
    assert failed.reason == {"moldudp64": "silence"}.get(way, "127.0.0.1:9: Too many open files")


# --- streams --------------------------------------------------------------------------------------
@pytest.mark.parametrize("known", [3000, len(LOG)])
@pytest.mark.parametrize("wrong", ["", "cut=0.1", "slow=100us"])
def test_a_snapshot_and_the_rest_make_the_book(driver: Driver, known: int, wrong: str) -> None:
    """The state in mid-session, then the messages behind it: the books of who saw everything."""
    servers = itch_servers(misbehaviour=Misbehaviour.parse(wrong), **DAY)  # type: ignore[arg-type]
    servers.advance(known)
    with VenueSockets(servers) as venue:
        settings = SoupSettings(venue.peers["snapshot"], "USER", "SECRET")
        client = Glimpse(settings, SnapshotLimits(retry_ns=MS, attempts_max=500))
        driver.begin(client, 1, known - 10, time.monotonic_ns())
        seen = played(driver, venue, 1)
    snapshot = seen.snapshots[0]
    late, all_day = by_hand.ItchBooks(), by_hand.ItchBooks()
    for message in [*snapshot.messages, *LOG[snapshot.next_sequence - 1 :]]:
        late.apply(message)
    for message in LOG:
        all_day.apply(message)

    assert seen.ends == [Done(1, known - 10)]
    assert snapshot.next_sequence == known + 1
    assert [late.book(n) for n in range(1, 7)] == [all_day.book(n) for n in range(1, 7)]
    assert sum(len(late.book(n)["bids"]) for n in range(1, 7)) > 20


@pytest.mark.parametrize("wrong", ["", "cut=0.05,refuse=0"])
def test_the_stream_brings_ranges_exactly(driver: Driver, wrong: str) -> None:
    """Over SoupBinTCP, resumed wherever the connection was cut."""
    servers = itch_servers(misbehaviour=Misbehaviour.parse(wrong), **DAY)  # type: ignore[arg-type]
    with VenueSockets(servers) as venue:
        settings = SoupSettings(venue.peers["stream"], "USER", "SECRET")
        client = SoupReplay(settings, SESSION, ReplayLimits(retry_ns=MS, attempts_max=20))
        begin_all(driver, client)
        seen = played(driver, venue, len(RANGES))

    assert [Done(first, count) for first, count in RANGES] == seen.ends
    assert {number: expected(number) for number in wanted()} == seen.messages()


def test_the_session_and_the_password_must_be_right(driver: Driver) -> None:
    """The server's reasons come through."""
    with VenueSockets(itch_servers(**DAY)) as venue:  # type: ignore[arg-type]
        peer = venue.peers["stream"]
        other = SoupReplay(SoupSettings(peer, "USER", "SECRET"), b"ANOTHER")
        wrong = SoupReplay(SoupSettings(peer, "USER", "GUESS"), SESSION)
        driver.begin(other, 5, 2, time.monotonic_ns())
        driver.begin(wrong, 7, 1, time.monotonic_ns())
        seen = played(driver, venue, 2)

    assert {each.first: each for each in seen.ends} == {
        5: Failed("login rejected: no such session", 5, 2),
        7: Failed("login rejected: not authorised", 7, 1),
    }


@pytest.mark.parametrize("wrong", ["", "cut=0.05"])
def test_packets_come_by_tcp_replay(driver: Driver, wrong: str) -> None:
    """CME: the packets as they were published."""
    day = {"messages": 900, "seed": 3, "instruments": 4}
    servers = mdp3_servers(misbehaviour=Misbehaviour.parse(wrong), **day)  # type: ignore[arg-type]
    published = [
        payload
        for _, role, payload in simulate("cme.mdp3", **day).datagrams()  # type: ignore[arg-type]
        if role == "incremental"
    ]
    with VenueSockets(servers) as venue:
        peer = venue.peers["replay"]
        client = CmeTcpReplay(
            ReplaySettings(peer, "CME", "SECRET", 310, attempts_max=50, retry_ns=MS)
        )
        for first, count in ((1, 1), (40, 200), (len(published), 1)):
            driver.begin(client, first, count, time.monotonic_ns())
        driver.begin(client, len(published), 2, time.monotonic_ns())
        seen = played(driver, venue, 4)

    assert seen.ends[:3] == [Done(1, 1), Done(40, 200), Done(len(published), 1)]
    assert seen.ends[3] == Failed("logged out early", len(published), 2)
    last = published[-1]
    assert [published[0], *published[39:239], last, last] == seen.payloads


def test_nobody_listens(driver: Driver) -> None:
    """A refused connection is told as that, and who refused it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    settings = SoupSettings(Peer(Transport.TCP, "127.0.0.1", port), "USER", "SECRET")
    client = Glimpse(settings, SnapshotLimits(retry_ns=MS, attempts_max=2))
    driver.begin(client, 1, 2, time.monotonic_ns())

    refused = f"127.0.0.1:{port}: Connection refused"
    assert played(driver, None, 1).ends == [Failed(refused, 1, 2)]


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("255.255.255.255", "Network is unreachable"),
        ("a.name", "illegal IP address string passed to inet_pton"),
    ],
)
def test_no_way_to_a_stream_server(driver: Driver, host: str, why: str) -> None:
    """Told with the next poll, never from inside a call."""
    settings = SoupSettings(Peer(Transport.TCP, host, 9), "USER", "SECRET")
    assert str(settings.peer) == f"tcp:{host}:9"
    client = Glimpse(settings, SnapshotLimits(attempts_max=1))
    driver.begin(client, 1, 2, time.monotonic_ns())

    assert driver.wake_ns == 0
    assert played(driver, None, 1).ends == [Failed(f"{host}:9: {why}", 1, 2)]


# --- the driver itself ----------------------------------------------------------------------------
class Puppet:
    """A back end that wants whatever it is told to want, and notes what it hears."""

    method = "puppet"

    def __init__(self) -> None:
        self.wants: list[Action] = []
        self.heard: list[tuple[str, bytes]] = []

    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Want it now."""
        _ = first, count, now_ns
        return self._next()

    def take(self, peer: Peer, data: bytes, now_ns: int, why: str = "") -> list[Action]:
        """Note bytes."""
        _ = peer, now_ns, why
        self.heard.append(("take", data))
        return self._next()

    def tick(self, now_ns: int) -> list[Action]:
        """Note the time."""
        self.heard.append(("tick", str(now_ns).encode()))
        return self._next()

    def stop(self, now_ns: int) -> list[Action]:
        """Note the end."""
        _ = now_ns
        self.heard.append(("stop", b""))
        return self._next()

    def _next(self) -> list[Action]:
        wants, self.wants = self.wants, []
        return wants

    def do(self, driver: Driver, *actions: Action, now_ns: int = 0) -> None:
        """Want these."""
        self.wants = list(actions)
        driver.begin(self, 1, 1, now_ns)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.settimeout(10)
        yield made


def at(made: socket.socket) -> Peer:
    return Peer(Transport.TCP, *made.getsockname()[:2])


def polled(driver: Driver, until: "list[object] | Puppet", now_ns: int = 0) -> None:
    """Poll until a puppet has heard something."""
    for _ in range(2000):
        driver.poll(now_ns)
        if until.heard if isinstance(until, Puppet) else until:
            return
        driver.wait(5 * MS)
    raise AssertionError("nothing was heard")


def test_alarms(driver: Driver) -> None:
    """The earliest holds; once only; early polls do nothing."""
    it = Puppet()
    it.do(driver, Wake(50), Wake(30), Wake(90))

    assert driver.wake_ns == 30
    driver.poll(29)
    assert it.heard == []
    driver.poll(31)
    driver.poll(99)
    assert it.heard == [("tick", b"31")]
    assert driver.wake_ns is None


def test_outcomes_are_the_callers(driver: Driver) -> None:
    """Each with the back end that said it, once."""
    it = Puppet()
    it.do(driver, Inject(b"x"), Done(1, 1))

    assert driver.wake_ns == 0
    assert driver.poll(0) == [(it, Inject(b"x")), (it, Done(1, 1))]
    assert driver.poll(0) == []


def test_what_was_given_before_closing_still_goes_out(
    driver: Driver, listener: socket.socket
) -> None:
    """Connect, send, close at once: the server gets it all, and the back end hears nothing more."""
    it = Puppet()
    peer = at(listener)
    it.do(driver, Connect(peer), Send(peer, b"x" * 300_000), Close(peer))
    accepted, _ = listener.accept()
    with accepted:
        accepted.sendall(b"answer")
        got = b""
        accepted.settimeout(0.005)
        while len(got) < 300_000:
            driver.poll(0)
            try:
                got += accepted.recv(65_536)
            except TimeoutError:
                continue
        driver.poll(0)
        assert driver.wake_ns == SECOND
    while driver.wake_ns is not None:
        driver.poll(0)

    assert len(got) == 300_000
    assert it.heard == []


def test_who_closes_says_so_at_once(driver: Driver, listener: socket.socket) -> None:
    """The other side hears it though nobody polls any more; it need not wait to give the login to another."""
    it = Puppet()
    it.do(driver, Connect(at(listener)))
    accepted, _ = listener.accept()
    with accepted:
        accepted.settimeout(30)
        driver.poll(0)
        it.do(driver, Send(at(listener), b"goodbye"), Close(at(listener)))

        assert (accepted.recv(64), accepted.recv(64)) == (b"goodbye", b"")


def test_a_stream_that_does_not_drain_is_closed_in_the_end(listener: socket.socket) -> None:
    """Nobody reads: a second later what is left is dropped."""
    with Driver(DriverLimits(unsent_bytes_max=1 << 26)) as driver:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer))
        with listener.accept()[0]:
            driver.poll(0)
            it.do(driver, Send(peer, b"x" * (1 << 25)), Close(peer))
            driver.poll(SECOND - 1)
            assert driver.wake_ns == SECOND
            driver.poll(SECOND)
            assert driver.wake_ns is None


def test_too_much_to_keep_ends_the_stream(listener: socket.socket) -> None:
    """The limit of what is unsent: the back end hears that the connection is gone."""
    with Driver(DriverLimits(unsent_bytes_max=100)) as driver:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer), Send(peer, b"x" * 101))
        polled(driver, it)

        assert it.heard == [("take", b"")]


def test_a_server_that_goes_is_told(driver: Driver, listener: socket.socket) -> None:
    """Politely or with a reset, and while something is being sent."""
    it = Puppet()
    peer = at(listener)
    it.do(driver, Connect(peer), Send(peer, b"hello"))
    first = listener.accept()[0]
    first.sendall(b"bye")
    first.close()
    polled(driver, it)
    driver.poll(0)
    while len(it.heard) < 2:
        driver.poll(0)
    it.do(driver, Connect(peer))
    second = listener.accept()[0]
    driver.poll(0)
    second.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    second.close()
    while len(it.heard) < 3:
        driver.poll(0)

    assert it.heard == [("take", b"bye"), ("take", b""), ("take", b"")]


def test_sending_on_a_reset_stream_ends_it(driver: Driver, listener: socket.socket) -> None:
    """The error of a write is told like every other end."""
    it = Puppet()
    peer = at(listener)
    it.do(driver, Connect(peer))
    made = listener.accept()[0]
    driver.poll(0)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    made.close()
    time.sleep(0.02)
    it.do(driver, Send(peer, b"x"))
    polled(driver, it)

    assert it.heard == [("take", b"")]


def test_connecting_again_drops_the_old_stream(driver: Driver, listener: socket.socket) -> None:
    """Bytes of the old connection are nobody's."""
    it = Puppet()
    peer = at(listener)
    it.do(driver, Connect(peer))
    old = listener.accept()[0]
    driver.poll(0)
    old.sendall(b"old")
    it.do(driver, Connect(peer))
    with old, listener.accept()[0] as new:
        new.sendall(b"new")
        polled(driver, it)

        assert it.heard == [("take", b"new")]


def test_closing_in_the_middle_of_a_read(listener: socket.socket) -> None:
    """A back end that closes while there is more to read hears no more of it."""
    with Driver(DriverLimits(stream_bytes_max=1)) as driver:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer))
        with listener.accept()[0] as made:
            driver.poll(0)
            made.sendall(b"abc")
            time.sleep(0.02)
            it.wants = [Close(peer)]
            polled(driver, it)

            assert it.heard == [("take", b"a")]


def test_one_poll_reads_a_bounded_amount(listener: socket.socket) -> None:
    """The rest is there for the next."""
    with Driver(DriverLimits(work_ns=10**9, stream_bytes_max=1, reads_max=2)) as driver:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer))
        with listener.accept()[0] as made:
            driver.poll(0)
            made.sendall(b"abc")
            time.sleep(0.02)
            driver.poll(0)
            assert it.heard == [("take", b"a"), ("take", b"b")]
            driver.poll(0)
            assert it.heard[2:] == [("take", b"c")]


def test_a_poll_ends_when_its_time_is_over(listener: socket.socket) -> None:
    """At least one read is done; those who were read longest ago go first with the next poll."""
    limits = DriverLimits(work_ns=1, stream_bytes_max=1)
    with Driver(limits) as driver, socket.create_server(("127.0.0.1", 0)) as second:
        one, other = Puppet(), Puppet()
        one.do(driver, Connect(at(listener)))
        other.do(driver, Connect(at(second)))
        with listener.accept()[0] as a, second.accept()[0] as b:
            driver.poll(0)
            a.sendall(b"abc")
            b.sendall(b"xyz")
            time.sleep(0.02)
            counts = []
            for _ in range(6):
                driver.poll(0)
                counts.append((len(one.heard), len(other.heard)))

    assert [sum(each) for each in counts] == [1, 2, 3, 4, 5, 6]
    assert counts[1::2] == [(1, 1), (2, 2), (3, 3)]


def test_one_poll_tells_a_bounded_number_of_outcomes(listener: socket.socket) -> None:
    """The next one tells the rest, and nothing is read before."""
    with Driver(DriverLimits(outcomes_max=2, stream_bytes_max=1)) as driver:
        it = Puppet()
        told: list[Action] = [Inject(b"1"), Inject(b"2"), Inject(b"3")]
        it.do(driver, Connect(at(listener)))
        with listener.accept()[0] as made:
            driver.poll(0)
            made.sendall(b"ab")
            time.sleep(0.02)
            it.wants = told
            first = [each for _, each in driver.poll(0)]
            due, heard = driver.wake_ns, len(it.heard)
            rest = [each for _, each in driver.poll(0)]

    assert (first, due, heard) == (told[:2], 0, 1)
    assert rest == told[2:]
    assert it.heard == [("take", b"a"), ("take", b"b")]


def test_what_one_socket_says_may_end_another(driver: Driver, listener: socket.socket) -> None:
    """Both have something to read; whichever is read first makes the back end leave both."""
    it = Puppet()
    with socket.create_server(("127.0.0.1", 0)) as second:
        peers = at(listener), at(second)
        it.do(driver, Connect(peers[0]), Connect(peers[1]))
        with listener.accept()[0] as one, second.accept()[0] as two:
            driver.poll(0)
            one.sendall(b"x")
            two.sendall(b"x")
            time.sleep(0.02)
            it.wants = [Connect(peers[0]), Connect(peers[1])]
            driver.poll(0)
            driver.poll(0)

            assert it.heard == [("take", b"x")]


def test_stopped_back_ends_hear_nothing(driver: Driver, listener: socket.socket) -> None:
    """Their sockets are closed, their alarms and bad news forgotten; others keep theirs."""
    it, other = Puppet(), Puppet()
    peer = at(listener)
    udp = Peer(Transport.UDP, "127.0.0.1", 9)
    it.do(driver, Connect(peer), Connect(NOBODY), Send(udp, b"x"), Wake(1))
    other.do(driver, Send(udp, b"y"), Wake(7))
    with listener.accept()[0]:
        driver.stop(it, 0)
        driver.poll(5)

        assert it.heard == [("stop", b"")]
        assert driver.wake_ns == 7


def test_an_end_of_the_last_connection_is_not_the_next_ones(listener: socket.socket) -> None:
    """Who connects again before it was told of the end is not told of it."""
    with Driver(DriverLimits(unsent_bytes_max=100)) as driver:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer), Send(peer, b"x" * 101), Connect(peer))
        with listener.accept()[0]:
            for _ in range(3):
                driver.poll(0)

        assert it.heard == []


def test_sending_where_nothing_is_open(driver: Driver) -> None:
    """A stream that is gone takes nothing; closing it again does no harm."""
    it = Puppet()
    it.do(driver, Send(NOBODY, b"x"), Close(NOBODY))
    driver.poll(0)

    assert it.heard == []


def test_no_socket_is_left(listener: socket.socket) -> None:
    """Open and closing streams, datagram sockets and the selector: all are given back."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Driver() as driver, VenueSockets(itch_servers(messages=300, seed=1)) as venue:
        it = Puppet()
        peer = at(listener)
        it.do(driver, Connect(peer), Send(venue.peers["request"], b"x"), Connect(NOBODY))
        it.do(driver, Send(peer, b"x"), Close(peer), Connect(venue.peers["stream"]))
        driver.poll(0)
        venue.poll(0)

    assert len(list(Path("/proc/self/fd").iterdir())) == before

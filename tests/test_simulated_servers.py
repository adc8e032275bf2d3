"""The simulated venue's recovery servers, and recoveries in simulated time: right answers, and wrong ones on purpose.

The servers' bytes are read by hand; what is recovered is compared with the day that was played.
"""

from struct import pack

import by_hand
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recoveries import MS, SECOND, simulated
from soup_bytes import accepted, soup

from feedhandler.session.backend import Done, Failed, Peer, Transport
from feedhandler.session.glimpse import Glimpse, SnapshotLimits
from feedhandler.session.moldudp64_request import MoldRequest, RequestLimits
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings, fix
from feedhandler.simulator import simulate
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.misbehaviour import Misbehaviour, MisbehaviourError
from feedhandler.simulator.replay_server import ReplayServer
from feedhandler.simulator.request_server import RequestServer
from feedhandler.simulator.servers import Servers, itch_log, itch_servers, mdp3_servers
from feedhandler.simulator.simulation import bits_of
from feedhandler.simulator.soup_server import SnapshotService, SoupServer, StreamService
from feedhandler.simulator.spin import Spin

NAME = b"SESSION001"
THREE = [b"one", b"two", b"three"]


def request(first: int, count: int, session: bytes = NAME) -> bytes:
    return session + pack(">QH", first, count)


def server(messages: list[bytes], wrong: str = "", seed: int = 1) -> RequestServer:
    return RequestServer(NAME, messages, bits_of(seed), Misbehaviour.parse(wrong))


# --- misbehaviour ---------------------------------------------------------------------------------
def test_misbehaviour_is_named() -> None:
    """Shares and times, in any order."""
    assert Misbehaviour.parse(" slow=5ms,drop=0.1,reorder=7us") == Misbehaviour(
        drop=0.1, slow=5 * MS, reorder=7000
    )
    assert Misbehaviour.parse("") == Misbehaviour()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("drip=1", "'drip': one of drop, duplicate"),
        ("drop=2", "'drop=2': a share is between 0 and 1"),
        ("drop=x", "'drop=x': a share"),
        ("slow=5", "'slow=5': a time is a number and one of ns, us, ms, s"),
        ("slow=ms", "'slow=ms': a time"),
    ],
)
def test_what_is_no_misbehaviour_is_told(text: str, complaint: str) -> None:
    """Which there are, and what they take."""
    with pytest.raises(MisbehaviourError) as caught:
        Misbehaviour.parse(text)

    assert complaint in str(caught.value)


# --- the re-request server ------------------------------------------------------------------------
def test_requests_are_answered_with_what_fits() -> None:
    """Whole messages up to the size of a datagram; less if less is asked or known."""
    it = server([bytes([n]) * 400 for n in range(1, 10)])
    answers = [it.take(request(first, count), 7) for first, count in ((2, 9), (2, 1), (9, 5))]
    heads = [by_hand.be(each[0][1], 18, 2) for each in answers]

    assert heads == [3, 1, 1]
    assert answers[1] == [(7, NAME + pack(">QHH", 2, 1, 400) + b"\2" * 400)]
    assert max(len(each[0][1]) for each in answers) <= 1400


def test_what_is_not_known_yet_is_not_told() -> None:
    """The next number until the day is over; then the end of the session."""
    it = server(THREE)
    it.known = 2

    assert it.take(request(3, 1), 0) == [(0, NAME + pack(">QH", 3, 0))]
    it.known = 3
    assert it.take(request(4, 1), 0) == [(0, NAME + pack(">QH", 4, 0xFFFF))]
    assert it.take(request(0, 1), 0) == [(0, NAME + pack(">QH", 4, 0xFFFF))]


def test_what_is_no_request_is_not_answered() -> None:
    """Another session, another length."""
    it = server(THREE)

    assert it.take(request(1, 1, b"SESSION002"), 0) == []
    assert it.take(request(1, 1) + b"\0", 0) == []
    assert it.requests == 0


def test_wrong_on_purpose() -> None:
    """Never, twice, late, short or refused, each in its share of cases and the same for the same seed."""
    every = {
        wrong: [server(THREE * 9, wrong, seed=3).take(request(1, 20), 5) for _ in range(1)]
        for wrong in ("drop=1", "duplicate=1", "slow=2us,reorder=1us", "short=1", "refuse=1")
    }
    late = every["slow=2us,reorder=1us"][0][0][0]
    shares = server(THREE, "drop=0.25")
    dropped = sum(not shares.take(request(1, 1), 0) for _ in range(2000))

    assert every["drop=1"] == [[]]
    assert len(every["duplicate=1"][0]) == 2
    assert 2005 <= late < 3005
    assert 1 <= by_hand.be(every["short=1"][0][0][1], 18, 2) < 20
    assert every["refuse=1"] == [[(5, request(1, 0))]]
    assert 420 < dropped < 580


# --- SoupBinTCP -----------------------------------------------------------------------------------
def login(session: str = "", sequence: object = 1, password: str = "SECRET") -> bytes:
    return soup("L", f"{'USER':<6}{password:<10}{session:<10}{sequence:>20}".encode())


def talk(known: int = 3, wrong: str = "") -> tuple[StreamService, object]:
    service = StreamService(NAME, THREE)
    service.known = known
    return service, SoupServer(service, bits_of(1), Misbehaviour.parse(wrong)).connect(0)


def said(timed: list[tuple[int, bytes]]) -> bytes:
    """Everything that was written, and CLOSED where the server closes."""
    return b"".join(data or b"<CLOSED>" for _, data in timed)


DATA = [soup("S", message) for message in THREE]


def test_a_whole_session() -> None:
    """From the number asked to the last, then its end."""
    _, it = talk()

    assert said(it.take(login("SESSION001", 2), 0)) == (  # type: ignore[attr-defined]
        accepted(2) + DATA[1] + DATA[2] + soup("Z") + b"<CLOSED>"
    )


def test_messages_are_sent_when_they_become_known() -> None:
    """And a heartbeat for each second without one."""
    service, it = talk(known=1)
    seen = said(it.take(login(sequence=0), 0))  # type: ignore[attr-defined]
    for now, known in ((SECOND // 2, 1), (SECOND, 1), (SECOND + 1, 2), (3 * SECOND, 3)):
        service.known = known
        seen += said(it.tick(now))  # type: ignore[attr-defined]

    assert seen == accepted(2) + soup("H") + DATA[1] + DATA[2] + soup("Z") + b"<CLOSED>"
    assert it.tick(99 * SECOND) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stream", "answer"),
    [
        (login(password="GUESS"), soup("J", b"A")),
        (login("SESSION002"), soup("J", b"S")),
        (login(sequence="x"), soup("J", b"S")),
        (soup("O"), b""),
        (b"\0\0\0", b""),
        (login()[:-1] + b"", None),
    ],
)
def test_who_is_not_let_in(stream: bytes, answer: bytes | None) -> None:
    """Wrong password, session or number; a logout or nonsense instead of a login."""
    _, it = talk(known=1)

    assert said(it.take(stream, 0)) == (  # type: ignore[attr-defined]
        b"" if answer is None else answer + b"<CLOSED>"
    )


def test_who_is_silent_is_left() -> None:
    """Fifteen seconds; a heartbeat is enough to stay."""
    _, it = talk(known=1)

    assert it.tick(SECOND) == []  # type: ignore[attr-defined]
    it.take(soup("R"), 10 * SECOND)  # type: ignore[attr-defined]
    assert said(it.tick(24 * SECOND)) == b""  # type: ignore[attr-defined]
    assert said(it.tick(25 * SECOND)) == b"<CLOSED>"  # type: ignore[attr-defined]


def test_a_client_that_is_gone_is_forgotten() -> None:
    """Nothing is said to nobody."""
    _, it = talk(known=1)
    it.take(login(), 0)  # type: ignore[attr-defined]

    assert it.take(b"", 0) == []  # type: ignore[attr-defined]
    assert it.over  # type: ignore[attr-defined]


def test_streams_are_cut_and_refused_on_purpose() -> None:
    """In the middle of what is written; at the login."""
    _, cut = talk(wrong="cut=1")
    _, refused = talk(wrong="refuse=1")
    whole = accepted(1) + b"".join(DATA) + soup("Z")
    seen = said(cut.take(login(), 0))  # type: ignore[attr-defined]

    assert seen.endswith(b"<CLOSED>")
    assert whole.startswith(seen.removesuffix(b"<CLOSED>"))
    assert said(refused.take(login(), 0)) == soup("J", b"A") + b"<CLOSED>"  # type: ignore[attr-defined]


def test_a_snapshot_has_no_session_and_can_be_asked_again() -> None:
    """Nothing follows it; asked as of an earlier moment it is built anew."""
    _, log = itch_log(simulate("nasdaq.itch50", messages=900, seed=2, instruments=3))
    service = SnapshotService(log)
    last = service.open("", 1)
    service.known = 400
    earlier = service.open("", 1)

    assert service.open("SESSION001", 1) is None
    assert last is not None
    assert earlier is not None
    assert (earlier[2][-1], last[2][-1]) == (b"G%20d" % 401, b"G%20d" % (len(log) + 1))
    assert service.more(9) == []
    assert not service.ends(9)


def test_the_state_of_a_market_is_its_book() -> None:
    """At many points of a day: the state as messages makes the same books as all messages so far."""
    _, log = itch_log(simulate("nasdaq.itch50", messages=3000, seed=8, instruments=5))
    spin, whole = Spin(), by_hand.ItchBooks()
    orders = 0
    for number, message in enumerate(log, 1):
        spin.take(message)
        whole.apply(message)
        if number % 211 == 0:
            fresh = by_hand.ItchBooks()
            for each in spin.messages():
                fresh.apply(each)
            for locate in range(1, 6):
                assert fresh.book(locate) == whole.book(locate)
            orders = max(orders, len(fresh.orders))

    assert orders > 100


# --- CME ------------------------------------------------------------------------------------------
def replayed(*texts: bytes, wrong: str = "") -> bytes:
    packets = {number: b"packet%d" % number for number in range(5, 9)}
    it = ReplayServer(packets, 310, bits_of(1), Misbehaviour.parse(wrong)).connect(0)
    return b"".join(said(it.take(each, 0)) for each in texts)


LOGON = fix((35, "A"), (553, "CME"), (554, "SECRET"))


def asked(first: int, last: int, channel: int = 310) -> bytes:
    return fix((35, "V"), (1180, channel), (262, "1"), (1182, first), (1183, last))


def reason(answer: bytes) -> bytes:
    """The text of the logout at the end."""
    assert answer.endswith(b"<CLOSED>")
    return answer[-8 - 180 : -8].rstrip(b"\0")


def test_packets_are_replayed_behind_their_lengths() -> None:
    """Login, packets, logout; requests may come in pieces."""
    text = LOGON + asked(6, 7)
    whole = replayed(text)

    assert b"\x07\x00packet6\x07\x00packet7" in whole
    assert replayed(text[:9], text[9:40], text[40:]) == whole
    assert reason(whole) == b""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (fix((35, "A"), (554, "GUESS")), b"logon refused"),
        (LOGON + asked(6, 5), b"no such packets"),
        (LOGON + asked(1, 2001), b"no such packets"),
        (LOGON + asked(6, 7, 311), b"no such packets"),
        (LOGON + fix((35, "V"), (1180, 310), (1182, "x")), b"no such packets"),
        (b"rubbish\x0110=000\x01", b""),
        (LOGON + fix((35, "0")) + fix((35, "5")), b""),
    ],
)
def test_replay_is_refused(text: bytes, why: bytes) -> None:
    """With a reason."""
    assert reason(replayed(text)) == why


def test_replay_is_cut_and_refused_on_purpose() -> None:
    """In the middle of a packet; at the logon."""
    assert replayed(LOGON, wrong="cut=1").endswith(b"<CLOSED>")
    assert len(replayed(LOGON, asked(5, 8), wrong="cut=1")) < 60
    assert reason(replayed(LOGON, wrong="refuse=1")) == b"logon refused"
    assert replayed(LOGON, b"") == replayed(LOGON)
    assert ReplayServer({}, 310, bits_of(1)).connect(0).tick(SECOND) == []


@settings(deadline=None)
@given(st.binary(max_size=100), st.booleans())
def test_servers_survive_any_client(data: bytes, ended: bool) -> None:  # noqa: FBT001
    """Rubbish gets no answer, or a goodbye."""
    tail = b"\x0110=000\x01" * ended
    server(THREE).take(data, 0)
    talk()[1].take(data + tail, 0)  # type: ignore[attr-defined]
    replayed(LOGON, data + tail)


# --- in simulated time ----------------------------------------------------------------------------
DAY = {"messages": 3000, "seed": 5, "instruments": 4}
RANGES = [(1, 300), (1000, 3), (1500, 700), (2999, 1)]
WRONG = "drop=0.2,duplicate=0.1,short=0.2,slow=1ms,reorder=5ms,refuse=0.02,cut=0.1"


def venue(wrong: str = WRONG) -> Servers:
    return itch_servers(misbehaviour=Misbehaviour.parse(wrong), **DAY)  # type: ignore[arg-type]


def test_a_recovery_in_simulated_time_is_exact_and_repeats() -> None:
    """Seconds of time-outs cost no seconds; the same seed gives the same datagrams at the same times."""
    _, log = itch_log(simulate("nasdaq.itch50", **DAY))  # type: ignore[arg-type]
    runs = []
    for _ in range(2):
        driver = InProcessDriver(venue())
        limits = RequestLimits(attempts_max=20)
        client = MoldRequest([driver.peers["request"]], driver.servers.session, limits)
        for first, count in RANGES:
            driver.begin(client, first, count, 0)
        runs.append(simulated(driver, len(RANGES)))
    found = runs[0].messages()

    assert sorted((each.first, each.count) for each in runs[0].ends) == RANGES
    assert all(isinstance(each, Done) for each in runs[0].ends)
    assert found == {number: log[number - 1] for number in found}
    assert all(set(range(first, first + count)) <= found.keys() for first, count in RANGES)
    assert runs[0] == runs[1]
    assert runs[0].at_ns > 100 * MS


def test_streams_in_simulated_time() -> None:
    """Snapshot, replay and their broken connections; heartbeats over a quiet time."""
    _, log = itch_log(simulate("nasdaq.itch50", **DAY))  # type: ignore[arg-type]
    with InProcessDriver(venue("cut=0.2,slow=1ms")) as driver:
        peers = driver.peers
        snapshot = Glimpse(
            SoupSettings(peers["snapshot"], "USER", "SECRET"), SnapshotLimits(attempts_max=99)
        )
        stream = SoupReplay(
            SoupSettings(peers["stream"], "USER", "SECRET"),
            driver.servers.session, ReplayLimits(attempts_max=99),
        )  # fmt: skip
        driver.begin(snapshot, 1, 10, 0)
        driver.begin(stream, 7, 500, 0)
        seen = simulated(driver, 2)

    assert sorted(seen.ends, key=lambda each: each.first) == [Done(1, 10), Done(7, 500)]
    assert seen.messages() == {number: log[number - 1] for number in range(7, 507)}
    assert seen.snapshots[0].next_sequence == len(log) + 1
    assert driver.wake_ns is None


def test_a_stream_waits_for_what_comes_and_keeps_alive() -> None:
    """A range that is not known yet comes when it is; ten quiet seconds are bridged by heartbeats."""
    servers = venue("")
    servers.advance(100)
    driver = InProcessDriver(servers)
    client = SoupReplay(SoupSettings(driver.peers["stream"], "USER", "SECRET"), servers.session)
    driver.begin(client, 99, 4, 0)
    told = [each for now in range(0, 10 * SECOND, SECOND) for each in driver.poll(now)]
    servers.advance(200)
    seen = simulated(driver, 1)

    assert len(told) == 2
    assert seen.ends == [Done(99, 4)]
    assert seen.at_ns > 9 * SECOND


def test_nobody_and_nothing_in_simulated_time() -> None:
    """No such server, by stream and by datagram; stopped in the middle nothing more is heard."""
    driver = InProcessDriver(venue(""))
    nobody = Peer(Transport.TCP, "192.0.2.77", 1)
    client = Glimpse(SoupSettings(nobody, "U", "P"), SnapshotLimits(attempts_max=1))
    silent = MoldRequest(
        [Peer(Transport.UDP, "192.0.2.77", 1)], b"?" * 10, RequestLimits(attempts_max=1)
    )
    stopped = MoldRequest([driver.peers["request"]], driver.servers.session)
    driver.begin(client, 1, 1, 0)
    driver.begin(silent, 1, 1, 0)
    driver.begin(stopped, 1, 9, 0)
    driver.stop(stopped, 0)
    driver.wait(SECOND)

    assert sorted(each.reason for each in simulated(driver, 2).ends if isinstance(each, Failed)) == [
        "connection closed", "silence",
    ]  # fmt: skip
    assert driver.poll(10 * SECOND) == []
    assert driver.wake_ns is None


def test_tcp_replay_in_simulated_time() -> None:
    """As of what is known: refused before, brought after."""
    servers = mdp3_servers(messages=300, seed=3, instruments=4)
    driver = InProcessDriver(servers)
    client = CmeTcpReplay(ReplaySettings(driver.peers["replay"], "CME", "SECRET", 310))
    servers.advance(49)
    driver.begin(client, 50, 3, 0)
    early = simulated(driver, 1)
    servers.advance(60)
    driver.begin(client, 50, 3, early.at_ns)
    later = simulated(driver, 1)

    assert early.ends == [Failed("logged out early", 50, 3)]
    assert later.ends == [Done(50, 3)]
    assert [by_hand.u(each, 0, 4) for each in later.payloads] == [50, 51, 52]

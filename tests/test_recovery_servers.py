"""Recovery end to end: a simulated day of which both lines lose a part, and the venue's servers.

Without a server the loss is exactly what both lines lost, and every book says so. With one, in simulated time or
over sockets, rows and books are those of the whole day, and no row was ever in doubt.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog
from packets import add_order, mold
from recoveries import MS
from scripted import Answers, Scripted
from tapes import NASDAQ_A, Sent, tape

from feedhandler.counter import Counter, Words
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.event import Flag, Kind
from feedhandler.recovering import Driver, glimpse, one_after_the_other, re_request
from feedhandler.recovering.plans import BackendsOf
from feedhandler.replaying import Replay
from feedhandler.session.backend import Backend, Done, Inject, Peer, Transport
from feedhandler.session.channel_header import EXPECTED
from feedhandler.session.channels import Channel
from feedhandler.session.holding import Arbitration
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.simulator import simulate
from feedhandler.simulator.capture import write_capture, write_recorded
from feedhandler.simulator.faulty import FaultyFrames
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.sockets import VenueSockets
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.frames import frames
from feedhandler.source.pcap_file import open_capture

FEED = "nasdaq.itch50"
DAY: dict[str, Any] = {"messages": 6000, "seed": 5, "instruments": 5}
NOBODY = Peer(Transport.UDP, "192.0.2.77", 9)
NOWHERE = Peer(Transport.TCP, "192.0.2.77", 9)
LOSS = "line-a-drop=0.06,line-b-drop=0.06"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The whole day."""
    path = tmp_path_factory.mktemp("day") / "clean.pcap"
    write_capture(path, simulate(FEED, **DAY))
    return str(path)


@pytest.fixture(scope="module")
def lossy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a bad network left of it."""
    path = tmp_path_factory.mktemp("day") / "lossy.pcap"
    write_recorded(path, FaultyFrames(simulate(FEED, **DAY), FEED, parse_faults(LOSS), 3))
    return str(path)


LIMITS = RequestLimits(timeout_ns=20 * MS, attempts_max=12)
HASTY = RequestLimits(timeout_ns=20 * MS, attempts_max=2)


def requests(peer: Peer) -> BackendsOf:
    """Ask again."""
    return re_request([peer], LIMITS)


def snapshots(peer: Peer) -> BackendsOf:
    """Take a snapshot."""
    return glimpse(SoupSettings(peer, "USER", "SECRET"))


def run(path: str, recovery: RecoveryPlan | None = None, **more: Any) -> tuple[Replay, Any]:
    """A replay that has ended, and its rows."""
    with Replay(path, FEED, recovery=recovery, **more) as replay:
        rows = np.concatenate([batch.copy() for batch in replay])
    return replay, rows


def flagged(rows: Any) -> int:
    return int((rows["flags"] & Flag.MAYBE_BAD_BOOK != 0).sum())


def payloads_of(path: str) -> list[bytes]:
    """Every datagram of a capture."""
    source = open_capture(path)
    with closing(source):
        return [frame.data[42:] for frame in frames(source)]


def units_of(path: str) -> set[int]:
    """Every message that a capture holds, read without sessions."""
    found: set[int] = set()
    for payload in payloads_of(path):
        first, count = int.from_bytes(payload[10:18], "big"), int.from_bytes(payload[18:20], "big")
        found.update(range(first, first + count % 0xFFFF))
    return found


def test_without_a_server_the_loss_is_what_both_lines_lost(lossy: str) -> None:
    """Exactly that, and every book and each row behind the first gap says so."""
    replay, rows = run(lossy)
    missing = {unit for gap in replay.gaps for unit in range(gap.first, gap.first + gap.count)}
    behind = rows[rows["sequence"] > min(missing)]
    books = behind[behind["kind"] == Kind.ORDER]

    assert missing == units_of(lossy) ^ set(range(1, max(units_of(lossy)) + 1))
    assert len(missing) > 5
    assert flagged(books) == len(books) > 1000
    assert {view.state for view in replay.books} == {"STALE"}
    assert replay.channels[0]["state"] == "stale"


@pytest.mark.parametrize("wrongs", ["", "drop=0.2,short=0.3,refuse=0.05,slow=1ms,reorder=3ms"])
def test_with_a_server_nothing_is_in_doubt(clean: str, lossy: str, wrongs: str) -> None:
    """In simulated time: the rows of the whole day, in order."""
    servers = itch_servers(misbehaviour=Misbehaviour.parse(wrongs), **DAY)
    driver = InProcessDriver(servers)
    patient = Arbitration(recovery_timeout_ns=60_000 * MS, slots=1 << 14)
    whole, _ = run(clean)
    lost, _ = run(lossy)
    replay, rows = run(
        lossy, RecoveryPlan(driver, requests(driver.peers["request"])), arbitration=patient
    )

    assert replay.digest == whole.digest
    assert replay.books.digest() == whole.books.digest()
    assert (flagged(rows), replay.gaps) == (0, [])
    assert [(gap.first, gap.count) for gap in replay.recovered] == [
        (gap.first, gap.count) for gap in lost.gaps
    ]
    assert {gap.method for gap in replay.recovered} == {"moldudp64"}
    assert replay.counters["requests"] >= len(lost.gaps)
    assert replay.counters["recovered"] == len(lost.gaps)
    assert replay.channels[0]["state"] == "synchronized"


def test_over_sockets(clean: str, lossy: str) -> None:
    """The capture stands still while the server is asked."""
    whole, _ = run(clean)
    with VenueSockets(itch_servers(**DAY)) as venue, Driver() as driver:
        poll = driver.poll

        def both(now_ns: int) -> Any:
            venue.poll(now_ns)
            return poll(now_ns)

        driver.poll = both  # type: ignore[method-assign]
        plan = RecoveryPlan(driver, requests(venue.peers["request"]), patient=True)
        replay, rows = run(lossy, plan)

    assert replay.digest == whole.digest
    assert replay.books.digest() == whole.books.digest()
    assert (flagged(rows), replay.gaps) == (0, [])
    assert replay.counters["replies"] >= len(replay.recovered) > 3


def test_a_server_that_fails_leaves_gaps(lossy: str) -> None:
    """Nobody knows the session: the ranges fail, and they are gaps as without a server."""
    driver = InProcessDriver(itch_servers(**DAY))
    lost, _ = run(lossy)
    replay, rows = run(lossy, RecoveryPlan(driver, re_request([NOBODY], HASTY)))
    found = {unit for gap in replay.gaps for unit in range(gap.first, gap.first + gap.count)}

    assert found == {unit for gap in lost.gaps for unit in range(gap.first, gap.first + gap.count)}
    assert replay.recovered == []
    assert {gap.method for gap in replay.gaps[:3]} == {"moldudp64: silence"}
    assert {gap.method for gap in replay.gaps[3:]} <= {"moldudp64: silence", "moldudp64: set aside"}
    assert {gap.end_ns for gap in replay.gaps} == {0}
    assert flagged(rows) > 1000
    assert {view.state for view in replay.books} == {"STALE"}


# --- late join ------------------------------------------------------------------------------------
def late(path: Path, source: str, behind: int) -> str:
    """A capture without its first frames."""
    from cli_runs import rewritten  # noqa: PLC0415

    count = iter(range(1 << 30))
    return rewritten(path, source, lambda frame: None if next(count) < behind else frame.data)


class Known(InProcessDriver):
    """Servers know what the venue has sent: a little more than the run has taken."""

    replay: Replay | None = None

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Begin a recovery."""
        self.servers.advance(first + count + 20)
        super().begin(backend, first, count, now_ns)


def test_who_comes_late_takes_the_books_from_a_snapshot(tmp_path: Path, clean: str) -> None:
    """And goes on behind it: books and later rows are those of the whole day."""
    whole, all_rows = run(clean)
    path = late(tmp_path / "late.pcap", clean, 2600)
    joined, _ = run(path)
    driver = Known(itch_servers(**DAY))
    peers = driver.peers
    plan = RecoveryPlan(driver, requests(peers["request"]), snapshots(peers["snapshot"]))
    replay, rows = run(path, plan)
    (gap,) = replay.joined
    begins = int(rows["sequence"][0]) + 1  # behind what the snapshot includes

    assert joined.joined[0].count > 500
    assert replay.books.digest() == whole.books.digest() != joined.books.digest()
    assert (gap.first, gap.method, gap.loaded) == (1, "glimpse", True)
    assert gap.count == joined.joined[0].count < begins - 1
    assert (flagged(rows), replay.gaps, replay.recovered) == (0, [], [])
    assert rows["kind"][0] == Kind.CHANNEL_RESET
    later = all_rows[all_rows["sequence"] >= begins]
    assert (rows["order_id"][-len(later) :] == later["order_id"]).all()
    assert int(replay.engine.channels.table[0, EXPECTED]) == whole.channels[0]["next_expected"]
    assert replay.channels[0]["state"] == "synchronized"
    assert {view.symbol for view in replay.books} == {view.symbol for view in whole.books}
    assert replay.engine.counters[Counter.REQUESTS] >= 1


def test_who_comes_late_and_gets_no_snapshot_joins_in_doubt(tmp_path: Path, clean: str) -> None:
    """As without a server."""
    path = late(tmp_path / "late.pcap", clean, 2600)
    driver = InProcessDriver(itch_servers(**DAY))
    replay, rows = run(path, RecoveryPlan(driver, re_request([NOBODY], HASTY), snapshots(NOWHERE)))
    plain, plain_rows = run(path)

    assert replay.books.digest() == plain.books.digest()
    assert flagged(rows) == flagged(plain_rows) > 1000
    assert [(gap.first, gap.count) for gap in replay.joined] == [
        (gap.first, gap.count) for gap in plain.joined
    ]
    assert replay.counters["recovery_failed"] == 2


def test_who_comes_late_may_ask_for_the_beginning(tmp_path: Path, clean: str) -> None:
    """Where there is no server of snapshots: all of the day is there, as if nobody had come late."""
    whole, _ = run(clean)
    path = late(tmp_path / "late.pcap", clean, 2600)
    driver = InProcessDriver(itch_servers(**DAY))
    replay, rows = run(path, RecoveryPlan(driver, requests(driver.peers["request"])))
    (gap,) = replay.recovered

    assert replay.books.digest() == whole.books.digest()
    assert replay.digest == whole.digest
    assert (gap.first, gap.method, flagged(rows), replay.joined) == (1, "moldudp64", 0, [])


def test_a_loss_that_nobody_can_send_again_is_healed_by_a_snapshot(lossy: str, clean: str) -> None:
    """Of holes, too: the snapshot is younger than the hole, and the stream goes on behind it."""
    whole, _ = run(clean)
    driver = Known(itch_servers(**DAY))
    holes = one_after_the_other(re_request([NOBODY], HASTY), snapshots(driver.peers["snapshot"]))
    replay, rows = run(lossy, RecoveryPlan(driver, holes))

    assert replay.books.digest() == whole.books.digest()
    assert (flagged(rows), replay.recovered) == (0, [])
    assert {(gap.method, gap.loaded) for gap in replay.gaps} == {("glimpse", True)}
    assert replay.counters["gaps"] == len(replay.gaps)
    assert len(replay.gaps) > 3
    assert (
        replay.counters["recovery_failed"] == 3
    )  # then it is set aside, and snapshots are asked at once
    assert replay.counters["servers_set_aside"] == 1


# --- inject ---------------------------------------------------------------------------------------
def test_what_is_injected_passes_as_if_a_line_had_brought_it(lossy: str, clean: str) -> None:
    """Every datagram of the whole day, before the first frame: each unit passes once."""
    whole, _ = run(clean)
    payloads = payloads_of(clean)
    with Replay(lossy, FEED) as replay:
        batches = iter(replay)
        rows = [next(batches).copy()]
        taken = sum(replay.engine.inject(0, payload) for payload in payloads)
        refused = replay.engine.inject(0, b"short")
        rows += [batch.copy() for batch in batches]

    assert (taken, refused) == (len(payloads), False)
    assert replay.counters["malformed_transport"] == 1
    assert replay.books.digest() == whole.books.digest()
    assert int(replay.engine.channels.table[0, EXPECTED]) == whole.channels[0]["next_expected"]


class AllKnowing(InProcessDriver):
    """Servers of a day that is over."""

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Begin a recovery."""
        self.servers.advance(1 << 20)
        super().begin(backend, first, count, now_ns)


def test_a_snapshot_from_beyond_the_lines_waits_for_them(tmp_path: Path, clean: str) -> None:
    """At once it would show books of the evening in the morning, and all that still comes would be old."""
    whole, _ = run(clean)
    path = late(tmp_path / "late.pcap", clean, 2600)
    driver = AllKnowing(itch_servers(**DAY))
    plan = RecoveryPlan(driver, re_request([NOBODY], HASTY), snapshots(driver.peers["snapshot"]))
    replay, rows = run(path, plan)
    (gap,) = replay.joined

    assert replay.engine.counters[Counter.SNAPSHOTS_AHEAD] >= 1
    assert replay.books.digest() == whole.books.digest()
    assert (gap.loaded, gap.method, flagged(rows)) == (True, "glimpse", 0)
    assert {view.state for view in replay.books} == {"SYNCHRONIZED"}


# --- what is left behind --------------------------------------------------------------------------
class Sockets(Scripted):
    """Counts the back ends that have sockets; of who is stopped one is there until its other side has ended."""

    def __init__(self, linger_ns: int = 0) -> None:
        super().__init__()
        self.open: set[int] = set()
        self.most = 0
        self._linger_ns = linger_ns
        self._until_ns: int | None = None

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Open one."""
        super().begin(backend, first, count, now_ns)
        self.open.add(id(backend))
        self.most = max(self.most, len(self.open))

    def stop(self, backend: Backend, now_ns: int) -> None:
        """Close it."""
        super().stop(backend, now_ns)
        self.open.discard(id(backend))
        if self._linger_ns:
            self._until_ns = self.wake_ns = now_ns + self._linger_ns

    def poll(self, now_ns: int) -> Any:
        """Look whether the other side has ended."""
        told = super().poll(now_ns)
        if self._until_ns is not None and now_ns >= self._until_ns:
            self._until_ns = None
        self.wake_ns = self._until_ns
        return told


def asking(path: Path, sent: Sequence[Sent], driver: Sockets, answers: BackendsOf) -> Replay:
    waits = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=10_000)
    name = tape(path / "tape.pcap", sent)
    with Replay(name, FEED, arbitration=waits, recovery=RecoveryPlan(driver, answers)) as replay:
        return replay.run()


@pytest.mark.parametrize("answered", [True, False])
def test_no_socket_of_a_hole_outlives_it(tmp_path: Path, *, answered: bool) -> None:
    """Of forty sessions with a hole each, brought by the server or not."""
    names = [f"SESSION{number:03}".encode() for number in range(40)]
    sent = [
        (NASDAQ_A, mold([add_order(each, "B", 10, each)], each, name))
        for name in names
        for each in (1, 2, 4, 5, 6, 7, *range(8, 30))
    ]

    def server(_channel: Channel, session: bytes, _counters: Words) -> list[Answers]:
        lost = mold([add_order(3, "B", 10, 3)], 3, session)
        return [Answers("server", [Inject(lost), Done(3, 1)] if answered else [])]

    driver = Sockets()
    replay = asking(tmp_path, sent, driver, server)

    assert len(replay.recovered) == (40 if answered else 0)
    assert (driver.most, driver.open) == (1, set())


def test_a_connection_is_closed_though_nobody_asks_any_more(tmp_path: Path) -> None:
    """A line brought the hole; the other side keeps its end open, and is waited for in vain."""
    numbers = [*range(1, 10), *range(11, 16), 10, *range(16, 1000)]
    sent = [(NASDAQ_A, mold([add_order(each, "B", 10, each)], each)) for each in numbers]
    driver = Sockets(linger_ns=300_000)
    replay = asking(tmp_path, sent, driver, lambda *_: [Answers("soupbintcp")])

    assert [gap.method for gap in replay.recovered] == ["late line"]
    assert (driver.open, driver.wake_ns) == (set(), None)

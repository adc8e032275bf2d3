"""How recoveries end: at the end of a session, when nobody has what is missing, and when the run is stopped."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import rewritten
from click.testing import CliRunner
from recoveries import MS

from feedhandler.cli.main import cli
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.recovering import Driver, re_request
from feedhandler.replaying import Replay
from feedhandler.session.backend import Backend, Peer, Transport
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.simulator import simulate
from feedhandler.simulator.capture import write_capture
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.sockets import VenueSockets

FEED = "nasdaq.itch50"
DAY: dict[str, Any] = {"messages": 2000, "seed": 7, "instruments": 3}
CUT = 1900  # the first message that no line brings any more
UNITS = 2000
HASTY = RequestLimits(timeout_ns=20 * MS, attempts_max=2)
NOBODY = Peer(Transport.UDP, "192.0.2.77", 9)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The whole day."""
    path = tmp_path_factory.mktemp("day") / "day.pcap"
    write_capture(path, simulate(FEED, **DAY))
    return str(path)


def without(path: Path, source: str, lost: Callable[[int, int], bool]) -> str:
    """A capture without some of its messages; heartbeats and the end of the session stay."""

    def kept(frame: Any) -> bytes | None:
        payload = frame.data[42:]
        first, count = int.from_bytes(payload[10:18], "big"), int.from_bytes(payload[18:20], "big")
        return None if 0 < count < 0xFFFF and lost(first, count) else bytes(frame.data)

    return rewritten(path, source, kept)


def run(path: str, plan: RecoveryPlan | None = None) -> Replay:
    with Replay(path, FEED, recovery=plan) as replay:
        return replay.run()


def test_what_is_lost_at_the_end_is_known_by_the_end_of_the_session(
    tmp_path: Path, day: str
) -> None:
    """Which bears the number behind the last message: with a server it is there, without one it is told."""
    path = without(tmp_path / "cut.pcap", day, lambda first, count: first + count > CUT)
    driver = InProcessDriver(itch_servers(**DAY))
    healed = run(path, RecoveryPlan(driver, re_request([driver.peers["request"]])))
    lossy, whole = run(path), run(day)
    (gap,) = lossy.gaps

    assert gap.first + gap.count - 1 == UNITS == whole.counters["messages"]
    assert {view.state for view in lossy.books} == {"STALE"}
    assert (healed.gaps, healed.recovered[0].first) == ([], gap.first)
    assert healed.books.digest() == whole.books.digest()
    assert {view.state for view in healed.books} == {"SYNCHRONIZED"}
    assert lossy.channels[0]["ended"]
    assert healed.channels[0]["ended"]


def test_what_the_server_does_not_have_either_is_a_gap_with_its_reason(
    tmp_path: Path, day: str
) -> None:
    """Each book is STALE, the channel too, and the table says who was asked."""
    path = without(tmp_path / "hole.pcap", day, lambda first, _count: 900 <= first < 950)
    servers = itch_servers(**DAY)
    servers.advance(800)
    driver = InProcessDriver(servers)
    replay = run(path, RecoveryPlan(driver, re_request([driver.peers["request"]], HASTY)))
    (gap,) = replay.gaps

    assert (gap.method, gap.end_ns) == ("moldudp64: silence", 0)
    assert gap.lines == "AB"
    assert {view.state for view in replay.books} == {"STALE"}
    assert replay.channels[0]["state"] == "stale"
    assert replay.counters["recovery_failed"] == 1


def test_the_report_tells_who_was_asked_in_vain(tmp_path: Path, day: str) -> None:
    """In the table, and in JSON with start and an end that is not there."""
    path = without(tmp_path / "hole.pcap", day, lambda first, _count: 900 <= first < 950)
    with VenueSockets(itch_servers(**DAY)) as venue:  # they listen, and nobody polls them
        host, port = venue.peers["request"].host, venue.peers["request"].port
        result = CliRunner().invoke(cli, ["replay", path, "--recover", f"{host}:{port}", "--json"])
    (gap,) = json.loads(result.stdout)["gaps"]

    assert result.exit_code == 1
    assert (gap["method"], gap["end"], gap["rows"] > 100) == ("moldudp64: silence", None, True)
    assert 0 < gap["start"] <= gap["ts_recv"]
    assert gap["in_doubt_ns"] > 0


def test_a_run_that_waits_for_a_server_can_be_stopped(tmp_path: Path, day: str) -> None:
    """From another thread, as by Ctrl-C: it does not wait for the server any longer."""
    path = without(tmp_path / "hole.pcap", day, lambda first, _count: 900 <= first < 950)
    endless = RequestLimits(timeout_ns=3_600_000 * MS)
    asked = threading.Event()

    class Asked(Driver):
        """Tells when it was asked."""

        def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
            """Begin, and tell."""
            super().begin(backend, first, count, now_ns)
            asked.set()

    with Asked() as driver:
        plan = RecoveryPlan(driver, re_request([NOBODY], endless), patient=True)
        with Replay(path, FEED, recovery=plan) as replay:
            stopper = threading.Thread(target=lambda: (asked.wait(60), replay.stop()))
            stopper.start()
            replay.run()
            stopper.join()

    assert asked.is_set()
    assert replay.channels[0]["next_expected"] < UNITS
    assert replay.counters["requests"] == 1


def test_books_come_from_a_snapshot_over_sockets(tmp_path: Path, day: str) -> None:
    """`replay --snapshot`: who joins at a heartbeat, and then loses messages, ends with the books of the day."""
    path = without(tmp_path / "late.pcap", day, lambda first, _count: first < 1500)
    with VenueSockets(itch_servers(**DAY)) as venue:
        ended = threading.Event()

        def serve() -> None:
            import time  # noqa: PLC0415

            while not ended.is_set():
                venue.poll(time.monotonic_ns(), 1_000_000)

        server = threading.Thread(target=serve)
        server.start()
        place = f"{venue.peers['snapshot'].host}:{venue.peers['snapshot'].port}"
        words = ["replay", path, "--snapshot", place, "--login", "USER", "--json", "-q"]
        try:
            result = CliRunner().invoke(cli, words, env={"FEEDHANDLER_PASSWORD": "SECRET"})
        finally:
            ended.set()
            server.join()
    found, whole = json.loads(result.stdout), run(day)

    assert result.exit_code == 1  # messages behind the heartbeat never came
    assert found["digest"]["books"] == whole.books.digest()
    for gap in (joined := found["joined"])[0], (lost := found["gaps"])[0]:
        assert (gap["method"], gap["loaded"]) == ("glimpse", True)
    assert len(joined) == len(lost) == 1
    assert joined[0]["last"] + 1 == lost[0]["first"] < 1500 < lost[0]["last"]
    assert (found["recovered"], found["books"]["synchronized"]) == ([], 3)

"""The ways to have lost units sent again, each from the command line and over sockets: whom `--recover` asks."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import ITCH, document, feedhandler, one_line
from packets import add_order, mold
from tapes import NASDAQ_A, tape

from feedhandler.cli.recovery_servers import PASSWORD, server
from feedhandler.decode.catalog import feed
from feedhandler.replaying import Replay
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.holding import Arbitration

DAY = ["--messages", "4000", "--seed", "5", "--instruments", "4"]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def simulated(path: Path, name: str, *more: str) -> str:
    """A capture of the day."""
    done = feedhandler("simulate", name, "-w", str(path), *DAY, "-q", *more)
    assert done.exit_code == 0, done.output
    return str(path)


@contextmanager
def venue(name: str) -> Iterator[dict[str, str]]:
    """The servers of the day in another process: HOST:PORT by name."""
    words = [sys.executable, "-m", "feedhandler", "simulate", name, *DAY, "--json"]
    words += ["--serve", "--seconds", "600"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            text += process.stdout.readline()
        told = json.loads(text)["servers"].items()
        yield {server: place.partition(":")[2] for server, place in told}
        process.terminate()


@pytest.mark.parametrize(
    ("name", "listens", "way", "method"),
    [
        ("nasdaq.itch50", "stream", "soupbintcp://", "soupbintcp"),
        ("nasdaq.itch50", "request", "moldudp64://", "moldudp64"),
        ("cme.mdp3", "replay", "tcp_replay://", "tcp_replay"),
        ("cme.mdp3", "replay", "", "tcp_replay"),
    ],
)
def test_a_replay_asks_in_this_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, listens: str, way: str, method: str
) -> None:
    """It ends with the events and books of the whole day, and says who brought what was missing."""
    monkeypatch.setenv(PASSWORD, "SECRET")
    clean = simulated(tmp_path / "clean.pcap", name)
    lossy = simulated(tmp_path / "lossy.pcap", name, "--faults", INCREMENTS[name])
    login = [] if method == "moldudp64" else ["--login", "USER"]
    with venue(name) as servers:
        found = replayed(lossy, "--recover", way + servers[listens], *login)
    lost = replayed(lossy)

    assert found["digest"]["books"] == replayed(clean)["digest"]["books"]
    assert (found["gaps"], found["problems"], found["exit_code"]) == ([], [], 0)
    assert len(found["recovered"]) == len(lost["gaps"]) > 2
    assert {gap["method"] for gap in found["recovered"]} == {method}
    assert all(gap["in_doubt_ns"] == 0 for gap in found["recovered"])


# What both lines lose; of CME not the loops, which would make packets of theirs missing as well.
INCREMENTS = {
    "nasdaq.itch50": "drop=6%",
    "cme.mdp3": "line-224.0.31.1:14310-drop=6%,line-224.0.32.1:15310-drop=6%",
}


def replayed(*words: str) -> dict[str, Any]:
    """The report of a replay."""
    return document("replay", *words, "-q")


def test_a_wrong_password_is_the_reason_of_the_gap(tmp_path: Path) -> None:
    """The next server is asked; with none left the hole is a gap, and says why."""
    lossy = simulated(tmp_path / "lossy.pcap", "nasdaq.itch50", "--faults", "drop=6%")
    with venue("nasdaq.itch50") as servers:
        stream = f"soupbintcp://{servers['stream']}"
        alone = replayed(lossy, "--recover", stream, "--login", "USER")
        words = ("--recover", stream, "--recover", servers["request"], "--login", "USER")
        both = replayed(lossy, *words)

    assert any("login rejected" in gap["method"] for gap in alone["gaps"])
    assert (both["gaps"], {gap["method"] for gap in both["recovered"]}) == ([], {"moldudp64"})


def test_a_password_that_the_login_has_no_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, and not shown; CME's logins have room."""
    monkeypatch.setenv("FEEDHANDLER_PASSWORD", "ELEVENCHARS")
    result = feedhandler("replay", ITCH, "--snapshot", "127.0.0.1:7", "--login", "USER")

    assert result.exit_code == 2
    assert "FEEDHANDLER_PASSWORD: SoupBinTCP has room for 10 letters" in result.output
    assert "ELEVEN" not in result.output


def test_servers_are_read_by_their_feed() -> None:
    """The usual way is not named; TCP or UDP follows from it."""
    itch, cme = feed("nasdaq.itch50"), feed("cme.mdp3")
    place = ("10.0.0.1", 7)

    assert server(itch, "10.0.0.1:7") == ("moldudp64", Peer(Transport.UDP, *place))
    assert server(itch, "soupbintcp://10.0.0.1:7") == ("soupbintcp", Peer(Transport.TCP, *place))
    assert server(cme, "10.0.0.1:7") == ("tcp_replay", Peer(Transport.TCP, *place))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--recover", "127.0.0.1:0"), "--recover 127.0.0.1:0: nobody listens on port 0"),
        (("--snapshot", "127.0.0.1:0"), "--snapshot 127.0.0.1:0: nobody listens on port 0"),
        (
            ("--recover", "tcp_replay://127.0.0.1:7"),
            "--recover tcp_replay://127.0.0.1:7: nasdaq.itch50 is asked by moldudp64, soupbintcp",
        ),
        (
            ("--recover", "soup://127.0.0.1:7"),
            "--recover soup://127.0.0.1:7: nasdaq.itch50 is asked",
        ),
        (("--recover", "233.54.12.111:7"), "--recover '233.54.12.111:7': a server is a host"),
        (("--snapshot", "255.255.255.255:7"), "--snapshot '255.255.255.255:7': a server is a host"),
        (("--snapshot", "1.2.3.4:7", "--login", "LONGUSER"), "--login: SoupBinTCP has room for 6"),
        (
            ("--recover", "soupbintcp://1.2.3.4:7", "--login", "LONGUSER"),
            "--login: SoupBinTCP has room for 6 letters",
        ),
        (("--recover", "1.2.3.4:7", "--login", "ME"), "--login: nobody is asked who wants to know"),
        (("--recover", "1.2.3.4:7", "--feed", "moex.forts"), "--recover: moex.forts has no such"),
        (("--snapshot", "1.2.3.4:7", "--feed", "cme.mdp3"), "--snapshot: cme.mdp3 has no such"),
    ],
)
def test_what_cannot_be_asked_is_told(options: tuple[str, ...], told: str) -> None:
    """In a line, before anything is read."""
    result = feedhandler("replay", ITCH, *options)

    assert result.exit_code == 2
    assert one_line(result).startswith(told)


def test_a_server_that_refuses_is_told_by_its_address(tmp_path: Path) -> None:
    """Not as one that closed in good order: host, port and what the system says."""
    lossy = simulated(tmp_path / "lossy.pcap", "nasdaq.itch50", "--faults", "drop=6%")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        found = replayed(lossy, "--recover", f"soupbintcp://{place}", "--login", "USER")

    assert f"soupbintcp: {place}: Connection refused" in {gap["method"] for gap in found["gaps"]}


def test_a_reply_without_room_is_told_with_the_size(tmp_path: Path) -> None:
    """And with the option that gives more room."""
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 6)]
    engine = Replay(
        tape(tmp_path / "x.pcap", sent), "nasdaq.itch50", arbitration=Arbitration(slots=2)
    )
    with engine as replay:
        replay.run()
        told = [replay.engine.intake.inject(0, datagram) for datagram in replies(7, 8, 9)]

    assert told == ["", "", "no room beside what waits: 2 slots of 9,216 bytes (--slots)"]


def replies(*numbers: int) -> list[bytes]:
    """Datagrams of one message each."""
    return [mold([add_order(n, "B", 100, 10_000)], n + 3) for n in numbers]

"""Both lines lose one packet of a hundred, independently: what that costs, and what servers give back.

The judge is that of the fault schedules: after each datagram the books that it touched are compared with those of
a naive oracle that got the undamaged stream.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from feedhandler.cli.main import cli
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.schedule import KINDS, Market, run
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.frames import frames

LOSS = "line-a-drop=1%,line-b-drop=1%"
MESSAGES = 60_000
INSTRUMENTS = 8
MARKET = 5
FAULTS = 23
HEADER = 42  # Ethernet, IPv4 and UDP


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def market_of(kind: str) -> Market:
    return Market(KINDS[kind], MARKET, MESSAGES, INSTRUMENTS)


def lost_by_both(market: Market) -> list[int]:
    """Messages that no line brought, counted without any session: sets of numbers."""
    from feedhandler.replaying import faulty  # noqa: PLC0415

    def units(payloads: Iterator[bytes]) -> set[int]:
        found: set[int] = set()
        for each in payloads:
            first, count = int.from_bytes(each[10:18], "big"), int.from_bytes(each[18:20], "big")
            found.update(range(first, first + count % 0xFFFF))
        return found

    sent = units(frame[HEADER:] for _, _, frame in market.frames)
    network = faulty(Tape(whole(market.frames)), market.feed, parse_faults(LOSS), FAULTS)
    return sorted(sent - units(frame.data[HEADER:] for frame in frames(network)))


def test_without_a_server_the_loss_is_what_both_lost_and_no_book_hides_it() -> None:
    """The same number, and every book that may lack something says so, row by row."""
    market = market_of("itch")
    lost = lost_by_both(market)
    outcome = run(market, LOSS, FAULTS)

    assert len(lost) > 4
    assert outcome.lost_units == len(lost)
    assert outcome.gaps == len([unit for unit in lost if unit - 1 not in lost])
    assert (outcome.failures, outcome.in_doubt_at_end) == ([], outcome.books)
    assert outcome.checks > MESSAGES // 4


@pytest.mark.parametrize("wrongs", ["", "drop=0.1,short=0.3,reorder=200us"])
def test_with_the_server_all_books_are_exact_and_none_is_in_doubt(wrongs: str) -> None:
    """At every end of event, too; in simulated time."""
    market = market_of("itch-server")
    outcome = run(market, LOSS, FAULTS, wrongs)

    assert (outcome.failures, outcome.gaps) == ([], 0)
    assert {"doubtful_rows", "stale_books", "joins"}.isdisjoint(outcome.counters)
    assert (outcome.books, outcome.in_doubt_at_end) == (INSTRUMENTS, 0)
    assert outcome.counters["recovered_units"] == len(lost_by_both(market))
    assert outcome.counters["messages"] == market.timeline.units


# --- from the command line, over sockets ----------------------------------------------------------
DAY = ["--messages", "6000", "--seed", "5", "--instruments", "5"]


def replayed(*arguments: str) -> dict[str, Any]:
    """The report of a replay."""
    result = CliRunner().invoke(cli, ["replay", *arguments, "--json", "-q"])
    return dict(json.loads(result.stdout))


def simulated(path: Path, *more: str) -> str:
    done = CliRunner().invoke(cli, ["simulate", "nasdaq.itch50", "-w", str(path), *DAY, *more])
    assert done.exit_code == 0, done.output
    return str(path)


def test_replay_asks_the_servers_of_another_process(tmp_path: Path) -> None:
    """`simulate --serve` answers over the loopback, `replay --recover` ends with the books of the whole day."""
    clean = simulated(tmp_path / "clean.pcap")
    lossy = simulated(tmp_path / "lossy.pcap", "--faults", "drop=6%")
    words = ["nasdaq.itch50", *DAY, "--serve", "--seconds", "300", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "feedhandler", "simulate", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            text += process.stdout.readline()
        servers = {
            name: each.partition(":")[2] for name, each in json.loads(text)["servers"].items()
        }
        found = replayed(lossy, "--recover", servers["request"])
        process.terminate()
    whole_day, lost = replayed(clean), replayed(lossy)

    assert found["digest"] == whole_day["digest"] != lost["digest"]
    assert (found["gaps"], found["problems"], found["exit_code"]) == ([], [], 0)
    assert len(found["recovered"]) == len(lost["gaps"]) > 2
    assert {gap["method"] for gap in found["recovered"]} == {"moldudp64"}
    assert all(gap["start"] <= gap["end"] and gap["in_doubt_ns"] == 0 for gap in found["recovered"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--login", "USER"], "--login: nobody is asked who wants to know"),
        (["--recover", "localhost:1"], "an IPv4 address and a port are expected"),
        (["--snapshot", "1.2.3.4"], "an IPv4 address and a port are expected"),
    ],
)
def test_what_cannot_be_asked_is_told(tmp_path: Path, options: list[str], told: str) -> None:
    """In a line."""
    path = simulated(tmp_path / "day.pcap")
    result = CliRunner().invoke(cli, ["replay", path, *options])

    assert result.exit_code == 2
    assert told in result.output

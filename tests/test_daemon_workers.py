"""Several workers, each with its engine, source, core and names in shared memory; what a process does to itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runs import feedhandler
from lan import wire
from live_frames import send, udp
from packets import mold
from shared_memory import fresh_name
from test_daemon import counted, end, reading, settled, started, until

from feedhandler.config import Worker
from feedhandler.config_reading import parse
from feedhandler.decode.catalog import feed
from feedhandler.live import warm
from feedhandler.live.plan import cores_of_workers, plans_of
from feedhandler.publish.segment import folder
from feedhandler.telemetry.observing import Observer
from feedhandler.wire.routes import Group

name = pytest.fixture(fresh_name)
TESTS = Path(__file__).parent
TWO = """
name = "{name}"
metrics.address = ""
{workers}
[[feed]]
feed = "nasdaq.itch50"
publish = "{name}"
interfaces = {{ A = "line_a", B = "line_b" }}
ring_bytes = 4_194_304
limits = {{ books = 64, orders = 262_144, levels = 8_192 }}
"""
WORKERS = """
[[worker]]
name = "w{number}"
idle = "block"
{more}
"""
SYSTEM_EVENT = b"S" + bytes(10) + b"O"


def configuration(name: str, count: int, *more: str) -> str:
    """The three channels of a feed on so many workers."""
    workers = "".join(
        WORKERS.format(number=number, more=more[number] if more else "") for number in range(count)
    )
    return TWO.format(name=name, workers=workers)


def facts(file: Path, inside: Any, *part: str) -> dict[str, Any]:
    """What a process of a configuration says of itself."""
    with inside.entered():
        done = subprocess.run(
            [sys.executable, str(TESTS / "daemon_facts.py"), str(file), *part],
            capture_output=True, text=True, check=False, timeout=240,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# --- plans ----------------------------------------------------------------------------------------
def test_channels_are_spread_with_their_groups_and_interfaces() -> None:
    """Each worker has the channels of its share, and listens to their groups only, line by line."""
    plans = plans_of(parse(configuration("x", 2)))
    places = [
        {
            interface: [str(Group(*place)) for place in groups]
            for interface, groups in each.groups.items()
        }
        for each in plans
    ]

    assert [[channel.id for channel in each.feed.channels] for each in plans] == [[1, 3], [2]]
    assert [each.publish for each in plans] == ["x.w0", "x.w1"]
    assert places[1] == {"line_a": ["233.54.12.40:25475"], "line_b": ["233.49.196.40:25475"]}
    assert [each.lines for each in plans] == [{"line_a": "A", "line_b": "B"}] * 2
    assert [each.loop for each in plans] == ["w0.nasdaq.itch50", "w1.nasdaq.itch50"]


def test_loops_of_feeds_of_one_name_have_names_of_their_own() -> None:
    """By what they publish; a feed that is the only one of its name has the loop's name that it always had."""
    cme = "".join(
        f"[[feed]]\nfeed = 'cme.mdp3'\npublish = '{name}'\ninterface = 'line_a'\n"
        f"[[feed.channel]]\nid = {port}\nlines = {{ A = '239.1.1.1:{port}' }}\n"
        for name, port in (("p1", 310), ("p2", 314))
    )
    plans = plans_of(parse(configuration("x", 1).replace("[[feed]]", f"{cme}[[feed]]", 1)))

    assert [each.loop for each in plans] == [
        "w0.cme.mdp3:p1", "w0.cme.mdp3:p2", "w0.nasdaq.itch50",
    ]  # fmt: skip
    assert [each.namesakes for each in plans] == [True, True, False]


@pytest.mark.parametrize(
    ("cores", "isolated", "expected"),
    [
        ([None], (), [None]), ([None], (3, 2), [2]), ([2, None], (2, 3), [2, 3]),
        ([None, 0, None], (5,), [5, 0, None]),
    ],
)  # fmt: skip
def test_isolated_cores_are_taken_by_who_names_none(
    cores: list[int | None], isolated: tuple[int, ...], expected: list[int | None]
) -> None:
    """Each core once; who finds none is not pinned."""
    workers = [Worker(name=f"w{number}", core=core) for number, core in enumerate(cores)]

    assert list(cores_of_workers(workers, frozenset(isolated)).values()) == expected


def test_what_workers_cannot_share_is_a_fault(tmp_path: Path) -> None:
    """Two feeds on a worker that spins; a filter of frames whose channels are spread."""
    second = '[[feed]]\nfeed = "cme.mdp3"\ninterface = "eth1"\n'
    first = second.replace("cme.mdp3", "nasdaq.itch50")
    file = tmp_path / "feed.toml"
    told = []
    for text in (
        first + second, '[[worker]]\nidle = "block"\n' + first + second,
        '[[worker]]\n[[worker]]\nname = "b"\n' + first + 'expression = "udp"\n',
        first + "checksums = true\n",
    ):  # fmt: skip
        file.write_text(text, "utf-8")
        told.append(feedhandler("config", "check", str(file)).stdout.partition("feed.toml:")[2])

    assert told == [
        "4: feed[1]: worker 'main' spins for feed[0] already: another worker, or idle = 'block'\n",
        told[1],
        "7: feed[0].expression: several workers have its channels, and each would get all frames that match\n",
        "4: feed[0].checksums: a live loop does not look at them: cards and UDP sockets do\n",
    ]
    assert "no fault" in told[1]


# --- at work --------------------------------------------------------------------------------------
@pytest.fixture
def compiled() -> None:
    """No process of a test waits for the compiler."""
    warm(feed("nasdaq.itch50"))


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("key", ["", "fanout = true\n"], ids=["filters", "fanout"])
def test_each_worker_has_its_own(name: str, key: str, tmp_path: Path) -> None:
    """Messages of a channel are counted by the worker that has it, and by no other; status tells of both."""
    file = tmp_path / "feed.toml"
    file.write_text(configuration(name, 2).replace("limits =", f"{key}limits ="), "utf-8")
    lines = {1: "233.54.12.111:26477", 2: "233.54.12.40:25475", 3: "233.54.12.45:26477"}
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file)
    ) as process:  # fmt: skip
        until(lambda: reading(name), process)
        with made.sender.entered():
            for number, text in lines.items():
                group = Group.parse(text)
                payloads = [mold([SYSTEM_EVENT], 1 + n, b"S") for n in range(10 * number)]
                send("line_a", [udp((group.address, group.port), each) for each in payloads])
        until(lambda: counted(f"{name}.w0", "messages") >= 40, process)
        until(lambda: counted(f"{name}.w1", "messages") >= 20, process)
        settled(lambda: counted(f"{name}.w0", "frames") + counted(f"{name}.w1", "frames"))
        found = [counted(f"{name}.w{number}", "messages") for number in range(2)]
        until(
            lambda: sum(len(each["channels"]) for each in Observer(name).look().feeds) == 3, process
        )
        seen = Observer(name).look()
        end(process)

    assert found == [40, 20]
    assert [(each["worker"], [c["channel"] for c in each["channels"]]) for each in seen.feeds] == [
        ("w0", [1, 3]), ("w1", [2])]  # fmt: skip
    assert [each["name"] for each in seen.state["loops"]] == [
        "w0.nasdaq.itch50",
        "w1.nasdaq.itch50",
    ]
    assert not list(folder().glob(f"feedhandler.{name}.*"))


@pytest.mark.usefixtures("compiled")
def test_a_process_does_to_itself_what_it_says(name: str, tmp_path: Path) -> None:
    """Pinned loops, and all else away from them; SCHED_FIFO; locked, present, large pages; a collector at rest."""
    core = max(os.sched_getaffinity(0))
    file = tmp_path / "feed.toml"
    file.write_text(configuration(name, 2, f"core = {core}\npriority = 1", ""), "utf-8")
    with wire("line_a", "line_b") as made:
        found = facts(file, made.receiver, "facts")
    loop, other = found["threads"].values()
    findings = " ".join(found["findings"] + found["troubles"])

    assert loop["cores"] == [core]
    assert other["cores"] == found["main"]
    assert (core in found["main"]) == (len(os.sched_getaffinity(0)) == 1)
    assert loop["policy"] == os.SCHED_FIFO or "priority: warn" in findings
    assert other["policy"] == os.SCHED_OTHER
    assert found["frozen"] > 1000
    assert found["resident_kb"] > found["pools_kb"]
    assert found["locked_kb"] > found["pools_kb"] or "memory: warn mlockall" in findings
    assert found["huge"] or "pools: warn" in findings
    assert found["privileges"] == {}
    assert "numa: " in findings


@pytest.mark.usefixtures("compiled")
def test_a_loop_that_fails_ends_the_process_in_order(name: str, tmp_path: Path) -> None:
    """It is told which one and why; the others are stopped, and no name is left."""
    file = tmp_path / "feed.toml"
    file.write_text(configuration(name, 2), "utf-8")
    with wire("line_a", "line_b") as made:
        found = facts(file, made.receiver, "fail", "w1.nasdaq.itch50")

    assert found == {"why": "worker w1.nasdaq.itch50 failed", "error": "on purpose",
                     "running": [False, False]}  # fmt: skip
    assert not list(folder().glob(f"feedhandler.{name}.*"))

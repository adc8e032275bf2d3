"""What is told of a process that has its name and has told nothing yet, and of one that was killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from cli_runs import feedhandler
from shared_memory import fresh_name
from test_metrics import ask, parsed, value

from feedhandler.publish import StateWriter
from feedhandler.telemetry.endpoint import Endpoint
from feedhandler.telemetry.metric_names import HELP
from feedhandler.telemetry.metrics import render
from feedhandler.telemetry.observing import Observed, Observer
from feedhandler.telemetry.state import FeedState, StateKeeper

KILLED = "import os, sys; from feedhandler.publish import StateWriter; StateWriter.create(sys.argv[1]); os._exit(9)"
name = pytest.fixture(fresh_name)


@pytest.fixture
def state(name: str) -> Iterator[StateWriter]:
    """Of a process that compiles, or opens."""
    made = StateWriter.create(name)
    yield made
    made.close()


def test_people_read_that_it_is_starting(state: StateWriter, name: str) -> None:
    """Its name, its process, since when; it is not ready (1)."""
    shown, names = feedhandler("status", name), feedhandler("status")
    first, *notes = shown.stdout.splitlines()

    assert first.startswith(f"{name}  process {state.segment.pid}, starting, for ")
    assert (notes, shown.exit_code) == (["note: it is starting"], 1)
    assert f"{name}  process {os.getpid()}, starting" in names.stdout.splitlines()


def test_machines_read_what_they_always_read(state: StateWriter, name: str) -> None:
    """The keys of every other document; what is not known yet is null."""
    result = feedhandler("status", name, "--json")
    listed = json.loads(feedhandler("status", "--json").stdout)["processes"]
    StateKeeper(state, name).tell(time.monotonic_ns(), [])
    before, later = (
        json.loads(each) for each in (result.stdout, feedhandler("status", name, "--json").stdout)
    )

    assert result.exit_code == 1
    assert list(before) == list(later)
    assert before == {
        "format": 1, "name": name, "version": None, "pid": os.getpid(),
        "started_ns": state.segment.created_ns, "told_ns": None, "phase": "starting",
        "ready": False, "log_lines_lost": 0, "clock_offset_ns": None, "loops": [], "feeds": [],
        "running": True, "troubles": [], "waits": ["it is starting"], "counters": {},
        "latencies_ns": {},
    }  # fmt: skip
    assert {"name": name, "running": True, "pid": os.getpid(), "phase": "starting"} in listed
    assert (later["phase"], later["waits"]) == ("starting", ["no book has been synchronized yet"])


def test_prometheus_reads_its_name(state: StateWriter, name: str) -> None:
    """It is well, and not ready; its version nobody knows."""
    result = feedhandler("status", name, "--prometheus")
    found = parsed(result.stdout)
    with Endpoint("127.0.0.1:0", Observer(name).look) as endpoint:
        asked = [ask(endpoint.address, path) for path in ("/healthz", "/readyz")]

    assert state.segment.pid == os.getpid()
    assert {labels for samples in found.values() for labels in samples} == {(("process", name),)}
    assert (value(found, "up"), value(found, "ready"), result.exit_code) == (1, 0, 1)
    assert asked == [(200, "ok\n"), (503, "it is starting\n")]


def test_one_that_was_killed_before_it_told_anything(name: str) -> None:
    """It has ended, and is not starting."""
    with subprocess.Popen([sys.executable, "-c", KILLED, name]) as process:
        process.wait(60)
    seen = Observer(name).look()

    assert (seen.running, seen.state["pid"]) == (False, process.pid)
    assert seen.troubles() == ["the process has ended"]
    assert seen.waits() == ["the process has ended", "no book has been synchronized yet"]
    assert feedhandler("status", name).stdout.startswith(f"{name}  has ended\n")


def test_who_was_killed_is_not_ready(state: StateWriter, name: str) -> None:
    """Though its last document says that it was: `ready` agrees with `up` and /readyz, and with its own words."""
    feed = FeedState("cme.mdp3", name, [], {"SYNCHRONIZED": 1}, {})
    StateKeeper(state, name).tell(time.monotonic_ns(), [feed])
    alive = Observer(name).look()
    killed = Observed(alive.state, running=False, now_ns=alive.now_ns)
    found = [parsed(render(each)) for each in (alive, killed)]

    assert (
        [value(each, "ready") for each in found] == [value(each, "up") for each in found] == [1, 0]
    )
    assert "0 again when the process has ended" in HELP["ready"]

"""Metrics, health, and the command that shows both: this state in, this text and these answers out."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from cli_runs import ITCH, feedhandler, one_line
from processes import PROGRAM
from shared_memory import fresh_name

from feedhandler.counter import Counter
from feedhandler.publish import SegmentError, SharedCounters, StateWriter
from feedhandler.publish.state import names_in_use
from feedhandler.telemetry import histogram_kernel, metric_names
from feedhandler.telemetry.endpoint import Endpoint
from feedhandler.telemetry.histogram_header import HISTOGRAM_WORDS
from feedhandler.telemetry.metrics import ENDS, lag_ns, render, seconds
from feedhandler.telemetry.observing import Observed, Observer
from feedhandler.telemetry.stages import Stage, StageHistograms
from feedhandler.telemetry.state import FeedState, Loop, StateKeeper

name = pytest.fixture(fresh_name)
LEAD = {"samples": 0, "mean": 0, "min": 0, "max": 0}
LINES = [
    {"line": "A", "group": "g", "datagrams": 9, "first": 7, "lost": 1, "silences": 0,
     "silent_since": 0, "lead": {**LEAD, "samples": 4, "mean": 1_500}},
    {"line": "B", "group": "h", "datagrams": 8, "first": 2, "lost": 2, "silences": 1,
     "silent_since": 55, "lead": LEAD},
]  # fmt: skip
CHANNEL = {"channel": 3, "name": "x", "role": "incremental", "state": "gap", "lines": LINES,
           "next_expected": 77}  # fmt: skip


class Process:
    """All that a running process has in shared memory."""

    def __init__(self, name: str) -> None:
        self.state = StateWriter.create(name)
        self.counters = SharedCounters.create(name)
        self.stages = StageHistograms.create(name)
        self.keeper = StateKeeper(self.state, name)
        self.feed = FeedState(
            feed="nasdaq.itch50", publish=name, channels=[CHANNEL], counters={},
            books={"EMPTY": 0, "SYNCHRONIZED": 3, "STALE": 2}, source="udp_socket",
            lost={"kernel": 5},
        )  # fmt: skip

    def tell(self, progress: int = 1) -> None:
        """As it is now."""
        self.keeper.tell(time.monotonic_ns(), [self.feed], [Loop("main", progress, 2)])

    def close(self) -> None:
        """The end."""
        for each in (self.stages, self.counters, self.state):
            each.close()


@pytest.fixture
def process(name: str) -> Iterator[Process]:
    """A process with a few counts and latencies."""
    made = Process(name)
    for counter, number in ((Counter.FRAMES, 17), (Counter.FRAGMENT, 2), (Counter.HOLD_FULL, 1)):
        made.counters.words[counter] = number
    at = Stage.WIRE_TO_BOOK * HISTOGRAM_WORDS
    histogram_kernel.record_all(
        made.stages.words, at, np.array([100, 300, 1_000_000, -5], np.int64)
    )
    made.tell()
    yield made
    made.close()


SAMPLE = re.compile(r'([a-zA-Z_:][\w:]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def parsed(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], Fraction]]:
    """A naive reader of the text format: samples by name, each with its labels; it refuses what is no sample."""
    found: dict[str, dict[tuple[tuple[str, str], ...], Fraction]] = {}
    typed: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, metric, kind = line.split(" ")
            assert metric not in typed, "a metric's samples stand together"
            typed[metric] = kind
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            metric = re.sub(r"_(bucket|sum|count)$", "", match[1])
            assert list(typed)[-1] in {metric, match[1]}
            labels = tuple(LABEL.findall(match[2] or ""))
            assert labels not in found.setdefault(match[1], {}), line
            found[match[1]][labels] = Fraction(match[3])
    return found


def value(samples: dict[str, Any], metric: str, **labels: str) -> Fraction:
    """The one sample with these labels among others."""
    (found,) = [
        number for each, number in samples[f"feedhandler_{metric}"].items()
        if set(labels.items()) <= set(each)
    ]  # fmt: skip
    return Fraction(found)


# --- text -----------------------------------------------------------------------------------------
def test_metrics_of_a_process(process: Process, name: str) -> None:
    """Counters, reasons, losses by place, books, channels, lines and their lag."""
    assert process.feed.publish == name
    found = parsed(render(Observer(name).look()))

    assert value(found, "packets_received_total", feed="nasdaq.itch50", process=name) == 17
    assert value(found, "packets_ignored_total", reason="fragment") == 2
    assert value(found, "limits_reached_total", limit="hold") == 1
    assert value(found, "packets_dropped_total", stage="kernel") == 5
    assert value(found, "books", state="stale") == value(found, "books_in_doubt") == 2
    assert value(found, "channel_state", channel="3", state="gap") == 1
    assert value(found, "line_lost_total", line="B") == 2
    assert [value(found, "line_silent", line=line) for line in "AB"] == [0, 1]
    assert value(found, "line_lag_seconds", line="B") == Fraction(1_500, 10**9)
    assert value(found, "loop_progress_total", worker="main") == 1
    assert value(found, "up") == value(found, "ready") == value(found, "build_info") == 1


def test_feeds_of_one_name_have_a_label_more(name: str) -> None:
    """Theirs alone: who looks at the metrics of a feed that is the only one of its name finds them as ever."""
    feeds = [
        FeedState(feed=feed, publish=each, channels=[], books={}, counters={}, dark=[3],
                  namesakes=others).entry()
        for each, feed, others in (
            ("p1", "cme.mdp3", True), ("p2", "cme.mdp3", True), ("p3", "nasdaq.itch50", False),
        )
    ]  # fmt: skip
    counted = {feed["publish"]: {"frames": number} for number, feed in enumerate(feeds)}
    seen = Observed({"name": name, "told_ns": 0, "feeds": feeds}, running=True, now_ns=0,
                    counters=counted)  # fmt: skip
    received = parsed(render(seen))["feedhandler_packets_received_total"]
    same = (("process", name), ("feed", "cme.mdp3"), ("worker", "main"))

    assert received == {
        (*same, ("publish", "p1")): 0, (*same, ("publish", "p2")): 1,
        (("process", name), ("feed", "nasdaq.itch50"), ("worker", "main")): 2,
    }  # fmt: skip
    assert [line.partition(":")[0] for line in seen.waits()[1:]] == [
        "cme.mdp3 as p1", "cme.mdp3 as p2", "nasdaq.itch50",
    ]  # fmt: skip


def test_every_counter_is_in_exactly_one_sample(process: Process, name: str) -> None:
    """Each has its own number, and each number comes once, zeros too."""
    for counter in Counter:
        process.counters.words[counter] = 1_000_000 + counter
    found = parsed(render(Observer(name).look()))
    numbers = [int(number) for samples in found.values() for number in samples.values()]

    assert sorted(each for each in numbers if 1_000_000 <= each < 2_000_000) == [
        1_000_000 + counter for counter in Counter
    ]


def test_names_lead_to_counters_that_there_are() -> None:
    """A counter that was renamed would be exported under a plain name, in silence."""
    known = {counter.name.lower() for counter in Counter}
    named = {
        *metric_names.PLAIN,
        *(each for group in metric_names.REASONS.values() for each in group),
    }

    assert named <= known
    assert metric_names.metric_of("ring_drops") == ("packets_dropped_total", "stage", "ring")
    assert all(f"{each}_total" in metric_names.HELP for each, _ in metric_names.REASONS)


def test_latency_is_a_histogram_with_exact_ends(process: Process, name: str) -> None:
    """Cumulative, ending at all; negative latencies apart."""
    process.tell()
    found = parsed(render(Observer(name).look()))
    buckets = {
        dict(labels)["le"]: number
        for labels, number in found["feedhandler_stage_latency_seconds_bucket"].items()
    }

    assert (buckets["0.000000255"], buckets["0.000000511"], buckets["+Inf"]) == (1, 2, 3)
    assert list(buckets.values()) == sorted(buckets.values())
    assert len(buckets) == len(ENDS) + 1
    assert value(found, "stage_latency_seconds_sum") == Fraction(1_000_400, 10**9)
    assert value(found, "stage_latency_seconds_count", stage="wire_to_book") == 3
    assert value(found, "stage_latency_negative_total") == 1


def test_seconds_are_exact_and_labels_are_escaped() -> None:
    """No float has a part in it; a name may hold anything."""
    seen = Observed({"name": 'a"b\\c\nd', "clock_offset_ns": -7}, running=True, now_ns=0)

    assert [seconds(ns) for ns in (0, 1, 1_500_000_000, 10**18, -1_250, -(10**9))] == [
        "0", "0.000000001", "1.5", "1000000000", "-0.00000125", "-1",
    ]  # fmt: skip
    assert (("process", 'a\\"b\\\\c\\nd'),) in parsed(render(seen))["feedhandler_up"]
    assert value(parsed(render(seen)), "clock_offset_seconds") == Fraction(-7, 10**9)


def test_lag_is_by_what_other_lines_led() -> None:
    """Weighed by samples; none where nothing was measured."""
    lines: list[dict[str, Any]] = [
        {"line": line, "lead": {"samples": samples, "mean": mean}}
        for line, samples, mean in (("A", 3, 100), ("B", 1, 500), ("C", 0, 0))
    ]

    assert [lag_ns(line, lines) for line in lines] == [500, 100, 200]
    assert lag_ns(lines[2], lines[2:]) is None


# --- health ---------------------------------------------------------------------------------------
def ask(address: str, path: str, method: str = "GET") -> tuple[int, str]:
    """Status and body."""
    with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_health_and_readiness(name: str) -> None:
    """Well and not ready; ready; gone."""
    made, answers = Process(name), []
    with Endpoint("127.0.0.1:0", Observer(name).look, cores=[0]) as endpoint:
        for books in ({"EMPTY": 3}, {"SYNCHRONIZED": 1}):
            made.feed.books = books
            made.tell()
            answers.append([ask(endpoint.address, path) for path in ("/healthz", "/readyz")])
        metrics, head = (ask(endpoint.address, "/metrics", method) for method in ("GET", "HEAD"))
        nothing = ask(endpoint.address, "/x?y")
        made.close()
        gone = ask(endpoint.address, "/healthz?verbose")

    assert answers == [
        [(200, "ok\n"), (503, "no book has been synchronized yet\n")], [(200, "ok\n"), (200, "ok\n")],
    ]  # fmt: skip
    assert (metrics[0], value(parsed(metrics[1]), "up")) == (200, 1)
    assert head == (200, "")
    assert nothing == (404, "there are /metrics, /healthz and /readyz\n")
    assert gone[0] == 503
    assert "no such segment" in gone[1]


def test_rude_clients_do_no_harm(process: Process, name: str) -> None:
    """One that says nothing, one that goes, one that sends garbage: the next one gets its answer."""
    process.tell()
    with Endpoint("127.0.0.1:0", Observer(name).look) as endpoint:
        host, _, port = endpoint.address.partition(":")
        silent = socket.create_connection((host, int(port)))
        for data in (
            b"",
            b"GET /metrics HTTP/1.1\r\n\r\n",
            b"\xff" * 100 + b"\r\n\r\n",
            b"POST / \r\n\r\n",
        ):
            with socket.create_connection((host, int(port))) as rude:
                rude.sendall(data)
        answer = ask(endpoint.address, "/healthz")
        silent.close()

    assert answer == (200, "ok\n")


def test_an_address_that_is_taken_is_an_error(process: Process, name: str) -> None:
    """At once, and in the caller's thread."""
    process.tell()
    with (
        Endpoint("127.0.0.1:0", Observer(name).look) as endpoint,
        pytest.raises(OSError, match="Address already in use"),
    ):
        Endpoint(endpoint.address, Observer(name).look)


def test_a_stopping_process_is_well_and_not_ready(process: Process, name: str) -> None:
    """Nobody should come to it any more."""
    process.keeper.stop(time.monotonic_ns(), [process.feed])
    seen = Observer(name).look()

    assert (seen.troubles(), seen.waits()) == ([], ["it is stopping"])


# --- the command ----------------------------------------------------------------------------------
def test_status_of_a_process(process: Process, name: str) -> None:
    """For people, for machines, for Prometheus; books in doubt are exit code 1."""
    process.tell()
    told = json.loads(feedhandler("status", name, "--json").stdout)
    shown, metrics = feedhandler("status", name), feedhandler("status", name, "--prometheus")

    assert shown.exit_code == metrics.exit_code == 1
    assert shown.stdout.startswith(f"{name}  process {os.getpid()}, running, for ")
    assert "books  3 synchronized, 2 stale; open gaps 0" in shown.stdout
    assert "A 9 (7), 1" in shown.stdout
    assert "B 8 (2), 2 silent" in shown.stdout
    assert re.search(r"wire_to_book +300 ", shown.stdout)
    assert (told["running"], told["troubles"], told["counters"][name]["frames"]) == (True, [], 17)
    assert told["latencies_ns"][name]["wire_to_book"]["count"] == 3
    assert value(parsed(metrics.stdout), "up") == 1
    assert f"{name}  process {os.getpid()}, running" in feedhandler("status").stdout.splitlines()


def test_status_of_what_is_not_there(name: str) -> None:
    """No process (3), names that cannot be and options that exclude each other (2)."""
    runs = [feedhandler("status", *words) for words in
            ((name,), ("a/b",), (name, "--json", "--prometheus"), ("--prometheus",))]  # fmt: skip

    assert [run.exit_code for run in runs] == [3, 2, 2, 2]
    assert "no such segment" in one_line(runs[0])


@contextmanager
def replaying(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A replay at recorded pace, with its state in shared memory."""
    with subprocess.Popen([*PROGRAM, "replay", ITCH, "--speed", "1", "--shm", name, "-q"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:  # fmt: skip
        try:
            until = time.monotonic() + 1_200  # a cold machine compiles first
            while time.monotonic() < until and run.poll() is None and not is_ready(name):
                time.sleep(0.05)
            yield run
        finally:
            run.kill()


def is_ready(name: str) -> bool:
    """Whether its first book is synchronized."""
    try:
        return bool(Observer(name).look().state.get("ready"))
    except SegmentError:
        return False


def test_a_replay_is_seen_refuses_a_second_one_and_is_followed_by_another(name: str) -> None:
    """While it runs; after it was killed it is told as ended, and the name is free."""
    with replaying(name) as run:
        running = json.loads(feedhandler("status", name, "--json").stdout)
        second = feedhandler("replay", ITCH, "--shm", name, "-q")
        run.send_signal(signal.SIGKILL)
        run.wait(60)
    ended = feedhandler("status", name)
    successor = feedhandler("replay", ITCH, "--shm", name, "-q")

    assert running["running"]
    assert running["pid"] == run.pid
    assert running["feeds"][0]["feed"] == "nasdaq.itch50"
    assert running["feeds"][0]["books"]["SYNCHRONIZED"] > 0
    assert running["feeds"][0]["channels"][0]["lines"][0]["datagrams"] > 0
    assert second.exit_code == 3
    assert f"in use, process {run.pid} writes to it" in second.stderr
    assert ended.exit_code == 1
    assert f"{name}  has ended" in ended.stdout
    assert successor.exit_code == 0
    assert name not in names_in_use()


def test_a_process_serves_the_metrics_of_another(process: Process, name: str) -> None:
    """Beside it, on an address of its own."""
    process.tell()
    with subprocess.Popen([*PROGRAM, "status", name, "--serve", "127.0.0.1:0"],
                          stderr=subprocess.PIPE, text=True) as serving:  # fmt: skip
        assert serving.stderr is not None
        line = serving.stderr.readline()
        address = re.search(r"http://(\S+)/metrics", line)
        assert address, line
        status, text = ask(address[1], "/metrics")
        serving.send_signal(signal.SIGINT)
        serving.wait(60)

    assert status == 200
    assert value(parsed(text), "packets_received_total", process=name) == 17
    assert serving.returncode == 130

"""`run -c` as a service manager sees it: the unit's own command starts it, and it ends when and as it is told."""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, udp
from notify_socket import heard
from notify_socket import manager as manager  # noqa: PLC0414 (a fixture)
from processes import PROGRAM, run
from shared_memory import fresh_name

from feedhandler.bench.namespace import Namespace, Wire
from feedhandler.decode.catalog import feed
from feedhandler.jit import JIT_ON
from feedhandler.live import warm
from feedhandler.publish import CounterReader, SegmentError
from feedhandler.publish.segment import folder
from feedhandler.publish.subscription import Subscription
from feedhandler.simulator import simulate
from feedhandler.telemetry.observing import Observer

name = pytest.fixture(fresh_name)
WAIT_S = 240
FEED = """
[[feed]]
feed = "nasdaq.itch50"
publish = "{name}"
{interfaces}
ring_bytes = 4_194_304
arbitration.gap_timeout_ns = 2_500_000_000

[[feed.channel]]
id = 1
lines = {{ A = "233.54.12.111:26477", B = "233.49.196.111:26477" }}
"""
DAY: list[bytes] = []
MESSAGES = 600


@pytest.fixture(autouse=True)
def compiled() -> None:
    """No process of a test waits for the compiler."""
    warm(feed("nasdaq.itch50"))
    if not DAY:
        made = simulate("nasdaq.itch50", messages=MESSAGES, seed=3).datagrams()
        DAY.extend(payload for _, _, payload in made)


def configured(folder: Path, name: str, more: str = "", *, two_cards: bool = True) -> Path:
    """A configuration of lines A and B, on a card each or on one."""
    cards = '{ A = "line_a", B = "line_b" }' if two_cards else ""
    text = FEED.format(
        name=name, interfaces=f"interfaces = {cards}" if cards else 'interface = "line_a"'
    )
    file = folder / "feed.toml"
    head = f'name = "{name}"\nmetrics.address = "127.0.0.1:9464"\n'
    file.write_text(head + (more or '[[worker]]\nidle = "block"\n') + text, "utf-8")
    return file


@contextmanager
def started(
    inside: Namespace, *arguments: str, **environment: str
) -> Iterator["subprocess.Popen[str]"]:
    """The program inside a namespace; it does not outlive the test."""
    with inside.entered():
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(true: Callable[[], Any], process: "subprocess.Popen[str]") -> Any:
    """What is true at last, while a process lives."""
    deadline = time.monotonic() + WAIT_S
    while not (found := true()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def settled(value: Callable[[], int]) -> int:
    """What a number is when it does not change any more."""
    before, now = -1, value()
    while now != before:
        time.sleep(0.5)
        before, now = now, value()
    return now


def counted(name: str, counter: str) -> int:
    """A counter of a process, or 0 where there is none."""
    try:
        with closing(CounterReader(name)) as reader:
            return reader.read().get(counter, 0)
    except SegmentError:
        return 0


def reading(name: str) -> bool:
    """Whether a process of this name polls."""
    try:
        seen = Observer(name).look()
    except SegmentError:
        return False
    return seen.running and any(loop["progress"] for loop in seen.state.get("loops", []))


def play(made: Wire, payloads: list[bytes]) -> None:
    """Both lines, each on its wire."""
    with made.sender.entered():
        send("line_a", [udp(GROUP, payload) for payload in payloads])
        send("line_b", [udp(OTHER, payload) for payload in payloads])


def end(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Stop it as a service manager does; its log."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=WAIT_S)
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert process.returncode == 0, err
    return lines


def ask(inside: Namespace, path: str) -> tuple[int, str]:
    """What the process answers in its namespace."""
    with (
        inside.entered(),
        closing(http.client.HTTPConnection("127.0.0.1:9464", timeout=60)) as connection,
    ):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_the_printed_unit_starts(name: str, tmp_path: Path, manager: socket.socket) -> None:
    """Its ExecStart, word for word: ready at the first synchronized book, alive, told to stop; nothing is left."""
    file = configured(tmp_path, name)
    unit = run("service", "-c", str(file)).stdout
    words = shlex.split(re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)[0])
    assert words[1:] == ["run", "-q", "-c", str(file)]
    told = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "3000000"}
    said: list[str] = []
    with wire("line_a", "line_b") as made, started(made.receiver, *words[1:], **told) as process:
        until(lambda: reading(name), process)
        before = ask(made.receiver, "/readyz")
        play(made, DAY)
        until(lambda: counted(name, "frames") == 2 * len(DAY), process)
        until(lambda: (said.extend(heard(manager)), "WATCHDOG=1" in said)[1], process)
        until(lambda: ask(made.receiver, "/readyz") == (200, "ok\n"), process)
        text = ask(made.receiver, "/metrics")[1]
        shown = run("status", name, "--json")
        said += heard(manager)  # few datagrams wait for who does not read
        log = end(process)
        said += heard(manager)

    assert before == (503, "no book has been synchronized yet\n")
    assert [each for each in said if each.startswith("READY=1")] == said[
        (at := next(i for i, each in enumerate(said) if each.startswith("READY=1"))) : at + 1
    ]
    assert said[-1] == "STOPPING=1\nSTATUS=by SIGTERM"
    labels = f'process="{name}",feed="nasdaq.itch50",worker="main"'
    assert f"feedhandler_packets_received_total{{{labels}}} {2 * len(DAY)}\n" in text
    assert f'feedhandler_packets_dropped_total{{{labels},stage="ring"}} 0\n' in text
    state = json.loads(shown.stdout)
    assert (shown.returncode, state["phase"], state["feeds"][0]["clock"]) == (
        0,
        "running",
        "kernel",
    )
    assert state["feeds"][0]["channels"][0]["lines"][0]["first"] > 0
    assert state["latencies_ns"][name]["wire_to_book"]["count"] > 0
    started_line = next(line for line in log if line["event"] == "started")
    assert started_line["privileges"] == {}
    assert log[-1] == {**log[-1], "event": "stopped", "why": "by SIGTERM", "lost": {}}
    assert not list(folder().glob(f"feedhandler.{name}.*"))


def test_the_file_is_read_again(name: str, tmp_path: Path, manager: socket.socket) -> None:
    """SIGHUP: waiting times and the address of metrics at once; a ring after a restart; faults change nothing."""
    file = configured(tmp_path, name)
    told = {"NOTIFY_SOCKET": manager.getsockname()}
    said: list[str] = []
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file), **told
    ) as process:  # fmt: skip
        until(lambda: reading(name), process)
        text = file.read_text("utf-8")
        file.write_text(text.replace("2_500_000_000", "x"), "utf-8")
        process.send_signal(signal.SIGHUP)
        time.sleep(1)
        file.write_text(text, "utf-8")
        process.send_signal(signal.SIGHUP)  # before there is a book: nobody is told
        time.sleep(1)
        play(made, DAY[:20])
        until(lambda: (said.extend(heard(manager)), any("READY=1" in each for each in said))[1],
              process)  # fmt: skip
        early = [each for each in said if "RELOADING" in each]
        changed = text.replace("2_500_000_000", "7_000_000").replace(":9464", ":9465")
        file.write_text(changed.replace("4_194_304", "8_388_608"), "utf-8")
        process.send_signal(signal.SIGHUP)
        until(lambda: (said.extend(heard(manager)), any("RELOADING" in each for each in said))[1],
              process)  # fmt: skip
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            ask(made.receiver, "/healthz")
        play(made, DAY[20:40] + DAY[41:60])
        until(lambda: counted(name, "gaps"), process)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WAIT_S)

    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    (refused,) = (line for line in lines if line["event"] == "not_reloaded")
    unchanged, read = (line for line in lines if line["event"] == "reloaded")
    assert (early, unchanged["taken"]) == ([], [])
    assert len(refused["faults"]) == 1
    assert "feed.toml" in refused["faults"][0]
    assert [each.partition(":")[0] for each in read["taken"]] == [
        "metrics.address", "feed[0].arbitration.gap_timeout_ns"]  # fmt: skip
    assert read["after_restart"] == ["feed[0].ring_bytes: 4194304 -> 8388608 (after a restart)"]
    assert process.returncode == 1  # a gap


class Reader:
    """A strategy that reads all events of a name, in a thread of its own, over restarts of who writes them."""

    def __init__(self, name: str) -> None:
        self.seen = 0
        self.subscription = Subscription(name)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while not self._over.is_set():
            rows, lost = self.subscription.read()
            self.seen += len(rows) + lost
            time.sleep(0.001)

    def close(self) -> None:
        """The end of it."""
        self._over.set()
        self._thread.join()
        self.subscription.close()


def test_one_process_of_a_name(name: str, tmp_path: Path) -> None:
    """A second one is refused with a line, and harms nothing; a killed one is succeeded while a reader goes on."""
    file = str(configured(tmp_path, name, two_cards=False))
    seen: list[int] = []
    with wire("line_a", "line_b") as made, closing(Reader(name)) as reader:
        for kills in (True, False):
            with started(made.receiver, "run", "-q", "-c", file) as process:
                until(lambda: reading(name), process)
                if kills:
                    with made.receiver.entered():
                        second = run("run", "-q", "-c", file)
                with made.sender.entered():
                    send("line_a", [udp(GROUP, payload) for payload in DAY])
                until(lambda: counted(name, "frames") == len(DAY), process)
                until(lambda: counted(name, "messages") == MESSAGES, process)
                seen.append(settled(lambda: reader.seen))
                if kills:
                    process.kill()
                else:
                    end(process)
        restarts = reader.subscription.restarts

    assert second.returncode == 3
    assert f"{name}.state: in use, process" in second.stderr
    assert seen[1] == 2 * seen[0] > MESSAGES
    assert (reader.subscription.lost, restarts > 0) == (0, True)


def test_what_cannot_be_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    """A fault with its line; an interface that is not there; options beside -c; neither -c nor an interface."""
    file = configured(tmp_path, name)
    bad = tmp_path / "bad.toml"
    bad.write_text(f"x = 1\n{file.read_text('utf-8')}", "utf-8")
    runs = [
        run("run", "-c", str(bad)), run("run", "-c", str(tmp_path / "none.toml")),
        run("run", "-c", str(file)), run("run", "-c", str(file), "--core", "1"), run("run"),
        run("run", "-i", "line_a"),
    ]  # fmt: skip

    assert [each.returncode for each in runs] == [2, 3, 3, 2, 2, 2]
    for each, text in zip(
        runs,
        ("bad.toml:1: x: unknown key", "none.toml: No such file", "line_a: no such interface",
         "--core: the configuration tells it", "--interface is missing", "--feed is missing"),
        strict=True,
    ):  # fmt: skip
        assert text in each.stderr
        assert len(each.stderr.splitlines()) == 1


def test_a_run_of_the_command_line_has_a_name_too(name: str) -> None:
    """--shm: its state, counters and latencies are there for `status`, and gone with it."""
    words = ("run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block", "--shm", name)
    with wire("line_a") as made, started(made.receiver, *words, "-q") as process:
        until(lambda: reading(name), process)
        with made.sender.entered():
            send("line_a", [udp(GROUP, payload) for payload in DAY])
        until(lambda: counted(name, "messages") == MESSAGES, process)
        until(lambda: Observer(name).look().state["ready"], process)
        shown = run("status", name)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WAIT_S)

    assert process.returncode == 0
    assert shown.returncode == 0
    assert "wire_to_book" in shown.stdout
    assert not list(folder().glob(f"feedhandler.{name}.*"))


@pytest.mark.skipif(not JIT_ON, reason="without the JIT a loop looks up too seldom")
@pytest.mark.parametrize("idle", ["spin", "block"])
def test_a_loop_ends_soon_after_the_signal(name: str, tmp_path: Path, idle: str) -> None:
    """From the signal to the end of the loop: a millisecond is the aim, and the best of some runs is near it."""
    code = (
        "import os, signal, sys, threading, time\n"
        "from feedhandler.config_reading import load\n"
        "from feedhandler.live.plan import plans_of\n"
        "from feedhandler.service.daemon import Daemon, Settings\n"
        "daemon = Daemon(plans_of(load(sys.argv[1])), Settings()).open().start()\n"
        "sent = []\n"
        "signal.signal(signal.SIGTERM, lambda *_: daemon.end('told'))\n"
        "def kill():\n"
        "    time.sleep(0.5)\n"
        "    sent.append(time.monotonic_ns())\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "threading.Thread(target=kill).start()\n"
        "daemon.keep(lambda _: None)\n"
        "daemon.stop()\n"
        "daemon.close()\n"
        "print(daemon.parts[0].run.ended_ns - sent[0])\n"
    )
    file = configured(tmp_path, name, f'[[worker]]\nidle = "{idle}"\n')
    with wire("line_a", "line_b") as made, made.receiver.entered():
        took_ns = [
            int(subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True,
                               text=True, check=True, timeout=WAIT_S).stdout)
            for _ in range(5)
        ]  # fmt: skip

    assert min(took_ns) < 10_000_000
    assert max(took_ns) < 1_000_000_000

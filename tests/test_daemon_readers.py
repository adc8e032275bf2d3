"""Whoever reads from a running process may go at any time: the process goes on, or ends in order, and never by a signal."""

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from lan import wire
from processes import PROGRAM
from shared_memory import fresh_name
from test_daemon import DAY as MARKET
from test_daemon import WAIT_S, ask, configured, counted, play, reading, started, until
from test_daemon import compiled as compiled  # noqa: PLC0414 (a fixture)

from feedhandler.bench.namespace import Namespace
from feedhandler.publish.segment import folder

name = pytest.fixture(fresh_name)
ADDRESS = ("127.0.0.1", 9464)


def rude(inside: Namespace) -> None:
    """Ask for metrics, and close before they come; also by a reset."""
    with inside.entered():
        for number in range(20):
            with socket.create_connection(ADDRESS, timeout=WAIT_S) as client:
                client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                if number % 2:  # behind an end the reset is a broken pipe
                    client.shutdown(socket.SHUT_WR)
                    client.recv(1)


def test_a_service_outlives_whoever_reads_from_it(name: str, tmp_path: Path) -> None:
    """Scrapers that close early, a reader of its lines that has gone: it keeps books, and ends as it is told."""
    file = configured(tmp_path, name)
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "--every", "100ms", "-c", str(file)
    ) as process:  # fmt: skip
        until(lambda: reading(name), process)
        assert process.stdout is not None
        process.stdout.close()
        rude(made.receiver)
        play(made, MARKET)
        until(lambda: counted(name, "frames") == 2 * len(MARKET), process)
        rude(made.receiver)
        health = ask(made.receiver, "/healthz")
        process.stdout = None
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WAIT_S)

    stopped = json.loads(err.splitlines()[-1])
    assert health == (200, "ok\n")
    assert (process.returncode, stopped["event"], stopped["why"]) == (0, "stopped", "by SIGTERM")
    assert not list(folder().glob(f"feedhandler.{name}.*"))


def test_a_slow_client_holds_up_neither_health_nor_the_end(name: str, tmp_path: Path) -> None:
    """One that sends a byte now and then, for as long as it is let."""
    file = configured(tmp_path, name)
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file)
    ) as process:  # fmt: skip
        until(lambda: reading(name), process)
        with made.receiver.entered():
            slow = socket.create_connection(ADDRESS, timeout=WAIT_S)
        with closing(slow):
            slow.sendall(b"G")
            health = ask(made.receiver, "/healthz")
            slow.sendall(b"E")
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            while process.poll() is None and time.monotonic() - began < WAIT_S:
                time.sleep(0.5)
                try:
                    slow.sendall(b"T")
                except OSError:
                    break
            process.communicate(timeout=WAIT_S)

    assert health == (200, "ok\n")
    assert process.returncode == 1  # no frame came


def test_a_run_whose_lines_nobody_reads_ends_in_order(name: str) -> None:
    """`run -i ... | head -1`: it ends by itself, and leaves nothing in shared memory."""
    words = ("run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block", "--shm", name)
    with wire() as made:
        with made.receiver.entered():
            process = subprocess.Popen(
                [*PROGRAM, *words, "--every", "100ms"], stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True, env=dict(os.environ),
            )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        code = process.wait(WAIT_S)

    assert code == 1, err  # no frame came
    assert "roken pipe" not in err
    assert not list(folder().glob(f"feedhandler.{name}.*"))

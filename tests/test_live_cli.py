"""`run`, `replay --to` and `capture` as processes on a wire of their own: they find each other, and end as told."""

import json
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from cli_runs import ITCH, feedhandler, one_line
from lan import wire
from processes import PROGRAM, on_terminal, run

from feedhandler.bench.namespace import Namespace
from feedhandler.jit import JIT_ON

WAIT_S = 400


def started(inside: Namespace, *arguments: str) -> "subprocess.Popen[str]":
    """The program inside a namespace."""
    with inside.entered():
        return subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.mark.skipif(not JIT_ON, reason="without the JIT the loop is too slow for a whole capture")
def test_a_feed_from_one_process_to_another() -> None:
    """Lines of JSON end with all that was sent; SIGTERM is how a run ends."""
    with wire() as made:
        receiving = started(
            made.receiver, "run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block",
            "--every", "200ms", "--gap-timeout", "60s",
        )  # fmt: skip
        assert receiving.stdout is not None
        first = json.loads(receiving.stdout.readline())
        with made.sender.entered():
            sent = run("replay", ITCH, "--to", "line_a", "--speed", "max", "--json")
        last = first
        deadline = time.monotonic() + WAIT_S
        while last["counters"].get("frames", 0) < 7510 and time.monotonic() < deadline:
            last = json.loads(receiving.stdout.readline())
        receiving.send_signal(signal.SIGTERM)
        out, err = receiving.communicate(timeout=WAIT_S)

    assert json.loads(sent.stdout)["frames"] == 7510
    assert receiving.returncode == 0, err
    assert last["counters"]["messages"] == 14_000
    assert last["lost"] == {}
    assert len(last["best"]) == 8
    assert json.loads(out.splitlines()[-1])["state"] == "ended"


RUN = ("run", "-i", "line_a", "--feed", "nasdaq.itch50", "--source", "socket", "--seconds", "1")


def test_a_run_tells_when_it_listens() -> None:
    """A line of the log for programs, one of text at a terminal, none with -q."""
    with wire() as made, made.receiver.entered():
        logged, quiet = run(*RUN), run(*RUN, "-q")
        shown = on_terminal(200, *RUN)
    told = [json.loads(line) for line in logged.stderr.splitlines() if line.startswith("{")]

    assert [(each["event"], each["level"]) for each in told] == [("listening", "info")]
    assert (told[0]["interfaces"], told[0]["source"]) == (["line_a"], "udp_socket")
    assert "feedhandler: listening on line_a by udp_socket, nasdaq.itch50, 6 groups" in shown
    assert "listening" not in quiet.stderr


def test_recorded_frames_are_those_sent(tmp_path: Path) -> None:
    """`capture` beside a sender: the recording replays to the same digests."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        recording = started(
            made.receiver, "capture", "-i", "line_a", "-w", str(path), "-c", "100",
            "-f", "udp", "--json",
        )  # fmt: skip
        deadline = time.monotonic() + WAIT_S
        while not (path.exists() and recording.poll() is None) and time.monotonic() < deadline:
            time.sleep(0.05)
        with made.sender.entered():
            run("replay", ITCH, "--to", "line_a", "--speed", "x1000", "-f", "udp[4:2] > 22", "-q")
        out, err = recording.communicate(timeout=WAIT_S)

    assert recording.returncode == 0, err
    assert json.loads(out)["frames"] == 100


def test_what_is_missing_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """No interface; no privilege, with the command that gives it; a rotation of standard output."""
    for words in (
        ("run", "-i", "nope0", "--feed", "nasdaq.itch50"),
        ("replay", ITCH, "--to", "nope0"),
        ("capture", "-i", "nope0", "-w", "/dev/null"),
    ):
        result = feedhandler(*words)
        assert result.exit_code == 3
        assert "nope0: no such interface" in one_line(result)

    real = socket.socket

    def refused(*given: Any, **more: Any) -> socket.socket:
        if given and given[0] == socket.AF_PACKET:
            raise PermissionError(1, "Operation not permitted")
        return real(*given, **more)

    monkeypatch.setattr("socket.socket", refused)
    result = feedhandler("run", "-i", "lo", "--feed", "nasdaq.itch50")
    assert result.exit_code == 3
    assert "needs CAP_NET_RAW; give it with: sudo setcap cap_net_raw+ep" in one_line(result)

    result = feedhandler("capture", "-i", "lo", "-w", "-", "--rotate", "1GB")
    assert result.exit_code == 2

"""`feedhandler simulate --serve` and `--recover`: servers that answer, captures that hold their replies."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click.testing
import pytest
from recoveries import played

from feedhandler.cli.main import cli
from feedhandler.recovering import Driver
from feedhandler.session.backend import Done, Peer, Transport
from feedhandler.session.moldudp64_request import MoldRequest
from feedhandler.simulator import simulate
from feedhandler.simulator.servers import itch_log, itch_servers
from feedhandler.simulator.sockets import VenueSockets

ITCH = "nasdaq.itch50"
DAY = ["--messages", "600", "--seed", "4"]


def run(*arguments: str) -> click.testing.Result:
    """The command's result."""
    return click.testing.CliRunner().invoke(cli, ["simulate", *arguments], standalone_mode=True)


def peer_of(text: str) -> Peer:
    transport, host, port = text.split(":")
    return Peer(Transport(transport), host, int(port))


@contextmanager
def interruptible(*words: str) -> Iterator[subprocess.Popen[str]]:
    """`simulate` in a process that Ctrl-C ends also where this one ignores it, as a shell's background jobs do.

    A handler of ours becomes the default one in what is started; an ignored signal would stay ignored.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedhandler", "simulate", *words],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()  # what has ended already is not there to be killed


def test_servers_answer_until_they_are_stopped(tmp_path: Path) -> None:
    """Another process asks over the loopback and gets the day's own messages; Ctrl-C ends it."""
    path = tmp_path / "day.pcap"
    words = [ITCH, "-w", str(path), *DAY, "--serve", "--json"]
    with interruptible(*words) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            text += process.stdout.readline()
        told = json.loads(text)
        with Driver() as driver:
            client = MoldRequest([peer_of(told["servers"]["request"])], told["session"].encode())
            driver.begin(client, 100, 50, time.monotonic_ns())
            seen = played(driver, None, 1)
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    _, log = itch_log(simulate(ITCH, messages=600, seed=4))

    assert seen.ends == [Done(100, 50)]
    assert seen.messages() == {number: log[number - 1] for number in range(100, 150)}
    assert code == 130
    assert told["units"] == len(log) == told["truth"]["messages"]
    assert set(told["servers"]) == {"request", "stream", "snapshot"}
    assert path.stat().st_size == told["bytes"]


def test_people_are_told_where_to_ask() -> None:
    """Servers alone need no file; --seconds ends them."""
    result = run(
        "cme.mdp3", "--messages", "60", "--serve", "--seconds", "1", "--snapshot-ns", "9999"
    )

    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0].startswith("serving ")
    assert result.stdout.splitlines()[1].startswith("  replay    tcp:127.0.0.1:")


def test_servers_know_as_much_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """--known, --port, --listen and --wrongs reach the servers."""
    seen: list[Any] = []

    def serve(venue: Any, seconds: int | None) -> None:
        seen.append((venue, seconds))

    monkeypatch.setattr("feedhandler.cli.serving.serve", serve)
    wanted = ["--known", "70", "--wrongs", "refuse=1", "--port", "stream=0", "-q"]
    wanted += ["--listen", "127.0.0.2"]
    result = run(ITCH, *DAY, "--serve", *wanted)
    venue, seconds = seen[0]
    request = venue.servers.datagram["request"]

    assert (result.exit_code, result.stdout, seconds) == (0, "", None)
    assert request.known == 70
    assert {peer.host for peer in venue.peers.values()} == {"127.0.0.2"}
    assert request.take(venue.servers.session + b"\0" * 7 + b"\1\0\1", 0)[0][1][18:] == b"\0\0"


def test_a_port_that_is_taken_is_told() -> None:
    """Exit code 3: something around the program."""
    with VenueSockets(itch_servers(messages=60, seed=1)) as venue:
        port = venue.peers["stream"].port
        result = run(ITCH, "--messages", "60", "--serve", "--port", f"stream={port}")

    assert result.exit_code == 3
    assert "--port or --listen: Address already in use" in result.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([ITCH], "nothing to do: name a file with -w, --to an interface, or --serve"),
        ([ITCH, "--serve", "--port", "replay=1"], "the servers are request, stream, snapshot"),
        ([ITCH, "--serve", "--listen", "here"], "'here' is no address such as 192.0.2.1"),
        ([ITCH, "--listen", "127.0.0.2"], "--listen: without --serve"),
        ([ITCH, "--serve", "--port", "stream=x"], "a port is a number up to 65535"),
        ([ITCH, "--serve", "--wrongs", "drip=1"], "--wrongs: 'drip': one of drop"),
        ([ITCH, "--serve", "--instruments", "9999"], "instruments must be 1 to 500"),
        (["nasdaq.itch50.file", "--serve"], "--serve: nasdaq.itch50.file has no servers"),
        ([ITCH, "--known", "0", "-w", "x.pcap"], "--known: without --serve"),
        ([ITCH, "--port", "a=1", "-w", "x.pcap"], "--port: without --serve"),
        (["cme.mdp3", "-w", "x.pcap", "--recover"], "--recover: cme.mdp3 has no re-request server"),
        ([ITCH, "-w", "x.pcap", "--recover", "slow=5"], "--recover: 'slow=5': a time is a number"),
        (["nasdaq.itch50.file", "-w", "x", "--recover"], "--recover: nasdaq.itch50.file has no"),
    ],
)
def test_what_cannot_be_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], complaint: str
) -> None:
    """Usage: one line that says what there is; no file is left."""
    monkeypatch.chdir(tmp_path)
    result = run(*words)

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_capture_may_hold_its_own_recovery(tmp_path: Path) -> None:
    """Losses by --faults, replies by --recover: told, counted, and the same each time."""
    faults = ["--faults", "line-a-drop=10%,line-b-drop=10%", "--fault-seed", "2"]
    paths = [tmp_path / name for name in ("a.pcap", "b.pcap")]
    results = [
        run(ITCH, "-w", str(path), *DAY, *faults, "--recover", "drop=0.2", *more)
        for path, more in zip(paths, (["--json"], []), strict=True)
    ]
    told = json.loads(results[0].stdout)["truth"]["recovery"]

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert told["messages"] >= told["ranges"] > 0
    assert told["failed"] == 0
    assert (
        f"  recovery  {told['ranges']} range{'s' * (told['ranges'] > 1)} of {told['messages']} "
        f"messages, {told['replies']} replies, 0 failed"
    ) in results[1].stdout.splitlines()


def test_nothing_lost_nothing_asked(tmp_path: Path) -> None:
    """A clean capture stays as it is."""
    for name, more in (("a.pcap", []), ("b.pcap", ["--recover"])):
        assert run(ITCH, "-w", str(tmp_path / name), *DAY, "--vlan", "7", *more).exit_code == 0

    assert (tmp_path / "a.pcap").read_bytes() == (tmp_path / "b.pcap").read_bytes()


def test_the_loops_may_run_faster(tmp_path: Path) -> None:
    """--snapshot-ns makes more snapshots of the same day."""
    counts = []
    for more in ([], ["--snapshot-ns", "2000000"]):
        result = run("cme.mdp3", "-w", str(tmp_path / "a.pcap"), *DAY, "--json", *more)
        counts.append(json.loads(result.stdout)["truth"]["packets"])

    assert counts[1]["snapshot"] > 3 * counts[0]["snapshot"]
    assert counts[1]["snapshot_orders"] > 3 * counts[0]["snapshot_orders"]

"""However a recorder is ended: what was received is in the file, and what was lost is told."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lan import wire
from live_frames import GROUP, send, udp
from processes import PROGRAM
from test_recorder import counted, read

from feedhandler.bench.namespace import Namespace
from feedhandler.recording import blocks

WAIT_S = 120
RING_BYTES = 2 << 20
MANY = [udp(GROUP, bytes(1400))] * 6000  # four times what the ring holds
ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def _hears_hangups() -> Iterator[None]:
    """Whoever runs the tests may have been started deaf to SIGHUP, which a recorder heeds."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def recording(
    inside: Namespace, path: Path, *more: str, out: int = subprocess.PIPE
) -> "subprocess.Popen[str]":
    """A recorder that has begun."""
    with inside.entered():
        process = subprocess.Popen(
            [*PROGRAM, "capture", "-i", "line_a", "-w", str(path), "--ring-bytes", str(RING_BYTES), *more],
            stdout=out, stderr=subprocess.PIPE if out == subprocess.PIPE else out, text=True,
            start_new_session=True,
        )  # fmt: skip
    bound = Path(f"/proc/{process.pid}/net/packet")  # the ring of its namespace, once there is one
    deadline = time.monotonic() + WAIT_S
    while not (path.exists() and " 0003 " in bound.read_text()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def stopped(process: "subprocess.Popen[str]") -> None:
    """Hold a process until it is let go on."""
    process.send_signal(signal.SIGSTOP)
    state = Path(f"/proc/{process.pid}/stat")
    while state.read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.005)


@pytest.mark.parametrize("number", ENDS)
def test_what_was_lost_is_told(tmp_path: Path, number: int) -> None:
    """The recorder stood still meanwhile: frames that found no room are in its report, code 1, and in the file."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        process = recording(made.receiver, path, "--json")
        stopped(process)
        with made.sender.entered():
            send("line_a", MANY)
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=WAIT_S)

    assert process.returncode == 1, err
    told = json.loads(out)
    assert told["dropped"] > 0
    assert told["frames"] + told["dropped"] == len(MANY)
    assert len(read(str(path))) == told["frames"]
    assert counted(str(path))[blocks.DROPPED] == told["dropped"]


@pytest.mark.parametrize("number", ENDS)
def test_what_was_received_is_in_the_file(tmp_path: Path, number: int) -> None:
    """Frames that wait in the ring are written before the end; nothing was lost, code 0."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        process = recording(made.receiver, path)
        stopped(process)
        with made.sender.entered():
            send("line_a", MANY[:500])
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=WAIT_S)

    assert (process.returncode, err) == (0, "")
    assert out.startswith("500 frames, ")
    assert len(read(str(path))) == 500
    assert counted(str(path))[blocks.DELIVERED] == 500


def test_a_terminal_that_goes_away(tmp_path: Path) -> None:
    """Nobody can read the report any more: the file is whole, and the code tells the loss."""
    path = tmp_path / "out.pcapng"
    ours, theirs = pty.openpty()
    with wire() as made:
        process = recording(made.receiver, path, out=theirs)
        os.close(theirs)
        stopped(process)
        with made.sender.entered():
            send("line_a", MANY)
        os.close(ours)
        for number in (signal.SIGHUP, signal.SIGCONT, signal.SIGHUP):  # the kernel's, the shell's
            process.send_signal(number)
        assert process.wait(WAIT_S) == 1

    statistics = counted(str(path))
    assert statistics[blocks.DROPPED] > 0
    assert len(read(str(path))) == statistics[blocks.DELIVERED] == 6000 - statistics[blocks.DROPPED]


def test_nohup_is_heeded(tmp_path: Path) -> None:
    """Who started it deaf to SIGHUP wants it to go on."""
    path = tmp_path / "out.pcapng"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with wire() as made:
            process = recording(made.receiver, path, "--count", "10")
            process.send_signal(signal.SIGHUP)
            with made.sender.entered():
                send("line_a", MANY[:10])
            out, err = process.communicate(timeout=WAIT_S)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert (process.returncode, err) == (0, "")
    assert out.startswith("10 frames, ")

"""A recorder whose reader stands still while the record goes on: told once, told again when it goes on, losses counted."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest
from lan import wire
from live_frames import send
from processes import run
from test_capture_ends import MANY, RING_BYTES, WAIT_S
from test_capture_readers import accounted, fifo, recorder
from test_recorder import read

from feedhandler.cli.capture import warn
from feedhandler.recording.outlet import Outlet

STALLED = r"feedhandler: {}: nobody has taken anything for \d s: frames wait in the ring, and are dropped and counted when it is full\n"
GOES_ON = r"feedhandler: {}: read on after \d+\.\d s; ([\d,]+) frames were dropped meanwhile\n"


def line_of(stream: IO[str] | None) -> str:
    """The next line that is told."""
    assert stream is not None
    return stream.readline()


def keep(reader: int, path: Path) -> threading.Thread:
    """Read a pipe to its end, into a file."""
    os.set_blocking(reader, True)

    def run() -> None:
        with path.open("wb") as out:
            while piece := os.read(reader, 1 << 20):
                out.write(piece)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("standard", [False, True], ids=["fifo", "standard output"])
def test_a_stall_is_told_and_its_end(tmp_path: Path, *, standard: bool) -> None:
    """The ring is too small for what came meanwhile: the second line tells how much of it was dropped."""
    path, taken = fifo(tmp_path), tmp_path / "taken.pcapng"
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    place, out = ("-", writer) if standard else (path, subprocess.PIPE)
    name = "standard output" if standard else re.escape(str(path))
    with (
        wire() as made,
        recorder(made.receiver, place, "--ring-bytes", str(RING_BYTES), out=out) as process,
    ):
        os.close(writer)
        with made.sender.entered():
            send("line_a", MANY)
        stalled = line_of(process.stderr)
        reading = keep(reader, taken)
        goes_on = line_of(process.stderr)
        process.send_signal(signal.SIGINT)
        said, err = process.communicate(timeout=WAIT_S)
        reading.join()
    os.close(reader)

    told = json.loads(err if standard else said)
    assert re.fullmatch(STALLED.format(name), stalled)
    dropped = re.fullmatch(GOES_ON.format(name), goes_on)
    assert dropped is not None
    assert int(dropped[1].replace(",", "")) == told["dropped"] > 0
    assert accounted(told)
    assert (told["stalled"], told["frames"]) == (False, len(read(str(taken))))
    assert standard or err == ""
    assert process.returncode == 1


def test_a_fifo_that_nobody_has_opened(tmp_path: Path) -> None:
    """It is told as well; what came waited, and nothing was dropped."""
    path, taken = fifo(tmp_path), tmp_path / "taken.pcapng"
    with wire() as made, recorder(made.receiver, path, "-c", "100", "-q") as process:
        with made.sender.entered():
            send("line_a", MANY[:100])
        stalled = line_of(process.stderr)
        reading = keep(os.open(path, os.O_RDONLY), taken)
        _, err = process.communicate(timeout=WAIT_S)
        reading.join()

    name = re.escape(str(path))
    dropped = re.fullmatch(GOES_ON.format(name), err)
    assert re.fullmatch(STALLED.format(name), stalled)
    assert dropped is not None
    assert dropped[1] == "0"
    assert (process.returncode, len(read(str(taken)))) == (0, 100)


def test_an_interface_that_goes_while_nobody_reads(tmp_path: Path) -> None:
    """Nothing more can come: the reader gets its two seconds, and the record ends as it does with one who reads."""
    path = fifo(tmp_path)
    with wire() as made, recorder(made.receiver, path, out=subprocess.PIPE) as process:
        assert "nobody has taken anything" in line_of(process.stderr)
        made.sender.ip("link", "del", "line_a")
        _, err = process.communicate(timeout=WAIT_S)

    assert "the interface is gone" in err
    assert process.returncode == 3


def test_a_reader_that_sips_does_not_stand_still() -> None:
    """It is measured from what was taken last, not from when a block was begun."""
    ours, theirs = os.pipe()
    waited: list[int] = []

    def seen(still_ns: int) -> bool:
        waited.append(still_ns)
        if len(waited) % 4 == 0:
            os.read(ours, 65_536)
        return False

    out = Outlet(theirs, seen)
    os.set_blocking(theirs, False)
    data = memoryview(bytes(1_000_000))
    while data:
        data = data[out.write(data) :]
    out.close()
    os.close(ours)

    assert len(waited) >= 10 * 4
    assert max(waited) < sum(waited) / 5


def test_standard_error_that_nobody_reads_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The line is left out: a recorder that waited for it could not be ended."""
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "w") as error, os.fdopen(ours, "rb", 0) as reader:
        monkeypatch.setattr("sys.stderr", error)
        warn("one")
        first = reader.read(100)
        os.set_blocking(theirs, False)
        with suppress(BlockingIOError):
            while True:
                os.write(theirs, bytes(4096))
        os.set_blocking(theirs, True)
        began = time.monotonic()
        warn("two")

        assert first == b"feedhandler: one\n"
        assert time.monotonic() - began < 60


def test_no_name_is_no_place() -> None:
    """It is a mistake, and not the folder where one is."""
    done = run("capture", "-i", "lo", "-w", "")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("feedhandler: -w: no name is given")

"""Recording into a pipe: a reader that dies, stands still, is slow or late, and ends that none of them prevents."""

import errno
import io
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lan import wire
from live_frames import send
from processes import PROGRAM
from test_capture_ends import MANY, WAIT_S
from test_recorder import counted, read
from test_recorder_full import HEAD, LENGTHS, PACKETS

from feedhandler.bench.namespace import Namespace
from feedhandler.cli.capture import tell
from feedhandler.recording import blocks, outlet
from feedhandler.recording.block_file import BlockFile
from feedhandler.recording.outlet import Outlet, StalledError
from feedhandler.recording.recorder import Recorded

ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
FRAMES = 1000  # twenty times what a pipe holds


@contextmanager
def recorder(
    inside: Namespace, path: str | Path, *more: str, out: int = subprocess.PIPE
) -> Iterator["subprocess.Popen[str]"]:
    """A recorder that has a ring by now; at the end of the story there is none, whatever it was."""
    with inside.entered():
        process = subprocess.Popen(
            [*PROGRAM, "capture", "-i", "line_a", "-w", str(path), "--json", *more],
            stdout=out, stderr=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509
        )  # fmt: skip
    try:
        rings = Path(f"/proc/{process.pid}/net/packet")
        deadline = time.monotonic() + WAIT_S
        while " 0003 " not in rings.read_text():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


def fifo(folder: Path) -> Path:
    """A FIFO without a reader."""
    path = folder / "fifo"
    os.mkfifo(path)
    return path


def rest_of(reader: int, folder: Path) -> str:
    """A file with all that is still in a pipe."""
    os.set_blocking(reader, True)
    path = folder / "taken.pcapng"
    with path.open("wb") as out:
        while piece := os.read(reader, 1 << 20):
            out.write(piece)
    return str(path)


def accounted(told: dict[str, int]) -> bool:
    """Whether every frame that came was written, dropped, or told as not written."""
    return told["frames"] + told["dropped"] + told["unwritten"] == told["received"]


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("standard", [False, True], ids=["fifo", "standard output"])
def test_a_reader_that_stands_still(
    tmp_path: Path, number: signal.Signals, *, standard: bool
) -> None:
    """A signal ends it soon; the frames told are those that the pipe holds, the others are told as not written."""
    path = fifo(tmp_path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    with wire() as made:
        with recorder(
            made.receiver, "-" if standard else path, out=writer if standard else subprocess.PIPE
        ) as process:
            os.close(writer)
            with made.sender.entered():
                send("line_a", MANY[:FRAMES])
            time.sleep(0.5)
            assert process.poll() is None
            process.send_signal(number)
            out, err = process.communicate(timeout=WAIT_S)
        taken = rest_of(reader, tmp_path)
        os.close(reader)

    told = json.loads(err if standard else out)
    assert process.returncode == 1
    assert (told["stalled"], told["problem"]) == (True, "")
    assert told["unwritten"] > 0
    assert accounted(told)
    assert len(read(taken)) == told["frames"]


def test_so_long_only(tmp_path: Path) -> None:
    """--seconds is obeyed, too: time and patience, and no signal."""
    path = fifo(tmp_path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with wire() as made, recorder(made.receiver, path, "--seconds", "3") as process:
        with made.sender.entered():
            send("line_a", MANY[:FRAMES])
        out, err = process.communicate(timeout=WAIT_S)
    os.close(reader)

    told = json.loads(out)
    assert (process.returncode, told["stalled"]) == (1, True)
    assert err.startswith(f"feedhandler: {path}: nobody has taken anything for ")
    assert err.count("\n") == 1
    assert accounted(told)


def test_people_are_told_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the numbers."""
    tell(
        Recorded(frames=2, unwritten=3, stalled=True),
        {"path": "x", "as_json": False, "quiet": False},
    )

    assert capsys.readouterr().out == (
        "2 frames, 0 B\n0 dropped, 0 cut, 3 not written; the reader took no more\n"
    )


@pytest.mark.parametrize("standard", [False, True], ids=["fifo", "standard output"])
def test_a_reader_that_dies(tmp_path: Path, *, standard: bool) -> None:
    """It is told as a full disk is, with code 3, and not by a signal that ends the recorder in silence."""
    path = fifo(tmp_path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    with (
        wire() as made,
        recorder(
            made.receiver, "-" if standard else path, out=writer if standard else subprocess.PIPE
        ) as process,
    ):
        os.close(writer)
        with made.sender.entered():
            send("line_a", MANY[:FRAMES])
        time.sleep(0.5)
        os.close(reader)
        out, err = process.communicate(timeout=WAIT_S)

    report, _, problem = err.rpartition("}") if standard else (out, "", err)
    told = json.loads(report + "}" if standard else report)
    name = "standard output" if standard else str(path)
    assert process.returncode == 3
    assert problem.strip() == f"feedhandler: {name}: Broken pipe"
    assert (told["stalled"], told["problem"]) == (False, f"{name}: Broken pipe")
    assert accounted(told)


@pytest.mark.parametrize("number", ENDS)
def test_nobody_reads(tmp_path: Path, number: signal.Signals) -> None:
    """A FIFO without a reader: one is waited for, until a stop; what came meanwhile is told."""
    with wire() as made, recorder(made.receiver, fifo(tmp_path)) as process:
        with made.sender.entered():
            send("line_a", MANY[:10])
        time.sleep(0.5)
        process.send_signal(number)
        out, _ = process.communicate(timeout=WAIT_S)

    told = json.loads(out)
    assert (process.returncode, told["frames"], told["stalled"]) == (1, 0, True)
    assert told["unwritten"] == told["received"] == 10


def test_a_reader_that_comes_late(tmp_path: Path) -> None:
    """Nothing is lost that the ring had room for; the file ends with its statistics."""
    path = fifo(tmp_path)
    with wire() as made, recorder(made.receiver, path, "-c", "100") as process:
        with made.sender.entered():
            send("line_a", MANY[:100])
        reader = os.open(path, os.O_RDONLY)
        taken = rest_of(reader, tmp_path)
        os.close(reader)
        out, err = process.communicate(timeout=WAIT_S)

    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["frames"] == len(read(taken)) == 100
    assert counted(taken)[blocks.DELIVERED] == 100


def test_a_reader_that_goes_on(tmp_path: Path) -> None:
    """It stood still when the signal came; it gets all of the rest, and the record is whole."""
    path = fifo(tmp_path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with wire() as made, recorder(made.receiver, path) as process:
        with made.sender.entered():
            send("line_a", MANY[:FRAMES])
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        taken = rest_of(reader, tmp_path)
        os.close(reader)
        out, err = process.communicate(timeout=WAIT_S)

    told = json.loads(out)
    assert (process.returncode, err) == (0, "")
    assert told["frames"] == len(read(taken)) == FRAMES


def filled(out: Outlet) -> int:
    """How many bytes are taken until no more are."""
    count = 0
    try:
        while True:
            count += out.write(memoryview(bytes(100_000)))
    except StalledError:
        return count


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No patience."""
    monkeypatch.setattr(outlet, "STILL_NS", 20_000_000)


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_what_others_have_too_goes_on_to_block(kind: str) -> None:
    """Standard output may be the shell's as well; it is left as it was, and all that was taken arrives."""
    ours, theirs = os.pipe() if kind == "pipe" else [each.detach() for each in socket.socketpair()]
    out = Outlet.shared(theirs, lambda _: True)
    count = filled(out)
    out.close()

    assert os.get_blocking(theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as reading:
        assert len(reading.read()) == count > 0


@pytest.mark.usefixtures("_soon")
def test_a_slow_reader_has_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a page now and then, and would go on for hours."""
    monkeypatch.setattr(outlet, "STILL_NS", 60_000_000_000)
    monkeypatch.setattr(outlet, "END_NS", 500_000_000)
    ours, theirs = os.pipe()
    over: list[int] = []

    def sip() -> None:
        while not over:
            os.read(ours, 4096)
            time.sleep(0.03)

    out = Outlet.shared(theirs, lambda _: True)
    reading = threading.Thread(target=sip)
    reading.start()
    began = time.monotonic()
    filled(out)
    spent = time.monotonic() - began
    over.append(1)
    reading.join()
    out.close()
    for each in (ours, theirs):
        os.close(each)

    assert 0.5 <= spent < 60


@pytest.mark.usefixtures("_soon")
def test_a_stream_that_was_cut_takes_nothing_more(tmp_path: Path) -> None:
    """Frames that went in whole are counted; no statistics are written into the midst of one that did not."""
    data = b"".join(PACKETS) * 100
    path = fifo(tmp_path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    file = BlockFile(str(path), io.BytesIO(), HEAD, ending=lambda _: True)
    with pytest.raises(StalledError) as stalled:
        file.write(data)
    frames, frame_bytes = file.mend(data, 100)
    taken = os.read(reader, 1 << 17)
    with pytest.raises(OSError, match="ends within a block"):
        file.write(blocks.statistics(0, 0, 0, 0))
    file.close()
    assert os.read(reader, 1) == b""
    os.close(reader)

    room = len(taken) - len(HEAD)
    lengths = [len(each) for each in PACKETS * 100]
    assert stalled.value.filename == str(path)
    assert sum(lengths[:frames]) <= room < sum(lengths[: frames + 1])
    assert frame_bytes == sum((LENGTHS * 100)[:frames])


def test_devices_are_neither_waited_for_nor_cut() -> None:
    """/dev/null takes everything; /dev/full nothing, and it is told why."""
    file = BlockFile("/dev/null", io.BytesIO(), HEAD)
    file.write(PACKETS[0])
    file.close()
    with pytest.raises(OSError, match="/dev/full") as full:
        BlockFile("/dev/full", io.BytesIO(), HEAD)

    assert full.value.errno == errno.ENOSPC

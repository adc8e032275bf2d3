"""Captures that come through pipes which stand still: one signal ends the wait, and what was seen is told."""

import fcntl
import gzip
import json
import os
import signal
import struct
import subprocess
import termios
import threading
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from capture_writers import pcap
from cli_runs import CME, ITCH
from lan import wire
from live_frames import GROUP, udp, until
from packets import add_order, mold
from processes import PROGRAM

from feedhandler.replaying import Replay
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import StoppedError

SIGNALS = pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
FEED = "nasdaq.itch50"
PART = 60_000  # bytes of a capture that come before its pipe stands still; a pipe holds more
SOON_S = 20  # a tenth of a second where nobody else works


def unread(pipe: int) -> int:
    """Bytes in a pipe that nobody has taken yet."""
    (count,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(count)


def spent(process: int) -> tuple[str, int]:
    """State of a process, and its time on a processor in ticks; proc(5)."""
    found = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return found[0], int(found[11]) + int(found[12])


def is_waiting(process: int) -> bool:
    """Whether it does nothing but wait, for half a second."""
    _, before = spent(process)
    time.sleep(0.5)
    state, after = spent(process)
    return state == "S" and after - before < 2


def stopped(number: int, part: bytes, *arguments: str) -> tuple[int, str]:
    """A run that gets the beginning of a capture, and then one signal: its exit code, and what it told."""
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(part)
            process.stdin.flush()
            until(lambda: unread(process.stdin.fileno()) == 0)
            until(lambda: is_waiting(process.pid))
            process.send_signal(number)
            code = process.wait(SOON_S)
        finally:
            process.kill()
        return code, process.stdout.read().decode()


def beginning() -> bytes:
    """Of a capture, cut in the midst of a packet."""
    return Path(ITCH).read_bytes()[:PART]


@SIGNALS
@pytest.mark.parametrize("packed", [False, True])
def test_a_replay_tells_what_came(number: int, code: int, *, packed: bool) -> None:
    """The exit code in its document is the process's; the input has not ended, so nothing is called cut."""
    part = gzip.compress(beginning())[:-20] if packed else beginning()
    ended, out = stopped(number, part, "replay", "-", "--feed", FEED, "--json")
    found = json.loads(out)

    assert ended == found["exit_code"] == code
    assert (found["interrupted"], found["notes"], found["problems"]) == (True, [], [])
    assert found["frames"] > 200


@SIGNALS
def test_a_book_of_that_moment_is_shown(number: int, code: int) -> None:
    """And called what it is."""
    ended, out = stopped(number, beginning(), "book", "-", "--feed", FEED, "--symbol", "GULF")

    assert ended == code
    assert "GULF" in out
    assert out.splitlines()[-1].startswith("interrupted behind packet ")


@SIGNALS
def test_a_verification_tells_what_was_compared(number: int, code: int) -> None:
    """No difference until then."""
    ended, out = stopped(number, beginning(), "verify", "-", "--feed", FEED, "--json")
    found = json.loads(out)

    assert ended == code
    assert (found["interrupted"], found["ok"], found["notes"]) == (True, True, [])
    assert found["packets"] > 200


@SIGNALS
def test_a_comparison_with_snapshots_ends_with_nothing_compared(number: int, code: int) -> None:
    """The market so far is not known: which increments a snapshot includes would be."""
    part = Path(CME).read_bytes()[:PART]
    words = ("verify", "-", "--feed", "cme.mdp3", "--snapshots")
    ended, out = stopped(number, part, *words, "--json")
    found = json.loads(out)

    assert ended == code
    assert (found["interrupted"], found["compared"], found["unequal"]) == (True, 0, [])


@SIGNALS
def test_decoded_messages_are_those_that_came(number: int, code: int) -> None:
    """Each as a line."""
    ended, out = stopped(number, beginning(), "decode", "-", "--feed", FEED, "--json")

    assert ended == code
    assert all(json.loads(line) for line in out.splitlines())


@SIGNALS
def test_a_sender_tells_what_it_sent(number: int, code: int) -> None:
    """All frames that came."""
    with wire() as made, made.sender.entered():
        ended, out = stopped(
            number, beginning(), "replay", "-", "--to", "line_a", "--speed", "max", "--json"
        )
    found = json.loads(out)

    assert ended == code
    assert (found["interrupted"], found["frames"] > 200, found["notes"]) == (True, True, [])


@SIGNALS
@pytest.mark.parametrize("verb", ["replay", "verify", "decode"])
def test_a_fifo_that_nobody_writes_to(tmp_path: Path, verb: str, number: int, code: int) -> None:
    """Nothing came: there is nothing to tell."""
    fifo = tmp_path / "day.pcap"
    os.mkfifo(fifo)
    with subprocess.Popen(
        [*PROGRAM, verb, str(fifo), "--feed", FEED], stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:  # fmt: skip
        try:
            until(lambda: fifo in opened_by(process.pid) and is_waiting(process.pid))
            process.send_signal(number)
            out, _ = process.communicate(timeout=SOON_S)
        finally:
            process.kill()

    assert (process.returncode, out) == (code, b"")


def opened_by(process: int) -> list[Path]:
    """The files that a process has open, but for one that it closes meanwhile."""
    found = []
    for each in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(each.readlink())
    return found


# --- in a program ---------------------------------------------------------------------------------
def test_a_fifo_is_read_as_ever(tmp_path: Path) -> None:
    """Opened before there is who writes to it; its end is the end."""
    fifo = tmp_path / "day.pcap"
    os.mkfifo(fifo)
    writing = threading.Thread(target=lambda: fifo.write_bytes(Path(ITCH).read_bytes()))
    timer = threading.Timer(0.2, writing.start)
    timer.start()
    with Replay(str(fifo), FEED) as replay:
        digest = replay.run().digest
    timer.join()
    writing.join()

    with Replay(ITCH, FEED) as replay:
        assert digest == replay.run().digest


@pytest.mark.parametrize("speed", [None, Fraction(1000)])
def test_another_thread_stops_a_replay_that_waits(tmp_path: Path, speed: Fraction | None) -> None:
    """What was held behind a hole when it was stopped is no gap, for what is missing may yet come."""
    fifo = tmp_path / "day.pcap"
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)
    first = 1_710_509_400_000_000_000
    datagrams = [mold([add_order(n, "B", 100, 10_000)], sequence=n) for n in (1, 2, 5)]
    os.write(
        writer,
        pcap([(first + n, udp(GROUP, each)) for n, each in enumerate(datagrams)], nanos=True),
    )
    with Replay(str(fifo), FEED, speed=speed) as replay:
        threading.Timer(0.5, replay.stop).start()
        replay.run()
        found = (replay.stopped, replay.counters["frames"], replay.gaps, replay.source.notes)
    os.close(writer)

    assert found == (True, 3, [], [])


def test_who_waits_for_the_first_bytes_is_stopped(tmp_path: Path) -> None:
    """Before it is known what the capture is."""
    fifo = tmp_path / "day.pcap"
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)
    os.write(writer, b"\xd4\xc3")
    asked: list[int] = []
    with pytest.raises(StoppedError, match="stopped before anything came"):
        open_capture(str(fifo), stop=lambda: len(asked) > 2 or asked.append(1) is not None)
    os.close(writer)

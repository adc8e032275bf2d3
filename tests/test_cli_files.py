"""Inputs are not written over, whatever they are called, and errors of files name the file."""

import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_runs import CME, ITCH, feedhandler, one_line, told
from processes import PROGRAM, run


@pytest.mark.parametrize("how", ["itself", "symlink", "hard link", "second input"])
def test_events_are_not_written_over_a_capture(tmp_path: Path, how: str) -> None:
    """Exit code 2 before anything is opened; the capture is what it was."""
    capture, other = tmp_path / "day.pcap", tmp_path / "other"
    shutil.copy(ITCH, capture)
    match how:
        case "symlink":
            other.symlink_to(capture)
        case "hard link":
            other.hardlink_to(capture)
    target = other if other.exists() else capture
    inputs = [ITCH, str(capture)] if how == "second input" else [str(capture)]
    result = feedhandler("replay", *inputs, "-n", "--events", str(target))

    assert result.exit_code == 2
    assert one_line(result).startswith(
        f"--events: {target} is the input {capture}; it would be lost"
    )
    assert capture.read_bytes() == Path(ITCH).read_bytes()


@pytest.mark.parametrize("verb", ["replay", "decode", "book", "verify"])
def test_standard_output_is_not_a_capture(tmp_path: Path, verb: str) -> None:
    """What is printed would be appended to what is read, without end."""
    capture = tmp_path / "day.pcap"
    shutil.copy(ITCH, capture)
    more = ["--symbol", "ALFA"] if verb == "book" else []
    script = f'exec "$0" -c "$1" {verb} {" ".join(more)} {capture} >> {capture}'
    done = run_shell(script)

    assert done == 2
    assert capture.read_bytes() == Path(ITCH).read_bytes()


@pytest.mark.parametrize("verb", ["replay", "decode", "verify"])
def test_standard_input_is_one_capture(verb: str) -> None:
    """Named twice, each of the two would get what the other one leaves."""
    result = feedhandler(verb, "-", ITCH, "-", "--feed", "nasdaq.itch50")

    assert result.exit_code == 2
    assert one_line(result).startswith("FILE: - is standard input, which can be read only once")


def test_a_pipe_with_two_names(tmp_path: Path) -> None:
    """Each would get a part of what is written to it; a file may be named twice."""
    fifo, link = tmp_path / "day.fifo", tmp_path / "other"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    told = [
        feedhandler("replay", str(fifo), name, "--feed", "nasdaq.itch50")
        for name in (str(fifo), str(link))
    ]
    twice = feedhandler("verify", ITCH, ITCH, "--count", "1")

    assert [(each.exit_code, "are one pipe" in one_line(each)) for each in told] == [(2, True)] * 2
    assert "pipe" not in twice.stderr


def run_shell(script: str) -> int:
    """Exit code of the program as a shell starts it; $0 and $1 are Python and the program."""
    return os.spawnvp(
        os.P_WAIT, "sh", ["sh", "-c", f"{script} 2>/dev/null", PROGRAM[0], PROGRAM[2]]
    )


def test_events_may_replace_another_file(tmp_path: Path) -> None:
    """What is no input is the user's to overwrite."""
    other = tmp_path / "events"
    other.write_text("old")
    result = feedhandler("replay", ITCH, "-q", "--at", "50", "--events", str(other))

    assert result.exit_code == 0
    assert other.read_text().startswith("{")


def test_a_full_disk_is_told_with_the_name_of_the_file() -> None:
    """By -q, too; also where standard output is full."""
    events = feedhandler("replay", ITCH, "-q", "--events", "/dev/full")
    with Path("/dev/full").open("w") as full:
        outputs = {
            run_into(full.fileno(), unbuffered, *each)
            for each in PRINTING
            for unbuffered in ("", "1")
        }

    assert (events.exit_code, one_line(events)) == (
        3,
        "--events: /dev/full: No space left on device",
    )
    assert outputs == {(3, "feedhandler: standard output: No space left on device")}


PRINTING = (
    ("replay", ITCH, "-q", "--events", "-"),
    ("replay", ITCH, "--json"),
    ("decode", ITCH),
    ("doctor", "--json"),
    ("protocols", "list"),
    ("replay", "--help"),
)


def run_into(fd: int, unbuffered: str, *arguments: str) -> tuple[int, str]:
    """Exit code, and the last line of errors, of a run whose standard output is this file."""
    done = subprocess.run(
        [*PROGRAM, *arguments], env={**os.environ, "PYTHONUNBUFFERED": unbuffered}, stdout=fd,
        stderr=subprocess.PIPE, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()[-1]


@pytest.mark.parametrize("verb", ["replay", "decode", "book", "verify"])
def test_a_file_that_may_not_be_read(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For who is not root: opening it tells, and it is the environment's fault, not the command line's."""

    def refuse(path: Any, **_: Any) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr("feedhandler.source.inputs.io", SimpleNamespace(FileIO=refuse))
    more = ["--symbol", "X"] if verb == "book" else []
    result = feedhandler(verb, ITCH, *more)

    assert result.exit_code == 3
    assert one_line(result) == f"{ITCH}: no permission to read it"


def test_names_with_any_bytes_are_told(tmp_path: Path) -> None:
    """A byte that is no UTF-8 is shown as that byte, and nothing steers the terminal."""
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.pcap")
    missing = run("replay", name)

    assert missing.returncode == 3
    assert missing.stderr.splitlines()[-1].endswith("/\\xff\\x1b[31m.pcap: no such file")


def test_too_long_a_time_is_usage() -> None:
    """Not a fault of the program."""
    result = feedhandler("replay", CME, "--gap-timeout", "99999999999s")

    assert (result.exit_code, len(told(result))) == (2, 1)

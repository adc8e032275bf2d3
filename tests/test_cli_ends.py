"""How a run ends: closed streams, Ctrl-C that still tells what was seen, SIGTERM that leaves nothing behind."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runs import CME, ITCH, feedhandler
from processes import PROGRAM, interrupted, on_terminal

from feedhandler.publish import CounterReader, SegmentError
from feedhandler.publish.segment import Kind, path_of


def shared(name: str) -> list[Path]:
    """What there is of a name in shared memory."""
    return [path for kind in Kind if (path := path_of(name, kind)).exists()]


def frames_of(name: str) -> int:
    """How many frames a replay says that it has taken."""
    try:
        return CounterReader(name).read()["frames"]
    except (SegmentError, KeyError):
        return 0


# --- streams that are not there -------------------------------------------------------------------
@pytest.mark.parametrize(("closed", "path", "code"), [
    (">&-", ITCH, 0), ("2>&-", "nowhere", 3), (">&- 2>&-", ITCH, 0), ("<&- >&- 2>&-", ITCH, 0),
])  # fmt: skip
def test_closed_streams(closed: str, path: str, code: int) -> None:
    """As cron and service managers start programs that print nothing: the same exit code."""
    script = f'exec "$0" -c "$1" replay "{path}" -q {closed}'
    done = subprocess.run(
        ["sh", "-c", script, PROGRAM[0], PROGRAM[2]], capture_output=True, check=False, timeout=300
    )

    assert (done.returncode, done.stdout) == (code, b"")


@pytest.mark.parametrize("verb", [
    f"replay {ITCH} -n", f"replay {ITCH} --json", f"replay {ITCH} -q --events -", f"decode {ITCH} -c 1",
    f"book {ITCH} --symbol ALFA", f"verify {ITCH} -c 9", "protocols list", "replay --help", "--version",
])  # fmt: skip
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_is_printed_into_a_closed_standard_output_is_told(verb: str, unbuffered: str) -> None:
    """As for a full disk: whoever asked for it would else take nothing for a result."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {verb} >&-', PROGRAM[0], PROGRAM[2]],
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == "feedhandler: standard output: is closed"


def test_a_record_is_not_written_into_nowhere() -> None:
    """Standard output is closed, and was to be the record: refused before a frame is taken."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" capture -i lo -w - --seconds 1 >&-', PROGRAM[0], PROGRAM[2]],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (3, "feedhandler: -w -: standard output is closed\n")


def test_a_capture_does_not_become_standard_output(tmp_path: Path) -> None:
    """Where it is closed, the next file that is opened would get its number."""
    events = tmp_path / "events"
    script = f'exec "$0" -c "$1" replay {ITCH} -q --at 50 --events {events} >&-'
    subprocess.run(["sh", "-c", script, PROGRAM[0], PROGRAM[2]], check=True, timeout=300)

    assert all(json.loads(line) for line in events.read_text().splitlines())


# --- Ctrl-C ---------------------------------------------------------------------------------------
def test_an_interrupted_replay_says_so_in_its_document() -> None:
    """The exit code in it is the process's."""
    name = f"test-int-{os.getpid()}"
    done = interrupted(
        "replay", ITCH, "--speed", "1", "--json", "--shm", name, when=lambda: frames_of(name) > 0
    )
    found = json.loads(done.stdout)

    assert done.returncode == found["exit_code"] == 130
    assert found["interrupted"] is True
    assert shared(name) == []


def slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a replay be interrupted behind its first batch, as by a user who is quick."""
    from feedhandler.replaying import Replay  # noqa: PLC0415

    whole = Replay.__iter__

    def first(self: Replay) -> Iterator[object]:
        for number, batch in enumerate(whole(self)):
            yield batch
            if number == 0:
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Replay, "__iter__", first)


def test_an_interrupted_book_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """In text and in JSON: it is not the book of the end."""
    slowed(monkeypatch)
    text = feedhandler("book", ITCH, "--symbol", "GULF")
    document = feedhandler("book", ITCH, "--symbol", "GULF", "--json")

    assert text.exit_code == document.exit_code == 130
    assert text.stdout.splitlines()[-1].startswith("interrupted behind packet ")
    assert json.loads(document.stdout)["interrupted"] is True


def test_an_interrupted_book_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not called missing in the capture."""
    slowed(monkeypatch)
    result = feedhandler("book", ITCH, "--symbol", "NOPE")

    assert result.exit_code == 130
    assert "interrupted behind packet " in result.stderr


@pytest.mark.parametrize("json_wanted", [False, True])
def test_an_interrupted_verification_tells_what_was_compared(
    monkeypatch: pytest.MonkeyPatch, *, json_wanted: bool
) -> None:
    """As many packets as until then, and no difference until then."""
    from feedhandler.verifying.walk import Walk  # noqa: PLC0415

    whole = Walk._frame
    seen = []

    def frame(self: Walk, frame: object) -> object:
        seen.append(1)
        if len(seen) == 40:
            os.kill(os.getpid(), signal.SIGINT)
        return whole(self, frame)

    monkeypatch.setattr(Walk, "_frame", frame)
    result = feedhandler("verify", CME, *(["--json"] if json_wanted else []))

    assert result.exit_code == 130
    if json_wanted:
        found = json.loads(result.stdout)
        assert (found["packets"], found["interrupted"], found["ok"]) == (40, True, True)
        assert found["engine_compared"] is False
    else:
        assert "interrupted: no difference until then" in result.stdout


def test_interrupted_benches_tell_the_runs_that_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage, and the whole path; without one whole run there is nothing to tell."""
    from feedhandler.bench import measurement, replay  # noqa: PLC0415

    made: list[int] = []

    def once(_command: list[str]) -> dict[str, float]:
        made.append(1)
        if len(made) == 3:
            raise KeyboardInterrupt
        return {"ns_per_message": 10.0, "frames": 1, "messages": 1, "levels": 1, "bbo_changes": 1,
                "checksum": "c"}  # type: ignore[dict-item]  # fmt: skip

    monkeypatch.setattr(replay, "run", once)
    whole = feedhandler("bench", "replay", ITCH, "--json")
    again = feedhandler("bench", "replay", ITCH)
    del measurement

    assert (whole.exit_code, again.exit_code) == (130, 0)
    assert len(json.loads(whole.stdout)["ours"]["runs"]) == 2
    assert json.loads(whole.stdout)["interrupted"] is True


def test_an_interrupted_measurement_keeps_whole_passes() -> None:
    """And goes on as an interrupt where there was none."""
    from feedhandler.bench.measurement import timed  # noqa: PLC0415

    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        if len(calls) in {4, 5}:
            raise KeyboardInterrupt

    wall, cpu = timed(work, 9)

    assert (len(wall), len(cpu)) == (2, 2)
    with pytest.raises(KeyboardInterrupt):
        timed(work, 9)


# --- SIGTERM --------------------------------------------------------------------------------------
@pytest.mark.parametrize("early", [False, True])
def test_sigterm_takes_shared_memory_away(*, early: bool) -> None:
    """Nothing of the name is left, also where it comes while the memory is made; the exit code tells why."""
    name = f"test-term-{os.getpid()}"

    def reached() -> bool:
        return bool(shared(name)) if early else frames_of(name) > 0

    done = interrupted(
        "replay", ITCH, "--speed", "1", "--shm", name, when=reached, number=signal.SIGTERM
    )

    assert done.returncode == 143
    assert shared(name) == []


# --- the screen -----------------------------------------------------------------------------------
def test_a_log_line_leaves_no_stale_bar() -> None:
    """A line of the log goes above a progress bar; the bar is taken away whole."""
    lines = on_terminal(
        100, "replay", ITCH, "-n", "--speed", "4", "--faults", "drop=20%", "--at", "13:30:06Z"
    )
    logged = [number for number, line in enumerate(lines) if " gap " in line]

    assert logged
    assert not [line for line in lines if re_bar(line)]


def re_bar(line: str) -> bool:
    """Whether a progress bar stands on the line."""
    return "━" in line

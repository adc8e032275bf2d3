"""Benches that are ended early leave nothing behind, and what cannot be is told before anything is measured."""

import signal
import subprocess
from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from live_frames import LONG_S, until
from processes import PROGRAM

from feedhandler.bench.namespace import Namespace, NamespaceError
from feedhandler.jit import JIT_ON
from feedhandler.publish.segment import PREFIX, folder


@pytest.mark.skipif(not JIT_ON, reason="without the JIT the loop is too slow for any rate")
def test_a_soak_that_is_ended() -> None:
    """Its daemon is asked to end, and takes its shared memory away."""
    try:
        Namespace().close()
    except NamespaceError as error:
        pytest.skip(f"no network namespace here: {error}")
    soaking = subprocess.Popen(
        [*PROGRAM, "bench", "soak", "--minutes", "60", "--rate", "100", "--burst", "0", "--idle", "block"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def segments() -> list[Path]:
        return [*folder().glob(f"{PREFIX}soak.{soaking.pid}.*")]

    until(lambda: segments() or soaking.poll() is not None)
    begun = segments()
    soaking.send_signal(signal.SIGTERM)
    soaking.communicate(timeout=LONG_S)

    assert begun
    assert soaking.returncode == 143
    assert segments() == []


def test_how_long_a_soak_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds alone are seconds; minutes that are given count, too; no time at all is a mistake."""
    asked: list[int] = []

    def soak(given: object, _tell: object) -> object:
        asked.append(given.seconds)  # type: ignore[attr-defined]
        raise NamespaceError("enough")

    monkeypatch.setattr("feedhandler.bench.soak.soak", soak)
    monkeypatch.setattr("feedhandler.cli.bench_soak.become_root", lambda: None)
    for more in ([], ["--seconds", "15"], ["--minutes", "2", "--seconds", "15"]):
        feedhandler("bench", "soak", *more)
    none = feedhandler("bench", "soak", "--minutes", "0")

    assert asked == [180, 15, 135]
    assert none.exit_code == 2
    assert "no time at all" in one_line(none)


def test_a_picture_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a kind that is not drawn nor a folder that is not there is found out after the measurement."""
    monkeypatch.setattr("feedhandler.cli.bench_live.become_root", lambda: None)
    monkeypatch.setattr("feedhandler.bench.live.Contest.run", lambda _: pytest.fail("measured"))
    for path, code, why in (
        (tmp_path / "x.gif", 2, "the name has to end in .png or .svg"),
        (tmp_path / "none" / "x.png", 3, "the folder is not there, or not to be written into"),
    ):
        told = feedhandler("bench", "live", "--plot", str(path))
        assert told.exit_code == code
        assert f"--plot {path}: {why}" in one_line(told)

"""The first run on a machine: the engine is compiled by another process, and the run waits for it."""

import subprocess
import sys

import pytest

from feedhandler.cli import warming
from feedhandler.compiling import replay_nothing
from feedhandler.decode.catalog import feed


def test_a_replay_of_nothing_gives_nothing() -> None:
    """It only has the code at hand."""
    replay_nothing(feed("nasdaq.itch50"))


def test_who_waits_goes_on_when_the_other_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it failed, or would never end: then it is ended, and its work is done here."""
    done, failed, endless = (
        subprocess.Popen([sys.executable, "-c", code])
        for code in ("", "raise SystemExit(1)", "import time; time.sleep(600)")
    )
    monkeypatch.setattr(warming, "_beside", [endless, failed, done])
    monkeypatch.setattr(warming, "LONGEST_S", 0.5)
    warming.await_compiled(feed("nasdaq.itch50"))

    assert warming._beside == []
    assert endless.returncode == -9
    assert failed.returncode in {1, -9}


def test_nothing_is_compiled_beside_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two compilers on one core take as long as one, and more memory."""
    began: list[str] = []
    monkeypatch.setattr(warming, "JIT_ON", True)
    monkeypatch.setattr(warming, "compile_beside", lambda: began.append("beside"))
    monkeypatch.setattr(warming, "collect_seldom", lambda: None)
    monkeypatch.setattr(warming, "ENGINE", "kernel.no_such_kernel")
    for cores in ({0}, {0, 1}):
        monkeypatch.setattr(warming.os, "sched_getaffinity", lambda _pid, cores=cores: cores)
        assert warming.tell_of_compiling("kernel.no_such_kernel", quiet=True)

    assert began == ["beside"]

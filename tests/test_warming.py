"""The first run on a machine: the engine is compiled by another process, and the run waits for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runs import feedhandler

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


# --- what is told of it ---------------------------------------------------------------------------
COMMANDS = [
    (("run", "-i", "none0", "--feed", "nasdaq.itch50"), (warming.ENGINE, *warming.LIVE)),
    (("capture", "-i", "none0", "-w", "x"), warming.RECORDING),
    (("replay", "x", "--to", "none0"), warming.SENDING),
    (("simulate", "nasdaq.itch50", "--to", "none0"), warming.SENDING),
    (("simulate", "nasdaq.itch50", "-w", "x", "--lines", "A", "--to", "a", "--to", "b"), warming.SENDING),
]  # fmt: skip
LINE = "feedhandler: compiling for this machine, once; this takes a moment ..."


@pytest.mark.parametrize(("words", "kernels"), COMMANDS)
def test_a_kernel_that_is_not_cached_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], kernels: tuple[str, ...]
) -> None:  # fmt: skip
    """Whichever it is, the engine's or a source's; nothing where all are there, and nothing with -q."""
    monkeypatch.setattr(warming, "JIT_ON", True)
    monkeypatch.setattr(warming, "CACHE", tmp_path)
    monkeypatch.setattr(warming, "compile_beside", lambda: None)
    cached = [tmp_path / f"{each}-63.py311.nbi" for each in (*kernels, "nasdaq_itch50.decode")]
    for each in cached:
        each.touch()
    warm, cold, quiet = feedhandler(*words), [], []
    for each in cached[: len(kernels)]:
        each.unlink()
        cold.append(feedhandler(*words).stderr.splitlines()[:-1])
        quiet.append(feedhandler(*words, "-q").stderr.splitlines()[:-1])
        each.touch()

    assert warm.stderr.splitlines()[:-1] == []
    assert cold == [[LINE]] * len(kernels)
    assert quiet == [[]] * len(kernels)


def test_a_decoder_that_is_not_cached_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a feed that runs here for the first time."""
    monkeypatch.setattr(warming, "JIT_ON", True)
    monkeypatch.setattr(warming, "CACHE", tmp_path)
    (tmp_path / "nasdaq_itch50.decode-63.py311.nbi").touch()
    told = []
    monkeypatch.setattr(warming, "notice", told.append)
    for name in ("nasdaq.itch50", "cme.mdp3"):
        warming.tell_of_decoders(feed(name), told=False, quiet=False)
        warming.tell_of_decoders(feed(name), told=True, quiet=False)

    assert told == ["compiling for this machine, once; this takes a moment ..."]


COMPILED_BY = """
import importlib, sys
from feedhandler import jit
before = jit.Entry.__init__
def told(self, function, arguments):
    print(function.__module__)
    before(self, function, arguments)
jit.Entry.__init__ = told
importlib.import_module(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("module", "kernels"),
    [
        ("feedhandler.cli.decode_run", warming.READERS),
        ("feedhandler.cli.run_live", warming.LIVE),
        ("feedhandler.recording.recorder", warming.RECORDING),
        ("feedhandler.cli.send", warming.SENDING),
        ("feedhandler.cli.simulate_live", warming.SENDERS),
    ],
)
def test_each_file_that_a_command_compiles_is_known(module: str, kernels: tuple[str, ...]) -> None:
    """One kernel of each file of entries that it imports, so that a new source is not compiled in silence."""
    done = subprocess.run(
        [sys.executable, "-c", COMPILED_BY, module],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    compiled = {name.rpartition(".")[2] for name in done.stdout.split()}

    assert compiled - {each.partition(".")[0] for each in kernels} == set()


def test_each_name_is_that_of_a_kernel() -> None:
    """A function that is compiled, in a file of that name."""
    package = Path(warming.__file__).parents[1]
    everything = {warming.ENGINE, *warming.LIVE, *warming.RECORDING, *warming.SENDING}
    missing = []
    for name in everything:
        module, _, function = name.partition(".")
        texts = [path.read_text("utf-8") for path in package.rglob(f"{module}.py")]
        if not any(f"\ndef {function}(" in text for text in texts):
            missing.append(name)

    assert missing == []

"""SIGHUP while the program is loaded: a service remembers it; whatever else runs is ended by it, or outlives it, as ever."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from lan import wire

from feedhandler.cli.hang_up import asked
from feedhandler.cli.run import run

# The program, to which SIGHUP comes when it first looks for one of its modules.
STRUCK = """
import os, signal, sys
class Strike:
    def find_spec(self, name, *_):
        if name == os.environ["STRUCK_AT"]:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGHUP)
sys.meta_path.insert(0, Strike())
from feedhandler.__main__ import main
main()
"""
EARLY, LATE = "feedhandler.cli.main", "feedhandler.cli.run_live"
FEED = ("run", "-i", "none", "--feed", "nasdaq.itch50")


def struck(at: str, *words: str) -> "subprocess.Popen[str]":
    """The program with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", STRUCK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "STRUCK_AT": at},
    )  # fmt: skip


def ended(at: str, *words: str) -> tuple[int, str]:
    """How it ends."""
    with struck(at, *words) as process:
        _, err = process.communicate(timeout=400)
    return process.returncode, err


@pytest.mark.parametrize("at", [EARLY, "feedhandler.cli.run", LATE])
@pytest.mark.parametrize("option", [("-c",), ("-qc",), ("--quiet", "--config")])
def test_a_service_goes_on(at: str, option: tuple[str, ...]) -> None:
    """To the file, which is not there."""
    code, err = ended(at, "run", *option, "/nowhere/feed.toml")

    assert (code, "/nowhere/feed.toml: No such file" in err) == (3, True)


@pytest.mark.parametrize("at", [EARLY, LATE])
def test_a_service_obeys_when_it_runs(at: str, tmp_path: Path) -> None:
    """It says that it has read again."""
    file = tmp_path / "feed.toml"
    file.write_text('[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "line_a"\n')
    with wire() as made:
        with made.receiver.entered():
            process = struck(at, "run", "-c", str(file), "--seconds", "2")
        _, err = process.communicate(timeout=400)

    assert process.returncode == 1  # no frame came
    assert err.count('"reloaded"') == 1
    assert err.index('"started"') < err.index('"reloaded"')


def test_whatever_else_runs_is_ended() -> None:
    """Without a word before it is loaded, in order then; also where a value looked like the option."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        codes = [
            ended(EARLY, *FEED)[0],
            ended(LATE, *FEED)[0],
            ended("feedhandler.cli.status", "status", "-c")[0],
            ended(EARLY, "run", "-i", "-c", "--feed", "nasdaq.itch50")[0],
            ended(LATE, "run", "-i", "-c", "--feed", "nasdaq.itch50")[0],
        ]
    finally:
        signal.signal(signal.SIGHUP, before)

    assert codes == [-signal.SIGHUP, 129, 129, 129, 129]


def test_whatever_else_runs_outlives_it_under_nohup() -> None:
    """It gets as far as it would have: there is no such interface."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        codes = [
            ended(EARLY, *FEED)[0],
            ended(LATE, *FEED)[0],
            ended(EARLY, "run", "-i", "-c", "--feed", "nasdaq.itch50")[0],
        ]
    finally:
        signal.signal(signal.SIGHUP, before)

    assert codes == [3, 3, 3]


def test_the_look_at_the_arguments_knows_the_options() -> None:
    """Every way to write -c, behind every short flag that takes no value; nothing else."""
    flags = [
        each.opts[0][1:]
        for each in run.params
        if isinstance(each, click.Option) and (each.is_flag or each.count)
        and not each.opts[0].startswith("--")
    ]  # fmt: skip
    forms = [["-c", "x"], ["-cx"], ["--config", "x"], ["--config=x"], [f"-{''.join(flags)}c", "x"]]

    assert flags == ["q", "v"]
    assert all(asked(["run", "--seconds", "3", *words]) for words in forms)
    assert not asked([])
    assert not asked(["run"])
    assert not asked(["run", "c", "-", "--", "-ic", "--configured", "--core", "1", "-q"])
    assert not asked(["replay", "-c", "x"])

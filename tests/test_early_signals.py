"""Signals at moments at which a program is not ready for them: while it is loaded, opens, or makes a class."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lan import wire
from test_live_cli import started

from feedhandler.cli.main import ended_by
from feedhandler.cli.run_live import opened, remembered
from feedhandler.service.daemon import Daemon, Settings

LOADING = """
import sys, time
class Slow:
    def find_spec(self, name, *_):
        if name == "feedhandler.cli.main":
            print("loading", flush=True)
            time.sleep(20)
sys.meta_path.insert(0, Slow())
sys.argv[1:] = ["--version"]
import feedhandler.__main__
"""


def test_ctrl_c_while_the_program_is_loaded() -> None:
    """It ends without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-c", LOADING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (-signal.SIGINT, "")


def test_once_it_is_loaded_ctrl_c_is_an_exception_again() -> None:
    """Whoever is deaf to it stays so."""
    script = (
        "import signal, feedhandler.__main__\n"
        "from feedhandler.cli.ending import obey\n"
        "obey()\n"
        "print(signal.getsignal(signal.SIGINT) is signal.{})"
    )

    def heard(expected: str, before: signal.Handlers) -> str:
        ours = signal.signal(signal.SIGINT, before)
        try:
            done = subprocess.run(
                [sys.executable, "-c", script.format(expected)],
                capture_output=True, text=True, timeout=60, check=True,
            )  # fmt: skip
        finally:
            signal.signal(signal.SIGINT, ours)
        return done.stdout

    assert heard("default_int_handler", signal.SIG_DFL) == "True\n"
    assert heard("SIG_IGN", signal.SIG_IGN) == "True\n"


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
def test_a_signal_that_hides_in_another_error(raised: BaseException, code: int) -> None:
    """Python tells what goes wrong while a class is made as a RuntimeError."""

    def interrupt(*_: object) -> None:
        raise raised

    marked = type("Marked", (), {"__set_name__": interrupt})
    with pytest.raises((RuntimeError, type(raised))) as error:
        type("Made", (), {"field": marked()})

    hidden = RuntimeError("Error calling __set_name__")
    hidden.__cause__ = raised
    assert ended_by(hidden) == code
    assert error.value is raised or ended_by(error.value) == code
    assert ended_by(RuntimeError("alone")) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_opened_is_taken_away(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal that came while a daemon opened is raised when it has; then all of it is there, and goes."""
    closed = []

    def interrupted(daemon: Daemon) -> Daemon:
        signal.raise_signal(number)
        return daemon

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, ended)
    monkeypatch.setattr(Daemon, "open", interrupted)
    monkeypatch.setattr(Daemon, "__exit__", lambda *_: closed.append(True))
    try:
        with pytest.raises(KeyboardInterrupt), opened([], Settings("")):
            pytest.fail("it went on")
    finally:
        signal.signal(number, before)

    assert closed == [True]


def test_a_hang_up_that_comes_too_early_is_remembered() -> None:
    """It ends nothing; afterwards all is as before."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGHUP)
    with remembered(came):
        signal.raise_signal(signal.SIGHUP)

    assert came == [signal.SIGHUP]

    assert signal.getsignal(signal.SIGHUP) is before


def test_a_daemon_that_is_told_to_read_again_while_it_starts(tmp_path: Path) -> None:
    """It goes on, and says afterwards that it has read again."""
    file = tmp_path / "feed.toml"
    file.write_text('[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "line_a"\n')
    with wire() as made:
        process = started(made.receiver, "run", "-c", str(file), "--seconds", "3")
        assert process.stderr is not None
        while '"started"' not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGHUP)  # right behind it the loop is begun
        _, err = process.communicate(timeout=400)

    assert process.returncode == 1  # no frame came
    assert '"reloaded"' in err

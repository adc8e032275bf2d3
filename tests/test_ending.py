"""SIGTERM and Ctrl-C end the program also where a callback swallows the exception that they raise."""

import subprocess
import sys

import pytest

# What the compiler's callbacks do to it, by a weak reference.
SCRIPT = """
import os, signal, sys, time, weakref
from feedhandler.cli.ending import obey

class Thing:
    pass

def gone(_reference):
    os.kill(os.getpid(), signal.{name})
    for _ in range(100_000):
        pass

obey()
thing = Thing()
reference = weakref.ref(thing, gone)
try:
    del thing
    time.sleep(20)
    print("went on")
except KeyboardInterrupt:
    sys.exit(130)
finally:
    print("closed")
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)])
def test_a_signal_in_a_callback_ends_the_program(name: str, code: int) -> None:
    """It is raised again where it counts, and what was open is closed; nobody is told of an exception."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(name=name)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (code, "closed\n", "")


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)])
def test_an_error_that_comes_of_a_swallowed_signal_is_not_told(name: str, code: int) -> None:
    """The callback did not do its work, and what needs it fails before the signal is raised again."""
    script = SCRIPT.format(name=name).replace("time.sleep(20)", BROKEN)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (code, "closed\n", "")


# The last door of the command, which an error reaches.
BROKEN = """
    from unittest import mock
    from feedhandler.cli.main import click, cli
    with mock.patch.object(click.Group, "main", side_effect=RuntimeError("no compiled object yet")):
        sys.exit(cli.run([]))
"""


def test_other_exceptions_of_callbacks_are_told_as_ever() -> None:
    """They end nothing."""
    script = "from feedhandler.cli.ending import obey\nobey()\nclass A:\n  def __del__(self): raise ValueError(7)\nA()"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0
    assert "ValueError: 7" in done.stderr


def test_a_terminal_that_goes_ends_the_program_unless_it_is_to_be_outlived() -> None:
    """What is open is closed; nohup holds."""
    script = (
        "import signal\n"
        "signal.signal(signal.SIGHUP, signal.{})\n"
        "from feedhandler.cli.ending import obey\n"
        "obey()\n"
        "try:\n"
        "    signal.raise_signal(signal.SIGHUP)\n"
        "    print('went on')\n"
        "finally:\n"
        "    print('closed')\n"
    )

    def ended(before: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", script.format(before)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    assert ended("SIG_DFL") == (129, "closed\n")
    assert ended("SIG_IGN") == (0, "went on\nclosed\n")

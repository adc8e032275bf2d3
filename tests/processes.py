"""The program as a process of its own: with closed streams, signals, and a terminal so many columns wide."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PROGRAM = [sys.executable, "-c", "from feedhandler.cli.main import main; main()"]


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """One run of the program."""
    command = [*PROGRAM, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, **options
    )


def on_terminal(columns: int, *arguments: str, **environment: str) -> list[str]:
    """The lines that a terminal of so many columns gets, without their styles."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    env = {**os.environ, "TERM": "xterm", **environment}
    env.pop("COLUMNS", None)
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # the end of a terminal
            while piece := os.read(ours, 1 << 16):
                seen += piece
        process.wait(60)
    os.close(ours)
    return screen(seen.decode("utf-8", "replace"))


def screen(text: str) -> list[str]:
    """What stands on a terminal that scrolls and never wraps: lines, returns, erased lines, cursor up."""
    lines, row, column = [""], 0, 0
    for piece in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|\r|\n)", text):
        if piece == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif piece == "\r":
            column = 0
        elif piece.startswith("\x1b[") and piece.endswith("A"):
            row = max(0, row - int(piece[2:-1] or 1))
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif not piece.startswith("\x1b["):
            kept = lines[row].ljust(column)
            lines[row] = kept[:column] + piece + kept[column + len(piece) :]
            column += len(piece)
    return [line.rstrip() for line in lines]


def interrupted(
    *arguments: str, when: Callable[[], bool], number: int = signal.SIGINT
) -> "subprocess.CompletedProcess[str]":
    """A run that gets a signal once `when` says so."""
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        deadline = time.monotonic() + 200
        while not when() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)

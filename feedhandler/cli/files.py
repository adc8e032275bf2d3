"""Files that a verb reads and writes: an output is never one of the inputs, and an error says which file it was."""

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import IO, Any

import click

from feedhandler.cli.output import EnvironmentProblemError

STANDARD: str = "-"


def check_read_once(inputs: Sequence[str]) -> None:
    """Refuse a pipe that is named twice, under whatever names: each of them would get a part of it."""
    if inputs.count(STANDARD) > 1:
        raise click.UsageError(f"FILE: {STANDARD} is standard input, which can be read only once")
    pipes = [(name, found) for name in inputs if (found := _pipe(name)) is not None]
    for (name, one), (again, other) in combinations(pipes, 2):
        if os.path.samestat(one, other):
            raise click.UsageError(
                f"FILE: {name} and {again} are one pipe, which can be read only once"
            )


def check_output(option: str, path: str, inputs: Iterable[str]) -> None:
    """Refuse to write over an input, under whatever name: opening it would empty it."""
    found = _status(path, sys.stdout)
    for name in inputs:
        other = _status(name, sys.stdin)
        if found is not None and other is not None and os.path.samestat(found, other):
            shown = "standard output" if path == STANDARD else path
            raise click.UsageError(f"{option}: {shown} is the input {name}; it would be lost")


def _status(path: str, standard: Any) -> os.stat_result | None:
    """What a regular file is known by; None of what is none, or is not there."""
    found = _looked_at(path, standard)
    return found if found is not None and stat.S_ISREG(found.st_mode) else None


def _pipe(path: str) -> os.stat_result | None:
    """What a pipe or FIFO is known by; None of what is none, or is not there."""
    found = _looked_at(path, sys.stdin)
    return found if found is not None and stat.S_ISFIFO(found.st_mode) else None


def _looked_at(path: str, standard: Any) -> os.stat_result | None:
    try:
        return os.fstat(standard.fileno()) if path == STANDARD else os.stat(path)  # noqa: PTH116
    except (OSError, ValueError, AttributeError):  # the last two: a name with a zero, no stream
        return None


class Output:
    """A file that is written, whose errors tell its name."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name = name
        self._file = file

    @classmethod
    def create(cls, option: str, path: str) -> "Output":
        """Create a file, or empty one; "-" is standard output."""
        if path == STANDARD:
            return cls("standard output", sys.stdout.buffer)
        name = f"{option}: {path}"
        try:
            return cls(name, open(path, "wb"))  # noqa: PTH123 (closed below)
        except (OSError, ValueError) as error:
            raise _named(name, error) from None

    def write(self, data: bytes) -> int:
        """Write all of it."""
        try:
            return self._file.write(data)
        except OSError as error:
            raise _named(self._name, error) from None

    def close(self) -> None:
        """Write what waits; close the file, but not standard output."""
        standard = self._file is getattr(sys.stdout, "buffer", None)
        try:
            self._file.flush() if standard else self._file.close()
        except OSError as error:
            raise _named(self._name, error) from None


def _named(name: str, error: Exception) -> EnvironmentProblemError:
    return EnvironmentProblemError(f"{name}: {getattr(error, 'strerror', None) or error}")

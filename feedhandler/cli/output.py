"""What all verbs print with: a console that fits its stream, a notice, one JSON document, safe text."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH: Final = 120  # where no terminal tells
NS: Final = 1_000_000_000


class EnvironmentProblemError(click.ClickException):
    """Something around the program is not as it must be; one line that says what."""

    exit_code = 3


@contextmanager
def page(stream: TextIO | None = None) -> Iterator["Console"]:
    """A console to draw on; what it leaves behind lines is taken off where no terminal shows it."""
    out = sys.stdout if stream is None else stream
    drawing = console(out)
    if out.isatty():
        yield drawing
        return
    with drawing.capture() as drawn:
        yield drawing
    out.write("".join(f"{line.rstrip()}\n" for line in drawn.get().splitlines()))


def console(stream: TextIO | None = None) -> "Console":
    """A rich console on standard output; without a terminal, plain text of a fixed width."""
    from rich.console import Console  # noqa: PLC0415 (rich is loaded only to draw)

    out = sys.stdout if stream is None else stream
    width = None if out.isatty() else WIDTH
    return Console(file=out, width=width, highlight=False, markup=False, emoji=False)


def print_titled(out: "Console", table: "Table") -> None:
    """A table under its title on one line, however narrow the table is."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    title, table.title = table.title, None
    plain = str(title)
    out.print(title if plain.isprintable() else Text(safe(plain)))
    out.print(table)


def notice(line: str) -> None:
    """A line for people, to standard error."""
    click.echo(f"feedhandler: {safe(line)}", err=True)


def print_json(document: Any) -> None:
    """One document, keys in their order."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def safe(text: str) -> str:
    """Text out of a capture without the characters that would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def count(number: int, what: str) -> str:
    """1 gap, 2 gaps."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def seconds_text(ns: int) -> str:
    """A duration, as exact as it is worth."""
    if ns < NS // 1000:
        return f"{ns // 1000} us"
    if ns < NS:
        return f"{ns // 1_000_000} ms"
    tenths = ns * 10 // NS
    if tenths < 600:
        return f"{tenths // 10}.{tenths % 10} s"
    minutes, seconds = divmod(ns // NS, 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        if minutes >= 60
        else (f"{minutes}:{seconds:02d} min")
    )


def bytes_text(number: int) -> str:
    """A size in the largest unit that it fills."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}.{tenths % 10} {unit}"
    return f"{number} B"

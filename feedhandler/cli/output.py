"""What all verbs print with: a console that fits its stream, a notice, one JSON document, safe text."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from feedhandler.printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDTH: Final = 120  # where no terminal tells
WIDEST: Final = 10_000
DIGEST: Final = "digest"
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
    title, table.title = table.title, None
    if title:
        out.print(title)
    out.print(table, crop=False)


def block_of(out: "Console") -> str:
    """What bars are made of, where the terminal has it."""
    return "█" if out.encoding.lower().startswith("utf") else "#"


def fits(out: "Console", table: "Table") -> bool:
    """Whether a table has room."""
    from rich.measure import Measurement  # noqa: PLC0415 (rich is loaded only to draw)

    wanted = Measurement.get(out, out.options.update(width=WIDEST), table).maximum
    return wanted <= out.width


def print_table(out: "Console", table: "Table") -> None:
    """A table, or where it does not fit a paragraph for each row: no figure is ever cut."""
    if fits(out, table):
        out.print(table)
        return
    out.print()
    for line in paragraphs(table):
        out.print(line)
    if table.caption:
        out.print(table.caption)
    out.print()


def paragraphs(table: "Table") -> "Iterator[Text]":
    """Each row as headings and cells one after the other; lines of a cell on lines of their own."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    for row in range(table.row_count):
        first, more = Text(), []
        for column in table.columns:
            cell = list(column.cells)[row]
            shown = cell if isinstance(cell, Text) else Text(str(cell))
            if "\n" in shown.plain:
                more += [Text("  ") + line for line in shown.split("\n")]
            elif shown.plain:
                heading = Text(f"{column.header} " if column.header else "", style="dim")
                first += Text("  " if first else "") + heading + shown
        yield first
        yield from more


def figures() -> "Table":
    """Names, figures, and remarks, which alone may need more than a line."""
    from rich.table import Table  # noqa: PLC0415 (rich is loaded only to draw)

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(justify="right", no_wrap=True)
    made.add_column(style="dim", overflow="fold")
    return made


def print_figures(out: "Console", table: "Table", digests: dict[str, str]) -> None:
    """Figures and, whole in any terminal, digests below them."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    widths = [
        max(len(Text(str(cell)).plain) for cell in column.cells) for column in table.columns[:2]
    ]
    room = out.width - max(widths[0], len(DIGEST)) - max(widths[1], *map(len, digests)) - 4
    beside = room >= max(map(len, digests.values()))
    for number, (name, digest) in enumerate(digests.items() if beside else ()):
        table.add_row("" if number else DIGEST, name, Text(digest))
    out.print(table)
    for name, digest in digests.items() if not beside else ():
        out.print(Text.assemble((f"{name} ", "dim"), digest), soft_wrap=True)


def outlive_closed_pipes() -> None:
    """From here on a write that nobody reads any more is an error of its own, and no signal that ends the process."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def discard_output() -> None:
    """Standard output goes nowhere from now on, what waits in its buffer as well."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def notice(line: str) -> None:
    """A line for people, to standard error."""
    click.echo(f"feedhandler: {safe(line)}", err=True)


def print_json(document: Any) -> None:
    """One document, keys in their order."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def safe(text: str) -> str:
    """Text from outside without the characters that would steer a terminal."""
    return printable(text)


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


def second_text(second: int) -> str:
    """A second since 1970 as a time of day, UTC."""
    return f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def bytes_text(number: int) -> str:
    """A size in the largest unit that it fills."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}.{tenths % 10} {unit}"
    return f"{number} B"

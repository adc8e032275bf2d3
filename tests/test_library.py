"""The package in another program: it prints nothing unasked, and what it draws cannot steer a terminal."""

import subprocess
import sys

from book_rows import BID, Market, add
from cli_runs import ITCH

from feedhandler.book.instruments import Instrument
from feedhandler.book.ladder import ladder_table, ladder_text
from feedhandler.printable import printable

LOSSY = f"""
import feedhandler
replay = feedhandler.replay({ITCH!r}, faults="drop=30%").run()
replay.close()
assert replay.gaps
"""


def test_a_gap_is_not_printed_unless_the_program_wants_logs() -> None:
    """Standard output is the program's own; structlog, once configured, gets every change of state."""
    silent = subprocess.run([sys.executable, "-c", LOSSY], capture_output=True, check=True)
    configured = "import structlog; structlog.configure();" + LOSSY
    told = subprocess.run([sys.executable, "-c", configured], capture_output=True, check=True)

    assert (silent.stdout, silent.stderr) == (b"", b"")
    assert b"gap" in told.stdout


def test_what_is_not_printable_is_shown_by_its_code() -> None:
    """Control characters, characters without width, and bytes of names that are no UTF-8."""
    text = "a\x1b[2J\u200b\udcff\U000e0001\n\u00e9"

    assert printable(text) == "a\\x1b[2J\\u200b\\xff\\U000e0001\\x0a\u00e9"
    assert printable("plain text") == "plain text"


def test_ladders_escape_symbols() -> None:
    """A symbol comes from outside: a definition may hold any byte."""
    market = Market()
    market.define(Instrument(1, 7, "A\x1b[2J"))
    market.apply(add(1, BID, 100, 1))
    (book,) = list(market.books)

    assert ladder_text(book).startswith("A\\x1b[2J  by order")
    assert str(ladder_table(book).title).startswith("A\\x1b[2J  by order")

"""`feedhandler book`: its options; the work is in `book_run.py`, imported when it begins."""

from typing import Any

import click

from feedhandler.cli import options


@click.command(short_help="Show the book of one instrument, at the end or before.")
@options.one_file
@click.option(
    "--symbol", required=True, metavar="SYMBOL",
    help='The instrument; "#12" is instrument id 12.',
)  # fmt: skip
@options.at
@options.depth
@click.option("--orders", is_flag=True, help="Each order of each level, in time priority.")
@click.option("--implied", is_flag=True, help="The implied book alone (by-level feeds).")
@click.option(
    "--consolidated", is_flag=True,
    help="Direct and implied levels as one (what is shown anyway where there are both).",
)  # fmt: skip
@click.option("--direct", is_flag=True, help="The direct book alone.")
@options.expression
@options.feed
@options.templates
@options.decoder
@options.as_json("The book as one JSON document.")
@click.pass_context
def book(ctx: click.Context, /, **given: Any) -> None:
    """Show the book of one instrument, at the end of a capture or at a point in it.

    Without --at everything in FILE is replayed. A book by price shows implied sizes beside direct ones: 40i is
    all implied, 40 (15i) in part. A book that a gap has put in doubt is STALE, and says since when.

    \b
    Examples:
      feedhandler book day.pcap --symbol AAPL
      feedhandler book day.pcap --symbol AAPL --at 09:30:00 --depth 3 --orders
      feedhandler book day.pcap --symbol ESM4 --implied
      feedhandler book day.pcap --symbol '#1002' --at 120000 --json

    JSON: prices are integers in units of 1e-9, times are ns since 1970.
    Exit codes: 0 no fault was seen; 1 no such book, or it is in doubt, or the capture has a fault (a gap, malformed
    input, a cut); 2 usage; 3 environment; 130 after Ctrl-C, 143 after SIGTERM: the book of that moment is shown.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.warming import ENGINE, tell_of_compiling  # noqa: PLC0415 (numba)

    tell_of_compiling(ENGINE)
    from feedhandler.cli.book_run import Options, run  # noqa: PLC0415 (the engine)

    ctx.exit(run(Options(**given)))

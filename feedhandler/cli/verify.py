"""`feedhandler verify`: its options and its report; the comparison is in `feedhandler.verify`."""

import signal
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli import options
from feedhandler.cli.bar import progress
from feedhandler.cli.output import figures, notice, page, print_figures, print_json, safe

if TYPE_CHECKING:
    from rich.table import Table

    from feedhandler.verifying.report import Divergence, Verification

WALK: Final = "kernel.fingerprint"  # a kernel that nothing but a verification needs
QUIET: Final = "dim"


@click.command(short_help="Compare both decoders and both books over captures.")
@options.files
@options.expression
@options.feed
@click.option(
    "-c", "--count", "packets_max", type=click.IntRange(1), metavar="N",
    help="Stop behind so many packets.",
)  # fmt: skip
@click.option(
    "--snapshots", is_flag=True,
    help="Compare the books that increments build with the venue's own snapshots instead.",
)  # fmt: skip
@options.templates
@options.as_json("The outcome as one JSON document.")
@options.quiet
@click.pass_context
def verify(ctx: click.Context, /, **given: Any) -> None:
    """Check the fast path against the plain one, packet by packet.

    Every datagram of the feed's channels, duplicates and malformed ones too, is decoded by the compiled
    decoder and by the reference decoder (Kaitai); every row and every count is compared byte for byte. The
    rows that the session takes go into the books of the kernel and into those of a naive oracle; at each end
    of event the books that it touched are compared: levels, orders in priority, state, faults. At the end
    every book is compared whole, and the engine runs over the capture once more and must come to the same
    digests, counters and best prices. The first difference ends it and is shown with packet, message and
    field, or with instrument and level.

    With --snapshots, of feeds with snapshot loops (CME, FORTS): the first usable snapshot of each instrument starts
    its book, increments build it, and every later snapshot that they reach must be what was built: levels, sizes,
    counts, the instrument's sequence; of books by order each order in its place. Each gap begins a new start.

    \b
    Examples:
      feedhandler verify day.pcap
      feedhandler verify day.pcap --snapshots
      feedhandler verify line_a.pcap line_b.pcap -c 10000
      feedhandler verify day.pcap.zst --feed cme.mdp3 --json

    It takes about a tenth of a millisecond a message.

    Exit codes: 0 when nothing differed; 1 when something did, nothing was there to compare, or a capture does not end
    as it should (with --snapshots also when something that came could not be read); 2 usage; 3 environment; 130 after
    Ctrl-C, 143 after SIGTERM: what was compared so far is still reported.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.warming import tell_of_compiling  # noqa: PLC0415 (numba)

    tell_of_compiling(WALK, quiet=given["quiet"])
    from feedhandler import logs  # noqa: PLC0415 (structlog)
    from feedhandler.cli.main import DATA, OK  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.running import find_feed, stoppable, stopped_code  # noqa: PLC0415 (the engine)
    from feedhandler.verify import verify as compare  # noqa: PLC0415

    logs.set_up(quiet=True)  # gaps are told in the report
    feed = find_feed(given["files"], given["feed_name"], given["templates"])
    if given["snapshots"]:
        from feedhandler.cli.verify_snapshots import run  # noqa: PLC0415

        ctx.exit(run(given, feed))
    asked: list[bool] = []
    with (
        progress("verify", wanted=not given["quiet"]) as tick,
        stoppable(lambda: asked.append(True), (signal.SIGTERM,)) as seen,
    ):
        outcome = compare(
            given["files"], feed, expression=given["expression"],
            packets_max=given["packets_max"] or 0, progress=tick, stop=lambda: bool(asked),
        )  # fmt: skip
    if given["as_json"]:
        print_json({"files": list(given["files"]), **outcome.as_dict()})
    elif not given["quiet"]:
        draw(given["files"], outcome)
    else:
        for line in (*([outcome.divergence] if outcome.divergence else []), *outcome.problems):
            notice(str(line))
    ctx.exit(DATA if not outcome.ok else stopped_code(seen) if outcome.interrupted else OK)


def draw(files: tuple[str, ...], outcome: "Verification") -> None:
    """The report for people."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    with page(sys.stdout) as out:
        names = safe(files[0]) if len(files) == 1 else f"{safe(files[0])} and {len(files) - 1} more"
        out.print(Text.assemble((names, "bold"), "  ", outcome.feed))
        for note in (*outcome.notes, *outcome.gaps):
            out.print(Text(f"note: {safe(note)}", style="yellow"))
        out.print()
        digests = {"events": outcome.events_digest, "books": outcome.books_digest}
        print_figures(out, compared(outcome), digests)
        out.print()
        if outcome.divergence is not None:
            out.print(Text(f"first difference: {where(outcome.divergence)}", style="bold red"))
            out.print(values(outcome.divergence))
        elif line := equal_text(outcome):
            out.print(
                Text(line, style="green" if outcome.ok and not outcome.interrupted else "yellow")
            )
        for problem in outcome.problems:
            out.print(Text(safe(problem), style="bold red"))


def equal_text(outcome: "Verification") -> str:
    """What it comes to where nothing differed; "" = nothing was compared, which is a problem and is told as such."""
    if outcome.interrupted:
        found = (
            "no difference until then" if outcome.datagrams else "nothing was compared until then"
        )
        return f"interrupted: {found}"
    if not outcome.datagrams:
        return ""
    return "no difference in what was read" if outcome.problems else "no difference"


def compared(outcome: "Verification") -> "Table":
    """How much was compared."""
    made = figures()
    for name, number, remark in (
        ("packets", outcome.packets, ""),
        ("datagrams", outcome.datagrams, "by both decoders, duplicates too"),
        ("messages", outcome.messages, "in them"),
        ("rows", outcome.rows, "byte for byte"),
        ("events", outcome.events, "ends of event, at which books were compared"),
        ("books", outcome.books, f"{outcome.book_comparisons:,} comparisons with the oracle"),
    ):
        made.add_row(name, f"{number:,}", remark)
    engine = "same digests, counters and best prices" if outcome.engine_compared else "not run"
    if outcome.engine_compared and outcome.divergence is not None:
        engine = "not the same"
    made.add_row("engine", "", engine)
    return made


def where(found: "Divergence") -> str:
    """The place, in words."""
    parts = [f"packet {found.packet}"] if found.packet else []
    if found.message:
        parts.append(f"message {found.message} ({found.message_name})")
    if found.row:
        parts.append(f"row {found.row}")
    if found.sequence:
        parts.append(f"sequence {found.sequence}")
    if found.instrument:
        parts.append(f"instrument {safe(found.instrument)}")
    if found.level:
        parts.append(found.level)
    return ", ".join(parts) or "at the end"


def values(found: "Divergence") -> "Table":
    """What each side says."""
    from rich.table import Table  # noqa: PLC0415

    made = Table.grid(padding=(0, 2))
    made.add_column(style=QUIET, no_wrap=True)
    made.add_column(overflow="fold")
    made.add_row(f"  {found.what}", found.field)
    for who, value in found.values.items():
        made.add_row(f"  {who}", safe(value))
    return made

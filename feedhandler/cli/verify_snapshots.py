"""`feedhandler verify --snapshots`: our books against the venue's; the comparison is in `verifying/snapshots.py`."""

import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from rich.text import Text

from feedhandler.cli.main import DATA, OK
from feedhandler.cli.output import figures, notice, page, print_json, safe
from feedhandler.cli.running import Bar, stoppable, stopped_code
from feedhandler.decode.catalog import Feed
from feedhandler.replaying import Batch, Replay
from feedhandler.verifying.snapshots import SnapshotComparison, compared


def run(given: dict[str, Any], feed: Feed) -> int:
    """Compare and report; the exit code."""
    if given["packets_max"]:
        raise click.UsageError("--count does not go with --snapshots: they are compared as a whole")
    with (
        Replay(given["files"], feed, expression=given["expression"], digest=False) as replay,
        stoppable(replay.stop, (signal.SIGTERM,)) as seen,
    ):
        outcome = compared(replay, watched(replay, wanted=not given["quiet"]))
    if given["as_json"]:
        print_json({"files": list(given["files"]), **outcome.as_dict()})
    elif not given["quiet"]:
        draw(given["files"], outcome)
    elif not outcome.ok or outcome.interrupted:
        notice(verdict(outcome))
    if outcome.interrupted and outcome.equal == outcome.compared:
        return stopped_code(seen)
    return OK if outcome.ok else DATA


def watched(replay: Replay, *, wanted: bool) -> Iterator[Batch]:
    """Its batches, with a bar."""
    shown = Bar(replay.source, wanted=wanted)
    try:
        for batch in replay:
            yield batch
            shown.tick()
    finally:
        shown.close()


def verdict(outcome: SnapshotComparison) -> str:
    """The outcome in a line."""
    if outcome.interrupted:
        return f"interrupted: {outcome.equal:,} of {outcome.compared:,} snapshots were equal until then"
    if outcome.compared == 0:
        return "no snapshot that could be compared"
    equal = f"{outcome.equal:,} of {outcome.compared:,} snapshots equal the books that were built"
    if outcome.unread:
        return f"{equal}, but not all that came could be read: {counted(outcome.unread)}"
    return f"{equal}; {outcome.not_compared:,} were not compared" if outcome.not_compared else equal


def draw(files: tuple[str, ...], outcome: SnapshotComparison) -> None:
    """The report for people."""
    with page(sys.stdout) as out:
        names = safe(files[0]) if len(files) == 1 else f"{safe(files[0])} and {len(files) - 1} more"
        out.print(Text.assemble((names, "bold"), "  ", outcome.feed))
        for note in (*outcome.notes, *outcome.gaps):
            out.print(Text(f"note: {safe(note)}", style="yellow"))
        out.print()
        table = figures()
        for name, number, remark in total_text(outcome):
            table.add_row(name, f"{number:,}", remark)
        out.print(table)
        out.print()
        for each in outcome.unequal:
            where = f"channel {each.channel_id} {safe(each.instrument)} by {each.model} at {each.included}"
            out.print(Text(f"{where}: {each.what}", style="red"))
        style = "yellow" if outcome.interrupted else "green" if outcome.ok else "bold red"
        out.print(Text(verdict(outcome), style=style))


def total_text(outcome: SnapshotComparison) -> Iterable[tuple[str, int, str]]:
    """Figures for people: what, how many, a remark."""
    yield "instruments", outcome.instruments, "with snapshots"
    yield "snapshots", outcome.snapshots, ""
    yield "starts", outcome.starts, "used to start a book"
    by_order = outcome.compared_orders
    parts = f"{outcome.compared - by_order:,} by level, {by_order:,} by order; " if by_order else ""
    yield "compared", outcome.compared, f"{parts}with {outcome.rows_applied:,} rows applied"
    queues = ", queues of orders" if by_order else ""
    yield "equal", outcome.equal, f"levels, sizes, counts, the instrument's sequence{queues}"
    yield "not compared", outcome.not_compared, ""
    yield "torn", outcome.torn, "by order, with a chunk missing"
    yield "before", outcome.before, "older than the first increment"
    yield "beyond", outcome.beyond, "with increments newer than the last one"
    yield "in gaps", outcome.in_gap, "between increments that are missing"
    yield "unread", sum(outcome.unread.values()), counted(outcome.unread)
    yield "unknown", sum(outcome.unknown.values()), counted(outcome.unknown)


def counted(counters: Mapping[str, int]) -> str:
    """Counters that are not zero, in words."""
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counters.items())

"""`feedhandler verify --snapshots`: our books against the venue's; the comparison is in `verifying/snapshots.py`."""

import sys
from typing import Any

import click
from rich.text import Text

from feedhandler.cli.output import figures, notice, page, print_json, safe
from feedhandler.decode.catalog import Feed
from feedhandler.verifying.snapshots import (
    SnapshotComparison,
    compare_snapshots,
    counted,
    total_text,
)


def run(given: dict[str, Any], feed: Feed) -> int:
    """Compare and report; the exit code."""
    if given["packets_max"]:
        raise click.UsageError("--count does not go with --snapshots: they are compared as a whole")
    outcome = compare_snapshots(given["files"], feed, expression=given["expression"])
    if given["as_json"]:
        print_json({"files": list(given["files"]), **outcome.as_dict()})
    elif not given["quiet"]:
        draw(given["files"], outcome)
    elif not outcome.ok:
        notice(verdict(outcome))
    return 0 if outcome.ok else 1


def verdict(outcome: SnapshotComparison) -> str:
    """The outcome in a line."""
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
        out.print(Text(verdict(outcome), style="green" if outcome.ok else "bold red"))

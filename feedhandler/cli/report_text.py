"""A replay's report for people: totals, channels, what was left out, then the books."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from feedhandler.book.ladder import ladder_table, time_text
from feedhandler.book.view import BookView
from feedhandler.cli.output import (
    block_of,
    bytes_text,
    count,
    figures,
    print_figures,
    print_table,
    print_titled,
    safe,
    seconds_text,
)
from feedhandler.cli.wholeness import Document, Tone, malformed_of, unknown, verdict
from feedhandler.session.channels import ROLES

if TYPE_CHECKING:
    from rich.console import Console

GAPS_MAX: Final = 10
FAULT: Final = "bold red"
NO_ADDRESS: Final = "0.0.0.0:0"
QUIET: Final = "dim"
STYLES: Final = {Tone.WELL: "green", Tone.DOUBT: "yellow", Tone.FAULT: FAULT}


def draw(
    out: "Console", report: Document, title: str, views: Sequence[BookView], depth: int,
    *, totals_only: bool = False, verbose: int = 0,
) -> None:  # fmt: skip
    """The whole report."""
    out.print(_heading(report, title))
    for note in report["notes"]:
        out.print(Text(f"note: {safe(note)}", style="yellow"))
    out.print()
    digests = report["digest"]
    print_figures(out, totals(report), {name: digests[name] for name in ("events", "books")})
    losses = [*report["joined"], *report["gaps"], *report["recovered"]]
    if losses:
        print_table(out, gaps(losses, len(losses) if verbose else GAPS_MAX))
    if not totals_only:
        if report["channels"]:
            print_table(out, channels(report["channels"], report["unit"]))
        else:
            out.print(Text("no channel of this feed in the capture", style=QUIET))
        if verbose:
            out.print()
            out.print(_pairs(report["counters"].items()))
        for number, view in enumerate(views):
            if number:
                out.print()
            print_titled(out, ladder_table(view, depth, width=out.width, block=block_of(out)))
    out.print()
    out.print(_verdict(report))
    for line in unknown(report):
        out.print(Text(line, style="yellow"))
    if report["faults"]:
        repeat = Text(f"repeat: {safe(report['faults']['repeat'])}", style=QUIET)
        out.print(repeat, soft_wrap=True)


def _heading(report: Document, title: str) -> Text:
    files = [safe(name) for name in report["files"]]
    shown = files[0] if len(files) == 1 else f"{files[0]} and {count(len(files) - 1, 'other')}"
    return Text.assemble((shown, "bold"), "  ", report["feed"], "  ", (title, QUIET))


def totals(report: Document) -> Table:
    """The figures of a run, one a line, with what belongs to each."""
    grid = figures()
    counters = report["counters"]
    speed = report["throughput"]
    last = report["last_ts_recv"]
    rows = [
        ("frames", report["frames"], _join(
            bytes_text(report["frame_bytes"]), f"the last at {time_text(last)}" if last else "")),
        ("datagrams", report["datagrams"], _parts(
            counters, ("duplicates", "trimmed", "heartbeats", "end_of_session"))),
        ("messages", report["messages"], _parts(
            counters, ("definitions", "session_changes", *_other_decoding(report)))),
        ("events", report["events"], ""),
        ("gaps", len(report["gaps"]), _join(
            count(report["gap_units"], report["unit"]) + " missing" if report["gaps"] else "",
            f"{len(report['recovered']):,} more recovered in time" if report["recovered"] else "")),
        ("not taken", sum(report["drops"].values()), _parts(report["drops"], report["drops"])),
        ("malformed", malformed_of(counters), _parts(
            counters, ("malformed_transport", "malformed_message"))),
        ("books", report["books"]["total"], _join(
            _parts(report["books"], _states(report["books"])),
            _parts(report["book_faults"], report["book_faults"]))),
    ]  # fmt: skip
    for name, number, remark in rows:
        bad = name in {"gaps", "malformed"} and number
        grid.add_row(name, Text(f"{number:,}", style=FAULT if bad else ""), remark)
    if report["faults"]:
        injected = report["faults"]["injected"]
        told = ", ".join(f"{number:,} {name}" for name, number in injected.items())
        grid.add_row("faults", f"{sum(injected.values()):,}", f"{told}; on purpose")
    spent = seconds_text(speed["elapsed_ns"])
    compiling = "; with compiling, which comes once" if speed["compiled"] else ""
    rates = f"{rate_text(speed['messages_per_second'])} messages/s"
    grid.add_row("time", spent, f"{rates}, {bytes_text(speed['bytes_per_second'])}/s{compiling}")
    return grid


def gaps(found: Sequence[Document], most: int) -> Table:
    """The first ranges that are missing, and how long each left books in doubt."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    for name in (
        "channel", "role", "lines", "first missing", "last missing", "missing", "seen at packet",
        "start", "end", "in doubt", "book rows", "until",
    ):  # fmt: skip
        left = name in {"role", "lines", "until"}
        table.add_column(name, justify="left" if left else "right")
    for gap in found[:most]:
        figures = (f"{gap[name]:,}" for name in ("first", "last", "count", "packet"))
        table.add_row(
            str(gap["channel"]), gap["role"], lines_text(gap), *figures,
            clock_text(gap["start"]), clock_text(gap["end"]), seconds_text(gap["in_doubt_ns"]),
            f"{gap['rows']:,}",
            until_text(gap),
        )  # fmt: skip
    if len(found) > most:
        table.caption = f"and {len(found) - most:,} more; -v shows all"
    return table


def until_text(gap: Document) -> str:
    """What ended the doubt, or kept it from beginning."""
    if gap["loaded"]:
        return f"snapshot, {gap['method']}"
    return gap["method"] if gap["end"] else _join("the end", gap["method"])


def lines_text(gap: Document) -> str:
    """The lines that have gone past a gap, and those that had not come so far."""
    told = gap["seen"]
    return ", ".join(
        filter(None, (gap["lines"], gap["behind"] and f"{gap['behind']} behind", told))
    )


def clock_text(ts_ns: int | None) -> str:
    """The time of a day, UTC; nothing where there is none."""
    return time_text(ts_ns).partition(" ")[2] if ts_ns else ""


def channels(found: Sequence[Document], unit: str) -> Table:
    """Each sequence space and its lines."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("channel", justify="right")
    table.add_column("role")
    table.add_column("name")
    table.add_column(f"{unit}s", justify="right")
    table.add_column("next", justify="right")
    table.add_column("lines: datagrams (first)")
    for channel in sorted(found, key=lambda each: (each["channel"], ROLES.index(each["role"]))):
        guessed = " (guessed)" if channel["guessed"] else ""
        name = (
            address_text(safe(channel["name"])) + guessed + (", ended" if channel["ended"] else "")
        )
        table.add_row(
            str(channel["channel"]), channel["role"], name, f"{channel['accepted']:,}",
            f"{channel['next_expected']:,}", _lines(channel["lines"]),
        )  # fmt: skip
    return table


def address_text(group: str) -> str:
    """A destination; a file of messages, and some published packets, have none."""
    return "no address" if group == NO_ADDRESS else group


def _lines(lines: Sequence[Document]) -> Text:
    text = Text()
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        text.append(line["line"], style="bold")
        text.append(f" {line['datagrams']:,} ({line['first']:,})")
        if line["lost"]:
            text.append(f" lost {line['lost']:,}", style=FAULT)
        if line["silent_since"]:
            text.append(" silent", style=FAULT)
        text.append(f" {address_text(line['group'])}", style=QUIET)
    return text


def _pairs(counters: Any) -> Padding:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style=QUIET)
    grid.add_column(justify="right")
    for name, number in counters:
        grid.add_row(name.replace("_", " "), f"{number:,}")
    return Padding(grid, (0, 0, 0, 0))


def _verdict(report: Document) -> Text:
    told, tone = verdict(report)
    text = Text("\n").join(Text(safe(line), style=STYLES[tone]) for line in told)
    if report["interrupted"]:
        text.append("\n" if text else "")
        text.append("interrupted: the books are those of this moment", style=STYLES[Tone.DOUBT])
    return text


def _states(books: Mapping[str, int]) -> list[str]:
    """The states of books, sound ones first and empty ones last."""
    others = [name for name in books if name not in {"total", "synchronized", "empty"}]
    return ["synchronized", *others, "empty"]


def _other_decoding(report: Document) -> list[str]:
    return [name for name in report["decoding"] if not name.startswith("malformed")]


def _parts(counters: Mapping[str, int], names: Any) -> str:
    """Those that are not zero, in words."""
    found = [(name, counters.get(name, 0)) for name in names]
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in found if number)


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def rate_text(rate: int) -> str:
    """A rate that nobody reads to the last digit."""
    for unit, size in ((" million", 10**6), (" thousand", 10**3)):
        if rate >= 10 * size:
            return f"{rate // size:,}{unit}"
        if rate >= size:
            return f"{rate // size}.{rate * 10 // size % 10}{unit}"
    return str(rate)

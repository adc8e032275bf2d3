"""The outcome of `bench replay` for people."""

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from feedhandler.cli.bench import machine_line
from feedhandler.cli.output import print_table, safe

if TYPE_CHECKING:
    from rich.console import Console

    from feedhandler.bench.replay import Contest


def draw_contest(out: "Console", made: "Contest") -> None:
    """Runs side by side, medians, the ratio, and whether both came to the same."""
    told = made.as_dict()
    ours = told["ours"]
    out.print(Text.assemble((safe(made.file), "bold"), "  ", made.feed))
    out.print(Text(told["timed"], style="dim"))
    out.print(
        f"{ours['frames']:,} frames, {ours['messages']:,} messages; {ours['levels']:,} levels, "
        f"{ours['bbo_changes']:,} changes of best prices, checksum {ours['checksum']}"
    )
    print_table(out, runs_table(made))
    if made.command:
        out.print(
            Text(
                f"ratio {told['ratio']:.3f} (theirs / ours, median of the pairs; "
                f"{told['ratio_min']:.3f} to {told['ratio_max']:.3f})",
                style="bold green" if told["ratio"] >= 1 else "bold red",
            )
        )
        out.print(agreement(made))
    out.print(Text(machine_line(told["machine"], made.core), style="dim"))


def runs_table(made: "Contest") -> Table:
    """Ns a message, run by run."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns = ["ours", "theirs", "ratio"] if made.command else ["ours"]
    for heading in ("ns/message", *columns):
        table.add_column(heading, justify="right")
    told = made.as_dict()
    for number, ours in enumerate(made.ours):
        cells = [f"{ours['ns_per_message']:.1f}"]
        if made.command:
            cells += [f"{made.theirs[number]['ns_per_message']:.1f}", f"{made.ratios[number]:.3f}"]
        table.add_row(f"run {number + 1}", *cells)
    table.add_section()
    sides = [told["ours"], told["theirs"]] if made.command else [told["ours"]]
    for name, key in (("median", "ns_per_message"), ("least", "ns_per_message_min")):
        table.add_row(name, *(f"{side[key]:.1f}" for side in sides))
    return table


def agreement(made: "Contest") -> Text:
    """Whether both programs came to the same results."""
    if made.differences:
        lines = [f"{key}: {one} and {other}" for key, (one, other) in made.differences.items()]
        return Text("not the same results: " + "; ".join(lines), style="bold red")
    if made.compared:
        return Text(f"same results: {', '.join(made.compared)}", style="green")
    return Text("the other program tells no result that could be compared", style="yellow")

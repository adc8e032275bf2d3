"""The outcome of `bench live` for people: all sources, the two columns of the mission, bursts."""

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from feedhandler.cli.bench import machine_line
from feedhandler.cli.output import print_table, safe

if TYPE_CHECKING:
    from rich.console import Console

    from feedhandler.bench.live import Contest, Outcome

POINTS = ("p50", "p90", "p99", "p99.9", "max")
WAYS = {"xdp": "AF_XDP", "packet": "packet socket"}
COUNTS = ("drain_ns", "drain_to_book_ns", "voluntary", "involuntary", "cpu_percent")


def draw_live(out: "Console", contest: "Contest") -> None:
    """Everything."""
    told = contest.as_dict()
    out.print(Text(f"{told['measured']}; {told['rate']:,} frames a second", style="dim"))
    print_table(out, latency_table(contest))
    print_table(out, cost_table(contest))
    for each in contest.outcomes:
        if each.absent:
            out.print(
                Text(
                    safe(f"not measured: {each.one.title}: {each.absent}"),
                    style="yellow",
                )
            )
    columns = contest.columns()
    if len(columns) == 2:
        print_table(out, mission_table(columns, contest))
    if contest.bursts:
        print_table(out, bursts_table(contest))
    if contest.interrupted:
        out.print("interrupted: not everything was measured")
    out.print(Text(machine_line(told["machine"], None), style="dim"))
    cores, by = told["cores"], WAYS.get(told["sender"], "nothing sent")
    out.print(Text(
        f"sender ({by}) on core {cores['sender']}, receiver on core {cores['receiver']}; virtual cores and "
        "other work make p99.9 and max; compare sources, not machines", style="dim",
    ))  # fmt: skip


def micros(ns: float) -> str:
    """Microseconds."""
    return f"{ns / 1e3:,.1f}" if ns < 1e6 else f"{ns / 1e3:,.0f}"


def rate_text(lossless: dict[str, Any]) -> str:
    """Thousands of frames a second."""
    mark = "> " if lossless["limited_by_sender"] else ""
    return f"{mark}{lossless['rate'] / 1e3:,.0f}"


def measured(contest: "Contest") -> "list[Outcome]":
    """Those that there is something to tell of."""
    return [each for each in contest.outcomes if not each.absent and each.medians]


def latency_table(contest: "Contest") -> Table:
    """How long it took."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("wire to book, us")
    for heading in (*POINTS, "lost", "kernel p50"):
        table.add_column(heading, justify="right")
    for each in measured(contest):
        cells = [micros(each.medians[point]) for point in POINTS]
        kernel = each.figures.get("kernel_p50_ns")
        table.add_row(
            each.one.title,
            *cells,
            f"{each.figures['lost']:,}",
            "" if kernel is None else micros(kernel),
        )
    return table


def cost_table(contest: "Contest") -> Table:
    """What it cost, and how much it can bear."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("cost")
    for heading in ("drain ns", "to book ns", "lossless k/s", "voluntary", "involuntary", "CPU %"):
        table.add_column(heading, justify="right")
    for each in measured(contest):
        figures = each.figures
        if "lossless" not in figures:
            continue
        counts = [f"{figures[key]:,.0f}" for key in COUNTS]
        table.add_row(
            each.one.title, *counts[:2], rate_text(figures["lossless"]), *counts[2:],
        )  # fmt: skip
    return table


def mission_table(columns: "dict[str, Outcome]", contest: "Contest") -> Table:
    """Traditional and optimized, side by side."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for heading in ("traditional", "optimized", "ratio"):
        table.add_column(heading, justify="right")
    old, new = columns["traditional"], columns["optimized"]
    table.add_row("receives by", "blocking socket", new.one.title, "")
    table.add_row("decodes and books in", "plain Python", "compiled kernels", "")
    table.add_row("the feed sends", "full snapshots", "what changed", "")
    volume = [contest.volume[each.one.stream] for each in (old, new)]
    costs = [each.figures["drain_to_book_ns"] for each in (old, new)]
    compared: list[tuple[str, float, float]] = [
        ("median, ns", old.medians["p50"], new.medians["p50"]),
        ("p99, ns", old.medians["p99"], new.medians["p99"]),
        ("bytes an update on the wire", volume[0], volume[1]),
        ("ns an update, to the book", costs[0], costs[1]),
    ]
    for name, one, other in compared:
        table.add_row(name, f"{one:,.0f}", f"{other:,.0f}", f"{one / max(other, 1e-9):,.1f}")
    rates = [each.figures["lossless"]["rate"] for each in (old, new)]
    table.add_row(
        "lossless, thousand updates a second", *(rate_text(each.figures["lossless"]) for each in (old, new)),
        f"{rates[1] / max(rates[0], 1):,.1f}",
    )  # fmt: skip
    for key, name in (("voluntary", "times off the core, voluntarily"), ("cpu_percent", "CPU %")):
        table.add_row(name, *(f"{each.figures[key]:,.0f}" for each in (old, new)), "")
    return table


def bursts_table(contest: "Contest") -> Table:
    """What a burst did."""
    told = contest.as_dict()["burst"]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(
        f"burst: {told['frames']:,} frames at {told['rate'] * told['factor']:,} a second"
    )
    for heading in ("longest queue", "worst delay us", "catch up us", "lost"):
        table.add_column(heading, justify="right")
    for name, each in contest.bursts.items():
        if "absent" in each:
            table.add_row(name, each["absent"])
            continue
        table.add_row(
            name, f"{each['queue_most']:,}", micros(each["delay_most_ns"]),
            micros(each["catch_up_ns"]), f"{each['lost']:,}",
        )  # fmt: skip
    return table

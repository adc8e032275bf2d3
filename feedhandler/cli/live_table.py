"""What a live run does, as a table that stays in its place on a terminal."""

import sys
from typing import TYPE_CHECKING, Any, Final, Self

from rich.columns import Columns
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from feedhandler.book.view import price_text
from feedhandler.cli.output import console, fits, paragraphs, safe, second_text
from feedhandler.event import UNDEF_PRICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedhandler.cli.run_view import Seen

SHOWN: Final = ("frames", "datagrams", "duplicates", "messages", "events", "bbo_changes")
PERCENTILES: Final = ("p50", "p90", "p99", "p99.9", "max")
SECONDS_MAX: Final = 3
BEST_MAX: Final = 12
NARROW: Final = 120  # columns
NAME_MAX: Final = 24  # characters of a channel's name
GOOD: Final = "synchronized"
TIMES: Final = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"))


class LiveTable:
    """Rates, losses, channels, latencies and best prices of each feed."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = Live(console=console(sys.stdout), auto_refresh=False)

    def show(self, feeds: "Sequence[Seen]") -> None:
        """Draw it anew."""
        parts: list[Any] = [Text(safe(self._title), "bold")]
        for seen in feeds:
            run = seen.part.run
            core = "" if run.core is None else f" on core {run.core}"
            plan = seen.part.plan
            published = f"  as {safe(plan.publish)}" if plan.namesakes else ""
            parts += [
                Text(""),
                Text.assemble(
                    (run.feed.name, "bold"), f"{published}  {safe(run.source.name)}  {run.worker}{core}  ",
                    seen.state, (ill(seen), "bold red"),
                ),
                Columns(
                    [self._fitted(each) for each in (figures(seen), latencies(seen)) if each.row_count],
                    padding=(0, 4),
                ),
            ]  # fmt: skip
            narrow = self._live.console.width < NARROW
            for table in (channels(seen, narrow=narrow), losses(seen), best(seen)):
                if table.row_count:
                    parts += [Text(""), self._fitted(table)]
        self._live.update(Group(*parts), refresh=True)

    def _fitted(self, table: Table) -> Any:
        """A table, or where it does not fit a paragraph for each row: no figure is ever cut."""
        return table if fits(self._live.console, table) else Group(*paragraphs(table))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def ill(seen: "Seen") -> str:
    """Interfaces that do not carry."""
    told = (f"{safe(name)} {state}" for name, state in seen.part.links.ill().items())
    return "".join(f"  {each}" for each in told)


def figures(seen: "Seen") -> Table:
    """Counters and rates; what was lost in red."""
    from feedhandler.cli.run_view import LOST  # noqa: PLC0415 (a circle, else)

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(justify="right", no_wrap=True)
    made.add_column(justify="right", style="dim", no_wrap=True)
    for name in SHOWN:
        rate = seen.rates.get(name)
        shown = "" if rate is None else f"{rate:,}/s"
        made.add_row(name.replace("_", " "), f"{seen.counters.get(name, 0):,}", shown)
    for name in LOST:
        if seen.counters.get(name):
            made.add_row(name.replace("_", " "), Text(f"{seen.counters[name]:,}", "red"), "")
    return made


def latencies(seen: "Seen") -> Table:
    """Percentiles of each stage."""
    made = Table(box=None, pad_edge=False)
    made.add_column("latency", no_wrap=True)
    for heading in (*PERCENTILES, "frames"):  # few frames have no p99.9 of their own
        made.add_column(heading, justify="right", no_wrap=True)
    for stage, histogram in seen.part.run.latencies().items():
        found = histogram.report()
        made.add_row(
            Text(stage.replace("_", " "), "dim"), *(time_text(found[key]) for key in PERCENTILES),
            f"{found['count']:,}",
        )  # fmt: skip
    return made


def time_text(ns: int) -> str:
    """Three figures and a unit."""
    for size, unit in TIMES:
        if ns >= size:
            whole, rest = divmod(ns * 100 // size, 100)
            return f"{whole} {unit}" if whole >= 100 else (
                f"{whole}.{rest // 10} {unit}" if whole >= 10 else f"{whole}.{rest:02d} {unit}"
            )  # fmt: skip
    return f"{ns} ns"


def channels(seen: "Seen", *, narrow: bool) -> Table:
    """Each channel with its state and lines: without names, and a line below the other, where room is short."""
    made = Table(box=None, pad_edge=False)
    made.add_column("channel", justify="right", no_wrap=True)
    made.add_column("role", no_wrap=True)
    if not narrow:
        made.add_column("name", no_wrap=True, max_width=NAME_MAX)
    made.add_column("state", no_wrap=True)
    made.add_column("next", justify="right", no_wrap=True)
    made.add_column("lines: datagrams (first), lost", no_wrap=True)
    for each in seen.part.run.channels:
        state = str(each["state"])
        lines = Text("\n" if narrow else "   ").join(line_text(line) for line in each["lines"])
        name = [] if narrow else [safe(str(each["name"]))]
        made.add_row(
            str(each["channel"]), each["role"], *name,
            Text(state, "green" if state == GOOD else "yellow"), f"{each['next_expected']:,}",
            lines,
        )  # fmt: skip
    return made


def line_text(line: dict[str, Any]) -> Text:
    """What a line did."""
    told = f"{line['line']} {line['datagrams']:,} ({line['first']:,}), {line['lost']:,}"
    demanded = f", only {line['sender']} may send" if "sender" in line else ""
    silent = f" silent{demanded}" if line["silent_since"] else ""
    style = "red" if line["lost"] else "yellow" if silent else ""
    return Text(f"{told}{silent}", style)


def losses(seen: "Seen") -> Table:
    """The last seconds in which something was lost, and where."""
    made = Table(box=None, pad_edge=False)
    made.add_column("second (UTC)", no_wrap=True)
    for heading in ("frames", "peak in 100 ms"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("lost")
    for each in list(seen.part.losses.seconds)[-SECONDS_MAX:]:
        lost = ", ".join(f"{place} {number:,}" for place, number in each.lost.items())
        made.add_row(
            second_text(each.second), f"{each.frames:,}", f"{each.peak:,}", Text(lost, "red")
        )
    return made


def best(seen: "Seen") -> Table:
    """Best prices of the first instruments."""
    made = Table(box=None, pad_edge=False)
    made.add_column("instrument", no_wrap=True)
    for heading in ("size", "bid", "ask", "size"):
        made.add_column(heading, justify="right", no_wrap=True)
    for symbol, each in seen.part.run.best()[:BEST_MAX]:
        bid, ask = alike(each.bid_price, each.ask_price)
        made.add_row(safe(symbol), f"{each.bid_size:,}", bid, ask, f"{each.ask_size:,}")
    return made


def alike(bid: int, ask: int) -> tuple[str, str]:
    """Two prices with as many decimals; nothing for a side that is not there."""
    there = [nanos for nanos in (bid, ask) if nanos != UNDEF_PRICE]
    places = max((len(price_text(nanos).partition(".")[2]) for nanos in there), default=0)
    first, second = (
        "" if nanos == UNDEF_PRICE else price_text(nanos, places) for nanos in (bid, ask)
    )
    return first, second

"""What a live run does, as a table that stays in its place on a terminal."""

import sys
from typing import TYPE_CHECKING, Any, Final, Self

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from feedhandler.book.view import price_text
from feedhandler.cli.output import console, safe
from feedhandler.event import UNDEF_PRICE

if TYPE_CHECKING:
    from feedhandler.cli.run_live import Seen

SHOWN: Final = ("frames", "datagrams", "duplicates", "messages", "events", "bbo_changes")
BEST_MAX: Final = 12
GOOD: Final = "synchronized"


class LiveTable:
    """Rates, losses, channels and best prices."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = Live(console=console(sys.stdout), auto_refresh=False)

    def show(self, seen: "Seen") -> None:
        """Draw it anew."""
        parts: list[Any] = [
            Text.assemble((self._title, "bold"), f"  {seen.run.source.name}  {seen.state}"),
            figures(seen), channels(seen), best(seen),
        ]  # fmt: skip
        self._live.update(Group(*parts), refresh=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def figures(seen: "Seen") -> Table:
    """Counters and rates; what was lost in red."""
    from feedhandler.cli.run_live import LOST  # noqa: PLC0415 (a circle, else)

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim")
    made.add_column(justify="right")
    made.add_column(justify="right", style="dim")
    for name in SHOWN:
        rate = seen.rates.get(name)
        shown = "" if rate is None else f"{rate:,}/s"
        made.add_row(name.replace("_", " "), f"{seen.counters.get(name, 0):,}", shown)
    for name in LOST:
        if seen.counters.get(name):
            made.add_row(name.replace("_", " "), Text(f"{seen.counters[name]:,}", "red"), "")
    return made


def channels(seen: "Seen") -> Table:
    """Each channel with its state."""
    made = Table(box=None, pad_edge=False)
    for heading in ("channel", "name", "state"):
        made.add_column(heading)
    for each in seen.run.channels():
        state = str(each["state"])
        style = "green" if state == GOOD else "yellow"
        made.add_row(str(each["id"]), safe(str(each["name"])), Text(state, style))
    return made


def best(seen: "Seen") -> Table:
    """Best prices of the first instruments."""
    made = Table(box=None, pad_edge=False)
    made.add_column("instrument")
    for heading in ("size", "bid", "ask", "size"):
        made.add_column(heading, justify="right")
    for symbol, each in seen.run.best()[:BEST_MAX]:
        made.add_row(
            safe(symbol), f"{each.bid_size:,}", price(each.bid_price), price(each.ask_price),
            f"{each.ask_size:,}",
        )  # fmt: skip
    return made


def price(nanos: int) -> str:
    """A price, or nothing."""
    return "" if nanos == UNDEF_PRICE else price_text(nanos)

"""A book as people like to see it: bids to the left, asks to the right, the best prices on top.

`ladder_table` is for terminals (rich is imported only there), `ladder_text` for everything else.
Both show the same: number of orders, size and price of each level. Sizes that come from implied
orders are marked with `i`: `40i` is all implied, `40 (15i)` in part. A `-` stands for a number of
orders that the venue does not give.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from feedhandler.book.view import BookView, Depth, Level
from feedhandler.printable import printable

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

STATE_STYLES: Final = {
    "EMPTY": "dim", "SYNCHRONIZED": "green", "STALE": "bold red", "SUSPECT": "yellow",
    "ORDERS_STALE": "yellow", "LEVELS_STALE": "yellow", "UNDEFINED": "yellow",
}  # fmt: skip
PLACES_LEAST: Final = 2
BAR: Final = 12  # characters of the longest bar
BLOCK: Final = "█"
NUMBERS: Final = ("orders", "size", "bid", "ask", "size", "orders")
HEADINGS: Final = ("", *NUMBERS, "")
WHOLE: Final = slice(None)


def time_text(ns: int) -> str:
    """Nanoseconds since 1970 as UTC text, all nine digits of the second."""
    seconds, rest = divmod(ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{rest:09d}"


def shown_depth(view: BookView, count: int) -> Depth:
    """Levels to show: direct and implied ones together, where there are implied ones."""
    depth = view.depth(count)
    if view.model == "order":
        return depth
    merged = view.consolidated(count)
    if any(level.implied for level in (*merged.bids, *merged.asks)):
        return merged
    return depth


def size_text(level: Level) -> str:
    """A size, and how much of it is implied."""
    if level.implied == 0:
        return f"{level.size:,}"
    if level.implied == level.size:
        return f"{level.size:,}i"
    return f"{level.size:,} ({level.implied:,}i)"


def count_text(level: Level) -> str:
    """A number of orders."""
    return "-" if level.order_count is None else f"{level.order_count:,}"


class Prices:
    """Prices of one ladder as people of its market write them, all with the same places."""

    def __init__(self, view: BookView, depth: Depth) -> None:
        self.instrument = view.instrument
        prices = [level.price for level in (*depth.bids, *depth.asks)]
        steps = [self.instrument.tick] if self.instrument.tick else []
        places = [_places(self.instrument.shown(price)) for price in (*prices, *steps)]
        self.places = max([PLACES_LEAST, *places])

    def text(self, price: int) -> str:
        """One price."""
        return f"{self.instrument.shown(price):,.{self.places}f}"


def _places(value: Decimal) -> int:
    """Digits after the point that are not trailing zeros."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def title_parts(view: BookView) -> list[str]:
    """Symbol, model, time and sequence."""
    parts = [printable(view.symbol), f"by {view.model}"]
    if view.ts_event:
        parts.append(time_text(view.ts_event))
    return [*parts, f"sequence {view.sequence}"]


def remarks(view: BookView, prices: Prices) -> list[str]:
    """What stands under the ladder: spread, crossing, and what puts the book in doubt."""
    best = view.best()
    made = []
    if best.bid is not None and best.ask is not None:
        made.append(f"spread {prices.text(best.ask.price - best.bid.price)}")
    if view.crossing:
        made.append(view.crossing)
    if view.faults:
        made.append(f"{view.faults:,} fault{'s' if view.faults > 1 else ''}")
    if view.stale_since:
        made.append(f"stale since {time_text(view.stale_since)}")
    return made


def _cells(bid: Level | None, ask: Level | None, prices: Prices) -> tuple[str, ...]:
    left = (count_text(bid), size_text(bid), prices.text(bid.price)) if bid else ("", "", "")
    right = (prices.text(ask.price), size_text(ask), count_text(ask)) if ask else ("", "", "")
    return (*left, *right)


def ladder_text(view: BookView, count: int = 10) -> str:
    """The book as plain text, every line ended."""
    depth = shown_depth(view, count)
    prices = Prices(view, depth)
    rows = [NUMBERS, *(_cells(*pair, prices) for pair in zip_longest(depth.bids, depth.asks))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(NUMBERS))]
    lines = ["  ".join([*title_parts(view), view.state])]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append(f"{'  '.join(cells[:3])} | {'  '.join(cells[3:])}".rstrip())
    lines += ["  ".join(remarks(view, prices))] if remarks(view, prices) else []
    return "".join(f"{line}\n" for line in lines)


def ladder_table(
    view: BookView, count: int = 10, *, width: int | None = None, block: str = BLOCK
) -> "Table":
    """The book for a terminal so many characters wide.

    Where it does not fit, bars go first, then the numbers of orders, then lines and margins; prices and sizes
    are never cut: a table of nothing else is printed wider than the terminal, if it must be.
    """
    depth = shown_depth(view, count)
    prices = Prices(view, depth)
    largest = max((level.size for level in (*depth.bids, *depth.asks)), default=0)
    rows = [
        (_bar(bid, largest, block), *_cells(bid, ask, prices), _bar(ask, largest, block))
        for bid, ask in zip_longest(depth.bids, depth.asks)
    ]
    return side_by_side(view, HEADINGS, rows, prices, width=width, whole=slice(2, -2))


def side_by_side(
    view: BookView,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    prices: Prices,
    *,
    width: int | None = None,
    whole: slice = WHOLE,
    ends: Collection[int] = (),
) -> "Table":
    """A table of bids and asks; columns beyond `whole` are left out, pair by pair, until it fits.

    `ends` are the rows with a line below them.
    """
    from rich import box  # noqa: PLC0415 - rich is loaded only to draw
    from rich.table import Table  # noqa: PLC0415

    columns = list(zip(headings, *rows, strict=True))
    kept = columns[whole]
    while len(kept) < len(columns) and not fits(columns, width):
        columns = columns[1:-1]
    plain = not fits(columns, width)
    table = Table(
        title=ladder_title(view), title_style="", box=None if plain else box.SIMPLE_HEAD,
        caption="  ".join(remarks(view, prices)) or None,
        padding=(0, 1), pad_edge=not plain,
    )  # fmt: skip
    for number, (heading, *cells) in enumerate(columns):
        is_bar = not heading
        table.add_column(
            heading, no_wrap=True, min_width=_needed((heading, *cells)),
            justify="left" if is_bar and number else "right",
            style=_style(heading, right=number >= len(columns) // 2),
        )  # fmt: skip
    for number, row in enumerate(zip(*(cells for _, *cells in columns), strict=True)):
        table.add_row(*row, end_section=number in ends)
    return table


def fits(columns: Sequence[Sequence[str]], width: int | None) -> bool:
    """Whether columns with their margins and edges have room in so many characters."""
    drawn = sum(_needed(column) + 3 for column in columns) + 1
    return width is None or drawn <= width


def _needed(column: Sequence[str]) -> int:
    """Characters of a column; bars have no heading, and room for the longest."""
    return max(map(len, column)) if column[0] else BAR


def ladder_title(view: BookView, what: str = "") -> "Text":
    """Symbol, model, time, sequence, what else there is to say, and state."""
    from rich.text import Text  # noqa: PLC0415 - rich is loaded only to draw

    symbol, *rest = title_parts(view)
    return Text("  ").join(
        [
            Text(symbol, style="bold"),
            *(Text(part, style="dim") for part in [*rest, what] if part),
            Text(view.state, style=STATE_STYLES[view.state]),
        ]
    )


def _style(heading: str, *, right: bool) -> str:
    """Bids are green, asks red, and so are their bars; what is about orders is dim."""
    if not heading:
        return "red" if right else "green"
    return {"bid": "green", "ask": "red", "order": "dim", "orders": "dim"}.get(heading, "")


def _bar(level: Level | None, largest: int, block: str) -> str:
    """A bar as long as the level is large beside the largest one shown."""
    if level is None or level.size <= 0:
        return ""
    return block * max(1, level.size * BAR // largest)

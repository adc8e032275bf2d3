"""`feedhandler book` at work: replay up to the point, then show one book in the form that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from typing import Any, Final

import click
from rich import box
from rich.table import Table
from rich.text import Text

from feedhandler import logs
from feedhandler.book.ladder import (
    STATE_STYLES,
    Prices,
    ladder_table,
    remarks,
    size_text,
    title_parts,
)
from feedhandler.book.view import Books, BookView, Depth, Level, Order
from feedhandler.cli.main import INTERRUPTED
from feedhandler.cli.moments import Moment
from feedhandler.cli.output import notice, page, print_json, print_titled, safe
from feedhandler.cli.report import FORMAT, ladder_entry, order_entry, problems_of
from feedhandler.cli.running import Stop, batches, find_feed, find_stop
from feedhandler.event import Side
from feedhandler.replaying import Replay

NEAR_MAX: Final = 5  # symbols that an error names


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    file: str
    symbol: str
    at: Moment | None
    depth: int
    orders: bool
    view: str | None
    expression: str
    feed_name: str | None
    templates: str | None
    decoder: str
    as_json: bool


class NoBookError(Exception):
    """The capture has no such book; one line that names near ones."""

    exit_code = 1


def run(options: Options) -> int:
    """Replay and show; the exit code."""
    logs.set_up(quiet=True)
    feed = find_feed([options.file], options.feed_name, options.templates)
    if options.orders and "order" not in feed.model:
        raise click.UsageError(f"--orders: {feed.name} has books by price only")
    if options.view and "level" not in feed.model:
        raise click.UsageError(f"--{options.view}: {feed.name} has books by order only")
    stop = find_stop([options.file], feed, options.at)
    with Replay(
        options.file, feed, decoder=options.decoder, expression=options.expression, digest=False
    ) as replay:
        replay.engine.stop_at(packet=stop.packet, time_ns=stop.time_ns)
        for _ in batches(replay, bar=True):
            pass
        views = find(replay.books, options)
        problems = problems_of(replay, 0)
        if options.as_json:
            print_json(document(replay, stop, options, views, problems))
        else:
            show(views, options)
            for line in [*replay.source.notes, *problems]:
                notice(line)
        if replay.stopped:
            return INTERRUPTED
        return 1 if problems else 0


def find(books: Books, options: Options) -> list[BookView]:
    """The books of the symbol, in the model that can show what was asked for."""
    found = books.find(options.symbol)
    if not found:
        known = sorted(view.symbol for view in books)
        near = get_close_matches(options.symbol, known, NEAR_MAX) or known[:NEAR_MAX]
        hint = f"; there are {len(known)}: {', '.join(near)} ..." if known else "; there is none"
        raise NoBookError(f"{options.file}: no book of {options.symbol}{hint}")
    if options.orders:
        return [view.by("order") for view in found]
    return [view.by("level") for view in found] if options.view == "implied" else found


def levels_of(view: BookView, options: Options) -> Depth:
    """The levels that were asked for."""
    match options.view:
        case "implied":
            bids, asks = view.implied(Side.BID), view.implied(Side.ASK)
            return Depth(bids[: options.depth], asks[: options.depth])
        case "consolidated":
            return view.consolidated(options.depth)
    return view.depth(options.depth)


# --- JSON -----------------------------------------------------------------------------------------
def document(
    replay: Replay, stop: Stop, options: Options, views: Sequence[BookView], problems: list[str]
) -> dict[str, Any]:
    """The books as one document."""
    return {
        "format": FORMAT,
        "file": options.file,
        "feed": replay.feed.name,
        "stop": stop.entry(),
        "view": options.view or "direct",
        "books": [book_entry(view, options) for view in views],
        "notes": replay.notes,
        "problems": problems,
    }


def book_entry(view: BookView, options: Options) -> dict[str, Any]:
    """One book with the levels that were asked for."""
    entry = ladder_entry(view, levels_of(view, options))
    if options.orders:
        for name, side in (("bids", Side.BID), ("asks", Side.ASK)):
            for level in entry[name]:
                orders = view.orders(side, level["price"])
                level["orders"] = [order_entry(order) for order in orders]
    return entry


# --- for people -----------------------------------------------------------------------------------
def show(views: Sequence[BookView], options: Options) -> None:
    """Draw each book."""
    with page() as out:
        for number, view in enumerate(views):
            if number:
                out.print()
            if options.orders:
                table = order_table(view, options.depth)
            elif options.view is None:
                table = ladder_table(view, options.depth)
            else:
                table = level_table(view, levels_of(view, options), options.view)
            print_titled(out, table)


def title(view: BookView, what: str = "") -> Text:
    """Symbol, model, time, sequence and state."""
    first, *rest = title_parts(view)
    text = Text(safe(first), style="bold")
    for part in [*rest, what]:
        text.append(f"  {part}" if part else "", style="dim not bold")
    text.append(f"  {view.state}", style=f"not bold {STATE_STYLES[view.state]}")
    return text


def level_table(view: BookView, depth: Depth, what: str) -> Table:
    """The levels of one of the views."""
    prices = Prices(view, depth)
    caption = "  ".join(remarks(view, prices)) if what != "implied" else None
    table = Table(title=title(view, what), caption=caption, box=box.SIMPLE_HEAD, title_style="")
    for heading, style in (("size", ""), ("bid", "green"), ("ask", "red"), ("size", "")):
        table.add_column(heading, justify="right", style=style, min_width=10)
    for bid, ask in zip_longest(depth.bids, depth.asks):
        table.add_row(*_side(bid, prices), *reversed(_side(ask, prices)))
    return table


def _side(level: Level | None, prices: Prices) -> tuple[str, str]:
    return ("", "") if level is None else (size_text(level), prices.text(level.price))


def order_table(view: BookView, count: int) -> Table:
    """Every order of the best levels, the first in the queue on top."""
    depth = view.depth(count)
    prices = Prices(view, depth)
    caption = "  ".join(remarks(view, prices)) or None
    table = Table(title=title(view), caption=caption, box=box.SIMPLE_HEAD, title_style="")
    for heading, style in (
        ("order", "dim"), ("size", ""), ("bid", "green"), ("ask", "red"), ("size", ""),
        ("order", "dim"),
    ):  # fmt: skip
        table.add_column(heading, justify="right", style=style, no_wrap=True)
    for bid, ask in zip_longest(depth.bids, depth.asks):
        left = _queue(view, Side.BID, bid, prices)
        right = _queue(view, Side.ASK, ask, prices)
        rows = list(zip_longest(left, right, fillvalue=("", "", "")))
        for number, (buy, sell) in enumerate(rows, 1):
            table.add_row(*buy, *reversed(sell), end_section=number == len(rows))
    return table


def _queue(
    view: BookView, side: Side, level: Level | None, prices: Prices
) -> list[tuple[str, str, str]]:
    """Order, size and price of every order of a level; the price once."""
    if level is None:
        return []
    orders: list[Order] = view.orders(side, level.price)
    shown = [prices.text(level.price), *[""] * (len(orders) - 1)]
    return [
        (str(order.order_id), f"{order.size:,}", price)
        for order, price in zip(orders, shown, strict=True)
    ]

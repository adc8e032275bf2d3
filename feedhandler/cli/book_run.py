"""`feedhandler book` at work: replay up to the point, then show one book in the form that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text

from feedhandler import logs
from feedhandler.book.ladder import (
    Prices,
    ladder_table,
    ladder_title,
    side_by_side,
    size_text,
)
from feedhandler.book.view import BookView, Depth, Level, Order
from feedhandler.cli.moments import Moment
from feedhandler.cli.output import block_of, notice, page, print_json, print_titled
from feedhandler.cli.report import FORMAT, ladder_entry, order_entry
from feedhandler.cli.running import Stop, batches, find_feed, find_stop, stopped_code
from feedhandler.cli.wholeness import problems_of, stop_text
from feedhandler.engine.doubts import doubts_of
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.source.select import passage_of, why_none_passed

ORDERS: Final = ("order", "size", "bid", "ask", "size", "order")
NEAR_MAX: Final = 5  # symbols that an error names
VIEWS: Final = ("implied", "consolidated", "direct")


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    file: str
    symbol: str
    at: Moment | None
    depth: int
    orders: bool
    implied: bool
    consolidated: bool
    direct: bool
    expression: str
    feed_name: str | None
    templates: str | None
    decoder: str
    as_json: bool

    @property
    def views(self) -> list[str]:
        """Which levels were asked for; one at most."""
        return [name for name in VIEWS if getattr(self, name)]

    @property
    def view(self) -> str | None:
        """Likewise; None = whatever there is."""
        return self.views[0] if self.views else None


class NoBookError(Exception):
    """The capture has no such book; one line that names near ones."""

    exit_code = 1


def run(options: Options) -> int:
    """Replay and show; the exit code."""
    logs.set_up(quiet=True)
    asked = [*(["orders"] if options.orders else []), *options.views]
    if len(asked) > 1:
        raise click.UsageError(f"--{asked[0]} and --{asked[1]}: only one of them can be shown")
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
        signals: list[int] = []
        for _ in batches(replay, signals, bar=True):
            pass
        partial = partial_text(replay, stop)
        try:
            views = find(replay, options)
        except NoBookError as error:
            if replay.stopped:
                notice(f"{partial}: {error}")
                return stopped_code(signals)
            raise
        doubts = doubts_of(replay.engine).books
        cut_short = replay.stopped or replay.engine.stop_reached
        problems = [
            *problems_of(replay, 0, cut_short=cut_short),
            *(f"{view.symbol}: in doubt, {doubts[view.number]}" for view in views if view.number in doubts),
        ]  # fmt: skip
        if options.as_json:
            print_json(document(replay, stop, options, views, problems))
        else:
            show(views, options, partial)
            for line in [*replay.source.notes, *problems]:
                notice(line)
        if replay.stopped:
            return stopped_code(signals)
        return 1 if problems else 0


def partial_text(replay: Replay, stop: Stop) -> str:
    """Why this is not the book that was asked for; "" = it is."""
    if replay.stopped:
        return f"interrupted behind packet {replay.engine.packet:,}: not the book of the end"
    where = stop_text(stop.entry())
    if where and not replay.engine.stop_reached:
        return f"the input ended before {where}"
    return ""


def find(replay: Replay, options: Options) -> list[BookView]:
    """The books of the symbol, in the model that can show what was asked for."""
    books = replay.books
    found = books.find(options.symbol)
    if not found:
        if why := why_none_passed([passage_of(replay.source)]):
            raise NoBookError(f"{options.file}: no book of {options.symbol}: {why}")
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
        "stop_reached": replay.engine.stop_reached if stop.entry() else None,
        "interrupted": replay.stopped,
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
def show(views: Sequence[BookView], options: Options, partial: str) -> None:
    """Draw each book, and say what it is not."""
    with page() as out:
        for number, view in enumerate(views):
            if number:
                out.print()
            if options.orders:
                tables = order_tables(view, options.depth, out.width)
            elif options.view is None:
                block = block_of(out)
                tables = [ladder_table(view, options.depth, width=out.width, block=block)]
            else:
                tables = [level_table(view, levels_of(view, options), options.view, out.width)]
            for table in tables:
                print_titled(out, table)
        if partial:
            out.print(Text(partial, style="yellow"))


def level_table(view: BookView, depth: Depth, what: str, width: int) -> Table:
    """The levels of one of the views."""
    prices = Prices(view, depth)
    rows = [
        (*_side(bid, prices), *reversed(_side(ask, prices)))
        for bid, ask in zip_longest(depth.bids, depth.asks)
    ]
    table = side_by_side(view, ("size", "bid", "ask", "size"), rows, prices, width=width)
    if what == "implied":
        table.caption = None
    table.title = ladder_title(view, what)
    return table


def _side(level: Level | None, prices: Prices) -> tuple[str, str]:
    return ("", "") if level is None else (size_text(level), prices.text(level.price))


def order_tables(view: BookView, count: int, width: int) -> list[Table]:
    """Every order of the best levels, the first in the queue on top; bids above asks where it is narrow."""
    depth = view.depth(count)
    prices = Prices(view, depth)
    rows: list[tuple[str, ...]] = []
    ends = []
    for bid, ask in zip_longest(depth.bids, depth.asks):
        left = _queue(view, Side.BID, bid, prices)
        right = _queue(view, Side.ASK, ask, prices)
        for buy, sell in zip_longest(left, right, fillvalue=("", "", "")):
            rows.append((*buy, *reversed(sell)))
        ends.append(len(rows) - 1)
    whole = side_by_side(view, ORDERS, rows, prices, width=width, ends=ends)
    if whole.box is not None:
        return [whole]
    bids, asks = (
        side_by_side(
            view, ORDERS[side], [row[side] for row in rows if any(row[side])], prices, width=width
        )
        for side in (slice(3), slice(3, None))
    )
    bids.caption, asks.title = None, ""
    return [bids, asks]


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

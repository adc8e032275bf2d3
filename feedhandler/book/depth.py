"""How deep the books by level of a feed are, as its description tells or as definitions will."""

from dataclasses import replace

from feedhandler.book.pools import Limits
from feedhandler.decode.catalog import Feed


def limits_of(feed: Feed, limits: Limits | None = None, lines: int | None = None) -> Limits:
    """Limits with the depth of by-level books that the feed's description tells.

    A table of best prices that is given has room for so many `lines`, the first of which no book uses.
    """
    limits = limits or Limits()
    if lines is not None:
        most = min(limits.books_max, lines - 1)
        limits = replace(limits, books=min(limits.books, most), books_max=most)
    return replace(limits, ladder_depth=feed.depth) if feed.depth else limits


def is_refreshed(feed: Feed) -> bool:
    """Whether books of a feed may be refreshed by the venue's entries alone: definitions tell their depth."""
    return "level" in feed.model and not feed.depth

"""How deep the books by level of a feed are, as its description tells or as definitions will."""

from dataclasses import replace

from feedhandler.book.pools import Limits
from feedhandler.decode.catalog import Feed


def limits_of(feed: Feed, limits: Limits | None = None) -> Limits:
    """Limits with the depth of by-level books that the feed's description tells."""
    limits = limits or Limits()
    return replace(limits, ladder_depth=feed.depth) if feed.depth else limits


def is_refreshed(feed: Feed) -> bool:
    """Whether books of a feed may be refreshed by the venue's entries alone: definitions tell their depth."""
    return "level" in feed.model and not feed.depth

"""The source of a feed's compiled decoder, from whichever kind of description it has."""

from feedhandler.codegen.numba_backend import generate
from feedhandler.decode.catalog import Feed
from feedhandler.decode.fast.feeds import plan_of
from feedhandler.decode.fast.generate_feed import generate_feed


def source_of(feed: Feed) -> str:
    """What `make protocols` writes for a feed."""
    return generate_feed(plan_of(feed)) if feed.is_fast else generate(feed.name)

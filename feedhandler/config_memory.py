"""How much memory a configuration takes at its start: rings of the kernel's, pools of books, slots of what waits."""

from feedhandler.book.pools import pool_bytes
from feedhandler.config import Config, Feed
from feedhandler.session.holding import holding_bytes


def memory_of(config: Config) -> dict[str, int]:
    """Bytes of each feed: a ring on each interface, pools and slots, for each worker that has channels of it."""
    found: dict[str, int] = {}
    for share in config.spread().values():
        for feed in {id(feed): feed for feed, _ in share}.values():
            found[feed.feed] = found.get(feed.feed, 0) + bytes_of(feed)
    return found


def bytes_of(feed: Feed) -> int:
    """What one worker takes for it."""
    waiting = holding_bytes(feed.arbitration.slots)
    return feed.ring_bytes * interfaces(feed) + pool_bytes(feed.limits) + waiting


def interfaces(feed: Feed) -> int:
    """On how many it listens."""
    lines = {line for channel in feed.channels for line in channel.lines}
    return len({feed.interface_of(line) for line in lines})

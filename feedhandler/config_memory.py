"""How much memory a configuration takes at its start: rings that the kernel keeps, and pools of books."""

from feedhandler.book.pools import pool_bytes
from feedhandler.config import Config, Feed


def memory_of(config: Config) -> dict[str, int]:
    """Bytes of each feed: a ring on each interface and a set of pools, for each worker that has channels of it."""
    workers: dict[str, int] = {}
    for share in config.spread().values():
        for name in {feed.feed for feed, _ in share}:
            workers[name] = workers.get(name, 0) + 1
    return {
        feed.feed: workers.get(feed.feed, 0)
        * (feed.ring_bytes * interfaces(feed) + pool_bytes(feed.limits))
        for feed in config.feed
    }


def interfaces(feed: Feed) -> int:
    """On how many it listens."""
    lines = {line for channel in feed.channels for line in channel.lines}
    return len({feed.interface_of(line) for line in lines})

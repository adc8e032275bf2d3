"""What another configuration changes, and which of it a running process can take without a start.

A feed is the same one in both if it is the same feed of a venue under the same published name, wherever it stands:
several feeds may have the name of one venue's, and places change when one of them is moved or removed.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from feedhandler.config import Config, Feed, as_tables
from feedhandler.config_places import Path, path_text

# Words that loops look at anew, and what only the housekeeping thread has. All else is memory, sockets, threads.
AT_ONCE: Final = re.compile(
    r"log_level|metrics\.address"
    r"|feed\[\d+\]\.arbitration\.(gap_timeout_ns|gap_count|silence_ns|told_timeout_ns)"
    r"|feed\[\d+\]\.limits\.(books_max|orders_max|levels_max)"
)


class Change(NamedTuple):
    """A value that is another one; None = it was, or is, not there."""

    path: str
    before: Any
    after: Any

    @property
    def at_once(self) -> bool:
        """Whether a running process can take it."""
        return AT_ONCE.fullmatch(self.path) is not None

    def __str__(self) -> str:
        how = "" if self.at_once else " (after a restart)"
        return f"{self.path}: {self.before!r} -> {self.after!r}{how}"


def changes(before: Config, after: Config) -> list[Change]:
    """Every value that differs, in order; of feeds that came, went or moved only where they stand.

    Values of a feed are told with its place in the second configuration.
    """
    whole, there = (_but_feeds(each) for each in (before, after))
    old, new = known_feeds(before), known_feeds(after, before.name)
    found = [*_differences(whole, there, ())]
    for number, (was, now) in enumerate(zip_longest(old, new)):
        if was != now:
            found.append(Change(path_text(("feed", number)), was, now))
    for number, (name, feed) in enumerate(new.items()):
        if name in old:
            found += _differences(as_tables(old[name]), as_tables(feed), ("feed", number))
    return found


def known_feeds(config: Config, process: str = "") -> dict[str, Feed]:
    """Each feed by what tells it from all others, in order; `process`: the name that the process has, if not this.

    Another name of the process in a file waits for a restart; until then what it publishes has the one it has.
    """
    running = replace(config, name=process or config.name)
    return {f"{feed.feed} as {running.published(feed)}": feed for feed in config.feed}


def _but_feeds(config: Config) -> dict[str, Any]:
    """All else, as tables."""
    return {key: value for key, value in as_tables(config).items() if key != "feed"}


def _differences(before: Any, after: Any, path: Path) -> list[Change]:
    """Every value that differs, in tables that stand there."""
    old, new = (dict(_values(each, path)) for each in (before, after))
    return [
        Change(key, old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def _values(value: Any, path: Path) -> Iterator[tuple[str, Any]]:
    """Every single value and where it stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _values(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _values(each, (*path, number))
    else:
        yield path_text(path), value

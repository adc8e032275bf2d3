"""What another configuration changes, and which of it a running process can take without a start."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from feedhandler.config import Config, as_tables
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
    """Every value that differs, in order."""
    old, new = (dict(_values(as_tables(each), ())) for each in (before, after))
    return [
        Change(path, old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
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

"""Snapshots that include packets which have not come yet, kept until these have.

Where increments run behind their snapshots (two clocks, a slow tap) all that a loop tells is ahead of its channel. Of
each model of a book the snapshot is kept that is of use first: the lowest number, and not the latest, for where
increments are later than a loop takes for a pass the latest would be replaced before its packet comes. So a damaged
number that is too high is replaced by the next one, and one that is too low does not fit the rows behind it.
The rows of all of them are bounded; what finds no room is counted, and comes again in the next pass.
"""

from typing import Any, Final

import numpy as np

Rows = np.ndarray[Any, Any]

ROWS_MAX: Final = 1 << 16  # of all channels: 4 MiB
NEVER: Final = 1 << 62


class Waiting:
    """The snapshots of all channels that are ahead."""

    def __init__(self, rows_max: int = ROWS_MAX) -> None:
        self._room = rows_max
        self._kept: dict[int, dict[tuple[int, int], Rows]] = {}  # by channel; instrument and model
        self._first: dict[int, int] = {}  # the lowest number of each channel

    def keep(self, channel_id: int, told: Rows) -> bool:
        """Keep a snapshot, its head first, unless one is kept that is of use before it; False: there is no room."""
        kept, head = self._kept.setdefault(channel_id, {}), told[0]
        key, last = (int(head["instrument_id"]), int(head["detail"])), int(head["size"])
        before = kept.get(key)
        if before is not None and int(before[0]["size"]) <= last:
            return True
        more = len(told) - (0 if before is None else len(before))
        if more > self._room:
            return False
        self._room -= more
        kept[key] = told.copy()
        self._first[channel_id] = min(self._first.get(channel_id, NEVER), last)
        return True

    def take(self, channel_id: int, expected: int) -> list[Rows]:
        """Those that include nothing any more that has not come; they are not kept any longer."""
        if self._first.get(channel_id, NEVER) >= expected:
            return []
        return self._drop(channel_id, expected)

    def forget(self, channel_id: int, before: int = NEVER) -> None:
        """Those that do not include all packets before this one are of no use: something there was lost."""
        self._drop(channel_id, before - 1)

    def _drop(self, channel_id: int, below: int) -> list[Rows]:
        """Take out what has a number below this one."""
        kept = self._kept.get(channel_id, {})
        dropped = [key for key, told in kept.items() if int(told[0]["size"]) < below]
        found = [kept.pop(key) for key in dropped]
        self._room += sum(map(len, found))
        left = (int(told[0]["size"]) for told in kept.values())
        self._first[channel_id] = min(left, default=NEVER)
        return found

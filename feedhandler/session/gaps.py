"""The gap table: what was missing, on which lines, for how long it left books in doubt, and what ended that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

GAPS_MAX: Final = 100_000  # more are counted, not listed
TOLD: Final = "told by snapshots"  # that the venue had sent more
UNREAD: Final = "came, with messages of an unknown type"
UNFIT: Final = "came, with messages that do not fit"
LONE: Final = "came; books do not fit"  # and nothing else is known to be missing


@dataclass(frozen=True)
class Gap:
    """Units that came on no line: `first .. first + count - 1`, given up at `packet`.

    Times are ts_recv. `start_ns` is when the hole was seen; `end_ns` is when the last book that it put in doubt
    was sound again, 0 = not within this run. A sequence that was joined in its midst has a gap before it.
    Units that came when they were asked for are `recovered`. Those that never came, but are part of a snapshot of
    the whole channel, are not: they are a gap, or what was before a join, that is `loaded`. Books may be in doubt
    by themselves, though nothing is missing: a gap of no units, `LONE`, at the unit that showed it.
    """

    channel_id: int
    role: str
    first: int
    count: int
    packet: int
    ts_recv: int  # given up
    start_ns: int = 0
    lines: str = ""  # that have gone past it, and did not bring it
    behind: str = ""  # the other ones that were ever heard: slower, or silent
    joined: bool = False
    method: str = ""  # what ended the doubt, or is to end it
    end_ns: int = 0
    recovered: bool = False  # it came when it was asked for, and put nothing in doubt
    seen: str = ""  # how, if not by a later unit: TOLD, UNREAD, UNFIT, LONE
    rows: int = 0  # book rows (orders, levels) that it put in doubt in the channel: see GapTable
    loaded: bool = False  # the books were taken from a snapshot in time, so nothing was in doubt

    def __str__(self) -> str:
        last = self.first + self.count - 1
        by = ", books from a snapshot" if self.loaded else ""
        if self.joined:
            return f"channel {self.channel_id} {self.role}: joined at {last + 1}{by}"
        if self.seen == LONE:
            return f"channel {self.channel_id} {self.role}: books in doubt at {self.first}{by}"
        what = "recovered" if self.recovered else "missing"
        return f"channel {self.channel_id} {self.role}: {self.first}..{last} {what}{by}"

    def doubt_ns(self, now_ns: int) -> int:
        """How long books were, or have been, in doubt."""
        if self.recovered or self.loaded:
            return 0
        return max((self.end_ns or now_ns) - self.start_ns, 0)


class GapTable:
    """Every gap of a run, in the order in which they were given up; those of a channel close together.

    While several are open, a row in doubt counts for the one that was given up last before it came. So each row
    counts once, and the rows of a channel's gaps are together all that were in doubt; one that another gap came
    right behind may have none.
    """

    def __init__(self) -> None:
        self._gaps: list[Gap] = []
        self._open: dict[int, list[int]] = {}  # places in the list, by row of the channels table
        self._counted: dict[int, int] = {}  # rows in doubt that gaps of a channel have, likewise

    def __iter__(self) -> Iterator[Gap]:
        return iter(self._gaps)

    def open(self, row: int, gap: Gap, doubtful_rows: int) -> None:
        """A gap that puts books of this channel in doubt; so many of its rows were before it."""
        self._count(row, doubtful_rows)
        if self.note(gap):
            self._open.setdefault(row, []).append(len(self._gaps) - 1)

    def extend(self, row: int, gap: Gap) -> bool:
        """A gap right behind one that was seen in the same way and is open: it is one with that."""
        for place in self._open.get(row, ())[-1:]:
            before = self._gaps[place]
            told = before.seen == gap.seen == TOLD and not before.joined
            if told and before.first + before.count == gap.first:
                self._gaps[place] = replace(before, count=before.count + gap.count)
                return True
        return False

    def note(self, gap: Gap) -> bool:
        """A gap of which nothing remains to be done; False = there are too many to be listed."""
        if len(self._gaps) == GAPS_MAX:
            return False
        self._gaps.append(gap)
        return True

    def is_open(self, row: int) -> bool:
        """Whether something of a channel is in doubt."""
        return row in self._open

    def close(self, row: int, end_ns: int, method: str, doubtful_rows: int) -> None:
        """Nothing of a channel is in doubt any more."""
        self._count(row, doubtful_rows)
        for place in self._open.pop(row, ()):
            self._gaps[place] = replace(self._gaps[place], end_ns=end_ns, method=method)

    def count_open(self, doubtful_rows: Callable[[int], int]) -> None:
        """Tell the gaps that are still open how many rows of their channel they have put in doubt so far."""
        for row in self._open:
            self._count(row, doubtful_rows(row))

    def _count(self, row: int, doubtful_rows: int) -> None:
        """What was not counted so far is of the last gap that is open; without one, of none."""
        for place in self._open.get(row, ())[-1:]:
            gap, more = self._gaps[place], doubtful_rows - self._counted[row]
            self._gaps[place] = replace(gap, rows=gap.rows + more)
        self._counted[row] = doubtful_rows

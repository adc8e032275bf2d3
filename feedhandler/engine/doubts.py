"""Which books are in doubt at the end of a run, and why: what reports and exit codes tell of it.

A book in doubt is one whose state is neither SYNCHRONIZED nor EMPTY. The reason is that of its channel where that
lost something, or was joined in its midst; else it is the book's own.
"""

from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from feedhandler.book.pools import BOOK_NEXT, STALE, UNDEFINED
from feedhandler.engine.engine import Engine
from feedhandler.session.channel_header import RUNNING, STARTED, TOLD_COUNT

JOINED: Final = "joined in mid-session"
LOST: Final = "behind a gap"
LATE: Final = "told too late how deep they are"
WITHOUT_DEFINITION: Final = "without a definition"
SILENT: Final = "of which no packet came"
UNFIT: Final = "with rows that did not fit"


@dataclass(frozen=True)
class Doubts:
    """Books in doubt, and channels in doubt of which no book is."""

    books: dict[int, str]  # reason by the number of the book
    total: int  # all books
    channels: dict[int, str]  # reason by channel id

    @property
    def count(self) -> int:
        """How many books, or channels instead of theirs."""
        return len(self.books) + len(self.channels)

    @property
    def reasons(self) -> dict[str, int]:
        """How many books for each reason, the most frequent first."""
        return dict(Tally(self.books.values()).most_common())

    def lines(self) -> list[str]:
        """What is in doubt, for people; nothing where nothing is."""
        why = ", ".join(f"{number:,} {reason}" for reason, number in self.reasons.items())
        books = [f"{len(self.books):,} of {self.total:,} books in doubt: {why}"]
        return (books if self.books else []) + [
            f"channel {channel_id} is in doubt, {reason}: it may have books that are not known"
            for channel_id, reason in self.channels.items()
        ]


def doubts_of(engine: Engine) -> Doubts:
    """What is in doubt now; exact where no loop runs."""
    table: Any = np.asarray(engine.pools.books).view(np.ndarray)
    books = table[: int(engine.pools.control[BOOK_NEXT])]  # the first of them is none
    channels = _channels_in_doubt(engine)
    found = {}
    for number in np.flatnonzero(books["state"] >= STALE).tolist():
        reason = channels.get(int(books[number]["channel_id"]), UNFIT)
        undefined = int(books[number]["state"]) == UNDEFINED
        found[number] = WITHOUT_DEFINITION if undefined else reason
    told = {int(books[number]["channel_id"]) for number in found}
    others = {
        channel_id: reason for channel_id, reason in channels.items() if channel_id not in told
    }
    return Doubts(found, len(books) - 1, others)


def _channels_in_doubt(engine: Engine) -> dict[int, str]:
    """Why each channel in doubt is: what began it and is not over.

    While nothing but a hole is under way the sequence stands still, and no book is in doubt.
    """
    began: dict[int, str] = {}
    for gap in engine.channels.gap_table:
        if gap.role == "incremental" and not (gap.recovered or gap.loaded or gap.end_ns):
            began.setdefault(gap.channel_id, JOINED if gap.joined else LOST)
    found = {} if engine.stop_reached else _silent(engine)
    for row in engine.recovering.recovery.in_doubt():
        channel_id = engine.channels.channels[row].channel_id
        if row in engine.recovering.lone:
            continue  # it lacks nothing but what its books tell themselves
        if channel_id in began or not engine.intake.holes.under_way(row):
            found[channel_id] = began.get(channel_id, LATE)
    return found


def _silent(engine: Engine) -> dict[int, str]:
    """Channels that have not begun, though their snapshots tell of packets."""
    table = engine.channels.table
    return {
        each.channel_id: SILENT
        for each in engine.channels.channels
        if table[each.row, TOLD_COUNT] and table[each.row, STARTED] != RUNNING
    }

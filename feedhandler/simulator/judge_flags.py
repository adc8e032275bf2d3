"""Whether every row tells of its book what is true: MAYBE_BAD_BOOK where it may be bad, and nowhere else.

A row is of a model, by order or by level. It is judged by what is true of the book, and by what the book says of
itself, before and behind the datagram:

    wrong behind it            the last row of that model is flagged
    in doubt before and behind every row of that model is flagged
    sound before and behind    none is, unless something was lost, or the book was emptied, in between
"""

from typing import Any

from feedhandler.book.pools import EMPTY, LEVELS_IN_DOUBT, ORDERS_IN_DOUBT, STATE_NAMES
from feedhandler.simulator import judge_kernel as seen
from feedhandler.simulator.outcome import Outcome

MODELS = (
    ("orders", ORDERS_IN_DOUBT, seen.ORDER_ROWS),
    ("levels", LEVELS_IN_DOUBT, seen.LEVEL_ROWS),
)


class FlagJudge:
    """Looks at the rows of each datagram."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._before: Any = []  # state of each book by its number, behind the datagram before
        self.flagged = 0  # rows so far

    def look(
        self, lines: list[list[int]], right: list[tuple[bool, bool]], states: Any, *, lost: bool
    ) -> None:
        """`right`: of each line, whether its models are; `lost`: something was since the datagram before."""
        for line, models in zip(lines, right, strict=True):
            book = line[seen.BOOK]
            before = int(self._before[book]) if book < len(self._before) else EMPTY
            for (model, doubt, at), same in zip(MODELS, models, strict=True):
                rows, flagged, last = line[at : at + 3]
                self.flagged += flagged
                if rows and book:
                    self._outcome.flags += rows
                    behind = line[seen.STATE]
                    doubts = bool(doubt >> before & 1), bool(doubt >> behind & 1)
                    moved = lost or bool(line[seen.CLEARS]) or before == EMPTY
                    why = verdict(rows, flagged, last, doubts, same=same, moved=moved)
                    if why:
                        name = f"book {line[seen.INSTRUMENT]}, which is {STATE_NAMES[behind]}"
                        self._outcome.fail(f"{flagged} of {rows} {model} rows of {name}, {why}")
        self._before = states


def verdict(
    rows: int, flagged: int, last: int, doubts: tuple[bool, bool], *, same: bool, moved: bool
) -> str:
    """What is wrong with the flags of a model's rows; nothing if nothing is."""
    if not same and not last:
        return "are flagged, and not the last: it differs from the oracle's"
    if all(doubts) and flagged < rows and not moved:
        return "are flagged, though it was in doubt before"
    if not any(doubts) and flagged and not moved:
        return "are flagged, though it was sound before"
    return ""

"""Whether books hold what they claim to hold.

A book (or the model of it, by order or by level) that is not in doubt holds what the naive oracle holds behind the
same unit. A book that is EMPTY, or that there is not, claims that nothing is there. That may be untrue only of a
book of which nothing was ever heard, in a channel that is in doubt, whose first unit that is missing comes before
anything was there.
"""

from collections.abc import Iterable
from typing import Protocol

from feedhandler.book.contents import Key
from feedhandler.book.pools import EMPTY, LEVELS_IN_DOUBT, ORDERS_IN_DOUBT, STATE_NAMES
from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.timeline import NOTHING, Held


class Truth(Protocol):
    """What is true of the books of one channel."""

    channel_id: int

    @property
    def keys(self) -> Iterable[Key]:
        """The books that there are."""

    def after(self, key: Key, number: int) -> Held | None:
        """What a book holds behind a unit; None = that is not known."""


class BookJudge:
    """Compares books with the truth."""

    def __init__(self, truth: Truth, outcome: Outcome) -> None:
        self._truth = truth
        self._outcome = outcome
        self._heard: set[int] = set()  # instruments whose books were ever anything but EMPTY

    def judge(
        self, instrument: int, unit: int, state: int, mine: Held, missing: int | None
    ) -> tuple[bool, bool]:
        """Whether a book's orders and levels are right; `missing`: the first unit that is, None = none is."""
        self._outcome.checks += 1
        key = self._truth.channel_id, instrument
        truth = self._truth.after(key, unit)
        if state != EMPTY:
            self._heard.add(instrument)
        if truth is None:
            return True, True
        if state == EMPTY:
            if truth != NOTHING and not self._may_be_empty(key, missing):
                self._outcome.fail(
                    f"book {instrument} is empty at unit {unit}, the oracle's is not"
                )
            return True, True
        right = mine.orders == truth.orders, mine.levels == truth.levels
        models = ("orders", ORDERS_IN_DOUBT), ("levels", LEVELS_IN_DOUBT)
        for same, (model, doubt) in zip(right, models, strict=True):
            if not same and not doubt >> state & 1:
                text = f"book {instrument} is {STATE_NAMES[state]} at unit {unit}, and its {model}"
                self._outcome.fail(f"{text} differ from the oracle's")
        return right

    def _may_be_empty(self, key: Key, missing: int | None) -> bool:
        if missing is None or key[1] in self._heard:
            return False
        return self._truth.after(key, missing - 1) in {None, NOTHING}

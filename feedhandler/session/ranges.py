"""Ranges of units: which are missing, as disjoint pieces in order.

A list of (first, end) pairs, kept sorted; the pieces are few, so that a plain walk is quick enough.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

RANGES_MAX: Final = 4096


class Ranges:
    """A set of integers that is made of few runs."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, int]] = []

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Every run as (first, count), in order."""
        return iter((first, end - first) for first, end in self._pieces)

    def __len__(self) -> int:
        """How many integers."""
        return sum(end - first for first, end in self._pieces)

    def __contains__(self, unit: int) -> bool:
        at = bisect_left(self._pieces, (unit + 1,))
        return at > 0 and unit < self._pieces[at - 1][1]

    def add(self, first: int, count: int) -> bool:
        """Add `first .. first + count - 1`; False = there are too many pieces, and nothing is added."""
        if count <= 0:
            return True
        end = first + count
        apart = [(low, high) for low, high in self._pieces if high < first or end < low]
        if len(apart) == RANGES_MAX:
            return False
        touching = [(low, high) for low, high in self._pieces if not (high < first or end < low)]
        lowest = min([first, *(low for low, _ in touching)])
        highest = max([end, *(high for _, high in touching)])
        self._pieces = sorted([*apart, (lowest, highest)])
        return True

    def remove(self, first: int, count: int) -> int:
        """Take `first .. first + count - 1` out; how many of them were in."""
        end = first + count
        before = len(self)
        left = []
        for low, high in self._pieces:
            left += [(low, min(high, first)), (max(low, end), high)]
        self._pieces = (
            [(low, high) for low, high in left if low < high] if count > 0 else self._pieces
        )
        return before - len(self)

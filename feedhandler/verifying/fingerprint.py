"""The oracle's side of a book's fingerprint: kept level by level, computed again where rows point."""

from typing import Final

from feedhandler.book.oracle_book import SIDES, Book
from feedhandler.verifying import kernel

MASK: Final = (1 << 64) - 1
_PRIME: Final = kernel.PRIME & MASK


def fold(running: int, word: int) -> int:
    """The plain way to the kernel's `fold`."""
    product = (running ^ word & MASK) * _PRIME & MASK
    return product ^ product >> 31


class Fingerprint:
    """The fingerprint of one book of the oracle."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.total = 0
        self._levels: dict[tuple[int, int], int] = {}
        self.take_all()

    def take_all(self) -> None:
        """Compute it from the whole book."""
        self._levels.clear()
        self.total = 0
        for side in SIDES:
            for price in self.book.queues[side]:
                self.take(side, price)

    def take(self, side: int, price: int) -> None:
        """Compute one level anew; one that is gone counts no more."""
        queue = self.book.queues[side].get(price) if side in SIDES else None
        new = 0
        if queue:
            new = fold(fold(0, int(side == SIDES[1])), price)
            for order in queue:
                new = fold(fold(new, order.order_id), order.size)
        self.total = self.total + new - self._levels.pop((side, price), 0) & MASK
        if queue:
            self._levels[side, price] = new

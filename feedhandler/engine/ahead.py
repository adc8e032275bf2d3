"""Numbers of instruments that snapshots are ahead of: when that is evidence of a loss.

The packets that such a snapshot includes have all come, so what its number counts was in one of them and is not in
the book. One snapshot may be damaged. So the book must still be behind that number when another one tells of it,
and the wait of what loops tell must be over by then.
"""


class Ahead:
    """The first number that was told of each book, and when, while the book has not come to it."""

    def __init__(self) -> None:
        self._told: dict[int, tuple[int, int]] = {}

    def is_lost(self, book: int, has: int, told: int, now_ns: int, wait_ns: int) -> bool:
        """Whether a book at one number lacks what a snapshot with a higher one says that there was."""
        first, since_ns = self._told.get(book, (0, 0))
        if has >= first:
            self._told[book] = told, now_ns
        elif now_ns - since_ns >= wait_ns:
            del self._told[book]
            return True
        return False

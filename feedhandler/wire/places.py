"""The lines of a feed by destination: what tells a source of faults which frame belongs to which line."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from feedhandler.source.faults import Place
from feedhandler.wire.kernel import PLACE_WORDS
from feedhandler.wire.places_kernel import destinations
from feedhandler.wire.routes import Group

PLACES_MAX: Final = 1 << 16  # destinations told apart; those beyond are no line

Words = np.ndarray[Any, np.dtype[np.int64]]


def line_places(channels: Iterable[tuple[Mapping[str, str], bool]]) -> dict[Group, Place]:
    """For each destination of a feed its place; of every channel its lines, and whether it is a loop."""
    return {
        Group.parse(group): Place(line, str(Group.parse(group)), loop)
        for lines, loop in channels
        for line, group in lines.items()
    }


class FeedPlaces:
    """Numbers places as frames for them come; 0 is a frame without a datagram."""

    def __init__(self, lines: Mapping[Group, Place]) -> None:
        self.known = [Place()]
        self._lines = lines
        self._numbers: dict[int, int] = {-1: 0}
        self._place = np.zeros(PLACE_WORDS, np.int64)

    def codes(self, rows: Words) -> Words:
        """For each frame the number of its place in `known`."""
        out = np.empty(len(rows), np.int64)
        destinations(rows, self._place, out)
        keys, inverse = np.unique(out, return_inverse=True)
        numbers = np.array([self._number(key) for key in keys.tolist()], np.int64)
        return numbers[inverse.reshape(-1)]

    def _number(self, key: int) -> int:
        number = self._numbers.get(key)
        if number is None:
            if len(self.known) == PLACES_MAX:
                return 0
            group = Group(key >> 16, key & 0xFFFF)
            number = self._numbers[key] = len(self.known)
            self.known.append(self._lines.get(group, Place(group=str(group))))
        return number

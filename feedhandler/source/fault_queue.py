"""Frames that wait in a bad network: for a time that has not come, or for others to overtake them."""

import ctypes
import heapq
from collections.abc import Iterator
from typing import Final

from feedhandler.source import descriptor

HELD_MAX: Final = 1 << 16  # frames; the next one lets the first go before its time


class Held:
    """A frame on its way: its descriptor, and its bytes once it stays longer than they lie there."""

    __slots__ = ("data", "places", "row")

    def __init__(self, row: list[int], places: int = 0) -> None:
        self.row = row
        self.places = places  # how many frames may overtake it
        self.data: bytes | None = None

    def copy(self) -> None:
        """Take the bytes along."""
        if self.data is None:
            row = self.row
            self.data = ctypes.string_at(row[descriptor.ADDRESS], row[descriptor.CAPTURED])


class LateFrames:
    """Frames by the time when they come."""

    def __init__(self, held_max: int = HELD_MAX) -> None:
        self.released_early = 0
        self._held_max = held_max
        self._heap: list[tuple[int, int, Held]] = []
        self._number = 0

    def enter(self, release_ns: int, held: Held) -> Iterator[Held]:
        """Let a frame wait; the first one comes now if there are too many."""
        self._number += 1
        heapq.heappush(self._heap, (release_ns, self._number, held))
        while len(self._heap) > self._held_max:
            self.released_early += 1
            yield heapq.heappop(self._heap)[2]

    def due(self, now_ns: int) -> Iterator[Held]:
        """The frames whose time has come, each with that time."""
        while self._heap and self._heap[0][0] <= now_ns and now_ns:
            yield self._next()

    def rest(self) -> Iterator[Held]:
        """All that wait, in order."""
        while self._heap:
            yield self._next()

    def _next(self) -> Held:
        release_ns, _, held = heapq.heappop(self._heap)
        held.row[descriptor.TS_RECV] = release_ns
        return held

    def waiting(self) -> Iterator[Held]:
        """Those that stay."""
        return (held for _, _, held in self._heap)


class Overtaken:
    """Frames by their place: one that may be overtaken by N comes behind the N that follow it."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Held]] = []
        self._entered = 0
        self._latest = -1  # the place of the frame that came last of all in the first order
        self._now_ns = 0
        self._count = 0

    def enter(self, held: Held) -> list[Held]:
        """The next frame; those that come now."""
        place = self._entered
        self._entered += 1
        if held.places == 0 and not self._heap:
            self._latest = place
            self._now_ns = held.row[descriptor.TS_RECV]
            return [held]
        heapq.heappush(self._heap, (place + held.places, place, held))
        out = []
        while self._heap and self._heap[0][0] <= place:
            out.append(self._next())
        return out

    def rest(self) -> list[Held]:
        """All that wait, in order."""
        return [self._next() for _ in range(len(self._heap))]

    def _next(self) -> Held:
        _, place, held = heapq.heappop(self._heap)
        row = held.row
        if place < self._latest:  # a recorder stamps it when it comes
            self._count += 1
            row[descriptor.TS_RECV] = max(row[descriptor.TS_RECV], self._now_ns)
        self._latest = max(self._latest, place)
        self._now_ns = row[descriptor.TS_RECV]
        return held

    def take_count(self) -> int:
        """Frames that others overtook, since the last call."""
        count, self._count = self._count, 0
        return count

    def waiting(self) -> Iterator[Held]:
        """Those that stay."""
        return (held for _, _, held in self._heap)

"""What a by-level feed tells of a side: the entries that turn the levels shown into those to show.

The rules are the receiver's, read backwards: a New shifts the rest down and whatever falls off the
depth goes without a word; a Delete shifts the rest up, so the venue then sends a New for the last
level when there is one. Deletes come first, then changes, then the new levels from the best down.
"""

from typing import NamedTuple

from feedhandler.simulator.market import Instrument, Side
from feedhandler.simulator.mdp3 import CHANGE, DELETE, NEW

Level = tuple[int, int, int]  # price (ticks), size, number of orders


class Entry(NamedTuple):
    """One entry of a by-level message; `position` counts from 1."""

    action: int
    position: int
    level: Level


def entries(
    shown: list[Level], wanted: list[Level], sign: int, depth: int, *, there: Side | None
) -> list[Entry]:
    """Bring `shown` to `wanted`; a level that is still in `there` is not deleted: it falls off."""
    made: list[Entry] = []
    now = {level[0]: level for level in wanted}
    position = 0
    while position < len(shown):
        price = shown[position][0]
        if price in now or (there is not None and price in there.levels):
            position += 1
        else:
            made.append(Entry(DELETE, position + 1, shown.pop(position)))
    for position, old in enumerate(shown):
        level = now.get(old[0], old)
        if level != old:
            shown[position] = level
            made.append(Entry(CHANGE, position + 1, level))
    known = {level[0] for level in shown}
    for level in wanted:
        if level[0] not in known:
            position = sum(1 for other in shown if (other[0] - level[0]) * sign > 0)
            shown.insert(position, level)
            del shown[depth:]
            made.append(Entry(NEW, position + 1, level))
    return made


def implied(instrument: Instrument, side: int) -> list[Level]:
    """Two implied levels about the direct touch, a function of the touch alone; no order counts.

    Now and then they improve it, but never so far that the book would cross.
    """
    own, other = instrument.sides[side], instrument.sides[1 - side]
    if not own.keys or not other.keys:
        return []
    best, opposite = own.keys[-1], -other.keys[-1]
    mixed = (best + opposite) * 40_503 + abs(best - opposite) * 977 & 0xFFFF
    improves = opposite - best >= 3 and mixed & 1 == side
    first = best + 1 if improves else best - (mixed >> 1 & 1)
    second = first - 1 - (mixed >> 2 & 1)
    levels = [
        (first * own.sign, 1 + (mixed >> 4 & 31), 0),
        (second * own.sign, 1 + (mixed >> 8 & 63), 0),
    ]
    return [level for level in levels if level[0] >= instrument.price_min]

"""Whether the gap table tells what was really missing: every field of it, against what the lines brought.

first, count   no unit of it had come by the frame at which it was given up; every unit that never came is in one
gap, and no unit in two; but those that a snapshot took the books over before anything showed that they are missing
lines, behind  the lines that had gone past its first unit by then, and the others that had brought anything
seen           by loops: no line had shown more, and loops had told of all of it
start, given up  times of frames that showed it: not before it could be seen, nor after it was
end            of a frame behind which no book of the channel was in doubt; none while one is, or nothing is told
rows           rows of orders and levels that were flagged from its beginning to its end, or to that of the next one
method         one that this feed has, of which there was a sign
recovered      all of it was there by its end; a gap is recovered, loaded or neither, and put rows in doubt only
loaded         in the third case
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from feedhandler.counter import Counter
from feedhandler.engine.engine import Engine
from feedhandler.engine.recovering import (
    BY_NUMBERS,
    BY_REFRESH,
    BY_SNAPSHOT,
    BY_VENUE,
)
from feedhandler.session.gaps import GAPS_MAX, TOLD, Gap
from feedhandler.simulator.delivered import INCREMENTAL, Delivered
from feedhandler.simulator.outcome import Outcome

UNITS_MAX: Final = 1 << 20  # more than any market has: nobody counts them one by one
TRIGGERS: Final = (Counter.GAPS, Counter.GAP_UNITS, Counter.JOINS, Counter.RECOVERED)


@dataclass
class Followed:
    """A gap as it was seen to begin and to end: flagged rows before, and until its end (two that may be right)."""

    before: int
    rows: tuple[int, int] | None = None


class GapJudge:
    """Follows the gaps of a run, and judges them at its end."""

    def __init__(self, engine: Engine, row: int, delivered: Delivered | None) -> None:
        self._engine = engine
        self._row = row
        self._delivered = delivered
        self._followed: list[Followed] = []
        self._state: Any = None
        self._flagged = 0  # rows, by the datagram before
        self._sound: set[int] = set()  # times at which a datagram left no book in doubt
        self._judged = 0  # frames, by the datagram before
        self._loads: list[tuple[int, int]] = []  # frames before a load, and the last unit in it
        self.declared = False  # since the datagram before

    @property
    def gaps(self) -> list[Gap]:
        """Those of the incremental channel."""
        return [gap for gap in self._engine.channels.gap_table if gap.role == "incremental"]

    def missing(self) -> int | None:
        """The first unit that is missing, and leaves books in doubt; None = none is."""
        open_gaps = [
            gap.first for gap in self.gaps if not (gap.recovered or gap.loaded or gap.end_ns)
        ]
        return min(open_gaps, default=None)

    def look(self) -> None:
        """Before a datagram is judged: see which gaps began, or ended, since the last one."""
        engine = self._engine
        state = [int(engine.counters[each]) for each in TRIGGERS]
        state.append(int(engine.channels.gap_table.is_open(self._row)))
        self.declared = state != self._state
        self._state = state

    def load(self, now_ns: int, taken: int, unit: int) -> None:
        """A snapshot of a server, up to this unit, is being loaded behind so many frames: books may be sound by now."""
        self._sound.add(now_ns)
        self._loads.append((taken, unit))

    def follow(self, flagged: int, in_doubt: int, times: set[int], taken: int) -> None:
        """Behind a datagram of these times: the rows that were flagged so far, and how many books are in doubt.

        Frames since the one before had no rows; one of them may have been what a snapshot that was kept waited for.
        """
        if self.declared:
            for place, gap in enumerate(self.gaps):
                if place == len(self._followed):
                    self._begin(gap)
                mine = self._followed[place]
                if gap.end_ns and mine.rows is None:
                    mine.rows = flagged - mine.before, self._flagged - mine.before
        if not in_doubt:
            self._sound |= times
            if self._delivered is not None:
                self._sound.update(self._delivered.times[self._judged : taken])
        self._judged = taken
        self._flagged = flagged

    def _begin(self, gap: Gap) -> None:
        """A gap is there; rows from now on are no longer those of the one before."""
        if not (gap.recovered or gap.loaded):
            for mine in self._followed:
                mine.rows = mine.rows or (self._flagged - mine.before,) * 2
        self._followed.append(Followed(self._flagged))

    def close(self, outcome: Outcome, in_doubt: int, taken: int) -> None:
        """Judge all of them, behind all frames; so many books are in doubt."""
        self.look()
        self.declared = True
        self.follow(self._flagged, in_doubt, set(), taken)
        gaps = self.gaps
        of = self._delivered
        far = max((gap.first + gap.count for gap in gaps), default=0)
        if far > UNITS_MAX or (of is not None and of.shown_by(len(of.frames)) > UNITS_MAX):
            outcome.fail(f"damage is believed: no market has {UNITS_MAX:,} units")
            return
        if of is not None and len(gaps) < GAPS_MAX:
            self._judge_whole(gaps, of, outcome)
        for gap, mine in zip(gaps, self._followed, strict=True):
            outcome.ends[how_ended(gap)] += 1
            whys = [*self._fits(gap), *self._ended(gap, mine)]
            if of is not None:
                whys += self._was_missing(gap, of)
            for why in whys:
                outcome.fail(f"gap {gap.first}..{gap.first + gap.count - 1}: {why}")

    # --- one gap ----------------------------------------------------------------------------------
    def _fits(self, gap: Gap) -> Iterable[str]:
        """What one field says of another."""
        if gap.count < 1 and gap.seen in {"", TOLD}:
            yield "it has no unit"
        if gap.joined and gap.first != 1:
            yield "joined, and it does not begin with the first unit"
        if gap.recovered and gap.loaded:
            yield "recovered and loaded"
        if (gap.recovered or gap.loaded) and (gap.rows or not gap.end_ns):
            yield "nothing was in doubt, and it has rows, or no end"

    def _ended(self, gap: Gap, mine: Followed) -> Iterable[str]:
        """When, how, and with how many rows."""
        if gap.recovered or gap.loaded:
            return
        rows = (self._flagged - mine.before,) if mine.rows is None else mine.rows
        if gap.rows not in rows:
            yield f"it has {gap.rows} rows in doubt: {rows[0]} were flagged"
        if gap.end_ns and gap.end_ns not in self._sound:
            yield "books were in doubt behind its end, or nothing came then"
        if gap.end_ns and not self._has(gap.method, gap):
            yield f"{gap.method!r} did not end it"
        if not gap.end_ns and not self._engine.recovering.recovery.in_doubt():
            yield "it did not end, and its channel is not in doubt"

    def _has(self, method: str, gap: Gap) -> bool:
        """Whether there was a sign of a method."""
        counters, model = self._engine.counters, self._engine.feed.model
        signs = {
            BY_NUMBERS: "level" in model,
            BY_VENUE: counters[Counter.CLEARED] > 0,
            BY_REFRESH: self._engine.recovering.way(self._row) and "level" in model,
            BY_SNAPSHOT: counters[Counter.SNAPSHOTS_LOADED] > 0 or self._looped(gap),
            "definition": counters[Counter.DEFINITIONS] > 0,
            "glimpse": counters[Counter.SPINS_LOADED] > 0,
        }
        return bool(signs.get(method, False))

    def _looped(self, gap: Gap) -> bool:
        """Whether loops came while it was open."""
        of = self._delivered
        if of is None:
            return True
        return any(each.told and each.at_ns >= gap.start_ns for each in of.brought)

    # --- what the lines brought -------------------------------------------------------------------
    def _was_missing(self, gap: Gap, of: Delivered) -> Iterable[str]:
        """What was missing, who had gone past it, and when that was seen."""
        if gap.seen not in {"", TOLD}:  # its units came, and could not be read
            return
        end, taken = gap.first + gap.count, gap.packet
        first_end = end if gap.seen != TOLD else gap.first + 1
        came = [unit for unit in range(gap.first, first_end) if of.came.get(unit, taken) < taken]
        if came and not gap.recovered:
            yield f"unit {came[0]} had come"
        past = of.lines_past(gap.first, taken)
        if (gap.lines, gap.behind) != past and not gap.joined:
            yield f"lines {gap.lines!r} went past it, {gap.behind!r} did not: {past[0]!r}, {past[1]!r}"
        told = int(of.told.max(initial=0))  # such a gap may have become longer since then
        if gap.seen == TOLD and not of.shown_by(taken) < gap.first < end <= told + 1:
            yield f"loops told of {told}, lines of {of.shown_by(taken)}"
        if gap.seen == "" and not gap.recovered and not gap.joined and of.shown_by(taken) < end - 1:
            yield "no line has shown it"
        yield from self._dated(gap, of)

    def _dated(self, gap: Gap, of: Delivered) -> Iterable[str]:
        """When it was seen, and given up."""
        end, last = gap.first + gap.count, gap.packet - 1
        if not 0 <= last < len(of.times) or (
            gap.ts_recv != of.times[last] and not (last == len(of.times) - 1 < gap.ts_recv)
        ):
            yield "it was not given up at its packet's time"
        if gap.joined:
            return
        if gap.seen == TOLD:
            told = {x.at_ns for x in of.brought[: last + 1] if x.told >= gap.first}
            if gap.start_ns not in told:
                yield "no loop told of it when it began"
            return
        signs = {
            each.at_ns
            for each in of.brought[: last + 1]
            if each.what == INCREMENTAL and each.end >= gap.first
        }
        if gap.start_ns not in signs:
            yield "nothing was seen of it when it began"
        first, beyond = of.came.get(gap.first - 1), of.came.get(end)
        seen = [of.times[number] for number in (first, beyond) if number is not None]
        if beyond is not None and gap.start_ns > max(seen) and not of.set_back_ns:
            yield "it was seen before it began"

    # --- all of them ------------------------------------------------------------------------------
    def _judge_whole(self, gaps: list[Gap], of: Delivered, outcome: Outcome) -> None:
        """Every unit that never came is in one gap."""
        told: dict[int, int] = {}
        for gap in gaps:
            for unit in (
                () if gap.seen not in {"", TOLD} else range(gap.first, gap.first + gap.count)
            ):
                told[unit] = told.get(unit, 0) + 1
        twice = [unit for unit, times in told.items() if times > 1]
        if twice:
            outcome.fail(f"unit {min(twice)} is in {told[min(twice)]} gaps")
        untold = [
            unit
            for unit in range(1, of.shown_by(len(of.frames)) + 1)
            if unit not in of.came and unit not in told and not self._passed_over(unit, of)
        ]
        if untold:
            outcome.fail(f"unit {untold[0]} never came, and is in no gap")

    def _passed_over(self, unit: int, of: Delivered) -> bool:
        """Whether a snapshot had a unit before anything had shown that it is missing."""
        return any(unit <= last and of.shown_by(taken) <= unit for taken, last in self._loads)


def how_ended(gap: Gap) -> str:
    """For the figures: by what, or that it did not."""
    ended = f"by {gap.method}" if gap.end_ns else "not"
    return f"{ended} ({gap.seen})" if gap.seen else ended

"""Where a channel must be by what the lines have shown, and by what its loops have told: no engine may stand still.

The position of a channel is the last unit that was taken or given up. A unit is shown when any datagram that came
(`delivered.py`) is of it or of a later one; the frames are those that the engine has taken, without the last one,
for what is due is done before the next. Then the position must have reached

    by the lines   every unit that GAP_COUNT datagrams have shown, when it stood still for the timeout of a hole
                   since the first of them; a channel that may ask for what it lacks does so with the first frame
                   behind that, and has from then on the time of an answer, too
    by the loops   every unit that WITNESSES different datagrams of loops include, each of them come since the
                   position moved, in the order of its loop, and older than the timeout of what is told; GAP_COUNT
                   later ones of its loop came, too, so that it was not itself waited for behind a hole there

Time is that of the frames without what a clock was set back by, which may make the engine wait for so much longer.
At the end nothing may be waited for: the position is at the last unit that was shown or, where it stood still, told.
Beyond what anybody has shown, told or could have sent again it may never be.
"""

from typing import Final

import numpy as np

from feedhandler.session.channel_header import FAR_UNITS
from feedhandler.session.holding import Arbitration
from feedhandler.session.holding_kernel import FAR_COUNT
from feedhandler.session.told_kernel import TOLD_MIN
from feedhandler.simulator.delivered import LOOPS, Delivered
from feedhandler.simulator.outcome import Outcome

WITNESSES: Final = 2 * TOLD_MIN  # some are dropped, where loops are mixed up
BEFORE: Final = (
    128  # frames before a position was reached that are looked at for the order of loops
)


class PositionJudge:
    """Follows the position of one channel."""

    def __init__(
        self, delivered: Delivered, waits: Arbitration, *, asks: bool, sendable: int
    ) -> None:
        """`asks`: what is missing is asked for; `sendable`: the last unit that servers could send, 0 = none."""
        self._delivered = delivered
        self._count = waits.gap_count
        self._patience_ns = waits.gap_timeout_ns + delivered.set_back_ns
        self._answer_ns = waits.recovery_timeout_ns + delivered.set_back_ns if asks else None
        loops_late_ns = 2 * waits.gap_timeout_ns
        self._told_ns = waits.told_timeout_ns + loops_late_ns + delivered.set_back_ns
        self._sendable = sendable
        self._at = -1
        self._since = 0  # frames that were taken when it was first seen there
        self._late = False  # a failure is told once, until it moves

    def look(self, at: int, taken: int, outcome: Outcome) -> None:
        """Behind `taken` frames the last unit that was taken or given up is `at`."""
        if at != self._at:
            self._at, self._since, self._late = at, taken, False
        shown = self._delivered.shown_by(taken)
        if at > max(shown, self._sendable) and at > self._furthest_told(taken):
            outcome.fail(f"the channel is at unit {at}: nobody has shown more than {shown}")
        due = max(self.due_by_lines(taken - 1), self.due_by_loops(taken - 1))
        if due > at and not self._late:
            self._late = True
            outcome.fail(f"the channel stands still at unit {at}, and should be at {due}")

    def close(self, at: int, outcome: Outcome) -> int:
        """At the end, behind all frames: the unit behind which books are compared, whatever the engine says."""
        taken = len(self._delivered.frames)
        self.look(at, taken, outcome)
        shown = self._delivered.shown_by(taken)
        unit = max(shown, self.due_by_loops(taken))
        if at < unit:
            outcome.fail(f"the channel ends at unit {at}, and not at {unit}")
        return max(unit, at)

    def due_by_lines(self, taken: int) -> int:
        """Up to where the lines have shown so much for so long that nothing can be waited for; 0 = nowhere."""
        of = self._delivered
        if taken <= 0 or of.shown_by(taken) <= self._at:
            return 0
        first = int(np.searchsorted(of.shown[:taken], self._at + 1))
        seen = np.flatnonzero(of.ends[first:taken] > self._at + 1)
        nearest = min(of.brought[first + int(number)].first for number in seen.tolist())
        least = self._count if nearest - self._at <= FAR_UNITS else FAR_COUNT
        if len(seen) < least:
            return 0
        since = max(int(of.clock[first]), int(of.clock[max(self._since, 1) - 1]))
        late = int(np.searchsorted(of.clock[:taken], since + self._patience_ns, side="right"))
        if self._answer_ns is None:
            return self._at + 1 if late < taken else 0
        asked = max(late, first + int(seen[least - 1]))
        waited = int(of.clock[taken - 1] - of.clock[min(asked, taken - 1)])
        return self._at + 1 if waited > self._answer_ns else 0

    def due_by_loops(self, taken: int) -> int:
        """Up to where enough datagrams of loops have told for long enough; 0 = nowhere."""
        of = self._delivered
        if taken <= self._since or int(of.told.max(initial=0)) <= self._at:
            return 0
        begin = max(self._since, 1)
        old = int(np.searchsorted(of.clock[:taken], of.clock[taken - 1] - self._told_ns))
        witnesses: list[int] = []
        for loop in LOOPS.values():
            early = max(begin - BEFORE, 0)
            mine = early + np.flatnonzero(of.whats[early:old] == loop)
            _, first = np.unique(of.names[mine], return_index=True)
            mine = mine[np.sort(first)][: -self._count]
            told = of.told[mine]
            counts = (told >= np.maximum.accumulate(told)) & (mine >= begin)
            in_order = told[counts]
            witnesses += in_order[in_order > self._at].tolist()
        told_least = min(witnesses, default=0)
        needed = WITNESSES if told_least - self._at <= FAR_UNITS else 2 * FAR_COUNT
        return told_least if len(witnesses) >= needed else 0

    def _furthest_told(self, taken: int) -> int:
        return int(self._delivered.told[:taken].max(initial=0))

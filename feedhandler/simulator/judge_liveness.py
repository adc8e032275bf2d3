"""Whether an engine goes on: no load takes for ever, and what can be healed is healed.

A snapshot of a server is loaded while no frame is taken: when the engine takes one, the load is over. At the end of
a schedule whose faults ended before, and whose loops or servers worked for long enough since then, nothing is in
doubt: no book, no channel, no gap is open, and no snapshot is half loaded.
"""

from feedhandler.engine.doubts import doubts_of
from feedhandler.engine.engine import Engine
from feedhandler.simulator.outcome import Outcome


class LivenessJudge:
    """Sees to it that what begins has an end."""

    def __init__(self, engine: Engine, outcome: Outcome) -> None:
        self._engine = engine
        self._outcome = outcome
        self._began = (
            0,
            0,
        )  # the load that is under way, and the frames that were taken when it began

    def loads(self, taken: int) -> bool:
        """Whether a snapshot is being loaded, so that books are there in part."""
        if self._engine.recovering.loading is None:
            return False
        load, began = self._began
        number = self._engine.intake.loads
        if number != load:
            began = taken
        self._began = number, taken
        if taken > began:
            self._outcome.fail("frames were taken while a snapshot was being loaded")
            return False
        return True

    def close(self, *, healed: bool) -> None:
        """At the end."""
        engine, outcome = self._engine, self._outcome
        if engine.recovering.loading is not None:
            outcome.fail("a snapshot is half loaded at the end")
        if not healed:
            return
        outcome.healed = 1
        doubts = doubts_of(engine)
        if doubts.count:
            told = "; ".join(doubts.lines())
            outcome.fail(f"nothing was wrong any more, and still: {told}")
        still = [
            gap for gap in engine.channels.gap_table if gap.role == "incremental" and not gap.end_ns
        ]
        if still:
            outcome.fail(f"nothing was wrong any more, and a gap is open: {still[0]}")

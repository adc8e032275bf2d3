"""What a channel is in after a loss, and how it comes out of it.

    state         what happens   state after    why
    ------------------------------------------------------------------------------------------------------
    SYNCHRONIZED  hole           GAP            something came early: what is before it is waited for
    SYNCHRONIZED  asked          RECOVERING     joined in its midst, and there is a way to get the rest
    SYNCHRONIZED  lost           STALE          joined in its midst, and there is none
    GAP           filled         SYNCHRONIZED   another line, or the same one, brought it
    GAP           asked          RECOVERING     given up on the lines; a way to recover is under way
    GAP           lost           STALE          given up on the lines, and there is no way to recover
    RECOVERING    asked          RECOVERING     one more range
    RECOVERING    recovered      SYNCHRONIZED   every book of the channel is sound
    RECOVERING    lost           STALE          no way is left
    STALE         asked          RECOVERING     a later loss, or a later chance
    STALE         recovered      SYNCHRONIZED   every book was cleared, or loaded, or shown to be sound
    STALE         lost           STALE          one more
    any           begun          SYNCHRONIZED   another session, a restart: nothing of before counts

Theory of operation. The session kernel holds what comes early (state GAP, seen in the channel's row) and gives
up by time and count. What then happens to the channel is looked up in the table above, which is `TABLE` below,
word for word. A channel in doubt flags its rows (MAYBE_BAD_BOOK) where they are decoded, so that a book which
first appears after a loss is in doubt like those that were there; books that are known to be sound take the
flag off again. A book becomes sound one by one: the venue's own number of its entries does not jump (CME's and
FORTS' RptSeq), it is cleared by the venue, or it is loaded from a snapshot. When none is left in doubt, the
channel's gaps are closed, with the time and the method.

What can bring a channel back is a server that is asked, loops of snapshots that were heard, or a natural refresh
where it is on: while there is none of these, a loss is STALE, also where books may still prove to be sound.

Joining a sequence in its midst is a loss of all before, and nothing else.
"""

from enum import Enum
from typing import Final


class State(Enum):
    """Of a channel."""

    SYNCHRONIZED = "synchronized"
    GAP = "gap"
    RECOVERING = "recovering"
    STALE = "stale"


class Happening(Enum):
    """What changes it."""

    HOLE = "hole"
    FILLED = "filled"
    ASKED = "asked"
    LOST = "lost"
    RECOVERED = "recovered"
    BEGUN = "begun"


TABLE: Final[dict[tuple[State, Happening], State]] = {
    (State.SYNCHRONIZED, Happening.HOLE): State.GAP,
    (State.SYNCHRONIZED, Happening.ASKED): State.RECOVERING,
    (State.SYNCHRONIZED, Happening.LOST): State.STALE,
    (State.GAP, Happening.FILLED): State.SYNCHRONIZED,
    (State.GAP, Happening.ASKED): State.RECOVERING,
    (State.GAP, Happening.LOST): State.STALE,
    (State.RECOVERING, Happening.ASKED): State.RECOVERING,
    (State.RECOVERING, Happening.RECOVERED): State.SYNCHRONIZED,
    (State.RECOVERING, Happening.LOST): State.STALE,
    (State.STALE, Happening.ASKED): State.RECOVERING,
    (State.STALE, Happening.RECOVERED): State.SYNCHRONIZED,
    (State.STALE, Happening.LOST): State.STALE,
    **{(state, Happening.BEGUN): State.SYNCHRONIZED for state in State},
}


class Recovery:
    """The state of every channel, by its row."""

    def __init__(self) -> None:
        self._states: dict[int, State] = {}

    def state(self, row: int, held: int = 0) -> State:
        """The state of a channel that holds so many early datagrams."""
        state = self._states.get(row, State.SYNCHRONIZED)
        return TABLE.get((state, Happening.HOLE), state) if held else state

    def happen(self, row: int, what: Happening) -> State:
        """Look up what a channel becomes; the session kernel has seen to holes already."""
        self._states[row] = TABLE[self.state(row), what]
        return self._states[row]

    def in_doubt(self) -> list[int]:
        """The channels that are neither synchronized nor only waiting."""
        return [row for row, state in self._states.items() if state is not State.SYNCHRONIZED]

"""Simulated servers that know what the venue has sent by then, not the whole day.

What they know may lag behind the lines, or lead them (`misbehaviour.py`); if it is not to lag, they know at least
what the lines have brought: a receiver's clock that is set back takes nothing from a server.
"""

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from feedhandler.session.moldudp64_request import END_OF_SESSION, framed
from feedhandler.simulator.frames import HEADERS
from feedhandler.simulator.in_process import Event, InProcessDriver
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.servers import Servers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedhandler.session.backend import Peer
    from feedhandler.simulator.frames import Frame

ETHERNET: Final = 14


class Known:
    """The last message that was sent by a time."""

    def __init__(self, frames: "Sequence[Frame]") -> None:
        """`frames`: those of MoldUDP64 lines, by time, without VLAN tags."""
        self._times: list[int] = []
        self._numbers: list[int] = []
        for at_ns, _, frame in frames:
            packet = framed(frame[ETHERNET + HEADERS :])
            if packet is not None:
                number = packet[1] + packet[2] % END_OF_SESSION - 1
                self._times.append(at_ns)
                self._numbers.append(max(number, self._numbers[-1] if self._numbers else 0))

    def by(self, at_ns: int) -> int:
        """Its number; 0 = nothing was sent."""
        place = bisect_right(self._times, at_ns)
        return self._numbers[place - 1] if place else 0


class TimedDriver(InProcessDriver):
    """Moves what servers know on to the time at which they are spoken to."""

    def __init__(self, servers: Servers, known: Known, wrong: Misbehaviour) -> None:
        super().__init__(servers)
        self._known = known
        self._ahead_ns = wrong.lead - wrong.lag
        self.shown: Callable[[], int] = lambda: 0  # the last message that lines have brought

    def _serve(self, event: Event, peer: "Peer", now_ns: int) -> None:
        known = self._known.by(now_ns + self._ahead_ns)
        self.servers.advance(known if self._ahead_ns < 0 else max(known, self.shown()))
        super()._serve(event, peer, now_ns)

"""What a receiver asks again, and gets: re-request replies put between the frames of a damaged feed.

A receiver is played that sees the frames as they are recorded. A unit that neither line brought within
`wait_ns` is asked of the venue's server by the product's own client, in simulated time, with whatever the
server does wrong. The replies become frames of one more destination, at the time at which they arrived. So one
capture holds a whole recovery, and replays alike every time.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final

from feedhandler.session.backend import Done, Failed, Inject
from feedhandler.session.moldudp64_request import END_OF_SESSION, MoldRequest, RequestLimits, framed
from feedhandler.session.onward import Onward
from feedhandler.simulator.capture import Recorded
from feedhandler.simulator.frames import LineTemplate
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.servers import Servers
from feedhandler.simulator.venue import RECOVERY
from feedhandler.source import descriptor
from feedhandler.wire.datagram import Datagram, datagram_of

WAIT_NS: Final = 1_000_000
LIMITS: Final = RequestLimits(timeout_ns=5_000_000, attempts_max=10)


class Retransmission(Iterator[Recorded]):
    """Iterate for all frames by time; ask `done`, `failed` and `replies` when they are out."""

    def __init__(
        self,
        frames: Iterable[Recorded],
        servers: Servers,
        *,
        vlan: int | None = None,
        wait_ns: int = WAIT_NS,
        limits: RequestLimits = LIMITS,
    ) -> None:
        """`servers`: those of the same day as the frames."""
        self.done: list[Done] = []
        self.failed: list[Failed] = []
        self.replies = 0
        self._driver = InProcessDriver(servers)
        peer = self._driver.peers["request"]
        self._client = MoldRequest([peer], servers.session, limits)
        self._session = servers.session
        self._template = LineTemplate("R", RECOVERY, vlan)
        self._wait_ns = wait_ns
        self._next = 1  # behind the highest unit seen
        self._holes: list[tuple[int, int, int]] = []  # when it is asked, first, end; a heap
        self._clock = Onward()
        self._frames = self._run(frames)

    def __next__(self) -> Recorded:
        """Give the next frame: ns since 1970 UTC, line (R: a reply), bytes, length before a cut."""
        return next(self._frames)

    def _run(self, frames: Iterable[Recorded]) -> Iterator[Recorded]:
        for at_ns, line, frame, wire in frames:
            now_ns = self._clock.at(at_ns)
            yield from self._until(now_ns)
            self._see(now_ns, frame, wire)
            yield at_ns, line, frame, wire
        yield from self._until(None)

    def _until(self, now_ns: int | None) -> Iterator[Recorded]:
        """Let happen what is due before a time (None = everything)."""
        while True:
            hole_ns = self._holes[0][0] if self._holes else None
            wake_ns = self._driver.wake_ns
            at_ns = min((each for each in (hole_ns, wake_ns) if each is not None), default=None)
            if at_ns is None or (now_ns is not None and at_ns > now_ns):
                return
            if at_ns == hole_ns:
                _, first, end = heapq.heappop(self._holes)
                self._driver.begin(self._client, first, end - first, at_ns)
            for _, each in self._driver.poll(at_ns):
                match each:
                    case Inject(payload):
                        self.replies += 1
                        frame = self._template.frame(payload)
                        yield at_ns - self._clock.behind_ns, "R", frame, len(frame)
                    case Done():
                        self.done.append(each)
                    case Failed():
                        self.failed.append(each)

    def _see(self, at_ns: int, frame: bytes, wire: int) -> None:
        """Take note of the units in a frame; what they leave out behind the highest seen is a hole."""
        found = datagram_of(frame, descriptor.LINK_ETHERNET) if len(frame) == wire else ""
        packet = framed(found.payload) if isinstance(found, Datagram) else None
        if packet is None or packet[0] != self._session:
            return
        _, first, count = packet
        end = first + count % END_OF_SESSION
        if first > self._next:
            self._hole(at_ns + self._wait_ns, self._next, first)
        self._next = max(self._next, end)
        holes, self._holes = self._holes, []
        for due_ns, left, right in holes:
            self._hole(due_ns, left, min(right, first))
            self._hole(due_ns, max(left, end), right)

    def _hole(self, due_ns: int, first: int, end: int) -> None:
        if first < end:
            heapq.heappush(self._holes, (due_ns, first, end))

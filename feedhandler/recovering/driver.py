"""Carries the actions of recovery back ends over sockets, and brings back what the other side says.

One driver serves all back ends of a run. It has no thread: whoever owns it calls `poll` now and then, for
instance between two batches, and gets what is not its own business: datagrams to inject, snapshots, ranges that
are done or failed, each with the back end that says so. The time is given by the caller; it may be the clock's
or a capture's, so long as it never goes back.

No call waits. Connections are opened, written and read when the system says that it is possible; what cannot be
sent at once waits in a buffer of bounded size. A poll reads for a bounded time (`work_ns`, and the read that is
under way then) and tells a bounded number of outcomes, so that a fast server keeps the caller from its packets for
a moment only; what is left is for the next poll, when those sockets go first that were read longest ago.
"""

import selectors
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from feedhandler.recovering.links import Link, LinkLimits, StreamLink, datagram_link, stream_link
from feedhandler.session.backend import (
    Action,
    Backend,
    Close,
    Connect,
    Done,
    Failed,
    Inject,
    Peer,
    Send,
    Snapshot,
    Transport,
    Wake,
)
from feedhandler.waits import check_waits

Outcome = tuple[Backend, Inject | Snapshot | Done | Failed]
NS_PER_S: Final = 1_000_000_000


@dataclass(frozen=True)
class DriverLimits:
    """What one poll may do, and what a connection may hold."""

    work_ns: int = 200_000  # after which no further read is begun, by the machine's clock
    reads_max: int = 64  # of each link in one poll
    read_bytes_max: int = 65_536  # of a datagram
    stream_bytes_max: int = 16_384  # of one read of a stream
    outcomes_max: int = 32  # told by one poll; nothing more is read before they were
    unsent_bytes_max: int = 1 << 20
    linger_ns: int = NS_PER_S  # a stream that we close has so long to send what is left and to end

    def __post_init__(self) -> None:
        check_waits(self)


class Driver:
    """Sockets and alarms of the back ends."""

    def __init__(self, limits: DriverLimits | None = None) -> None:
        self._limits = limits or DriverLimits()
        self._links = LinkLimits(
            self._limits.read_bytes_max, self._limits.stream_bytes_max,
            self._limits.unsent_bytes_max,
        )  # fmt: skip
        self._selector = selectors.DefaultSelector()
        self._open: dict[tuple[int, Peer], Link] = {}  # by back end and peer
        self._closing: list[tuple[int, StreamLink]] = []  # until when, and what
        self._wakes: dict[int, tuple[Backend, int]] = {}
        self._gone: list[tuple[Backend, Peer, str]] = []  # streams that ended and why, not told yet
        self._outcomes: list[Outcome] = []
        self._until_ns = 0  # when this poll begins no further read; 0 = it has read nothing

    # --- the caller's side ------------------------------------------------------------------------
    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Have a range recovered; what comes of it is told by `poll`."""
        self._carry(backend, backend.begin(first, count, now_ns), now_ns)

    def stop(self, backend: Backend, now_ns: int) -> None:
        """Have a back end give up what is under way; its sockets are closed, and nothing of it is told any more."""
        self._carry(backend, backend.stop(now_ns), now_ns)
        self._outcomes = [each for each in self._outcomes if each[0] is not backend]
        self._wakes.pop(id(backend), None)
        self._gone = [each for each in self._gone if each[0] is not backend]
        for key, link in list(self._open.items()):
            if link.backend is backend:
                del self._open[key]
                self._drop(link)

    def poll(self, now_ns: int) -> list[Outcome]:
        """Read, write and wake whatever is due; tell what came of it."""
        self._until_ns = 0
        ready = self._selector.select(0)
        for key, events in sorted(ready, key=lambda each: each[0].data.read_ns):
            self._serve(key.data, events, now_ns)
        for backend, at_ns in list(self._wakes.values()):
            if at_ns <= now_ns:
                del self._wakes[id(backend)]
                self._carry(backend, backend.tick(now_ns), now_ns)
        for backend, peer, why in self._take_gone():
            self._carry(backend, backend.take(peer, b"", now_ns, why), now_ns)
        for until_ns, link in list(self._closing):
            if link.finished() or until_ns <= now_ns:
                self._closing.remove((until_ns, link))
                self._drop(link)
        most = self._limits.outcomes_max
        told, self._outcomes = self._outcomes[:most], self._outcomes[most:]
        return told

    def wait(self, timeout_ns: int) -> None:
        """Sleep until something can be read or written, or the time is over."""
        self._selector.select(timeout_ns / NS_PER_S)

    @property
    def wake_ns(self) -> int | None:
        """When the next poll is due even if nothing is heard (0 = at once); None = never."""
        if self._gone or self._outcomes:
            return 0
        times = [at_ns for _, at_ns in self._wakes.values()] + [at for at, _ in self._closing]
        return min(times, default=None)

    def close(self) -> None:
        """Close every socket."""
        for link in [*self._open.values(), *(link for _, link in self._closing)]:
            link.socket.close()
        self._open.clear()
        self._closing.clear()
        self._selector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- actions ----------------------------------------------------------------------------------
    def _carry(self, backend: Backend, actions: Iterable[Action], now_ns: int) -> None:
        """Do what a back end wants done, in order."""
        for action in actions:
            match action:
                case Send(peer, data):
                    self._send(backend, peer, data)
                case Connect(peer):
                    self._connect(backend, peer)
                case Close(peer):
                    self._close(backend, peer, now_ns)
                case Wake(at_ns):
                    known = self._wakes.get(id(backend))
                    at_ns = min(at_ns, known[1]) if known else at_ns
                    self._wakes[id(backend)] = (backend, at_ns)
                case _:
                    self._outcomes.append((backend, action))

    def _send(self, backend: Backend, peer: Peer, data: bytes) -> None:
        """Send, or keep what cannot be sent yet; a stream that is not there has told so already."""
        key = (id(backend), peer)
        link = self._open.get(key)
        if link is None and peer.transport is Transport.UDP:
            link = datagram_link(backend, peer, self._links)
            if link is None:
                return  # as if it was lost on the way: it will be asked again
            self._open[key] = link
            self._selector.register(link.socket, selectors.EVENT_READ, link)
        if link is not None and not link.send(data):
            self._end(link)
        elif isinstance(link, StreamLink):
            self._watch(link)

    def _connect(self, backend: Backend, peer: Peer) -> None:
        self._gone = [each for each in self._gone if each[:2] != (backend, peer)]  # older
        old = self._open.pop((id(backend), peer), None)
        if old is not None:
            self._drop(old)
        link = stream_link(backend, peer, self._links)
        if isinstance(link, str):
            self._gone.append((backend, peer, link))
            return
        self._open[id(backend), peer] = link
        self._selector.register(link.socket, selectors.EVENT_WRITE, link)

    def _close(self, backend: Backend, peer: Peer, now_ns: int) -> None:
        """Hand on nothing more; send what is left, then wait a while for the other side to close."""
        link = self._open.pop((id(backend), peer), None)
        if isinstance(link, StreamLink):
            link.finished()  # it says so at once if it can: nobody may poll before the time is over
            self._closing.append((now_ns + self._limits.linger_ns, link))

    # --- sockets ----------------------------------------------------------------------------------
    def _serve(self, link: Link, events: int, now_ns: int) -> None:
        """Write and read one socket; hand on what was read."""
        if not link.alive:
            return  # dropped by what another socket of this poll said
        if isinstance(link, StreamLink):
            if events & selectors.EVENT_WRITE and not link.flush():
                self._end(link)
                return
            self._watch(link)
        if events & selectors.EVENT_READ:
            self._read(link, now_ns)

    def _read(self, link: Link, now_ns: int) -> None:
        for _ in range(self._limits.reads_max):
            at_ns = time.monotonic_ns()
            self._until_ns = self._until_ns or at_ns + self._limits.work_ns
            if at_ns >= self._until_ns or len(self._outcomes) >= self._limits.outcomes_max:
                return
            link.read_ns = at_ns
            data = link.read() if link.alive else None
            if data is None:
                return
            if not data and isinstance(link, StreamLink):
                self._end(link)
                return
            if self._is_open(link):
                self._carry(link.backend, link.backend.take(link.peer, data, now_ns), now_ns)

    def _is_open(self, link: Link) -> bool:
        return self._open.get((id(link.backend), link.peer)) is link

    def _watch(self, link: StreamLink) -> None:
        """Wait for bytes and, if there is something to write, for room."""
        events = selectors.EVENT_READ | selectors.EVENT_WRITE * link.waiting
        self._selector.modify(link.socket, events, link)

    def _end(self, link: Link) -> None:
        """A stream is of no more use: forget it, and tell its back end with the next poll."""
        if self._is_open(link):
            del self._open[id(link.backend), link.peer]
            self._gone += [(link.backend, link.peer, link.why)] * isinstance(link, StreamLink)
        self._drop(link)

    def _take_gone(self) -> list[tuple[Backend, Peer, str]]:
        gone, self._gone = self._gone, []
        return gone

    def _drop(self, link: Link) -> None:
        if link.alive:
            link.alive = False
            self._selector.unregister(link.socket)
            link.socket.close()

"""A driver without sockets: back ends and simulated servers in one process, in simulated time.

It has the face of `feedhandler.recovering.Driver`, so that whatever is built on that one can be run on this:
the same seed gives the same run, and a second of recovery costs no second. Bytes take `delay_ns` each way;
everything happens at its own time, whenever the caller polls.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from feedhandler.recovering import Outcome
from feedhandler.session.backend import (
    Action,
    Backend,
    Close,
    Connect,
    Peer,
    Send,
    Transport,
    Wake,
)
from feedhandler.simulator.servers import Servers, Talk

TICK_NS: Final = 100_000_000  # between two looks of a server at its connections
PORT: Final = 17_000


@dataclass(eq=False)
class _Stream:
    """A connection between a back end and a server."""

    backend: Backend
    peer: Peer
    talk: Talk
    open: bool = True


@dataclass(frozen=True)
class Event:
    """Bytes that arrive at a back end (by a stream or not) or at a server, or nothing but time."""

    backend: Backend
    peer: Peer | None = None  # None: the back end's own wake
    data: bytes | None = None  # None: the server looks at its connection
    stream: _Stream | None = None
    to_server: bool = False


class InProcessDriver:
    """Carries actions to simulated servers."""

    def __init__(self, servers: Servers, delay_ns: int = 50_000) -> None:
        self.servers = servers
        self.peers = peers_of(servers)
        self._names = {peer: name for name, peer in self.peers.items()}
        self._delay_ns = delay_ns
        self._events: list[tuple[int, int, Event]] = []
        self._number = 0
        self._streams: dict[tuple[int, Peer], _Stream] = {}
        self._wakes: dict[int, int] = {}  # of each back end, the earliest
        self._outcomes: list[Outcome] = []

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Have a range recovered; what comes of it is told by `poll`."""
        self._run(now_ns)
        self._carry(backend, backend.begin(first, count, now_ns), now_ns)

    def stop(self, backend: Backend, now_ns: int) -> None:
        """Have a back end give up what is under way; what is on its way to it, or was not told yet, is lost."""
        self._run(now_ns)
        self._carry(backend, backend.stop(now_ns), now_ns)
        self._wakes.pop(id(backend), None)
        self._outcomes = [each for each in self._outcomes if each[0] is not backend]
        self._events = [each for each in self._events if each[2].backend is not backend]
        heapq.heapify(self._events)

    def poll(self, now_ns: int) -> list[Outcome]:
        """Let everything happen that is due by now; tell what came of it."""
        self._run(now_ns)
        told, self._outcomes = self._outcomes, []
        return told

    def wait(self, timeout_ns: int) -> None:
        """Time is simulated: nobody sleeps."""

    @property
    def wake_ns(self) -> int | None:
        """When something happens next (0 = there is something to tell); None = never."""
        if self._outcomes:
            return 0
        return self._events[0][0] if self._events else None

    def close(self) -> None:
        """Forget everything."""
        self._events.clear()
        self._streams.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what happens -----------------------------------------------------------------------------
    def _run(self, now_ns: int) -> None:
        while self._events and self._events[0][0] <= now_ns:
            at_ns, _, event = heapq.heappop(self._events)
            self._happen(event, at_ns)

    def _at(self, at_ns: int, event: Event) -> None:
        self._number += 1
        heapq.heappush(self._events, (at_ns, self._number, event))

    def _happen(self, event: Event, now_ns: int) -> None:
        backend, peer, stream = event.backend, event.peer, event.stream
        if peer is None:
            if self._wakes.get(id(backend)) == now_ns:
                del self._wakes[id(backend)]
                self._carry(backend, backend.tick(now_ns), now_ns)
        elif event.to_server:
            self._serve(event, peer, now_ns)
        elif event.data is not None and (stream is None or stream.open):
            if stream is not None and not event.data:
                self._hang_up(stream)
            self._carry(backend, backend.take(peer, event.data, now_ns), now_ns)

    def _serve(self, event: Event, peer: Peer, now_ns: int) -> None:
        """A server hears something, or looks whether it has something to say."""
        stream = event.stream
        if stream is None:
            server = self.servers.datagram[self._names[peer]]
            timed = server.take(event.data or b"", now_ns)
        elif event.data is not None:
            timed = stream.talk.take(event.data, now_ns)
        else:
            timed = stream.talk.tick(now_ns)
            if stream.open and not stream.talk.over:
                self._at(now_ns + TICK_NS, event)
        for at_ns, data in timed:
            self._at(at_ns + self._delay_ns, Event(event.backend, peer, data, stream))

    def _carry(self, backend: Backend, actions: Iterable[Action], now_ns: int) -> None:
        """Do what a back end wants done, in order."""
        for action in actions:
            match action:
                case Send(peer, data):
                    self._send(backend, peer, data, now_ns)
                case Connect(peer):
                    self._connect(backend, peer, now_ns)
                case Close(peer):
                    self._close(backend, peer, now_ns)
                case Wake(at_ns):
                    if at_ns < self._wakes.get(id(backend), at_ns + 1):
                        self._wakes[id(backend)] = max(at_ns, now_ns + 1)
                        self._at(max(at_ns, now_ns + 1), Event(backend))
                case _:
                    self._outcomes.append((backend, action))

    def _send(self, backend: Backend, peer: Peer, data: bytes, now_ns: int) -> None:
        stream = self._streams.get((id(backend), peer))
        if peer in self._names and (stream is not None or peer.transport is Transport.UDP):
            there = Event(backend, peer, data, stream, to_server=True)
            self._at(now_ns + self._delay_ns, there)

    def _connect(self, backend: Backend, peer: Peer, now_ns: int) -> None:
        self._close(backend, peer, now_ns)
        server = self.servers.stream.get(self._names.get(peer, ""))
        if server is None:
            self._at(now_ns + self._delay_ns, Event(backend, peer, b""))
            return
        stream = _Stream(backend, peer, server.connect(now_ns + self._delay_ns))
        self._streams[id(backend), peer] = stream
        self._at(now_ns + TICK_NS, Event(backend, peer, None, stream, to_server=True))

    def _close(self, backend: Backend, peer: Peer, now_ns: int) -> None:
        stream = self._streams.get((id(backend), peer))
        if stream is not None:
            self._hang_up(stream)
            gone = Event(backend, peer, b"", stream, to_server=True)
            self._at(now_ns + self._delay_ns, gone)

    def _hang_up(self, stream: _Stream) -> None:
        stream.open = False
        self._streams.pop((id(stream.backend), stream.peer), None)


def peers_of(servers: Servers) -> dict[str, Peer]:
    """Addresses for servers that have none: the documentation's network."""
    names = [(Transport.UDP, name) for name in servers.datagram]
    names += [(Transport.TCP, name) for name in servers.stream]
    return {
        name: Peer(transport, "192.0.2.1", PORT + number)
        for number, (transport, name) in enumerate(names)
    }

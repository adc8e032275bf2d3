"""Puts the servers of a simulated venue on the loopback interface: real sockets, no thread.

    with VenueSockets(itch_servers(messages=20_000, seed=7)) as venue:
        venue.peers["request"]  # whom to ask
        venue.poll(now_ns)      # as often as possible

Whoever owns it calls `poll`; the test that plays both sides polls both in turn.
"""

import heapq
import selectors
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

from feedhandler import connection
from feedhandler.session.backend import Peer, Transport
from feedhandler.simulator.servers import DatagramServer, Servers, StreamServer, Talk

LOOPBACK: Final = "127.0.0.1"
READ_BYTES: Final = 65_536
READS_MAX: Final = 64  # of a socket in one poll
BACKLOG: Final = 16
NS_PER_S: Final = 1_000_000_000


@dataclass(eq=False)
class _Place:
    """A datagram server and its socket."""

    server: DatagramServer
    socket: socket.socket


@dataclass(eq=False)
class _Door:
    """A stream server and its listening socket."""

    server: StreamServer
    socket: socket.socket


@dataclass(eq=False)
class _Guest:
    """A connection: what is to be written, and whether it closes behind that."""

    talk: Talk
    socket: socket.socket
    unsent: bytearray = field(default_factory=bytearray)
    closing: bool = False
    gone: bool = False


_Due = tuple[int, int, "_Place | _Guest", bytes, "tuple[str, int] | None"]


class VenueSockets:
    """The servers of a venue, each on a port of its own."""

    def __init__(
        self, servers: Servers, ports: Mapping[str, int] | None = None, address: str = LOOPBACK
    ) -> None:
        """`ports`: by name of the server; one that is not named, or 0, gets a free port."""
        self.servers = servers
        self._address = address
        self.peers: dict[str, Peer] = {}
        self._selector = selectors.DefaultSelector()
        self._guests: list[_Guest] = []
        self._due: list[_Due] = []
        self._number = 0
        try:
            self._listen(ports or {})
        except BaseException:
            self.close()
            raise

    def _listen(self, ports: Mapping[str, int]) -> None:
        for name, server in self.servers.datagram.items():
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._open(name, Transport.UDP, made, ports, _Place(server, made))
        for name, stream in self.servers.stream.items():
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._open(name, Transport.TCP, made, ports, _Door(stream, made))
            made.listen(BACKLOG)

    def _open(
        self,
        name: str,
        transport: Transport,
        made: socket.socket,
        ports: Mapping[str, int],
        place: "_Place | _Door",
    ) -> None:
        made.setblocking(False)
        self._selector.register(made, selectors.EVENT_READ, place)
        made.bind((self._address, ports.get(name, 0)))
        self.peers[name] = Peer(transport, self._address, made.getsockname()[1])

    def close(self) -> None:
        """Close every socket."""
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # each is a socket
        self._selector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- life -------------------------------------------------------------------------------------
    def poll(self, now_ns: int, timeout_ns: int = 0) -> None:
        """Hear who has spoken, say what is due; wait so long for somebody to speak."""
        for key, _ in self._selector.select(timeout_ns / NS_PER_S):
            match key.data:
                case _Place():
                    self._hear_datagrams(key.data, now_ns)
                case _Door():
                    self._accept(key.data, now_ns)
                case _Guest():
                    self._hear(key.data, now_ns)
        for guest in self._guests:
            if not guest.talk.over:
                self._plan(guest, guest.talk.tick(now_ns))
        self._say(now_ns)
        for guest in list(self._guests):
            self._write(guest)

    def _say(self, now_ns: int) -> None:
        """Send the datagrams that are due; give the connections what they are to write."""
        while self._due and self._due[0][0] <= now_ns:
            _, _, whom, data, address = heapq.heappop(self._due)
            if isinstance(whom, _Place):
                self._send(whom, data, address)
            elif data:
                whom.unsent += data
            else:
                whom.closing = True

    def _plan(
        self,
        whom: "_Place | _Guest",
        timed: list[tuple[int, bytes]],
        address: tuple[str, int] | None = None,
    ) -> None:
        for at_ns, data in timed:
            self._number += 1
            heapq.heappush(self._due, (at_ns, self._number, whom, data, address))

    def _hear_datagrams(self, place: _Place, now_ns: int) -> None:
        for _ in range(READS_MAX):
            try:
                data, address = place.socket.recvfrom(READ_BYTES)
            except OSError:  # nothing more, or somebody who has gone did not want our last reply
                return
            self._plan(place, place.server.take(data, now_ns), address)

    def _send(self, place: _Place, data: bytes, address: tuple[str, int] | None) -> None:
        with suppress(OSError):  # no room: lost, as datagrams are
            place.socket.sendto(data, address or (LOOPBACK, 0))

    def _accept(self, door: _Door, now_ns: int) -> None:
        try:
            made, _ = door.socket.accept()
        except OSError:
            return  # gone before it was let in
        made.setblocking(False)
        guest = _Guest(door.server.connect(now_ns), made)
        self._guests.append(guest)
        self._selector.register(made, selectors.EVENT_READ, guest)

    def _hear(self, guest: _Guest, now_ns: int) -> None:
        try:
            data = guest.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._plan(guest, guest.talk.take(data, now_ns))
        guest.gone = not data

    def _write(self, guest: _Guest) -> None:
        """Write what is possible; close behind the last."""
        try:
            while guest.unsent and not guest.gone:
                del guest.unsent[: connection.send(guest.socket, guest.unsent)]
        except BlockingIOError:
            return
        except OSError:
            guest.gone = True
        if guest.gone or guest.closing:
            self._guests.remove(guest)
            self._selector.unregister(guest.socket)
            guest.socket.close()

"""One socket to one server, for one back end: never waits, keeps what cannot be sent yet within a limit."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from errno import EINPROGRESS

from feedhandler import connection
from feedhandler.session.backend import CLOSED, Backend, Peer


@dataclass(frozen=True)
class LinkLimits:
    """Of every link."""

    read_bytes_max: int
    stream_bytes_max: int
    unsent_bytes_max: int


class Link:
    """A datagram socket that speaks to one server only."""

    def __init__(
        self, backend: Backend, peer: Peer, made: socket.socket, limits: LinkLimits
    ) -> None:
        self.backend = backend
        self.peer = peer
        self.socket = made
        self.limits = limits
        self.alive = True
        self.read_ns = 0  # when it was read last
        self.why = CLOSED  # it is of no more use

    def send(self, data: bytes) -> bool:
        """Send a datagram. One that cannot be sent is lost, as on any network."""
        with suppress(OSError):  # no room, or the last one was refused: it will be asked again
            self.socket.send(data)
        return True

    def read(self) -> bytes | None:
        """A datagram; None if there is none. A refusal (nobody listens there) is none either."""
        try:
            return self.socket.recv(self.limits.read_bytes_max)
        except OSError:
            return None


class StreamLink(Link):
    """A TCP connection."""

    def __init__(
        self, backend: Backend, peer: Peer, made: socket.socket, limits: LinkLimits
    ) -> None:
        super().__init__(backend, peer, made, limits)
        self.connected = False
        self._shut = False
        self._unsent = bytearray()

    @property
    def waiting(self) -> bool:
        """Whether there is anything to write, or to learn by writing."""
        return bool(self._unsent) or not self.connected

    def finished(self) -> bool:
        """Of a stream that we close: say so when all is sent; whether the other side has closed, too.

        A socket that is closed with bytes unread resets the connection, and what was sent may be lost.
        """
        if self.alive and self.connected and not self._unsent and not self._shut:
            self._shut = True
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
        return not self.alive

    def send(self, data: bytes) -> bool:
        """Keep the next bytes, and send what is possible; False: the stream is of no more use."""
        if len(self._unsent) + len(data) > self.limits.unsent_bytes_max:
            return self._fail(f"more than {self.limits.unsent_bytes_max} bytes not sent")
        self._unsent += data
        return self.flush() if self.connected else True

    def flush(self) -> bool:
        """Send what is kept; False: the stream is of no more use."""
        if not self.connected:
            error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                return self._fail(os.strerror(error))
            self.connected = True
        try:
            while self._unsent:
                del self._unsent[: connection.send(self.socket, self._unsent)]
        except BlockingIOError:
            pass
        except OSError as error:
            return self._fail(str(error.strerror))
        return True

    def _fail(self, reason: str) -> bool:
        """The stream is of no more use, and why."""
        self.why = told_of(self.peer, reason)
        return False

    def read(self) -> bytes | None:
        """The next bytes; none at all: the other side has closed; None: nothing yet."""
        try:
            return self.socket.recv(self.limits.stream_bytes_max)
        except BlockingIOError:
            return None
        except OSError as error:
            self._fail(str(error.strerror))
            return b""


def datagram_link(backend: Backend, peer: Peer, limits: LinkLimits) -> Link | None:
    """A socket that only this server's datagrams reach; None: there is no way to it, or no descriptor is free."""
    try:
        made = _opened(socket.SOCK_DGRAM)
    except OSError:
        return None
    try:
        made.connect(_address(peer))
    except OSError:
        made.close()
        return None
    return Link(backend, peer, made, limits)


def stream_link(backend: Backend, peer: Peer, limits: LinkLimits) -> StreamLink | str:
    """A connection that is being opened, or why there is no way to it."""
    try:
        made = _opened(socket.SOCK_STREAM)
    except OSError as error:
        return told_of(peer, error.strerror or str(error))
    try:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = made.connect_ex(_address(peer))
        if number in {0, EINPROGRESS}:
            return StreamLink(backend, peer, made, limits)
        reason = os.strerror(number)
    except OSError as error:
        reason = error.strerror or str(error)
    made.close()
    return told_of(peer, reason)


def _opened(kind: socket.SocketKind) -> socket.socket:
    """A socket that never waits."""
    made = socket.socket(socket.AF_INET, kind)
    made.setblocking(False)
    return made


def told_of(peer: Peer, reason: str) -> str:
    """What went wrong, and with whom."""
    return f"{peer.host}:{peer.port}: {reason}"


def _address(peer: Peer) -> tuple[str, int]:
    """A numeric address only: looking up a name could take seconds."""
    socket.inet_pton(socket.AF_INET, peer.host)
    return peer.host, peer.port

"""A small HTTP server for a handful of clients: one thread, and no client waits for another one.

Python's own serves one client at a time, and begins its time limit anew with each byte: a slow client holds up the
next one, and the end of the process. Here every connection has one deadline, from its begin until its answer was
taken; there is room for so many, and one more ends the oldest. A request is a head without a body, and each
connection carries one.
"""

import re
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, NamedTuple

from feedhandler import connection

CLIENTS_MAX: Final = 32
CLIENT_NS: Final = 2_000_000_000  # a client has so long to ask and to take its answer
HEAD_BYTES_MAX: Final = 8_192
READ_BYTES: Final = 65_536
REST_S: Final = 0.1  # when there is no descriptor for a client
NS: Final = 1_000_000_000
PLAIN: Final = "text/plain; charset=utf-8"
END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
METHODS: Final = ("GET", "HEAD")


class Answer(NamedTuple):
    """To a path."""

    status: HTTPStatus
    kind: str
    text: str


@dataclass(eq=False)
class Client:
    """A connection: it asks, then is answered, then closes."""

    socket: socket.socket
    until_ns: int
    asked: bytearray = field(default_factory=bytearray)
    unsent: bytes = b""
    answered: bool = False


class HttpServer:
    """The listening socket, its clients, and the loop that serves them; `close` is for another thread."""

    def __init__(self, address: tuple[str, int], answer: Callable[[str], Answer]) -> None:
        """Listen there, port 0: anywhere; OSError if that cannot be."""
        self._answer = answer
        self._clients: list[Client] = []  # the oldest first
        self._ending = False
        self._door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._door.setblocking(False)
            self._door.bind(address)
            self._door.listen(CLIENTS_MAX)
        except OSError:
            self._door.close()
            raise
        self.address: tuple[str, int] = self._door.getsockname()
        self._bell, self._rope = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for each in (self._door, self._bell):
            self._selector.register(each, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until `close`; then every connection is closed, answered or not."""
        while not self._ending:
            for key, _ in self._selector.select(self._left_s()):
                if key.fileobj is self._door:
                    self._accept()
                elif isinstance(key.data, Client):
                    self._attend(key.data)
            now_ns = time.monotonic_ns()
            while self._clients and self._clients[0].until_ns <= now_ns:
                self._end(self._clients[0])
        for client in list(self._clients):
            self._end(client)
        self._selector.close()
        for each in (self._door, self._bell):
            each.close()

    def close(self) -> None:
        """Let `serve` end; it does not wait for any client."""
        self._ending = True
        self._rope.close()

    def _left_s(self) -> float | None:
        if not self._clients:
            return None
        return max(self._clients[0].until_ns - time.monotonic_ns(), 0) / NS

    def _accept(self) -> None:
        try:
            made, _ = self._door.accept()
        except BlockingIOError:
            return  # gone before it was let in
        except OSError:  # no descriptor is left
            if self._clients:
                self._end(self._clients[0])
            else:
                time.sleep(REST_S)
            return
        if len(self._clients) == CLIENTS_MAX:
            self._end(self._clients[0])
        made.setblocking(False)
        client = Client(made, time.monotonic_ns() + CLIENT_NS)
        self._clients.append(client)
        self._selector.register(made, selectors.EVENT_READ, client)

    def _attend(self, client: Client) -> None:
        if client not in self._clients:
            return  # ended to make room, in this very turn
        try:
            if client.unsent:
                self._send(client)
            else:
                self._hear(client)
        except BlockingIOError:
            return
        except OSError:  # it went away, and that is nobody's news
            self._end(client)

    def _hear(self, client: Client) -> None:
        data = client.socket.recv(READ_BYTES)
        if not data:
            self._end(client)
        elif not client.answered:
            client.asked += data
            if END_OF_HEAD.search(client.asked) or len(client.asked) > HEAD_BYTES_MAX:
                client.answered = True
                client.unsent = response(bytes(client.asked), self._answer)
                self._selector.modify(client.socket, selectors.EVENT_WRITE, client)

    def _send(self, client: Client) -> None:
        """What there is room for. Behind the last byte the client closes first: else what it still sends resets."""
        client.unsent = client.unsent[connection.send(client.socket, client.unsent) :]
        if not client.unsent:
            client.socket.shutdown(socket.SHUT_WR)
            self._selector.modify(client.socket, selectors.EVENT_READ, client)

    def _end(self, client: Client) -> None:
        self._clients.remove(client)
        self._selector.unregister(client.socket)
        with suppress(OSError):
            client.socket.close()


def response(asked: bytes, answer: Callable[[str], Answer]) -> bytes:
    """All that a client gets."""
    words = asked.partition(b"\n")[0].decode("latin-1").split()
    if not END_OF_HEAD.search(asked):
        return written(Answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, PLAIN, "too long\n"))
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return written(Answer(HTTPStatus.BAD_REQUEST, PLAIN, "this is no request\n"))
    if words[0] not in METHODS:
        text = "there are GET and HEAD\n"
        return written(Answer(HTTPStatus.METHOD_NOT_ALLOWED, PLAIN, text), "Allow: GET, HEAD\r\n")
    try:
        found = answer(words[1].partition("?")[0])
    except Exception as error:  # noqa: BLE001 (one answer that cannot be given does not end the others)
        found = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, PLAIN, f"{type(error).__name__}\n")
    return written(found, without_body=words[0] == "HEAD")


def written(found: Answer, more: str = "", *, without_body: bool = False) -> bytes:
    """An answer as it is sent."""
    body = found.text.encode()
    head = (
        f"HTTP/1.1 {found.status.value} {found.status.phrase}\r\nContent-Type: {found.kind}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return head.encode() + (b"" if without_body else body)

"""Clients of the metrics endpoint, from polite to hostile: none of them costs another one its answer, or us the end."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from typing import Any, Final

import pytest

from feedhandler.session.backend import Backend, Peer, Transport
from feedhandler.telemetry import http_server
from feedhandler.telemetry.http_server import PLAIN, Answer, HttpServer

WAIT_S: Final = 60
LONG: Final = "x" * 40_000_000  # more than any buffer takes


def answer(path: str) -> Answer:
    """What the tests ask for."""
    if path == "/broken":
        raise KeyError(path)
    return Answer(HTTPStatus.OK, PLAIN, LONG if path == "/long" else f"{path}\n")


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A server on a thread; where it listens."""
    server = HttpServer(("127.0.0.1", 0), answer)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.address
    finally:
        server.close()
        thread.join(WAIT_S)
        assert not thread.is_alive()


def connected(address: tuple[str, int], data: bytes = b"") -> socket.socket:
    """A client that has sent something."""
    made = socket.create_connection(address, timeout=WAIT_S)
    made.sendall(data)
    return made


def everything(client: socket.socket) -> bytes:
    """All that a client gets until the server closes."""
    with closing(client):
        return b"".join(iter(lambda: client.recv(1 << 20), b""))


def ask(address: tuple[str, int], path: str, method: str = "GET") -> tuple[int, str]:
    """Status and body, as a decent client gets them."""
    with closing(http.client.HTTPConnection(*address, timeout=WAIT_S)) as connection:
        connection.request(method, path)
        found = connection.getresponse()
        return found.status, found.read().decode()


def test_requests_and_their_answers() -> None:
    """By method and path; what is no request, or too long, is told so."""
    with served() as address:
        story = [
            everything(connected(address, asked)).partition(b"\r\n")[0].decode()
            for asked in (
                b"GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a HTTP/1.0\n\n", b"HEAD /a HTTP/1.1\r\n\r\n",
                b"POST /a HTTP/1.1\r\n\r\n", b"GET /a\r\n\r\n", b"\xff" * 100 + b"\r\n\r\n",
                b"GET /broken HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 9_000,
            )
        ]  # fmt: skip
        bodies = [
            ask(address, "/a?b"),
            ask(address, "/a", "HEAD"),
            ask(address, "/long")[1] == LONG,
        ]

    assert story == [
        "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 405 Method Not Allowed",
        "HTTP/1.1 400 Bad Request", "HTTP/1.1 400 Bad Request", "HTTP/1.1 500 Internal Server Error",
        "HTTP/1.1 431 Request Header Fields Too Large",
    ]  # fmt: skip
    assert bodies == [(200, "/a\n"), (200, ""), True]


def test_a_request_in_pieces_and_one_that_is_half_closed() -> None:
    """A head may come byte by byte; a client that has nothing more to say still gets its answer."""
    with served() as address:
        slow = connected(address)
        for byte in b"GET /slow HTTP/1.1\r\n\r\n":
            slow.sendall(bytes([byte]))
        half = connected(address, b"GET /half HTTP/1.1\r\n\r\n")
        half.shutdown(socket.SHUT_WR)
        got = [everything(each).rpartition(b"\r\n\r\n")[2] for each in (slow, half)]

    assert got == [b"/slow\n", b"/half\n"]


@pytest.mark.parametrize("stingy", [b"", b"GET /long HTTP/1.1\r\n\r\n"], ids=["says", "takes"])
def test_a_client_that_holds_on_holds_nobody_up(
    stingy: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing, or takes nothing of a long answer: others are answered meanwhile."""
    monkeypatch.setattr(http_server, "CLIENT_NS", 300_000_000_000)
    with served() as address:
        held = [connected(address, stingy) for _ in range(5)]
        others = [ask(address, "/a") for _ in range(3)]
    for each in held:
        each.close()

    assert others == [(200, "/a\n")] * 3


@pytest.mark.parametrize("stingy", [b"", b"GET /long HTTP/1.1\r\n\r\n"], ids=["says", "takes"])
def test_a_client_that_holds_on_is_ended(stingy: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is over, whatever it still owes or is owed."""
    monkeypatch.setattr(http_server, "CLIENT_NS", 200_000_000)
    with served() as address, closing(connected(address, stingy)) as client:
        time.sleep(1)
        got = 0
        with suppress(ConnectionResetError):
            while more := len(client.recv(1 << 20)):
                got += more

    assert got < len(LONG)


def test_a_byte_a_moment_does_not_prolong_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline is of the whole request."""
    monkeypatch.setattr(http_server, "CLIENT_NS", 500_000_000)
    with served() as address, closing(connected(address)) as client:
        sent = 0
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 100 * WAIT_S:
                client.sendall(b"x")
                sent += 1
                time.sleep(0.02)

    assert sent < 100 * WAIT_S


def test_close_waits_for_nobody() -> None:
    """However long a client would be given."""
    with served() as address:
        held = connected(address, b"GET /long HTTP/1.1\r\n\r\n")
        held.recv(1)
        began = time.monotonic()
    took = time.monotonic() - began
    held.close()

    assert took < http_server.CLIENT_NS / 1e9


def test_one_client_too_many_ends_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always room for the newest."""
    monkeypatch.setattr(http_server, "CLIENTS_MAX", 3)
    monkeypatch.setattr(http_server, "CLIENT_NS", 300_000_000_000)
    with served() as address:
        held = [connected(address) for _ in range(3)]
        found = ask(address, "/a")
        ended = held[0].recv(1)
        held[1].sendall(b"GET /b HTTP/1.1\r\n\r\n")
        second = everything(held[1])
    for each in held:
        each.close()

    assert (found, ended) == ((200, "/a\n"), b"")
    assert second.endswith(b"/b\n")


def test_no_descriptor_for_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of open files is full: the oldest makes room, and the server goes on."""
    monkeypatch.setattr(http_server, "CLIENT_NS", 300_000_000_000)
    refused: list[int] = []

    class Door:
        """A listening socket that fails twice."""

        def __init__(self, real: socket.socket) -> None:
            self._real = real

        def __getattr__(self, key: str) -> Any:
            return getattr(self._real, key)

        def accept(self) -> Any:
            """As when no descriptor is left."""
            if len(refused) < 2:
                refused.append(len(server._clients))
                raise OSError(24, "Too many open files")
            return self._real.accept()

    server = HttpServer(("127.0.0.1", 0), answer)
    held = connected(server.address)
    server._accept()
    door: Any = Door(server._door)
    server._selector.unregister(server._door)
    server._selector.register(door, http_server.selectors.EVENT_READ)
    server._door = door
    thread = threading.Thread(target=server.serve)
    thread.start()
    found = ask(server.address, "/a")
    ended = held.recv(1)
    held.close()
    server.close()
    thread.join(WAIT_S)

    assert refused == [1, 0]
    assert (found, ended) == ((200, "/a\n"), b"")


# --- without a signal -----------------------------------------------------------------------------
CUT: Final = """
import signal, socket, sys, time
from http import HTTPStatus
import threading
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
sys.path.insert(0, sys.argv[1])
from test_http_server import cut_{what}
cut_{what}()
print("alive")
"""


def cut_server() -> None:
    """Clients that ask for much and go, then one that stays."""
    with served() as address:
        for _ in range(20):
            client = connected(address, b"GET /long HTTP/1.1\r\n\r\n")
            client.shutdown(socket.SHUT_WR)  # behind an end the reset is a broken pipe
            client.recv(1)
            client.close()
        assert ask(address, "/a") == (200, "/a\n")


def cut_link() -> None:
    """A recovery server that closes while we speak to it."""
    from feedhandler.recovering.links import LinkLimits, StreamLink, stream_link  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as door:
        backend: Any = Backend
        peer = Peer(Transport.TCP, *door.getsockname())
        link = stream_link(backend, peer, LinkLimits(1024, 1024, 1 << 20))
        assert isinstance(link, StreamLink)
        guest, _ = door.accept()
        guest.close()
        until = time.monotonic() + WAIT_S
        link.flush()
        while link.send(b"login"):
            assert time.monotonic() < until
        link.socket.close()


@pytest.mark.parametrize("what", ["server", "link"])
def test_a_connection_that_is_cut_is_no_signal(what: str) -> None:
    """In a process that SIGPIPE would end: it lives."""
    done = subprocess.run(
        [sys.executable, "-c", CUT.format(what=what), __file__.rpartition("/")[0]],
        capture_output=True, text=True, check=False, timeout=10 * WAIT_S,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
    assert done.returncode != -signal.SIGPIPE

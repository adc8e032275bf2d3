"""Where Prometheus and health checks ask: /metrics, /healthz, /readyz, from a thread that never polls a feed.

One request at a time, each with a time limit, on the loopback unless another address was given: a slow or rude
client costs the next client time, and the feed none. The thread may be kept to the cores of the household.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final, Self

from feedhandler.publish.segment import SegmentError
from feedhandler.telemetry.metrics import CONTENT_TYPE, render
from feedhandler.telemetry.observing import Observed

CLIENT_S: Final = 2.0  # a client has so long to ask and to take its answer
PLAIN: Final = "text/plain; charset=utf-8"
POLL_S: Final = 0.2

Look = Callable[[], Observed]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    timeout = CLIENT_S
    server: "Server"
    server_version = "feedhandler"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer, with a body unless it is HEAD."""
        status, kind, text = self.server.answer(self.path.partition("?")[0])
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 (likewise)

    def log_message(self, *_: Any) -> None:
        """Requests are nobody's news."""


class Server(HTTPServer):
    """The socket; without a look-up of our own name, which could take seconds."""

    request_queue_size = 8

    def __init__(self, address: tuple[str, int], look: Look) -> None:
        self._look = look
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """As `socketserver` does it, and no more."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, *_: Any) -> None:
        """A client that went away is nobody's news either."""

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, type and text for a path."""
        if path not in {"/metrics", "/healthz", "/readyz", "/"}:
            return HTTPStatus.NOT_FOUND, PLAIN, "there are /metrics, /healthz and /readyz\n"
        try:
            seen = self._look()
        except SegmentError as error:
            return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, f"{error}\n"
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE, render(seen)
        wrong = seen.waits() if path == "/readyz" else seen.troubles()
        if wrong:
            return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, "".join(f"{line}\n" for line in wrong)
        return HTTPStatus.OK, PLAIN, "ok\n"


class Endpoint:
    """The server and its thread."""

    def __init__(self, address: str, look: Look, cores: Iterable[int] = ()) -> None:
        """Listen at "127.0.0.1:9464" (port 0: any); OSError if that cannot be. `cores`: where the thread runs."""
        host, _, port = address.rpartition(":")
        self._cores = frozenset(cores)
        self._server = Server((host, int(port)), look)
        self._thread = threading.Thread(target=self._serve, name="metrics", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def _serve(self) -> None:
        if self._cores:
            with suppress(OSError, AttributeError):  # cores that are not there: then anywhere
                os.sched_setaffinity(0, self._cores)
        self._server.serve_forever(POLL_S)

    def close(self) -> None:
        """End the thread and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

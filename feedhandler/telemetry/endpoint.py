"""Where Prometheus and health checks ask: /metrics, /healthz, /readyz, from a thread that never polls a feed.

On the loopback unless another address was given. A slow or rude client costs nobody anything but itself. The thread
may be kept to the cores of the household.
"""

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Self

from feedhandler.publish.segment import SegmentError
from feedhandler.telemetry.http_server import PLAIN, Answer, HttpServer
from feedhandler.telemetry.metrics import CONTENT_TYPE, render
from feedhandler.telemetry.observing import Observed

Look = Callable[[], Observed]


class Endpoint:
    """The server and its thread."""

    def __init__(
        self,
        address: str,
        look: Look,
        cores: Iterable[int] = (),
        prepare: Callable[[], object] | None = None,
    ) -> None:
        """Listen at "127.0.0.1:9464" (port 0: any); OSError if that cannot be.

        `cores`: where the thread runs; `prepare` is called in it before it answers.
        """
        host, _, port = address.rpartition(":")
        self._look = look
        self._prepare = prepare
        self._cores = frozenset(cores)
        self._server = HttpServer((host, int(port)), self.answer)
        self._thread = threading.Thread(target=self._serve, name="metrics", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        host, port = self._server.address
        return f"{host}:{port}"

    def answer(self, path: str) -> Answer:
        """To a path."""
        if path not in {"/metrics", "/healthz", "/readyz", "/"}:
            return Answer(HTTPStatus.NOT_FOUND, PLAIN, "there are /metrics, /healthz and /readyz\n")
        try:
            seen = self._look()
        except SegmentError as error:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, f"{error}\n")
        if path == "/metrics":
            return Answer(HTTPStatus.OK, CONTENT_TYPE, render(seen))
        wrong = seen.waits() if path == "/readyz" else seen.troubles()
        if wrong:
            text = "".join(f"{line}\n" for line in wrong)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, text)
        return Answer(HTTPStatus.OK, PLAIN, "ok\n")

    def _serve(self) -> None:
        if self._cores:
            with suppress(OSError, AttributeError):  # cores that are not there: then anywhere
                os.sched_setaffinity(0, self._cores)
        if self._prepare is not None:
            self._prepare()
        self._server.serve()

    def close(self) -> None:
        """End the thread, whatever clients do, and give the port back."""
        self._server.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

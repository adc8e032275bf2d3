"""The log of a service: JSON lines to standard error, limited in number, written by a thread of its own.

Whoever tells something puts a line into a queue of bounded length and goes on; a terminal that hangs, or a
journal that is slow, holds nobody up. Lines that find no room are counted and told of when there is room again.
At the end they are waited for, but not for ever: of a
reader that reads no more, the service manager is told how many lines it did not get.
Of one event in one channel only so many lines a second pass; the next one that does says how many did not.
"""

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any, Final, Self, TextIO

import structlog

from feedhandler.service.dropping import drop

LINES_MAX: Final = 4096  # that wait to be written
PASSED_MAX: Final = 10  # of one event in one channel, in a window
WINDOW_NS: Final = 1_000_000_000
END_S: Final = 2  # that the end waits for lines to be written
PAUSE_S: Final = 0.01
KEYS_MAX: Final = 4096  # events of channels told apart; beyond, events only
LEVELS: Final = {
    "debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING,
    "error": logging.ERROR,
}  # fmt: skip

Entry = MutableMapping[str, Any]


class Throttle:
    """Lets so many lines of each event and channel pass in a window."""

    def __init__(
        self,
        most: int = PASSED_MAX,
        window_ns: int = WINDOW_NS,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._most, self._window_ns, self._clock = most, window_ns, clock
        self._seen: dict[tuple[str, str], list[int]] = {}  # since when, passed, dropped

    def __call__(self, _logger: Any, _method: str, entry: Entry) -> Entry:
        """Called for each line."""
        now = self._clock()
        key = (str(entry.get("event")), str(entry.get("channel", "")))
        if key not in self._seen and len(self._seen) >= KEYS_MAX:
            key = (key[0], "")
        window = self._seen.setdefault(key, [now, 0, 0])
        if now - window[0] >= self._window_ns:
            dropped = window[2]
            window[:] = now, 0, 0
            if dropped:
                entry["suppressed"] = dropped
        if window[1] >= self._most:
            window[2] += 1
            raise structlog.DropEvent
        window[1] += 1
        return entry


class LineWriter:
    """A file to write lines into, and the thread that brings them to a stream."""

    def __init__(
        self, stream: TextIO, lines_max: int = LINES_MAX, cores: Iterable[int] = ()
    ) -> None:
        self._stream = stream
        self._lines: queue.Queue[str | None] = queue.Queue(lines_max)
        self._cores = frozenset(cores)
        self.lost = 0  # lines for which there was no room
        self._told = 0
        self._closed = self._given_up = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def write(self, text: str) -> int:
        """Take a line, if there is room; never wait."""
        try:
            self._lines.put_nowait(text)
        except queue.Full:
            self.lost += 1
        return len(text)

    def flush(self) -> None:
        """Lines are flushed by who writes them."""

    def settle(self, wait_s: float = END_S) -> int:
        """Wait until all is written, and no longer than this; how many lines were not, now or before."""
        deadline = time.monotonic() + (0 if self._given_up else wait_s)
        while self._lines.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        self._given_up = self._lines.unfinished_tasks > 0
        return self.lost + self._lines.unfinished_tasks

    def close(self, wait_s: float = END_S) -> None:
        """Write what waits, and end; a stream that nobody reads is left, and its thread ends with the process."""
        if self._closed:
            return
        self._closed = True
        self.settle(wait_s)
        with suppress(queue.Full):
            self._lines.put_nowait(None)
            self._thread.join(0 if self._lines.unfinished_tasks > 1 else wait_s)

    def _run(self) -> None:
        drop()  # to write lines needs no privilege
        signal.pthread_sigmask(
            signal.SIG_BLOCK, signal.valid_signals()
        )  # they are the main thread's
        if self._cores:
            with suppress(OSError, AttributeError):
                os.sched_setaffinity(0, self._cores)
        while (line := self._lines.get()) is not None:
            lost = self.lost
            if lost > self._told:
                told = {"event": "log_lines_lost", "count": lost - self._told, "level": "warning"}
                self._told = lost
                self._put(f"{json.dumps(told)}\n")
            self._put(line)
            self._lines.task_done()
        self._lines.task_done()

    def _put(self, line: str) -> None:
        """A stream that is closed, or gone, is no reason to end."""
        with suppress(OSError, ValueError):
            self._stream.write(line)
            self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def set_up_service(
    level: str = "info", stream: TextIO | None = None, cores: Iterable[int] = ()
) -> LineWriter:
    """Send the program's log to standard error as a service does; close the writer at the end."""
    writer = LineWriter(sys.stderr if stream is None else stream, cores=cores)
    out: Any = writer
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            Throttle(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    return writer


def set_level(level: str) -> None:
    """From now on tell what is of this level or above."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]))

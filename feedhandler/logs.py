"""Logs of changes of state, to standard error: text for people at a terminal, JSON lines for machines.

The command line sets this up. To a program that uses the package nothing is printed unless it configures
structlog: gaps and counters are in its hands anyway, and its standard output is its own.

One line per change, never per packet. A capture with thousands of gaps would still write thousands of lines,
so the same event is told `REPEATS_MAX` times; all are counted, and the report lists them.
"""

import logging
import sys
from collections import Counter as Tally
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

import structlog

REPEATS_MAX: Final = 10

Entry = MutableMapping[str, Any]


class StateLog:
    """The log that the engine tells changes of state to: structlog, as it is configured when they come."""

    def __init__(self) -> None:
        self._rehearsing = False

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """What happens meanwhile is done on trial, and no change of state."""
        self._rehearsing = True
        try:
            yield
        finally:
            self._rehearsing = False

    def __getattr__(self, level: str) -> Callable[..., Any]:
        if self._rehearsing or not structlog.is_configured():
            return _unheard
        told: Callable[..., Any] = getattr(structlog.get_logger(), level)
        return told


def _unheard(*_: Any, **__: Any) -> None:
    """Nobody wants to know."""


log: Final = StateLog()


def announce(event: str, **told: Any) -> None:
    """A line of the log that is wanted at every level: what was asked for has begun."""
    structlog.wrap_logger(None, wrapper_class=structlog.BoundLogger).info(event, **told)


class LateError:
    """Standard error as it is when a line comes: a progress bar puts itself in its place for a while."""

    def write(self, text: str) -> int:
        """Write to whatever it is now."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush whatever it is now."""
        sys.stderr.flush()


class Repeats:
    """Lets the first lines of each event pass, says that more come, and drops those."""

    def __init__(self, most: int = REPEATS_MAX) -> None:
        self._most = most
        self._seen: Tally[str] = Tally()

    def __call__(self, _logger: Any, _method: str, entry: Entry) -> Entry:
        """Called for each line."""
        name = str(entry.get("event"))
        self._seen[name] += 1
        if self._seen[name] > self._most + 1:
            raise structlog.DropEvent
        if self._seen[name] == self._most + 1:
            return {"event": name, "level": entry["level"], "more": "counted, not shown"}
        return entry


def level_of(*, quiet: bool, verbose: int) -> int:
    """Which lines are wanted: from warnings on; -v from changes of session on; -vv all; -q errors."""
    if quiet:
        return logging.ERROR
    return (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]


def set_up(*, quiet: bool = False, verbose: int = 0, stream: TextIO | None = None) -> None:
    """Send the program's log to standard error."""
    out: Any = LateError() if stream is None else stream
    people = (sys.stderr if stream is None else stream).isatty()
    show: Any = (
        structlog.dev.ConsoleRenderer(pad_event_to=20)
        if people
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *([] if verbose else [Repeats()]),
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if people else "iso", utc=not people),
            show,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level_of(quiet=quiet, verbose=verbose)),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )

"""What systemd is told of a running process: ready, alive, in a few words how it is, stopping.

The protocol is that of sd_notify(3): a datagram of lines to the socket that NOTIFY_SOCKET names. Nothing waits: a
datagram that cannot be sent is counted, and the process goes on. Without that variable nobody is told.

Alive is told by the watchdog only while the loops get on: it is given a number for each loop that grows with its
polls, and is silent as soon as one of them stands still. A timer of its own would tell of a stuck process that it
is well.
"""

import os
import socket
from collections.abc import Callable, MutableMapping, Sequence
from typing import Final

SOCKET: Final = "NOTIFY_SOCKET"
WATCHDOG_US: Final = "WATCHDOG_USEC"
WATCHDOG_PID: Final = "WATCHDOG_PID"
STATUS_MAX: Final = 512  # characters of a status line
NS_PER_US: Final = 1000
FEEDS: Final = 3  # in one period of the watchdog: one may be late, another lost


class Notifier:
    """The socket of the service manager; `lost` counts what could not be sent."""

    def __init__(self, address: str = "") -> None:
        self.lost = 0
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    @classmethod
    def of_environment(cls, environment: MutableMapping[str, str] = os.environ) -> "Notifier":
        """The socket that we were started with; processes that we start do not inherit it."""
        return cls(environment.pop(SOCKET, ""))

    def ready(self, status: str = "") -> bool:
        """The start is over: books are synchronized."""
        return self._send("READY=1", _status(status))

    def alive(self) -> bool:
        """Feed the watchdog."""
        return self._send("WATCHDOG=1")

    def status(self, text: str) -> bool:
        """A line for `systemctl status`."""
        return self._send(_status(text))

    def reloading(self, now_us: int) -> bool:
        """The configuration is read again; `ready` ends it. The time is that of CLOCK_MONOTONIC."""
        return self._send("RELOADING=1", f"MONOTONIC_USEC={now_us}")

    def stopping(self, status: str = "") -> bool:
        """The end has begun."""
        return self._send("STOPPING=1", _status(status))

    def close(self) -> None:
        """Give the socket back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> bool:
        """Whether somebody was told."""
        if self._socket is None:
            return False
        try:
            self._socket.sendto("\n".join(filter(None, lines)).encode(), self._address)
        except OSError:
            self.lost += 1
            return False
        return True


def _status(text: str) -> str:
    """One line, whatever it holds."""
    return f"STATUS={' '.join(text.split())[:STATUS_MAX]}" if text else ""


def watchdog_period_ns(
    environment: MutableMapping[str, str] = os.environ, pid: int | None = None
) -> int:
    """How often the service manager wants to hear that we are alive, ns; 0 = it does not."""
    period, wanted = environment.get(WATCHDOG_US, ""), environment.get(WATCHDOG_PID, "")
    ours = wanted in {"", str(os.getpid() if pid is None else pid)}
    return int(period) * NS_PER_US if ours and period.isdecimal() else 0


class Watchdog:
    """Feeds the service manager's watchdog as long as every loop gets on."""

    def __init__(
        self, notifier: Notifier, progress: Callable[[], Sequence[int]], period_ns: int
    ) -> None:
        """`progress`: a number for each loop that is another one whenever it has polled."""
        self._notifier = notifier
        self._progress = progress
        self._pace_ns = period_ns // FEEDS
        self._due_ns = 0
        self._fed: Sequence[int] | None = None

    def tick(self, now_ns: int) -> bool:
        """Feed it, if it is time and every loop has moved since the last time; whether it was fed."""
        if not self._pace_ns or now_ns < self._due_ns:
            return False
        seen = list(self._progress())
        if self.stuck(seen):
            return False
        self._fed, self._due_ns = seen, now_ns + self._pace_ns
        return self._notifier.alive()

    def stuck(self, seen: Sequence[int]) -> list[int]:
        """The loops that have not moved since the watchdog was last fed."""
        before = self._fed
        if before is None or len(before) != len(seen):
            return []
        return [number for number, each in enumerate(seen) if each == before[number]]

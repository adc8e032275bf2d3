"""Holes fetched by back ends: what the driver brings is carried into the engine while the stream is at rest.

One hole of a channel is fetched at a time, by the first of its ways; what that one cannot bring is fetched by the
next one. When no way is left the hole is a gap at once. What a driver says is asked for between two frames, when
the capture's clock reaches the time that the driver named; a `patient` run stops the capture instead, and lets
the machine's clock run, since a file that is read at full speed is hours ahead before any server has answered.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from feedhandler.counter import Words
from feedhandler.logs import log
from feedhandler.session import channel_header as words
from feedhandler.session import holding_kernel
from feedhandler.session.backend import Backend, Done, Failed, Inject, Snapshot
from feedhandler.session.channels import Channel, Channels

POLL_NS: Final = 100_000  # of the capture's clock, while something is under way
WAIT_NS: Final = 1_000_000  # of the machine's, in a patient run
NAME_BYTES: Final = 10

WaysOf = Callable[[Channel, bytes, Words], Sequence[Backend]]


class RecoveryDriver(Protocol):
    """What carries the actions of back ends: `feedhandler.recovering.Driver`, or one in simulated time."""

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """Have a range recovered."""

    def stop(self, backend: Backend, now_ns: int) -> None:
        """Have a back end give up what is under way."""

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Inject | Snapshot | Done | Failed]]:
        """Let happen what is due; tell what came of it."""

    def wait(self, timeout_ns: int) -> None:
        """Sleep until something came."""

    @property
    def wake_ns(self) -> int | None:
        """When something happens next."""


def nowhere(_channel: Channel, _session: bytes, _counters: Words) -> Sequence[Backend]:
    """No way."""
    return ()


@dataclass(frozen=True)
class Ways:
    """How a run recovers: for a channel, its session's name and the counters, back ends, the best one first."""

    driver: RecoveryDriver
    holes: WaysOf
    joins: WaysOf = nowhere  # where a sequence is joined in its midst: by a snapshot
    patient: bool = False


@dataclass(eq=False)
class _Job:
    """The hole of a channel, and those who have not tried yet."""

    first: int
    end: int
    ways: list[Backend] = field(default_factory=list)
    current: Backend | None = None


class Carrier(Protocol):
    """What the engine does with what came."""

    def inject(self, row: int, payload: bytes) -> bool:
        """Take a datagram as one of the recovery line."""

    def load(self, row: int, snapshot: Snapshot, method: str) -> None:
        """Take the books from a snapshot."""


class Fetching:
    """What is under way, a hole for each channel."""

    def __init__(self, ways: Ways, channels: Channels, carrier: Carrier, counters: Words) -> None:
        self._ways = ways
        self._counters = counters
        self._channels = channels
        self._carrier = carrier
        self._jobs: dict[int, _Job] = {}
        self._known: dict[tuple[int, bool, bytes], list[Backend]] = {}
        self._rows: dict[int, int] = {}  # of each back end its channel
        self.method: dict[int, str] = {}  # by which a channel's hole is fetched
        self.joining: set[int] = set()  # channels that wait for what was before they were joined

    # --- the engine's side ------------------------------------------------------------------------
    def allow(self) -> None:
        """Every channel of events may recover."""
        for channel in self._channels.channels:
            if channel.role == "incremental":
                self._channels.allow_recovery(channel.row)

    def may_join(self, row: int) -> bool:
        """Whether what was before a channel was joined can be had; it is then a hole like any other."""
        if not self._backends(row, joins=True):
            return False
        self.joining.add(row)
        return True

    def begin(self, row: int, first: int, end: int, now_ns: int) -> None:
        """Fetch a hole."""
        ways = list(self._backends(row, joins=row in self.joining))
        self._jobs[row] = _Job(first, end, ways)
        self._next_way(row, now_ns)
        if self._ways.patient:
            self._wait_for(row, now_ns)
        self._set_alarm(now_ns)

    def poll(self, now_ns: int) -> None:
        """Carry in what came."""
        for backend, each in self._ways.driver.poll(self._clock(now_ns)):
            self._take(backend, each, now_ns)
        self._set_alarm(now_ns)

    def stop(self, row: int, now_ns: int) -> None:
        """A hole is filled or given up: nothing of it is wanted any more."""
        self.joining.discard(row)
        job = self._jobs.pop(row, None)
        if job is not None and job.current is not None:
            self._ways.driver.stop(job.current, self._clock(now_ns))
        self._set_alarm(now_ns)

    def next_ns(self, now_ns: int) -> int | None:
        """When more may come, at the end of the input, where only the driver has a clock; None = never."""
        wake_ns = self._ways.driver.wake_ns
        return None if not self._jobs or wake_ns is None else max(wake_ns, now_ns)

    # --- how --------------------------------------------------------------------------------------
    def _clock(self, now_ns: int) -> int:
        return time.monotonic_ns() if self._ways.patient else now_ns

    def _session(self, row: int) -> bytes:
        """The name of a channel's session, as its transport sends it."""
        state = self._channels.table[row]
        whole = b"".join(
            int(state[word]).to_bytes(8, "big", signed=True)
            for word in (words.NAME_0, words.NAME_1)
        )
        return whole[:8] + whole[8:][8 - (NAME_BYTES - 8) :]

    def _backends(self, row: int, *, joins: bool) -> list[Backend]:
        session = self._session(row)
        key = (row, joins, session)
        if key not in self._known:
            find = self._ways.joins if joins else self._ways.holes
            self._known[key] = list(find(self._channels.channels[row], session, self._counters))
            self._rows |= {id(backend): row for backend in self._known[key]}
        return self._known[key]

    def _next_way(self, row: int, now_ns: int) -> None:
        """Fetch what is still missing by another way; if there is none, the hole is a gap at once."""
        job, state = self._jobs[row], self._channels.table[row]
        first = max(job.first, int(state[words.EXPECTED]))
        if not job.ways:
            del self._jobs[row]
            state[words.WAIT_UNTIL] = holding_kernel.AT_ONCE
            self._channels.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
            return
        job.current = job.ways.pop(0)
        self.method[row] = job.current.method
        self._ways.driver.begin(job.current, first, job.end - first, self._clock(now_ns))

    def _take(self, backend: Backend, each: Any, now_ns: int) -> None:
        row = self._rows[id(backend)]
        job = self._jobs.get(row)
        if job is None or job.current is not backend:
            return  # given up
        match each:
            case Inject(payload):
                self._carrier.inject(row, payload)
            case Snapshot(_, next_sequence):
                if next_sequence > job.first:
                    self._carrier.load(row, each, backend.method)
            case Done(first, count):
                if first + count >= job.end:
                    del self._jobs[row]
                else:
                    job.first = first + count
                    self._next_way(row, now_ns)
            case Failed(reason):
                log.warning("recovery_failed", method=backend.method, reason=reason)
                self._next_way(row, now_ns)

    def _wait_for(self, row: int, now_ns: int) -> None:
        """The capture stands still until a hole's recovery has ended, or its time is over."""
        until_ns = time.monotonic_ns() + int(self._channels.table[row, words.RECOVERY_NS])
        while row in self._jobs and time.monotonic_ns() < until_ns:
            self.poll(now_ns)
            if row in self._jobs:
                self._ways.driver.wait(WAIT_NS)

    def _set_alarm(self, now_ns: int) -> None:
        """Have `due` ask for a poll when the driver has something to do."""
        watch = self._channels.holding.watch
        wake_ns = self._ways.driver.wake_ns
        at = holding_kernel.NEVER
        if self._jobs:
            at = now_ns + POLL_NS if wake_ns is None else min(wake_ns, now_ns + POLL_NS)
        watch[holding_kernel.POLL_AT] = at
        watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

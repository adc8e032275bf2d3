"""Back ends at work for an engine: which hole is fetched by whom, and what became of it.

One hole of a channel is fetched at a time, by the first of its back ends; what that one cannot bring is fetched by
the next. When none is left the hole is a gap at once, and its reason is kept. A server that is silent for its share
of the wait (`recovery_job`) is left for the next. The driver is asked what it has while the stream is at rest
between two frames: when the capture's clock reaches the time that the driver named. A `patient` run stops the
capture instead and lets the machine's clock run, since a file that is read at full speed is hours ahead before any
server has answered; how long that may take is up to the limits of the back ends.

A snapshot that is ahead of the lines is kept, if nobody else brings what is missing, until they have come up to it
or the hole is given up. Its server is as good as any.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from feedhandler.counter import Counter, Words
from feedhandler.engine.recovery_job import Ahead, Job
from feedhandler.engine.recovery_share import Share
from feedhandler.engine.recovery_standing import ASIDE, Patience, Standings
from feedhandler.logs import log
from feedhandler.session import channel_header as words
from feedhandler.session import holding_kernel
from feedhandler.session.backend import Backend, Done, Failed, Inject, Snapshot
from feedhandler.session.channels import Channel, Channels
from feedhandler.session.onward import Onward

POLL_NS: Final = 100_000  # of the capture's clock, while something is under way
WAIT_NS: Final = 1_000_000  # of the machine's, in a patient run
AHEAD_UNITS: Final = (
    1024  # beyond what came last: the server may be faster than the lines, by a moment
)
WAIT_UNITS: Final = 1 << 20  # further than this no lines are waited for: it is not believed
NAME_BYTES: Final = 10
UNREAD: Final = "messages that cannot be read"
LATE: Final = "not in time"
BEYOND: Final = "snapshot from beyond the lines"
NOT_ASKED: Final = "not asked: the run was to end"
WORD_BYTES: Final = 8

BackendsOf = Callable[[Channel, bytes, Words], Sequence[Backend]]


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


def no_backends(_channel: Channel, _session: bytes, _counters: Words) -> Sequence[Backend]:
    """Nobody can be asked."""
    return ()


@dataclass(frozen=True)
class RecoveryPlan:
    """How a run recovers: for a channel, its session's name and the counters, back ends, the best one first."""

    driver: RecoveryDriver
    holes: BackendsOf
    joins: BackendsOf = no_backends  # before those, where a sequence is joined in its midst
    patient: bool = False
    live: bool = False  # frames of now, which go before what servers say
    patience: Patience = field(default_factory=Patience)  # with servers that bring nothing
    waits: Mapping[str, int] = field(default_factory=dict)  # of a hole for these methods, ns


@dataclass(frozen=True)
class _Known:
    """The back ends of a channel in one session."""

    session: bytes
    holes: list[Backend]
    joins: list[Backend]


class Carrier(Protocol):
    """What the engine does with what came."""

    def inject(self, row: int, payload: bytes) -> str:
        """Take a datagram as one of the recovery line; why it cannot be taken, nothing if it was."""

    def load(self, row: int, snapshot: Snapshot, method: str) -> bool:
        """Take the books from a snapshot; False = it cannot be read."""

    def stopped(self) -> bool:
        """Whether the run is to stop."""


class Backends:
    """What is under way, a hole for each channel."""

    def __init__(
        self, plan: RecoveryPlan, channels: Channels, carrier: Carrier, counters: Words
    ) -> None:
        self._plan = plan
        self._counters = counters
        self._channels = channels
        self._carrier = carrier
        self.standings = Standings(plan.patience, counters)
        self._share = Share(live=plan.live)
        self._jobs: dict[int, Job] = {}
        self._known: dict[int, _Known] = {}
        self._rows: dict[int, int] = {}  # of each back end its channel
        self.method: dict[int, str] = {}  # by which a channel's hole is fetched
        self.reason: dict[int, str] = {}  # why the last hole of a channel was not
        self._onward = Onward()
        self._allowed = 0  # channels that were looked at

    # --- the engine's side ------------------------------------------------------------------------
    def allow(self) -> None:
        """Every channel of events that somebody can be asked about may recover."""
        for channel in self._channels.channels[self._allowed :]:
            if channel.role == "incremental" and not self._channels.may_recover(channel.row):
                self._channels.allow_recovery(channel.row)
        self._allowed = len(self._channels.channels)

    def may_join(self, row: int, now_ns: int) -> bool:
        """Whether what was before a channel was joined can be asked for."""
        known = self._backends(row, now_ns)
        return bool(known.joins or known.holes)

    def begin(self, row: int, first: int, end: int, now_ns: int, *, joins: bool) -> None:
        """Fetch a hole, or what was before a sequence was joined; a run that is to end asks nobody any more."""
        if self._carrier.stopped():
            self.reason[row] = NOT_ASKED
            return
        known = self._backends(row, now_ns)
        self._jobs[row] = Job(first, end, [*(known.joins if joins else ()), *known.holes])
        self._next_backend(row, now_ns)
        self._set_alarm(now_ns)

    def poll(self, now_ns: int) -> None:
        """Carry in what came, unless it is the turn of the frames."""
        rest_ns = self._share.rest_ns(now_ns)
        if rest_ns:
            self._look_at(now_ns + max(rest_ns, POLL_NS))
            return
        self._share.begin()
        told = self._plan.driver.poll(self._clock(now_ns))
        for backend, each in told:
            self._take(backend, each, now_ns)
        self._pass_over_the_silent(now_ns)
        for row, job in list(self._jobs.items()):
            if job.ahead is not None and self._may_catch_up(row, job):
                self._catch_up(row, job.ahead, now_ns)
        if self._plan.patient and self._asking() and not told:
            self._plan.driver.wait(WAIT_NS)
        self._share.end()
        self._set_alarm(now_ns)

    def be_late(self, row: int, now_ns: int) -> None:
        """A hole is given up while somebody is asked for it."""
        job = self._jobs.get(row)
        if job is not None:
            why = BEYOND if job.current is None else LATE
            self.reason[row] = f"{self.method[row]}: {why}"
            self._judge(job, now_ns)

    def stop(self, row: int, now_ns: int) -> None:
        """A hole is filled or given up: nothing of it is wanted any more."""
        job = self._jobs.pop(row, None)
        if job is not None and job.current is not None:
            self._plan.driver.stop(job.current, self._clock(now_ns))
        self._set_alarm(now_ns)

    def next_ns(self, now_ns: int) -> int | None:
        """When more may come, at the end of the input, where only the driver has a clock; None = never."""
        if not self._jobs or self._carrier.stopped():
            return None
        if not self._asking():  # what is kept waits for lines that have ended
            ready = any(self._may_catch_up(row, job) for row, job in self._jobs.items())
            return now_ns if ready else None
        if self._plan.patient:
            return now_ns
        wake_ns = self._wake_ns()
        return None if wake_ns is None else now_ns + max(wake_ns - self._clock(now_ns), 0)

    def _wake_ns(self) -> int | None:
        """When the driver has something to do, or a server has been silent for its share."""
        wakes = [self._plan.driver.wake_ns, *(job.passed_ns for job in self._jobs.values())]
        return min((each for each in wakes if each is not None), default=None)

    # --- how --------------------------------------------------------------------------------------
    def _clock(self, now_ns: int) -> int:
        """A clock that never goes back, as back ends expect."""
        if self._plan.patient:
            return time.monotonic_ns()
        return self._onward.at(now_ns)

    def _session(self, row: int) -> bytes:
        """The name of a channel's session, as its transport sends it: the second word is right-aligned."""
        state = self._channels.table[row]
        begin, end = (
            int(state[word]).to_bytes(WORD_BYTES, "big", signed=True)
            for word in (words.NAME_0, words.NAME_1)
        )
        return begin + end[2 * WORD_BYTES - NAME_BYTES :]

    def _backends(self, row: int, now_ns: int) -> _Known:
        """Back ends know one session: another one has others, and the sockets of those before are closed."""
        session = self._session(row)
        known = self._known.get(row)
        if known is None or known.session != session:
            for old in () if known is None else (*known.holes, *known.joins):
                self._plan.driver.stop(old, self._clock(now_ns))
            given = (self._channels.channels[row], session, self._counters)
            known = _Known(session, list(self._plan.holes(*given)), list(self._plan.joins(*given)))
            self._known[row] = known
            self._rows = {place: to for place, to in self._rows.items() if to != row}
            self._rows |= {id(backend): row for backend in (*known.holes, *known.joins)}
        return known

    def _next_backend(self, row: int, now_ns: int) -> None:
        """Ask the next one for what is still missing; if there is none, the hole is a gap at once."""
        job, clock_ns = self._jobs[row], self._clock(now_ns)
        if job.current is not None:  # its sockets are of no more use
            self._plan.driver.stop(job.current, clock_ns)
        while job.left:
            job.current = job.left.pop(0)
            if self.standings.of(job.current).may_be_asked(clock_ns):
                break
            self.reason[row] = f"{job.current.method}: {ASIDE}"
        else:
            job.current = None
            if job.ahead is None:
                del self._jobs[row]
                self._wait_no_longer(row)
            return
        first = max(job.first, int(self._channels.table[row, words.EXPECTED]))
        job.refused, job.helped, job.begun_ns = "", False, clock_ns
        self.method[row] = job.current.method
        if not self._plan.patient:  # there the hole waits for as long as the back ends take
            state = self._channels.table[row]
            behind = [each for each in job.left if self.standings.of(each).may_be_asked(clock_ns)]
            wait_ns = int(state[words.RECOVERY_NS])
            wait_ns = job.allot(self._plan.waits, wait_ns, behind, clock_ns)
            state[words.WAIT_UNTIL] = now_ns + wait_ns
        self._plan.driver.begin(job.current, first, job.end - first, clock_ns)

    def _pass_over_the_silent(self, now_ns: int) -> None:
        """Whoever brought nothing for all of its share has the next server asked."""
        for row, job in list(self._jobs.items()):
            passed_ns = job.passed_ns
            if passed_ns is not None and job.current and passed_ns <= self._clock(now_ns):
                self._failed(row, job.current, LATE, now_ns)

    def _judge(self, job: Job, now_ns: int) -> None:
        """Whoever was asked will bring nothing more; what was not even asked, as it is too much, is no failure."""
        clock_ns = self._clock(now_ns)
        ahead = job.ahead is not None and job.ahead.backend is job.current
        helped = job.helped or ahead
        if job.current is not None and not helped and clock_ns > job.begun_ns:
            self.standings.of(job.current).fail(clock_ns)

    def _help(self, job: Job, backend: Backend, now_ns: int) -> None:
        """Something of use came."""
        job.help(self._clock(now_ns))
        self.standings.of(backend).answer()

    def _asking(self) -> bool:
        """Whether anybody is asked for anything; else the jobs wait for the lines."""
        return any(job.current is not None for job in self._jobs.values())

    def _wait_no_longer(self, row: int) -> None:
        """What came is released; what has not come by then is a gap."""
        state = self._channels.table[row]
        state[words.IN_VAIN] = state[words.ASKED_END]
        state[words.WAIT_UNTIL] = holding_kernel.AT_ONCE
        self._channels.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

    def _take(self, backend: Backend, each: Any, now_ns: int) -> None:
        row = self._rows.get(id(backend), -1)
        job = self._jobs.get(row)
        if job is None or job.current is not backend:
            return  # given up
        match each:
            case Inject(payload):
                refused = self._carrier.inject(row, payload)
                job.refused = refused or job.refused
                if not refused:
                    self._help(job, backend, now_ns)
            case Snapshot(_, next_sequence):
                self._take_snapshot(row, backend, each, next_sequence, now_ns)
            case Done(first, count):
                if first + count >= job.end and not job.refused:
                    self.stop(row, now_ns)
                    self._wait_no_longer(row)
                    return
                job.first = job.first if job.refused else first + count
                self._failed(row, backend, job.refused or "only a part", now_ns)
            case Failed(reason):
                self._failed(row, backend, reason, now_ns)

    def _take_snapshot(
        self, row: int, backend: Backend, snapshot: Snapshot, next_sequence: int, now_ns: int
    ) -> None:
        """Load a snapshot that is newer than the books and not from beyond what the lines brought so far.

        One from beyond would show books as they will be, and what the lines still bring would be old.
        """
        if next_sequence > self._reached(row):
            self._counters[Counter.SNAPSHOTS_AHEAD] += 1
            if next_sequence <= self._reached(row) + WAIT_UNITS:
                standing = self.standings.of(backend)
                standing.answer()
                job = self._jobs[row]
                job.ahead = Ahead(backend, snapshot)
                # Its server would tell what is further ahead still.
                job.left = [each for each in job.left if self.standings.of(each) is not standing]
            self._failed(row, backend, BEYOND, now_ns)
        elif next_sequence > int(self._channels.table[row, words.EXPECTED]):
            if self._carrier.load(row, snapshot, backend.method):
                self._help(self._jobs[row], backend, now_ns)
            else:
                self._failed(row, backend, UNREAD, now_ns)

    def _reached(self, row: int) -> int:
        """Up to where a snapshot may be taken by what the lines have brought."""
        state, slots = self._channels.table[row], self._channels.holding.slots
        tail = int(state[words.HELD_TAIL])
        newest = (
            slots[tail, holding_kernel.SLOT_FIRST] if state[words.HELD] else state[words.EXPECTED]
        )
        return int(newest) + AHEAD_UNITS

    def _may_catch_up(self, row: int, job: Job) -> bool:
        """Whether the lines have come up to a snapshot that was kept, and nobody else is asked."""
        ahead = job.ahead if job.current is None else None
        return ahead is not None and ahead.snapshot.next_sequence <= self._reached(row)

    def _catch_up(self, row: int, ahead: Ahead, now_ns: int) -> None:
        """Take the snapshot that was kept."""
        self.method[row] = ahead.backend.method
        if not self._carrier.load(row, ahead.snapshot, ahead.backend.method):
            self.reason[row] = f"{ahead.backend.method}: {UNREAD}"
            self.standings.of(ahead.backend).fail(self._clock(now_ns))
        del self._jobs[row]
        self._wait_no_longer(row)

    def _failed(self, row: int, backend: Backend, reason: str, now_ns: int) -> None:
        channel_id = self._channels.channels[row].channel_id
        log.warning(
            "recovery_failed", channel=channel_id, method=backend.method, reason=reason
        )  # fmt: skip
        self.reason[row] = f"{backend.method}: {reason}"
        self._judge(self._jobs[row], now_ns)
        self._next_backend(row, now_ns)

    def _set_alarm(self, now_ns: int) -> None:
        """Have `due` ask for a poll when the driver has something to do."""
        wake_ns = self._wake_ns()
        at = holding_kernel.NEVER
        if not self._jobs and wake_ns is not None:  # what was closed is still to end
            at = now_ns + max(wake_ns - self._clock(now_ns), POLL_NS)
        if self._jobs and not self._carrier.stopped():
            at = now_ns + POLL_NS
            if self._plan.patient:  # the driver's clock is another one
                at = holding_kernel.WHEN_IDLE if self._asking() else at
            elif wake_ns is not None and not self._plan.live:
                at = min(now_ns + wake_ns - self._clock(now_ns), at)
        self._look_at(at)

    def _look_at(self, at_ns: int) -> None:
        """Have `due` ask for a poll at a time of the stream."""
        watch = self._channels.holding.watch
        watch[holding_kernel.POLL_AT] = at_ns
        watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

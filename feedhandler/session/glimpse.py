"""GLIMPSE: the whole book from a snapshot server, and the number at which the stream goes on.

Theory of operation. The client logs in to a SoupBinTCP service at message 1. The server tells the state of the
market in messages of the feed (directory, trading states, one add for each order that lives) and ends with a
message `G`: the sequence number of the feed's message that comes next. The messages up to there are given out
as one `Snapshot`; the numbers of this connection have nothing to do with those of the feed. Nor has its session,
which counts the messages of the snapshot: the current one is asked for, and it may bear any name.

One snapshot serves all ranges that wait. It was taken after the login, so as a rule it is younger than the gap
and ends all of them. A range that it reaches in part ends with a shorter `Done`: the rest has to be asked
elsewhere. For a range that it does not reach at all another snapshot is fetched. A connection that breaks, or
takes too long, is tried again after `retry_ns`; a login that was rejected is not. The tries are limited.

Sources: Nasdaq GLIMPSE 5.0 (login at sequence 1, snapshot message), SoupBinTCP 3.00.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from feedhandler.counter import Counter, Words, new_counters
from feedhandler.session import soupbintcp as soup
from feedhandler.session.backend import CLOSED, Action, Done, Failed, Peer, Snapshot, Wake
from feedhandler.session.channel_header import UNIT_MAX
from feedhandler.session.soupbintcp import Messages, Seldom, SoupClient, SoupSettings
from feedhandler.waits import check_waits

END_OF_SNAPSHOT: Final = b"G"
END_BYTES: Final = 21  # type 1, sequence 20


@dataclass(frozen=True)
class SnapshotLimits:
    """How large a snapshot may be, and how long and how often it is tried."""

    ranges_max: int = 1024
    messages_max: int = 20_000_000
    bytes_max: int = 1 << 30
    attempts_max: int = 3
    timeout_ns: int = 60_000_000_000  # of a whole snapshot
    retry_ns: int = 250_000_000

    def __post_init__(self) -> None:
        check_waits(self)


class Glimpse:
    """Recovers a channel by its whole state."""

    method = "glimpse"

    def __init__(
        self,
        settings: SoupSettings,
        limits: SnapshotLimits | None = None,
        counters: Words | None = None,
    ) -> None:
        self.peers = (settings.peer,)
        self._settings = settings
        self._limits = limits or SnapshotLimits()
        self._counters = new_counters() if counters is None else counters
        self._client = SoupClient(settings)
        self._ranges: list[tuple[int, int]] = []  # first, count
        self._messages: list[bytes] = []
        self._bytes = 0
        self._attempts = 0
        self._due_ns = 0  # the snapshot is given up, or tried again; 0 = nothing under way

    # --- the interface ----------------------------------------------------------------------------
    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Ask for a state that includes messages first .. first + count - 1."""
        if len(self._ranges) >= self._limits.ranges_max:
            self._counters[Counter.RECOVERY_LIMIT] += 1
            self._counters[Counter.RECOVERY_FAILED] += 1
            return [Failed("too many ranges", first, count)]
        self._ranges.append((first, count))
        return [] if self._due_ns else self._connect(now_ns)

    def take(self, peer: Peer, data: bytes, now_ns: int, why: str = CLOSED) -> list[Action]:
        """Hear the server."""
        if peer != self._settings.peer:
            self._counters[Counter.REPLIES_UNWANTED] += 1
            return []
        return self._heard(self._client.take_runs(data, now_ns, why), now_ns)

    def tick(self, now_ns: int) -> list[Action]:
        """Keep the link alive; give up what takes too long; try again what failed."""
        if not self._due_ns:
            return []
        if now_ns >= self._due_ns:
            late = not self._client.idle
            return self._broken("took too long", now_ns) if late else self._connect(now_ns)
        actions = self._heard(self._client.tick(now_ns), now_ns)
        return [*actions, Wake(self._due_ns)] if self._due_ns else actions

    def stop(self, now_ns: int) -> list[Action]:  # noqa: ARG002 - it ends at once
        """Log out and forget what was wanted."""
        return self._over()

    # --- one snapshot -----------------------------------------------------------------------------
    def _connect(self, now_ns: int) -> list[Action]:
        self._counters[Counter.REQUESTS] += 1
        self._counters[Counter.REQUEST_RETRIES] += self._attempts > 0
        self._attempts += 1
        self._messages = []
        self._bytes = 0
        self._due_ns = now_ns + self._limits.timeout_ns
        return self._client.login("", 1, now_ns)

    def _heard(self, heard: Iterable[Action | Seldom | Messages], now_ns: int) -> list[Action]:
        """Turn what the connection says into actions."""
        actions: list[Action] = []
        for each in heard:
            match each:
                case Messages(_, payloads):
                    actions += self._take(payloads, now_ns)
                case soup.Accepted(_, sequence):
                    if sequence != 1:
                        actions += self._broken(f"snapshot begins at {sequence}", now_ns)
                case soup.Lost(reason):
                    actions += self._broken(reason, now_ns)
                case soup.SessionEnded():
                    actions += self._broken("session ended before the snapshot did", now_ns)
                case soup.Rejected(reason):
                    self._counters[Counter.REPLIES_REFUSED] += 1
                    actions += self._fail(reason)
                case soup.Unsequenced():
                    self._counters[Counter.REPLIES_UNWANTED] += 1
                case _:
                    actions.append(each)
        return actions

    def _take(self, payloads: list[bytes], now_ns: int) -> list[Action]:
        """Keep messages; the end of the snapshot may be among them, and what is behind it is of no interest."""
        ends = [at for at, each in enumerate(payloads) if each[:1] == END_OF_SNAPSHOT]
        told = payloads[: ends[0]] if ends else payloads
        self._messages += told
        self._bytes += sum(map(len, told))
        if len(self._messages) > self._limits.messages_max or self._bytes > self._limits.bytes_max:
            self._counters[Counter.RECOVERY_LIMIT] += 1
            return self._fail("snapshot too large")
        return self._end(payloads[ends[0]], now_ns) if ends else []

    def _end(self, payload: bytes, now_ns: int) -> list[Action]:
        number = payload[1:END_BYTES].strip()
        if not number.isdigit() or int(number) > UNIT_MAX:
            self._counters[Counter.REPLIES_MALFORMED] += 1
            return self._broken("snapshot without a sequence number", now_ns)
        return self._complete(int(number), now_ns)

    def _complete(self, next_sequence: int, now_ns: int) -> list[Action]:
        """Hand the snapshot on; end the ranges that it reaches. One without a message tells of nothing."""
        if not self._messages:
            self._counters[Counter.REPLIES_MALFORMED] += 1
            return self._broken("empty snapshot", now_ns)
        self._counters[Counter.REPLIES] += 1
        snapshot = Snapshot(tuple(self._messages), next_sequence)
        self._messages = []
        reached = [each for each in self._ranges if each[0] < next_sequence]
        self._ranges = [each for each in self._ranges if each[0] >= next_sequence]
        done = [Done(first, min(count, next_sequence - first)) for first, count in reached]
        if self._ranges:
            return [snapshot, *done, *self._broken("snapshot older than the gap", now_ns)]
        return [snapshot, *done, *self._over()]

    # --- ends -------------------------------------------------------------------------------------
    def _broken(self, reason: str, now_ns: int) -> list[Action]:
        """Try again a little later, if a try is left."""
        if self._attempts >= self._limits.attempts_max:
            return self._fail(reason)
        self._due_ns = now_ns + self._limits.retry_ns
        return [*self._client.logout(), Wake(self._due_ns)]

    def _fail(self, reason: str) -> list[Action]:
        self._counters[Counter.RECOVERY_FAILED] += len(self._ranges)
        failed = [Failed(reason, first, count) for first, count in self._ranges]
        return [*failed, *self._over()]

    def _over(self) -> list[Action]:
        self._ranges = []
        self._messages = []
        self._attempts = self._due_ns = 0
        return self._client.logout()

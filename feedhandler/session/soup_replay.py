"""Replay over SoupBinTCP: log in at the first missing message and listen until the last.

Where a venue offers its feed over SoupBinTCP, too, the sequenced messages have the numbers of the feed. One
connection brings one range: the client logs in to the session at the range's first number, logs out behind its
last, and goes on with the next range. Each message is handed on as a MoldUDP64 packet of one message, so that
it passes the same arbitration as everything else. A connection that breaks is resumed at the next number, and so
is one that stays alive for `timeout_ns` and brings no message.

The numbers mean something only inside their session, and messages do not say of which one they are. So the one
that "login accepted" names has to be the one that was asked for; another ends the range before any message of it.

Sources: SoupBinTCP 3.00, MoldUDP64 1.00.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from feedhandler.counter import Counter, Words, new_counters
from feedhandler.session import soupbintcp as soup
from feedhandler.session.backend import CLOSED, Action, Done, Failed, Inject, Peer, Wake
from feedhandler.session.moldudp64_request import HEADER, SESSION_BYTES
from feedhandler.session.soupbintcp import SoupClient, SoupEvent, SoupSettings
from feedhandler.waits import check_waits

BLOCK_BYTES: Final = 2


@dataclass(frozen=True)
class ReplayLimits:
    """How much is asked, and how long and how often it is tried."""

    ranges_max: int = 1024
    messages_max: int = 4_000_000  # in one range
    attempts_max: int = 3  # without a message
    retry_ns: int = 250_000_000
    timeout_ns: int = 10_000_000_000  # from message to message

    def __post_init__(self) -> None:
        check_waits(self)


class SoupReplay:
    """Recovers ranges of one session, one after the other."""

    method = "soupbintcp"

    def __init__(
        self,
        settings: SoupSettings,
        session: bytes,
        limits: ReplayLimits | None = None,
        counters: Words | None = None,
    ) -> None:
        """`session`: ten bytes, as the lines send it."""
        self.session = session.ljust(SESSION_BYTES)[:SESSION_BYTES]
        self._name = self.session.decode("latin-1").strip()  # "": the lines name none, any will do
        self.peers = (settings.peer,)
        self._settings = settings
        self._limits = limits or ReplayLimits()
        self._counters = new_counters() if counters is None else counters
        self._client = SoupClient(settings)
        self._ranges: list[tuple[int, int]] = []  # first, end; the first one is under way
        self._next = 0  # the message that comes next
        self._attempts = 0
        self._retry_ns = 0
        self._due_ns = 0  # the next message must have come

    # --- the interface ----------------------------------------------------------------------------
    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Listen to messages first .. first + count - 1."""
        too_many = len(self._ranges) >= self._limits.ranges_max
        if too_many or count > self._limits.messages_max:
            self._counters[Counter.RECOVERY_LIMIT] += 1
            self._counters[Counter.RECOVERY_FAILED] += 1
            return [Failed("too many ranges" if too_many else "too many messages", first, count)]
        self._ranges.append((first, first + count))
        return self._open(now_ns) if len(self._ranges) == 1 else []

    def take(self, peer: Peer, data: bytes, now_ns: int, why: str = CLOSED) -> list[Action]:
        """Hear the server."""
        if peer != self._settings.peer:
            self._counters[Counter.REPLIES_UNWANTED] += 1
            return []
        return self._heard(self._client.take(data, now_ns, why), now_ns)

    def tick(self, now_ns: int) -> list[Action]:
        """Keep the link alive; connect again when it is time to."""
        if self._retry_ns:
            late = now_ns >= self._retry_ns
            return self._connect(now_ns) if late else [Wake(self._retry_ns)]
        if not self._client.idle and now_ns >= self._due_ns:
            return [*self._client.logout(), *self._close("took too long", now_ns, again=True)]
        return self._heard(self._client.tick(now_ns), now_ns)

    def stop(self, now_ns: int) -> list[Action]:  # noqa: ARG002 - it ends at once
        """Log out and forget what was wanted."""
        self._ranges = []
        self._retry_ns = 0
        return self._client.logout()

    # --- one range --------------------------------------------------------------------------------
    def _open(self, now_ns: int) -> list[Action]:
        """Begin the range that is first."""
        if not self._ranges:
            return []
        self._next = self._ranges[0][0]
        self._attempts = 0
        return self._connect(now_ns)

    def _connect(self, now_ns: int) -> list[Action]:
        self._counters[Counter.REQUESTS] += 1
        self._counters[Counter.REQUEST_RETRIES] += self._attempts > 0
        self._attempts += 1
        self._retry_ns = 0
        self._due_ns = now_ns + self._limits.timeout_ns
        return self._client.login(self._name, self._next, now_ns)

    def _heard(self, heard: Iterable[Action | SoupEvent], now_ns: int) -> list[Action]:
        """Turn what the connection says into actions; `_close` decides what comes after it."""
        actions: list[Action] = []
        end, again = "", False  # why the connection is of no more use; whether another may be
        for each in heard:
            match each:
                case soup.Message(_, payload):
                    actions.append(self._message(payload, now_ns))
                    if self._next == self._ranges[0][1]:
                        end = "done"
                        actions += self._client.logout()
                case soup.Accepted(session, sequence):
                    end = self._unwanted(session, sequence)
                    if end:
                        actions += self._client.logout()
                case soup.Lost(reason):
                    end, again = reason, True
                case soup.Rejected(reason):
                    end = reason
                case soup.SessionEnded():
                    end = "end of session"
                case soup.Unsequenced():
                    self._counters[Counter.REPLIES_UNWANTED] += 1
                case _:
                    actions.append(each)
        return actions + self._close(end, now_ns, again=again) if end else actions

    def _unwanted(self, session: str, sequence: int) -> str:
        """Why what the server is going to send is not what was asked for; nothing if it is."""
        if self._name and session != self._name:
            self._counters[Counter.REPLIES_REFUSED] += 1
            return f"asked for session {self._name}, offered {session or 'one without a name'}"
        return "" if sequence == self._next else f"asked for {self._next}, offered {sequence}"

    def _message(self, payload: bytes, now_ns: int) -> Inject:
        self._attempts = 0  # there is progress
        self._due_ns = now_ns + self._limits.timeout_ns
        self._counters[Counter.REPLIES] += 1
        block = len(payload).to_bytes(BLOCK_BYTES, "big") + payload
        self._next += 1
        return Inject(HEADER.pack(self.session, self._next - 1, 1) + block)

    def _close(self, end: str, now_ns: int, *, again: bool) -> list[Action]:
        """End the range or, if the connection only broke, wait and resume."""
        if again and self._attempts < self._limits.attempts_max:
            self._retry_ns = now_ns + self._limits.retry_ns
            return [Wake(self._retry_ns)]
        first, behind = self._ranges.pop(0)
        ended: Action = Done(first, behind - first)
        if end != "done":
            self._counters[Counter.RECOVERY_FAILED] += 1
            ended = Failed(end, first, behind - first)
        return [ended, *self._open(now_ns)]

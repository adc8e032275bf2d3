"""CME TCP replay: packets of the incremental feed again, asked in FIX text, answered in the feed's own format.

Theory of operation. A connection serves one request: log on (35=A), and when the venue has answered with
AdminLogin (template 15) send one Market Data Request (35=V) with channel, first and last packet. The venue
sends the packets as they were published and closes with AdminLogout (template 16), which gives the reason if
it refuses. At most 2,000 packets may be asked, not older than 24 hours. So this is for small gaps: a larger
one is refused here, at once, and is a matter for the snapshot loop. Ranges are fetched one after the other.

What is in outline only: every packet on the stream is preceded by two bytes with its length, little-endian, as
public open-source handlers read it; the venue's page of today was not at hand. A heartbeat (template 12) whose
number is none that was asked is the connection's own, and is answered (35=0).

Source: CME Group client systems wiki, "MDP 3.0 - TCP Recovery".
"""

from dataclasses import dataclass
from enum import Enum, auto
from struct import Struct
from typing import Final

from feedhandler.counter import Counter, Words, new_counters
from feedhandler.session.backend import (
    CLOSED,
    Action,
    Close,
    Connect,
    Done,
    Failed,
    Inject,
    Peer,
    Send,
    Wake,
)
from feedhandler.waits import check_waits

LENGTH_BYTES: Final = 2
HEAD: Final = Struct(
    "<IQHHH"
)  # packet sequence, sending time; message size, block length, template
HEARTBEAT: Final = 12
LOGIN: Final = 15
LOGOUT: Final = 16
TEXT: Final = slice(22, 202)  # of AdminLogout: behind the packet's 12 bytes and the message's 10
PACKETS_MAX: Final = 2000  # of one request
SEQUENCE_MAX: Final = 2**32 - 1


@dataclass(frozen=True)
class ReplaySettings:
    """Whom to ask, as whom, for which channel, and how long to wait."""

    peer: Peer
    username: str
    password: str
    channel: int = 0
    ranges_max: int = 64
    packets_max: int = PACKETS_MAX
    attempts_max: int = 3
    timeout_ns: int = 5_000_000_000  # between two packets
    retry_ns: int = 250_000_000

    def __post_init__(self) -> None:
        check_waits(self)


class State(Enum):
    """Where the connection stands."""

    IDLE = auto()
    LOGON = auto()  # sent, not answered
    REPLAY = auto()  # packets come


def fix(*fields: tuple[int, object]) -> bytes:
    """A message in FIX text: length, fields, checksum."""
    body = "".join(f"{tag}={value}\x01" for tag, value in fields)
    text = f"9={len(body)}\x01{body}".encode("ascii", "replace")
    return text + b"10=%03d\x01" % (sum(text) & 0xFF)


class CmeTcpReplay:
    """Recovers small ranges of packets of one channel."""

    method = "tcp_replay"

    def __init__(self, settings: ReplaySettings, counters: Words | None = None) -> None:
        self.peers = (settings.peer,)
        self._settings = settings
        self._counters = new_counters() if counters is None else counters
        self._state = State.IDLE
        self._buffer = bytearray()
        self._ranges: list[tuple[int, int]] = []  # first, end; the first one is under way
        self._missing: set[int] = set()  # of it
        self._attempts = self._requests = 0
        self._due_ns = 0  # the connection is given up, or tried again; 0 = nothing under way

    # --- the interface ----------------------------------------------------------------------------
    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Ask for packets first .. first + count - 1."""
        reason = ""
        if len(self._ranges) >= self._settings.ranges_max:
            reason = "too many ranges"
        if count > self._settings.packets_max:
            reason = f"more than {self._settings.packets_max} packets"
        if first < 1 or first + count - 1 > SEQUENCE_MAX:
            reason = "no such packet"
        if reason:
            self._counters[Counter.RECOVERY_LIMIT] += 1
            self._counters[Counter.RECOVERY_FAILED] += 1
            return [Failed(reason, first, count)]
        self._ranges.append((first, first + count))
        return self._open(now_ns) if len(self._ranges) == 1 else []

    def take(self, peer: Peer, data: bytes, now_ns: int, why: str = CLOSED) -> list[Action]:
        """Hear bytes of the stream; none: it was closed."""
        if peer != self._settings.peer or self._state is State.IDLE:
            self._counters[Counter.REPLIES_UNWANTED] += bool(data)
            return []
        if not data:
            return self._broken(why, now_ns)
        self._buffer += data
        actions: list[Action] = []
        buffer = self._buffer
        while len(buffer) >= LENGTH_BYTES:  # who ends the connection empties the buffer
            end = LENGTH_BYTES + int.from_bytes(buffer[:LENGTH_BYTES], "little")
            if end < LENGTH_BYTES + HEAD.size:
                self._counters[Counter.REPLIES_MALFORMED] += 1
                return actions + self._broken("packet without a message", now_ns)
            if end > len(buffer):
                break
            packet = bytes(buffer[LENGTH_BYTES:end])
            del buffer[:end]
            actions += self._packet(packet, now_ns)
        return actions

    def tick(self, now_ns: int) -> list[Action]:
        """Give up a connection that is silent; try again one that failed."""
        if not self._due_ns:
            return []
        if now_ns < self._due_ns:
            return [Wake(self._due_ns)]
        if self._state is State.IDLE:
            return self._connect(now_ns)
        return self._broken("silence", now_ns)

    def stop(self, now_ns: int) -> list[Action]:  # noqa: ARG002 - it ends at once
        """Close and forget what was wanted."""
        self._ranges = []
        return self._hang_up()

    # --- one connection ---------------------------------------------------------------------------
    def _open(self, now_ns: int) -> list[Action]:
        """Begin the range that is first."""
        if not self._ranges:
            return []
        self._attempts = 0
        self._missing = set(range(*self._ranges[0]))
        return self._connect(now_ns)

    def _connect(self, now_ns: int) -> list[Action]:
        settings = self._settings
        self._counters[Counter.REQUESTS] += 1
        self._counters[Counter.REQUEST_RETRIES] += self._attempts > 0
        self._attempts += 1
        self._state = State.LOGON
        self._due_ns = now_ns + settings.timeout_ns
        logon = fix((35, "A"), (553, settings.username), (554, settings.password))
        return [Connect(settings.peer), Send(settings.peer, logon), Wake(self._due_ns)]

    def _packet(self, packet: bytes, now_ns: int) -> list[Action]:
        """What a whole packet says."""
        sequence, _, _, _, template = HEAD.unpack_from(packet)
        if template == LOGOUT:
            return self._logged_out(packet[TEXT], now_ns)
        if template == LOGIN and self._state is State.LOGON:
            self._state = State.REPLAY
            self._due_ns = now_ns + self._settings.timeout_ns
            return [Send(self._settings.peer, self._request())]
        if sequence in self._missing and self._state is State.REPLAY:
            self._counters[Counter.REPLIES] += 1
            self._missing.discard(sequence)
            self._due_ns = now_ns + self._settings.timeout_ns
            whole = [] if self._missing else self._done(now_ns)
            return [Inject(packet), *whole]
        if template == HEARTBEAT:
            return [Send(self._settings.peer, fix((35, "0")))]
        self._counters[Counter.REPLIES_UNWANTED] += 1
        return []

    def _request(self) -> bytes:
        """The packets from the first that is missing to the last."""
        self._requests += 1
        channel = self._settings.channel
        return fix(
            (35, "V"), (1180, channel), (262, f"{channel}-{self._requests}"),
            (1182, min(self._missing)), (1183, max(self._missing)),
        )  # fmt: skip

    # --- ends -------------------------------------------------------------------------------------
    def _hang_up(self) -> list[Action]:
        if self._state is State.IDLE:
            self._due_ns = 0
            return []
        self._state = State.IDLE
        self._buffer.clear()
        self._due_ns = 0
        peer = self._settings.peer
        return [Send(peer, fix((35, "5"))), Close(peer)]

    def _done(self, now_ns: int) -> list[Action]:
        first, end = self._ranges.pop(0)
        return [Done(first, end - first), *self._hang_up(), *self._open(now_ns)]

    def _logged_out(self, text: bytes, now_ns: int) -> list[Action]:
        """The venue has nothing more to say: it refuses, or has sent all that it has."""
        self._counters[Counter.REPLIES_REFUSED] += 1
        reason = text.split(b"\0")[0].decode("ascii", "replace").strip()
        return self._fail(f"refused: {reason}" if reason else "logged out early", now_ns)

    def _broken(self, reason: str, now_ns: int) -> list[Action]:
        """Try again a little later, if a try is left."""
        if self._attempts >= self._settings.attempts_max:
            return self._fail(reason, now_ns)
        goodbye = self._hang_up()
        self._due_ns = now_ns + self._settings.retry_ns
        return [*goodbye, Wake(self._due_ns)]

    def _fail(self, reason: str, now_ns: int) -> list[Action]:
        self._counters[Counter.RECOVERY_FAILED] += 1
        first, end = self._ranges.pop(0)
        return [*self._hang_up(), Failed(reason, first, end - first), *self._open(now_ns)]

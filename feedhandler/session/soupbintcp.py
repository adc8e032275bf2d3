"""SoupBinTCP, the client's side of a connection: log in, count what comes, keep the link alive.

A logical packet is a length of two bytes, a type of one and a payload; TCP may cut and join packets anywhere.
Sequenced messages carry no number: the first behind the login has the one that "login accepted" names, and
each further one the next. Inside a connection nothing can be missing; what a broken connection left out is
brought by the next login, which asks for the next number.

A connection begins with `login` and ends in exactly one of `Rejected`, `SessionEnded` and `Lost`; what is heard
after that is dropped. Both sides send a heartbeat when they have sent nothing else for a second.

Versions 3.00 and 4.00 log in alike; 4.10 adds the silence that the server is to bear, in milliseconds, which is
sent if it is set.

Source: SoupBinTCP 3.00 (2017-02-22).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from feedhandler.session.backend import CLOSED, Action, Close, Connect, Peer, Send, Wake
from feedhandler.waits import check_waits

LENGTH_BYTES: Final = 2
BODY: Final = 3  # behind length and type
LOGIN_ACCEPTED: Final = b"A"
LOGIN_REJECTED: Final = b"J"
SEQUENCED: Final = b"S"
UNSEQUENCED: Final = b"U"
HEARTBEAT: Final = b"H"
END_OF_SESSION: Final = b"Z"
DEBUG: Final = b"+"
SEQUENCED_KIND: Final = SEQUENCED[0]
LOGIN: Final = b"L"
CLIENT_HEARTBEAT: Final = b"R"
LOGOUT: Final = b"O"
USERNAME_BYTES: Final = 6  # of a login
PASSWORD_BYTES: Final = 10
ACCEPTED_BYTES: Final = 30  # session 10, sequence 20
REJECTIONS: Final = {
    b"A": "login rejected: not authorised",
    b"S": "login rejected: no such session",
}


@dataclass(frozen=True)
class SoupSettings:
    """Whom to speak to, as whom, and how long to wait."""

    peer: Peer
    username: str
    password: str
    heartbeat_ns: int = 1_000_000_000
    silence_ns: int = 5_000_000_000  # then the link is dead
    login_timeout_ns: int = 5_000_000_000
    packet_bytes_max: int = 65_535  # of a payload with its type
    bears_silence_ms: int = 0  # version 4.10: what the server is to bear; 0 = not sent

    def __post_init__(self) -> None:
        check_waits(self)


@dataclass(frozen=True)
class Accepted:
    """The login was accepted: the next sequenced message of this session has this number."""

    session: str
    sequence: int


@dataclass(frozen=True)
class Rejected:
    """The login was rejected."""

    reason: str


class Message(NamedTuple):
    """A sequenced message and its number."""

    sequence: int
    payload: bytes


class Messages(NamedTuple):
    """Sequenced messages in a row, and the number of the first: of all events the one that comes by the million."""

    sequence: int
    payloads: list[bytes]


@dataclass(frozen=True)
class Unsequenced:
    """A message without a number."""

    payload: bytes


@dataclass(frozen=True)
class SessionEnded:
    """The session is over: nothing more will ever come in it."""


@dataclass(frozen=True)
class Lost:
    """The connection is of no more use."""

    reason: str


Seldom = Accepted | Rejected | Unsequenced | SessionEnded | Lost
SoupEvent = Seldom | Message
Heard = list[Action | Seldom]
Runs = Iterator[Action | Seldom | Messages]


class State(Enum):
    """Where a connection stands."""

    IDLE = auto()
    LOGIN = auto()  # asked, not answered
    STREAM = auto()  # accepted


# Which packets may come when; any other breaks the protocol, and with it the connection.
MAY_COME: Final = {
    State.LOGIN: {LOGIN_ACCEPTED, LOGIN_REJECTED, DEBUG, HEARTBEAT},
    State.STREAM: {SEQUENCED, UNSEQUENCED, HEARTBEAT, END_OF_SESSION, DEBUG},
}


def packet(kind: bytes, payload: bytes = b"") -> bytes:
    """A logical packet."""
    return (len(payload) + 1).to_bytes(LENGTH_BYTES, "big") + kind + payload


def login_packet(settings: SoupSettings, session: str, sequence: int) -> bytes:
    """The login request: user and password padded on the right, numbers on the left."""
    text = f"{settings.username:<6.6}{settings.password:<10.10}{session:<10.10}{sequence:>20}"
    if settings.bears_silence_ms:
        text += f"{settings.bears_silence_ms:>5}"
    return packet(LOGIN, text.encode("ascii", "replace"))


class SoupClient:
    """One client, connection after connection."""

    def __init__(self, settings: SoupSettings) -> None:
        self.state = State.IDLE
        self._settings = settings
        self._buffer, self._at = b"", 0  # what was heard, and how far it was taken
        self._next = 0  # number of the next sequenced message
        self._heard_ns = self._sent_ns = 0

    @property
    def idle(self) -> bool:
        """Whether there is no connection."""
        return self.state is State.IDLE

    def login(self, session: str, sequence: int, now_ns: int) -> list[Action]:
        """Connect and log in: to a session ("" = the current one), from a number (0 = what is new)."""
        self.state = State.LOGIN
        self._buffer, self._at = b"", 0
        self._heard_ns = self._sent_ns = now_ns
        peer = self._settings.peer
        return [
            Connect(peer),
            Send(peer, login_packet(self._settings, session, sequence)),
            Wake(now_ns + self._settings.login_timeout_ns),
        ]

    def logout(self) -> list[Action]:
        """Say goodbye and close, if there is a connection."""
        if self.idle:
            return []
        peer = self._settings.peer
        goodbye = [Send(peer, packet(LOGOUT))] if self.state is State.STREAM else []
        self._end()
        return [*goodbye, Close(peer)]

    def take(self, data: bytes, now_ns: int, why: str = CLOSED) -> Iterator[Action | SoupEvent]:
        """Hear bytes of the stream; none: it is gone, and why. What was heard comes out packet by packet.

        Whoever has heard enough may log out in between: then nothing more comes out.
        """
        for each in self.take_runs(data, now_ns, why):
            if not isinstance(each, Messages):
                yield each
                continue
            for number, payload in enumerate(each.payloads, each.sequence):
                if self.idle:
                    return
                yield Message(number, payload)

    def take_runs(self, data: bytes, now_ns: int, why: str = CLOSED) -> Runs:
        """The same, with messages that come in a row as one event: a snapshot has them by the million."""
        if self.idle:
            return
        if not data:
            yield from self._lost(why)
            return
        self._heard_ns = now_ns
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        while not self.idle:
            if self.state is State.STREAM and (run := self._run()):
                self._next += len(run)
                yield Messages(self._next - len(run), run)
                continue
            body = self._at + LENGTH_BYTES
            if body > len(self._buffer):
                return
            length = int.from_bytes(self._buffer[self._at : body], "big")
            if not 1 <= length <= self._settings.packet_bytes_max:
                yield from self._lost(f"packet of {length} bytes")
                return
            if body + length > len(self._buffer):
                return
            self._at = body + length
            kind, payload = self._buffer[body : body + 1], self._buffer[body + 1 : self._at]
            yield from self._packet(kind, payload, now_ns)

    def _run(self) -> list[bytes]:
        """The sequenced messages that come next, as far as they are whole."""
        data, longest = self._buffer, self._settings.packet_bytes_max
        run, at, last = [], self._at, len(self._buffer) - BODY
        while at <= last and data[at + LENGTH_BYTES] == SEQUENCED_KIND:
            length = data[at] << 8 | data[at + 1]
            end = at + LENGTH_BYTES + length
            if not 1 <= length <= longest or end > len(data):
                break
            run.append(data[at + BODY : end])
            at = end
        self._at = at
        return run

    def tick(self, now_ns: int) -> Heard:
        """Send a heartbeat if one is due; give the link up if it has been silent for too long."""
        if self.idle:
            return []
        settings = self._settings
        if self.state is State.LOGIN:
            due = self._sent_ns + settings.login_timeout_ns
            return [Wake(due)] if now_ns < due else self._lost("no answer to the login")
        if now_ns >= self._heard_ns + settings.silence_ns:
            return self._lost("silence")
        beat: list[Action] = []
        if now_ns >= self._sent_ns + settings.heartbeat_ns:
            self._sent_ns = now_ns
            beat = [Send(settings.peer, packet(CLIENT_HEARTBEAT))]
        return [*beat, self._wake()]

    def _wake(self) -> Wake:
        beat = self._sent_ns + self._settings.heartbeat_ns
        return Wake(min(beat, self._heard_ns + self._settings.silence_ns))

    def _end(self) -> None:
        self.state = State.IDLE
        self._buffer, self._at = b"", 0

    def _lost(self, reason: str) -> Heard:
        self._end()
        return [Close(self._settings.peer), Lost(reason)]

    def _packet(self, kind: bytes, payload: bytes, now_ns: int) -> Heard:
        """What a whole packet says that is not a sequenced message in its place."""
        if kind not in MAY_COME[self.state]:
            return self._lost(f"packet {kind!r} in state {self.state.name}")
        if kind == UNSEQUENCED:
            return [Unsequenced(payload)]
        if kind == LOGIN_ACCEPTED:
            return self._accepted(payload, now_ns)
        if kind == LOGIN_REJECTED:
            self._end()
            reason = REJECTIONS.get(payload, f"login rejected: {payload[:16]!r}")
            return [Close(self._settings.peer), Rejected(reason)]
        if kind == END_OF_SESSION:
            self._end()
            return [Close(self._settings.peer), SessionEnded()]
        return []  # a heartbeat has been heard already; debug text is for nobody

    def _accepted(self, payload: bytes, now_ns: int) -> Heard:
        number = payload[10:].strip()
        if len(payload) != ACCEPTED_BYTES or not number.isdigit():
            return self._lost("login accepted without a number")
        self.state = State.STREAM
        self._next = int(number)
        self._sent_ns = now_ns  # the heartbeats begin
        return [Accepted(payload[:10].strip().decode("latin-1"), self._next), self._wake()]

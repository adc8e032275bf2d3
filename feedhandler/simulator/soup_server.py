"""A SoupBinTCP server and its two services, the stream of a session and the snapshot; no socket.

A conversation is one connection: bytes of the client in, timed bytes out; no bytes at a time mean that the
server closes then. The stream service sends the session's messages from the number that was asked, goes on as
more become known, and ends the session behind the last. The snapshot service sends the state as of what is
known at the login, and waits for the client to go.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from feedhandler.simulator.misbehaviour import Dice, Misbehaviour, Timed
from feedhandler.simulator.spin import Spin, end_of_snapshot

HEARTBEAT_NS: Final = 1_000_000_000
SILENCE_NS: Final = 15_000_000_000
LARGE: Final = 20_000  # messages
LOGIN_BYTES: Final = 46  # user 6, password 10, session 10, sequence 20; version 4.10 adds 5


def packet(kind: bytes, payload: bytes = b"") -> bytes:
    """A logical packet."""
    return (len(payload) + 1).to_bytes(2, "big") + kind + payload


class Service(Protocol):
    """What is behind a login."""

    def open(self, session: str, sequence: int) -> tuple[str, int, list[bytes]] | None:
        """Name of the session, number of the first message, messages; None: no such session."""

    def more(self, sequence: int) -> list[bytes]:
        """Messages from a number that have become known."""

    def ends(self, sequence: int) -> bool:
        """Whether there will never be a message of this number."""


class StreamService:
    """The messages of a session."""

    def __init__(self, session: bytes, messages: Sequence[bytes]) -> None:
        """`messages[0]` has the number 1."""
        self.known = len(messages)
        self._session = session.decode("latin-1").strip()
        self._messages = messages

    def open(self, session: str, sequence: int) -> tuple[str, int, list[bytes]] | None:
        """From the number asked (0 = what is new), but not beyond what comes next."""
        if session not in {"", self._session}:
            return None
        sequence = min(sequence, self.known + 1) if sequence else self.known + 1
        return self._session, sequence, self.more(sequence)

    def more(self, sequence: int) -> list[bytes]:
        """What is known by now."""
        return list(self._messages[sequence - 1 : self.known])

    def ends(self, sequence: int) -> bool:
        """Behind the last message of the day."""
        return sequence > len(self._messages)


class SnapshotService:
    """The state of the market, from its first message to its last whenever somebody asks."""

    def __init__(self, messages: Sequence[bytes], dice: Dice | None = None) -> None:
        """`dice`: what goes wrong with snapshots; nothing if there are none."""
        self.known = len(messages)
        self._dice = dice
        self._messages = messages
        self._spin = Spin()

    def open(self, session: str, sequence: int) -> tuple[str, int, list[bytes]] | None:
        """The state as of now; it has no session that could be asked for, and one beginning."""
        if session:
            return None
        if self._spin.taken > self.known:
            self._spin = Spin()
        for message in self._messages[self._spin.taken : self.known]:
            self._spin.take(message)
        made = [*self._told(self._spin.messages()), end_of_snapshot(self.known + 1)]
        first = min(max(sequence, 1), len(made) + 1)
        return "SNAPSHOT", first, made[first - 1 :]

    def more(self, sequence: int) -> list[bytes]:  # noqa: ARG002 - whichever it is
        """Nothing comes behind a snapshot."""
        return []

    def _told(self, messages: list[bytes]) -> list[bytes]:
        """The messages of a snapshot, as a server tells them that does things wrong."""
        dice = self._dice
        if dice is None or not messages:
            return messages
        place = dice.below(len(messages))
        if dice.falls(dice.wrong.hollow):
            messages = []
        elif dice.falls(dice.wrong.damaged):
            whole = messages[place]
            messages[place] = (whole[:-1], b"", b"\0" + whole[1:])[dice.below(3)]
        elif dice.falls(dice.wrong.doubled):
            messages.append(messages[place])
        elif dice.falls(dice.wrong.large):
            messages *= 1 + LARGE // len(messages)
        return messages

    def ends(self, sequence: int) -> bool:  # noqa: ARG002 - whichever it is
        """The client is the one who goes."""
        return False


class Conversation:
    """One connection to a service."""

    def __init__(self, service: Service, password: str, dice: Dice, now_ns: int) -> None:
        self.over = False
        self._service = service
        self._password = password
        self._dice = dice
        self._buffer = bytearray()
        self._next = 0  # number of the next message; 0 = not logged in
        self._heard_ns = now_ns
        self._sent_ns = now_ns

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Hear the client; no bytes: it is gone."""
        self._heard_ns = now_ns
        self._buffer += data
        timed: list[Timed] = []
        while data and not self.over and len(self._buffer) > 2:
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if end > len(self._buffer):
                return timed
            kind, payload = bytes(self._buffer[2:3]), bytes(self._buffer[3:end])
            del self._buffer[:end]
            if kind == b"L" and not self._next and len(payload) >= LOGIN_BYTES:
                timed += self._login(payload, now_ns)
            elif kind != b"R":  # a logout, or nonsense
                timed += self._say(now_ns, b"", last=True)
        self.over = self.over or not data
        return timed

    def tick(self, now_ns: int) -> list[Timed]:
        """Send what has become known, a heartbeat in silence; leave who is silent for long."""
        if self.over:
            return []
        if now_ns - self._heard_ns >= SILENCE_NS:
            return self._say(now_ns, b"", last=True)
        if not self._next:
            return []
        timed = self._tell(self._service.more(self._next), now_ns)
        if not timed and not self.over and now_ns - self._sent_ns >= HEARTBEAT_NS:
            timed = self._say(now_ns, packet(b"H"))
        return timed

    def _login(self, payload: bytes, now_ns: int) -> list[Timed]:
        text = payload.decode("latin-1")
        number = text[26:46].strip()
        refused = self._dice.falls(self._dice.wrong.refuse)
        if refused or text[6:16].strip().lower() != self._password.lower():
            return self._say(now_ns, packet(b"J", b"A"), last=True)
        opened = self._service.open(text[16:26].strip(), int(number)) if number.isdigit() else None
        if opened is None:
            return self._say(now_ns, packet(b"J", b"S"), last=True)
        session, self._next, messages = opened
        accepted = packet(b"A", f"{session:>10}{self._next:>20}".encode())
        return self._tell(messages, now_ns, accepted)

    def _tell(self, messages: list[bytes], now_ns: int, before: bytes = b"") -> list[Timed]:
        """Send messages and, if there will be no more, the end of the session."""
        self._next += len(messages)
        stream = before + b"".join(packet(b"S", message) for message in messages)
        over = self._service.ends(self._next)
        return self._say(now_ns, stream + packet(b"Z") * over, last=over)

    def _say(self, now_ns: int, stream: bytes, *, last: bool = False) -> list[Timed]:
        """Write in pieces, behind what is being written; close behind the last."""
        timed = list(self._dice.pieces(stream, max(now_ns, self._sent_ns)))
        if timed:
            self._sent_ns = timed[-1][0]
        if timed and not timed[-1][1]:
            self.over = True  # cut
        elif last:
            self.over = True
            timed.append((max(now_ns, self._sent_ns), b""))
        return timed


class SoupServer:
    """Opens a conversation for whoever connects."""

    def __init__(
        self,
        service: Service,
        bits: Callable[[int], int],
        misbehaviour: Misbehaviour | None = None,
        password: str = "SECRET",  # noqa: S107 - of a market that does not exist
    ) -> None:
        self.logins = 0
        self._service = service
        self._password = password
        self._dice = Dice(misbehaviour or Misbehaviour(), bits)

    def connect(self, now_ns: int) -> Conversation:
        """Accept a connection."""
        self.logins += 1
        return Conversation(self._service, self._password, self._dice, now_ns)

"""MoldUDP64 re-requests: ask a server for the messages that no line brought, piece by piece.

Theory of operation. A range is cut into pieces; a piece is waiting or asked. A request names at most 65,535
messages (its count has 16 bits), and the reply is one downstream packet with as many whole messages as fit:
what it leaves out is asked again. So the size of replies is learned: until one has come, a range is asked as a
whole, after that in pieces that a reply can hold, several at a time (`window_max`), and replies may come in any
order, twice, or never. A piece that is not answered in time is asked again, of the next server if there are
several, each time waiting twice as long; after `attempts_max` its range fails. The server that was of use last is
the one that is asked first.

A reply is of use if it brings any message that is still missing, whoever it was meant for. It is handed on as
it came: arbitration trims what is there already.

What the specification leaves open, and how it is read here: an empty packet that names the first message of a
request says that the server has nothing from there (a refusal: asked again until the attempts are used up);
an end of session says that nothing from its number on will ever come.

Source: MoldUDP64 1.00, "Request Packet" and "Downstream Packet".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

from feedhandler.counter import Counter, Words, new_counters
from feedhandler.session.backend import CLOSED, Action, Done, Failed, Inject, Peer, Send, Wake
from feedhandler.waits import check_waits

HEADER: Final = Struct(">10sQH")  # session, sequence of the first message, count
SESSION_BYTES: Final = 10
COUNT_MAX: Final = 65_535
END_OF_SESSION: Final = 0xFFFF  # as the count of a downstream packet, never of messages
SEQUENCE_MAX: Final = 2**64 - 1


WAIT_MAX_NS: Final = (
    2_000_000_000  # of a later attempt: a server that is silent so long is asked again
)
DOUBLINGS_MAX: Final = 32


@dataclass(frozen=True)
class RequestLimits:
    """How much is asked at once, and for how long."""

    window_max: int = 8  # requests under way
    ranges_max: int = 1024
    messages_max: int = 4_000_000  # in one range
    attempts_max: int = 5
    timeout_ns: int = 50_000_000  # of the first attempt; doubled with each, up to WAIT_MAX_NS

    def __post_init__(self) -> None:
        check_waits(self)


@dataclass(eq=False)
class _Range:
    """What the caller wants; `reason` is set when a part of it cannot come."""

    first: int
    end: int
    reason: str = ""


@dataclass(eq=False)
class _Piece:
    """Messages first .. end - 1 that are missing, asked if `due_ns` is set."""

    wanted: _Range
    first: int
    end: int
    attempts: int = 0  # that brought nothing
    due_ns: int = 0  # when the request under way is given up; 0 = waiting to be asked


def framed(payload: bytes) -> tuple[bytes, int, int] | None:
    """Session, first and count of a downstream packet whose blocks fill it exactly, else None."""
    if len(payload) < HEADER.size:
        return None
    session, first, count = HEADER.unpack_from(payload)
    at = HEADER.size
    for _ in range(0 if count == END_OF_SESSION else count):
        if at + 2 > len(payload):
            return None
        at += 2 + int.from_bytes(payload[at : at + 2], "big")
    return (session, first, count) if at == len(payload) else None


class MoldRequest:
    """Recovers ranges of one session from the re-request servers of its channel."""

    method = "moldudp64"

    def __init__(
        self,
        peers: Sequence[Peer],
        session: bytes,
        limits: RequestLimits | None = None,
        counters: Words | None = None,
    ) -> None:
        """`peers`: the servers, the preferred one first; `session`: ten bytes, as the lines send it."""
        self.session = session
        self.peers = tuple(peers)
        self._first = 0  # of them, the one that is asked first
        self._limits = limits or RequestLimits()
        self._counters = new_counters() if counters is None else counters
        self._ranges: list[_Range] = []
        self._pieces: list[_Piece] = []
        self._fit = COUNT_MAX  # messages that a reply is believed to hold
        self._why = "silence"

    # --- the interface ----------------------------------------------------------------------------
    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Ask for messages first .. first + count - 1."""
        too_many = len(self._ranges) >= self._limits.ranges_max
        if too_many or count > self._limits.messages_max or first + count - 1 > SEQUENCE_MAX:
            self._counters[Counter.RECOVERY_LIMIT] += 1
            self._counters[Counter.RECOVERY_FAILED] += 1
            return [Failed("too many ranges" if too_many else "too many messages", first, count)]
        wanted = _Range(first, first + count)
        self._ranges.append(wanted)
        self._pieces.append(_Piece(wanted, wanted.first, wanted.end))
        return self._go_on(now_ns)

    def take(
        self, peer: Peer, data: bytes, now_ns: int, why: str = CLOSED,  # noqa: ARG002 - of streams
    ) -> list[Action]:  # fmt: skip
        """Hear a datagram of a server."""
        if not data:
            return []  # UDP has nobody who leaves
        if peer not in self.peers:
            self._counters[Counter.REPLIES_UNWANTED] += 1
            return []
        packet = framed(data)
        if packet is None:
            self._counters[Counter.REPLIES_MALFORMED] += 1
            return []
        session, first, count = packet
        if session != self.session:
            self._refused("another session")
            return []
        if count == END_OF_SESSION:
            return self._ended(first, now_ns)
        if count == 0:
            if any(piece.due_ns and piece.first == first for piece in self._pieces):
                self._refused("refused")
            return []
        return self._arrived(first, first + count, data, peer, now_ns)

    def tick(self, now_ns: int) -> list[Action]:
        """Give up what was not answered in time, and ask again."""
        given_up = set()
        for piece in self._pieces:
            if piece.due_ns and piece.due_ns <= now_ns:
                piece.due_ns = 0
                piece.attempts += 1
                if piece.attempts >= self._limits.attempts_max:
                    piece.wanted.reason = self._why
                    given_up.add(id(piece.wanted))
        self._pieces = [piece for piece in self._pieces if id(piece.wanted) not in given_up]
        return self._go_on(now_ns)

    def stop(self, now_ns: int) -> list[Action]:  # noqa: ARG002 - nobody has to be told
        """Forget everything under way."""
        self._ranges.clear()
        self._pieces.clear()
        return []

    # --- what happens to pieces -------------------------------------------------------------------
    def _refused(self, why: str) -> None:
        self._why = why
        self._counters[Counter.REPLIES_REFUSED] += 1

    def _ended(self, sequence: int, now_ns: int) -> list[Action]:
        """Drop what lies behind the end of the session; what is before it may still come."""
        for piece in self._pieces:
            if piece.end > sequence:
                piece.end = max(piece.first, sequence)
                piece.wanted.reason = piece.wanted.reason or "end of session"
        self._pieces = [piece for piece in self._pieces if piece.first < piece.end]
        return self._go_on(now_ns)

    def _arrived(self, first: int, end: int, data: bytes, peer: Peer, now_ns: int) -> list[Action]:
        """Cut what came out of the pieces; hand it on if it was wanted."""
        left: list[_Piece] = []
        hit = False
        for piece in self._pieces:
            if end <= piece.first or piece.end <= first:
                left.append(piece)
                continue
            hit = True
            if piece.due_ns and first <= piece.first:
                self._learn(piece.end - piece.first, end - piece.first, whole=piece.end <= end)
            left += _without(piece, first, end)
        if not hit:
            self._counters[Counter.REPLIES_UNWANTED] += 1
            return []
        self._why = "silence"
        self._first = self.peers.index(peer)
        self._counters[Counter.REPLIES] += 1
        self._pieces = left
        return [Inject(data), *self._go_on(now_ns)]

    def _learn(self, asked: int, came: int, *, whole: bool) -> None:
        """Believe in replies of the size that came; if it was all that was asked, in a larger one."""
        self._fit = max(self._fit, asked + asked // 4 + 1) if whole else came
        self._fit = min(self._fit, COUNT_MAX)

    def _go_on(self, now_ns: int) -> list[Action]:
        """End ranges that miss nothing more, then ask as much as may be under way."""
        actions = self._finished()
        room = self._limits.window_max - sum(1 for piece in self._pieces if piece.due_ns)
        at = 0
        while room > 0 and at < len(self._pieces):
            if not self._pieces[at].due_ns:
                self._cut(at)
                actions.append(self._ask(self._pieces[at], now_ns))
                room -= 1
            at += 1
        dues = [piece.due_ns for piece in self._pieces if piece.due_ns]
        return [*actions, Wake(min(dues))] if dues else actions

    def _finished(self) -> list[Action]:
        """Done or Failed for each range of which no piece is left."""
        open_ranges = {id(piece.wanted) for piece in self._pieces}
        actions: list[Action] = []
        for wanted in [each for each in self._ranges if id(each) not in open_ranges]:
            self._ranges.remove(wanted)
            count = wanted.end - wanted.first
            if wanted.reason:
                self._counters[Counter.RECOVERY_FAILED] += 1
                actions.append(Failed(wanted.reason, wanted.first, count))
            else:
                actions.append(Done(wanted.first, count))
        return actions

    def _cut(self, at: int) -> None:
        """Leave of a piece what one request asks for; the rest is the next piece."""
        piece = self._pieces[at]
        middle = piece.first + self._fit
        if middle < piece.end:
            self._pieces.insert(at + 1, _Piece(piece.wanted, middle, piece.end, piece.attempts))
            piece.end = middle

    def _ask(self, piece: _Piece, now_ns: int) -> Action:
        wait_ns = self._limits.timeout_ns << min(piece.attempts, DOUBLINGS_MAX)
        piece.due_ns = now_ns + min(wait_ns, max(self._limits.timeout_ns, WAIT_MAX_NS))
        self._counters[Counter.REQUESTS] += 1
        self._counters[Counter.REQUEST_RETRIES] += piece.attempts > 0
        peer = self.peers[(self._first + piece.attempts) % len(self.peers)]
        return Send(peer, HEADER.pack(self.session, piece.first, piece.end - piece.first))


def _without(piece: _Piece, first: int, end: int) -> list[_Piece]:
    """What is left of a piece; what lies behind the reply is asked anew, at once.

    So a request under way is one piece, and the window counts true. If the reply answered another request, the
    part in front waits for the answer to its own, which may bring the part behind a second time.
    """
    left = []
    if piece.first < first:
        left.append(_Piece(piece.wanted, piece.first, first, piece.attempts, piece.due_ns))
    if end < piece.end:
        left.append(_Piece(piece.wanted, end, piece.end))
    return left

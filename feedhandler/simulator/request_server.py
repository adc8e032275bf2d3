"""A MoldUDP64 re-request server: a request in, a packet of what is known and fits out; no socket.

It knows the messages of a session up to `known`, which whoever plays the day moves on. A request for what it
does not know gets an empty packet with the number that comes next; when all of the day is known, an end of
session. A request of another session is not answered.
"""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Final

from feedhandler.simulator.misbehaviour import Dice, Misbehaviour, Timed
from feedhandler.simulator.moldudp64 import END_OF_SESSION, PAYLOAD_MAX

_HEADER: Final = Struct(">10sQH")
REPLY_MESSAGES_MAX: Final = END_OF_SESSION - 1


class RequestServer:
    """Answers requests for the messages of one session."""

    def __init__(
        self,
        session: bytes,
        messages: Sequence[bytes],
        bits: Callable[[int], int],
        misbehaviour: Misbehaviour | None = None,
    ) -> None:
        """`messages[0]` has the number 1."""
        self.session = session
        self.messages = messages
        self.known = len(messages)
        self.requests = 0
        self._dice = Dice(misbehaviour or Misbehaviour(), bits)

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Answer a request; when each reply leaves, and what it is."""
        if len(data) != _HEADER.size:
            return []
        session, first, count = _HEADER.unpack(data)
        if session != self.session:
            return []
        self.requests += 1
        return self._dice.datagrams(self._reply(first, count), now_ns)

    def _reply(self, first: int, count: int) -> bytes:
        """One downstream packet: whole messages only."""
        if self._dice.falls(self._dice.wrong.refuse):
            return _HEADER.pack(self.session, first, 0)
        if not 1 <= first <= self.known:
            over = self.known == len(self.messages)
            return _HEADER.pack(self.session, self.known + 1, END_OF_SESSION if over else 0)
        count = min(count, self.known - first + 1, REPLY_MESSAGES_MAX)
        if self._dice.falls(self._dice.wrong.short):
            count = 1 + self._dice.below(count)
        blocks: list[bytes] = []
        left = PAYLOAD_MAX - _HEADER.size
        for message in self.messages[first - 1 : first - 1 + count]:
            left -= 2 + len(message)
            if left < 0:
                break
            blocks.append(len(message).to_bytes(2, "big") + message)
        return _HEADER.pack(self.session, first, len(blocks)) + b"".join(blocks)

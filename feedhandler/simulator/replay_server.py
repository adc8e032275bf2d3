"""A CME TCP replay server in outline: FIX requests in, the channel's packets out; no socket.

One request a connection: logon, request, the packets as they were published, each behind two bytes with its
length, and a logout, which gives the reason if there is nothing to be had.
"""

from collections.abc import Callable, Mapping
from struct import Struct
from typing import Final

from feedhandler.simulator import mdp3
from feedhandler.simulator.mdp3_channel import HEADER
from feedhandler.simulator.misbehaviour import Dice, Misbehaviour, Timed

PACKETS_MAX: Final = 2000
TEXT: Final = Struct("180s")
HEARTBEAT_SECONDS: Final = b"\x1e"
END: Final = b"\x0110="
CHECKSUM_BYTES: Final = 4  # three digits and the last separator


class ReplayConversation:
    """One connection."""

    def __init__(
        self, packets: Mapping[int, bytes], channel: int, password: str, dice: Dice
    ) -> None:
        self.over = False
        self._packets = packets
        self._channel = channel
        self._password = password
        self._dice = dice
        self._buffer = bytearray()
        self._admin = 0  # packets of the connection itself
        self._sent_ns = 0

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Hear the client; no bytes: it is gone."""
        self._buffer += data
        timed: list[Timed] = []
        while data and not self.over:
            at = self._buffer.find(END)
            end = at + len(END) + CHECKSUM_BYTES
            if at < 0 or end > len(self._buffer):
                return timed
            text = bytes(self._buffer[:end]).decode("latin-1")
            del self._buffer[:end]
            fields = {
                tag: value for tag, _, value in (p.partition("=") for p in text.split("\x01"))
            }
            timed += self._answer(fields, now_ns)
        self.over = self.over or not data
        return timed

    def tick(self, now_ns: int) -> list[Timed]:  # noqa: ARG002 - it only answers
        """Nothing happens by itself."""
        return []

    def _answer(self, fields: dict[str, str], now_ns: int) -> list[Timed]:
        kind = fields.get("35")
        if kind == "A":
            if self._dice.falls(self._dice.wrong.refuse) or fields.get("554") != self._password:
                return self._logout("logon refused", now_ns)
            return self._say(self._own(15, HEARTBEAT_SECONDS), now_ns)
        if kind == "V":
            return self._replay(fields, now_ns)
        return [] if kind == "0" else self._logout("", now_ns)

    def _replay(self, fields: dict[str, str], now_ns: int) -> list[Timed]:
        channel, begin, end = (fields.get(tag, "") for tag in ("1180", "1182", "1183"))
        numbers = begin.isdecimal() and end.isdecimal()
        first, last = (int(begin), int(end)) if numbers else (1, 0)
        if channel != str(self._channel) or not 0 <= last - first < PACKETS_MAX:
            return self._logout("no such packets", now_ns)
        found = [self._packets[each] for each in range(first, last + 1) if each in self._packets]
        timed = self._say(b"".join(_framed(each) for each in found), now_ns)
        return timed if self.over else timed + self._logout("", now_ns)

    def _own(self, template: int, root: bytes) -> bytes:
        """A packet of the connection itself."""
        self._admin += 1
        return _framed(HEADER.pack(self._admin, 0) + mdp3.message(template, root))

    def _logout(self, text: str, now_ns: int) -> list[Timed]:
        return self._say(self._own(16, TEXT.pack(text.encode())), now_ns, last=True)

    def _say(self, stream: bytes, now_ns: int, *, last: bool = False) -> list[Timed]:
        timed = list(self._dice.pieces(stream, max(now_ns, self._sent_ns)))
        if timed:
            self._sent_ns = timed[-1][0]
            self.over = last or not timed[-1][1]
        return [*timed, (self._sent_ns, b"")] if last and timed[-1][1] else timed


class ReplayServer:
    """Opens a conversation for whoever connects."""

    def __init__(
        self,
        packets: Mapping[int, bytes],
        channel: int,
        bits: Callable[[int], int],
        misbehaviour: Misbehaviour | None = None,
        password: str = "SECRET",  # noqa: S107 - of a market that does not exist
    ) -> None:
        """`packets`: those of the incremental feed by number."""
        self.logins = 0
        self._packets = packets
        self._channel = channel
        self._password = password
        self._dice = Dice(misbehaviour or Misbehaviour(), bits)

    def connect(self, now_ns: int) -> ReplayConversation:  # noqa: ARG002 - it has no clock
        """Accept a connection."""
        self.logins += 1
        return ReplayConversation(self._packets, self._channel, self._password, self._dice)


def _framed(packet: bytes) -> bytes:
    return len(packet).to_bytes(2, "little") + packet

"""MoldUDP64 packets: some messages each, heartbeats in a quiet second, an end of session."""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final

_HEADER: Final = Struct(">10sQH")
SESSION_BYTES: Final = 10
PAYLOAD_MAX: Final = 1400
END_OF_SESSION: Final = 0xFFFF
HEARTBEAT_NS: Final = 1_000_000_000
END_REPEATS: Final = 3
WAIT_NS: Final = 30_000  # a message does not wait longer than this for company
SEND_NS: Final = 4_000  # from the matching engine to the wire

Packet = tuple[int, bytes]  # time, payload


class MoldSender:
    """Packs blocks; every method yields the packets that are due."""

    def __init__(self, session: bytes, bits: Callable[[int], int]) -> None:
        self.session = session
        self.sequence = 1
        self.packets = 0
        self._bits = bits
        self._blocks: list[bytes] = []
        self._bytes = _HEADER.size
        self._wanted = 3
        self._opened = self._sent = 0
        self._last = 0

    def add(self, now: int, blocks: list[bytes]) -> Iterator[Packet]:
        """Take the messages of a moment."""
        if self._blocks and now - self._opened > WAIT_NS:
            yield self._packet(self._last)
        if not self._blocks:
            yield from self.idle(now)
            self._opened = now
        self._last = now
        for block in blocks:
            if self._bytes + len(block) > PAYLOAD_MAX:
                yield self._packet(now)
            self._blocks.append(block)
            self._bytes += len(block)
            if len(self._blocks) >= self._wanted:
                yield self._packet(now)
                self._opened = now

    def idle(self, now: int) -> Iterator[Packet]:
        """Send what a quiet time needs: a heartbeat each second, naming the next sequence."""
        while self._sent and now - self._sent >= HEARTBEAT_NS:
            self._sent += HEARTBEAT_NS
            self.packets += 1
            yield self._sent, _HEADER.pack(self.session, self.sequence, 0)

    def end(self, now: int) -> Iterator[Packet]:
        """Send what is left, a last heartbeat, then the end of the session, several times."""
        if self._blocks:
            yield self._packet(now)
        for beat in range(1 + END_REPEATS):
            count = END_OF_SESSION if beat else 0
            now += HEARTBEAT_NS
            self.packets += 1
            yield now, _HEADER.pack(self.session, self.sequence, count)

    def _packet(self, now: int) -> Packet:
        count = len(self._blocks)
        payload = _HEADER.pack(self.session, self.sequence, count) + b"".join(self._blocks)
        self.sequence += count
        self.packets += 1
        self._blocks.clear()
        self._bytes = _HEADER.size
        self._wanted = 1 + (self._bits(16) * 10 >> 16)
        self._sent = max(self._sent, now + SEND_NS)
        return self._sent, payload

"""Packets of MDP 3.0 channels: a sequence number each, whole messages, events that may span two."""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final

from feedhandler.simulator import mdp3

HEADER: Final = Struct("<IQ")
PAYLOAD_MAX: Final = 1400
SEND_NS: Final = 6_000
HEARTBEAT_NS: Final = 1_000_000_000


class Channel:
    """One feed of a channel: its own sequence, one packet being filled."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.sequence = 0  # of the last packet sent
        self.packets = 0
        self.sent = 0
        self.counts: dict[int, int] = {}
        self._payload = bytearray()

    def restart(self) -> None:
        """Begin a loop: the next packet is number 1."""
        self.sequence = 0

    def add(self, now: int, messages: Iterable[bytearray]) -> Iterator[tuple[int, bytes]]:
        """Take messages; yield the packets that they fill."""
        for message in messages:
            if self._payload and HEADER.size + len(self._payload) + len(message) > PAYLOAD_MAX:
                yield from self.flush(now)
            self._payload += message
            template = message[4] | message[5] << 8
            self.counts[template] = self.counts.get(template, 0) + 1

    def flush(self, now: int) -> Iterator[tuple[int, bytes]]:
        """Send the packet being filled, if there is any."""
        if self._payload:
            self.sequence += 1
            self.packets += 1
            self.sent = max(self.sent, now + SEND_NS)
            yield self.sent, HEADER.pack(self.sequence, self.sent) + bytes(self._payload)
            self._payload.clear()

    def idle(self, now: int) -> Iterator[tuple[int, bytes]]:
        """Send a heartbeat for each quiet second; it takes a sequence number."""
        while self.sent and now - self.sent >= HEARTBEAT_NS:
            beat = self.sent + HEARTBEAT_NS - SEND_NS
            yield from self.add(beat, [mdp3.heartbeat()])
            yield from self.flush(beat)

"""A market that has no end, for soaks: one simulated day over and over, each time with the next sequence numbers.

At the end of a lap every order that still rests is deleted, so books begin the next lap as they began this one and
memory has no reason to grow. Frames of a lap lie in memory ready to be sent; between two laps only the sequence
numbers in them are written anew. UDP checksums are zero, which means none.
"""

from collections.abc import Iterator
from itertools import islice
from struct import Struct
from typing import Any, Final

import numpy as np

from feedhandler.simulator import simulate
from feedhandler.simulator.frames import LineTemplate
from feedhandler.simulator.venue import ITCH, groups
from feedhandler.source import descriptor
from feedhandler.source.live import Live
from feedhandler.source.staged import STAGE_ROWS, Staged

HEADER: Final = Struct(">10sQH")
SESSION: Final = b"SOAK000001"
HEADERS: Final = 14 + 20 + 8
UDP_SUM: Final = HEADERS - 2
SEQUENCE: Final = HEADERS + len(SESSION)
NS: Final = 1_000_000_000
CHANNEL: Final = 1
REFERENCE: Final = slice(11, 19)
MESSAGES_MAX: Final = 12  # of a packet of deletes
ADDS: Final = (b"A", b"F")
TAKES: Final = {b"E": slice(19, 23), b"C": slice(19, 23), b"X": slice(19, 23)}


def messages_of(payload: bytes) -> Iterator[bytes]:
    """The messages of a MoldUDP64 packet."""
    at, count = HEADER.size, HEADER.unpack_from(payload)[2]
    for _ in range(count if count != 0xFFFF else 0):
        length = int.from_bytes(payload[at : at + 2], "big")
        yield payload[at + 2 : at + 2 + length]
        at += 2 + length


class Resting:
    """The orders that rest, as far as deleting them asks for."""

    def __init__(self) -> None:
        self._shares: dict[bytes, list[Any]] = {}  # by reference: shares, the head of its message

    def take(self, message: bytes) -> None:
        """What a message makes of them."""
        kind, reference = message[:1], message[REFERENCE]
        if kind in ADDS:
            self._shares[reference] = [int.from_bytes(message[20:24], "big"), message[1:11]]
        elif kind in TAKES:
            self._shares[reference][0] -= int.from_bytes(message[TAKES[kind]], "big")
            if self._shares[reference][0] <= 0:
                del self._shares[reference]
        elif kind == b"D":
            del self._shares[reference]
        elif kind == b"U":
            head = self._shares.pop(reference)[1]
            self._shares[message[19:27]] = [int.from_bytes(message[27:31], "big"), head]

    def deletes(self) -> list[bytes]:
        """A message for each that rests still."""
        return [b"D" + head + reference for reference, (_, head) in self._shares.items()]


def lap(messages: int, seed: int) -> list[tuple[int, bytes]]:
    """The packets of a lap: first unit and payload; sequence numbers from 1."""
    resting, packets, next_unit = Resting(), [], 1
    batches = [
        list(messages_of(payload))
        for _, _, payload in simulate(ITCH, messages=messages, seed=seed).datagrams()
    ]
    for batch in batches:
        for message in batch:
            resting.take(message)
    left = iter(resting.deletes())
    while more := list(islice(left, MESSAGES_MAX)):
        batches.append(more)
    for batch in filter(None, batches):
        blocks = b"".join(len(each).to_bytes(2, "big") + each for each in batch)
        packets.append((next_unit, HEADER.pack(SESSION, next_unit, len(batch)) + blocks))
        next_unit += len(batch)
    return packets


class Laps(Staged):
    """A source of a fixed number of frames of lines A and B in turn, with the times at which each is due."""

    def __init__(
        self, frames: int, *, rate: int, burst: int, messages: int = 20_000, seed: int = 1
    ) -> None:
        """In each second `rate` frames, the first `burst` of them at once, the others evenly."""
        super().__init__(Live([]))
        if not 0 <= burst < rate:
            raise ValueError(f"a burst of {burst} in {rate} frames a second")
        self._frames, self._rate, self._burst = frames, rate, burst
        self._sent = 0
        packets = lap(messages, seed)
        self.units = sum(int(HEADER.unpack_from(each)[2]) for _, each in packets)  # of a lap
        made: list[bytes] = []
        self._first_units: list[int] = []
        lines = [
            LineTemplate(line, group, None)
            for line, group in groups(ITCH, CHANNEL)["incremental"].items()
            if line in "AB"
        ]
        for first, payload in packets:
            for line in lines:
                frame = line.frame(payload)
                made.append(frame[:UDP_SUM] + b"\0\0" + frame[HEADERS:])
                self._first_units.append(first)
        self._memory = np.frombuffer(bytearray(b"".join(made)), np.uint8)
        self._lengths = np.array([len(each) for each in made], np.int64)
        self._offsets = np.concatenate([[0], np.cumsum(self._lengths)[:-1]])
        self._places = (self._offsets + SEQUENCE)[:, None] + np.arange(8)
        self._counts = [int(HEADER.unpack_from(each)[2]) for _, each in packets for _ in lines]

    @property
    def frames_of_a_lap(self) -> int:
        """On both lines."""
        return len(self._lengths)

    def units_until(self, frames: int) -> int:
        """The units that so many frames carry, each counted once."""
        laps, rest = divmod(frames, self.frames_of_a_lap)
        last = self._first_units[rest - 1] + self._counts[rest - 1] - 1 if rest else 0
        return laps * self.units + last

    def refill(self) -> bool:
        """Lay the next frames ready; a lap's sequence numbers are written when it begins."""
        at = self._sent % self.frames_of_a_lap
        if at == 0:
            first = np.array(self._first_units) + self._sent // self.frames_of_a_lap * self.units
            self._memory[self._places] = first.astype(">u8").view(np.uint8).reshape(-1, 8)
        count = min(STAGE_ROWS, self._frames - self._sent, self.frames_of_a_lap - at)
        rows, some = self.rows[:count], slice(at, at + count)
        rows[:, descriptor.ADDRESS] = self._memory.ctypes.data + self._offsets[some]
        rows[:, descriptor.CAPTURED] = rows[:, descriptor.WIRE] = self._lengths[some]
        rows[:, descriptor.PACKET] = np.arange(self._sent + 1, self._sent + count + 1)
        rows[:, descriptor.LINK] = descriptor.LINK_ETHERNET
        rows[:, descriptor.TS_RECV] = self._due(self._sent, count)
        self.hand_out(0, count)
        self._sent += count
        return count > 0

    def _due(self, first: int, count: int) -> Any:
        """When frames are due, ns; the first second is second 1, since 0 is no time."""
        seconds, at = np.divmod(np.arange(first, first + count), self._rate)
        evenly = np.maximum(at - self._burst + 1, 0) * NS // (self._rate - self._burst + 1)
        return (seconds + 1) * NS + evenly

"""Walkers of captures as targets: pieces of pcap, pcapng and BinaryFILE, damaged."""

import struct
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np

from feedhandler.decode.catalog import feed
from feedhandler.decode.description import message_lengths
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Mark, Piece, simulated
from feedhandler.fuzzing.targets import Bench, Target, register
from feedhandler.source import descriptor
from feedhandler.source import kernel as source
from feedhandler.source.binary_kernel import poll_binary_file

FRAMES: Final = (bytes(60), bytes(range(200)), b"", bytes(1500), b"\xff" * 33)
LITTLE: Final = 0  # rows of the initial states
BIG: Final = 1
NANOS: Final = 1_710_510_000_123_456_789
BLOCKS: Final = 12
WHYS: Final = ("full", "short", "bad", "ask")


class WalkerTarget(Target):
    """A `poll` over what lies in its window; the state that Python would have made is given."""

    unit = "pieces"
    poll: ClassVar[Any]

    def __init__(self, name: str, captures: Sequence[str]) -> None:
        super().__init__(name, captures)
        self.interfaces = np.zeros((4, source.INTERFACE_BYTES // 8), np.int64)
        self.lengths = np.zeros(256, np.int64)
        self.state = np.zeros(source.STATE_WORDS, np.int64)
        self.rows = np.zeros((loops.POLL_ROWS, descriptor.WORDS), np.int64)
        self.initial = np.zeros((2, source.STATE_WORDS), np.int64)
        self.initial[BIG, source.BIG_ENDIAN // 8] = 1
        self.initial[:, source.LINK_TYPE // 8] = descriptor.LINK_ETHERNET
        self.initial[:, source.FRACTION_NS // 8] = 1
        self.initial[:, source.CAPTURED_MAX // 8] = 1 << 18
        self.prepare()

    def prepare(self) -> None:
        """Set what this walker needs besides."""

    def run(self, bench: Bench, first: int, end: int) -> None:
        """See `run_kernel.run_walker`."""
        loops.run_walker(
            bench.base, first, end, bench.guard.end, self.poll.address, self.initial,
            self.state, int(self.state.ctypes.data), self.rows, int(self.rows.ctypes.data),
            *self.arrays, bench.progress, bench.tally, bench.slowest,
        )  # fmt: skip

    def outcomes(self, tally: Any) -> dict[str, int]:
        """Frames, and why the walk stopped."""
        stops = {f"stopped {why}": int(tally[loops.WHY + n]) for n, why in enumerate(WHYS, 1)}
        return {"frames": int(tally[loops.FRAMES]), **stops}


@register("pcap")
class PcapTarget(WalkerTarget):
    """Records of classic pcap in both byte orders."""

    poll = source.poll_pcap

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """A few records each."""
        del captures
        return [_records(">" if order == BIG else "<", order) for order in (LITTLE, BIG)]


def _records(mark: str, order: int) -> Piece:
    data, marks = b"", []
    for frame in FRAMES:
        big = order == BIG
        marks += [Mark(len(data) + 4 * k, 4, big, leading=k == 2) for k in range(4)]
        seconds, rest = divmod(NANOS, 10**9)
        data += struct.pack(f"{mark}IIII", seconds, rest, len(frame), len(frame)) + frame
    return Piece(data, marks, order)


@register("pcapng")
class PcapngTarget(WalkerTarget):
    """Blocks of pcapng in both byte orders, all kinds."""

    poll = source.poll_pcapng

    def prepare(self) -> None:
        """Two interfaces: one in nanoseconds, one in 2**-20 seconds with an offset."""
        ethernet = descriptor.LINK_ETHERNET
        self.interfaces[0] = (ethernet, 0, source.MULTIPLY, 1, (1 << 63) - 1, 0, 0, 0)
        self.interfaces[1] = (ethernet, 96, source.BINARY, 20, (1 << 63) - 1, 10**9, 0, 0)
        self.initial[:, source.INTERFACES // 8] = 2
        self.initial[:, source.INTERFACE_TABLE // 8] = int(self.interfaces.ctypes.data)

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Enhanced, obsolete, simple and unknown blocks, then a section and an interface."""
        del captures
        return [_blocks(">" if order == BIG else "<", order) for order in (LITTLE, BIG)]


def _blocks(mark: str, order: int) -> Piece:
    data, marks, big = b"", [], order == BIG
    high, low = NANOS >> 32, NANOS & 0xFFFF_FFFF

    def enhanced(frame: bytes) -> bytes:
        size = len(frame)
        return struct.pack(f"{mark}IIIII", size & 1, high, low, size, size) + frame

    kinds = [(6, enhanced(frame)) for frame in FRAMES]
    kinds += [(2, struct.pack(f"{mark}HHIIII", 1, 0, high, low, 9, 9) + bytes(9))]
    kinds += [(3, struct.pack(f"{mark}I", 40) + bytes(40)), (5, bytes(16))]
    kinds += [(0x0A0D0D0A, struct.pack(f"{mark}IHHq", 0x1A2B3C4D, 1, 0, -1)), (6, bytes(32))]
    kinds += [(1, struct.pack(f"{mark}HHI", 1, 0, 0))]
    for kind, body in kinds:
        padded = body + bytes(-len(body) % 4)
        total = struct.pack(f"{mark}I", len(padded) + 12)
        at = len(data)
        marks += [Mark(at + 4 * k, 4, big, leading=k in {0, 1, 2, 5, 6}) for k in range(7)]
        data += struct.pack(f"{mark}I", kind) + total + padded + total
        marks.append(Mark(len(data) - 4, 4, big, leading=True))
    return Piece(data, marks, order)


@register("binaryfile")
class BinaryFileTarget(WalkerTarget):
    """Length-prefixed messages, with lengths and (EXTRA 1) with zeros in their place."""

    poll = poll_binary_file

    def prepare(self) -> None:
        """Lengths by type for pieces without any; their byte order is big at any rate."""
        for kind, length in message_lengths(feed("nasdaq.itch50").application).items():
            self.lengths[kind] = length
        self.initial[1, source.LENGTH_TABLE // 8] = int(self.lengths.ctypes.data)

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Runs of messages."""
        del captures
        day = [payload[20:] for payload in simulated(feed("nasdaq.itch50")) if len(payload) > 20]
        made = []
        for at in range(0, 50 * BLOCKS, BLOCKS):
            data, marks = b"".join(day[at : at + BLOCKS]), []
            zeros = bytearray(data)
            place = 0
            while place < len(data):
                marks += [Mark(place, 2, big=True, leading=True), Mark(place + 2, 1, leading=True)]
                zeros[place : place + 2] = b"\0\0"
                place += 2 + int.from_bytes(data[place : place + 2], "big")
            made += [Piece(data, marks, 0), Piece(bytes(zeros), marks, 1)]
        return made

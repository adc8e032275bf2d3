"""What `bench live` sends: one made-up market in two forms, as messages of what changed and as full snapshots.

Incremental: MoldUDP64 packets of TotalView-ITCH 5.0. Each adds an order of one of some instruments and deletes the
one that was added ORDERS frames before, so that books stay as deep as they are. Snapshots: after each such change a
datagram of our own holds every level of the instrument's book. Both carry the sender's clock where `STAMP` says.
"""

import random
import struct
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.source.packet_filter import Place

INSTRUMENTS: Final = 16
ORDERS: Final = 640  # that live at a time: 40 of each instrument
LEVELS: Final = 20  # prices of a side
MID: Final = 1_000_000  # in 0.0001
TICK: Final = 100
SEED: Final = 11
SESSION: Final = b"BENCHLIVE1"
UDP_HEADERS: Final = 28  # IPv4 and UDP
HEADERS: Final = 14 + UDP_HEADERS
STAMP_BYTES: Final = 6
STAMP_BITS: Final = 46  # ns: below a day, as a time of ITCH has to be
SNAPSHOT_HEAD: Final = struct.Struct(">2x6sQHBB")  # stamp, sequence, instrument, bids, asks
SNAPSHOT_LEVEL: Final = struct.Struct(">qI")
MOLD_HEAD: Final = 20
BLOCK_HEAD: Final = 7  # of a block before its time: length, type, stock, tracking


class Stream(NamedTuple):
    """Frames in memory, one behind the other, and where in its datagram each carries the stamp."""

    frames: Any  # uint8
    rows: Any  # int64: offset, length
    stamp_at: int  # in the datagram
    what: str

    @property
    def frame_bytes(self) -> float:
        """Of a frame on the wire, on the average."""
        return float(self.rows[:, 1].mean())


@dataclass(frozen=True)
class Change:
    """An order that comes; the one that goes is of ORDERS changes before, and of the same instrument."""

    order_id: int
    instrument: int
    side: bytes
    price: int
    size: int


def changes(count: int) -> list[Change]:
    """The market, from a seed."""
    bits = random.Random(SEED).getrandbits  # noqa: S311 (it makes data, not secrets)
    made = []
    for number in range(count):
        bid = number // INSTRUMENTS % 2 == 0
        away = (1 + bits(16) % LEVELS) * TICK
        made.append(
            Change(
                number + 1, number % INSTRUMENTS + 1, b"B" if bid else b"S",
                MID - away if bid else MID + away, 100 * (1 + bits(8) % 9),
            )
        )  # fmt: skip
    return made


def ethernet(place: Place, datagram: bytes) -> bytes:
    """A frame to a group; the checksum of UDP is zero, which is none, so that a stamp does not break it."""
    address, port = place
    head = struct.pack(
        ">BBHHHBBHII", 0x45, 0, UDP_HEADERS + len(datagram), 0, 0x4000, 9, 17, 0, 0x0A4D0001, address
    )  # fmt: skip
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    head = head[:10] + struct.pack(">H", total) + head[12:]
    mac = b"\x01\0\x5e" + (address & 0x7FFFFF).to_bytes(3, "big") + b"\x02\0\0\0\0\x01\x08\0"
    return mac + head + struct.pack(">HHHH", 26400, port, 8 + len(datagram), 0) + datagram


def packed(frames: list[bytes], stamp_at: int, what: str) -> Stream:
    """Frames as a stream."""
    lengths = np.array([len(each) for each in frames], np.int64)
    offsets = np.cumsum(lengths) - lengths
    memory = np.frombuffer(b"".join(frames), np.uint8).copy()
    return Stream(memory, np.stack([offsets, lengths], axis=1), stamp_at, what)


def directory() -> list[bytes]:
    """The blocks that say which instruments there are."""
    return [
        struct.pack(
            ">HcHH6s8sccIcc2scccccIc", 39, b"R", number, 0, bytes(6), f"LIVE{number}".encode().ljust(8),
            b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N",
        )
        for number in range(1, INSTRUMENTS + 1)
    ]  # fmt: skip


def incremental(market: list[Change], place: Place) -> Stream:
    """What changed, in the venue's own messages."""
    blocks = directory()
    made = [ethernet(place, mold(1, blocks))]
    sequence = 1 + len(blocks)
    for number, add in enumerate(market):
        blocks = [
            struct.pack(
                ">HcHH6sQcI8sI", 36, b"A", add.instrument, 0, bytes(6), add.order_id, add.side,
                add.size, f"LIVE{add.instrument}".encode().ljust(8), add.price,
            )
        ]  # fmt: skip
        if number >= ORDERS:
            gone = market[number - ORDERS]
            blocks.append(
                struct.pack(">HcHH6sQ", 19, b"D", gone.instrument, 0, bytes(6), gone.order_id)
            )
        made.append(ethernet(place, mold(sequence, blocks)))
        sequence += len(blocks)
    return packed(made, MOLD_HEAD + BLOCK_HEAD, "what changed: MoldUDP64, ITCH 5.0")


def mold(sequence: int, blocks: list[bytes]) -> bytes:
    """A MoldUDP64 packet."""
    return SESSION + struct.pack(">QH", sequence, len(blocks)) + b"".join(blocks)


def snapshots(market: list[Change], place: Place) -> Stream:
    """The whole book of an instrument after each change."""
    books: dict[int, dict[bytes, dict[int, int]]] = {
        number: {b"B": {}, b"S": {}} for number in range(1, INSTRUMENTS + 1)
    }
    made = []
    for number, add in enumerate(market):
        book = books[add.instrument]
        book[add.side][add.price] = book[add.side].get(add.price, 0) + add.size
        if number >= ORDERS:
            gone = market[number - ORDERS]
            side = book[gone.side]
            side[gone.price] -= gone.size
            if side[gone.price] == 0:
                del side[gone.price]
        bids, asks = sorted(book[b"B"].items(), reverse=True), sorted(book[b"S"].items())
        head = SNAPSHOT_HEAD.pack(bytes(6), number + 1, add.instrument, len(bids), len(asks))
        levels = b"".join(SNAPSHOT_LEVEL.pack(*level) for level in (*bids, *asks))
        made.append(ethernet(place, head + levels))
    return packed(made, 2, "full snapshots: every level of the instrument's book")

"""Captures made byte by byte, so that the tests of the readers share no code with them."""

import ctypes
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from feedhandler.source import descriptor
from feedhandler.source.source import Source

Order = Literal["little", "big"]
Packet = tuple[int, bytes]  # ns since 1970, frame
MARK = {"little": "<", "big": ">"}


def pcap(
    packets: Iterable[Packet],
    order: Order = "little",
    *,
    nanos: bool = False,
    link: int = 1,
    snaplen: int = 65535,
    version: tuple[int, int] = (2, 4),
) -> bytes:
    """A classic pcap file."""
    mark = MARK[order]
    magic = 0xA1B23C4D if nanos else 0xA1B2C3D4
    data = struct.pack(f"{mark}IHHiIII", magic, *version, 0, 0, snaplen, link)
    for ns, frame in packets:
        seconds, rest = divmod(ns, 1_000_000_000)
        part = rest if nanos else rest // 1000
        data += struct.pack(f"{mark}IIII", seconds, part, len(frame), len(frame)) + frame
    return data


def padded(data: bytes) -> bytes:
    """Fill up to a multiple of four bytes."""
    return data + bytes(-len(data) % 4)


@dataclass
class Pcapng:
    """Blocks of a pcapng section in one byte order."""

    order: Order = "little"

    def pack(self, form: str, *values: int) -> bytes:
        """Numbers in the byte order of the section."""
        return struct.pack(MARK[self.order] + form, *values)

    def block(self, kind: int, body: bytes) -> bytes:
        """Any block."""
        body = padded(body)
        total = self.pack("I", len(body) + 12)
        return self.pack("I", kind) + total + body + total

    def section(self, version: int = 1) -> bytes:
        """A section header."""
        return self.block(0x0A0D0D0A, self.pack("IHHq", 0x1A2B3C4D, version, 0, -1))

    def option(self, code: int, value: bytes) -> bytes:
        """An option of a block."""
        return self.pack("HH", code, len(value)) + padded(value)

    def interface(
        self,
        link: int = 1,
        snaplen: int = 0,
        resolution: int | None = None,
        offset: int | None = None,
    ) -> bytes:
        """An interface description."""
        body = self.pack("HHI", link, 0, snaplen) + self.option(2, b"eth0")
        if resolution is not None:
            body += self.option(9, bytes([resolution]))
        if offset is not None:
            body += self.option(14, self.pack("q", offset))
        return self.block(1, body + self.option(0, b""))

    def enhanced(self, ticks: int, frame: bytes, interface: int = 0, wire: int = 0) -> bytes:
        """An enhanced packet block, with an option behind the frame."""
        high, low = ticks >> 32, ticks & 0xFFFF_FFFF
        head = self.pack("IIIII", interface, high, low, len(frame), wire or len(frame))
        return self.block(6, head + padded(frame) + self.option(2, b"\0\0\0\0"))

    def obsolete(self, ticks: int, frame: bytes, interface: int = 0) -> bytes:
        """An (obsolete) packet block."""
        high, low = ticks >> 32, ticks & 0xFFFF_FFFF
        head = self.pack("HHIIII", interface, 7, high, low, len(frame), len(frame))
        return self.block(2, head + frame)

    def simple(self, frame: bytes, wire: int = 0) -> bytes:
        """A simple packet block."""
        return self.block(3, self.pack("I", wire or len(frame)) + frame)


def ticks_of(ns: int, resolution: int) -> int:
    """A time in the unit of an if_tsresol, rounded down."""
    places = resolution & 0x7F
    units = 2**places if resolution & 0x80 else 10**places
    return ns * int(units) // 1_000_000_000


def pcapng(
    packets: Iterable[Packet], order: Order = "little", resolution: int = 6, offset: int = 0
) -> bytes:
    """A pcapng file of one section and one interface; `offset` in seconds, for fine resolutions."""
    writer = Pcapng(order)
    start = offset * 1_000_000_000
    blocks = [writer.enhanced(ticks_of(ns - start, resolution), frame) for ns, frame in packets]
    interface = writer.interface(resolution=resolution, offset=offset or None)
    return writer.section() + interface + b"".join(blocks)


@dataclass(frozen=True)
class Seen:
    """A frame as a source described it."""

    ts_recv: int
    frame: bytes
    wire: int
    link: int
    packet: int
    interface: int


def poll(source: Source, rows_max: int = 64) -> list[Seen]:
    """One poll."""
    rows = np.zeros((rows_max, descriptor.WORDS), np.int64)
    count = source.poll(source.state_address, int(rows.ctypes.data), rows_max)
    return [
        Seen(
            ts_recv=row[descriptor.TS_RECV],
            frame=ctypes.string_at(row[descriptor.ADDRESS], row[descriptor.CAPTURED]),
            wire=row[descriptor.WIRE],
            link=row[descriptor.LINK],
            packet=row[descriptor.PACKET],
            interface=row[descriptor.INTERFACE],
        )
        for row in rows[:count].tolist()
    ]


def read_all(source: Any, rows_max: int = 64) -> list[Seen]:
    """All frames of a source, as an engine takes them."""
    seen: list[Seen] = []
    goes_on = True
    while goes_on:
        while batch := poll(source, rows_max):
            seen += batch
        goes_on = source.refill()
    return seen

"""The traditional stack for `bench live`: a blocking UDP socket, and everything else in plain Python.

One system call for each datagram, `struct` and dicts. From messages of what changed it keeps books by order and
level; from full snapshots it takes each book anew. Written as one would write it, not to lose: no objects for each
message, no copies that are not needed.
"""

import socket
import struct
import time
from typing import Final

from feedhandler.bench.live_market import SNAPSHOT_HEAD, SNAPSHOT_LEVEL
from feedhandler.source.membership import join
from feedhandler.source.packet_filter import Place

ADD: Final = struct.Struct(">cHH6sQcI8sI")
DELETE: Final = struct.Struct(">cHH6sQ")
HEAD: Final = struct.Struct(">10sQH")
TIMEOUT: Final = struct.pack("ll", 0, 100_000)  # of a receive call: how soon a stop is seen
BUFFER_BYTES: Final = 32 << 20
BUFFER_FORCE: Final = 33


class IncrementalBooks:
    """Books of what changed."""

    def __init__(self) -> None:
        self.orders: dict[int, tuple[int, bytes, int, int]] = {}
        self.levels: dict[tuple[int, bytes], dict[int, int]] = {}
        self.best: dict[tuple[int, bytes], int] = {}

    def take(self, data: memoryview) -> bytes:
        """Apply a packet; its stamp."""
        _, _, count = HEAD.unpack_from(data)
        at = HEAD.size
        for _ in range(count):
            size = data[at] << 8 | data[at + 1]
            kind = data[at + 2]
            if kind == 65:
                _, locate, _, _, order, side, shares, _, price = ADD.unpack_from(data, at + 2)
                self.orders[order] = (locate, side, price, shares)
                self.change(locate, side, price, shares)
            elif kind == 68:
                _, locate, _, _, order = DELETE.unpack_from(data, at + 2)
                gone = self.orders.pop(order, None)  # none: what brought it was lost
                if gone is not None:
                    locate, side, price, shares = gone
                    self.change(locate, side, price, -shares)
            at += 2 + size
        return bytes(data[27:33])

    def change(self, locate: int, side: bytes, price: int, shares: int) -> None:
        """Change a level, and the best price if it is that."""
        key = (locate, side)
        levels = self.levels.setdefault(key, {})
        left = levels.get(price, 0) + shares
        best = self.best.get(key)
        if left:
            levels[price] = left
            if best is None or (price > best if side == b"B" else price < best):
                self.best[key] = price
        else:
            del levels[price]
            if price == best and levels:
                self.best[key] = max(levels) if side == b"B" else min(levels)


class SnapshotBooks:
    """Books that come whole."""

    def __init__(self) -> None:
        self.levels: dict[tuple[int, bytes], dict[int, int]] = {}
        self.best: dict[tuple[int, bytes], int] = {}

    def take(self, data: memoryview) -> bytes:
        """Take a book anew; its stamp."""
        stamp, _, instrument, bids, asks = SNAPSHOT_HEAD.unpack_from(data)
        size = SNAPSHOT_LEVEL.size
        middle = SNAPSHOT_HEAD.size + size * bids
        for side, first, end in (
            (b"B", SNAPSHOT_HEAD.size, middle),
            (b"S", middle, middle + size * asks),
        ):
            levels = dict(SNAPSHOT_LEVEL.iter_unpack(data[first:end]))
            self.levels[instrument, side] = levels
            if levels:
                self.best[instrument, side] = next(iter(levels))
        return bytes(stamp)


class PlainReceiver:
    """A socket and its loop."""

    def __init__(self, interface: str, place: Place, books: IncrementalBooks | SnapshotBooks | None,
                 *, blocking: bool) -> None:  # fmt: skip
        address, port = place
        self.books = books
        self.stopped = False
        self.stamps: list[bytes] = []
        self.dones: list[int] = []
        self.first_ns = 0
        self._blocking = blocking
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, BUFFER_FORCE, BUFFER_BYTES)
        except PermissionError:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.bind((socket.inet_ntoa(address.to_bytes(4, "big")), port))
        join(self._socket, interface, address)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEOUT)
        self._socket.setblocking(blocking)

    @property
    def seen(self) -> int:
        """Datagrams so far."""
        return len(self.dones)

    def run(self) -> None:
        """Receive until it is stopped."""
        receive, clock = self._socket.recv_into, time.monotonic_ns
        stamps, dones, books = self.stamps, self.dones, self.books
        buffer = bytearray(9216)
        view = memoryview(buffer)
        self.first_ns = clock()
        while not self.stopped:
            try:
                size = receive(buffer)
            except BlockingIOError:
                continue
            if books is not None:
                stamps.append(books.take(view[:size]))
            dones.append(clock())

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

"""One AF_XDP socket: memory cut into chunks, the four rings over it, and the queue of a card that it is bound to.

By system calls only. A chunk belongs to one side at a time: the fill ring gives chunks to the kernel, the receive
ring tells those that hold a frame; the transmit ring gives frames to send, the completion ring chunks that were sent.
Constants and layouts: <linux/if_xdp.h>.
"""

import ctypes
import errno
import socket
import struct
from dataclasses import dataclass
from typing import Final

from feedhandler.source.native import LIBRARY, failed, map_private, map_shared, unmap

FAMILY: Final = 44  # AF_XDP
SOL_XDP: Final = 283
MMAP_OFFSETS: Final = 1
RX_RING: Final = 2
TX_RING: Final = 3
MEMORY: Final = 4  # XDP_UMEM_REG
FILL_RING: Final = 5
COMPLETION_RING: Final = 6
STATISTICS: Final = 7
OPTIONS: Final = 8
RINGS: Final = {  # where each is mapped, bytes of its rows, its place among the offsets
    RX_RING: (0, 16, 0),
    TX_RING: (0x8000_0000, 16, 1),
    FILL_RING: (0x1_0000_0000, 8, 2),
    COMPLETION_RING: (0x1_8000_0000, 8, 3),
}
COPY: Final = 2  # flags of bind
ZERO_COPY: Final = 4
NEED_WAKEUP: Final = 8
HEADROOM: Final = 256  # XDP_PACKET_HEADROOM, which the kernel keeps before each frame
BUSY_POLL: Final = 46  # SOL_SOCKET
PREFER_BUSY_POLL: Final = 69
BUSY_POLL_BUDGET: Final = 70
BUDGET: Final = 64


@dataclass(frozen=True)
class Ring:
    """Addresses of a ring's words and rows."""

    producer: int
    consumer: int
    flags: int
    rows: int
    mapped: int
    mapped_bytes: int


class XdpSocket:
    """Chunks, rings and a bound socket."""

    def __init__(self, chunks: int, chunk_bytes: int, *, sending: bool = False) -> None:
        """`chunks` is a power of two; all rings have as many places, so none of ours ever overflows."""
        self.chunks = chunks
        self.chunk_bytes = chunk_bytes
        self.zero_copy = False
        self.rings: dict[int, Ring] = {}
        self.memory = 0
        self._socket = socket.socket(FAMILY, socket.SOCK_RAW, 0)
        try:
            self.memory = map_private(chunks * chunk_bytes)
            area = struct.pack("=QQIII4x", self.memory, chunks * chunk_bytes, chunk_bytes, 0, 0)
            self._socket.setsockopt(SOL_XDP, MEMORY, area)
            wanted = [FILL_RING, COMPLETION_RING, TX_RING if sending else RX_RING]
            for each in wanted:
                self._socket.setsockopt(SOL_XDP, each, chunks)
            told = self._socket.getsockopt(SOL_XDP, MMAP_OFFSETS, 128)
            for each in wanted:
                self.rings[each] = self._mapped(each, told)
        except BaseException:
            self.close()
            raise

    def _mapped(self, which: int, told: bytes) -> Ring:
        """Map a ring."""
        where, row_bytes, place = RINGS[which]
        producer, consumer, rows, flags = struct.unpack_from("=4Q", told, 32 * place)
        size = rows + self.chunks * row_bytes
        at = map_shared(self._socket.fileno(), size, where)
        return Ring(at + producer, at + consumer, at + flags, at + rows, at, size)

    @property
    def fd(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def fill(self) -> None:
        """Give all chunks to the kernel, for what will come."""
        ring = self.rings[FILL_RING]
        rows = (ctypes.c_uint64 * self.chunks).from_address(ring.rows)
        rows[:] = [number * self.chunk_bytes for number in range(self.chunks)]
        ctypes.c_uint32.from_address(ring.producer).value = self.chunks

    def busy_poll(self, budget_us: int) -> None:
        """Have the card's queue polled by our calls, not by interrupts; as far as the driver goes along."""
        for option, value in (
            (PREFER_BUSY_POLL, 1),
            (BUSY_POLL, budget_us),
            (BUSY_POLL_BUDGET, BUDGET),
        ):
            self._socket.setsockopt(socket.SOL_SOCKET, option, value)

    def bind(self, interface: int, queue: int, *, zero_copy: bool | None = None) -> None:
        """Bind to a queue; zero-copy if the driver can, or as told. OSError if it cannot be."""
        ways = {None: (ZERO_COPY, COPY), True: (ZERO_COPY,), False: (COPY,)}[zero_copy]
        for number, way in enumerate(ways):
            try:
                self._bind(interface, queue, way | NEED_WAKEUP)
            except OSError as error:
                last = number + 1 == len(ways)
                if last or error.errno not in {errno.EOPNOTSUPP, errno.EINVAL, 524}:  # ENOTSUPP
                    raise
            else:
                self.zero_copy = way == ZERO_COPY
                return

    def _bind(self, interface: int, queue: int, flags: int) -> None:
        address = struct.pack("=HHIII", FAMILY, flags, interface, queue, 0)
        buffer = ctypes.create_string_buffer(address, len(address))
        if LIBRARY.bind(self.fd, buffer, len(address)) != 0:  # Python's does not know the family
            raise failed("bind")

    def statistics(self) -> tuple[int, ...]:
        """Six numbers of the kernel: rx dropped, rx invalid, tx invalid, rx ring full, fill empty, tx empty."""
        return struct.unpack("=6Q", self._socket.getsockopt(SOL_XDP, STATISTICS, 48))

    def close(self) -> None:
        """Give rings, socket and memory back, in this order: the kernel's last look is before the last."""
        for ring in self.rings.values():
            unmap(ring.mapped, ring.mapped_bytes)
        self.rings.clear()
        self._socket.close()
        memory, self.memory = self.memory, 0
        if memory:
            unmap(memory, self.chunks * self.chunk_bytes)

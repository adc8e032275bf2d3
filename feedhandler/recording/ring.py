"""The ring of a recorder: AF_PACKET, TPACKET_V3.

Whole blocks: cheap by the frame, late by up to a tenth of a second.
"""

import select
import socket
import struct
from typing import Any, Final

import numpy as np

from feedhandler.jit import compile_for
from feedhandler.recording import kernel
from feedhandler.source import memory
from feedhandler.source.carrier import Carrier, forgive
from feedhandler.source.interface import interface_number, link_type, refused
from feedhandler.source.native import address_of_symbol, map_shared, unmap
from feedhandler.source.packet_filter import FilterBytes, attach, for_expression
from feedhandler.source.packet_ring import (
    BLOCK_BYTES,
    EVERY_PROTOCOL,
    RX_RING,
    SOL_PACKET,
    STATISTICS,
    VERSION,
)

V3: Final = 2
FRAME_BYTES: Final = 2048  # only a hint for V3
RETIRE_MS: Final = 100  # a block that is not full is handed over so late
EVERY: Final = 1 << 62


def compile_all(state: Any) -> None:
    """Have the kernels at hand."""
    compile_for(kernel.is_ready, 0)
    compile_for(kernel.write_block, state, 0, 0, 0)
    compile_for(kernel.give_back, 0)


class BlockRing:
    """Blocks of frames of an interface, all or those that an expression matches."""

    def __init__(self, interface: str, expression: str = "", ring_bytes: int = 64 << 20) -> None:
        interface_number(interface)
        self.link = link_type(interface)
        self.received = self.dropped = 0
        self._next = self._base = 0
        self.blocks = max(ring_bytes // BLOCK_BYTES, 2)
        memory.check(self.blocks * BLOCK_BYTES, f"{interface}: ring")
        program = for_expression(expression, self.link) if expression else []
        self._out = np.zeros(2 * BLOCK_BYTES, np.uint8)
        self.state = np.zeros(kernel.WORDS, np.int64)
        self.state[kernel.COPY] = address_of_symbol("memcpy")
        compile_all(self.state)  # meanwhile no frame waits, and none is lost
        self.carrier = Carrier(interface)
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except OSError as error:
            self.carrier.close()
            raise refused(error, f"{interface}: packet socket") from None
        try:
            if program:
                attach(self._socket, FilterBytes(program))
            self._socket.setsockopt(SOL_PACKET, VERSION, V3)
            frames = BLOCK_BYTES // FRAME_BYTES * self.blocks
            request = (BLOCK_BYTES, self.blocks, FRAME_BYTES, frames, RETIRE_MS, 0, 0)
            self._socket.setsockopt(SOL_PACKET, RX_RING, struct.pack("=7I", *request))
            self._base = map_shared(self._socket.fileno(), self.blocks * BLOCK_BYTES)
            self._socket.bind((interface, EVERY_PROTOCOL))
        except OSError as error:
            self.close()
            raise refused(error, f"{interface}: ring of {ring_bytes:,} bytes") from None
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | select.POLLERR)

    def wait(self, timeout_ms: int) -> None:
        """Wait until there may be a block; a link that went down must not end every wait from then on."""
        if any(events & select.POLLERR for _, events in self._poll.poll(timeout_ms)):
            forgive([self._socket.fileno()])

    def take(self, frames_max: int = EVERY) -> memoryview | None:
        """The next block as pcapng, good until the next call; None = there is none yet."""
        block = self._base + self._next * BLOCK_BYTES
        if not kernel.is_ready(block):
            return None
        length = kernel.write_block(self.state, block, int(self._out.ctypes.data), frames_max)
        kernel.give_back(block)
        self._next = (self._next + 1) % self.blocks
        return self._out.data[:length]

    def count(self) -> None:
        """Add what the kernel counted since it was last asked; dropped frames are among those received."""
        told = self._socket.getsockopt(SOL_PACKET, STATISTICS, 12)
        received, dropped, _ = struct.unpack("=3I", told)
        self.received += received
        self.dropped += dropped

    def close(self) -> None:
        """Give ring and sockets back."""
        self.carrier.close()
        if self._base:
            unmap(self._base, self.blocks * BLOCK_BYTES)
            self._base = 0
        self._socket.close()

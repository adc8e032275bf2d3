"""The transmit ring of an AF_XDP socket, for a sender: no slower than a packet socket alone, quicker in batches.

It needs no XDP program. The kernel copies each frame once more where the driver cannot send from our memory.
"""

from typing import Final

import numpy as np

from feedhandler.sending import xdp_kernel
from feedhandler.source.interface import interface_number
from feedhandler.source.native import address_of_symbol
from feedhandler.source.xdp import chunk_bytes, interface_refused
from feedhandler.source.xdp_socket import COMPLETION_RING, TX_RING, XdpSocket

CHUNKS: Final = 2048
BATCH: Final = 32  # frames for which the kernel is woken once, where none has a time of its own


class Transmitter:
    """A socket that sends from queue 0 of an interface."""

    send = xdp_kernel.send_xdp
    place, tell = xdp_kernel.place_xdp, xdp_kernel.tell_xdp  # the same in two steps

    def __init__(self, interface: str) -> None:
        index = interface_number(interface)
        size = chunk_bytes(interface)
        self._state = np.zeros(xdp_kernel.WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self._free = np.arange(CHUNKS, dtype=np.int64) * size
        self._socket: XdpSocket | None = None
        try:
            self._socket = XdpSocket(CHUNKS, size, sending=True)
            self._socket.bind(index, 0)
        except OSError as error:
            self.close()
            raise interface_refused(error, interface) from None
        out, done = self._socket.rings[TX_RING], self._socket.rings[COMPLETION_RING]
        for word, value in (
            (xdp_kernel.FD, self._socket.fd),
            (xdp_kernel.WAKE, address_of_symbol("send")),
            (xdp_kernel.MEMORY, self._socket.memory),
            (xdp_kernel.CHUNK_BYTES, size),
            (xdp_kernel.MASK, CHUNKS - 1),
            (xdp_kernel.PRODUCER, out.producer),
            (xdp_kernel.ROWS, out.rows),
            (xdp_kernel.DONE_PRODUCER, done.producer),
            (xdp_kernel.DONE_CONSUMER, done.consumer),
            (xdp_kernel.DONE_ROWS, done.rows),
            (xdp_kernel.FREE_TABLE, self._free.ctypes.data),
            (xdp_kernel.FREE, CHUNKS),
            (xdp_kernel.WAITING_MAX, 1),
        ):
            self._state[word // 8] = value

    def batches_of(self, frames: int) -> None:
        """Wake the kernel once for so many frames."""
        self._state[xdp_kernel.WAITING_MAX // 8] = frames

    def flush(self) -> None:
        """Have everything sent."""
        xdp_kernel.flush_xdp(self.state_address, 0, 0)

    def close(self) -> None:
        """Give memory and socket back."""
        if self._socket is not None:
            self._socket.close()

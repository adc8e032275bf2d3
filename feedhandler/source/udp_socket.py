"""Datagrams from ordinary UDP sockets, one for each group, polled with recvmmsg: no privilege is needed.

The functions are those of the process's global namespace, so that a preloaded Onload, VMA or XLIO takes the sockets
over; `notes` say whether one has. What a buffer had no room for is counted as `socket_drops`. The kernel stamps each
datagram; a card's stamp is taken where it is offered (`stamped_by` says which).
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from feedhandler.counter import Counter
from feedhandler.printable import dotted
from feedhandler.source import accelerator, socket_kernel
from feedhandler.source.carrier import Carrier
from feedhandler.source.interface import refused
from feedhandler.source.membership import is_multicast, join
from feedhandler.source.native import address_of_symbol
from feedhandler.source.packet_filter import (
    ANYBODY,
    FilterBytes,
    Place,
    Senders,
    attach,
    for_sender,
)
from feedhandler.source.source import ENVIRONMENT, USAGE, CaptureError

RECEIVE_BUFFER_FORCE: Final = 33  # SO_RCVBUFFORCE: beyond rmem_max, with CAP_NET_ADMIN
TIMESTAMPING: Final = 37
TIMESTAMPNS: Final = 35
BUSY_POLL: Final = 46
MEMORY: Final = 55  # SO_MEMINFO: nine numbers, the last is what was dropped
DROPS: Final = 8
# SOF_TIMESTAMPING_*: RX_HARDWARE, RX_SOFTWARE, SOFTWARE, RAW_HARDWARE
STAMPS: Final = 4 | 8 | 16 | 64
SLOT_ALIGN: Final = 64
BUFFER_MAX: Final = (1 << 30) - 1  # the kernel keeps twice as much in an int


@dataclass(frozen=True)
class SocketLimits:
    """How much may wait."""

    buffer_bytes: int = 32 << 20  # of each socket; the kernel counts its own overhead in
    datagram_bytes: int = 9216  # a larger datagram is cut
    busy_poll_us: int = 0


class UdpSocket:
    """The datagrams of some groups, or of addresses of ours."""

    poll = socket_kernel.poll_sockets

    def __init__(
        self,
        interface: str,
        groups: Iterable[Place],
        *,
        senders: Senders = ANYBODY,
        limits: SocketLimits | None = None,
    ) -> None:
        self.name = interface
        self.notes: list[str] = []
        self.limits = limits or SocketLimits()
        self._interface = interface
        self._senders = senders
        self._sockets: list[socket.socket] = []
        self._drops: list[int] = []
        self._cut_told = 0
        places = sorted(set(groups))
        if not places:
            raise CaptureError("udp_socket: no group is given, and a socket needs one", USAGE)
        self.carrier = Carrier(interface)
        try:
            for place in places:
                self._sockets.append(self._opened(*place))
        except BaseException:
            self.close()
            raise
        self._drops = [0] * len(places)
        self.notes += accelerator.notes_of(self.fds)
        self._lay_out(places)

    def _opened(self, address: int, port: int) -> socket.socket:
        """A socket that gets what is sent to one place."""
        try:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        except OSError as error:
            raise refused(error, f"{self._interface}: UDP socket") from None
        where, sender = dotted(address), self._senders.get((address, port), 0)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._size(made)
            made.setsockopt(socket.SOL_SOCKET, TIMESTAMPNS, 1)
            made.setsockopt(socket.SOL_SOCKET, TIMESTAMPING, STAMPS)
            if self.limits.busy_poll_us:
                made.setsockopt(socket.SOL_SOCKET, BUSY_POLL, self.limits.busy_poll_us)
            if sender and not is_multicast(address):  # the join of a group names it
                attach(made, FilterBytes(for_sender(sender)))
            made.bind((where, port))
            if is_multicast(address):
                join(made, self._interface, address, sender)
            made.setblocking(False)
        except OSError as error:
            made.close()
            raise CaptureError(f"{where}:{port}: {error.strerror}", ENVIRONMENT) from None
        except BaseException:
            made.close()
            raise
        return made

    def _size(self, made: socket.socket) -> None:
        """As large a buffer as we may have; less than was asked for is told once."""
        wanted = min(self.limits.buffer_bytes, BUFFER_MAX)
        try:
            made.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER_FORCE, wanted)
        except PermissionError:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, wanted)
        got = made.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2  # the kernel tells twice
        if got < wanted and not self.notes:
            self.notes.append(
                f"socket buffers of {got:,} bytes, not {wanted:,}: sudo sysctl -w net.core.rmem_max={wanted}"
            )

    def _lay_out(self, places: list[Place]) -> None:
        """Slots, messages and control buffers, all there before the first datagram."""
        most = socket_kernel.MESSAGES_MAX
        slot = socket_kernel.HEADERS + self.limits.datagram_bytes
        slot += -slot % SLOT_ALIGN + SLOT_ALIGN  # neighbours do not lie in the same cache set
        self._slots = np.zeros(most * slot, np.uint8)
        self._controls = np.zeros(most * socket_kernel.CONTROL_BYTES, np.uint8)
        first, control = int(self._slots.ctypes.data), int(self._controls.ctypes.data)
        room = slot - socket_kernel.HEADERS
        self._vectors = np.array(
            [(first + slot * n + socket_kernel.HEADERS, room) for n in range(most)], np.int64
        )
        vectors = int(self._vectors.ctypes.data)
        self._messages = np.zeros((most, socket_kernel.MESSAGE_BYTES // 8), np.int64)
        for number, message in enumerate(self._messages):
            message[2:5] = vectors + 16 * number, 1, control + socket_kernel.CONTROL_BYTES * number
        self._table = np.zeros((len(places), socket_kernel.SOCKET_BYTES // 8), np.int64)
        for row, each, (address, port) in zip(self._table, self._sockets, places, strict=True):
            row[:3] = each.fileno(), socket.htonl(address), socket.htons(port)
        self._time = np.zeros(2, np.int64)
        self._state = np.zeros(socket_kernel.WORDS, np.int64)
        for word, value in (
            (socket_kernel.SOCKETS, len(places)),
            (socket_kernel.SOCKET_TABLE, self._table.ctypes.data),
            (socket_kernel.RECEIVE, address_of_symbol("recvmmsg")),
            (socket_kernel.MESSAGES, self._messages.ctypes.data),
            (socket_kernel.SLOT_TABLE, first),
            (socket_kernel.SLOT_BYTES, slot),
            (socket_kernel.CONTROLS, control),
            (socket_kernel.CLOCK, address_of_symbol("clock_gettime")),
            (socket_kernel.TIME, self._time.ctypes.data),
        ):
            self._state[word // 8] = value
        self.state_address = int(self._state.ctypes.data)

    @property
    def fds(self) -> list[int]:
        """The sockets."""
        return [each.fileno() for each in self._sockets]

    @property
    def stamped_by_card(self) -> int:
        """Datagrams whose time is the network card's, not the kernel's."""
        return int(self._state[socket_kernel.HARDWARE // 8])

    @property
    def stamped_by(self) -> str:
        """Whose clock times are of."""
        return "card" if self.stamped_by_card else "kernel"

    def lost(self) -> dict[Counter, int]:
        """What was lost since the last call."""
        before = sum(self._drops)
        for number, each in enumerate(self._sockets):
            told = each.getsockopt(socket.SOL_SOCKET, MEMORY, 36)
            self._drops[number] = int(struct.unpack_from("=I", told, 4 * DROPS)[0])
        cut = int(self._state[socket_kernel.CUT // 8])
        newly_cut, self._cut_told = cut - self._cut_told, cut
        dropped = max(sum(self._drops) - before, 0)
        return {Counter.SOCKET_DROPS: dropped, Counter.CUT_FRAMES: newly_cut}

    def close(self) -> None:
        """Leave the groups and close the sockets."""
        if self._sockets and hasattr(self, "_state"):
            self._state[socket_kernel.SOCKETS // 8] = 0
        self.carrier.close()
        for each in self._sockets:
            each.close()
        self._sockets.clear()

"""Frames of an interface through a ring that the kernel shares with us: AF_PACKET, TPACKET_V2. The default live source.

The socket is opened without a protocol, so that no frame comes before filter and ring are in place; binding it
begins. Frames that this machine sends itself are left out. A tag that the kernel or the card took off is told in
the descriptor. Times are the kernel's, or the card's where somebody (ptp4l) has it stamp what it receives. What found
no free slot is counted as `ring_drops`, what was longer than one as `cut_frames`. Slots hold the longest frame that
the interface's MTU allows when the ring is opened.
Constants: <linux/if_packet.h>.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from feedhandler.counter import Counter
from feedhandler.source import memory, ring_kernel
from feedhandler.source.carrier import Carrier
from feedhandler.source.descriptor import LINK_ETHERNET
from feedhandler.source.fanout import Fanout, GroupFanout
from feedhandler.source.interface import frame_bytes, interface_number, link_type, refused
from feedhandler.source.membership import Memberships
from feedhandler.source.native import map_shared, unmap
from feedhandler.source.packet_filter import (
    ANYBODY,
    FilterBytes,
    Place,
    Senders,
    attach,
    program_of,
)
from feedhandler.source.source import USAGE, CaptureError

SOL_PACKET: Final = 263
RX_RING: Final = 5
STATISTICS: Final = 6
VERSION: Final = 10
TIMESTAMP: Final = 17
IGNORE_OUTGOING: Final = 23
RAW_HARDWARE: Final = (
    1 << 6
)  # SOF_TIMESTAMPING_*: the card's time where it tells one, else the kernel's
V2: Final = 1
EVERY_PROTOCOL: Final = 3  # ETH_P_ALL
BLOCK_BYTES: Final = 1 << 20
SLOT_BYTES: Final = 2048  # the least that is chosen: holds a frame of an MTU of 1,500
HEAD_BYTES: Final = (
    80  # in a slot before a frame, at most: struct tpacket2_hdr, struct sockaddr_ll, alignment
)


@dataclass(frozen=True)
class RingLimits:
    """How much the kernel may keep for us."""

    ring_bytes: int = 64 << 20
    slot_bytes: int = 0  # a frame and its head; a larger frame is cut; 0 = as `frame_bytes` has it
    frame_bytes: int = 0  # the longest frame that is wanted whole; 0 = of the interface's MTU


class PacketRing:
    """The frames that come to one interface."""

    poll = ring_kernel.poll_ring

    def __init__(
        self,
        interface: str,
        groups: Iterable[Place] = (),
        *,
        expression: str = "",
        senders: Senders = ANYBODY,
        limits: RingLimits | None = None,
        fanout: Fanout | GroupFanout | None = None,
        number: int = 0,
    ) -> None:
        """Frames to these groups, or all that the expression matches; without either all there are.

        What goes to a group that has a sender comes by that one only, on a wire where no switch has a say, too. With a
        fanout it is one of several that share what comes.
        """
        self.name = interface
        self.notes: list[str] = []
        wanted = list(groups)
        link = link_type(interface) if interface_number(interface) else 0
        limits = self._sized(limits or RingLimits())
        program = program_of(expression, link, wanted, senders)
        if isinstance(fanout, GroupFanout) and link != LINK_ETHERNET:
            raise CaptureError(f"{interface}: no Ethernet: its frames cannot be shared", USAGE)
        self._slots = checked_slots(limits)
        memory.check(limits.ring_bytes, f"{interface}: ring")
        self._length = 0
        self._fanout = fanout
        self._cut_told = 0
        self._state = np.zeros(ring_kernel.WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self._memberships: Memberships | None = None
        self.carrier = Carrier(interface)
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except OSError as error:
            self.carrier.close()
            raise refused(error, f"{interface}: packet socket") from None
        try:
            if expression or wanted:
                attach(self._socket, FilterBytes(program))
            self._map(limits)
            self._socket.bind((interface, EVERY_PROTOCOL))  # from here on frames come
            if fanout is not None:
                fanout.join(self._socket, wanted)
            self._memberships = Memberships(interface, wanted, senders)
        except OSError as error:
            self.close()
            raise refused(error, f"{interface}: ring of {limits.ring_bytes:,} bytes") from None
        except BaseException:
            self.close()
            raise
        for word, value in (
            (ring_kernel.BASE, self._base),
            (ring_kernel.SLOT_BYTES, limits.slot_bytes),
            (ring_kernel.SLOTS, self._slots),
            (ring_kernel.LINK, link),
            (ring_kernel.INTERFACE, number),
        ):
            self._state[word // 8] = value

    def _sized(self, limits: RingLimits) -> RingLimits:
        """Limits with slots for the frames of this interface, and a note where they are not the usual ones."""
        if limits.slot_bytes:
            return limits
        longest = frame_bytes(self.name)
        wanted = limits.frame_bytes or longest
        slot = slot_bytes_of(wanted)
        if slot > SLOT_BYTES:
            self.notes.append(
                f"{self.name}: frames of up to {wanted:,} bytes: slots of {slot:,} bytes, so that a ring of"
                f" {limits.ring_bytes:,} bytes holds {limits.ring_bytes // slot:,} frames"
            )
        if longest > slot - HEAD_BYTES:
            self.notes.append(f"{self.name}: frames of over {slot - HEAD_BYTES:,} bytes are cut")
        return replace(limits, slot_bytes=slot)

    def _map(self, limits: RingLimits) -> None:
        """Have the kernel make the ring, and map it."""
        blocks = limits.ring_bytes // BLOCK_BYTES
        request = struct.pack("=4I", BLOCK_BYTES, blocks, limits.slot_bytes, self._slots)
        self._socket.setsockopt(SOL_PACKET, VERSION, V2)
        self._socket.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
        self._socket.setsockopt(SOL_PACKET, TIMESTAMP, RAW_HARDWARE)
        self._socket.setsockopt(SOL_PACKET, RX_RING, request)
        self._base = map_shared(self._socket.fileno(), limits.ring_bytes)
        self._length = limits.ring_bytes

    @property
    def fds(self) -> list[int]:
        """The socket."""
        return [self._socket.fileno()]

    @property
    def stamped_by(self) -> str:
        """Whose clock times are of."""
        return "card" if self._state[ring_kernel.BY_CARD // 8] else "kernel"

    def lost(self) -> dict[Counter, int]:
        """What was lost since the last call: the kernel forgets it when it is read, so nobody else may ask."""
        told = self._socket.getsockopt(SOL_PACKET, STATISTICS, 8)
        _, dropped = struct.unpack("=2I", told)
        cut = int(self._state[ring_kernel.CUT // 8])
        newly_cut, self._cut_told = cut - self._cut_told, cut
        return {Counter.RING_DROPS: dropped, Counter.CUT_FRAMES: newly_cut}

    def close(self) -> None:
        """Leave the groups, give ring and socket back."""
        if self._memberships is not None:
            self._memberships.close()
        self.carrier.close()
        self._state[ring_kernel.SLOTS // 8] = self._state[ring_kernel.TAKEN // 8] = 0
        if self._length:
            unmap(self._base, self._length)
            self._length = 0
        if self._fanout is None:
            self._socket.close()
        else:
            self._fanout.leave(self._socket)


def slot_bytes_of(longest: int) -> int:
    """The smallest slot that holds a frame: a power of two, so that blocks hold whole slots, and no more than one."""
    return min(max(1 << (longest + HEAD_BYTES - 1).bit_length(), SLOT_BYTES), BLOCK_BYTES)


def checked_slots(limits: RingLimits) -> int:
    """How many slots a ring has; blocks are whole."""
    if limits.slot_bytes < 128 or BLOCK_BYTES % limits.slot_bytes:
        raise CaptureError(f"slots of {limits.slot_bytes} bytes: a power of two from 128", USAGE)
    if limits.ring_bytes < BLOCK_BYTES or limits.ring_bytes % BLOCK_BYTES:
        raise CaptureError(
            f"a ring of {limits.ring_bytes} bytes: a multiple of {BLOCK_BYTES} is expected", USAGE
        )
    return limits.ring_bytes // limits.slot_bytes

"""Packet sockets that share an interface's frames: the kernel gives each frame to one of them.

By group: rings of several workers, each with the groups of its own channels. Without it every frame runs through the
filter of every ring; with it one program of ours says whose group a frame goes to, and only that ring looks at it.
The rings keep their filters, so a frame that came to the wrong one would be dropped and never be read twice.

By flow, for programs of several readers that need no arbitration: "hash", "cpu", "queue".
Constants: <linux/if_packet.h>. A member is told to the program by its place in the kernel's table, which is the order
in which they joined. Whoever left would change places, and a link that went down and up would change them once more
(to the order in which sockets were made), so all stay, deaf, until the last one leaves.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from feedhandler.source.packet_filter import NOTHING, RETURN, FilterBytes, Place, attach, for_rings

SOL_PACKET: Final = 263
FANOUT: Final = 18
FANOUT_DATA: Final = 22
BY_PROGRAM: Final = 6  # PACKET_FANOUT_CBPF
UNIQUE: Final = 0x2000  # the kernel chooses a number that nobody has
NOT_OURS: Final = (
    0x4000  # frames that this machine sends are left out, as PACKET_IGNORE_OUTGOING has it
)
KINDS: Final = {"hash": 0, "cpu": 2, "queue": 5}  # those that keep the order of a flow


@dataclass(frozen=True)
class Fanout:
    """One of several rings that share an interface's frames by flow: all with the same number."""

    number: int
    kind: str = "hash"

    def join(self, packets: socket.socket, _places: Iterable[Place]) -> None:
        """Share from here on; the socket is bound."""
        ask(packets, self.number, KINDS[self.kind])

    def leave(self, packets: socket.socket) -> None:
        """Close the socket; the others share what it had."""
        packets.close()


class GroupFanout:
    """Rings that share one interface's frames by group; each joins once it is bound, in any order."""

    def __init__(self) -> None:
        self._members: list[tuple[socket.socket, list[Place]]] = []
        self._number = self._left = 0

    def join(self, packets: socket.socket, places: Iterable[Place]) -> None:
        """Take the frames to these groups from here on, which the others then get no more."""
        if self._members:
            ask(packets, self._number, BY_PROGRAM)
        else:
            ask(packets, 0, BY_PROGRAM | UNIQUE)
            self._number = packets.getsockopt(SOL_PACKET, FANOUT) & 0xFFFF
        self._members.append((packets, list(places)))
        self._tell()

    def leave(self, packets: socket.socket) -> None:
        """Take no more frames; the socket is closed with the last one, or now if it never joined."""
        if all(each is not packets for each, _ in self._members):
            packets.close()
            return
        attach(packets, FilterBytes([(RETURN, 0, 0, NOTHING)]))
        self._left += 1
        if self._left == len(self._members):
            for each, _ in self._members:
                each.close()
            self._members, self._left = [], 0

    def _tell(self) -> None:
        """Tell the kernel who has which group; places are those of the kernel's table."""
        program = FilterBytes(for_rings([places for _, places in self._members]))
        self._members[-1][0].setsockopt(SOL_PACKET, FANOUT_DATA, program.value)


def ask(packets: socket.socket, number: int, kind: int) -> None:
    """Join; older kernels refuse to leave out frames of our own, which are then taken as any other."""
    try:
        packets.setsockopt(SOL_PACKET, FANOUT, number | (kind | NOT_OURS) << 16)
    except OSError:
        packets.setsockopt(SOL_PACKET, FANOUT, number | kind << 16)

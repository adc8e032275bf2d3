"""Membership of multicast groups: an ordinary socket for each, kept open and never read.

Packet sockets and AF_XDP see what arrives and ask nobody to send it: only a join makes the kernel send IGMP, switches
forward and cards let pass. A socket for each group and sender, since the kernel allows twenty groups to one socket.
"""

import socket
import struct
from collections.abc import Iterable
from typing import Final, Self

from feedhandler.printable import dotted
from feedhandler.source.interface import interface_number
from feedhandler.source.packet_filter import ANYBODY, Place, Senders, by_address, senders_to
from feedhandler.source.source import ENVIRONMENT, CaptureError

JOIN_GROUP: Final = 42  # MCAST_*, <linux/in.h>: by number of the interface, which needs no address
JOIN_SOURCE_GROUP: Final = 46
MULTICAST_ALL: Final = 49
SMALL: Final = 2048  # of a buffer that nobody reads
FIRST_MULTICAST: Final = 224 << 24
LAST_MULTICAST: Final = (240 << 24) - 1


def storage(address: int) -> bytes:
    """A struct sockaddr_storage with an IPv4 address."""
    head = struct.pack("=HH", socket.AF_INET, 0) + address.to_bytes(4, "big")
    return head.ljust(128, b"\0")


def is_multicast(address: int) -> bool:
    """Whether an IPv4 address is a group's."""
    return FIRST_MULTICAST <= address <= LAST_MULTICAST


def join(member: socket.socket, interface: str, group: int, source: int = 0) -> None:
    """Have a socket join a group on an interface; with a source, only what that one sends (IGMPv3)."""
    request = struct.pack("=I4x", interface_number(interface)) + storage(group)
    option = JOIN_GROUP
    if source:
        option, request = JOIN_SOURCE_GROUP, request + storage(source)
    try:
        member.setsockopt(socket.IPPROTO_IP, option, request)
        member.setsockopt(socket.IPPROTO_IP, MULTICAST_ALL, 0)
    except OSError as error:
        raise CaptureError(
            f"{interface}: cannot join {dotted(group)}: {error.strerror}", ENVIRONMENT
        ) from None


class Memberships:
    """Groups that an interface has joined, until it is closed."""

    def __init__(self, interface: str, places: Iterable[Place], senders: Senders = ANYBODY) -> None:
        """Each group as its senders send it; one that anybody may send to, whatever the port, from all."""
        self._members: list[socket.socket] = []
        found = by_address(places, senders)
        wanted = [
            (group, source)
            for group, ports in sorted(found.items())
            for source in senders_to(ports) or (0,)
            if is_multicast(group)
        ]
        try:
            for group, source in wanted:
                member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._members.append(member)
                member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
                join(member, interface, group, source)
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self._members)

    def close(self) -> None:
        """Leave all groups."""
        for member in self._members:
            member.close()
        self._members.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

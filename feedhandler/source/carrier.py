"""Whether an interface is there and carries frames: what a live source cannot tell by silence.

It is asked by number, through a socket that stays in the network namespace where the source or sender was opened: a
later interface of the same name is another one, with which none of our sockets has to do. What is only down comes
back by itself, since rings, sockets and memberships wait for it; what is gone does not.
"""

import ctypes
import errno
import fcntl
import socket
import struct
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from feedhandler.source.interface import NAME_BYTES, ethtool, interface_number
from feedhandler.source.native import LIBRARY

SIOCGIFNAME: Final = 0x8910
SIOCGIFFLAGS: Final = 0x8913
UP: Final = 1 << 0  # IFF_*: switched on ...
RUNNING: Final = 1 << 6  # ... and its peer answers
GET_LINK: Final = 0x0A  # of ethtool
AWAY: Final = frozenset({errno.ENODEV, errno.ENXIO})


class LinkState(StrEnum):
    """Of an interface."""

    UP = "up"
    DOWN = "down"  # switched off, or without carrier: it may come back
    GONE = "gone"  # deleted, or moved to another namespace: it cannot


class Carrier:
    """The link of one interface."""

    def __init__(self, interface: str | int) -> None:
        """By name, or by number."""
        self.number = interface if isinstance(interface, int) else interface_number(interface)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def look(self) -> LinkState:
        """How it is now; where the system does not tell, it is taken to be up."""
        try:
            _, flags = self._named()
        except OSError as error:
            return LinkState.GONE if error.errno in AWAY else LinkState.UP
        return LinkState.UP if flags & UP and flags & RUNNING else LinkState.DOWN

    def fault(self) -> str:
        """Why it takes no frame; empty = it may.

        Of its peer the driver is asked, who knows at once; the flags that `look` takes follow up to a second later.
        """
        try:
            name, flags = self._named()
        except OSError:
            return "the interface is gone"
        if not flags & UP:
            return "the interface is down"
        told = ethtool(name, struct.pack("=2I", GET_LINK, 0), self._socket)
        if told is not None and struct.unpack_from("=2I", told)[1] == 0:
            return "the interface has no carrier: nobody is at the other end"
        return ""

    def _named(self) -> tuple[str, int]:
        """Its name and its flags as they are now. OSError where there is none."""
        named = fcntl.ioctl(self._socket, SIOCGIFNAME, struct.pack("=16si20x", b"", self.number))
        told = fcntl.ioctl(self._socket, SIOCGIFFLAGS, named[:NAME_BYTES].ljust(40, b"\0"))
        name = named[:NAME_BYTES].rstrip(b"\0").decode()
        return name, int(struct.unpack_from("=H", told, NAME_BYTES)[0])

    def close(self) -> None:
        """Give its socket back."""
        self._socket.close()


class ToldCarrier(Carrier):
    """The link of a device that is no interface of the kernel's: its driver is asked."""

    def __init__(self, is_up: Callable[[], bool]) -> None:
        self._is_up = is_up

    def look(self) -> LinkState:
        """How it is now."""
        return LinkState.UP if self._is_up() else LinkState.DOWN

    def fault(self) -> str:
        """Why it takes no frame."""
        return "" if self._is_up() else "the device's link is down"

    def close(self) -> None:
        """Nothing is open."""


def forgive(fds: Iterable[int]) -> None:
    """Take from sockets the error that a link left when it went: while it stands, none of them can be slept on."""
    error, size = ctypes.c_int(), ctypes.c_uint32(4)
    for fd in fds:
        LIBRARY.getsockopt(
            fd, socket.SOL_SOCKET, socket.SO_ERROR, ctypes.byref(error), ctypes.byref(size)
        )

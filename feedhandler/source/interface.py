"""A network interface by name, as the kernel tells it in this network namespace, and errors in one line."""

import ctypes
import errno
import fcntl
import socket
import struct
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from feedhandler.source import descriptor
from feedhandler.source.source import ENVIRONMENT, CaptureError

SIOCGIFHWADDR: Final = 0x8927
SIOCGIFMTU: Final = 0x8921
SIOCETHTOOL: Final = 0x8946
GET_CHANNELS: Final = 0x3C
NAME_BYTES: Final = 16  # of an interface, its closing zero included
REPLY_BYTES: Final = 256
# ARPHRD_* -> link type of what a raw packet socket gives
LINKS: Final = {1: descriptor.LINK_ETHERNET, 772: descriptor.LINK_ETHERNET}
PLAIN_IP: Final = (65534, 512, 768, 776, 778)  # tun, ppp, tunnels: no link header


class InterfaceMissingError(CaptureError):
    """There is no such interface here."""


def interface_number(name: str) -> int:
    """The number of an interface."""
    try:
        return socket.if_nametoindex(name)
    except OSError:
        try:
            known = ", ".join(each for _, each in socket.if_nameindex())
        except OSError as error:  # it is not known whether there is one
            raise refused(error, name) from None
        text = f"{name}: no such interface (there are: {known})"
        raise InterfaceMissingError(text, ENVIRONMENT) from None


def link_type(name: str) -> int:
    """The link type of frames of an interface."""
    kind = int(struct.unpack_from("=H", _asked(name, SIOCGIFHWADDR), 16)[0])
    if kind in PLAIN_IP:
        return descriptor.LINK_RAW
    if kind not in LINKS:
        raise CaptureError(f"{name}: hardware type {kind} is not supported", ENVIRONMENT)
    return LINKS[kind]


def ethtool(name: str, request: bytes, opened: socket.socket | None = None) -> bytes | None:
    """What a driver answers to a command of ethtool; None = it does not know the command.

    The interface is one of the socket's network namespace, without a socket one of ours.
    """
    told = name.encode()
    if len(told) >= NAME_BYTES:
        return None
    reply = ctypes.create_string_buffer(request, max(len(request), REPLY_BYTES))
    # struct ifreq: the name, then a pointer
    asked = told.ljust(NAME_BYTES, b"\0") + ctypes.addressof(reply).to_bytes(8, "little")
    try:
        with ExitStack() as stack:
            if opened is None:
                opened = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            fcntl.ioctl(opened, SIOCETHTOOL, asked.ljust(40, b"\0"))
    except OSError:
        return None
    return reply.raw


def receive_queues(name: str) -> int:
    """How many queues a card spreads what it receives over."""
    channels = struct.Struct("=9I")  # command, most of rx, tx, other, combined, then what they are
    reply = ethtool(name, channels.pack(GET_CHANNELS, *[0] * 8))
    if reply is None:
        return 1
    words = channels.unpack_from(reply)
    return max(int(words[5] + words[8]), 1)


def mtu(name: str) -> int:
    """The most bytes that an interface takes behind an Ethernet header."""
    return int(struct.unpack_from("=i", _asked(name, SIOCGIFMTU), 16)[0])


def frame_bytes(name: str) -> int:
    """The longest frame of an interface: its MTU, an Ethernet header and two tags."""
    return mtu(name) + 22


def _asked(name: str, request: int) -> bytes:
    """What the kernel answers to a request that takes a name. OSError if it does not."""
    asked = struct.pack("16s16x", name.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        return bytes(fcntl.ioctl(any_socket, request, asked))


def not_locked(what: str) -> CaptureError:
    """What an operator is told whose limit of locked memory (RLIMIT_MEMLOCK) is too low."""
    text = f"{what} may not be locked: ulimit -l unlimited, or CAP_IPC_LOCK (service: LimitMEMLOCK=infinity)"
    return CaptureError(text, ENVIRONMENT)


def refused(error: OSError, what: str, capability: str = "CAP_NET_RAW") -> CaptureError:
    """What an operator is told when the system says no."""
    if error.errno in {errno.EPERM, errno.EACCES}:
        program = Path(sys.executable).resolve()
        mend = f"sudo setcap {capability.lower()}+ep {program}"
        unit = f"AmbientCapabilities={capability.replace(',', ' ')}"
        text = f"{what}: needs {capability}; give it with: {mend} (service: {unit})"
        return CaptureError(text, ENVIRONMENT)
    text = f"{what}: {error.strerror}"
    if error.errno == errno.EMFILE:
        text += "; allow more with: ulimit -n 65536 (service: LimitNOFILE=65536)"
    return CaptureError(text, ENVIRONMENT)

"""A network interface by name, as the kernel tells it in this network namespace, and errors in one line."""

import errno
import fcntl
import socket
import struct
import sys
from pathlib import Path
from typing import Final

from feedhandler.source import descriptor
from feedhandler.source.source import ENVIRONMENT, CaptureError

SIOCGIFHWADDR: Final = 0x8927
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
        known = ", ".join(each for _, each in socket.if_nameindex())
        text = f"{name}: no such interface (there are: {known})"
        raise InterfaceMissingError(text, ENVIRONMENT) from None


def link_type(name: str) -> int:
    """The link type of frames of an interface."""
    request = struct.pack("16s16x", name.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, SIOCGIFHWADDR, request)
    kind = int(struct.unpack_from("=H", answer, 16)[0])
    if kind in PLAIN_IP:
        return descriptor.LINK_RAW
    if kind not in LINKS:
        raise CaptureError(f"{name}: hardware type {kind} is not supported", ENVIRONMENT)
    return LINKS[kind]


def refused(error: OSError, what: str, capability: str = "CAP_NET_RAW") -> CaptureError:
    """What an operator is told when the system says no."""
    if error.errno in {errno.EPERM, errno.EACCES}:
        program = Path(sys.executable).resolve()
        mend = f"sudo setcap {capability.lower()}+ep {program}"
        text = f"{what}: needs {capability}; give it with: {mend} (service: AmbientCapabilities={capability})"
        return CaptureError(text, ENVIRONMENT)
    return CaptureError(f"{what}: {error.strerror}", ENVIRONMENT)

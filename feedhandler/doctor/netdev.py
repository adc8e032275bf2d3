"""What the kernel tells of an interface's XDP by generic netlink (family "netdev", Linux 6.3); None where it does not.

Layouts: <linux/netlink.h>, <linux/genetlink.h>, <linux/netdev.h>.
"""

import socket
import struct
from collections.abc import Iterator
from typing import Final

GENERIC: Final = 16  # NETLINK_GENERIC
REQUEST: Final = 1
ERROR: Final = 2
CONTROL: Final = 16  # GENL_ID_CTRL
GET_FAMILY: Final = 3
FAMILY_ID: Final = 1  # attributes
FAMILY_NAME: Final = 2
GET_DEVICE: Final = 1
DEVICE_INDEX: Final = 1
DEVICE_FEATURES: Final = 3
REPLY_BYTES: Final = 1 << 16
TIMEOUT_S: Final = 2
_HEAD: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_GENERIC: Final = struct.Struct("=BBxx")  # command, version
_ATTRIBUTE: Final = struct.Struct("=HH")  # length, type


def xdp_features(interface: str) -> int | None:
    """The bits of NETDEV_XDP_ACT_*."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC) as asked:
            asked.settimeout(TIMEOUT_S)
            family = _ask(asked, CONTROL, GET_FAMILY, FAMILY_NAME, b"netdev\0").get(FAMILY_ID)
            if family is None:
                return None
            index = struct.pack("=I", socket.if_nametoindex(interface))
            number = int.from_bytes(family[:2], "little")
            told = _ask(asked, number, GET_DEVICE, DEVICE_INDEX, index).get(DEVICE_FEATURES)
    except (OSError, AttributeError, struct.error):
        return None
    return None if told is None else int.from_bytes(told, "little")


def _ask(
    asked: socket.socket, family: int, command: int, kind: int, value: bytes
) -> dict[int, bytes]:
    """The attributes of an answer; none if it is an error."""
    body = _GENERIC.pack(command, 1) + _ATTRIBUTE.pack(4 + len(value), kind) + padded(value)
    asked.send(_HEAD.pack(_HEAD.size + len(body), family, REQUEST, 1, 0) + body)
    reply = asked.recv(REPLY_BYTES)
    if _HEAD.unpack_from(reply)[1] == ERROR:
        return {}
    return dict(attributes(reply[_HEAD.size + _GENERIC.size :]))


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and value of each attribute."""
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if length < _ATTRIBUTE.size:
            return
        yield kind, data[_ATTRIBUTE.size : length]
        data = data[length + -length % 4 :]


def padded(value: bytes) -> bytes:
    """With zeros up to a multiple of four."""
    return value + bytes(-len(value) % 4)

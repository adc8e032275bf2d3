"""The system call bpf(2): maps, programs, and links that end with the process.

Layouts: union bpf_attr, <linux/bpf.h>.
"""

import ctypes
import os
import platform
import struct
from typing import Final

from feedhandler.source.native import LIBRARY, failed

NUMBERS: Final = {"x86_64": 321, "aarch64": 280, "riscv64": 280}  # of the call

MAP_CREATE: Final = 0
MAP_UPDATE: Final = 2
MAP_DELETE: Final = 3
PROGRAM_LOAD: Final = 5
LINK_CREATE: Final = 28

HASH: Final = 1  # kinds of maps
ARRAY: Final = 2
SOCKETS: Final = 17  # XSKMAP
XDP: Final = 6  # kind of program
ATTACH_XDP: Final = 37
MAPPABLE: Final = (
    1 << 10
)  # a flag of maps: it can be read without a call, and so without a privilege
LOG_BYTES: Final = 1 << 16


def bpf(command: int, attributes: bytes) -> int:
    """The call; OSError if the kernel refuses."""
    number = NUMBERS.get(platform.machine())
    if number is None:
        raise OSError(38, "bpf(2) is not known for this processor")
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    call = LIBRARY.syscall
    call.restype = ctypes.c_long
    call.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint]
    got = call(number, command, ctypes.addressof(buffer), len(attributes))
    if got < 0:
        raise failed("bpf")
    return int(got)


class Map:
    """A map that a program and we share."""

    def __init__(
        self, kind: int, key_bytes: int, value_bytes: int, entries: int, flags: int = 0
    ) -> None:
        attributes = struct.pack("=5I", kind, key_bytes, value_bytes, entries, flags)
        self.fd = bpf(MAP_CREATE, attributes)

    def put(self, key: bytes, value: bytes) -> None:
        """Set an entry."""
        self._change(MAP_UPDATE, key, value)

    def remove(self, key: bytes) -> None:
        """Take an entry away."""
        self._change(MAP_DELETE, key, b"")

    def _change(self, command: int, key: bytes, value: bytes) -> None:
        left = ctypes.create_string_buffer(key, len(key))
        right = ctypes.create_string_buffer(value, len(value))
        there = (
            ctypes.addressof(right) if value else 0
        )  # the kernel wants zeros where it reads nothing
        bpf(command, struct.pack("=I4xQQQ", self.fd, ctypes.addressof(left), there, 0))

    def close(self) -> None:
        """Give it back."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)


def load(program: bytes) -> int:
    """Load an XDP program; its descriptor. What the verifier says against it is in the error."""
    code = ctypes.create_string_buffer(program, len(program))
    licence = ctypes.create_string_buffer(b"MIT")
    log = ctypes.create_string_buffer(LOG_BYTES)

    def attributes(level: int) -> bytes:
        head = struct.pack(
            "=IIQQIIQII", XDP, len(program) // 8, ctypes.addressof(code), ctypes.addressof(licence),
            level, LOG_BYTES if level else 0, ctypes.addressof(log) if level else 0, 0, 0,
        )  # fmt: skip
        return head + struct.pack("=16sII", b"feedhandler", 0, ATTACH_XDP)

    try:
        return bpf(PROGRAM_LOAD, attributes(0))
    except PermissionError:
        raise
    except OSError as error:
        try:
            return bpf(PROGRAM_LOAD, attributes(1))
        except OSError:
            said = log.value.decode(errors="replace").strip().splitlines()[-3:]
            raise OSError(error.errno, f"XDP program refused: {' / '.join(said)}") from None


def attach(program: int, interface: int, flags: int) -> int:
    """Attach a program to an interface for as long as the descriptor that is given back is open."""
    return bpf(LINK_CREATE, struct.pack("=IIII", program, interface, ATTACH_XDP, flags))

"""Functions of the C library by address, so that compiled loops call them as they call each other.

They are taken from the global namespace of the process: what was preloaded (Onload, VMA) is found first there.
A function that gives an int leaves the upper half of the word undefined: kernels take the lower half.
"""

import ctypes
import errno
import os
from typing import Final

import numpy as np

from feedhandler.intrinsics import JIT_ON, TWINS
from feedhandler.records import touch

LIBRARY: Final = ctypes.CDLL(None, use_errno=True)
POPULATE: Final = 0x8000
ARGUMENTS: Final = 5  # as many as `call5` passes; a function takes the first of them that it knows


def address_of_symbol(name: str) -> int:
    """Where a function is; AttributeError if the system has none of this name."""
    return callable_at(ctypes.cast(getattr(LIBRARY, name), ctypes.c_void_p).value or 0)


def callable_at(address: int) -> int:
    """The address of a C function, which kernels may call now with the JIT off, too."""
    if not JIT_ON:
        word = ctypes.c_int64
        foreign = ctypes.CFUNCTYPE(word, *[word] * ARGUMENTS)(address)
        TWINS[address] = lambda *values: int(foreign(*values, *[0] * (ARGUMENTS - len(values))))
    return address


def map_shared(fd: int, length: int, offset: int = 0) -> int:
    """Map what a socket or a BPF map shares with us, present from the start; its address. OSError if it cannot be.

    Not by Python's mmap: that holds the descriptor, and the ring, beyond the socket's close. Every page is written to
    once, so the kernel must not write there yet: present pages are clean, and below a hypervisor the first write to
    one can cost more than the frames that lie there (measured on one: 0.4 us a page of two slots, 0.04 us a frame).
    """
    at = _map(length, 0x01, fd, offset)  # MAP_SHARED
    touch(np.ctypeslib.as_array((ctypes.c_uint8 * length).from_address(at)))
    return at


def map_private(length: int) -> int:
    """Map zeroed memory of ours, present from the start; its address. OSError if there is not so much."""
    return _map(length, 0x02 | 0x20, -1, 0)  # MAP_PRIVATE | MAP_ANONYMOUS


def _map(length: int, flags: int, fd: int, offset: int) -> int:
    call = LIBRARY.mmap
    call.restype = ctypes.c_void_p
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_int64]
    address = call(None, length, 3, flags | POPULATE, fd, offset)
    if address in {None, ctypes.c_void_p(-1).value}:
        raise failed("mmap")
    return int(address)


def unmap(address: int, length: int) -> None:
    """Give back what was mapped."""
    call = LIBRARY.munmap
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    call(address, length)


def failed(what: str) -> OSError:
    """The error of the C call that just failed."""
    number = ctypes.get_errno() or errno.EIO
    return OSError(number, os.strerror(number), what)

"""Whether a preloaded accelerator (Onload, VMA, XLIO) has taken our sockets over: loaded is not yet active.

Onload tells it of each socket. VMA and XLIO only tell that they stand before the socket calls, so that is what is
said of them.
"""

import ctypes
import socket
from collections.abc import Iterable
from typing import Final

from feedhandler.source.native import LIBRARY

VMA_API: Final = 2800  # SO_VMA_GET_API: an option of socket -1 that only VMA and XLIO know


class OnloadState(ctypes.Structure):
    """struct onload_stat of <onload/extensions.h>."""

    _fields_ = [
        ("stack_id", ctypes.c_int),
        ("stack_name", ctypes.c_void_p),
        ("endpoint_id", ctypes.c_int),
        ("endpoint_state", ctypes.c_int),
    ]


def notes_of(fds: Iterable[int]) -> list[str]:
    """A line for each accelerator that is there; none if there is none."""
    every = list(fds)
    notes = []
    if hasattr(LIBRARY, "onload_fd_stat"):
        active = sum(is_onloaded(fd) for fd in every)
        notes.append(f"Onload: {active} of {len(every)} sockets are accelerated")
    if vma_answers():
        notes.append(
            "VMA or XLIO stands before the socket calls; it does not tell whether it is active"
        )
    return notes


def is_onloaded(fd: int) -> bool:
    """Whether Onload has a socket."""
    state = OnloadState()
    active = LIBRARY.onload_fd_stat(fd, ctypes.byref(state)) > 0
    if active and state.stack_name:
        LIBRARY.free(ctypes.c_void_p(state.stack_name))
    return bool(active)


def vma_answers() -> bool:
    """Whether VMA or XLIO stands before the socket calls."""
    pointer, length = ctypes.c_void_p(), ctypes.c_uint(8)
    try:
        answer = LIBRARY.getsockopt(
            -1, socket.SOL_SOCKET, VMA_API, ctypes.byref(pointer), ctypes.byref(length)
        )
    except (OSError, AttributeError):
        return False
    return bool(answer == 0)

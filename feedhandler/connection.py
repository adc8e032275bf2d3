"""Sending on connections whose other side may have gone: that is an error of the call, and no signal.

Without this flag the kernel sends SIGPIPE, and one client that closes early ends the whole process.
"""

import socket
from typing import Any, Final

NO_SIGNAL: Final = getattr(socket, "MSG_NOSIGNAL", 0)  # macOS has none


def send(made: socket.socket, data: Any) -> int:
    """Send what there is room for; how many bytes. OSError: BlockingIOError, or the connection is of no more use."""
    return made.send(data, NO_SIGNAL)

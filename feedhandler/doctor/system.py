"""What no file tells: asked of the kernel and of this process by calls, each of which answers None where it fails."""

import ctypes
import struct
from typing import Final

from feedhandler.doctor.netdev import xdp_features
from feedhandler.source import accelerator
from feedhandler.source.interface import ethtool

TIMEX_BYTES: Final = 512  # struct timex has 208
TIME_ERROR: Final = 5
STA_NANO: Final = 0x2000  # offsets are in ns, else in us
_OFFSET: Final = struct.Struct("=q")  # struct timex: long offset at 8, int status at 40
_STATUS: Final = struct.Struct("=i")


class Kernel:
    """Calls of the system; tests have one that answers by a table."""

    def ethtool(self, interface: str, request: bytes) -> bytes | None:
        """What a driver answers to a command of ethtool; None = it does not know the command."""
        return ethtool(interface, request)

    def xdp_features(self, interface: str) -> int | None:
        """What an interface's driver can of XDP; None = the kernel does not tell."""
        return xdp_features(interface)

    def clock_state(self) -> int | None:
        """What adjtimex says of the system's clock: 0 to 4 it is set by somebody, 5 it is not."""
        asked = _timex()
        return None if asked is None else asked[0]

    def clock_offset_ns(self) -> int | None:
        """How far the system's clock still is from that of whoever sets it; None = it is not known."""
        asked = _timex()
        if asked is None or asked[0] == TIME_ERROR:
            return None
        (offset,), (status,) = _OFFSET.unpack_from(asked[1], 8), _STATUS.unpack_from(asked[1], 40)
        return int(offset) * (1 if status & STA_NANO else 1000)

    def has_symbol(self, name: str) -> bool:
        """Whether this process has such a function, from whatever library was loaded before it."""
        try:
            return hasattr(ctypes.CDLL(None), name)
        except OSError:
            return False

    def vma_answers(self) -> bool:
        """Whether VMA or XLIO stands before the socket calls: only they know this option of socket -1."""
        return accelerator.vma_answers()


def _timex() -> tuple[int, bytes] | None:
    """The state that adjtimex returns, and its struct."""
    timex = ctypes.create_string_buffer(TIMEX_BYTES)  # modes = 0: ask only
    try:
        state = int(ctypes.CDLL(None).adjtimex(timex))
    except (OSError, AttributeError):
        return None
    return (state, timex.raw) if state >= 0 else None

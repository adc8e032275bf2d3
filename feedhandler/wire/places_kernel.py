"""Where many frames are sent, for whoever sorts frames by their line before anybody reads them."""

from typing import Any, Final

from feedhandler.jit import i64, kernel
from feedhandler.source import descriptor
from feedhandler.wire.kernel import GROUP, PORT, locate

NOWHERE: Final = -1


@kernel
def destinations(rows: Any, place: Any, out: Any) -> None:
    """Write address and port of each frame's datagram as one number, or NOWHERE where it has none."""
    for i in range(rows.shape[0]):
        address = i64(rows[i, descriptor.ADDRESS])
        captured = i64(rows[i, descriptor.CAPTURED])
        out[i] = NOWHERE
        if locate(address, captured, i64(rows[i, descriptor.LINK]), place) == 0:
            out[i] = i64(place[GROUP]) << 16 | i64(place[PORT])

"""The frames of a source one by one as Python objects, for the cold paths: decode, recognition of feeds."""

import ctypes
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from feedhandler.source import descriptor
from feedhandler.source.source import Source

BATCH: Final = 64


class Frame(NamedTuple):
    """One frame, its bytes copied: good for as long as anybody wants it."""

    packet: int
    ts_recv: int
    link: int
    wire: int  # bytes that it had, of which `data` may be the first part
    data: bytes
    interface: int = 0  # or the number of its input


def frames(source: Source) -> Iterator[Frame]:
    """Every frame of a source, in order."""
    rows = np.zeros((BATCH, descriptor.WORDS), np.int64)
    address = int(rows.ctypes.data)
    while True:
        count = source.poll(source.state_address, address, BATCH)
        if count == 0 and not source.refill():
            return
        for row in rows[:count].tolist():
            yield Frame(
                packet=row[descriptor.PACKET],
                ts_recv=row[descriptor.TS_RECV],
                link=row[descriptor.LINK],
                wire=row[descriptor.WIRE],
                data=ctypes.string_at(row[descriptor.ADDRESS], row[descriptor.CAPTURED]),
                interface=row[descriptor.INTERFACE],
            )

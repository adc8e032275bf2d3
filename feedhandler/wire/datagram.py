"""The datagram of one frame in plain Python terms, for the cold paths: decode, probing, tests."""

import ctypes
from typing import NamedTuple

import numpy as np

from feedhandler.counter import Counter
from feedhandler.wire.kernel import (
    GROUP,
    LENGTH,
    PAYLOAD,
    PLACE_WORDS,
    PORT,
    SOURCE_IP,
    locate,
)


class Datagram(NamedTuple):
    """A UDP payload, where it came from and went to; addresses as numbers (printable.dotted)."""

    source: int
    destination: int
    port: int
    payload: bytes


def datagram_of(frame: bytes, link: int) -> Datagram | str:
    """Find the datagram in a frame with the kernel of the hot path, or the reason why not."""
    room = ctypes.create_string_buffer(frame, len(frame) + 1)
    place = np.zeros(PLACE_WORDS, np.int64)
    reason = int(locate(ctypes.addressof(room), len(frame), link, place))
    if reason != 0:
        return Counter(reason).name.lower()
    payload = ctypes.string_at(int(place[PAYLOAD]), int(place[LENGTH]))
    return Datagram(int(place[SOURCE_IP]), int(place[GROUP]), int(place[PORT]), payload)

"""Input for measurements, laid out in memory: the frames of a capture, or of a simulated one."""

import ctypes
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.decode.catalog import Feed
from feedhandler.replaying import open_source
from feedhandler.source import descriptor
from feedhandler.wire.kernel import LENGTH, OK, PAYLOAD, PLACE_WORDS, locate

Array = np.ndarray[Any, Any]

SEED: Final = 7
BYTES_MAX: Final = 1 << 31


class Frames(NamedTuple):
    """Descriptors whose addresses point into `memory`."""

    descriptors: Array
    memory: Array
    name: str


@contextmanager
def capture_of(path: str | None, feed: Feed, messages: int) -> Iterator[str]:
    """The capture that was named, or a simulated one of line A for as long as it is needed."""
    if path is not None:
        yield path
        return
    from feedhandler.simulator import simulate, write_capture  # noqa: PLC0415 (scapy is slow to come)

    with tempfile.TemporaryDirectory(prefix="feedhandler-bench-") as folder:
        made = Path(folder) / "simulated.pcap"
        write_capture(made, simulate(feed.name, messages=messages, seed=SEED, lines="A"))
        yield str(made)


def load(path: str, feed: Feed) -> Frames:
    """Copy the frames of a capture into memory, one behind the other."""
    source = open_source([path], feed)
    table = np.zeros((256, descriptor.WORDS), np.int64)
    rows, pieces = [], []
    size = 0
    try:
        while True:
            count = source.poll(source.state_address, int(table.ctypes.data), len(table))
            if count == 0 and not source.refill():
                break
            for row in table[:count].copy():
                length = int(row[descriptor.CAPTURED])
                pieces.append(ctypes.string_at(int(row[descriptor.ADDRESS]), length))
                row[descriptor.ADDRESS] = size
                size += length
                rows.append(row)
            if size > BYTES_MAX:
                raise MemoryError
    finally:
        source.close()
    memory = np.frombuffer(b"".join(pieces) + bytes(64), np.uint8)
    descriptors = np.array(rows, np.int64).reshape(-1, descriptor.WORDS)
    descriptors[:, descriptor.ADDRESS] += memory.ctypes.data
    return Frames(descriptors, memory, path)


def datagrams_of(frames: Frames) -> Array:
    """Address and length of each frame's datagram."""
    place = np.zeros(PLACE_WORDS, np.int64)
    found = []
    for row in frames.descriptors.tolist():
        reason = locate(
            row[descriptor.ADDRESS], row[descriptor.CAPTURED], row[descriptor.LINK], place
        )
        if reason == OK:
            found.append((int(place[PAYLOAD]), int(place[LENGTH])))
    return np.array(found, np.int64).reshape(-1, 2)

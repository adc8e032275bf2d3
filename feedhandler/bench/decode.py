"""How fast the compiled decoder is, from a datagram in memory to Event rows."""

import numpy as np

from feedhandler.bench.data import capture_of, datagrams_of, load
from feedhandler.bench.kernel import decode_all
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import decoder_of
from feedhandler.event import EVENT


def measure(path: str | None, feed: Feed, messages: int, runs: int) -> Measurement:
    """Every datagram of a capture, into the same rows each time."""
    with capture_of(path, feed, messages) as name:
        frames = load(name, feed)
    datagrams = datagrams_of(frames)
    decoder = decoder_of(feed, "compiled")
    context = np.zeros(abi.CONTEXT_WORDS, np.int64)
    rows = np.zeros(abi.ROWS_PER_DATAGRAM_MAX, EVENT)
    count = 0
    for address, length in datagrams.tolist():
        made = decoder.decode(
            address, length, int(context.ctypes.data), int(rows.ctypes.data), rows.size
        )
        count += int(context[abi.MESSAGES]) if made >= 0 else 0
    arguments = (decoder.decode.address, int(context.ctypes.data), int(rows.ctypes.data), rows.size)
    made = int(decode_all(datagrams, *arguments))
    wall, cpu = timed(lambda: decode_all(datagrams, *arguments), runs)
    return Measurement(
        f"decode: {feed.name}, compiled decoder, framing and bounds checks included",
        "message", count, wall, cpu, memory_text(frames.memory.size),
        {"datagrams": len(datagrams), "rows": made},
    )  # fmt: skip

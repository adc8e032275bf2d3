"""How fast the reference decoder is. It is there to be right, and this says what that costs."""

import numpy as np

from feedhandler.bench.data import capture_of, datagrams_of, load
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import decoder_of
from feedhandler.event import EVENT

MESSAGES_MAX = 20_000


def measure(path: str | None, feed: Feed, messages: int, runs: int) -> Measurement:
    """The first datagrams of a capture through the Kaitai classes, to the same rows."""
    with capture_of(path, feed, min(messages, MESSAGES_MAX)) as name:
        frames = load(name, feed)
    decoder = decoder_of(feed, "reference")
    context = np.zeros(abi.CONTEXT_WORDS, np.int64)
    rows = np.zeros(abi.ROWS_PER_DATAGRAM_MAX, EVENT)
    given = (int(context.ctypes.data), int(rows.ctypes.data), rows.size)
    chosen: list[tuple[int, int]] = []
    count = 0
    for address, length in datagrams_of(frames).tolist():
        if decoder.decode(address, length, *given) >= 0:
            chosen.append((address, length))
            count += int(context[abi.MESSAGES])
        if count >= MESSAGES_MAX:
            break

    def work() -> None:
        for address, length in chosen:
            decoder.decode(address, length, *given)

    wall, cpu = timed(work, runs)
    return Measurement(
        f"kaitai: {feed.name}, reference decoder, all fields of every message",
        "message", count, wall, cpu, memory_text(sum(length for _, length in chosen)),
        {"datagrams": len(chosen)},
    )  # fmt: skip

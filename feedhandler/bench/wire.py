"""How long it takes from the first byte of a frame to the place of its datagram and its route."""

import numpy as np

from feedhandler.bench.data import capture_of, load
from feedhandler.bench.kernel import find_datagrams
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.decode.catalog import Feed
from feedhandler.wire.kernel import PLACE_WORDS
from feedhandler.wire.routes import Group, build_table


def measure(path: str | None, feed: Feed, messages: int, runs: int) -> Measurement:
    """Every frame of a capture, again and again."""
    with capture_of(path, feed, messages) as name:
        frames = load(name, feed)
    groups = sorted({Group.parse(line) for each in feed.channels for line in each.lines.values()})
    table = build_table(zip(groups, range(len(groups)), strict=True))
    place = np.zeros(PLACE_WORDS, np.int64)
    routed = int(find_datagrams(frames.descriptors, place, table))
    wall, cpu = timed(lambda: find_datagrams(frames.descriptors, place, table), runs)
    return Measurement(
        "wire: Ethernet, VLAN, IPv4 and UDP headers, route of the destination",
        "frame", len(frames.descriptors), wall, cpu, memory_text(frames.memory.size),
        {"routed": routed},
    )  # fmt: skip

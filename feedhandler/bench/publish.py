"""What it costs to publish: an event into the shared ring, best prices under their sequence lock."""

import numpy as np

from feedhandler.bench.kernel import write_bests
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.event import EVENT
from feedhandler.publish.bbo import BestPrices
from feedhandler.publish.kernel import publish_rows
from feedhandler.publish.ring import EventRing, as_words

LINES = 500


def measure_ring(events: int, runs: int) -> Measurement:
    """Rows into a private ring with nobody reading."""
    ring = EventRing.create()
    rows = np.zeros(events, EVENT)
    rows["order_id"] = np.arange(events)
    words = as_words(rows)
    try:
        wall, cpu = timed(
            lambda: publish_rows(ring.head, ring.sequences, ring.slots, words, 0, events), runs
        )
        published = ring.published
    finally:
        ring.close()
    return Measurement(
        "publish: events into the ring, no reader", "event", events, wall, cpu,
        memory_text(rows.nbytes + ring.slots.nbytes), {"published": published},
    )  # fmt: skip


def measure_best(updates: int, runs: int) -> Measurement:
    """Best prices of some hundred instruments that change each time."""
    best = BestPrices.create(None, LINES + 1)
    changed: list[int] = []

    def work() -> None:
        changed.append(int(write_bests(best.table, LINES, len(changed) * updates, updates)))

    try:
        wall, cpu = timed(work, runs)
        size = best.table.nbytes
    finally:
        best.close()
    return Measurement(
        f"publish: best prices of {LINES} instruments, no reader", "update", updates, wall, cpu,
        memory_text(size), {"sides_changed": changed[-1]},
    )  # fmt: skip

"""The writing process of `test_publish`: fills a ring or a best-price line at full speed.

usage: publish_writer.py ring|best NAME COUNT SLOTS. Says "ready", waits for a line, writes, says
"done", waits for its end. Every row carries a number and seven words derived from it, so that a
row made of two halves shows.
"""

import sys
from typing import Any

import numpy as np

from feedhandler import jit
from feedhandler.publish import BestPrices, EventRing
from feedhandler.publish.kernel import publish_rows, write_best

BATCH = 256
PAUSE_TICKS = 3000


@jit.kernel
def fill(rows: Any, number: int) -> None:
    """Word w of row n is n * (w + 1)."""
    for i in range(rows.shape[0]):
        for word in range(8):
            rows[i, word] = (number + i) * (word + 1)


@jit.kernel
def quotes(table: Any, count: int) -> None:
    """Rewrite line 3 so often; every word of it is a multiple of the write's number.

    Bursts of 64 with a pause of about a microsecond: a line that never rests cannot be read at all.
    """
    for i in range(1, count):
        write_best(table, 3, i, 2 * i, 3 * i, 4 * i, 5 * i, 77, 6 * i)
        if i & 63 == 0:
            until = jit.ticks() + PAUSE_TICKS
            while jit.ticks() < until:
                pass


def main() -> None:
    """Create, compile, wait, write."""
    what, name, count, slots = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rows = np.zeros((BATCH, 8), np.int64)
    fill(rows, 0)
    ring = EventRing.create(name if what == "ring" else None, slots)
    best = BestPrices.create(name if what == "best" else None, 8)
    publish_rows(ring.head, ring.sequences, ring.slots, rows, 0, 0)
    quotes(best.table, 2)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if what == "ring":
        for number in range(0, count, BATCH):
            fill(rows, number)
            publish_rows(ring.head, ring.sequences, ring.slots, rows, 0, min(BATCH, count - number))
    else:
        quotes(best.table, count)
    sys.stdin.readline()


if __name__ == "__main__":
    main()

"""Memory of the pools: given before frames flow, not while they do."""

from pathlib import Path

import numpy as np
import pytest

from feedhandler.book.pools import Limits, make_pools, touch_pages
from feedhandler.counter import Counter

ROLLUP = Path("/proc/self/smaps_rollup")


def anonymous_kb() -> int:
    """Kilobytes of this process that are its own, as the kernel counts them."""
    line = next(line for line in ROLLUP.read_text().splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1])


@pytest.mark.skipif(not ROLLUP.exists(), reason="this system does not tell what memory is given")
def test_touching_gives_every_page_and_changes_none() -> None:
    """All of the pools is there afterwards: an assignment of an array to itself would do nothing."""
    pools = make_pools(Limits(orders=1 << 18), np.zeros(len(Counter), np.int64))
    own = [
        array for name, array in pools._asdict().items() if name != "levels"
    ]  # in orders' memory
    before = anonymous_kb()
    words = [array.tobytes() for array in own[:1]]
    touch_pages(pools)

    assert anonymous_kb() - before >= 0.95 * sum(array.nbytes for array in own) / 1024
    assert [array.tobytes() for array in own[:1]] == words

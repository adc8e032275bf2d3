"""Memory of the pools: given before frames flow, not while they do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROLLUP = Path("/proc/self/smaps_rollup")
# In a process of its own: here, memory that was given back to the allocator may be used again.
SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from feedhandler.book.pools import PAGES_GIVEN, Limits, make_pools, touch_pages
from feedhandler.counter import Counter

def anonymous_kb():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Anonymous:")).split()[1])

pools = make_pools(Limits(orders=1 << 18), np.zeros(len(Counter), np.int64))
own = [array for name, array in pools._asdict().items() if name != "levels"]  # in orders' memory
before, words = anonymous_kb(), pools.control.tobytes()
touch_pages(pools)
pools.control[PAGES_GIVEN] = 0
given = (anonymous_kb() - before) / (sum(array.nbytes for array in own) / 1024)
print(f"{given:.2f}", pools.control.tobytes() == words)
"""


@pytest.mark.skipif(not ROLLUP.exists(), reason="this system does not tell what memory is given")
def test_touching_gives_every_page_and_changes_none() -> None:
    """All of the pools is there afterwards: an assignment of an array to itself would do nothing."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300, check=True
    )
    given, same = done.stdout.split()

    assert float(given) > 0.9
    assert same == "True"

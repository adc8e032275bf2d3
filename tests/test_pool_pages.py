"""Memory of pools and rings: given, and written to, before frames flow, not while they do."""

import subprocess
import sys
from pathlib import Path

import pytest
from lan import wire

from feedhandler.recording.ring import BlockRing
from feedhandler.source.packet_ring import PacketRing, RingLimits

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


def dirty_rings_kb() -> list[tuple[int, int]]:
    """(size, of it written to) of every mapping of a packet socket in this process, in KiB."""
    told, ours = [], False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        key, *rest = line.split()
        if not key.endswith(":"):
            ours = rest[-1].startswith("socket:")
            if ours:
                told.append({"Size:": 0, "Private_Dirty:": 0})
        elif ours and key in told[-1]:
            told[-1][key] = int(rest[0])
    return [(each["Size:"], each["Private_Dirty:"]) for each in told]


@pytest.mark.skipif(not ROLLUP.exists(), reason="this system does not tell what memory is given")
def test_every_page_of_a_ring_was_written_to_when_it_opens() -> None:
    """Below a hypervisor the first write to a page that is only present costs more than a frame."""
    with wire() as made, made.receiver.entered():
        before = dirty_rings_kb()
        ring = PacketRing("line_a", limits=RingLimits(ring_bytes=2 << 20))
        recorder = BlockRing("line_a", ring_bytes=4 << 20)
        after = dirty_rings_kb()
        ring.close()
        recorder.close()

    assert before == []
    assert sorted(after) == [(2048, 2048), (4096, 4096)]

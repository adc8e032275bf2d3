"""Pools that grow while frames flow: their memory is asked for and given like that of the first ones."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feedhandler.book import growth, pools
from feedhandler.book.pools import Limits, Pools, make_pools, pool_bytes, touch_pages
from feedhandler.counter import Counter

ROLLUP = Path("/proc/self/smaps_rollup")
LARGE = 2 << 20
# In a process of its own: here, memory that was given back to the allocator may be used again.
SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from feedhandler.book import growth
from feedhandler.book.pools import PAGES_GIVEN, Limits, make_pools, touch_pages
from feedhandler.counter import Counter
from feedhandler.verdict import Verdict

def anonymous_kb():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Anonymous:")).split()[1])

small = Limits(orders=1 << 10, books=16)
growth.grow_orders(make_pools(small, np.zeros(len(Counter), np.int64)))  # compiled
first = make_pools(Limits(orders=1 << 18, levels=1 << 14), np.zeros(len(Counter), np.int64))
touch_pages(first)
first.control[PAGES_GIVEN] = sys.argv[1] == "given"
before = anonymous_kb()
grown = growth.GROW[Verdict.ORDERS_FULL](first)
larger = sum(array.nbytes for array in (grown.orders, grown.priority, grown.index)) / 1024
print(f"{(anonymous_kb() - before) / larger:.2f}")
"""


@pytest.mark.skipif(not ROLLUP.exists(), reason="this system does not tell what memory is given")
def test_what_was_touched_is_touched_when_it_grows() -> None:
    """All of the larger pools is there at once; of pools that were not touched only what was copied."""
    shares = {}
    for how in ("given", "asked"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, timeout=300,
            check=True, env={"NUMBA_DISABLE_JIT": "1", "GLIBC_TUNABLES": ""},
        )  # fmt: skip
        shares[how] = float(done.stdout)

    assert shares["given"] > 0.9
    assert shares["given"] >= shares["asked"]


@pytest.fixture(name="asked")
def lengths_asked_for(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of each array for which large pages were asked."""
    asked: list[int] = []
    monkeypatch.setattr(pools, "ask_for_large_pages", lambda array: asked.append(array.nbytes))
    return asked


def first_pools() -> Pools:
    """Small ones."""
    limits = Limits(books=4, orders=64, levels=64)
    return make_pools(limits, np.zeros(len(Counter), np.int64))


@pytest.mark.parametrize("grow", [*growth.GROW.values(), lambda each: growth.grow_ladder(each, 40)])
def test_every_array_that_grows_is_asked_for(grow: Any, asked: list[int]) -> None:
    """Each new array, whichever pool it is of; what was in the old one is in the new one."""
    before = first_pools()
    touch_pages(before)
    after = grow(before)
    changed = [
        (name, old, new)
        for name, old, new in zip(before._fields, before, after, strict=True)
        if new is not old and name != "levels"  # in orders' memory
    ]

    assert changed
    assert len(asked) == len(changed)
    assert sum(asked) >= sum(np.asarray(new).nbytes for _, _, new in changed)
    assert all(np.asarray(new).nbytes > np.asarray(old).nbytes for _, old, new in changed)


def test_a_system_without_large_pages_grows_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are a wish."""

    def refused(_: Any) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(pools, "ask_for_large_pages", refused)
    first = first_pools()
    grown = growth.grow_books(first)

    assert grown.books.size == 2 * first.books.size


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(books=7, orders=1000, levels=300_000, ladder_depth=20)]
)
def test_the_size_of_pools_is_known_before(limits: Limits) -> None:
    """What is computed is what is made, but for a few words."""
    pools = make_pools(limits, np.zeros(len(Counter), np.int64))
    views = {"levels", "counters"}
    made = sum(
        np.asarray(each).nbytes for name, each in zip(pools._fields, pools, strict=True)
        if name not in views
    )  # fmt: skip

    assert 0 <= made - pool_bytes(limits) < 10_000

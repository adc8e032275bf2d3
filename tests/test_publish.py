"""Shared memory: whatever the reader does, it gets whole records and knows what it missed.

Invariant of the two-process tests: rows read + rows lost == rows written, and no record is torn,
although the writer never looks at the reader.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from shared_memory import ROWS, events, fresh_name, publish, read_ids, torn, writer

from feedhandler.counter import Counter
from feedhandler.publish import (
    BestPrices,
    EventRing,
    EventRingReader,
    SharedCounters,
)
from feedhandler.publish.kernel import packed, publish_rows, write_best
from feedhandler.publish.ring import as_words

name = pytest.fixture(fresh_name)


# --- the ring, one process ------------------------------------------------------------------------
def test_rows_come_out_as_they_went_in() -> None:
    """All 64 bytes of every row, in order, over the end of the ring, with nothing lost."""
    ring = EventRing.create(None, 8)
    reader = EventRingReader(ring)
    rng = np.random.default_rng(7)
    seen = []
    for _ in range(5):
        rows = rng.integers(-(2**63), 2**63, (5, 8), np.int64)
        publish_rows(ring.head, ring.sequences, ring.slots, rows, 0, 5)
        got, lost = reader.read()
        seen.append((as_words(got).tolist() == rows.tolist(), lost))

    assert seen == [(True, 0)] * 5
    assert ring.published == 25


def test_a_part_of_the_rows_is_published() -> None:
    """`first` and `count` choose from the batch."""
    ring = EventRing.create(None, 8)
    publish_rows(ring.head, ring.sequences, ring.slots, as_words(events(1, 2, 3, 4)), 1, 2)

    assert read_ids(EventRingReader(ring)) == ([2, 3], 0)


def test_overrun_is_counted_and_reading_goes_on_near_the_head() -> None:
    """A reader more than a lap behind loses what is gone and lands a quarter of the ring behind."""
    ring = EventRing.create(None, 8)
    reader = EventRingReader(ring)
    publish(ring, *range(20))

    assert read_ids(reader) == ([18, 19], 18)
    assert reader.lost == 18
    assert read_ids(reader) == ([], 0)


def test_a_full_lap_behind_is_not_yet_an_overrun() -> None:
    """Exactly as many rows as there are slots are all still there."""
    ring = EventRing.create(None, 8)
    reader = EventRingReader(ring)
    publish(ring, *range(8))

    assert read_ids(reader, 3) == ([0, 1, 2], 0)
    assert read_ids(reader) == ([3, 4, 5, 6, 7], 0)


def test_a_row_under_the_pen_is_not_read() -> None:
    """The slot that the writer has marked -1 is an overrun, although the head has not moved."""
    ring = EventRing.create(None, 8)
    reader = EventRingReader(ring)
    publish(ring, *range(8))
    ring.sequences[0] = -1

    assert read_ids(reader) == ([6, 7], 6)


def test_late_readers_choose_where_to_start() -> None:
    """From now: only what comes; from the oldest: all that the ring still holds."""
    ring = EventRing.create(None, 8)
    publish(ring, *range(11))
    now, oldest = EventRingReader(ring, start="now"), EventRingReader(ring, start="oldest")

    assert read_ids(now) == ([], 0)
    assert read_ids(oldest) == ([3, 4, 5, 6, 7, 8, 9, 10], 0)


def test_slots_must_be_a_power_of_two() -> None:
    """Anything else is a mistake of the caller."""
    with pytest.raises(ValueError, match="power of two"):
        EventRing.create(None, 48)


# --- the ring, two processes ----------------------------------------------------------------------
@pytest.mark.parametrize("pause_s", [0.0, 0.02])
def test_what_is_read_and_what_is_lost_is_what_was_written(name: str, pause_s: float) -> None:
    """A reader at full speed and one that sleeps (overrun): nothing torn, nothing unaccounted."""
    with writer("ring", name, ROWS) as go:
        reader = EventRingReader(name)
        go()
        read = bad = 0
        last = -1
        ordered = True
        deadline = time.monotonic() + 20
        while read + reader.lost < ROWS and time.monotonic() < deadline:
            rows, _ = reader.read(1 << 20)
            numbers = as_words(rows)[:, 0]
            bad += torn(rows)
            if len(rows):
                ordered &= int(numbers[0]) > last and bool((np.diff(numbers) == 1).all())
                last = int(numbers[-1])
            read += len(rows)
            time.sleep(pause_s if len(rows) else 0)
        reader.close()

    assert (bad, ordered, read + reader.lost) == (0, True, ROWS)
    assert last == ROWS - 1
    if pause_s:
        assert reader.lost > 0


def test_a_million_rows_are_read_whole(name: str) -> None:
    """Reading goes on until a million rows have been checked against a writer that never waits."""
    with writer("ring", name, 400_000_000, 65_536) as go:
        reader = EventRingReader(name)
        go()
        read = bad = 0
        deadline = time.monotonic() + 20
        while read < 1_000_000 and time.monotonic() < deadline:
            rows, _ = reader.read(8192)
            bad += torn(rows)
            read += len(rows)
        reader.close()

    assert bad == 0
    assert read >= 1_000_000


def test_follow_ends_when_the_writer_dies(name: str) -> None:
    """The kernel drops a dead process's lock; what it had published is still read."""
    with writer("ring", name, 1000) as go:
        reader = EventRingReader(name)
        go()
        while reader.behind < 1000:
            time.sleep(0.001)
        stream = reader.follow()
        first = len(next(stream)[0])

    assert (first, list(stream)) == (1000, [])


def test_the_writer_without_the_jit_writes_the_same_ring(name: str) -> None:
    """A reader cannot tell whether the writer is compiled."""
    with writer("ring", name, 3000, 1024, NUMBA_DISABLE_JIT="1") as go:
        reader = EventRingReader(name)
        go()
        while reader.behind < 3000:
            time.sleep(0.001)
        rows, lost = reader.read()
        rest = (len(rows), lost, torn(rows), int(as_words(rows)[-1, 0]))

    assert rest == (256, 2744, 0, 2999)


# --- without numba --------------------------------------------------------------------------------
def test_reading_needs_no_numba(name: str) -> None:
    """A process in which numba cannot be imported reads ring, best prices and counters."""
    ring = EventRing.create(name, 8)
    best = BestPrices.create(name, 8)
    counters = SharedCounters.create(name)
    publish(ring, 41, 42)
    write_best(best.table, 0, 100, 7, 101, 8, 1, 77, packed(1, 2))
    counters.words[Counter.EVENTS] = 2
    script = f"""
import sys
sys.modules["numba"] = None
sys.modules["llvmlite"] = None
from feedhandler.publish import BestTable, CounterReader, EventRingReader
rows, lost = EventRingReader({name!r}).read()
best, counters = BestTable({name!r}).read(77), CounterReader({name!r}).read()
print(rows["order_id"].tolist(), lost, best[3:], counters)
"""
    command = [sys.executable, "-W", "error", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    for output in (ring, best, counters):
        output.close()

    assert ended.stderr == ""
    assert ended.stdout == "[41, 42] 0 (100, 7, 1, 101, 8, 2, 1) {'events': 2}\n"


JIT_OFF = "rows_come_out or overrun_is_counted or best_prices_by or change_of_state or layout_of"


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is that run")
def test_the_same_without_the_jit() -> None:
    """The kernels as plain Python pass the same tests."""
    files = [str(path) for path in Path(__file__).parent.glob("test_publish*.py")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-k", JIT_OFF, *files]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTEST_ADDOPTS": ""}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
    assert "5 passed" in ended.stdout

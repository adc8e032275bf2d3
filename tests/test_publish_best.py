"""Best prices and counters in shared memory: by name, never torn, bounded waits."""

import time

import pytest
from shared_memory import fresh_name, writer

from feedhandler.counter import Counter
from feedhandler.event import UNDEF_PRICE
from feedhandler.publish import (
    Best,
    BestPrices,
    BestTable,
    CounterReader,
    SegmentError,
    SharedCounters,
)
from feedhandler.publish.kernel import packed, write_best, write_state

name = pytest.fixture(fresh_name)


# --- best prices ----------------------------------------------------------------------------------
def test_best_prices_by_instrument() -> None:
    """What was written is read by name of the instrument; the number of changed sides is told."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    nothing = table.read(77)
    orders = packed(3, 0xFFFF_FFFF)
    identity = packed(77, 5)
    changes = [
        write_best(best.table, 2, UNDEF_PRICE, 0, UNDEF_PRICE, 0, 1, identity, 0),
        write_best(best.table, 2, 100, 7, UNDEF_PRICE, 0, 2, identity, 0),
        write_best(best.table, 2, 100, 7, UNDEF_PRICE, 0, 3, identity, 0),
        write_best(best.table, 2, 100, 8, -104, 9, 4, identity, orders),
        write_best(best.table, 5, 1, 1, 2, 1, 5, packed(0xFFFF_FFFF, 0), 0),
    ]

    assert changes == [0, 1, 0, 2, 2]
    assert nothing is None
    assert Best(77, 5, 100, 8, 3, -104, 9, 0xFFFF_FFFF, 4) == table.read(77)
    assert [line.instrument_id for line in table.all()] == [77, 0xFFFF_FFFF]
    assert table.read(78) is None


def test_a_change_of_state_is_published_without_a_change_of_price() -> None:
    """A halt must reach readers although the prices stand still."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    write_best(best.table, 0, 100, 7, 101, 8, 1, packed(77, 17), packed(1, 2))
    write_state(best.table, 0, 9, packed(77, 2))

    assert Best(77, 2, 100, 7, 1, 101, 8, 2, 9) == table.read(77)


def test_best_prices_are_never_torn(name: str) -> None:
    """300,000 reads of a line that is rewritten all the time: all words belong to one write.

    More reads where the two processes share one core and the line moves in steps of the scheduler.
    """
    with writer("best", name, 2_000_000_000) as go:
        table = BestTable(name)
        go()
        bad = moved = last = reads = 0
        patience = time.monotonic() + 60
        while reads < 300_000 or (
            (moved <= 1000 or table.retries <= 100) and time.monotonic() < patience
        ):
            reads += 1
            line = table.read(77)
            assert line is not None
            i = line.bid_price
            bad += line[2:] != (i, 2 * i, 6 * i & 0xFFFF_FFFF, 3 * i, 4 * i, 6 * i >> 32, 5 * i)
            moved += i != last
            last = i
        table.close()

    assert bad == 0
    assert moved > 1000
    assert table.retries > 100


def test_a_line_whose_writer_stopped_in_mid_write_is_reported() -> None:
    """The number of tries is bounded."""
    best = BestPrices.create(None, 2)
    write_best(best.table, 0, 1, 1, 2, 1, 1, 77, 0)
    table = BestTable(best)
    best.table[0] = 3

    with pytest.raises(SegmentError, match="stopped in mid-write"):
        table.read(77)


# --- counters -------------------------------------------------------------------------------------
def test_counters_are_read_by_name(name: str) -> None:
    """Those that are not zero, under the names that users see."""
    counters = SharedCounters.create(name)
    counters.words[Counter.FRAMES] = 12
    counters.words[Counter.BBO_CHANGES] = 3
    reader = CounterReader(name)

    assert reader.read() == {"frames": 12, "bbo_changes": 3}
    reader.close()
    counters.close()

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
from feedhandler.publish.kernel import identity_of, packed, write_best, write_side, write_state

name = pytest.fixture(fresh_name)


# --- best prices ----------------------------------------------------------------------------------
def test_best_prices_by_instrument() -> None:
    """What was written is read by name of the instrument; the number of changed sides is told."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    nothing = table.read(77)
    orders = packed(3, 0xFFFF_FFFF)
    identity = identity_of(77, 3, 5)
    changes = [
        write_best(best.table, 2, UNDEF_PRICE, 0, UNDEF_PRICE, 0, 1, identity, 0),
        write_best(best.table, 2, 100, 7, UNDEF_PRICE, 0, 2, identity, 0),
        write_best(best.table, 2, 100, 7, UNDEF_PRICE, 0, 3, identity, 0),
        write_best(best.table, 2, 100, 8, -104, 9, 4, identity, orders),
        write_best(best.table, 5, 1, 1, 2, 1, 5, identity_of(0xFFFF_FFFF, 0xFFFF, 2), 0),
    ]

    assert changes == [0, 1, 0, 2, 2]
    assert nothing is None
    assert Best(77, 3, 5, 100, 8, 3, -104, 9, 0xFFFF_FFFF, 4) == table.read(77)
    assert [line.instrument_id for line in table.all()] == [77, 0xFFFF_FFFF]
    assert table.read(78) is None


def test_a_change_of_state_is_published_without_a_change_of_price() -> None:
    """A halt must reach readers although the prices stand still."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    write_best(best.table, 0, 100, 7, 101, 8, 1, identity_of(77, 1, 1), packed(1, 2))
    write_state(best.table, 0, 9, identity_of(77, 1, 2))

    assert Best(77, 1, 2, 100, 7, 1, 101, 8, 2, 9) == table.read(77)


def test_two_channels_number_their_instruments_alike() -> None:
    """Each has its line; without the channel the question has two answers and is refused."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    write_best(best.table, 1, 100, 7, 101, 8, 1, identity_of(7, 1, 1), packed(1, 1))
    alone = table.read(7)
    write_best(best.table, 2, 200, 7, 201, 8, 1, identity_of(7, 2, 1), packed(1, 1))
    table.all()

    assert alone == table.read(7, 1)
    assert [line.bid_price for line in table.all()] == [100, 200]
    second = table.read(7, 2)
    assert second is not None
    assert second.bid_price == 200
    assert table.read(7, 3) is None
    with pytest.raises(ValueError, match="channels 1, 2: name the channel"):
        table.read(7)


def test_a_book_that_became_stale_is_published_although_its_prices_stand() -> None:
    """The state is part of what makes a line new; the count of changed prices stays as it was."""
    best = BestPrices.create(None, 8)
    table = BestTable(best)
    sound, stale = identity_of(7, 1, 1), identity_of(7, 1, 2)
    changes = [
        write_best(best.table, 1, 100, 7, 101, 8, 1, sound, packed(1, 2)),
        write_best(best.table, 1, 100, 7, 101, 8, 2, stale, packed(1, 2)),
    ]
    first = table.read(7)
    changes += [
        write_side(best.table, 1, 0, 100, 7, 1, 3, sound),
        write_side(best.table, 1, 0, 100, 7, 1, 4, sound),
        write_side(best.table, 1, 1, 102, 9, 3, 5, sound),
    ]

    assert changes == [2, 0, 0, 0, 1]
    assert first == Best(7, 1, 2, 100, 7, 1, 101, 8, 2, 2)
    assert table.read(7) == Best(7, 1, 1, 100, 7, 1, 102, 9, 3, 5)


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
            bad += line[3:] != (i, 2 * i, 6 * i & 0xFFFF_FFFF, 3 * i, 4 * i, 6 * i >> 32, 5 * i)
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

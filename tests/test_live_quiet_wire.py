"""A live wire on which both increment lines fall silent while the snapshot loops go on: seen, told and healed."""

from collections.abc import Iterable
from typing import Any

import pytest
from cme_loops import NANOS, TEN_LEVELS, entry, levels, orders
from lan import wire
from live_frames import send, until
from tapes import CME_A, CME_B, Sent, frame

from feedhandler.bench.namespace import Wire
from feedhandler.event import Side
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.session.gaps import TOLD
from feedhandler.session.holding import Arbitration
from feedhandler.source.packet_ring import RingLimits

WAIT_NS = 200_000_000
WAITS = Arbitration(gap_timeout_ns=60_000_000_000, told_timeout_ns=WAIT_NS)
WHOLE = [entry(number, 4 + number, number, on=on) for number in (1, 2) for on in (CME_A, CME_B)]


def put(made: Wire, sent: Iterable[Sent]) -> None:
    """Put datagrams on the wire."""
    with made.sender.entered():
        send("line_a", [frame(*each) for each in sent])


def passes(number: int, last: int, prices: list[int]) -> list[Sent]:
    """One pass of each loop, which includes packets up to `last`."""
    return [levels(1, last, last, prices, later=number), orders(1, last, [71], later=number)]


@pytest.mark.parametrize("idle", ["spin", "block"])
def test_books_are_told_of_and_healed_while_no_increment_comes(idle: Any) -> None:
    """Four datagrams of loops, then nothing at all: the wait is over by the clock. The next pass heals the book."""
    warm(TEN_LEVELS)
    with wire() as made:
        with made.receiver.entered():
            options = LiveOptions(interfaces=("line_a",), ring=RingLimits(16 << 20), idle=idle)
            live = open_live(options, groups_of(TEN_LEVELS))
        with LiveRun(TEN_LEVELS, live, arbitration=WAITS) as run:
            run.start()
            put(made, WHOLE)
            until(lambda: run.look().get("datagrams", 0) >= len(WHOLE) or run.error)
            before = run.channels[0]
            put(made, [*passes(0, 4, [8, 7, 6, 5]), *passes(1, 4, [8, 7, 6, 5])])
            until(lambda: run.look().get("stale_books") or run.error)  # counted behind its gap
            silent = run.look()
            put(made, passes(2, 4, [8, 7, 6, 5]))
            until(lambda: run.look().get("healed_books") or run.error)
            after = run.channels[0]
            run.stop()
            assert run.wait(60)
            (gap,) = run.engine.channels.gaps
            (book,) = run.books

    assert (before["state"], before["next_expected"]) == ("synchronized", 3)
    assert (silent["gap_units"], silent["stale_books"]) == (2, 1)
    assert "snapshots_loaded" not in silent
    assert (gap.first, gap.count, gap.seen, gap.behind) == (3, 2, TOLD, "AB")
    assert gap.ts_recv - gap.start_ns >= WAIT_NS
    assert gap.end_ns > gap.ts_recv
    assert (gap.method, after["next_expected"]) == ("snapshot", 5)
    assert book.state == "SYNCHRONIZED"
    assert [each.price // NANOS for each in book.levels(Side.BID)] == [8, 7, 6, 5]
    assert [each.order_id for each in book.orders(Side.BID, 5 * NANOS)] == [71]

"""Books in doubt by themselves, in a channel that lacks nothing: told as a gap of no units, and healed from loops.

What shows such a doubt is a row that does not fit, a jump in the venue's numbers of an instrument, or a snapshot
whose number is ahead of its book's though all packets that it includes have come.
"""

import os
from pathlib import Path

import pytest
from cme_loops import NANOS, TEN_LEVELS, bids, entry, levels, order, orders, state
from forts_packets import datagram, refresh, reset_of_loop, snapshot
from forts_packets import level as forts_level
from packets import mdp3
from tapes import CME_A, MICROSECOND, OPENING_NS, Sent, channel_reset, sent_at, tape

from feedhandler.decode.catalog import feed
from feedhandler.engine.ahead import Ahead
from feedhandler.engine.doubts import UNFIT, doubts_of
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.session.gaps import LONE, Gap
from feedhandler.session.holding import Arbitration

WHOLE = [entry(1, 5, 1), entry(2, 6, 2)]
LOOPS = [levels(1, 2, 2, [6, 5]), orders(1, 2, [])]
TORN = entry(3, 9, 4)  # an instrument's number is missing, and no packet
HASTY = Arbitration(gap_timeout_ns=0, gap_count=1, told_timeout_ns=0)


def run(path: Path, sent: list[Sent], wait: Arbitration = HASTY, **options: object) -> Replay:
    with Replay(tape(path / "t.pcap", sent), TEN_LEVELS, arbitration=wait, **options) as replay:
        return replay.run()


def lone(replay: Replay) -> list[Gap]:
    return [gap for gap in replay.gaps if gap.seen == LONE]


class Hasty(Ahead):
    """Believes the first snapshot that is ahead."""

    def is_lost(self, book: int, has: int, told: int, now_ns: int, wait_ns: int) -> bool:
        """Whatever it tells."""
        del book, has, told, now_ns, wait_ns
        return True


def at(number: int) -> int:
    """When the datagram of this place on a tape came."""
    return OPENING_NS + number * MICROSECOND


# --- rows and numbers that do not fit -------------------------------------------------------------
@pytest.mark.parametrize("batch", [1, 1024])
def test_a_number_that_jumps_is_told_and_healed(tmp_path: Path, batch: int) -> None:
    """No packet is missing. The book is loaded from the loops, and the table tells since when until when."""
    later = [levels(1, 3, 4, [9, 8, 6, 5]), orders(1, 3, [71])]
    replay = run(tmp_path, [*WHOLE, *LOOPS, TORN, *later], batch=batch)
    (gap,) = lone(replay)

    assert (bids(replay), state(replay)) == ([9, 8, 6, 5], "SYNCHRONIZED")
    assert (gap.first, gap.count, gap.start_ns, gap.end_ns) == (3, 0, at(4), at(6))
    assert (gap.method, gap.lines, gap.behind) == ("snapshot", "A", "")
    assert str(gap) == "channel 310 incremental: books in doubt at 3"
    counted = {name: replay.counters.get(name, 0) for name in ("gaps", "gap_units", "lone_doubts")}
    assert counted == {"gaps": 0, "gap_units": 0, "lone_doubts": 1}
    assert not doubts_of(replay.engine).count


def test_what_is_not_healed_stays_open_and_is_the_books_own(tmp_path: Path) -> None:
    """A snapshot from before the jump is of no use; rows of another book are not flagged."""
    other = entry(4, 7, 1, instrument=2)
    replay = run(tmp_path, [*WHOLE, *LOOPS, TORN, levels(1, 2, 2, [6, 5], later=1), other], batch=1)
    (gap,) = lone(replay)
    channel = replay.engine.channels.find(310, "incremental")
    assert channel is not None

    assert (state(replay), state(replay, 2), gap.end_ns) == ("STALE", "SYNCHRONIZED", 0)
    assert doubts_of(replay.engine).reasons == {UNFIT: 1}
    assert doubts_of(replay.engine).channels == {}
    assert replay.engine.recovering.state(channel.row, 0).value == "recovering"
    assert replay.counters["snapshots_old"] == 1


def test_rows_behind_the_doubt_are_applied_again(tmp_path: Path) -> None:
    """Packet 4 comes between what the snapshot includes and its coming."""
    healing = [levels(1, 3, 4, [9, 8, 6, 5]), orders(1, 3, [])]
    first = levels(1, 2, 2, [6, 5], later=1)  # begins the watch
    replay = run(tmp_path, [*WHOLE, *LOOPS, TORN, first, entry(4, 10, 5), *healing])

    assert (bids(replay), state(replay)) == ([10, 9, 8, 6, 5], "SYNCHRONIZED")
    assert [bool(gap.end_ns) for gap in lone(replay)] == [True]


def test_an_order_that_is_not_known_is_healed_by_orders(tmp_path: Path) -> None:
    """The levels are sound and stay so: nothing of them is loaded."""
    healing = [levels(1, 4, 3, [6, 5]), orders(1, 4, [71, 72])]
    sent = [*WHOLE, order(3, 71), *LOOPS, order(4, 99, action=2), *healing]
    replay = run(tmp_path, sent)

    assert state(replay) == "SYNCHRONIZED"
    assert [each.order_id for each in replay.books[1].orders(Side.BID, 5 * NANOS)] == [71, 72]
    assert [(gap.first, bool(gap.end_ns)) for gap in lone(replay)] == [(4, True)]


def test_without_loops_it_is_the_books_matter(tmp_path: Path) -> None:
    """Nothing can be done: no gap, and no channel in doubt."""
    replay = run(tmp_path, [*WHOLE, TORN])

    assert (state(replay), lone(replay)) == ("STALE", [])
    assert doubts_of(replay.engine).reasons == {UNFIT: 1}


def test_loops_that_come_later_are_used(tmp_path: Path) -> None:
    """What was in doubt before any loop was heard is told when one is."""
    replay = run(tmp_path, [*WHOLE, TORN, levels(1, 3, 4, [9, 8, 6, 5]), orders(1, 3, [])])

    assert (bids(replay), state(replay)) == ([9, 8, 6, 5], "SYNCHRONIZED")
    assert [(gap.start_ns, bool(gap.end_ns)) for gap in lone(replay)] == [(at(2), True)]


def test_the_venues_own_clear_ends_it(tmp_path: Path) -> None:
    """Before any snapshot came."""
    reset = (CME_A, mdp3([channel_reset()], 4, sent_at(4)))
    replay = run(tmp_path, [*WHOLE, *LOOPS, TORN, reset], batch=1)

    assert [(gap.method, bool(gap.end_ns)) for gap in lone(replay)] == [
        ("cleared by the venue", True)
    ]


def test_a_loss_beside_it_is_a_gap_like_any_other(tmp_path: Path) -> None:
    """Both end together, when the last book is sound."""
    healing = [levels(1, 5, 6, [11, 9, 8, 6, 5]), orders(1, 5, [])]
    replay = run(tmp_path, [*WHOLE, *LOOPS, TORN, entry(5, 11, 6), *healing])
    ends = {gap.end_ns for gap in replay.gaps}

    assert [(gap.first, gap.count) for gap in replay.gaps] == [(3, 0), (4, 1)]
    assert (len(ends), state(replay)) == (1, "SYNCHRONIZED")
    assert 0 not in ends


def test_a_book_of_forts_is_healed_alone(tmp_path: Path) -> None:
    """One of two instruments would do; the feed has levels only."""
    lines = {each.role: next(iter(each.lines.values())) for each in feed("moex.forts").channels}
    group, loop = lines["incremental"], lines["snapshot"]

    def told(number: int, included: int, sequence: int, *prices: int) -> Sent:
        rows = [(b"0", place, (price, 0), 5) for place, price in enumerate(prices, 1)]
        return loop, datagram(snapshot(number, included, sequence, *rows))

    def adds(number: int, price: int, sequence: int) -> Sent:
        return group, datagram(refresh(number, forts_level("0", 1, (price, 0), 5, sequence)))

    sent = [
        adds(1, 5, 1), adds(2, 6, 2), told(1, 2, 2, 6, 5), (loop, datagram(reset_of_loop(2))),
        adds(3, 9, 4), told(1, 3, 4, 9, 8, 6, 5),
    ]  # fmt: skip
    with Replay(tape(tmp_path / "t.pcap", sent), "moex.forts", arbitration=HASTY) as replay:
        replay.run()

    assert [view.state for view in replay.books] == ["SYNCHRONIZED"]
    assert [each.price // NANOS for each in next(iter(replay.books)).depth(9)[0]] == [9, 8, 6, 5]
    assert [(gap.first, bool(gap.end_ns)) for gap in lone(replay)] == [(3, True)]


# --- snapshots that are ahead ---------------------------------------------------------------------
# Include packet 2, and one number more than came; the same, a pass later.
AHEAD, AGAIN = (levels(1, 2, 3, [7, 6, 5], later=number) for number in (1, 2))
BETWEEN = orders(1, 2, [], later=1)


def test_a_number_ahead_is_a_loss_when_it_is_told_again(tmp_path: Path) -> None:
    """All packets that the snapshot includes came, and so did the third entry's: it was not read."""
    replay = run(tmp_path, [*WHOLE, *LOOPS, AHEAD, BETWEEN, AGAIN])
    (gap,) = lone(replay)

    assert (bids(replay), state(replay)) == ([7, 6, 5], "ORDERS_STALE")  # no orders came behind it
    assert (gap.first, gap.start_ns, gap.end_ns) == (2, at(6), 0)
    assert replay.counters["instrument_gaps"] == 1

    replay = run(tmp_path, [*WHOLE, *LOOPS, AHEAD, BETWEEN, AGAIN, orders(1, 2, [71], later=2)])
    assert (state(replay), [gap.end_ns for gap in lone(replay)]) == ("SYNCHRONIZED", [at(7)])


def test_once_is_not_enough(tmp_path: Path) -> None:
    """One snapshot may be damaged."""
    replay = run(tmp_path, [*WHOLE, *LOOPS, AHEAD, BETWEEN, levels(1, 2, 2, [6, 5], later=2)])

    assert (state(replay), replay.gaps) == ("SYNCHRONIZED", [])


@pytest.mark.parametrize(("wait_ns", "found"), [(2 * MICROSECOND, 1), (3 * MICROSECOND, 0)])
def test_the_wait_must_be_over(tmp_path: Path, wait_ns: int, found: int) -> None:
    """Two microseconds lie between the first and the last."""
    wait = Arbitration(told_timeout_ns=wait_ns)
    replay = run(tmp_path, [*WHOLE, *LOOPS, AHEAD, BETWEEN, AGAIN], wait)

    assert len(lone(replay)) == found


@pytest.mark.parametrize(
    ("last", "number", "instrument"),
    [
        (3, 3, 1),  # includes a packet that has not come: merely ahead of the lines
        (1, 3, 1),  # is older than the book: of before its numbers began anew
        (2, 9, 5),  # of no book
        (2, 1, 1),  # is behind
        (2, 2, 1),  # is where the book is
    ],
)
@pytest.mark.parametrize("batch", [1, 1024])
def test_what_tells_nothing(
    tmp_path: Path, last: int, number: int, instrument: int, batch: int
) -> None:
    """However often it is told."""
    wait = Arbitration(told_timeout_ns=10**15)
    told = [levels(1, last, number, [7], instrument=instrument, later=20 + n) for n in range(4)]
    path = tape(tmp_path / "t.pcap", [*WHOLE, *LOOPS, *told])
    with Replay(path, TEN_LEVELS, arbitration=wait, batch=batch) as replay:
        replay.engine.recovering._ahead = Hasty()
        replay.run()

    assert replay.counters["snapshot_rows"] == 2 * 4 + 3 + 1  # every one was taken
    assert (state(replay), replay.gaps) == ("SYNCHRONIZED", [])


def test_a_book_that_comes_up_to_what_was_told_lacks_nothing() -> None:
    """What is told then is told for the first time."""
    ahead = Ahead()
    story = [
        (1, 4, 6, 100, False), (1, 5, 7, 109, False),
        (1, 6, 7, 200, False),  # it came up to 6
        (1, 6, 8, 209, False), (2, 6, 8, 210, False),
        (1, 6, 8, 210, True),
        (1, 6, 8, 300, False),  # it is told anew
    ]  # fmt: skip
    for book, has, told, now_ns, lost in story:
        assert ahead.is_lost(book, has, told, now_ns, 10) == lost


# --- real captures --------------------------------------------------------------------------------
REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")


@pytest.mark.skipif(
    not (REAL / "forts-2013").is_dir(), reason="FEEDHANDLER_REAL_CAPTURES has no forts-2013"
)
def test_a_real_day_raises_no_alarm() -> None:
    """Also who does not wait at all for numbers: no book is ahead of what came."""
    with Replay(REAL / "forts-2013" / "all.pcap", "moex.forts") as replay:
        replay.engine.recovering._ahead = Hasty()
        replay.run()

    assert replay.gaps == []
    assert {view.state for view in replay.books} == {"SYNCHRONIZED"}
    assert replay.counters.get("lone_doubts", 0) == 0

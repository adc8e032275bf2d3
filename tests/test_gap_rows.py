"""Rows in doubt, gap by gap: each counts once, for the gap that was given up last, also where no unit is missing."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from cme_loops import AT_ONCE, TEN_LEVELS, entry, levels, orders
from hypothesis import given
from hypothesis import strategies as st
from tapes import Sent, tape
from test_gap_table import size

from feedhandler.replaying import Replay
from feedhandler.session.gaps import LONE, Gap, GapTable

WHOLE = [entry(1, 5, 1), entry(2, 6, 2), levels(1, 2, 2, [6, 5]), orders(1, 2, [])]
TORN = entry(3, 9, 4)  # an instrument's number is missing, and no packet


def played(path: Path, sent: Sequence[Sent], batch: int) -> Replay:
    """The replay of a tape; a gap is one at once."""
    capture = tape(path / "tape.pcap", sent)
    with Replay(capture, TEN_LEVELS, arbitration=AT_ONCE, batch=batch) as replay:
        return replay.run()


@pytest.mark.parametrize("batch", [1, 1024])
def test_gaps_that_overlap_share_their_rows(tmp_path: Path, batch: int) -> None:
    """Three of a channel, of which no book is sound again; another channel has one of its own."""
    sent = [
        entry(1, 5, 1, instrument=9), size(1, 1), size(2, 2),
        size(4, 4), size(5, 5), size(6, 6),  # three rows behind the first gap
        entry(3, 6, 3, instrument=9),
        size(8, 8),  # one behind the second
        size(10, 10), size(11, 11),
    ]  # fmt: skip
    replay = played(tmp_path, sent, batch)
    rows = [(gap.channel_id, gap.first, gap.rows) for gap in replay.gaps]

    assert rows == [(314, 3, 3), (310, 2, 1), (314, 7, 1), (314, 9, 2)]
    assert sum(each[2] for each in rows) == replay.counters["doubtful_rows"]


@pytest.mark.parametrize("batch", [1, 1024])
def test_a_lone_doubt_has_the_rows_of_its_book(tmp_path: Path, batch: int) -> None:
    """From the one that does not fit to the snapshot that heals it; those of another book are sound."""
    sent = [*WHOLE, TORN, entry(4, 8, 5), entry(5, 7, 1, instrument=2)]
    (gap,) = played(tmp_path, sent, batch).gaps

    assert (gap.seen, gap.count, gap.rows, gap.end_ns) == (LONE, 0, 2, 0)

    healed = [*sent, levels(1, 5, 5, [9, 8, 6, 5]), orders(1, 5, []), entry(6, 10, 6)]
    (gap,) = played(tmp_path, healed, batch).gaps

    assert (gap.rows, gap.method) == (2, "snapshot")


def test_two_books_that_do_not_fit(tmp_path: Path) -> None:
    """Levels out of order, one book after the other, and no loop is heard that would ask for the first."""
    sent = [
        entry(1, 5, 1),
        entry(2, 4, 2),
        entry(3, 5, 1, instrument=2),
        entry(4, 4, 2, instrument=2),
    ]
    replay = played(tmp_path, sent, 1)

    assert {view.state for view in replay.books} == {"STALE"}
    assert (replay.counters["unsorted"], replay.counters["stale_books"]) == (2, 2)
    assert replay.gaps == []


def test_a_gap_behind_a_lone_doubt_takes_over(tmp_path: Path) -> None:
    """What is in doubt then is so for a loss."""
    sent = [*WHOLE, TORN, entry(4, 8, 5), entry(6, 8, 7), entry(7, 8, 8), entry(8, 8, 9)]
    gaps = played(tmp_path, sent, 1).gaps

    assert [(gap.first, gap.count, gap.rows) for gap in gaps] == [(3, 0, 2), (5, 1, 3)]


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["row", "gap", "end"])), max_size=60))
def test_each_row_is_of_the_last_open_gap(steps: list[tuple[int, str]]) -> None:
    """Against a table that writes down every row by itself."""
    table, naive = GapTable(), [0] * len(steps)
    open_gaps: dict[int, list[int]] = {0: [], 1: []}
    doubtful, count = [0, 0], 0
    for channel, what in steps:
        if what == "gap":
            table.open(channel, Gap(channel, "incremental", 1, 1, 1, 1), doubtful[channel])
            open_gaps[channel].append(count)
            count += 1
        elif what == "end":
            table.close(channel, 1, "snapshot", doubtful[channel])
            open_gaps[channel].clear()
        else:
            doubtful[channel] += 1
            for last in open_gaps[channel][-1:]:
                naive[last] += 1
    table.count_open(lambda channel: doubtful[channel])

    assert [gap.rows for gap in table] == naive[:count]

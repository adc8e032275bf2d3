"""`verify --snapshots` of CME: books by level and by order against the venue's loops, and books that are wrong."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_runs import CAPTURES, CME, feedhandler, rewritten
from cme_loops import entry, levels, order, orders
from packets import mdp3
from tapes import CME_A, channel_reset, sent_at, tape

from feedhandler.event import Action, Kind, Side
from feedhandler.replaying import Replay
from feedhandler.source.frames import Frame
from feedhandler.verifying import snapshots
from feedhandler.verifying.books import BothBooks, Difference
from feedhandler.verifying.snapshots import SnapshotComparison, compare_snapshots, compared
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

RESET = CAPTURES / "cme-mdp3-reset-long.pcap.gz"

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent") / "omi" / "Cme"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")

INCREMENTS = {"224.0.31.1:14310", "224.0.32.1:15310"}

Rows = np.ndarray[Any, Any]
Break = Callable[[Rows], Rows]


def figures(outcome: SnapshotComparison) -> tuple[int, ...]:
    """Starts, comparisons, those by order, and equal ones."""
    return outcome.starts, outcome.compared, outcome.compared_orders, outcome.equal


def test_every_snapshot_of_a_shipped_capture_is_what_was_built() -> None:
    """Levels with implied ones, queues of orders, the instrument's number through trades and statistics."""
    outcome = compare_snapshots(CME)

    assert figures(outcome) == (8, 456, 228, 456)
    assert (outcome.before, outcome.beyond, outcome.in_gap, outcome.torn) == (0, 0, 0, 0)
    assert (outcome.unequal, outcome.ok) == ([], True)


def test_a_comparison_that_is_stopped_tells_what_was_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of whole instruments; the others are left out, and the outcome says that it is not all."""
    go = snapshots._Builder.go
    with Replay(CME, digest=False) as replay:

        def last(builder: Any, *material: Any) -> None:
            go(builder, *material)
            replay.stop()

        monkeypatch.setattr(snapshots._Builder, "go", last)
        outcome = compared(replay, replay)

    assert outcome.interrupted
    assert outcome.instruments == 1
    assert 0 < outcome.compared == outcome.equal < 456


def test_books_go_on_through_a_reset_of_the_channel() -> None:
    """It empties every book, and the instruments count from the start."""
    outcome = compare_snapshots(RESET)

    assert figures(outcome) == (16, 1398, 698, 1398)


def test_books_start_where_increments_begin(tmp_path: Path) -> None:
    """What is told of before they begin cannot be compared; each book starts with what comes then."""
    number = iter(range(1 << 30))

    def late(frame: Frame) -> bytes | None:
        found = datagram_of(frame.data, frame.link)
        assert isinstance(found, Datagram)
        return (
            frame.data
            if next(number) > 2001 or str(Group(found.destination, found.port)) not in INCREMENTS
            else None
        )

    outcome = compare_snapshots(rewritten(tmp_path / "late.pcap", CME, late), "cme.mdp3")

    assert outcome.ok
    assert outcome.starts == 8
    assert 0 < outcome.before < 60
    assert outcome.before + outcome.starts + outcome.compared == outcome.snapshots == 464


@pytest.mark.parametrize("seed", [6, 11])
def test_books_start_anew_behind_each_gap(tmp_path: Path, seed: int) -> None:
    """Losses on both lines and in the loops, too: fewer comparisons, and not one that is wrong."""
    path = str(tmp_path / "bad.pcap")
    made = ("simulate", "cme.mdp3", "--messages", "8000", "--seed", str(seed), "-q", "-w", path)
    assert feedhandler(*made, "--faults", "drop=5%").exit_code == 0
    outcome = compare_snapshots(path)

    assert len(outcome.gaps) > 2
    assert outcome.starts > 16
    assert outcome.torn > 0
    assert outcome.ok


# --- books that are wrong -------------------------------------------------------------------------
def bigger_level(rows: Rows) -> Rows:
    """Sizes of changed levels are read one too high."""
    rows["size"][(rows["kind"] == Kind.LEVEL) & (rows["action"] == Action.MODIFY)] += 1
    return rows


def wrong_side_of_a_level(rows: Rows) -> Rows:
    """A change of the best ask is taken for one of the best bid."""
    best = (rows["kind"] == Kind.LEVEL) & (rows["action"] == Action.MODIFY) & (rows["level"] == 1)
    rows["side"][best] = Side.BID
    return rows


def smaller_order(rows: Rows) -> Rows:
    """Orders rest with one less than was sent, but for those of one."""
    rows["size"][(rows["kind"] == Kind.ORDER) & (rows["size"] > 1)] -= 1
    return rows


def no_priority(rows: Rows) -> Rows:
    """An order that is changed keeps its place in the queue."""
    rows["priority"][(rows["kind"] == Kind.ORDER) & (rows["action"] == Action.MODIFY)] = 0
    return rows


def nothing_cancelled(rows: Rows) -> Rows:
    """A cancelled order stays."""
    return rows[~((rows["kind"] == Kind.ORDER) & (rows["action"] == Action.CANCEL))].copy()


@pytest.mark.parametrize(
    ("wrong", "model", "told"),
    [
        (bigger_level, "level", " level "),
        (wrong_side_of_a_level, "level", "our book is stale, "),
        (smaller_order, "order", " order level "),
        (no_priority, "order", " order level "),
        (nothing_cancelled, "order", "our book is stale, "),
    ],
)
def test_a_rule_that_is_misread_alike_by_all_is_found(
    monkeypatch: pytest.MonkeyPatch, wrong: Break, model: str, told: str
) -> None:
    """Both decoders and both books may be wrong together: the venue's own snapshots say so."""
    apply = BothBooks.apply

    def broken(self: BothBooks, rows: Rows) -> Difference | None:
        starts = len(rows) and rows["kind"][0] == Kind.CLEAR  # a snapshot is taken as it is
        return apply(self, rows if starts else wrong(rows))

    monkeypatch.setattr(BothBooks, "apply", broken)
    outcome = compare_snapshots(CME)

    assert figures(outcome)[:3] == (8, 456, 228)
    assert not outcome.ok
    assert {each.model for each in outcome.unequal} == {model}
    assert any(told in each.what for each in outcome.unequal)


def test_a_kernel_that_alone_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The books that are compared are those of the kernel."""
    apply = BothBooks.apply

    def broken(self: BothBooks, rows: Rows) -> Difference | None:
        found = apply(self, rows)
        ladder = np.asarray(self.pools.ladder)
        ladder["size"][ladder["size"] > 40] -= 1
        return found

    monkeypatch.setattr(BothBooks, "apply", broken)

    assert not compare_snapshots(CME).ok


# --- stories --------------------------------------------------------------------------------------
def test_levels_and_orders_are_compared_each_for_itself(tmp_path: Path) -> None:
    """A book by order in two chunks, equal; then an order that nobody told of, and a level that is not there."""
    sent = [
        entry(1, 5, 1), order(2, 11), order(3, 12),
        levels(1, 1, 1, [5]), orders(1, 1, [], 1, 1),
        orders(1, 3, [11], 1, 2), orders(2, 3, [12], 2, 2),
        order(4, 13), entry(5, 6, 2),
        orders(1, 5, [11, 12, 13, 14]),
        levels(1, 5, 2, [6]),
    ]  # fmt: skip
    path = tape(tmp_path / "x.pcap", sent)
    result = feedhandler("verify", path, "--snapshots", "--json", "--feed", "cme.mdp3")
    told = json.loads(result.stdout)

    assert result.exit_code == 1
    assert (told["compared"], told["compared_orders"], told["equal"]) == (3, 2, 1)
    assert [(each["model"], each["included"]) for each in told["unequal"]] == [
        ("level", 5), ("order", 5),
    ]  # fmt: skip
    assert (
        "bid level 2: 5.00 size 5 orders 3, the snapshot has no level" in told["unequal"][0]["what"]
    )
    assert told["unequal"][1]["what"].startswith(
        "bid order level 1: 5.00 size 21 orders 3 [11:7 12:7"
    )
    shown = feedhandler("verify", path, "--snapshots", "--feed", "cme.mdp3").stdout
    assert "1 by level, 2 by order; with" in shown
    assert "channel 310 #1 by order at 5: bid order level 1" in shown


def test_a_book_by_order_with_a_chunk_missing_is_left_out(tmp_path: Path) -> None:
    """Of whichever place: it is counted once, and nothing is compared with a part."""
    sent = [
        order(1, 11), orders(1, 1, [11]), order(2, 12), order(3, 13),
        orders(1, 2, [11], 1, 2),  # the second one is missing
        orders(1, 3, [11], 1, 3), orders(2, 3, [13], 3, 3),  # in the midst
        order(4, 14), orders(1, 4, [12], 2, 3), orders(2, 4, [13], 3, 3),  # the first one
        order(5, 15), orders(1, 5, [11, 12, 13, 14, 15]),
    ]  # fmt: skip
    outcome = compare_snapshots(tape(tmp_path / "x.pcap", sent), "cme.mdp3")

    assert outcome.torn == 3
    assert figures(outcome) == (1, 1, 1, 1)


def test_a_sequence_that_begins_anew_ends_the_comparison(tmp_path: Path) -> None:
    """Numbers mean something else from there on; it is told, and what was before is compared."""
    sent = [
        entry(1, 5, 1), levels(1, 1, 1, [5]), entry(2, 6, 2), levels(1, 2, 2, [6, 5]),
        *(
            (CME_A, mdp3([channel_reset()], number, sent_at(9_000_000 + number)))
            for number in range(1, 5)
        ),
        levels(1, 2, 9, [7], later=10_000_000),
    ]  # fmt: skip
    outcome = compare_snapshots(tape(tmp_path / "x.pcap", sent), "cme.mdp3")

    assert figures(outcome) == (1, 1, 0, 1)
    assert outcome.notes[-1] == "channel 310 began anew behind 2: compared until there"


@needs_real
@pytest.mark.parametrize("path", sorted(REAL.rglob("*.pcap")), ids=lambda path: path.name)
def test_published_packets_have_no_snapshot_to_compare(path: Path) -> None:
    """Of CME only single packets are published: that nothing was compared is no success."""
    outcome = compare_snapshots(path, "cme.mdp3")

    assert (outcome.snapshots, outcome.ok) == (0, False)

"""A channel that falls silent while its snapshot loops go on: what they tell is believed, and books say so.

No packet comes from beyond what is missing, so nothing but the loops can tell. One of them may be damaged, and
each may be ahead of a slower line for a moment: three, with the channel at a stand and the wait over, are enough.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from cme_loops import BIDS, LOSS, TEN_LEVELS, bids, entry, levels, passes, run, state
from tapes import MICROSECOND, tape

from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session.gaps import TOLD, Gap, GapTable
from feedhandler.session.holding import Arbitration
from feedhandler.simulator.record import record

WHOLE = [entry(1, 5, 1), entry(2, 6, 2)]
PACKET_HEAD = 12


def told(replay: Replay) -> list[tuple[int, int]]:
    return [(gap.first, gap.count) for gap in replay.gaps if gap.seen == TOLD]


def test_what_three_snapshots_include_was_sent(tmp_path: Path) -> None:
    """Packets 3 and 4 never came: a gap, and the loops that go on heal what they put in doubt."""
    replay = run(tmp_path, [*WHOLE, *passes(4, 4)])
    (gap,) = replay.gaps

    assert told(replay) == [(3, 2)]
    assert (gap.lines, gap.behind, gap.method) == ("", "A", "snapshot")
    assert (bids(replay), state(replay)) == (BIDS, "SYNCHRONIZED")
    assert replay.counters["gaps"] == 1
    assert replay.counters["gap_units"] == 2
    assert replay.channels[0]["next_expected"] == 5


@pytest.mark.parametrize(("wait_ns", "found"), [(3 * MICROSECOND, [(3, 2)]), (10**9, [])])
def test_it_is_a_gap_when_the_wait_is_over(
    tmp_path: Path, wait_ns: int, found: list[tuple[int, int]]
) -> None:
    """The first of four is three microseconds old; a capture may end while a line is merely slower."""
    wait = Arbitration(told_timeout_ns=wait_ns)
    sent = [*WHOLE, *passes(4, 2)]
    with Replay(tape(tmp_path / "t.pcap", sent), TEN_LEVELS, arbitration=wait) as replay:
        replay.run()

    assert told(replay) == found
    assert (bids(replay), state(replay)) == ([6, 5], "SUSPECT" if found else "SYNCHRONIZED")
    assert not any(gap.end_ns for gap in replay.gaps)


def test_two_snapshots_are_not_enough(tmp_path: Path) -> None:
    """Damaged numbers must not move a sequence."""
    replay = run(tmp_path, [*WHOLE, *passes(4, 1)])

    assert (told(replay), state(replay)) == ([], "SYNCHRONIZED")


def test_copies_in_one_datagram_are_one_witness(tmp_path: Path) -> None:
    """What one datagram says three times is said once: it may be damaged."""
    group, datagram = levels(1, 4, 4, BIDS)
    replay = run(tmp_path, [*WHOLE, (group, datagram + 2 * datagram[PACKET_HEAD:])])

    assert replay.counters["snapshot_rows"] == 3 * (1 + len(BIDS))
    assert (told(replay), state(replay)) == ([], "SYNCHRONIZED")


def test_the_least_of_what_is_told_is_believed(tmp_path: Path) -> None:
    """A number that is far off among them moves nothing."""
    replay = run(tmp_path, [*WHOLE, levels(1, 900, 900, BIDS), *passes(4, 2)])

    assert told(replay) == [(3, 2)]


def test_what_is_far_ahead_needs_many(tmp_path: Path) -> None:
    """Fifteen datagrams that agree are not enough, sixteen are."""
    sent = [*WHOLE, *passes(9000, 8)]

    assert told(run(tmp_path, sent[:-1])) == []
    assert told(run(tmp_path, sent)) == [(3, 8998)]


def test_a_loop_that_is_ahead_for_a_moment_tells_nothing(tmp_path: Path) -> None:
    """Each time the channel goes on before the wait is over, what was told before is told no more."""
    wait = Arbitration(told_timeout_ns=10**15)
    ahead = [passes(number, 1) for number in (3, 4, 5)]
    later = [entry(number, number + 4, number) for number in (3, 4, 5)]
    sent = [
        *WHOLE,
        *(each for pair in zip(ahead, later, strict=True) for each in (*pair[0], pair[1])),
    ]
    with Replay(tape(tmp_path / "t.pcap", sent), TEN_LEVELS, arbitration=wait) as replay:
        replay.run()

    assert (told(replay), state(replay)) == ([], "SYNCHRONIZED")
    assert replay.counters.get("gaps", 0) == 0


def test_more_of_the_same_gap_is_not_another(tmp_path: Path) -> None:
    """The venue goes on and the lines stay dead: one gap that becomes longer."""
    replay = run(tmp_path, [*WHOLE, *passes(4, 2), *passes(7, 2)])

    assert told(replay) == [(3, 5)]
    assert replay.counters["gaps"] == 1
    assert replay.counters["gap_units"] == 5
    assert (
        state(replay) == "SYNCHRONIZED"
    )  # that of the levels was kept until all of it was given up


def test_only_what_loops_told_becomes_longer() -> None:
    """A gap that a later unit showed is one of its own, also where what loops tell begins right behind it."""
    table, seen = GapTable(), Gap(1, "incremental", 3, 2, 7, 9)
    table.open(0, seen, 0)

    assert not table.extend(0, replace(seen, first=5, seen=TOLD))
    assert list(table) == [seen]


def test_lines_that_come_back_go_on_behind_it(tmp_path: Path) -> None:
    """Packet 5 follows on what the snapshots include, and proves the book of instrument 1."""
    replay = run(tmp_path, [*WHOLE, *passes(4, 4), entry(5, 9, 5)])

    assert (bids(replay), state(replay)) == ([9, *BIDS], "SYNCHRONIZED")
    assert told(replay) == [(3, 2)]


def test_what_comes_late_behind_it_starts_nothing_anew(tmp_path: Path) -> None:
    """Packets 3 and 4 are sent later than any that came, and are below the next one: old, and no new sequence."""
    late = [entry(3, 7, 3), entry(4, 8, 4)]
    replay = run(tmp_path, [*WHOLE, *passes(4, 4), *late, entry(5, 9, 5)])

    assert (bids(replay), state(replay)) == ([9, *BIDS], "SYNCHRONIZED")
    assert (told(replay), replay.counters.get("session_changes", 0)) == ([(3, 2)], 0)
    assert replay.counters["duplicates"] == 2


def test_lines_that_are_behind_are_not_silent(tmp_path: Path) -> None:
    """What loops tell of more is on its way: each old packet shows that the line gets on; a repeated one does not."""
    late = [entry(number, number + 4, number) for number in range(3, 9)]
    more = passes(8, 4)  # two packets each
    behind = [each for n, one in enumerate(late[:4]) for each in (one, *more[2 * n : 2 * n + 2])]
    stuck = [each for n in range(2) for each in (late[0], *more[2 * n : 2 * n + 2])]

    assert told(run(tmp_path, [*WHOLE, *passes(6, 2), *behind])) == [(3, 4)]
    replay = run(tmp_path, [*WHOLE, *passes(6, 2), *behind, *late[4:]])
    assert (told(replay), replay.channels[0]["next_expected"]) == ([(3, 4)], 9)
    assert told(run(tmp_path, [*WHOLE, *passes(6, 2), *stuck])) == [(3, 6)]


def test_a_hole_before_what_is_held_says_more(tmp_path: Path) -> None:
    """Packets 4 and 5 wait for 3; loops that include 5 are no other gap."""
    wait = Arbitration(gap_timeout_ns=10**15, gap_count=99, told_timeout_ns=0)
    sent = [*LOSS, *passes(5, 3)]
    with Replay(tape(tmp_path / "t.pcap", sent), TEN_LEVELS, arbitration=wait) as replay:
        replay.run()

    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(3, 1, "")]


# --- markets --------------------------------------------------------------------------------------
REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent") / "forts-2013"
DEAD = "line-239.192.1.10:30010-dead=180s..9999s,line-239.192.2.10:31010-dead=180s..9999s"


@pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES has no forts-2013")
def test_a_real_day_of_which_both_lines_die() -> None:
    """Four thousand packets that the snapshots include never came: no book is called sound at the end."""
    with Replay(REAL / "all.pcap", "moex.forts", faults=DEAD, seed=1) as replay:
        replay.run()
    sound = [view.key for view in replay.books if view.state == "SYNCHRONIZED"]

    assert sound == []
    assert sum(count for _, count in told(replay)) > 4000
    assert replay.counters["gaps"] == len(told(replay))


@pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES has no forts-2013")
@pytest.mark.parametrize(
    ("faults", "wait_ns"),
    [
        ("skew=1500ms", 1_000_000_000),
        (DEAD.replace("dead=180s..9999s", "delay=300ms"), 100_000_000),
    ],
)
def test_a_real_day_that_comes_later_than_its_snapshots(faults: str, wait_ns: int) -> None:
    """Packets that loops told of come after all: no sequence starts anew, and no book is emptied."""
    wait = Arbitration(told_timeout_ns=wait_ns)
    with Replay(REAL / "all.pcap", "moex.forts", arbitration=wait, faults=faults, seed=1) as replay:
        replay.run()

    assert replay.counters.get("session_changes", 0) == 0
    assert "EMPTY" not in {view.state for view in replay.books}
    assert sum(count for _, count in told(replay)) < 8112


@pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES has no forts-2013")
def test_the_real_day_ends_before_its_snapshots_do() -> None:
    """The recording of the increments stops two thirds of a second earlier: who waits less is told of it."""
    wait = Arbitration(told_timeout_ns=100_000_000)
    with Replay(REAL / "all.pcap", "moex.forts", arbitration=wait) as replay:
        replay.run()

    assert told(replay) == [(490839, 10)]
    assert {view.state for view in replay.books} == {"SUSPECT", "SYNCHRONIZED"}  # by the last loops


@pytest.mark.parametrize("seed", [11, 12])
def test_a_market_whose_last_increments_never_come(tmp_path: Path, seed: int) -> None:
    """Both lines die thirty packets before the end; loops of levels and orders tell of it, and heal all books."""
    path = tmp_path / "market.pcapng"
    record(path, "cme.mdp3", messages=2_000, seed=seed, instruments=3, snapshot_ns=4_000_000)
    times, groups = increments(path)
    dead = times[-30] - times[0] - 1
    plan = ",".join(f"line-{group}-dead={dead}ns..9999s" for group in groups)
    with Replay(path, "cme.mdp3") as whole:
        whole.run()
    wait = Arbitration(told_timeout_ns=10_000_000)
    with Replay(path, "cme.mdp3", faults=plan, seed=1, arbitration=wait) as replay:
        replay.run()
    truth = whole.books.contents()

    assert whole.gaps == []
    assert 30 <= sum(count for _, count in told(replay)) < 40
    assert {view.state for view in replay.books} == {"SYNCHRONIZED"}
    assert {view.key: view.contents() for view in replay.books} == truth


def increments(path: Path) -> tuple[list[int], list[str]]:
    """When each packet of the incremental channel came first, and the groups that carry it."""
    times: dict[int, int] = {}
    with Replay(path, "cme.mdp3", batch=1) as replay:
        for batch in replay:
            for row in batch[(batch["flags"] & Flag.SNAPSHOT) == 0]:
                times.setdefault(int(row["sequence"]), int(row["ts_recv"]))
        (channel,) = (each for each in replay.channels if each["role"] == "incremental")
    return list(times.values()), [line["group"] for line in channel["lines"]]

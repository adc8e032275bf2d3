"""What snapshots tell of while every line is silent is asked for before it is a gap, where there is a server to ask."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cme_loops import TEN_LEVELS, bids, entry, levels, orders, state
from scripted import Answers, Scripted
from tapes import MICROSECOND, OPENING_NS, Sent, tape

from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.replaying import Replay
from feedhandler.session.backend import Done, Failed, Inject
from feedhandler.session.gaps import TOLD
from feedhandler.session.holding import Arbitration

WHOLE = [entry(1, 5, 1), entry(2, 6, 2)]
LOST = [entry(3, 7, 3), entry(4, 8, 4)]
WAITS = Arbitration(gap_timeout_ns=0, gap_count=1, told_timeout_ns=0, recovery_timeout_ns=10**12)


def passes(last: int, count: int, prices: Sequence[int] = (8, 7, 6, 5)) -> list[Sent]:
    """Passes of both loops, one packet each, that include packets up to `last`."""
    sent = []
    for number in range(count):
        sent += [levels(1, last, last, prices, later=number), orders(1, last, [], later=number)]
    return sent


def run(
    path: Path, sent: list[Sent], *answers: Any, wait: Arbitration = WAITS, **options: Any
) -> tuple[Replay, Answers]:
    """A replay with a server that answers so, and what it was asked."""
    backend = Answers("tcp_replay", *answers)
    plan = RecoveryPlan(Scripted(), lambda *_: [backend])
    name = tape(path / "t.pcap", sent)
    with Replay(name, TEN_LEVELS, arbitration=wait, recovery=plan, **options) as replay:
        return replay.run(), backend


@pytest.mark.parametrize("batch", [1, 1024])
def test_it_is_asked_for_and_no_book_is_in_doubt(tmp_path: Path, batch: int) -> None:
    """The packets come from the server in the midst of the loops; nothing is loaded, and no gap has been."""
    answer = [*(Inject(datagram) for _, datagram in LOST), Done(3, 2)]
    replay, backend = run(tmp_path, [*WHOLE, *passes(4, 4)], answer, batch=batch)
    (found,) = replay.recovered

    assert backend.asked == [(3, 2)]
    assert (bids(replay), state(replay)) == ([8, 7, 6, 5], "SYNCHRONIZED")
    assert (replay.gaps, replay.counters.get("snapshots_loaded", 0)) == ([], 0)
    assert (found.first, found.count, found.method) == (3, 2, "tcp_replay")
    assert found.start_ns == OPENING_NS + 2 * MICROSECOND  # told for the first time
    assert replay.counters.get("gaps", 0) == 0


def test_what_the_server_has_not_is_a_gap_that_snapshots_heal(tmp_path: Path) -> None:
    """At once, for nobody else can be asked."""
    replay, backend = run(tmp_path, [*WHOLE, *passes(4, 6)], [Failed("refused", 3, 2)])
    (gap,) = replay.gaps

    assert backend.asked == [(3, 2)]
    assert (gap.first, gap.count, gap.seen, gap.method) == (3, 2, TOLD, "snapshot")
    assert (bids(replay), state(replay)) == ([8, 7, 6, 5], "SYNCHRONIZED")
    assert replay.counters["snapshots_loaded"] == 2


def test_why_it_did_not_come_is_kept(tmp_path: Path) -> None:
    """Of a gap that nothing heals."""
    replay, _ = run(tmp_path, [*WHOLE, *passes(4, 2)], [Failed("refused", 3, 2)])

    assert [(gap.method, gap.end_ns) for gap in replay.gaps] == [("tcp_replay: refused", 0)]
    assert state(replay) == "LEVELS_STALE"  # the last loop of orders had them


def test_a_part_that_comes_is_recovered_and_the_rest_is_a_gap(tmp_path: Path) -> None:
    """Packet 3 came, 4 did not."""
    answer = [Inject(LOST[0][1]), Failed("refused", 4, 1)]
    replay, _ = run(tmp_path, [*WHOLE, *passes(4, 6)], answer)

    assert [(gap.first, gap.count) for gap in replay.recovered] == [(3, 1)]
    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(4, 1, TOLD)]
    assert (bids(replay), state(replay)) == ([8, 7, 6, 5], "SYNCHRONIZED")


def test_a_server_that_says_nothing_is_waited_for_in_bounds(tmp_path: Path) -> None:
    """Then it is a gap."""
    wait = Arbitration(gap_timeout_ns=0, gap_count=1, told_timeout_ns=0, recovery_timeout_ns=4_000)
    replay, backend = run(tmp_path, [*WHOLE, *passes(4, 8)], [], wait=wait)
    (gap,) = replay.gaps

    assert backend.asked == [(3, 2)]
    assert (gap.first, gap.count, gap.seen) == (3, 2, TOLD)
    assert gap.ts_recv - gap.start_ns >= 4_000
    assert state(replay) == "SYNCHRONIZED"


def test_what_is_told_later_is_asked_for_then(tmp_path: Path) -> None:
    """Two ranges, one after the other."""
    first = [*(Inject(datagram) for _, datagram in LOST), Done(3, 2)]
    second = [Inject(entry(5, 9, 5)[1]), Done(5, 1)]
    sent = [*WHOLE, *passes(4, 3), *passes(5, 3, (9, 8, 7, 6, 5))]
    replay, backend = run(tmp_path, sent, first, second)

    assert backend.asked == [(3, 2), (5, 1)]
    assert (bids(replay), replay.gaps) == ([9, 8, 7, 6, 5], [])


def test_lines_that_come_back_meanwhile_fill_it_themselves(tmp_path: Path) -> None:
    """The late line brought it before the server did."""
    replay, _ = run(tmp_path, [*WHOLE, *passes(4, 2), *LOST, entry(5, 9, 5)], [])

    assert [gap.method for gap in replay.recovered] == ["late line"]
    assert (bids(replay), state(replay), replay.gaps) == ([9, 8, 7, 6, 5], "SYNCHRONIZED", [])


def test_a_recovery_that_comes_behind_the_end_of_the_input_counts(tmp_path: Path) -> None:
    """The hole was asked for with the last datagram."""
    answer = [*(Inject(datagram) for _, datagram in LOST), Done(3, 2)]
    replay, backend = run(tmp_path, [*WHOLE, *passes(4, 2)], answer)

    assert backend.asked == [(3, 2)]
    assert (bids(replay), replay.gaps) == ([8, 7, 6, 5], [])

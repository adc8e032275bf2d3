"""One datagram came from beyond a hole, then every line fell silent: what loops tell ends the wait for a second one."""

from pathlib import Path

from cme_loops import TEN_LEVELS, bids, entry, levels, orders, state
from tapes import Sent, tape

from feedhandler.replaying import Replay
from feedhandler.session.gaps import TOLD
from feedhandler.session.holding import Arbitration

BIDS = [8, 7, 6, 5]
EARLY = [
    entry(1, 5, 1),
    entry(2, 6, 2),
    entry(4, 8, 4),
]  # 3 is missing, and nobody else went past it


def passes(last: int, count: int) -> list[Sent]:
    """Passes of both loops, one packet each, that include packets up to `last`."""
    sent = []
    for number in range(count):
        sent += [
            levels(1, last, last, BIDS, later=number), orders(1, last, [71], later=number)
        ]  # fmt: skip
    return sent


def replayed(path: Path, sent: list[Sent], told_timeout_ns: int) -> Replay:
    """A run that waits for two datagrams from beyond a hole, stopped before its end releases what is held."""
    waits = Arbitration(gap_timeout_ns=0, gap_count=2, told_timeout_ns=told_timeout_ns)
    with Replay(tape(path / "t.pcap", sent), TEN_LEVELS, arbitration=waits) as replay:
        replay.engine.stop_at(packet=len(sent) - 1)
        return replay.run()


def test_a_hole_with_one_witness_is_a_gap_when_loops_tell_of_it(tmp_path: Path) -> None:
    """Packet 4 is held and shows that 3 is missing; three snapshots that include 4 say that nobody waits for it."""
    replay = replayed(tmp_path, [*EARLY, *passes(4, 4)], 0)

    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(3, 1, "")]
    assert replay.channels[0]["next_expected"] == 5
    assert (bids(replay), state(replay)) == (BIDS, "SYNCHRONIZED")


def test_what_lies_behind_what_was_held_is_told_as_before(tmp_path: Path) -> None:
    """Packets 5 and 6 are missing, too: nothing but the loops shows them."""
    replay = replayed(tmp_path, [*EARLY, *passes(6, 6)], 0)

    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(3, 1, ""), (5, 2, TOLD)]
    assert replay.channels[0]["next_expected"] == 7


def test_nothing_is_given_up_before_that_wait_is_over(tmp_path: Path) -> None:
    """The line may merely be slower than its loops."""
    replay = replayed(tmp_path, [*EARLY, *passes(4, 4)], 10**9)

    assert replay.gaps == []
    assert replay.channels[0]["next_expected"] == 3

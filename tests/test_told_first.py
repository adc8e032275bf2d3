"""A channel of which nothing comes, from its very first frame on, while its snapshot loops tell of packets.

Its sequence is joined behind what they tell, and what they tell of more is a gap; it was called complete before.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cme_loops import AT_ONCE, BIDS, TEN_LEVELS, bids, entry, passes, state
from scripted import Answers, Scripted
from tapes import Sent, tape

from feedhandler.decode.catalog import feed
from feedhandler.engine.doubts import JOINED, SILENT, doubts_of
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.replaying import Replay
from feedhandler.session.gaps import TOLD
from feedhandler.session.holding import Arbitration
from feedhandler.simulator.record import record
from feedhandler.verify import verify

SLOW = Arbitration(told_timeout_ns=10**15)


def run(path: Path, sent: Sequence[Sent], wait: Arbitration = AT_ONCE, **options: object) -> Replay:
    made = tape(path / "t.pcap", sent)
    with Replay(made, TEN_LEVELS, arbitration=wait, **options) as replay:  # type: ignore[arg-type]
        return replay.run()


# --- nothing comes --------------------------------------------------------------------------------
@pytest.mark.parametrize("batch", [1, 1024])
def test_it_is_joined_behind_what_loops_tell(tmp_path: Path, batch: int) -> None:
    """Packets 1 to 4 never came, or nobody listened: the loops that go on bring all books."""
    replay = run(tmp_path, passes(4, 4), batch=batch)
    (gap,) = replay.joined

    assert (gap.first, gap.count, gap.seen, gap.method) == (1, 4, TOLD, "snapshot")
    assert (bids(replay), state(replay)) == (BIDS, "SYNCHRONIZED")
    assert (replay.gaps, replay.counters["joins"]) == ([], 1)
    (channel,) = (each for each in replay.channels if each["role"] == "incremental")
    assert (channel["accepted"], channel["next_expected"]) == (0, 5)
    assert not doubts_of(replay.engine).count


def test_what_loops_tell_of_more_is_a_gap(tmp_path: Path) -> None:
    """The venue goes on, and nothing comes: that is no quiet market."""
    replay = run(tmp_path, [*passes(4, 2), *passes(7, 4, [9, *BIDS])])
    (gap,) = replay.gaps

    assert (gap.first, gap.count, gap.seen) == (5, 3, TOLD)
    assert (replay.counters["gaps"], replay.counters["gap_units"]) == (1, 3)
    assert (bids(replay), state(replay)) == ([9, *BIDS], "SYNCHRONIZED")


def test_the_naive_walk_finds_the_same(tmp_path: Path) -> None:
    """Both books, digests and counters."""
    path = tape(tmp_path / "t.pcap", [*passes(4, 4), entry(5, 9, 5)])

    assert verify(path, TEN_LEVELS).divergence is None


def test_while_it_is_waited_for_the_channel_is_in_doubt(tmp_path: Path) -> None:
    """The capture ends before the wait is over: there is no book, and nothing is called complete."""
    replay = run(tmp_path, passes(4, 4), SLOW)

    assert (list(replay.books), replay.gaps, replay.joined) == ([], [], [])
    assert doubts_of(replay.engine).channels == {310: SILENT}


def test_two_datagrams_are_not_enough(tmp_path: Path) -> None:
    """Damaged numbers must not begin a sequence."""
    replay = run(tmp_path, passes(4, 1))

    assert (replay.joined, doubts_of(replay.engine).channels) == ([], {310: SILENT})


def test_what_is_far_on_needs_many(tmp_path: Path) -> None:
    """As every sequence is that is joined late: fifteen are not enough, sixteen are."""
    sent = passes(9000, 8)

    assert run(tmp_path, sent[:-1]).joined == []
    assert [gap.count for gap in run(tmp_path, sent).joined] == [9000]


def test_a_market_of_which_nothing_was_sent_is_whole(tmp_path: Path) -> None:
    """Snapshots of before the first packet."""
    replay = run(tmp_path, passes(0, 8, []))

    assert (replay.joined, doubts_of(replay.engine).count) == ([], 0)


def test_a_channel_that_is_not_described_has_nothing_to_lack(tmp_path: Path) -> None:
    """A feed of loops alone."""
    loops = tuple(each for each in TEN_LEVELS.channels if each.role != "incremental")
    path = tape(tmp_path / "t.pcap", passes(4, 4))
    with Replay(path, replace(feed("cme.mdp3"), channels=loops), arbitration=AT_ONCE) as replay:
        replay.run()

    assert (replay.joined, doubts_of(replay.engine).count) == ([], 0)


# --- something comes ------------------------------------------------------------------------------
def test_what_comes_in_time_begins_the_sequence(tmp_path: Path) -> None:
    """What was told before counts no more."""
    sent = [*passes(2, 4, [6, 5]), entry(3, 7, 3), entry(4, 8, 4)]
    replay = run(tmp_path, sent, SLOW)

    assert [(gap.count, gap.seen) for gap in replay.joined] == [(2, "")]
    assert doubts_of(replay.engine).reasons == {JOINED: 1}


@pytest.mark.parametrize("first", [1, 3])
def test_lines_that_wake_up_go_on_behind_it(tmp_path: Path, first: int) -> None:
    """What the loops included comes late: it is old, and begins no other sequence."""
    late = [entry(number, number + 4, number) for number in range(first, 5)]
    replay = run(tmp_path, [*passes(4, 4), *late, entry(5, 9, 5)])

    assert (bids(replay), state(replay)) == ([9, *BIDS], "SYNCHRONIZED")
    assert (replay.gaps, replay.counters.get("session_changes", 0)) == ([], 0)
    assert replay.counters["duplicates"] == len(late)


def test_what_comes_late_behind_more_that_was_told_starts_nothing(tmp_path: Path) -> None:
    """Packets 5 to 7 are sent later than the loops that the sequence was joined by."""
    late = [(group, _sent_later(datagram)) for group, datagram in
            (entry(number, number + 4, number) for number in (5, 6, 7, 8))]  # fmt: skip
    replay = run(tmp_path, [*passes(4, 2), *passes(7, 4, [11, 10, 9, *BIDS]), *late])

    assert (bids(replay), state(replay)) == ([12, 11, 10, 9, *BIDS], "SYNCHRONIZED")
    assert (replay.counters["duplicates"], replay.counters.get("session_changes", 0)) == (3, 0)


def test_what_is_missing_before_them_is_a_gap(tmp_path: Path) -> None:
    """Packet 5 came on no line, and no loop told of it."""
    replay = run(tmp_path, [*passes(4, 4), entry(6, 10, 6), entry(7, 11, 7)])

    assert [(gap.first, gap.count, gap.seen) for gap in replay.gaps] == [(5, 1, "")]
    assert state(replay) == "STALE"


def test_a_sequence_that_starts_anew_is_another(tmp_path: Path) -> None:
    """It is sent later than the loops that told of the one before."""
    new = [(group, _sent_later(datagram)) for group, datagram in (entry(1, 3, 1), entry(2, 4, 2))]
    replay = run(tmp_path, [*passes(4, 4), *new])

    assert (bids(replay), state(replay)) == ([4, 3], "SYNCHRONIZED")
    assert replay.counters["session_changes"] == 1


def _sent_later(datagram: bytes) -> bytes:
    """With a send time a second later."""
    sent = int.from_bytes(datagram[4:12], "little") + 1_000_000_000
    return datagram[:4] + sent.to_bytes(8, "little") + datagram[12:]


def test_nobody_is_asked_for_all_that_was_before(tmp_path: Path) -> None:
    """There is a server, and snapshots bring the books."""
    backend = Answers("tcp_replay")
    plan = RecoveryPlan(Scripted(), lambda *_: [backend])
    replay = run(tmp_path, passes(4, 4), recovery=plan)

    assert backend.asked == []
    assert [gap.count for gap in replay.joined] == [4]
    assert state(replay) == "SYNCHRONIZED"


# --- markets --------------------------------------------------------------------------------------
@pytest.mark.parametrize("told_ms", [5, 100])
def test_a_market_that_is_dead_from_its_first_frame(tmp_path: Path, told_ms: int) -> None:
    """Definitions and loops come; the increments do not. The books are those of the last passes, and a gap says so."""
    path = tmp_path / "market.pcapng"
    record(path, "cme.mdp3", messages=2_000, seed=11, instruments=3, snapshot_ns=4_000_000)
    with Replay(path, "cme.mdp3") as whole:
        whole.run()
    dead = "line-224.0.31.1:14310-dead=0s..999s,line-224.0.32.1:15310-dead=0s..999s"
    wait = Arbitration(told_timeout_ns=told_ms * 1_000_000)
    with Replay(path, "cme.mdp3", faults=dead, seed=1, arbitration=wait) as replay:
        replay.run()
    truth = whole.books.contents()
    (channel,) = (each for each in replay.channels if each["role"] == "incremental")

    assert [gap.seen for gap in (*replay.joined, *replay.gaps)][:2] == [TOLD, TOLD]
    assert replay.counters["gap_units"] > 100
    for view in replay.books:
        if (
            view.state == "SYNCHRONIZED"
            and channel["next_expected"] == whole.channels[0]["next_expected"]
        ):
            assert view.contents() == truth[view.key]

"""A packet of a definitions loop that comes behind the next one, when its hole was given up: read all the same."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from capture_writers import pcap
from packets import mdp3
from tapes import OPENING_NS, Sent, frame, sent_at
from test_undefined import DEFINITIONS, FUTURE, OPTION, defined, entries, told

from feedhandler.replaying import Replay
from feedhandler.verify import verify

STEP_NS = 20_000_000  # twice the wait for what is missing
B = "224.0.32.43:15310"
OPENED = entries(1, [5], 1)


def played(path: Path, sent: Sequence[Sent], batch: int = 1024) -> Replay:
    """The replay of datagrams that are far apart; the walk finds the same."""
    frames = [(OPENING_NS + number * STEP_NS, frame(*each)) for number, each in enumerate(sent)]
    capture = path / "t.pcap"
    capture.write_bytes(pcap(frames, nanos=True))
    assert verify(capture, "cme.mdp3").divergence is None
    with Replay(capture, "cme.mdp3", batch=batch) as replay:
        return replay.run()


def empty(number: int) -> Sent:
    """A packet of the loop without a definition."""
    return DEFINITIONS, mdp3([], number, sent_at(number))


@pytest.mark.parametrize("batch", [1, 1024])
def test_it_is_read_when_it_comes(tmp_path: Path, batch: int) -> None:
    """Packet 2 comes behind packets 3 and 4, and 40 ms late: the option has its depth before its first row."""
    sent = [defined(1, FUTURE), empty(3), empty(4), defined(2, OPTION), OPENED]
    replay = played(tmp_path, sent, batch)

    assert told(replay) == ([5], "SYNCHRONIZED")
    assert (replay.counters["definitions"], replay.counters.get("duplicates", 0)) == (2, 0)
    (channel,) = (each for each in replay.channels if each["role"] == "definition")
    assert (channel["accepted"], channel["next_expected"]) == (4, 5)


def test_its_copies_are_copies(tmp_path: Path) -> None:
    """Each line brings it late; the loop goes on where it was."""
    late = [defined(2, OPTION), defined(2, OPTION, group=B), defined(2, OPTION)]
    replay = played(tmp_path, [defined(1, FUTURE), empty(3), empty(4), *late, empty(5), OPENED])

    assert told(replay) == ([5], "SYNCHRONIZED")
    assert (replay.counters["definitions"], replay.counters["duplicates"]) == (2, 2)
    assert replay.counters["held"] == 2


@pytest.mark.parametrize(("order", "read"), [((2, 3), 2), ((3, 2), 2), ((3, 2, 3, 2), 2)])
def test_of_a_longer_hole_each_is_read(tmp_path: Path, order: Sequence[int], read: int) -> None:
    """In either order, and once."""
    by_number = {2: OPTION, 3: FUTURE}
    late = [defined(number, by_number[number]) for number in order]
    replay = played(tmp_path, [empty(1), empty(4), empty(5), *late, OPENED])

    assert told(replay) == ([5], "SYNCHRONIZED")
    assert replay.counters["definitions"] == read


def test_of_a_hole_before_the_last_one_it_is_old(tmp_path: Path) -> None:
    """One hole is remembered: this definition comes with the next pass."""
    sent = [empty(1), empty(3), empty(4), empty(6), empty(7), defined(2, OPTION), OPENED]
    replay = played(tmp_path, sent)

    assert told(replay) == ([5], "UNDEFINED")
    assert replay.counters["duplicates"] == 1


def test_the_next_pass_begins_as_ever(tmp_path: Path) -> None:
    """Sent later: its packet 2 is no late one of the pass before."""
    sent = [defined(1, FUTURE), empty(3), empty(4), defined(1, FUTURE, at=10), OPENED]
    replay = played(tmp_path, [*sent, defined(2, OPTION, at=11)])

    assert told(replay) == ([5], "LEVELS_STALE")
    assert replay.counters.get("duplicates", 0) == 0


def test_a_late_packet_of_a_snapshot_loop_is_old(tmp_path: Path) -> None:
    """A pass of books is torn by its hole; half a book must not come behind it."""
    snapshots = "224.0.31.22:14310"
    sent = [(snapshots, mdp3([], number, sent_at(number))) for number in (1, 3, 4, 2)]
    replay = played(tmp_path, [*sent, OPENED])

    assert replay.counters["duplicates"] == 1

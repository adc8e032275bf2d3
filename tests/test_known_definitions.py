"""Definitions that come again, as a loop sends them: known by their bytes, not read, and nothing is different."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import CME_A, Sent
from test_undefined import FUTURE, OPTION, defined, entries, played, told

from feedhandler.counter import Counter, new_counters
from feedhandler.engine import known, known_kernel
from feedhandler.engine.definitions import Definitions
from feedhandler.engine.known import KnownDefinitions
from feedhandler.replaying import Replay

CAPTURES = Path(__file__).parent.parent / "captures"
PASSES = 20
MAPPED = 12  # bytes of a packet's header


@pytest.fixture(name="reads")
def counted_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A word for each datagram of definitions that Python reads."""
    reads: list[int] = []
    read = Definitions.read

    def noted(self: Definitions, datagram: bytes, *rest: Any, **more: Any) -> Any:
        reads.append(len(datagram))
        return read(self, datagram, *rest, **more)

    monkeypatch.setattr(Definitions, "read", noted)
    return reads


def replayed(path: Path, sent: Sequence[Sent], reads: list[int]) -> Replay:
    """A replay that the oracle agrees with; the reads are those of the replay alone."""
    played(path, sent)
    reads.clear()
    with Replay(str(path / "tape.pcap"), "cme.mdp3") as replay:
        return replay.run()


def test_a_loop_is_read_once(tmp_path: Path, reads: list[int]) -> None:
    """Two datagrams, twenty passes with numbers and times of their own: two reads; books and depths as ever."""
    sent = [entries(1, range(1, 8), 1)]
    for number in range(1, 2 * PASSES, 2):
        sent += [defined(number, OPTION), defined(number + 1, FUTURE)]
    sent.append(entries(2, range(8, 11), 8))
    replay = replayed(tmp_path, sent, reads)

    assert len(reads) == 2
    assert replay.counters["definitions_repeated"] == 2 * PASSES - 2
    assert replay.counters["definitions"] == 2 * PASSES
    assert told(replay) == ([10, 9, 8, 7, 6], "LEVELS_STALE")
    assert len(replay.engine.definitions.known) == 2


def test_the_same_definition_on_another_line_is_another_one(
    tmp_path: Path, reads: list[int]
) -> None:
    """Among the increments it says nothing of a line of definitions: both are read."""
    replayed(tmp_path, [defined(1, OPTION), defined(1, OPTION, group=CME_A)], reads)

    assert len(reads) == 2


def test_a_definition_that_changes_and_changes_back(tmp_path: Path, reads: list[int]) -> None:
    """The first one once more, byte for byte, holds again: what was known before the change is not believed."""
    other = OPTION._replace(depth=3)
    sent = [defined(number, each) for number, each in
            enumerate((OPTION, FUTURE, OPTION, other, other, OPTION, FUTURE, OPTION), 1)]  # fmt: skip
    replay = replayed(tmp_path, [*sent, entries(1, range(1, 9), 1)], reads)

    assert told(replay) == ([8, 7, 6, 5, 4], "SYNCHRONIZED")
    assert len(reads) == 5  # all but the second of: OPTION, other, and OPTION at the end


def test_what_finds_no_room_is_read_each_time(
    tmp_path: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room for one: the other one is read at every pass, counted, and nothing else is different."""
    monkeypatch.setattr("feedhandler.engine.definitions.DATAGRAMS_MAX", 1)
    sent = [defined(number, (OPTION, FUTURE)[number % 2]) for number in range(1, 2 * PASSES + 1)]
    replay = replayed(tmp_path, [*sent, entries(1, range(1, 8), 1)], reads)

    assert len(reads) == 1 + PASSES
    assert replay.counters["definitions_forgotten"] == PASSES
    assert replay.counters["definitions_repeated"] == PASSES - 1
    assert told(replay) == ([7, 6, 5, 4, 3], "SYNCHRONIZED")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(range(40)), st.binary(min_size=4, max_size=4)),
        max_size=60,
    )
)
def test_known_are_exactly_those_that_were_read(steps: list[tuple[int, int, bytes]]) -> None:
    """A set of (row, messages) is the oracle; headers differ all the time."""
    kept, seen = KnownDefinitions(64), set()
    counters = new_counters()
    for row, number, header in steps:
        body = bytes([number]) * (number % 19) + number.to_bytes(2, "big")
        datagram = np.frombuffer(header * 3 + body, np.uint8).copy()
        where = (row, int(datagram.ctypes.data), len(datagram))
        assert bool(known_kernel.is_known(kept.address, *where)) == ((row, body) in seen)
        kept.remember(*where, MAPPED, counters)
        seen.add((row, body))
        assert bool(known_kernel.is_known(kept.address, *where))

    assert len(kept) == len(seen)
    assert counters[Counter.DEFINITIONS_FORGOTTEN] == 0
    kept.forget()
    assert len(kept) == 0


def test_a_header_of_another_length_is_nothing_that_is_known() -> None:
    """A transport whose header changes: all is read again; one of which no length is known is not remembered."""
    kept, counters = KnownDefinitions(4), new_counters()
    datagram = np.arange(64, dtype=np.uint8)
    where = (0, int(datagram.ctypes.data), 64)
    kept.remember(*where, 0, counters)
    none = len(kept)
    kept.remember(*where, 12, counters)
    kept.remember(*where, 20, counters)

    assert (none, len(kept)) == (0, 1)
    assert known.DATAGRAMS_MAX == 1 << 17


@pytest.mark.parametrize("name", ["cme-mdp3-ab.pcapng", "cme-mdp3-reset-long.pcap.gz"])
def test_the_loops_of_our_own_venue_are_read_once(name: str, reads: list[int]) -> None:
    """As a venue's, a definition has the time of its last change, and that of its pass only in the packet's header.

    One changes in the midst of the day: it is told on the increments, and in the loop from then on.
    """
    with Replay(CAPTURES / name, "cme.mdp3") as replay:
        replay.run()
    pass_, changed = len(replay.books) // 2, 2  # datagrams
    repeated = replay.counters["definitions_repeated"]

    assert len(reads) == pass_ + changed
    assert repeated > len(reads)

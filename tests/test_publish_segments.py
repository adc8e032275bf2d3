"""Segments of shared memory: who may create, what attaches, one clear line for all the rest."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from shared_memory import fresh_name, publish, writer

from feedhandler.publish import EventRing, EventRingReader, SegmentError
from feedhandler.publish.segment import CLOSED, HEADER_BYTES, Kind, folder, path_of

name = pytest.fixture(fresh_name)


# --- segments -------------------------------------------------------------------------------------
def test_a_name_in_use_is_refused_and_a_dead_writers_name_is_taken(name: str) -> None:
    """The lock of a living writer decides, not what the header says."""
    ring = EventRing.create(name, 8)
    with pytest.raises(SegmentError, match=f"in use, process {os.getpid()} writes to it"):
        EventRing.create(name, 8)
    reader = EventRingReader(name)
    abandon(ring)
    with pytest.raises(SegmentError, match="exists already"):
        EventRing.create(name, 8, replace=False)
    second = EventRing.create(name, 16)

    assert reader.segment.closed
    assert EventRingReader(name).slots == 16
    second.close()
    assert not path_of(name, Kind.EVENTS).exists()


def abandon(ring: EventRing) -> None:
    """Let go of a ring as a killed process does: unlocked, unclosed, its file left behind."""
    del ring.sequences, ring.slots, ring.head
    ring.segment.words.release()
    ring.segment.memory.close()
    os.close(ring.segment.fd)
    ring.segment.fd = -1


def test_a_reader_of_a_killed_writer_sees_it_closed(name: str) -> None:
    """`closed` asks the lock, since a killed process says nothing."""
    with writer("ring", name, 8):
        reader = EventRingReader(name)
        alive = reader.segment.closed

    assert [alive, reader.segment.closed] == [False, True]


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("no such segment", lambda path: path.unlink()),
        ("not a feedhandler segment", lambda path: path.write_bytes(b"")),
        ("not a feedhandler segment", lambda path: path.write_bytes(b"x" * 10)),
        ("not a feedhandler segment", lambda path: path.write_bytes(bytes(range(256)) * 64)),
        ("header version 9, this program reads 1", lambda path: poke(path, 1, 9)),
        (r"holds kind 2, expected 1 \(EVENTS\)", lambda path: poke(path, 2, 2)),
        ("record layout version 7 of 64 bytes", lambda path: poke(path, 3, 7)),
        ("version 1 of 96 bytes", lambda path: poke(path, 5, 96)),
        ("do not fit 1000 records", lambda path: poke(path, 4, 1000)),
        ("do not fit 0 records", lambda path: poke(path, 4, 0)),
        ("do not fit 8 records", lambda path: path.write_bytes(path.read_bytes()[:-1])),
    ],
)
def test_what_is_no_ring_is_one_clear_error(
    name: str, what: str, spoil: Callable[[Path], object]
) -> None:
    """Missing, empty, short, foreign, another version or size: the line names file and reason."""
    ring = EventRing.create(name, 8)
    path = path_of(name, Kind.EVENTS)
    image = path.read_bytes()
    ring.close()
    path.write_bytes(image)
    spoil(path)

    with pytest.raises(SegmentError, match=what) as caught:
        EventRingReader(name)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def poke(path: Path, word: int, value: int) -> None:
    """Overwrite one word of the header."""
    raw = bytearray(path.read_bytes())
    raw[8 * word : 8 * word + 8] = value.to_bytes(8, "little")
    path.write_bytes(raw)


def test_memory_that_is_not_there_is_an_error_at_once(name: str) -> None:
    """Space is reserved before it is used, and nothing is left behind."""
    with pytest.raises(SegmentError, match="cannot create"):
        EventRing.create(name, 1 << 50)

    assert not list(folder().glob(f"*{name}*"))


def test_names_cannot_leave_the_folder() -> None:
    """A name is a name, not a path."""
    for bad in ("", "../x", "a/b", ".x", "a" * 101, "a\n"):
        with pytest.raises(SegmentError, match="bad segment name"):
            EventRing.create(bad, 8)


def test_layout_of_the_header() -> None:
    """What changes lies on cache lines of its own, behind what never does."""
    ring = EventRing.create(None, 8)
    publish(ring, 1, 2, 3)
    words = np.frombuffer(ring.segment.memory, np.int64)

    assert words[:1].tobytes() == b"FEEDHNDL"
    assert words[1:7].tolist() == [1, 1, 1, 8, 64, HEADER_BYTES + 8 * 72]
    assert (words[CLOSED], words[32]) == (0, 3)
    assert words[512:516].tolist() == [1, 2, 3, 0]

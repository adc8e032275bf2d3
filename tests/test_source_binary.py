"""BinaryFILE: every message once and in order, its length before it, whatever the file says."""

import gzip
import json
import os
import random
from collections import Counter as Tally
from pathlib import Path

import pytest
from capture_writers import Seen, read_all

from feedhandler.counter import named, new_counters
from feedhandler.source.binary_kernel import RUN_BLOCKS_MAX, RUN_BYTES_MAX
from feedhandler.source.descriptor import LINK_PAYLOAD
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError

# TotalView-ITCH 5.0, section 4.
LENGTHS = {
    ord(kind): length
    for kind, length in {
        "S": 12, "R": 39, "H": 25, "Y": 20, "L": 26, "V": 35, "W": 12, "K": 28, "J": 35, "h": 21,
        "A": 36, "F": 40, "E": 31, "C": 36, "X": 23, "D": 19, "U": 35, "P": 44, "Q": 40, "B": 19,
        "I": 50, "N": 20, "O": 48,
    }.items()
}  # fmt: skip
REAL = os.environ.get("FEEDHANDLER_REAL_CAPTURES")


def some_messages(count: int, seed: int = 1) -> list[bytes]:
    """Messages of all types with random contents."""
    dice = random.Random(seed)
    kinds = sorted(LENGTHS)
    picked = [dice.choice(kinds) for _ in range(count)]
    return [bytes([kind]) + dice.randbytes(LENGTHS[kind] - 1) for kind in picked]


def prefixed(messages: list[bytes]) -> bytes:
    """Each message behind its length."""
    return b"".join(len(message).to_bytes(2, "big") + message for message in messages)


def blocks(run: bytes) -> list[bytes]:
    """The messages of a run; it must end with the last one."""
    found = []
    while run:
        size = int.from_bytes(run[:2], "big")
        assert len(run) >= 2 + size
        found.append(run[2 : 2 + size])
        run = run[2 + size :]
    return found


def read(path: Path) -> tuple[list[Seen], list[bytes], list[str], dict[str, int]]:
    """Runs, the messages in them, notes and counters."""
    source = open_capture(str(path), LENGTHS)
    seen = read_all(source)
    counters = new_counters()
    source.count_into(counters)
    source.close()
    messages = [message for run in seen for message in blocks(run.frame)]
    return seen, messages, source.notes, named(counters)


def laid(tmp_path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path = tmp_path / "S021314-v50.txt"
    path.write_bytes(data)
    return path


def test_every_message_comes_once_and_in_order(tmp_path: Path) -> None:
    """In runs of limited size that are numbered from 1."""
    messages = some_messages(20_000)
    runs, seen, notes, counters = read(laid(tmp_path, prefixed(messages)))

    assert messages == seen
    assert (notes, counters) == ([], {})
    assert {LINK_PAYLOAD} == {run.link for run in runs}
    assert list(range(1, len(runs) + 1)) == [run.packet for run in runs]
    assert max(len(blocks(run.frame)) for run in runs) <= RUN_BLOCKS_MAX
    assert max(len(run.frame) for run in runs) <= RUN_BYTES_MAX


def test_a_run_never_depends_on_the_window(tmp_path: Path) -> None:
    """Plain and packed give the same runs, so a run's number means the same in both."""
    data = prefixed(some_messages(50_000))
    plain, *_ = read(laid(tmp_path, data))
    packed, *_ = read(laid(tmp_path, gzip.compress(data, 1)))

    assert plain == packed


def test_long_messages_make_runs_of_their_own(tmp_path: Path) -> None:
    """Grown messages stay whole; none is left out because it is long or empty."""
    messages = [
        *some_messages(8), b"A" * 9000, b"A" * 8000, b"A" * 200, b"", b"", b"A" * 65535, b"S" * 12
    ]  # fmt: skip
    runs, seen, notes, _ = read(laid(tmp_path, prefixed(messages)))

    assert messages == seen
    assert notes == []
    assert [len(blocks(run.frame)) for run in runs] == [8, 1, 1, 3, 1, 1]


def test_zero_prefixes_are_filled_in_by_type_and_told(tmp_path: Path) -> None:
    """Some published files have a zero before each message: never taken so in silence."""
    messages = some_messages(30_000)
    data = b"".join(b"\0\0" + message for message in messages)
    for stored in (data, gzip.compress(data, 1)):
        _, seen, notes, counters = read(laid(tmp_path, stored))

        assert messages == seen
        assert notes == ["length prefix is zero: lengths by message type"]
        assert counters == {}


@pytest.mark.parametrize("zero", [False, True])
def test_a_cut_last_block_is_reported(tmp_path: Path, *, zero: bool) -> None:
    """At every byte of the last messages; a lone zero length is the end that some files have."""
    messages = some_messages(100, seed=7)
    parts = [(b"\0\0" if zero else len(m).to_bytes(2, "big")) + m for m in messages]
    data = b"".join(parts)
    ends = [sum(len(part) for part in parts[: i + 1]) for i in range(len(parts))]
    for size in range(ends[-4], len(data)):
        whole = sum(end <= size for end in ends)
        _, seen, notes, counters = read(laid(tmp_path, data[:size]))

        assert messages[:whole] == seen
        left = size - ends[whole - 1]
        told = left > 0 and not (zero and left == 2)
        text = f"cut in mid-block at offset {ends[whole - 1]}, {left} bytes left over"
        assert ([text] if told else []) == notes[zero:]
        assert ({"cut_record": 1} if told else {}) == counters


@pytest.mark.parametrize("zero", [False, True])
def test_a_terminator_is_accepted(tmp_path: Path, *, zero: bool) -> None:
    """A zero length at the very end is no message and no fault."""
    messages = some_messages(1000)
    data = b"".join((b"\0\0" if zero else len(m).to_bytes(2, "big")) + m for m in messages)
    _, seen, notes, counters = read(laid(tmp_path, data + b"\0\0"))

    assert messages == seen
    assert notes[zero:] == []
    assert counters == {}


def test_an_unknown_type_without_a_length_stops_the_reading(tmp_path: Path) -> None:
    """No length can be known: everything before it counts."""
    messages = some_messages(100)
    data = b"".join(b"\0\0" + message for message in messages)
    _, seen, notes, counters = read(laid(tmp_path, data + b"\0\0z" + bytes(50)))

    assert messages == seen
    assert [f"stopped at offset {len(data)}: a message of unknown type b'z' without a length"] == (
        notes[1:]
    )
    assert counters == {"bad_record": 1}


@pytest.mark.parametrize(
    "data", [b"\0\0", b"\0\0S", prefixed([b"S" * 11]), prefixed([b"z" * 12]), prefixed([b"S" * 99])]
)
def test_other_bytes_are_no_binary_file(tmp_path: Path, data: bytes) -> None:
    """A type that is not known, or a length that is not its own: not taken for messages."""
    with pytest.raises(CaptureError, match="not a capture that is known here"):
        open_capture(str(laid(tmp_path, data)), LENGTHS)


@pytest.mark.skipif(not REAL, reason="FEEDHANDLER_REAL_CAPTURES is not set")
def test_the_published_sample_with_zero_prefixes() -> None:
    """12,012 messages, so many of each type as its description says."""
    folder = Path(str(REAL)) / "ritch"
    expected = json.loads((folder / "expected.json").read_text())["file"]
    _, seen, notes, counters = read(folder / "ex20101224.TEST_ITCH_50")

    assert expected["messages_by_type"] == dict(sorted(Tally(chr(m[0]) for m in seen).items()))
    assert expected["messages"] == len(seen)
    assert notes == ["length prefix is zero: lengths by message type"]
    assert counters == {}

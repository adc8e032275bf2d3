"""A recorder whose disk is full, whose file is to be no larger, or whose interface goes: whole files, all of it told."""

import errno
import io
import json
import resource
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lan import wire
from live_frames import GROUP, send, udp
from test_capture_ends import MANY, WAIT_S, recording
from test_recorder import RING, counted, read, record

from feedhandler.bench.namespace import Wire
from feedhandler.recording import blocks
from feedhandler.recording.block_file import BlockFile, packets
from feedhandler.recording.recorder import (
    STATISTICS_BYTES,
    Recorded,
    Recorder,
    Rotation,
    fitting,
)
from feedhandler.recording.ring import BlockRing

HEAD = blocks.head("line_a", 1, "")
LENGTHS = [60, 1500, 61, 400, 64]
PACKETS = [
    blocks.block(6, struct.pack("<5I", 0, 0, 0, n, n) + bytes([n % 251]) * (n + -n % 4))
    for n in LENGTHS
]


class Full(io.FileIO):
    """A file on a disk with so much room."""

    room = 0

    def write(self, data: Any) -> int:
        """What has room, and then no more."""
        left = self.room - self.tell()
        if left <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(memoryview(data)[:left])


def on_full_disk(path: Path, room: int) -> tuple[BlockFile, Full]:
    """A file that is begun while there is room yet."""
    file = BlockFile(str(path), io.BytesIO(), HEAD)
    file._out.close()
    file._out = full = Full(str(path), "r+")
    full.seek(0, io.SEEK_END)
    full.room = room
    return file, full


@pytest.mark.parametrize("before", [0, 2])
def test_wherever_the_disk_is_full(tmp_path: Path, before: int) -> None:
    """Every place of a cut: the file has whole blocks and its statistics, and the frames in it are those told."""
    first, data = PACKETS[:before], b"".join(PACKETS[before:])
    least = len(HEAD) + STATISTICS_BYTES
    whole = len(HEAD) + sum(map(len, PACKETS))
    for room in range(max(least, len(HEAD) + sum(map(len, first))), whole):
        path = tmp_path / "full.pcapng"
        file, _ = on_full_disk(path, room)
        for each in first:
            file.write(each)
        with pytest.raises(OSError, match="No space left") as failed:
            file.write(data)
        frames, frame_bytes = file.mend(data, STATISTICS_BYTES)
        file.write(blocks.statistics(0, 1, 2, 3))
        file.close()
        kept = [len(each.data) for each in read(str(path))]

        assert failed.value.filename == str(path)
        assert kept == LENGTHS[: before + frames]
        assert frame_bytes == sum(kept) - sum(LENGTHS[:before])
        assert counted(str(path))[blocks.DROPPED] == 2
        after = PACKETS[len(kept)] if len(kept) < len(PACKETS) else b""
        assert path.stat().st_size <= room < path.stat().st_size + len(after)


@given(st.integers(0, 4000), st.booleans())
def test_what_fits(room: int, least: bool) -> None:  # noqa: FBT001 (hypothesis)
    """As many whole packets as have room: the longest of all beginnings that do."""
    data = b"".join(PACKETS)
    end, frames, size = fitting(data, room, least=least)
    most = max(n for n in range(6) if n == 0 or sum(map(len, PACKETS[:n])) <= room)
    expected = max(most, 1) if least else most

    assert [length for _, length in packets(data)] == LENGTHS
    assert (frames, size) == (expected, sum(LENGTHS[:expected]))
    assert end == sum(map(len, PACKETS[:expected]))


def test_files_are_no_larger_than_asked_for(tmp_path: Path) -> None:
    """Smaller than a block of the ring, and full but for the next frame; together they are all."""
    sent = [udp(GROUP, struct.pack(">I", n) + bytes(1300)) for n in range(1500)]

    recorded = record(tmp_path / "out.pcapng", sent, rotation=Rotation(file_bytes=300_000))
    sizes = [Path(name).stat().st_size for name in recorded.files]

    assert all(300_000 - 1400 < size <= 300_000 for size in sizes[:-1])
    assert sizes[-1] <= 300_000
    seen = [each.data for name in recorded.files for each in read(name)]
    assert seen == sent[: len(seen)]
    assert len(seen) == recorded.frames == len(sent) - recorded.dropped
    assert recorded.frame_bytes == sum(map(len, seen))
    assert sum(counted(name)[blocks.DELIVERED] for name in recorded.files) == recorded.frames


def test_a_frame_larger_than_a_file(tmp_path: Path) -> None:
    """A file has one frame at least."""
    recorded = record(tmp_path / "out.pcapng", MANY[:5], rotation=Rotation(file_bytes=1000))

    assert [len(read(name)) for name in recorded.files] == [1] * 5


def recorded_by(made: Wire, path: Path, between: Callable[[Recorder], None]) -> Recorded:
    """A recorder on a wire, in a thread, that ends by itself."""
    with made.receiver.entered():
        ring = BlockRing("line_a", "", RING)
    recorder = Recorder(ring, str(path), io.BytesIO(), interface="line_a")
    worker = threading.Thread(target=recorder.run)
    worker.start()
    between(recorder)
    worker.join(WAIT_S)
    assert not worker.is_alive()
    ring.close()
    return recorder.recorded


def test_all_frames_are_accounted_for_on_a_full_disk(tmp_path: Path) -> None:
    """Those in the file, those that the ring had no room for, those that the file had none for: all that came."""
    path = tmp_path / "out.pcapng"
    with wire() as made:

        def fill(recorder: Recorder) -> None:
            assert recorder._out is not None
            recorder._out._out.close()
            recorder._out._out = full = Full(str(path), "r+")
            full.seek(0, io.SEEK_END)
            full.room = 1_000_000
            with made.sender.entered():
                send("line_a", MANY[:2000])

        recorded = recorded_by(made, path, fill)

    statistics = counted(str(path))
    assert recorded.problem == f"{path}: No space left on device"
    assert recorded.unwritten > 0
    assert len(read(str(path))) == recorded.frames == statistics[blocks.DELIVERED]
    assert recorded.frames + recorded.dropped + recorded.unwritten == recorded.received
    assert statistics[blocks.RECEIVED] == recorded.received
    assert statistics[blocks.DROPPED] == recorded.dropped + recorded.unwritten
    assert 1_000_000 - 1500 < path.stat().st_size <= 1_000_000


def test_frames_that_come_during_the_end_are_in_a_number(tmp_path: Path) -> None:
    """One more comes whenever they are counted: the report is of one moment all the same."""
    path = tmp_path / "out.pcapng"
    with wire() as made:

        def fill(recorder: Recorder) -> None:
            counted_so_far = recorder._ring.count

            def count() -> None:
                counted_so_far()
                with made.sender.entered():
                    send("line_a", MANY[:1])

            assert recorder._out is not None
            recorder._out._out.close()
            recorder._out._out = full = Full(str(path), "r+")
            full.seek(0, io.SEEK_END)
            full.room = 1_000_000
            recorder._ring.count = count  # type: ignore[method-assign]
            with made.sender.entered():
                send("line_a", MANY[:2000])

        recorded = recorded_by(made, path, fill)

    assert recorded.problem == f"{path}: No space left on device"
    assert recorded.frames + recorded.dropped + recorded.unwritten == recorded.received
    assert counted(str(path))[blocks.DROPPED] == recorded.dropped + recorded.unwritten


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """The report, then the file and the reason; code 3."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        process = recording(made.receiver, path, "--json")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (500_000, 500_000))
        with made.sender.entered():
            send("line_a", MANY[:1000])
        out, err = process.communicate(timeout=WAIT_S)

    told = json.loads(out)
    assert process.returncode == 3
    assert err == f"feedhandler: {path}: File too large\n"
    assert told["frames"] == len(read(str(path)))
    assert told["frames"] + told["unwritten"] + told["dropped"] == told["received"] <= 1000


def test_standard_output_that_is_full() -> None:
    """Nothing can be taken back there; it is told all the same."""
    with wire() as made, open("/dev/full", "wb") as full:  # noqa: PTH123 (no file)
        with made.receiver.entered():
            ring = BlockRing("line_a", "", RING)
        with pytest.raises(OSError, match="standard output"):
            Recorder(ring, "-", full, interface="line_a")
        ring.close()


def ticks(pid: int) -> int:
    """Processor time of a process, in hundredths of a second."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def test_an_interface_that_goes_down_and_comes_back(tmp_path: Path) -> None:
    """Nobody spins meanwhile; what comes afterwards is recorded; that it was down makes code 1."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        process = recording(made.receiver, path, "--json", "--count", "10")
        made.receiver.ip("link", "set", "line_a", "down")
        time.sleep(1.5)
        before = ticks(process.pid)
        time.sleep(1.5)
        spent = ticks(process.pid) - before
        made.receiver.ip("link", "set", "line_a", "up")
        while "state UP" not in made.receiver.ip("-oneline", "link", "show", "dev", "line_a"):
            time.sleep(0.01)
        with made.sender.entered():
            send("line_a", MANY[:10])
        out, err = process.communicate(timeout=WAIT_S)

    told = json.loads(out)
    assert (process.returncode, err) == (1, "")
    assert (told["frames"], told["link_down"]) == (10, 1)
    assert spent < 50


def test_an_interface_that_is_gone(tmp_path: Path) -> None:
    """The recorder ends by itself; what came before is in the file."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        process = recording(made.receiver, path)
        with made.sender.entered():
            send("line_a", MANY[:10])
        made.sender.ip("link", "del", "line_a")
        out, err = process.communicate(timeout=WAIT_S)

    assert process.returncode == 3
    assert err == (
        "feedhandler: line_a: the interface is gone: deleted, or moved to another namespace\n"
    )
    assert out.startswith("10 frames, ")
    assert len(read(str(path))) == 10

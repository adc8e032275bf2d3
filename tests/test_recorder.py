"""The recorder: every frame with its time and tag, in files that are whole, with what was lost at their ends."""

import io
import struct
import threading
from pathlib import Path

import pytest
from lan import wire
from live_frames import GROUP, send, udp

from feedhandler.recording import blocks
from feedhandler.recording.recorder import Recorded, Recorder, Rotation
from feedhandler.recording.ring import BlockRing
from feedhandler.source.frames import Frame, frames
from feedhandler.source.pcap_file import open_capture

RING = 4 << 20


def read(path: str) -> list[Frame]:
    """Every frame of a file, by the reader of captures."""
    source = open_capture(path)
    try:
        return list(frames(source))
    finally:
        source.close()


def counted(path: str) -> dict[int, int]:
    """The options of the statistics block that a file ends with."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<I", data[-4:])
    kind, again = struct.unpack_from("<II", data, len(data) - length)
    assert (kind, again) == (blocks.STATISTICS, length)
    options, at = {}, len(data) - length + 20
    while (head := struct.unpack_from("<HH", data, at)) != (0, 0):
        options[head[0]] = int.from_bytes(data[at + 4 : at + 4 + head[1]], "little")
        at += 4 + head[1] + -head[1] % 4
    return options


def record(
    path: Path, sent: list[bytes], *, expression: str = "", rotation: Rotation | None = None,
    count: int | None = None,
) -> Recorded:  # fmt: skip
    """Record what is sent over a wire."""
    with wire() as made:
        with made.receiver.entered():
            ring = BlockRing("line_a", expression, RING)
        recorder = Recorder(
            ring, str(path), io.BytesIO(), interface="line_a", expression=expression, rotation=rotation
        )  # fmt: skip
        worker = threading.Thread(target=recorder.run, kwargs={"frames_max": count or len(sent)})
        worker.start()
        with made.sender.entered():
            send("line_a", sent)
        worker.join(120)
        assert not worker.is_alive()
        ring.close()
    return recorder.recorded


def test_frames_with_tags_and_statistics(tmp_path: Path) -> None:
    """A tag is back in its place, inner tags too; the file says how many came and that none was lost."""
    tags = [b"", b"\x81\0\x20\xd0", b"\x88\xa8\x20\x01\x81\0\0\x02"]
    sent = [udp(GROUP, bytes([n % 251]) * (n % 90), tag=tags[n % 3]) for n in range(300)]
    path = tmp_path / "out.pcapng"

    recorded = record(path, sent, expression="ether[0] == 1")

    assert [each.data for each in read(str(path))] == sent
    assert (recorded.frames, recorded.dropped, recorded.cut) == (300, 0, 0)
    assert counted(str(path)) == {
        blocks.RECEIVED: 300, blocks.DROPPED: 0, blocks.DROPPED_BY_SYSTEM: 0, blocks.DELIVERED: 300,
    }  # fmt: skip


def test_files_one_after_the_other(tmp_path: Path) -> None:
    """Rotated by size: every file is whole, together they are all, in order."""
    sent = [udp(GROUP, struct.pack(">I", n) + bytes(1300)) for n in range(2400)]

    recorded = record(tmp_path / "out.pcapng", sent, rotation=Rotation(file_bytes=1 << 20))

    assert len(recorded.files) >= 3
    assert recorded.files[0].endswith("out-00001.pcapng")
    seen = [each.data for name in recorded.files for each in read(name)]
    assert seen == sent[: len(seen)]
    assert len(seen) + recorded.dropped == len(sent)


def test_loss_is_told(tmp_path: Path) -> None:
    """Nobody empties the ring meanwhile: what had no room is counted in the file."""
    sent = [udp(GROUP, bytes(1400))] * 6000
    with wire() as made:
        with made.receiver.entered():
            ring = BlockRing("line_a", "", RING)
        with made.sender.entered():
            send("line_a", sent)
        recorder = Recorder(ring, str(tmp_path / "out.pcapng"), io.BytesIO(), interface="line_a")
        recorded = recorder.run(stop=lambda: True)
        ring.close()

    assert recorded.dropped > 0
    assert recorded.frames + recorded.dropped == 6000
    assert counted(recorded.files[0])[blocks.DROPPED] == recorded.dropped
    assert len(read(recorded.files[0])) == recorded.frames


@pytest.mark.parametrize("number", [1, 250])
def test_so_many_and_no_more(tmp_path: Path, number: int) -> None:
    """A limit of frames is kept within a block."""
    path = tmp_path / "out.pcapng"
    recorded = record(path, [udp(GROUP, b"x")] * 300, count=number)

    assert recorded.frames == number
    assert len(read(str(path))) == number

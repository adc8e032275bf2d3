"""A recorder that is started again: what an earlier run recorded stays."""

import io
from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from lan import wire
from live_frames import GROUP, send, udp
from test_capture_ends import MANY, WAIT_S
from test_capture_readers import recorder
from test_recorder import read, record

from feedhandler.recording import recorder as recording
from feedhandler.recording.block_file import BlockFile
from feedhandler.recording.recorder import Rotation, last_number, numbered

SMALL = Rotation(file_bytes=1000)  # a frame of MANY in each file


def contents(folder: Path) -> dict[str, bytes]:
    """Every file and what is in it."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_numbers_go_on(tmp_path: Path) -> None:
    """Two runs of one rotation: the second begins behind the first, whose files are as they were."""
    path = tmp_path / "out.pcapng"
    first = record(path, MANY[:3], rotation=SMALL)
    before = contents(tmp_path)
    second = record(path, [udp(GROUP, b"again" * 200)] * 2, rotation=SMALL)

    assert [Path(each).name for each in first.files] == [f"out-0000{n}.pcapng" for n in (1, 2, 3)]
    assert [Path(each).name for each in second.files] == [f"out-0000{n}.pcapng" for n in (4, 5)]
    assert {name: contents(tmp_path)[name] for name in before} == before
    assert [len(read(name)) for name in second.files] == [1, 1]


def test_a_restart_tells_where_it_begins(tmp_path: Path) -> None:
    """A hole in the numbers is not filled: later files have higher numbers."""
    for name in (
        "out-00002.pcapng",
        "out-00007.pcapng",
        "out-x.pcapng",
        "out-00009.pcap",
        "o.pcapng",
    ):
        (tmp_path / name).write_bytes(b"precious")
    before = contents(tmp_path)
    path = tmp_path / "out.pcapng"
    with wire() as made, recorder(made.receiver, path, "--rotate", "1h", "-c", "5") as process:
        with made.sender.entered():
            send("line_a", MANY[:5])
        _, err = process.communicate(timeout=WAIT_S)

    new = tmp_path / "out-00008.pcapng"
    assert process.returncode == 0
    assert err == f"feedhandler: files of an earlier run stay; this one begins with {new}\n"
    assert len(read(str(new))) == 5
    assert {name: contents(tmp_path)[name] for name in before} == before


def test_a_file_that_another_recorder_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the beginning, or in a folder that may not be listed: the next number is taken."""
    monkeypatch.setattr(recording, "last_number", lambda _: 0)
    for number in (1, 2):
        Path(numbered(str(tmp_path / "out.pcapng"), number)).write_bytes(b"precious")
    recorded = record(tmp_path / "out.pcapng", MANY[:1], rotation=SMALL)

    assert [Path(each).name for each in recorded.files] == ["out-00003.pcapng"]
    assert contents(tmp_path)["out-00001.pcapng"] == b"precious"


@pytest.mark.parametrize("ending", [".", "/", "..", "day", "day/", "day/.", "new/"])
def test_a_folder_is_no_name(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numbers or without, it is told, and nothing is recorded beside it."""
    (tmp_path / "here" / "day").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    told = []
    with wire() as made, made.receiver.entered():
        for more in ((), ("--rotate", "1s")):
            words = ("-i", "line_a", "-w", ending, "--seconds", "1", *more)
            told.append(feedhandler("capture", *words))

    assert [each.exit_code for each in told] == [3, 3]
    assert [one_line(each) for each in told] == [f"{ending}: Is a directory"] * 2
    assert [str(each.relative_to(tmp_path)) for each in sorted(tmp_path.rglob("*"))] == [
        "here", "here/day"]  # fmt: skip


def test_the_highest_number(tmp_path: Path) -> None:
    """Of names that are this rotation's, as they are written; none in a folder that is not there."""
    for name in ("a[b]-00003.x", "a[b]-123456.x", "a[b]-99.x", "ab-00900.x", "a[b]-00901.xx"):
        (tmp_path / name).touch()

    assert last_number(str(tmp_path / "a[b].x")) == 123456
    assert last_number(str(tmp_path / "nowhere" / "a.x")) == 0
    assert numbered(str(tmp_path / "a[b].x"), 123457) == str(tmp_path / "a[b]-123457.x")


def test_no_file_is_begun_twice(tmp_path: Path) -> None:
    """Not even one that is a name only: a link to nowhere."""
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "target")
    with pytest.raises(FileExistsError, match="link"):
        BlockFile(str(path), io.BytesIO(), b"head", fresh=True)

    assert [each.name for each in tmp_path.iterdir()] == ["link"]

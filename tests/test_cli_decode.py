"""`feedhandler decode`: every message of every capture, what is wrong with it and where."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from capture_writers import pcap
from cli_runs import (
    CAPTURES,
    CME,
    ITCH,
    ITCH_FILE,
    SHIPPED,
    feedhandler,
    lines,
    read,
    rewritten,
    told,
)

from feedhandler.cli.decode_text import hex_text
from feedhandler.source.frames import Frame
from feedhandler.wire.datagram import datagram_of

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")
real = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")
OURS = sorted(
    path for venue in ("Nasdaq", "Cme") for path in (REAL / "omi" / venue).rglob("*.pcap")
)
FRAMES = SHIPPED[Path(ITCH).name]["frames"]
KEYS = [
    "file", "packet", "ts_recv", "group", "channel", "line", "transport", "sequence", "message",
    "template", "offset", "length", "file_offset", "fields", "error",
]  # fmt: skip


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def names(entry: Any) -> list[str]:
    """The names of all leaves of a message's fields."""
    if isinstance(entry, dict):
        return [name for key, inner in entry.items() for name in names(inner) or [key]]
    if isinstance(entry, list):
        return [name for inner in entry for name in names(inner)]
    return []


# --- real packets ---------------------------------------------------------------------------------
@real
@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_packets(path: Path) -> None:
    """Each message without an error, in both forms; TCP is told and left alone."""
    if all(datagram_of(frame.data, frame.link) == "tcp" for frame in read(str(path))):
        result = feedhandler("decode", str(path), "--feed", "cme.mdp3")
        assert result.exit_code == 1
        assert told(result)[-2:] == [
            "feedhandler: not taken: 1 tcp",
            "feedhandler: no datagram of cme.mdp3 in 1 frame",
        ]
        return
    found = lines("decode", str(path), "--json")
    text = feedhandler("decode", str(path))
    full = feedhandler("decode", str(path), "-v", "-x")
    packets = json.loads(Path(f"{path}.expected.json").read_text("utf-8"))

    assert [text.exit_code, full.exit_code] == [0, 0]
    assert all(line["error"] is None for line in found)
    assert {line["packet"] for line in found} == set(range(1, len(packets) + 1))
    assert all(line["message"] in text.stdout for line in found)
    assert len(full.stdout) > len(text.stdout)


@real
def test_a_real_file_of_messages() -> None:
    """Zero length prefixes: lengths by type, numbers by counting, offsets in the file."""
    path = str(REAL / "ritch" / "ex20101224.TEST_ITCH_50")
    found = lines("decode", path, "--json")

    assert len(found) == 12_012
    assert [line["sequence"] for line in found] == list(range(1, 12_013))
    assert found[-1]["file_offset"] + found[-1]["length"] == 465_048
    assert found[0]["packet"] == 1
    assert {line["group"] for line in found} == {None}


# --- forms ----------------------------------------------------------------------------------------
def test_lines_of_json() -> None:
    """Stable keys; exact decimals; both lines of a feed, for this is what was sent."""
    found = lines("decode", ITCH, "--json", "-c", "200")
    added = next(line for line in found if line["message"] == "add_order")

    assert all(list(line) == KEYS for line in found)
    assert len([line for line in found if line["message"] != "moldudp64"]) == 200
    assert {line["line"] for line in found} == {"A", "B"}
    assert (added["template"], added["channel"], added["length"]) == (65, 1, 36)
    assert "." in added["fields"]["price"]
    assert added["fields"]["head"]["timestamp"].startswith("09:")


def test_groups_of_entries() -> None:
    """Entries of a group are lists in JSON, and lines of their own in text."""
    (line,) = lines("decode", CME, "--json", "-c", "1", "--template", "46")
    text = feedhandler("decode", CME, "-c", "1", "--template", "46").stdout

    entries = line["fields"]["no_md_entries"]
    assert isinstance(entries, list)
    assert "md_entry_px" in entries[0]
    assert "\n      no_md_entries[0]  md_entry_px=" in text
    assert "padding" not in text


def test_every_field_has_its_place_and_bytes() -> None:
    """-v: offset, length, bytes, name, value; flags one by one; -x the bytes as they lie."""
    text = feedhandler("decode", ITCH, "-c", "1", "--template", "A", "-v", "-x").stdout
    flags = feedhandler("decode", CME, "-c", "1", "--template", "46", "-v").stdout

    assert "+8   order_reference_number" in text
    assert "buy  (66)" in text or "sell  (83)" in text
    assert "      0x00" in text
    assert ".end_of_event" in flags
    assert "padding" in flags


def test_hex_rows() -> None:
    """Sixteen bytes a row, with offset and characters."""
    assert hex_text(b"ABC\x1b" * 5, 0x20) == (
        "      0x0020  41 42 43 1b 41 42 43 1b 41 42 43 1b 41 42 43 1b  ABC.ABC.ABC.ABC.\n"
        "      0x0030  41 42 43 1b                                      ABC.\n"
    )


# --- what is shown --------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["A", "65", "add_order"])
def test_templates_by_name_number_and_character(asked: str) -> None:
    """The three ways to say the same."""
    found = lines("decode", ITCH, "--json", "-c", "5", "--template", asked)

    assert [line["message"] for line in found] == ["add_order"] * 5


def test_one_packet() -> None:
    """Only it, and reading stops behind it."""
    found = lines("decode", ITCH, "--json", "--packet", "100")
    result = feedhandler("decode", ITCH, "--packet", "100")

    assert {line["packet"] for line in found} == {100}
    assert result.stdout.startswith("packet 100  2024-03-15 ")


def test_filter_and_counts() -> None:
    """What was left out is counted by reason on standard error; -q leaves it out."""
    result = feedhandler("decode", ITCH, "-f", "dst host 233.49.196.111")
    quiet = feedhandler("decode", ITCH, "-q", "-c", "1")
    frames = SHIPPED[Path(ITCH).name]["frames"]

    assert "line A" not in result.stdout
    assert told(result)[1] == f"feedhandler: not taken: {frames // 2:,} filtered"
    assert told(quiet) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((ITCH, "-f", "tcp"), f"the filter 'tcp' let none of {FRAMES:,} frames pass"),
        ((ITCH, ITCH, "-f", "tcp"), f"the filter 'tcp' let none of {2 * FRAMES:,} frames pass"),
        (
            (ITCH, "-f", "tcp", "--packet", "3"),
            f"the filter 'tcp' let none of {FRAMES:,} frames pass",
        ),
        ((ITCH, "--feed", "cme.mdp3"), f"no datagram of cme.mdp3 in {FRAMES:,} frames"),
    ],
)
def test_nothing_to_decode_is_exit_code_1(arguments: tuple[str, ...], why: str) -> None:
    """As in a replay, and by -q, too."""
    for more in ([], ["--json"], ["-q"]):
        result = feedhandler("decode", *arguments, *more)

        assert (result.exit_code, result.stdout) == (1, "")
        assert told(result)[-1] == f"feedhandler: {why}"


def test_a_capture_without_frames_is_exit_code_1(tmp_path: Path) -> None:
    """It holds nothing of any feed."""
    path = tmp_path / "empty.pcap"
    path.write_bytes(pcap([]))
    result = feedhandler("decode", str(path), "--feed", "nasdaq.itch50", "-q")

    assert (result.exit_code, told(result)) == (1, ["feedhandler: no frame came"])


def test_heartbeats_are_shown() -> None:
    """A datagram without a message is a line of its own."""
    found = [line for line in lines("decode", ITCH, "--json") if line["message"] == "moldudp64"]

    assert found
    assert all(line["fields"] == {} for line in found)
    assert {line["transport"]["message_count"] for line in found} <= {"0", "65535"}


def test_why_a_frame_was_not_taken(tmp_path: Path) -> None:
    """-v names frame and reason; without it they are counted."""

    def change(frame: Frame) -> bytes:
        data = bytearray(frame.data)
        if frame.packet == 2:
            data[23] = 6
        if frame.packet == 3:
            data[30:34], data[36:38] = bytes([239, 1, 1, 1]), (99).to_bytes(2, "big")
            data[42:] = bytes(len(data) - 42 - 1) + b"x"
        return bytes(data)

    path = rewritten(tmp_path / "x.pcap", ITCH, change, 4)
    shown = feedhandler("decode", path, "-v")
    counted = feedhandler("decode", path)

    assert "packet 2  not taken: tcp\n" in shown.stdout
    assert "packet 3  not taken: foreign_group 239.1.1.1:99\n" in shown.stdout
    assert "feedhandler: not taken: 1 tcp, 1 foreign_group" in told(counted)


# --- bad input ------------------------------------------------------------------------------------
def test_malformed_input_is_told_with_its_place(tmp_path: Path) -> None:
    """A lying length and a message shorter than its fields: packet, field and offset; exit code 1."""

    def change(frame: Frame) -> bytes:
        data = bytearray(frame.data)
        if frame.packet == 401:
            data[62:64] = (9999).to_bytes(2, "big")
        if frame.packet == 403:
            data[64] = ord("R")  # far shorter than a stock directory
        return bytes(data)

    path = rewritten(tmp_path / "x.pcap", ITCH, change, 404)
    found = [line for line in lines("decode", path, "--json") if line["error"]]
    result = feedhandler("decode", path)
    allowed = feedhandler("decode", path, "--malformed-max", "3")

    assert found[0]["packet"] == 401
    assert all("offset" in line["error"] for line in found)
    assert found[-1]["packet"] == 403
    assert f"    ! packet 403: stock_directory: {found[-1]['error']}" in result.stdout
    assert result.exit_code == 1
    assert allowed.exit_code == 0


def test_unknown_messages_are_counted_and_no_fault(tmp_path: Path) -> None:
    """A type that the description does not have: shown by its code."""

    def change(frame: Frame) -> bytes:
        data = bytearray(frame.data)
        if frame.packet == 403:
            data[64] = ord("z")
        return bytes(data)

    path = rewritten(tmp_path / "x.pcap", ITCH, change, 404)
    result = feedhandler("decode", path)

    assert "feedhandler: not known: 1 template 122" in told(result)
    assert result.exit_code == 0


def test_a_cut_capture(tmp_path: Path) -> None:
    """All before the cut is shown: exit code 1."""
    path = tmp_path / "cut.pcap"
    path.write_bytes(Path(ITCH).read_bytes()[:10_000])
    result = feedhandler("decode", str(path), "-q")

    assert result.exit_code == 1
    assert result.stdout.count("packet ") > 10
    assert told(result)[0].startswith(f"feedhandler: {path}: cut in mid-record at packet ")


def test_text_of_a_capture_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """An escape character in a symbol is shown as what it is."""

    def change(frame: Frame) -> bytes:
        return bytes(frame.data).replace(b"ALFA    ", b"\x1b[2JLFA ")

    path = rewritten(tmp_path / "x.pcap", ITCH, change, 30)
    result = feedhandler("decode", path, "-v")

    assert "\\x1b[2JLFA" in result.stdout
    assert "\x1b" not in result.stdout


def test_several_files() -> None:
    """One after the other, each line with the name of its file."""
    found = lines("decode", ITCH_FILE, ITCH_FILE, "--json", "--packet", "1", "--template", "S")

    assert len(found) == 4
    assert {line["file"] for line in found} == {str(CAPTURES / "nasdaq-itch50.binaryfile")}

"""The shipped captures are what their arguments make, and what differs is named."""

import gzip
import tomllib
from pathlib import Path

import pytest
import zstandard

from feedhandler.simulator.captures import (
    CAPTURES,
    FILE_BYTES_MAX,
    MANIFEST,
    build,
    content,
    golden,
)

SHIPPED = Path(__file__).parent.parent / "captures"


# --- shipped captures -----------------------------------------------------------------------------
def test_shipped_captures_are_what_their_arguments_make() -> None:
    """`make captures` would change nothing, golden digests included; no file has two megabytes."""
    differences = build(SHIPPED, check=True, digests=golden)

    assert differences == []
    for capture in CAPTURES:
        assert (SHIPPED / capture.file).stat().st_size < FILE_BYTES_MAX


def test_build_names_what_differs_and_keeps_digests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed byte, a missing file, another digest: a line each. Building again keeps digests."""
    few = tuple(c._replace(arguments={**c.arguments, "messages": 300}) for c in CAPTURES[:3])
    monkeypatch.setattr("feedhandler.simulator.captures.CAPTURES", few)

    def digests(path: Path, feed: str) -> "dict[str, str]":
        return {"events_digest": f"{feed} {path.stat().st_size}", "books_digest": "b"}

    build(tmp_path, check=False, digests=digests)
    build(tmp_path, check=False)
    kept = build(tmp_path, check=True, digests=digests)
    spoiled = tmp_path / few[0].file
    spoiled.write_bytes(spoiled.read_bytes()[:-1] + b"\xfe")
    (tmp_path / few[1].file).unlink()
    found = build(tmp_path, check=True)
    tables = tomllib.loads((tmp_path / MANIFEST).read_text())["capture"]

    assert kept == []
    assert found == [
        "nasdaq-itch50-ab: nasdaq-itch50-ab.pcap is not what its arguments make",
        "nasdaq-itch50-vlan-b: nasdaq-itch50-vlan-b.pcapng.zst is missing",
    ]
    assert tables[0]["books_digest"] == "b"


def test_compressors_do_not_matter(tmp_path: Path) -> None:
    """`content` is what is inside, whichever level or writer made it."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"feed" * 99, 1))
    (tmp_path / "a.zst").write_bytes(zstandard.ZstdCompressor(level=1).compress(b"feed" * 99))

    assert b"feed" * 99 == content(tmp_path / "a.gz") == content(tmp_path / "a.zst")

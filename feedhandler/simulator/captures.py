"""The shipped captures: what they are, how to make them again, whether they are still the same.

`build` makes every capture from its arguments. With `check` it compares with the files and the
manifest in the folder and names each difference; without, it writes them. A digest in the manifest
is of the content: of a compressed file, what is inside, since compressors differ between versions.
"""

import gzip
import hashlib
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import zstandard

from feedhandler.simulator.record import ITCH_FILE, record
from feedhandler.simulator.venue import ITCH, MDP3

MANIFEST: Final = "manifest.toml"
FILE_BYTES_MAX: Final = 2_000_000
DIGESTS: Final = ("events_digest", "books_digest")

Digests = Callable[[Path, str], Mapping[str, str]]  # (file, feed) -> the two digests


class Capture(NamedTuple):
    """A shipped capture."""

    name: str
    file: str
    feed: str
    arguments: Mapping[str, Any]
    proves: str


CAPTURES: Final = (
    Capture(
        "nasdaq-itch50-ab", "nasdaq-itch50-ab.pcap", ITCH,
        {"messages": 14_000, "seed": 20240315, "instruments": 8},
        "both lines of a whole short day, all 23 message types, opening cross, a halt, heartbeats",
    ),
    Capture(
        "nasdaq-itch50-vlan-b", "nasdaq-itch50-vlan-b.pcapng.zst", ITCH,
        {"messages": 40_000, "seed": 50, "instruments": 30, "lines": "B", "vlan": 208},
        "one line only, VLAN tags, pcapng with two interfaces, zstd",
    ),
    Capture(
        "nasdaq-itch50-binaryfile", "nasdaq-itch50.binaryfile", ITCH_FILE,
        {"messages": 10_000, "seed": 20240315, "instruments": 5},
        "length-prefixed messages without packets",
    ),
    Capture(
        "cme-mdp3-ab", "cme-mdp3-ab.pcapng", MDP3,
        {"messages": 2_200, "seed": 310, "instruments": 4},
        "both lines of incremental, snapshot and definition feeds; books by price and by order "
        "together, implied books, events over two packets",
    ),
    Capture(
        "cme-mdp3-reset-long", "cme-mdp3-reset-long.pcap.gz", MDP3,
        {
            "messages": 10_000, "seed": 64, "instruments": 8,
            "channel_reset": True, "long_quantity": True,
        },
        "a channel reset and the recovery behind it, templates 64 to 69, gzip",
    ),
)  # fmt: skip


def build(folder: Path, *, check: bool, digests: Digests | None = None) -> list[str]:
    """Make the captures; give the differences found (`check`), or write files and manifest.

    `digests` computes the golden digests of a file. Without it those of the manifest stay.
    """
    known = _manifest(folder / MANIFEST)
    differences: list[str] = []
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        for capture in CAPTURES:
            made = Path(scratch) / capture.file
            truth = record(made, capture.feed, **capture.arguments)
            target = folder / capture.file
            old = known.get(capture.name, {})
            found = _compare(capture, made, target)
            if check:
                differences += found
            elif found:  # another compressor's bytes of the same content are as good
                target.write_bytes(made.read_bytes())
            entry = _entry(capture, made, truth)
            given = digests(made, capture.feed) if digests else old
            entry |= {key: given.get(key, "") for key in DIGESTS}
            differences += [
                f"{capture.name}: {key} is {old.get(key)!r} in {MANIFEST}, {value!r} now"
                for key, value in entry.items()
                if check and old.get(key) != value
            ]
            entries.append(entry)
    if not check:
        (folder / MANIFEST).write_text(_toml(entries), "utf-8")
    return differences


def content(path: Path) -> bytes:
    """What is in a capture, decompressed."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(raw)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    return raw


def command(capture: Capture) -> str:
    """The command that makes this capture."""
    words = ["feedhandler", "simulate", capture.feed, "-w", f"captures/{capture.file}"]
    for key, value in capture.arguments.items():
        option = f"--{key.replace('_', '-')}"
        words += [option] if value is True else [option, str(value)]
    return " ".join(words)


def _compare(capture: Capture, made: Path, target: Path) -> list[str]:
    if not target.is_file():
        return [f"{capture.name}: {target.name} is missing"]
    if content(made) != content(target):
        return [f"{capture.name}: {target.name} is not what its arguments make"]
    return []


def _entry(capture: Capture, made: Path, truth: Mapping[str, Any]) -> dict[str, str | int]:
    """Describe a capture for the manifest."""
    return {
        "name": capture.name,
        "file": capture.file,
        "feed": capture.feed,
        "origin": "feedhandler simulate",
        "command": command(capture),
        "licence": "MIT",
        "seed": capture.arguments["seed"],
        "frames": truth["frames_total"],
        "messages": truth["messages"],
        "sha256": hashlib.sha256(content(made)).hexdigest(),
        "proves": capture.proves,
    }


def _manifest(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of the manifest by name; none if there is no manifest."""
    if not path.is_file():
        return {}
    tables = tomllib.loads(path.read_text("utf-8")).get("capture", [])
    return {table["name"]: table for table in tables}


def _toml(entries: list[dict[str, str | int]]) -> str:
    """Write the manifest."""
    lines = [
        "# The shipped captures. `make captures` makes them and this file again, byte for byte.",
        "# sha256 is of the content, decompressed; frames of a BinaryFILE are its messages.",
    ]
    for entry in entries:
        lines += ["", "[[capture]]"]
        for key, value in entry.items():
            quoted = value if isinstance(value, int) else '"' + value.replace('"', '\\"') + '"'
            lines.append(f"{key} = {quoted}")
    return "\n".join(lines) + "\n"


def golden(path: Path, feed: str) -> dict[str, str]:
    """Replay a capture for the digests that the manifest keeps."""
    from feedhandler.replaying import replay  # noqa: PLC0415 - compiles the engine

    with replay(path, feed) as done:
        done.run()
        return {"events_digest": done.digest, "books_digest": done.books.digest()}


def main() -> None:
    """Make the captures, or with --check compare: `python -m feedhandler.simulator.captures DIR`."""
    words = [word for word in sys.argv[1:] if word != "--check"]
    differences = build(Path(words[0]), check="--check" in sys.argv, digests=golden)
    sys.stdout.writelines(f"{line}\n" for line in differences)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()

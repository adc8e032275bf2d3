"""Writes frames as pcap or pcapng, in nanoseconds; .gz and .zst compress by the file's suffix.

Nothing of the machine or the moment goes into a file: the same frames are the same bytes. (A
compressed file depends on the compressor's version, what is inside does not.)
"""

import gzip
import io
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from struct import Struct
from typing import IO, Final

import zstandard

from feedhandler.simulator.frames import Frame

Recorded = tuple[int, str, bytes, int]  # a frame, and how long it was before it was cut

NANOSECOND_MAGIC: Final = 0xA1B23C4D
ETHERNET: Final = 1
SNAP_BYTES: Final = 65_535
LINES: Final = "AB"  # pcapng: an interface each; what comes on no line is recorded on the first

_PCAP_HEADER: Final = Struct("<IHHiIII")
_PCAP_RECORD: Final = Struct("<IIII")
_BLOCK: Final = Struct("<II")
_TRAILER: Final = Struct("<I")
_SECTION: Final = Struct("<IHHq")
_INTERFACE: Final = Struct("<HHI")
_PACKET: Final = Struct("<IIIII")
_OPTION: Final = Struct("<HH")
_NAME_OPTION: Final = 2
_TSRESOL_OPTION: Final = 9


def write_capture(path: str | Path, frames: Iterable[Frame]) -> int:
    """Write a capture in the format that its name tells; give the number of frames."""
    return write_recorded(path, ((at, line, frame, len(frame)) for at, line, frame in frames))


def write_recorded(path: str | Path, frames: Iterable[Recorded]) -> int:
    """Write frames of which some may have been cut; otherwise as `write_capture`."""
    path = Path(path)
    suffixes = path.suffixes
    compressed = suffixes[-1] if suffixes and suffixes[-1] in {".gz", ".zst"} else ""
    kind = suffixes[-2 if compressed else -1] if len(suffixes) > bool(compressed) else ""
    if kind not in {".pcap", ".pcapng"}:
        message = f"{path.name}: the name of a capture ends in .pcap or .pcapng, then .gz or .zst"
        raise ValueError(message)
    with ExitStack() as stack:
        out = _opened(path, compressed, stack)
        return (_write_pcapng if kind == ".pcapng" else _write_pcap)(out, frames)


def write_binary_file(path: str | Path, blocks: Iterable[bytes]) -> int:
    """Write length-prefixed messages one after the other (BinaryFILE); count them."""
    path = Path(path)
    compressed = path.suffix if path.suffix in {".gz", ".zst"} else ""
    count = 0
    with ExitStack() as stack:
        out = _opened(path, compressed, stack)
        for block in blocks:
            out.write(block)
            count += 1
        out.write(b"\0\0")  # as the published files end
    return count


def _opened(path: Path, compressed: str, stack: ExitStack) -> IO[bytes]:
    """A buffered file that compresses if the suffix asks for it."""
    raw: IO[bytes] = stack.enter_context(path.open("wb"))
    if compressed == ".gz":
        squeezed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0)  # no name, no time
        return stack.enter_context(io.BufferedWriter(stack.enter_context(squeezed), 1 << 20))
    if compressed == ".zst":
        return stack.enter_context(zstandard.ZstdCompressor(level=10).stream_writer(raw))
    return raw


def _write_pcap(out: IO[bytes], frames: Iterable[Recorded]) -> int:
    out.write(_PCAP_HEADER.pack(NANOSECOND_MAGIC, 2, 4, 0, 0, SNAP_BYTES, ETHERNET))
    count = 0
    for at, _, frame, wire in frames:
        seconds, nanos = divmod(at, 1_000_000_000)
        out.write(_PCAP_RECORD.pack(seconds, nanos, len(frame), wire) + frame)
        count += 1
    return count


def _write_pcapng(out: IO[bytes], frames: Iterable[Recorded]) -> int:
    out.write(_block(0x0A0D0D0A, _SECTION.pack(0x1A2B3C4D, 1, 0, -1)))
    for line in LINES:
        options = (
            _option(_NAME_OPTION, f"line {line}".encode())
            + _option(_TSRESOL_OPTION, b"\x09")
            + _option(0, b"")
        )
        out.write(_block(1, _INTERFACE.pack(ETHERNET, 0, SNAP_BYTES) + options))
    count = 0
    for at, line, frame, wire in frames:
        where = max(LINES.find(line), 0)
        head = _PACKET.pack(where, at >> 32, at & 0xFFFF_FFFF, len(frame), wire)
        out.write(_block(6, head + frame))
        count += 1
    return count


def _block(kind: int, body: bytes) -> bytes:
    """A pcapng block: padded to four bytes, its length at both ends."""
    padded = body + b"\0" * (-len(body) % 4)
    length = len(padded) + 12
    return _BLOCK.pack(kind, length) + padded + _TRAILER.pack(length)


def _option(code: int, value: bytes) -> bytes:
    return _OPTION.pack(code, len(value)) + value + b"\0" * (-len(value) % 4)

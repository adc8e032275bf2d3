"""Open a capture, whatever its name says: the first bytes tell the format.

Classic pcap, pcapng and BinaryFILE, plain or packed by gzip or zstd, from a file or standard input
("-").
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from feedhandler.source import descriptor, kernel
from feedhandler.source.binary_file import BinaryFile, plausible
from feedhandler.source.capture_file import CaptureFile
from feedhandler.source.inputs import FileInput, unpacked
from feedhandler.source.pace import never
from feedhandler.source.pcapng_file import MAGIC as PCAPNG_MAGIC
from feedhandler.source.pcapng_file import PcapngFile, check_first_section
from feedhandler.source.source import CaptureError, StoppedError
from feedhandler.source.window import Window

# magic -> byte order of the file, nanoseconds in a unit of the second time word
PCAP_MAGICS: Final[dict[bytes, tuple[Literal["little", "big"], int]]] = {
    b"\xd4\xc3\xb2\xa1": ("little", 1000),
    b"\xa1\xb2\xc3\xd4": ("big", 1000),
    b"\x4d\x3c\xb2\xa1": ("little", 1),
    b"\xa1\xb2\x3c\x4d": ("big", 1),
}
VERSION: Final = (2, 4)
FILE_HEADER: Final = 24
SNAPLEN: Final = 16
NETWORK: Final = 20
SNAPLEN_LEAST: Final = 262_144  # writers often say less than they write: libpcap's largest is taken
SHOWN: Final = 8


class PcapFile(CaptureFile):
    """A source over the records of a classic pcap."""

    poll = kernel.poll_pcap

    def __init__(self, name: str, window: Window, head: bytes) -> None:
        super().__init__(name, window, skip=FILE_HEADER)
        self._order, fraction_ns = PCAP_MAGICS[head[:4]]
        snaplen = int.from_bytes(head[SNAPLEN:NETWORK], self._order)
        # The upper half of the word tells of checksums at the end of frames: behind the datagram.
        number = int.from_bytes(head[NETWORK:FILE_HEADER], self._order) & 0xFFFF
        self._set(kernel.BIG_ENDIAN, 1 if self._order == "big" else 0)
        self._set(kernel.FRACTION_NS, fraction_ns)
        self._set(kernel.CAPTURED_MAX, min(max(snaplen, SNAPLEN_LEAST), kernel.BLOCK_MAX))
        self._set(kernel.LINK_TYPE, descriptor.link_of(number))

    def bad_text(self) -> str:
        """What cannot be true at the cursor: only the length is ever doubted."""
        captured = int.from_bytes(self.peek(kernel.PCAP_RECORD)[8:12], self._order)
        return f"a record of {captured} bytes"


def check_file_header(name: str, head: bytes) -> None:
    """Refuse a classic pcap without a whole header or of another version."""
    order, _ = PCAP_MAGICS[head[:4]]
    if len(head) < FILE_HEADER:
        raise CaptureError(f"{name}: the capture ends inside its file header")
    major, minor = int.from_bytes(head[4:6], order), int.from_bytes(head[6:8], order)
    if (major, minor) != VERSION:
        raise CaptureError(f"{name}: pcap version {major}.{minor} is not supported (2.4 is)")


def open_capture(
    path: str, lengths: Mapping[int, int] | None = None, stop: Callable[[], bool] = never
) -> CaptureFile:
    """Open a capture file, or standard input for "-".

    `lengths` are the lengths of messages by type: without them no BinaryFILE is known. Where a pipe stands still,
    `stop` is asked whether to go on waiting.
    """
    file = FileInput(str(path), stop)
    try:
        return _open(file, lengths or {})
    except BaseException:
        file.close()
        raise


def _open(file: FileInput, lengths: Mapping[int, int]) -> CaptureFile:
    name = "standard input" if file.path == "-" else file.path
    source, head = unpacked(file)
    if file.stopped:
        raise StoppedError(f"{name}: stopped before anything came")
    if not head:
        raise CaptureError(f"{name}: {source.damage or 'is empty'}")
    if head[:4] in PCAP_MAGICS:
        check_file_header(name, head)
        return PcapFile(name, Window(file, source), head)
    if head.startswith(PCAPNG_MAGIC):
        check_first_section(name, head)
        return PcapngFile(name, Window(file, source))
    form = plausible(head, lengths)
    if form:
        return BinaryFile(name, Window(file, source), lengths if form == "type" else None)
    shown = head[:SHOWN].hex(" ")
    raise CaptureError(f"{name}: is not a capture that is known here (first bytes {shown})")

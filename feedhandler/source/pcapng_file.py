"""pcapng: sections and interfaces, which set how the packets behind them are read."""

from typing import Final, Literal

import numpy as np

from feedhandler.source import descriptor, kernel
from feedhandler.source.capture_file import CaptureFile
from feedhandler.source.source import CaptureError
from feedhandler.source.window import Window

MAGIC: Final = b"\x0a\x0d\x0d\x0a"
BYTE_ORDERS: Final[dict[bytes, Literal["little", "big"]]] = {
    b"\x4d\x3c\x2b\x1a": "little",
    b"\x1a\x2b\x3c\x4d": "big",
}
VERSION: Final = 1
BLOCK_HEAD: Final = 12
SECTION_LEAST: Final = 28
DESCRIPTION_LEAST: Final = 20
OPTIONS: Final = 16  # offset in an interface description
IF_TSRESOL: Final = 9
IF_TSOFFSET: Final = 14
INTERFACES_MAX: Final = 1 << 16
TICKS_MAX: Final = (1 << 63) - 1
MICROSECONDS: Final = 6


def time_rule(resolution: int) -> tuple[int, int, int]:
    """How ticks of an if_tsresol become nanoseconds: rule, factor, largest tick."""
    places = resolution & 0x7F
    if resolution & 0x80:
        return kernel.BINARY, places, TICKS_MAX
    if places <= 9:
        factor = 10 ** (9 - places)
        return kernel.MULTIPLY, factor, TICKS_MAX // factor
    if places <= 27:
        return kernel.DIVIDE, 10 ** (places - 9), TICKS_MAX
    return kernel.NO_CLOCK, 0, 0  # 64 bits of such ticks are less than 2 ns


class PcapngFile(CaptureFile):
    """A source over the blocks of a pcapng file."""

    poll = kernel.poll_pcapng
    record = "block"

    def __init__(self, name: str, window: Window) -> None:
        super().__init__(name, window)
        self._order: Literal["little", "big"] = "little"
        self._table = np.zeros((4, kernel.INTERFACE_BYTES // 8), np.int64)
        self._set(kernel.INTERFACE_TABLE, int(self._table.ctypes.data))

    def resolve(self) -> bool:
        """Read the section header or interface description at the cursor; it is there whole."""
        head = self.peek(BLOCK_HEAD)
        if head.startswith(MAGIC):
            self._order = BYTE_ORDERS[head[8:12]]
        block = self.peek(int.from_bytes(head[4:8], self._order))
        well = self._section(block) if head.startswith(MAGIC) else self._interface(block)
        if well:
            self._set(kernel.CURSOR, self._cursor + len(block))
        return well

    def _number(self, data: bytes) -> int:
        return int.from_bytes(data, self._order)

    def _section(self, block: bytes) -> bool:
        if len(block) < SECTION_LEAST or self._number(block[12:14]) != VERSION:
            return self.stop("a section header of another version, or too short")
        self._set(kernel.BIG_ENDIAN, 1 if self._order == "big" else 0)
        self._set(kernel.INTERFACES, 0)
        return True

    def _interface(self, block: bytes) -> bool:
        number = self._get(kernel.INTERFACES)
        if len(block) < DESCRIPTION_LEAST:
            return self.stop("an interface description that is too short")
        if number == INTERFACES_MAX:
            return self.stop(f"more than {INTERFACES_MAX} interfaces in a section")
        options = self._options(block[OPTIONS : -kernel.TRAILER])
        resolution = options.get(IF_TSRESOL) or bytes([MICROSECONDS])
        rule, factor, ticks_max = time_rule(resolution[0])
        offset = int.from_bytes(options.get(IF_TSOFFSET, b""), self._order, signed=True)
        if abs(offset) > kernel.SECONDS_MAX or rule == kernel.NO_CLOCK:
            rule, offset = kernel.NO_CLOCK, 0
            self.notes.append(
                f"interface {number}: its times do not fit 63 bits of ns and are left out"
            )
        link = descriptor.link_of(self._number(block[8:10]))
        snaplen = self._number(block[12:16])
        row = (link, snaplen, rule, factor, ticks_max, offset * kernel.NS, 0, 0)
        self._add_interface(number, row)
        return True

    def _options(self, data: bytes) -> dict[int, bytes]:
        """The options of a block by code; what runs past its end is noted."""
        found: dict[int, bytes] = {}
        at = 0
        while code := self._number(data[at : at + 2]):
            length = self._number(data[at + 2 : at + 4])
            start = at + 4
            if start + length > len(data):
                self.notes.append(
                    f"an option of length {length} runs past its block {self.place()}"
                )
                break
            found[code] = data[start : start + length]
            at = start + (length + 3 & ~3)
        return found

    def _add_interface(self, number: int, row: tuple[int, ...]) -> None:
        if number == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._set(kernel.INTERFACE_TABLE, int(self._table.ctypes.data))
        self._table[number] = row
        self._set(kernel.INTERFACES, number + 1)


def check_first_section(name: str, head: bytes) -> None:
    """Refuse a pcapng file of a version that is not known, before anything is read."""
    order = BYTE_ORDERS.get(head[8:12])
    if order is None or len(head) < SECTION_LEAST:
        raise CaptureError(f"{name}: pcapng without a whole section header")
    major = int.from_bytes(head[12:14], order)
    if major != VERSION:
        raise CaptureError(f"{name}: pcapng version {major} is not supported (1 is)")

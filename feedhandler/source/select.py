"""Leave out frames that a tcpdump expression does not match (`udp and dst port 26477`).

libpcap compiles the expression, once per link type as frames of it come. What is left out is
counted as filtered.
"""

import ctypes
from typing import Any, Final

import pcapy

from feedhandler.counter import Counter
from feedhandler.source import descriptor
from feedhandler.source.source import USAGE, CaptureError, Source
from feedhandler.source.staged import Staged

SNAPLEN: Final = 262_144
OPTIMIZE: Final = 1
SHOWN_MAX: Final = 500  # characters
NETMASK_UNKNOWN: Final = 0xFFFF_FFFF
# Link types of files that libpcap knows by another number once they are open.
DATA_LINKS: Final = {descriptor.LINK_RAW: pcapy.DLT_RAW}


def compile_filter(expression: str, link: int) -> Any:
    """The filter program of an expression for a link type."""
    data_link = DATA_LINKS.get(link, link)
    try:
        return pcapy.compile(data_link, SNAPLEN, expression, OPTIMIZE, NETMASK_UNKNOWN)
    except pcapy.PcapError as error:
        reason = str(error).removeprefix("can't parse filter expression: ")
        raise CaptureError(f"filter '{shown(expression)}': {reason}", USAGE) from None


def shown(expression: str) -> str:
    """An expression as messages quote it: its beginning, where it is one that a program wrote."""
    return expression if len(expression) <= SHOWN_MAX else f"{expression[:SHOWN_MAX]}..."


class Select(Staged):
    """A source that gives the frames of another which an expression matches."""

    def __init__(self, inner: Source, expression: str) -> None:
        super().__init__(inner)
        self._expression = expression
        # For the most likely link type at once: a mistake is told before anything is read.
        ethernet = descriptor.LINK_ETHERNET
        self._programs = {ethernet: compile_filter(expression, ethernet)}
        self._filtered = 0
        self._told = 0

    def refill(self) -> bool:
        """Look at the next batch of the inner source."""
        count = self.poll_inner()
        if count == 0:
            self.hand_out(0, 0)
            return self.inner.refill()
        kept = [i for i in range(count) if self._matches(i)]
        self._filtered += count - len(kept)
        self.rows[: len(kept)] = self.rows[kept]
        self.hand_out(0, len(kept))
        return True

    def _matches(self, row: int) -> bool:
        address = int(self.rows[row, descriptor.ADDRESS])
        captured = int(self.rows[row, descriptor.CAPTURED])
        link = int(self.rows[row, descriptor.LINK])
        frame = ctypes.string_at(address, captured)
        if link == descriptor.LINK_PAYLOAD:
            text = (
                f"filter '{self._expression}': {self.name} has messages only, no frames to filter"
            )
            raise CaptureError(text, USAGE)
        if link == descriptor.LINK_NULL and frame[2:4] != b"\0\0":
            link = descriptor.LINK_LOOP  # written on a big-endian machine
        program = self._programs.get(link)
        if program is None:
            program = self._programs[link] = compile_filter(self._expression, link)
        return bool(program.filter(frame))

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        super().count_into(counters)
        counters[Counter.FILTERED] += self._filtered - self._told
        self._told = self._filtered

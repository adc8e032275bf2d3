"""Leave out frames that a tcpdump expression does not match (`udp and dst port 26477`).

libpcap compiles the expression, once per link type as frames of it come. What is left out is
counted as filtered.
"""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
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
# Where the EtherType lies, and those of VLAN tags (802.1Q, 802.1ad, QinQ before that).
TYPE_AT: Final = {descriptor.LINK_ETHERNET: 12, descriptor.LINK_SLL: 14}
TAGS: Final = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
TAG: Final = 4


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


@dataclass
class Passage:
    """How many frames a filter let pass, and how many it left out."""

    expression: str
    passed: int = 0
    left_out: int = 0
    tagged: int = 0  # of those left out, with VLAN tags
    tags: int = 0  # on one frame, at most


def passage_of(source: Any) -> Passage | None:
    """That of a source's filter, which may stand behind others; None = it has none."""
    while source is not None and not isinstance(source, Select):
        source = getattr(source, "inner", None)
    return None if source is None else source.passage


def why_none_passed(passages: Iterable[Passage | None]) -> str:
    """Why no frame came: one filter over these sources left out all there were; "" = for another reason."""
    known = [each for each in passages if each is not None]
    frames = sum(each.left_out for each in known)
    if not frames or any(each.passed for each in known):
        return ""
    expression = shown(known[0].expression)
    text = (
        f"the filter '{expression}' let none of {frames:,} frame{'' if frames == 1 else 's'} pass"
    )
    tagged = sum(each.tagged for each in known)
    if not tagged or "vlan" in expression:
        return text
    behind = "vlan and " * max(each.tags for each in known)
    return f"{text}: with VLAN tags, as {tagged:,} have, it takes '{behind}({expression})', as in tcpdump"


def tags_of(frame: bytes, link: int) -> int:
    """How many VLAN tags a frame has."""
    tags, at = 0, TYPE_AT.get(link, len(frame))
    while frame.startswith(TAGS, at):
        tags, at = tags + 1, at + TAG
    return tags


class Select(Staged):
    """A source that gives the frames of another which an expression matches."""

    def __init__(self, inner: Source, expression: str) -> None:
        super().__init__(inner)
        self._expression = expression
        # For the most likely link type at once: a mistake is told before anything is read.
        ethernet = descriptor.LINK_ETHERNET
        self._programs = {ethernet: compile_filter(expression, ethernet)}
        self.passage = Passage(expression)
        self._told = 0

    def refill(self) -> bool:
        """Look at the next batch of the inner source."""
        count = self.poll_inner()
        if count == 0:
            self.hand_out(0, 0)
            return self.inner.refill()
        kept = [i for i in range(count) if self._matches(i)]
        self.passage.passed += len(kept)
        self.passage.left_out += count - len(kept)
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
        matches = bool(program.filter(frame))
        if not matches and (tags := tags_of(frame, link)):
            self.passage.tagged += 1
            self.passage.tags = max(self.passage.tags, tags)
        return matches

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        super().count_into(counters)
        counters[Counter.FILTERED] += self.passage.left_out - self._told
        self._told = self.passage.left_out

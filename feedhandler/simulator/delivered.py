"""What the lines really brought to an engine, frame by frame: the ground of all that is judged.

It is read from the frames behind the bad network, by the reader of headers alone, and knows nothing of the engine.
A frame whose checksum is wrong, or that was cut, brought nothing. A unit is what the channel counts by.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import Decoder, decoder_of
from feedhandler.event import UNDEF_SIZE, Kind
from feedhandler.session.header import COUNT, FIRST
from feedhandler.simulator.capture import LINES, Recorded
from feedhandler.source import descriptor
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

NOTHING: Final = 0
INCREMENTAL: Final = 1  # what a frame is of
LOOPS: Final = {"snapshot": 2, "snapshot_orders": 3}
OTHER: Final = 4  # definitions


class Reading(NamedTuple):
    """What a datagram says: units `first .. end - 1`, or of a loop the last unit that it includes."""

    first: int
    end: int
    told: int


class Brought(NamedTuple):
    """One frame."""

    at_ns: int
    line: str  # "" = of no line
    what: int
    first: int
    end: int
    told: int
    name: int  # the same for equal datagrams


class Reader:
    """Reads datagrams of one channel; what was read of one once is kept for its twins and the next schedule."""

    def __init__(self, feed: Feed, channel_id: int) -> None:
        self._decoder: Decoder = decoder_of(feed)
        self._places: dict[Group, tuple[str, int]] = {}
        self._known: dict[tuple[int, bytes], tuple[Reading, int]] = {}
        whats = {"incremental": INCREMENTAL, **LOOPS}
        for channel in feed.channels:
            if channel.id == channel_id:
                for line, group in channel.lines.items():
                    self._places[Group.parse(group)] = line, whats.get(channel.role, OTHER)

    def read(self, frame: Recorded) -> Brought:
        """What a frame brought."""
        at_ns, _, data, wire = frame
        found = datagram_of(data, descriptor.LINK_ETHERNET) if len(data) <= wire else ""
        if not isinstance(found, Datagram):
            return Brought(at_ns, "", NOTHING, 0, 0, 0, 0)
        line, what = self._places.get(Group(found.destination, found.port), ("", NOTHING))
        if what in {NOTHING, OTHER}:
            return Brought(at_ns, line, what, 0, 0, 0, 0)
        key = what, found.payload
        if key not in self._known:
            self._known[key] = self._reading(*key), len(self._known)
        reading, name = self._known[key]
        return Brought(at_ns, line, what, *reading, name)

    def _reading(self, what: int, payload: bytes) -> Reading:
        header = self._decoder.header_of(payload)
        if header is None:
            return Reading(0, 0, 0)
        if what == INCREMENTAL:
            first = int(header[FIRST])
            return Reading(first, first + int(header[COUNT]), 0)
        rows = self._decoder.rows_of(payload)
        told = rows["size"][(rows["kind"] == Kind.SNAPSHOT) & (rows["size"] != UNDEF_SIZE)]
        return Reading(0, 0, int(told.max(initial=0)))


class Delivered:
    """All frames that an engine is given, in their order; a frame's number is its place, from 0."""

    def __init__(self, reader: Reader, frames: Iterable[Recorded]) -> None:
        self.frames = list(frames)
        self.brought = [reader.read(frame) for frame in self.frames]
        every = self.brought
        self.times = [each.at_ns for each in every]
        # Time as it really passes: a clock that jumps back takes none away.
        steps = np.diff(np.array(self.times or [0], np.int64))
        self.clock: Any = np.concatenate([[0], np.cumsum(np.maximum(steps, 0))])
        self.set_back_ns = int(-steps[steps < 0].sum())
        self.whats: Any = np.array([each.what for each in every], np.int64)
        self.ends: Any = np.array([each.end for each in every], np.int64)
        self.told: Any = np.array([each.told for each in every], np.int64)
        self.names: Any = np.array([each.name for each in every], np.int64)
        # The last unit of which any line has shown, by the frame of a number, that it was sent.
        self.shown: Any = np.maximum.accumulate(np.maximum(self.ends - 1, 0))
        self._reach = {
            line: np.maximum.accumulate(np.where(self._of(line), self.ends, 0)) for line in LINES
        }
        self.came: dict[int, int] = {}  # the frame that brought a unit first
        for number, each in enumerate(every):
            if each.what == INCREMENTAL:
                for unit in range(each.first, each.end):
                    self.came.setdefault(unit, number)

    def _of(self, line: str) -> Any:
        return np.array([each.line == line for each in self.brought], np.bool_)

    def shown_by(self, count: int) -> int:
        """The last unit that the first `count` frames have shown."""
        return int(self.shown[min(count, len(self.shown)) - 1]) if count > 0 else 0

    def lines_past(self, unit: int, count: int) -> tuple[str, str]:
        """Of the lines that the first `count` frames are of: those that went past a unit, and the others."""
        if count <= 0:
            return "", ""
        ends = {line: int(reach[count - 1]) for line, reach in self._reach.items()}
        past = "".join(line for line, end in ends.items() if end > unit)
        return past, "".join(line for line, end in ends.items() if 0 < end <= unit)

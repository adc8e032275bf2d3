"""Markets of a recorded day: parts of a capture, joined in their midst, and what is true of its books.

A recording begins while the market runs, so no book is known before the first snapshot of its instrument. From
there the naive oracle goes on with the increments of the undamaged capture. Parts overlap: where one begins and
how long it is follow from its seed.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from feedhandler.book.contents import Key
from feedhandler.book.oracle import Oracle
from feedhandler.book.oracle_book import Row
from feedhandler.book.pools import DEPTH_DEFAULT
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.event import Action, Flag, Kind, Side
from feedhandler.replaying import Replay, faulty
from feedhandler.simulator.capture import LINES, Recorded
from feedhandler.simulator.delivered import Reader
from feedhandler.simulator.faulty import Tape
from feedhandler.simulator.healed import cut_of, recorded, then
from feedhandler.simulator.timeline import Held, held
from feedhandler.source.dice import draw, stream_base
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.frames import frames as frames_of
from feedhandler.source.pcap_file import open_capture
from feedhandler.verifying.gathering import Material, gather
from feedhandler.wire.checksum import Checked

FOLDER: Final = "FEEDHANDLER_REAL_CAPTURES"
FORTS: Final = "forts-2013/all.pcap"
NO_CAPTURE: Final = f"{FOLDER} does not name a folder with {FORTS}"
FRAMES: Final = (1_500, 4_000)  # of a part
QUIET_NS: Final = (
    10_000_000_000  # for two passes of its loop, and some that have holes of their own
)
BOOK_KINDS: Final = (Kind.LEVEL, Kind.CLEAR)
IN_SNAPSHOT: Final = Flag.SNAPSHOT | Flag.LAST | Flag.MAYBE_BAD_BOOK


def capture_path() -> Path | None:
    """Where the recording is; None = it is not here."""
    folder = os.environ.get(FOLDER)
    path = Path(folder) / FORTS if folder else None
    return path if path is not None and path.is_file() else None


class RecordedBooks:
    """What is true of the books of a capture, from the first snapshot of each on."""

    def __init__(self, path: Path, feed: Feed) -> None:
        with Replay(path, feed, digest=False) as replay:
            gathered = gather(replay, replay)
            if replay.gaps:
                raise ValueError(f"{path}: what is missing in it, {replay.gaps[0]}, is not known")
        ((self.channel_id, (first, last)),) = gathered.numbers.items()
        self._at: dict[Key, list[int]] = {}
        self._held: dict[Key, list[Held]] = {}
        for key, material in gathered.instruments.items():
            self._build(key, material, first, last, feed.depth or DEPTH_DEFAULT)

    @property
    def keys(self) -> Iterable[Key]:
        """The books of which anything is known."""
        return self._at.keys()

    def after(self, key: Key, number: int) -> Held | None:
        """What a book holds behind a packet; None = that is not known yet."""
        at = self._at.get(key, [])
        place = bisect_right(at, number)
        return self._held[key][place - 1] if place else None

    def _build(self, key: Key, material: Material, first: int, last: int, depth: int) -> None:
        usable = [each for each in material.snapshots if first - 1 <= each.included <= last]
        if not usable:
            return
        start = min(usable, key=lambda each: each.included)
        oracle = Oracle(depth=depth)
        clear = Row(kind=Kind.CLEAR, action=Action.CLEAR, side=Side.NONE)
        rows = [clear, *map(Row._make, start.rows.tolist())]
        for row in rows:
            if row.kind in BOOK_KINDS:
                flags = row.flags & ~IN_SNAPSHOT
                oracle.apply(row._replace(channel_id=key[0], instrument_id=key[1], flags=flags))
        book = oracle.books[key]
        at, states = self._at.setdefault(key, []), self._held.setdefault(key, [])
        at.append(start.included)
        states.append(held(book.contents()))
        for part in material.increments:
            for row in map(Row._make, part.tolist()):
                if row.sequence > start.included:
                    flags = row.flags & ~Flag.MAYBE_BAD_BOOK
                    oracle.apply(row._replace(flags=flags, instrument_sequence=0))
                    if at[-1] != row.sequence:
                        at.append(row.sequence)
                        states.append(states[-1])
                    states[-1] = held(book.contents())
        if book.faults:
            raise ValueError(f"{book.faults} rows of book {key[1]} do not fit its first snapshot")


@cache
def frames_in(path: Path) -> tuple[Recorded, ...]:
    """All frames of a capture, read once in a process."""
    source = open_capture(str(path))
    try:
        return tuple((each.ts_recv, LINES[0], each.data, each.wire) for each in frames_of(source))
    finally:
        source.close()


@cache
def books_in(path: Path, feed: str) -> RecordedBooks:
    """The truth of a capture, built once in a process."""
    return RecordedBooks(path, feed_of(feed))


@cache
def reader_of(feed: str, channel_id: int) -> Reader:
    """What is known of its datagrams, kept by the process."""
    return Reader(feed_of(feed), channel_id)


class Recording:
    """A part of a capture, as a market for schedules."""

    request = False
    sendable = 0

    def __init__(self, feed: str, seed: int) -> None:
        path = capture_path()
        if path is None:
            raise FileNotFoundError(NO_CAPTURE)
        self.feed = feed_of(feed)
        self.timeline = books_in(path, feed)
        self.reader = reader_of(feed, self.timeline.channel_id)
        base = stream_base(seed, f"part {feed}")
        every = frames_in(path)
        length = FRAMES[0] + draw(base, 0) % (FRAMES[1] - FRAMES[0])
        begin = draw(base, 1) % max(len(every) - length, 1)
        self.frames = every[begin : begin + length]

    def frames_of(
        self,
        plan: str,
        seed: int,
        wrongs: str,  # noqa: ARG002 - no server
        *,
        healed: bool = False,
    ) -> tuple[Iterable[Recorded], Any]:
        """The part behind a bad network, and the network."""
        times = [each[0] for each in self.frames]
        cut = cut_of(times, seed, QUIET_NS) if healed else len(self.frames)
        network = faulty(Tape(self.frames[:cut]), self.feed, parse_faults(plan), seed)
        return then(recorded(Checked(network)), self.frames[cut:]), network

    def recovery(self, wrongs: str, seed: int) -> None:
        """Nothing but the capture's own snapshots."""

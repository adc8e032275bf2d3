"""Which feed a capture holds, told from its first frames: by what can be read, and by where it was sent.

A feed is taken on evidence: datagrams that its transport reads to the last byte, whose first message has a
type of its own and the schema of its own, best of all on a group or port that the feed is known by. Framing
without a message (heartbeats) counts only in such a place, for many formats have 20 bytes that begin with
text. A capture with no evidence is refused with what was seen in it: a wrong guess costs more than a question.
"""

# ruff: noqa: SLF001 (Kaitai's `_read` and `_io` are private by their names only)

import stat
from collections import Counter as Tally
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from kaitaistruct import KaitaiStruct, KaitaiStructError

from feedhandler.decode.catalog import Feed, feeds
from feedhandler.decode.description import kaitai_class, message_lengths, read_map
from feedhandler.source.binary_file import BinaryFile
from feedhandler.source.capture_file import CaptureFile
from feedhandler.source.frames import Frame, frames
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import MALFORMED, USAGE, CaptureError
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

FRAMES_MAX: Final = 200
SHOWN_MAX: Final = 3  # destinations that an error names

_UNREADABLE: Final = (KaitaiStructError, EOFError, ValueError)


class UnknownCaptureError(Exception):
    """A capture of no feed that is known here; one line that says what was seen."""

    exit_code = USAGE


class Evidence(IntEnum):
    """How much a datagram says for a feed."""

    NONE = 0
    FRAMING = 1  # no message, but in a place of the feed
    MESSAGE = 2  # messages of the feed and nothing else, anywhere
    PORT = 3  # ... on a port that the feed is known by
    GROUP = 4  # ... on a group that the feed is known by: no more is needed


def detect_feed(path: str | Path) -> Feed:
    """The feed of a capture; raises `UnknownCaptureError`, or `CaptureError` if it cannot be read."""
    name = str(path)
    if not may_be_opened_twice(name):
        shown = "standard input" if name == "-" else name
        raise UnknownCaptureError(f"{shown}: can be read only once; {advice()}")
    source, file_feed = _open(name)
    try:
        if file_feed is not None:
            return file_feed
        sample = Sample()
        for number, frame in enumerate(frames(source), 1):
            sample.add(frame)
            if sample.certain is not None or number == FRAMES_MAX:
                break
    finally:
        source.close()
    found = sample.best()
    if found is None and sample.count == 0 and source.notes:
        raise CaptureError(f"{name}: holds no whole frame ({'; '.join(source.notes)})")
    if found is None:
        raise UnknownCaptureError(f"{name}: {sample.seen()}; {advice()}")
    return found


def may_be_opened_twice(name: str) -> bool:
    """Whether looking at the first frames takes nothing away: not from a pipe."""
    try:
        return name != "-" and not stat.S_ISFIFO(Path(name).stat().st_mode)
    except OSError:
        return True  # opening it tells why


def advice() -> str:
    """What to do when the feed was not found."""
    return f"name the feed with --feed: {', '.join(feed.name for feed in feeds())}"


@cache
def file_feeds() -> tuple[Feed, ...]:
    """Feeds whose transport numbers nothing: files of messages, never datagrams."""
    return tuple(
        each
        for each in feeds()
        if not each.is_fast and "first" not in read_map(each.transport)["transport"]
    )


def block_lengths(feed: Feed) -> Mapping[int, int]:
    """Lengths of messages by type, with which a file of messages is opened; none for datagrams."""
    return message_lengths(feed.application) if feed in file_feeds() else {}


def _open(name: str) -> tuple[CaptureFile, Feed | None]:
    """The capture, and the feed whose messages it holds without frames."""
    for feed in file_feeds():
        try:
            source = open_capture(name, block_lengths(feed))
        except CaptureError as error:
            if error.exit_code != MALFORMED:
                raise
        else:
            return source, feed if isinstance(source, BinaryFile) else None
    return open_capture(name), None


class Sample:
    """What the first frames of a capture say."""

    def __init__(self) -> None:
        self.certain: Feed | None = None
        self._evidence: dict[Feed, Evidence] = {}
        self._groups: Tally[str] = Tally()
        self._refused: Tally[str] = Tally()

    def add(self, frame: Frame) -> None:
        """Look at one more frame."""
        datagram = datagram_of(frame.data, frame.link)
        if isinstance(datagram, str):
            self._refused[datagram] += 1
            return
        group = Group(datagram.destination, datagram.port)
        self._groups[str(group)] += 1
        for feed in feeds():
            if feed not in file_feeds():
                evidence = weigh(feed, datagram)
                self._evidence[feed] = max(evidence, self._evidence.get(feed, Evidence.NONE))
                if evidence is Evidence.GROUP:
                    self.certain = feed

    def best(self) -> Feed | None:
        """The feed that most speaks for; None where nothing does, or two are equal."""
        if self.certain is not None:
            return self.certain
        strongest = max(self._evidence.values(), default=Evidence.NONE)
        found = [feed for feed, evidence in self._evidence.items() if evidence == strongest]
        return found[0] if strongest > Evidence.NONE and len(found) == 1 else None

    @property
    def count(self) -> int:
        """Frames looked at."""
        return self._groups.total() + self._refused.total()

    def seen(self) -> str:
        """What the sample holds, for people."""
        if self.count == 0:
            return "the capture holds no frame"
        parts = [f"{number} {reason}" for reason, number in self._refused.most_common()]
        if self._groups:
            shown = [group for group, _ in self._groups.most_common(SHOWN_MAX)]
            more = len(self._groups) - len(shown)
            others = f" and {more} other groups" if more else ""
            parts.insert(0, f"{self._groups.total()} datagrams to {', '.join(shown)}{others}")
        what = "the only frame" if self.count == 1 else f"the first {self.count} frames"
        return f"no known feed in {what} ({'; '.join(parts)})"


def weigh(feed: Feed, datagram: Datagram) -> Evidence:
    """What one datagram says for a feed."""
    if feed.is_fast:
        return _weigh_templates(feed, datagram)
    messages = _messages(feed, datagram.payload)
    if messages is None:
        return Evidence.NONE
    here = Group(datagram.destination, datagram.port)
    on_group = here in _groups(feed)
    on_port = on_group or datagram.port in feed.ports
    filled = [raw for raw in messages if raw]
    if not filled:
        return Evidence.FRAMING if on_port else Evidence.NONE
    if not on_port:
        every = all(_is_ours(feed, raw, exactly=True) for raw in filled)
        return Evidence.MESSAGE if every else Evidence.NONE
    if not _is_ours(feed, filled[0]):
        return Evidence.NONE
    return Evidence.GROUP if on_group else Evidence.PORT


def _weigh_templates(feed: Feed, datagram: Datagram) -> Evidence:
    """What a datagram of FAST messages says: nothing but in a place of the feed, for FAST has no framing."""
    here = Group(datagram.destination, datagram.port)
    on_group = here in _groups(feed)
    if not on_group and datagram.port not in feed.ports:
        return Evidence.NONE
    from feedhandler.decode.fast.feeds import reader_of  # noqa: PLC0415 (reads templates)

    if not reader_of(feed).is_whole(datagram.payload):
        return Evidence.NONE
    return Evidence.GROUP if on_group else Evidence.PORT


@cache
def _groups(feed: Feed) -> frozenset[Group]:
    """The groups that the feed's channels name."""
    lines = (line for channel in feed.channels for line in channel.lines.values())
    return frozenset(Group.parse(line) for line in lines)


def _messages(feed: Feed, payload: bytes) -> list[bytes] | None:
    """The raw messages of a datagram that the transport reads to its last byte."""
    roles = read_map(feed.transport)["transport"]
    packet = kaitai_class(feed.transport).from_bytes(payload)
    try:
        packet._read()
    except _UNREADABLE:
        return None
    if not packet._io.is_eof():
        return None
    return [getattr(block, roles["payload"]) for block in getattr(packet, roles["messages"])]


def _is_ours(feed: Feed, raw: bytes, *, exactly: bool = False) -> bool:
    """Whether a message has a type and a schema of the feed, and its fields; and nothing else."""
    roles: Mapping[str, Any] = read_map(feed.application)["application"]
    message = kaitai_class(feed.application).from_bytes(raw)
    try:
        message._read()
    except _UNREADABLE:
        return False
    schema = roles.get("schema")
    if schema is not None and getattr(message, schema["field"]) != schema["equals"]:
        return False
    body = message.body
    return isinstance(body, KaitaiStruct) and (body._io.is_eof() or not exactly)

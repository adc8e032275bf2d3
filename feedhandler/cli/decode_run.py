"""`feedhandler decode` at work: frames in, datagrams of the feed taken, each message shown."""

import sys
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from feedhandler.cli.decode_text import json_line, message_text, packet_text
from feedhandler.cli.main import INTERRUPTED
from feedhandler.cli.output import count, notice
from feedhandler.cli.running import find_feed
from feedhandler.cli.templates import templates, wanted
from feedhandler.counter import Counter, new_counters
from feedhandler.decode.catalog import Feed
from feedhandler.decode.fields import EMPTY, UNKNOWN, Message, transport_roles, walk_datagram
from feedhandler.replaying import open_source
from feedhandler.source.descriptor import LINK_PAYLOAD
from feedhandler.source.frames import Frame, frames
from feedhandler.source.select import Passage, passage_of, why_none_passed
from feedhandler.source.source import Source
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

FOREIGN: Final = "foreign_group"
NO_PLACE: Final = ("", "")


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    files: tuple[str, ...]
    count: int | None
    expression: str
    asked: tuple[str, ...]
    packet: int | None
    with_bytes: bool
    feed_name: str | None
    templates: str | None
    malformed_max: int
    as_json: bool
    quiet: bool
    verbose: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A datagram of the feed with all that its messages share."""

    file: str
    frame: Frame
    datagram: Datagram
    group: str  # empty for a file of messages
    place: tuple[str, str]  # channel and line, where the feed names them
    header: Message
    messages: list[Message]
    first: int | None  # sequence of the first message; None = nothing is numbered
    step: int  # 1 = each message has a number of its own
    base: int  # where the datagram begins in a file of messages


@dataclass
class Totals:
    """What was seen."""

    messages: int = 0
    packets: int = 0
    malformed: int = 0
    unknown: Tally[str] = field(default_factory=Tally)
    refused: Tally[str] = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    cut: bool = False  # a capture does not end as it should
    interrupted: bool = False
    frames: int = 0
    datagrams: int = 0  # of the feed, wanted or not
    last: int = 0  # number of the last packet that came, wanted or not
    passages: list[Passage | None] = field(default_factory=list)  # of the filter, by file
    missing: str = ""  # what was asked for by number and is not there

    def end(self, name: str, source: Source) -> None:
        """Learn what a source has to say when it was read to its end."""
        counters = new_counters()
        source.count_into(counters)
        self.cut |= bool(counters[Counter.CUT_RECORD] or counters[Counter.BAD_RECORD])
        self.passages.append(passage_of(source))
        if counters[Counter.FILTERED]:
            self.refused["filtered"] += int(counters[Counter.FILTERED])
        self.notes += [f"{name}: {note}" for note in source.notes]


class EnoughError(Exception):
    """As many messages as were wanted."""


def run(options: Options) -> int:
    """Decode and print; the exit code."""
    feed = find_feed(options.files, options.feed_name, options.templates)
    codes = wanted(feed, options.asked)
    totals = Totals()
    printer = Printer(options, codes, totals)
    try:
        for name in options.files:
            with closing(open_source([name], feed, expression=options.expression)) as source:
                for packet in Reader(feed, name, source, options, totals).packets():
                    printer.show(packet)
                totals.end(name, source)
    except EnoughError:
        pass
    except KeyboardInterrupt:
        totals.interrupted = True
    sys.stdout.flush()
    if not totals.packets and not totals.interrupted:
        totals.missing = missing(feed, options, codes, totals)
    return conclude(totals, options)


def missing(feed: Feed, options: Options, codes: frozenset[int], totals: Totals) -> str:
    """Why nothing was shown; "" = there may well be nothing of what was asked for."""
    unknown = codes - {each.code for each in templates(feed)}
    if not totals.frames:
        return why_none_passed(totals.passages) or "no frame came"
    if options.packet is not None and totals.last < options.packet:
        return f"--packet {options.packet}: nothing came behind packet {totals.last:,}"
    if options.packet is not None:
        return f"--packet {options.packet}: holds nothing of {feed.name} that was asked for"
    if not totals.datagrams:
        return f"no datagram of {feed.name} in {count(totals.frames, 'frame')}"
    if unknown:
        return f"--template {min(unknown)}: neither {feed.name} nor the capture has such a message"
    return ""


def conclude(totals: Totals, options: Options) -> int:
    """The last lines, to standard error; the exit code."""
    failed = totals.malformed > options.malformed_max
    if not options.quiet:
        shown = count(totals.messages, "message")
        notice(f"{shown} in {count(totals.packets, 'packet')}")
        for what, tally in (("not taken", totals.refused), ("not known", totals.unknown)):
            if tally:
                parts = (f"{number:,} {name}" for name, number in tally.most_common())
                notice(f"{what}: {', '.join(parts)}")
    for note in totals.notes if totals.cut or not options.quiet else ():
        notice(note)
    if totals.malformed:
        notice(f"malformed: {totals.malformed:,}")
    if totals.missing:
        notice(totals.missing)
    if totals.interrupted:
        return INTERRUPTED
    return 1 if totals.cut or failed or totals.missing else 0


class Reader:
    """The datagrams of one capture that belong to the feed."""

    def __init__(
        self, feed: Feed, file: str, source: Source, options: Options, totals: Totals
    ) -> None:
        self._feed = feed
        self._file = file
        self._source = source
        self._options = options
        self._totals = totals
        self._roles = transport_roles(feed)
        self._places = {
            Group.parse(group): (str(channel.id), line)
            for channel in feed.channels
            for line, group in channel.lines.items()
        }
        self._seen: set[Group] = set()
        self._taken = 0  # messages of a file, which have no numbers
        self._base = 0  # bytes of a file before this run of messages

    def packets(self) -> Iterator[Packet]:
        """Every datagram of the feed, in order."""
        for frame in frames(self._source):
            self._totals.frames += 1
            self._totals.last = frame.packet
            packet = self._packet(frame)
            self._totals.datagrams += packet is not None
            wanted_one = self._options.packet
            if packet is not None and wanted_one in {None, frame.packet}:
                yield packet
            if wanted_one is not None and frame.packet >= wanted_one:
                return

    def _packet(self, frame: Frame) -> Packet | None:
        datagram = datagram_of(frame.data, frame.link)
        if isinstance(datagram, str):
            self._refuse(frame, datagram)
            return None
        group = Group(datagram.destination, datagram.port)
        header, *messages = walk_datagram(self._feed, datagram.payload)
        ours = group in self._seen or group in self._places or group.port in self._feed.ports
        if header.error is not None and not ours and frame.link != LINK_PAYLOAD:
            self._refuse(frame, f"{FOREIGN} {group}" if self._options.verbose else FOREIGN)
            return None
        self._seen.add(group)
        first, step = self._number(header)
        packet = Packet(
            self._file, frame, datagram,
            "" if frame.link == LINK_PAYLOAD else str(group),
            self._places.get(group, NO_PLACE), header, messages, first, step, self._base,
        )  # fmt: skip
        self._taken += len(messages)
        self._base += len(frame.data)
        return packet

    def _number(self, header: Message) -> tuple[int | None, int]:
        """Sequence of the first message, and by how much the next one is higher."""
        if "first" not in self._roles:
            return self._taken + 1, 1
        values = {leaf.name: leaf.value for leaf in header.fields}
        first = values.get(self._roles["first"])
        return (first if isinstance(first, int) else None), int(self._feed.unit == "message")

    def _refuse(self, frame: Frame, reason: str) -> None:
        self._totals.refused[reason] += 1
        if self._options.verbose and not self._options.as_json:
            sys.stdout.write(f"packet {frame.packet}  not taken: {reason}\n")


class Printer:
    """Shows messages until there are enough."""

    def __init__(self, options: Options, codes: frozenset[int], totals: Totals) -> None:
        self._options = options
        self._codes = codes
        self._totals = totals
        self._color = sys.stdout.isatty() and not options.as_json

    def show(self, packet: Packet) -> None:
        """The messages of a datagram that are wanted; its header where it has none."""
        chosen = [
            (number, message)
            for number, message in enumerate(packet.messages)
            if not self._codes or message.template in self._codes
        ]
        broken = packet.header.error is not None
        if not chosen and not broken and (self._codes or packet.messages):
            return
        self._totals.packets += 1
        self._totals.malformed += broken
        if self._options.as_json:
            if broken or not packet.messages:
                self._write(json_line(packet, None, with_bytes=self._options.with_bytes))
        else:
            self._write(packet_text(packet, verbose=self._options.verbose, color=self._color))
        for number, message in chosen:
            self._message(packet, number, message)

    def _message(self, packet: Packet, number: int, message: Message) -> None:
        fault = fault_of(message)
        if fault == "malformed":
            self._totals.malformed += 1
        elif fault:
            self._totals.unknown[fault] += 1
        if self._options.as_json:
            self._write(json_line(packet, number, with_bytes=self._options.with_bytes))
        else:
            options = self._options
            self._write(
                message_text(
                    packet, number, verbose=options.verbose, with_bytes=options.with_bytes,
                    color=self._color,
                )
            )  # fmt: skip
        self._totals.messages += 1
        if self._totals.messages == self._options.count:
            raise EnoughError

    def _write(self, text: str) -> None:
        sys.stdout.write(text)


def fault_of(message: Message) -> str:
    """Why a message has no meaning here: "" = it has one."""
    if message.name == EMPTY:
        return "empty message"
    if message.error is None:
        return ""
    if message.name == UNKNOWN and message.error.startswith("unknown "):
        return f"template {message.template}"
    return "unknown schema" if " is not " in message.error else "malformed"

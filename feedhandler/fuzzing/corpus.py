"""Packets to damage, with the fields that are known of them: from the simulator, and from captures."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import read_map
from feedhandler.decode.fields import PADDING, walk_datagram
from feedhandler.decode.plan import plan_of
from feedhandler.decode.tree import Choice, Given, Record, Times
from feedhandler.fuzzing.mutation_kernel import MARK_COLUMNS, PACKET_COLUMNS
from feedhandler.replaying import open_source
from feedhandler.source.dice import draw, stream_base
from feedhandler.source.frames import Frame, frames
from feedhandler.wire.datagram import datagram_of

PIECES_MAX: Final = 400
SEED: Final = 20_240_315
MESSAGES: Final = 6000


class Mark(NamedTuple):
    """A field of a packet; `leading` = it tells a reader where to go on."""

    offset: int
    size: int
    big: bool = False
    leading: bool = False


class Piece(NamedTuple):
    """A packet, its fields, and a number that its target knows the meaning of."""

    data: bytes
    marks: Sequence[Mark] = ()
    extra: int = 0


class Corpus(NamedTuple):
    """Pieces as kernels read them; see `mutation_kernel.py`."""

    blob: Any
    packets: Any
    marks: Any


def corpus_of(pieces: Iterable[Piece]) -> Corpus:
    """Lay pieces out for the kernels."""
    packets: list[tuple[int, ...]] = []
    marks: list[tuple[int, ...]] = []
    blob = bytearray()
    for piece in pieces:
        first = len(marks)
        ordered = sorted(piece.marks, key=lambda mark: mark.leading)
        marks += [(mark.offset, mark.size, int(mark.big)) for mark in ordered]
        leading = first + sum(not mark.leading for mark in ordered)
        packets.append((len(blob), len(piece.data), first, leading, len(marks), piece.extra))
        blob += piece.data
    return Corpus(
        np.frombuffer(bytes(blob) or b"\0", np.uint8),
        np.array(packets, np.int64).reshape(-1, PACKET_COLUMNS),
        np.array(marks or [(0, 0, 0)], np.int64).reshape(-1, MARK_COLUMNS),
    )


def spread(pieces: Sequence[Any], most: int = PIECES_MAX) -> list[Any]:
    """At most so many, from everywhere."""
    step = max(1, -(-len(pieces) // most))
    return list(pieces[::step])


# --- where packets come from ----------------------------------------------------------------------
def simulated(feed: Feed) -> list[bytes]:
    """Datagrams of a simulated day, or encoded ones; none of a feed of which neither is to be had."""
    from feedhandler import simulator  # noqa: PLC0415 (scapy)
    from feedhandler.simulator.record import ITCH_FILE  # noqa: PLC0415 (likewise)
    from feedhandler.simulator.simulation import itch_day  # noqa: PLC0415 (likewise)

    if feed.name == ITCH_FILE:
        blocks = [
            block
            for day in [itch_day(messages=MESSAGES, seed=SEED)]
            for _ in day.run()
            for block in day.drain()
        ]
        return [b"".join(blocks[at : at + 8]) for at in range(0, len(blocks), 8)]
    if feed.is_fast:
        from feedhandler.fuzzing.forts import forts_datagrams  # noqa: PLC0415 (the encoder)

        return forts_datagrams(feed, SEED)
    if feed.name not in simulator.FEEDS:
        return []
    day = simulator.simulate(feed.name, messages=MESSAGES, seed=SEED)
    return [payload for _, _, payload in day.datagrams()]


def captured(paths: Iterable[str], feed: Feed) -> Iterator[Frame]:
    """The frames of captures."""
    for path in paths:
        source = open_source([path], feed)
        try:
            yield from frames(source)
        finally:
            source.close()


def datagrams_of(feed: Feed, paths: Iterable[str]) -> list[bytes]:
    """Datagrams of a feed, from the simulator and from captures of it."""
    found = simulated(feed)
    for frame in captured(paths, feed):
        datagram = datagram_of(frame.data, frame.link)
        if not isinstance(datagram, str) and datagram.payload:
            found.append(datagram.payload)
    return found or noise()


# --- fields ---------------------------------------------------------------------------------------
def leading_names(feed: Feed) -> set[str]:
    """Names of the fields that lead a reader: sizes, counts, types, versions, sequence numbers."""
    plan = plan_of(feed.name)
    names: set[str] = set()
    for roles in (read_map(feed.transport)["transport"], read_map(feed.application)["application"]):
        for value in roles.values():
            names |= {value} if isinstance(value, str) else set()
            names |= {value["field"]} if isinstance(value, dict) and "field" in value else set()
    records = [plan.transport.record, plan.application.record]
    records += [message.record for message in plan.application.messages]
    for record in records:
        names |= _sizing(record)
    return names


def _sizing(record: Record) -> set[str]:
    """Names of the fields of a record, and of those below it, that size or repeat others."""
    names: set[str] = set()
    for field in record.fields:
        if isinstance(field.size, Given):
            names.add(field.size.field.name)
        if isinstance(field.repeat, Times):
            names.add(field.repeat.field.name)
        below = field.kind.cases.values() if isinstance(field.kind, Choice) else [field.kind]
        for kind in below:
            if isinstance(kind, Record):
                names |= _sizing(kind)
    return names


def described(feed: Feed, payload: bytes, names: set[str]) -> list[Mark]:
    """The fields of a datagram by the feed's description."""
    marks: dict[tuple[int, int], Mark] = {}
    for message in walk_datagram(feed, payload):
        for leaf in message.fields:
            if leaf.bit or leaf.path[-1] == PADDING or leaf.start == leaf.end:
                continue
            big = isinstance(leaf.value, int) and leaf.value == int.from_bytes(leaf.raw, "big")
            name = next((part for part in reversed(leaf.path) if isinstance(part, str)), "")
            at = (leaf.start, leaf.end - leaf.start)
            marks[at] = Mark(*at, big, name in names)
    return list(marks.values())


def words_of(data: bytes, size: int = 4) -> list[Mark]:
    """Marks for bytes of which nothing is known: every word."""
    return [Mark(at, min(size, len(data) - at)) for at in range(0, len(data), size)]


def stop_bit_words(data: bytes) -> list[Mark]:
    """Marks for bytes whose numbers end with the byte that has its high bit set."""
    marks, start = [], 0
    for at, byte in enumerate(data):
        if byte & 0x80:
            marks.append(Mark(start, at + 1 - start, big=True, leading=True))
            start = at + 1
    return marks


def marks_of(feed: Feed, payload: bytes) -> list[Mark]:
    """The fields of a datagram, by description where there is one and by stop bits where there is none."""
    if feed.is_fast:
        return stop_bit_words(payload)
    return described(feed, payload, leading_names(feed))


def noise(pieces: int = 64, size: int = 120) -> list[bytes]:
    """Bytes of which most numbers are short, for a feed of which there is nothing else to damage."""
    base = stream_base(SEED, "noise")
    return [
        bytes(draw(base, size * piece + at) >> 40 & 0xFF for at in range(size))
        for piece in range(pieces)
    ]

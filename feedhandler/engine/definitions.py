"""Instrument definitions: the one kind of message that Python reads while frames flow.

They are rare and full of text, so the compiled decoder only says that a datagram holds some, and they are read
here from the objects of the reference decoder, by the paths of the map's `instrument` sections.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from kaitaistruct import KaitaiStructError

from feedhandler.book import growth
from feedhandler.book.directory_kernel import open_book
from feedhandler.book.instruments import Directory, Instrument, InstrumentMap, equip
from feedhandler.book.level_kernel import USED
from feedhandler.book.pools import BOOK_NEXT, DEPTH_DEFAULT, IMPLIED_DEPTH_DEFAULT, Pools
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import describe, kaitai_class, read_map
from feedhandler.verdict import Verdict


class Definitions:
    """Reads definitions into a directory and prepares the books of the instruments."""

    def __init__(self, feed: Feed) -> None:
        self.directory = Directory()
        self._maps: dict[str, InstrumentMap] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        self._needs_book = "level" in feed.model
        self.cut: set[int] = set()  # books that were told too late how deep they are
        if feed.is_fast:  # its definitions are not read: their template is the venue's own
            return
        self._transport = kaitai_class(feed.transport)
        self._message = kaitai_class(feed.application)
        roles = read_map(feed.transport)["transport"]
        self._messages, self._payload = roles["messages"], roles["payload"]
        self._maps = {
            name: InstrumentMap(message["instrument"], name)
            for name, message in read_map(feed.application)["messages"].items()
            if message and "instrument" in message
        }

    def read(self, datagram: bytes, channel_id: int, pools: Pools) -> Pools:
        """Learn every definition in a datagram; the pools, grown where a definition asks for it."""
        for body in self._bodies(datagram):
            section = self._maps.get(describe(body).name)
            if section is not None:
                instrument, withdrawn = section.read(body, channel_id)
                if not withdrawn:
                    self.directory.define(instrument)
                    if self._needs_book:
                        pools = self._prepare(instrument, pools)
        return pools

    def _bodies(self, datagram: bytes) -> Iterator[Any]:
        """The bodies of the messages that can be read."""
        packet = self._transport.from_bytes(datagram)
        packet._read()  # noqa: SLF001 (how Kaitai's debug classes are read)
        for block in getattr(packet, self._messages):
            message = self._message.from_bytes(getattr(block, self._payload))
            try:
                message._read()  # noqa: SLF001
            except (KaitaiStructError, EOFError, ValueError):
                continue  # counted by the decoder
            if hasattr(message.body, "_read"):
                yield message.body

    def _prepare(self, instrument: Instrument, pools: Pools) -> Pools:
        """Open the instrument's book with the depth that its definition tells."""
        deepest = max(instrument.depth or 0, instrument.implied_depth or 0)
        pools = growth.grow_ladder(pools, deepest)
        number = self._number(instrument.key, pools)
        if number == 0:
            number = open_book(instrument.channel_id, instrument.instrument_id, pools)
            if number == -Verdict.BOOKS_FULL:
                pools = growth.grow_books(pools)
                number = open_book(instrument.channel_id, instrument.instrument_id, pools)
        if number > 0:
            if was_cut(number, instrument, pools):
                self.cut.add(number)
            equip(pools.books, number, instrument)
        return pools

    def take_cut(self) -> list[int]:
        """The books that have been told too late, each once."""
        cut = sorted(self.cut)
        self.cut.clear()
        return cut

    def _number(self, key: tuple[int, int], pools: Pools) -> int:
        """The number of a book that is open; 0 = none."""
        for number in range(len(self._numbers) + 1, int(pools.control[BOOK_NEXT])):
            record = pools.books[number]
            self._numbers[int(record["channel_id"]), int(record["instrument_id"])] = number
        return self._numbers.get(key, 0)


def was_cut(number: int, instrument: Instrument, pools: Pools) -> bool:
    """Whether a by-level book has been kept to another depth than its definition says, and it shows."""
    record = np.asarray(pools.books)[number]
    for name, told, otherwise, runs in (
        ("depth", instrument.depth, DEPTH_DEFAULT, (0, 1)),
        ("implied_depth", instrument.implied_depth, IMPLIED_DEPTH_DEFAULT, (2, 3)),
    ):
        before, now = int(record[name]) or otherwise, told or otherwise
        full = min(before, now)
        deep = max(int(pools.ladder_used[4 * number + run]) & USED for run in runs)
        if before != now and (deep > full or (now > before and deep == full)):
            return True
    return False

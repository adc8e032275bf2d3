"""Instrument definitions: the one kind of message that Python reads while frames flow.

They are rare and full of text, so the compiled decoder only says that a datagram holds some, and they are read
here from the objects of the reference decoder, by the paths of the map's `instrument` sections.

How deep a book by level goes is told by nothing else. A channel whose definitions are seen on a line of their
own sends one of every instrument, so a book without one has lost it and is UNDEFINED until it comes round. So it
is where a loop of snapshots is heard of a channel that has such a line by its description: who hears one loop and not
the other lacks the definitions, and does not leave them out. A channel of which only the increments are seen has
none to lose: its books are kept to the default depth.

Where books are by order alone, a message names each instrument of a session before its first order. Once one did,
on a channel that lost nothing, each opens the book of its instrument, and a row of any other is put in doubt. In
another session the numbers may be those of other instruments: a book of before waits for its name.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from kaitaistruct import KaitaiStructError

from feedhandler.book import growth
from feedhandler.book.contents import Key
from feedhandler.book.definition_kernel import cut, found_sound, mark_undefined
from feedhandler.book.depth import is_refreshed
from feedhandler.book.directory_kernel import book_of, mark_levels, open_book
from feedhandler.book.instruments import Directory, Instrument, InstrumentMap, equip
from feedhandler.book.level_kernel import USED
from feedhandler.book.pools import (
    BOOK_NEXT,
    CHANNEL_WORDS,
    CHANNELS,
    DEFINING,
    DEPTH_DEFAULT,
    EACH,
    IMPLIED_DEPTH_DEFAULT,
    NAMED,
    SOME,
    UNDEFINED,
    Pools,
)
from feedhandler.counter import new_counters
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import describe, kaitai_class, read_map, types
from feedhandler.engine.known import DATAGRAMS_MAX, KnownDefinitions
from feedhandler.session.channels import Channel
from feedhandler.verdict import Verdict

INCREMENTAL: Final = "incremental"  # the one role that is no loop
DEFINITION: Final = "definition"  # that of a line of definitions


class Definitions:
    """Reads definitions into a directory and prepares the books of the instruments."""

    def __init__(self, feed: Feed) -> None:
        self.directory = Directory()
        self._defined = {each.id for each in feed.channels if each.role == DEFINITION}
        self._maps: dict[str, InstrumentMap] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        self._needs_book = "level" in feed.model
        self.known = KnownDefinitions(0 if feed.is_fast else DATAGRAMS_MAX)
        self.header_bytes = (
            0  # before the messages of the last datagram that was read; 0 = not known
        )
        self.cut: set[int] = set()  # books that were told too late how deep they are
        self._changed = False  # the states of some books, since it was last looked at
        if feed.is_fast:  # its definitions are not read: their template is the venue's own
            return
        self._transport = kaitai_class(feed.transport)
        self._message, self._application = kaitai_class(feed.application), feed.application
        roles = read_map(feed.transport)["transport"]
        self._messages, self._payload = roles["messages"], roles["payload"]
        self._maps = {
            name: InstrumentMap(message["instrument"], name)
            for name, message in read_map(feed.application)["messages"].items()
            if message and "instrument" in message
        }

    def read(
        self, datagram: bytes, channel_id: int, pools: Pools, *, role: str = "", ts_recv: int = 0,
        whole: bool = False,
    ) -> Pools:  # fmt: skip
        """Learn every definition in a datagram; the pools, grown where a definition asks for it.

        `whole`: nothing of the channel is known to be missing.
        """
        for body in self._bodies(datagram):
            section = self._maps.get(describe(body).name)
            if section is not None:
                instrument, withdrawn = section.read(body, channel_id)
                if not withdrawn:
                    if self.directory.define(instrument):
                        self.known.forget()
                    if self._needs_book:
                        pools = self._prepare(instrument, ts_recv, pools)
                    else:
                        _, pools = opened(instrument.key, pools)
                        named = SOME | EACH if whole else SOME
                        pools.control[CHANNELS + CHANNEL_WORDS * channel_id + NAMED] |= named
        if role == DEFINITION:
            self.expect(channel_id, ts_recv, pools)
        return pools

    def begin(self, channel_id: int, pools: Pools) -> None:
        """Another session of a channel: where it names its instruments, it does so anew, perhaps in the same words.

        To be called before its books are cleared: those of a session that was heard without names are of before, too.
        """
        if self._maps and not self._needs_book:
            pools.control[CHANNELS + CHANNEL_WORDS * channel_id + NAMED] |= SOME
            self.directory.begin(channel_id)
            self.known.forget()

    def rehearse(self, pools: Pools) -> None:
        """Have at hand what the first definition of a day asks for; the pools are nobody's."""
        if self._maps:
            types(self._application)
            instrument = Instrument(0, 1, "", depth=1)
            self._prepare(instrument, 0, pools)
            number = self._number(instrument.key, pools)
            mark_levels(number, 0, pools)
            found_sound(number, 0, pools)
            mark_undefined(0, 0, pools)
            word = np.zeros(1, np.int64)
            KnownDefinitions(1).remember(0, int(word.ctypes.data), 8, 4, new_counters())

    def expect(self, channel_id: int, ts_recv: int, pools: Pools) -> None:
        """A channel sends a definition of every instrument: books without one are in doubt."""
        word, bit = DEFINING + (channel_id >> 6), np.int64(np.uint64(1 << (channel_id & 63)))
        if self._needs_book and not pools.control[word] & bit:
            pools.control[word] |= bit
            mark_undefined(channel_id, ts_recv, pools)
            self._changed = True

    def expect_all(self, pools: Pools) -> None:
        """Every channel that has a line of definitions sends them, from the start."""
        for channel_id in self._defined:
            self.expect(channel_id, 0, pools)

    def listen(self, channels: Iterable[Channel], ts_recv: int, pools: Pools) -> bool:
        """Channels were added: one of which a loop is heard sends definitions, if it has a line of them.

        Whether states of books changed.
        """
        for channel in channels:
            if channel.role != INCREMENTAL and channel.channel_id in self._defined:
                self.expect(channel.channel_id, ts_recv, pools)
        return self.take_changed()

    def _bodies(self, datagram: bytes) -> Iterator[Any]:
        """The bodies of the messages that can be read."""
        packet = self._transport.from_bytes(datagram)
        packet._read()  # noqa: SLF001 (how Kaitai's debug classes are read)
        blocks = packet._debug[self._messages]["arr"]  # noqa: SLF001 (where Kaitai read what)
        self.header_bytes = int(blocks[0]["start"]) if blocks else 0
        for block in getattr(packet, self._messages):
            message = self._message.from_bytes(getattr(block, self._payload))
            try:
                message._read()  # noqa: SLF001
            except (KaitaiStructError, EOFError, ValueError):
                continue  # counted by the decoder
            if hasattr(message.body, "_read"):
                yield message.body

    def _prepare(self, instrument: Instrument, ts_recv: int, pools: Pools) -> Pools:
        """Open the instrument's book with the depth that its definition tells."""
        deepest = max(instrument.depth or 0, instrument.implied_depth or 0)
        pools = growth.grow_ladder(pools, deepest)
        number = self._number(instrument.key, pools)
        if number == 0:
            number, pools = opened(instrument.key, pools)
        if number > 0:
            was_late = is_late(number, instrument, pools)
            equip(pools.books, number, instrument)
            cut(number, pools)
            if was_late:
                self.cut.add(number)
                mark_levels(number, ts_recv, pools)
                self._changed = True
            elif int(pools.books[number]["state"]) == UNDEFINED:
                found_sound(number, ts_recv, pools)
                self._changed = True
        return pools

    def take_changed(self) -> bool:
        """Whether books have other states than when this was last asked."""
        changed, self._changed = self._changed, False
        return changed

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


def opened(key: Key, pools: Pools) -> tuple[int, Pools]:
    """The book of an instrument, opened where there is none, and the pools; 0 = beyond the limit, which is counted."""
    number = int(book_of(*key, pools)) or int(open_book(*key, pools))
    if number == -Verdict.BOOKS_FULL:
        pools = growth.grow_books(pools)
        number = int(open_book(*key, pools))
    return number, pools


def guessed(feed: Feed, pools: Pools) -> int:
    """Books by level with levels of which no definition told how deep they are: kept to the default depth."""
    if not is_refreshed(feed):
        return 0
    books = np.asarray(pools.books).view(np.ndarray)[: int(pools.control[BOOK_NEXT])]
    used = np.asarray(pools.ladder_used)[: 4 * len(books)].reshape(-1, 4) & USED
    told = (books["depth"] != 0) | (books["state"] == UNDEFINED)
    return int((~told & used.any(axis=1)).sum())


def is_late(number: int, instrument: Instrument, pools: Pools) -> bool:
    """Whether a by-level book was kept to another depth than it has, so that its levels may be wrong.

    Of a book without definition that is so wherever a level stands: more may have stood there before.
    """
    record = np.asarray(pools.books)[number]
    for name, told, otherwise, runs in (
        ("depth", instrument.depth, DEPTH_DEFAULT, (0, 1)),
        ("implied_depth", instrument.implied_depth, IMPLIED_DEPTH_DEFAULT, (2, 3)),
    ):
        before, now = int(record[name]), told or otherwise
        most = max(int(pools.ladder_used[4 * number + run]) & USED for run in runs)
        if before == 0:
            if now != otherwise and most > 0:
                return True
        elif most > min(before, now) or (now > before and most == before):
            return True
    return False

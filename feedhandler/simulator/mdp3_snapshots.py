"""The looped channels: definitions, books by price (52, 69), books by order (53, in chunks).

A loop's packets are numbered from 1. A snapshot says which packet of the incremental channel it
includes last; it is built when that packet has been sent and no event is half told, so that it
equals the books of a receiver at that point.
"""

from collections.abc import Iterator
from typing import Final

from feedhandler.simulator import mdp3
from feedhandler.simulator.market import ASK, BID, Order
from feedhandler.simulator.mdp3_book import DIRECT_TYPES, IMPLIED_TYPES, ContractBook
from feedhandler.simulator.mdp3_channel import Channel
from feedhandler.simulator.mdp3_definitions import definition
from feedhandler.simulator.venue import Contract

CHUNK_ORDERS: Final = 40

Packets = Iterator[tuple[int, bytes]]


class DefinitionLoop:
    """Every definition, again and again, two at a time; each has the time of its last change, not of its pass."""

    def __init__(self, books: list[ContractBook], listed: int) -> None:
        self.channel = Channel("definition")
        self._books = books
        self._changed = dict.fromkeys((book.contract.instrument.number for book in books), listed)
        self._at = 0

    def change(self, contract: Contract, now: int) -> bytearray:
        """Change a definition: what the incremental feed tells of it, and the loop from now on."""
        self._changed[contract.instrument.number] = now
        return definition(contract, now, reports=None, action=b"M")

    def step(self, now: int) -> Packets:
        """Send the next two definitions."""
        if self._at == 0:
            self.channel.restart()
        pair = self._books[self._at : self._at + 2]
        self._at = self._at + 2 if self._at + 2 < len(self._books) else 0
        told = [(book.contract, book.contract.instrument.number) for book in pair]
        made = [
            definition(contract, self._changed[number], reports=len(self._books))
            for contract, number in told
        ]
        yield from self.channel.add(now, made)
        yield from self.channel.flush(now)


class SnapshotLoop:
    """Books of every contract that had any activity, two at a time."""

    def __init__(self, role: str, books: list[ContractBook]) -> None:
        self.channel = Channel(role)
        self._books = books
        self._due: list[ContractBook] = []
        self._reports = 0

    def withdraw(self) -> None:
        """Begin again after a channel reset."""
        self._due.clear()

    def step(self, now: int, last_packet: int) -> Packets:
        """Send the next two snapshots, as of incremental packet `last_packet`."""
        if not self._due:
            self._due = [book for book in self._books if book.rpt_seq]
            self._reports = len(self._due)
            self.channel.restart()
        make = snapshot_orders if self.channel.role == "snapshot_orders" else snapshot_levels
        for book in self._due[:2]:
            yield from self.channel.add(now, make(book, now, last_packet, self._reports))
        del self._due[:2]
        yield from self.channel.flush(now)


def snapshot_levels(
    book: ContractBook, now: int, last_packet: int, reports: int
) -> list[bytearray]:
    """Make 52 or 69: levels with positions, then statistics and volume without."""
    rows: list[tuple[int, int | None, int | None, int | None, int]] = []
    for shown, types in ((book.shown, DIRECT_TYPES), (book.shown_implied, IMPLIED_TYPES)):
        for side in (BID, ASK):
            for position, (price, size, count) in enumerate(shown[side], start=1):
                rows.append((price * book.tick, size, count or None, position, types[side]))
    for kind, price in book.statistics.items():
        rows.append((price * book.tick, None, None, None, kind))
    if book.volume:
        rows.append((mdp3.NULL_PRICE, book.volume, None, None, mdp3.ENTRY_VOLUME))
    wide = book.contract.long_quantity
    pack = _wide_entry if wide else _entry
    layout = mdp3.SNAPSHOT_ENTRY_LONG if wide else mdp3.SNAPSHOT_ENTRY
    null = mdp3.NULL_PRICE
    root = mdp3.SNAPSHOT.pack(
        last_packet, reports, book.security_id, book.rpt_seq, now, now, mdp3.TRADE_DATE,
        mdp3.READY_TO_TRADE, null, null, null,
    )  # fmt: skip
    entries = [pack(*row) for row in rows]
    return [mdp3.message(69 if wide else 52, root, mdp3.group(layout, entries))]


def _or(value: int | None, null: int) -> int:
    return null if value is None else value


def _entry(
    price: int, size: int | None, count: int | None, position: int | None, kind: int
) -> bytes:
    flag = 0 if kind == mdp3.ENTRY_OPEN else mdp3.NULL_U1
    return mdp3.SNAPSHOT_ENTRY.pack(
        price, _or(size, mdp3.NULL_I4), _or(count, mdp3.NULL_I4), _or(position, mdp3.NULL_I1),
        mdp3.NULL_U2, flag, 0, kind,
    )  # fmt: skip


def _wide_entry(
    price: int, size: int | None, count: int | None, position: int | None, kind: int
) -> bytes:
    flag = 0 if kind == mdp3.ENTRY_OPEN else mdp3.NULL_U1
    return mdp3.SNAPSHOT_ENTRY_LONG.pack(
        price, _or(size, mdp3.NULL_U8), _or(count, mdp3.NULL_I4), _or(position, mdp3.NULL_U1),
        flag, kind,
    )  # fmt: skip


def snapshot_orders(
    book: ContractBook, now: int, last_packet: int, reports: int
) -> list[bytearray]:
    """Make 53 in chunks: bids and offers in turn, so that the first chunks are the top."""
    queues = [_by_priority(book, side) for side in (BID, ASK)]
    entries: list[bytes] = []
    for place in range(max(len(queue) for queue in queues)):
        for queue in queues:
            if place < len(queue):
                order = queue[place]
                entries.append(
                    mdp3.SNAPSHOT_ORDER.pack(
                        order.order_id, order.priority, order.price * book.tick, order.size,
                        DIRECT_TYPES[order.side],
                    )
                )  # fmt: skip
    chunks = [entries[at : at + CHUNK_ORDERS] for at in range(0, len(entries), CHUNK_ORDERS)]
    chunks = chunks or [[]]
    return [
        mdp3.message(
            53,
            mdp3.SNAPSHOT_ORDERS.pack(
                last_packet, reports, book.security_id, len(chunks), number, now
            ),
            mdp3.group(mdp3.SNAPSHOT_ORDER, chunk),
        )
        for number, chunk in enumerate(chunks, start=1)
    ]


def _by_priority(book: ContractBook, side: int) -> list[Order]:
    """The orders of a side as they would trade."""
    there = book.instrument.sides[side]
    return [
        order
        for key in reversed(there.keys)
        for order in there.levels[key * there.sign].orders.values()
    ]

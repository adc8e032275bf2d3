"""Packets of a CME channel and of its snapshot loops, for stories of what loads a book; instrument 1 where none is named.

Their venue describes no line of definitions (`TEN_LEVELS`), so all its books by level go ten levels deep.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from packets import group, level, mdp3, root, sbe
from packets import wide_group as no_orders
from tapes import CME_A, CME_SNAPSHOT_A, Sent, sent_at, tape

from feedhandler.decode.catalog import feed
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import mdp3 as venue

NANOS = 1_000_000_000
ORDERS_A = "224.0.31.64:14310"
TEN_LEVELS = replace(
    feed("cme.mdp3"),
    channels=tuple(each for each in feed("cme.mdp3").channels if each.role != "definition"),
)
AT_ONCE = Arbitration(gap_timeout_ns=0, gap_count=1, told_timeout_ns=0)


def entry(
    number: int, price: int, sequence: int, instrument: int = 1, on: str = CME_A, **told_of: Any
) -> Sent:
    """A packet that inserts a price on top of the bids, or whatever else is told of it."""
    told = level(price * NANOS, 5, instrument=instrument, sequence=sequence, **told_of)
    return on, mdp3([sbe(46, root(), group(told), no_orders())], number, sent_at(number))


def order(number: int, order_id: int, action: int = 0, price: int = 5) -> Sent:
    """A packet that adds (0) or deletes (2) an order of instrument 1."""
    told = venue.ORDER.pack(order_id, order_id, price * NANOS, 7, 1, action, ord("0"))
    message = bytes(venue.refresh(47, 0, venue.group(venue.ORDER, [told])))[2:]
    return CME_A, mdp3([message], number, sent_at(number))


def levels(
    number: int, last: int, sequence: int, prices: Sequence[int], *, instrument: int = 1,
    reports: int = 1, positions: Sequence[int] | None = None, later: int = 0,
) -> Sent:  # fmt: skip
    """A packet of the loop of books by level, with the bids of one instrument."""
    null = venue.NULL_PRICE
    block = venue.SNAPSHOT.pack(
        last, reports, instrument, sequence, 0, 0, 0, venue.READY_TO_TRADE, null, null, null
    )
    entries = [
        venue.SNAPSHOT_ENTRY.pack(
            price * NANOS, 5, 3, position, venue.NULL_U2, venue.NULL_U1, 0, venue.ENTRY_BID
        )
        for position, price in zip(positions or range(1, 99), prices, strict=False)
    ]
    message = venue.message(52, block, venue.group(venue.SNAPSHOT_ENTRY, entries))
    sent = sent_at(1000 + last * 10 + number + later)
    return CME_SNAPSHOT_A, mdp3([bytes(message)[2:]], number, sent)


def orders(
    number: int, last: int, ids: Iterable[int], chunk: int = 1, chunks: int = 1, size: int = 7,
    later: int = 0,
) -> Sent:  # fmt: skip
    """A packet of the loop of books by order: one chunk of bids at 5."""
    entries = [venue.SNAPSHOT_ORDER.pack(each, each, 5 * NANOS, size, ord("0")) for each in ids]
    block = venue.SNAPSHOT_ORDERS.pack(last, 1, 1, chunks, chunk, 0)
    message = venue.message(53, block, venue.group(venue.SNAPSHOT_ORDER, entries))
    sent = sent_at(1000 + last * 10 + number + later)
    return ORDERS_A, mdp3([bytes(message)[2:]], number, sent)


BIDS = [8, 7, 6, 5]


def passes(last: int, count: int, prices: Sequence[int] = BIDS) -> list[Sent]:
    """Passes of both loops, one packet each, that include packets up to `last`."""
    sent = []
    for number in range(count):
        sent += [levels(1, last, last, prices, later=number), orders(1, last, [71], later=number)]
    return sent


LOSS = [entry(1, 5, 1), entry(2, 6, 2), entry(4, 8, 4), entry(5, 9, 5)]  # 3 is missing


def run(path: Path, sent: Iterable[Sent], **options: Any) -> Replay:
    """A replay that has ended; what comes early is given up at once."""
    with Replay(tape(path / "tape.pcap", sent), TEN_LEVELS, arbitration=AT_ONCE, **options) as made:
        return made.run()


def bids(replay: Replay, instrument: int = 1) -> list[int]:
    """Whole prices of the by-level bids, best first."""
    return [each.price // NANOS for each in replay.books[instrument].levels(Side.BID)]


def state(replay: Replay, instrument: int = 1) -> str:
    """Of an instrument's book."""
    return replay.books[instrument].state

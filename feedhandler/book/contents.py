"""What a book holds, as plain Python values: the one form in which books are compared and digested.

The pools, the naive oracle and a reader's copy of a book all give their contents in this form, so
two books are equal when their contents are, whatever made them.

The digest of a set of books is BLAKE2b with 16 bytes of output over ASCII text, one record a line,
every line ended by a line feed, numbers in decimal. Books are sorted by channel and instrument id;
a book that holds nothing gives no line at all. For each book, in this order:

    book CHANNEL INSTRUMENT
    order bid PRICE SIZE COUNT      a price level of the by-order book, levels from best to worst,
    queue ORDER_ID SIZE             followed by its orders, the earliest first
    order ask PRICE SIZE COUNT ...
    level bid PRICE SIZE COUNT      the by-level book; COUNT is - where the venue gave none
    level ask PRICE SIZE COUNT
    implied bid PRICE SIZE COUNT
    implied ask PRICE SIZE COUNT

PRICE is an integer in units of 1e-9. State, times and counters are no part of the digest.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple, TypeAlias

Key: TypeAlias = tuple[int, int]  # channel id, instrument id
Queue: TypeAlias = tuple[tuple[int, int], ...]  # order id, size; the earliest first
Queued: TypeAlias = tuple[int, int, int, Queue]  # price, size, count and the orders of a level
Priced: TypeAlias = tuple[int, int, int | None]  # price, size, count

DIGEST_SIZE: Final = 16


class Contents(NamedTuple):
    """Both models of a book; every list from the best level to the worst."""

    order_bid: list[Queued]
    order_ask: list[Queued]
    level_bid: list[Priced]
    level_ask: list[Priced]
    implied_bid: list[Priced]
    implied_ask: list[Priced]


def lines_of(key: Key, contents: Contents) -> Iterable[str]:
    """The lines of one book."""
    if not any(contents):
        return
    yield f"book {key[0]} {key[1]}"
    for name, levels in (("bid", contents.order_bid), ("ask", contents.order_ask)):
        for price, size, count, queue in levels:
            yield f"order {name} {price} {size} {count}"
            for order_id, order_size in queue:
                yield f"queue {order_id} {order_size}"
    for name, run in (
        ("level bid", contents.level_bid),
        ("level ask", contents.level_ask),
        ("implied bid", contents.implied_bid),
        ("implied ask", contents.implied_ask),
    ):
        for price, size, orders in run:
            yield f"{name} {price} {size} {'-' if orders is None else orders}"


def digest_of(books: Mapping[Key, Contents]) -> str:
    """The digest of a set of books, as hexadecimal digits."""
    digest = blake2b(digest_size=DIGEST_SIZE)
    for key in sorted(books):
        text = "".join(f"{line}\n" for line in lines_of(key, books[key]))
        digest.update(text.encode("ascii"))
    return digest.hexdigest()


def first_difference(mine: Contents, theirs: Contents) -> str | None:
    """Where two books differ first, in words; None = nowhere."""
    for part in Contents._fields:
        ours: list[Any] = getattr(mine, part)
        others: list[Any] = getattr(theirs, part)
        for position, (one, other) in enumerate(zip(ours, others, strict=False), 1):
            if one != other:
                return f"{part} level {position}: {one} and {other}"
        if len(ours) != len(others):
            return f"{part}: {len(ours)} and {len(others)} levels"
    return None

"""The single writer of shared memory: event rows into the ring, best prices into their lines.

Readers take no lock and are never waited for. Two orders of stores make that safe:

* ring slot: sequence := -1 (release), fence, the row, sequence := number + 1 (release), head
  (release);
* best line: sequence odd (release), fence, the words, sequence even (release).

The fence keeps the stores of the payload from rising above the mark that forbids reading it.
"""

from typing import Any, Final

from feedhandler.jit import fence, hot, i64, kernel, store_release, wrapping_add, wrapping_mul

LINE_WORDS: Final = 8  # one cache line per instrument
SEQUENCE: Final = 0
BID_PRICE: Final = 1
BID_SIZE: Final = 2
ASK_PRICE: Final = 3
ASK_SIZE: Final = 4
TS_EVENT: Final = 5
IDENTITY: Final = 6  # instrument id, channel << 32, state << 48
ORDERS: Final = 7  # orders at the bid, at the ask << 32
HALF: Final = 0xFFFF_FFFF


@hot
def packed(low: int, high: int) -> int:
    """Two unsigned 32-bit values in one word."""
    word: int = wrapping_add(low, wrapping_mul(high, 0x1_0000_0000))
    return word


@hot
def identity_of(instrument_id: int, channel_id: int, state: int) -> int:
    """The word that says whose line it is, and how far to believe it."""
    return instrument_id | channel_id << 32 | state << 48


@kernel
def publish_rows(head: Any, sequences: Any, slots: Any, rows: Any, first: int, count: int) -> int:
    """Publish rows[first : first + count]; return how many events the ring has carried so far.

    `slots` and `rows` are Event records seen as int64 of shape (n, 8).
    """
    mask = len(sequences) - 1
    published = int(head[0])
    for i in range(first, first + count):
        at = published & mask
        store_release(sequences, at, -1)
        fence()
        slots[at, 0] = rows[i, 0]
        slots[at, 1] = rows[i, 1]
        slots[at, 2] = rows[i, 2]
        slots[at, 3] = rows[i, 3]
        slots[at, 4] = rows[i, 4]
        slots[at, 5] = rows[i, 5]
        slots[at, 6] = rows[i, 6]
        slots[at, 7] = rows[i, 7]
        published += 1
        store_release(sequences, at, published)
        store_release(head, 0, published)
    return published


@hot
def write_best(
    table: Any,
    line: int,
    bid_price: int,
    bid_size: int,
    ask_price: int,
    ask_size: int,
    ts_event: int,
    identity: int,
    orders: int,
) -> int:
    """Publish the best prices of one instrument; return how many sides changed in price or size.

    Nothing is written when neither did and the state is what it was. `table` is flat; an empty side is
    UNDEF_PRICE and size 0.
    """
    at = line * LINE_WORDS
    changed = 0
    if table[at + BID_PRICE] != bid_price or table[at + BID_SIZE] != bid_size:
        changed += 1
    if table[at + ASK_PRICE] != ask_price or table[at + ASK_SIZE] != ask_size:
        changed += 1
    if changed == 0 and table[at + IDENTITY] == identity:
        return 0
    sequence = int(table[at])
    store_release(table, at, sequence + 1)
    fence()
    table[at + BID_PRICE] = bid_price
    table[at + BID_SIZE] = bid_size
    table[at + ASK_PRICE] = ask_price
    table[at + ASK_SIZE] = ask_size
    table[at + TS_EVENT] = ts_event
    table[at + IDENTITY] = identity
    table[at + ORDERS] = orders
    store_release(table, at, sequence + 2)
    return changed


@hot
def write_side(
    table: Any,
    line: int,
    ask: int,
    price: int,
    size: int,
    orders: int,
    ts_event: int,
    identity: int,
) -> int:
    """Publish the best price of one side, 1 = ask; 1 if its price or size changed, else 0.

    Nothing is written when neither did and the state is what it was. The side is a number that addresses are
    made of: which side it is cannot be predicted.
    """
    at = line * LINE_WORDS
    own = at + BID_PRICE + 2 * ask
    changed = i64(table[own] != price) | i64(table[own + 1] != size)
    if changed == 0 and table[at + IDENTITY] == identity:
        return 0
    sequence = int(table[at])
    store_release(table, at, sequence + 1)
    fence()
    table[own] = price
    table[own + 1] = size
    table[at + TS_EVENT] = ts_event
    table[at + IDENTITY] = identity
    shift = 32 * ask
    kept = i64(table[at + ORDERS]) & ~wrapping_mul(HALF, 1 << shift)
    table[at + ORDERS] = kept | wrapping_mul(orders, 1 << shift)
    store_release(table, at, sequence + 2)
    return changed


@hot
def write_state(table: Any, line: int, ts_event: int, identity: int) -> None:
    """Publish another trading state or instrument of a line whose prices stay."""
    at = line * LINE_WORDS
    sequence = int(table[at])
    store_release(table, at, sequence + 1)
    fence()
    table[at + TS_EVENT] = ts_event
    table[at + IDENTITY] = identity
    store_release(table, at, sequence + 2)

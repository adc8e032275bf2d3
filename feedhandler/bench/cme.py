"""How many book entries a second: MDP 3.0 template 46 in memory, decoded and applied to books by price.

The packets are made here from a seed: one event each, one to eight entries of one instrument, on ten-deep
books that change as real ones do: mostly near the best price, seven changes of a size for every one and a half
inserts and deletes. Headers of frames and the sequence are not part of it.
"""

import random
from collections.abc import Iterator
from itertools import count
from struct import Struct
from typing import Final

import numpy as np

from feedhandler.bench.kernel import decode_all, decode_and_apply
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.book.pools import Limits, Pools, make_pools
from feedhandler.counter import named, new_counters
from feedhandler.decode import abi
from feedhandler.decode.catalog import feed
from feedhandler.decode.loading import decoder_of
from feedhandler.event import EVENT, KERNEL_EVENT
from feedhandler.records import records

FEED: Final = "cme.mdp3"
SEED: Final = 46
TEMPLATE: Final = 46
DEPTH: Final = 10
TICK: Final = 250_000_000
BATCH: Final = 1024
SENT: Final = 1_710_500_000_000_000_000
_PACKET: Final = Struct("<IQ")


class Ladder:
    """One side of a book as the venue keeps it, and the entries that its changes become."""

    def __init__(
        self, security_id: int, side: int, best: int, step: int, numbers: Iterator[int]
    ) -> None:
        self.security_id = security_id
        self.side = side
        self.step = step  # from a level to the next worse one
        self.prices = [best + step * n for n in range(DEPTH)]
        self.numbers = numbers  # of the instrument's entries, both sides

    def entry(self, action: int, at: int, price: int, size: int) -> tuple[int, ...]:
        """The columns of one entry."""
        return (
            price, size, self.security_id, next(self.numbers), 1 + size % 9, at + 1, action,
            ord("0") + self.side, size,
        )  # fmt: skip

    def fill(self) -> list[tuple[int, ...]]:
        """Insert every level."""
        return [self.entry(0, at, price, 10 + at) for at, price in enumerate(self.prices)]

    def change(self, bits: int, other: "Ladder") -> list[tuple[int, ...]]:
        """A size changes; or a level goes and one comes in behind the last; or there is a new best."""
        size = 1 + (bits & 0xFF)
        at = min(bits >> 8 & 0xF, bits >> 12 & 0xF, DEPTH - 1)
        what = bits >> 16 & 0x7F
        if what < 90 or (what >= 109 and self.prices[0] - self.step == other.prices[0]):
            return [self.entry(1, at, self.prices[at], size)]
        if what < 109:
            gone = self.prices.pop(at)
            self.prices.append(self.prices[-1] + self.step)
            return [self.entry(2, at, gone, 0), self.entry(0, DEPTH - 1, self.prices[-1], size)]
        del self.prices[DEPTH - 1]
        self.prices.insert(0, self.prices[0] - self.step)
        return [self.entry(0, 0, self.prices[0], size)]


def packets(entries: int, instruments: int) -> list[bytes]:
    """About so many entries, in packets of one event."""
    from feedhandler.simulator import mdp3  # noqa: PLC0415 (only where packets are made)

    bits = random.Random(SEED).getrandbits  # noqa: S311 (it makes data, not secrets)
    ladders = [
        (
            Ladder(1000 + n, 0, 20_000 * TICK, -TICK, numbers),
            Ladder(1000 + n, 1, 20_004 * TICK, TICK, numbers),
        )
        for n, numbers in enumerate(count(1) for _ in range(instruments))
    ]
    made: list[bytes] = []

    def send(columns: list[tuple[int, ...]]) -> None:
        packed = [mdp3.LEVEL.pack(*each) for each in columns]
        now = SENT + 1000 * len(made)
        refresh = mdp3.refresh(
            TEMPLATE, now, mdp3.group(mdp3.LEVEL, packed), mdp3.group_8(mdp3.LEVEL_ORDER, [])
        )
        mdp3.mark(refresh, mdp3.END_OF_EVENT | mdp3.LAST_QUOTE)
        made.append(_PACKET.pack(len(made) + 1, now) + refresh)

    for pair in ladders:
        for ladder in pair:
            send(ladder.fill())
    total = 2 * DEPTH * instruments
    while total < entries:
        pair = ladders[bits(16) % instruments]
        wanted = 1 + bits(3)
        columns: list[tuple[int, ...]] = []
        while len(columns) < wanted:
            side = bits(1)
            columns += pair[side].change(bits(24), pair[1 - side])
        send(columns)
        total += len(columns)
    return made


def measure(entries: int, instruments: int, runs: int) -> list[Measurement]:
    """Decode alone, then decode and book."""
    raw = packets(entries, instruments)
    memory = np.frombuffer(b"".join(raw), np.uint8)
    ends = np.cumsum([len(each) for each in raw])
    lengths = np.array([len(each) for each in raw])
    datagrams = np.stack([ends - lengths + memory.ctypes.data, lengths], axis=1).astype(np.int64)
    decode = decoder_of(feed(FEED), "compiled").decode.address
    context = np.zeros(abi.CONTEXT_WORDS, np.int64)
    rows = np.zeros(BATCH + abi.ROWS_PER_DATAGRAM_MAX, EVENT)
    seen = records(rows.view(KERNEL_EVENT))
    where = (decode, int(context.ctypes.data), int(rows.ctypes.data))
    pools: list[Pools] = []
    made = []

    def prepare() -> None:
        pools[:] = [make_pools(Limits(orders=1 << 10, levels=1 << 10), new_counters())]

    total = int(decode_all(datagrams, *where, rows.size))
    wall, cpu = timed(lambda: decode_all(datagrams, *where, rows.size), runs)
    told = memory_text(memory.size)
    shape = {"packets": len(raw), "entries_per_packet": round(total / len(raw), 2)}
    alone = Measurement("cme: template 46, decode", "entry", total, wall, cpu, told, shape)

    def work() -> None:
        made.append(int(decode_and_apply(datagrams, *where, seen, BATCH, pools[0])))

    wall, cpu = timed(work, runs, prepare)
    if made[-1] != total:
        raise AssertionError(made[-1])
    told += "; books stay in the first-level cache or the second"
    both = Measurement(
        "cme: template 46, decode and books by price, ends of event settled",
        "entry", total, wall, cpu, told,
        {**shape, "instruments": instruments, "counters": named(pools[0].counters)},
    )  # fmt: skip
    return [alone, both]

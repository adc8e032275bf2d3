"""What is fuzzed: one class a reader, registered by name. A new reader is one more `@register`.

A target makes its corpus, runs packets by number and names its counts. Feeds come in by themselves: each
feed of the catalog is a target of the same name.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed, feeds
from feedhandler.decode.loading import decoder_of
from feedhandler.event import EVENT
from feedhandler.fuzzing import corpus as corpora
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Mark, Piece
from feedhandler.fuzzing.guard import Guarded
from feedhandler.fuzzing.mutation_kernel import ROOM
from feedhandler.source.dice import stream_base
from feedhandler.wire.kernel import PLACE_WORDS

ROWS_MAX: Final = 2048
DECODER_WORDS: Final = tuple(counter.name.lower() for _, counter in abi.COUNTED)


@dataclass(frozen=True)
class Bench:
    """What every loop works on."""

    base: int
    guard: Guarded
    progress: Any  # int64[1]: the number at work
    tally: Any
    slowest: Any

    @classmethod
    def make(cls, seed: int, name: str, progress: Any) -> "Bench":
        """For one target and seed."""
        base = stream_base(seed, name)
        base -= (base >> 63) << 64  # kernels have signed words
        tally = np.zeros(loops.TALLY_WORDS, np.int64)
        slowest = np.zeros(2, np.int64)
        return cls(base, Guarded(), progress, tally, slowest)


class Target(ABC):
    """One reader; `unit` is what its packets are."""

    unit = "datagrams"

    def __init__(self, name: str, captures: Sequence[str]) -> None:
        self.name = name
        self.corpus = corpora.corpus_of(self.pieces(captures))
        self.dice = np.zeros(2, np.int64)
        self.data = np.zeros(ROOM, np.uint8)

    @property
    def arrays(self) -> tuple[Any, Any, Any, Any, Any]:
        """The dice, the corpus and the room, as kernels take them."""
        return (self.dice, *self.corpus, self.data)

    @abstractmethod
    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """What is damaged."""

    @abstractmethod
    def run(self, bench: Bench, first: int, end: int) -> None:
        """Read packets first .. end - 1."""

    @abstractmethod
    def outcomes(self, tally: Any) -> dict[str, int]:
        """How packets came out, by name."""

    def make(self, base: int, number: int) -> bytes:
        """Packet `number` as the loops make it."""
        length = int(loops.make_one(base, number, *self.arrays))
        return bytes(self.data[:length])


TARGETS: Final[dict[str, Callable[[Sequence[str]], Target]]] = {}


def register(name: str) -> Callable[[type[Target]], type[Target]]:
    """Let a class be the target of this name."""

    def decorate(made: type[Target]) -> type[Target]:
        TARGETS[name] = lambda captures: made(name, captures)
        return made

    return decorate


# --- decoders -------------------------------------------------------------------------------------
class DecoderTarget(Target):
    """`peek` and `decode` of a feed's compiled decoder."""

    def __init__(self, feed: Feed, captures: Sequence[str]) -> None:
        self.feed = feed
        super().__init__(feed.name, captures)
        self.decoder = decoder_of(feed)
        self.context = np.zeros(abi.CONTEXT_WORDS, np.int64)
        self.header = np.zeros(abi.HEADER_WORDS, np.int64)
        self.rows = np.zeros(ROWS_MAX, EVENT)

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Datagrams of the feed with their fields."""
        found = corpora.spread(corpora.datagrams_of(self.feed, captures))
        return [Piece(data, corpora.marks_of(self.feed, data)) for data in found]

    def run(self, bench: Bench, first: int, end: int) -> None:
        """See `run_kernel.run_decoder`."""
        loops.run_decoder(
            bench.base, first, end, bench.guard.end,
            self.decoder.peek.address, self.decoder.decode.address, int(self.header.ctypes.data),
            self.context, int(self.context.ctypes.data), int(self.rows.ctypes.data), ROWS_MAX,
            *self.arrays, bench.progress, bench.tally, bench.slowest,
        )  # fmt: skip

    def outcomes(self, tally: Any) -> dict[str, int]:
        """Of `peek`, of `decode`, and the decoder's own counts."""
        names = {
            "with rows": loops.WITH_ROWS, "without rows": loops.WITHOUT_ROWS,
            "malformed": loops.MALFORMED, "rows full": loops.ROWS_FULL,
            "header read": loops.PEEKED, "header malformed": loops.PEEK_MALFORMED,
            "rows": loops.ROWS,
        }  # fmt: skip
        found = {name: int(tally[word]) for name, word in names.items()}
        counts = tally[loops.WORDS : loops.WORDS + len(DECODER_WORDS)].tolist()
        return found | dict(zip(DECODER_WORDS, counts, strict=True))


def register_feeds() -> None:
    """Make every feed of the catalog a target."""

    def maker(feed: Feed) -> Callable[[Sequence[str]], Target]:
        return lambda captures: DecoderTarget(feed, captures)

    for feed in feeds():
        TARGETS[feed.name] = maker(feed)


register_feeds()


# --- wire -----------------------------------------------------------------------------------------
ETHERNET: Final = bytes.fromhex("01005e000001020000000001")
TYPES: Final = {"ip": b"\x08\x00", "tag": b"\x81\x00\x00\x05", "qinq": b"\x88\xa8\x00\x05"}
IP: Final = bytes.fromhex(
    "4500002400004000401100000a000001ef0000010009676d001000005041594c4f414421"
)
IP_OPTIONS: Final = b"\x46" + IP[1:3] + b"\x28" + IP[4:20] + b"\x94\x04\x00\x00" + IP[20:]
# Fields of IPv4 and UDP: offset, size; those that lead a reader on.
IP_FIELDS: Final = ((0, 1, True), (2, 2, True), (6, 2, True), (9, 1, True), (16, 4, False),
    (22, 2, False), (24, 2, True), (26, 2, False))  # fmt: skip


def framed(head: bytes, link: int) -> Piece:
    """An IPv4 datagram behind a link header."""
    at = len(head)
    fields = [Mark(at + offset, size, big=True, leading=leads) for offset, size, leads in IP_FIELDS]
    types = [Mark(offset, 2, big=True, leading=True) for offset in range(max(at - 10, 0), at, 2)]
    return Piece(head + IP, [*types, *fields], link)


@register("wire")
class WireTarget(Target):
    """`locate` over frames of every link type."""

    unit = "frames"

    def __init__(self, name: str, captures: Sequence[str]) -> None:
        super().__init__(name, captures)
        self.where = np.zeros(PLACE_WORDS, np.int64)

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Frames made here, and those of captures."""
        ip, tag, qinq = TYPES.values()
        made = [
            *(framed(ETHERNET + tags + ip, 1) for tags in (b"", tag, qinq + tag, tag * 3, tag * 4)),
            framed(b"", 101), framed(b"", 228),
            framed(b"\x02\0\0\0", 0), framed(b"\0\0\0\x02", 0), framed(b"\0\0\0\x02", 108),
            framed(bytes(14) + ip, 113), framed(bytes(14) + tag + ip, 113),
            framed(ip + bytes(18), 276), framed(b"", 65_536), framed(b"", 7),
            Piece(ETHERNET + ip + IP_OPTIONS, [Mark(14, 1, leading=True)], 1),
        ]  # fmt: skip
        feed = feeds()[0]
        seen = corpora.spread(list(corpora.captured(captures, feed)))
        made += [Piece(each.data, corpora.words_of(each.data[:64], 2), each.link) for each in seen]
        return made

    def run(self, bench: Bench, first: int, end: int) -> None:
        """See `run_kernel.run_locate`."""
        loops.run_locate(
            bench.base, first, end, bench.guard.end, self.where,
            *self.arrays, bench.progress, bench.tally, bench.slowest,
        )  # fmt: skip

    def outcomes(self, tally: Any) -> dict[str, int]:
        """Found, or the reason why not."""
        reasons = range(Counter.NOT_IP, Counter.UNKNOWN_LINK + 1)
        found = {"found": int(tally[loops.OWN])}
        return found | {Counter(n).name.lower(): int(tally[loops.OWN + n]) for n in reasons}


def make_target(name: str, captures: Sequence[str] = ()) -> Target:
    """The target of this name."""
    return TARGETS[name](captures)


def counted(target: Target, tally: Any) -> Mapping[str, int]:
    """All counts of a run, those of its own kind last."""
    return {
        target.unit: int(tally[loops.PACKETS]),
        "bytes": int(tally[loops.BYTES]),
        "violations": int(tally[loops.VIOLATIONS]),
        **target.outcomes(tally),
    }

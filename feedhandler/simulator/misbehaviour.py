"""What a simulated server does wrong, from a seed: the same seed does the same wrong things.

    drop=0.1        of replies never leave the server (datagrams only)
    duplicate=0.05  of replies are sent twice (datagrams only)
    short=0.2       of replies bring only a part of what fits (datagrams only)
    refuse=0.1      of requests and logins are refused
    cut=0.01        of writes are the last: the connection closes in the middle (streams only)
    slow=5ms        each reply is so much later
    hollow=0.1      of snapshots hold nothing
    damaged=0.1     of snapshots hold a message that is cut short, empty or unknown
    doubled=0.1     of snapshots tell a message twice
    large=0.1       of snapshots have no end that anybody would wait for
    lag=5ms         what a server knows is so old
    lead=5ms        or so far ahead of the lines
    reorder=2ms     and up to so much later again, so that replies overtake each other (datagrams only)

Streams are always written in pieces of seeded sizes: TCP promises no others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final

Timed = tuple[int, bytes]  # when, what; no bytes: the connection is closed

UNITS_NS: Final = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
DICE_BITS: Final = 24
PIECE_MAX: Final = 1460  # bytes of a write


class MisbehaviourError(ValueError):
    """A text that names no misbehaviour; it says which do."""


@dataclass(frozen=True)
class Misbehaviour:
    """Shares of replies, and times in ns."""

    drop: float = 0
    duplicate: float = 0
    short: float = 0
    refuse: float = 0
    cut: float = 0
    hollow: float = 0
    damaged: float = 0
    doubled: float = 0
    large: float = 0
    slow: int = 0
    lag: int = 0
    lead: int = 0
    reorder: int = 0

    @classmethod
    def parse(cls, text: str) -> "Misbehaviour":
        """Read `drop=0.1,slow=5ms`; an empty text is good behaviour."""
        known = {each.name: each.type for each in fields(cls)}
        given: dict[str, float | int] = {}
        for part in filter(None, text.split(",")):
            name, _, value = part.strip().partition("=")
            if name not in known:
                raise MisbehaviourError(f"{name!r}: one of {', '.join(known)}")
            given[name] = _time_ns(part, value) if known[name] is int else _share(part, value)
        return cls(**given)  # type: ignore[arg-type]


def _share(part: str, value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise MisbehaviourError(f"{part!r}: a share is between 0 and 1")
    return share


def _time_ns(part: str, value: str) -> int:
    number = value.rstrip("nums")
    unit = value[len(number) :]
    if not number.isdigit() or unit not in UNITS_NS:
        raise MisbehaviourError(f"{part!r}: a time is a number and one of {', '.join(UNITS_NS)}")
    return int(number) * UNITS_NS[unit]


class Dice:
    """Decides, from a source of random bits, what goes wrong next."""

    def __init__(self, wrong: Misbehaviour, bits: Callable[[int], int]) -> None:
        self.wrong = wrong
        self._bits = bits

    def falls(self, share: float) -> bool:
        """Whether a thing of this share of cases happens now."""
        return share > 0 and self._bits(DICE_BITS) < share * (1 << DICE_BITS)

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        return self._bits(32) * limit >> 32

    def datagrams(self, reply: bytes, now_ns: int) -> list[Timed]:
        """When a reply leaves: never, once or twice."""
        wrong = self.wrong
        if self.falls(wrong.drop):
            return []
        copies = 2 if self.falls(wrong.duplicate) else 1
        return [
            (now_ns + wrong.slow + (self.below(wrong.reorder) if wrong.reorder else 0), reply)
            for _ in range(copies)
        ]

    def pieces(self, stream: bytes, now_ns: int) -> Iterator[Timed]:
        """Cut a stream into writes; perhaps the connection, too."""
        at = 0
        while at < len(stream):
            size = 1 + self.below(PIECE_MAX)
            now_ns += self.wrong.slow
            yield now_ns, stream[at : at + size]
            if self.falls(self.wrong.cut):
                yield now_ns, b""
                return
            at += size

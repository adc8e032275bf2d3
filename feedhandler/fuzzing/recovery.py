"""Replies of recovery servers, damaged: every back end hears them, in pieces, and may not stumble.

A back end promises that each range ends in exactly one `Done` or one `Failed`, and that it hands on nothing
that was not asked for: no message outside the range, whatever the other side says.
"""

import struct
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any, Final

from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Mark, Piece
from feedhandler.fuzzing.mutation_kernel import EXTRA
from feedhandler.fuzzing.targets import Bench, Target, register
from feedhandler.session.backend import Backend, Done, Failed, Inject, Peer, Snapshot, Transport
from feedhandler.session.glimpse import Glimpse, SnapshotLimits
from feedhandler.session.moldudp64_request import MoldRequest, RequestLimits
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings

SESSION: Final = b"SESSION001"
FIRST: Final = 5  # the range that is asked for
COUNT: Final = 20
SECOND: Final = 1_000_000_000
OTHERS: Final = 16  # one reply in so many
TICKS_MAX: Final = 200  # until a range must have ended
UDP: Final = Peer(Transport.UDP, "192.0.2.1", 26400)
TCP: Final = Peer(Transport.TCP, "192.0.2.1", 18001)
SOUP: Final = SoupSettings(TCP, "USER", "SECRET")


def backends() -> dict[str, Backend]:
    """One of each, with few attempts, so that all come to an end."""
    return {
        "moldudp64": MoldRequest([UDP], SESSION, RequestLimits(attempts_max=2)),
        "soupbintcp": SoupReplay(SOUP, SESSION, ReplayLimits(attempts_max=1)),
        "glimpse": Glimpse(SOUP, SnapshotLimits(attempts_max=1, bytes_max=1 << 16)),
        "tcp_replay": CmeTcpReplay(ReplaySettings(TCP, "USER", "SECRET", 310, attempts_max=1)),
    }


class BrokenPromiseError(AssertionError):
    """A back end did what it must not."""


def hear(backend: Backend, data: bytes) -> str:
    """Let a back end hear these bytes; how its range ended. The first byte tells how they are cut."""
    peer = UDP if backend.method == "moldudp64" else TCP
    now_ns = SECOND
    ends = ends_of(backend, backend.begin(FIRST, COUNT, now_ns))
    step = max(data[0] if data else 1, 1)
    for at in range(1, len(data), step):
        now_ns += 1000
        ends += ends_of(backend, backend.take(peer, data[at : at + step], now_ns))
    for _ in range(TICKS_MAX):
        if ends:
            break
        now_ns += SECOND
        ends += ends_of(backend, backend.tick(now_ns))
    if len(ends) != 1:
        raise BrokenPromiseError(f"{backend.method}: the range ended {len(ends)} times")
    return ends[0]


def ends_of(backend: Backend, actions: Sequence[Any]) -> list[str]:
    """The ends of ranges among actions; the others are looked at."""
    for action in actions:
        if isinstance(action, Done) and action.count > COUNT:
            raise BrokenPromiseError(f"{action} for {COUNT} units")
        if isinstance(action, Snapshot) and action.next_sequence < 0:
            raise BrokenPromiseError(f"{action}")
        if isinstance(action, Inject) and backend.method != "tcp_replay":
            check_injected(action.payload)
    return [type(each).__name__.lower() for each in actions if isinstance(each, Done | Failed)]


def check_injected(payload: bytes) -> None:
    """A datagram of the session that was asked for."""
    if payload[:10] != SESSION or len(payload) < 20:
        raise BrokenPromiseError(f"injected {payload[:20].hex()}")


# --- what servers say -----------------------------------------------------------------------------
def mold(first: int, count: int) -> bytes:
    """A MoldUDP64 reply of messages of four bytes."""
    blocks = b"".join(b"\0\4" + b"%04d" % number for number in range(first, first + count))
    return SESSION + struct.pack(">QH", first, count) + blocks


def soup(kind: bytes, payload: bytes = b"") -> bytes:
    """A SoupBinTCP packet."""
    return (len(payload) + 1).to_bytes(2, "big") + kind + payload


def stream(first: int, count: int) -> bytes:
    """A SoupBinTCP session: accepted, messages, a heartbeat, the end."""
    accepted = soup(b"A", SESSION + b"%20d" % first)
    messages = b"".join(soup(b"S", b"A%04d" % number) for number in range(count))
    return accepted + messages + soup(b"H") + soup(b"Z")


def spin(count: int, next_sequence: int) -> bytes:
    """A GLIMPSE snapshot."""
    accepted = soup(b"A", SESSION + b"%20d" % 1)
    messages = b"".join(soup(b"S", b"A%04d" % number) for number in range(count))
    return accepted + messages + soup(b"S", b"G%20d" % next_sequence) + soup(b"Z")


def replayed(first: int, count: int) -> bytes:
    """A CME TCP replay: login, packets behind their lengths, logout."""

    def packet(sequence: int, template: int, body: bytes) -> bytes:
        head = struct.pack("<IQHHHHH", sequence, 1, 10 + len(body), len(body), template, 1, 13)
        return struct.pack("<H", len(head + body)) + head + body

    packets = [packet(number, 46, bytes(10)) for number in range(first, first + count)]
    logout = packet(2, 16, b"no more".ljust(180, b"\0"))
    return packet(1, 15, b"\x1e") + b"".join(packets) + packet(1, 12, b"") + logout


def said() -> list[tuple[str, bytes]]:
    """For each back end whole replies, by the byte how they are cut and the bytes."""
    replies = {
        "moldudp64": [mold(FIRST, COUNT), mold(FIRST, 3), mold(1, 40), mold(FIRST, 0),
            SESSION + b"\0" * 8 + b"\xff" * 2],
        "soupbintcp": [stream(FIRST, COUNT), stream(FIRST, 3), stream(1, 60), soup(b"J", b"A")],
        "glimpse": [spin(30, FIRST + COUNT), spin(3, 2), spin(0, 1000), soup(b"J", b"S")],
        "tcp_replay": [replayed(FIRST, COUNT), replayed(FIRST, 3), replayed(1, 40)],
    }  # fmt: skip
    steps = {"moldudp64": (255,)}  # datagrams are not cut
    return [
        (name, bytes([step]) + reply)
        for name, each in replies.items()
        for reply in each
        for step in steps.get(name, (255, 20, 1))
    ]


def words(data: bytes) -> list[Mark]:
    """Lengths, types and digits: every byte, pair and eight that may be one."""
    marks = [Mark(at, 2, big=True, leading=True) for at in range(1, len(data) - 1)]
    return [*marks, *(Mark(at, 8, big=True) for at in range(1, len(data) - 7, 4)), Mark(0, 1)]


@register("recovery")
class RecoveryTarget(Target):
    """All back ends over damaged replies; they are Python, so this one is slower than the others."""

    unit = "replies"

    def __init__(self, name: str, captures: Sequence[str]) -> None:
        super().__init__(name, captures)
        self.names = list(backends())
        self.ends: Tally[str] = Tally()

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Replies that are in order."""
        del captures
        names = list(backends())
        return [Piece(data, words(data), names.index(name)) for name, data in said()]

    def run(self, bench: Bench, first: int, end: int) -> None:
        """Each reply to the back end that it is for, and now and then to another one."""
        for number in range(first, end):
            bench.progress[0] = number
            data = self.make(bench.base, number)
            bench.tally[loops.PACKETS] += 1
            bench.tally[loops.BYTES] += len(data)
            own = int(self.corpus.packets[self.dice[1], EXTRA])
            chosen = number % len(self.names) if number % OTHERS == 0 else own
            name = self.names[chosen]
            try:
                self.ends[f"{name} {hear(backends()[name], data)}"] += 1
            except BrokenPromiseError:
                if not bench.tally[loops.VIOLATIONS]:
                    bench.tally[loops.FIRST_VIOLATION] = number
                bench.tally[loops.VIOLATIONS] += 1

    def outcomes(self, tally: Any) -> dict[str, int]:
        """How ranges ended, by back end."""
        del tally
        return dict(sorted(self.ends.items()))


def check_recovery(data: bytes) -> None:
    """Every back end over any bytes, for the guided search."""
    for backend in backends().values():
        hear(backend, data)

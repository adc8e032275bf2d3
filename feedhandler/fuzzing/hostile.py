"""Recovery servers that say what they must not: their own replies, damaged on the way out.

Two ways. `any`: bytes as a cable or an attacker would change them, by the mutation of all other targets; what comes
out may read as other messages than were sent, so a book may be wrong in good faith, but never broken. `framing`:
everything but the content of messages is changed (lengths, types, numbers that are checked, ends, order, repetition),
and messages are cut or made unknown; whatever is still believed must be true. None is emptied: a message of length
zero is legal, so it would be another message, which nobody can tell from the one that was sent.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Mark, Piece, corpus_of
from feedhandler.fuzzing.mutation_kernel import ROOM
from feedhandler.simulator.misbehaviour import Timed
from feedhandler.simulator.servers import DatagramServer, Servers, StreamServer, Talk
from feedhandler.simulator.soup_server import packet

MOLD_HEADER: Final = 20
MARKED: Final = 96  # bytes of a reply of which every word may be a field
UNKNOWN: Final = b"\x00\x01\x7f\xff"
MUTE: Final = 8  # connections, of which one is
KINDS: Final = b"ASJUHZ+LRO\x00\xff"

Damage = Callable[[bytes, random.Random], list[bytes]]


# --- any bytes ------------------------------------------------------------------------------------
def any_bytes(reply: bytes, rng: random.Random) -> list[bytes]:
    """A reply as the other targets damage packets."""
    marks = [Mark(at, 2, big=True, leading=True) for at in range(min(len(reply) - 1, MARKED))]
    corpus = corpus_of([Piece(reply[:ROOM], marks)])
    data = np.zeros(ROOM, np.uint8)
    dice = np.zeros(2, np.int64)
    length = int(loops.make_one(rng.getrandbits(62), rng.getrandbits(31), dice, *corpus, data))
    return [bytes(data[:length])]


# --- framing: MoldUDP64 ---------------------------------------------------------------------------
def mold_framing(reply: bytes, rng: random.Random) -> list[bytes]:
    """A re-request reply of which no message is another one than was sent."""
    head, blocks = reply[:MOLD_HEADER], blocks_of(reply)
    match rng.randrange(8):
        case 0:
            return [reply[: rng.randrange(len(reply))]]
        case 1:
            return [reply + rng.randbytes(1 + rng.randrange(9))]
        case 2:
            at = rng.randrange(10)  # another session
            return [head[:at] + bytes([head[at] ^ 1 + rng.randrange(255)]) + reply[at + 1 :]]
        case 3:
            count = rng.choice((0, 1, len(blocks) + 1, 0xFFFF, rng.randrange(1 << 16)))
            wrong = count if count != len(blocks) else count + 1
            return [head[:18] + wrong.to_bytes(2, "big") + reply[MOLD_HEADER:]]
        case 4:
            return [reply] * rng.randrange(4)
        case 5 if blocks:
            return [mold(head, blocks[: rng.randrange(len(blocks))])]  # only a part, or nothing
        case _ if blocks:
            at = rng.randrange(len(blocks))
            blocks[at] = spoiled(blocks[at], rng)
            return [mold(head, blocks)]
    return [reply]


def blocks_of(reply: bytes) -> list[bytes]:
    """The messages of a MoldUDP64 packet."""
    at, blocks = MOLD_HEADER, []
    while at + 2 <= len(reply):
        end = at + 2 + int.from_bytes(reply[at : at + 2], "big")
        blocks.append(reply[at + 2 : end])
        at = end
    return blocks


def mold(head: bytes, blocks: Sequence[bytes]) -> bytes:
    """A MoldUDP64 packet of these messages, its count true."""
    framed = b"".join(len(block).to_bytes(2, "big") + block for block in blocks)
    return head[:18] + len(blocks).to_bytes(2, "big") + framed


def spoiled(message: bytes, rng: random.Random) -> bytes:
    """A message that cannot be read."""
    if len(message) > 1 and rng.randrange(2):
        return message[: rng.randrange(1, len(message))]
    return bytes([rng.choice(UNKNOWN)]) + message[1:]


# --- framing: SoupBinTCP --------------------------------------------------------------------------
def soup_framing(stream: bytes, rng: random.Random) -> list[bytes]:
    """A part of a stream of which no message is another one than was sent; none: the connection breaks.

    Messages have no numbers, so nothing can come behind one that was left out: it would pass for that one.
    """
    packets = packets_of(stream)
    if not packets:
        return [stream]
    at = rng.randrange(len(packets))
    before, behind = b"".join(packets[:at]), b"".join(packets[at:])
    kind, payload = packets[at][2:3], packets[at][3:]
    match rng.randrange(7):
        case 0:
            return [stream[: rng.randrange(len(stream))], b""]
        case 1:
            junk = rng.randbytes(rng.randrange(1, 9))
            return [before + junk[:2] + b"\xff" * (len(junk) > 2) + junk[3:] + behind]
        case 2:
            return [before + packet(b"H") * rng.randrange(4) + behind]
        case 3:
            return [before + packet(b"J", rng.choice((b"A", b"S", b"", b"?"))), b""]
        case 4 | 5 if payload and kind == b"S":
            worse = b"Gx" if payload[:1] == b"G" else spoiled(payload, rng)
            return [before + packet(kind, worse) + behind[len(packets[at]) :]]
    return [before + other_packet(kind, payload, rng), b""]


def other_packet(kind: bytes, payload: bytes, rng: random.Random) -> bytes:
    """A logical packet that is no longer what it was, and no other message."""
    match rng.randrange(3):
        case 0:
            return rng.randbytes(2) + kind + payload  # a length that lies
        case 1 if kind == b"A":
            return packet(kind, rng.choice((b"", payload[:10], b" " * 30, b"9" * 30)))
    other = bytes([rng.choice(KINDS)])
    hollow = other == b"S" and not payload  # a message of length zero
    return packet(b"H" if other == kind or hollow else other, payload)


def without_messages(stream: bytes) -> bytes:
    """The rest of a stream that stays alive and says nothing."""
    return b"".join(each for each in packets_of(stream) if each[2:3] != b"S")


def packets_of(stream: bytes) -> list[bytes]:
    """The logical packets of a part of a stream."""
    at, packets = 0, []
    while at + 2 <= len(stream):
        end = at + 2 + int.from_bytes(stream[at : at + 2], "big")
        packets.append(stream[at:end])
        at = end
    return packets


# --- servers --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Hostility:
    """How often, and how, replies are damaged."""

    rng: random.Random
    datagrams: Damage
    streams: Damage
    one_in: int  # replies

    def of(self, timed: Iterable[Timed], damage: Damage) -> list[Timed]:
        """Replies as they leave."""
        sent: list[Timed] = []
        for at_ns, data in timed:
            struck = data and self.rng.randrange(self.one_in) == 0
            each = damage(data, self.rng) if struck else [data]
            sent += [(at_ns, part) for part in each]
        return sent


@dataclass
class HostileDatagrams:
    """A server of datagrams."""

    inner: DatagramServer
    hostility: Hostility

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Answer, badly."""
        return self.hostility.of(self.inner.take(data, now_ns), self.hostility.datagrams)


@dataclass
class HostileTalk:
    """A connection."""

    inner: Talk
    hostility: Hostility
    mute: bool  # it stays alive, and brings no message
    over: bool = False

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Answer, badly."""
        return self._say(self.inner.take(data, now_ns))

    def tick(self, now_ns: int) -> list[Timed]:
        """Go on, badly."""
        return self._say(self.inner.tick(now_ns))

    def _say(self, timed: list[Timed]) -> list[Timed]:
        """All that is said at once is one reply, so that its packets are whole when they are damaged."""
        self.over = self.inner.over
        whole = b"".join(data for _, data in timed)
        if self.mute and timed:
            return [(timed[-1][0], without_messages(whole))]
        if not timed or not whole:
            return timed
        ends = [(timed[-1][0], b"")] if not timed[-1][1] else []
        told = self.hostility.of([(timed[-1][0], whole)], self.hostility.streams)
        self.over = self.over or any(not data for _, data in told)
        return [
            *(each for each in told if each[1]),
            *(ends or [each for each in told if not each[1]]),
        ]


@dataclass
class HostileStreams:
    """A server of connections."""

    inner: StreamServer
    hostility: Hostility

    def connect(self, now_ns: int) -> HostileTalk:
        """Accept."""
        mute = self.hostility.rng.randrange(MUTE) == 0
        return HostileTalk(self.inner.connect(now_ns), self.hostility, mute)


def hostile(servers: Servers, hostility: Hostility) -> Servers:
    """The same servers, saying what they must not."""
    datagram: Mapping[str, DatagramServer] = {
        name: HostileDatagrams(each, hostility) for name, each in servers.datagram.items()
    }
    stream: Mapping[str, StreamServer] = {
        name: HostileStreams(each, hostility) for name, each in servers.stream.items()
    }
    return replace(servers, datagram=datagram, stream=stream)

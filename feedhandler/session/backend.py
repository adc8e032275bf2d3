"""Ways to get lost units back, behind one interface: bytes and the time go in, actions come out.

Theory of operation. A gap is given to a back end by `begin`. What it wants done it returns, as a list of the
actions below, in order; whoever holds the sockets carries them out and brings back what the other side said
(`take`) and that time has passed (`tick`). A back end has no socket, no clock and no log, so the same bytes at
the same times always give the same actions.

- Several ranges may be under way at once. Each ends in exactly one `Done` or one `Failed`.
- `Inject` is a datagram of the channel, as if one more line had brought it: it passes arbitration, which drops
  what is there already.
- `Done` may cover less than was asked (a snapshot older than the end of the gap): the rest was not recovered,
  and is the caller's to ask for again.
- `take` with no bytes means that a TCP peer has closed, refused or never answered. (A UDP datagram without
  bytes says nothing, and is not handed on.)
- `Send` before the connection stands is kept and sent when it does, so `Connect` and `Send` go together.
- `Wake` asks for a `tick` at that time. The earliest one holds; a tick that is early or late does no harm, and
  while there is something to wait for, each tick asks for the next.
- Time never goes back from call to call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

CLOSED: Final = "connection closed"  # by the other side, in good order


class Transport(Enum):
    """How a peer is spoken to."""

    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True)
class Peer:
    """The other side: a server and how to reach it, by IPv4 address in numbers."""

    transport: Transport
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.transport.value}:{self.host}:{self.port}"


@dataclass(frozen=True)
class Send:
    """Send these bytes: a datagram, or the next bytes of a stream."""

    peer: Peer
    data: bytes


@dataclass(frozen=True)
class Connect:
    """Open a stream to this peer; one that is open already is closed before."""

    peer: Peer


@dataclass(frozen=True)
class Close:
    """Close the stream when what was given to send has gone out; nothing of it is taken any more."""

    peer: Peer


@dataclass(frozen=True)
class Inject:
    """Take this datagram as one of the channel's."""

    payload: bytes


@dataclass(frozen=True)
class Snapshot:
    """The state of the channel's books as messages; the stream goes on at `next_sequence`."""

    messages: tuple[bytes, ...]
    next_sequence: int


@dataclass(frozen=True)
class Done:
    """Units first .. first + count - 1 were injected, or are part of the snapshot."""

    first: int
    count: int


@dataclass(frozen=True)
class Failed:
    """A range that this back end will not bring, wholly or in part, and why."""

    reason: str
    first: int = 0
    count: int = 0


@dataclass(frozen=True)
class Wake:
    """Call `tick` at this time, ns."""

    at_ns: int


Action = Send | Connect | Close | Inject | Snapshot | Done | Failed | Wake


class Backend(Protocol):
    """A way to get lost units back."""

    method: str  # as the gap table names it

    @property
    def peers(self) -> Sequence[Peer]:
        """The servers that it asks."""

    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Recover units first .. first + count - 1."""

    def take(self, peer: Peer, data: bytes, now_ns: int, why: str = CLOSED) -> list[Action]:
        """Hear what a peer said; no bytes: the peer is gone, and why."""

    def tick(self, now_ns: int) -> list[Action]:
        """See that time has passed."""

    def stop(self, now_ns: int) -> list[Action]:
        """Give up whatever is under way, in silence: the channel was reset, or has another session."""

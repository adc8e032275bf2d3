"""The recovery servers of a simulated venue, made from the same arguments as its feed: same seed, same day.

    with itch_servers(messages=20_000, seed=7) ...   re-request (UDP), stream and snapshot (SoupBinTCP)
    mdp3_servers(messages=5_000, seed=7)             TCP replay

They hold no socket: `sockets.VenueSockets` puts them on the loopback, `in_process.InProcessDriver` talks to
them in simulated time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from feedhandler.simulator import venue
from feedhandler.simulator.misbehaviour import Dice, Misbehaviour, Timed
from feedhandler.simulator.replay_server import ReplayServer
from feedhandler.simulator.request_server import RequestServer
from feedhandler.simulator.simulation import Simulation, bits_of, simulate
from feedhandler.simulator.soup_server import SnapshotService, SoupServer, StreamService

MOLD_HEADER: Final = 20


class DatagramServer(Protocol):
    """Answers datagrams."""

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Answer one."""


class Talk(Protocol):
    """A connection, seen from the server."""

    over: bool

    def take(self, data: bytes, now_ns: int) -> list[Timed]:
        """Hear the client; no bytes: it is gone."""

    def tick(self, now_ns: int) -> list[Timed]:
        """See that time has passed."""


class StreamServer(Protocol):
    """Accepts connections."""

    def connect(self, now_ns: int) -> Talk:
        """Accept one."""


@dataclass(frozen=True)
class Servers:
    """The servers of a venue by name, and what they know."""

    session: bytes
    datagram: Mapping[str, DatagramServer]
    stream: Mapping[str, StreamServer]
    advance: Callable[[int], None]  # all know the units up to this number, and none behind it
    units: int


def itch_servers(
    *,
    misbehaviour: Misbehaviour | None = None,
    seed: int = 1,
    **arguments: Any,
) -> Servers:
    """Servers "request", "stream" and "snapshot" of the ITCH day that `simulate` makes of this."""
    session, messages = itch_log(simulate(venue.ITCH, seed=seed, **arguments))
    request = RequestServer(session, messages, bits_of(seed + 2), misbehaviour)
    stream = StreamService(session, messages)
    snapshot = SnapshotService(messages, Dice(misbehaviour or Misbehaviour(), bits_of(seed + 5)))

    def advance(known: int) -> None:
        request.known = stream.known = snapshot.known = min(known, len(messages))

    return Servers(
        session,
        {"request": request},
        {
            "stream": SoupServer(stream, bits_of(seed + 3), misbehaviour),
            "snapshot": SoupServer(snapshot, bits_of(seed + 4), misbehaviour),
        },
        advance,
        len(messages),
    )


def mdp3_servers(
    *,
    misbehaviour: Misbehaviour | None = None,
    seed: int = 1,
    **arguments: Any,
) -> Servers:
    """Server "replay" of the CME day that `simulate` makes of this."""
    simulation = simulate(venue.MDP3, seed=seed, **arguments)
    every = {
        int.from_bytes(payload[:4], "little"): payload
        for _, role, payload in simulation.datagrams()
        if role == "incremental"
    }
    packets = dict(every)

    def advance(known: int) -> None:
        packets.clear()
        packets.update({number: each for number, each in every.items() if number <= known})

    server = ReplayServer(packets, venue.MDP3_CHANNEL, bits_of(seed + 2), misbehaviour)
    return Servers(b"", {}, {"replay": server}, advance, len(every))


def itch_log(simulation: Simulation) -> tuple[bytes, list[bytes]]:
    """The session's name, and every message of the day."""
    session = b""
    messages: list[bytes] = []
    for _, _, payload in simulation.datagrams():
        session = payload[:10]
        at = MOLD_HEADER
        for _ in range(int.from_bytes(payload[18:20], "big") % 0xFFFF):
            end = at + 2 + int.from_bytes(payload[at : at + 2], "big")
            messages.append(payload[at + 2 : end])
            at = end
    return session, messages

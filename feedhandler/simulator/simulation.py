"""One simulated feed from a seed: frames by time, and the truth about them when all are out."""

import random
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from feedhandler.simulator import venue
from feedhandler.simulator.frames import Frame, Network
from feedhandler.simulator.itch_day import ItchDay
from feedhandler.simulator.mdp3_day import SNAPSHOT_NS, Mdp3Day
from feedhandler.simulator.moldudp64 import SESSION_BYTES, MoldSender

MIDNIGHT_NEW_YORK: Final = 1_710_475_200_000_000_000  # 2024-03-15 00:00 EDT
SESSION_ALPHABET: Final = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
FEEDS: Final = (venue.ITCH, venue.MDP3)

Datagram = tuple[int, str, bytes]  # ns since 1970 UTC, role of the channel, payload


class SimulationError(ValueError):
    """A simulation that cannot be made; the text says why."""


class _Script(Protocol):
    """What each feed brings: its datagrams, then what is true of them."""

    def datagrams(self) -> Iterator[Datagram]:
        """Yield them by time."""

    def truth(self) -> dict[str, Any]:
        """Tell counts and final books."""


class Simulation(Iterator[Frame]):
    """Iterate for the frames; ask `truth()` when they are all out."""

    def __init__(self, script: _Script, network: Network) -> None:
        self._script = script
        self._network = network
        self._frames = self._run()

    def __next__(self) -> Frame:
        """Give the next frame: ns since 1970 UTC, line, bytes."""
        return next(self._frames)

    def _run(self) -> Iterator[Frame]:
        for now, role, payload in self._script.datagrams():
            yield from self._network.send(now, role, payload)
        yield from self._network.flush()

    def datagrams(self) -> Iterator[Datagram]:
        """Yield datagrams instead of frames: each once, without headers."""
        return self._script.datagrams()

    def truth(self) -> dict[str, Any]:
        """Tell what a handler must find: frames by line, counts of messages, the final books."""
        return {"frames": dict(self._network.frames), **self._script.truth()}


def simulate(
    feed: str,
    *,
    messages: int,
    seed: int,
    instruments: int = 8,
    lines: str = "AB",
    vlan: int | None = None,
    channel_reset: bool = False,
    long_quantity: bool = False,
    snapshot_ns: int = SNAPSHOT_NS,
) -> Simulation:
    """Make a feed of about so many messages; the same arguments give the same bytes everywhere.

    `snapshot_ns`: CME, between the packets of each snapshot loop.
    """
    if feed not in FEEDS:
        message = f"cannot simulate {feed!r}; feeds: {', '.join(FEEDS)}"
        raise SimulationError(message)
    _check_size(messages, instruments)
    if lines not in {"A", "B", "AB"}:
        message = f"lines must be A, B or AB: {lines!r}"
        raise SimulationError(message)
    if vlan is not None and not 1 <= vlan <= 4094:
        message = f"vlan must be 1 to 4094: {vlan}"
        raise SimulationError(message)
    if snapshot_ns < 1:
        message = f"snapshot_ns must be positive: {snapshot_ns}"
        raise SimulationError(message)
    bits, network_bits = bits_of(seed), bits_of(seed + 1)
    script: _Script
    if feed == venue.ITCH:
        script = _Itch(instruments, messages, bits)
        groups = venue.groups(feed, 1)
    else:
        listed = venue.contracts(instruments, long_quantity=long_quantity)
        script = Mdp3Day(listed, messages, bits, reset=channel_reset, snapshot_ns=snapshot_ns)
        groups = venue.groups(feed, venue.MDP3_CHANNEL)
    return Simulation(script, Network(groups, lines, vlan, network_bits))


def _check_size(messages: int, instruments: int) -> None:
    if messages < 1:
        message = f"messages must be positive: {messages}"
        raise SimulationError(message)
    if not 1 <= instruments <= venue.INSTRUMENTS_MAX:
        message = f"instruments must be 1 to {venue.INSTRUMENTS_MAX}: {instruments}"
        raise SimulationError(message)


def bits_of(seed: int) -> Callable[[int], int]:
    """Give a source of random bits; its sequence is the same in every Python."""
    return random.Random(seed).getrandbits  # noqa: S311 - no secrets here


def itch_day(*, messages: int, seed: int, instruments: int = 8) -> ItchDay:
    """Make the day without its packets, for a BinaryFILE."""
    _check_size(messages, instruments)
    return ItchDay(venue.stocks(instruments), messages, bits_of(seed))


class _Itch:
    """ITCH 5.0 over MoldUDP64."""

    def __init__(self, instruments: int, messages: int, bits: Callable[[int], int]) -> None:
        name = bytes(SESSION_ALPHABET[bits(5)] for _ in range(SESSION_BYTES))
        self._day = ItchDay(venue.stocks(instruments), messages, bits)
        self._mold = MoldSender(name, bits)

    def datagrams(self) -> Iterator[Datagram]:
        """Yield packets of the day."""
        day, mold = self._day, self._mold
        now = 0
        for now in day.run():
            for at, payload in mold.add(now, day.drain()):
                yield MIDNIGHT_NEW_YORK + at, "incremental", payload
        for at, payload in mold.end(now):
            yield MIDNIGHT_NEW_YORK + at, "incremental", payload

    def truth(self) -> dict[str, Any]:
        """Tell counts by message type and, for each locate, levels and orders."""
        return {
            "session": self._mold.session.decode(),
            "packets": {"incremental": self._mold.packets},
            **self._day.truth(),
        }

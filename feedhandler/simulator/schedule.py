"""One schedule: a market, what goes wrong with it, and a run that is judged (`judge.py`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from feedhandler.book.pools import Limits
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.replaying import faulty
from feedhandler.simulator import simulation, venue
from feedhandler.simulator.capture import Recorded
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.judge import Judge, Outcome
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.retransmission import Retransmission
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.timeline import Timeline
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.frames import frames as frames_of
from feedhandler.source.source import Source
from feedhandler.wire.checksum import Checked

if TYPE_CHECKING:
    from feedhandler.simulator.frames import Frame

LIMITS: Final = Limits(books=512, orders=1 << 13, levels=1 << 12)


@dataclass(frozen=True)
class Kindred:
    """A kind of markets: the feed, and how it is simulated."""

    name: str
    feed: str
    request: bool = False  # what does not come is asked for again
    arguments: dict[str, Any] = field(default_factory=dict)


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kindred("itch", venue.ITCH),
        Kindred("itch-request", venue.ITCH, request=True),
        Kindred("cme", venue.MDP3, arguments={"snapshot_ns": 5_000_000}),
        Kindred(
            "cme-reset", venue.MDP3, arguments={"snapshot_ns": 5_000_000, "channel_reset": True}
        ),
    )
}


class Market:
    """A simulated stream in memory, and what is true of it after every unit."""

    def __init__(self, kind: Kindred, seed: int, messages: int, instruments: int) -> None:
        self.kind = kind
        self.day: dict[str, Any] = {"messages": messages, "seed": seed, "instruments": instruments}
        self.feed: Feed = feed_of(kind.feed)
        channel = 1 if kind.feed == venue.ITCH else venue.MDP3_CHANNEL
        self.timeline = Timeline(self.feed, channel)
        for _, role, payload in self._simulated().datagrams():
            if role == "incremental":
                self.timeline.take(payload)
            elif role == "definition":
                self.timeline.define(payload)
        self.frames: list[Frame] = list(self._simulated())

    def _simulated(self) -> simulation.Simulation:
        return simulation.simulate(self.kind.feed, **self.day, **self.kind.arguments)

    def source(self, plan: str, seed: int, wrongs: str) -> tuple[Source, Any]:
        """The stream behind a bad network, and the network; with replies if this kind asks again."""
        network = faulty(Tape(whole(self.frames)), self.feed, parse_faults(plan), seed)
        checked = Checked(network)
        if not self.kind.request:
            return checked, network
        servers = itch_servers(misbehaviour=Misbehaviour.parse(wrongs), **self.day)
        return Tape(Retransmission(recorded(checked), servers)), network


def recorded(source: Source) -> Iterator[Recorded]:
    """The frames of a source as a capture has them."""
    for frame in frames_of(source):
        yield frame.ts_recv, "AB"[frame.interface & 1], frame.data, frame.wire


def run(market: Market, plan: str, seed: int, wrongs: str = "") -> Outcome:
    """Run a schedule and judge it."""
    source, network = market.source(plan, seed, wrongs)
    engine = Engine(
        market.feed, source, batch=1, limits=LIMITS, digest=False, deliver=True,
        definitions_expected=True,
    )  # fmt: skip
    judge = Judge(market.timeline, engine)
    for rows in engine.batches():
        judge.look(rows)
    outcome = judge.close()
    outcome.injected = network.injected
    return outcome

"""One schedule: a market, what goes wrong with it, and a run that is judged (`judge.py`)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from feedhandler.book.pools import Limits
from feedhandler.counter import Counter
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.engine.recovery_backends import RecoveryPlan, no_backends
from feedhandler.recovering import glimpse, one_after_the_other, re_request
from feedhandler.replaying import faulty
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.glimpse import SnapshotLimits
from feedhandler.session.holding import Arbitration
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.simulator import simulation, venue
from feedhandler.simulator.capture import Recorded
from feedhandler.simulator.delivered import Delivered, Reader
from feedhandler.simulator.faulty import Tape, WatchedTape, whole
from feedhandler.simulator.healed import cut_of, recorded, then
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.judge import Judge
from feedhandler.simulator.judge_books import Truth
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.retransmission import Retransmission
from feedhandler.simulator.servers import Servers, itch_servers
from feedhandler.simulator.timed_driver import Known, TimedDriver
from feedhandler.simulator.timeline import Timeline
from feedhandler.source.dice import draw, stream_base
from feedhandler.source.fault_plan import parse_faults
from feedhandler.wire.checksum import Checked

if TYPE_CHECKING:
    from feedhandler.simulator.frames import Frame

LIMITS: Final = Limits(books=512, orders=1 << 13, levels=1 << 12)
REQUESTS: Final = RequestLimits(timeout_ns=5_000_000, attempts_max=10)
MS: Final = 1_000_000
SNAPSHOTS: Final = SnapshotLimits(
    messages_max=5_000, attempts_max=4, timeout_ns=300 * MS, retry_ns=5 * MS
)
LOGIN: Final = SoupSettings(
    Peer(Transport.TCP, "192.0.2.1", 1), "USER", "SECRET",
    heartbeat_ns=50 * MS, silence_ns=200 * MS, login_timeout_ns=100 * MS,
)  # fmt: skip


HOLES_LEFT: Final = 2  # of the ways to fill holes of a market with snapshots: none


@dataclass(frozen=True)
class Setting:
    """How an engine is run, and whether all is well in the end."""

    healed: bool = False  # faults end long before the stream does, and servers are whole
    natural: bool = False  # natural refresh
    told_timeout_ns: int = 1_000_000_000


USUAL: Final = Setting()


@dataclass(frozen=True)
class Kindred:
    """A kind of markets: the feed, and how it is simulated."""

    name: str
    feed: str
    request: bool = False  # what does not come is asked for again; replies are in the stream
    recorded: bool = False  # parts of a capture that must be there
    server: bool = False  # the engine itself asks, in simulated time
    snapshot: bool = False  # likewise a server of snapshots; and most runs begin in mid-session
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def loops(self) -> bool:
        """Whether the venue sends loops of snapshots."""
        return self.feed != venue.ITCH

    def heals(self, seed: int) -> bool:
        """Whether everything that is lost comes back, once nothing is wrong any more."""
        if self.snapshot:
            return holes_of(seed) != HOLES_LEFT
        return self.request or self.server or self.loops


def holes_of(seed: int) -> int:
    """Which of the ways to fill holes a market with snapshots has."""
    return draw(stream_base(seed, "holes"), 0) % 3


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kindred("itch", venue.ITCH),
        Kindred("itch-request", venue.ITCH, request=True),
        Kindred("itch-server", venue.ITCH, server=True),
        Kindred("itch-glimpse", venue.ITCH, snapshot=True),
        Kindred("cme", venue.MDP3, arguments={"snapshot_ns": 5_000_000}),
        Kindred(
            "cme-reset", venue.MDP3, arguments={"snapshot_ns": 5_000_000, "channel_reset": True}
        ),
        Kindred("forts", "moex.forts", recorded=True),
    )
}


class Market:
    """A simulated stream in memory, and what is true of it after every unit."""

    def __init__(self, kind: Kindred, seed: int, messages: int, instruments: int) -> None:
        self.kind = kind
        self.request = kind.request
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
        self.reader = Reader(self.feed, channel)
        self.sendable = self.timeline.units if kind.server or kind.snapshot else 0

    def _simulated(self) -> simulation.Simulation:
        return simulation.simulate(self.kind.feed, **self.day, **self.kind.arguments)

    def frames_of(
        self, plan: str, seed: int, wrongs: str, *, healed: bool = False
    ) -> tuple[Iterable[Recorded], Any]:
        """The stream behind a bad network, and the network; with replies if this kind asks again."""
        frames = self.frames[self._joined_at(seed) :]
        cut = cut_of([each[0] for each in frames], seed) if healed else len(frames)
        network = faulty(Tape(whole(frames[:cut])), self.feed, parse_faults(plan), seed)
        brought = then(recorded(Checked(network)), whole(frames[cut:]))
        if self.kind.request:
            return Retransmission(brought, self._servers(wrongs)), network
        return brought, network

    def _servers(self, wrongs: str) -> Servers:
        return itch_servers(misbehaviour=Misbehaviour.parse(wrongs), **self.day)

    def _joined_at(self, seed: int) -> int:
        """The first frame that is heard: three of four runs with snapshots begin in mid-session."""
        base = stream_base(seed, "joined")
        late = self.kind.snapshot and draw(base, 0) % 4
        return draw(base, 1) % (len(self.frames) * 3 // 4) if late else 0

    def recovery(self, wrongs: str, seed: int) -> RecoveryPlan | None:
        """How the engine gets back what is lost, if this kind lets it."""
        if self.kind.snapshot:
            return self._snapshots(wrongs, seed)
        if not self.kind.server:
            return None
        driver = InProcessDriver(self._servers(wrongs))
        return RecoveryPlan(driver, re_request([driver.peers["request"]], REQUESTS))

    def _snapshots(self, wrongs: str, seed: int) -> RecoveryPlan:
        """Snapshots for who comes late; holes have them, too, or a server that is asked before, or nobody."""
        driver = TimedDriver(self._servers(wrongs), Known(self.frames), Misbehaviour.parse(wrongs))
        peer = driver.peers["snapshot"]
        snapshots = glimpse(replace(LOGIN, peer=peer), SNAPSHOTS)
        requests = re_request([driver.peers["request"]], REQUESTS)
        holes = (snapshots, one_after_the_other(requests, snapshots), no_backends)
        return RecoveryPlan(driver, holes[holes_of(seed)], snapshots)


class AnyMarket(Protocol):
    """What a schedule needs of a market."""

    feed: Feed
    request: bool  # what does not come is asked for again, and its replies are in the stream
    reader: Reader
    sendable: int  # the last unit that servers could bring; 0 = there are none

    @property
    def timeline(self) -> Truth:
        """What is true of its books."""

    def frames_of(
        self, plan: str, seed: int, wrongs: str, *, healed: bool = False
    ) -> tuple[Iterable[Recorded], Any]:
        """Its stream behind a bad network, and the network."""

    def recovery(self, wrongs: str, seed: int) -> RecoveryPlan | None:
        """How the engine gets back what is lost, if it can."""


def run(
    market: AnyMarket, plan: str, seed: int, wrongs: str = "", setting: Setting = USUAL
) -> Outcome:
    """Run a schedule and judge it."""
    frames, network = market.frames_of(plan, seed, wrongs, healed=setting.healed)
    delivered = Delivered(market.reader, frames)
    arbitration = Arbitration(
        recovery_expected=market.request, told_timeout_ns=setting.told_timeout_ns
    )
    recovery = market.recovery(wrongs, seed)
    tape = WatchedTape(delivered.frames)
    engine = Engine(
        market.feed, tape, batch=1, limits=LIMITS, digest=False, deliver=True,
        definitions_expected=True, arbitration=arbitration, recovery=recovery,
        natural_refresh=setting.natural,
    )  # fmt: skip
    if recovery is not None and isinstance(recovery.driver, TimedDriver):
        recovery.driver.shown = lambda: delivered.shown_by(int(engine.counters[Counter.FRAMES]))
    asks = market.request or recovery is not None
    judge = Judge(market.timeline, engine, delivered, asks=asks, sendable=market.sendable)
    tape.look = judge.tick
    for rows in engine.batches():
        judge.look(rows)
    outcome = judge.close(healed=setting.healed)
    outcome.injected = network.injected
    return outcome

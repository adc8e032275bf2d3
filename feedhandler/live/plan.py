"""What a live run does, decided before anything is opened: feeds, where they come in, who polls them and where.

A plan is for one feed on one worker: an engine, its sources, a thread. It is made of a configuration here, and of
the command line by `feedhandler run -i`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from feedhandler.book.pools import Limits
from feedhandler.config import Config, Worker
from feedhandler.config import Feed as FeedConfig
from feedhandler.decode.catalog import Channel, Feed
from feedhandler.doctor.machine import Cores
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.live.opening import LiveOptions
from feedhandler.printable import dotted
from feedhandler.publish.bbo import BEST_LINES
from feedhandler.session.holding import Arbitration
from feedhandler.source.dpdk import DpdkLimits
from feedhandler.source.dpdk_device import FRAME_BYTES
from feedhandler.source.fanout import GroupFanout
from feedhandler.source.libpcap import LibpcapLimits
from feedhandler.source.packet_filter import Place, Senders
from feedhandler.source.packet_ring import BLOCK_BYTES, RingLimits
from feedhandler.source.udp_socket import SocketLimits
from feedhandler.source.xdp import XdpLimits
from feedhandler.wire.routes import Group, address_number, senders_of

LIMITS: Final = Limits(books_max=BEST_LINES - 1)


@dataclass(frozen=True)
class FeedPlan:
    """One feed on one worker."""

    feed: Feed
    options: LiveOptions
    groups: Mapping[str, Sequence[Place]]  # of each interface
    lines: Mapping[str, str] = field(default_factory=dict)  # of each interface, such as "A"
    publish: str = ""  # its name in shared memory; "" = nobody else sees it
    namesakes: bool = False  # other feeds of the process are the same one of the venue: `publish` tells them apart
    worker: str = "main"
    core: int | None = None
    priority: int = 0
    decoder: str = "compiled"
    digest: bool = False  # of events and books, told at the end
    limits: Limits = LIMITS
    arbitration: Arbitration = field(default_factory=Arbitration)
    recovery: RecoveryPlan | None = None  # with a driver of the maker's ...
    given: FeedConfig | None = None  # ... or what it was made of: a configuration

    @property
    def senders(self) -> dict[str, str]:
        """Each group that one host alone may send to, and that host."""
        return {
            str(Group(*place)): dotted(sender)
            for each in self.options.senders.values()
            for place, sender in each.items()
        }

    @property
    def loop(self) -> str:
        """The name of its loop, which no other one of the process has."""
        name = f"{self.worker}.{self.feed.name}"
        return f"{name}:{self.publish}" if self.namesakes else name


def cores_of_workers(workers: Sequence[Worker], isolated: Cores) -> dict[str, int | None]:
    """The core of each worker: as given, or of those that are isolated one that nobody else has; or none."""
    taken = {worker.core for worker in workers}
    free = iter(sorted(isolated - taken))
    return {
        worker.name: next(free, None) if worker.core is None else worker.core for worker in workers
    }


def plans_of(config: Config, isolated: Cores = frozenset()) -> list[FeedPlan]:
    """Every feed on every worker that has channels of it."""
    cores = cores_of_workers(config.worker, isolated)
    workers = {worker.name: worker for worker in config.worker}
    of_name = Counter(feed.feed for feed in config.feed)
    plans = []
    fanouts: dict[int, dict[str, GroupFanout]] = {}
    for name, share in config.spread().items():
        for feed in config.feed:
            numbers = {number for each, number in share if each is feed}
            if numbers:
                made = plan_of(feed, workers[name], numbers)
                if feed.fanout:
                    made = shared(made, fanouts.setdefault(id(feed), {}))
                publish, namesakes = config.published(feed, name), of_name[feed.feed] > 1
                plans.append(replace(made, publish=publish, namesakes=namesakes, core=cores[name]))
    return plans


def shared(plan: FeedPlan, fanouts: dict[str, GroupFanout]) -> FeedPlan:
    """The plan, with the rings of other workers for those that its own share their interfaces with."""
    for interface in plan.groups:
        fanouts.setdefault(interface, GroupFanout())
    return replace(plan, options=replace(plan.options, fanout=fanouts))


def plan_of(feed: FeedConfig, worker: Worker, numbers: set[int]) -> FeedPlan:
    """Some channels of a feed on a worker."""
    mine = [channel for channel in feed.channels if channel.id in numbers]
    channels = tuple(
        Channel(
            each.id,
            each.name or f"channel {each.id}",
            each.role,
            {str(line): text for line, text in each.lines.items()},
        )
        for each in mine
    )
    described = replace(feed.description, channels=channels)
    if feed.templates:
        described = replace(described, templates_path=feed.templates)
    groups: dict[str, set[Place]] = {}
    lines: dict[str, list[tuple[str, str]]] = {}
    for channel in mine:
        for line, text in channel.lines.items():
            group, interface = Group.parse(text), feed.interface_of(line)
            groups.setdefault(interface, set()).add((group.address, group.port))
            lines.setdefault(interface, []).append((line, text))
    sending = {line: address_number(text) for line, text in feed.sending.items()}
    senders = {interface: senders_of(each, sending) for interface, each in lines.items()}
    return FeedPlan(
        feed=described,
        options=options_of(feed, worker, senders),
        groups={interface: sorted(places) for interface, places in groups.items()},
        lines={name: "".join(sorted({line for line, _ in each})) for name, each in lines.items()},
        worker=worker.name, core=worker.core, priority=worker.priority, decoder=feed.decoder,
        digest=feed.digest, limits=feed.limits, arbitration=feed.arbitration, given=feed,
    )  # fmt: skip


def options_of(feed: FeedConfig, worker: Worker, senders: Mapping[str, Senders]) -> LiveOptions:
    """What is opened for a feed, on interfaces with these senders."""
    return LiveOptions(
        interfaces=tuple(senders),
        source=feed.source,
        idle=worker.idle,
        expression=feed.expression,
        senders=senders,
        ring=ring_of(feed.ring_bytes, feed.frame_bytes),
        socket=SocketLimits(feed.ring_bytes),
        xdp=XdpLimits(feed.ring_bytes),
        libpcap=LibpcapLimits(feed.ring_bytes),
        dpdk=dpdk_of(feed.ring_bytes, feed.frame_bytes, len(senders)),
    )


def dpdk_of(pool_bytes: int, frame_bytes: int | None, devices: int) -> DpdkLimits:
    """Buffers that hold frames of the usual MTU, or longer ones."""
    return DpdkLimits(pool_bytes, max(frame_bytes or 0, FRAME_BYTES), devices)


def ring_of(ring_bytes: int, frame_bytes: int | None = None) -> RingLimits:
    """A ring of whole blocks; its slots hold frames of the interface's MTU, or of so many bytes."""
    return RingLimits(max(ring_bytes // BLOCK_BYTES, 1) * BLOCK_BYTES, frame_bytes=frame_bytes or 0)

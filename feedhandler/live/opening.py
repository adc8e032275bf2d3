"""Open the live sources that a run asks for: one for each interface, each for all groups of the feed.

A group comes on one of the interfaces; where it comes on two, arbitration drops the second copy as any other. A ring
keeps the order of an interface; sockets keep that of each group only, so events of different channels may come in
another order than on the wire.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from feedhandler.config import BY_SENDER, FILTERED, asleep, unseen
from feedhandler.decode.catalog import Feed
from feedhandler.session.channels import RECOVERY
from feedhandler.source.dpdk import Dpdk, DpdkLimits, needed_to_close
from feedhandler.source.fanout import GroupFanout
from feedhandler.source.idle import Strategy
from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.live import Live, LiveSource
from feedhandler.source.packet_filter import ANYBODY, Place, Senders
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.source import USAGE, CaptureError
from feedhandler.source.udp_socket import SocketLimits, UdpSocket
from feedhandler.source.xdp import Xdp, XdpLimits
from feedhandler.wire.routes import Group

SourceName = Literal["packet_ring", "udp_socket", "xdp", "dpdk", "libpcap"]
SOURCES: Final = get_args(SourceName)
Groups = Sequence[Place] | Mapping[str, Sequence[Place]]  # of all interfaces, or of each


@dataclass(frozen=True)
class LiveOptions:
    """What frames come from, and how they are waited for."""

    interfaces: tuple[str, ...]
    source: SourceName = "packet_ring"
    idle: Strategy = "spin"
    expression: str = ""  # in the place of the feed's groups
    senders: Mapping[str, Senders] = field(default_factory=dict)  # of each interface
    ring: RingLimits = field(default_factory=RingLimits)
    socket: SocketLimits = field(default_factory=SocketLimits)
    xdp: XdpLimits = field(default_factory=XdpLimits)
    libpcap: LibpcapLimits = field(default_factory=LibpcapLimits)
    dpdk: DpdkLimits = field(default_factory=DpdkLimits)
    fanout: Mapping[str, GroupFanout] = field(
        default_factory=dict
    )  # of each interface that is shared


def lines_of(feed: Feed) -> list[tuple[str, str]]:
    """The lines of the feed's description, each with its group; what was asked for again comes otherwise."""
    return [
        (letter, text)
        for channel in feed.channels
        for letter, text in channel.lines.items()
        if letter != RECOVERY
    ]


def groups_of(feed: Feed) -> list[Place]:
    """Where the feed's description says that its lines are sent."""
    groups = [Group.parse(text) for _, text in lines_of(feed)]
    return sorted({(group.address, group.port) for group in groups})


def open_live(options: LiveOptions, groups: Groups) -> Live:
    """The sources of a run as one; CaptureError says in a line what cannot be, and what would mend it."""
    if options.expression and options.source not in FILTERED:
        takers = ", ".join(FILTERED)
        raise CaptureError(f"a filter expression is for {takers}, not {options.source}", USAGE)
    if any(options.senders.values()) and options.source not in BY_SENDER:
        raise CaptureError(unseen(options.source), USAGE)
    if why := asleep(options.source, options.idle):
        raise CaptureError(why, USAGE)
    if not options.interfaces:
        raise CaptureError("no interface is given", USAGE)
    if len(set(options.interfaces)) < len(options.interfaces):
        raise CaptureError("an interface is given twice", USAGE)
    opened: list[LiveSource] = []
    try:
        for number, interface in enumerate(options.interfaces):
            mine = groups[interface] if isinstance(groups, Mapping) else groups
            opened.append(_opened(options, interface, mine, number))
        return Live(opened, options.idle)
    except BaseException:
        for each in opened:
            each.close()
        raise


def kept_to_close(options: LiveOptions) -> dict[str, tuple[str, ...]]:
    """Each interface that cannot be left as it was without capabilities, and those."""
    if options.source != "dpdk":
        return {}
    needed = {name: needed_to_close(name) for name in options.interfaces}
    return {name: powers for name, powers in needed.items() if powers}


def _opened(
    options: LiveOptions, interface: str, groups: Sequence[Place], number: int
) -> LiveSource:
    senders = options.senders.get(interface, ANYBODY)
    match options.source:
        case "udp_socket":
            return UdpSocket(interface, groups, senders=senders, limits=options.socket)
        case "xdp":
            return Xdp(interface, groups, senders=senders, limits=options.xdp, number=number)
        case "dpdk":
            return Dpdk(interface, groups, limits=options.dpdk, number=number)
        case "libpcap":
            return Libpcap(
                interface, groups, expression=options.expression, senders=senders,
                limits=options.libpcap, number=number,
            )  # fmt: skip
        case "packet_ring":
            return PacketRing(
                interface, groups, expression=options.expression, senders=senders,
                limits=options.ring, fanout=options.fanout.get(interface), number=number,
            )  # fmt: skip

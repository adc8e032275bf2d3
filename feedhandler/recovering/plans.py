"""Which back ends a channel of a feed has, from the addresses of its servers.

    plan = RecoveryPlan(driver, re_request([peer]), glimpse(SoupSettings(peer, "USER", "PASSWORD")))

A hole is asked for again; a sequence that is joined in its midst begins with a snapshot where there is a server of
snapshots, else what was before it is asked for as well. `METHODS` says which way is spoken for which transport.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from feedhandler.counter import Words
from feedhandler.session.backend import Backend, Peer
from feedhandler.session.channels import Channel
from feedhandler.session.glimpse import Glimpse, SnapshotLimits
from feedhandler.session.moldudp64_request import MoldRequest, RequestLimits
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings

# Ways to have lost units sent again, and the transport of the feeds of which they are; the first is the usual one.
METHODS: Final = {
    "moldudp64": "moldudp64",
    "soupbintcp": "moldudp64",
    "tcp_replay": "mdp3_packet",
}

BackendsOf = Callable[[Channel, bytes, Words], Sequence[Backend]]


def re_request(peers: Sequence[Peer], limits: RequestLimits | None = None) -> BackendsOf:
    """Ask these servers for messages again, the first one first."""

    def made(_channel: Channel, session: bytes, counters: Words) -> Sequence[Backend]:
        return [MoldRequest(peers, session, limits, counters)]

    return made


def soup_replay(settings: SoupSettings, limits: ReplayLimits | None = None) -> BackendsOf:
    """Log in at the first missing message, and listen until the last."""

    def made(_channel: Channel, session: bytes, counters: Words) -> Sequence[Backend]:
        return [SoupReplay(settings, session, limits, counters)]

    return made


def tcp_replay(settings: ReplaySettings) -> BackendsOf:
    """Ask this server of CME for packets again; the channel is the one that lacks them."""

    def made(channel: Channel, _session: bytes, counters: Words) -> Sequence[Backend]:
        return [CmeTcpReplay(replace(settings, channel=channel.channel_id), counters)]

    return made


def glimpse(settings: SoupSettings, limits: SnapshotLimits | None = None) -> BackendsOf:
    """Take the books from this server of snapshots."""

    def made(_channel: Channel, _session: bytes, counters: Words) -> Sequence[Backend]:
        return [Glimpse(settings, limits, counters)]

    return made


def waits_of(*each: SnapshotLimits) -> dict[str, int]:
    """How long a hole waits for a snapshot: for a whole one, as the server that may take longest."""
    longest = max((limits.timeout_ns for limits in each), default=0)
    return {Glimpse.method: longest} if longest else {}


def one_after_the_other(*each: BackendsOf) -> BackendsOf:
    """What the first cannot bring, the next may."""

    def made(channel: Channel, session: bytes, counters: Words) -> Sequence[Backend]:
        return [backend for of in each for backend in of(channel, session, counters)]

    return made

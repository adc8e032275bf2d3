"""The back ends that a configuration names, for a feed: who is asked for a hole, and who for what was before a join."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from feedhandler.config import Feed, Recovery, limits_kind
from feedhandler.counter import Words
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.recovering.driver import Driver
from feedhandler.recovering.plans import (
    BackendsOf,
    glimpse,
    one_after_the_other,
    re_request,
    soup_replay,
    tcp_replay,
    waits_of,
)
from feedhandler.session.backend import Backend, Peer, Transport
from feedhandler.session.channels import Channel
from feedhandler.session.glimpse import SnapshotLimits
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.session.tcp_replay import ReplaySettings
from feedhandler.wire.routes import Group

SNAPSHOTS = ("glimpse",)  # also tell what was before a sequence was joined


def recovery_plan(feed: Feed | None, driver: Driver) -> RecoveryPlan | None:
    """How a feed recovers; None if nobody is to be asked. OSError: a password cannot be read."""
    if feed is None or not feed.recovery:
        return None
    ways = [(each.method, of_channels(each.channels, way(each))) for each in feed.recovery]
    joins = [made for method, made in ways if method in SNAPSHOTS]
    snapshots = [each.limits for each in feed.recovery if each.method in SNAPSHOTS]
    return RecoveryPlan(
        driver, one_after_the_other(*(made for _, made in ways)), one_after_the_other(*joins),
        live=True, patience=feed.patience,
        waits=waits_of(*(SnapshotLimits(**limits) for limits in snapshots)),
    )  # fmt: skip


def of_channels(numbers: Sequence[int], backends: BackendsOf) -> BackendsOf:
    """Back ends of some channels; of all if none is named."""

    def made(channel: Channel, session: bytes, counters: Words) -> Sequence[Backend]:
        asked = not numbers or channel.channel_id in numbers
        return backends(channel, session, counters) if asked else ()

    return made


def way(given: Recovery) -> BackendsOf:
    """The back ends of one way to recover."""
    limits: Any = limits_kind(given.method)
    if given.method == "moldudp64":
        return re_request(
            [peer(text, Transport.UDP) for text in given.servers], limits(**given.limits)
        )
    server, password = peer(given.servers[0], Transport.TCP), password_of(given)
    settings = SoupSettings(server, given.username, password)
    if given.method == "glimpse":
        return glimpse(settings, limits(**given.limits))
    if given.method == "soupbintcp":
        return soup_replay(settings, limits(**given.limits))
    return tcp_replay(ReplaySettings(server, given.username, password, **given.limits))


def password_of(given: Recovery) -> str:
    """The first line of its file."""
    if not given.password_file:
        return ""
    return (Path(given.password_file).read_text("utf-8").splitlines() or [""])[0]


def peer(text: str, transport: Transport) -> Peer:
    """A server, which the configuration's check has read already."""
    host, _, port = str(Group.parse(text)).rpartition(":")
    return Peer(transport, host, int(port))

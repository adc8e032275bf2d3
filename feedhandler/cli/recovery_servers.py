"""`--recover` and `--snapshot` of `replay` and `run`: the servers that are asked for what no line brought.

A server is HOST:PORT, or METHOD://HOST:PORT where a feed has several ways. Those of MoldUDP64 are one back end,
which goes from server to server itself; any other server is a back end of its own, in the order given.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Final

import click

from feedhandler.decode.catalog import Feed
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.recovering import (
    METHODS,
    Driver,
    glimpse,
    one_after_the_other,
    re_request,
    soup_replay,
    tcp_replay,
)
from feedhandler.recovering.plans import BackendsOf, waits_of
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.glimpse import SnapshotLimits
from feedhandler.session.holding import Arbitration
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.session.soup_replay import ReplayLimits
from feedhandler.session.soupbintcp import PASSWORD_BYTES, USERNAME_BYTES, SoupSettings
from feedhandler.session.tcp_replay import ReplaySettings
from feedhandler.wire.routes import Group, GroupError, address_number, check_sender

SNAPSHOTS: Final = "moldudp64"  # the transport of feeds that have servers of snapshots
SOUP: Final = "soupbintcp"  # the way whose logins have little room, as those of snapshots
DATAGRAMS: Final = "moldudp64"  # the way that is asked in datagrams, and without a login
OPTIONS: Final = {"attempts_max": "--recover-attempts", "timeout_ns": "--recover-wait"}
WAIT_MAX_NS: Final = 600_000_000_000  # of --recover-wait
PASSWORD: Final = "FEEDHANDLER_PASSWORD"  # noqa: S105 (its name)


@contextmanager
def planned(
    feed: Feed, recover: Sequence[str], snapshot: str | None, login: str | None,
    limits: Mapping[str, int], *, patient: bool,
) -> Iterator[RecoveryPlan | None]:  # fmt: skip
    """How to recover, and the sockets for it; None if nobody is to be asked. `limits` are those of every way."""
    servers = [server(feed, text) for text in recover]
    if login is not None and snapshot is None and all(way == DATAGRAMS for way, _ in servers):
        raise click.UsageError("--login: nobody is asked who wants to know")
    if not recover and snapshot is None:
        for limit in limits:
            raise click.UsageError(f"{OPTIONS[limit]}: nobody is asked")
        yield None
        return
    if snapshot is not None and feed.transport != SNAPSHOTS:
        raise click.UsageError(f"--snapshot: {feed.name} has no such server")
    password = os.environ.get(PASSWORD, "")
    if snapshot is not None or any(way == SOUP for way, _ in servers):
        check_login(login or "", password)
    snapshots = one_after_the_other()
    if snapshot is not None:
        at = peer("--snapshot", Transport.TCP, snapshot)
        snapshots = glimpse(SoupSettings(at, login or "", password), SnapshotLimits(**limits))
    ways = [
        asked(way, [at for _, at in those], login or "", password, limits)
        for way, those in groupby(servers, lambda each: each[0])
    ]
    with Driver() as driver:
        holes = one_after_the_other(*ways, snapshots)
        waits = waits_of(SnapshotLimits(**limits))
        yield RecoveryPlan(driver, holes, snapshots, patient=patient, live=not patient, waits=waits)


def server(feed: Feed, text: str) -> tuple[str, Peer]:
    """A server of --recover: the way it is asked, which must be one of the feed's, and where it is."""
    ways = [way for way, transport in METHODS.items() if transport == feed.transport]
    if not ways:
        raise click.UsageError(f"--recover: {feed.name} has no such server")
    named, parted, place = text.rpartition("://")
    way = named if parted else ways[0]
    if way not in ways:
        raise click.UsageError(f"--recover {text}: {feed.name} is asked by {', '.join(ways)}")
    transport = Transport.UDP if way == DATAGRAMS else Transport.TCP
    return way, peer("--recover", transport, place)


def asked(
    way: str, peers: Sequence[Peer], login: str, password: str, limits: Mapping[str, int]
) -> BackendsOf:
    """The back ends of servers that are asked in one way."""
    if way == DATAGRAMS:
        return re_request(peers, RequestLimits(**limits))
    if way == SOUP:
        told = ReplayLimits(**limits)
        made = [soup_replay(SoupSettings(each, login, password), told) for each in peers]
    else:
        made = [tcp_replay(ReplaySettings(each, login, password, **limits)) for each in peers]
    return one_after_the_other(*made)


def check_login(login: str, password: str) -> None:
    """Refuse what a login would cut: it would be refused, or be somebody else's."""
    for name, text, room in (
        ("--login", login, USERNAME_BYTES),
        (PASSWORD, password, PASSWORD_BYTES),
    ):
        if len(text) > room:
            raise click.UsageError(f"{name}: SoupBinTCP has room for {room} letters")


def limits_of(attempts_max: int | None, timeout_ns: int | None) -> dict[str, int]:
    """Those of the limits that every way has which were given."""
    if timeout_ns is not None and timeout_ns > WAIT_MAX_NS:
        raise click.UsageError("--recover-wait: 10min at most")
    given = {"attempts_max": attempts_max, "timeout_ns": timeout_ns}
    return {name: number for name, number in given.items() if number is not None}


def arbitration_of(
    gap_timeout_ns: int, gap_count: int, slots: int, told_timeout_ns: int,
    recovery_timeout_ns: int | None,
) -> Arbitration:  # fmt: skip
    """When a hole is a gap, and what snapshots tell of."""
    given = Arbitration(gap_timeout_ns, gap_count, slots=slots, told_timeout_ns=told_timeout_ns)
    if recovery_timeout_ns is None:
        return given
    return replace(given, recovery_timeout_ns=recovery_timeout_ns, recovery_expected=True)


def peer(option: str, transport: Transport, text: str) -> Peer:
    """A server as it was written: HOST:PORT, the host in numbers."""
    try:
        place = str(Group.parse(text))
    except GroupError:
        raise click.UsageError(
            f"{option} {text}: an IPv4 address and a port are expected, 127.0.0.1:17001"
        ) from None
    host, _, port = place.rpartition(":")
    try:
        check_sender(address_number(host), text, "server")
    except GroupError as error:
        raise click.UsageError(f"{option} {error}") from None
    if not int(port):
        raise click.UsageError(f"{option} {text}: nobody listens on port 0")
    return Peer(transport, host, int(port))

"""`--recover` and `--snapshot` of `replay` and `run`: the servers that are asked for what no line brought."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import click

from feedhandler.decode.catalog import Feed
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.recovering import Driver, glimpse, one_after_the_other, re_request
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.holding import Arbitration
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.wire.routes import Group, GroupError

TRANSPORT: Final = "moldudp64"
PASSWORD: Final = "FEEDHANDLER_PASSWORD"  # noqa: S105 (its name)


@contextmanager
def planned(
    feed: Feed, recover: Sequence[str], snapshot: str | None, login: str | None, *, patient: bool
) -> Iterator[RecoveryPlan | None]:
    """How to recover, and the sockets for it; None if nobody is to be asked."""
    if not recover and snapshot is None:
        if login is not None:
            raise click.UsageError("--login: it is that of --snapshot, and there is none")
        yield None
        return
    if feed.transport != TRANSPORT:
        option = "--recover" if recover else "--snapshot"
        raise click.UsageError(f"{option}: {feed.name} has no such server")
    requests = one_after_the_other()
    if recover:
        requests = re_request([peer("--recover", Transport.UDP, text) for text in recover])
    snapshots = one_after_the_other()
    if snapshot is not None:
        server = peer("--snapshot", Transport.TCP, snapshot)
        password = os.environ.get(PASSWORD, "")
        snapshots = glimpse(SoupSettings(server, login or "", password))
    with Driver() as driver:
        holes = one_after_the_other(requests, snapshots)
        yield RecoveryPlan(driver, holes, snapshots, patient=patient)


def arbitration_of(
    gap_timeout_ns: int, gap_count: int, recovery_timeout_ns: int | None
) -> Arbitration:
    """When a hole is a gap."""
    given = Arbitration(gap_timeout_ns, gap_count)
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
    return Peer(transport, host, int(port))

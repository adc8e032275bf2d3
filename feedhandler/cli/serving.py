"""`simulate --serve`: the recovery servers of a made-up market, until somebody stops them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from feedhandler.cli.output import EnvironmentProblemError, outlive_closed_pipes
from feedhandler.cli.recovery import OF_THE_DAY, misbehaviour

if TYPE_CHECKING:
    from feedhandler.simulator.servers import Servers
    from feedhandler.simulator.sockets import VenueSockets

F = TypeVar("F", bound=Callable[..., Any])

OF_SERVERS: Final = {
    "seconds": "--seconds", "known": "--known", "wrongs": "--wrongs", "ports": "--port",
    "address": "--listen",
}  # fmt: skip
POLL_NS: Final = 20_000_000
NS: Final = 1_000_000_000
PORT_MAX: Final = 65_535


def address_of(_ctx: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """An IPv4 address."""
    try:
        return None if text is None else str(IPv4Address(text))
    except ValueError:
        raise click.BadParameter(f"{text!r} is no address such as 192.0.2.1") from None


def serve_options(function: F) -> F:
    """--serve and what belongs to it."""
    for option in (
        click.option("--seconds", type=click.IntRange(1), metavar="N", help="Serve so long only."),
        click.option(
            "--known", type=click.IntRange(0), metavar="N",
            help="Servers know the units up to this number; all of the day if not given.",
        ),
        click.option("--wrongs", default="", metavar="WRONGS", help="What the servers do wrong."),
        click.option(
            "--port", "ports", multiple=True, metavar="SERVER=PORT",
            help="Where a server listens: request, stream, snapshot or replay; else on a free port.",
        ),
        click.option(
            "--listen", "address", metavar="ADDRESS", callback=address_of,
            help="Where the servers listen: 127.0.0.1 if not given.",
        ),
        click.option("--serve", is_flag=True, help="Run the venue's recovery servers."),
    ):  # fmt: skip
        function = option(function)
    return function


@contextmanager
def opened(
    feed: str, arguments: dict[str, Any], given: dict[str, Any]
) -> "Iterator[VenueSockets | None]":
    """The servers, listening; None if they are not wanted."""
    if not given["serve"]:
        for key, option in OF_SERVERS.items():
            if given[key] not in (None, "", ()):
                raise click.UsageError(f"{option}: without --serve")
        yield None
        return
    from feedhandler.simulator.sockets import LOOPBACK, VenueSockets  # noqa: PLC0415 (scapy)

    outlive_closed_pipes()
    servers = made(feed, arguments, given)
    if given["known"] is not None:
        servers.advance(given["known"])
    places = ports(given["ports"], [*servers.datagram, *servers.stream])
    try:
        venue = VenueSockets(servers, places, given["address"] or LOOPBACK)
    except OSError as error:
        raise EnvironmentProblemError(f"--port or --listen: {error.strerror}") from None
    with venue:
        yield venue


def made(feed: str, arguments: dict[str, Any], given: dict[str, Any]) -> "Servers":
    """The servers of the day that a capture of these arguments holds."""
    from feedhandler.simulator import SimulationError, venue  # noqa: PLC0415 (scapy)
    from feedhandler.simulator.servers import itch_servers, mdp3_servers  # noqa: PLC0415

    wrong = misbehaviour("--wrongs", given["wrongs"])
    day = {key: arguments[key] for key in OF_THE_DAY}
    try:
        if feed == venue.ITCH:
            return itch_servers(misbehaviour=wrong, **day)
        if feed == venue.MDP3:
            of_books = {key: arguments[key] for key in ("channel_reset", "long_quantity")}
            pace = arguments["snapshot_ns"]
            of_books |= {} if pace is None else {"snapshot_ns": pace}
            return mdp3_servers(misbehaviour=wrong, **day, **of_books)
    except SimulationError as error:
        raise click.UsageError(str(error)) from None
    raise click.UsageError(f"--serve: {feed} has no servers")


def ports(given: list[str], names: list[str]) -> dict[str, int]:
    """Port of each server that was given one."""
    found = {}
    for text in given:
        name, _, number = text.partition("=")
        if name not in names:
            raise click.UsageError(f"--port {text}: the servers are {', '.join(names)}")
        if not number.isdecimal() or int(number) > PORT_MAX:
            raise click.UsageError(f"--port {text}: a port is a number up to {PORT_MAX}")
        found[name] = int(number)
    return found


def entry(venue: "VenueSockets | None") -> dict[str, Any]:
    """The servers and where they listen, for reports."""
    if venue is None:
        return {}
    return {
        "session": venue.servers.session.decode(),
        "units": venue.servers.units,
        "servers": {name: str(peer) for name, peer in venue.peers.items()},
    }


def lines(told: dict[str, Any]) -> list[str]:
    """The same for people."""
    if "servers" not in told:
        return []
    session = f" of session {told['session']}" if told["session"] else ""
    listed = [f"  {name:<9} {peer}" for name, peer in told["servers"].items()]
    return [f"serving {told['units']:,} units{session}; Ctrl-C ends it", *listed]


def serve(venue: "VenueSockets | None", seconds: int | None) -> None:
    """Answer until the time is over, or until Ctrl-C."""
    end_ns = None if seconds is None else time.monotonic_ns() + seconds * NS
    while venue is not None and (end_ns is None or time.monotonic_ns() < end_ns):
        venue.poll(time.monotonic_ns(), POLL_NS)

"""`feedhandler service`: prints the systemd unit that a configuration needs."""

import re
from typing import Final

import click

SOURCES = ("packet_ring", "udp_socket", "xdp", "dpdk", "libpcap")
FILE = "/etc/feedhandler/feed.toml"
USER: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,9}"
)  # what systemd takes, or a number


def checked_user(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """A name that may stand in a unit; an empty one would mean root."""
    if not USER.fullmatch(name):
        raise click.BadParameter(f"{name!r} is no user's name")
    return name


@click.command(short_help="Print a hardened systemd unit for a configuration.")
@click.option(
    "-c", "--config", "file", type=click.Path(readable=False), metavar="FILE",
    help=f"The configuration; without one, a unit for {FILE} with --source and --core.",
)  # fmt: skip
@click.option(
    "--source", "sources", multiple=True, type=click.Choice(SOURCES),
    help="Without a configuration: a source that it will have (may be given again).",
)  # fmt: skip
@click.option(
    "--core", "cores", multiple=True, type=click.IntRange(0, 65_535), metavar="N",
    help="Without a configuration: a core that it will poll on (may be given again).",
)  # fmt: skip
@click.option(
    "--user", default="feedhandler", show_default=True, metavar="NAME", callback=checked_user,
    help="Whom it runs as.",
)  # fmt: skip
def service(file: str | None, sources: tuple[str, ...], cores: tuple[int, ...], user: str) -> None:
    """Print a unit with what the sources of a configuration need, and nothing else.

    Readiness after the first synchronized book, a watchdog that the polling loops feed, cores, locked memory,
    exactly the capabilities and address families of the sources, and walls around the rest. Nothing is written.

    \b
    Examples:
      sudo useradd --system feedhandler
      feedhandler service -c /etc/feedhandler/feed.toml | sudo tee /etc/systemd/system/feedhandler.service
      sudo systemctl daemon-reload && sudo systemctl enable --now feedhandler

    Exit codes: 0, 2 when the configuration has faults, 3 when it cannot be read.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.doctor.machine import Machine  # noqa: PLC0415
    from feedhandler.service.unit import Needs, needs_of, program_path, unit  # noqa: PLC0415

    online = Machine().online()
    if file is not None:
        if sources or cores:
            raise click.UsageError("--source, --core: the configuration tells them")
        from feedhandler.config_reading import load  # noqa: PLC0415 (the catalog)

        needs = needs_of(load(file), file, online, user)
    else:
        needs = Needs(
            sources=sources or ("packet_ring",), cores=tuple(sorted(set(cores))),
            housekeeping=tuple(sorted(online - set(cores))) if cores else (),
            user=user, program=program_path(),
        )  # fmt: skip
    click.echo(unit(needs), nl=False)

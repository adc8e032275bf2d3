"""`feedhandler config`: is a configuration one that can run, and what does it say with all its defaults."""

from typing import TYPE_CHECKING, Any

import click

from feedhandler.cli import options

if TYPE_CHECKING:
    from feedhandler.config import Config
    from feedhandler.doctor.machine import Machine


@click.group(short_help="Check a configuration, or show all of it.")
def config() -> None:
    """What a running feed handler is told: a TOML file of feeds, workers, limits and names.

    \b
    Examples:
      feedhandler config check /etc/feedhandler/feed.toml
      feedhandler config show feed.toml
    """  # noqa: D301 (click wants the very character)


@config.command()
@click.argument("file", type=click.Path(readable=False))
@options.as_json("The outcome as one JSON document.")
@click.pass_context
def check(ctx: click.Context, /, file: str, *, as_json: bool) -> None:
    """Find every fault: unknown keys, groups that overlap, limits that cannot be; each with its line.

    What this machine lacks (a core, an interface, a file) is a note: the file may be meant for another one.

    \b
    Example:
      feedhandler config check feed.toml && systemctl reload feedhandler

    Exit codes: 0 when it can run, 1 when it has faults, 3 when it cannot be read.
    """  # noqa: D301
    from feedhandler.cli.main import DATA, OK  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.output import print_json, safe  # noqa: PLC0415
    from feedhandler.config_reading import ConfigError, load  # noqa: PLC0415 (the catalog)
    from feedhandler.doctor.machine import Machine  # noqa: PLC0415

    try:
        made = load(file)
    except ConfigError as error:
        if as_json:
            faults = [fault._asdict() for fault in error.faults]
            print_json({"format": 1, "file": file, "faults": faults, "notes": []})
        else:
            click.echo("\n".join(f"{safe(file)}:{safe(str(fault))}" for fault in error.faults))
        ctx.exit(DATA)
    notes = [*notes_of(made, Machine()), *notes_with_lines(made, file)]
    if as_json:
        print_json({"format": 1, "file": file, "faults": [], "notes": notes, **summary(made)})
    else:
        from feedhandler.cli.output import count  # noqa: PLC0415

        told = summary(made)
        click.echo(
            f"{safe(file)}: {count(len(told['feeds']), 'feed')}, {count(told['channels'], 'channel')}, "
            f"{count(told['groups'], 'group')}, {count(len(told['workers']), 'worker')}; no fault"
        )
        for note in notes:
            click.echo(f"note: {safe(note)}")
    ctx.exit(OK)


@config.command()
@click.argument("file", type=click.Path(readable=False))
@options.as_json("As one JSON document.")
def show(file: str, *, as_json: bool) -> None:
    """Write the whole configuration, defaults included, as a file that means the same.

    \b
    Example:
      feedhandler config show feed.toml | diff - <(feedhandler config show other.toml)

    Exit codes: 0, or 2 when it has faults (`config check` lists them), 3 when it cannot be read.
    """  # noqa: D301
    from feedhandler.cli.output import print_json  # noqa: PLC0415
    from feedhandler.config import as_tables, as_toml  # noqa: PLC0415 (the catalog)
    from feedhandler.config_reading import load  # noqa: PLC0415

    made = load(file)
    if as_json:
        print_json({"format": 1, "file": file, **as_tables(made)})
    else:
        click.echo(as_toml(made), nl=False)


def summary(made: "Config") -> dict[str, Any]:
    """What a configuration amounts to."""
    spread = made.spread()
    return {
        "name": made.name,
        "feeds": [
            {"feed": feed.feed, "publish": made.published(feed), "source": feed.source}
            for feed in made.feed
        ],
        "channels": sum(len({channel.id for channel in feed.channels}) for feed in made.feed),
        "groups": sum(len(channel.lines) for feed in made.feed for channel in feed.channels),
        "workers": {
            worker.name: {
                "core": worker.core,
                "channels": [f"{feed.feed} {number}" for feed, number in spread[worker.name]],
            }
            for worker in made.worker
        },
    }


def notes_of(made: "Config", machine: "Machine") -> list[str]:
    """What this machine lacks for it."""
    online, there = machine.online(), machine.interfaces()
    wanted = {
        interface: None
        for feed in made.feed
        for interface in (feed.interface, *feed.interfaces.values())
        if interface is not None and feed.source != "dpdk"  # its devices are no interfaces
    }
    cores = [
        f"worker {worker.name}: this machine has no core {worker.core}"
        for worker in made.worker
        if worker.core is not None and worker.core not in online
    ]
    absent = [f"this machine has no interface {each}" for each in wanted if each not in there]
    return [*cores, *absent, *priority_notes(made, machine), *memory_notes(made)]


def notes_with_lines(made: "Config", file: str) -> list[str]:
    """Files that it names and that cannot be read here, lines that are no groups."""
    from feedhandler.config_files import not_joined, unreadable  # noqa: PLC0415 (numba)
    from feedhandler.config_reading import located  # noqa: PLC0415

    found = located(file, [*unreadable(made), *not_joined(made)])
    return [f"{file}:{fault}" for fault in found]


def priority_notes(made: "Config", machine: "Machine") -> list[str]:
    """Workers that would let nothing else run on a core that others share."""
    from feedhandler.doctor.finding import Status  # noqa: PLC0415
    from feedhandler.doctor.scheduling import spinning  # noqa: PLC0415

    wanted = [
        (worker.name, worker.core)
        for worker in made.worker
        if worker.priority and worker.idle != "block" and worker.core is not None
    ]
    found = [(name, spinning(machine, core)) for name, core in wanted if core in machine.online()]
    return [f"worker {name}: {each.says}" for name, each in found if each.status is not Status.OK]


def memory_notes(made: "Config") -> list[str]:
    """Where rings, pools and slots take more memory than this machine has for them."""
    from feedhandler.config_memory import memory_of  # noqa: PLC0415 (numba)
    from feedhandler.source.memory import check  # noqa: PLC0415
    from feedhandler.source.source import CaptureError  # noqa: PLC0415

    try:
        check(sum(memory_of(made).values()), "rings, pools and slots")
    except CaptureError as error:
        return [str(error)]
    return []

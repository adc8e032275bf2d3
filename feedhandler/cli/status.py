"""`feedhandler status`: how the process of a name is, read from shared memory; the process is not asked."""

import time
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli import options

if TYPE_CHECKING:
    from rich.console import Console

    from feedhandler.telemetry.observing import Observed

STYLES: Final = {"synchronized": "green", "gap": "yellow", "recovering": "yellow", "stale": "red"}
NS: Final = 1_000_000_000
SECONDS_MAX: Final = 5  # with a loss, shown


@click.command(short_help="How a running process is, from its shared memory.")
@click.argument("name", required=False)
@options.as_json("State, counters and latencies as one JSON document.")
@click.option("--prometheus", is_flag=True, help="Metrics as Prometheus reads them.")
@click.option(
    "--serve", metavar="ADDRESS",
    help="Serve /metrics, /healthz and /readyz of the process, such as 127.0.0.1:9464, until Ctrl-C.",
)  # fmt: skip
@click.pass_context
def status(
    ctx: click.Context, /, name: str | None, *, as_json: bool, prometheus: bool, serve: str | None
) -> None:
    """Tell how the process of a name is: feeds, channels, lines, books, rates, latencies.

    Without a name: which processes there are. All is read from shared memory, so the process loses no time by
    it, and one that was killed still shows its last state.

    \b
    Examples:
      feedhandler status
      feedhandler status feedhandler
      feedhandler status feedhandler --prometheus
      feedhandler status feedhandler --serve 127.0.0.1:9464

    Exit codes: 0 when it is well and ready; 1 when it has ended, stands still, or has books that may not be
    trusted; 2 usage; 3 when there is no process of this name.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.main import DATA, OK  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.output import print_json  # noqa: PLC0415
    from feedhandler.telemetry.observing import Observer  # noqa: PLC0415 (numpy)

    if sum([as_json, prometheus, serve is not None]) > 1:
        raise click.UsageError("one of --json, --prometheus and --serve")
    if name is None:
        if prometheus or serve:
            raise click.UsageError("--prometheus, --serve: of which process? give a NAME")
        show_names(as_json=as_json)
        return
    observer = Observer(name)
    seen = look(observer)
    if serve is not None:
        serving(observer, serve)
        return
    if prometheus:
        from feedhandler.telemetry.metrics import render  # noqa: PLC0415

        click.echo(render(seen), nl=False)
    elif as_json:
        print_json(document(seen))
    else:
        draw(seen)
    ctx.exit(DATA if seen.waits() or seen.books_in_doubt else OK)


def look(observer: Any) -> "Observed":
    """The process, or one line that says why not."""
    from feedhandler.cli.output import EnvironmentProblemError  # noqa: PLC0415
    from feedhandler.publish.segment import SegmentError, SegmentNameError  # noqa: PLC0415

    try:
        seen: Observed = observer.look()
    except SegmentNameError as error:
        raise click.UsageError(str(error)) from None
    except SegmentError as error:
        raise EnvironmentProblemError(str(error)) from None
    return seen


def show_names(*, as_json: bool) -> None:
    """Every name that has a state in shared memory."""
    from feedhandler.cli.output import print_json, safe  # noqa: PLC0415
    from feedhandler.publish.segment import SegmentError  # noqa: PLC0415
    from feedhandler.publish.state import names_in_use  # noqa: PLC0415
    from feedhandler.telemetry.observing import Observer  # noqa: PLC0415

    found = []
    for name in names_in_use():
        try:
            seen = Observer(name).look()
        except SegmentError:
            continue  # gone meanwhile, or another user's
        found.append({"name": name, "running": seen.running, "pid": seen.state.get("pid"),
                      "phase": seen.state.get("phase")})  # fmt: skip
    if as_json:
        print_json({"format": 1, "processes": found})
        return
    for each in found:
        how = f"process {each['pid']}, {each['phase']}" if each["running"] else "has ended"
        click.echo(f"{safe(str(each['name']))}  {how}")
    if not found:
        click.echo("no process shares its state")


def document(seen: "Observed") -> dict[str, Any]:
    """All that is known, for machines."""
    return {
        **seen.state,
        "running": seen.running,
        "troubles": seen.troubles(),
        "waits": seen.waits(),
        "counters": {
            name: {key: value for key, value in counters.items() if value}
            for name, counters in seen.counters.items()
        },
        "latencies_ns": {
            name: {stage: histogram.report() for stage, histogram in stages.items()}
            for name, stages in seen.stages.items()
        },
    }


def serving(observer: Any, address: str) -> None:
    """Until Ctrl-C."""
    from feedhandler.cli.output import (  # noqa: PLC0415
        EnvironmentProblemError,
        notice,
        outlive_closed_pipes,
    )
    from feedhandler.telemetry.endpoint import Endpoint  # noqa: PLC0415
    from feedhandler.wire.routes import Group, GroupError  # noqa: PLC0415

    outlive_closed_pipes()
    try:
        Group.parse(address)
        made = Endpoint(address, observer.look)
    except GroupError:
        raise click.UsageError(
            f"--serve {address}: an IPv4 address and a port are expected"
        ) from None
    except OSError as error:
        raise EnvironmentProblemError(f"--serve {address}: {error.strerror}") from None
    with made:
        notice(f"serving http://{made.address}/metrics; Ctrl-C ends it")
        while True:
            time.sleep(3600)


def draw(seen: "Observed") -> None:
    """The process for people."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    from feedhandler.cli.output import page, safe, seconds_text  # noqa: PLC0415

    state = seen.state
    with page() as out:
        up_ns = max(time.time_ns() - int(state.get("started_ns", 0)), 0)
        how = f"process {state.get('pid')}, {state.get('phase')}, for {seconds_text(up_ns)}"
        out.print(Text.assemble((safe(str(state.get("name"))), "bold"), "  ",
                                how if seen.running else "has ended"))  # fmt: skip
        for line in seen.waits():
            out.print(Text(f"note: {safe(line)}", style="yellow"))
        for feed in seen.feeds:
            draw_feed(out, feed)
            draw_stages(out, seen.stages.get(feed["publish"], {}))
            draw_losses(out, feed)


def draw_feed(out: "Console", feed: dict[str, Any]) -> None:
    """Rates, books and channels of a feed."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from feedhandler.cli.output import print_table, safe  # noqa: PLC0415

    rates = "  ".join(f"{number:,} {name}/s" for name, number in feed["rates"].items())
    books = ", ".join(
        f"{number:,} {state.lower()}" for state, number in feed["books"].items() if number
    )
    out.print()
    out.print(Text.assemble((feed["feed"], "bold"), f"  as {safe(feed['publish'])}  {rates}"))
    out.print(f"books  {books or 'none'}; open gaps {feed['gaps_open']}")
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for heading in ("channel", "role", "state", "next"):
        table.add_column(heading, justify="right" if heading in {"channel", "next"} else "left")
    table.add_column("lines: datagrams (first), lost", overflow="fold")
    for channel in feed["channels"]:
        lines = "\n".join(
            f"{line['line']} {line['datagrams']:,} ({line['first']:,}), {line['lost']:,}"
            + (" silent" if line["silent_since"] else "")
            for line in channel["lines"]
        )
        table.add_row(
            str(channel["channel"]), channel["role"],
            Text(channel["state"], style=STYLES.get(channel["state"], "")),
            f"{channel['next_expected']:,}", lines,
        )  # fmt: skip
    if feed["channels"]:
        print_table(out, table)
    if feed["channels_left_out"]:
        out.print(f"and {feed['channels_left_out']} more channels")


def draw_losses(out: "Console", feed: dict[str, Any]) -> None:
    """What was lost where, and in which seconds of late."""
    from rich.text import Text  # noqa: PLC0415

    from feedhandler.cli.output import safe, second_text  # noqa: PLC0415

    losses = feed.get("losses", {})
    if not losses:
        return
    out.print(Text.assemble("lost  ", (safe(places_text(losses)), "red")))
    for each in feed.get("seconds", [])[-SECONDS_MAX:]:
        told = (
            f"  {second_text(each['second'])}  {each['frames']:,} frames, at most {each['peak']:,}"
        )
        out.print(f"{told} in 100 ms; lost {safe(places_text(each['lost']))}")


def places_text(lost: dict[str, int]) -> str:
    """Places and numbers: ring eth1 7, line 1A 3."""
    return ", ".join(f"{place} {number:,}" for place, number in lost.items())


def draw_stages(out: "Console", stages: dict[str, Any]) -> None:
    """Latencies by stage."""
    from rich.table import Table  # noqa: PLC0415

    from feedhandler.cli.output import print_table  # noqa: PLC0415

    if not stages:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column("latency, ns")
    for heading in ("p50", "p90", "p99", "p99.9", "max", "count"):
        table.add_column(heading, justify="right")
    for stage, histogram in stages.items():
        found = histogram.report()
        table.add_row(
            stage, *(f"{found[key]:,}" for key in ("p50", "p90", "p99", "p99.9", "max", "count"))
        )
    print_table(out, table)

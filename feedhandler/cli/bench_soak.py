"""`feedhandler bench soak`: a daemon on a wire of its own for long, and whether it is the same at the end."""

from typing import Any

import click
from click.core import ParameterSource

from feedhandler.cli import options
from feedhandler.cli.bench_live import become_root
from feedhandler.cli.main import DATA, OK
from feedhandler.cli.output import notice, print_json, safe


@click.command(short_help="A daemon for minutes or hours: memory, loss, counts that agree.")
@click.option(
    "--minutes", type=click.IntRange(0), default=3, show_default=True, metavar="N",
    help="How long ...; 0 where only --seconds is given.",
)  # fmt: skip
@click.option("--seconds", type=click.IntRange(0), default=0, metavar="N", help="... and so much.")
@click.option(
    "--rate", type=click.IntRange(1), default=50_000, show_default=True, metavar="N",
    help="Frames a second, both lines together.",
)  # fmt: skip
@click.option(
    "--burst", type=click.IntRange(0), default=5_000, show_default=True, metavar="N",
    help="Of them at once, at the beginning of each second.",
)  # fmt: skip
@click.option(
    "--idle", type=click.Choice(["spin", "spin_then_poll", "block"]), default="spin",
    show_default=True, help="What the loop does when nothing has come.",
)  # fmt: skip
@click.option(
    "--source", type=click.Choice(["packet_ring", "udp_socket", "xdp"]), default="packet_ring",
    show_default=True, help="Where frames are taken from.",
)  # fmt: skip
@click.option("--core", type=click.IntRange(0), metavar="N", help="Where the loop polls.")
@options.as_json("The whole report as one JSON document.")
@click.pass_context
def soak(ctx: click.Context, /, *, as_json: bool, minutes: int, seconds: int, **given: Any) -> None:
    """Run `feedhandler run -c` on a wire of its own, send it a market without an end, and watch it from outside.

    Resident memory every second and its slope, loss by place, a subscribed reader, a service manager that is told
    it is alive; at the end the sender's counts, the receiver's, its metrics' and the reader's must agree.

    Exit codes: 0 when nothing was lost and all counts agree; 1 otherwise; 3 where there can be no namespace.
    """
    if seconds and ctx.get_parameter_source("minutes") is ParameterSource.DEFAULT:
        minutes = 0
    if not minutes and not seconds:
        raise click.UsageError("--minutes 0: no time at all")
    become_root()
    from feedhandler.bench.soak import Soak  # noqa: PLC0415 (the engine)
    from feedhandler.bench.soak import soak as run  # noqa: PLC0415

    made = run(Soak(seconds=60 * minutes + seconds, **given), notice)
    if as_json:
        print_json(made)
    else:
        for line in lines(made):
            click.echo(safe(line))
    ctx.exit(DATA if made["lost"] or made["disagree"] or made["exit_code"] else OK)


def lines(made: dict[str, Any]) -> list[str]:
    """The report for people."""
    sent, memory, used = made["sent"], made["resident_bytes"], made["usage"]

    def counted(name: str) -> str:
        return f"{made['counters'].get(name, 0):,}"

    late_ns = sent["late_ns"]["p99"]
    figures = {
        "sent": f"{sent['frames']:,} frames in {sent['elapsed_ns'] // 1_000_000:,} ms, "
        f"{sent['units']:,} messages; late p99 {late_ns:,} ns",
        "received": f"{counted('frames')} frames, {counted('messages')} messages, "
        f"{counted('events')} events",
        "lost": ", ".join(f"{name} {number:,}" for name, number in made["lost"].items())
        or "nothing",
        "agree": str(made["disagree"] or "sender, counters, metrics, reader"),
        "memory": f"{memory['warm']:,} to {memory['last']:,} bytes resident, most "
        f"{memory['most']:,}; {memory['slope_bytes_per_hour']:+,} bytes an hour",
        "reader": f"{made['reader']['events']:,} events, {made['reader']['lost']:,} lost",
        "watchdog": f"ready {made['watchdog']['ready']}, fed {made['watchdog']['alive']} times",
        "time": f"user {used['user_ms']:,} ms, system {used['system_ms']:,} ms; switches "
        f"{used['voluntary_switches']:,} voluntary, {used['involuntary_switches']:,} involuntary",
    }
    found = [f"{name:<9} {text}" for name, text in figures.items()]
    for stage, each in made["latencies_ns"].items():
        found.append(
            f"{stage:<13} p50 {each['p50']:,}  p99 {each['p99']:,}  p99.9 {each['p99.9']:,}  "
            f"max {each['max']:,} ns  ({each['count']:,})"
        )
    found += [f"second    {each}" for each in made["seconds_with_loss"][-10:]]
    return [*found, f"exit      {made['exit_code']} after {made['exit_ns'] // 1_000_000:,} ms"]

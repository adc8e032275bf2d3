"""`feedhandler bench live`: every live source on a wire of its own, beside the traditional way to receive."""

import os
import shutil
import sys
from typing import Any, Final

import click

from feedhandler.cli import options
from feedhandler.cli.main import INTERRUPTED, OK
from feedhandler.cli.output import EnvironmentProblemError

SOURCES: Final = ("packet_ring", "xdp", "udp_socket", "libpcap", "dpdk", "plain")
PICTURES: Final = (".png", ".svg")
NEEDED: Final = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN")
AGAIN: Final = (
    "FEEDHANDLER_OWN_NAMESPACE"  # set where this process was started again as its own root
)


@click.command(short_help="Every live source: latency, highest rate, cost, bursts.")
@click.option(
    "--source", "sources", multiple=True, type=click.Choice(SOURCES),
    help="Only this; again for more. `plain` is a socket in plain Python.",
)  # fmt: skip
@click.option(
    "--rate", type=click.IntRange(100, 1_000_000), default=20_000, show_default=True, metavar="N",
    help="Frames a second for latencies.",
)  # fmt: skip
@click.option(
    "--frames", type=click.IntRange(1000, 1_000_000), default=5_000, show_default=True, metavar="N",
    help="Frames of a run.",
)  # fmt: skip
@click.option(
    "--runs", type=click.IntRange(1), default=9, show_default=True, metavar="N",
    help="Runs of each source; the medians of their percentiles are shown.",
)  # fmt: skip
@click.option(
    "--core", type=click.IntRange(0), metavar="N", help="Receive here; the last one if not given."
)
@click.option(
    "--sender-core",
    type=click.IntRange(0),
    metavar="N",
    help="Send from here; the first if not given.",
)
@click.option(
    "--priority", type=click.IntRange(0, 99), default=0, metavar="N",
    help="SCHED_FIFO priority of both: only where nobody else needs these cores.",
)  # fmt: skip
@click.option(
    "--burst-factor", type=click.IntRange(2, 1000), default=100, show_default=True, metavar="N",
    help="How much faster a burst is than the calm of 5,000 frames a second around it.",
)  # fmt: skip
@click.option(
    "--plot", metavar="FILE", type=click.Path(dir_okay=False),
    help="Draw the distributions: .png or .svg (needs the extra `plot`).",
)  # fmt: skip
@options.as_json("Everything as one JSON document.")
@click.pass_context
def live(ctx: click.Context, /, **given: Any) -> None:
    """Time every live source from a wire to the book, beside a blocking socket in plain Python.

    Two network namespaces with a virtual wire between them are made for it and are gone afterwards: root is
    needed, or an unprivileged user namespace, in which nothing is received by AF_XDP. One process sends stamped
    frames of a made-up market from one core, another receives on a second one; both read the same clock.

    \b
    latency   from before the sender's send(2) to books and best prices; medians of the runs' percentiles;
              `kernel`: the median up to the kernel's own stamp, which is the sender's work and the wire's
    drain     3,000 frames lie ready: ns of a frame, taken by the source alone; 10,000, taken into the books;
              the least of three
    lossless  the highest rate without loss; `>` = the sender cannot send faster
    burst     calm, 20,000 frames at 100 times the rate, calm: queue, delay, time to catch up, loss

    Virtual cores and other work disturb: p99.9 and max are then the machine's. Hardware time stamps, zero-copy
    and real cards cannot be seen on a virtual wire.
    """  # noqa: D301 (click wants the very character)
    if given["plot"] and not given["plot"].lower().endswith(PICTURES):
        raise click.UsageError(f"--plot {given['plot']}: the name has to end in .png or .svg")
    become_root()
    from feedhandler.bench.live import Contest, Plan, chosen  # noqa: PLC0415 (numba)
    from feedhandler.bench.live_bed import Cores  # noqa: PLC0415
    from feedhandler.bench.plot import draw, drawing  # noqa: PLC0415
    from feedhandler.cli.bar import progress  # noqa: PLC0415
    from feedhandler.cli.bench_live_text import draw_live  # noqa: PLC0415
    from feedhandler.cli.output import page, print_json  # noqa: PLC0415

    if given["plot"]:
        drawing(given["plot"])
    receiver, sender = cores(given["core"], given["sender_core"])
    if given["priority"]:
        look_at_priority(given["priority"], receiver, sender)
    plan = Plan(
        contestants=tuple(chosen(given["sources"])), rate=given["rate"], frames=given["frames"],
        runs=given["runs"], burst_factor=given["burst_factor"],
        cores=Cores(sender, receiver, given["priority"]),
    )  # fmt: skip
    done = 0
    with progress("bench", "trials", wanted=not given["as_json"]) as tick:

        def each() -> None:
            nonlocal done
            done += 1
            if tick is not None:
                tick(done, plan.steps)

        contest = Contest(plan, each)
        contest.run()
    if given["plot"]:
        draw(given["plot"], contest.outcomes, f"{plan.rate:,} frames a second")
    if given["as_json"]:
        print_json(contest.as_dict())
    else:
        with page() as out:
            draw_live(out, contest)
    ctx.exit(INTERRUPTED if contest.interrupted else OK)


def cores(receiver: int | None, sender: int | None) -> tuple[int, int]:
    """Where to receive and where to send."""
    allowed = sorted(os.sched_getaffinity(0))
    for name, core in (("--core", receiver), ("--sender-core", sender)):
        if core is not None and core not in allowed:
            raise click.UsageError(f"{name} {core}: allowed are {', '.join(map(str, allowed))}")
    if len(allowed) < 2:
        raise click.UsageError("two cores are needed: one sends, one receives")
    chosen_receiver = allowed[-1] if receiver is None else receiver
    others = [core for core in allowed if core != chosen_receiver]
    return chosen_receiver, others[0] if sender is None else sender


def look_at_priority(priority: int, *polling: int) -> None:
    """Whether it may be had at all, which is tried, and for whom else nothing is left of these cores."""
    from feedhandler.doctor.finding import Status  # noqa: PLC0415 (not for --help)
    from feedhandler.service.steadiness import alone, in_real_time  # noqa: PLC0415 (numba)

    tried = in_real_time(priority)
    if tried.status is not Status.OK:
        raise EnvironmentProblemError(f"--priority: {tried.says}: {tried.mend}")
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    for core in polling:
        found = alone(core)
        if found.status is not Status.OK:
            click.echo(f"warning: {found.says}", err=True)


def become_root() -> None:
    """Without the right to make namespaces: start again in one of our own, in which we have it."""
    from feedhandler.doctor.machine import Machine  # noqa: PLC0415 (not for --help)
    from feedhandler.doctor.privileges import effective  # noqa: PLC0415
    from feedhandler.source.capability import missing  # noqa: PLC0415

    have = effective(Machine())
    program = shutil.which("unshare")
    if have is None or not missing(NEEDED, have) or AGAIN in os.environ or program is None:
        return
    os.environ[AGAIN] = "1"
    own = ("--user", "--map-root-user", "--net")
    words = [program, *own, sys.executable, "-m", "feedhandler", *sys.argv[1:]]
    os.execv(program, words)  # noqa: S606 (our own words)

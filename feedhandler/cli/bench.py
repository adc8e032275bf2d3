"""`feedhandler bench`: measurements; each subcommand asks one question and says what the answer depends on."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar

import click

from feedhandler.cli import options
from feedhandler.cli.bar import progress
from feedhandler.cli.bench_live import live
from feedhandler.cli.bench_soak import soak
from feedhandler.cli.main import DATA, INTERRUPTED, OK
from feedhandler.cli.output import page, print_json, safe

F = TypeVar("F", bound=Callable[..., Any])

KERNEL: Final = "kernel.decode_and_apply"
FEED: Final = "nasdaq.itch50"
MESSAGES: Final = 100_000


def runs(default: int) -> Callable[[F], F]:
    """--runs."""
    return click.option(
        "--runs", type=click.IntRange(1), default=default, show_default=True, metavar="N",
        help="How often; medians are shown.",
    )  # fmt: skip


def core(function: F) -> F:
    """--core."""
    return click.option(
        "--core", type=click.IntRange(0), metavar="N",
        help="Pin to this core; without it, the last one of those that are allowed.",
    )(function)  # fmt: skip


def messages(function: F) -> F:
    """--messages."""
    return click.option(
        "--messages", type=click.IntRange(1), default=MESSAGES, show_default=True, metavar="N",
        help="Without FILE: simulate so many.",
    )(function)  # fmt: skip


@click.group(short_help="Measure speed, also against another program.")
def bench() -> None:
    """Measure speed: the whole path, also beside another program, or one stage.

    Numbers are medians, printed with what they depend on: processor, caches, load, versions. A machine that
    does other work at the same time gives ratios at best.

    \b
    Examples:
      feedhandler bench replay day.pcap --core 1
      feedhandler bench replay day.pcap --against './other-program day.pcap' --runs 7
      feedhandler bench decode
      feedhandler bench cme --json
    """  # noqa: D301 (click wants the very character)


@bench.command(short_help="The whole path, from capture to books and best prices.")
@options.one_file
@options.feed
@click.option(
    "--against", metavar="CMD",
    help="Another command for the same capture, in turn with ours. It prints a JSON object with "
    "ns_per_message; if it has checksum, levels or bbo_changes, they must be ours.",
)  # fmt: skip
@click.option(
    "--passes", type=click.IntRange(1), default=3, show_default=True, metavar="N",
    help="Replays within a run of ours, of which the median counts.",
)  # fmt: skip
@runs(5)
@core
@options.as_json("Everything as one JSON document.")
@click.pass_context
def replay(ctx: click.Context, /, **given: Any) -> None:
    """Time the whole path: bytes of a capture to order-by-order books and the table of best prices.

    Each run is a process of its own on one core. Timed is the replay alone: the file is in memory, compiled
    code is loaded, the digest is off. The ratio is their time by ours, so above 1 we are faster.

    \b
    checksum: over all levels of all books, sides in the order instrument * 2 + (1 if ask), levels from worst
    to best, sum = sum * 31 + price * size + orders modulo 2**64, prices in units of 0.0001.

    Exit code 1 when the two programs do not come to the same results.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.bench.replay import contest  # noqa: PLC0415 (numba)
    from feedhandler.cli.bench_text import draw_contest  # noqa: PLC0415
    from feedhandler.cli.running import find_feed  # noqa: PLC0415

    if given["against"] is not None and not given["against"].strip():
        raise click.UsageError("--against: a command is expected")
    feed = find_feed([given["file"]], given["feed_name"])
    total = given["runs"] * (2 if given["against"] else 1)
    done = 0
    with waiting(given) as tick:

        def each() -> None:
            nonlocal done
            done += 1
            if tick is not None:
                tick(done, total)

        made = contest(
            given["file"], feed, against=given["against"] or "", runs=given["runs"],
            passes=given["passes"], core=last_core(given["core"]), each=each,
        )  # fmt: skip
    if given["as_json"]:
        print_json(made.as_dict())
    else:
        with page() as out:
            draw_contest(out, made)
            if made.interrupted:
                out.print(f"interrupted: {len(made.ours)} of {given['runs']} runs")
    ctx.exit(DATA if made.differences else INTERRUPTED if made.interrupted else OK)


def waiting(given: dict[str, Any]) -> AbstractContextManager[Any]:
    """A bar over runs."""
    return progress("bench", "runs", wanted=not given["as_json"])


def last_core(wanted: int | None) -> int | None:
    """The core to pin to."""
    import os  # noqa: PLC0415

    if not hasattr(os, "sched_getaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    if wanted is None:
        return allowed[-1]
    if wanted not in allowed:
        raise click.UsageError(f"--core {wanted}: allowed are {', '.join(map(str, allowed))}")
    return wanted


def stage(name: str, question: str) -> None:
    """A subcommand that measures one stage over a capture, or a simulated one."""

    @bench.command(name, short_help=question, help=f"{question}\n\nWithout FILE, a capture of line A "
                   "is simulated and held in memory.")  # fmt: skip
    @options.perhaps_a_file
    @options.feed
    @messages
    @runs(7)
    @core
    @options.as_json("The measurement as one JSON document.")
    def command(**given: Any) -> None:
        from importlib import import_module  # noqa: PLC0415

        module = import_module(f"feedhandler.bench.{name}")
        from feedhandler.cli.running import find_feed  # noqa: PLC0415

        path = given["file"]
        asked = click.get_current_context().get_parameter_source("messages")
        if path and asked is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError("--messages: FILE is measured with those that it has")
        chosen = given["feed_name"] or (None if path else FEED)
        feed = find_feed([path], chosen)
        show(given, lambda: [module.measure(path, feed, given["messages"], given["runs"])])


stage("wire", "Frame to datagram and route, ns a frame.")
stage("decode", "Datagram to Event rows by the compiled decoder, ns a message.")
stage("kaitai", "Datagram to Event rows by the reference decoder, ns a message.")
stage(
    "sampling",
    "Frames whose latencies are measured in the loop, ns a frame; --json: what that costs.",
)
stage("book", "Event rows to books by order or by level, ns a row.")


@bench.command(short_help="FAST messages to records by generated code, ns a message.")
@options.one_file
@click.option(
    "--templates", type=options.CAPTURE, required=True, metavar="XML",
    help="The venue's FAST templates.",
)  # fmt: skip
@runs(15)
@core
@options.as_json("The measurement as one JSON document.")
def fast(**given: Any) -> None:
    """Time the FAST decoder that is generated from templates: every field of every message of FILE.

    FILE holds messages, each behind its length in four bytes (little-endian). The first of them are also read
    by the interpreter of the templates, which must come to the same values.
    """
    from feedhandler.bench.fast import measure  # noqa: PLC0415 (numba)

    show(given, lambda: [measure(given["file"], given["templates"], given["runs"])])


@bench.command()
@click.option("--events", type=click.IntRange(1), default=MESSAGES, show_default=True, metavar="N")
@runs(7)
@core
@options.as_json("The measurements as one JSON document.")
def publish(**given: Any) -> None:
    """Events into the ring, best prices under their lock."""
    from feedhandler.bench.publish import measure_best, measure_ring  # noqa: PLC0415 (numba)

    both = (measure_ring, measure_best)
    show(given, lambda: (each(given["events"], given["runs"]) for each in both))


@bench.command()
@click.option(
    "--entries", type=click.IntRange(100), default=400_000, show_default=True, metavar="N"
)
@click.option(
    "--instruments", type=click.IntRange(1, 5000), default=64, show_default=True, metavar="N"
)
@runs(7)
@core
@options.as_json("The measurements as one JSON document.")
def cme(**given: Any) -> None:
    """CME book entries: decode, then decode and book.

    MDP 3.0 template 46 in memory, made from a seed: ten-deep books by price, one event a packet. Headers of
    frames and the sequence are not part of it.
    """
    from feedhandler.bench.cme import measure  # noqa: PLC0415 (numba)

    show(given, lambda: measure(given["entries"], given["instruments"], given["runs"]))


bench.add_command(live)
bench.add_command(soak)


def show(given: dict[str, Any], measure: Callable[[], Iterable[Any]]) -> None:
    """Measure on one core and print; after Ctrl-C, what was measured until then."""
    from feedhandler.bench.measurement import machine, pinned  # noqa: PLC0415 (numba)

    chosen = last_core(given["core"])
    found: list[Any] = []
    interrupted = False
    try:
        with pinned(chosen):
            for each in measure():
                found.append(each)
                if interrupted := len(each.wall_ns) < given["runs"]:
                    break
    except KeyboardInterrupt:
        if not found:
            raise
        interrupted = True
    if given["as_json"]:
        document = {"measurements": [each.as_dict() for each in found], "interrupted": interrupted}
        print_json({**document, "core": chosen, "machine": machine()})
    else:
        tell(found, chosen, interrupted=interrupted)
    click.get_current_context().exit(INTERRUPTED if interrupted else OK)


def tell(found: list[Any], chosen: int | None, *, interrupted: bool) -> None:
    """The measurements, for people."""
    from feedhandler.bench.measurement import machine  # noqa: PLC0415 (numba)

    for each in found:
        told = each.as_dict()
        unit = each.unit
        click.echo(safe(told["question"]))
        click.echo(
            f"  {told[f'ns_per_{unit}']:,} ns per {unit} (least {told[f'ns_per_{unit}_min']:,}), "
            f"{each.rate} per second; {each.count:,} a pass, {len(each.wall_ns)} passes"
        )
        click.echo(f"  {told['memory']}")
    if interrupted:
        click.echo("interrupted: not all runs were made")
    click.echo(machine_line(machine(), chosen))


def machine_line(told: dict[str, Any], chosen: int | None) -> str:
    """What the numbers depend on, in a line."""
    load = ", ".join(str(each) for each in told["load_average"])
    where = "" if chosen is None else f", pinned to core {chosen}"
    jit = "" if told["jit"] else ", JIT off"
    return (
        f"{told['cpu']}, {told['cores']} cores{where}; load {load}; Python {told['python']}, "
        f"numba {told['numba']}, numpy {told['numpy']}{jit}; {told['clock']}"
    )

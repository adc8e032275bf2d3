"""`feedhandler replay`: its options; the work is in `replay_run.py`, imported when it begins."""

from typing import Any, Final

import click

from feedhandler.cli import options
from feedhandler.cli.repeating import Given, Repeatable

# What changes only what is shown or written; every other option is in the command that repeats a run.
SHOWN: Final = frozenset({"depth", "events", "as_json", "totals_only", "quiet", "verbose"})
OF_SENDING: Final = frozenset({"to", "expression", "speed", "as_json", "quiet", "by"})


@click.command(cls=Repeatable, short_help="Rebuild the books of captures, and report.")
@options.files
@options.expression
@options.feed
@options.templates
@click.option(
    "--symbol", "symbols", multiple=True, metavar="SYMBOL",
    help='Show this book (may be given again); "#12" is instrument id 12.',
)  # fmt: skip
@options.depth
@options.at
@click.option(
    "--events", metavar="OUT.ndjson",
    help='Write every event as a line of JSON; "-" is standard output.',
)  # fmt: skip
@options.decoder
@click.option(
    "--speed", callback=options.speed_of, default="max", show_default=True, metavar="max|xN",
    help="As fast as possible, or at N times the recorded pace.",
)  # fmt: skip
@click.option(
    "--to", metavar="IFACE", **options.once("replay sends to one interface"),
    help="Put the frames on this interface (CAP_NET_RAW), by default at recorded pace, and build no books.",
)  # fmt: skip
@click.option(
    "--by", type=click.Choice(["packet", "xdp"]), default="packet", show_default=True,
    help="With --to: a packet socket, or AF_XDP (quicker at full speed).",
)  # fmt: skip
@options.checksums
@options.faults
@click.option(
    "--seed", type=int, metavar="S", help="Which run of --faults; the default is 1.",
)  # fmt: skip
@click.option(
    "--shm", metavar="NAME",
    help="Publish events, best prices and counters in shared memory while replaying.",
)  # fmt: skip
@options.gap_timeout
@options.gap_count
@options.slots
@options.told_timeout
@options.recovery_timeout
@options.recovery_servers
@options.natural_refresh
@options.malformed_max
@options.doubt_max
@options.as_json("The report as one JSON document.")
@click.option("-n", "totals_only", is_flag=True, help="Totals only: no channels, no books.")
@options.quiet
@options.verbose("More: every gap and counter, changes of state; -vv all.")
@click.pass_context
def replay(ctx: click.Context, /, **given: Any) -> None:
    """Rebuild the books of one or many captures and report what was found.

    Several files are merged by time: the lines of a feed may lie in one file each. The report tells frames,
    datagrams, messages and events, gaps with their ranges, duplicates, what was not taken and why, every
    channel with its lines, and digests of all events and of what the final books hold: equal digests, equal
    events and books. The state of a book (STALE or not) is no part of them.

    \b
    Examples:
      feedhandler replay day.pcap.zst
      feedhandler replay line_a.pcap line_b.pcap --symbol AAPL --symbol MSFT --depth 5
      feedhandler replay day.pcap --at 09:30:00.5 --json
      feedhandler replay day.pcap -f 'udp dst port 26477' --events - | jq -c 'select(.kind == "trade")'
      feedhandler replay day.pcap --speed x10 --shm demo
      sudo feedhandler replay day.pcap --to eth1 --speed 2
      feedhandler replay day.pcap --faults 'drop=1e-3,reorder=8,line-b-dead=2s..5s' --seed 7
      feedhandler replay day.pcap --recover 127.0.0.1:17001 --snapshot 127.0.0.1:17002 --login USER

    Faults: drop=RATE, burst=FRAMES@RATE (a run is lost), tear=FRAMES@RATE (likewise of snapshot loops),
    dead=FROM..TO (nothing comes), dup=RATE, corrupt=RATE (one bit), truncate=RATE, delay=TIME[@RATE],
    skew=TIME (line B runs behind), reorder=FRAMES[@RATE], clock=+TIME@AT (receive times jump). One line only:
    line-b-drop=1e-2, line-233.54.12.111:26477-dead=2s..5s. FRAMES and TIME may be ranges, 50us..2ms; a rate is
    1e-3, 0.1% or 1/1000. Times count from the first frame. The same seed gives the same faults. Damaged frames are
    left out by their UDP checksum, as a card does it; with --no-checksums they come in, and a book may be wrong
    without being in doubt.

    Events: prices are integers in units of 1e-9, times are ns since 1970, null is what was not given.

    A book is in doubt when something of it was lost, also before a capture that begins in mid-session, and nothing
    has brought it back: the report tells how many are at the end, and why. --doubt-max allows some.
    "Complete" is said where the end of the session came (MoldUDP64); what is lost at the end shows by nothing else.

    Exit codes: 0 when no loss was seen, nothing was malformed and no book is in doubt at the end; 1 when there is a
    gap, a malformed datagram or message, a book in doubt, a limit that was reached, no frame (or none that --filter
    let pass), no datagram of the feed, a --symbol without a book, or a capture that does not end as it should (what
    came before was used); 2 usage; 3 environment; 130 after Ctrl-C, 143 after SIGTERM: what was seen so far is still
    reported.
    """  # noqa: D301 (click wants the very character)
    to, by = given.pop("to"), given.pop("by")
    typed = Given.of(ctx, SHOWN)
    if to is not None:
        ctx.exit(sent(ctx, given, typed, to, by))
    if "by" in typed.options():
        raise click.UsageError("--by: without --to nothing is sent")
    from feedhandler.cli.warming import ENGINE, tell_of_compiling  # noqa: PLC0415 (numba)

    cold = tell_of_compiling(ENGINE, quiet=given["quiet"])
    from feedhandler.cli.replay_run import Options, run  # noqa: PLC0415 (the engine)

    ctx.exit(run(Options(**given, given=typed, cold=cold)))


def sent(ctx: click.Context, given: dict[str, Any], typed: Given, to: str, by: Any) -> int:
    """Put the frames on a wire; the exit code."""
    for name, option in typed.options().items():
        if name not in OF_SENDING:
            raise click.UsageError(f"{option}: --to builds no books")
    from feedhandler.cli.warming import SENDING, tell_of_compiling  # noqa: PLC0415 (numba)

    tell_of_compiling(*SENDING, quiet=given["quiet"])
    from feedhandler.cli.send import chosen_speed, send  # noqa: PLC0415 (numba)

    return send(
        given["files"], to, by=by, speed=chosen_speed(ctx, given["speed"]),
        expression=given["expression"], as_json=given["as_json"], quiet=given["quiet"],
    )  # fmt: skip

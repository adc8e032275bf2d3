"""`feedhandler run`: its options; the work is in `run_live.py`, imported when it begins."""

import os
from typing import Any

import click

from feedhandler.cli import options
from feedhandler.cli.hang_up import EARLY

# Before NumPy is imported: its threads for matrices would keep privileges that the daemon gives up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SOURCES = {
    "ring": "packet_ring",
    "socket": "udp_socket",
    "xdp": "xdp",
    "dpdk": "dpdk",
    "libpcap": "libpcap",
}
BUSY_POLL_US_MAX = 1_000_000
OF_SOURCES = {  # options that mean something to these sources only
    "frame_bytes": ("packet_ring", "dpdk"),
    "sending": ("packet_ring", "udp_socket", "xdp", "libpcap"),
    "xdp_mode": ("xdp",),
    "busy_poll_us": ("xdp", "udp_socket"),
}
BESIDE = (  # what may be given beside -c
    "file", "seconds", "every_ns", "malformed_max", "doubt_max", "as_json", "quiet",
)  # fmt: skip
IDLES = ("spin", "spin-then-poll", "block")


@click.command(short_help="Keep the books of a feed from a live interface.")
@click.option(
    "-c", "--config", "file", type=click.Path(readable=False), metavar="FILE",
    **options.once("one configuration holds all feeds"),
    help="Run the feeds of this configuration, as a service does; see `feedhandler config`.",
)  # fmt: skip
@click.option(
    "-i", "--interface", "interfaces", multiple=True, metavar="IFACE",
    help="Where the feed comes; again for line B on another interface.",
)  # fmt: skip
@click.option(
    "--feed", "feed_name", metavar="NAME", help="The feed; see `feedhandler protocols`.",
    **options.once("it is one; several run by a configuration (-c)", options.feed_name),
)  # fmt: skip
@options.templates
@click.option(
    "--source", type=click.Choice(list(dict.fromkeys([*SOURCES, *SOURCES.values()]))), default="ring",
    show_default=True,
    help="A packet socket's ring (CAP_NET_RAW), UDP sockets (no privilege; Onload, VMA), AF_XDP "
    "(CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF), DPDK (IFACE is a device of its: a PCI address, or such as "
    "net_af_packet0,iface=eth1), or libpcap (portable, slow).",
)  # fmt: skip
@click.option(
    "--idle", type=click.Choice(IDLES), default="spin", show_default=True,
    help="What the loop does when nothing has come.",
)  # fmt: skip
@click.option("--core", type=click.IntRange(0), metavar="N", help="Poll on this core.")
@click.option(
    "--priority", type=click.IntRange(0, 99), default=0, metavar="N",
    help="SCHED_FIFO priority of the loop; only with an isolated --core.",
)  # fmt: skip
@click.option("--lock-memory", is_flag=True, help="Keep all memory in place (mlockall).")
@click.option(
    "--from", "sending", multiple=True, callback=options.senders_of_lines, metavar="[LINE=]ADDRESS",
    help="Take what this host sends, and nobody else's; join source-specifically. With LINE (A=10.1.1.1) that of one "
    "line, may be given again; without, of all lines that are not named. Not for dpdk.",
)  # fmt: skip
@options.expression
@click.option(
    "--ring-bytes", type=click.IntRange(1 << 20), default=64 << 20, metavar="N",
    help="Of the ring, of each socket's buffer, of AF_XDP's memory, or of DPDK's buffers.",
)  # fmt: skip
@click.option(
    "--frame-bytes", type=click.IntRange(64, 1 << 16), metavar="N",
    help="ring, dpdk: the longest frame that a slot holds, longer ones are cut; if not given that of the interface's "
    "MTU, or 2048 (dpdk).",
)  # fmt: skip
@click.option(
    "--xdp-mode", type=click.Choice(["native", "generic"]), metavar="MODE",
    help="xdp: native (in the driver) or generic (behind it); native where it can be if not given.",
)  # fmt: skip
@click.option(
    "--busy-poll", "busy_poll_us", type=click.IntRange(0, BUSY_POLL_US_MAX), default=0, metavar="US",
    help="xdp, socket: our polls do the driver's work, for so many microseconds.",
)  # fmt: skip
@click.option("--seconds", type=click.IntRange(1), metavar="N", help="Run so long only.")
@click.option(
    "--every", "every_ns", callback=options.duration_of, default="1s", show_default=True,
    metavar="TIME", help="How often it is told.",
)  # fmt: skip
@click.option(
    "--shm", metavar="NAME", help="Publish events, best prices and counters in shared memory."
)
@click.option(
    "--digest", is_flag=True,
    help="Tell at the end the digests of events and books: those of a replay of the same frames.",
)  # fmt: skip
@options.gap_timeout
@options.gap_count
@options.slots
@options.told_timeout
@options.recovery_timeout
@options.recovery_servers
@options.malformed_max
@options.doubt_max
@options.as_json("Lines of JSON also on a terminal.")
@options.quiet
@options.verbose("More: changes of state; -vv all.")
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:
    """Keep the books of a feed as it comes, and tell what it does: a table on a terminal, else lines of JSON.

    The groups are those of the feed's description; they are joined on each interface. One thread polls, on
    --core if one is given, and waits for Python only where something is to be decided; frames that wait go before
    what recovery servers say. Frames lost before they could be seen are counted by place: ring_drops, socket_drops,
    cut_frames, card_drops, buffer_drops.

    \b
    Examples:
      sudo feedhandler run -i eth1 --feed nasdaq.itch50
      feedhandler run -i eth1 -i eth2 --feed cme.mdp3 --core 3 --shm md
      feedhandler run -i eth1 --feed nasdaq.itch50 --source socket --idle block | jq .counters
      feedhandler run -i eth1 -i eth2 --feed nasdaq.itch50 --from A=10.1.1.1 --from B=10.2.2.2
      feedhandler run -i eth1 --feed nasdaq.itch50 --recover 10.1.0.7:17001
      sudo feedhandler run -i 0000:3b:00.0 --feed nasdaq.itch50 --source dpdk
      feedhandler run -c /etc/feedhandler/feed.toml

    Without root: sudo setcap cap_net_raw+ep on the interpreter, or AmbientCapabilities=CAP_NET_RAW in a service.

    With -c all else is in the file, but --seconds, --every, --malformed-max, --doubt-max, --json, -q: channels
    spread over workers, each with its core; state, metrics and health under the configuration's name; systemd is
    told when the first book is synchronized, and fed as long as the loops get on; privileges are given up once all
    is open. The log is lines of JSON on standard error. SIGHUP reads the file again: the log level, the address of
    metrics, and of each feed, known by what it publishes, when a hole is a gap, when a line is silent and how far
    pools may grow are taken at once; all else is told (reloaded), and waits for a restart.

    A SIGHUP that comes while it starts is obeyed once it runs. Only while Python itself starts, for tens of
    milliseconds, it ends the program, unless that was started deaf to it: nohup feedhandler run -c FILE.

    An interface that goes down is told (link_down) and waited for: readiness fails while a channel comes by no other
    one. An interface that is gone, deleted or moved away, cannot come back: the run ends with code 3 once a channel
    has no other left.

    Where nobody reads standard output any more (| head), a feed of the command line ends; a service goes on without.

    At its end it tells what a replay tells: gaps, books in doubt, and "complete" where the end of every session
    came (MoldUDP64), else "no loss seen". JSON has it in the line whose state is "ended", with the exit code. With
    --digest it tells what `feedhandler replay` of a capture of the same frames would.

    Exit codes: 0 when it was ended (Ctrl-C, SIGTERM, --seconds) and there was nothing that makes a replay's code 1;
    1 when there was: a gap, a frame lost by ring, socket or DPDK's device, something malformed, a limit that was
    reached, no frame or no datagram of the feed at all, a book in doubt at the end (as they are behind a join in
    mid-session that nothing healed), while what another card lost may be anybody's and is only told; 2 usage, or a
    fault of the configuration; 3 environment; 70 when a loop failed.
    """  # noqa: D301 (click wants the very character)
    if given["file"] is None:
        EARLY.take_back()
    from feedhandler.cli.warming import ENGINE, LIVE, tell_of_compiling  # noqa: PLC0415 (numba)

    if given["every_ns"] == 0:
        raise click.UsageError("--every: a time of more than nothing is needed")
    check(ctx, given)
    cold = tell_of_compiling(ENGINE, *LIVE, quiet=given["quiet"])
    from feedhandler.cli.run_live import Options, run_config, run_live  # noqa: PLC0415 (the engine)

    given["source"] = SOURCES.get(given["source"], given["source"])
    given["idle"] = given["idle"].replace("-", "_")
    asked = Options(**given, cold=cold)
    ctx.exit(run_live(asked) if asked.file is None else run_config(asked))


def check_source(ctx: click.Context, given: dict[str, Any]) -> None:
    """No option is passed over in silence."""
    source = SOURCES.get(given["source"], given["source"])
    for name, sources in OF_SOURCES.items():
        asked = ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if asked and source not in sources:
            option = next(each.opts[-1] for each in ctx.command.params if each.name == name)
            raise click.UsageError(f"{option}: is for --source {' or '.join(sources)}")


def check(ctx: click.Context, given: dict[str, Any]) -> None:
    """Either a configuration, or an interface and a feed."""
    if given["file"] is None:
        for name, option in (("interfaces", "--interface"), ("feed_name", "--feed")):
            if not given[name]:
                raise click.UsageError(f"{option} is missing; or give a configuration with -c")
        interfaces = given["interfaces"]
        if len(set(interfaces)) < len(interfaces):
            raise click.UsageError("--interface: the same one twice")
        if given["priority"] and given["idle"] == "spin" and given["core"] is None:
            raise click.UsageError("--priority: a spinning loop needs a --core of its own")
        check_source(ctx, given)
        return
    for parameter in ctx.command.params:
        source = ctx.get_parameter_source(parameter.name or "")
        if parameter.name not in BESIDE and source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{parameter.opts[-1]}: the configuration tells it")

"""`feedhandler simulate`: a seeded capture of a made-up market, and the truth about it."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from feedhandler.cli import options, recovery, serving
from feedhandler.cli.bar import Tick, progress
from feedhandler.cli.main import DATA
from feedhandler.cli.output import EnvironmentProblemError, bytes_text, print_json, seconds_text

if TYPE_CHECKING:
    from feedhandler.simulator.frames import Frame
    from feedhandler.simulator.sockets import VenueSockets

T = TypeVar("T")

EVERY: Final = 256  # frames between looks at the clock
# Arguments that only frames have: a BinaryFILE holds none.
OF_CME: Final = ("channel_reset", "long_quantity", "snapshot_ns")
OF_FILES: Final = ("lines", "vlan", "faults", "fault_seed", "recover")
OF_FRAMES: Final = ("lines", "vlan", "channel_reset", "long_quantity", "snapshot_ns")


@click.command(short_help="Write a capture of a made-up market.")
@click.argument("name", metavar="[FEED]", required=False)
@click.option(
    "--feed", "feed_name", metavar="NAME", help="The feed, if it is not given as FEED.",
    **options.once("one market is made"),
)  # fmt: skip
@click.option(
    "-w", "--write", "path", metavar="FILE", type=click.Path(dir_okay=False, readable=False),
    **options.once("one file is written"),
    help="Where to: .pcap or .pcapng, then .gz or .zst to pack it; any name for a BinaryFILE.",
)  # fmt: skip
@click.option(
    "--messages", type=click.IntRange(1), default=10_000, show_default=True, metavar="N",
    help="About so many messages.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, metavar="S", help="Another market.")
@click.option(
    "--instruments", type=click.IntRange(1), default=8, show_default=True, metavar="N",
    help="How many are traded.",
)  # fmt: skip
@click.option(
    "--lines", type=click.Choice(["A", "B", "AB"]), default="AB", show_default=True,
    help="Which lines are recorded; B runs a little behind A, and now and then before it.",
)  # fmt: skip
@click.option("--vlan", type=click.IntRange(1, 4094), metavar="ID", help="Tag every frame.")
@click.option("--channel-reset", is_flag=True, help="CME: reset the channel half way, and recover.")
@click.option("--long-quantity", is_flag=True, help="CME: a product in templates 64 to 69.")
@options.faults
@click.option(
    "--fault-seed", type=int, metavar="S",
    help="Which run of --faults; the default is the market's seed.",
)  # fmt: skip
@click.option(
    "--snapshot-ns", type=click.IntRange(1), metavar="NS",
    help="CME: between the packets of each snapshot loop; 20000000 if not given.",
)  # fmt: skip
@click.option(
    "--recover", is_flag=False, flag_value="", metavar="[WRONGS]",
    help="ITCH: what no line brought is asked for again, and the replies are in the capture.",
)  # fmt: skip
@click.option(
    "--to", "interfaces", multiple=True, metavar="IFACE",
    help="Send it from this interface, at the venue's pace; again for line B on another one.",
)  # fmt: skip
@click.option(
    "--speed", callback=options.speed_of, default="1", show_default=True, metavar="max|xN",
    help="With --to: as fast as possible, or N times the venue's pace.",
)  # fmt: skip
@serving.serve_options
@options.as_json("What was written as one JSON document, the final books included.")
@options.quiet
def simulate(**given: Any) -> None:
    """Write a capture of a small venue that exists nowhere else: same seed, same bytes.

    Order flow has a realistic mix (adds 44, deletes 42, replaces 8, executions 4, cancels 2 per cent), times
    are in nanoseconds, headers are real. For CME there are incremental, snapshot and definition channels, with
    books by price and by order together.

    \b
    Examples:
      feedhandler simulate nasdaq.itch50 -w day.pcap --messages 200000 --instruments 30
      feedhandler simulate cme.mdp3 -w futures.pcapng.zst --seed 7 --lines A
      feedhandler simulate --feed nasdaq.itch50 -w tagged.pcap.gz --vlan 208
      feedhandler simulate nasdaq.itch50.file -w day.binaryfile
      feedhandler simulate nasdaq.itch50 -w bad.pcap --faults 'line-a-drop=1%,line-b-drop=1%' --fault-seed 3
      feedhandler simulate nasdaq.itch50 -w healed.pcap --faults 'drop=5%' --recover drop=0.1,slow=1ms
      feedhandler simulate nasdaq.itch50 -w bad.pcap --faults 'drop=5%' --serve --port request=17001
      feedhandler simulate nasdaq.itch50 --serve --wrongs 'cut=0.01,refuse=0.1' --known 5000 --seconds 60
      sudo feedhandler simulate nasdaq.itch50 --to eth1 --to eth2 --faults 'line-a-drop=1%' --serve

    With --faults the capture is what a bad network brought of the same market: what `feedhandler replay` of the
    clean capture makes of these faults with this seed, and its --help tells which there are. The truth stays
    that of the whole market. With --recover a receiver is played that asks the venue's server for what did not
    come; the replies are frames to 192.0.2.26:26400 at the times at which they arrive.

    With --serve the venue's recovery servers listen until Ctrl-C, on 127.0.0.1 or where --listen says, over the
    same day: MoldUDP64 requests, SoupBinTCP stream and GLIMPSE snapshot, or CME TCP replay (password SECRET).
    WRONGS is what servers do wrong: drop=0.1, duplicate=0.1, short=0.2, refuse=0.1, cut=0.01 (shares), slow=5ms,
    reorder=2ms.

    With --to a live venue sends the same frames to the feed's groups, each with a deadline of its own (needs
    CAP_NET_RAW); its servers, with --serve, answer meanwhile and know the whole day, or --known.

    Feeds: nasdaq.itch50, nasdaq.itch50.file (length-prefixed messages without frames), cme.mdp3.
    """  # noqa: D301 (click wants the very character)
    feed = chosen(given["name"], given["feed_name"])
    refuse_what_is_nothing_to(feed, given)
    arguments = {key: given[key] for key in ("messages", "seed", "instruments", *OF_FRAMES)}
    with ExitStack() as stack:
        path = Path()
        made: dict[str, Any] = {"feed": feed}
        venue = stack.enter_context(serving.opened(feed, arguments, given))
        if given["path"] is not None or given["interfaces"]:
            path, made = stack.enter_context(market(feed, arguments, given))
        elif venue is None:
            raise click.UsageError(
                "nothing to do: name a file with -w, --to an interface, or --serve"
            )
        made |= serving.entry(venue)
        tell(made, given)
        left_out = send(path, given, venue) if given["interfaces"] else 0
        serving.serve(venue, given["seconds"])
    if left_out:
        raise click.exceptions.Exit(DATA)


@contextmanager
def market(
    feed: str, arguments: dict[str, Any], given: dict[str, Any]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Write the capture, the user's or one that is gone afterwards; where, and what was written."""
    from feedhandler.cli.warming import SENDERS, SENDING, tell_of_compiling  # noqa: PLC0415 (numba)

    sent = SENDING if given["interfaces"] else SENDERS  # what is imported is compiled, used or not
    tell_of_compiling(*sent, quiet=given["quiet"])
    from feedhandler.cli.simulate_live import captured, check  # noqa: PLC0415 (numba)

    arguments |= fault_arguments(given)
    check(feed, given["interfaces"], given["lines"])
    began = time.perf_counter_ns()
    with captured(given["path"]) as path:
        with progress("simulate", "frames", wanted=not given["quiet"]) as tick:
            made = write(path, feed, arguments, tick)
        made["elapsed_ns"] = time.perf_counter_ns() - began
        made["file"] = given["path"]  # one that is gone afterwards has no name
        yield path, made


def tell(made: dict[str, Any], given: dict[str, Any]) -> None:
    """What was written and who listens."""
    if given["as_json"]:
        print_json(made)
    elif not given["quiet"]:
        for line in told(made):
            click.echo(line)


def send(path: Path, given: dict[str, Any], venue: "VenueSockets | None") -> int:
    """Be a live venue, and tell how late each frame was; whoever was stopped by a signal ends here.

    How many frames were not sent.
    """
    from feedhandler.cli import send as sending  # noqa: PLC0415 (numba)
    from feedhandler.cli.running import stopped_code  # noqa: PLC0415 (the engine)
    from feedhandler.cli.simulate_live import draw_each, put_on_wires, report  # noqa: PLC0415

    sent, seen = put_on_wires(path, given["interfaces"], given["speed"], venue)
    if given["as_json"]:
        print_json({"sent": report(sent)})
    elif not given["quiet"]:
        draw_each(sent, sending.draw)
    else:
        draw_each(sent, sending.tell_left_out)
    if seen:
        raise click.exceptions.Exit(stopped_code(seen))
    sending.end_by_fault(sent)
    return sum(each.left_out for each in sent.values())


def chosen(name: str | None, option: str | None) -> str:
    """The feed, named one way or the other."""
    from feedhandler.simulator import RECORDABLE  # noqa: PLC0415 (scapy)

    if name is not None and option is not None and name != option:
        raise click.UsageError(f"two feeds: {name} and --feed {option}")
    feed = name or option
    if feed not in RECORDABLE:
        what = f"cannot simulate {feed!r}" if feed else "which feed?"
        raise click.UsageError(f"{what}; feeds: {', '.join(RECORDABLE)}")
    return str(feed)


def refuse_what_is_nothing_to(feed: str, given: dict[str, Any]) -> None:
    """No option is passed over in silence: CME's are its own, and frames are those of a file."""
    from feedhandler.simulator import venue  # noqa: PLC0415 (scapy)

    if feed == venue.ITCH:
        asked = [key for key in OF_CME if given[key] not in (None, False)]
        if asked:
            raise click.UsageError(
                f"--{asked[0].replace('_', '-')}: {feed} has none, cme.mdp3 does"
            )
    if given["path"] is None and not given["interfaces"]:
        asked = [key for key in OF_FILES if given[key] not in (None, "AB")]
        if asked:
            raise click.UsageError(
                f"--{asked[0].replace('_', '-')}: without -w or --to there are no frames"
            )


def fault_arguments(given: dict[str, Any]) -> dict[str, Any]:
    """The plan of faults and its seed, and what the server of --recover does wrong, where there are."""
    recover = {} if given["recover"] is None else {"recover": given["recover"]}
    seed = given["fault_seed"]
    if given["faults"] is None:
        if seed is not None:
            raise click.UsageError("--fault-seed: it is the seed of --faults, and there are none")
        return recover
    seed = given["seed"] if seed is None else seed
    return {"faults": given["faults"], "fault_seed": seed, **recover}


def write(path: Path, feed: str, arguments: dict[str, Any], tick: Tick | None) -> dict[str, Any]:
    """Simulate into a file beside the place, then put it there: no half capture is left behind."""
    from feedhandler.simulator import SimulationError  # noqa: PLC0415 (scapy)

    if path.exists() and not path.is_file():
        raise EnvironmentProblemError(f"{path}: is not a file")
    scratch = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        truth = simulated(scratch, feed, dict(arguments), tick)
        written = scratch.read_bytes()
        scratch.replace(path)
    except SimulationError as error:
        raise click.UsageError(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error).replace(scratch.name, path.name)) from None
    except OSError as error:
        raise EnvironmentProblemError(f"{path}: {error.strerror}") from None
    finally:
        scratch.unlink(missing_ok=True)
    return {
        "file": str(path),
        "feed": feed,
        **{
            key: str(value) if key == "faults" else value
            for key, value in arguments.items()
            if value not in (None, False)
        },
        "bytes": len(written),
        "sha256": hashlib.sha256(written).hexdigest(),
        "truth": truth,
    }


def simulated(
    path: Path, feed: str, arguments: dict[str, Any], tick: Tick | None
) -> dict[str, Any]:
    """Write the capture; the truth about it."""
    from feedhandler import simulator  # noqa: PLC0415 (scapy)
    from feedhandler.simulator.record import ITCH_FILE  # noqa: PLC0415

    if feed == ITCH_FILE:
        named = (*OF_FRAMES, "faults", "recover")
        given = [key for key in named if arguments.get(key) not in (None, False, "AB")]
        if given:
            option = given[0].replace("_", "-")
            raise click.UsageError(f"--{option}: {feed} has no frames")
        plain = {key: value for key, value in arguments.items() if key not in OF_FRAMES}
        return simulator.record(path, feed, **plain)
    return recorded(path, feed, arguments, tick)


def recorded(path: Path, feed: str, arguments: dict[str, Any], tick: Tick | None) -> dict[str, Any]:
    """Write frames, through faults and with what was asked for again if that is wanted."""
    from feedhandler import simulator  # noqa: PLC0415 (scapy)
    from feedhandler.simulator.capture import Recorded, write_recorded  # noqa: PLC0415

    plan, fault_seed = arguments.pop("faults", None), arguments.pop("fault_seed", 0)
    wrongs = arguments.pop("recover", None)
    simulation = simulator.simulate(
        feed, **{key: value for key, value in arguments.items() if value is not None}
    )
    clean: Iterable[Frame] = simulation if tick is None else ticking(simulation, tick)
    frames: Iterable[Recorded] = ((at, line, frame, len(frame)) for at, line, frame in clean)
    more: dict[str, Callable[[], Any]] = {}
    if plan is not None:
        from feedhandler.simulator.faulty import FaultyFrames  # noqa: PLC0415 (the engine)

        frames = faulty = FaultyFrames(clean, feed, plan, fault_seed)
        more["faults"] = lambda: faulty.faults.injected
    if wrongs is not None:
        frames = healed = recovery.healed(frames, feed, arguments, wrongs)
        more["recovery"] = lambda: recovery.entry(healed)
    total = write_recorded(path, frames)
    told_more = {name: tell() for name, tell in more.items()}
    return {"frames_total": total, **told_more, **simulation.truth()}


def ticking(frames: Iterable[T], tick: Tick) -> Iterator[T]:
    """The same frames, counted for a progress bar."""
    for number, frame in enumerate(frames):
        if number % EVERY == 0:
            tick(number, 0)
        yield frame


def told(made: dict[str, Any]) -> list[str]:
    """What was written, for people."""
    if "truth" not in made:
        return serving.lines(made)
    truth = made["truth"]
    lines = [f"{count:,} {line}" for line, count in truth.get("frames", {}).items()]
    per_line = f" ({', '.join(lines)})" if lines else ""
    levels = sum(len(book["bids"]) + len(book["asks"]) for book in truth["books"].values())
    faults = [f"{number:,} {name}" for name, number in truth.get("faults", {}).items()]
    return [
        f"{made['file'] or 'market'}: {bytes_text(made['bytes'])}, {seconds_text(made['elapsed_ns'])}",
        f"  frames    {truth['frames_total']:,}{per_line}",
        *([f"  faults    {', '.join(faults)}; on purpose"] if faults else []),
        *recovery.lines(truth),
        f"  messages  {truth['messages']:,}",
        f"  at end    {truth['orders']:,} orders, {levels:,} levels, {len(truth['books'])} books",
        f"  sha256    {made['sha256']}",
        *serving.lines(made),
    ]

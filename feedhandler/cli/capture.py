"""`feedhandler capture`: record an interface into pcapng files, and say what was lost."""

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli import options

if TYPE_CHECKING:
    from feedhandler.recording.recorder import Recorded

NS: Final = 1_000_000_000
SIZES: Final = {
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}
PERIODS_NS: Final = {"s": NS, "min": 60 * NS, "h": 3600 * NS}


def rotation_of(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Any:
    """1GB or 1h: bytes of a file, or its time in ns."""
    if text is None:
        return 0, 0
    unit = text.lstrip("0123456789.")
    try:
        number = Fraction(text.removesuffix(unit))
    except ValueError:
        number = Fraction(0)
    size, period_ns = int(number * SIZES.get(unit, 0)), int(number * PERIODS_NS.get(unit, 0))
    if size + period_ns <= 0:
        raise click.BadParameter(f"{text!r} is not a size such as 1GB or a time such as 1h")
    return size, period_ns


@click.command(short_help="Record frames of an interface, losing none in silence.")
@click.option(
    "-i", "--interface", required=True, metavar="IFACE", help="Whose frames.",
    **options.once("one interface is recorded; start it again for another one"),
)  # fmt: skip
@click.option(
    "-w", "--write", "path", required=True, metavar="OUT.pcapng", help='Where to; "-" is standard output.',
    **options.once("one file is written"),
)  # fmt: skip
@options.expression
@click.option(
    "--rotate", callback=rotation_of, metavar="SIZE|TIME",
    help="Begin another file (OUT-00001.pcapng, ...) before it is larger than 1GB, or after 1h. Files of an "
    "earlier run stay: numbers go on behind the highest.",
)  # fmt: skip
@click.option("-c", "--count", type=click.IntRange(1), metavar="N", help="So many frames only.")
@click.option("--seconds", type=click.IntRange(1), metavar="N", help="So long only.")
@click.option(
    "--ring-bytes", type=click.IntRange(2 << 20), default=64 << 20, metavar="N",
    help="What may wait to be written.",
)  # fmt: skip
@options.as_json("The report as one JSON document.")
@options.quiet
@click.pass_context
def capture(ctx: click.Context, /, **given: Any) -> None:
    """Record what an interface receives and sends, with the kernel's times in ns, until Ctrl-C, SIGTERM or SIGHUP.

    VLAN tags that the card took off are put back. Each file ends with its statistics: frames that came, frames
    for which there was no room (isb_ifdrop). Groups are not joined: a recorder takes what there is.

    \b
    Examples:
      sudo feedhandler capture -i eth1 -w day.pcapng -f 'udp and net 233.54.12.0/24'
      sudo feedhandler capture -i eth1 -w day.pcapng --rotate 1GB

    A full disk and an interface that is gone end it, with code 3: what was recorded until then is whole. So does a
    reader that dies, where it records into a pipe or FIFO. One that stands still is waited for, which is told: what
    the ring has no room for is dropped and counted. When the recorder is to end meanwhile, the reader gets two
    seconds, half a minute while it takes something, and the rest is told as not written.

    Exit codes: 0 when every frame is there; 1 when some are not, or the interface was down; 2 usage; 3 environment.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.main import DATA, OK  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.output import EnvironmentProblemError, notice  # noqa: PLC0415

    check(given)
    from feedhandler.cli.warming import RECORDING, tell_of_compiling  # noqa: PLC0415 (numba)

    tell_of_compiling(*RECORDING, quiet=given["quiet"])
    from feedhandler.cli.running import stoppable  # noqa: PLC0415 (the engine)
    from feedhandler.recording.recorder import Recorder, Rotation  # noqa: PLC0415
    from feedhandler.recording.ring import EVERY, BlockRing  # noqa: PLC0415 (numba)

    stopped: list[bool] = []
    with (
        hearing_of_closed_pipes(),
        stoppable(lambda: stopped.append(True), (signal.SIGTERM, signal.SIGHUP)) as seen,
    ):
        ring = BlockRing(given["interface"], given["expression"], given["ring_bytes"])
        try:
            recorder = Recorder(
                ring, given["path"], sys.stdout.buffer, interface=given["interface"],
                expression=given["expression"], rotation=Rotation(*given["rotate"]), warn=warn,
            )  # fmt: skip
            if recorder.goes_on and not given["quiet"]:
                notice(
                    f"files of an earlier run stay; this one begins with {recorder.recorded.files[0]}"
                )
            end_ns = time.monotonic_ns() + given["seconds"] * NS if given["seconds"] else 0
            recorder.run(lambda: bool(stopped), given["count"] or EVERY, end_ns)
        finally:
            ring.close()
    try:
        tell(recorder.recorded, given)
    except OSError:
        if signal.SIGHUP not in seen:
            raise
        to_nowhere()  # the terminal that would show it has gone
    if recorder.recorded.problem:
        raise EnvironmentProblemError(recorder.recorded.problem)
    ctx.exit(OK if recorder.recorded.whole else DATA)


def check(given: dict[str, Any]) -> None:
    """Refuse what cannot be written to."""
    from feedhandler.cli.main import closed_streams  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.output import EnvironmentProblemError  # noqa: PLC0415

    if not given["path"]:
        raise click.UsageError("-w: no name is given")
    if given["path"] == "-" and any(given["rotate"]):
        raise click.UsageError("--rotate: standard output is one file")
    if given["path"] == "-" and "stdout" in closed_streams:
        raise EnvironmentProblemError("-w -: standard output is closed")


@contextmanager
def hearing_of_closed_pipes() -> Iterator[None]:
    """What is recorded and not read any more is an error, which is told, and no signal that ends us in silence."""
    from feedhandler.cli.output import outlive_closed_pipes  # noqa: PLC0415

    before = signal.getsignal(signal.SIGPIPE)
    outlive_closed_pipes()
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


def warn(line: str) -> None:
    """Tell it now, unless standard error is what nobody reads."""
    from feedhandler.cli.output import notice  # noqa: PLC0415

    if select.select([], [sys.stderr], [], 0)[1]:
        notice(line)


def to_nowhere() -> None:
    """Let everything that is still to be told be thrown away."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (no file of anybody's)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere.fileno(), stream.fileno())


def tell(recorded: "Recorded", given: dict[str, Any]) -> None:
    """The report; beside a capture on standard output it goes to standard error."""
    from feedhandler.cli.output import bytes_text, count  # noqa: PLC0415

    to_error = given["path"] == "-"
    if given["as_json"]:
        import json  # noqa: PLC0415

        document = {name: getattr(recorded, name) for name in recorded.__dataclass_fields__}
        click.echo(json.dumps(document, indent=2), err=to_error)
    elif not given["quiet"]:
        size = bytes_text(recorded.frame_bytes)
        files = f" in {count(len(recorded.files), 'file')}" if len(recorded.files) > 1 else ""
        click.echo(f"{count(recorded.frames, 'frame')}, {size}{files}", err=to_error)
        if not recorded.whole:
            click.echo(
                f"{recorded.dropped:,} dropped, {recorded.cut:,} cut, {recorded.unwritten:,} not written"
                + (f"; link down {recorded.link_down} times" if recorded.link_down else "")
                + ("; the reader took no more" if recorded.stalled else ""),
                err=to_error,
            )

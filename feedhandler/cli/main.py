"""The entrance: a table of verbs, and one clear line and an exit code for whatever goes wrong.

`feedhandler --help` must answer at once, so a verb's module is imported when the verb is used and its one-line
help stands here. A verb's module in turn imports the engine only when it runs.

Exit codes: 0 no loss or fault was seen; 1 the data are at fault (a gap, malformed input, no frame, a capture that
is cut, two decoders that differ); 2 the command is not understood; 3 the environment (no such file, no
permission); 70 a fault of this program; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP. A closed pipe ends
the program in silence, as it does tcpdump.
"""

import difflib
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn, cast

import click

from feedhandler import __version__
from feedhandler.cli.ending import obey, swallowed_code
from feedhandler.cli.output import discard_output
from feedhandler.printable import printable

PROGRAM: Final = "feedhandler"
DEBUG: Final = "FEEDHANDLER_DEBUG"

OF_CLICK: Final = (click.ClickException, click.exceptions.Exit, click.Abort)

OK: Final = 0
DATA: Final = 1
USAGE: Final = 2
ENVIRONMENT: Final = 3
OUR_FAULT: Final = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED: Final = 130

# verb -> where its command is, its one line in `feedhandler --help`
VERBS: Final[dict[str, tuple[str, str]]] = {
    "replay": ("feedhandler.cli.replay:replay", "Rebuild the books of captures, and report."),
    "run": ("feedhandler.cli.run:run", "Keep the books of a feed from a live interface."),
    "capture": (
        "feedhandler.cli.capture:capture",
        "Record frames of an interface, losing none in silence.",
    ),
    "decode": ("feedhandler.cli.decode:decode", "Print every message with all its fields."),
    "book": ("feedhandler.cli.book:book", "Show the book of one instrument, at the end or before."),
    "verify": (
        "feedhandler.cli.verify:verify",
        "Compare both decoders and both books, packet by packet.",
    ),
    "simulate": ("feedhandler.cli.simulate:simulate", "Write a capture of a made-up market."),
    "bench": ("feedhandler.cli.bench:bench", "Measure speed, also against another program."),
    "protocols": ("feedhandler.cli.protocols:protocols", "What is supported, and what is not."),
    "doctor": (
        "feedhandler.cli.doctor:doctor",
        "What of this machine hinders a polling core, and how to mend it.",
    ),
    "config": ("feedhandler.cli.config:config", "Check a configuration, or show all of it."),
    "status": ("feedhandler.cli.status:status", "How a running process is."),
    "service": ("feedhandler.cli.service:service", "Print a systemd unit for a configuration."),
}

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verbs(click.Group):
    """A group that imports a verb's module when the verb is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The verbs, in the order of a user's day."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a verb."""
        if cmd_name not in VERBS:
            return None
        module, _, attribute = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; an unknown verb is told with the nearest known one."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"verbs: {', '.join(VERBS)}"
            ctx.fail(f"no verb {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 (click's signature)
        formatter: click.HelpFormatter,
    ) -> None:
        """The verbs and their lines, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 (click's signature)
        **extra: Any,
    ) -> Any:
        """Run a verb; standing alone, end the process with its exit code."""
        if standalone_mode:
            sys.exit(self.run(args, prog_name=prog_name, complete_var=complete_var, **extra))
        return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)

    def run(self, args: Sequence[str] | None, **extra: Any) -> int:
        """Run a verb and tell whatever goes wrong in one line; the exit code."""
        try:
            code = super().main(args, standalone_mode=False, **extra)
            sys.stdout.flush()
        except Exception as error:  # noqa: BLE001 (the last door: nothing goes past it as a traceback)
            let_go()
            return refuse(error) if (code := ended_by(error)) is None else code
        except KeyboardInterrupt:
            return INTERRUPTED
        return code if isinstance(code, int) else OK


@click.group(PROGRAM, cls=Verbs, context_settings=CONTEXT)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Exchange multicast to exact order books, from a capture or an interface.

    \b
    Examples:
      feedhandler replay day.pcap.zst
      feedhandler book day.pcap --symbol AAPL --at 09:30:00
      feedhandler decode day.pcap -c 5 --template A
      feedhandler verify day.pcap

    FILE is a pcap, pcapng or BinaryFILE, plain or packed by gzip or zstd; "-" is standard input.
    "feedhandler VERB --help" tells more, with examples.
    Exit codes: 0 no loss or fault was seen, 1 a fault in the data, 2 usage, 3 environment.
    """  # noqa: D301 (click wants the very character)


def ended_by(error: BaseException) -> int | None:
    """The exit code of a signal that an error hides: one that came while a class was made is told as a RuntimeError."""
    if (code := swallowed_code()) is not None:
        return code
    cause = error.__cause__
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            return INTERRUPTED
        if isinstance(cause, SystemExit):
            return cause.code if isinstance(cause.code, int) else OUR_FAULT
        cause = cause.__cause__
    return None


def refuse(error: Exception) -> int:
    """Tell in one line why the program stops; the exit code."""
    if os.environ.get(DEBUG) and not isinstance(error, OF_CLICK):
        raise error
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort():
            return INTERRUPTED
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return USAGE
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else PROGRAM
            say(f"{error.format_message().rstrip('.')} (see {path} --help)")
            return USAGE
        case click.ClickException():
            say(error.format_message())
            return error.exit_code
        case OSError():
            name = f"{error.filename}: " if error.filename else ""
            say(f"{name}{error.strerror or error}")
            return ENVIRONMENT
        case MemoryError():
            say("out of memory")
            return ENVIRONMENT
    code = getattr(error, "exit_code", None)  # errors of the product know their own
    if isinstance(code, int):
        say(str(error))
        return code
    say(f"fault in this program: {type(error).__name__}: {error} ({DEBUG}=1 shows where)")
    return OUR_FAULT


def let_go() -> None:
    """What standard output does not take must not fail once more when Python ends."""
    try:
        sys.stdout.flush()
    except OSError:
        discard_output()


def say(line: str) -> None:
    """One line to standard error, whatever it holds."""
    click.echo(f"{PROGRAM}: {printable(' '.join(line.split()))}", err=True)


closed_streams: Final[set[str]] = set()  # that whoever started us has closed


def open_standard_streams() -> None:
    """Put something in the place of streams that whoever started us has closed, as cron may.

    Otherwise Python has none, and the next file that is opened, a capture perhaps, gets their number. What is written
    to standard output must not be lost in silence: it takes nothing. Errors have no other place to be told.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            closed_streams.add(name)
            nowhere = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115


class StandardOutput(io.FileIO):
    """Standard output whose errors say that they are its own, as those of files name the file."""

    def write(self, data: Any, /) -> int:
        """As ever."""
        try:
            return super().write(data)
        except OSError as error:
            why = "is closed" if "stdout" in closed_streams else error.strerror
            raise OSError(error.errno, why, "standard output") from None


def name_standard_output() -> None:
    """Have errors of standard output name it."""
    given = sys.stdout
    if isinstance(given, io.TextIOWrapper):
        raw = StandardOutput(given.fileno(), "w", closefd=False)
        buffered = isinstance(given.buffer, io.BufferedWriter)  # not by `python -u`
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw) if buffered else cast("Any", raw), given.encoding, given.errors,
            line_buffering=given.line_buffering, write_through=not buffered,
        )  # fmt: skip


def main() -> NoReturn:
    """The `feedhandler` command."""
    open_standard_streams()
    name_standard_output()
    obey()
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names of files may be any bytes
    cli.main(prog_name=PROGRAM)
    sys.exit(OK)

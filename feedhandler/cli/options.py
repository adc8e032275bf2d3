"""Options that several verbs share, and what their values may be; nothing heavy is imported here."""

import difflib
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, TypeVar

import click

from feedhandler.cli.moments import NS_MAX, Moment, MomentError, parse_moment
from feedhandler.waits import too_long

F = TypeVar("F", bound=Callable[..., Any])

DECODERS: Final = ("compiled", "kaitai")
DEPTH: Final = 10
DEPTH_MAX: Final = 1000
ATTEMPTS_MAX: Final = 100
SLOTS_MAX: Final = 1 << 20
SPEED_MAX: Final = 1_000_000  # a day in 86 ms; one over it is the least, a second in eleven days
EXPONENT_CHARACTERS: Final = 4  # of a speed; a longer one could take all memory to write out


Callback = Callable[[click.Context, click.Parameter, Any], Any]


def once(why: str, then: Callback | None = None) -> dict[str, Any]:
    """What makes an option one that is refused where it is given twice: click would take the last, and tell nobody."""

    def only(ctx: click.Context, option: click.Parameter, given: tuple[Any, ...]) -> Any:
        if len(given) > 1:
            raise click.UsageError(f"{option.opts[-1]}: given {len(given)} times, but {why}", ctx)
        value = given[0] if given else None
        return value if then is None else then(ctx, option, value)

    return {"multiple": True, "callback": only}


def feed_name(_ctx: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    """The name of a feed, if it is one."""
    return None if name is None else known_feed(name)


def known_feed(name: str) -> str:
    """The name of a feed in the catalog, if it is one."""
    from feedhandler.decode.catalog import feeds  # noqa: PLC0415 (not for --help)

    known = [feed.name for feed in feeds()]
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise click.BadParameter(f"unknown feed {name!r}; {hint}")


def _moment(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Moment | None:
    """The point as it was written; a capture and a feed make it exact."""
    try:
        return None if text is None else parse_moment(text)
    except MomentError as error:
        raise click.BadParameter(str(error)) from None


def speed_of(_ctx: click.Context, _option: click.Parameter, text: str) -> Fraction:
    """How fast: a multiple of the recorded pace; 0 = as fast as possible."""
    if text.lower() == "max":
        return Fraction(0)
    number = text.lower().removeprefix("x").removesuffix("x")
    try:
        far = len(number.partition("e")[2]) > EXPONENT_CHARACTERS
        speed = Fraction(0) if far else Fraction(number)
    except (ValueError, ZeroDivisionError):
        speed = Fraction(0)
    if not 1 <= speed * SPEED_MAX <= SPEED_MAX**2:
        raise click.BadParameter(
            f"{text!r} is not max, nor a multiple such as 1, x10 or 0.5, from 0.000001 to {SPEED_MAX}"
        )
    return speed


def _plan_of(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Any:
    """A plan of faults, if it can be read."""
    from feedhandler.source.fault_plan import FaultPlanError, parse_faults  # noqa: PLC0415 (late)

    try:
        return None if text is None else parse_faults(text)
    except FaultPlanError as error:
        raise click.BadParameter(str(error)) from None


UNITS_NS: Final = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


def duration_of(_ctx: click.Context, _option: click.Parameter, text: str) -> int:
    """A time with its unit, such as 10ms, in ns."""
    unit = text.lstrip("0123456789.")
    try:
        duration_ns = int(Fraction(text.removesuffix(unit)) * UNITS_NS[unit])
    except (ValueError, KeyError):
        raise click.BadParameter(f"{text!r} is not a time such as 500us, 10ms or 2s") from None
    if why := too_long(duration_ns):
        raise click.BadParameter(f"{text} is {why}")
    return duration_ns


def senders_of_lines(
    _ctx: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, int]:
    """The senders of lines, LINE=ADDRESS; "" = of all lines that are not named."""
    from feedhandler.wire.routes import GroupError, address_number, check_sender  # noqa: PLC0415

    found: dict[str, int] = {}
    for text in given:
        line, named, address = text.rpartition("=")
        if named and not line:
            raise click.UsageError(f"--from: '{text}': which line? A={address}, or {address}")
        if line in found:
            whom = f"of line {line}" if line else "of all lines that are not named"
            raise click.UsageError(f"--from: '{text}': a second sender {whom}")
        try:
            found[line] = address_number(address, text)
            check_sender(found[line], text)
        except GroupError as error:
            raise click.UsageError(f"--from: {error}") from None
    return found


# Whether a file can be read is for opening it to say: that tells the reason, and is the environment's (3).
CAPTURE: Final = click.Path(readable=False)


def _inputs(
    _ctx: click.Context, _argument: click.Parameter, given: str | tuple[str, ...] | None
) -> str | tuple[str, ...] | None:
    """Names of captures: none is where standard output goes, and standard input is one of them at most."""
    from feedhandler.cli.files import STANDARD, check_output, check_read_once  # noqa: PLC0415 (a circle, else)

    names = (given,) if isinstance(given, str) else given or ()
    check_read_once(names)
    check_output("FILE", STANDARD, names)
    return given


def maybe_duration_of(ctx: click.Context, option: click.Parameter, text: str | None) -> int | None:
    """A time with its unit, in ns, if one was given."""
    return None if text is None else duration_of(ctx, option, text)


def one_file(function: F) -> F:
    """FILE."""
    return click.argument("file", type=CAPTURE, callback=_inputs)(function)


def perhaps_a_file(function: F) -> F:
    """[FILE]."""
    return click.argument("file", type=CAPTURE, callback=_inputs, required=False)(function)


def files(function: F) -> F:
    """FILE..."""
    return click.argument(
        "files", metavar="FILE...", type=CAPTURE, callback=_inputs, nargs=-1, required=True,
    )(function)  # fmt: skip


def feed(function: F) -> F:
    """--feed."""
    return click.option(
        "--feed", "feed_name", **once("all is read as one feed", feed_name), metavar="NAME",
        help="The feed, where it cannot be told from the capture; see `feedhandler protocols`.",
    )(function)  # fmt: skip


def templates(function: F) -> F:
    """--templates."""
    return click.option(
        "--templates", type=click.Path(), metavar="XML",
        help="FAST: the venue's own template file in the place of ours, which has only what books need.",
    )(function)  # fmt: skip


def expression(function: F) -> F:
    """-f, --filter."""
    return click.option(
        "-f", "--filter", "expression", metavar="EXPR", default="",
        help="Take only frames that match a tcpdump expression.",
    )(function)  # fmt: skip


def decoder(function: F) -> F:
    """--decoder."""
    return click.option(
        "--decoder", type=click.Choice(DECODERS), default=DECODERS[0], show_default=True,
        help="Which of the two decoders; kaitai is the slow reference.",
    )(function)  # fmt: skip


def depth(function: F) -> F:
    """--depth."""
    return click.option(
        "--depth", type=click.IntRange(1, DEPTH_MAX), default=DEPTH, show_default=True, metavar="N",
        help="Levels of each side to show.",
    )(function)  # fmt: skip


def at(function: F) -> F:
    """--at."""
    return click.option(
        "--at", callback=_moment, metavar="PACKET|TIME",
        help="Stop behind this packet, or at this time: 09:30:00.5 on the capture's day, "
        "2024-03-15T09:30:00 (both in the venue's zone unless Z or +hh:mm follows), or ns since 1970.",
    )(function)  # fmt: skip


def faults(function: F) -> F:
    """--faults."""
    return click.option(
        "--faults", callback=_plan_of, metavar="PLAN",
        help="Let frames be lost, repeated, delayed, mixed and damaged on the way, by --seed; "
        "see above.",
    )(function)  # fmt: skip


def checksums(function: F) -> F:
    """--checksums."""
    return click.option(
        "--checksums/--no-checksums", default=None,
        help="Leave out frames whose UDP checksum is wrong, as a network card does: a bit turned over in a price is "
        "told by nothing else, and the book would be wrong and not in doubt. By default where --faults damage "
        "frames (corrupt, truncate). A checksum of 0 protects nothing. A capture of the sending host itself may "
        "have wrong ones throughout, which its card was to make.",
    )(function)  # fmt: skip


def gap_timeout(function: F) -> F:
    """--gap-timeout."""
    return click.option(
        "--gap-timeout", "gap_timeout_ns", callback=duration_of, default="10ms", show_default=True,
        metavar="TIME",
        help="Wait so long, by the capture's clock, for what is missing before it is a gap ...",
    )(function)  # fmt: skip


def told_timeout(function: F) -> F:
    """--told-timeout."""
    return click.option(
        "--told-timeout", "told_timeout_ns", callback=duration_of, default="1s", show_default=True,
        metavar="TIME",
        help="Where no line brings anything any more, or a book is behind its number, and snapshots tell of more: wait "
        "so long, by the capture's clock, before that is a gap.",
    )(function)  # fmt: skip


def recovery_timeout(function: F) -> F:
    """--recovery-timeout."""
    return click.option(
        "--recovery-timeout", "recovery_timeout_ns", callback=maybe_duration_of, metavar="TIME",
        help="Wait so long instead where what is missing is asked for again: by servers (--recover), or where the feed "
        "has a recovery line, once that brought anything; 1s if not given. Servers share it while lines are live: one "
        "that is silent for its share is left for the next. A snapshot is waited for as long as --recover-wait says.",
    )(function)  # fmt: skip


def recovery_servers(function: F) -> F:
    """--recover, --snapshot, --login, --recover-attempts, --recover-wait."""
    for option in (
        click.option(
            "--recover-wait", "answer_timeout_ns", callback=maybe_duration_of, metavar="TIME",
            help="So long a server may take: for its first reply (MoldUDP64, 50ms; doubled with each attempt, up to "
            "2s), from message to message (soupbintcp, 10s; tcp_replay, 5s), for a whole snapshot (60s; a hole waits "
            "so long for it); 10min at most. On live lines no longer than its share of --recovery-timeout.",
        ),
        click.option(
            "--recover-attempts", "attempts_max", type=click.IntRange(1, ATTEMPTS_MAX), metavar="N",
            help="Ask so often in vain before the next server, or nobody, is asked (MoldUDP64 5, others 3).",
        ),
        click.option(
            "--login", metavar="USER",
            help="Whom servers that want a login are told (all but MoldUDP64); the password is in the environment, "
            "FEEDHANDLER_PASSWORD. SoupBinTCP has room for 6 letters and 10.",
        ),
        click.option(
            "--snapshot", metavar="HOST:PORT",
            help="Take books from this server of snapshots (GLIMPSE): where the capture begins in the midst of "
            "a session, and where nobody can send again what is missing.",
        ),
        click.option(
            "--recover", multiple=True, metavar="[METHOD://]HOST:PORT",
            help="Ask this server for what no line brought; may be given again, for when the first does not answer: "
            "each has a share of --recovery-timeout. "
            "METHOD is moldudp64 or soupbintcp (MoldUDP64 feeds; the first if none is given) or tcp_replay (CME, in "
            "outline: shown with our own server only).",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def gap_count(function: F) -> F:
    """--gap-count."""
    return click.option(
        "--gap-count", type=click.IntRange(1, NS_MAX), default=2, show_default=True, metavar="N",
        help="... and until so many datagrams came from beyond it.",
    )(function)  # fmt: skip


def slots(function: F) -> F:
    """--slots."""
    return click.option(
        "--slots", type=click.IntRange(0, SLOTS_MAX), default=8192, show_default=True, metavar="N",
        help="So many datagrams that came early, and replies, may wait for what is before them, 9,216 bytes each; "
        "when none is left the hole is a gap at once (hold_full).",
    )(function)  # fmt: skip


def natural_refresh(function: F) -> F:
    """--natural-refresh."""
    return click.option(
        "--natural-refresh", is_flag=True,
        help="Books by level in doubt are sound again once the venue has told each of their levels anew.",
    )(function)  # fmt: skip


def malformed_max(function: F) -> F:
    """--malformed-max."""
    return click.option(
        "--malformed-max", type=click.IntRange(0), default=0, show_default=True, metavar="N",
        help="Up to so many malformed datagrams and messages are no failure (exit code 1).",
    )(function)  # fmt: skip


def doubt_max(function: F) -> F:
    """--doubt-max."""
    return click.option(
        "--doubt-max", type=click.IntRange(0), default=0, show_default=True, metavar="N",
        help="Up to so many books in doubt at the end are no failure (exit code 1).",
    )(function)  # fmt: skip


def as_json(text: str) -> Callable[[F], F]:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def quiet(function: F) -> F:
    """-q, --quiet."""
    return click.option("-q", "--quiet", is_flag=True, help="Only problems, to standard error.")(
        function
    )


def verbose(text: str) -> Callable[[F], F]:
    """-v, --verbose."""
    return click.option("-v", "--verbose", count=True, help=text)

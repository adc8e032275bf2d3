"""`feedhandler replay --to`: captures put on a wire instead of into the engine, and how late each frame was."""

import signal
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from feedhandler.cli.main import DATA, OK
from feedhandler.cli.output import bytes_text, notice, page, print_json, seconds_text
from feedhandler.cli.running import stoppable, stopped_code
from feedhandler.counter import Counter, new_counters
from feedhandler.sending.sender import Sender, Sent, Way
from feedhandler.source.merge import Merge
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.select import Select, passage_of, why_none_passed
from feedhandler.source.source import ENVIRONMENT, CaptureError

if TYPE_CHECKING:
    from feedhandler.source.source import Source


def send(
    files: Sequence[str],
    interface: str,
    *,
    by: Way = "packet",
    speed: Fraction,
    expression: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """Send all frames; the exit code: 1 when some were left out, not taken or damaged, or there was none.

    CaptureError if the link carries nothing, or no more.
    """
    opened: list[Source] = []
    stopped: list[bool] = []
    try:
        for path in files:  # those before a failure are closed
            opened.append(open_capture(path, stop=lambda: bool(stopped)))  # noqa: PERF401
        source: Source = opened[0] if len(opened) == 1 else Merge(opened)
        if expression:
            source = Select(source, expression)
        with (
            Sender(interface, by) as sender,
            stoppable(lambda: stopped.append(True), (signal.SIGTERM,)) as seen,
        ):
            sent = sender.send(source, speed, lambda: bool(stopped))
        counters = new_counters()
        source.count_into(counters)
        damaged = int(counters[Counter.CUT_RECORD]) + int(counters[Counter.BAD_RECORD]) > 0
        notes = [f"{each.name}: {note}" for each in opened for note in each.notes]
        why_none = why_none_passed([passage_of(source)])
    finally:
        for each in opened:
            each.close()
    if as_json:
        wanted = {"interface": interface, "speed": float(speed) or None}
        print_json({**wanted, **sent.report(), "notes": notes})
    elif not quiet:
        draw(interface, sent)
    if damaged or not quiet:
        for note in notes:
            notice(note)
    if quiet:
        tell_left_out(interface, sent)
    if sent.stopped:
        return stopped_code(seen)
    end_by_fault({interface: sent})
    return DATA if nothing_came(why_none) or sent.left_out or damaged or not sent.frames else OK


def nothing_came(why: str) -> bool:
    """Whether no frame passed a filter, which is told."""
    if why:
        notice(why)
    return bool(why)


def end_by_fault(sent: Mapping[str, Sent]) -> None:
    """Raise what was the matter with a link."""
    for interface, each in sent.items():
        if each.fault:
            raise CaptureError(f"{interface}: {each.fault}", ENVIRONMENT)


def left_out(sent: Sent) -> dict[str, int]:
    """Why frames were not sent, and how many."""
    why = {
        "cut": sent.cut,
        "not Ethernet": sent.other_link,
        "too long": sent.too_long,
        "refused": sent.refused,
    }
    return {name: number for name, number in why.items() if number}


def tell_left_out(interface: str, sent: Sent) -> None:
    """For who wants to hear of problems only."""
    for name, number in left_out(sent).items():
        notice(f"{interface}: {number:,} frames not sent: {name}")


def draw(interface: str, sent: Sent) -> None:
    """For people."""
    from feedhandler.cli.output import figures  # noqa: PLC0415 (rich)

    table = figures()
    table.add_row("sent", f"{sent.frames:,}", f"to {interface}, {bytes_text(sent.frame_bytes)}")
    table.add_row("in", seconds_text(sent.elapsed_ns), "stopped" if sent.stopped else "")
    for name, number in left_out(sent).items():
        table.add_row(name, f"{number:,}", "not sent")
    if sent.late.count:
        late = sent.late.report()
        told = ", ".join(f"{name} {late[name]:,}" for name in late if name.startswith("p"))
        table.add_row("late by", f"{late['max']:,}", f"ns at most; {told}")
    with page() as out:
        out.print(table)


def chosen_speed(ctx: click.Context, speed: Fraction) -> Fraction:
    """A wire has the recorded pace, if nobody says otherwise."""
    given = ctx.get_parameter_source("speed")
    return speed if given is click.core.ParameterSource.COMMANDLINE else Fraction(1)

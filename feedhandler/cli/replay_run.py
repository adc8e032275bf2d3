"""`feedhandler replay` at work: run, write what was asked for, report."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import click

from feedhandler import logs
from feedhandler.book.depth import is_refreshed
from feedhandler.book.view import Books, BookView
from feedhandler.cli import report as reports
from feedhandler.cli.event_lines import EventLines
from feedhandler.cli.files import Output, check_output
from feedhandler.cli.moments import Moment
from feedhandler.cli.output import notice, page, print_json
from feedhandler.cli.recovery_servers import arbitration_of, limits_of, planned
from feedhandler.cli.repeating import Given
from feedhandler.cli.running import Stop, batches, find_feed, find_stop, stopped_code, undisturbed
from feedhandler.cli.sharing import LIMITS, Shared
from feedhandler.cli.warming import tell_of_compiling
from feedhandler.replaying import Replay
from feedhandler.source.fault_plan import FaultPlan

SEED: Final = 1  # of faults, where none is given
LADDERS: Final = 3  # shown where no symbol was asked for


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    files: tuple[str, ...]
    expression: str
    feed_name: str | None
    templates: str | None
    symbols: tuple[str, ...]
    depth: int
    at: Moment | None
    events: str | None
    decoder: str
    speed: Fraction
    checksums: bool | None
    faults: FaultPlan | None
    seed: int | None
    shm: str | None
    gap_timeout_ns: int
    gap_count: int
    slots: int
    told_timeout_ns: int
    recovery_timeout_ns: int | None
    recover: tuple[str, ...]
    snapshot: str | None
    login: str | None
    attempts_max: int | None
    answer_timeout_ns: int | None
    natural_refresh: bool
    malformed_max: int
    doubt_max: int
    as_json: bool
    totals_only: bool
    quiet: bool
    verbose: int
    given: Given  # as it was written
    cold: bool  # the engine is not compiled yet


def run(options: Options) -> int:
    """Replay and report; the exit code."""
    logs.set_up(quiet=options.quiet or options.as_json, verbose=options.verbose)
    if options.events == "-" and options.as_json:
        raise click.UsageError("--events - and --json would both write to standard output")
    if options.seed is not None and options.faults is None:
        raise click.UsageError("--seed: it is the seed of --faults, and there are none")
    if options.events is not None:
        check_output("--events", options.events, options.files)
    feed = find_feed(options.files, options.feed_name, options.templates)
    if options.natural_refresh and not is_refreshed(feed):
        raise click.UsageError(f"--natural-refresh: {feed.name} tells no depth of books by level")
    stop = find_stop(options.files, feed, options.at)
    decode = f"{feed.module}.decode"
    cold = options.cold or tell_of_compiling(
        decode, what=f"the decoder of {feed.name}", quiet=options.quiet
    )
    with ExitStack() as stack:
        with undisturbed():
            shared = None if options.shm is None else stack.enter_context(Shared(options.shm))
        plan = stack.enter_context(
            planned(
                feed,
                options.recover,
                options.snapshot,
                options.login,
                limits_of(options.attempts_max, options.answer_timeout_ns),
                patient=True,
            )
        )
        replay = stack.enter_context(
            Replay(
                options.files, feed, decoder=options.decoder, expression=options.expression,
                speed=options.speed or None,
                checksums=options.checksums,
                faults=options.faults,
                seed=SEED if options.seed is None else options.seed,
                limits=LIMITS if shared else None,
                ring=shared.ring if shared else None,
                best=shared.best if shared else None,
                arbitration=arbitration_of(
                    options.gap_timeout_ns, options.gap_count, options.slots, options.told_timeout_ns,
                    options.recovery_timeout_ns,
                ),
                recovery=plan,
                natural_refresh=options.natural_refresh,
            )
        )  # fmt: skip
        lines = stack.enter_context(events_to(options.events))
        elapsed_ns, code = consume(replay, stop, options, lines, shared)
        return finish(replay, stop, options, elapsed_ns, code, compiled=cold)


def consume(
    replay: Replay, stop: Stop, options: Options, lines: EventLines | None, shared: Shared | None
) -> tuple[int, int]:
    """Run to the end; how long it took, and the exit code if a signal stopped it."""
    replay.engine.stop_at(packet=stop.packet, time_ns=stop.time_ns)
    if shared is not None:
        shared.tell(replay, now=True)
    signals: list[int] = []
    began = time.perf_counter_ns()
    for batch in batches(replay, signals, bar=not options.quiet):
        if lines is not None:
            lines.write(batch)
        if shared is not None:
            shared.count(replay.engine.counters)
            shared.tell(replay)
    if shared is not None:
        shared.count(replay.engine.counters)
        shared.tell(replay, now=True)
    return time.perf_counter_ns() - began, stopped_code(signals)


@contextmanager
def events_to(path: str | None) -> Iterator[EventLines | None]:
    """Where events are written."""
    if path is None:
        yield None
        return
    with closing(Output.create("--events", path)) as out:
        yield EventLines(out)


def finish(
    replay: Replay, stop: Stop, options: Options, elapsed_ns: int, code: int, *, compiled: bool
) -> int:
    """The report; the exit code."""
    views, missing = chosen(replay, options.symbols, 0 if options.totals_only else LADDERS)
    made = reports.Run(
        files=options.files,
        decoder=options.decoder,
        elapsed_ns=elapsed_ns,
        compiled=compiled,
        malformed_max=options.malformed_max,
        doubt_max=options.doubt_max,
        stop=stop.entry(),
        stopped_code=code,
        given=options.given,
        missing=missing,
    )
    found = reports.document(replay, made, views, options.depth)
    if options.as_json:
        print_json(found)
    elif options.quiet:
        for line in [*replay.engine.intake.notes(), *found["problems"]]:
            notice(line)
    else:
        from feedhandler.cli.report_text import draw  # noqa: PLC0415 (rich)

        with page(sys.stderr if options.events == "-" else sys.stdout) as out:
            draw(
                out, found, replay.feed.title, views, options.depth,
                totals_only=options.totals_only, verbose=options.verbose,
            )  # fmt: skip
    return int(found["exit_code"])


def chosen(replay: Replay, symbols: Sequence[str], most: int) -> tuple[list[BookView], list[str]]:
    """The books of these symbols and lines about those that have none; or else the most active books.

    Most trades come first, then most orders.
    """
    books = replay.books
    if not symbols:
        return (most_active(books)[:most] if most else []), []
    found = {symbol: books.find(symbol) for symbol in symbols}
    missing = [f"--symbol {symbol}: no book of this name" for symbol in found if not found[symbol]]
    return [view for views in found.values() for view in views], missing


def most_active(books: Books) -> list[BookView]:
    """Books that hold something, by trades, then by orders, then by how much was told of them."""
    records = books.pools.books

    def key(view: BookView) -> tuple[int, int, int]:
        record = records[view.number]
        return -int(record["trades"]), -int(record["order_count"]), view.number

    return sorted((view for view in books if any(view.depth(1))), key=key)

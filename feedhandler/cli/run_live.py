"""`feedhandler run` at work: the loop in its thread, this thread for signals and for telling what it does."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import click

from feedhandler import logs
from feedhandler.cli.live_table import LiveTable
from feedhandler.cli.output import notice
from feedhandler.cli.recovery_servers import arbitration_of, planned
from feedhandler.cli.running import find_feed, undisturbed
from feedhandler.cli.sharing import Shared
from feedhandler.cli.warming import await_compiled
from feedhandler.event import UNDEF_PRICE
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.publish.bbo import Best
from feedhandler.service.steadiness import in_memory, settled, unlock
from feedhandler.source.dpdk import DpdkLimits
from feedhandler.source.dpdk import check as check_device
from feedhandler.source.interface import interface_number
from feedhandler.source.packet_ring import BLOCK_BYTES, RingLimits
from feedhandler.source.udp_socket import SocketLimits
from feedhandler.wire.routes import GroupError, address_number

if TYPE_CHECKING:
    from feedhandler.source.idle import Strategy

NS: Final = 1_000_000_000
RATES: Final = ("frames", "messages", "events")
LOST: Final = (
    "gap_units",
    "ring_drops",
    "socket_drops",
    "cut_frames",
    "card_drops",
    "buffer_drops",
    "malformed_transport",
    "malformed_message",
)
BEST_MAX: Final = 20  # best prices in a line of JSON


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    interfaces: tuple[str, ...]
    feed_name: str
    templates: str | None
    source: str
    idle: str
    core: int | None
    priority: int
    lock_memory: bool
    source_address: str | None
    expression: str
    ring_bytes: int
    seconds: int | None
    every_ns: int
    shm: str | None
    gap_timeout_ns: int
    gap_count: int
    recovery_timeout_ns: int | None
    recover: tuple[str, ...]
    snapshot: str | None
    login: str | None
    as_json: bool
    quiet: bool
    verbose: int


def live_options(options: Options) -> LiveOptions:
    """What is opened."""
    try:
        sender = address_number(options.source_address) if options.source_address else 0
    except GroupError as error:
        raise click.UsageError(f"--from: {error}") from None
    ring = max(options.ring_bytes // BLOCK_BYTES, 1) * BLOCK_BYTES
    return LiveOptions(
        interfaces=options.interfaces,
        source=cast("Any", options.source),
        idle=cast("Strategy", options.idle),
        expression=options.expression,
        source_address=sender,
        ring=RingLimits(ring),
        socket=SocketLimits(options.ring_bytes),
        dpdk=DpdkLimits(options.ring_bytes, devices=len(options.interfaces)),
    )


def run_live(options: Options) -> int:
    """Run until a signal or the end of the time; the exit code."""
    logs.set_up(quiet=options.quiet, verbose=options.verbose)
    feed = find_feed((), options.feed_name, options.templates)
    over = threading.Event()
    for interface in options.interfaces:  # before the loop is compiled, which may take long
        (check_device if options.source == "dpdk" else interface_number)(interface)
    await_compiled(feed)
    warm(feed)
    with ExitStack() as stack:
        source = open_live(live_options(options), groups_of(feed))
        stack.callback(source.close)
        with undisturbed():
            shared = None if options.shm is None else stack.enter_context(Shared(options.shm))
        plan = stack.enter_context(
            planned(feed, options.recover, options.snapshot, options.login, patient=False)
        )
        run = LiveRun(
            feed, source, core=options.core, priority=options.priority,
            ring=shared.ring if shared else None, best=shared.best if shared else None,
            arbitration=arbitration_of(
                options.gap_timeout_ns, options.gap_count, options.recovery_timeout_ns
            ),
            recovery=plan,
        )  # fmt: skip
        stack.enter_context(run)
        stack.enter_context(steady(options))

        def end(*_: object) -> None:
            over.set()
            run.stop()

        with ended_by_signals(end):
            for note in source.notes:
                notice(note)
            told = stack.enter_context(telling(options, run))
            run.start()
            watch(options, run, over, shared, told)
            run.stop()
            run.wait()
        counted = run.look()
        told(Seen(run, counted, {}, "ended"))
    return 1 if any(counted.get(name, 0) for name in LOST) else 0


@dataclass(frozen=True)
class Seen:
    """What is told of a run at one time."""

    run: LiveRun
    counters: dict[str, int]
    rates: dict[str, int]  # by the second
    state: str

    def document(self) -> dict[str, Any]:
        """A line of JSON."""
        best = {symbol: prices(each) for symbol, each in self.run.best()[:BEST_MAX]}
        lost = {name: self.counters[name] for name in LOST if self.counters.get(name)}
        return {
            "time_ns": time.time_ns(), "state": self.state, "feed": self.run.feed.name,
            "interfaces": self.run.source.name, "per_second": self.rates, "lost": lost,
            "counters": self.counters, "channels": self.run.channels(), "best": best,
        }  # fmt: skip


def prices(best: Best) -> dict[str, int | None]:
    """Best prices in 1e-9 units; null = no such side."""
    bid, ask = best.bid_price, best.ask_price
    return {
        "bid": None if bid == UNDEF_PRICE else bid, "bid_size": best.bid_size,
        "ask": None if ask == UNDEF_PRICE else ask, "ask_size": best.ask_size,
    }  # fmt: skip


def watch(
    options: Options,
    run: LiveRun,
    over: threading.Event,
    shared: Shared | None,
    told: Callable[[Seen], None],
) -> None:
    """Tell what the loop does, until it ends or is to end."""
    began = last = time.monotonic_ns()
    before = run.look()
    end_ns = began + options.seconds * NS if options.seconds else None
    due = began + options.every_ns
    while not run.wait(0) and not over.is_set():
        now = time.monotonic_ns()
        if end_ns is not None and now >= end_ns:
            return
        if now >= due:
            counted = run.look()
            rates = {
                name: (counted.get(name, 0) - before.get(name, 0)) * NS // max(now - last, 1)
                for name in RATES
            }
            told(Seen(run, counted, rates, "running"))
            before, last = counted, now
            due = max(due + options.every_ns, now)
        if shared is not None:
            shared.count(run.engine.counters)
        left = min(due, end_ns or due) - time.monotonic_ns()
        over.wait(min(max(left, 0), NS // 10) / NS)


@contextmanager
def telling(options: Options, run: LiveRun) -> Iterator[Callable[[Seen], None]]:
    """Where it is told: a table that stays in its place, lines of JSON, or nowhere."""
    if options.quiet:
        yield lambda _: None
    elif sys.stdout.isatty() and not options.as_json:
        with LiveTable(run.feed.title) as table:
            yield table.show
    else:
        import json  # noqa: PLC0415

        yield lambda seen: click.echo(json.dumps(seen.document()))


@contextmanager
def steady(options: Options) -> Iterator[None]:
    """Memory in its place, and no collection of what is there from the start."""
    if options.lock_memory:
        finding = in_memory()
        if finding.mend:
            notice(f"--lock-memory: {finding.says}; {finding.mend}")
    settled()
    try:
        yield
    finally:
        if options.lock_memory:
            unlock()


@contextmanager
def ended_by_signals(end: Callable[..., None]) -> Iterator[None]:
    """SIGINT and SIGTERM are how a run ends: nothing is wrong with it."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, end) for each in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""`feedhandler run` at work: plans made, the daemon started, signals and the time looked after, what it does told."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import click
import msgspec

from feedhandler import logs
from feedhandler.cli import live_end
from feedhandler.cli.hang_up import EARLY
from feedhandler.cli.output import EnvironmentProblemError, notice, outlive_closed_pipes
from feedhandler.cli.recovery_servers import arbitration_of, limits_of, planned
from feedhandler.cli.run_view import View, tell_of_listening, telling
from feedhandler.cli.running import find_feed, undisturbed
from feedhandler.cli.warming import await_compiled, tell_of_decoders
from feedhandler.config import Config
from feedhandler.config_files import unreadable
from feedhandler.config_memory import memory_of
from feedhandler.config_reading import load, located
from feedhandler.decode.catalog import Feed
from feedhandler.doctor.machine import Machine
from feedhandler.live import LiveOptions, groups_of
from feedhandler.live.opening import lines_of
from feedhandler.live.plan import FeedPlan, dpdk_of, plans_of, ring_of
from feedhandler.logs import log
from feedhandler.publish.segment import SegmentError, SegmentNameError
from feedhandler.service import dropping
from feedhandler.service.daemon import Daemon, Settings, housekeeping_cores
from feedhandler.service.journal import LineWriter, set_level, set_up_service
from feedhandler.service.reloading import apply, by_segment, reload
from feedhandler.source.dpdk import check as check_device
from feedhandler.source.interface import interface_number
from feedhandler.source.libpcap import LibpcapLimits
from feedhandler.source.memory import check as check_memory
from feedhandler.source.names import check_name
from feedhandler.source.packet_filter import Place, Senders
from feedhandler.source.source import ENVIRONMENT, CaptureError
from feedhandler.source.udp_socket import SocketLimits
from feedhandler.source.xdp import XdpLimits
from feedhandler.wire.routes import GroupError, senders_of

if TYPE_CHECKING:
    from feedhandler.source.idle import Strategy
    from feedhandler.source.xdp import Mode

NS: Final = 1_000_000_000
METRICS: Final = "metrics.address"


@dataclass(frozen=True)
class Options:
    """The command line, as it was read."""

    file: str | None
    interfaces: tuple[str, ...]
    feed_name: str
    templates: str | None
    source: str
    idle: str
    core: int | None
    priority: int
    lock_memory: bool
    sending: Mapping[str, int]  # by line; "" = of all that are not named
    expression: str
    ring_bytes: int
    frame_bytes: int | None
    xdp_mode: str | None
    busy_poll_us: int
    seconds: int | None
    every_ns: int
    shm: str | None
    digest: bool
    gap_timeout_ns: int
    gap_count: int
    slots: int
    told_timeout_ns: int
    recovery_timeout_ns: int | None
    recover: tuple[str, ...]
    snapshot: str | None
    login: str | None
    malformed_max: int
    doubt_max: int
    attempts_max: int | None
    answer_timeout_ns: int | None
    as_json: bool
    quiet: bool
    verbose: int
    cold: bool = False  # it is told that something is compiled


def check_senders(feed: Feed, sending: Mapping[str, int]) -> dict[Place, int]:
    """Who alone may send to each group; refuse senders of lines that the feed has not."""
    lines = lines_of(feed)
    known = sorted({line for line, _ in lines})
    for line in sending:
        if line and line not in known:
            raise click.UsageError(
                f"--from: {feed.name} has no line {line}; it has {', '.join(known)}"
            )
    try:
        return senders_of(lines, sending)
    except GroupError as error:
        raise click.UsageError(f"--from: {error}") from None


def live_options(options: Options, senders: Senders) -> LiveOptions:
    """What is opened."""
    return LiveOptions(
        interfaces=options.interfaces,
        source=cast("Any", options.source),
        idle=cast("Strategy", options.idle),
        expression=options.expression,
        senders=dict.fromkeys(options.interfaces, senders),
        ring=ring_of(options.ring_bytes, options.frame_bytes),
        socket=SocketLimits(options.ring_bytes, busy_poll_us=options.busy_poll_us),
        libpcap=LibpcapLimits(options.ring_bytes),
        xdp=XdpLimits(
            options.ring_bytes, cast("Mode | None", options.xdp_mode),
            busy_poll_us=options.busy_poll_us,
        ),
        dpdk=dpdk_of(options.ring_bytes, options.frame_bytes, len(options.interfaces)),
    )  # fmt: skip


def check_interfaces(source: str, interfaces: tuple[str, ...]) -> None:
    """Refuse what is not there before the loop is compiled, which may take long."""
    for interface in interfaces:
        check_name(source, interface)
        (check_device if source == "dpdk" else interface_number)(interface)


def check_core(name: str, core: int | None) -> None:
    """Refuse a core that is not there: a loop that is not pinned would go on, and be taken for one that is."""
    if core is not None and (why := Machine().lacks(core)):
        raise EnvironmentProblemError(f"{name} {core}: {why}")


def check_feed(feed: Feed) -> None:
    """Refuse a feed that nobody sends: without groups a source would take all that comes."""
    if not feed.ports:
        raise click.UsageError(f"--feed {feed.name}: it is a file's format, nobody sends it")


def run_live(options: Options) -> int:
    """Run a feed of the command line until a signal or the end of the time; the exit code."""
    outlive_closed_pipes()
    logs.set_up(quiet=options.quiet, verbose=options.verbose)
    feed = find_feed((), options.feed_name, options.templates)
    check_feed(feed)
    senders = check_senders(feed, options.sending)
    check_core("--core", options.core)
    check_interfaces(options.source, options.interfaces)
    check_memory(options.ring_bytes * len(options.interfaces), "--ring-bytes on all interfaces")
    tell_of_decoders(feed, told=options.cold, quiet=options.quiet)
    await_compiled(feed)
    with ExitStack() as stack:
        recovery = stack.enter_context(
            planned(
                feed,
                options.recover,
                options.snapshot,
                options.login,
                limits_of(options.attempts_max, options.answer_timeout_ns),
                patient=False,
            )
        )
        places = groups_of(feed)
        plan = FeedPlan(
            feed=feed, options=live_options(options, senders),
            groups=dict.fromkeys(options.interfaces, places), publish=options.shm or "",
            core=options.core, priority=options.priority, recovery=recovery, digest=options.digest,
            arbitration=arbitration_of(
                options.gap_timeout_ns, options.gap_count, options.slots, options.told_timeout_ns,
                options.recovery_timeout_ns,
            ),
        )  # fmt: skip
        settings = Settings(options.shm or "", lock_memory=options.lock_memory)
        daemon = stack.enter_context(opened([plan], settings))
        for part in daemon.parts:
            for note in part.run.source.notes:
                notice(note)
        tell_of_listening(options, len(places))
        return kept(daemon, options, tell_people)


def run_config(options: Options) -> int:
    """Run the feeds of a configuration, as a service does; the exit code."""
    outlive_closed_pipes()
    file = options.file or ""
    hang_up: list[int] = []  # that came; no Event, which is no more for signal handlers than a lock
    with ExitStack() as stack:
        stack.enter_context(remembered(hang_up))
        config = load(file)
        check_files(config, file)
        plans = plans_of(config, Machine().isolated())
        writer = None
        if sys.stderr.isatty():
            logs.set_up(quiet=options.quiet, verbose=1)
        else:
            cores = housekeeping_cores(plans)
            writer = stack.enter_context(set_up_service(config.log_level, cores=cores))
        check_memory(sum(memory_of(config).values()), "rings, pools and slots of all feeds")
        for plan in plans:
            check_core(f"worker {plan.worker}: core", plan.core)
            check_interfaces(plan.options.source, plan.options.interfaces)
        tell_of_decoders(*(plan.feed for plan in plans), told=options.cold, quiet=options.quiet)
        await_compiled(plans[0].feed)
        settings = Settings(config.name, config.metrics.address, config.lock_memory, drop=True)
        daemon = stack.enter_context(opened(plans, settings))
        log.info("started", name=config.name, metrics=config.metrics.address,
                 loops=[{"loop": plan.loop, "core": plan.core, "publish": plan.publish,
                         "interfaces": plan.options.interfaces} for plan in plans],
                 notes=[*(note for part in daemon.parts for note in part.run.source.notes), *daemon.notes],
                 privileges=dropping.left_anywhere())  # fmt: skip
        return heard(writer, daemon, lambda: kept(
            daemon, options, tell_log, Reading(file, config, daemon).again, hang_up))  # fmt: skip


@contextmanager
def remembered(hang_up: list[int]) -> Iterator[None]:
    """A SIGHUP that comes before anything can be read again is not the end: it is obeyed when that can be."""
    before = signal.signal(signal.SIGHUP, lambda number, _: hang_up.append(number))
    if EARLY.came:
        hang_up.append(signal.SIGHUP)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def heard(writer: LineWriter | None, daemon: Daemon, run: Callable[[], int]) -> int:
    """Run; metrics and the service manager are told of lines of the log that nobody read."""
    house = daemon.house
    if writer is None or house is None:
        return run()
    house.keeper.log_lines_lost = lambda: writer.lost
    code = run()
    if unwritten := writer.settle():
        house.notifier.status(f"{unwritten:,} lines of the log were not written: nobody reads it")
    return code


def check_files(config: Config, file: str) -> None:
    """Refuse files that cannot be read, each with the line that names it, before anything is opened."""
    faults = located(file, unreadable(config))
    if faults:
        more = f" (and {len(faults) - 1} more: feedhandler config check)" if faults[1:] else ""
        raise EnvironmentProblemError(f"{file}:{faults[0]}{more}")


@contextmanager
def opened(plans: list[FeedPlan], settings: Settings) -> Iterator[Daemon]:
    """All that a run needs; a line says what cannot be."""
    with ExitStack() as stack:
        try:
            daemon = Daemon(plans, settings)
            with (
                undisturbed()
            ):  # a signal that waits is raised behind this: all must be taken away then
                stack.enter_context(daemon.open())
        except SegmentNameError as error:
            raise click.UsageError(f"--shm: {error}") from None
        except SegmentError as error:
            raise EnvironmentProblemError(str(error)) from None
        yield daemon


class Reading:
    """The configuration that holds, and reading it again."""

    def __init__(self, file: str, config: Config, daemon: Daemon) -> None:
        self._file, self._config, self._daemon = file, config, daemon

    def again(self) -> None:
        """SIGHUP: take what can be taken, tell what waits for a restart; faults change nothing."""
        daemon, found = self._daemon, reload(self._file, self._config)
        if found.faults:
            log.error("not_reloaded", faults=found.faults)
            return
        house = daemon.house
        if house is not None:
            house.reloading()
        config, taken = found.config, found.taken
        changed = {change.path for change in taken}
        if "log_level" in changed:
            set_level(config.log_level)
        if METRICS in changed:
            try:
                daemon.serve(config.metrics.address)
            except CaptureError as error:
                log.error("not_served", error=str(error), still=self._config.metrics.address)
                config = msgspec.structs.replace(config, metrics=self._config.metrics)
                taken = [change for change in taken if change.path != METRICS]
        feeds = by_segment(config)
        for part in daemon.parts:
            apply(part.run.engine, feeds[part.plan.publish])
        self._config = config
        log.info("reloaded", taken=[str(change) for change in taken],
                 after_restart=[str(change) for change in found.waiting])  # fmt: skip
        if house is not None:
            house.reloaded()


def tell_people(daemon: Daemon) -> None:
    """What could not be done as it was wanted, for who sits before a terminal."""
    for each in daemon.troubles():
        notice(f"{each.name}: {each.says}{'; ' if each.mend else ''}{each.mend}")


def tell_log(daemon: Daemon) -> None:
    """The same for a log."""
    for each in daemon.troubles():
        log.warning("not_steady", what=each.name, says=each.says, mend=each.mend)


def kept(
    daemon: Daemon,
    options: Options,
    tell: Callable[[Daemon], None],
    again: Callable[[], None] | None = None,
    hang_up_before: list[int] | None = None,
) -> int:
    """Keep a daemon until a signal or the end of the time; the exit code."""
    view = View(daemon)
    hangup = [] if hang_up_before is None else hang_up_before

    def end(number: int, *_: object) -> None:
        daemon.end(f"by {signal.Signals(number).name}")

    def read_again(number: int, *_: object) -> None:
        hangup.append(number)
        daemon.wake()

    began_ns = time.monotonic_ns()
    told = 0
    due_ns = began_ns + options.every_ns

    hang_up = end if again is None else read_again
    with telling(options, view) as show, handled(end, hang_up):

        def turn(now_ns: int) -> None:
            nonlocal due_ns, told
            if told == 1:
                tell(daemon)
            told += 1
            if again is not None and hangup:
                hangup.clear()
                again()
            if now_ns >= due_ns:
                show("running")
                due_ns = max(due_ns + options.every_ns, now_ns)
                if view.unread and again is None:
                    daemon.end("nobody reads what it tells")

        daemon.start()
        daemon.keep(turn, began_ns + options.seconds * NS if options.seconds else None)
        daemon.stop()
        view.ends = live_end.ended(daemon, options.malformed_max, options.doubt_max)
        show("ended")
    code = live_end.tell(daemon, view.ends, service=again is not None, quiet=options.quiet)
    for name in daemon.gone:
        gone = f"{name}: the interface is gone: deleted, or moved to another namespace"
        if again is None:
            notice(gone)
        else:
            log.error("interface_gone", interface=name, says=gone)
    code = ENVIRONMENT if daemon.gone else code
    log.info("stopped", why=daemon.why, exit_code=code, lost=view.lost())
    return code


@contextmanager
def handled(end: Callable[..., None], hang_up: Callable[..., None]) -> Iterator[None]:
    """SIGINT and SIGTERM are how a run ends: nothing is wrong with it. SIGHUP: the terminal has gone, or read again.

    Where SIGHUP is ignored (nohup), a terminal that goes ends nothing; to read again is asked for, and is done.
    """
    handlers = {signal.SIGINT: end, signal.SIGTERM: end, signal.SIGHUP: hang_up}
    if hang_up is end and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        del handlers[signal.SIGHUP]
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""A process that keeps books: its feeds on their loops, and in this thread all that is not a loop.

The order of the start is what matters. The name is taken first, so that a second process of it ends before it has
opened anything. Code is compiled before sockets are open, so that no frame waits for a compiler. Then sockets,
shared memory, locked pages; then privileges go, in this thread and in each of the others; only then anything is
polled. A loop that fails ends the process, in order: whoever supervises it starts it again as a whole, and nobody
is left with books of which some stand still.
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from feedhandler.counter import Counter, count_more
from feedhandler.doctor.finding import Finding, Status
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.live.links import Links
from feedhandler.live.opening import SOURCES, kept_to_close, open_live
from feedhandler.live.plan import FeedPlan
from feedhandler.live.recovery import recovery_plan
from feedhandler.live.running import LiveRun, warm
from feedhandler.logs import log
from feedhandler.publish.bbo import BEST_LINES, BestPrices
from feedhandler.publish.counters import SharedCounters
from feedhandler.publish.ring import EventRing
from feedhandler.recovering.driver import Driver
from feedhandler.service import dropping
from feedhandler.service.housekeeping import Housekeeping
from feedhandler.service.steadiness import alone, awake, in_memory, near, settled, unlock
from feedhandler.session.channel_header import LINE_LOST
from feedhandler.session.channels import LINE_NAMES
from feedhandler.session.line_kernel import block
from feedhandler.source.bell import Bell
from feedhandler.source.carrier import LinkState
from feedhandler.source.source import ENVIRONMENT, USAGE, CaptureError
from feedhandler.telemetry.losses import Losses, before_us
from feedhandler.telemetry.stages import StageHistograms
from feedhandler.telemetry.state import FeedState, feed_state

TICK_NS: Final = 100_000_000
COLLECT_NS: Final = (
    1_000_000_000  # between two collections of garbage; what was frozen takes no part
)
DROPS: Final = "_DROPS"  # of a place
NS: Final = 1_000_000_000
SWITCH: Final = 1 / 2000  # s: so long a loop that has to ask Python waits for this thread, at most


@dataclass(frozen=True)
class Settings:
    """Of a process, beside its feeds."""

    name: str = ""  # in shared memory; "" = nobody else sees it
    metrics: str = ""  # where it may be asked; "" = nowhere
    lock_memory: bool = False
    drop: bool = False  # give privileges up when all is open


@dataclass
class Part:
    """A feed on a worker, at work."""

    plan: FeedPlan
    run: LiveRun
    losses: Losses
    links: Links

    def places(self) -> dict[str, int]:
        """What was lost so far, by place."""
        found: dict[str, int] = {}
        for interface, lost in self.run.source.lost.items():
            for counter, number in lost.items():
                if counter.name.endswith(DROPS):
                    found[f"{counter.name.removesuffix(DROPS).lower()} {interface}"] = number
        found |= before_us(self.losses.interfaces)
        channels = self.run.engine.channels
        for channel in channels.channels:
            state = channels.table[channel.row]
            for line in range(len(channel.lines)) if channel.role == "incremental" else ():
                name = f"line {channel.channel_id}{LINE_NAMES[line]}"
                found[name] = int(state[block(line) + LINE_LOST])
        found["gap"] = int(self.run.engine.counters[Counter.GAP_UNITS])
        return found

    def look(self, now_ns: int) -> None:
        """Count what was lost since the last look."""
        frames = self.run.look().get("frames", 0)
        self.losses.look(now_ns, frames, self.places())

    def watch(self) -> None:
        """Tell of interfaces that are in another state than at the last look."""
        for name in self.links.look(self.run.source.links()):
            state = self.links.states[name]
            told = {"interface": name, "loop": self.plan.loop, "dark": self.links.dark}
            if state is LinkState.UP:
                log.warning("link_up", **told)
                continue
            count_more(self.run.engine.counters, Counter.LINK_LOSSES, 1)
            log.error(f"link_{state}", **told)

    def state(self) -> FeedState:
        """As it is told."""
        total = self.losses.total
        nic = sum(number for place, number in total.items() if place.startswith("nic "))
        return feed_state(
            self.run, self.plan.publish, worker=self.plan.worker, source=self.plan.options.source,
            lost={"nic": nic, "kernel": total.get("kernel", 0)},
            clock=self.run.source.stamped_by, losses=self.losses, links=self.links,
            namesakes=self.plan.namesakes,
        )  # fmt: skip


class Daemon:
    """Feeds, loops, housekeeping."""

    def __init__(self, plans: Sequence[FeedPlan], settings: Settings) -> None:
        """Take the name, and have all code at hand; `open` does the rest. SegmentError: another one has the name."""
        self._plans, self._settings = plans, settings
        self._cores = housekeeping_cores(plans)
        self.parts: list[Part] = []
        self.findings: list[Finding] = []
        self.house: Housekeeping | None = None
        self.notes: list[str] = []  # what an operator should know of it
        self.why = ""  # it is to end
        self.gone: list[str] = []  # interfaces without which a channel cannot come back
        self._bell = Bell()
        self._collect_ns = 0
        with ExitStack() as stack:
            stack.callback(self._bell.close)
            if settings.name:
                self.house = stack.enter_context(Housekeeping(settings.name, cores=self._cores))
            for feed in {plan.feed.name: plan.feed for plan in plans}.values():
                warm(feed)
            self._closing = stack.pop_all()

    def open(self) -> Self:
        """Open everything; whatever cannot be is raised, and nothing stays open."""
        settings = self._settings
        with self._closing as stack:
            stack.callback(kept_out_of_the_way(self._cores))
            for plan in self._plans:
                self.parts.append(self._opened(plan, stack, drops=settings.drop))
            self._steady(stack, settings)
            if settings.drop:
                self._drop(stack)
            self.serve(settings.metrics)
            self._closing = stack.pop_all()
        return self

    def _drop(self, stack: ExitStack) -> None:
        """Give privileges up. What a device needs to be closed has no effect until all are closed."""
        kept = [kept_to_close(plan.options) for plan in self._plans]
        devices = {name: powers for each in kept for name, powers in each.items()}
        powers = sorted({power for each in devices.values() for power in each})
        dropping.drop(but=powers)
        if powers:
            stack.callback(dropping.take_up)
            self.notes.append(
                f"{', '.join(powers)} stays permitted, without effect until the end: only with it can the XDP program"
                f" of {' and '.join(devices)} be taken off the interface"
            )

    def _opened(self, plan: FeedPlan, stack: ExitStack, *, drops: bool) -> Part:
        """Sockets and shared memory of a feed."""
        if plan.options.source not in SOURCES:
            known = ", ".join(SOURCES)
            raise CaptureError(f"source {plan.options.source}: there are {known}", USAGE)
        source = open_live(plan.options, plan.groups)
        stack.callback(source.close)
        ring = best = counters = stages = None
        if plan.publish:
            ring = EventRing.create(plan.publish)
            stack.callback(ring.close)
            best = BestPrices.create(plan.publish, BEST_LINES)
            stack.callback(best.close)
            counters = SharedCounters.create(plan.publish)
            stack.callback(counters.close)
            stages = StageHistograms.create(plan.publish)
            stack.callback(stages.close)
        run = LiveRun(
            plan.feed, source, core=plan.core, priority=plan.priority, limits=plan.limits,
            ring=ring, best=best, arbitration=plan.arbitration, recovery=self._recovery(plan, stack),
            counters=None if counters is None else counters.words, decoder=plan.decoder,
            digest=plan.digest, stages=stages, worker=plan.worker, loop=plan.loop,
            prepare=dropping.drop if drops else None,
        )  # fmt: skip
        stack.enter_context(run)
        run.engine.channels.senders = plan.senders
        if plan.core is not None:
            self.findings += [near(plan.core, each) for each in plan.options.interfaces]
        if plan.priority and plan.options.idle != "block":
            self.findings.append(alone(plan.core))
        losses = Losses(plan.options.interfaces)
        losses.begin()
        return Part(plan, run, losses, Links(plan))

    def _recovery(self, plan: FeedPlan, stack: ExitStack) -> RecoveryPlan | None:
        if plan.recovery is not None:
            return plan.recovery
        if plan.given is None or not plan.given.recovery:
            return None
        return recovery_plan(plan.given, stack.enter_context(Driver()))

    def _steady(self, stack: ExitStack, settings: Settings) -> None:
        """Memory in its place, garbage collected by this thread only, short turns of this thread."""
        if settings.lock_memory:
            self.findings.append(in_memory(lasting=not settings.drop))
            stack.callback(unlock)
        if any(plan.options.idle != "spin" for plan in self._plans):  # who spins never sleeps
            finding, fd = awake()
            self.findings.append(finding)
            if fd >= 0:
                stack.callback(os.close, fd)
        self.findings.append(settled())
        stack.callback(gc.enable)
        gc.disable()  # a loop that asks Python would have to collect what others left: `tick` does it
        stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH)

    def serve(self, metrics: str) -> None:
        """Where Prometheus and health checks may ask from now on."""
        if self.house is None:
            return
        try:
            self.house.serve(metrics)
        except OSError as error:
            raise CaptureError(f"metrics at {metrics}: {error.strerror}", ENVIRONMENT) from None

    # --- running ----------------------------------------------------------------------------------
    def start(self) -> Self:
        """Let all loops poll."""
        for part in self.parts:
            part.run.start()
        return self

    def end(self, why: str) -> None:
        """Let all loops end; safe from a signal handler."""
        self.why = self.why or why
        for part in self.parts:
            part.run.stop()
        self._bell.ring()

    def wake(self) -> None:
        """End the wait of `keep` without an end of the process; safe from a signal handler."""
        self._bell.ring()

    def keep(self, turn: Callable[[int], None], until_ns: int | None = None) -> None:
        """Keep house until the end; `turn` is called each time, with the steady clock's time."""
        while not self.why:
            now_ns = time.monotonic_ns()
            if until_ns is not None and now_ns >= until_ns:
                self.end("its time is over")
                break
            self.tick(now_ns)
            turn(now_ns)
            self.gone = self.find_gone()
            if self.gone:
                self.end(f"gone: {', '.join(self.gone)}")
                break
            failed = self.failed()
            if failed is not None:
                log.error("worker_failed", worker=failed.plan.loop, error=repr(failed.run.error))
                self.end(f"worker {failed.plan.loop} failed")
                break
            left = min(now_ns + TICK_NS, until_ns or now_ns + TICK_NS) - time.monotonic_ns()
            self._bell.wait(max(left, 0) / NS)

    def tick(self, now_ns: int) -> None:
        """Do what is due."""
        if now_ns >= self._collect_ns:
            gc.collect()
            self._collect_ns = now_ns + COLLECT_NS
        for part in self.parts:
            part.look(time.time_ns())
            part.watch()
        if self.house is not None:
            loops = [part.run.progress for part in self.parts]
            self.house.tick(now_ns, lambda: [part.state() for part in self.parts], loops)

    def find_gone(self) -> list[str]:
        """The interfaces that are gone, once a channel has no other left."""
        return sorted(
            {
                name
                for part in self.parts
                for name, state in (part.links.states.items() if part.links.lost else ())
                if state is LinkState.GONE
            }
        )

    def failed(self) -> Part | None:
        """A loop that has ended though nobody wanted it to."""
        for part in self.parts:
            if not self.why and not part.run.running:
                return part
        return None

    def stop(self) -> None:
        """Wait for all loops, and tell the end; the first error of a loop is raised."""
        self.end("ended")
        for part in self.parts:
            part.run.join()
        if self.house is not None:
            self.house.stop(time.monotonic_ns(), [part.state() for part in self.parts], self.why)
        for part in self.parts:
            part.run.wait(0)

    def close(self) -> None:
        """Stop, and give everything back."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.__exit__(kind, error, trace)

    def troubles(self) -> list[Finding]:
        """What could not be done as it was wanted."""
        found = [*self.findings, *(each for part in self.parts for each in part.run.findings)]
        return [each for each in found if each.status is Status.WARN]


def housekeeping_cores(plans: Sequence[FeedPlan]) -> frozenset[int]:
    """The cores that this process may run on and that nobody polls on; none if there is no other."""
    polling = {plan.core for plan in plans}
    return frozenset(os.sched_getaffinity(0)) - {core for core in polling if core is not None}


def kept_out_of_the_way(cores: frozenset[int]) -> Callable[[], None]:
    """Keep this thread, and those that it starts, to these cores; the loops pin themselves. What takes that back."""
    thread, before = threading.get_native_id(), os.sched_getaffinity(0)
    if cores:
        os.sched_setaffinity(thread, cores)

    def take_back() -> None:
        with suppress(OSError):  # the thread has ended
            os.sched_setaffinity(thread, before)

    return take_back

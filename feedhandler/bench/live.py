"""How long from the wire to the book, how much without loss, at which cost: every live source, and the traditional way.

Latency is measured from the sender's clock, read right before it sends, to the moment at which the receiver's books
and best prices have the frame; it includes the sender's system call and the wire. Both processes read the same clock.
Where the kernel stamps frames to the nanosecond its stamp is told, too: what lies before it no receiver can mend.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from feedhandler.bench.live_bed import (
    SETTLE_S,
    Bed,
    Contestant,
    Cores,
    Receiver,
    await_frames,
    thread_use,
)
from feedhandler.bench.live_market import changes, incremental, snapshots
from feedhandler.bench.measurement import machine
from feedhandler.decode.catalog import Feed, feed
from feedhandler.live import groups_of, warm
from feedhandler.source.source import CaptureError

FEED: Final = "nasdaq.itch50"
ALL: Final = (
    Contestant("packet_ring", "spin"),
    Contestant("packet_ring", "block"),
    Contestant("xdp", "spin", mode="native"),
    Contestant("xdp", "block", mode="native"),
    Contestant("xdp", "spin", mode="generic"),
    Contestant("udp_socket", "spin"),
    Contestant("udp_socket", "block"),
    Contestant("dpdk", "spin"),  # its af_packet driver
    Contestant("libpcap", "spin"),
    Contestant("libpcap", "block"),
    Contestant("plain", "spin"),
    Contestant("plain", "block"),
    Contestant("plain", "block", "snapshots"),
)
TRADITIONAL: Final = ALL[-1]
OPTIMIZED: Final = ALL[0]
BURSTING: Final = (OPTIMIZED, ALL[2], ALL[5], ALL[-2], TRADITIONAL)
POINTS: Final = (50, 90, 99, 99.9)
DRAINED: Final = 3000
BOOKED: Final = 10_000
SKIPPED: Final = 2000  # of them
DRAINS: Final = 3  # of which the least counts: whatever disturbs makes it longer
STEPS: Final = 4  # of the search for the highest rate without loss
WARM_UP: Final = (
    200  # frames before those that count: instruments are defined, pages and caches warm
)


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    contestants: Sequence[Contestant] = ALL
    rate: int = 20_000  # frames a second
    frames: int = 5_000
    runs: int = 9  # many short ones: what a host does to one of them is not the median
    fast_frames: int = 100_000  # of a trial of the highest rate
    burst_rate: int = 5_000  # between bursts
    burst_factor: int = 100
    burst_frames: int = 20_000
    cores: Cores = field(default_factory=lambda: Cores(-1, -1))

    @property
    def steps(self) -> int:
        """How much there is to do."""
        return len(self.contestants) * (self.runs + 2) + len(self.bursting)

    @property
    def bursting(self) -> list[Contestant]:
        """Whom the burst meets."""
        return [each for each in BURSTING if each in self.contestants]


@dataclass
class Outcome:
    """What one contestant did."""

    one: Contestant
    absent: str = ""  # why it was not measured
    latencies_ns: Any = None  # of all runs
    medians: dict[str, float] = field(default_factory=dict)  # of the runs' percentiles
    figures: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = {"source": self.one.name, "waits": self.one.waits, "stream": self.one.stream}
        if self.absent:
            return {**told, "absent": self.absent}
        return {**told, "wire_to_book_ns": self.medians, **self.figures}


class Contest:
    """All measurements, one after the other."""

    def __init__(self, plan: Plan, tick: Callable[[], None] = lambda: None) -> None:
        self.plan = plan
        self.feed: Feed = feed(FEED)
        self.outcomes: list[Outcome] = []
        self.bursts: dict[str, dict[str, Any]] = {}
        self.interrupted = False
        self.volume: dict[str, float] = {}
        self.way = ""  # how the sender sends
        self._tick = tick
        self._began = machine()

    def run(self) -> None:
        """Measure everything; Ctrl-C leaves what there is."""
        warm(self.feed)
        plan = self.plan
        most = max(
            BOOKED, WARM_UP + plan.frames, plan.fast_frames, plan.burst_frames + 2 * plan.burst_rate
        )
        market, place = changes(most), groups_of(self.feed)[0]
        streams = {
            "incremental": incremental(market, place),
            "snapshots": snapshots(
                market[: max(BOOKED, WARM_UP + plan.frames, plan.burst_frames * 2)], place
            ),
        }
        self.volume = {name: each.frame_bytes for name, each in streams.items()}
        with Bed(self.feed, streams, plan.cores) as bed:
            self.way = bed.way
            try:
                self._time_all(bed)
                for made in self.outcomes:
                    self._weigh(bed, made)
                for one in plan.bursting:
                    if not self._outcome(one).absent:
                        self._burst(bed, one)
                    self._tick()
            except KeyboardInterrupt:
                self.interrupted = True

    def _burst(self, bed: Bed, one: Contestant) -> None:
        """What a burst does to one."""
        try:
            self.bursts[one.title] = burst(bed, one, self.plan)
        except CaptureError as error:
            self.bursts[one.title] = {"absent": str(error)}

    def _outcome(self, one: Contestant) -> Outcome:
        return next(each for each in self.outcomes if each.one == one)

    def _time_all(self, bed: Bed) -> None:
        """Latencies, all contestants in turn: a machine that is slow for a minute is so for each of them."""
        runs: dict[Contestant, list[dict[str, Any]]] = {one: [] for one in self.plan.contestants}
        absent: dict[Contestant, str] = {}
        try:
            for _ in range(self.plan.runs):
                for one in self.plan.contestants:
                    if one not in absent:
                        try:
                            runs[one].append(latency(bed, one, self.plan))
                        except CaptureError as error:
                            absent[one] = str(error)
                    self._tick()
        finally:
            for one in self.plan.contestants:
                made = Outcome(one, absent.get(one, ""))
                if runs[one] and not made.absent:
                    self._sum_up(made, runs[one])
                if runs[one] or made.absent:
                    self.outcomes.append(made)

    def _weigh(self, bed: Bed, made: Outcome) -> None:
        """What a frame costs, and how many can be borne."""
        plan, one = self.plan, made.one
        if made.absent:
            return
        try:
            for name, trial in (("drain_ns", drained), ("drain_to_book_ns", drained_to_book)):
                made.figures[name] = round(min(trial(bed, one) for _ in range(DRAINS)), 1)
            self._tick()
            made.figures["lossless"] = lossless(bed, one, plan)
            self._tick()
        except CaptureError as error:
            made.absent = str(error)

    def _sum_up(self, made: Outcome, runs: list[dict[str, Any]]) -> None:
        made.latencies_ns = np.concatenate([each.pop("latencies_ns") for each in runs])
        told = [each.pop("percentiles") for each in runs]
        made.medians = {key: float(np.median([each[key] for each in told])) for key in told[0]}
        if runs[0]["kernel_p50_ns"] is not None:
            made.figures["kernel_p50_ns"] = float(
                np.median([each["kernel_p50_ns"] for each in runs])
            )
        made.figures |= {
            "frames": sum(each["frames"] for each in runs),
            "lost": sum(each["lost"] for each in runs),
            **{
                key: float(np.median([each[key] for each in runs]))
                for key in ("voluntary", "involuntary", "cpu_percent", "sender_late_p99_ns")
            },
        }

    def columns(self) -> dict[str, Outcome]:
        """The two columns of the mission, as far as they were measured."""
        wanted = {"traditional": TRADITIONAL, "optimized": OPTIMIZED}
        return {
            name: found
            for name, one in wanted.items()
            for found in self.outcomes
            if found.one == one and "lossless" in found.figures
        }

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        plan = self.plan
        return {
            "measured": "from the sender's clock before its send(2) to books and best prices, one veth pair",
            "sender": self.way, "rate": plan.rate, "frames_a_run": plan.frames, "runs": plan.runs,
            "cores": {"sender": plan.cores.sender, "receiver": plan.cores.receiver},
            "priority": plan.cores.priority, "interrupted": self.interrupted,
            "frame_bytes": {name: round(size, 1) for name, size in self.volume.items()},
            "sources": [each.as_dict() for each in self.outcomes], "bursts": self.bursts,
            "burst": {"rate": plan.burst_rate, "factor": plan.burst_factor, "frames": plan.burst_frames},
            "machine": {**self._began, "load_average_after": machine()["load_average"]},
        }  # fmt: skip


# --- the trials -----------------------------------------------------------------------------------
def times(receiver: Receiver, one: Contestant, sent: int) -> tuple[Any, Any]:
    """When each frame was sent and when it was in the books, once all that were sent are, or no more come.

    Raises CaptureError where none came at all.
    """
    await_frames(lambda: receiver.seen, sent)
    stamps, dones = receiver.times()
    if len(dones) == 0:
        raise CaptureError(f"{one.name}: none of {sent} frames came")
    return stamps, dones


def latency(bed: Bed, one: Contestant, plan: Plan) -> dict[str, Any]:
    """One run at the steady rate."""
    receiver = bed.receiver(one, WARM_UP + plan.frames)
    try:
        receiver.start()
        time.sleep(SETTLE_S)
        warmed = bed.order(name=one.stream, frames=WARM_UP, rate=plan.rate)
        await_frames(lambda: receiver.seen, warmed["sent"])
        before, began = thread_use(), time.monotonic_ns()
        sent = bed.order(name=one.stream, first=WARM_UP, frames=plan.frames, rate=plan.rate)
        after, ended = thread_use(), time.monotonic_ns()
        total = warmed["sent"] + sent["sent"]
        stamps, dones = times(receiver, one, total)
        stamped = receiver.stamped()
    finally:
        receiver.close()
    first = min(WARM_UP, len(dones) // 2)
    taken = (dones - stamps)[first:]
    lost = total - len(dones)
    return {
        "latencies_ns": taken,
        "percentiles": {
            **{f"p{point:g}": float(np.percentile(taken, point)) for point in POINTS},
            "max": float(taken.max()),
        },
        "kernel_p50_ns": None if stamped is None else float(np.median((stamped - stamps)[first:])),
        "frames": len(taken),
        "lost": lost,
        "voluntary": after["voluntary"] - before["voluntary"],
        "involuntary": after["involuntary"] - before["involuntary"],
        "cpu_percent": round(100 * (after["cpu_ns"] - before["cpu_ns"]) / (ended - began), 1),
        "sender_late_p99_ns": sent["late_p99_ns"],
    }


def drained(bed: Bed, one: Contestant) -> float:
    """Ns of a frame of a queue that lies ready, taken by the source alone."""
    return bed.drained(one, DRAINED)


def drained_to_book(bed: Bed, one: Contestant) -> float:
    """Ns of a frame of a queue that lies ready, until it is in the books; the first ones, which define, aside."""
    receiver = bed.receiver(one, BOOKED)
    try:
        sent = bed.order(name=one.stream, frames=BOOKED, rate=100_000)["sent"]
        time.sleep(SETTLE_S)
        receiver.start()
        _, dones = times(receiver, one, sent)
    finally:
        receiver.close()
    first = dones[min(SKIPPED, len(dones) - 1)]
    later = dones[dones > first]  # many frames are through at once
    return float(dones[-1] - first) / max(len(later), 1)


def attempt(bed: Bed, one: Contestant, frames: int, rate: int) -> tuple[int, int]:
    """(frames lost, frames a second that were sent) of a trial."""
    receiver = bed.receiver(one, frames)
    try:
        receiver.start()
        time.sleep(SETTLE_S)
        sent = bed.order(name=one.stream, frames=frames, rate=rate)
        await_frames(lambda: receiver.seen, sent["sent"])
        lost = sent["sent"] - receiver.seen
    finally:
        receiver.close()
    return lost, sent["sent"] * 1_000_000_000 // max(sent["elapsed_ns"], 1)


def lossless(bed: Bed, one: Contestant, plan: Plan) -> dict[str, Any]:
    """The highest rate without loss: the sender's own if nothing is lost at it, else by halving."""
    frames = min(plan.fast_frames, len(bed.streams[one.stream].rows))
    lost, top = attempt(bed, one, frames, 0)
    if lost == 0:
        return {"rate": top, "limited_by_sender": True}
    low, high = 0, top
    for _ in range(STEPS):
        middle = (low + high) // 2
        lost, reached = attempt(bed, one, frames, middle)
        if lost == 0:
            low = min(reached, middle)
        else:
            high = middle
    return {"rate": low, "limited_by_sender": False}


def burst(bed: Bed, one: Contestant, plan: Plan) -> dict[str, Any]:
    """A burst in the midst of calm: the longest queue, the worst delay, the time to catch up, what was lost."""
    calm = plan.burst_rate // 2
    first, last = calm, calm + plan.burst_frames
    frames = min(last + calm, len(bed.streams[one.stream].rows))
    receiver = bed.receiver(one, frames)
    try:
        receiver.start()
        time.sleep(SETTLE_S)
        sent = bed.order(
            name=one.stream, frames=frames, rate=plan.burst_rate,
            burst=(first, last), factor=plan.burst_factor,
        )  # fmt: skip
        stamps, dones = times(receiver, one, sent["sent"])
    finally:
        receiver.close()
    if len(dones) <= WARM_UP:
        raise CaptureError(f"{one.name}: {len(dones)} of {sent['sent']} frames came")
    stamps, dones = stamps[WARM_UP:], dones[WARM_UP:]
    lost = sent["sent"] - len(dones) - WARM_UP
    gaps = np.diff(stamps)
    quick = np.flatnonzero(gaps < 2 * 1_000_000_000 // (plan.burst_rate * plan.burst_factor))
    ended = int(stamps[quick[-1] + 1]) if quick.size else int(stamps[-1])
    waiting = np.searchsorted(stamps, dones, side="right") - np.arange(len(dones))
    behind = dones[stamps <= ended]
    return {
        "sent_at_once": plan.burst_frames,
        "queue_most": int(waiting.max()),
        "delay_most_ns": int((dones - stamps).max()),
        "catch_up_ns": max(int(behind[-1]) - ended, 0) if behind.size else 0,
        "lost": lost,
    }


def chosen(sources: Sequence[str]) -> Iterator[Contestant]:
    """The contestants of these sources; all if none is named."""
    for each in ALL:
        if not sources or each.source in sources:
            yield each

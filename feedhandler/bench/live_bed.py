"""Where `bench live` happens: two namespaces and a wire between them, a sender on one core, receivers on another."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, cast

import numpy as np

from feedhandler.bench import live_kernel
from feedhandler.bench.live_market import STAMP_BITS, Stream
from feedhandler.bench.live_plain import IncrementalBooks, PlainReceiver, SnapshotBooks
from feedhandler.bench.namespace import NamespaceError, Wire
from feedhandler.book.pools import Limits
from feedhandler.decode.catalog import Feed
from feedhandler.engine import desk_header
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live
from feedhandler.service.steadiness import in_real_time, pin
from feedhandler.source import descriptor
from feedhandler.source.live import Live
from feedhandler.source.native import address_of_symbol
from feedhandler.source.source import CaptureError
from feedhandler.source.xdp import Mode, XdpLimits, clock_offset

if TYPE_CHECKING:
    from feedhandler.source.packet_filter import Place

INTERFACE: Final = "line_a"
QUIET_NS: Final = 1_000_000_000  # without a frame, after which no more are awaited
FIRST_NS: Final = (
    10_000_000_000  # without any: a loop begins late where the host gives it no processor
)
SETTLE_S: Final = 0.05
SENDER_S: Final = 120
STAMP_MASK: Final = (1 << STAMP_BITS) - 1
LIMITS: Final = Limits(books_max=64)


@dataclass(frozen=True)
class Contestant:
    """A way to receive."""

    source: str  # a live source's name, or "plain": a socket in plain Python
    idle: str  # "spin" or "block"
    stream: str = "incremental"  # or "snapshots"
    mode: Mode | None = None  # of xdp

    @property
    def name(self) -> str:
        """As it is shown."""
        plain = {"incremental": "plain Python", "snapshots": "plain Python, snapshots"}
        source = plain[self.stream] if self.source == "plain" else self.source
        return f"{source} {self.mode}" if self.mode else source

    @property
    def waits(self) -> str:
        """How it waits, for people."""
        return "polling" if self.idle == "spin" else "blocking"

    @property
    def title(self) -> str:
        """Both."""
        return f"{self.name}, {self.waits}"


@dataclass(frozen=True)
class Cores:
    """Who runs where; -1 = wherever the system likes."""

    sender: int
    receiver: int
    priority: int = 0  # SCHED_FIFO of both


class Receiver(Protocol):
    """What is measured."""

    @property
    def seen(self) -> int:
        """Frames that are through."""

    def start(self) -> None:
        """Begin to receive, in a thread."""

    def times(self) -> tuple[Any, Any]:
        """When each frame was sent, and when it was in the books; ns of the steady clock."""

    def stamped(self) -> Any:
        """When the kernel saw each, by the same clock, if the source says so to the nanosecond."""

    def close(self) -> None:
        """Stop and give everything back."""


class Probe:
    """A live source that notes what passes: what an engine gets in its place."""

    poll = live_kernel.poll_probe

    def __init__(self, live: Live, frames_max: int, stamp_at: int) -> None:
        self._live = live
        self.stamps = np.zeros(frames_max, np.int64)
        self.dones = np.zeros(frames_max, np.int64)
        self.kernels = np.zeros(frames_max, np.int64)
        self._time = np.zeros(2, np.int64)
        self.words = np.zeros(live_kernel.PROBE_WORDS, np.int64)
        self.state_address = int(self.words.ctypes.data)
        for word, value in (
            (live_kernel.POLL, live.poll.address),
            (live_kernel.SOURCE, live.state_address),
            (live_kernel.STAMPS, self.stamps.ctypes.data),
            (live_kernel.DONES, self.dones.ctypes.data),
            (live_kernel.KERNEL, self.kernels.ctypes.data),
            (live_kernel.SEEN_MAX, frames_max),
            (live_kernel.CLOCK, address_of_symbol("clock_gettime")),
            (live_kernel.TIME, self._time.ctypes.data),
            (live_kernel.STAMP_AT, stamp_at),
        ):
            self.words[word // 8] = value

    def watch(self, run: LiveRun) -> None:
        """Look at this engine's counts of rows."""
        work = run.engine.desk.work.ctypes.data
        self.words[live_kernel.APPLIED // 8] = work + 8 * desk_header.ROW
        self.words[live_kernel.DECODED // 8] = work + 8 * desk_header.ROW_COUNT

    def __getattr__(self, name: str) -> Any:
        return getattr(self._live, name)


class EngineReceiver:
    """A source, the engine and its loop."""

    def __init__(self, bed: "Bed", one: Contestant, frames_max: int) -> None:
        stream = bed.streams[one.stream]
        live = bed.opened(one)
        self._probe = Probe(live, frames_max, stream.stamp_at)
        self._by_microseconds = one.source == "libpcap"
        priority = bed.cores.priority
        core = bed.cores.receiver if bed.cores.receiver >= 0 else None
        self.run = LiveRun(
            bed.feed, cast("Live", self._probe), core=core, priority=priority, limits=LIMITS
        )
        self._probe.watch(self.run)

    @property
    def seen(self) -> int:
        """Frames that are through; what ended the loop is raised here."""
        self.run.wait(0)
        return int(self._probe.words[live_kernel.DONE // 8])

    @property
    def first_ns(self) -> int:
        """When the loop first asked."""
        return int(self._probe.words[live_kernel.FIRST // 8])

    def start(self) -> None:
        """Begin to poll."""
        self.run.start()

    def times(self) -> tuple[Any, Any]:
        """When each frame was sent, and when it was in the books."""
        seen = self.seen
        dones = self._probe.dones[:seen]
        return sent_times(self._probe.stamps[:seen], dones), dones

    def stamped(self) -> Any:
        """When the kernel saw each frame, if the source says so to the nanosecond."""
        if self._probe.stamped_by != "kernel" or self._by_microseconds:
            return None
        return self._probe.kernels[: self.seen] - clock_offset()

    def close(self) -> None:
        """Stop and give everything back."""
        self.run.close()


class PlainThread:
    """A plain socket in a thread of its own."""

    def __init__(self, bed: "Bed", one: Contestant) -> None:
        books = IncrementalBooks() if one.stream == "incremental" else SnapshotBooks()
        with bed.wire.receiver.entered():
            self._plain = PlainReceiver(INTERFACE, bed.place, books, blocking=one.idle == "block")
        self._cores = bed.cores
        self._thread = threading.Thread(target=self._work, name="poll plain", daemon=True)

    def _work(self) -> None:
        if self._cores.receiver >= 0:
            pin(self._cores.receiver)
        if self._cores.priority:
            in_real_time(self._cores.priority)
        self._plain.run()

    @property
    def seen(self) -> int:
        """Datagrams so far."""
        return self._plain.seen

    @property
    def first_ns(self) -> int:
        """When it first asked."""
        return self._plain.first_ns

    def start(self) -> None:
        """Begin to receive."""
        self._thread.start()

    def times(self) -> tuple[Any, Any]:
        """When each datagram was sent, and when it was in the books."""
        dones = np.array(self._plain.dones, np.int64)
        stamps = [int.from_bytes(each, "big") for each in self._plain.stamps[: len(dones)]]
        return sent_times(np.array(stamps, np.int64), dones), dones

    def stamped(self) -> Any:
        """Nobody asked the kernel."""
        return None

    def close(self) -> None:
        """Stop and give the socket back."""
        self._plain.stopped = True
        if self._thread.ident is not None:
            self._thread.join()
        self._plain.close()


def sent_times(stamps: Any, dones: Any) -> Any:
    """Whole times of stamps, which lack their upper bits."""
    return dones - ((dones - stamps) & STAMP_MASK)


class Bed:
    """Namespaces, wire, sender, streams."""

    def __init__(self, feed: Feed, streams: dict[str, Stream], cores: Cores) -> None:
        self.feed = feed
        self.streams = streams
        self.cores = cores
        self.place: Place = groups_of(feed)[0]
        with ExitStack() as stack:
            self.wire = stack.enter_context(Wire((INTERFACE,)))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feedhandler-")))
            command = [sys.executable, "-m", "feedhandler.bench.live_sender", INTERFACE]
            with self.wire.sender.entered():
                self._sender = subprocess.Popen(  # noqa: S603 (our own program)
                    [*command, str(cores.sender), str(cores.priority)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                    start_new_session=True,  # a terminal's Ctrl-C is for us
                )  # fmt: skip
            stack.callback(self._end)
            self.way: str = self._answer()["way"]  # how the sender sends
            for name, stream in streams.items():
                path = folder / f"{name}.npz"
                np.savez(path, frames=stream.frames, rows=stream.rows, stamp_at=stream.stamp_at)
                self.order(load=str(path), name=name)
            self._closing = stack.pop_all()

    def _end(self) -> None:
        """End the sender."""
        self._sender.kill()
        self._sender.communicate()

    def _answer(self) -> dict[str, Any]:
        """The sender's next line."""
        line = self._sender.stdout.readline() if self._sender.stdout else ""
        if not line:
            raise NamespaceError("the sender has ended")
        told: dict[str, Any] = json.loads(line)
        return told

    def order(self, **order: Any) -> dict[str, Any]:
        """Have the sender do something; what it answers when it has."""
        if self._sender.stdin is not None:
            self._sender.stdin.write(json.dumps(order) + "\n")
            self._sender.stdin.flush()
        return self._answer()

    def opened(self, one: Contestant) -> Live:
        """A contestant's source."""
        chosen: Any = {"source": one.source, "idle": one.idle}
        name = f"net_af_packet0,iface={INTERFACE}" if one.source == "dpdk" else INTERFACE
        with self.wire.receiver.entered():
            return open_live(
                LiveOptions(interfaces=(name,), xdp=XdpLimits(mode=one.mode), **chosen),
                groups_of(self.feed),
            )

    def receiver(self, one: Contestant, frames_max: int) -> EngineReceiver | PlainThread:
        """A contestant, not started yet."""
        if one.source == "plain":
            return PlainThread(self, one)
        return EngineReceiver(self, one, frames_max)

    def drained(self, one: Contestant, frames: int) -> float:
        """Ns of a frame of a queue that lies ready, taken by the source alone."""
        if one.source == "plain":
            return self._plainly_drained(one, frames)
        live = self.opened(one)
        rows = np.zeros((live_kernel.LINE, descriptor.WORDS), np.int64)
        arguments = (live.poll.address, live.state_address, int(rows.ctypes.data))
        try:
            live_kernel.drain(*arguments, 0, 1)  # compiled by now
            sent = self.order(name=one.stream, frames=frames, rate=100_000)["sent"]
            time.sleep(SETTLE_S)
            began = time.perf_counter_ns()
            taken = live_kernel.drain(*arguments, sent, 1_000_000)
            return (time.perf_counter_ns() - began) / max(int(taken), 1)
        finally:
            live.close()

    def _plainly_drained(self, one: Contestant, frames: int) -> float:
        with self.wire.receiver.entered():
            plain = PlainReceiver(INTERFACE, self.place, None, blocking=True)
        sent = self.order(name=one.stream, frames=frames, rate=100_000)["sent"]
        time.sleep(SETTLE_S)
        thread = threading.Thread(target=plain.run, daemon=True)
        thread.start()
        try:
            await_frames(lambda: plain.seen, sent)
            if not plain.dones:
                raise CaptureError(f"{one.name}: none of {sent} frames came")
            return (plain.dones[-1] - plain.first_ns) / plain.seen
        finally:
            plain.stopped = True
            thread.join()
            plain.close()

    def close(self) -> None:
        """Take everything away."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def await_frames(seen: Any, wanted: int) -> None:
    """Wait until so many frames are through, or no more come."""
    last, since = -1, time.monotonic_ns()
    while (now := seen()) < wanted:
        if now != last:
            last, since = now, time.monotonic_ns()
        elif time.monotonic_ns() - since > (QUIET_NS if now else FIRST_NS):
            return
        time.sleep(0.005)


def thread_use() -> dict[str, int]:
    """What the receiving thread has used so far: ns on a core, and how often it was off it."""
    thread = next(each for each in threading.enumerate() if each.name.startswith("poll "))
    folder = Path(f"/proc/self/task/{thread.native_id}")
    words = {
        key: value.strip()
        for key, _, value in (
            line.partition(":") for line in (folder / "status").read_text().splitlines()
        )
    }
    return {
        "cpu_ns": int((folder / "schedstat").read_text().split()[0]),
        "voluntary": int(words["voluntary_ctxt_switches"]),
        "involuntary": int(words["nonvoluntary_ctxt_switches"]),
    }

"""A soak: `run -c` on a wire of its own for minutes or hours, watched from outside.

A sender puts a market without an end on the wire at a steady rate, with a burst in each second. Meanwhile the
memory of the receiver is looked at every second, a reader is subscribed to its events, and a service manager hears
whether it is alive. At the end all that was counted must agree: by the sender, by the receiver's counters, by its
metrics, by the reader.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter as Tally
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from feedhandler.bench.namespace import Namespace, Wire
from feedhandler.publish.counters import CounterReader
from feedhandler.publish.segment import SegmentError
from feedhandler.publish.subscription import Subscription
from feedhandler.telemetry.metric_names import DROPS
from feedhandler.telemetry.observing import Observer

NS: Final = 1_000_000_000
PAGE_BYTES: Final = os.sysconf("SC_PAGESIZE")
TICKS: Final = os.sysconf("SC_CLK_TCK")
HOUR_S: Final = 3600
START_S: Final = 300
END_S: Final = 20
DRAIN_S: Final = 30
WARM_PART: Final = 5  # the first fifth of the samples tells of the start, not of the slope
PROGRAM: Final = "from feedhandler.cli.main import main; main()"
METRICS: Final = "127.0.0.1:9464"
LOST: Final = (
    "ring_drops", "socket_drops", "gap_units", "malformed_transport", "malformed_message",
)  # fmt: skip
CONFIG: Final = """
name = "{name}"
metrics.address = "{metrics}"

[[worker]]
idle = "{idle}"
{core}

[[feed]]
feed = "nasdaq.itch50"
publish = "{name}"
interface = "line_a"
source = "{source}"

[[feed.channel]]
id = 1
lines = {{ A = "233.54.12.111:26477", B = "233.49.196.111:26477" }}
"""


@dataclass(frozen=True)
class Soak:
    """What is asked for."""

    seconds: int
    rate: int = 50_000  # frames a second, of both lines
    burst: int = 5_000  # of them at once
    idle: str = "spin"
    source: str = "packet_ring"
    core: int | None = None


@dataclass
class Watched:
    """What was seen from outside."""

    resident: list[tuple[int, int]] = field(default_factory=list)  # seconds, bytes
    heard: list[str] = field(default_factory=list)  # by the service manager
    events: int = 0  # by the subscribed reader
    reader_lost: int = 0

    def slope(self) -> int:
        """Bytes an hour of the resident memory, by least squares, without the start."""
        kept = self.resident[len(self.resident) // WARM_PART :]
        count = len(kept)
        x, y = sum(at for at, _ in kept), sum(size for _, size in kept)
        xx, xy = sum(at * at for at, _ in kept), sum(at * size for at, size in kept)
        spread = count * xx - x * x
        return int(Fraction(count * xy - x * y, spread) * HOUR_S) if spread else 0


def soak(asked: Soak, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run it; the report. NamespaceError: there can be no wire here."""
    name = f"soak.{os.getpid()}"
    with ExitStack() as stack:
        wire = stack.enter_context(Wire(("line_a",)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feedhandler-soak-")))
        manager = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(str(folder / "notify"))
        manager.setblocking(False)
        receiver = started(wire.receiver, folder, name, asked)
        stack.callback(ended, receiver)
        await_reading(name, receiver)
        watched = Watched()
        over = threading.Event()
        reader = threading.Thread(target=read, args=(name, watched, over))
        reader.start()
        stack.callback(over.set)
        numbers = (asked.rate * asked.seconds, asked.rate, asked.burst)
        sender = spawned(
            wire.sender, ["-m", "feedhandler.bench.soak_sender", "line_a", *map(str, numbers)], {}
        )
        stack.callback(ended, sender)
        before = usage(receiver.pid)
        watch(sender, receiver, manager, watched, tell)
        sent = json.loads(sender.communicate(timeout=START_S)[0])
        counted = drained(name, sent["frames"])
        spent = {key: value - before[key] for key, value in usage(receiver.pid).items()}
        told = metrics(wire.receiver)
        seen = Observer(name).look()
        hear(manager, watched)
        began = time.monotonic_ns()
        receiver.send_signal(signal.SIGTERM)
        out, err = receiver.communicate(timeout=60)
        exit_ns = time.monotonic_ns() - began
        over.set()
        reader.join()
        hear(manager, watched)
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    return {
        **report(asked, sent, counted, told, watched),
        "usage": {key: spent[key] for key in spent},
        "latencies_ns": {
            stage: each.report() for stage, each in seen.stages.get(name, {}).items()
        },
        "seconds_with_loss": seen.feeds[0]["seconds"],
        "exit_code": receiver.returncode, "exit_ns": exit_ns,
        "logged": dict(Tally(str(line.get("event")) for line in lines)),
        "warnings": [line for line in lines if line.get("level") in {"warning", "error"}],
        "printed": len(out),
    }  # fmt: skip


def started(inside: Namespace, folder: Path, name: str, asked: Soak) -> "subprocess.Popen[str]":
    """The program under test."""
    file = folder / "feed.toml"
    core = "" if asked.core is None else f"core = {asked.core}"
    text = CONFIG.format(
        name=name, metrics=METRICS, idle=asked.idle, core=core, source=asked.source
    )
    file.write_text(text, "utf-8")
    environment = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "3000000"}
    return spawned(inside, ["-c", PROGRAM, "run", "-q", "-c", str(file)], environment)


def spawned(
    inside: Namespace, arguments: list[str], environment: dict[str, str]
) -> "subprocess.Popen[str]":
    """A Python process in a namespace."""
    with inside.entered():
        return subprocess.Popen(  # noqa: S603 (ours)
            [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, **environment},
        )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> None:
    """Let nothing live on: asked first, so that it takes its shared memory away."""
    if process.poll() is None:
        process.terminate()
    try:
        process.communicate(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def await_reading(name: str, receiver: "subprocess.Popen[str]") -> None:
    """Wait until the loops poll."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if receiver.poll() is not None:
            raise RuntimeError(f"the receiver has ended: {receiver.communicate()[1]}")
        try:
            if Observer(name).look().feeds:
                return
        except SegmentError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the receiver did not start")


def watch(
    sender: "subprocess.Popen[str]",
    receiver: "subprocess.Popen[str]",
    manager: socket.socket,
    watched: Watched,
    tell: Callable[[str], None],
) -> None:
    """Look at the receiver every second, as long as the sender sends."""
    began = time.monotonic_ns()
    seconds = 0
    while sender.poll() is None and receiver.poll() is None:
        resident = resident_bytes(receiver.pid)
        watched.resident.append((seconds, resident))
        hear(manager, watched)
        if seconds and seconds % 60 == 0:
            tell(
                f"{seconds // 60} min: resident {resident:,} bytes, {watched.events:,} events read"
            )
        seconds += 1
        time.sleep(max(began + seconds * NS - time.monotonic_ns(), 0) / NS)
    if receiver.poll() is not None:
        raise RuntimeError(f"the receiver has ended: {receiver.communicate()[1]}")


def resident_bytes(pid: int) -> int:
    """Memory of a process that is present."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_BYTES


def usage(pid: int) -> dict[str, int]:
    """Time and switches of all threads of a process."""
    found = {"user_ms": 0, "system_ms": 0, "voluntary_switches": 0, "involuntary_switches": 0}
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text("ascii").rpartition(")")[2].split()
        found["user_ms"] += int(fields[11]) * 1000 // TICKS
        found["system_ms"] += int(fields[12]) * 1000 // TICKS
        text = (task / "status").read_text("ascii")
        for key, label in (
            ("voluntary_switches", "voluntary_ctxt_switches"),
            ("involuntary_switches", "nonvoluntary_ctxt_switches"),
        ):
            match = re.search(rf"^{label}:\s+(\d+)", text, re.MULTILINE)
            found[key] += int(match[1]) if match else 0
    return found


def hear(manager: socket.socket, watched: Watched) -> None:
    """What the service manager was told since the last call."""
    while True:
        try:
            watched.heard.append(manager.recv(4096).decode())
        except BlockingIOError:
            return


def read(name: str, watched: Watched, over: threading.Event) -> None:
    """Read all events, as a strategy would."""
    with Subscription(name) as subscription:
        while True:
            ending = over.is_set()
            rows, lost = subscription.read(65_536)
            watched.events += len(rows)
            watched.reader_lost += lost
            if not len(rows):
                if ending:
                    return
                time.sleep(0.002)


def drained(name: str, frames: int) -> dict[str, int]:
    """The receiver's counters once all frames are there, or do not come any more."""
    reader = CounterReader(name)
    deadline = time.monotonic() + DRAIN_S
    while time.monotonic() < deadline and reader.read().get("frames", 0) < frames:
        time.sleep(0.1)
    time.sleep(1)
    found = reader.read()
    reader.close()
    return found


def metrics(inside: Namespace) -> dict[str, int]:
    """What Prometheus would read: sums over labels, of what is whole numbers."""
    with inside.entered(), urllib.request.urlopen(f"http://{METRICS}/metrics", timeout=30) as page:
        text = page.read().decode()
    found: dict[str, int] = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if not line.startswith("#") and re.fullmatch(r"\d+", value):
            bare = name.partition("{")[0].removeprefix("feedhandler_")
            found[bare] = found.get(bare, 0) + int(value)
    return found


def report(
    asked: Soak, sent: dict[str, Any], counted: dict[str, int], told: dict[str, int],
    watched: Watched,
) -> dict[str, Any]:  # fmt: skip
    """What was asked, what came of it, and what does not agree."""
    lost = {name: counted[name] for name in LOST if counted.get(name)}
    dropped = sum(number for name, number in counted.items() if name.endswith(DROPS))
    agree = {
        "frames": (sent["frames"], counted.get("frames", 0)),
        "messages": (sent["units"], counted.get("messages", 0)),
        "metrics: frames": (sent["frames"], told.get("packets_received_total", 0)),
        "metrics: messages": (sent["units"], told.get("messages_total", 0)),
        "metrics: dropped": (dropped, told.get("packets_dropped_total", 0)),
        "reader: events": (counted.get("events", 0), watched.events + watched.reader_lost),
    }
    sizes = [size for _, size in watched.resident] or [0]
    return {
        "seconds": asked.seconds, "rate": asked.rate, "burst": asked.burst, "idle": asked.idle,
        "source": asked.source, "core": asked.core,
        "sent": sent, "counters": counted, "lost": lost,
        "disagree": {name: both for name, both in agree.items() if both[0] != both[1]},
        "resident_bytes": {
            "first": sizes[0], "warm": sizes[len(sizes) // WARM_PART], "last": sizes[-1],
            "most": max(sizes), "slope_bytes_per_hour": watched.slope(),
            "samples": len(watched.resident),
        },
        "reader": {"events": watched.events, "lost": watched.reader_lost},
        "watchdog": {
            "ready": sum(each.startswith("READY=1") for each in watched.heard),
            "alive": watched.heard.count("WATCHDOG=1"),
            "stopping": sum(each.startswith("STOPPING=1") for each in watched.heard),
        },
    }  # fmt: skip

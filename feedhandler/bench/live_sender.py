"""The sender of `bench live`, a process of its own: reads orders from standard input, answers each with a line of JSON.

An order is one line of JSON: `load` a stream from a file, or `send` so many of its frames at `rate` (0 = as fast as it
goes), beginning with `first`, of which `burst` (first, last) at `factor` times the rate.
"""

import json
import os
import sys
import time
from typing import Any

import numpy as np

from feedhandler.bench.live_kernel import send_placed, send_stamped
from feedhandler.bench.live_market import HEADERS
from feedhandler.sending import kernel
from feedhandler.sending.sender import Sender, Way
from feedhandler.sending.transmitter import BATCH
from feedhandler.source.source import CaptureError

LEAD_NS = 2_000_000  # before the first frame
NS = 1_000_000_000


def due_times(count: int, order: dict[str, Any]) -> Any:
    """When each frame is due, in ns from the first."""
    rate = order["rate"]
    if rate == 0:
        return np.zeros(count, np.int64)
    between = np.full(count, NS / rate)
    if order.get("burst"):
        first, last = order["burst"]
        between[first:last] /= order["factor"]
    return (np.cumsum(between) - between[0]).astype(np.int64)


class StampingSender(Sender):
    """A sender that stamps what it sends."""

    def send_stream(self, stream: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
        """Do one order."""
        first = order.get("first", 0)
        rows = stream["rows"][first : first + order["frames"]]
        count = len(rows)
        times = due_times(count, order)
        late = np.zeros(count, np.int64)
        frames = int(stream["frames"].ctypes.data), HEADERS + int(stream["stamp_at"])
        self._state[[kernel.REFUSED, kernel.RETRIES]] = 0
        if self._transmitter is not None:
            self._transmitter.batches_of(1 if order["rate"] else BATCH)
        self._send_rows(rows[:0], *frames, times[:0], late[:0])  # compiled by now
        begin = time.monotonic_ns() + LEAD_NS
        self._send_rows(rows, *frames, times + begin if order["rate"] else times, late)
        elapsed = time.monotonic_ns() - begin
        told = {"sent": count - int(self._state[kernel.REFUSED]), "elapsed_ns": elapsed}
        if order["rate"]:
            told |= {
                "late_p50_ns": int(np.percentile(late, 50)),
                "late_p99_ns": int(np.percentile(late, 99)),
            }
        return told

    def _send_rows(self, *what: Any) -> None:
        """Send rows, the way there is."""
        if (made := self._transmitter) is None:
            send_stamped(self._state, *what)
        else:
            send_placed(self._state, made.place.address, made.tell.address, *what)
            made.flush()


def opened(interface: str) -> tuple[StampingSender, Way]:
    """By AF_XDP, which takes less of the time that is measured, else by a packet socket."""
    try:
        return StampingSender(interface, "xdp"), "xdp"
    except CaptureError:
        return StampingSender(interface), "packet"


def main() -> None:
    """INTERFACE CORE PRIORITY."""
    interface, core, priority = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if core >= 0:
        os.sched_setaffinity(0, {core})
    streams: dict[str, Any] = {}
    sender, way = opened(interface)
    with sender:
        sys.stdout.write(json.dumps({"way": way}) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            order = json.loads(line)
            if "load" in order:
                with np.load(order["load"]) as stored:
                    streams[order["name"]] = {name: stored[name] for name in stored.files}
                told: dict[str, Any] = {}
            else:
                if priority:
                    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
                told = sender.send_stream(streams[order["name"]], order)
                if priority:
                    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

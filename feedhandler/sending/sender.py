"""Put the frames of a source on a wire: at the pace at which they were received, a multiple, or as fast as it goes.

The first frame is due at once; each other one as long after it as it was recorded, divided by the speed. How late
each was is kept in a histogram: the sender's own jitter. There is no such figure at full speed, where every frame is
due at once, nor of a frame without a time, which goes behind the one before it. What cannot be sent as it is (cut in
the capture, not Ethernet, too long for the interface) is left out and counted. A link that carries nothing ends it.
"""

import ctypes
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal, Self

import numpy as np

from feedhandler.sending import kernel
from feedhandler.sending.transmitter import BATCH as BATCH_AT_ONCE
from feedhandler.sending.transmitter import Transmitter
from feedhandler.source import descriptor
from feedhandler.source.carrier import Carrier
from feedhandler.source.interface import mtu, refused
from feedhandler.source.native import address_of_symbol
from feedhandler.source.pace import never, sleep_ns
from feedhandler.source.source import Source
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.histogram_kernel import record_all

QDISC_BYPASS: Final = 20
SOL_PACKET: Final = 263
BATCH: Final = 256
TURN_NS: Final = 20_000_000  # the longest time without a look at signals
LEAD_NS: Final = 1_000_000  # before the first frame
HEADER_BYTES: Final = 14  # of Ethernet, beside the MTU
TAG_BYTES: Final = 4
TAGGED: Final = b"\x81\x00"  # of other tags the kernel knows nothing here
NEVER_NS: Final = 1 << 62  # of the steady clock, in 146 years


@dataclass
class Sent:
    """What a sender did."""

    frames: int = 0  # the device took them
    frame_bytes: int = 0
    cut: int = 0  # left out: not whole in the capture
    other_link: int = 0  # left out: not Ethernet
    too_long: int = 0  # left out: longer than the interface takes
    refused: int = 0  # the device did not take them
    retries: int = 0
    elapsed_ns: int = 0
    stopped: bool = False
    fault: str = ""  # of the link, which ended it
    late: Histogram = field(default_factory=Histogram)

    @property
    def left_out(self) -> int:
        """Frames that were not sent, for whatever reason."""
        return self.cut + self.other_link + self.too_long + self.refused

    def report(self) -> dict[str, Any]:
        """For JSON."""
        figures = self.late.report() if self.late.count else None
        return {
            "frames": self.frames, "frame_bytes": self.frame_bytes, "elapsed_ns": self.elapsed_ns,
            "left_out": {"cut": self.cut, "other_link": self.other_link, "too_long": self.too_long,
                         "refused": self.refused},
            "retries": self.retries, "interrupted": self.stopped, "fault": self.fault or None,
            "late_ns": figures,
        }  # fmt: skip


Way = Literal["packet", "xdp"]


class Sender:
    """A packet socket that sends, or an AF_XDP socket."""

    def __init__(self, interface: str, way: Way = "packet") -> None:
        with ExitStack() as stack:
            try:
                self._carrier = stack.enter_context(closing(Carrier(interface)))
                self._transmitter: Transmitter | None = None
                if way == "xdp":
                    self._transmitter = stack.enter_context(closing(Transmitter(interface)))
                self._longest = mtu(interface) + HEADER_BYTES
                opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
                self._socket = stack.enter_context(opened)
                self._socket.bind((interface, 0))
                self._socket.setsockopt(SOL_PACKET, QDISC_BYPASS, 1)
            except OSError as error:
                raise refused(error, f"{interface}: packet socket") from None
            self._closing = stack.pop_all()
        self._looked, self._fault = 0, ""
        self._time = np.zeros(2, np.int64)
        self._state = np.zeros(kernel.WORDS, np.int64)
        self._state[kernel.SEND] = address_of_symbol("send")
        self._state[kernel.CLOCK] = address_of_symbol("clock_gettime")
        self._state[kernel.SLEEP] = address_of_symbol("clock_nanosleep")
        self._state[kernel.TIME] = self._time.ctypes.data
        self._state[kernel.FD] = self._socket.fileno()
        if self._transmitter is not None:
            self._state[kernel.SEND] = self._transmitter.send.address
            self._state[kernel.FD] = self._transmitter.state_address

    def send(
        self,
        source: Source,
        speed: Fraction,
        stop: Callable[[], bool] = never,
        *,
        line: int | None = None,
        begin_ns: int = 0,
    ) -> Sent:
        """Send all frames of a source, or those of one interface of it; speed 0 is as fast as it goes.

        Several senders that get the same `begin_ns`, a time of the steady clock, keep step.
        """
        sent = Sent()
        self._state[[kernel.FRAMES, kernel.FRAME_BYTES, kernel.REFUSED, kernel.RETRIES]] = 0
        if self._transmitter is not None:
            self._transmitter.batches_of(1 if speed else BATCH_AT_ONCE)
        self._looked, self._fault = 0, ""
        none, no_times = np.zeros((0, descriptor.WORDS), np.int64), np.zeros(0, np.int64)
        _, sent.stopped = self._send(none, no_times, stop)
        record_all(sent.late.words, 0, no_times)  # all is compiled by now
        batches = taken(source)
        rows = next(batches, none)
        began = time.monotonic_ns()
        begin, first_ns, latest = begin_ns or began + (LEAD_NS if speed else 0), 0, 0
        while len(rows) and not sent.stopped and not self._fault:
            stamped = rows[:, descriptor.TS_RECV]
            if speed and not first_ns and (known := stamped[stamped > 0]).size:
                first_ns = int(known[0])
            ours = rows if line is None else rows[rows[:, descriptor.INTERFACE] == line]
            whole = self._choose(ours, sent)
            times = whole[:, descriptor.TS_RECV]
            due = [
                latest := max(latest, deadline(t, first_ns, begin, speed)) for t in times.tolist()
            ]
            late, sent.stopped = self._send(whole, np.array(due, np.int64), stop)
            if speed:
                record_all(sent.late.words, 0, late[(times[: len(late)] > 0) & (late >= 0)])
            if not sent.stopped:
                rows = next(batches, none)
        sent.stopped = sent.stopped or stop()  # that may have ended a wait for a pipe
        sent.fault = self._fault
        sent.elapsed_ns = time.monotonic_ns() - began
        sent.frames = self.frames
        sent.frame_bytes = int(self._state[kernel.FRAME_BYTES])
        sent.refused = int(self._state[kernel.REFUSED])
        sent.retries = int(self._state[kernel.RETRIES])
        return sent

    @property
    def frames(self) -> int:
        """Those that the device took, of the source that is being sent or was the last."""
        return int(self._state[kernel.FRAMES])

    def _choose(self, rows: Any, sent: Sent) -> Any:
        """The rows that can be sent as they are."""
        ethernet = rows[:, descriptor.LINK] == descriptor.LINK_ETHERNET
        whole = rows[:, descriptor.CAPTURED] == rows[:, descriptor.WIRE]
        sent.other_link += int((~ethernet).sum())
        sent.cut += int((ethernet & ~whole).sum())
        chosen = rows[ethernet & whole]
        fits = chosen[:, descriptor.CAPTURED] <= self._longest
        for at in np.flatnonzero(~fits):
            fits[at] = self._fits_with_tag(chosen[at])
        sent.too_long += int((~fits).sum())
        return np.ascontiguousarray(chosen[fits])

    def _fits_with_tag(self, row: Any) -> bool:
        """Whether a frame is as long as a tag more than others."""
        if row[descriptor.CAPTURED] > self._longest + TAG_BYTES:
            return False
        return ctypes.string_at(int(row[descriptor.ADDRESS]) + 12, 2) == TAGGED

    def _send(self, rows: Any, due: Any, stop: Callable[[], bool]) -> tuple[Any, bool]:
        """By how much each of the rows that were sent was late, and whether that was a stop."""
        late = np.zeros(len(rows), np.int64)
        first, stopped = 0, False
        while not stopped and not self._fault:
            until = time.monotonic_ns() + TURN_NS
            first = kernel.send_due(self._state, rows, due, late, first, until)
            if self._transmitter is not None:
                self._transmitter.flush()
            self._look_at_link()
            stopped = stop()
            if first == len(rows):
                break
            if (wait := int(due[first]) - time.monotonic_ns()) > TURN_NS:
                sleep_ns(min(wait - TURN_NS // 2, TURN_NS))
        return late[:first], stopped

    def _look_at_link(self) -> None:
        """Find out why frames were refused; of AF_XDP, which refuses none that it drops, ask from time to time."""
        packet = self._transmitter is None
        sign = int(self._state[kernel.REFUSED]) if packet else time.monotonic_ns() // TURN_NS
        if sign != self._looked:
            self._looked = sign
            self._fault = self._carrier.fault()

    def close(self) -> None:
        """Give the sockets back."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def taken(source: Source) -> Iterator[Any]:
    """The frames of a source, so many at a time; those of a time lie there until the next are asked for."""
    rows = np.zeros((BATCH, descriptor.WORDS), np.int64)
    while True:
        count = source.poll(source.state_address, int(rows.ctypes.data), BATCH)
        if count:
            yield rows[:count]
        elif not source.refill():
            return


def deadline(received: int, first: int, begin: int, speed: Fraction) -> int:
    """When a frame is due; one without a time, or at full speed, is due at once."""
    if not speed or received <= 0:
        return 0
    return min(begin + (received - first) * speed.denominator // speed.numerator, NEVER_NS)

"""Frames of an interface through libpcap (pcapy-ng): the portable way, for where the others are not to be had.

Its limits: times in whole microseconds; no immediate mode in the library that pcapy-ng brings, so that on Linux frames
come in blocks, half a millisecond late in the middle and one at worst; each frame passes through Python, about two
microseconds. Where a packet socket's ring or UDP sockets can be had they are better in everything.

The loop's `poll` is a Python function here: it takes the interpreter's lock for as long as it copies what has come.

Of some hundred groups libpcap makes a filter that the kernel does not take, and takes minutes to make it. So on Linux
groups are chosen by the program that a packet ring has, too; only an expression is libpcap's own affair.
"""

import ctypes
import errno
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pcapy

from feedhandler.counter import Counter
from feedhandler.jit import JIT_ON, Entry
from feedhandler.source import descriptor, memory
from feedhandler.source.carrier import Carrier, LinkState
from feedhandler.source.interface import interface_number, refused
from feedhandler.source.membership import Memberships
from feedhandler.source.pace import sleep_ns
from feedhandler.source.packet_filter import (
    ANYBODY,
    ATTACH_FILTER,
    FilterBytes,
    Place,
    Senders,
    attach,
    expression_of,
    narrowed,
    program_of,
)
from feedhandler.source.select import compile_filter
from feedhandler.source.source import ENVIRONMENT, USAGE, CaptureError

SNAPLEN: Final = 65_535
BUFFER_MAX: Final = (1 << 31) - 1  # an int of pcap_set_buffer_size(3)
WAIT_MS: Final = 1  # the least that libpcap waits for a block to fill
SLOTS: Final = 256  # frames at once
SLOT_BYTES: Final = SNAPLEN + 1
NS: Final = 1_000_000_000
DRAIN_NS: Final = 20_000_000  # until a block that was begun has been handed over
DRAIN_STEP_NS: Final = 1_000_000
WARNING: Final = b"Warning: Kernel filter failed"  # libpcap's own words, on standard error
TOO_MANY: Final = os.strerror(errno.EMFILE)
# PCAP_ERROR_* of <pcap/pcap.h>
NO_SUCH_DEVICE: Final = -5
NOT_PERMITTED: Final = frozenset({-8, -11})
NOT_ACTIVATED: Final = {
    -1: "the system refuses, perhaps for want of memory: a smaller ring",
    NO_SUCH_DEVICE: "no such device",
    -9: "the interface is down",
    -13: "another program has it",
}
LINKS: Final = {pcapy.DLT_RAW: descriptor.LINK_RAW} | {
    link: link
    for link in (
        descriptor.LINK_NULL, descriptor.LINK_ETHERNET, descriptor.LINK_LOOP, descriptor.LINK_SLL,
    )
}  # fmt: skip


@dataclass(frozen=True)
class LibpcapLimits:
    """How much may wait in the kernel."""

    buffer_bytes: int = 64 << 20


class PythonEntry(Entry):
    """An `Entry` that is a function of Python: compiled code waits for the interpreter's lock to call it."""

    def __init__(self, function: Callable[..., int], arguments: int) -> None:
        if not JIT_ON:
            super().__init__(function, arguments)
            return
        self.name = "python"
        self.compiled = None
        word = ctypes.c_int64
        self._call = ctypes.CFUNCTYPE(word, *[word] * arguments)(function)
        self.address = int(ctypes.cast(self._call, ctypes.c_void_p).value or 0)


class Libpcap:
    """The frames that libpcap captures on one interface."""

    stamped_by = "kernel"

    def __init__(
        self,
        interface: str,
        groups: Iterable[Place] = (),
        *,
        expression: str = "",
        senders: Senders = ANYBODY,
        limits: LibpcapLimits | None = None,
        number: int = 0,
    ) -> None:
        """Frames to these groups, or all that the expression matches; without either all there are."""
        self.name = interface
        self.notes = [f"{interface}: libpcap: times in microseconds, frames come up to 1 ms late"]
        self.state_address = 0
        self.poll: Entry = PythonEntry(self._poll, 3)
        self.error: BaseException | None = None
        self._number = number
        self._packet = 0
        self._cut = 0
        self._told = {Counter.RING_DROPS: 0, Counter.CUT_FRAMES: 0}
        self._rows: Any = None
        limits = limits or LibpcapLimits()
        memory.check(limits.buffer_bytes, f"{interface}: libpcap")
        if limits.buffer_bytes > BUFFER_MAX:
            text = f"{interface}: libpcap: a buffer of {limits.buffer_bytes:,} bytes; at most {BUFFER_MAX:,}"
            raise CaptureError(text, USAGE)
        self._slots = np.zeros(SLOTS * SLOT_BYTES, np.uint8)
        self._first = int(self._slots.ctypes.data)
        wanted = sorted(set(groups))
        self._reader: Any = None
        self._memberships: Memberships | None = None
        self.carrier = carrier_of(interface)
        try:
            self._reader = opened(interface, limits)
            self._link = link_of(self._reader.datalink(), interface)
            self._reader.setnonblock(1)
            self._choose(wanted, expression, senders)
            self._memberships = Memberships(interface, wanted, senders)
        except OSError as error:
            self.close()
            raise refused(error, f"{interface}: libpcap") from None
        except BaseException:
            self.close()
            raise

    def _choose(self, wanted: list[Place], expression: str, senders: Senders) -> None:
        """Have the kernel let pass what is wanted; what it does not take libpcap filters itself."""
        on_linux = sys.platform == "linux"
        ethernet = self._link == descriptor.LINK_ETHERNET
        known = ethernet or self._link == descriptor.LINK_RAW
        if wanted and on_linux and known and (not expression or any(senders.values())):
            program = program_of(expression, self._link, wanted, senders)
            with self._socket() as packets:
                attach(packets, FilterBytes(program))
            self._drain()
            return
        chosen = narrowed(expression, wanted, senders, ethernet=ethernet) or expression_of(
            wanted, senders, ethernet=ethernet
        )
        if not chosen:
            return
        # a mistake is told as everywhere, and as it was written
        compile_filter(expression or chosen, self._link)
        with hushed():
            self._reader.setfilter(chosen)
        if on_linux and not self._filtered():
            self.notes.append(
                f"{self.name}: libpcap: the kernel does not take this filter, which may be too long: libpcap applies"
                " it in this process, to every frame"
            )

    def _socket(self) -> socket.socket:
        """The packet socket that libpcap reads, for a moment."""
        return socket.socket(fileno=os.dup(self._reader.getfd()))

    def _drain(self) -> None:
        """Throw away what came before there was a filter."""
        until = time.monotonic_ns() + DRAIN_NS
        while time.monotonic_ns() < until:
            self._reader.dispatch(-1, lambda *_: None)
            sleep_ns(DRAIN_STEP_NS)

    def _filtered(self) -> bool:
        """Whether the kernel has a filter: it refuses to tell one into so little room."""
        with self._socket() as packets:
            try:
                return bool(packets.getsockopt(socket.SOL_SOCKET, ATTACH_FILTER))
            except OSError:
                return True

    def _poll(self, _state: int, rows: int, rows_max: int) -> int:
        """Write up to `rows_max` descriptors of frames that have come; return how many."""
        if self._reader is None or self.error is not None:
            return 0
        room = min(int(rows_max), SLOTS)
        words = ctypes.c_int64 * (descriptor.WORDS * room)
        self._rows, self._count = words.from_address(int(rows)), 0  # no integer of NumPy
        try:
            self._reader.dispatch(room, self._take)
        except Exception as error:  # noqa: BLE001 (no exception passes through compiled code)
            if self.carrier.look() is LinkState.UP:
                self.error = error  # else libpcap tells what the carrier does
        return self._count

    def _take(self, header: Any, data: bytes) -> None:
        """Copy a frame, which libpcap takes back, and describe it."""
        captured = min(len(data), SLOT_BYTES)
        at = self._first + SLOT_BYTES * self._count
        ctypes.memmove(at, data, captured)
        seconds, microseconds = header.getts()
        wire = header.getlen()
        self._packet += 1
        self._cut += captured < wire
        first = descriptor.WORDS * self._count
        self._rows[first : first + descriptor.WORDS] = (
            at, captured, wire, self._link, -1, seconds * NS + microseconds * 1000, self._packet,
            self._number,
        )  # fmt: skip
        self._count += 1

    @property
    def fds(self) -> list[int]:
        """What becomes readable when a block of frames is full, or its time is over."""
        return [self._reader.getfd()]

    def lost(self) -> dict[Counter, int]:
        """What was lost since the last call; CaptureError if libpcap has failed."""
        if self.error is not None:
            raise CaptureError(f"{self.name}: libpcap: {self.error}", ENVIRONMENT)
        _, dropped, at_card = self._reader.stats()
        now = {Counter.RING_DROPS: int(dropped + at_card), Counter.CUT_FRAMES: self._cut}
        newly = {each: number - self._told[each] for each, number in now.items()}
        self._told = now
        return newly

    def close(self) -> None:
        """Leave the groups and end the capture."""
        self.carrier.close()
        if self._memberships is not None:
            self._memberships.close()
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()


def carrier_of(interface: str) -> Carrier:
    """The link of the interface."""
    try:
        return Carrier(interface)
    except OSError as error:
        raise refused(error, f"{interface}: libpcap") from None


@contextmanager
def hushed() -> Iterator[None]:
    """Without libpcap's own warning on standard error; what others write there meanwhile comes a moment later."""
    with tempfile.TemporaryFile() as kept:
        before = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            kept.seek(0)
            for line in kept:
                if not line.startswith(WARNING):
                    os.write(before, line)
            os.close(before)


def opened(interface: str, limits: LibpcapLimits) -> Any:
    """A reader that captures what comes in."""
    try:
        reader = pcapy.create(interface)
        reader.set_snaplen(SNAPLEN)
        reader.set_timeout(WAIT_MS)
        reader.set_buffer_size(limits.buffer_bytes)
        activated(reader.activate(), interface)
        reader.setdirection(pcapy.PCAP_D_IN)
    except pcapy.PcapError as error:
        text = str(error)
        if TOO_MANY in text:
            raise OSError(errno.EMFILE, TOO_MANY) from None
        if "permi" in text.lower():
            raise refused(PermissionError(1, text), f"{interface}: libpcap") from None
        raise CaptureError(f"{interface}: libpcap: {text}", ENVIRONMENT) from None
    return reader


def activated(told: int, interface: str) -> None:
    """What libpcap answers to `activate`: not an exception, but a number; above 0 it only warns."""
    if told in NOT_PERMITTED:
        raise refused(PermissionError(errno.EPERM, ""), f"{interface}: libpcap")
    if told == NO_SUCH_DEVICE:
        interface_number(interface)  # says which there are
    if told < 0:
        why = NOT_ACTIVATED.get(told, f"error {told} of pcap_activate(3)")
        raise CaptureError(f"{interface}: libpcap: {why}", ENVIRONMENT)


def link_of(data_link: int, interface: str) -> int:
    """The link type of a file with such frames."""
    if data_link not in LINKS:
        raise CaptureError(f"{interface}: link type {data_link} is not supported", ENVIRONMENT)
    return LINKS[data_link]

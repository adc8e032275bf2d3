"""Frames of an interface before the kernel's own stack: AF_XDP by system calls, with an XDP program of our own.

The program (`ebpf.py`) sends what goes to the feed's groups to our sockets, one for each queue of the card, and leaves
everything else to the kernel. It is attached in the driver (native) or else behind it (generic), copies nothing where
driver and card can do without (zero-copy), and is gone when this process is, however it ends. Groups can change while
it runs. What is taken this way no other program of the machine sees, a capture beside it included.

What the kernel could not give us is counted as `ring_drops`: no free chunk, no place on the ring, a queue without a
socket. A VLAN tag that the card takes off is not told to AF_XDP: `ethtool -K IFACE rxvlan off`.
"""

import ctypes
import errno
import mmap
import os
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from feedhandler.counter import Counter
from feedhandler.source import bpf, memory, xdp_kernel
from feedhandler.source.carrier import Carrier
from feedhandler.source.descriptor import LINK_ETHERNET
from feedhandler.source.ebpf import (
    KEY_BYTES,
    STAMP_BYTES,
    VALUE_BYTES,
    fragment_key,
    key,
    program,
    value_of,
)
from feedhandler.source.interface import (
    frame_bytes,
    interface_number,
    link_type,
    not_locked,
    receive_queues,
    refused,
)
from feedhandler.source.membership import Memberships
from feedhandler.source.native import address_of_symbol, map_shared, unmap
from feedhandler.source.packet_filter import ANYBODY, Place, Senders, by_address, senders_to
from feedhandler.source.source import ENVIRONMENT, USAGE, CaptureError
from feedhandler.source.xdp_socket import FILL_RING, HEADROOM, RX_RING, XdpSocket

Mode = Literal["native", "generic"]

CAPABILITIES: Final = "CAP_NET_ADMIN,CAP_NET_RAW,CAP_BPF"
NATIVE: Final = 1 << 2  # XDP_FLAGS_DRV_MODE
GENERIC: Final = 1 << 1  # XDP_FLAGS_SKB_MODE
FLAGS: Final[dict[Mode, int]] = {"native": NATIVE, "generic": GENERIC}
GROUPS_MAX: Final = 4096
QUEUES_MAX: Final = 256
CHUNKS_LEAST: Final = 64
SMALL_CHUNK: Final = 2048
LARGE_CHUNK: Final = 4096  # the largest that there is
ATTEMPTS_MAX: Final = 40
PAUSE_S: Final = 0.025
LOOKS: Final = 16  # at both clocks, of which the closest pair counts


@dataclass(frozen=True)
class XdpLimits:
    """How much may wait, and how it is brought."""

    memory_bytes: int = 64 << 20  # chunks of all queues together
    mode: Mode | None = None  # None = native, or else generic
    zero_copy: bool | None = None  # None = if the driver can
    busy_poll_us: int = 0  # > 0: our polls do the driver's work


class Xdp:
    """The frames to some groups that come to one interface."""

    poll = xdp_kernel.poll_xdp

    def __init__(
        self,
        interface: str,
        groups: Iterable[Place],
        *,
        senders: Senders = ANYBODY,
        limits: XdpLimits | None = None,
        number: int = 0,
    ) -> None:
        self.name = interface
        self.notes: list[str] = []
        self.limits = limits or XdpLimits()
        memory.check(self.limits.memory_bytes, f"{interface}: AF_XDP")
        self.mode: Mode = "native"
        self._index = interface_number(interface)
        self._groups: dict[Place, tuple[int, Memberships]] = {}  # each with its sender
        self._sockets: list[XdpSocket] = []
        self._maps: list[bpf.Map] = []
        self._fds: list[int] = []  # link and program
        self._state = np.zeros(xdp_kernel.WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self._dropped_told = 0
        self._missed = 0  # address of the count of frames that came on queues without a socket
        wanted = sorted(set(groups))
        if not wanted:
            raise CaptureError("xdp: no group is given, and it takes nothing else", USAGE)
        if link_type(interface) != LINK_ETHERNET:
            raise CaptureError(f"{interface}: AF_XDP is for Ethernet", ENVIRONMENT)
        self.carrier = Carrier(interface)
        try:
            self._open(number)
            self.change(wanted, senders)
        except OSError as error:
            self.close()
            raise interface_refused(error, interface) from None
        except BaseException:
            self.close()
            raise

    def _open(self, number: int) -> None:
        """Maps, program, link, sockets; no group yet, so that nothing is taken before all is ready."""
        queues = min(receive_queues(self.name), QUEUES_MAX)
        for kind, key_bytes, value_bytes, entries, flags in (
            (bpf.HASH, KEY_BYTES, VALUE_BYTES, GROUPS_MAX, 0),
            (bpf.SOCKETS, 4, 4, queues, 0),
            (bpf.ARRAY, 4, 8, 1, bpf.MAPPABLE),
        ):
            self._maps.append(bpf.Map(kind, key_bytes, value_bytes, entries, flags))
        self._missed = map_shared(self._maps[2].fd, mmap.PAGESIZE)
        groups, sockets, missed = (each.fd for each in self._maps)
        loaded = bpf.load(program(groups, sockets, missed))
        self._fds.append(loaded)
        self._attach(loaded)
        chunk = chunk_bytes(self.name)
        chunks = chunks_of(self.limits.memory_bytes, chunk, queues)
        for queue in range(queues):
            made = XdpSocket(chunks, chunk)
            self._sockets.append(made)
            made.fill()
            if self.limits.busy_poll_us:
                made.busy_poll(self.limits.busy_poll_us)
            self._bind(made, queue)
            self._maps[1].put(struct.pack("=I", queue), struct.pack("=I", made.fd))
        self._lay_out(number)

    def _bind(self, made: XdpSocket, queue: int) -> None:
        """Bind a socket; a queue that another one has just left is free a moment later."""
        zero_copy = False if self.mode == "generic" else self.limits.zero_copy
        for attempt in range(ATTEMPTS_MAX):
            try:
                return made.bind(self._index, queue, zero_copy=zero_copy)
            except OSError as error:
                if error.errno != errno.EBUSY or attempt + 1 == ATTEMPTS_MAX:
                    raise
            time.sleep(PAUSE_S)
        return None

    def _attach(self, loaded: int) -> None:
        """Attach the program, in the driver if it can be."""
        modes: list[Mode] = [self.limits.mode] if self.limits.mode else ["native", "generic"]
        for mode in modes:
            try:
                self._fds.append(bpf.attach(loaded, self._index, FLAGS[mode]))
            except OSError as error:
                taken = error.errno in {errno.EBUSY, errno.EEXIST, errno.EPERM}
                if mode == modes[-1] or taken:
                    raise
                why = error.strerror
                if error.errno == errno.ENOSPC:
                    why = "it has fewer receive queues than its peer has for sending"
                self.notes.append(f"{self.name}: XDP in generic mode, behind the driver: {why}")
            else:
                self.mode = mode
                return

    def _lay_out(self, number: int) -> None:
        """What the kernel function works on."""
        words = xdp_kernel
        self._table = np.zeros((len(self._sockets), words.QUEUE_BYTES // 8), np.int64)
        for row, each in zip(self._table, self._sockets, strict=True):
            received, fill = each.rings[RX_RING], each.rings[FILL_RING]
            for word, value in (
                (words.Q_FD, each.fd),
                (words.Q_MEMORY, each.memory),
                (words.Q_MASK, each.chunks - 1),
                (words.Q_PRODUCER, received.producer),
                (words.Q_CONSUMER, received.consumer),
                (words.Q_ROWS, received.rows),
                (words.Q_FILL_PRODUCER, fill.producer),
                (words.Q_FILL_ROWS, fill.rows),
                (words.Q_FILL_FLAGS, fill.flags),
            ):
                row[word // 8] = value
        self._time = np.zeros(2, np.int64)
        for word, value in (
            (words.QUEUES, len(self._sockets)),
            (words.QUEUE_TABLE, self._table.ctypes.data),
            (words.INTERFACE, number),
            (words.OFFSET, clock_offset()),
            (words.CLOCK, address_of_symbol("clock_gettime")),
            (words.TIME, self._time.ctypes.data),
            (words.RECEIVE, address_of_symbol("recv")),
            (words.BUSY, int(self.limits.busy_poll_us > 0)),
        ):
            self._state[word // 8] = value

    def change(self, groups: Iterable[Place], senders: Senders = ANYBODY) -> None:
        """From now on these groups by these senders, and no others; while frames flow, too.

        OSError if the kernel refuses.
        """
        wanted = {place: senders.get(place, 0) for place in groups}
        if len(wanted) * 2 > GROUPS_MAX:
            raise CaptureError(f"xdp: {len(wanted)} groups; at most {GROUPS_MAX // 2}", USAGE)
        addresses, table = by_address(wanted, senders), self._maps[0]
        for place, sender in sorted(wanted.items()):
            before, member = self._groups.get(place, (-1, None))
            if sender != before:
                table.put(key(*place), value_of((sender,) if sender else ()))
                self._groups[place] = sender, Memberships(self.name, [place], senders)
            if sender != before and member is not None:
                member.close()
        for address, ports in addresses.items():
            table.put(fragment_key(address), value_of(senders_to(ports)))
        for place in sorted(self._groups.keys() - wanted.keys()):
            self._groups.pop(place)[1].close()
            table.remove(key(*place))
            if place[0] not in addresses and all(place[0] != other for other, _ in self._groups):
                table.remove(fragment_key(place[0]))

    @property
    def zero_copy(self) -> bool:
        """Whether the card writes into our memory itself."""
        return all(each.zero_copy for each in self._sockets)

    @property
    def fds(self) -> list[int]:
        """The sockets."""
        return [each.fd for each in self._sockets]

    @property
    def stamped_by_poll(self) -> int:
        """Frames whose time is that of the poll: the driver had no room for that of its receipt."""
        return int(self._state[xdp_kernel.UNSTAMPED // 8])

    @property
    def stamped_by(self) -> str:
        """Whose clock times are of."""
        return "poll" if self.stamped_by_poll else "kernel"

    def lost(self) -> dict[Counter, int]:
        """What was lost since the last call. The clocks are compared anew: one of them may have been set."""
        self._state[xdp_kernel.OFFSET // 8] = clock_offset()
        dropped = ctypes.c_uint64.from_address(self._missed).value if self._missed else 0
        for each in self._sockets:
            no_chunk, _, _, ring_full, *_ = each.statistics()
            dropped += no_chunk + ring_full
        newly, self._dropped_told = dropped - self._dropped_told, dropped
        return {Counter.RING_DROPS: newly}

    def close(self) -> None:
        """Leave the groups, detach the program, give everything back."""
        self._state[xdp_kernel.QUEUES // 8] = 0
        self.carrier.close()
        for _, member in self._groups.values():
            member.close()
        self._groups.clear()
        for fd in reversed(self._fds):
            os.close(fd)
        self._fds.clear()
        missed, self._missed = self._missed, 0
        if missed:
            unmap(missed, mmap.PAGESIZE)
        for each in self._sockets:
            each.close()
        for table in self._maps:
            table.close()
        self._sockets.clear()
        self._maps.clear()


def chunk_bytes(interface: str) -> int:
    """The smallest chunk that holds the interface's longest frame."""
    longest = frame_bytes(interface)
    for size in (SMALL_CHUNK, LARGE_CHUNK):
        if longest <= size - HEADROOM - STAMP_BYTES:
            return size
    raise CaptureError(
        f"{interface}: frames of {longest} bytes; AF_XDP takes {LARGE_CHUNK - HEADROOM - STAMP_BYTES}:"
        f" sudo ip link set {interface} mtu 1500", ENVIRONMENT,
    )  # fmt: skip


def chunks_of(memory_bytes: int, chunk: int, queues: int) -> int:
    """Chunks of each queue: a power of two."""
    room = memory_bytes // chunk // queues
    if room < CHUNKS_LEAST:
        least = CHUNKS_LEAST * chunk * queues
        raise CaptureError(
            f"xdp: {memory_bytes} bytes for {queues} queues; at least {least}", USAGE
        )
    return 1 << room.bit_length() - 1


def clock_offset() -> int:
    """How far the wall clock is before the steady one: of some looks at both, that of the closest."""
    found = []
    for _ in range(LOOKS):
        before = time.monotonic_ns()
        wall = time.time_ns()
        after = time.monotonic_ns()
        found.append((after - before, wall - (before + after) // 2))
    return min(found)[1]


def interface_refused(error: OSError, interface: str) -> CaptureError:
    """What an operator is told when the system says no."""
    if error.errno in {errno.EBUSY, errno.EEXIST}:
        text = (
            f"{interface}: another XDP program or socket has it: ip link show {interface}; what a killed process left"
            f" (DPDK's net_af_xdp) takes away: sudo ip link set {interface} xdp off"
        )
        return CaptureError(text, ENVIRONMENT)
    if error.errno == errno.ENOBUFS:
        return not_locked(f"{interface}: AF_XDP memory")
    return refused(error, f"{interface}: AF_XDP", CAPABILITIES)

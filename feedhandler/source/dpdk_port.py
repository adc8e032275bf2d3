"""A port of DPDK: attach a device, give it one queue and buffers, start it; its link, its losses, its end.

Structures are read by the offsets of ABI 23 (<rte_ethdev.h>); what a later version adds at their ends has room.
"""

import ctypes
import errno
import os
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from feedhandler.source import dpdk_kernel
from feedhandler.source.capability import lacking
from feedhandler.source.dpdk_device import (
    FRAME_BYTES_MAX,
    IN_A_PAGE,
    LINK_BYTES,
    Device,
    DpdkLimits,
    package_of,
)
from feedhandler.source.dpdk_eal import Eal, loaded
from feedhandler.source.dpdk_pool import made_pool
from feedhandler.source.interface import not_locked, refused
from feedhandler.source.membership import is_multicast
from feedhandler.source.native import LIBRARY
from feedhandler.source.packet_ring import SOL_PACKET, STATISTICS
from feedhandler.source.source import ENVIRONMENT, USAGE, CaptureError

PORT_BYTES: Final = 128  # struct rte_eth_fp_ops
STRUCT_BYTES: Final = 8192  # more than any structure that DPDK reads or writes for us
DESCRIPTORS_MAX: Final = 4096
ATTEMPTS_MAX: Final = 40
PAUSE_S: Final = 0.025
ANY_SOCKET: Final = -1
INFO: Final = struct.Struct("=QQI")  # struct rte_eth_dev_info: device, driver's name, interface
LINK: Final = struct.Struct("=IB")  # struct rte_eth_link: speed, bits
MISSED, DAMAGED, NO_BUFFER = 32, 40, 56  # struct rte_eth_stats: imissed, ierrors, rx_nombuf
MTU: Final = 12  # struct rte_eth_conf: rxmode.mtu; 0 = 1,500
MTU_IS_THE_KERNELS: Final = ("net_af_packet", "net_af_xdp")
UP: Final = 1 << 2  # of the bits
UNKNOWN_SPEED: Final = 0xFFFF_FFFF
MAPPING: Final = (
    "mmap"  # in what net_af_packet says where its rings, which it locks (MAP_LOCKED), are refused
)
UNASKED: Final = "net_af_packet"  # a driver that never asks its socket what it lost
# What drivers need to open their sockets; a card is somebody's by the rights of /dev/vfio.
POWERS: Final = {
    "net_af_packet": ("CAP_NET_RAW",),
    "net_pcap": ("CAP_NET_RAW",),
    "net_tap": ("CAP_NET_ADMIN",),
    "net_af_xdp": ("CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF"),
}
# What they need once more, to take away what would stay on an interface. The library below net_af_xdp attaches its
# program by netlink: no link dies with the process.
POWERS_TO_CLOSE: Final = {"net_af_xdp": ("CAP_NET_ADMIN",)}
# Drivers whose times of frames have a unit that is known, and count from 1970.
STAMPS_NS: Final = {"net_pcap": 1000}


class Port:
    """A device that is attached and started."""

    def __init__(self, eal: Eal, device: Device, limits: DpdkLimits, groups: Iterable[int]) -> None:
        self._eal = eal
        self.device = device
        self._scratch = ctypes.create_string_buffer(STRUCT_BYTES)
        self._pool = 0
        self._handle = 0  # struct rte_device
        self._begun = False
        self._sockets: list[socket.socket] = []  # of a driver that reads a packet socket's ring
        self._ring_drops = 0
        if device.name in eal.names:
            raise CaptureError(f"{device.name}: is open already in this process", USAGE)
        most = IN_A_PAGE if device.driver == "net_af_xdp" else FRAME_BYTES_MAX
        if limits.frame_bytes > most:
            asked = f"{device.name}: frames of {limits.frame_bytes:,} bytes"
            raise CaptureError(f"{asked}: its buffers have room for {most:,}", USAGE)
        if limits.pool_bytes < limits.least_bytes:
            told = f"{limits.pool_bytes:,} bytes; at least {limits.least_bytes:,}"
            raise CaptureError(f"{device.name}: buffers of {told}", USAGE)
        eal.names.add(device.name)
        try:
            self._attach(limits)
            call = eal.libraries.call
            node = call("rte_eth_dev_socket_id", self.number) if eal.huge else ANY_SOCKET
            self._node = max(node, ANY_SOCKET)  # the card's side of the machine
            self._pool = made_pool(eal, device, limits, self._node)
            self._configure(limits)
            self._begun = True
            self._must("rte_eth_dev_start", self.number)
            self._let_in(sorted({each for each in groups if is_multicast(each)}))
        except BaseException:
            self.close()
            raise

    def _attach(self, limits: DpdkLimits) -> None:
        """Have a driver take the device."""
        device, driver = self.device, self.device.driver
        if driver:
            try:
                loaded(driver)
            except OSError:
                raise CaptureError(
                    f"{device.name}: DPDK's driver {driver} is not installed: {package_of(driver)}",
                    ENVIRONMENT,
                ) from None
        quiet()
        before = open_files()
        self._must("rte_dev_probe", device.told(limits).encode())
        if driver == UNASKED:
            self._sockets = packet_sockets(open_files() - before)
        number = ctypes.c_uint16()
        self._must("rte_eth_dev_get_port_by_name", device.name.encode(), ctypes.byref(number))
        self.number = number.value
        self._must("rte_eth_dev_info_get", self.number, self._scratch)
        self._handle, name, self.interface = INFO.unpack_from(self._scratch)
        self.driver = ctypes.string_at(name).decode("utf-8", "replace") if name else driver

    def _configure(self, limits: DpdkLimits) -> None:
        """One queue to receive, and one to send, which some drivers insist on."""
        ctypes.memset(self._scratch, 0, STRUCT_BYTES)
        if limits.long and self.device.driver not in MTU_IS_THE_KERNELS:
            struct.pack_into("=I", self._scratch, MTU, limits.frame_bytes - LINK_BYTES)
        self._must("rte_eth_dev_configure", self.number, 1, 1, self._scratch)
        half = limits.buffers // 2
        received = ctypes.c_uint16(min(DESCRIPTORS_MAX, 1 << half.bit_length() - 1))
        sent = ctypes.c_uint16(64)
        self._must(
            "rte_eth_dev_adjust_nb_rx_tx_desc",
            self.number,
            ctypes.byref(received),
            ctypes.byref(sent),
        )
        node = self._node & 0xFFFF_FFFF
        queue = (self.number, 0)
        self._must("rte_eth_rx_queue_setup", *queue, received.value, node, None, self._pool)
        self._must("rte_eth_tx_queue_setup", *queue, sent.value, node, None)

    def _let_in(self, groups: list[int]) -> None:
        """What a card lets in: the groups, or all groups, or all there is."""
        call = self._eal.libraries.call
        cards = [b"\x01\0\x5e" + (each & 0x7FFFFF).to_bytes(3, "big") for each in groups]
        listed = b"".join(sorted(set(cards)))
        if cards and not call(
            "rte_eth_dev_set_mc_addr_list", self.number, listed, len(listed) // 6
        ):
            return
        if cards and not call("rte_eth_allmulticast_enable", self.number):
            return
        call("rte_eth_promiscuous_enable", self.number)  # what has no such thing takes all

    def _must(self, name: str, *given: Any) -> None:
        """Call a function that gives 0, or minus an error's number."""
        self._eal.log.forget()
        told = self._eal.libraries.call(name, *given)
        if told < 0:
            why = self._eal.log.reason() or os.strerror(-told)
            needed = POWERS.get(self.device.driver, ())
            if lacking(needed):
                raise refused(PermissionError(errno.EPERM, why), self.device.name, ",".join(needed))
            if MAPPING in why and os.strerror(errno.EAGAIN) in why:
                raise not_locked(f"{self.device.name}: its rings")
            raise CaptureError(f"{self.device.name}: {why}", ENVIRONMENT)

    @property
    def row(self) -> int:
        """Address of the port's row of `rte_eth_fp_ops`."""
        return self._eal.libraries.ports + PORT_BYTES * self.number

    @property
    def receiver(self) -> int:
        """Address of the driver's function; valid until the port is stopped."""
        at = self.row + dpdk_kernel.RX_PKT_BURST
        return int.from_bytes(ctypes.string_at(at, 8), "little")

    def give_back(self, buffers: int, count: int) -> None:
        """Free mbufs, whose addresses lie there."""
        self._eal.libraries.call("rte_pktmbuf_free_bulk", buffers, count)

    def stamp(self) -> tuple[int, int, int]:
        """Where in an mbuf the driver leaves a time, the flag that says so, and its unit; zeros = nowhere."""
        unit = STAMPS_NS.get(self.driver, 0)
        call = self._eal.libraries.call
        offset = call("rte_mbuf_dynfield_lookup", b"rte_dynfield_timestamp", None)
        bit = call("rte_mbuf_dynflag_lookup", b"rte_dynflag_rx_timestamp", None)
        return (offset, 1 << bit, unit) if unit and min(offset, bit) >= 0 else (0, 0, 0)

    def is_up(self) -> bool:
        """Whether the driver sees a link."""
        return bool(self._link()[1] & UP)

    def _link(self) -> tuple[int, int]:
        """Speed and bits; in a buffer of its own, since any thread may ask."""
        told = ctypes.create_string_buffer(64)
        self._must("rte_eth_link_get_nowait", self.number, told)
        speed, bits = LINK.unpack_from(told)
        return int(speed), int(bits)

    def link(self) -> str:
        """The link, in words."""
        speed, bits = self._link()
        told = f", {speed:,} Mbit/s" if 0 < speed < UNKNOWN_SPEED else ""
        return f"link up{told}" if bits & UP else "link down"

    def statistics(self) -> tuple[int, int, int]:
        """Frames so far that the card or its driver had to leave, that had no buffer, no slot on a ring."""
        for each in self._sockets:
            told = each.getsockopt(SOL_PACKET, STATISTICS, 8)
            self._ring_drops += int(struct.unpack("=2I", told)[1])
        self._eal.libraries.call("rte_eth_stats_get", self.number, self._scratch)
        missed, damaged, no_buffer = (
            struct.unpack_from("=Q", self._scratch, at)[0] for at in (MISSED, DAMAGED, NO_BUFFER)
        )
        return int(missed + damaged), int(no_buffer), self._ring_drops

    def free_buffers(self) -> int:
        """Buffers that hold no frame and wait in no ring."""
        return self._eal.libraries.call("rte_mempool_avail_count", self._pool)

    def close(self) -> None:
        """Stop it, have the driver leave the device, give the buffers back."""
        call = self._eal.libraries.call
        for each in self._sockets:
            each.close()
        self._sockets.clear()
        if self._handle:
            if self._begun:
                call("rte_eth_dev_stop", self.number)
            call("rte_eth_dev_close", self.number)
            call("rte_dev_remove", self._handle)
            self._handle = 0
        if self._pool:
            call("rte_mempool_free", self._pool)
            self._pool = 0
        self._eal.names.discard(self.device.name)


def opened(eal: Eal, device: Device, limits: DpdkLimits, groups: Iterable[int]) -> Port:
    """A port; a queue of AF_XDP that another socket has just left is free a moment later."""
    attempts = ATTEMPTS_MAX if device.driver == "net_af_xdp" else 1
    for _ in range(attempts - 1):
        try:
            return Port(eal, device, limits, groups)
        except CaptureError as error:
            if "create xsk socket" not in str(error):
                raise
        time.sleep(PAUSE_S)
    return Port(eal, device, limits, groups)


def open_files() -> set[int]:
    """Descriptors of this process."""
    return {int(each.name) for each in Path("/proc/self/fd").iterdir()}


def packet_sockets(fds: Iterable[int]) -> list[socket.socket]:
    """Those of them that are packet sockets, to be asked for what they lost."""
    found = []
    for fd in fds:
        try:
            made = socket.socket(fileno=os.dup(fd))
        except OSError:  # no socket, or closed meanwhile
            continue
        if made.family == socket.AF_PACKET:
            found.append(made)
        else:
            made.close()
    return found


def quiet() -> None:
    """Keep libraries below a driver (net_af_xdp) from writing on the terminal."""
    for name in ("libbpf_set_print", "libxdp_set_print"):
        with suppress(AttributeError):
            getattr(LIBRARY, name)(None)

"""Frames of a device that DPDK drives: a card taken from the kernel, or one of its virtual devices. Optional.

A device is named as DPDK names it: `0000:3b:00.0`, `net_af_packet0,iface=eth1`, `net_pcap0,rx_pcap=FILE`. DPDK has no
filter: all that comes is looked at, whoever sent it, and what is not the feed's is counted as `foreign_group`. It
never sleeps. What the card or its driver had no room for, and what came damaged, is counted as `card_drops`; what
found no buffer as `buffer_drops`; what was longer than one as `cut_frames`. `net_af_packet` counts nothing: its socket
is asked instead.

Where the kernel still has the interface (`iface=`, and drivers that share a card with it) the groups are joined there.
A card that the kernel does not have sends no IGMP: its switch has to be told what it wants.
"""

from collections.abc import Iterable
from contextlib import suppress
from socket import if_indextoname
from typing import Final

import numpy as np

from feedhandler.counter import Counter
from feedhandler.source import dpdk_kernel, memory
from feedhandler.source.carrier import Carrier, ToldCarrier
from feedhandler.source.dpdk_device import Device, DpdkLimits
from feedhandler.source.dpdk_eal import Eal, Libraries
from feedhandler.source.dpdk_port import POWERS_TO_CLOSE, opened
from feedhandler.source.membership import Memberships
from feedhandler.source.native import address_of_symbol, callable_at
from feedhandler.source.packet_filter import Place

__all__ = ["Dpdk", "DpdkLimits", "check", "needed_to_close"]

NO_HUGE_PAGES: Final = "no huge pages are free: sudo sysctl -w vm.nr_hugepages=256"

# where frames are lost, in the order of `Port.statistics`
PLACES: Final = (
    Counter.CARD_DROPS, Counter.BUFFER_DROPS, Counter.RING_DROPS, Counter.CUT_FRAMES,
)  # fmt: skip


class Dpdk:
    """The frames of one device."""

    poll = dpdk_kernel.poll_dpdk

    def __init__(
        self,
        device: str,
        groups: Iterable[Place] = (),
        *,
        limits: DpdkLimits | None = None,
        number: int = 0,
    ) -> None:
        """The card lets in what goes to these groups; without any all there is."""
        self.name = device
        self.notes: list[str] = []
        self.fds: list[int] = []  # nothing becomes readable: it has to be asked
        self._state = np.zeros(dpdk_kernel.WORDS, np.int64)
        self.state_address = int(self._state.ctypes.data)
        self._told = (0, 0, 0, 0)
        self._memberships: Memberships | None = None
        wanted = list(groups)
        limits = limits or DpdkLimits()
        memory.check(limits.memory_bytes, f"{device}: buffers")
        named = Device.parse(device)
        self._eal = Eal.started(limits.memory_bytes, cards=not named.driver)
        self._port = opened(self._eal, named, limits, [address for address, _ in wanted])
        self.carrier: Carrier = ToldCarrier(self._port.is_up)
        try:
            self._join(wanted)
            self._lay_out(number)
            self.notes.append(f"{device}: {self._eal.libraries.version}, {self._port.link()}")
        except BaseException:
            self.close()
            raise
        if not self._eal.huge:
            self.notes.append(f"dpdk: {NO_HUGE_PAGES}")

    def _join(self, groups: list[Place]) -> None:
        """Have the kernel ask for the groups, where it has the interface."""
        interface = ""
        with suppress(OSError):
            interface = if_indextoname(self._port.interface) if self._port.interface else ""
        if interface:
            self.carrier = Carrier(self._port.interface)
            self._memberships = Memberships(interface, groups)
        elif groups and not self._port.device.driver:
            self.notes.append(f"{self.name}: no IGMP is sent: the switch has to forward the groups")

    def _lay_out(self, number: int) -> None:
        """What the kernel function works on."""
        self._buffers = np.zeros(dpdk_kernel.BURST, np.int64)
        self._time = np.zeros(2, np.int64)
        offset, flag, unit = self._port.stamp()
        words = dpdk_kernel
        self._eal.thread[0] = self._eal.register
        callable_at(self._port.receiver)
        for word, value in (
            (words.PORT, self._port.row),
            (words.BUFFERS, self._buffers.ctypes.data),
            (words.FREE, address_of_symbol("rte_pktmbuf_free_bulk")),
            (words.THREAD, self._eal.thread.ctypes.data),
            (words.INTERFACE, number),
            (words.CLOCK, address_of_symbol("clock_gettime")),
            (words.TIME, self._time.ctypes.data),
            (words.STAMP, offset),
            (words.STAMPED, flag),
            (words.STAMP_NS, unit),
        ):
            self._state[word // 8] = value

    @property
    def stamped_by(self) -> str:
        """Whose times frames have: libpcap's are the kernel's, or those of the file that it reads."""
        return "kernel" if self._state[dpdk_kernel.STAMPED // 8] else "poll"

    def lost(self) -> dict[Counter, int]:
        """What was lost since the last call."""
        cut = int(self._state[dpdk_kernel.CUT // 8])
        now = (*self._port.statistics(), cut)
        newly = [max(new - old, 0) for new, old in zip(now, self._told, strict=True)]
        self._told = now
        return dict(zip(PLACES, newly, strict=True))

    def close(self) -> None:
        """Leave the groups, give the last frames back, and the device."""
        if self._memberships is not None:
            self._memberships.close()
        self.carrier.close()
        words = dpdk_kernel
        if self._state[words.PORT // 8]:
            self._state[words.PORT // 8] = 0
            handed = int(self._state[words.HANDED // 8])
            first = int(self._state[words.NEXT // 8]) - handed
            held = int(self._state[words.HELD // 8]) - first
            self._port.give_back(int(self._buffers.ctypes.data) + 8 * first, held)
        self._port.close()


def needed_to_close(device: str) -> tuple[str, ...]:
    """The capabilities without which closing a device would leave a program of its driver's on the interface."""
    return POWERS_TO_CLOSE.get(Device.parse(device).driver, ())


def check(device: str) -> None:
    """What can be said without opening anything: the name is a device's, and DPDK is here."""
    Device.parse(device)
    Libraries()

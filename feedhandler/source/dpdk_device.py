"""What a user calls a device of DPDK, and how much may wait there."""

import re
from dataclasses import dataclass
from typing import Final

from feedhandler.source.dpdk_eal import ABI, install_command
from feedhandler.source.source import USAGE, CaptureError

HEADROOM: Final = 128  # RTE_PKTMBUF_HEADROOM
OVERHEAD: Final = 320  # of a buffer: mbuf, header and padding
BUFFERS_LEAST: Final = 1024  # of a pool: four times what is taken at once, dpdk_kernel.BURST
EAL_BYTES: Final = 32 << 20  # what DPDK needs for itself
FRAME_BYTES: Final = 2048  # holds a frame of an MTU of 1,500; of longer ones who asks for them
SLOT_BYTES: Final = 2048  # of the rings of net_af_packet, the least
SLOT_STEP: Final = 64
SLOT_HEAD: Final = 80  # in a slot before a frame, at most
SLOT_SPARE: Final = 32  # of a slot that its driver takes for no part of a frame
SLOTS: Final = 64  # in each block of it
FRAME_BYTES_MAX: Final = 65_296  # buffers tell their room in 16 bits, and may be a step larger
IN_A_PAGE: Final = 3648  # the longest frame for which AF_XDP has room, with an mbuf before it
LINK_BYTES: Final = 18  # of a frame beside what its MTU counts

_CARD: Final = re.compile(r"(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]")
_VIRTUAL: Final = re.compile(r"(net_[a-z0-9_]*?[a-z])\d{1,4}")
_SIZED: Final = re.compile(r"\b(blocksz|framesz|framecnt)=")


@dataclass(frozen=True)
class DpdkLimits:
    """How much may wait, and how much memory there is."""

    pool_bytes: int = 64 << 20  # of the buffers of a device
    frame_bytes: int = FRAME_BYTES  # a larger frame is cut, or refused by the card
    devices: int = 4  # for which memory is set aside when the first of this process is opened

    @property
    def buffers(self) -> int:
        """How many frames a device's pool holds."""
        return self.pool_bytes // (self.room_bytes + HEADROOM + OVERHEAD)

    @property
    def least_bytes(self) -> int:
        """Of a pool that can be worked with."""
        return BUFFERS_LEAST * (self.room_bytes + HEADROOM + OVERHEAD)

    @property
    def slot_bytes(self) -> int:
        """Of the rings of net_af_packet."""
        if not self.long:
            return SLOT_BYTES
        return -(-(self.frame_bytes + SLOT_HEAD) // SLOT_STEP) * SLOT_STEP

    @property
    def room_bytes(self) -> int:
        """Of a buffer: for a frame, or for all that net_af_packet believes to be one in a slot."""
        return max(self.frame_bytes, self.slot_bytes - SLOT_SPARE if self.long else 0)

    @property
    def long(self) -> bool:
        """Whether frames of more than the usual MTU are wanted."""
        return self.frame_bytes > FRAME_BYTES

    @property
    def memory_bytes(self) -> int:
        """Of all devices, and of DPDK itself."""
        return self.devices * (self.pool_bytes + self.pool_bytes // 8) + EAL_BYTES


@dataclass(frozen=True)
class Device:
    """What a user named: a card by its PCI address, or a virtual device."""

    name: str  # as DPDK calls its port
    driver: str  # "" = that of a card, which DPDK finds
    words: str  # its arguments

    @property
    def interface(self) -> str:
        """Of the kernel's, where a virtual device has one."""
        given = (word.partition("=") for word in self.words.split(","))
        return next((value for key, _, value in given if key == "iface"), "")

    @classmethod
    def parse(cls, text: str) -> "Device":
        """Read 0000:3b:00.0 or net_af_packet0,iface=eth1."""
        name, _, words = text.partition(",")
        if _CARD.fullmatch(name):
            domain = "" if name.count(":") == 2 else "0000:"
            return cls(f"{domain}{name}".lower(), "", words)
        virtual = _VIRTUAL.fullmatch(name)
        if virtual is None:
            raise CaptureError(
                f"{text}: no device of DPDK; a PCI address such as 0000:3b:00.0, or such as "
                f"net_af_packet0,iface={name}", USAGE,
            )  # fmt: skip
        return cls(name, virtual[1], words)

    def told(self, limits: DpdkLimits) -> str:
        """As DPDK is told it; a packet socket's ring gets the size that others have."""
        words = self.words
        if self.driver == "net_af_packet" and not _SIZED.search(words):
            half = limits.pool_bytes // 2  # it has a ring to send, too
            size = limits.slot_bytes
            slots = max(half // size // SLOTS, 1) * SLOTS
            words += f",blocksz={SLOTS * size},framesz={size},framecnt={slots}"
        return f"{self.name},{words.strip(',')}".strip(",")


def package_of(driver: str) -> str:
    """What brings a driver: a name that ends in a digit has a hyphen before the number of the ABI."""
    hyphen = "-" if driver[-1].isdigit() else ""
    return install_command(f"librte-{driver.replace('_', '-')}{hyphen}{ABI}")

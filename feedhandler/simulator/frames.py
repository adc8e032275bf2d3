"""From a datagram to the frames of its two lines, as a capture card would record them.

Scapy crafts one frame per line; from it a template is cut, since scapy takes 100 us a frame and a
copy of the template 2. What differs from frame to frame is written here: IP length, identification
and header checksum, UDP length and checksum. Both checksums are the ones' complement sum of 16-bit
words, and that is the remainder modulo 65535 of all bytes taken as one number, which Python
computes at C speed.

Line B carries the same datagrams, mostly 0.2 to 20 us later, now and then earlier than A. Neither
line overtakes itself: a frame leaves when the one before it has left.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from struct import Struct
from typing import Final

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether

Frame = tuple[int, str, bytes]  # ns since 1970 UTC, line, bytes

# TEST-NET-2: nobody's addresses. R is the server that sends again what was asked for.
SOURCES: Final = {"A": "198.51.100.1", "B": "198.51.100.2", "R": "198.51.100.3"}
SOURCE_PORT: Final = 30_001
WIRE_NS_PER_5_BYTES: Final = 4  # 10 Gbit/s
HEADERS: Final = 28  # IPv4 and UDP
MULTICAST_MIN: Final = 224  # first byte of a multicast address
RECEIVER_MAC: Final = "02:00:00:00:01:00"
_ETHERNET: Final = 14
_MOD: Final = 0xFFFF


class LineTemplate:
    """Headers of one group on one line; `frame` completes them for a datagram."""

    def __init__(self, line: str, group: str, vlan: int | None) -> None:
        address, port = group.split(":")
        parts = [int(part) for part in address.split(".")]
        mac = "01:00:5e:{:02x}:{:02x}:{:02x}".format(parts[1] & 0x7F, *parts[2:])
        if parts[0] < MULTICAST_MIN:
            mac = RECEIVER_MAC
        ether = Ether(src=f"02:00:00:00:00:{ord(line) - 64:02x}", dst=mac)
        if vlan is not None:
            ether /= Dot1Q(vlan=vlan)
        ip = IP(src=SOURCES[line], dst=address, ttl=16, flags="DF", id=0, len=0, chksum=0)
        udp = UDP(sport=SOURCE_PORT, dport=int(port), len=0, chksum=0)
        raw = bytes(ether / ip / udp)
        at = len(raw) - HEADERS
        self._fixed = (raw[: at + 2], raw[at + 6 : at + 10], raw[at + 12 : at + 24])
        self._layout = Struct(f">{at + 2}sHH4sH12sHH")
        self._ip_sum = int.from_bytes(raw[at : at + 20], "big") % _MOD
        self._udp_sum = (int.from_bytes(raw[at + 12 : at + 24], "big") + 17) % _MOD  # 17: UDP
        self._identification = 0

    def frame(self, payload: bytes) -> bytes:
        """The whole frame that carries a payload."""
        length = len(payload) + 8
        total = length + 20
        number = self._identification = self._identification + 1 & 0xFFFF
        even = payload if not length & 1 else payload + b"\0"
        # A sum of 0 stands for 0xffff. UDP sends a checksum of 0 as 0xffff, since 0 means "none".
        ip_sum = (_MOD - (self._ip_sum + total + number) % _MOD) % _MOD
        udp_sum = _MOD - (self._udp_sum + 2 * length + int.from_bytes(even, "big")) % _MOD
        start, middle, addresses = self._fixed
        return (
            self._layout.pack(start, total, number, middle, ip_sum, addresses, length, udp_sum)
            + payload
        )


class Network:
    """Sends datagrams on the lines of their channels and gives the frames in order of time."""

    def __init__(
        self,
        groups: Mapping[str, Mapping[str, str]],
        lines: str,
        vlan: int | None,
        bits: Callable[[int], int],
    ) -> None:
        """`groups`: for each role, each line's "address:port"; `lines`: which to record."""
        self.frames = dict.fromkeys(lines, 0)
        self._templates = {
            (role, line): LineTemplate(line, group, vlan)
            for role, by_line in groups.items()
            for line, group in by_line.items()
        }
        self._bits = bits
        self._free = {"A": 0, "B": 0}  # when each line has sent what it was given
        self._pending: list[tuple[int, int, str, bytes]] = []
        self._number = 0
        self._now = 0

    def send(self, now: int, role: str, payload: bytes) -> Iterator[Frame]:
        """Send a datagram, not before the last one; yield the frames that are due."""
        now = self._now = max(self._now, now)
        pending = self._pending
        while pending and pending[0][0] <= now:
            yield self._due()
        r = self._bits(32)
        delay = 900 + (r & 0xFF)
        skew = 200 + (r >> 8 & 0xFF) * (r >> 16 & 0xFF) * 20_000 // 65_536
        for line in "AB":
            leaves = now + delay + (skew if line == "B" else 0)
            if r >> 24 < 16 and line == "B":
                leaves = now + 100 + (r >> 8 & 0x1FF)
            frame = self._templates[role, line].frame(payload)
            leaves = max(leaves, self._free[line])
            self._free[line] = leaves + len(frame) * WIRE_NS_PER_5_BYTES // 5
            if line in self.frames:
                self._number += 1
                heapq.heappush(pending, (leaves, self._number, line, frame))

    def flush(self) -> Iterator[Frame]:
        """Yield what is still under way."""
        while self._pending:
            yield self._due()

    def _due(self) -> Frame:
        leaves, _, line, frame = heapq.heappop(self._pending)
        self.frames[line] += 1
        return leaves, line, frame

"""Tapes: datagrams on the groups of a feed, written as a capture that a replay takes.

Headers are put together by hand here, so that a story can say what came on which line, in which order, and
damage any byte of it.
"""

import struct
from collections.abc import Iterable
from pathlib import Path

from capture_writers import pcap
from packets import SOME_TIME, sbe

from feedhandler.replaying import Replay

OPENING_NS = 1_710_509_400_000_000_000  # 2024-03-15 09:30 in New York
MICROSECOND = 1_000

# The groups of the shipped descriptions.
NASDAQ_A = "233.54.12.111:26477"
NASDAQ_B = "233.49.196.111:26477"
CME_A = "224.0.31.1:14310"
CME_B = "224.0.32.1:15310"
CME_SNAPSHOT_A = "224.0.31.22:14310"

Sent = tuple[str, bytes]  # group, datagram


def frame(group: str, datagram: bytes) -> bytes:
    """An Ethernet frame of a UDP datagram; the UDP checksum is left out, as IPv4 allows."""
    address, port = group.split(":")
    octets = bytes(int(part) for part in address.split("."))
    udp = struct.pack(">HHHH", 30001, int(port), 8 + len(datagram), 0) + datagram
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0x4000, 16, 17, 0)
    ip = head + bytes([10, 0, 0, 1]) + octets + udp
    return bytes([1, 0, 0x5E, octets[1] & 0x7F, *octets[2:]]) + bytes(6) + b"\x08\x00" + ip


def tape(path: Path, sent: Iterable[Sent], *, start_ns: int = OPENING_NS) -> str:
    """A capture of these datagrams, a microsecond apart."""
    frames = [
        (start_ns + number * MICROSECOND, frame(group, datagram))
        for number, (group, datagram) in enumerate(sent)
    ]
    path.write_bytes(pcap(frames, nanos=True))
    return str(path)


def played(path: Path, sent: Iterable[Sent], feed: str = "nasdaq.itch50") -> Replay:
    """The replay of a tape, run to its end."""
    with Replay(tape(path / "tape.pcap", sent), feed) as replay:
        return replay.run()


# --- MDP 3.0 --------------------------------------------------------------------------------------
def sent_at(number: int) -> int:
    """A send time of the venue, later with each number."""
    return SOME_TIME + number * MICROSECOND


def channel_reset(channel: int = 310) -> bytes:
    """ChannelReset4: root, one entry."""
    root = struct.pack("<QB", SOME_TIME, 0x80)
    return sbe(4, root, struct.pack("<HB", 2, 1) + struct.pack("<h", channel))

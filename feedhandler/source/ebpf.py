"""An assembler for eBPF of a few lines, and our XDP program: frames of the feed's groups go to our sockets.

The program is the twin of the packet socket's filter (`packet_filter.py`): UDP over IPv4 to a group and port of the
map passes, behind up to two tags, header options or none; fragments to a group's address pass too, so that they are
counted and not lost unseen. The map tells with each group who may send to it, for what it tells can change while the
program runs. Everything else stays with the kernel: ARP, IGMP, a shell.

Before the first byte of each frame it leaves the time (the steady clock, as the driver hands the frame over) and a
mark, since AF_XDP tells no time; a driver without room there leaves neither, and the poller takes its own clock. What
came on a queue that has no socket goes to the kernel and is counted. Instructions: <linux/bpf.h>, RFC 9669.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from feedhandler.source.packet_filter import SENDERS_MAX

MARK: Final = 0x5844_5031_7449_6D65
STAMP_BYTES: Final = 16  # time, mark
KEY_BYTES: Final = (
    8  # of the map of groups: address and port as on the wire, 1 for fragments and else 0
)
FRAGMENT: Final = 1
VALUE_BYTES: Final = 4 * SENDERS_MAX

PASS: Final = 2  # XDP_PASS
REDIRECT: Final = 4
# what the kernel has for programs
MAP_LOOKUP: Final = 1
CLOCK: Final = 5  # bpf_ktime_get_ns
REDIRECT_MAP: Final = 51
ADJUST_META: Final = 54

MOVE: Final = 0xB7  # a constant; | 8 in the instructions of arithmetic = from a register
ADD: Final = 0x07
AND: Final = 0x57
SHIFT_LEFT: Final = 0x67
FROM_REGISTER: Final = 0x08
LOAD: Final = {1: 0x71, 2: 0x69, 4: 0x61, 8: 0x79}
STORE: Final = {4: 0x63, 8: 0x7B}
LOAD_WIDE: Final = 0x18  # 64 bits of constant, two instructions
ATOMIC_ADD: Final = 0xDB
IF_EQUAL: Final = 0x15
IF_NOT_EQUAL: Final = 0x55
IF_ABOVE: Final = 0x2D  # of two registers, unsigned
GO: Final = 0x05
CALL: Final = 0x85
EXIT: Final = 0x95
IS_MAP: Final = 1  # in the source field of LOAD_WIDE: the constant is a map's descriptor


@dataclass(frozen=True)
class Op:
    """One instruction; `to` names the label that a jump leads to."""

    code: int
    target: int = 0
    source: int = 0
    offset: int = 0
    constant: int = 0
    to: str = ""

    @property
    def slots(self) -> int:
        """How many places it takes."""
        return 2 if self.code == LOAD_WIDE else 1


def assemble(lines: Sequence[Op | str]) -> bytes:
    """The bytes of a program; a text is a label for the instruction behind it."""
    labels: dict[str, int] = {}
    place = 0
    for line in lines:
        if isinstance(line, str):
            labels[line] = place
        else:
            place += line.slots
    made = b""
    place = 0
    for line in lines:
        if isinstance(line, str):
            continue
        place += line.slots
        offset = labels[line.to] - place if line.to else line.offset
        low = line.constant & 0xFFFF_FFFF
        made += struct.pack("=BBhI", line.code, line.source << 4 | line.target, offset, low)
        if line.slots == 2:
            made += struct.pack("=4xI", line.constant >> 32)
    return made


def wire16(number: int) -> int:
    """What a load of 16 bits gives where the wire has this number: programs run in the host's byte order."""
    return int.from_bytes(number.to_bytes(2, "big"), "little")


def key(address: int, port: int) -> bytes:
    """The key of a group's datagrams."""
    return struct.pack(">IHxx", address, port)


def fragment_key(address: int) -> bytes:
    """The key of fragments to an address: they have no port."""
    return struct.pack(">Ixx", address) + struct.pack("=H", FRAGMENT)


def value_of(senders: Sequence[int]) -> bytes:
    """Who may send to a key: one of these; () = anybody."""
    told = [*senders] + [senders[0] if senders else 0] * (SENDERS_MAX - len(senders))
    return struct.pack(f">{SENDERS_MAX}I", *told)


# Registers: 6 context, 7 where the Ethernet header would begin if there were no tags, 8 end of the frame, 9 its sender.
HEADERS: Final = 14 + 20 + 8
ETHERTYPE: Final = 12
TAG_BYTES: Final = 4
CONTEXT_DATA: Final = 0  # struct xdp_md
CONTEXT_END: Final = 4
CONTEXT_META: Final = 8
CONTEXT_QUEUE: Final = 16


def _enough(size: int) -> list[Op]:
    """Go on only if so many bytes lie behind register 7."""
    return [
        Op(MOVE | FROM_REGISTER, 2, 7),
        Op(ADD, 2, constant=size),
        Op(IF_ABOVE, 2, 8, to="pass"),
    ]


def _past_tags() -> list[Op | str]:
    """Move register 7 behind up to two tags; the EtherType is in register 3."""
    made: list[Op | str] = [*_enough(HEADERS), Op(LOAD[2], 3, 7, ETHERTYPE)]
    for number in range(2):
        made += [
            Op(IF_EQUAL, 3, constant=wire16(0x8100), to=f"tag {number}"),
            Op(IF_NOT_EQUAL, 3, constant=wire16(0x88A8), to="type"),
            f"tag {number}",
            Op(ADD, 7, constant=TAG_BYTES),
            *_enough(HEADERS),
            Op(LOAD[2], 3, 7, ETHERTYPE),
        ]
    return made


def _of_sender() -> list[Op | str]:
    """Go on only if the value that register 0 points to names the frame's sender, or nobody."""
    made: list[Op | str] = [Op(LOAD[4], 1, 0), Op(IF_EQUAL, 1, constant=0, to="found")]
    for number in range(SENDERS_MAX):
        made += [
            Op(LOAD[4], 1, 0, 4 * number),
            Op(IF_EQUAL | FROM_REGISTER, 1, 9, to="found"),
        ]
    return [*made, Op(GO, to="pass"), "found"]


def _find_group(groups: int) -> list[Op | str]:
    """Go on only if the frame's destination is in the map, and its sender is one of those that the map names."""
    return [
        "type",
        Op(IF_NOT_EQUAL, 3, constant=wire16(0x0800), to="pass"),
        Op(LOAD[1], 3, 7, 23),
        Op(IF_NOT_EQUAL, 3, constant=17, to="pass"),
        Op(LOAD[4], 9, 7, 26),
        Op(LOAD[1], 4, 7, 14),
        Op(AND, 4, constant=15),
        Op(SHIFT_LEFT, 4, constant=2),  # bytes of the IP header
        Op(LOAD[2], 5, 7, 20),
        Op(AND, 5, constant=wire16(0x3FFF)),
        Op(LOAD[4], 3, 7, 30),
        Op(STORE[4], 10, 3, -8),
        Op(MOVE, 3, constant=FRAGMENT << 16),
        Op(IF_NOT_EQUAL, 5, constant=0, to="look up"),
        Op(ADD | FROM_REGISTER, 7, 4),
        *_enough(14 + 4),
        Op(LOAD[2], 3, 7, 14 + 2),
        "look up",
        Op(STORE[4], 10, 3, -4),
        Op(LOAD_WIDE, 1, IS_MAP, constant=groups),
        Op(MOVE | FROM_REGISTER, 2, 10),
        Op(ADD, 2, constant=-8),
        Op(CALL, constant=MAP_LOOKUP),
        Op(IF_EQUAL, 0, constant=0, to="pass"),
        *_of_sender(),
    ]


def _stamp() -> list[Op | str]:
    """Leave the time before the frame, where the driver has room for it."""
    return [
        Op(MOVE | FROM_REGISTER, 1, 6),
        Op(MOVE, 2, constant=-STAMP_BYTES),
        Op(CALL, constant=ADJUST_META),
        Op(IF_NOT_EQUAL, 0, constant=0, to="redirect"),
        Op(CALL, constant=CLOCK),
        Op(LOAD[4], 1, 6, CONTEXT_META),
        Op(LOAD[4], 2, 6, CONTEXT_DATA),
        Op(MOVE | FROM_REGISTER, 3, 1),
        Op(ADD, 3, constant=STAMP_BYTES),
        Op(IF_ABOVE, 3, 2, to="redirect"),
        Op(STORE[8], 1, 0, 0),
        Op(LOAD_WIDE, 3, constant=MARK),
        Op(STORE[8], 1, 3, 8),
    ]


def program(groups: int, sockets: int, missed: int) -> bytes:
    """The program over the maps with these descriptors."""
    return assemble([
        Op(MOVE | FROM_REGISTER, 6, 1),
        Op(LOAD[4], 7, 6, CONTEXT_DATA),
        Op(LOAD[4], 8, 6, CONTEXT_END),
        *_past_tags(),
        *_find_group(groups),
        *_stamp(),
        "redirect",
        Op(LOAD[4], 2, 6, CONTEXT_QUEUE),
        Op(LOAD_WIDE, 1, IS_MAP, constant=sockets),
        Op(MOVE, 3, constant=PASS),  # what is done where the queue has no socket
        Op(CALL, constant=REDIRECT_MAP),
        Op(MOVE | FROM_REGISTER, 6, 0),
        Op(IF_EQUAL, 6, constant=REDIRECT, to="end"),
        Op(MOVE, 1, constant=0),
        Op(STORE[4], 10, 1, -4),
        Op(LOAD_WIDE, 1, IS_MAP, constant=missed),
        Op(MOVE | FROM_REGISTER, 2, 10),
        Op(ADD, 2, constant=-4),
        Op(CALL, constant=MAP_LOOKUP),
        Op(IF_EQUAL, 0, constant=0, to="end"),
        Op(MOVE, 1, constant=1),
        Op(ATOMIC_ADD, 0, 1),
        "end",
        Op(MOVE | FROM_REGISTER, 0, 6),
        Op(EXIT),
        "pass",
        Op(MOVE, 0, constant=PASS),
        Op(EXIT),
    ])  # fmt: skip

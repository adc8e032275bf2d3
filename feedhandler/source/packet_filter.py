"""Programs of the classic packet filter (cBPF): which frames the kernel hands to a packet socket.

The program for groups is our own: what goes to a group of the feed passes, its fragments too (they are counted, not
dropped unseen), behind one tag that is still in the frame as well; the first tag the kernel has taken off before.
Any other wish is a tcpdump expression that libpcap compiles. Instructions: <linux/filter.h>.
"""

import ctypes
import socket
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from feedhandler.source.select import compile_filter
from feedhandler.source.source import USAGE, CaptureError

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant
Place = tuple[int, int]  # address, port

LOAD_WORD: Final = 0x20
LOAD_HALF: Final = 0x28
LOAD_BYTE: Final = 0x30
LOAD_HALF_INDEXED: Final = 0x48
LOAD_HEADER: Final = 0xB1  # x = 4 * (byte & 15)
IF_EQUAL: Final = 0x15
IF_BITS: Final = 0x45
GO: Final = 0x05
NETWORK: Final = 0xFFF0_0000  # offsets from here on count from the IP header, wherever it lies
PROTOCOL: Final = (
    0xFFFF_F000  # in the place of an offset: the EtherType behind tags that were taken off
)
RETURN: Final = 0x06

ATTACH_FILTER: Final = 26  # SOL_SOCKET
ALL: Final = 0x40000
NOTHING: Final = 0
INSTRUCTIONS_MAX: Final = 4096
PORTS_MAX: Final = 200  # of one address: jumps reach 255 instructions
ETHERTYPE: Final = 12
TAGS: Final = (0x8100, 0x88A8)
TAG: Final = 4


def for_groups(groups: Iterable[Place], sender: int = 0) -> list[Instruction]:
    """The program that lets pass what is sent to these groups; with a sender, by that one only."""
    ports: dict[int, set[int]] = {}
    for address, port in groups:
        ports.setdefault(address, set()).add(port)
    plain = _ladder(ports, ETHERTYPE + 2, sender)
    tagged = [(LOAD_HALF, 0, 0, ETHERTYPE + TAG), *_ladder(ports, ETHERTYPE + 2 + TAG, sender)]
    return _checked(_either(ETHERTYPE, tagged, plain), "the groups of the feed")


def _either(
    ethertype: int, tagged: list[Instruction], plain: list[Instruction]
) -> list[Instruction]:
    """One or the other program, by the EtherType that lies there."""
    head: list[Instruction] = [
        (LOAD_HALF, 0, 0, ethertype),
        (IF_EQUAL, 2, 0, TAGS[0]),
        (IF_EQUAL, 1, 0, TAGS[1]),
        (GO, 0, 0, len(tagged)),
    ]
    return [*head, *tagged, *plain]


def _ladder(ports: Mapping[int, set[int]], ip: int, sender: int) -> list[Instruction]:
    """From an EtherType in the accumulator on, with the IP header at `ip`."""
    made: list[Instruction] = [
        (IF_EQUAL, 1, 0, 0x0800),
        (RETURN, 0, 0, NOTHING),
        (LOAD_BYTE, 0, 0, ip + 9),
        (IF_EQUAL, 1, 0, 17),
        (RETURN, 0, 0, NOTHING),
    ]
    if sender:
        made += [
            (LOAD_WORD, 0, 0, ip + 12),
            (IF_EQUAL, 1, 0, sender),
            (RETURN, 0, 0, NOTHING),
        ]
    for address, wanted in sorted(ports.items()):
        if len(wanted) > PORTS_MAX:
            raise CaptureError(f"more than {PORTS_MAX} ports of one address", USAGE)
        count = len(wanted)
        made += [
            (LOAD_WORD, 0, 0, ip + 16),
            (IF_EQUAL, 1, 0, address),
            (GO, 0, 0, count + 6),
            (LOAD_HALF, 0, 0, ip + 6),
            (IF_BITS, count + 3, 0, 0x3FFF),  # a fragment: to `return ALL`
            (LOAD_HEADER, 0, 0, ip),
            (LOAD_HALF_INDEXED, 0, 0, ip + 2),
        ]
        made += [(IF_EQUAL, count - number, 0, port) for number, port in enumerate(sorted(wanted))]
        made += [(RETURN, 0, 0, NOTHING), (RETURN, 0, 0, ALL)]
    return [*made, (RETURN, 0, 0, NOTHING)]


def for_rings(shares: Sequence[Iterable[Place]]) -> list[Instruction]:
    """The program of a fanout: which ring, by its place, has the group that a frame goes to; 0 if none has it.

    It sees the frame from the IP header on. Fragments go by their address, to the ring of its first port.
    """
    owners: dict[int, dict[int, int]] = {}
    for ring, places in enumerate(shares):
        for address, port in places:
            owners.setdefault(address, {})[port] = ring
    plain, tagged = _owner(owners, NETWORK), _owner(owners, NETWORK + TAG)
    return _checked(_either(PROTOCOL, tagged, plain), "the groups of rings that share an interface")


def _owner(owners: Mapping[int, Mapping[int, int]], ip: int) -> list[Instruction]:
    """The ring of a group, with the IP header at `ip`."""
    made: list[Instruction] = []
    for address, ports in sorted(owners.items()):
        first = ports[min(ports)]
        body: list[Instruction] = [(RETURN, 0, 0, first)]
        if len(set(ports.values())) > 1:
            told = [
                part
                for port, ring in sorted(ports.items())
                for part in ((IF_EQUAL, 0, 1, port), (RETURN, 0, 0, ring))
            ]
            body = [
                (LOAD_HALF, 0, 0, ip + 6), (IF_BITS, 0, 1, 0x3FFF), (RETURN, 0, 0, first),
                (LOAD_HEADER, 0, 0, ip), (LOAD_HALF_INDEXED, 0, 0, ip + 2), *told, *body,
            ]  # fmt: skip
        made += [
            (LOAD_WORD, 0, 0, ip + 16),
            (IF_EQUAL, 1, 0, address),
            (GO, 0, 0, len(body)),
            *body,
        ]
    return [*made, (RETURN, 0, 0, 0)]


def for_expression(expression: str, link: int) -> list[Instruction]:
    """The program of a tcpdump expression."""
    program: Sequence[Instruction] = compile_filter(expression, link).get_bpf()
    return _checked(list(program), f"filter '{expression}'")


def _checked(program: list[Instruction], what: str) -> list[Instruction]:
    if len(program) > INSTRUCTIONS_MAX:
        raise CaptureError(
            f"{what}: {len(program)} instructions; the kernel takes {INSTRUCTIONS_MAX}", USAGE
        )
    return program


class FilterBytes:
    """A program as the kernel takes it: `struct sock_fprog`, which points to its instructions."""

    def __init__(self, program: Iterable[Instruction]) -> None:
        packed = [struct.pack("=HBBI", *instruction) for instruction in program]
        self._instructions = ctypes.create_string_buffer(b"".join(packed))
        self.value = struct.pack("HL", len(packed), ctypes.addressof(self._instructions))


def attach(packets: socket.socket, program: FilterBytes) -> None:
    """Let only frames pass that a program wants."""
    packets.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, program.value)

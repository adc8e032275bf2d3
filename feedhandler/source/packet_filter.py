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

from feedhandler.source.select import compile_filter, shown
from feedhandler.source.source import USAGE, CaptureError

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant
Place = tuple[int, int]  # address, port

LOAD_WORD: Final = 0x20
LOAD_HALF: Final = 0x28
LOAD_WORD_INDEXED: Final = 0x40
LOAD_HALF_INDEXED: Final = 0x48
LOAD_BYTE_INDEXED: Final = 0x50
LOAD_HEADER: Final = 0xB1  # x = 4 * (byte & 15)
LOAD_STORED: Final = 0x60
STORE: Final = 0x02
SET: Final = 0x00
SET_INDEX: Final = 0x01
TO_INDEX: Final = 0x07
ADD_INDEX: Final = 0x0C
AND: Final = 0x54
SHIFT: Final = 0x64  # to the left
IF_EQUAL: Final = 0x15
IF_AT_LEAST: Final = 0x35
IF_BITS: Final = 0x45
GO: Final = 0x05
FOUND: Final = -1  # none of the kernel's: see `_tree`
NETWORK: Final = 0xFFF0_0000  # offsets from here on count from the IP header, wherever it lies
PROTOCOL: Final = (
    0xFFFF_F000  # in the place of an offset: the EtherType behind tags that were taken off
)
RETURN: Final = 0x06

ATTACH_FILTER: Final = 26  # SOL_SOCKET
ALL: Final = 0x40000
NOTHING: Final = 0
INSTRUCTIONS_MAX: Final = 4096
PORTS_MAX: Final = 200  # of one address
JUMP_MAX: Final = 255  # how far what compares can jump
PORT: Final = 0  # words that a program may keep
ADDRESS: Final = 1
FRAGMENT: Final = 1 << 16  # in place of a port
ETHERTYPE: Final = 12
TAGS: Final = (0x8100, 0x88A8)
TAG: Final = 4


def for_groups(groups: Iterable[Place], sender: int = 0) -> list[Instruction]:
    """The program that lets pass what is sent to these groups; with a sender, by that one only.

    Port and address are kept first; then the address is looked for by halves, so that hundreds of groups cost a frame
    a few comparisons. Addresses with the same ports share what compares those.
    """
    ports: dict[int, set[int]] = {}
    for address, port in groups:
        ports.setdefault(address, set()).add(port)
    if any(len(each) > PORTS_MAX for each in ports.values()):
        raise CaptureError(f"more than {PORTS_MAX} ports of one address", USAGE)
    wanted = {address: tuple(sorted(each)) for address, each in ports.items()}
    tree = _tree(sorted(wanted))
    begins: dict[tuple[int, ...], int] = {}
    bodies: list[Instruction] = []
    for each in sorted(set(wanted.values())):
        begins[each] = len(tree) + len(bodies)
        bodies += _compared(each)
    tree = [
        (GO, 0, 0, begins[wanted[value]] - number - 1) if code == FOUND else (code, true, false, value)
        for number, (code, true, false, value) in enumerate(tree)
    ]  # fmt: skip
    return _checked([*_kept(sender), *tree, *bodies], "the groups of the feed")


def _kept(sender: int) -> list[Instruction]:
    """What is no UDP does not pass; port (or that it is a fragment) is kept, the address is in the accumulator."""
    ip = ETHERTYPE + 2
    by_sender: list[Instruction] = [
        (LOAD_WORD_INDEXED, 0, 0, ip + 12),
        (IF_EQUAL, 1, 0, sender),
        (RETURN, 0, 0, NOTHING),
    ]
    return [
        (SET_INDEX, 0, 0, 0),
        (LOAD_HALF, 0, 0, ETHERTYPE),
        (IF_EQUAL, 1, 0, TAGS[0]),
        (IF_EQUAL, 0, 2, TAGS[1]),
        (SET_INDEX, 0, 0, TAG),
        (LOAD_HALF, 0, 0, ETHERTYPE + TAG),
        (IF_EQUAL, 1, 0, 0x0800),
        (RETURN, 0, 0, NOTHING),
        (LOAD_BYTE_INDEXED, 0, 0, ip + 9),
        (IF_EQUAL, 1, 0, 17),
        (RETURN, 0, 0, NOTHING),
        *(by_sender if sender else ()),
        (LOAD_WORD_INDEXED, 0, 0, ip + 16),
        (STORE, 0, 0, ADDRESS),
        (LOAD_HALF_INDEXED, 0, 0, ip + 6),
        (IF_BITS, 0, 2, 0x3FFF),
        (SET, 0, 0, FRAGMENT),
        (GO, 0, 0, 6),
        (LOAD_BYTE_INDEXED, 0, 0, ip),
        (AND, 0, 0, 15),
        (SHIFT, 0, 0, 2),
        (ADD_INDEX, 0, 0, 0),
        (TO_INDEX, 0, 0, 0),
        (LOAD_HALF_INDEXED, 0, 0, ip + 2),
        (STORE, 0, 0, PORT),
        (LOAD_STORED, 0, 0, ADDRESS),
    ]


def _tree(addresses: Sequence[int]) -> list[Instruction]:
    """Look for the address in the accumulator; FOUND, with it, stands for the way to what compares its ports."""
    if len(addresses) <= 1:
        return [
            *((IF_EQUAL, 0, 1, address) for address in addresses),
            *((FOUND, 0, 0, address) for address in addresses),
            (RETURN, 0, 0, NOTHING),
        ]
    half = len(addresses) // 2
    low, high = _tree(addresses[:half]), _tree(addresses[half:])
    over: list[Instruction] = [(IF_AT_LEAST, len(low), 0, addresses[half])]
    if len(low) > JUMP_MAX:
        over = [(IF_AT_LEAST, 0, 1, addresses[half]), (GO, 0, 0, len(low))]
    return [*over, *low, *high]


def _compared(ports: Sequence[int]) -> list[Instruction]:
    """Whether the kept port is one of these; a fragment behind the first has none."""
    wanted = [*ports, FRAGMENT]
    return [
        (LOAD_STORED, 0, 0, PORT),
        *((IF_EQUAL, len(wanted) - number, 0, port) for number, port in enumerate(wanted)),
        (RETURN, 0, 0, NOTHING),
        (RETURN, 0, 0, ALL),
    ]


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
    return _checked(list(program), f"filter '{shown(expression)}'")


def _checked(program: list[Instruction], what: str) -> list[Instruction]:
    if len(program) > INSTRUCTIONS_MAX:
        raise CaptureError(
            f"{what}: {len(program)} instructions; the kernel takes {INSTRUCTIONS_MAX}: give them to"
            " several workers, or take AF_XDP",
            USAGE,
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

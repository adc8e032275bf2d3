"""Programs of the classic packet filter (cBPF): which frames the kernel hands to a packet socket.

The program for groups is our own: what goes to a group of the feed passes, its fragments too (they are counted, not
dropped unseen), behind one tag that is still in the frame as well; the first tag the kernel has taken off before.
Where a group has a sender only his frames pass. A fragment has no port: it passes if any sender to its address sent it.
Any other wish is a tcpdump expression that libpcap compiles. Instructions: <linux/filter.h>.
"""

import ctypes
import re
import socket
import struct
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from feedhandler.printable import dotted
from feedhandler.source.descriptor import LINK_ETHERNET
from feedhandler.source.select import compile_filter, shown
from feedhandler.source.source import USAGE, CaptureError

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant
Place = tuple[int, int]  # address, port
Senders = Mapping[Place, int]  # who alone may send to a place; of those that are not in it, anybody
Ports = Mapping[int, int]  # of one address: each with its sender, 0 = anybody
Body = tuple[tuple[int, int], ...]  # the same, as a key
Draft = tuple[int, int, int, Any]  # an instruction, or FOUND with what it leads to

ANYBODY: Final[Senders] = MappingProxyType({})

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
FOUND: Final = -1  # none of the kernel's: a way whose length is not known yet
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
SENDERS_MAX: Final = 4  # to one address: as many as a channel has lines
JUMP_MAX: Final = 255  # how far what compares can jump
PORT: Final = 0  # words that a program may keep
ADDRESS: Final = 1
SENDER: Final = 2
FRAGMENT: Final = 1 << 16  # in place of a port
ETHERTYPE: Final = 12
TAGS: Final = (0x8100, 0x88A8)
TAG: Final = 4
NO_TAGS: Final = (
    "the kernel takes a tag off before a packet socket's filter sees the frame: without `vlan` tagged frames match"
    " like others; by the tag frames are chosen when the record is read, or with `run --source libpcap`"
)
IN_ETHERNET: Final[Sequence[Instruction]] = (  # goes on with IPv4; the index is what a tag moves it
    (SET_INDEX, 0, 0, 0),
    (LOAD_HALF, 0, 0, ETHERTYPE),
    (IF_EQUAL, 1, 0, TAGS[0]),
    (IF_EQUAL, 0, 2, TAGS[1]),
    (SET_INDEX, 0, 0, TAG),
    (LOAD_HALF, 0, 0, ETHERTYPE + TAG),
    (IF_EQUAL, 1, 0, 0x0800),
    (RETURN, 0, 0, NOTHING),
)
PLAIN: Final[Sequence[Instruction]] = (
    (SET_INDEX, 0, 0, 0),
    (LOAD_BYTE_INDEXED, 0, 0, 0),
    (AND, 0, 0, 0xF0),
    (IF_EQUAL, 1, 0, 0x40),
    (RETURN, 0, 0, NOTHING),
)


def by_address(groups: Iterable[Place], senders: Senders = ANYBODY) -> dict[int, dict[int, int]]:
    """The ports of each address, each with its sender."""
    found: dict[int, dict[int, int]] = {}
    for place in groups:
        address, port = place
        found.setdefault(address, {})[port] = senders.get(place, 0)
    for ports in found.values():
        if len(set(ports.values())) > SENDERS_MAX:
            raise CaptureError(f"more than {SENDERS_MAX} senders to one address", USAGE)
    return found


def senders_to(ports: Ports) -> tuple[int, ...]:
    """All who may send to an address, to any port of it; () = anybody."""
    return () if 0 in ports.values() else tuple(sorted(set(ports.values())))


def for_groups(
    groups: Iterable[Place], senders: Senders = ANYBODY, *, ethernet: bool = True
) -> list[Instruction]:
    """The program that lets pass what is sent to these groups, by their senders.

    Port, sender and address are kept first; then the address is looked for by halves, so that hundreds of groups cost a
    frame a few comparisons. Addresses with the same ports and senders share what compares those, and all addresses what
    compares a sender: 1,015 addresses with one port fit, 1,011 if they have two senders; 452 and 451 with a port each.
    Frames of links without a header (tun, ppp, tunnels) begin with IP.
    """
    wanted = {
        address: tuple(sorted(ports.items()))
        for address, ports in by_address(groups, senders).items()
    }
    bodies = sorted(set(wanted.values()))
    if any(len(body) > PORTS_MAX for body in bodies):
        raise CaptureError(f"more than {PORTS_MAX} ports of one address", USAGE)
    made = _tree(sorted(wanted))
    begins: dict[Any, int] = {}
    for body in bodies:
        begins[body] = len(made)
        made += _compared(body)
    named = sorted({who for body in bodies for who in _allowed(body).values() if who})
    for who in named:
        begins[who] = len(made)
        made += _of_senders(who)
    begins |= {address: begins[body] for address, body in wanted.items()}
    found = [
        (GO, 0, 0, begins[to] - number - 1) if code == FOUND else (code, true, false, to)
        for number, (code, true, false, to) in enumerate(made)
    ]  # fmt: skip
    kept = _kept(ETHERTYPE + 2 if ethernet else 0, by_sender=bool(named))
    return _checked(
        [*(IN_ETHERNET if ethernet else PLAIN), *kept, *found], "the groups of the feed"
    )


def _kept(ip: int, *, by_sender: bool) -> list[Instruction]:
    """What is no UDP does not pass; port (or that it is a fragment) is kept, the address is in the accumulator."""
    sender: list[Instruction] = [(LOAD_WORD_INDEXED, 0, 0, ip + 12), (STORE, 0, 0, SENDER)]
    return [
        (LOAD_BYTE_INDEXED, 0, 0, ip + 9),
        (IF_EQUAL, 1, 0, 17),
        (RETURN, 0, 0, NOTHING),
        *(sender if by_sender else ()),
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


def _tree(addresses: Sequence[int]) -> list[Draft]:
    """Look for the address in the accumulator; FOUND, with it, stands for the way to what compares its ports."""
    if len(addresses) <= 1:
        return [
            *((IF_EQUAL, 0, 1, address) for address in addresses),
            *((FOUND, 0, 0, address) for address in addresses),
            (RETURN, 0, 0, NOTHING),
        ]
    half = len(addresses) // 2
    low, high = _tree(addresses[:half]), _tree(addresses[half:])
    over: list[Draft] = [(IF_AT_LEAST, len(low), 0, addresses[half])]
    if len(low) > JUMP_MAX:
        over = [(IF_AT_LEAST, 0, 1, addresses[half]), (GO, 0, 0, len(low))]
    return [*over, *low, *high]


def _allowed(body: Body) -> dict[int, tuple[int, ...]]:
    """Who may send to each port; a fragment behind the first has none."""
    own = {port: (sender,) if sender else () for port, sender in body}
    return {**own, FRAGMENT: senders_to(dict(body))}


def _compared(body: Body) -> list[Draft]:
    """Whether the kept port is one of these, and by whom then."""
    allowed = _allowed(body)
    ends = sorted(set(allowed.values()))
    return [
        (LOAD_STORED, 0, 0, PORT),
        *(
            (IF_EQUAL, len(allowed) - number + ends.index(who), 0, port)
            for number, (port, who) in enumerate(allowed.items())
        ),
        (RETURN, 0, 0, NOTHING),
        *((FOUND, 0, 0, who) if who else (RETURN, 0, 0, ALL) for who in ends),
    ]


def _of_senders(senders: Sequence[int]) -> list[Instruction]:
    """Whether the kept sender is one of these."""
    return [
        (LOAD_STORED, 0, 0, SENDER),
        *((IF_EQUAL, len(senders) - number, 0, each) for number, each in enumerate(senders)),
        (RETURN, 0, 0, NOTHING),
        (RETURN, 0, 0, ALL),
    ]


def for_sender(sender: int) -> list[Instruction]:
    """The program of a socket that takes what one host sends."""
    return [
        (LOAD_WORD, 0, 0, NETWORK + 12),
        (IF_EQUAL, 1, 0, sender),
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
    """The program of a tcpdump expression; `vlan` is refused, which would match in silence what nobody meant."""
    if names_tags(expression):
        raise CaptureError(f"filter '{shown(expression)}': {NO_TAGS}", USAGE)
    program: Sequence[Instruction] = compile_filter(expression, link).get_bpf()
    return _checked(list(program), f"filter '{shown(expression)}'")


def expression_of(
    groups: Iterable[Place], senders: Senders = ANYBODY, *, ethernet: bool = True
) -> str:
    """What lets pass what is sent to these groups by their senders, fragments and tagged frames too."""
    found: dict[int, dict[int, list[int]]] = {}  # sender, address, ports
    for place in groups:
        address, port = place
        found.setdefault(senders.get(place, 0), {}).setdefault(address, []).append(port)
    if not found:
        return ""
    each = [
        f"{f'src host {dotted(sender)} and ' if sender else ''}({' or '.join(map(_to, ports.items()))})"
        for sender, ports in sorted(found.items())
    ]
    plain = f"(ip proto 17 and ({' or '.join(f'({one})' for one in each)}))"
    if not ethernet:
        return plain
    # each `vlan` moves what stands behind it in the whole expression, so that they have to lie in each other
    return f"{plain} or (vlan and ({plain} or (vlan and {plain})))"


def _to(ports: tuple[int, Sequence[int]]) -> str:
    """What is sent to some ports of an address, or is a fragment to it."""
    address, wanted = ports
    told = " or ".join(f"dst port {port}" for port in wanted)
    return f"(dst host {dotted(address)} and (ip[6:2] & 0x3fff != 0 or {told}))"


def narrowed(
    expression: str, groups: Iterable[Place], senders: Senders, *, ethernet: bool = True
) -> str:
    """What an expression matches; where groups have senders, only what is sent to the groups, and by them."""
    if not expression or not any(senders.values()):
        return expression
    check_beside_senders(expression)
    return f"({expression}) and ({expression_of(groups, senders, ethernet=ethernet)})"


def check_beside_senders(expression: str) -> None:
    """Refuse what would compare senders with something else."""
    if names_tags(expression):
        raise CaptureError(
            f"filter '{shown(expression)}': `vlan` moves what senders are compared with: not beside a sender",
            USAGE,
        )


def names_tags(expression: str) -> bool:
    """Whether an expression speaks of VLAN tags."""
    return re.search(r"\bvlan\b", expression) is not None


def program_of(
    expression: str, link: int, wanted: Sequence[Place], senders: Senders
) -> list[Instruction]:
    """An expression is in the place of the groups; where they have senders both hold."""
    ethernet = link == LINK_ETHERNET
    if not expression:
        return for_groups(wanted, senders, ethernet=ethernet)
    if not any(senders.values()):
        return for_expression(expression, link)
    check_beside_senders(expression)
    return both(for_expression(expression, link), for_groups(wanted, senders, ethernet=ethernet))


def both(first: Sequence[Instruction], second: Sequence[Instruction]) -> list[Instruction]:
    """The program of what each of two programs lets pass: where the first ends well the second begins."""
    led = [
        (GO, 0, 0, len(first) - number - 1) if code == RETURN and value != NOTHING else (code, true, false, value)
        for number, (code, true, false, value) in enumerate(first)
    ]  # fmt: skip
    return _checked([*led, *second], "a filter and the groups of the feed")


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

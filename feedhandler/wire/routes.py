"""Destinations as people write them (233.54.12.111:26477), and the table of the kernel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from feedhandler.printable import dotted
from feedhandler.wire.kernel import GOLD, ROUTE_BITS, ROUTE_MASK

ROUTES_MAX: Final = ROUTE_MASK  # numbers 0 .. 65534
SLOTS_LEAST: Final = 16
WORD: Final = 1 << 64
FIRST_OF_GROUPS: Final = (
    224  # first part of the addresses of groups, and of all above that are of no host
)


class GroupError(ValueError):
    """A destination that cannot be read; one line that says why."""


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """A destination of datagrams: IPv4 address (as a number) and UDP port."""

    address: int
    port: int

    @classmethod
    def parse(cls, text: str) -> "Group":
        """Read "233.54.12.111:26477"."""
        address, colon, port = text.strip().rpartition(":")
        if not colon:
            raise GroupError(
                f"'{text}': a group is an IPv4 address and a port, 233.54.12.111:26477"
            )
        if ":" in address:
            raise GroupError(f"'{text}': IPv6 is not supported")
        return cls(address_number(address, text), _number(port, 65_535, "port", text))

    def __str__(self) -> str:
        return f"{dotted(self.address)}:{self.port}"


def address_number(address: str, text: str = "") -> int:
    """Read an IPv4 address in four decimal parts."""
    text = text or address
    parts = address.split(".")
    if len(parts) != 4:
        raise GroupError(f"'{text}': '{address}' is not an IPv4 address")
    number = 0
    for part in parts:
        number = number << 8 | _number(part, 255, "address part", text)
    return number


def check_sender(address: int, text: str, what: str = "sender") -> None:
    """Refuse what sends nothing: a group, an address of no host."""
    first = address >> 24
    if not 0 < first < FIRST_OF_GROUPS:
        raise GroupError(f"'{text}': a {what} is a host, and no group")


def senders_of(
    lines: Iterable[tuple[str, str]], sending: Mapping[str, int]
) -> dict[tuple[int, int], int]:
    """Who alone may send to the group of each line: the line's sender, or that of ""; not in it: anybody.

    What frames are told apart by is where they go, so that lines with one group have one sender.
    """
    found: dict[tuple[int, int], int] = {}
    for line, text in lines:
        group, sender = Group.parse(text), sending.get(line, sending.get("", 0))
        if found.setdefault((group.address, group.port), sender) != sender:
            raise GroupError(f"'{text}': lines with this group have different senders")
    return {place: sender for place, sender in found.items() if sender}


def _number(digits: str, largest: int, what: str, text: str) -> int:
    """Read a decimal number; one with a leading zero may be meant as octal and is refused."""
    plain = digits.isascii() and digits.isdigit() and len(digits) <= len(str(largest))
    if not plain or int(digits) > largest or (digits[0] == "0" and len(digits) > 1):
        raise GroupError(f"'{text}': {what} '{digits}' is not a number from 0 to {largest}")
    return int(digits)


def build_table(routes: Iterable[tuple[Group, int]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Build the open-addressing table of `kernel.route`: a power of two, at most half used.

    A word is address, port and route number + 1, so an empty one is 0 even beside 0.0.0.0:0.
    """
    known: dict[Group, int] = {}
    for group, number in routes:
        if known.setdefault(group, number) != number:
            raise GroupError(f"{group} has two routes, {known[group]} and {number}")
        if not 0 <= number < ROUTES_MAX:
            raise GroupError(f"{group}: route {number} is not from 0 to {ROUTES_MAX - 1}")
    slots = SLOTS_LEAST
    while slots < 2 * len(known):
        slots *= 2
    table = np.zeros(slots, np.int64)
    for group, number in known.items():
        put_route(table, group, number)
    return table


def put_route(table: np.ndarray[Any, np.dtype[np.int64]], group: Group, number: int) -> None:
    """Add a route that the table does not have; it stays at most half used, which the caller sees to."""
    words = table.view(np.uint64)
    key = group.address << ROUTE_BITS | group.port
    slot = (key * GOLD % WORD >> 32) % words.size
    while words[slot] != 0:
        slot = (slot + 1) % words.size
    words[slot] = key << ROUTE_BITS | number + 1

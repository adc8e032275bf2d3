"""The state of an ITCH market as messages: what a snapshot server would tell who comes late.

Every message of the day is taken; of those that set a state (directory, trading action, restriction,
participant, operational halt) the last of each kind is kept, and every order that lives. An order is told as an
add with what is left of it, under its latest number, orders of a price in their priority: Python's dicts keep
the order of arrival, and a replaced order arrives anew.
"""

from dataclasses import dataclass
from typing import Final

STATES: Final = {  # message type -> the bytes that tell one state from another
    b"R": slice(1, 3),
    b"H": slice(1, 3),
    b"Y": slice(1, 3),
    b"L": slice(1, 23),
    b"h": slice(1, 20),
    b"V": slice(0, 0),
    b"W": slice(0, 0),
    b"S": slice(0, 0),
}
STATE_ORDER: Final = b"SVWRHYLh"
REFERENCE: Final = slice(11, 19)
SHARES_ADDED: Final = slice(20, 24)
SHARES_TAKEN: Final = slice(19, 23)
PRICE: Final = slice(32, 36)


@dataclass
class _Live:
    """An order: the add that told of it, and what is left."""

    add: bytearray
    shares: int


class Spin:
    """The state after the messages taken so far."""

    def __init__(self) -> None:
        self.taken = 0
        self._states: dict[tuple[bytes, bytes], bytes] = {}
        self._orders: dict[bytes, _Live] = {}

    def take(self, message: bytes) -> None:
        """Take the next message of the day."""
        self.taken += 1
        kind = message[:1]
        if kind in STATES:
            self._states[kind, message[STATES[kind]]] = message
        elif kind in {b"A", b"F"}:
            shares = int.from_bytes(message[SHARES_ADDED], "big")
            self._orders[message[REFERENCE]] = _Live(bytearray(message), shares)
        elif kind in {b"E", b"C", b"X"}:
            order = self._orders[message[REFERENCE]]
            order.shares -= int.from_bytes(message[SHARES_TAKEN], "big")
            if order.shares == 0:
                del self._orders[message[REFERENCE]]
        elif kind == b"D":
            del self._orders[message[REFERENCE]]
        elif kind == b"U":
            self._replace(message)

    def _replace(self, message: bytes) -> None:
        """Same side, stock and participant; new number, size and price, behind all others."""
        add = self._orders.pop(message[REFERENCE]).add
        add[REFERENCE] = message[19:27]
        add[PRICE] = message[31:35]
        add[5:11] = message[5:11]  # when
        self._orders[bytes(message[19:27])] = _Live(add, int.from_bytes(message[27:31], "big"))

    def messages(self) -> list[bytes]:
        """The state: directory and trading states, then an add for each order."""
        told = sorted(self._states.items(), key=lambda item: STATE_ORDER.index(item[0][0]))
        made = [message for _, message in told]
        for order in self._orders.values():
            order.add[SHARES_ADDED] = order.shares.to_bytes(4, "big")
            made.append(bytes(order.add))
        return made


def end_of_snapshot(next_sequence: int) -> bytes:
    """G: the number of the feed's message that comes next."""
    return b"G%20d" % next_sequence

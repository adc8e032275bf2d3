"""Frames, MoldUDP64, ITCH and MDP 3.0 read by hand, with offsets from the specifications.

Shares nothing with the product: no layout of the simulator, no decoder. Books are dicts, rebuilt
in the most naive way, so that an error of the simulator cannot hide behind its own code.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ITCH_LENGTHS = {
    "S": 12, "R": 39, "H": 25, "Y": 20, "L": 26, "V": 35, "W": 12, "K": 28, "J": 35, "h": 21,
    "A": 36, "F": 40, "E": 31, "C": 36, "X": 23, "D": 19, "U": 35, "P": 44, "Q": 40, "B": 19,
    "I": 50, "N": 20, "O": 48,
}  # fmt: skip


def u(raw: bytes, at: int, size: int) -> int:
    """Unsigned, little-endian."""
    return int.from_bytes(raw[at : at + size], "little")


def s(raw: bytes, at: int, size: int) -> int:
    """Signed, little-endian."""
    return int.from_bytes(raw[at : at + size], "little", signed=True)


def be(raw: bytes, at: int, size: int) -> int:
    """Unsigned, big-endian."""
    return int.from_bytes(raw[at : at + size], "big")


def ones_complement(raw: bytes) -> int:
    """The Internet checksum's sum; 0xffff when the checksum in the bytes is right."""
    total = sum(be(raw + b"\0", at, 2) for at in range(0, len(raw), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def udp(frame: bytes) -> tuple[str, int | None, bytes]:
    """("group:port", VLAN, payload) of a frame, whose every length and checksum must be right."""
    vlan, ip = None, 14
    if be(frame, 12, 2) == 0x8100:
        vlan, ip = be(frame, 14, 2) & 0xFFF, 18
    assert be(frame, ip - 2, 2) == 0x0800
    assert frame[ip] == 0x45
    assert be(frame, ip + 2, 2) == len(frame) - ip
    assert ones_complement(frame[ip : ip + 20]) == 0xFFFF
    datagram = frame[ip + 20 :]
    assert be(datagram, 4, 2) == len(datagram)
    pseudo = frame[ip + 12 : ip + 20] + bytes([0, 17]) + datagram[4:6]
    assert ones_complement(pseudo + datagram) == 0xFFFF
    group = ".".join(str(byte) for byte in frame[ip + 16 : ip + 20])
    assert frame[:6] == bytes([1, 0, 0x5E, frame[ip + 17] & 0x7F, *frame[ip + 18 : ip + 20]])
    return f"{group}:{be(datagram, 2, 2)}", vlan, datagram[8:]


def payloads(frames: Any) -> "dict[str, dict[str, list[bytes]]]":
    """Payloads by line and group, of frames whose times never go back."""
    found: dict[str, dict[str, list[bytes]]] = {"A": {}, "B": {}}
    last = 0
    for at, line, frame in frames:
        assert at >= last
        last = at
        group, _, payload = udp(frame)
        found[line].setdefault(group, []).append(payload)
    return found


def blocks(raw: bytes, at: int) -> Iterator[bytes]:
    """The messages behind two-byte big-endian lengths, to the end."""
    while at < len(raw):
        size = be(raw, at, 2)
        yield raw[at + 2 : at + 2 + size]
        at += 2 + size
    assert at == len(raw)


def levels(orders: "dict[int, list[Any]]", owner: int, side: str, sign: int) -> list[Any]:
    """[(price, size, orders)] best first, of orders stored as [owner, side, price, size]."""
    found: dict[int, list[int]] = {}
    for whose, of, price, size in orders.values():
        if (whose, of) == (owner, side):
            level = found.setdefault(price, [0, 0])
            level[0] += size
            level[1] += 1
    return [(price, *found[price]) for price in sorted(found, reverse=sign > 0)]


@dataclass
class ItchBooks:
    """Books by order of ITCH messages: reference -> [locate, side, price in 1e-9, shares]."""

    orders: dict[int, list[Any]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    symbols: dict[int, str] = field(default_factory=dict)
    times: list[int] = field(default_factory=list)
    open_for_trading: bool = False

    def apply(self, m: bytes) -> None:
        """Take one message."""
        kind = chr(m[0])
        assert len(m) == ITCH_LENGTHS[kind]
        self.counts[kind] += 1
        self.times.append(be(m, 5, 6))
        locate, reference = be(m, 1, 2), be(m, 11, 8)
        if kind == "R":
            self.symbols[locate] = m[11:19].decode().strip()
        elif kind in "AF":
            assert reference not in self.orders
            assert m[24:32].decode().strip() == self.symbols[locate]
            self.orders[reference] = [locate, chr(m[19]), be(m, 32, 4) * 100_000, be(m, 20, 4)]
        elif kind in "ECX":
            self.take(reference, locate, be(m, 19, 4))
        elif kind == "D":
            self.take(reference, locate, self.orders[reference][3])
        elif kind == "U":
            old = self.orders.pop(reference)
            assert old[0] == locate
            self.orders[be(m, 19, 8)] = [*old[:2], be(m, 31, 4) * 100_000, be(m, 27, 4)]

    def take(self, reference: int, locate: int, quantity: int) -> None:
        """Take from an order that must be there and have as much."""
        order = self.orders[reference]
        assert order[0] == locate
        assert 0 < quantity <= order[3]
        order[3] -= quantity
        if not order[3]:
            del self.orders[reference]

    def book(self, locate: int) -> dict[str, Any]:
        """The book of one locate as the simulator's truth has it."""
        return {
            "symbol": self.symbols[locate],
            "bids": levels(self.orders, locate, "B", 1),
            "asks": levels(self.orders, locate, "S", -1),
        }


@dataclass
class Mdp3Books:
    """Books of MDP 3.0 incremental packets, by price and by order."""

    depth: dict[int, int] = field(default_factory=dict)
    shown: dict[tuple[int, str], list[Any]] = field(default_factory=dict)
    orders: dict[int, list[Any]] = field(default_factory=dict)
    priorities: dict[int, int] = field(default_factory=dict)
    rpt_seq: Counter[int] = field(default_factory=Counter)
    volume: Counter[int] = field(default_factory=Counter)
    counts: Counter[int] = field(default_factory=Counter)
    traded: Counter[int] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)
    events: int = 0
    split_events: int = 0
    in_event: bool = False

    def packet(self, payload: bytes) -> None:
        """Take the messages of a packet."""
        self.split_events += self.in_event
        at = 12
        while at < len(payload):
            size = u(payload, at, 2)
            self.message(payload[at + 2 : at + size])
            at += size
        assert at == len(payload)

    def message(self, m: bytes) -> None:
        """Take one message: SBE header of 8 bytes, root, groups."""
        block, template, schema, version = (u(m, at, 2) for at in (0, 2, 4, 6))
        assert (schema, version) == (1, 13)
        self.counts[template] += 1
        root, rest = m[8 : 8 + block], m[8 + block :]
        if template == 12:
            assert len(m) == 8
            return
        if template == 4:
            self.shown.clear()
            self.orders.clear()
            self.rpt_seq.clear()
        elif template in {46, 64}:
            self.levels(*two_groups(rest), wide=template == 64)
        elif template == 47:
            for entry in one_group(rest):
                self.order(entry)
        elif template in {48, 65}:
            self.trades(*two_groups(rest), wide=template == 65)
        elif template in {37, 66, 49, 50, 51, 67}:
            self.numbered(template, one_group(rest))
        indicator = root[{30: 26, 54: 0, 55: 0, 56: 0}.get(template, 8)]
        self.in_event = not indicator & 0x80
        if not self.in_event:
            self.end_of_event()

    def number(self, security: int, rpt_seq: int) -> None:
        """RptSeq rises by one."""
        self.rpt_seq[security] += 1
        assert rpt_seq == self.rpt_seq[security]

    def numbered(self, template: int, entries: list[bytes]) -> None:
        """Volume, statistics and limits: only their numbers, and that the volume adds up."""
        for e in entries:
            at = {37: 4, 66: 8, 49: 12, 50: 24, 51: 8, 67: 16}[template]
            security = s(e, at, 4)
            self.number(security, u(e, at + 4, 4))
            if template in {37, 66}:
                assert u(e, 0, at) == self.traded[security]

    def levels(self, entries: list[bytes], order_entries: list[bytes], *, wide: bool) -> None:
        """Apply the by-level rules: shift down and cut, change in place, shift up."""
        places = []
        for e in entries:
            shift = 4 if wide else 0
            price, size, security = s(e, 0, 8), u(e, 8, 4 + shift), s(e, 12 + shift, 4)
            self.number(security, u(e, 16 + shift, 4))
            count, position = s(e, 20 + shift, 4), e[24 + shift]
            action, kind = e[25 + shift], chr(e[26 + shift])
            side = self.shown.setdefault((security, kind), [])
            level = (price, size, 0 if count == 2**31 - 1 else count)
            if action == 0:
                assert 1 <= position <= len(side) + 1
                side.insert(position - 1, level)
                del side[2 if kind in "EF" else self.depth[security] :]
            elif action == 1:
                assert side[position - 1][0] == price
                side[position - 1] = level
            else:
                assert side.pop(position - 1)[0] == price
            places.append((security, kind, price))
            self.touched.add(security)
        for e in order_entries:
            security, kind, price = places[e[20] - 1]
            assert kind in "01"
            self.apply(u(e, 0, 8), u(e, 8, 8), e[21], [security, kind, price, s(e, 16, 4)])

    def order(self, e: bytes) -> None:
        """Apply an entry of template 47, whose price and size may be null when it deletes."""
        order_id, action = u(e, 0, 8), e[32]
        order = [s(e, 28, 4), chr(e[33]), s(e, 16, 8), s(e, 24, 4)]
        if action == 2 and order[2] == 2**63 - 1:
            order[2:] = self.orders[order_id][2:]
        self.apply(order_id, u(e, 8, 8), action, order)

    def apply(self, order_id: int, priority: int, action: int, order: list[Any]) -> None:
        """New, update or delete an order."""
        self.touched.add(order[0])
        if action == 2:
            assert self.orders.pop(order_id) == order
            return
        assert (order_id in self.orders) == (action == 1)
        old = self.orders.pop(order_id, None)
        self.orders[order_id] = order
        if old is not None and self.priorities[order_id] == priority:
            assert (old[2], old[3] > order[3]) == (order[2], True)
        self.priorities[order_id] = priority

    def trades(self, entries: list[bytes], orders: list[bytes], *, wide: bool) -> None:
        """Count what was traded; the orders named are the aggressor and those it met."""
        at = 0
        for e in entries:
            shift = 4 if wide else 0
            size, security = u(e, 8, 4 + shift), s(e, 12 + shift, 4)
            self.number(security, u(e, 16 + shift, 4))
            self.traded[security] += size
            count = u(e, 20 + shift, 4)
            mine = [u(entry, 8, 4) for entry in orders[at : at + count]]
            at += count
            if orders:
                assert mine[0] == size == sum(mine[1:])
        assert at == len(orders) or not orders

    def end_of_event(self) -> None:
        """What was touched must be sorted, uncrossed, and the same by price and by order."""
        self.events += 1
        for security in self.touched:
            best = {}
            for kind, sign in (("0", 1), ("1", -1)):
                full = levels(self.orders, security, kind, sign)
                shown = self.shown.get((security, kind), [])
                assert full[: self.depth[security]] == shown
                implied = self.shown.get((security, "F" if kind == "1" else "E"), [])
                prices = [level[0] * sign for level in implied]
                assert prices == sorted(prices, reverse=True)
                best[kind] = [level[0] for level in (*shown[:1], *implied[:1])]
            assert not best["0"] or not best["1"] or max(best["0"]) < min(best["1"])
        self.touched.clear()


def one_group(rest: bytes) -> list[bytes]:
    """Entries of a group with a dimension of three bytes, which must end the message."""
    size, count = u(rest, 0, 2), rest[2]
    assert len(rest) == 3 + size * count
    return [rest[3 + i * size : 3 + (i + 1) * size] for i in range(count)]


def two_groups(rest: bytes) -> tuple[list[bytes], list[bytes]]:
    """Entries of such a group and of one behind it with a dimension of eight bytes."""
    end = 3 + u(rest, 0, 2) * rest[2]
    tail = rest[end:]
    size, count = u(tail, 0, 2), tail[7]
    assert len(tail) == 8 + size * count
    return one_group(rest[:end]), [tail[8 + i * size : 8 + (i + 1) * size] for i in range(count)]

"""The simulated MDP 3.0 channel: four feeds that tell the same books.

Read back with `by_hand`; at every end of event levels and orders must agree, and every snapshot must
equal what a receiver has at the packet that it names.
"""

from collections import Counter
from itertools import pairwise
from typing import Any

import by_hand
import pytest
from kaitai import parsed

from feedhandler.simulator import simulate

MDP3 = "cme.mdp3"


# --- MDP 3.0 --------------------------------------------------------------------------------------
GROUPS = {
    "224.0.31.1:14310": "incremental",
    "224.0.31.22:14310": "snapshot",
    "224.0.31.64:14310": "snapshot_orders",
    "224.0.31.43:14310": "definition",
}


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "reset and long quantity"])
def mdp3(request: pytest.FixtureRequest) -> "tuple[dict[str, Any], dict[str, list[bytes]]]":
    """A day of 9,000 messages: its truth, its packets by role."""
    simulation = simulate(
        MDP3, messages=9000, seed=21, instruments=8, lines="A",
        channel_reset=request.param, long_quantity=request.param,
    )  # fmt: skip
    found = by_hand.payloads(simulation)["A"]
    return simulation.truth(), {GROUPS[group]: packets for group, packets in found.items()}


def definitions(packets: list[bytes]) -> "dict[int, tuple[int, str, int]]":
    """Template, symbol, direct depth by security; every group is walked to the message's end."""
    found = {}
    for packet in packets:
        at = 12
        while at < len(packet):
            size = by_hand.u(packet, at, 2)
            m = packet[at + 2 : at + size]
            at += size
            block, template = by_hand.u(m, 0, 2), by_hand.u(m, 2, 2)
            assert block == {54: 224, 55: 221, 56: 255}[template]
            assert by_hand.u(m, 8 + 1, 4) == 8  # TotNumReports
            place, groups = 8 + block, []
            while place < len(m):
                width, count = by_hand.u(m, place, 2), m[place + 2]
                entries = [m[place + 3 + i * width :][:width] for i in range(count)]
                groups.append(entries)
                place += 3 + width * count
            assert place == len(m)
            assert {54: 4, 55: 6, 56: 5}[template] == len(groups)
            feeds = {entry[:3]: entry[3] for entry in groups[1]}
            symbol = m[8 + 35 : 8 + 55].rstrip(b"\0").decode()
            found[by_hand.s(m, 8 + 55, 4)] = (template, symbol, feeds[b"GBX"])
    return found


def replayed(packets: "dict[str, list[bytes]]") -> by_hand.Mdp3Books:
    """Books of all incremental packets, whose numbers rise by one."""
    books = by_hand.Mdp3Books()
    books.depth = {key: depth for key, (*_, depth) in definitions(packets["definition"]).items()}
    for number, packet in enumerate(packets["incremental"], start=1):
        assert by_hand.u(packet, 0, 4) == number
        books.packet(packet)
    return books


def test_mdp3_books_rebuilt_are_the_markets(mdp3: Any) -> None:
    """By order, by level and implied; at every end of event levels and orders agreed."""
    truth, packets = mdp3
    books = replayed(packets)
    found = {}
    for security, (_, symbol, _) in definitions(packets["definition"]).items():
        book = {
            "symbol": symbol,
            "bids": by_hand.levels(books.orders, security, "0", 1),
            "asks": by_hand.levels(books.orders, security, "1", -1),
        }
        for name, kind in (("bids", "0"), ("asks", "1")):
            book[f"shown_{name}"] = books.shown.get((security, kind), [])
        for name, kind in (("bids", "E"), ("asks", "F")):
            book[f"implied_{name}"] = books.shown.get((security, kind), [])
        found[security] = book

    assert truth["books"] == found
    assert truth["orders"] == len(books.orders)
    assert truth["counts"]["incremental"] == books.counts
    assert not books.in_event
    assert books.events > 6000
    assert books.split_events > 100


def test_mdp3_templates(mdp3: Any) -> None:
    """What each switch adds; prices below zero; books deeper than what is shown."""
    truth, _ = mdp3
    counts = truth["counts"]["incremental"]
    plain = {12, 30, 37, 46, 47, 48, 49, 50, 51, 54}

    assert set(counts) in (plain, plain | {4, 64, 65, 66, 67})
    assert {54, 55, 56} == set(truth["counts"]["definition"])
    assert 52 in truth["counts"]["snapshot"]
    assert 53 in truth["counts"]["snapshot_orders"]
    assert any(book["bids"][0][0] < 0 for book in truth["books"].values())
    assert any(
        len(book["bids"]) > 10 == len(book["shown_bids"]) for book in truth["books"].values()
    )


def test_mdp3_loops_number_their_packets_from_one(mdp3: Any) -> None:
    """Each loop begins at 1 and rises by one."""
    _, packets = mdp3
    for role in ("definition", "snapshot", "snapshot_orders"):
        numbers = [by_hand.u(packet, 0, 4) for packet in packets[role]]
        follows = all(b in (a + 1, 1) for a, b in pairwise(numbers))

        assert (numbers[0], follows) == (1, True)
        assert numbers.count(1) > 3


def test_mdp3_snapshots_equal_the_books_at_their_packet(mdp3: Any) -> None:
    """A receiver at LastMsgSeqNumProcessed has the same levels, orders and RptSeq."""
    _, packets = mdp3
    wanted: dict[int, list[bytes]] = {}
    for role in ("snapshot", "snapshot_orders"):
        for packet in packets[role]:
            at = 12
            while at < len(packet):
                size = by_hand.u(packet, at, 2)
                message = packet[at + 2 : at + size]
                wanted.setdefault(by_hand.u(message, 8, 4), []).append(message)
                at += size
    books = by_hand.Mdp3Books()
    books.depth = {key: depth for key, (*_, depth) in definitions(packets["definition"]).items()}
    compared: Counter[int] = Counter()
    chunks: dict[tuple[int, int], list[bytes]] = {}
    for number, packet in enumerate(packets["incremental"], start=1):
        books.packet(packet)
        for message in wanted.pop(number, []):
            compared[by_hand.u(message, 2, 2)] += 1
            if by_hand.u(message, 2, 2) == 53:
                compare_orders(message, books, chunks)
            else:
                compare_levels(message, books)

    assert not wanted
    assert compared[52] + compared[69] > 100
    assert compared[53] > 100


def compare_levels(m: bytes, books: by_hand.Mdp3Books) -> None:
    """Compare 52 or 69 with the levels that a receiver has."""
    wide = by_hand.u(m, 2, 2) == 69
    security, rpt_seq = by_hand.s(m, 8 + 8, 4), by_hand.u(m, 8 + 12, 4)
    found: dict[str, list[Any]] = {"0": [], "1": [], "E": [], "F": []}
    for e in by_hand.one_group(m[8 + 59 :]):
        kind = chr(e[-1])
        at = 16 if wide else 12
        if kind in found:
            count = by_hand.s(e, at, 4)
            size = by_hand.u(e, 8, at - 8)
            found[kind].append((by_hand.s(e, 0, 8), size, 0 if count == 2**31 - 1 else count))
            assert e[at + 4] == len(found[kind])
        elif kind == "e":
            assert by_hand.u(e, 8, at - 8) == books.traded[security]

    assert rpt_seq == books.rpt_seq[security]
    assert found == {kind: books.shown.get((security, kind), []) for kind in found}


def compare_orders(
    m: bytes, books: by_hand.Mdp3Books, chunks: "dict[tuple[int, int], list[bytes]]"
) -> None:
    """Compare the chunks of 53 with the orders that a receiver has, when the last is there."""
    last, security = by_hand.u(m, 8, 4), by_hand.s(m, 8 + 8, 4)
    of, number = by_hand.u(m, 8 + 12, 4), by_hand.u(m, 8 + 16, 4)
    entries = chunks.setdefault((last, security), [])
    if number == 1:
        entries.clear()
    entries += by_hand.one_group(m[8 + 28 :])
    if number < of:
        assert 40 * number == len(entries)
        return
    found = {
        by_hand.u(e, 0, 8): [security, chr(e[28]), by_hand.s(e, 16, 8), by_hand.s(e, 24, 4)]
        for e in entries
    }

    assert found == {k: order for k, order in books.orders.items() if order[0] == security}
    assert all(by_hand.u(e, 8, 8) == books.priorities[by_hand.u(e, 0, 8)] for e in entries)


# --- with the Kaitai classes ----------------------------------------------------------------------
def test_kaitai_reads_every_mdp3_message() -> None:
    """Every message of every role; the groups of each end where the message does."""
    simulation = simulate(
        MDP3, messages=1500, seed=32, lines="A", channel_reset=True, long_quantity=True
    )
    seen: Counter[int] = Counter()
    for _, _, frame in simulation:
        packet = parsed("mdp3_packet", "Mdp3Packet", by_hand.udp(frame)[2])
        for each in packet.messages:
            message = parsed("mdp3", "Mdp3", each.payload)
            seen[message.template_id] += 1
            assert message.body._io.is_eof()

    counts: Counter[int] = Counter()
    for templates in simulation.truth()["counts"].values():
        counts.update(templates)
    assert counts == seen

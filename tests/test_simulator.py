"""The simulated feeds: right bytes, books that can be rebuilt from them, the same bytes every time.

Everything is read back with `by_hand` (struct offsets from the specifications), and once more with
the Kaitai classes; the books found must be those that the simulator's own market holds.
"""

import hashlib
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import by_hand
import pytest
from kaitai import parsed
from scapy.layers.l2 import Ether
from scapy.utils import RawPcapNgReader, RawPcapReader

from feedhandler.simulator import SimulationError, record, simulate, write_capture
from feedhandler.simulator.captures import content

ITCH = "nasdaq.itch50"
MDP3 = "cme.mdp3"
NASDAQ = {"A": "233.54.12.111:26477", "B": "233.49.196.111:26477"}


# --- frames ---------------------------------------------------------------------------------------
def test_headers_are_as_scapy_writes_them() -> None:
    """Lengths and both checksums of our patched templates equal scapy's own."""
    for feed, vlan in ((ITCH, None), (MDP3, 208)):
        frames = islice(simulate(feed, messages=400, seed=1, vlan=vlan), 200)
        for _, _, frame in frames:
            again = Ether(frame)
            for layer, fields in (("IP", ("len", "chksum")), ("UDP", ("len", "chksum"))):
                for name in fields:
                    again[layer].delfieldval(name)

            assert bytes(again) == frame


def test_both_lines_carry_the_same_and_b_is_mostly_later() -> None:
    """Every payload comes on A and on B in the same order, 0.2 to 21 us apart, B first at times."""
    times: dict[str, list[int]] = {"A": [], "B": []}
    found: dict[str, list[bytes]] = {"A": [], "B": []}
    for at, line, frame in simulate(ITCH, messages=5000, seed=2):
        group, vlan, payload = by_hand.udp(frame)
        assert (group, vlan) == (NASDAQ[line], None)
        times[line].append(at)
        found[line].append(payload)
    skews = [b - a for a, b in zip(times["A"], times["B"], strict=True)]

    assert found["A"] == found["B"]
    assert 0.9 < sum(skew > 200 for skew in skews) / len(skews) < 0.99
    assert min(skews) < 0
    assert max(skews) < 25_000


def test_one_line_is_that_line_of_both() -> None:
    """Leaving a line out changes nothing in the other, and a VLAN tag only adds four bytes."""
    both = [(at, f) for at, line, f in simulate(ITCH, messages=2000, seed=3) if line == "B"]
    alone = [(at, f) for at, _, f in simulate(ITCH, messages=2000, seed=3, lines="B")]
    tagged = list(simulate(ITCH, messages=2000, seed=3, vlan=7))

    assert both == alone
    assert {7} == {by_hand.udp(frame)[1] for _, _, frame in tagged}
    assert [f[38:] for _, f in alone] == [f[42:] for _, line, f in tagged if line == "B"]


# --- ITCH -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def itch() -> "tuple[dict[str, Any], by_hand.ItchBooks, list[bytes]]":
    """A day of 30,000 messages: its truth, what was found by hand, its packets."""
    simulation = simulate(ITCH, messages=30_000, seed=11, instruments=9, lines="A")
    packets = by_hand.payloads(simulation)["A"][NASDAQ["A"]]
    books = by_hand.ItchBooks()
    expected = 1
    for packet in packets:
        assert by_hand.be(packet, 10, 8) == expected
        count = by_hand.be(packet, 18, 2)
        messages = list(by_hand.blocks(packet, 20))
        assert len(messages) == count % 0xFFFF
        expected += len(messages)
        for message in messages:
            books.apply(message)
    return simulation.truth(), books, packets


def test_itch_books_rebuilt_are_the_markets(itch: Any) -> None:
    """Price, size and number of orders of every level, and how often each type came."""
    truth, books, _ = itch

    assert truth["books"] == {locate: books.book(locate) for locate in books.symbols}
    assert truth["counts"] == books.counts
    assert truth["messages"] == sum(books.counts.values()) == 30_000
    assert truth["orders"] == len(books.orders)
    assert all(truth["books"][locate]["bids"] for locate in truth["books"])


def test_itch_mix(itch: Any) -> None:
    """Adds 44, deletes 42, replaces 8, executions 4, cancels 2 per cent, each within 3; all types."""
    _, books, _ = itch
    share = {kind: 100 * count / 30_000 for kind, count in books.counts.items()}

    assert set(by_hand.ITCH_LENGTHS) == set(share)
    for kinds, wanted in (("AF", 44), ("D", 42), ("U", 8), ("EC", 4), ("X", 2)):
        assert abs(sum(share[kind] for kind in kinds) - wanted) < 3


def test_itch_day_runs_in_order(itch: Any) -> None:
    """Times never go back; the system events frame the day; heartbeats; the session ends thrice."""
    _, books, packets = itch
    counts = Counter(by_hand.be(packet, 18, 2) for packet in packets)
    messages = [m for packet in packets for m in by_hand.blocks(packet, 20)]

    assert books.times == sorted(books.times)
    assert list("OSQMEC") == [chr(m[11]) for m in messages if m[:1] == b"S"]
    assert [by_hand.be(packet, 18, 2) for packet in packets[-3:]] == [0xFFFF] * 3
    assert counts[0] >= 5
    assert set(range(1, 11)) <= set(counts)
    assert len({packet[:10] for packet in packets}) == 1
    assert packets[0][:10].decode().isalnum()


def test_itch_touch_is_uncrossed_while_trading() -> None:
    """Outside halts and before-open the best bid is below the best ask after every packet."""
    simulation = simulate(ITCH, messages=12_000, seed=12, instruments=3, lines="A")
    books = by_hand.ItchBooks()
    crossed = 0
    halted: set[int] = {1, 2, 3}
    for packet in by_hand.payloads(simulation)["A"][NASDAQ["A"]]:
        for m in by_hand.blocks(packet, 20):
            books.apply(m)
            if m[:1] == b"H" and m[19:20] in b"PT":
                locate = by_hand.be(m, 1, 2)
                (halted.add if m[19:20] == b"P" else halted.discard)(locate)
            halted -= {1, 2, 3} if m[:1] == b"S" and m[11:12] == b"M" else set()
        if books.counts["S"] >= 3 and books.counts["Q"] >= 3:
            for locate in {1, 2, 3} - halted:
                book = books.book(locate)
                crossed += bool(
                    book["bids"] and book["asks"] and book["bids"][0][0] >= book["asks"][0][0]
                )

    assert crossed == 0


# --- with the Kaitai classes ----------------------------------------------------------------------
def test_kaitai_reads_every_itch_message() -> None:
    """The reference decoder's own description agrees: types, references, sizes, prices."""
    simulation = simulate(ITCH, messages=1500, seed=31, lines="A")
    added: Counter[int] = Counter()
    packets = 0
    for _, _, frame in simulation:
        mold = parsed("moldudp64", "Moldudp64", by_hand.udp(frame)[2])
        packets += 1
        for block in mold.messages:
            message = parsed("itch50", "Itch50", block.payload)
            if block.payload[:1] in b"AF":
                body = message.body
                added[body.order_reference_number] += 1
                assert body.shares == by_hand.be(block.payload, 20, 4)
                assert body.price == by_hand.be(block.payload, 32, 4)
                assert body.stock.strip() == block.payload[24:32].decode().strip()

    truth = simulation.truth()
    assert packets == truth["packets"]["incremental"]
    assert sum(added.values()) == len(added) == truth["counts"]["A"] + truth["counts"]["F"]


# --- files ----------------------------------------------------------------------------------------
def test_formats_hold_the_same_frames(tmp_path: Path) -> None:
    """Classic and pcapng, plain and compressed: times to the nanosecond, lines, bytes."""
    frames = list(simulate(ITCH, messages=600, seed=41))
    made = {}
    for suffix in (".pcap", ".pcap.gz", ".pcap.zst", ".pcapng", ".pcapng.gz"):
        path = tmp_path / f"x{suffix}"
        assert write_capture(path, frames) == len(frames)
        made[suffix] = content(path)

    assert made[".pcap"] == made[".pcap.gz"] == made[".pcap.zst"]
    assert made[".pcapng"] == made[".pcapng.gz"]
    with RawPcapReader(str(tmp_path / "x.pcap")) as reader:
        classic = [(1_000_000_000 * meta.sec + meta.usec, raw) for raw, meta in reader]
    with RawPcapNgReader(str(tmp_path / "x.pcapng")) as reader:
        records: Any = list(reader)
    new = [((m.tshigh << 32) + m.tslow, m.ifname.decode()[-1], raw) for raw, m in records]
    assert [(at, frame) for at, _, frame in frames] == classic
    assert frames == new


def test_a_binary_file_holds_the_messages(tmp_path: Path) -> None:
    """Length-prefixed messages whose books are the truth, and a zero length at the end."""
    path = tmp_path / "x.binaryfile"
    truth = record(path, "nasdaq.itch50.file", messages=2000, seed=42, instruments=4)
    raw = path.read_bytes()
    books = by_hand.ItchBooks()
    for message in by_hand.blocks(raw[:-2], 0):
        books.apply(message)

    assert raw[-2:] == b"\0\0"
    assert truth["books"] == {locate: books.book(locate) for locate in books.symbols}
    assert truth["frames_total"] == truth["messages"] == sum(books.counts.values())


def test_same_seed_same_bytes_other_seed_other_bytes() -> None:
    """The digests are those of every supported Python: nothing but integers and bits go in."""

    def digest(feed: str, seed: int) -> str:
        made = hashlib.sha256()
        for at, line, frame in simulate(feed, messages=2000, seed=seed):
            made.update(f"{at} {line} {len(frame)}".encode() + frame)
        return made.hexdigest()[:16]

    assert {(feed, seed): digest(feed, seed) for feed, seed in GOLDEN} == GOLDEN


GOLDEN = {
    (ITCH, 1): "bd7630822e5a4e02",
    (ITCH, 2): "c3bd143f682cb0dd",
    (MDP3, 1): "3cafe47027d423ef",
    (MDP3, 2): "feab904f0d5bb293",
}


@pytest.mark.parametrize(
    ("feed", "wrong", "text"),
    [
        ("nyse.xdp", {}, "cannot simulate 'nyse.xdp'; feeds: nasdaq.itch50, cme.mdp3"),
        (ITCH, {"instruments": 0}, "instruments must be 1 to 500: 0"),
        (MDP3, {"lines": "C"}, "lines must be A, B or AB: 'C'"),
        (ITCH, {"vlan": 4095}, "vlan must be 1 to 4094: 4095"),
    ],
)
def test_what_cannot_be_simulated_is_said(feed: str, wrong: "dict[str, Any]", text: str) -> None:
    """One line that names the argument and what it may be."""
    with pytest.raises(SimulationError) as caught:
        simulate(feed, **{"messages": 10, "seed": 1, **wrong})

    assert text == str(caught.value)


def test_the_name_of_a_capture_tells_its_format(tmp_path: Path) -> None:
    """Anything else is refused before a byte is written."""
    for name in ("x", "x.gz", "x.cap", "x.pcap.bz2"):
        with pytest.raises(ValueError, match=r"ends in \.pcap or \.pcapng"):
            write_capture(tmp_path / name, [])

    assert list(tmp_path.iterdir()) == []

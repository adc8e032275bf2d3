"""The reference decoder against real packets: every field at its place, with bytes and value.

The expected values were worked out by another program from the same frames. What lies under
$FEEDHANDLER_REAL_CAPTURES is taken as it is: a packet belongs to a feed when its framing parses as
that feed's, so that more packets can be laid there without a change here.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet import TCP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import RawPcapReader

from feedhandler.decode import catalog, fields
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import message_lengths

CAPTURES = os.environ.get("FEEDHANDLER_REAL_CAPTURES", "")
TCP_ENCODING = b"\xfe\xca"  # MDP 3.0 over TCP: encoding type, then what is a datagram over UDP
DISPLAY_DIGITS = Decimal("0.00001")  # the other program shows prices to six digits

Leaf = dict[str, Any]


def packets_with_expected() -> list[Path]:
    """Captures that have a file of expected fields beside them."""
    root = Path(CAPTURES) / "omi"
    return sorted(path for path in root.rglob("*.pcap") if expected_path(path).is_file())


def expected_path(capture: Path) -> Path:
    """The file of expected fields of a capture."""
    return capture.with_name(f"{capture.name}.expected.json")


def frames(capture: Path) -> list[bytes]:
    """The frames of a classic pcap."""
    with RawPcapReader(str(capture)) as reader:
        return [bytes(frame) for frame, _ in reader]


def datagram_of(frame: bytes) -> tuple[int, bytes]:
    """Where the datagram starts in the frame, and its bytes."""
    packet = Ether(frame)
    if UDP in packet:
        payload = bytes(packet[UDP].payload)[: packet[UDP].len - 8]
    else:
        payload = bytes(packet[TCP].payload).removeprefix(TCP_ENCODING)
    return frame.rindex(payload), payload


def feed_of(datagram: bytes) -> Feed | None:
    """The feed as which the framing parses, down to a known message."""
    for feed in catalog.feeds():
        if feed.ports and not feed.is_fast:
            header, *messages = fields.walk_datagram(feed, datagram)
            if header.error is None and any(known(message) for message in messages):
                return feed
    return None


def known(message: fields.Message) -> bool:
    """Our message, or one of the venue's other schema in the same framing."""
    foreign = (message.error or "").startswith("schema_id 2 ")
    return foreign or (message.error is None and message.name != fields.EMPTY)


def differences(expected: list[Leaf], found: list[fields.Field], start: int) -> Iterator[str]:
    """One line for each expected field that ours do not equal."""
    places = {(leaf.start + start, leaf.end - leaf.start): leaf for leaf in found if not leaf.bit}
    for leaf in expected:
        if leaf.get("bit") or leaf["pos"] < start or leaf["size"] == 0:
            continue
        ours = places.get((leaf["pos"], leaf["size"]))
        if ours is None:
            yield f"{leaf['name']} at {leaf['pos']}: no field of ours there"
        elif ours.raw.hex() != leaf["raw"]:
            yield f"{leaf['name']} at {leaf['pos']}: {ours.raw.hex()} is not {leaf['raw']}"
        elif not agree(leaf, ours):
            yield f"{leaf['name']} at {leaf['pos']}: {ours.value!r} is not {leaf['value']}"


def agree(leaf: Leaf, ours: fields.Field) -> bool:
    """The same value, in the forms in which the other program shows it."""
    shown, value = str(leaf["value"]), ours.value
    if isinstance(value, bytes):  # padding is shown in an odd form; its bytes were compared
        return True
    if isinstance(value, str):
        return shown.strip() == value.strip(" \0")
    if shown == "-nan":
        return ours.text == "null"
    if shown == str(value) or (len(shown) == 1 and ord(shown) == value):
        return True
    if not shown or shown[0].isalpha():  # the flags that are set; each is compared by itself
        return len(shown.split("|")) == len(ours.text.split("|"))
    return near(shown, value, ours.text)


def near(shown: str, value: int, text: str) -> bool:
    """A scaled number: our text is our value's digits, and equal to those that are shown."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return False
    digits = [Decimal(number).normalize().as_tuple().digits for number in (value, text)]
    exact = Decimal(text)
    return digits[0] == digits[1] and abs(Decimal(shown) - exact) <= abs(exact) * DISPLAY_DIGITS


def wrong_bits(expected: list[Leaf], found: list[fields.Field], start: int) -> Iterator[str]:
    """Flags by their order inside the set: both sides list them from the first bit on."""
    sets: dict[int, list[int]] = {}
    at = 0
    for ours in found:
        if ours.bit:
            sets[at].append(int(ours.value))
        else:
            at = ours.start + start
            sets[at] = []
    turn: Counter[int] = Counter()
    for leaf in expected:
        if leaf.get("bit"):
            i = turn[leaf["pos"]]
            turn[leaf["pos"]] += 1
            bits = sets.get(leaf["pos"], [])
            if i >= len(bits) or str(bits[i]) != leaf["value"]:
                yield f"{leaf['name']} (flag {i} at {leaf['pos']}): {bits} is not {leaf['value']}"


def gaps(found: list[fields.Field], length: int) -> list[str]:
    """Bytes of the datagram that no field covers, or that two cover."""
    covered = 0
    lines = []
    for leaf in (leaf for leaf in found if not leaf.bit):
        if leaf.start != covered:
            lines.append(f"{leaf.name} starts at {leaf.start}, not {covered}")
        covered = leaf.end
    return lines if covered == length else [*lines, f"fields end at {covered}, not {length}"]


@pytest.mark.skipif(not CAPTURES, reason="FEEDHANDLER_REAL_CAPTURES is not set")
@pytest.mark.parametrize(
    "name", [feed.name for feed in catalog.feeds() if feed.ports and not feed.is_fast]
)
def test_every_field_of_the_real_packets_equals_the_expected_one(
    name: str, record_property: Any
) -> None:
    """Position, raw bytes and value of each leaf; none missing, none between them left out."""
    totals: Counter[str] = Counter()
    lines: list[str] = []
    for capture in packets_with_expected():
        expected = json.loads(expected_path(capture).read_text("utf-8"))
        compared = 0
        for frame, leaves in zip(frames(capture), expected, strict=True):
            start, datagram = datagram_of(frame)
            feed = feed_of(datagram)
            if feed is None or feed.name != name:
                continue
            messages = fields.walk_datagram(feed, datagram)
            found = [leaf for message in messages for leaf in message.fields]
            totals["packets"] += 1
            totals["messages"] += len(messages) - 1
            compared += sum(leaf["pos"] >= start and leaf["size"] > 0 for leaf in leaves)
            wrong = [*differences(leaves, found, start), *wrong_bits(leaves, found, start)]
            lines += [f"{capture.name}: {line}" for line in (*wrong, *gaps(found, len(datagram)))]
        totals["fields"] += compared
        totals["files"] += compared > 0
    record_property("compared", dict(totals))
    sys.stdout.write(f"\n{name}: {dict(totals)}\n")

    assert lines == []
    assert totals["fields"] > 0


@pytest.mark.skipif(not CAPTURES, reason="FEEDHANDLER_REAL_CAPTURES is not set")
def test_packets_sent_to_a_known_port_are_recognised() -> None:
    """A decoder that broke must not drop its files out of the comparison unseen."""
    ports = {port for feed in catalog.feeds() if not feed.is_fast for port in feed.ports}
    unseen = [
        capture.name
        for capture in packets_with_expected()
        for frame in frames(capture)
        if UDP in Ether(frame) and Ether(frame)[UDP].dport in ports
        if feed_of(datagram_of(frame)[1]) is None
    ]

    assert unseen == []


@pytest.mark.skipif(not CAPTURES, reason="FEEDHANDLER_REAL_CAPTURES is not set")
def test_messages_of_a_real_file_are_counted_by_type() -> None:
    """The published file has 0 before every message: the type alone tells the length."""
    folder = Path(CAPTURES) / "ritch"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))["file"]
    feed = catalog.feed("nasdaq.itch50.file")
    lengths = message_lengths(feed.application)
    data = next(folder.glob("*ITCH_50")).read_bytes()
    counts: Counter[str] = Counter()
    wrong = []
    at = 0
    while at < len(data):
        end = at + 2 + lengths[data[at + 2]]
        message = fields.walk_message(feed, data, at + 2, end)
        counts[chr(message.template or 0)] += 1
        if message.error or message.fields[-1].end != end:
            wrong.append(message)
        at = end

    assert wrong == []
    assert expected["messages_by_type"] == counts
    assert expected["messages"] == counts.total()

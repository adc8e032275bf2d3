"""A frame gives its UDP datagram or one reason why not; a destination gives its route."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_Timestamp
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, CookedLinux, CookedLinuxV2, Dot1AD, Dot1Q, Ether, Loopback
from scapy.packet import Packet, Raw

from feedhandler.printable import dotted
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.kernel import route
from feedhandler.wire.routes import ROUTES_MAX, Group, GroupError, build_table

PAYLOAD = b"market data"
SOURCE = 0x0A00_0001
GROUP = Group.parse("233.54.12.111:26477")
EXPECTED = Datagram(SOURCE, GROUP.address, GROUP.port, PAYLOAD)


def ip(**fields: Any) -> Packet:
    """An IPv4 header towards the group."""
    return IP(src="10.0.0.1", dst="233.54.12.111", **fields)


def udp() -> Packet:
    """A UDP header and the payload."""
    return UDP(sport=1000, dport=26477) / Raw(PAYLOAD)


@pytest.mark.parametrize(
    ("link", "packet"),
    [
        (1, Ether() / ip() / udp()),
        (1, Ether() / Dot1Q(vlan=100) / ip() / udp()),
        (1, Ether() / Dot1AD(vlan=7) / Dot1Q(vlan=100) / ip() / udp()),
        (1, Ether(type=0x9100) / Dot1Q(vlan=7) / ip() / udp()),
        (1, Ether() / Dot1Q() / Dot1Q() / Dot1Q() / ip() / udp()),
        (1, Ether() / ip(options=[IPOption_Timestamp()]) / udp()),
        (1, Ether() / ip(flags="DF") / udp()),
        (1, Ether() / ip() / udp() / Raw(b"")),
        (113, CookedLinux() / ip() / udp()),
        (113, CookedLinux() / Dot1Q(vlan=3) / ip() / udp()),
        (276, CookedLinuxV2() / ip() / udp()),
        (101, ip() / udp()),
        (228, ip() / udp()),
        (0, Loopback(type=2) / ip() / udp()),
        (0, Raw(b"\0\0\0\x02") / ip() / udp()),
        (0, Raw(b"\x02\0\0\0") / ip() / udp()),
        (108, Raw(b"\0\0\0\x02") / ip() / udp()),
    ],
    ids=str,
)
def test_the_datagram_is_found(link: int, packet: Packet) -> None:
    """Whatever lies around it, with and without the padding of a short Ethernet frame."""
    frame = bytes(packet)

    assert datagram_of(frame, link) == EXPECTED
    assert datagram_of(frame + bytes(18), link) == EXPECTED


def test_a_datagram_without_headers_passes() -> None:
    """BinaryFILE gives datagrams, not frames."""
    assert Datagram(0, 0, 0, PAYLOAD) == datagram_of(PAYLOAD, 65536)
    assert Datagram(0, 0, 0, b"") == datagram_of(b"", 65536)


def test_an_empty_datagram_is_one() -> None:
    """UDP length 8: a payload of nothing."""
    frame = bytes(Ether() / ip() / UDP(sport=1, dport=26477))

    assert EXPECTED._replace(payload=b"") == datagram_of(frame, 1)


@pytest.mark.parametrize(
    ("reason", "link", "packet"),
    [
        ("not_ip", 1, Ether() / ARP()),
        ("not_ip", 1, Ether(type=0x05DC) / Raw(bytes(60))),
        ("not_ip", 1, Ether() / Dot1Q() / Dot1Q() / Dot1Q() / Dot1Q() / ip() / udp()),
        ("not_ip", 1, Ether(type=0x0800) / ip(version=5) / udp()),
        ("not_ip", 101, Raw(b"\x75" + bytes(60))),
        ("not_ip", 0, Raw(b"\x07\0\0\0" + bytes(60))),
        ("not_ip", 108, Raw(b"\x02\0\0\0" + bytes(60))),
        ("ipv6", 1, Ether() / IPv6() / UDP()),
        ("ipv6", 1, Ether() / Dot1Q() / IPv6() / UDP()),
        ("ipv6", 113, CookedLinux(proto=0x86DD) / IPv6() / UDP()),
        ("ipv6", 101, IPv6() / UDP()),
        ("ipv6", 0, Raw(b"\x1e\0\0\0") / IPv6() / UDP()),
        ("fragment", 1, Ether() / ip(flags="MF") / udp()),
        ("fragment", 1, Ether() / ip(frag=64, proto=17) / Raw(bytes(64))),
        ("tcp", 1, Ether() / ip() / TCP(dport=26477)),
        ("tcp", 1, Ether() / ip(flags="MF") / TCP(dport=26477)),
        ("not_udp", 1, Ether() / ip() / ICMP()),
        ("not_udp", 1, Ether() / ip(proto=2) / Raw(bytes(8))),
        ("bad_length", 1, Ether() / ip(ihl=4) / udp()),
        ("bad_length", 1, Ether() / ip(len=0) / udp()),
        ("bad_length", 1, Ether() / ip(len=19) / udp()),
        ("bad_length", 1, Ether() / ip(len=27) / udp()),
        ("bad_length", 1, Ether() / ip(len=20, ihl=15) / udp()),
        ("bad_length", 1, Ether() / ip() / UDP(len=0) / Raw(PAYLOAD)),
        ("bad_length", 1, Ether() / ip() / UDP(len=7) / Raw(PAYLOAD)),
        ("bad_length", 1, Ether() / ip() / UDP(len=20) / Raw(PAYLOAD)),
        ("truncated", 1, Ether() / ip(len=65535) / udp()),
        ("truncated", 1, Raw(bytes(13))),
        ("truncated", 113, Raw(bytes(15))),
        ("truncated", 276, Raw(bytes(19))),
        ("truncated", 0, Raw(bytes(3))),
        ("truncated", 228, Raw(b"\x45" + bytes(18))),
        ("unknown_link", 127, Ether() / ip() / udp()),
    ],
    ids=str,
)
def test_each_other_frame_has_one_reason(reason: str, link: int, packet: Packet) -> None:
    """What is not taken is named."""
    assert reason == datagram_of(bytes(packet), link)


def test_bytes_behind_the_udp_length_are_not_delivered() -> None:
    """A UDP length below the IP length rules; what is behind it is nobody's."""
    frame = bytes(Ether() / ip() / UDP(sport=1, dport=26477, len=8 + 6) / Raw(PAYLOAD))

    assert EXPECTED._replace(payload=b"market") == datagram_of(frame, 1)


@pytest.mark.parametrize("link", [1, 101, 113, 276, 0])
def test_a_frame_cut_anywhere_is_truncated(link: int) -> None:
    """At every byte before its end there is a reason, and never a datagram."""
    heads = {
        1: Ether() / Dot1Q(),
        101: None,
        113: CookedLinux(),
        276: CookedLinuxV2(),
        0: Loopback(),
    }
    head = heads[link]
    packet = ip() / udp()
    frame = bytes(head / packet if head is not None else packet)

    assert {"truncated"} == {str(datagram_of(frame[:size], link)) for size in range(len(frame))}


@settings(max_examples=1000, deadline=None)
@given(frame=st.binary(max_size=120), link=st.sampled_from([0, 1, 101, 108, 113, 228, 276]))
def test_any_bytes_give_a_datagram_inside_or_a_reason(frame: bytes, link: int) -> None:
    """No bytes crash it, and no payload comes from outside the frame."""
    found = datagram_of(frame, link)

    assert isinstance(found, str) or found.payload in frame


@pytest.mark.parametrize("text", ["233.54.12.111:26477", "0.0.0.0:0", "255.255.255.255:65535"])
def test_a_group_is_read_and_written(text: str) -> None:
    """As people write it."""
    assert text == str(Group.parse(text))
    assert text == str(Group.parse(f" {text}\n"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("233.54.12.111", "a group is an IPv4 address and a port, 233.54.12.111:26477"),
        ("", "a group is an IPv4 address and a port, 233.54.12.111:26477"),
        ("[ff02::1]:26477", "IPv6 is not supported"),
        ("233.54.12:1", "'233.54.12' is not an IPv4 address"),
        ("feed.example:1", "'feed.example' is not an IPv4 address"),
        ("233.54.12.256:1", "address part '256' is not a number from 0 to 255"),
        ("233.54.12.011:1", "address part '011' is not a number from 0 to 255"),
        ("233.54.12.-1:1", "address part '-1' is not a number from 0 to 255"),
        ("233.54.12.111:65536", "port '65536' is not a number from 0 to 65535"),
        ("233.54.12.111:", "port '' is not a number from 0 to 65535"),
        ("233.54.12.111:٣", "port '٣' is not a number from 0 to 65535"),
    ],
)
def test_what_is_no_group_is_told(text: str, says: str) -> None:
    """The text, and what is wrong with it."""
    with pytest.raises(GroupError) as caught:
        Group.parse(text)

    assert f"'{text}': {says}" == str(caught.value)


def test_routes_are_found_and_others_are_not() -> None:
    """Also 0.0.0.0:0 and neighbours, in tables of all sizes."""
    dice = random.Random(1)
    for count in (0, 1, 2, 8, 9, 100, 5000):
        block = [Group(0xE000_0000 + i // 4, 26_400 + i % 4) for i in range(count)]
        edges = [Group(0, 0), Group(0xFFFF_FFFF, 65_535), Group(0x8000_0000, 0)]
        known = {group: number for number, group in enumerate(block + edges[:count])}
        table = build_table(known.items())

        assert {number: route(table, g.address, g.port) for g, number in known.items()} == {
            number: number for number in known.values()
        }
        assert table.size & (table.size - 1) == 0
        assert 2 * len(known) <= table.size
        strangers = {Group(dice.getrandbits(32), dice.getrandbits(16)) for _ in range(2000)}
        assert {-1} == {route(table, g.address, g.port) for g in strangers - set(known)}


def test_a_route_table_refuses_contradictions() -> None:
    """Two numbers for one group, or a number that fits no word."""
    group = Group.parse("1.2.3.4:5")
    with pytest.raises(GroupError, match=r"1\.2\.3\.4:5 has two routes, 1 and 2"):
        build_table([(group, 1), (group, 2)])
    with pytest.raises(GroupError, match="route 65535 is not from 0 to 65534"):
        build_table([(group, ROUTES_MAX)])

    assert route(build_table([(group, 3), (group, 3)]), group.address, group.port) == 3
    assert dotted(group.address) == "1.2.3.4"

"""UDP sockets as a source: the same datagrams to the same groups, as IPv4 packets, with the kernel's time."""

import socket
import time
from pathlib import Path

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.counter import Counter
from feedhandler.source import descriptor
from feedhandler.source.source import CaptureError
from feedhandler.source.udp_socket import SocketLimits, UdpSocket

LIMITS = SocketLimits(buffer_bytes=1 << 20)


def test_datagrams_with_headers_before_them() -> None:
    """Two groups, each payload behind an IPv4 and a UDP header of its destination; stamped."""
    with wire() as made:
        with made.receiver.entered():
            source = UdpSocket("line_a", [GROUP, OTHER], limits=LIMITS)
        before = time.time_ns()
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"one"), udp(OTHER, b"two!"), udp(GROUP, b"")])
        seen = taken(source, 3)
        lost = source.lost()
        stamped = source.stamped_by_card
        source.close()

    packets = {each.data[28:]: each for each in seen}
    assert set(packets) == {b"one", b"two!", b""}
    for payload, (address, port) in ((b"one", GROUP), (b"two!", OTHER), (b"", GROUP)):
        data = packets[payload].data
        assert data[16:20] == address.to_bytes(4, "big")
        assert data[22:24] == port.to_bytes(2, "big")
        assert int.from_bytes(data[2:4], "big") == 28 + len(payload)
        assert int.from_bytes(data[24:26], "big") == 8 + len(payload)
    assert {each.link for each in seen} == {descriptor.LINK_IPV4}
    assert all(before <= each.ts_recv <= time.time_ns() for each in seen)
    assert lost == {Counter.SOCKET_DROPS: 0, Counter.CUT_FRAMES: 0}
    assert stamped == 0  # a virtual card has no clock


def test_what_is_lost_is_counted() -> None:
    """A small buffer drops; a datagram longer than a slot is cut."""
    small = SocketLimits(buffer_bytes=4096, datagram_bytes=100)
    with wire() as made:
        with made.receiver.entered():
            source = UdpSocket("line_a", [GROUP], limits=small)
        with made.sender.entered():
            send("line_a", [udp(GROUP, bytes(1000))] * 40)
        seen = taken(source, 1)
        seen += taken(source, 0)
        lost, again = source.lost(), source.lost()
        source.close()

    assert 0 < len(seen) < 40
    assert lost == {Counter.SOCKET_DROPS: 40 - len(seen), Counter.CUT_FRAMES: len(seen)}
    assert again == {Counter.SOCKET_DROPS: 0, Counter.CUT_FRAMES: 0}
    assert all(each.wire == 1028 and len(each.data) < 300 for each in seen)


def test_one_source_only() -> None:
    """Joined source-specifically, datagrams of another sender do not come."""
    with wire() as made:
        with made.receiver.entered():
            right = UdpSocket("line_a", [GROUP], senders={GROUP: 0x0A4D0001}, limits=LIMITS)
            wrong = UdpSocket("line_a", [GROUP], senders={GROUP: 0x0A4D0063}, limits=LIMITS)
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"mine")])
        seen, unseen = taken(right, 1), taken(wrong, 0)
        right.close()
        wrong.close()

    assert [each.data[28:] for each in seen] == [b"mine"]
    assert unseen == []


def test_group_is_joined_and_left() -> None:
    """The kernel knows the membership while the source is open."""
    with wire() as made, made.receiver.entered():
        source = UdpSocket("line_a", [GROUP], limits=LIMITS)
        joined = memberships()
        source.close()
        left = memberships()

    number = f"{int.from_bytes(socket.inet_aton('233.54.12.111'), 'little'):08X}"
    assert number in joined
    assert number not in left


def memberships() -> str:
    """What /proc tells of this thread's namespace."""
    return Path("/proc/thread-self/net/igmp").read_text("ascii")


def test_refusals_are_one_line() -> None:
    """No group; an address that is not ours."""
    with wire() as made, made.receiver.entered():
        with pytest.raises(CaptureError, match="no group is given"):
            UdpSocket("line_a", [])
        with pytest.raises(CaptureError, match=r"^1\.2\.3\.4:99: Cannot assign"):
            UdpSocket("line_a", [(0x01020304, 99)])

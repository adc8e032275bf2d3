"""Senders by group, in the programs that look at them: each is judged by a naive reading of the same frame."""

import socket
import struct
from typing import Any

import bpf as classic
import pytest
from bpf import runs, steps
from ebpf import Machine
from hypothesis import given, settings
from hypothesis import strategies as st
from impostors import network, sent_by
from live_frames import udp

from feedhandler.source.ebpf import fragment_key, key, program, value_of
from feedhandler.source.packet_filter import (
    SENDERS_MAX,
    both,
    by_address,
    expression_of,
    for_expression,
    for_groups,
    narrowed,
    senders_to,
)
from feedhandler.source.select import compile_filter
from feedhandler.source.source import CaptureError

A, B, C = 0x0A010101, 0xFA020202, 0x0A030303  # the second above 2^31: no sign is extended
ONE, TWO, FREE = 0xE9360C6F, 0xE931C46F, 0xEF010101  # addresses
PLACES = [(ONE, 7), (ONE, 8), (ONE, 9), (TWO, 7), (FREE, 7), (FREE, 8)]
SENDERS = {(ONE, 7): A, (ONE, 8): A, (ONE, 9): B, (TWO, 7): B, (FREE, 8): C}
TAG, OUTER = b"\x81\0\x20\xd0", b"\x88\xa8\0\x07"
CODE = program(1, 2, 3)
CLASSIC = for_groups(PLACES, SENDERS)
PLAIN = for_groups(PLACES, SENDERS, ethernet=False)
EXPRESSION = compile_filter(expression_of(PLACES, SENDERS), 1)


def passes(frame: bytes) -> bool:
    """The rule itself: a group's datagrams by its sender, fragments to an address by any sender to it."""
    at = network(frame)
    offset, protocol = struct.unpack_from(">HxB", frame, at + 6)
    sender, address = struct.unpack_from(">II", frame, at + 12)
    if protocol != socket.IPPROTO_UDP:
        return False
    told = [SENDERS.get(place) for place in PLACES if place[0] == address]
    if not offset & 0x3FFF:
        port = struct.unpack_from(">H", frame, at + 4 * (frame[at] & 15) + 2)[0]
        told = [SENDERS.get((address, port))] if (address, port) in PLACES else []
    return any(each in {None, sender} for each in told)


def maps() -> dict[bytes, bytes]:
    """What the XDP program's map holds, as the source fills it."""
    found = {}
    for address, ports in by_address(PLACES, SENDERS).items():
        found[fragment_key(address)] = value_of(senders_to(ports))
        for port, sender in ports.items():
            found[key(address, port)] = value_of((sender,) if sender else ())
    return found


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame to one of the groups or near to one, by anybody: tagged, with options, a fragment, TCP."""
    place = (draw(st.sampled_from([ONE, TWO, FREE, 0xE9360C70])), draw(st.integers(6, 10)))
    fragment = draw(st.sampled_from([0, 0x2000, 0x20B9, 0x00B9, 0x4000]))
    made = udp(place, b"x" * 30, fragment=fragment)
    if words := draw(st.integers(0, 2)):
        made = made[:14] + bytes([0x45 + words]) + made[15:34] + bytes(4 * words) + made[34:]
    if draw(st.integers(0, 5)) == 0:
        made = made[:23] + b"\x06" + made[24:]
    made = sent_by(made, draw(st.sampled_from([A, B, C, 0, A ^ 1, 0xFFFFFFFF])))
    return made[:12] + draw(st.sampled_from([b"", TAG, OUTER])) + made[12:]


@given(frames())
@settings(max_examples=300, deadline=None)
def test_links_without_a_header(frame: bytes) -> None:
    """A tunnel's frames begin with IP; what begins with anything else does not pass."""
    packet = frame[network(frame) :]

    assert bool(runs(PLAIN, packet)) == passes(frame)
    assert not runs(PLAIN, b"\x60" + packet[1:])


def test_tags_that_the_kernel_has_taken_off() -> None:
    """`vlan` is refused where it would match nothing, and where it would move what senders are compared with."""
    for told in ("vlan 208", "not vlan and udp", "udp or (vlan and udp)"):
        with pytest.raises(CaptureError, match="takes a tag off before"):
            for_expression(told, 1)
        with pytest.raises(CaptureError, match="not beside a sender"):
            narrowed(told, PLACES, SENDERS)
        assert narrowed(told, PLACES, {}) == told


@given(frames())
@settings(max_examples=600, deadline=None)
def test_every_program_takes_the_senders_of_the_groups(frame: bytes) -> None:
    """The ring's filter, the XDP program and the expression for libpcap decide alike, and rightly."""
    expected = passes(frame)

    assert bool(runs(CLASSIC, frame)) == expected
    assert Machine(maps(), {0}).run(CODE, frame) == (4 if expected else 2)
    assert bool(EXPRESSION.filter(frame)) == expected


@pytest.mark.parametrize("tag", [b"", TAG])
@pytest.mark.parametrize(
    ("place", "sender", "fragment", "expected"),
    [
        ((ONE, 7), A, 0, True), ((ONE, 7), B, 0, False), ((ONE, 9), B, 0, True),
        ((ONE, 9), A, 0, False), ((TWO, 7), A, 0, False), ((TWO, 7), B, 0, True),
        ((FREE, 7), 1, 0, True), ((FREE, 8), 1, 0, False), ((FREE, 8), C, 0, True),
        ((ONE, 1), A, 0x20B9, True), ((ONE, 1), B, 0x20B9, True), ((ONE, 1), C, 0x20B9, False),
        ((TWO, 1), A, 0x00B9, False), ((FREE, 1), 1, 0x2000, True),
    ],
)  # fmt: skip
def test_some_of_them(
    place: tuple[int, int], sender: int, fragment: int, tag: bytes, *, expected: bool
) -> None:
    """By name: two ports of an address with two senders, one that anybody may send to, and their fragments."""
    frame = sent_by(udp(place, b"x" * 30, tag=tag, fragment=fragment), sender)

    assert passes(frame) == expected
    assert bool(runs(CLASSIC, frame)) == expected
    assert Machine(maps(), {0}).run(CODE, frame) == (4 if expected else 2)


def spread(count: int, ports: int, senders: int) -> Any:
    """So many addresses, in turn with these ports and senders (0: nobody has one)."""
    places = [(0xE0000000 + number, 1 + number % ports) for number in range(count)]
    return places, {place: A + number % senders for number, place in enumerate(places) if senders}


@pytest.mark.parametrize(
    ("ports", "senders", "most"),
    [(1, 0, 1015), (1, 1, 1013), (1, 2, 1011), (1, 4, 1006), (2000, 0, 452), (2000, 1, 451),
     (2000, 2, 451), (2000, 4, 450)],
)  # fmt: skip
def test_how_many_groups_fit(ports: int, senders: int, most: int) -> None:
    """A thousand addresses with a port in common, by one sender or four; 450 with a port each; one more is refused."""
    program_ = for_groups(*spread(most, ports, senders))

    assert len(program_) <= 4096
    with pytest.raises(CaptureError, match="several workers"):
        for_groups(*spread(most + 1, ports, senders))
    for places, by in [spread(most, ports, senders)]:
        for place in places[:: most // 9]:
            frame = sent_by(udp(place, b"x"), by.get(place, 1))
            assert runs(program_, frame)
            assert steps(program_, frame) < 60
            assert bool(runs(program_, sent_by(frame, C))) == (not senders)


def test_no_sender_no_instruction() -> None:
    """Who names none has the program that he had."""
    assert for_groups(PLACES, {(1, 2): A}) == for_groups(PLACES)
    assert len(for_groups(PLACES)) < len(CLASSIC)


def test_too_many_senders_are_refused() -> None:
    """An address has as many as a channel has lines."""
    places = [(ONE, port) for port in range(1, SENDERS_MAX + 2)]
    few = {place: A + place[1] for place in places[:SENDERS_MAX]}

    assert for_groups(places[:SENDERS_MAX], few)
    with pytest.raises(CaptureError, match="more than 4 senders to one address"):
        for_groups(places, {place: A + place[1] for place in places})
    with pytest.raises(CaptureError, match="more than 4 senders to one address"):
        for_groups(places, few)  # the fifth is anybody


def test_ports_have_a_limit_in_filters_only() -> None:
    """The map of the XDP program and joined groups have none."""
    places = [(ONE, port) for port in range(1, 300)]

    assert len(by_address(places)[ONE]) == 299
    with pytest.raises(CaptureError, match="more than 200 ports of one address"):
        for_groups(places, dict.fromkeys(places, A))


def test_an_expression_does_not_let_in_whom_a_sender_keeps_out() -> None:
    """Both hold; without senders the expression is all."""
    frame = udp((ONE, 7), b"x" * 30)
    ours, strange = sent_by(frame, A), sent_by(frame, B)
    named = compile_filter(narrowed("udp dst port 7", PLACES, SENDERS), 1)
    other = compile_filter(narrowed("udp dst port 8", PLACES, SENDERS), 1)
    seven, eight = (both(for_expression(f"udp dst port {port}", 1), CLASSIC) for port in (7, 8))

    assert [bool(runs(seven, each)) for each in (ours, strange)] == [True, False]
    assert not runs(eight, ours)
    assert [bool(named.filter(each)) for each in (ours, strange)] == [True, False]
    assert not other.filter(ours)
    assert narrowed("udp", PLACES, {}) == "udp"
    assert narrowed("", PLACES, SENDERS) == ""
    assert classic.runs(for_groups(PLACES), strange)

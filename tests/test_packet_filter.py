"""Filter programs of ours pass what is sent to a group and nothing else, judged by a machine of a few lines."""

import struct

import pytest
from bpf import runs, steps
from hypothesis import given
from hypothesis import strategies as st

from feedhandler.source.packet_filter import for_expression, for_groups
from feedhandler.source.source import CaptureError

GROUPS = [(0xE9360C6F, 26477), (0xE931C46F, 26477), (0xE9360C6F, 25475)]


def frame(
    address: int, port: int, *, tags: bytes = b"", protocol: int = 17, fragment: int = 0,
    options: int = 0, kind: int = 0x0800,
) -> bytes:  # fmt: skip
    """A frame to an address and port."""
    head = struct.pack(
        ">BBHHHBBHII", 0x45 + options, 0, 28, 0, fragment, 9, protocol, 0, 1, address
    )
    udp = struct.pack(">HHHH", 7, port, 8, 0)
    return bytes(12) + tags + struct.pack(">H", kind) + head + bytes(4 * options) + udp


@given(
    st.integers(0, 2**32 - 1) | st.sampled_from([ip for ip, _ in GROUPS]),
    st.integers(0, 65535) | st.sampled_from([26477, 25475]),
    st.sampled_from([b"", b"\x81\0\0\x07", b"\x88\xa8\x20\x07"]),
    st.integers(0, 10),
)
def test_groups_pass_and_nothing_else(address: int, port: int, tags: bytes, options: int) -> None:
    """Any destination, behind no tag or one that is still there, with options or without."""
    passed = runs(for_groups(GROUPS), frame(address, port, tags=tags, options=options))

    assert bool(passed) == ((address, port) in GROUPS)


def test_other_frames_do_not_pass() -> None:
    """Another protocol, another EtherType, a frame that ends too early."""
    program = for_groups(GROUPS)

    assert runs(program, frame(*GROUPS[0], protocol=6)) == 0
    assert runs(program, frame(*GROUPS[0], kind=0x86DD)) == 0
    assert runs(program, frame(*GROUPS[0])[:30]) == 0


def test_fragments_pass_to_be_counted() -> None:
    """A fragment behind the first has no ports: its address decides."""
    program = for_groups(GROUPS)

    assert runs(program, frame(GROUPS[0][0], 1, fragment=0x20B9)) > 0
    assert runs(program, frame(0x01020304, 26477, fragment=0x20B9)) == 0


def test_many_groups_and_too_many() -> None:
    """Hundreds of groups have a program; what the kernel would refuse is refused here."""
    many = [(0xE0000000 + 3 * n, 1 + n % 150) for n in range(800)]
    program = for_groups(many)
    others = [(address + step, port) for address, port in many for step in (-1, 1)]

    assert all(runs(program, frame(*place)) for place in many)
    assert not any(runs(program, frame(*place)) for place in others)
    assert runs(program, frame(0xE0000000, 2)) == 0
    assert len(for_groups([(0xE0000000 + n, 1 + n) for n in range(400)])) < 4096
    with pytest.raises(CaptureError, match="several workers"):
        for_groups([(0xE0000000 + n, 1) for n in range(1100)])
    with pytest.raises(CaptureError, match="ports"):
        for_groups([(0xE0000000, n) for n in range(201)])


def test_without_groups_nothing_passes() -> None:
    """Nor does it without an end."""
    assert runs(for_groups([]), frame(*GROUPS[0])) == 0


def test_the_way_to_a_group_is_short() -> None:
    """Of hundreds, a frame is compared with as many as they can be halved."""
    program = for_groups([(0xE0000000 + n, 1 + n % 9) for n in range(512)])
    compared = [each for each in program if each[0] == 0x35]

    assert len(compared) == 511
    assert steps(program, frame(0xE0000000 + 300, 1 + 300 % 9)) < 60


def test_expression_of_tcpdump() -> None:
    """Libpcap's own program does what it says."""
    program = for_expression("udp dst port 26477", 1)

    assert runs(program, frame(1, 26477)) > 0
    assert runs(program, frame(1, 26478)) == 0

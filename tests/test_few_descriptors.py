"""Sources that find no free descriptor say which interface it was for, and how to allow more.

And what libpcap has to say of a filter that the kernel does not take is said in our words.
"""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.source import CaptureError
from feedhandler.source.udp_socket import UdpSocket

SMALL = LibpcapLimits(buffer_bytes=2 << 20)
GROUPS = [(GROUP[0] + number, 20_000) for number in range(3)]
SOURCES = {
    "libpcap": lambda: Libpcap("line_a", GROUPS, limits=SMALL),
    "ring": lambda: PacketRing("line_a", GROUPS, limits=RingLimits(ring_bytes=2 << 20)),
    "socket": lambda: UdpSocket("line_a", GROUPS),
}
CURE = "Too many open files; allow more with: ulimit -n 65536 (service: LimitNOFILE=65536)"


@contextmanager
def descriptors_left(count: int) -> Iterator[None]:
    """So many more may be opened."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[0]), before[1]))
    filled: list[int] = []
    try:
        with suppress(OSError):
            while True:
                filled.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(count):
            os.close(filled.pop())
        yield
    finally:
        for each in filled:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("opened", SOURCES.values(), ids=SOURCES)
def test_too_few_descriptors_are_told_with_the_cure(opened: Callable[[], PacketRing]) -> None:
    """However far it came; nothing is left open, so that it can be opened as soon as there is room."""
    told = []
    with wire() as made, made.receiver.entered():
        for left in range(12):
            with descriptors_left(left):
                try:
                    opened().close()
                except CaptureError as error:
                    told.append(str(error))
                else:
                    break

    assert len(told) >= len(GROUPS)
    assert left < 11, "it never opened"
    assert [
        each for each in told if not (each.startswith("line_a: ") and each.endswith(CURE))
    ] == []


def test_hundreds_of_groups_are_filtered_by_the_kernel(capfd: pytest.CaptureFixture[str]) -> None:
    """A filter of libpcap's own for so many would be refused, and be a minute in the making."""
    groups = [(GROUP[0] + number, GROUP[1] + number) for number in range(300)]
    frames = [udp(groups[0], b"first"), udp(groups[299], b"last")]
    with wire() as made:
        with made.receiver.entered():
            source = Libpcap("line_a", groups, limits=SMALL)
        with made.sender.entered():
            send("line_a", [udp(OTHER, b"x"), udp((groups[1][0], GROUP[1]), b"x"), *frames])
        seen = taken(source, 2)
        more = taken(source, 0)
        filtered = source._filtered()
        source.close()

    assert [each.data for each in seen] == frames
    assert (more, filtered) == ([], True)
    assert len(source.notes) == 1
    assert capfd.readouterr() == ("", "")


def test_an_expression_that_is_too_long_for_the_kernel_is_told(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It is applied by libpcap in the process, whose own warning nobody sees."""
    ports = " or ".join(
        f"(dst host 10.0.{n >> 6}.{n & 63} and dst port {n})" for n in range(1, 400)
    )
    with wire() as made:
        with made.receiver.entered():
            source = Libpcap("line_a", expression=f"dst port {GROUP[1]} or {ports}", limits=SMALL)
        with made.sender.entered():
            send("line_a", [udp((GROUP[0], 7), b"x"), udp(GROUP, b"wanted")])
        seen = taken(source, 1)
        more = taken(source, 0)
        source.close()

    assert [each.data for each in seen] == [udp(GROUP, b"wanted")]
    assert more == []
    assert source.notes[1].startswith("line_a: libpcap: the kernel does not take this filter")
    assert capfd.readouterr() == ("", "")

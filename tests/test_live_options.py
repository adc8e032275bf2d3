"""Options of live sources, each with a story that would be another one without it: sender, fanout, busy polling, nodes."""

import ctypes
import os
import socket
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bpf import runs
from cli_runs import feedhandler
from lan import no_xdp, wire
from live_frames import GROUP, OTHER, send, taken, udp

from feedhandler.decode.catalog import feed
from feedhandler.doctor.finding import warn
from feedhandler.live import LiveOptions, groups_of, open_live
from feedhandler.live.plan import FeedPlan
from feedhandler.service import daemon as service
from feedhandler.service.daemon import Daemon, Settings
from feedhandler.source import xdp_kernel
from feedhandler.source.fanout import Fanout
from feedhandler.source.live import Live
from feedhandler.source.packet_filter import for_groups
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.udp_socket import SocketLimits, UdpSocket
from feedhandler.source.xdp import Xdp, XdpLimits
from feedhandler.source.xdp_kernel import NEED_WAKEUP
from feedhandler.source.xdp_socket import (
    BUDGET,
    BUSY_POLL,
    BUSY_POLL_BUDGET,
    FILL_RING,
    PREFER_BUSY_POLL,
)

SENDER = 0x0A4D0001  # of `udp`
STRANGER = 0xFA4D0063  # above 2^31: no sign is extended
KINDS = [
    ("packet_ring", None), ("udp_socket", None), ("xdp", "native"), ("xdp", "generic"),
    ("libpcap", None),
]  # fmt: skip


def opened(kind: str, mode: Any, sender: int) -> Live:
    """A source for one sender; the caller is in the receiver's namespace."""
    if kind == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    chosen: Any = {"source": kind}
    return open_live(
        LiveOptions(
            interfaces=("line_a",), senders={"line_a": {GROUP: sender}}, ring=RingLimits(1 << 20),
            socket=SocketLimits(1 << 20), xdp=XdpLimits(1 << 20, mode), **chosen,
        ),
        [GROUP],
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_one_sender_only(kind: str, mode: Any) -> None:
    """The group of the sender that was named comes, the same group of a stranger does not; the join names it."""
    with wire() as made:
        with made.receiver.entered():
            right = opened(kind, mode, SENDER)
            joined = Path("/proc/thread-self/net/mcfilter").read_text("ascii")
        with closing(right):
            with made.sender.entered():
                send("line_a", [udp(GROUP, b"ours" + bytes(20))])
            ours = taken(right._sources[0], 1)
        with made.receiver.entered():
            wrong = opened(kind, mode, STRANGER)
        with closing(wrong):
            with made.sender.entered():
                send("line_a", [udp(GROUP, b"strange" + bytes(20))])
            others = taken(wrong._sources[0], 0)

    assert [each.data[-24:-20] for each in ours] == [b"ours"]
    assert others == []
    (line,) = [each.split() for each in joined.splitlines() if "0xe9360c6f" in each.lower()]
    assert line[3].lower() == f"{SENDER:#010x}"
    assert line[4:] == ["1", "0"]  # included by one, excluded by nobody


@pytest.mark.parametrize("tag", [b"", b"\x81\0\0\x07"])
def test_the_filter_of_one_sender(tag: bytes) -> None:
    """With a tag or without; fragments too."""
    ours, strange = (
        for_groups([GROUP, OTHER], dict.fromkeys([GROUP, OTHER], sender))
        for sender in (SENDER, STRANGER)
    )
    for frame in (udp(OTHER, b"x" * 30, tag=tag), udp(GROUP, b"x" * 30, tag=tag, fragment=0x2000)):
        assert (runs(ours, frame) > 0, runs(strange, frame)) == (True, 0)


def test_rings_that_share_an_interface() -> None:
    """Each frame comes to one of them, and all of a flow to the same one."""
    flows = [(GROUP[0], port) for port in range(20_000, 20_032)]
    with wire() as made, ExitStack() as stack:
        with made.receiver.entered():
            rings = [
                stack.enter_context(
                    closing(
                        PacketRing("line_a", flows, limits=RingLimits(1 << 20), fanout=Fanout(7))
                    )
                )
                for _ in range(2)
            ]
        with made.sender.entered():
            send("line_a", [udp(flow, bytes([n]) * 30) for n in range(4) for flow in flows])
        seen: list[list[tuple[int, int]]] = [[], []]
        for ring, found in zip(rings, seen, strict=True):
            while more := taken(ring, 0):
                found += [(int.from_bytes(e.data[36:38], "big"), e.data[-1]) for e in more]

    assert sorted(seen[0] + seen[1]) == [(port, n) for _, port in flows for n in range(4)]
    assert seen[0]
    assert seen[1]
    assert not {port for port, _ in seen[0]} & {port for port, _ in seen[1]}
    for found in seen:  # and in order
        for port in {port for port, _ in found}:
            assert [n for each, n in found if each == port] == [0, 1, 2, 3]


@pytest.mark.parametrize("busy_poll_us", [0, 50])
def test_busy_polling_is_asked_for_and_done(busy_poll_us: int) -> None:
    """The socket's options are set, and a poll that finds nothing does the driver's work; else it does not."""
    if why := no_xdp():
        pytest.skip(why)
    with wire() as made:
        with made.receiver.entered():
            source = Xdp("line_a", [GROUP], limits=XdpLimits(1 << 20, busy_poll_us=busy_poll_us))
        with closing(source):
            bound = source._sockets[0]._socket
            set_ = [
                bound.getsockopt(socket.SOL_SOCKET, option)
                for option in (PREFER_BUSY_POLL, BUSY_POLL)
            ]
            kicks = source._state[xdp_kernel.KICKS // 8]
            assert taken(source, 0) == []
            kicked = int(source._state[xdp_kernel.KICKS // 8] - kicks)
            with made.sender.entered():
                send("line_a", [udp(GROUP, b"frame" + bytes(20))] * 3)
            came = taken(source, 3)

    assert set_ == [int(busy_poll_us > 0), busy_poll_us]
    assert (kicked > 0) == (busy_poll_us > 0)
    assert len(came) == 3
    assert (BUDGET, BUSY_POLL_BUDGET) == (64, 70)


def test_a_driver_that_asks_for_it_is_woken() -> None:
    """Drivers with zero-copy set a flag on the fill ring; ours does not, so it is set here."""
    if why := no_xdp():
        pytest.skip(why)
    with wire() as made:
        with made.receiver.entered():
            source = Xdp("line_a", [GROUP], limits=XdpLimits(1 << 20))
        with closing(source):
            flags = ctypes.c_uint32.from_address(source._sockets[0].rings[FILL_RING].flags)
            kicks = [int(source._state[xdp_kernel.KICKS // 8])]
            for value in (0, NEED_WAKEUP, 0):
                flags.value = value
                source.poll(source.state_address, 0, 1)
                source.poll(source.state_address, 0, 1)
                kicks.append(int(source._state[xdp_kernel.KICKS // 8]))

    assert [then - before for before, then in pairwise(kicks)] == [0, 2, 0]


def test_sockets_that_poll_busily() -> None:
    """The kernel is told for how long; without the option nothing is."""
    with wire() as made, made.receiver.entered():
        told = []
        for limits in (SocketLimits(1 << 20), SocketLimits(1 << 20, busy_poll_us=70)):
            with closing(UdpSocket("line_a", [GROUP], limits=limits)) as source:
                told.append(source._sockets[0].getsockopt(socket.SOL_SOCKET, BUSY_POLL))

    assert told[1] == 70
    assert told[0] != 70


def test_a_core_far_from_its_card_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the doctor says of nodes is among the troubles of a daemon, for each interface; and goes on."""
    asked = []
    cores = os.sched_getaffinity(0)

    def far(core: int, interface: str) -> Any:
        asked.append((core, interface))
        return warn("numa", f"core {core} on node 0, {interface} on node 1", "--core 9")

    monkeypatch.setattr(service, "near", far)
    described = feed("nasdaq.itch50")
    with wire("line_a", "line_b") as made, made.receiver.entered():
        options = LiveOptions(interfaces=("line_a", "line_b"), ring=RingLimits(1 << 20))
        places = groups_of(described)
        plan = FeedPlan(described, options, dict.fromkeys(options.interfaces, places), core=0)
        with Daemon([plan], Settings()).open() as daemon:
            troubles = [each.says for each in daemon.troubles() if each.name == "numa"]

    assert os.sched_getaffinity(0) == cores  # who runs a daemon in a program gets its cores back
    assert asked == [(0, "line_a"), (0, "line_b")]
    assert troubles == [
        "core 0 on node 0, line_a on node 1", "core 0 on node 0, line_b on node 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--busy-poll", "99999999999", "--source", "socket"), "--busy-poll"),
        (("--busy-poll", "50"), "--busy-poll: is for --source xdp or udp_socket"),
        (("--xdp-mode", "native"), "--xdp-mode: is for --source xdp"),
        (("--source", "libpcap", "--frame-bytes", "100"), "--frame-bytes: is for --source packet_ring or dpdk"),
        (("--every", "0s"), "--every: a time of more than nothing is needed"),
    ],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(words: tuple[str, ...], says: str) -> None:
    """Those of another source, and those out of range."""
    result = feedhandler("run", "-i", "lo", "--feed", "nasdaq.itch50", *words)

    assert result.exit_code == 2
    assert says in result.output

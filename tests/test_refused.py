"""What a source, a recorder or a bench may not do here is told with the privilege that it lacks, and how to give it."""

import os
from collections.abc import Callable

import click
import pytest
from cli_runs import feedhandler
from dpdk_devices import SMALL, needs
from lan import no_xdp, wire
from own_process import in_own_process
from powers import without

from feedhandler.recording.ring import BlockRing
from feedhandler.source.capability import lacking
from feedhandler.source.dpdk import Dpdk
from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.source import CaptureError
from feedhandler.source.xdp import Xdp, XdpLimits

LINE = "line_a"
OPENERS: dict[str, Callable[[], object]] = {
    "packet socket": lambda: PacketRing(LINE, limits=RingLimits(1 << 20)),
    "libpcap": lambda: Libpcap(LINE, limits=LibpcapLimits(1 << 20)),
    "AF_XDP": lambda: Xdp(LINE, [(0xE0000101, 5)], limits=XdpLimits(4 << 20)),
    "packet socket ": lambda: BlockRing(LINE, "", 2 << 20),
}


@pytest.mark.parametrize("what", OPENERS)
def test_without_a_privilege(what: str) -> None:
    """One line: what, the capability, the command, and the line for a unit of systemd."""
    if what == "AF_XDP" and no_xdp():
        pytest.skip(no_xdp())
    powers = ("CAP_NET_RAW",) if what != "AF_XDP" else ("CAP_NET_ADMIN", "CAP_BPF", "CAP_SYS_ADMIN")
    with wire() as made, made.receiver.entered(), without(*powers):
        with pytest.raises(CaptureError) as refused:
            OPENERS[what]()
        lacks = lacking(powers)

    assert lacks == [*powers]
    assert str(refused.value).startswith(f"{LINE}: {what.strip()}: needs CAP_NET_")
    assert "; give it with: sudo setcap cap_net_" in str(refused.value)
    assert "(service: AmbientCapabilities=CAP_NET_" in str(refused.value)


@pytest.mark.parametrize("driver", ["net_af_packet", "net_pcap"])
@in_own_process
def test_dpdk_without_a_privilege(driver: str) -> None:
    """The driver says only that it could not; what is missing is known all the same."""
    needs(driver)
    with (
        wire() as made, made.receiver.entered(), without("CAP_NET_RAW"),
        pytest.raises(CaptureError, match=rf"^{driver}0: needs CAP_NET_RAW; give it with: sudo setcap"),
    ):  # fmt: skip
        Dpdk(f"{driver}0,iface={LINE}", limits=SMALL)


@in_own_process
def test_dpdk_with_the_privilege_and_another_fault() -> None:
    """Who lacks nothing is told what the driver says."""
    needs("net_af_packet")
    with (
        wire() as made, made.receiver.entered(),
        pytest.raises(CaptureError, match=r"^net_af_packet0: (?!needs CAP)"),
    ):  # fmt: skip
        Dpdk("net_af_packet0,iface=nope0", limits=SMALL)


def test_libpcap_on_an_interface_that_is_down() -> None:
    """Libpcap tells by a number, which is not taken for a link type."""
    with wire() as made, made.receiver.entered():
        made.receiver.ip("link", "set", LINE, "down")
        with pytest.raises(CaptureError, match=r"^line_a: libpcap: the interface is down$"):
            Libpcap(LINE, limits=LibpcapLimits(1 << 20))


@pytest.mark.parametrize("verb", ["live", "soak"])
def test_benches_make_themselves_root_of_their_own(
    verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the right to make namespaces they start again in a user namespace, once."""
    started: list[list[str]] = []

    def again(_program: str, words: list[str]) -> None:
        started.append(words)
        raise click.Abort

    monkeypatch.setattr("feedhandler.doctor.privileges.effective", lambda _: frozenset())
    monkeypatch.setattr(os, "execv", again)
    monkeypatch.setattr("sys.argv", ["feedhandler", "bench", verb])
    monkeypatch.setenv("FEEDHANDLER_OWN_NAMESPACE", "")
    monkeypatch.delenv("FEEDHANDLER_OWN_NAMESPACE")
    feedhandler("bench", verb)

    assert [words[1:4] for words in started] == [["--user", "--map-root-user", "--net"]]
    assert started[0][-3:] == ["feedhandler", "bench", verb]

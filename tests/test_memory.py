"""No source, recorder or configuration asks for more memory than this machine has: a line says so before the kernel does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from lan import wire

from feedhandler.book.pools import pool_bytes
from feedhandler.config_memory import memory_of
from feedhandler.config_reading import parse
from feedhandler.recording.ring import BlockRing
from feedhandler.session.holding import holding_bytes
from feedhandler.source import libpcap, memory, udp_socket
from feedhandler.source.dpdk import Dpdk, DpdkLimits
from feedhandler.source.libpcap import Libpcap, LibpcapLimits
from feedhandler.source.packet_ring import PacketRing, RingLimits
from feedhandler.source.source import CaptureError
from feedhandler.source.udp_socket import SocketLimits, UdpSocket
from feedhandler.source.xdp import Xdp, XdpLimits

LINE = "line_a"
SPARE = 3 << 20  # as if no more were there: nothing large is ever asked for
ASKED = 4 << 20
LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'
OPENERS: dict[str, Callable[[], object]] = {
    "packet_ring": lambda: PacketRing(LINE, limits=RingLimits(ASKED)),
    "libpcap": lambda: Libpcap(LINE, limits=LibpcapLimits(ASKED)),
    "xdp": lambda: Xdp(LINE, [(0xE0000101, 5)], limits=XdpLimits(ASKED)),
    "dpdk": lambda: Dpdk("net_af_packet0,iface=line_a", limits=DpdkLimits(ASKED)),
    "recorder": lambda: BlockRing(LINE, "", ASKED),
}


def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine have little memory."""
    monkeypatch.setattr(memory, "spare_bytes", lambda: SPARE)


@pytest.mark.parametrize("name", OPENERS)
def test_a_ring_that_the_machine_cannot_hold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with what was asked for and what there is."""
    scarce(monkeypatch)
    with wire() as made, made.receiver.entered(), pytest.raises(CaptureError) as refused:
        OPENERS[name]()

    assert refused.value.exit_code == 3
    assert str(refused.value).endswith(" bytes are asked for; this machine has 3,145,728 for that")


def test_the_command_line_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """`capture` and `run`: exit code 3 and one line; with two interfaces the sum counts."""
    scarce(monkeypatch)
    captured = feedhandler("capture", "-i", "lo", "-w", "-", "--ring-bytes", "100000000000")
    half = str(2 << 20)
    asked = ("--feed", "nasdaq.itch50", "--ring-bytes", half)
    with wire("line_a", "line_b") as made, made.receiver.entered():
        run = feedhandler("run", "-i", "line_a", "-i", "line_b", *asked)

    assert (captured.exit_code, run.exit_code) == (3, 3)
    # whole blocks of a MiB
    assert one_line(captured) == (
        "lo: ring: 99,999,547,392 bytes are asked for; this machine has 3,145,728 for that"
    )
    assert one_line(run) == (
        "--ring-bytes on all interfaces: 4,194,304 bytes are asked for; this machine has 3,145,728 for that"
    )


def test_the_configuration_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`config check` has a note, as for a core that is not here; `run -c` refuses."""
    scarce(monkeypatch)
    file = tmp_path / "feed.toml"
    file.write_text(f"{LEAST}ring_bytes = 17179869184\nlimits.orders = 268435456\n")
    wanted = sum(memory_of(parse(file.read_text())).values())
    checked, run = feedhandler("config", "check", str(file)), feedhandler("run", "-c", str(file))
    told = f"{wanted:,} bytes are asked for; this machine has 3,145,728 for that"

    assert wanted > (16 << 30) + 268_435_456 * 24
    assert checked.exit_code == 0
    assert f"note: rings, pools and slots: {told}" in checked.output.splitlines()
    assert run.exit_code == 3
    assert one_line(run) == f"rings, pools and slots of all feeds: {told}"


def test_what_a_configuration_takes() -> None:
    """A ring on each interface, and pools, for each worker that has channels of the feed."""
    workers = "".join(f'[[worker]]\nname = "w{n}"\nidle = "block"\n' for n in range(2))
    one, two = parse(LEAST), parse(workers + LEAST)
    both = parse('[[feed]]\nfeed = "nasdaq.itch50"\ninterfaces = { A = "eth1", B = "eth2" }\n')
    pools = pool_bytes(one.feed[0].limits) + holding_bytes(8192)
    ring = 64 << 20

    assert memory_of(one) == {"nasdaq.itch50": ring + pools}
    assert memory_of(two) == {"nasdaq.itch50": 2 * (ring + pools)}
    assert memory_of(both) == {"nasdaq.itch50": 2 * ring + pools}


def test_what_the_machine_has(tmp_path: Path) -> None:
    """Half of its memory, or what is free if that is less; where it is not told, nothing is refused."""
    told = tmp_path / "meminfo"
    texts = {
        "MemTotal: 1000 kB\nMemAvailable: 900 kB\n": 500 << 10,
        "MemTotal: 1000 kB\nMemAvailable: 300 kB\n": 300 << 10,
        "MemTotal: 1000 kB\n": None,
        "MemTotal:\n": None,
    }
    for text, spare in texts.items():
        told.write_text(text)
        assert memory.spare_bytes(told) == spare

    assert memory.spare_bytes(tmp_path / "none") is None
    assert (memory.spare_bytes() or 0) > 1 << 20


def test_sizes_that_do_not_fit_an_int(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket gets the most that the kernel knows; libpcap refuses."""
    monkeypatch.setattr(memory, "spare_bytes", lambda: None)
    monkeypatch.setattr(udp_socket, "BUFFER_MAX", 1 << 20)
    with wire() as made, made.receiver.entered():
        UdpSocket(LINE, [(0xE0000101, 5)], limits=SocketLimits(1 << 33)).close()
        text = f"a buffer of {1 << 33:,} bytes; at most {libpcap.BUFFER_MAX:,}"
        with pytest.raises(CaptureError, match=text):
            Libpcap(LINE, limits=LibpcapLimits(1 << 33))

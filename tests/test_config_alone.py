"""What cannot be, told before anything starts: interfaces that two loops would need, filters, files, users."""

import errno
from pathlib import Path

import pytest
from cli_runs import feedhandler
from lan import wire
from test_config import LEAST, faults

from feedhandler.config_reading import ConfigError, load, parse
from feedhandler.doctor.machine import Machine
from feedhandler.source.dpdk_device import BUFFERS_LEAST
from feedhandler.source.dpdk_kernel import BURST
from feedhandler.source.interface import refused

TWO = """\
[[worker]]
name = "first"
[[worker]]
name = "second"
"""
XDP = LEAST + 'source = "xdp"\n'


@pytest.mark.parametrize(("source", "interface"), [("xdp", "eth1"), ("dpdk", "3b:00.0")])
def test_one_interface_of_two_workers(source: str, interface: str) -> None:
    """A packet ring can be had twice, these cannot."""
    text = TWO + LEAST.replace("eth1", interface) + f'source = "{source}"\n'
    reason = (
        f"feed[0] on worker 'first' has {interface} by {source} already, which is for one alone"
    )

    assert parse(TWO + LEAST).feed[0].source == "packet_ring"
    assert faults(text) == [(8, "feed[0].source", reason)]


def test_one_interface_of_two_feeds() -> None:
    """One each is right."""
    other = '[[feed]]\nfeed = "cme.mdp3"\nsource = "xdp"\nworkers = ["second"]\n'
    first = XDP + 'workers = ["first"]\n'
    told = faults(TWO + first + other + 'interface = "eth1"\n')

    assert [(line, path) for line, path, _ in told] == [(12, "feed[1].source")]
    assert len(parse(TWO + first + other + 'interface = "eth2"\n').feed) == 2


def published(spread: str, alone: str) -> str:
    """A feed on two workers under one name, and another one on the second worker under another."""
    workers = "".join(f"[[worker]]\nname = '{each}'\nidle = 'block'\n" for each in "ab")
    other = "[[feed]]\nfeed = 'cme.mdp3'\ninterface = 'eth1'\nworkers = ['b']\n"
    return f"{workers}{LEAST}publish = '{spread}'\n{other}publish = '{alone}'\n"


def test_each_worker_of_a_feed_publishes_under_a_name_of_its_own() -> None:
    """No other feed may have one of these names, and a file has to have room for each."""
    long = "p" * 99
    bad = "letters, digits, '_', '-' and '.', at most 100"

    assert len(parse(published("pub", "p")).feed) == len(parse(published("pub", long)).feed) == 2
    assert faults(published("pub", "pub.a")) == [
        (15, "feed[1].publish", "on worker 'b' it is pub.a, and feed[0] publishes as that, too")
    ]
    assert faults(published(long, "p")) == [
        (10, "feed[0].publish", f"on worker {each!r}: bad segment name '{long}.{each}': {bad}")
        for each in "ab"
    ]


DPDK = LEAST.replace('interface = "eth1"', "{interfaces}") + 'source = "dpdk"\n'


def test_devices_of_dpdk_have_names_of_their_own() -> None:
    """Whatever they are given beside: of a feed's lines, of two feeds; a card by two spellings of its place."""
    one, two = "net_af_packet0,iface=eth1", "net_af_packet0,iface=eth2"
    reason = "is {} already: another device needs another name"
    lines = f'interfaces = {{ A = "{one}", B = "{two}" }}'
    other = f"""[[feed]]
feed = "cme.mdp3"
source = "dpdk"
workers = ["second"]
interface = "{two}"
"""
    first = DPDK.format(interfaces=f'interface = "{one}"') + 'workers = ["first"]\n'

    assert faults(DPDK.format(interfaces=lines)) == [
        (3, "feed[0].interfaces", f"{two}: net_af_packet0 {reason.format(one)}")
    ]
    assert faults(TWO + first + other) == [
        (14, "feed[1].interface", f"{two}: net_af_packet0 {reason.format(one)}")
    ]
    assert parse(DPDK.format(interfaces=lines.replace("packet0,iface=eth2", "packet1,iface=eth2")))
    assert len(parse(TWO + first + other.replace("packet0", "packet1")).feed) == 2
    cards = 'interfaces = { A = "3b:00.0", B = "0000:3b:00.0" }'
    assert [path for _, path, _ in faults(DPDK.format(interfaces=cards))] == ["feed[0].interfaces"]


def test_an_interface_has_one_xdp_program() -> None:
    """AF_XDP's own, or that of DPDK's net_af_xdp; a packet socket of DPDK needs none."""
    first = XDP + 'workers = ["first"]\n'
    other = """[[feed]]
feed = "cme.mdp3"
source = "dpdk"
workers = ["second"]
interface = "net_af_xdp0,iface=eth1,queue_count=1"
"""
    reason = "feed[0] on worker 'first' has an XDP program on eth1 by xdp already, and there can be one only"

    assert faults(TWO + first + other) == [(12, "feed[1].source", reason)]
    assert len(parse(TWO + first + other.replace("iface=eth1", "iface=eth2")).feed) == 2
    assert len(parse(TWO + first + other.replace("af_xdp", "af_packet")).feed) == 2


@pytest.mark.parametrize(
    ("text", "least"),
    [
        (XDP, 131_072),
        (LEAST.replace("eth1", "net_null0") + 'source = "dpdk"\n', 2_555_904),
        (LEAST.replace("eth1", "net_null0") + 'source = "dpdk"\nframe_bytes = 9000\n', 9_732_096),
    ],
    ids=["xdp", "dpdk", "long"],
)
def test_memory_that_is_too_little_anywhere(text: str, least: int) -> None:
    """What the source refuses on any machine is a fault; one byte more than too little is not."""
    ((_, path, reason),) = faults(text + "ring_bytes = 65_536\n")
    source = parse(text).feed[0].source
    enough = -(-least // 4096) * 4096

    assert BUFFERS_LEAST == 4 * BURST
    assert (path, reason) == ("feed[0].ring_bytes", f"65,536: {source} needs {least:,} or more")
    assert faults(text + f"ring_bytes = {enough - 4096}\n")
    assert parse(text + f"ring_bytes = {enough}\n").feed[0].ring_bytes == enough


def channels(count: int) -> str:
    """So many channels of two lines, each group with a port of its own."""
    return "".join(
        f'[[feed.channel]]\nid = {n + 1}\nlines = {{ A = "239.1.{n >> 8}.{n & 255}:{2 * n + 1}",'
        f' B = "239.2.{n >> 8}.{n & 255}:{2 * n + 2}" }}\n'
        for n in range(count)
    )


def test_more_groups_than_a_filter_holds() -> None:
    """Four hundred are no matter; of a thousand with ports of their own the cure is told."""
    (line, path, reason) = faults(LEAST + channels(500))[0]

    assert len(parse(LEAST + channels(200)).feed[0].channels) == 200
    assert (line, path) == (1, "feed[0]")
    assert "give them to several workers, or take AF_XDP" in reason
    assert len(parse(LEAST + 'source = "xdp"\n' + channels(500)).feed[0].channels) == 500


def test_too_many_files_have_a_cure() -> None:
    """A socket for each group may be more than a shell allows."""
    told = str(refused(OSError(errno.EMFILE, "Too many open files"), "eth1: packet socket"))

    assert told == (
        "eth1: packet socket: Too many open files; allow more with: ulimit -n 65536 "
        "(service: LimitNOFILE=65536)"
    )


def test_a_file_that_is_no_configuration(tmp_path: Path) -> None:
    """Without an end, or nested beyond reason."""
    deep = tmp_path / "deep.toml"
    deep.write_text("a = " + "[" * 5000 + "]" * 5000)

    with pytest.raises(ConfigError, match="more than 4,194,304 bytes"):
        load("/dev/zero")
    with pytest.raises(ConfigError, match="nested too deep"):
        load(str(deep))


@pytest.mark.parametrize("name", ["", "a b", "x\nExecStartPre=/bin/true", "-x", "%u"])
def test_a_user_that_is_none(name: str) -> None:
    """An empty one would be root, another line another setting."""
    done = feedhandler("service", "--user", name)

    assert done.exit_code == 2
    assert "is no user's name" in done.stderr
    assert feedhandler("service", "--user", "md_1").exit_code == 0


def test_interfaces_are_those_of_this_namespace() -> None:
    """Whatever /sys shows."""
    with wire() as made, made.receiver.entered():
        there = Machine().interfaces()

    assert there == ["line_a", "lo"]

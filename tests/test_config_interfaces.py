"""What an interface is called, and how it is waited for: told by `config check` as by the run, by the text alone."""

import json
from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from test_config import LEAST, faults

from feedhandler.config_reading import parse
from feedhandler.source.names import check_name

CARD, VIRTUAL = "0000:3b:00.0", "net_af_packet0,iface=eth1"
NO_DEVICE = (
    "no device of DPDK; a PCI address such as 0000:3b:00.0, or such as net_af_packet0,iface="
)
NO_NAME = "no name that an interface can have; "
FOR_DPDK = NO_NAME + "a device of DPDK is for source dpdk"


def feed(source: str, interface: str) -> str:
    """A feed whose source is on the line before its interface."""
    return LEAST.replace("interface", f'source = "{source}"\ninterface').replace("eth1", interface)


@pytest.mark.parametrize("interface", ["lo", "eth1", "3b:00", "net_null"])
def test_dpdk_has_devices_and_no_interfaces(interface: str) -> None:
    """The line of the interface, and what a device is called."""
    told = f"{interface}: {NO_DEVICE}{interface}"

    assert faults(feed("dpdk", interface)) == [(4, "feed[0].interface", told)]
    assert faults('[[feed]]\nfeed = "nasdaq.itch50"\nsource = "dpdk"\n'
                  f'[feed.interfaces]\nA = "{CARD}"\nB = "{interface}"\n') == [
        (6, "feed[0].interfaces.B", told)]  # fmt: skip


@pytest.mark.parametrize("source", ["packet_ring", "udp_socket", "xdp", "libpcap"])
@pytest.mark.parametrize("device", [CARD, "3b:00.0", VIRTUAL, "0000:3b:00.0,representor=1"])
def test_other_sources_have_no_devices(source: str, device: str) -> None:
    """No interface of the kernel's can be called as these are."""
    assert faults(feed(source, device)) == [(4, "feed[0].interface", f"{device}: {FOR_DPDK}")]
    assert parse(feed("dpdk", device)).feed[0].interface == device


@pytest.mark.parametrize("name", ["eth1:2", "..", "\u00e4" * 8])
def test_names_that_the_kernel_gives_to_nothing(name: str) -> None:
    """Whatever machine it is."""
    told = f"{name}: {NO_NAME}such as eth1"

    assert faults(feed("packet_ring", name)) == [(4, "feed[0].interface", told)]


@pytest.mark.parametrize(
    "name", ["eth1", "enp3s0f1np1", "eth1.310", "a,b", "net_null0", "br-\u00e4"]
)
def test_names_that_an_interface_may_have(name: str) -> None:
    """Also one that is a device's: whether it is there, the machine knows."""
    check_name("packet_ring", name)
    assert parse(feed("xdp", name)).feed[0].interface == name


def test_nothing_is_concluded_from_a_source_that_cannot_be_read() -> None:
    """It may have been meant to be the right one."""
    assert [path for _, path, _ in faults(feed("dpkd", CARD))] == ["feed[0].source"]


@pytest.mark.parametrize(("source", "interface"), [("dpdk", "lo"), ("packet_ring", CARD)])
def test_check_and_run_say_the_same(tmp_path: Path, source: str, interface: str) -> None:
    """Of a file, and in the same words of the command line."""
    file = tmp_path / "feed.toml"
    file.write_text(feed(source, interface))
    word = {"packet_ring": "ring"}.get(source, source)
    checked, run = feedhandler("config", "check", str(file)), feedhandler("run", "-c", str(file))
    line = feedhandler("run", "-i", interface, "--feed", "nasdaq.itch50", "--source", word)
    place = f"{file}:4: feed[0].interface: "

    assert [each.exit_code for each in (checked, run, line)] == [1, 2, 2]
    assert f"{place}{one_line(line)}" in checked.output + checked.stderr
    assert one_line(run) == f"{place}{one_line(line)}"


def test_devices_are_not_looked_for_among_interfaces(tmp_path: Path) -> None:
    """A card that DPDK has is none of them."""
    file = tmp_path / "feed.toml"
    file.write_text(feed("dpdk", CARD))
    checked = feedhandler("config", "check", str(file), "--json")

    assert checked.exit_code == 0
    assert not [note for note in json.loads(checked.stdout)["notes"] if CARD in note]


def test_a_worker_that_sleeps_has_no_device() -> None:
    """Nothing would wake it; another feed of another worker is none of that."""
    workers = '[[worker]]\nname = "a"\nidle = "block"\n[[worker]]\nname = "b"\ncore = 1\n'
    told = "dpdk: nothing tells that frames have come: idle has to be spin"
    card, other = feed("dpdk", CARD), LEAST.replace("nasdaq.itch50", "cme.mdp3")
    on_a, on_b = ('workers = ["a"]\n', 'workers = ["b"]\n')

    assert faults(workers + card + on_a + other + on_b) == [(3, "worker[0].idle", told)]
    assert len(parse(workers + card + on_b + other + on_a).feed) == 2

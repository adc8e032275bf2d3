"""Only a DPDK whose structures are known is used: what was found, what is expected, what to install."""

from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from made_machines import TUNED, made

from feedhandler.doctor import dpdk as doctor
from feedhandler.doctor.finding import Asked, Finding, Status
from feedhandler.source import dpdk_eal
from feedhandler.source.dpdk_device import Device, DpdkLimits, package_of
from feedhandler.source.dpdk_eal import (
    FOLDERS,
    PARTS,
    arguments,
    checked_version,
    free_huge_bytes,
    installed,
    missing,
)
from feedhandler.source.source import CaptureError

FOLDER = FOLDERS[0]
RUN = ("run", "--feed", "nasdaq.itch50", "--source", "dpdk", "-i")


def holding(root: Path, *names: str) -> Path:
    """A root folder with libraries."""
    for name in names:
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        (root / FOLDER / name).touch()
    return root


def test_only_known_versions_pass() -> None:
    """By what the library itself says, whatever its file is called."""
    for known in ("DPDK 22.11.11", "DPDK 22.11.0-rc2", "DPDK 23.07.0", "DPDK 22.11"):
        assert checked_version(known) == known
    for other in ("DPDK 21.11.0", "DPDK 23.11.2", "DPDK 2.11.1", "DPDK 22.110.1", "22.11", ""):
        with pytest.raises(CaptureError) as refused:
            checked_version(other)

        assert str(refused.value) == (
            f"dpdk: found {other} in librte_eal.so.23, expected DPDK 22.11 (librte_eal.so.23): "
            "in another one structures may lie otherwise"
        )


def test_what_is_installed_is_told(tmp_path: Path) -> None:
    """Another version is named; none is a command that installs one."""
    assert installed(["librte_eal.so.23", "librte_eal.so.23.0", "librte_eal.so", "x.so.9"]) == {23}
    assert str(missing(tmp_path)) == (
        "dpdk: not installed: sudo apt-get install --no-install-recommends librte-ethdev23 "
        "librte-mempool-ring23 librte-bus-vdev23 librte-bus-pci23, and the driver of the device"
    )
    holding(tmp_path, "librte_eal.so.24", "librte_eal.so.24.0", "librte_eal.so.77")
    assert str(missing(tmp_path)) == (
        "dpdk: found DPDK 23.11 (librte_eal.so.24) and DPDK of another time (librte_eal.so.77), "
        "expected DPDK 22.11 (librte_eal.so.23): in another one structures may lie otherwise"
    )


def test_the_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is compiled or opened: a device, then the libraries."""

    def nowhere(_name: str) -> None:
        raise OSError

    monkeypatch.setattr(dpdk_eal, "loaded", nowhere)
    monkeypatch.setattr(dpdk_eal, "FOLDERS", ("nowhere",))
    absent = feedhandler(*RUN, "net_null0")
    strange = feedhandler(*RUN, "eth1")

    assert one_line(absent).startswith("dpdk: not installed: sudo apt-get install ")
    assert absent.exit_code == 3
    assert one_line(strange) == (
        "eth1: no device of DPDK; a PCI address such as 0000:3b:00.0, or such as net_af_packet0,iface=eth1"
    )
    assert strange.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0000:3B:00.1", Device("0000:3b:00.1", "", "")),
        ("3b:00.0,representor=1", Device("0000:3b:00.0", "", "representor=1")),
        ("net_pcap12,rx_pcap=a,b", Device("net_pcap12", "net_pcap", "rx_pcap=a,b")),
        ("net_af_xdp0", Device("net_af_xdp0", "net_af_xdp", "")),
        *[(text, None) for text in ("", "eth0", "net_0", "net_pcap", "3b:00.9", "3b:00", "net_A0")],
    ],
)
def test_devices_are_named_as_dpdk_names_them(text: str, expected: Device | None) -> None:
    """A PCI address, whole or short, or a driver with a number."""
    if expected is None:
        with pytest.raises(CaptureError, match="no device of DPDK"):
            Device.parse(text)
    else:
        assert Device.parse(text) == expected


def test_a_packet_socket_gets_a_ring_as_large_as_asked_for() -> None:
    """Unless the user has said how large; half is for sending."""
    limits = DpdkLimits(pool_bytes=1 << 20)
    told = [
        Device.parse(text).told(limits)
        for text in (
            "net_af_packet0,iface=a",
            "net_af_packet0,iface=a,framecnt=9",
            "net_pcap0",
            "3b:00.0",
        )
    ]

    assert told == [
        "net_af_packet0,iface=a,blocksz=131072,framesz=2048,framecnt=256",
        "net_af_packet0,iface=a,framecnt=9",
        "net_pcap0",
        "0000:3b:00.0",
    ]


def test_drivers_and_their_packages() -> None:
    """A name that ends in a digit keeps it apart from the number of the ABI."""
    packages = [package_of(name).split()[-1] for name in ("net_af_xdp", "net_mlx5", "net_ice")]

    assert packages == ["librte-net-af-xdp23", "librte-net-mlx5-23", "librte-net-ice23"]


def test_arguments_of_the_environment() -> None:
    """No huge pages, no files that outlive us, no card that was not asked for."""
    head = ["feedhandler", "--lcores"]
    plain, huge, cards = (
        arguments(40 << 20, huge=huge, cards=cards)
        for huge, cards in ((False, False), (True, False), (True, True))
    )

    assert all(each[:2] == head for each in (plain, huge, cards))
    assert plain[-7:] == ["--no-huge", "--no-shconf", "-m", "40", "--no-pci", "--iova-mode", "va"]
    assert huge[-4:] == ["--in-memory", "--no-pci", "--iova-mode", "va"]
    assert cards[-3:] == ["--in-memory", "-a", "0000:00:00.0"]


def test_huge_pages_are_added_up(tmp_path: Path) -> None:
    """Of all sizes; what cannot be read counts nothing."""
    for name, free in (
        ("hugepages-2048kB", "3\n"),
        ("hugepages-1048576kB", "1\n"),
        ("hugepages-64kB", "?"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "free_hugepages").write_text(free, "ascii")

    assert free_huge_bytes(tmp_path) == (3 << 21) + (1 << 30)
    assert free_huge_bytes(tmp_path / "nowhere") == 0


def said(root: Path, *libraries: str) -> Finding:
    """The doctor's line on a machine with these libraries."""
    machine = made(root, {**TUNED, **{f"{FOLDER}/{name}": "" for name in libraries}})
    (finding,) = doctor.look(machine, Asked(core=2))
    return finding


def test_the_doctor_knows_what_is_supported(tmp_path: Path) -> None:
    """Absent, another version, incomplete, and as it should be."""
    parts = [f"librte_{part}.so.23" for part in PARTS]
    found = [
        said(tmp_path / str(number), *libraries)
        for number, libraries in enumerate(
            [[], ["librte_eal.so.25"], parts[:-2], parts, [*parts, "librte_net_pcap.so.23"]]
        )
    ]

    assert [(each.status, each.says) for each in found] == [
        (Status.ABSENT, "not installed"),
        (
            Status.WARN,
            "DPDK 24.11 (librte_eal.so.25): not supported, DPDK 22.11 (librte_eal.so.23) is expected",
        ),
        (Status.WARN, "DPDK 22.11 (librte_eal.so.23) lacks bus_vdev, bus_pci"),
        (Status.OK, "DPDK 22.11 (librte_eal.so.23): supported; no virtual device"),
        (Status.OK, "DPDK 22.11 (librte_eal.so.23): supported; net_pcap"),
    ]
    assert found[0].mend == found[2].mend
    assert found[0].mend.startswith("sudo apt-get install --no-install-recommends librte-ethdev23")

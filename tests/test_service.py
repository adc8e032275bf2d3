"""The unit that is printed, and what the service manager hears."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from notify_socket import heard
from notify_socket import manager as manager  # noqa: PLC0414 (a fixture)

from feedhandler.cli import service as command
from feedhandler.config import Source
from feedhandler.config_reading import parse
from feedhandler.doctor.privileges import NEEDED
from feedhandler.service import unit as units
from feedhandler.service.notify import STATUS_MAX, Notifier, Watchdog, watchdog_period_ns
from feedhandler.service.unit import Needs, needs_of, unit

EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "feed.toml"
FEED = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "{}"\nsource = "{}"\n'
DEVICE = {"dpdk": "net_af_packet0,iface=eth1"}


def settings(text: str) -> dict[str, str]:
    """What a unit sets; keys that may come again are joined."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[key] = f"{found[key]} {value}" if key in found else value
    return found


def of_source(source: str, more: str = "") -> dict[str, str]:
    """The unit of a configuration with this source."""
    text = more + FEED.format(DEVICE.get(source, "eth1"), source)
    needs = needs_of(parse(text), "/etc/f.toml", frozenset(range(4)), "feed")
    return settings(unit(needs))


# --- the unit -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "capabilities", "families", "calls"),
    [
        ("udp_socket", "", "AF_INET AF_UNIX", "@system-service"),
        ("packet_ring", "CAP_NET_RAW", "AF_INET AF_UNIX AF_PACKET", "@system-service"),
        ("xdp", "CAP_BPF CAP_NET_ADMIN CAP_NET_RAW", "AF_INET AF_UNIX AF_XDP",
         "@system-service bpf"),
        ("libpcap", "CAP_NET_RAW", "AF_INET AF_UNIX AF_PACKET AF_NETLINK", "@system-service"),
        ("dpdk", "CAP_IPC_LOCK CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_RAWIO",
         "AF_INET AF_UNIX AF_PACKET AF_NETLINK", "@system-service"),
    ],
)  # fmt: skip
def test_each_source_gets_what_it_needs_and_no_more(
    source: str, capabilities: str, families: str, calls: str
) -> None:
    """Capabilities, address families, system calls."""
    found = of_source(source)

    assert found["AmbientCapabilities"] == found["CapabilityBoundingSet"] == capabilities
    assert found["RestrictAddressFamilies"] == families
    assert found["SystemCallFilter"] == calls


def test_every_source_is_known_everywhere() -> None:
    """To the configuration, the unit, the command and the doctor."""
    known = set(Source.__args__)  # type: ignore[attr-defined]

    assert known == set(units.FAMILIES) == set(command.SOURCES) == set(NEEDED) - {"pcap"}
    assert command.FILE == units.FILE


def test_cores_and_priority_of_a_configuration() -> None:
    """Polling cores are left to the threads that pin themselves; real time is allowed where it is asked for."""
    plain = of_source("udp_socket")
    tuned = of_source("udp_socket", "[[worker]]\ncore = 2\npriority = 40\n")

    assert "CPUAffinity" not in plain
    assert (plain["RestrictRealtime"], "LimitRTPRIO" in plain) == ("yes", False)
    assert tuned["CPUAffinity"] == "0-1,3"
    assert (tuned["RestrictRealtime"], tuned["LimitRTPRIO"]) == ("no", "40")
    assert tuned["LimitMEMLOCK"] == "infinity"


def test_life_of_the_process() -> None:
    """Ready when it says so, watched, started again unless its configuration has a fault."""
    found = of_source("packet_ring")

    assert (found["Type"], found["NotifyAccess"]) == ("notify", "main")
    assert (found["TimeoutStartSec"], int(found["WatchdogSec"])) == ("infinity", 10)
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert found["ExecStart"].endswith("feedhandler run -q -c /etc/f.toml")
    assert {found[key] for key in ("ProtectSystem", "NoNewPrivileges", "MemoryDenyWriteExecute")} == {
        "strict", "yes", "no",
    }  # fmt: skip


def test_paths_are_words_of_systemd() -> None:
    """Blanks are quoted, percent and dollar signs doubled; a home is shown where the files are in one."""
    text = unit(Needs(file="/home/a b/50%$.toml", program="/opt/x/feedhandler", name="n%"))

    assert 'ExecStart=/opt/x/feedhandler run -q -c "/home/a b/50%%$$.toml"' in text
    assert "ProtectHome=read-only" in text
    assert "Description=Market data feed handler n%%" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("source", units.FAMILIES)
def test_systemd_understands_every_line(tmp_path: Path, source: str) -> None:
    """`systemd-analyze verify` says nothing at all; and it would say something."""
    text = unit(Needs(sources=(source,), cores=(1,), housekeeping=(0,), priority=5, user="root"))
    runnable = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
    said = [
        verified(tmp_path, text) for text in (runnable, f"{runnable}\n[Service]\nWatchdogSex=1\n")
    ]

    assert said[0] == ""
    assert "WatchdogSex" in said[1]


def verified(folder: Path, text: str) -> str:
    """What systemd-analyze says of a unit."""
    file = folder / "feedhandler.service"
    file.write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(file)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return "".join(line for line in done.stderr.splitlines() if "feedhandler.service" in line)


def test_the_command_prints_the_unit_of_the_example() -> None:
    """With a configuration, and without one from options; not from both."""
    made = feedhandler("service", "-c", str(EXAMPLE), "--user", "md")
    plain = feedhandler("service", "--source", "xdp", "--core", "1", "--core", "0")
    both = feedhandler("service", "-c", str(EXAMPLE), "--core", "1")

    assert made.exit_code == plain.exit_code == 0
    assert settings(made.stdout)["User"] == "md"
    assert settings(made.stdout)["AmbientCapabilities"] == "CAP_NET_RAW"
    assert settings(plain.stdout)["RestrictAddressFamilies"] == "AF_INET AF_UNIX AF_XDP"
    assert both.exit_code == 2
    assert one_line(both).startswith("--source, --core: the configuration tells them")


# --- notifications --------------------------------------------------------------------------------
def test_the_manager_hears_what_happens(manager: socket.socket) -> None:
    """Each word of the protocol, a status on one line whatever is in it."""
    environment = {"NOTIFY_SOCKET": manager.getsockname(), "HOME": "/"}
    notifier = Notifier.of_environment(environment)
    told = [
        notifier.ready("30 books\nsynchronized"), notifier.alive(), notifier.status("x" * 600),
        notifier.reloading(17), notifier.stopping("by SIGTERM"), notifier.stopping(),
    ]  # fmt: skip
    notifier.close()

    assert told == [True] * 6
    assert environment == {"HOME": "/"}
    assert heard(manager) == [
        "READY=1\nSTATUS=30 books synchronized", "WATCHDOG=1", f"STATUS={'x' * STATUS_MAX}",
        "RELOADING=1\nMONOTONIC_USEC=17", "STOPPING=1\nSTATUS=by SIGTERM", "STOPPING=1",
    ]  # fmt: skip
    assert notifier.alive() is False


def test_an_abstract_socket_is_reached() -> None:
    """Its name begins with @ in the variable, with a zero in the system."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("")  # the kernel chooses an abstract name
        manager.setblocking(False)
        name = manager.getsockname()
        notifier = Notifier(f"@{name[1:].decode()}")
        notifier.ready()
        notifier.close()

        assert heard(manager) == ["READY=1"]


def test_nobody_there_is_no_failure(tmp_path: Path) -> None:
    """Without a manager nothing is sent; with one that is gone, or full, it is counted."""
    nobody, gone = Notifier.of_environment({}), Notifier(str(tmp_path / "none"))
    said = [nobody.ready(), gone.ready(), gone.alive()]
    gone.close()

    assert (said, nobody.lost, gone.lost) == ([False] * 3, 0, 2)


def test_a_full_socket_does_not_hold_us_up(manager: socket.socket) -> None:
    """Datagrams are lost and counted; nothing waits."""
    notifier = Notifier(manager.getsockname())
    sent = sum(notifier.status("y" * 500) for _ in range(2000))
    notifier.close()

    assert sent + notifier.lost == 2000
    assert notifier.lost > 0
    assert len(heard(manager)) == sent


@pytest.mark.parametrize(
    ("environment", "period_ns"),
    [
        ({}, 0), ({"WATCHDOG_USEC": "10000000"}, 10_000_000_000),
        ({"WATCHDOG_USEC": "5", "WATCHDOG_PID": "77"}, 5_000),
        ({"WATCHDOG_USEC": "5", "WATCHDOG_PID": "78"}, 0), ({"WATCHDOG_USEC": "soon"}, 0),
    ],
)  # fmt: skip
def test_how_often_the_manager_wants_to_hear(environment: dict[str, str], period_ns: int) -> None:
    """Its variable may be meant for another process."""
    assert watchdog_period_ns(environment, 77) == period_ns


def test_the_watchdog_is_fed_while_every_loop_gets_on(manager: socket.socket) -> None:
    """A third of its period apart; not while one loop of two stands still; again when it moves."""
    polls = [0, 0]
    notifier = Notifier(manager.getsockname())
    dog = Watchdog(notifier, lambda: polls, 3_000)
    told = []
    for now_ns, first, second in (
        (0, 1, 1), (500, 2, 2), (1_000, 3, 3), (2_000, 4, 3), (3_000, 5, 3), (3_100, 6, 4),
        (3_200, 7, 5), (4_100, 8, 6),
    ):  # fmt: skip
        polls[:] = first, second
        told.append(dog.tick(now_ns))
    silent = Watchdog(notifier, lambda: polls, 0).tick(0)
    notifier.close()

    assert told == [True, False, True, False, False, True, False, True]
    assert heard(manager) == ["WATCHDOG=1"] * 4
    assert (dog.stuck([8, 7]), silent) == ([0], False)

"""A feed from devices of DPDK: the same events and books as from the capture that was sent, or that a device reads."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from cli_runs import CME, ITCH, document
from dpdk_devices import SMALL, needs
from lan import no_xdp, wire
from live_frames import in_step, lost, today, until
from own_process import in_own_process
from processes import run
from shared_memory import fresh_name
from test_daemon import started

from feedhandler.bench.namespace import Namespace
from feedhandler.decode.catalog import feed
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.replaying import Replay
from feedhandler.sending.sender import Sender
from feedhandler.session.holding import Arbitration
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError
from feedhandler.source.xdp import Xdp

name = pytest.fixture(fresh_name)
WAIT_S = 240
PATIENT = Arbitration(gap_timeout_ns=60_000_000_000)  # a busy machine is no gap
CONFIGURED = """
name = "{name}"
metrics.address = ""
[[feed]]
feed = "nasdaq.itch50"
publish = "{name}"
source = "dpdk"
interface = "net_af_xdp0,iface=line_a"
ring_bytes = 16_777_216
limits = {{ books = 64, orders = 262_144, levels = 8_192 }}
"""
SAME = ("datagrams", "messages", "events", "gaps", "definitions", "duplicates")


def options(device: str) -> LiveOptions:
    """One device, little memory."""
    return LiveOptions(interfaces=(device,), source="dpdk", dpdk=SMALL)


@pytest.mark.parametrize(
    ("driver", "path", "name"),
    [
        ("net_af_packet", ITCH, "nasdaq.itch50"),
        ("net_af_packet", CME, "cme.mdp3"),
        ("net_af_xdp", ITCH, "nasdaq.itch50"),
    ],
)
@in_own_process
def test_live_equals_replay(driver: str, path: str, name: str, tmp_path: Path) -> None:
    """A shipped capture sent over a wire gives the events and books of its replay."""
    needs(driver)
    described = feed(name)
    warm(described)
    with Replay(today(path, described, tmp_path), described, arbitration=PATIENT) as replay:
        expected = replay.run()
    with wire() as made, made.receiver.entered():
        live = open_live(options(f"{driver}0,iface=line_a"), groups_of(described))
        with LiveRun(described, live, digest=True, arbitration=PATIENT).start() as running:
            with (
                made.sender.entered(),
                Sender("line_a") as sender,
                closing(open_capture(path)) as capture,
            ):
                sender.send(capture, Fraction(0), in_step(running, sender))
            whole = expected.counters["datagrams"]
            until(lambda: running.look().get("datagrams", 0) >= whole or lost(running))
            running.stop()
            running.wait(WAIT_S)
            counted = running.look()

    assert {each for each in counted if each.endswith("_drops")} == set()
    assert [counted.get(each) for each in SAME] == [expected.counters.get(each) for each in SAME]
    assert running.digest == expected.digest
    assert running.books.digest() == expected.books.digest()


@pytest.mark.parametrize(("path", "name"), [(ITCH, "nasdaq.itch50"), (CME, "cme.mdp3")])
@in_own_process
def test_a_device_that_reads_a_capture_equals_its_replay(path: str, name: str) -> None:
    """Times too, but for what libpcap leaves of them: no digest has the time of receipt in it."""
    needs()
    described = feed(name)
    warm(described)
    with Replay(path, described, arbitration=PATIENT) as replay:
        expected = replay.run()
    live = open_live(options(f"net_pcap0,rx_pcap={path}"), groups_of(described))
    with LiveRun(described, live, digest=True, arbitration=PATIENT).start() as running:
        whole = expected.counters["frames"]
        until(lambda: running.look().get("frames", 0) >= whole or running.error)
        running.stop()
        running.wait(WAIT_S)
        counted = running.look()

    assert [counted.get(each) for each in SAME] == [expected.counters.get(each) for each in SAME]
    assert running.digest == expected.digest
    assert running.books.digest() == expected.books.digest()


def test_the_program_runs_a_device(capfd: pytest.CaptureFixture[str]) -> None:
    """`run --source dpdk`: the counters of the replay, notes on standard error, nothing of DPDK's own beside them."""
    needs()
    device = f"net_pcap0,rx_pcap={ITCH}"
    asked = ("-i", device, "--feed", "nasdaq.itch50", "--source", "dpdk", "--ring-bytes", "8388608")
    done = run("run", *asked, "--seconds", "3", "--gap-timeout", "60s")
    expected = document("replay", ITCH)["counters"]
    capfd.readouterr()
    last = done.stdout.splitlines()[-1]

    assert done.returncode == 0, done.stderr
    assert json.loads(last)["counters"] == expected
    notes = [line for line in done.stderr.splitlines() if not line.startswith("feedhandler: ")]
    assert [json.loads(line)["event"] for line in notes] == ["listening"]
    assert f"feedhandler: {device}: DPDK 2" in done.stderr


@contextmanager
def served(inside: Namespace, file: Path, number: int) -> Iterator[dict[str, Any]]:
    """A service, until this signal ends it: what it tells at its start."""
    with started(inside, "run", "-c", str(file)) as process:
        assert process.stderr is not None
        lines = (json.loads(line) for line in process.stderr if line.startswith("{"))
        yield next(line for line in lines if line["event"] == "started")
        process.send_signal(number)
        process.communicate(timeout=WAIT_S)


def test_a_service_takes_its_xdp_program_off(name: str, tmp_path: Path) -> None:
    """Any end in good order does, by the one capability that is kept, and told; a killed one's is refused with a cure."""
    needs("net_af_xdp")
    if no_xdp():
        pytest.skip(no_xdp())
    warm(feed("nasdaq.itch50"))
    file = tmp_path / "feed.toml"
    file.write_text(CONFIGURED.format(name=name), "utf-8")
    ends = (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
    with wire() as made, made.receiver.entered():
        during, after, told = [], [], []
        for each in ends:
            with served(made.receiver, file, each) as line:
                during.append("prog/xdp" in made.receiver.ip("link", "show", "line_a"))
                told.append(line)
            after.append("prog/xdp" in made.receiver.ip("link", "show", "line_a"))
        with pytest.raises(CaptureError, match=r"sudo ip link set line_a xdp off$"):
            Xdp("line_a", groups_of(feed("nasdaq.itch50")))
        made.receiver.ip("link", "set", "line_a", "xdp", "off")
        Xdp("line_a", groups_of(feed("nasdaq.itch50"))).close()
    kept = [held for thread, held in told[0]["privileges"].items() if "eal-" not in thread]

    assert (during, after) == ([True] * 3, [False, False, True])
    assert kept == [["CapPrm 0000000000001000"]]
    assert told[0]["notes"][-1] == (
        "CAP_NET_ADMIN stays permitted, without effect until the end: only with it can the XDP program of"
        " net_af_xdp0,iface=line_a be taken off the interface"
    )


def test_waiting_is_refused() -> None:
    """Nothing becomes readable when a frame comes: a loop that sleeps would be late by as long as it sleeps."""
    asleep = LiveOptions(interfaces=("net_null0",), source="dpdk", idle="block")
    with pytest.raises(
        CaptureError, match=r"^dpdk: nothing tells that frames have come: idle has to be spin$"
    ):
        open_live(asleep, [])

"""A feed from a wire: the same events as from its capture, a loop that waits as it is told, and stops at once."""

import threading
import time
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from cli_runs import CME, ITCH
from lan import no_xdp, wire
from live_frames import GROUP, send, today, udp, until
from packets import mold

from feedhandler.decode.catalog import Feed, feed
from feedhandler.jit import JIT_ON
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.replaying import Replay
from feedhandler.sending.sender import Sender
from feedhandler.session.holding import Arbitration
from feedhandler.source.live import Live
from feedhandler.source.packet_ring import RingLimits
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.udp_socket import SocketLimits
from feedhandler.source.xdp import XdpLimits

WAIT_S = 240
PATIENT = Arbitration(gap_timeout_ns=60_000_000_000)  # a busy machine is no gap


def options(source: str, idle: str, *interfaces: str) -> LiveOptions:
    """Small rings, deep enough for a capture of ours."""
    chosen: Any = {"source": source, "idle": idle}
    return LiveOptions(
        interfaces=interfaces or ("line_a",), ring=RingLimits(16 << 20),
        socket=SocketLimits(buffer_bytes=64 << 20), xdp=XdpLimits(memory_bytes=16 << 20), **chosen,
    )  # fmt: skip


def opened(source: str, idle: str, described: Feed) -> Live:
    """The source in this namespace; skipped where the system does not let us."""
    if source == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    return open_live(options(source, idle), groups_of(described))


@pytest.fixture(autouse=True)
def compiled() -> None:
    """No test waits for the compiler in the midst of its story."""
    for name in ("nasdaq.itch50", "cme.mdp3"):
        warm(feed(name))


def of_today(path: str, described: Feed, folder: Path) -> Replay:
    """The replay of a capture whose days are today: times of ITCH count from the midnight of their receipt."""
    with Replay(today(path, described, folder), described, arbitration=PATIENT) as replay:
        return replay.run()


@pytest.mark.parametrize(
    ("source", "idle", "path", "name"),
    [
        ("packet_ring", "spin", ITCH, "nasdaq.itch50"),
        ("packet_ring", "block", CME, "cme.mdp3"),
        ("udp_socket", "spin_then_poll", ITCH, "nasdaq.itch50"),
        ("udp_socket", "spin", CME, "cme.mdp3"),
        ("xdp", "spin", ITCH, "nasdaq.itch50"),
        ("xdp", "block", CME, "cme.mdp3"),
    ],
)
def test_live_equals_replay(source: str, idle: str, path: str, name: str, tmp_path: Path) -> None:
    """A shipped capture sent over a wire gives the events and books of its replay.

    Sockets do not keep the order of frames of different groups, and CME has several channels: then the events of
    all channels together may come in another order, and the books tell whether they were the same.
    """
    described = feed(name)
    expected = of_today(path, described, tmp_path)
    with wire() as made:
        with made.receiver.entered():
            live = opened(source, idle, described)
        with LiveRun(described, live, digest=True, arbitration=PATIENT).start() as run:
            with (
                made.sender.entered(),
                Sender("line_a") as sender,
                closing(open_capture(path)) as capture,
            ):
                sent = sender.send(capture, Fraction(0))
            until(lambda: run.look().get("frames", 0) >= sent.frames or run.error)
            run.stop()
            run.wait(WAIT_S)
            counted = run.look()

    assert counted.get("ring_drops", 0) + counted.get("socket_drops", 0) == 0
    for counter in ("frames", "datagrams", "messages", "events", "gaps", "definitions"):
        assert counted.get(counter) == expected.counters.get(counter)
    assert run.books.digest() == expected.books.digest()
    if (source, path) != ("udp_socket", CME):
        assert run.digest == expected.digest


@pytest.mark.parametrize("idle", ["spin", "spin_then_poll", "block"])
def test_stop_is_seen_at_once(idle: str) -> None:
    """Asleep or spinning: the loop is over soon after it is told; only sleepers sleep."""
    described = feed("nasdaq.itch50")
    with wire() as made:
        with made.receiver.entered():
            live = open_live(options("packet_ring", idle), groups_of(described))
        with LiveRun(described, live).start() as run, made.sender.entered():
            send("line_a", [udp(GROUP, mold([]))])
            until(lambda: run.look().get("frames") or run.error)
            time.sleep(0.3)
            slept = live.idle.sleeps
            run.stop()
            ended = run.wait(30)

    assert ended
    assert (slept > 0) == (idle != "spin") or not JIT_ON
    assert threading.active_count() == 1


def test_gap_is_declared_on_a_quiet_wire() -> None:
    """What is missing is a gap when its time is over, though no further frame comes."""
    described = feed("nasdaq.itch50")
    messages = [b"S" + bytes(11)] * 2
    with wire() as made:
        with made.receiver.entered():
            live = open_live(options("packet_ring", "block"), groups_of(described))
        arbitration = Arbitration(gap_timeout_ns=50_000_000, gap_count=1)
        with LiveRun(described, live, arbitration=arbitration).start() as run:
            with made.sender.entered():
                send("line_a", [udp(GROUP, mold(messages, 1)), udp(GROUP, mold(messages, 9))])
            until(lambda: run.look().get("gaps") or run.error)
            counted = run.look()

    assert (counted["gaps"], counted["gap_units"]) == (1, 6)


def test_only_lines_that_are_described_are_taken() -> None:
    """Where a filter brings more, such as what a server answers to us, it makes no channel: it is nobody's line."""
    described = feed("nasdaq.itch50")
    messages = [b"S" + bytes(11)] * 2
    chosen = replace(options("packet_ring", "block"), expression="udp")
    places = [(0x0A4D0001, 40_000), (0xEF010101, 26477), GROUP]
    with wire() as made:
        with made.receiver.entered():
            live = open_live(chosen, groups_of(described))
        with LiveRun(described, live).start() as run:
            with made.sender.entered():
                send("line_a", [udp(place, mold(messages, 1)) for place in places])
            until(lambda: run.look().get("messages") or run.error)
            counted = run.look()

    assert (counted["foreign_group"], counted["datagrams"]) == (2, 1)
    assert [each["channel"] for each in run.channels if each["role"] == "incremental"] == [1]


def test_worker_error_reaches_who_waits() -> None:
    """What ends the loop otherwise than by a stop is not lost in a thread."""
    described = feed("nasdaq.itch50")
    with wire() as made:
        with made.receiver.entered():
            live = open_live(options("packet_ring", "spin"), groups_of(described))
        run = LiveRun(described, live, core=70_000)
        run.engine.run = lambda: 1 // 0  # type: ignore[assignment, return-value]
        with run.start(), pytest.raises(ZeroDivisionError):
            run.wait(30)

    assert run.findings[-1].name == "pin"

"""A hole on a live wire: the venue's server is asked over its own socket while the feed goes on."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from lan import wire
from live_frames import GROUP, send, udp
from own_process import in_own_process
from packets import mold

from feedhandler.decode.catalog import feed
from feedhandler.engine.engine import Engine
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.jit import JIT_ON
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.recovering import Driver, re_request
from feedhandler.session import holding_kernel
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import simulate
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.sockets import VenueSockets
from feedhandler.source.live import Live
from feedhandler.source.packet_ring import RingLimits

FEED = "nasdaq.itch50"
DAY: dict[str, Any] = {"messages": 600, "seed": 4, "instruments": 3}
LOST = range(200, 260)  # messages that begin there come on no line
WAIT_S = 240
PATIENT = Arbitration(gap_timeout_ns=20_000_000, gap_count=1, recovery_timeout_ns=200_000_000_000)


@contextmanager
def answering(venue: VenueSockets) -> Iterator[None]:
    """Servers that answer from a thread of their own."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            venue.poll(time.monotonic_ns(), 1_000_000)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture(autouse=True)
def compiled() -> None:
    """Nobody waits for the compiler in the midst of the story."""
    warm(feed(FEED))


def test_a_hole_on_a_wire_is_filled_by_the_server() -> None:
    """No gap, no row in doubt, and all messages of the day."""
    payloads = [payload for _, _, payload in simulate(FEED, **DAY).datagrams()]
    sent = [each for each in payloads if int.from_bytes(each[10:18], "big") not in LOST]
    with wire() as made, VenueSockets(itch_servers(**DAY)) as venue, Driver() as driver:
        with made.receiver.entered():
            options = LiveOptions(interfaces=("line_a",), ring=RingLimits(16 << 20), idle="block")
            live = open_live(options, groups_of(feed(FEED)))
        plan = RecoveryPlan(driver, re_request([venue.peers["request"]]))
        run = LiveRun(feed(FEED), live, arbitration=PATIENT, recovery=plan)
        with answering(venue), run.start():
            with made.sender.entered():
                send("line_a", [udp(GROUP, payload) for payload in sent])
            deadline = time.monotonic() + WAIT_S
            while run.look().get("messages", 0) < DAY["messages"] and not run.error:
                assert time.monotonic() < deadline, run.look()
                time.sleep(0.005)
            counted = run.look()

    assert len(sent) < len(payloads)
    assert counted["recovered_units"] >= len(LOST) - 20
    assert {"gaps", "joins", "doubtful_rows", "stale_books"}.isdisjoint(counted)
    assert {view.state for view in run.books} == {"SYNCHRONIZED"}


@pytest.mark.skipif(not JIT_ON, reason="without the JIT nothing is loaded")
@in_own_process
def test_nothing_is_compiled_when_a_server_answers() -> None:
    """Nor read from the cache: it happens in the loop, before which all is there. An answer may be too long."""
    described = feed("nasdaq.itch50")
    warm(described)
    engine = Engine(described, Live([]))
    row = engine.channels.open(1, "", "incremental", known=True, day_ns=0).row
    before = list(holding_kernel.hold.signatures)
    why = engine.intake.inject(row, mold([b"S" + bytes(11)], 5))

    long = engine.intake.inject(row, mold([b"S" + bytes(11)] * 700, 5))

    assert (why, long) == ("", "a datagram of 9,820 bytes, of which a slot holds 9,216")
    assert len(before) >= 1
    assert holding_kernel.hold.signatures == before

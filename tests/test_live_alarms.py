"""Alarms on a quiet wire: what is to happen at a time happens then, though no frame comes and no server answers."""

import socket
import time

import pytest
from lan import wire
from live_frames import GROUP, send, udp
from packets import mold

from feedhandler.decode.catalog import feed
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.recovering import Driver, re_request
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.holding import Arbitration
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.source.packet_ring import RingLimits

FEED = "nasdaq.itch50"
WAIT_S = 240
SYSTEM_EVENT = b"S" + bytes(10) + b"O"
PATIENT = Arbitration(gap_timeout_ns=10_000_000, gap_count=1, recovery_timeout_ns=200_000_000_000)


@pytest.mark.parametrize("idle", ["spin", "spin_then_poll", "block"])
def test_a_server_that_is_silent_is_asked_again_and_given_up(idle: str) -> None:
    """Three attempts by the back end's own timer, then a gap with its reason; the wire says nothing meanwhile."""
    described = feed(FEED)
    warm(described)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf,
        wire() as made,
        Driver() as driver,
    ):
        deaf.bind(("127.0.0.1", 0))
        with made.receiver.entered():
            options = LiveOptions(interfaces=("line_a",), ring=RingLimits(1 << 20), idle=idle)  # type: ignore[arg-type]
            live = open_live(options, groups_of(described))
        peer = Peer(Transport.UDP, *deaf.getsockname())
        limits = RequestLimits(attempts_max=3, timeout_ns=20_000_000)
        plan = RecoveryPlan(driver, re_request([peer], limits))
        with LiveRun(described, live, arbitration=PATIENT, recovery=plan).start() as run:
            with made.sender.entered():
                send("line_a", [udp(GROUP, mold([SYSTEM_EVENT], number)) for number in (1, 5)])
            deadline = time.monotonic() + WAIT_S
            while not run.look().get("gaps") and not run.error:
                assert time.monotonic() < deadline, run.look()
                time.sleep(0.005)
            run.stop()
            run.wait(WAIT_S)
            counted = run.look()
        deaf.setblocking(False)
        asked = []
        while len(asked) < 10:
            try:
                asked.append(deaf.recv(64))
            except BlockingIOError:
                break

    assert (counted["requests"], counted["request_retries"], len(asked)) == (3, 2, 3)
    assert len(set(asked)) == 1
    assert (counted["frames"], counted["gaps"], counted["gap_units"]) == (2, 1, 3)
    (gap,) = run.engine.channels.gaps
    assert "moldudp64" in gap.method

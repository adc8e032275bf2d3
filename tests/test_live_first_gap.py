"""The first gap of a day: all code that answers it is at hand, so that no frame waits for a compiler or a cache."""

import time
from typing import Any

import pytest
import structlog
from lan import wire
from live_frames import GROUP, send, udp

from feedhandler.decode.catalog import feed
from feedhandler.jit import JIT_ON
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.logs import log
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import simulate
from feedhandler.source.packet_ring import RingLimits

WAIT_S = 240


@pytest.mark.skipif(not JIT_ON, reason="without the JIT there is nothing to load")
def test_nothing_is_loaded_when_a_loop_has_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Definitions, then a gap: no function is compiled, nor taken from the cache, once the loop polls."""
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415 (only with the JIT)

    described = feed("nasdaq.itch50")
    warm(described)
    payloads = [
        payload for _, _, payload in simulate("nasdaq.itch50", messages=600, seed=3).datagrams()
    ]
    loaded: list[str] = []
    before = Dispatcher.compile

    def noted(self: Any, signature: Any) -> Any:
        loaded.append(self.py_func.__name__)
        return before(self, signature)

    with wire() as made:
        with made.receiver.entered():
            options = LiveOptions(interfaces=("line_a",), ring=RingLimits(16 << 20), idle="block")
            live = open_live(options, groups_of(described))
        arbitration = Arbitration(gap_timeout_ns=5_000_000, gap_count=1)
        with LiveRun(described, live, arbitration=arbitration) as run:
            monkeypatch.setattr(Dispatcher, "compile", noted)
            run.start()
            with made.sender.entered():
                send("line_a", [udp(GROUP, each) for each in payloads[:50] + payloads[60:]])
            deadline = time.monotonic() + WAIT_S
            while not run.look().get("end_of_session") and time.monotonic() < deadline:
                time.sleep(0.01)
            counted = run.look()

    assert counted["gaps"] == 1
    assert counted["definitions"] == 8
    assert counted["stale_books"] == 8
    assert loaded == []


def test_to_get_ready_is_no_news() -> None:
    """The gap that is answered on trial is not told."""
    structlog.reset_defaults()  # whatever a run of the program in this process has set up
    structlog.configure(processors=[*structlog.get_config()["processors"]])
    try:
        with structlog.testing.capture_logs() as told:
            warm(feed("nasdaq.itch50"))
            log.warning("heard")
    finally:
        structlog.reset_defaults()

    assert [each["event"] for each in told] == ["heard"]

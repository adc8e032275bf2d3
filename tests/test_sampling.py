"""Latencies measured in the loop: of which frames, at which stage, and that nothing else changes."""

import threading
import time
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from cli_runs import CME, ITCH
from lan import wire
from live_frames import GROUP, send, udp
from packets import mold

from feedhandler.decode.catalog import feed
from feedhandler.engine import desk_header as words
from feedhandler.engine.engine import Engine
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.replaying import open_source
from feedhandler.session.holding import Arbitration
from feedhandler.source.packet_ring import RingLimits
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.sampling import EVERY, Sampling, reading, tick_scale
from feedhandler.telemetry.stages import Stage, StageHistograms

WAIT_S = 240
SYSTEM_EVENT = b"S" + bytes(10) + b"O"


def measured(path: str, name: str, every: int, batch: int) -> tuple[Engine, StageHistograms]:
    """A replay whose latencies are measured."""
    described = feed(name)
    stages = StageHistograms.create(None)
    with closing(open_source([path], described)) as source:
        engine = Engine(described, source, batch=batch)
        sampling = Sampling(engine, stages, every)
        engine.run()
    assert sampling.stages is stages
    return engine, stages


@pytest.mark.parametrize(("path", "name"), [(ITCH, "nasdaq.itch50"), (CME, "cme.mdp3")])
def test_one_frame_of_so_many(path: str, name: str) -> None:
    """A round for each frame: as many begin as the step says, those with rows come to a book; digests are the same."""
    expected, nothing = measured(path, name, 0, 1)
    engine, stages = measured(path, name, EVERY, 1)
    frames = engine.packet
    counts = {stage: stages.of(stage).count for stage in Stage}

    assert not any(nothing.words)
    assert engine.digest == expected.digest
    assert (engine.counters == expected.counters).all()
    # A frame with rows puts the next measurement off until it is handed on.
    assert frames // (EVERY + 2) <= counts[Stage.WIRE_TO_POLL] <= -(-frames // EVERY)
    assert 0 < counts[Stage.WIRE_TO_BEST] <= counts[Stage.WIRE_TO_BOOK] <= counts[Stage.DECODE]
    assert counts[Stage.SESSION] == counts[Stage.DECODE] <= counts[Stage.WIRE_TO_POLL]
    assert counts[Stage.BOOK] == counts[Stage.WIRE_TO_BOOK] == counts[Stage.BATCH]
    assert counts[Stage.PUBLISH] == counts[Stage.WIRE_TO_BEST]


def test_a_batch_has_one_measurement() -> None:
    """However many of its frames were due: the first of them waits for all others."""
    _, every_frame = measured(ITCH, "nasdaq.itch50", 1, 1024)
    batches = every_frame.of(Stage.BATCH)

    assert batches.count == every_frame.of(Stage.WIRE_TO_BOOK).count
    assert 10 < batches.count < 40  # 15,131 rows in batches of about 1,024
    assert batches.least > every_frame.of(Stage.DECODE).least


def test_a_tick_is_as_long_as_the_clock_says() -> None:
    """Over a tenth of a second, within a thousandth: the scale was measured in a fiftieth."""
    scale = tick_scale()
    (first, began), _ = reading(), time.sleep(0.1)
    last, ended = reading()
    told = (last - first) * scale >> words.TICK_BITS

    assert abs(told - (ended - began)) < (ended - began) // 1000


def test_a_frame_that_waits_is_measured_to_its_book() -> None:
    """What came early and waited 50 ms for a gap took so long from the wire to its book, and in the session."""
    described = feed("nasdaq.itch50")
    warm(described)
    with wire() as made:
        with made.receiver.entered():
            options = LiveOptions(interfaces=("line_a",), ring=RingLimits(1 << 20), idle="block")
            live = open_live(options, groups_of(described))
        arbitration = Arbitration(gap_timeout_ns=50_000_000, gap_count=1)
        with LiveRun(described, live, arbitration=arbitration, sample_every=1).start() as run:
            deadline = time.monotonic() + WAIT_S
            for messages, number in enumerate((1, 9), 1):
                with made.sender.entered():
                    send("line_a", [udp(GROUP, mold([SYSTEM_EVENT], number))])
                while run.latencies().get("batch", Histogram()).count < messages:
                    assert time.monotonic() < deadline
                    time.sleep(0.005)
            seen: dict[str, Any] = {name: each.report() for name, each in run.latencies().items()}
            counted = run.look()

    assert (counted["gaps"], counted["messages"]) == (1, 2)
    assert seen["wire_to_poll"]["count"] == 2
    assert seen["session"]["max"] >= 50_000_000
    assert seen["wire_to_book"]["max"] >= seen["session"]["max"] - 1_000_000
    assert seen["wire_to_book"]["max"] < WAIT_S * 1_000_000_000
    assert seen["decode"]["max"] < seen["session"]["max"]
    assert threading.active_count() == 1
    assert np.all([each["negative"] == 0 for each in seen.values()])

"""The soak: a market without an end that is in order, and a short soak that finds everything in agreement."""

import json
from collections import Counter as Tally
from pathlib import Path

import numpy as np
import pytest
from live_frames import until
from processes import run
from test_sending_ends import packets_sent

from feedhandler.bench.namespace import NamespaceError, Wire
from feedhandler.bench.soak import Soak, Watched, report, spawned
from feedhandler.bench.soak_market import HEADER, HEADERS, SESSION, Laps, lap, messages_of
from feedhandler.bench.soak_sender import send
from feedhandler.book.pools import ORDERS_LIVE
from feedhandler.counter import named
from feedhandler.decode.catalog import feed
from feedhandler.engine.engine import Engine
from feedhandler.jit import JIT_ON
from feedhandler.source.frames import frames

MESSAGES = 300


def test_a_lap_ends_as_it_began() -> None:
    """Numbers follow each other, and of no order is anything left."""
    packets = lap(MESSAGES, 3)
    shares: Tally[bytes] = Tally()
    expected = 1
    for first, payload in packets:
        session, sequence, count = HEADER.unpack_from(payload)
        assert (session, sequence, first) == (SESSION, expected, expected)
        expected += count
        for message in messages_of(payload):
            kind, reference = message[:1], message[11:19]
            if kind in (b"A", b"F"):
                shares[reference] += int.from_bytes(message[20:24], "big")
            elif kind in (b"E", b"C", b"X"):
                shares[reference] -= int.from_bytes(message[19:23], "big")
            elif kind in (b"D", b"U"):
                shares[reference] = 0
            if kind == b"U":
                shares[message[19:27]] = int.from_bytes(message[27:31], "big")

    assert len(shares) > 50
    assert not +shares
    assert not -shares


def test_laps_follow_each_other_on_both_lines() -> None:
    """Frames are sent twice, in pairs; sequences go on from lap to lap; due times are bursts and even pace."""
    laps = Laps(2_000, rate=100, burst=40, messages=MESSAGES, seed=3)
    sent = list(frames(laps))
    payloads = [frame.data[HEADERS:] for frame in sent]
    numbers = [HEADER.unpack_from(payload)[1:] for payload in payloads]

    assert len(sent) == 2_000 > 3 * laps.frames_of_a_lap
    assert payloads[::2] == payloads[1::2]
    assert [first for first, _ in numbers[::2]] == np.cumsum(
        [1, *(count for _, count in numbers[::2])]
    )[:-1].tolist()
    for count in (0, 1, 2, laps.frames_of_a_lap, 1_000, 1_999, 2_000):
        assert laps.units_until(count) == max(
            (first + units - 1 for first, units in numbers[:count]), default=0
        )
    for second in range(20):
        due = [frame.ts_recv - (second + 1) * 1_000_000_000 for frame in sent[100 * second :][:100]]
        assert due[:40] == [0] * 40
        assert due[40:] == [(n + 1) * 1_000_000_000 // 61 for n in range(60)]


def test_a_burst_is_less_than_all() -> None:
    """Else nothing would be even."""
    with pytest.raises(ValueError, match="a burst of 5 in 5 frames"):
        Laps(10, rate=5, burst=5)


def test_books_are_empty_behind_each_lap() -> None:
    """An engine that takes three laps: no order rests, no number is missing, no row is refused."""
    lines = Laps(3 * 2 * len(lap(MESSAGES, 3)), rate=10**6, burst=0, messages=MESSAGES, seed=3)
    engine = Engine(feed("nasdaq.itch50"), lines)
    engine.run()
    counted = named(engine.counters)
    faults = {"gaps", "unknown_order", "duplicate_order", "over_execution", "stale_books"}

    assert int(engine.pools.control[ORDERS_LIVE]) == 0
    assert counted["messages"] == 3 * lines.units
    assert faults.isdisjoint(counted)


def test_a_slope_is_that_of_a_line() -> None:
    """In bytes an hour, the first fifth left out."""
    line = [(second, 10**9 if second < 20 else 5_000 + 100 * second) for second in range(100)]

    assert Watched(resident=line).slope() == 360_000
    assert Watched(resident=[(0, 1)]).slope() == 0


def test_frames_that_were_dropped_are_not_the_units_that_are_missing() -> None:
    """Metrics agree with the counters where a ring had no room: units of the gap are no dropped frames."""
    counted = {"frames": 90, "messages": 270, "events": 540, "ring_drops": 10, "gap_units": 30}
    told = {"packets_received_total": 90, "messages_total": 270, "packets_dropped_total": 10}
    sent = {"frames": 100, "units": 300}
    found = report(Soak(1), sent, counted, told, Watched(events=540))

    assert found["lost"] == {"ring_drops": 10, "gap_units": 30}
    assert found["disagree"] == {
        "frames": (100, 90), "messages": (300, 270),
        "metrics: frames": (100, 90), "metrics: messages": (300, 270),
    }  # fmt: skip


def test_a_sender_tells_what_it_sent() -> None:
    """Frames and the units in them."""
    try:
        made = Wire(("line_a",))
    except NamespaceError as error:
        pytest.skip(f"no network namespace here: {error}")
    with made, made.sender.entered():
        sent = send("line_a", 500, 5_000, 100)

    assert (sent["frames"], sent["interrupted"]) == (500, False)
    assert sent["units"] == Laps(500, rate=5_000, burst=100).units_until(500)
    # Behind the burst 400 frames, of 4,900 that divide a second into 4,901 parts.
    assert sent["elapsed_ns"] >= 400 * 1_000_000_000 // 4_901


def test_a_sender_is_ended_by_sigterm() -> None:
    """As a process; what it tells is what it sent until then."""
    try:
        made = Wire(("line_a",))
    except NamespaceError as error:
        pytest.skip(f"no network namespace here: {error}")
    numbers = ("1000000", "1000", "10")  # a quarter of an hour
    with made:
        sender = spawned(
            made.sender, ["-m", "feedhandler.bench.soak_sender", "line_a", *numbers], {}
        )
        statistics = Path(f"/proc/{sender.pid}/net/dev")
        until(lambda: packets_sent(statistics) > 100)
        sender.terminate()
        out, err = sender.communicate(timeout=300)

    sent = json.loads(out)
    assert (sender.returncode, err, sent["interrupted"]) == (0, "", True)
    assert 50 < sent["frames"] < 1_000_000
    assert sent["units"] == Laps(1_000_000, rate=1_000, burst=10).units_until(sent["frames"])


@pytest.mark.skipif(not JIT_ON, reason="without the JIT the loop is too slow for any rate")
def test_a_short_soak_agrees() -> None:
    """Sender, counters, metrics and a subscribed reader; a service manager hears ready once, and the end."""
    done = run("bench", "soak", "--minutes", "0", "--seconds", "5", "--rate", "2000", "--burst",
               "200", "--idle", "block", "--json")  # fmt: skip
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    found = json.loads(done.stdout)

    assert (done.returncode, found["exit_code"]) == (0, 0)
    assert (found["sent"]["frames"], found["lost"], found["disagree"]) == (10_000, {}, {})
    assert (found["watchdog"]["ready"], found["watchdog"]["stopping"]) == (1, 1)
    assert found["watchdog"]["alive"] > 0
    assert found["reader"]["events"] == found["counters"]["events"] > 10_000
    assert found["latencies_ns"]["wire_to_book"]["count"] > 0
    assert found["resident_bytes"]["samples"] > 3

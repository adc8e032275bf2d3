"""The end of a live run is told like that of a replay: the same problems, the same verdict, the same exit code."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from capture_writers import pcap
from cli_runs import document
from lan import wire
from live_frames import GROUP, send, udp, until
from processes import PROGRAM

from feedhandler.bench.namespace import Wire
from feedhandler.cli.live_end import end_entry
from feedhandler.counter import Counter
from feedhandler.decode.catalog import feed
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import simulate
from feedhandler.source.packet_ring import RingLimits

FEED = "nasdaq.itch50"
WAIT_S = 240
COMPLETE = "complete: no gap, nothing malformed"
NO_LOSS = "no loss seen: no gap, nothing malformed"
NOT_KNOWN = "channel 1: no end of session came; what was lost behind the last datagram is not known"
DAY = [payload for _, _, payload in simulate(FEED, messages=300, seed=3).datagrams()]
OPEN = [payload for payload in DAY if payload[18:20] != bytes([255, 255])]
SAME = ("problems", "exit_code", "gap_units", "end_of_session", "in_doubt", "unit")


def live(made: Wire, payloads: list[bytes]) -> dict[str, Any]:
    """The end of a run that was given these."""
    described = feed(FEED)
    warm(described)
    with made.receiver.entered():
        options = LiveOptions(interfaces=("line_a",), ring=RingLimits(4 << 20), idle="block")
        source = open_live(options, groups_of(described))
    arbitration = Arbitration(gap_timeout_ns=50_000_000, gap_count=1)
    with LiveRun(described, source, arbitration=arbitration).start() as run:
        with made.sender.entered():
            send("line_a", [udp(GROUP, each) for each in payloads])
        until(lambda: run.look().get("frames", 0) == len(payloads) or run.error)
        until(lambda: not run.look().get("held") or run.look().get("gaps") or run.error)
        run.stop()
        run.wait(WAIT_S)
        return end_entry(run)


@contextmanager
def quiet() -> Iterator[LiveRun]:
    """A run that polls nothing."""
    described = feed(FEED)
    warm(described)
    with wire() as made, made.receiver.entered():
        source = open_live(
            LiveOptions(interfaces=("line_a",), ring=RingLimits(1 << 20)), groups_of(described)
        )
        with LiveRun(described, source) as run:
            yield run


def replayed(path: Path, payloads: list[bytes]) -> dict[str, Any]:
    """The report of a replay of the same."""
    now = time.time_ns()
    frames = [(now + 1_000_000 * number, udp(GROUP, each)) for number, each in enumerate(payloads)]
    path.write_bytes(pcap(frames, nanos=True))
    return document("replay", str(path), "--feed", FEED)


@pytest.mark.parametrize(
    ("payloads", "code", "first", "not_known"),
    [
        (DAY, 0, COMPLETE, []),
        (OPEN, 0, NO_LOSS, [NOT_KNOWN]),
        (DAY[:20] + DAY[25:], 1, "1 gap: ", []),
        ([DAY[0][:-1], *DAY], 1, "malformed: 1 datagram, 0 messages", []),
        ([], 1, "no frame came", []),
    ],
    ids=["whole", "no end", "a gap", "malformed", "nothing"],
)
def test_as_a_replay_tells_it(
    payloads: list[bytes], code: int, first: str, not_known: list[str], tmp_path: Path
) -> None:
    """The same datagrams on a wire and in a capture come to the same."""
    with wire() as made:
        found = live(made, payloads)
    expected = replayed(tmp_path / "same.pcap", payloads)

    assert {name: found[name] for name in SAME} == {name: expected[name] for name in SAME}
    assert found["exit_code"] == code
    assert found["verdict"][0].startswith(first)
    assert found["not_known"] == not_known
    assert [gap["count"] for gap in found["gaps"]] == [gap["count"] for gap in expected["gaps"]]


def test_what_is_allowed_is_no_fault() -> None:
    """Malformed datagrams and books in doubt, up to so many; the verdict says that they were allowed."""
    with quiet() as run:
        run.engine.stop()
        run.engine.run()
        run.engine.counters[[Counter.FRAMES, Counter.DATAGRAMS]] = 1
        run.engine.counters[Counter.MALFORMED_MESSAGE] = 2
        some, enough = end_entry(run, 1), end_entry(run, 2)

    assert (some["exit_code"], enough["exit_code"]) == (1, 0)
    assert some["verdict"] == ["malformed: 0 datagrams, 2 messages"]
    assert enough["verdict"] == ["as allowed: no gap; 2 malformed"]


def test_a_channel_that_was_named_and_is_silent_did_not_end() -> None:
    """With a configuration nobody calls complete what one of its channels did not bring at all."""
    with quiet() as run:
        found = end_entry(run, configured=True)

    assert found["end_of_session"] == {"told": True, "missing": [1, 2, 3]}


def test_loss_on_the_way_is_a_problem() -> None:
    """What ring, socket or card lost is told in words, and is exit code 1."""
    with quiet() as run:
        run.engine.counters[[Counter.FRAMES, Counter.DATAGRAMS]] = 1
        run.engine.counters[[Counter.RING_DROPS, Counter.CUT_FRAMES]] = 1200, 3
        found = end_entry(run)

    assert found["problems"] == ["lost before it could be read: 1,200 ring drops, 3 cut frames"]
    assert found["exit_code"] == 1


@pytest.mark.parametrize(
    ("payloads", "more", "code", "told"),
    [
        (DAY, (), 0, [COMPLETE]),
        (OPEN, (), 0, [NO_LOSS, NOT_KNOWN]),
        ([], ("-q",), 1, ["no frame came"]),
    ],
    ids=["whole", "no end", "nothing"],
)
def test_a_process_ends_so(
    payloads: list[bytes], more: tuple[str, ...], code: int, told: list[str]
) -> None:
    """`run -i`: the last line of JSON, standard error and the exit code agree."""
    warm(feed(FEED))
    words = ("run", "-i", "line_a", "--feed", FEED, "--idle", "block", "--every", "100ms", *more)
    words += ("--seconds", "2") if not payloads else ()
    with wire() as made:
        with made.receiver.entered():
            process = subprocess.Popen(
                [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        assert process.stdout is not None
        last: dict[str, Any] = {}
        if payloads:
            process.stdout.readline()
            with made.sender.entered():
                send("line_a", [udp(GROUP, each) for each in payloads])
            deadline = time.monotonic() + WAIT_S
            while last.get("counters", {}).get("frames", 0) < len(payloads):
                assert time.monotonic() < deadline
                last = json.loads(process.stdout.readline())
            process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=WAIT_S)
    said = [line for line in err.splitlines() if ": compiling " not in line]

    assert process.returncode == code, err
    assert [line.removeprefix("feedhandler: ") for line in said][-len(told) :] == told
    if out.strip():
        last = json.loads(out.splitlines()[-1])
        assert (last["state"], last["exit_code"]) == ("ended", code)
        assert [*last["verdict"], *last["not_known"]] == told

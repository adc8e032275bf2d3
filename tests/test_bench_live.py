"""`bench live` measures what it says: both forms of its market make the same books, and no frame is left out."""

import ctypes
import dataclasses
import errno
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from capture_writers import pcap
from cli_runs import feedhandler
from lan import wire
from live_frames import send

from feedhandler.bench import live, live_bed, live_kernel, live_market, live_sender, plot
from feedhandler.bench.live import Contest, Contestant, Outcome, Plan
from feedhandler.bench.live_bed import STAMP_MASK, Bed, Cores, Probe, sent_times
from feedhandler.bench.live_plain import IncrementalBooks, SnapshotBooks
from feedhandler.bench.live_sender import StampingSender, due_times
from feedhandler.bench.namespace import NamespaceError
from feedhandler.decode.catalog import feed
from feedhandler.jit import JIT_ON
from feedhandler.live import groups_of
from feedhandler.replaying import Replay
from feedhandler.sending.sender import Way
from feedhandler.source import descriptor
from feedhandler.source.packet_ring import PacketRing
from feedhandler.source.source import CaptureError
from feedhandler.source.xdp import clock_offset

if TYPE_CHECKING:
    from feedhandler.source.live import Live

CLOCKS_APART_NS = 100_000  # two looks at two clocks, on a machine that does other work
SMALL = Plan(
    contestants=(
        Contestant("packet_ring", "spin"),
        Contestant("plain", "block"),
        Contestant("plain", "block", "snapshots"),
    ),
    rate=5000, frames=1000, runs=1, fast_frames=3000, burst_rate=1000, burst_factor=10,
    burst_frames=2000, cores=Cores(-1, -1),
)  # fmt: skip


def frames_of(stream: live_market.Stream) -> list[bytes]:
    """The frames, one by one."""
    return [bytes(stream.frames[at : at + size]) for at, size in stream.rows.tolist()]


def test_both_forms_of_the_market_make_the_same_books(tmp_path: Path) -> None:
    """Plain Python from messages, plain Python from snapshots, and the engine: the same best prices."""
    described = feed(live.FEED)
    market, place = live_market.changes(3000), groups_of(described)[0]
    messages = frames_of(live_market.incremental(market, place))
    plain, whole = IncrementalBooks(), SnapshotBooks()
    for each in messages:
        plain.take(memoryview(each)[live_market.HEADERS :])
    for each in frames_of(live_market.snapshots(market, place)):
        whole.take(memoryview(each)[live_market.HEADERS :])
    path = tmp_path / "market.pcap"
    path.write_bytes(pcap([(1, each) for each in messages], nanos=True))
    with Replay(str(path), described) as replay:
        told = replay.run()
    books = {
        (number, side): {int(level.price) // 100_000: int(level.size) for level in levels}
        for number in range(1, live_market.INSTRUMENTS + 1)
        for side, levels in zip((b"B", b"S"), told.books[f"LIVE{number}"].depth(50), strict=True)
    }

    assert plain.levels == whole.levels == books
    assert plain.best == whole.best
    assert len(plain.orders) == live_market.ORDERS
    for counter in ("unknown_order", "malformed_message", "crossed", "gaps"):
        assert told.counters.get(counter, 0) == 0


def test_plain_books_outlive_a_loss() -> None:
    """A trial beyond what a receiver can bear loses frames: what they brought is missing, and the rest goes on."""
    market, place = live_market.changes(3000), groups_of(feed(live.FEED))[0]
    frames = frames_of(live_market.incremental(market, place))
    plain, lost = IncrementalBooks(), frames[1000]
    for each in frames:
        if each is not lost:
            plain.take(memoryview(each)[live_market.HEADERS :])

    # The lost frame was about to add one order and to delete another.
    assert len(plain.orders) == live_market.ORDERS + 1
    assert {1000, 1000 - live_market.ORDERS} & set(plain.orders) == {1000 - live_market.ORDERS}


def test_times_of_the_sender() -> None:
    """A steady rate, a burst in its midst; a stamp without upper bits is whole again."""
    calm = due_times(6, {"rate": 1000, "burst": [2, 4], "factor": 10})
    upper = 5 << live_market.STAMP_BITS
    dones = np.array([upper + 100, upper + 3], np.int64)
    stamps = np.array([90, STAMP_MASK], np.int64)

    assert np.diff(calm).tolist() == [1_000_000, 100_000, 100_000, 1_000_000, 1_000_000]
    assert due_times(3, {"rate": 0}).tolist() == [0, 0, 0]
    assert sent_times(stamps, dones).tolist() == [upper + 90, upper - 1]


def test_frames_of_others_are_not_measured() -> None:
    """A source without a filter brings what bears no stamp: it is nobody's latency."""
    stream = live_market.incremental(live_market.changes(2), groups_of(feed(live.FEED))[0])
    one, rows = frames_of(stream)[0], np.zeros((live_kernel.LINE, descriptor.WORDS), np.int64)
    foreign = bytes(12) + b"\x86\xdd" + bytes(range(60))
    rows_of_engine = np.zeros(1, np.int64)
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a")
        try:
            probe = Probe(cast("Live", ring), 8, stream.stamp_at)
            for word in (live_kernel.APPLIED, live_kernel.DECODED):
                probe.words[word // 8] = rows_of_engine.ctypes.data
            with made.sender.entered():
                send("line_a", [foreign, one, foreign])
            polled = (probe.poll.address, probe.state_address, int(rows.ctypes.data))
            live_kernel.drain(*polled, 1000, 100 if not JIT_ON else 100_000)
        finally:
            ring.close()
    at = live_market.HEADERS + stream.stamp_at

    assert probe.words[live_kernel.SEEN // 8] == 1
    assert probe.stamps[0] == int.from_bytes(one[at : at + live_market.STAMP_BYTES], "big")


@pytest.mark.parametrize("way", ["xdp", "packet"])
def test_each_frame_bears_the_time_at_which_it_was_sent(way: Way) -> None:
    """Both ways to send: all frames come in order, unchanged but for stamps, and the kernel saw them behind those."""
    stream = live_market.incremental(live_market.changes(20), groups_of(feed(live.FEED))[0])
    count = len(stream.rows)
    rows = np.zeros((live_kernel.LINE, descriptor.WORDS), np.int64)
    through = np.zeros(1, np.int64)
    with wire() as made:
        with made.receiver.entered():
            ring = PacketRing("line_a")
        try:
            probe = Probe(cast("Live", ring), count, stream.stamp_at)
            for word in (live_kernel.APPLIED, live_kernel.DECODED):
                probe.words[word // 8] = through.ctypes.data
            with made.sender.entered():
                sender = StampingSender("line_a", way)
            with sender:
                began = time.monotonic_ns()
                told = sender.send_stream(stream._asdict(), {"frames": count, "rate": 1000})
            took = time.monotonic_ns() - began
            polled = probe.poll(probe.state_address, int(rows.ctypes.data), live_kernel.LINE)
            came = [ctypes.string_at(int(row[descriptor.ADDRESS]), int(row[descriptor.CAPTURED]))
                    for row in rows[:polled]]  # fmt: skip
        finally:
            ring.close()
    sent = (probe.stamps - (began & STAMP_MASK)) & STAMP_MASK
    seen = (probe.kernels - clock_offset()) - began
    at = live_market.HEADERS + stream.stamp_at
    before, behind = slice(0, at), slice(at + live_market.STAMP_BYTES, None)

    assert (told["sent"], polled) == (count, count)
    assert [(each[before], each[behind]) for each in came] == [
        (each[before], each[behind]) for each in frames_of(stream)
    ]
    assert 0 < sent[0] < took
    assert (np.diff(sent) > 0).all()
    assert (seen > sent - CLOCKS_APART_NS).all()
    assert told["late_p50_ns"] >= 0


def test_a_sender_without_af_xdp_sends_by_a_packet_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a user namespace, for one, AF_XDP is refused: the contest goes on, and says by what."""

    def refused(_interface: str) -> None:
        raise CaptureError("line_a: AF_XDP: Operation not permitted")

    monkeypatch.setattr("feedhandler.sending.sender.Transmitter", refused)
    with wire() as made, made.sender.entered():
        sender, way = live_sender.opened("line_a")
        sender.close()

    assert way == "packet"


def test_ctrl_c_of_a_terminal_leaves_the_sender_to_us(capfd: pytest.CaptureFixture[str]) -> None:
    """It goes to all processes of our group: the sender is none, ends when we say so, and says nothing."""
    with wire():
        pass  # skipped where there can be none
    described = feed(live.FEED)
    with Bed(described, {}, Cores(-1, -1)) as bed:
        group = os.getpgid(bed._sender.pid)

    assert group != os.getpgid(0)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not JIT_ON, reason="without the JIT there is nothing to measure")
def test_every_frame_is_measured() -> None:
    """A small contest: nothing is lost, percentiles are in order, both columns and bursts are there."""
    with wire():
        pass  # skipped where there can be none
    done: list[int] = []
    contest = Contest(SMALL, lambda: done.append(1))
    contest.run()
    told = json.loads(json.dumps(contest.as_dict()))

    assert len(done) == SMALL.steps
    assert [each["source"] for each in told["sources"]] == [
        "packet_ring", "plain Python", "plain Python, snapshots",
    ]  # fmt: skip
    for each in told["sources"]:
        times = list(each["wire_to_book_ns"].values())
        assert times == sorted(times)
        assert times[0] > 0
        assert (each["frames"], each["lost"]) == (1000, 0)
        assert each["drain_ns"] > 0
        assert each["lossless"]["rate"] > 0
    assert set(contest.columns()) == {"traditional", "optimized"}
    assert set(told["bursts"]) == {
        "packet_ring, polling", "plain Python, blocking", "plain Python, snapshots, blocking",
    }  # fmt: skip
    for each in told["bursts"].values():
        assert each["lost"] == 0
        assert each["queue_most"] >= 1
        assert each["delay_most_ns"] > 0
    assert told["frame_bytes"]["snapshots"] > told["frame_bytes"]["incremental"]


@pytest.mark.skipif(not JIT_ON, reason="without the JIT there is nothing to measure")
def test_a_trial_in_which_no_frame_came_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of another group: each trial says whose frames did not come, and the contest goes on."""
    described = feed(live.FEED)
    address, port = groups_of(described)[0]
    stream = live_market.incremental(live_market.changes(299), (address, port + 1))
    monkeypatch.setattr(live_bed, "FIRST_NS", 1_000_000)
    monkeypatch.setattr(live, "BOOKED", 300)
    ring, plain = SMALL.contestants[:2]
    contest = Contest(SMALL)
    told = []
    with wire():
        pass  # skipped where there can be none
    with Bed(described, {"incremental": stream}, SMALL.cores) as bed:
        for trial in (
            lambda: live.latency(bed, ring, SMALL),
            lambda: live.drained_to_book(bed, ring),
            lambda: live.drained(bed, plain),
        ):
            with pytest.raises(CaptureError) as error:
                trial()
            told.append(str(error.value))
        contest._burst(bed, plain)

    assert told == [
        "packet_ring: none of 300 frames came", "packet_ring: none of 300 frames came",
        "plain Python: none of 300 frames came",
    ]  # fmt: skip
    assert contest.bursts == {
        "plain Python, blocking": {"absent": "plain Python: none of 300 frames came"}
    }


def test_what_cannot_be_measured_is_told() -> None:
    """A source that cannot be opened is in the report with its reason."""
    told = Outcome(Contestant("dpdk", "spin"), absent="not installed").as_dict()

    assert told == {
        "source": "dpdk", "waits": "polling", "stream": "incremental", "absent": "not installed",
    }  # fmt: skip


def test_picture(tmp_path: Path) -> None:
    """From all frames to the one that took longest; drawn where matplotlib is."""
    times, shares = plot.exceeding(np.arange(1000, 0, -1) * 1000)

    assert (times[0], times[-1]) == (1.0, 1000.0)
    assert (shares[0], shares[-1]) == (1.0, 0.001)
    assert (np.diff(shares) < 0).all()

    pytest.importorskip(
        "matplotlib", reason="matplotlib is an extra: pip install 'feedhandler[plot]'"
    )
    one = Outcome(live.OPTIMIZED, latencies_ns=np.arange(1, 5000))
    nothing = dataclasses.replace(one, latencies_ns=None)
    plot.draw(str(tmp_path / "x.svg"), [one, nothing], "title")
    drawn = (tmp_path / "x.svg").read_text()

    assert "<svg" in drawn
    with pytest.raises(plot.PlotError, match="nope"):
        plot.draw(str(tmp_path / "x.nope"), [one], "title")


def test_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    """One core is not enough; a core that is not ours; no picture without the library."""
    monkeypatch.setattr("feedhandler.cli.bench_live.become_root", lambda: None)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {3})
    alone = feedhandler("bench", "live")
    other = feedhandler("bench", "live", "--core", "1")
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    bare = feedhandler("bench", "live", "--plot", "x.svg")
    strange = feedhandler("bench", "live", "--plot", "x.gif")

    assert (alone.exit_code, other.exit_code, bare.exit_code) == (2, 2, 3)
    assert strange.exit_code == 2
    assert "x.gif: the name has to end in .png or .svg" in strange.output
    assert "two cores are needed" in alone.output
    assert "--core 1: allowed are 3" in other.output
    assert "pip install 'feedhandler[plot]'" in bare.output


def test_priority_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may not be had that is said at once; where it takes a core from others that is said, too."""
    monkeypatch.setattr("feedhandler.cli.bench_live.become_root", lambda: None)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    asked = []

    def schedule(_: int, policy: int, param: os.sched_param) -> None:
        asked.append((policy, param.sched_priority))

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    def end(*_: object) -> None:
        raise NamespaceError("that is enough")

    monkeypatch.setattr(live.Contest, "run", end)
    monkeypatch.setattr("os.sched_setscheduler", schedule)
    allowed = feedhandler("bench", "live", "--priority", "50")
    monkeypatch.setattr("os.sched_setscheduler", refuse)
    refused = feedhandler("bench", "live", "--priority", "50")

    assert asked == [(os.SCHED_FIFO, 50), (os.SCHED_OTHER, 0)]
    assert "that is enough" in allowed.output
    assert allowed.output.count("warning: SCHED_FIFO and spinning on core") == 2
    assert refused.exit_code == 3
    assert "--priority: SCHED_FIFO 50: Operation not permitted: sudo prlimit" in refused.output

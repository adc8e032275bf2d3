"""What it costs to measure latencies in the loop: frames of which each is measured, and of which none is, in turn.

The engine takes one frame a round here, as it does on a wire that is not in a burst: there a measurement costs
most, since nothing is shared by the frames of a batch. A live loop measures every 61st frame, so it pays the 61st
part of the difference; that is less than what two runs of the same differ by, hence this way.
"""

from time import perf_counter_ns, process_time_ns

from feedhandler.bench.data import capture_of
from feedhandler.bench.measurement import Measurement
from feedhandler.book.pools import touch_pages
from feedhandler.counter import Counter
from feedhandler.decode.catalog import Feed
from feedhandler.engine.engine import Engine
from feedhandler.replaying import open_source
from feedhandler.telemetry.sampling import EVERY, Sampling
from feedhandler.telemetry.stages import Stage, StageHistograms


def measure(path: str | None, feed: Feed, messages: int, runs: int) -> Measurement:
    """Frames of a capture to books and best prices."""
    stages = StageHistograms.create(None)
    wall: dict[int, list[int]] = {0: [], 1: []}
    cpu: dict[int, list[int]] = {0: [], 1: []}
    frames = 0
    with capture_of(path, feed, messages) as name:
        for number in range(2 * (runs + 1)):
            every = number % 2
            source = open_source([name], feed)
            engine = Engine(feed, source, batch=1, digest=False)
            touch_pages(engine.pools)
            sampling = Sampling(engine, stages, every)
            cpu_start, start = process_time_ns(), perf_counter_ns()
            engine.run()
            end, cpu_end = perf_counter_ns(), process_time_ns()
            source.close()
            frames = int(engine.counters[Counter.FRAMES])
            if number > 1:
                wall[every].append(end - start)
                cpu[every].append(cpu_end - cpu_start)
            del sampling
    # The least of all runs: what else the machine does can only add to it.
    without, with_it = (min(cpu[every]) / max(frames, 1) for every in (0, 1))
    each = max(with_it - without, 0)
    return Measurement(
        f"sampling: {feed.name}, one frame a round, latency of each measured", "frame",
        frames, wall[1], cpu[1], "a capture read through a window",
        {
            "cpu_ns_per_frame_without": round(without, 2),
            "cpu_ns_per_measurement": round(each, 2),
            "every": EVERY,
            "cost_percent": round(100 * each / EVERY / without, 2) if without else 0.0,
            "measured": stages.of(Stage.WIRE_TO_POLL).count,
        },
    )  # fmt: skip

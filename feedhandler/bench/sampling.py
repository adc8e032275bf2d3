"""What it costs to measure latencies in the loop: the same frames with and without, in turn.

The engine takes one frame a round here, as it does on a wire that is not in a burst: there a measurement costs
most, since nothing is shared by the frames of a batch.
"""

from statistics import median
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
    wall: dict[int, list[int]] = {0: [], EVERY: []}
    cpu: dict[int, list[int]] = {0: [], EVERY: []}
    frames = 0
    with capture_of(path, feed, messages) as name:
        for number in range(2 * (runs + 1)):
            every = (0, EVERY)[number % 2]
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
    without, with_it = (median(cpu[every]) / max(frames, 1) for every in (0, EVERY))
    return Measurement(
        f"sampling: {feed.name}, one frame a round, latency of every {EVERY}th measured", "frame",
        frames, wall[EVERY], cpu[EVERY], "a capture read through a window",
        {
            "cpu_ns_per_frame_without": round(without, 2),
            "cost_percent": round(100 * (with_it / without - 1), 2) if without else 0.0,
            "measured": stages.of(Stage.WIRE_TO_POLL).count,
        },
    )  # fmt: skip

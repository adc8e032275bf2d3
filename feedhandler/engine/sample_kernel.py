"""Latency of a few frames, measured where they are: one at a time from its turn to its best prices.

A frame that is sampled is known by its number, so one that waits in a slot is measured when it is released. Its
rows are marked, and the loop that applies them looks at the clock behind the last one. Two clocks: what begins
with the frame's time of receipt is told by the system's clock (CLOCK_REALTIME), which is the kernel's when it
stamps; the stages between are counted in ticks of the processor. Of a batch one frame is measured, the first that
is due: it waits for all others of its batch, so what is told is rather too long than too short.
"""

from typing import Any

from feedhandler.engine.desk_header import (
    CLOCK,
    CLOCK_TIME,
    MARK_FIRST,
    MARK_LAST,
    NEVER,
    NOW_PACKET,
    SAMPLE_AT,
    SAMPLE_BEGAN,
    SAMPLE_EVERY,
    SAMPLE_PACKET,
    SAMPLE_RECEIVED,
    SAMPLE_STEP,
    TICK_BITS,
    TICK_SCALE,
)
from feedhandler.jit import hot, i64, kernel, ticks
from feedhandler.source.clock_kernel import REALTIME, clock_ns
from feedhandler.telemetry.histogram_header import HISTOGRAM_WORDS
from feedhandler.telemetry.histogram_kernel import record
from feedhandler.telemetry.stage_header import (
    BATCH,
    BOOK,
    DECODE,
    PUBLISH,
    SESSION,
    WIRE_TO_BEST,
    WIRE_TO_BOOK,
    WIRE_TO_POLL,
)


@hot
def since_receipt(work: Any) -> int:
    """How long ago the frame was received, by the system's clock."""
    now = i64(clock_ns(i64(work[CLOCK]), REALTIME, i64(work[CLOCK_TIME])))
    return now - i64(work[SAMPLE_RECEIVED])


@hot
def step(work: Any, stages: Any, stage: int) -> None:
    """A stage ends here, and the next one begins."""
    now = i64(ticks())
    taken = (now - i64(work[SAMPLE_STEP])) * i64(work[TICK_SCALE]) >> TICK_BITS
    record(stages, stage * HISTOGRAM_WORDS, taken)
    work[SAMPLE_STEP] = now


@kernel
def begin_sample(work: Any, stages: Any, received: int, packet: int) -> None:
    """The turn of a frame that is to be measured has come."""
    work[SAMPLE_AT] = packet + i64(work[SAMPLE_EVERY])
    if received == 0:  # nobody stamped it
        return
    work[SAMPLE_PACKET] = packet
    work[SAMPLE_RECEIVED] = received
    record(stages, WIRE_TO_POLL * HISTOGRAM_WORDS, since_receipt(work))
    work[SAMPLE_BEGAN] = work[SAMPLE_STEP] = i64(ticks())


@kernel
def sample_sequenced(work: Any, stages: Any) -> None:
    """Its datagram is the next of its channel."""
    step(work, stages, SESSION)


@kernel
def sample_decoded(work: Any, stages: Any, first: int, count: int) -> None:
    """Its rows are there, if it has any; no other frame is measured until they are handed on."""
    step(work, stages, DECODE)
    if count > 0:
        work[MARK_FIRST] = first
        work[MARK_LAST] = first + count - 1
        work[SAMPLE_AT] = NEVER
    work[SAMPLE_PACKET] = -1


@kernel
def sample_applied(work: Any, stages: Any) -> None:
    """Its last row has changed its book."""
    record(stages, WIRE_TO_BOOK * HISTOGRAM_WORDS, since_receipt(work))
    step(work, stages, BOOK)


@kernel
def sample_published(work: Any, stages: Any) -> None:
    """The best prices behind its last row are there for readers."""
    record(stages, WIRE_TO_BEST * HISTOGRAM_WORDS, since_receipt(work))
    step(work, stages, PUBLISH)


@kernel
def end_sample(work: Any, stages: Any) -> None:
    """Its batch was handed on, to the ring if there is one."""
    work[SAMPLE_STEP] = work[SAMPLE_BEGAN]
    step(work, stages, BATCH)
    work[MARK_FIRST] = work[MARK_LAST] = -1
    work[SAMPLE_AT] = i64(work[NOW_PACKET]) + i64(work[SAMPLE_EVERY])

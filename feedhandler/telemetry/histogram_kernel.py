"""Histograms of latency: log-linear buckets in words of fixed number, so that to record is a few instructions.

Theory of operation. A value below 2^BITS has a bucket of its own. Above, each power of two is cut into 2^BITS
buckets of equal width, so a bucket at value v is at most v / 2^BITS wide: the relative error of any value that is
read back is below 1 / 2^BITS (0.8 %). With `shift` the number of low bits that a bucket leaves out,

    bucket = shift * 2^BITS + (value >> shift),    value >> shift in [2^BITS, 2^(BITS + 1)) if shift > 0,

which goes on without a step from one power of two to the next. What is longer than the histogram reaches (18
minutes in ns) is counted in its last bucket and by `OVER`; a negative value (two clocks that disagree) is counted
by `BELOW` and in no bucket.

A histogram is HISTOGRAM_WORDS words: the words below, then its buckets. It has one writer; who reads it while it
is written sees each word whole, and takes the number of values from the buckets.
"""

from typing import Any

from feedhandler.jit import count_bits, hot, i64, kernel, lshr
from feedhandler.telemetry.histogram_header import (
    BELOW,
    BITS,
    BUCKET,
    LARGEST,
    LEAST,
    MOST,
    OVER,
    SUM,
    WORD_MAX,
)


@hot
def bucket_of(value: int) -> int:
    """The bucket of a value from 0 to LARGEST."""
    # The highest bit, spread over all below it, is counted: there is no word for the length of a number.
    spread = value | lshr(value, 1)
    spread |= lshr(spread, 2)
    spread |= lshr(spread, 4)
    spread |= lshr(spread, 8)
    spread |= lshr(spread, 16)
    spread |= lshr(spread, 32)
    shift = max(count_bits(spread) - BITS - 1, 0)
    return i64((shift << BITS) + lshr(value, shift))


@hot
def record(words: Any, at: int, value: int) -> None:
    """Count a value in the histogram that begins at word `at`."""
    if value < 0:
        words[at + BELOW] += 1
        return
    kept = value
    if value > LARGEST:
        words[at + OVER] += 1
        kept = LARGEST
    # LEAST is kept as the largest word minus it, so that a histogram of zeros has seen nothing
    words[at + LEAST] = max(i64(words[at + LEAST]), WORD_MAX - kept)
    words[at + MOST] = max(i64(words[at + MOST]), kept)
    room = WORD_MAX - i64(words[at + SUM])
    words[at + SUM] += min(kept, room)
    words[at + BUCKET + bucket_of(kept)] += 1


@kernel
def record_all(words: Any, at: int, values: Any) -> None:
    """Count each of these values."""
    for i in range(len(values)):
        record(words, at, i64(values[i]))

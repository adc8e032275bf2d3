"""The words of a histogram: what `histogram_kernel` writes and `histogram` reads, which needs no numba."""

from typing import Final

BITS: Final = 7
REACH_BITS: Final = 40  # values below 2^40
BUCKETS: Final = (REACH_BITS - BITS + 1) << BITS
SUM: Final = 0  # of all values in buckets; stays at the largest word
LEAST: Final = 1  # of them; meaningless while there is none
MOST: Final = 2
BELOW: Final = 3
OVER: Final = 4
BUCKET: Final = 8  # the first
HISTOGRAM_WORDS: Final = BUCKET + BUCKETS
LARGEST: Final = (1 << REACH_BITS) - 1
WORD_MAX: Final = (1 << 63) - 1

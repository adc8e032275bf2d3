"""Histograms as Python reads them: percentiles, sums over workers, what came since the last look.

All in whole numbers: a percentile is asked for in parts of a million (`P99` = 990,000), and answered by the middle
of its bucket, never outside of what was seen. See `histogram_kernel` for the words and their error.
"""

from typing import Any, Final, Self

import numpy as np

from feedhandler.telemetry import histogram_header as header
from feedhandler.telemetry.histogram_header import BITS, BUCKET, HISTOGRAM_WORDS, WORD_MAX

Words = np.ndarray[Any, np.dtype[np.int64]]

PARTS: Final = 1_000_000
P50: Final = 500_000
P90: Final = 900_000
P99: Final = 990_000
P99_9: Final = 999_000
P99_99: Final = 999_900
PERCENTILES: Final = {"p50": P50, "p90": P90, "p99": P99, "p99.9": P99_9, "p99.99": P99_99}


def bucket_holding(value: int) -> int:
    """The bucket of a value, as the kernel chooses it."""
    shift = max(value.bit_length() - BITS - 1, 0)
    return (shift << BITS) + (value >> shift)


def lowest(bucket: int) -> int:
    """The least value of a bucket."""
    shift = max((bucket >> BITS) - 1, 0)
    return (bucket - (shift << BITS)) << shift


def highest(bucket: int) -> int:
    """The largest value of a bucket."""
    return lowest(bucket + 1) - 1


class Histogram:
    """A histogram in words of its own, or in those of somebody else."""

    def __init__(self, words: Words | None = None) -> None:
        self.words = np.zeros(HISTOGRAM_WORDS, np.int64) if words is None else words
        if self.words.shape != (HISTOGRAM_WORDS,):
            raise ValueError(f"{self.words.size} words: a histogram has {HISTOGRAM_WORDS}")

    @classmethod
    def of(cls, values: Any) -> Self:
        """A histogram of these values."""
        from feedhandler.telemetry import histogram_kernel as kernel  # noqa: PLC0415 (numba)

        made = cls()
        kernel.record_all(made.words, 0, np.asarray(values, np.int64))
        return made

    # --- what was seen ----------------------------------------------------------------------------
    @property
    def buckets(self) -> Words:
        """How many values each bucket has."""
        return self.words[BUCKET:]

    @property
    def count(self) -> int:
        """Values in buckets."""
        return int(self.buckets.sum())

    @property
    def below(self) -> int:
        """Values below zero, in no bucket."""
        return int(self.words[header.BELOW])

    @property
    def over(self) -> int:
        """Values beyond the reach, in the last bucket."""
        return int(self.words[header.OVER])

    @property
    def sum(self) -> int:
        """Of the values in buckets."""
        return int(self.words[header.SUM])

    @property
    def mean(self) -> int:
        """0 if nothing was seen."""
        return self.sum // max(self.count, 1)

    @property
    def least(self) -> int:
        """The least value, exact; 0 if nothing was seen."""
        kept = int(self.words[header.LEAST])
        return WORD_MAX - kept if kept else 0

    @property
    def most(self) -> int:
        """The largest value, exact up to the reach; 0 if nothing was seen."""
        return int(self.words[header.MOST])

    def percentile(self, parts: int) -> int:
        """The value below or at which so many millionths of all lie; 0 if nothing was seen."""
        if not 0 <= parts <= PARTS:
            raise ValueError(f"{parts} parts of a million: 0 to {PARTS} is expected")
        so_far = np.cumsum(self.buckets)
        count = int(so_far[-1])
        if not count:
            return 0
        rank = max(-(-count * parts // PARTS), 1)
        if rank == count:
            return self.most
        bucket = int(np.searchsorted(so_far, rank))
        middle = (lowest(bucket) + highest(bucket)) // 2
        return min(max(middle, self.least), self.most)

    def below_or_at(self, values: list[int]) -> list[int]:
        """How many values are not larger than each of these, which must end a bucket."""
        so_far = np.concatenate([[0], np.cumsum(self.buckets)])
        places = []
        for value in values:
            after = bucket_holding(value) + 1
            if highest(after - 1) != value:
                raise ValueError(f"{value} is in the midst of a bucket")
            places.append(after)
        return [int(number) for number in so_far[places]]

    def report(self) -> dict[str, int]:
        """Figures for people and for JSON."""
        figures = {name: self.percentile(parts) for name, parts in PERCENTILES.items()}
        return {
            "count": self.count, "mean": self.mean, "min": self.least, **figures, "max": self.most,
            "negative": self.below, "over": self.over,
        }  # fmt: skip

    # --- several ----------------------------------------------------------------------------------
    def copy(self) -> "Histogram":
        """As it is now."""
        return Histogram(self.words.copy())

    def add(self, other: "Histogram") -> Self:
        """Take in what another one has seen."""
        mine, its = self.words, other.words
        total = min(self.sum + other.sum, WORD_MAX)
        least, most = (max(int(mine[at]), int(its[at])) for at in (header.LEAST, header.MOST))
        mine += its
        mine[[header.SUM, header.LEAST, header.MOST]] = total, least, most
        return self

    def since(self, before: "Histogram") -> "Histogram":
        """What came after an earlier copy; least and most are those of the buckets then."""
        made = Histogram(self.words - before.words)
        filled = np.flatnonzero(made.buckets)
        made.words[header.LEAST] = made.words[header.MOST] = 0
        if len(filled):
            made.words[header.LEAST] = WORD_MAX - max(lowest(int(filled[0])), self.least)
            made.words[header.MOST] = min(highest(int(filled[-1])), self.most)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and bool((self.words == other.words).all())

    __hash__ = None  # type: ignore[assignment]

"""Histograms against a list of all values: percentiles within the error, sums, merges, exact ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENT

from feedhandler.telemetry import histogram_kernel as kernel
from feedhandler.telemetry.histogram import PARTS, Histogram, bucket_holding, highest, lowest
from feedhandler.telemetry.histogram_header import (
    BITS,
    BUCKETS,
    HISTOGRAM_WORDS,
    LARGEST,
    SUM,
    WORD_MAX,
)
from feedhandler.telemetry.histogram_kernel import bucket_of

LATENCIES = st.one_of(
    st.integers(0, 300),
    st.integers(0, LARGEST),
    st.integers(0, 39).flatmap(lambda bit: st.integers(max((1 << bit) - 2, 0), (1 << bit) + 2)),
)
LISTS = st.lists(LATENCIES, min_size=1, max_size=60)


def oracle(values: list[int], parts: int) -> int:
    """The percentile by sorting all values."""
    return sorted(values)[max(-(-len(values) * parts // PARTS), 1) - 1]


# --- buckets --------------------------------------------------------------------------------------
def test_buckets_lie_side_by_side_and_are_narrow() -> None:
    """Each begins where the one before ends, and is at most 1/128 of its least value wide."""
    assert [lowest(bucket) for bucket in range(258)] == [*range(256), 256, 258]
    assert highest(BUCKETS - 1) == LARGEST
    for bucket in range(BUCKETS):
        assert highest(bucket) + 1 == lowest(bucket + 1)
        assert bucket_of(lowest(bucket)) == bucket == bucket_of(highest(bucket))
        width = highest(bucket) + 1 - lowest(bucket)
        assert width == 1 or width << BITS <= lowest(bucket)


@PATIENT
@given(LATENCIES)
def test_a_value_is_in_its_bucket(value: int) -> None:
    """Whatever the value."""
    bucket = int(bucket_of(value))

    assert bucket == bucket_holding(value)
    assert lowest(bucket) <= value <= highest(bucket)


# --- values ---------------------------------------------------------------------------------------
@PATIENT
@given(LISTS, st.integers(0, PARTS))
def test_a_percentile_is_that_of_all_values_within_the_error(values: list[int], parts: int) -> None:
    """Never further than half a bucket from what sorting would give."""
    found, exact = Histogram.of(values).percentile(parts), oracle(values, parts)

    assert abs(found - exact) <= exact >> BITS
    assert min(values) <= found <= max(values)


@PATIENT
@given(LISTS, LISTS)
def test_two_merged_are_one_of_all_values(first: list[int], second: list[int]) -> None:
    """In words, not only in figures."""
    assert Histogram.of(first).add(Histogram.of(second)) == Histogram.of(first + second)


@PATIENT
@given(LISTS, LISTS)
def test_what_came_since_is_what_was_added(first: list[int], second: list[int]) -> None:
    """Buckets and sums exactly, the ends within their buckets."""
    made = Histogram.of(first)
    before = made.copy()
    kernel.record_all(made.words, 0, np.array(second, np.int64))
    since, alone = made.since(before), Histogram.of(second)

    assert (since.buckets == alone.buckets).all()
    assert (since.count, since.sum) == (len(second), sum(second))
    assert bucket_of(since.least) == bucket_of(min(second))
    assert bucket_of(since.most) == bucket_of(max(second))
    assert since.least <= min(second)
    assert since.most >= max(second)


@PATIENT
@given(LISTS)
def test_counts_up_to_a_power_of_two_are_exact(values: list[int]) -> None:
    """Powers of two end buckets, so what is exported by them is no estimate."""
    ends = [(1 << bit) - 1 for bit in range(8, 41)]
    expected = [sum(value <= end for value in values) for end in ends]

    assert Histogram.of(values).below_or_at(ends) == expected


def test_least_most_and_mean_are_exact() -> None:
    """They have words of their own; nothing seen is nothing said."""
    made, empty = Histogram.of([1_000_003, 7, 1_000_000_007]), Histogram()

    assert (made.count, made.least, made.most) == (3, 7, 1_000_000_007)
    assert made.mean == (1_000_003 + 7 + 1_000_000_007) // 3
    assert set(empty.report().values()) == {0}
    assert empty.since(empty) == empty


def test_what_no_bucket_has_is_counted() -> None:
    """Negative values, and what is beyond the reach: the longest latency is not hidden."""
    made = Histogram.of([-1, -(1 << 62), 5, LARGEST + 1, WORD_MAX])

    assert (made.below, made.over, made.count) == (2, 2, 3)
    assert (made.least, made.most) == (5, LARGEST)
    assert made.percentile(PARTS) == LARGEST
    assert made.report()["negative"] == 2


def test_the_sum_stays_at_the_largest_word() -> None:
    """It does not begin anew below zero."""
    made = Histogram()
    made.words[SUM] = WORD_MAX - 10
    kernel.record_all(made.words, 0, np.array([7, 7], np.int64))

    assert made.sum == WORD_MAX
    assert made.copy().add(made).sum == WORD_MAX


def test_histograms_lie_side_by_side() -> None:
    """Many in one array: each is touched by its own values only."""
    words = np.zeros(3 * HISTOGRAM_WORDS, np.int64)
    kernel.record_all(words, HISTOGRAM_WORDS, np.array([9, -9, LARGEST + 1], np.int64))
    first, second, third = (Histogram(part) for part in words.reshape(3, -1))

    assert first == third == Histogram()
    assert second == Histogram.of([9, -9, LARGEST + 1])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: Histogram(np.zeros(5, np.int64)), "5 words: a histogram has"),
        (lambda: Histogram().percentile(-1), "-1 parts of a million"),
        (lambda: Histogram().percentile(PARTS + 1), "parts of a million"),
        (lambda: Histogram().below_or_at([256]), "256 is in the midst of a bucket"),
    ],
)
def test_what_cannot_be_is_refused(wrong: "object", why: str) -> None:
    """With a word that says what was expected."""
    with pytest.raises(ValueError, match=why):
        wrong()  # type: ignore[operator]

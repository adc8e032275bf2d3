"""Ranges against a plain set of integers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhandler.session import ranges as module
from feedhandler.session.ranges import Ranges

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 9)), max_size=30)


@given(STEPS)
def test_ranges_are_a_set_of_integers(steps: list[tuple[bool, int, int]]) -> None:
    """Whatever is added and removed: the same members, in as few runs as there can be."""
    ranges, plain = Ranges(), set[int]()
    for adding, first, count in steps:
        these = set(range(first, first + count))
        if adding:
            assert ranges.add(first, count)
            plain |= these
        else:
            assert ranges.remove(first, count) == len(plain & these)
            plain -= these
        runs = list(ranges)

        assert sorted(plain) == [unit for first, n in runs for unit in range(first, first + n)]
        assert all(a + n < b for (a, n), (b, _) in pairwise(runs))
        assert len(ranges) == len(plain)
        assert [unit in ranges for unit in range(50)] == [unit in plain for unit in range(50)]


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more piece is refused; what joins a piece is not."""
    monkeypatch.setattr(module, "RANGES_MAX", 2)
    ranges = Ranges()

    assert ranges.add(1, 1)
    assert ranges.add(3, 1)
    assert not ranges.add(5, 1)
    assert ranges.add(4, 1)
    assert list(ranges) == [(1, 1), (3, 2)]

"""The grammar of faults: what it says is what is meant, and what cannot be meant is told precisely."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhandler.source.dice import chance, draw, draws, stream_base, within
from feedhandler.source.fault_plan import RATE_ONE, Fault, FaultPlanError, parse_faults

MS = 1_000_000
S = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("drop=1/4", Fault("drop", rate=RATE_ONE // 4)),
        ("drop=25%", Fault("drop", rate=RATE_ONE // 4)),
        ("drop=.25", Fault("drop", rate=RATE_ONE // 4)),
        ("drop=25e-2", Fault("drop", rate=RATE_ONE // 4)),
        ("drop=1", Fault("drop")),
        ("drop=0", Fault("drop", rate=0)),
        ("drop=1e-3", Fault("drop", rate=4_294_967)),
        (" DROP = 1e-3 ", Fault("drop", rate=4_294_967)),
        ("line-b-drop=1", Fault("drop", "B")),
        ("line-10.0.0.1:99-drop=1", Fault("drop", "10.0.0.1:99")),
        ("burst=8@1/2", Fault("burst", rate=RATE_ONE // 2, low=8, high=8)),
        ("tear=1..4@1", Fault("tear", low=1, high=4)),
        ("dead=2s..5s", Fault("dead", low=2 * S, high=5 * S)),
        ("dup=1", Fault("dup")),
        ("corrupt=1", Fault("corrupt")),
        ("truncate=1", Fault("truncate")),
        ("delay=1.5ms", Fault("delay", low=1_500_000, high=1_500_000)),
        ("delay=0s..1min@50%", Fault("delay", rate=RATE_ONE // 2, high=60 * S)),
        ("skew=50us", Fault("skew", "B", low=50_000, high=50_000)),
        ("line-a-skew=1ns..2ms", Fault("skew", "A", low=1, high=2 * MS)),
        ("reorder=8", Fault("reorder", low=0, high=8)),
        ("reorder=8@1/2", Fault("reorder", rate=RATE_ONE // 2, low=1, high=8)),
        ("reorder=3..8", Fault("reorder", low=3, high=8)),
        ("clock=-1s@3s", Fault("clock", low=-S, high=-S, at_ns=3 * S)),
        ("clock=+2ms@0s", Fault("clock", low=2 * MS, high=2 * MS)),
        ("clock=2ms@0s", Fault("clock", low=2 * MS, high=2 * MS)),
    ],
)
def test_a_fault_is_read(text: str, fault: Fault) -> None:
    """Each kind, each way to write a rate, a time, a range and a line."""
    assert parse_faults(text).faults == (fault,)


def test_a_plan_keeps_how_it_was_written() -> None:
    """Several faults in their order; blanks do not count."""
    plan = parse_faults(" drop=1e-3, line-b-dead=2s..5s ,")

    assert [fault.key for fault in plan.faults] == ["drop", "line-b-dead"]
    assert str(plan) == "drop=1e-3,line-b-dead=2s..5s"
    assert parse_faults(str(plan)) == plan


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no fault is named; such as drop=1e-3,dead=2s..5s"),
        ("drp=1", "drp=1: unknown fault 'drp'; did you mean drop?"),
        ("zzz=1", ("zzz=1: unknown fault 'zzz'; known: drop, burst, tear, dead, dup, corrupt, "
            "truncate, delay, skew, reorder, clock")),
        ("drop", "drop: a value is missing, such as drop=1e-3"),
        ("drop=", "drop=: a value is missing, such as drop=1e-3"),
        ("drop=x", "drop=x: 'x' is no rate; such as 0.001, 1e-3, 0.1% or 1/1000"),
        ("drop=1/0", "drop=1/0: '1/0' is no rate; such as 0.001, 1e-3, 0.1% or 1/1000"),
        ("drop=-1", "drop=-1: '-1' is no rate; such as 0.001, 1e-3, 0.1% or 1/1000"),
        ("drop=²", "drop=²: '²' is no rate; such as 0.001, 1e-3, 0.1% or 1/1000"),
        ("drop=1.1", "drop=1.1: a rate is at most 1"),
        ("drop=1e-12", "drop=1e-12: the least rate above 0 is 2.4e-10"),
        ("drop=1@2", "drop=1@2: drop has nothing behind an @, such as drop=1e-3"),
        ("burst=8", "burst=8: what comes behind the @ is missing, such as burst=4..16@1e-4"),
        ("burst=0@1", "burst=0@1: '0' is no number of frames from 1 to 65536"),
        ("burst=9..4@1", "burst=9..4@1: 4 is less than 9"),
        ("delay=5", "delay=5: '5' is no time; a number and one of ns, us, ms, s, min"),
        ("delay=0.5ns", "delay=0.5ns: 0.5ns is no whole number of ns"),
        ("delay=1000000min", "delay=1000000min: 1000000min is more than a year"),
        ("dead=2s", "dead=2s: from when to when, such as dead=2s..5s"),
        ("dead=2s..2s", "dead=2s..2s: from when to when, such as dead=2s..5s"),
        ("line-e-drop=1", ("line-e-drop=1: a line is a letter from a to d, or address:port, "
            "such as line-b-drop=1e-3")),
        ("line-b-clock=1s@1s", ("line-b-clock=1s@1s: there is one clock for all lines, "
            "such as clock=-1s@3s")),
        (",".join(["drop=1"] * 65), "65 faults are more than 64"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(text: str, complaint: str) -> None:
    """The item and what is wrong with it, in one line."""
    with pytest.raises(FaultPlanError) as raised:
        parse_faults(text)

    assert str(raised.value) == complaint


@given(st.fractions(0, 1))
def test_a_rate_is_exact_to_its_unit(rate: Fraction) -> None:
    """Rounded down to 2**-32, by whole numbers only."""
    text = f"drop={rate.numerator}/{rate.denominator}"
    exact = rate * RATE_ONE
    if 0 < exact < 1:
        with pytest.raises(FaultPlanError):
            parse_faults(text)
    else:
        assert parse_faults(text).faults[0].rate == exact.numerator // exact.denominator


# --- chance ---------------------------------------------------------------------------------------
def test_chance_is_the_same_everywhere() -> None:
    """The published numbers of splitmix64 from seed 1234567, which any Python must give."""
    published = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ]

    assert [draw(1_234_567, position) for position in range(5)] == published
    assert draws(1_234_567, 0, 5).tolist() == published


@given(st.integers(), st.text(), st.integers(0, 1 << 40), st.integers(0, 300))
def test_many_draws_are_those_of_one(seed: int, name: str, first: int, count: int) -> None:
    """The array form and the plain form are one function."""
    base = stream_base(seed, name)

    assert draws(base, first, count).tolist() == [draw(base, first + i) for i in range(count)]


@given(st.integers(0, (1 << 64) - 1), st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_a_number_lies_within_its_bounds(word: int, low: int, more: int) -> None:
    """From the half of the word that decided nothing."""
    assert low <= within(word, low, low + more) <= low + more
    assert 0 <= chance(word) < RATE_ONE


def test_streams_are_not_of_each_other() -> None:
    """Neighbouring seeds and names draw numbers that have nothing in common."""
    bases = {stream_base(seed, name) for seed in range(100) for name in ("drop", "dup", "drop 2")}

    assert len(bases) == 300

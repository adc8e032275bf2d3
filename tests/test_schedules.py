"""Schedules of faults over markets: no book that differs from the oracle claims to be SYNCHRONIZED.

And that the judge would see it: a handler that forgets one of its duties is found out.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from feedhandler.engine import engine as engines
from feedhandler.engine.recovering import Recovering
from feedhandler.simulator import schedules
from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.schedule import KINDS, Market, run
from feedhandler.simulator.schedule_sums import percentile
from feedhandler.simulator.schedules import groups_of, main, run_one, schedule_of
from feedhandler.simulator.simulation import simulate
from feedhandler.simulator.timeline import NOTHING, Timeline, held

if TYPE_CHECKING:
    from feedhandler.book.oracle import Oracle

LOSS = "line-a-drop=10%,line-b-drop=10%"


@pytest.fixture(scope="module", params=[kind for kind in KINDS if not KINDS[kind].recorded])
def market(request: pytest.FixtureRequest) -> Market:
    """One of each kind."""
    return Market(KINDS[request.param], 3, 1200, 5)


@pytest.fixture(scope="module")
def itch() -> Market:
    """A market of orders."""
    return Market(KINDS["itch"], 3, 1200, 5)


@pytest.fixture(scope="module")
def cme() -> Market:
    """A market of orders and levels."""
    return Market(KINDS["cme"], 3, 1200, 5)


# --- the truth ------------------------------------------------------------------------------------
def test_a_timeline_ends_with_the_books_of_the_market(itch: Market) -> None:
    """The oracle's last books are those that the simulator itself kept, level by level."""
    simulation = simulate("nasdaq.itch50", messages=1200, seed=3, instruments=5)
    for _ in simulation:
        pass
    books = simulation.truth()["books"]
    oracle: Oracle = itch.timeline._oracle

    assert itch.timeline.units == 1200
    for number, truth in books.items():
        contents = oracle.books[1, number].contents()
        assert [[p, s] for p, s, *_ in contents.order_bid] == [list(x)[:2] for x in truth["bids"]]
        assert [[p, s] for p, s, *_ in contents.order_ask] == [list(x)[:2] for x in truth["asks"]]
        assert itch.timeline.after((1, number), 1200) == held(contents)


def test_a_timeline_knows_every_unit(itch: Market) -> None:
    """Cut anywhere and fed again, the oracle holds what the timeline says of that unit."""
    payloads = [p for _, role, p in itch._simulated().datagrams() if role == "incremental"]
    again = Timeline(itch.feed, 1)
    for payload in payloads[:300]:
        again.take(payload)
        for key in again.keys:
            now = held(again._oracle.books[key].contents())
            assert itch.timeline.after(key, again.units) == now
    assert again.units > 300
    assert itch.timeline.after((1, 1), 0) == NOTHING
    assert itch.timeline.after((1, 999), 1000) == NOTHING


# --- schedules ------------------------------------------------------------------------------------
def test_without_faults_nothing_is_in_doubt(market: Market) -> None:
    """Every book is compared hundreds of times and is never in doubt."""
    outcome = run(market, "drop=0", 1)

    assert (outcome.failed, outcome.in_doubt_ns, outcome.in_doubt_at_end) == (0, 0, 0)
    assert outcome.checks > 500
    assert outcome.books == 5


def test_a_lossy_network_leaves_no_book_that_lies(market: Market) -> None:
    """What is lost on both lines is a gap or is asked for again; and every claim is true."""
    outcomes = [run(market, LOSS, seed) for seed in range(3)]

    assert [outcome.failures for outcome in outcomes] == [[], [], []]
    least = 5 if market.kind.snapshot else 20  # many of these begin in the midst of the market
    assert all(outcome.injected["line-a-drop"] > least for outcome in outcomes)
    if market.kind.request or market.kind.server:
        assert sum(outcome.gaps for outcome in outcomes) == 0
    elif not market.kind.snapshot:  # there holes may be healed, or not
        assert sum(outcome.gaps for outcome in outcomes) > 0
        assert sum(outcome.in_doubt_ns for outcome in outcomes) > 0


def test_a_schedule_is_the_same_every_time(cme: Market) -> None:
    """All figures, with faults of every kind."""
    plan = "drop=3e-2,reorder=8,corrupt=1e-2,skew=1ms..9ms,tear=1@50%,clock=-1s@1s"

    assert run(cme, plan, 5) == run(cme, plan, 5)
    assert run(cme, plan, 5) != run(cme, plan, 6)


def test_schedules_follow_from_their_number() -> None:
    """Plans of one to four faults, all of which can be read; markets of ten schedules each."""
    plans = [schedule_of("itch", number).plan for number in range(300)]

    assert plans == [schedule_of("itch", number).plan for number in range(300)]
    assert plans != [schedule_of("cme", number).plan for number in range(300)]
    assert len(set(plans)) > 200
    for row in schedules.CHOICES:
        assert all(any(choice in plan for plan in plans) for choice in row)
    assert [schedule_of("itch", n).market for n in (0, 9, 10)] == [0, 0, 1]


@pytest.mark.parametrize("count", [1, 10, 25, 40, 123])
def test_all_schedules_are_dealt_out(count: int) -> None:
    """As many as were asked for, each once, those of a group of one market."""
    groups = list(groups_of(["itch", "cme"], 7, count))
    every = [(each.kind, each.number) for group in groups for each in group]

    assert len(every) == len(set(every)) == count
    for group in groups:
        assert len(group) <= 10
        assert len({each.kind for each in group}) == 1


# --- the judge can fail ---------------------------------------------------------------------------
def failures(market: Market, plan: str = LOSS) -> list[str]:
    """What the judge says of a few runs."""
    return [text for seed in range(3) for text in run(market, plan, seed).failures]


def test_a_handler_that_forgets_a_loss_is_found_out(
    itch: Market, cme: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Books that go on as if nothing had been lost."""
    monkeypatch.setattr(Recovering, "lose", lambda *_: None)

    for market in (itch, cme):
        assert any("is SYNCHRONIZED at unit" in text for text in failures(market))


def test_a_handler_that_believes_damage_is_found_out(
    itch: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without checksums a price with one bit turned over is a price."""
    monkeypatch.setattr("feedhandler.simulator.schedule.Checked", lambda source: source)

    assert any("is SYNCHRONIZED at unit" in text for text in failures(itch, "corrupt=2%"))


def test_a_book_that_was_emptied_by_mistake_is_found_out(
    itch: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that clears a channel for no reason claims that nothing is there."""
    take = engines.Engine._gap

    def clear_too(self: Any) -> bool:
        engines.clear_channel(1, engines.EMPTY, self.pools)
        self.recovering.recovery._states.clear()
        return take(self)

    monkeypatch.setattr(engines.Engine, "_gap", clear_too)
    monkeypatch.setattr(Recovering, "lose", lambda *_: None)

    assert any("is empty at unit" in text for text in failures(itch))


def test_a_row_without_its_flag_is_found_out(itch: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Consumers of rows must be told as those of books are."""
    batches = engines.Engine.batches

    def unflagged(self: Any) -> Any:
        for rows in batches(self):
            plain = np.asarray(rows).copy()
            plain["flags"] &= 0xFF ^ 0x04
            yield plain

    monkeypatch.setattr(engines.Engine, "batches", unflagged)

    assert any("rows of" in text and "are flagged, " in text for text in failures(itch))


def test_an_exception_is_a_failure(itch: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told with its schedule, and the others go on."""
    monkeypatch.setattr("feedhandler.simulator.schedules.run", lambda *_: 1 // 0)
    outcome = run_one(itch, schedule_of("itch", 0))

    assert (outcome.failed, outcome.failures) == (
        1, ["ZeroDivisionError: integer division or modulo by zero"],
    )  # fmt: skip


# --- the command ----------------------------------------------------------------------------------
def test_the_command_runs_and_tells() -> None:
    """In processes, with figures for people."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", schedules.MODULE, "--schedules", "28"],
        cwd=Path(__file__).parent, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert {line.split(":")[0] for line in lines[:-1] if line[0] != " "} == set(KINDS)
    assert lines[-1].startswith("28 schedules in ")
    assert lines[-1].endswith(": no book claimed what is not true")


def test_a_failure_is_one_command_to_repeat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the plan and what was wrong; the command runs that schedule alone."""
    monkeypatch.setattr(Recovering, "lose", lambda *_: None)
    words = ["--only", "itch:6", "--faults", LOSS]

    assert main(words) == 1
    shown = capsys.readouterr().out
    assert f"python -m {schedules.MODULE} --only itch:6 --faults {LOSS}    # {LOSS}: book " in shown
    monkeypatch.undo()
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == []
    assert found["kinds"]["itch"]["schedules"] == 1
    assert found["kinds"]["itch"]["faults"]["drop"] > 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--kinds", "itch,fish"], "unknown kind 'fish'; known: itch, "),
        (["--only", "itch"], "--only itch: a kind and a number, such as itch:17"),
    ],
)
def test_what_cannot_be_run_is_usage(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit) as raised:
        main(words)

    assert raised.value.code == 2
    assert complaint in capsys.readouterr().err


def test_figures_of_nothing_and_of_some() -> None:
    """The percentiles of the reports."""
    assert percentile([], 50) == 0
    assert percentile([5], 99) == 5
    assert percentile(list(range(100, 0, -1)), 50) == 51
    assert percentile(list(range(1, 101)), 99) == 100
    assert Outcome().failed == 0

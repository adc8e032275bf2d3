"""Snapshot servers in the fault schedules: who comes late, and what servers do to them; and that the judge would see it."""

from collections import Counter as Tally
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import structlog
from packets import add_order
from scripted import Answers, Scripted
from tapes import tape
from test_recovery_line import unit

from feedhandler.book.pools import Limits
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.engine.recovery_trial import Trial
from feedhandler.event import Flag, Kind
from feedhandler.publish.bbo import BestPrices, BestTable
from feedhandler.replaying import Replay
from feedhandler.session.backend import Done, Snapshot
from feedhandler.simulator import schedule as schedules
from feedhandler.simulator.capture import LINES
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.schedule import KINDS, Market, run
from feedhandler.simulator.schedules import SNAPSHOT_WRONGS, market_of, run_one, schedule_of
from feedhandler.simulator.timed_driver import Known
from feedhandler.source.dice import draw, stream_base

if TYPE_CHECKING:
    from feedhandler.session.channels import Channels

KIND = "itch-glimpse"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """No log of the runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def market() -> Market:
    """One of some orders."""
    return Market(KINDS[KIND], 3, 1500, 4)


def late(market: Market) -> list[int]:
    """Seeds of runs that begin in the midst of a market's first half, with snapshots as their only help."""
    frames = len(market.frames)
    alone = [n for n in range(120) if draw(stream_base(n, "holes"), 0) % 3 == 0]
    return [n for n in alone if frames // 5 < market._joined_at(n) < frames // 2]


# --- what they come to ----------------------------------------------------------------------------
def test_every_way_of_a_server_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty schedules: no book lies; and the gap tables tell of servers that helped and of those that did not."""
    made: list[Channels] = []
    engine_of = schedules.Engine

    def engine(*given: Any, **named: Any) -> Any:
        found = engine_of(*given, **named)
        made.append(found.channels)
        return found

    monkeypatch.setattr(schedules, "Engine", engine)
    failures, told, wrongs = [], Tally[str](), set()
    for number in range(40):
        each = schedule_of(KIND, number)
        wrongs.add(each.wrongs)
        failures += run_one(market_of(KIND, each.market), each).failures
        for gap in made.pop().gap_table:
            what = "recovered" if gap.recovered else "joined" if gap.joined else "gap"
            told[f"{what} {gap.method}"] += 1

    assert failures == []
    assert wrongs <= set(SNAPSHOT_WRONGS)
    assert len(wrongs) > 12
    assert told["joined glimpse"] + told["gap glimpse"] > 8
    assert told["recovered glimpse"] == 0
    assert told["recovered moldudp64"] > 4
    assert len([each for each in told if each.startswith("joined glimpse: ")]) >= 3


@pytest.mark.parametrize(
    ("wrongs", "healed"),
    [
        ("", True), ("lag=2ms", True), ("lead=2ms", True), ("slow=1ms", True),
        ("lag=3600s", False), ("refuse=1", False), ("hollow=1", False),
        ("damaged=1", False), ("doubled=1", False), ("large=1", False), ("cut=1", False),
    ],
)  # fmt: skip
def test_who_comes_late(market: Market, wrongs: str, healed: bool) -> None:  # noqa: FBT001
    """Books are those of the day, or they are in doubt."""
    outcome = run(market, "drop=0", late(market)[0], wrongs)

    assert outcome.failures == []
    assert outcome.books == 4
    assert outcome.in_doubt_at_end == (0 if healed else 4)
    assert ("spins_loaded" in outcome.counters) == healed
    assert "recovered" not in outcome.counters


def test_a_server_that_knows_the_evening() -> None:
    """Books from beyond the lines are taken when these have come near, or all that still comes would be old."""
    market = Market(KINDS[KIND], 3, 4000, 4)
    outcome = run(market, "drop=0", late(market)[0], "lead=3600s")

    assert (outcome.failures, outcome.in_doubt_at_end) == ([], 0)
    assert outcome.counters["snapshots_ahead"] == 1  # for the join, not again for a hole
    assert "servers_set_aside" not in outcome.counters


def test_several_tries(market: Market) -> None:
    """Of connections half of which break off some bring a whole snapshot."""
    outcomes = [run(market, "drop=0", seed, "cut=0.1") for seed in late(market)]

    assert [each.failures for each in outcomes if each.failed] == []
    assert any(
        "request_retries" in each.counters and "spins_loaded" in each.counters for each in outcomes
    )


# --- the judge would see it -----------------------------------------------------------------------
def test_a_handler_that_believes_what_it_cannot_read_is_found_out(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot lacks a message, and its books are called whole."""
    monkeypatch.setattr(Trial, "reads", lambda *_: True)
    found = [run(market, "drop=0", seed, "damaged=1").failures for seed in range(12)]

    assert any("is SYNCHRONIZED at unit" in text for each in found for text in each)


def test_a_handler_that_believes_in_nothing_is_found_out(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty snapshot is taken for an empty market."""
    from feedhandler.simulator import soup_server  # noqa: PLC0415

    monkeypatch.setattr(
        soup_server.SnapshotService, "_told", lambda _self, messages: messages[:1]
    )  # of the directory one line: the orders are not there
    found = [run(market, "drop=0", seed).failures for seed in range(6)]

    assert any("is empty at unit" in text or "SYNCHRONIZED" in text for x in found for text in x)


# --- the servers' clock ---------------------------------------------------------------------------
def test_servers_know_what_was_sent_by_then(market: Market) -> None:
    """Nothing before the first frame, everything behind the last, and never less than before."""
    known = Known(market.frames)
    times = [at_ns for at_ns, line, _ in market.frames if line in LINES]

    assert (known.by(times[0] - 1), known.by(times[-1])) == (0, market.timeline.units)
    numbers = [known.by(at_ns) for at_ns in times]
    assert numbers == sorted(numbers)
    assert Misbehaviour.parse("lag=5ms,lead=2s") == Misbehaviour(lag=5_000_000, lead=2_000_000_000)


# --- a snapshot is one event ----------------------------------------------------------------------
def test_nothing_is_published_of_a_book_that_is_there_in_part(tmp_path: Path) -> None:
    """Of 1,200 orders each is better than the one before; the best price is that of the last one at once."""
    orders = [add_order(each, "B", 10, each) for each in range(1, 1201)]
    answers = Answers("spin", [Snapshot(tuple(orders), 1201), Done(1, 1200)])
    name = tape(tmp_path / "tape.pcap", [unit(each) for each in range(1201, 1204)])
    plan = RecoveryPlan(Scripted(), lambda *_: (answers,))
    seen, ends, kinds = [], [], []
    best = BestPrices.create(None, 64)
    table = BestTable(best)
    limits = Limits(books=64, books_max=63)
    options: dict[str, Any] = {"recovery": plan, "best": best, "limits": limits, "batch": 1}
    with Replay(name, "nasdaq.itch50", **options) as replay:
        for rows in replay:
            seen.append([each.bid_price for each in table.all()])
            ends.append(int(np.count_nonzero(rows["flags"] & Flag.LAST)))
            kinds += rows["kind"].tolist()
    best.close()

    assert (replay.joined[0].method, replay.recovered) == ("spin", [])
    assert kinds[0] == Kind.CHANNEL_RESET
    assert kinds[1201:] == [Kind.END, *[Kind.ORDER] * 3]
    assert ends[-4:] == [1, 1, 1, 1]
    assert sum(ends) == 4
    assert all(each == [] for each in seen[: len(ends) - 4])
    assert [each[0] // 100_000 for each in seen[-4:]] == [1200, 1201, 1202, 1203]

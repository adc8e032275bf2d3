"""The judge of schedules sees: an engine is broken on purpose, in one thing after the other, and is found out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import structlog

from feedhandler.book.kernel import clear_channel
from feedhandler.book.pools import EMPTY, STALE, SYNCHRONIZED
from feedhandler.engine import engine as engines
from feedhandler.engine.recovery_intake import RecoveryIntake
from feedhandler.engine.snapshots import Snapshots
from feedhandler.event import Flag, Kind
from feedhandler.session import holding_kernel
from feedhandler.session.channels import Channels
from feedhandler.session.gaps import TOLD, Gap, GapTable
from feedhandler.simulator import schedule as schedules
from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.schedule import KINDS, Market, Setting, run
from feedhandler.simulator.schedules import TOLD_NS, variant_of

LOSS = "line-a-drop=10%,line-b-drop=10%"
MUTE = "line-224.0.31.1:14310-dead=500ms..1min,line-224.0.32.1:15310-dead=500ms..1min"
NO_LOOPS = "line-224.0.31.22:14310-drop=1,line-224.0.32.22:15310-drop=1"
SOON = Setting(told_timeout_ns=20_000_000)
HEALED = Setting(healed=True)
FOR_EVER = 1 << 60
DOUBTFUL = int(Flag.MAYBE_BAD_BOOK)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """No log of the runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def itch() -> Market:
    """A market of orders, with nobody to ask."""
    return Market(KINDS["itch"], 3, 1200, 5)


@pytest.fixture(scope="module")
def cme() -> Market:
    """A market with loops."""
    return Market(KINDS["cme"], 3, 1200, 5)


def wait(monkeypatch: pytest.MonkeyPatch, word: int) -> None:
    """An engine that waits for ever, and does not say so."""
    made = Channels.__init__

    def slow(self: Any, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        self.holding.watch[word] = FOR_EVER

    monkeypatch.setattr(Channels, "__init__", slow)


def each_batch(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Do something to the engine, or to the copy of its rows, before the judge sees a batch."""
    batches = engines.Engine.batches

    def changed(self: Any) -> Iterator[Any]:
        for rows in batches(self):
            copy = np.asarray(rows).copy()
            change(self, copy)
            yield copy

    monkeypatch.setattr(engines.Engine, "batches", changed)


def each_gap(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Lie in the gap table, for whoever reads it."""
    honest = GapTable.__iter__

    def lying(self: GapTable) -> Iterator[Gap]:
        return iter([change(gap) if gap.role == "incremental" else gap for gap in honest(self)])

    monkeypatch.setattr(GapTable, "__iter__", lying)


def said(outcome: Outcome, what: str) -> bool:
    return any(what in text for text in outcome.failures)


# --- position -------------------------------------------------------------------------------------
def test_honest_engines_pass(itch: Market, cme: Market) -> None:
    """With all that is done below to others, and the loops' word is taken for the lines' silence."""
    muted = run(cme, MUTE, 1, setting=SOON)
    outcomes = [
        run(itch, LOSS, 1), run(cme, LOSS, 1), run(cme, LOSS, 1, setting=HEALED), muted,
        run(cme, f"{LOSS},{MUTE}", 1, setting=replace(SOON, healed=True)),
    ]  # fmt: skip

    assert [each.failures for each in outcomes] == [[]] * 5
    assert any(TOLD in end for end in muted.ends)
    assert [each.healed for each in outcomes] == [0, 0, 1, 0, 1]
    assert [each.in_doubt_at_end for each in outcomes if each.healed] == [0, 0]


def test_a_hole_that_is_waited_for_for_ever(itch: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books stand still, and would be right as of then."""
    wait(monkeypatch, holding_kernel.WAIT_NS)

    assert said(run(itch, LOSS, 1), "the channel stands still at unit")


def test_an_engine_that_stops(itch: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the midst of whole lines; at the end its books are compared with those of all that came."""
    batches = engines.Engine.batches

    def some(self: Any) -> Iterator[Any]:
        for number, rows in enumerate(batches(self)):
            if number == 200:
                return
            yield rows

    monkeypatch.setattr(engines.Engine, "batches", some)
    outcome = run(itch, "drop=0", 1)

    assert said(outcome, "the channel ends at unit")
    assert said(outcome, "is SYNCHRONIZED at unit 1200")


def test_loops_that_are_not_believed(cme: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of increments is dead, and the channel stands still."""
    wait(monkeypatch, holding_kernel.TOLD_NS)

    assert said(run(cme, MUTE, 1, setting=SOON), "the channel stands still at unit")


def test_a_channel_that_is_ahead_of_everybody(
    itch: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units that nobody has shown were taken, or given up."""
    take = Channels.take_gap

    def more(self: Any, row: int, *given: Any) -> Any:
        self.table[row, 9] += 400
        return take(self, row, *given)

    monkeypatch.setattr(Channels, "take_gap", more)

    assert said(run(itch, LOSS, 1), "nobody has shown more")


# --- liveness -------------------------------------------------------------------------------------
def test_snapshots_that_are_never_taken(cme: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books stay in doubt, which is true, and no way to be."""
    monkeypatch.setattr(Snapshots, "take", lambda *_: None)

    assert said(run(cme, LOSS, 1, setting=HEALED), "nothing was wrong any more, and still")
    assert run(cme, LOSS, 1).failures == []


def test_a_server_that_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holes become gaps, and books stay STALE."""
    market = Market(KINDS["itch-server"], 3, 1200, 5)
    assert run(market, LOSS, 1, setting=HEALED).failures == []
    monkeypatch.setattr(schedules, "re_request", lambda *_: lambda *_: ())

    assert said(run(market, LOSS, 1, setting=HEALED), "nothing was wrong any more")


def test_a_load_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be judged while it goes on, so it may not go on."""
    market = Market(KINDS["itch-glimpse"], 3, 1200, 5)

    def end(self: RecoveryIntake) -> None:
        self._loading = None

    monkeypatch.setattr(RecoveryIntake, "_end_loading", end)
    outcomes = [run(market, LOSS, seed) for seed in range(6)]

    assert any(said(each, "frames were taken while a snapshot") for each in outcomes)


# --- flags ----------------------------------------------------------------------------------------
def flag_all(_engine: Any, rows: Any) -> None:
    rows["flags"] |= DOUBTFUL


def flag_first_not(_engine: Any, rows: Any) -> None:
    rows["flags"][:1] &= 0xFF ^ DOUBTFUL


def flag_last_not(_engine: Any, rows: Any) -> None:
    told = np.flatnonzero((rows["kind"] == Kind.ORDER) | (rows["kind"] == Kind.LEVEL))
    rows["flags"][told[-1:]] &= 0xFF ^ DOUBTFUL


@pytest.mark.parametrize(
    ("change", "plan", "why"),
    [
        (flag_all, "drop=0", "though it was sound before"),
        (flag_first_not, LOSS, "though it was in doubt before"),
        (flag_last_not, LOSS, "differs from the oracle's"),
    ],
)
def test_flags_that_lie(
    itch: Market, monkeypatch: pytest.MonkeyPatch, change: Any, plan: str, why: str
) -> None:
    """On every row, or missing on one."""
    each_batch(monkeypatch, change)
    outcomes = [run(itch, plan, seed) for seed in range(3)]

    assert any(said(each, why) for each in outcomes)


# --- books ----------------------------------------------------------------------------------------
def test_books_that_are_emptied_in_doubt(itch: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that lacks something is no excuse for a book that was known."""

    def clear(engine: Any, _rows: Any) -> None:
        if engine.recovering.recovery.in_doubt():
            clear_channel(1, EMPTY, engine.pools)

    each_batch(monkeypatch, clear)

    assert said(run(itch, LOSS, 1), "is empty at unit")


def test_a_refresh_that_believes_too_early(cme: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Natural refresh: books are right when they say so, and not before."""
    setting = Setting(natural=True)
    plan = f"{LOSS},{NO_LOOPS}"
    honest = run(cme, plan, 1, setting=setting)
    assert honest.failures == []
    assert honest.counters["healed_books"] > 0

    def believe(engine: Any, _rows: Any) -> None:
        books = np.asarray(engine.pools.books).view(np.ndarray)
        books["state"][books["state"] >= STALE] = SYNCHRONIZED

    each_batch(monkeypatch, believe)

    assert said(run(cme, plan, 1, setting=setting), "is SYNCHRONIZED at unit")


# --- the gap table --------------------------------------------------------------------------------
LIES: dict[str, Any] = {
    "first": lambda gap: replace(gap, first=gap.first - 1, count=gap.count + 1),
    "count": lambda gap: replace(gap, count=gap.count + 1),
    "less": lambda gap: replace(gap, first=gap.first + 1, count=gap.count - 1),
    "lines": lambda gap: replace(gap, lines=gap.behind, behind=gap.lines),
    "given up": lambda gap: replace(gap, ts_recv=gap.ts_recv + 1),
    "packet": lambda gap: replace(gap, packet=gap.packet - 1),
    "start": lambda gap: replace(gap, start_ns=gap.start_ns + 1),
    "begins late": lambda gap: replace(gap, start_ns=gap.ts_recv),
    "end": lambda gap: replace(gap, end_ns=gap.end_ns + 1 if gap.end_ns else 0),
    "no end": lambda gap: replace(gap, end_ns=0),
    "rows": lambda gap: replace(gap, rows=gap.rows + 1),
    "no rows": lambda gap: replace(gap, rows=0),
    "method": lambda gap: replace(gap, method="glimpse"),
    "seen": lambda gap: replace(gap, seen=TOLD),
    "joined": lambda gap: replace(gap, joined=True),
    "recovered": lambda gap: replace(gap, recovered=True),
    "loaded": lambda gap: replace(gap, loaded=True),
}


@pytest.mark.parametrize("field", LIES)
def test_a_gap_table_that_lies(cme: Market, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    """In any of its fields."""
    each_gap(monkeypatch, LIES[field])

    assert said(run(cme, LOSS, 2), "gap ")


@pytest.mark.parametrize("field", ["seen", "start", "given up", "lines"])
def test_a_gap_that_loops_told_of(cme: Market, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    """Likewise."""
    lies = LIES | {"seen": lambda gap: replace(gap, seen="")}
    each_gap(monkeypatch, lies[field])

    assert said(run(cme, MUTE, 1, setting=SOON), "gap ")


@pytest.mark.parametrize("times", [0, 2])
def test_gaps_that_are_not_told_once(
    itch: Market, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Or told twice."""
    honest = GapTable.__iter__
    monkeypatch.setattr(
        GapTable,
        "__iter__",
        lambda self: iter([gap for gap in honest(self) for _ in range(times)]),
    )
    why = " gaps" if times else "never came, and is in no gap"

    assert said(run(itch, LOSS, 1), why)


# --- schedules ------------------------------------------------------------------------------------
def test_schedules_have_every_variant() -> None:
    """Quiet ends where there is a way back, lines that die for good, natural refresh with and without loops."""
    made = {kind: [variant_of(kind, number) for number in range(120)] for kind in KINDS}
    healed = {kind: sum(s.healed for _, s in every) for kind, every in made.items()}
    muted = {kind: sum("..1min" in "".join(p) for p, _ in every) for kind, every in made.items()}
    natural = [(parts, setting) for parts, setting in made["cme"] if setting.natural]

    assert healed["itch"] == 0
    assert all(healed[kind] > 20 for kind in KINDS if kind != "itch")
    assert all(muted[kind] > 10 for kind in KINDS if KINDS[kind].loops)
    assert len(natural) > 15
    assert 0 < sum("drop=1" in "".join(parts) for parts, _ in natural) < len(natural)
    assert {setting.told_timeout_ns for _, setting in made["cme"]} == set(TOLD_NS)

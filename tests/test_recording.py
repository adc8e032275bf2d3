"""Parts of a recorded day as markets: what is true of their books, and schedules over them."""

from pathlib import Path

import pytest

from feedhandler.book.contents import Contents
from feedhandler.simulator import recording
from feedhandler.simulator.recording import NO_CAPTURE, Recording, capture_path
from feedhandler.simulator.schedule import KINDS, run
from feedhandler.simulator.schedules import arguments_of, main, market_of
from feedhandler.simulator.timeline import held
from feedhandler.verifying.snapshots import compare_snapshots

REAL = pytest.mark.skipif(capture_path() is None, reason=NO_CAPTURE)


@REAL
def test_the_truth_ends_with_the_books_that_the_snapshots_agree_with() -> None:
    """Those of `verify --snapshots`, of all instruments."""
    path = capture_path()
    assert path is not None
    truth = recording.books_in(path, "moex.forts")
    compared = compare_snapshots(path, "moex.forts")

    assert sorted(truth.keys) == sorted(compared.final)
    for key, built in compared.final.items():
        contents = Contents([], [], built.bids, built.asks, [], [])
        assert truth.after(key, 1 << 40) == held(contents)
        assert truth.after(key, 1) is None


@REAL
@pytest.mark.parametrize("plan", ["drop=0", "drop=10%", "tear=1@50%,reorder=8", "dead=2s..9s"])
def test_parts_joined_in_their_midst_do_not_lie(plan: str) -> None:
    """And come out of doubt: no book is left in doubt without faults."""
    for seed in range(3):
        outcome = run(Recording("moex.forts", seed), plan, seed)
        assert outcome.failures == []
        assert outcome.counters["snapshots_loaded"] > 0
        if plan == "drop=0":
            assert (outcome.in_doubt_at_end, len(outcome.recoveries)) == (0, 1)


@REAL
def test_the_judge_finds_a_recorded_book_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are taken as they come, and what was kept behind them is forgotten."""
    monkeypatch.setattr("feedhandler.engine.snapshots.first_kept", lambda *given: given[2])
    failures = [
        text
        for seed in range(4)
        for text in run(Recording("moex.forts", seed), "drop=10%", seed).failures
    ]
    assert any("its levels differ" in text for text in failures)


def test_without_the_capture_they_are_left_out_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The others run; alone, it is usage."""
    monkeypatch.setenv(recording.FOLDER, str(tmp_path))
    assert main(["--kinds", "itch,forts", "--schedules", "1", "--jobs", "1"]) == 0
    assert f"forts: left out, {NO_CAPTURE}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        arguments_of(["--only", "forts:1"])
    assert f"forts: {NO_CAPTURE}" in capsys.readouterr().err
    with pytest.raises(FileNotFoundError, match="does not name a folder"):
        market_of("forts", 1)
    assert KINDS["forts"].recorded

"""What a loss puts in doubt, what flows on, and what ends the doubt: stories through the engine.

What is missing can be told of one instrument and not of another where the venue numbers each one's entries;
rows and books tell it, and so does the gap table.
"""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import CME, document, feedhandler, read, rewritten
from packets import add_order, group, level, mdp3, mold, root, sbe
from packets import wide_group as no_orders
from tapes import CME_A, NASDAQ_A, NASDAQ_B, Sent, channel_reset, sent_at, tape

from feedhandler.event import Flag
from feedhandler.replaying import Replay
from feedhandler.session import recovery
from feedhandler.session.recovery import TABLE, Happening, Recovery, State

NANOS = 1_000_000_000


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


# --- the table ------------------------------------------------------------------------------------
def test_the_table_is_the_one_that_is_written() -> None:
    """The rows of the docstring, word for word."""
    text = (recovery.__doc__ or "").split("-----\n")[1].split("\n\n")[0]
    told = {}
    for line in text.splitlines():
        before, what, after = line.split()[:3]
        for state in State if before == "any" else [State[before]]:
            told[state, Happening(what)] = State[after]

    assert told == TABLE


def test_a_channel_follows_the_table() -> None:
    """What it holds early makes it a GAP for as long."""
    channel = Recovery()

    assert (channel.state(3), channel.state(3, held=1)) == (State.SYNCHRONIZED, State.GAP)
    assert channel.happen(3, Happening.LOST) is State.STALE
    assert channel.state(3, held=1) is State.STALE
    assert channel.in_doubt() == [3]
    assert channel.happen(3, Happening.ASKED) is State.RECOVERING
    assert channel.happen(3, Happening.RECOVERED) is State.SYNCHRONIZED
    assert channel.in_doubt() == []
    with pytest.raises(KeyError):
        channel.happen(3, Happening.RECOVERED)


# --- stories --------------------------------------------------------------------------------------
def entry(
    number: int, *, instrument: int, sequence: int, price: int = 5, sent: int | None = None
) -> Sent:
    """A CME packet that inserts a price on top of the bids of an instrument."""
    told = level(price * NANOS, 5, instrument=instrument, sequence=sequence)
    message = sbe(46, root(), group(told), no_orders())
    return CME_A, mdp3([message], number, sent_at(number if sent is None else sent))


def cleared(number: int, *, instrument: int, sequence: int) -> Sent:
    """A CME packet that empties the book of an instrument."""
    told = level(2**63 - 1, 0, instrument=instrument, sequence=sequence, kind="J")
    return CME_A, mdp3([sbe(46, root(), group(told), no_orders())], number, sent_at(number))


def run(path: Path, sent: Iterable[Sent], feed: str = "cme.mdp3") -> tuple[Replay, list[int]]:
    """A replay that has ended, and the sequences of the rows that were flagged."""
    with Replay(tape(path / "tape.pcap", sent), feed) as replay:
        flagged = [
            int(row["sequence"])
            for batch in replay
            for row in batch
            if row["flags"] & Flag.MAYBE_BAD_BOOK
        ]
    return replay, flagged


def states(replay: Replay) -> dict[int, str]:
    """State of every book."""
    return {view.instrument_id: view.state for view in replay.books}


def state(replay: Replay) -> str:
    """State of the first channel."""
    return str(replay.channels[0]["state"])


def test_what_a_loss_does_not_touch_flows_on(tmp_path: Path) -> None:
    """Of three instruments: the next number, a number left out, and none at all."""
    sent = [entry(number, instrument=number, sequence=1) for number in (1, 2, 3)]
    sent += [
        entry(5, instrument=1, sequence=2, price=6),
        entry(6, instrument=2, sequence=3, price=6),
    ]
    replay, flagged = run(tmp_path, sent)
    (gap,) = replay.gaps

    assert states(replay) == {1: "SYNCHRONIZED", 2: "STALE", 3: "SUSPECT"}
    assert flagged == [6]
    assert (gap.first, gap.count, gap.lines, gap.end_ns, gap.rows) == (4, 1, "A", 0, 1)
    assert state(replay) == "stale"  # nothing can bring book 2 back
    assert replay.counters["instrument_gaps"] == replay.counters["healed_books"] == 1


def test_when_the_last_book_is_sound_the_gap_is_closed(tmp_path: Path) -> None:
    """By its number, or because the venue emptied it; the time is that of the row that did it."""
    sent = [entry(1, instrument=1, sequence=1), entry(2, instrument=2, sequence=1)]
    sent += [entry(4, instrument=1, sequence=2, price=6), entry(5, instrument=2, sequence=4)]
    sent += [cleared(6, instrument=2, sequence=5), entry(7, instrument=2, sequence=6)]
    replay, flagged = run(tmp_path, sent)
    (gap,) = replay.gaps

    assert states(replay) == {1: "SYNCHRONIZED", 2: "SYNCHRONIZED"}
    assert flagged == [5]
    assert (gap.end_ns - gap.start_ns, gap.rows, gap.method) == (2_000, 1, "cleared by the venue")
    assert gap.doubt_ns(0) == 2_000
    assert state(replay) == "synchronized"


def test_an_instrument_that_begins_behind_a_loss(tmp_path: Path) -> None:
    """Its first number is 1, or something of it was lost."""
    sent = [entry(1, instrument=1, sequence=1), entry(3, instrument=2, sequence=1)]
    sent += [entry(4, instrument=3, sequence=2), entry(5, instrument=1, sequence=2, price=6)]
    replay, flagged = run(tmp_path, sent)

    assert states(replay) == {1: "SYNCHRONIZED", 2: "SYNCHRONIZED", 3: "STALE"}
    assert flagged == [4]


def test_a_number_left_out_without_a_gap(tmp_path: Path) -> None:
    """A message that could not be read, say: that instrument alone is in doubt."""
    sent = [entry(1, instrument=1, sequence=1), entry(2, instrument=2, sequence=1)]
    sent += [
        entry(3, instrument=1, sequence=3, price=6),
        entry(4, instrument=2, sequence=2, price=6),
    ]
    replay, flagged = run(tmp_path, sent)

    assert states(replay) == {1: "STALE", 2: "SYNCHRONIZED"}
    assert (flagged, replay.gaps) == ([3], [])


# --- other ends -----------------------------------------------------------------------------------
def test_a_channel_reset_ends_all_doubt(tmp_path: Path) -> None:
    """Books are empty and known to be, and numbers begin anew."""
    sent = [entry(1, instrument=1, sequence=1), entry(3, instrument=1, sequence=5)]
    sent += [(CME_A, mdp3([channel_reset()], 4, sent_at(4))), entry(5, instrument=1, sequence=1)]
    sent += [entry(6, instrument=2, sequence=1)]
    replay, flagged = run(tmp_path, sent)

    assert states(replay) == {1: "SYNCHRONIZED", 2: "SYNCHRONIZED"}
    assert flagged[0] == 3
    assert 5 not in flagged
    assert state(replay) == "synchronized"


def test_another_session_ends_all_doubt(tmp_path: Path) -> None:
    """Nothing of the new one is flagged."""
    other = b"SESSION002"
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 3)]
    sent += [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n, other)) for n in (1, 2)]
    replay, flagged = run(tmp_path, sent, "nasdaq.itch50")
    (gap,) = replay.gaps

    assert (flagged, states(replay)) == ([3], {7: "SYNCHRONIZED"})
    assert (gap.method, state(replay)) == ("new session", "synchronized")


# --- joining late ---------------------------------------------------------------------------------
def test_joining_in_the_midst_is_a_loss_of_all_before(tmp_path: Path) -> None:
    """Nothing that was sent since is missing, but books are in doubt: exit code 1, unless that is allowed."""
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (501, 502)]
    replay, flagged = run(tmp_path, sent, "nasdaq.itch50")
    told = feedhandler("replay", str(tmp_path / "tape.pcap"), "-n")
    (joined,) = replay.joined

    assert (flagged, states(replay), state(replay)) == ([501, 502], {7: "STALE"}, "stale")
    assert (joined.first, joined.count, str(joined)) == (
        1, 500, "channel 1 incremental: joined at 501",
    )  # fmt: skip
    assert (replay.gaps, told.exit_code) == ([], 1)
    assert (
        feedhandler("replay", str(tmp_path / "tape.pcap"), "-n", "--doubt-max", "1").exit_code == 0
    )


def test_instruments_that_are_new_after_joining_late(tmp_path: Path) -> None:
    """One that begins at its number 1 is known from its start."""
    sent = [entry(70, instrument=1, sequence=9), entry(71, instrument=2, sequence=1)]
    replay, flagged = run(tmp_path, sent)

    assert states(replay) == {1: "STALE", 2: "SYNCHRONIZED"}
    assert flagged == [70]
    assert replay.counters["joins"] == 1


# --- told -----------------------------------------------------------------------------------------
def test_the_gap_table_is_told(tmp_path: Path) -> None:
    """In the report and in JSON; open ends are null."""
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 3, 4)]
    sent += [(NASDAQ_B, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 3, 4)]
    path = tape(tmp_path / "tape.pcap", sent)
    (told,) = document("replay", path)["gaps"]
    page = feedhandler("replay", path).stdout

    assert (told["first"], told["last"], told["lines"], told["rows"]) == (2, 2, "AB", 2)
    assert (told["end"], told["method"]) == (None, "")
    assert told["in_doubt_ns"] == 4_000
    assert "in doubt" in page
    assert "lost 1" in page


def test_gaps_are_listed_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is counted."""
    monkeypatch.setattr("feedhandler.session.gaps.GAPS_MAX", 2)
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 3, 5, 7, 9)]
    replay, _ = run(tmp_path, sent, "nasdaq.itch50")

    assert len(replay.gaps) == 2
    assert replay.counters["gaps"] == 4


def test_patience_is_the_users(tmp_path: Path) -> None:
    """A slower line that is later than the time, and one that is not."""
    sent = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 3, 4, 5)]
    sent += [(NASDAQ_B, mold([add_order(n, "B", 100, 10_000)], n)) for n in (1, 2)]
    path = tape(tmp_path / "tape.pcap", sent)  # a microsecond apart

    assert feedhandler("replay", path, "-n").exit_code == 0
    assert feedhandler("replay", path, "-n", "--gap-timeout", "1us").exit_code == 1
    assert (
        feedhandler("replay", path, "-n", "--gap-timeout", "1us", "--gap-count", "9").exit_code == 0
    )
    assert feedhandler("replay", path, "--gap-timeout", "soon").exit_code == 2
    assert feedhandler("replay", path, "--gap-timeout", "2min").exit_code == 2


# --- with the judge -------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2])
def test_both_books_agree_on_what_is_in_doubt(tmp_path: Path, seed: int) -> None:
    """A capture with losses, through kernels and oracle: same rows, states, counters, digests."""
    rng = random.Random(seed)
    lost = {frame.packet for frame in read(CME) if rng.random() < 0.15}
    path = rewritten(
        tmp_path / "lossy.pcap", CME, lambda f: None if f.packet in lost else f.data, 2600
    )
    told = feedhandler("verify", path, "--json")
    found = json.loads(told.stdout)

    assert found["divergence"] is None, found["divergence"]
    assert (found["ok"], told.exit_code) == (True, 0)
    assert len(found["gaps"]) > 3

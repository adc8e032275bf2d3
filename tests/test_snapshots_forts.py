"""FORTS, six recorded minutes: joined in its midst, from snapshots, against what an independent reader made of it."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog

from feedhandler.event import Kind, Side
from feedhandler.replaying import Replay

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent") / "forts-2013"

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set, or has no forts-2013"
)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def shown(levels: list[Any]) -> list[list[Any]]:
    """Levels as the expected books have them."""
    return [[Decimal(each.price) / 10**9, each.size] for each in levels]


def test_final_books_are_the_expected_ones() -> None:
    """All eleven, sound, from the first usable snapshot of each."""
    expected = json.loads((REAL / "expected.json").read_text())["securities"]
    with Replay(REAL / "all.pcap", "moex.forts") as replay:
        replay.run()
    (joined,) = replay.joined

    for number, told in expected.items():
        book = replay.books[int(number)]
        assert book.state == "SYNCHRONIZED", number
        for side, name in ((Side.BID, "bids"), (Side.ASK, "asks")):
            wanted = [[Decimal(price), size] for price, size in told["final_book"][name]]
            assert shown(book.levels(side)) == wanted, (number, name)
    assert len(replay.books) == len(expected) == 11
    assert replay.counters["snapshots_loaded"] == 11
    assert (joined.method, replay.channels[0]["state"]) == ("snapshot", "synchronized")


def test_every_comparable_snapshot_is_the_book_that_was_built() -> None:
    """By the venue's number of the instrument's entries; three name entries behind the capture's end."""
    history: dict[tuple[int, int], list[list[int]]] = {}
    later: list[tuple[tuple[int, int], list[list[int]]]] = []
    started: set[int] = set()
    with Replay(REAL / "all.pcap", "moex.forts", batch=1) as replay:
        for batch in replay:
            heads = np.flatnonzero(batch["kind"] == Kind.SNAPSHOT)
            for instrument in {int(each) for each in batch["instrument_id"]} - {0}:
                if not (books := replay.books.find(instrument)):
                    continue
                book = books[0]
                record = replay.engine.pools.books[book.number]
                key = (instrument, int(record["instrument_sequence"]))
                if book.state == "SYNCHRONIZED":
                    history[key] = [
                        [each.price, each.size]
                        for side in (Side.BID, Side.ASK)
                        for each in book.levels(side)
                    ]
                    if len(heads) and instrument in started:
                        later.append(told(batch))
                    started.add(instrument)

    comparable = [(key, levels) for key, levels in later if key in history]
    assert [key for key, levels in comparable if history[key] != levels] == []
    assert (len(comparable), len(later)) == (7834, 7837)


def told(batch: Any) -> tuple[tuple[int, int], list[list[int]]]:
    """Instrument and number of a snapshot, and its levels, bids first."""
    rows = batch[batch["kind"] == Kind.LEVEL]
    levels = [
        [int(row["price"]), int(row["size"])]
        for side in (Side.BID, Side.ASK)
        for row in np.sort(rows[rows["side"] == side], order="level")
    ]
    return (int(batch["instrument_id"][0]), int(batch["instrument_sequence"][0])), levels

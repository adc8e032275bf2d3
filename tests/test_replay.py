"""From a capture to books, end to end: what came out is what the market was.

Simulated captures are judged by the simulator's own market, the published one by the figures that were laid
beside it; neither knows anything of the engine.
"""

import json
import os
import subprocess
import sys
from collections import Counter as Tally
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_runs import CAPTURES, CME, ITCH, SHIPPED

import feedhandler
from feedhandler.book.pools import ORDERS_LIVE, STATE_NAMES
from feedhandler.book.view import BookView, Level, price_decimal
from feedhandler.counter import Counter
from feedhandler.event import EVENT, UNDEF_PRICE, Action, Flag, Kind, Side
from feedhandler.publish import Best, BestPrices, BestTable, EventRing, SharedCounters
from feedhandler.replaying import Replay
from feedhandler.simulator import record

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")
RITCH = REAL / "ritch" / "ex20101224.TEST_ITCH_50"
WHY_NOT_TAKEN = range(Counter.NOT_IP, Counter.DUPLICATES)
FEEDS = {"Nasdaq": "nasdaq.itch50", "Cme": "cme.mdp3"}
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")


def replayed(*paths: str | Path, **options: Any) -> Replay:
    """A replay, run to its end."""
    with feedhandler.replay(list(paths), **options) as replay:
        return replay.run()


def plain(levels: list[Level]) -> list[tuple[int, int, int | None]]:
    """Price, size, number of orders."""
    return [(level.price, level.size, level.order_count) for level in levels]


def both_sides(view: BookView) -> dict[str, list[tuple[int, int, int | None]]]:
    """Levels of a book as the simulator tells them."""
    return {"bids": plain(view.levels(Side.BID)), "asks": plain(view.levels(Side.ASK))}


# --- simulated markets ----------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2])
def test_itch_books_are_the_markets(tmp_path: Path, seed: int) -> None:
    """Every level of every book, by order; how many orders; every message once."""
    path = tmp_path / "day.pcapng.zst"
    truth = record(path, "nasdaq.itch50", messages=20_000, seed=seed, instruments=12)
    replay = replayed(path)
    books = {
        view.instrument_id: {"symbol": view.symbol, **both_sides(view)} for view in replay.books
    }

    assert books == {number: book for number, book in truth["books"].items() if number in books}
    assert all(truth["books"][number]["bids"] == [] for number in truth["books"].keys() - books)
    assert replay.counters["messages"] == truth["messages"]
    assert int(replay.engine.pools.control[ORDERS_LIVE]) == truth["orders"]
    assert replay.counters["duplicates"] == sum(truth["frames"].values()) // 2 - heartbeats(replay)
    assert replay.gaps == []


def heartbeats(replay: Replay) -> int:
    """Datagrams of one line without a unit: heartbeats, and the end that is said three times."""
    return replay.counters["heartbeats"] // 2 + 3


@pytest.mark.parametrize("long", [False, True])
def test_cme_books_are_the_markets(tmp_path: Path, *, long: bool) -> None:
    """By order, by level and implied; the channel reset and all behind it with long quantities."""
    path = tmp_path / "day.pcap"
    extra = {"channel_reset": long, "long_quantity": long}
    truth = record(path, "cme.mdp3", messages=2_500, seed=5, instruments=4, **extra)
    replay = replayed(path)
    found = {}
    for view in replay.books:
        shown = both_sides(view)
        found[view.instrument_id] = {
            "symbol": view.symbol,
            **both_sides(view.by("order")),
            **{f"shown_{side}": levels for side, levels in shown.items()},
            "implied_bids": [(level.price, level.size) for level in view.implied(Side.BID)],
            "implied_asks": [(level.price, level.size) for level in view.implied(Side.ASK)],
        }
    for book in truth["books"].values():  # the venue counts no orders in implied levels
        for side in ("implied_bids", "implied_asks"):
            book[side] = [level[:2] for level in book[side]]

    assert found == truth["books"]
    assert {view.state for view in replay.books} == {"SYNCHRONIZED"}
    assert replay.gaps == []


# --- a published file -----------------------------------------------------------------------------
@needs_real
def test_ritch_books_and_counts_are_the_published_ones() -> None:
    """12,012 messages with zero length prefixes; 117 name an unknown order; 3,204 orders stay open."""
    expected = json.loads((RITCH.parent / "expected.json").read_text("utf-8"))
    types = expected["file"]["messages_by_type"]
    seen: Tally[tuple[int, int]] = Tally()
    live = 0
    with feedhandler.replay(RITCH, batch=1) as replay:
        for batch in replay:
            seen.update(zip(batch["kind"].tolist(), batch["action"].tolist(), strict=True))
            live = max(live, int(replay.engine.pools.control[ORDERS_LIVE]))

    assert replay.feed.name == "nasdaq.itch50.file"
    assert replay.notes == ["length prefix is zero: lengths by message type"]
    assert replay.counters["messages"] == expected["file"]["messages"] == 12_012
    assert seen == {
        (Kind.ORDER, Action.ADD): types["A"] + types["F"] + types["U"],
        (Kind.ORDER, Action.CANCEL): types["D"] + types["X"] + types["U"],
        (Kind.ORDER, Action.FILL): types["E"],
        (Kind.TRADE, Action.TRADE): types["P"],
        (Kind.INSTRUMENT, Action.ADD): types["R"],
        (Kind.STATUS, Action.NONE): types["H"],
        (Kind.SESSION, Action.NONE): types["S"],
    }
    assert replay.counters["unknown_order"] == expected["references"]["unknown_order"] == 117
    assert "over_execution" not in replay.counters
    assert int(replay.engine.pools.control[ORDERS_LIVE]) == expected["open_orders"] == 3_204
    assert live <= expected["largest_number_of_open_orders"]
    assert {view.symbol for view in replay.books} == set(expected["final_books"])
    for view in replay.books:
        compare_ritch(view, expected["final_books"][view.symbol])


def compare_ritch(view: BookView, book: dict[str, Any]) -> None:
    """One book: every level, both sums, prints."""
    for side, name, sold in ((Side.BID, "bids", "buy"), (Side.ASK, "asks", "sell")):
        levels = view.levels(side)
        wanted = [(Decimal(price), size, orders) for price, size, orders in book[name]]

        assert [(price_decimal(p), size, n) for p, size, n in plain(levels)] == wanted
        assert len(levels) == book["levels"][name]
        assert sum(level.size for level in levels) == book[f"open_shares_{sold}"]
    assert view.instrument_id == book["stock_locate"]
    assert view.trades == book["trades_P"]
    assert (view.state, view.crossing) == ("STALE", "crossed")  # made-up data: unknown orders


@needs_real
@pytest.mark.parametrize("venue", FEEDS)
def test_every_published_packet_goes_through(venue: str) -> None:
    """Messages of each are read and none is malformed; frames of TCP are counted."""
    paths = sorted((REAL / "omi" / venue).rglob("*.pcap"))
    for path in paths:
        counters = replayed(path, feed=FEEDS[venue]).counters
        udp = counters.get("datagrams", 0)

        assert counters["frames"] == udp + counters.get("tcp", 0), path
        assert (counters.get("messages", 0) > 0) == (udp > 0), path
        assert not {"malformed_transport", "malformed_message", "unknown_template"} & set(counters)
    assert paths


# --- nothing is lost in silence -------------------------------------------------------------------
@pytest.mark.parametrize("name", SHIPPED)
def test_every_frame_and_every_unit_is_accounted_for(name: str) -> None:
    """Frames are datagrams or have a reason; units are accepted, duplicates or gaps."""
    replay = replayed(CAPTURES / name)
    counters = replay.engine.counters
    channels = replay.engine.channels.report()
    not_taken = sum(int(counters[reason]) for reason in WHY_NOT_TAKEN)
    lines = [line for channel in channels for line in channel["lines"]]

    assert counters[Counter.FRAMES] == counters[Counter.DATAGRAMS] + not_taken
    assert sum(line["datagrams"] for line in lines) == counters[Counter.DATAGRAMS]
    if replay.feed.unit == "message":
        assert sum(channel["accepted"] for channel in channels) == counters[Counter.MESSAGES]
    assert not_taken == counters[Counter.GAPS] == counters[Counter.MALFORMED_MESSAGE] == 0


def test_events_end_and_carry_their_times() -> None:
    """Batches are Event rows whose memory is the engine's; sequences and times never go back."""
    sequences, last = [], 0
    with feedhandler.replay(ITCH) as replay:
        for batch in replay:
            assert batch.dtype == EVENT
            assert np.shares_memory(batch, replay.engine.rows)
            assert int(batch["ts_event"][0]) >= last
            last = int(batch["ts_event"][-1])
            sequences += batch["sequence"].tolist()
            ends = batch["flags"] & Flag.LAST != 0
            assert ends[np.flatnonzero(np.diff(batch["sequence"].astype(np.int64)))].all()

    assert sequences == sorted(sequences)
    assert sorted(set(sequences)) == list(range(1, SHIPPED[Path(ITCH).name]["messages"] + 1))


def test_books_may_be_looked_at_between_batches() -> None:
    """They are those of the end of the batch, whatever the batch's size, and end up the same."""
    with feedhandler.replay(CME, batch=64) as replay:
        seen = {sum(len(view.depth().bids) for view in replay.books) for _ in replay}

    assert len(seen) > 5
    assert replay.books.digest() == replayed(CME).books.digest()


# --- shared memory --------------------------------------------------------------------------------
READER = """
import json, sys
sys.modules["numba"] = None  # whoever imports it fails
from feedhandler.publish import BestTable, CounterReader, EventRingReader
name = sys.argv[1]
rows, lost = EventRingReader(name).read(10_000)
best = [list(line) for line in BestTable(name).all()]
print(json.dumps([rows.tobytes().hex(), lost, best, CounterReader(name).read()]))
"""


def test_replay_through_shared_memory(tmp_path: Path) -> None:
    """Ring, best prices and counters hold what the replay gave, for a process without numba."""
    name = f"replay-{os.getpid()}"
    day = tmp_path / "day.pcap"
    truth = record(day, "nasdaq.itch50", messages=3_000, seed=9, instruments=3)
    with feedhandler.replay(day) as alone:
        events = b"".join(batch.tobytes() for batch in alone)
    with ExitStack() as open_until_read:
        ring, best = EventRing.create(name, 4096), BestPrices.create(name, 1024)
        counters = SharedCounters.create(name)
        for segment in (ring, best, counters):
            open_until_read.callback(segment.close)
        counters.words[:] = replayed(day, ring=ring, best=best).engine.counters
        done = subprocess.run(
            [sys.executable, "-c", READER, name], capture_output=True, text=True, check=True
        )
    rows, lost, lines, counts = json.loads(done.stdout)

    assert (rows, lost) == (events.hex(), 0)
    assert counts == alone.counters
    assert {line[0]: prices(Best(*line)) for line in lines} == {
        number: (*book["bids"][0], *book["asks"][0]) for number, book in truth["books"].items()
    }


@pytest.mark.parametrize("path", [ITCH, CME], ids=["itch", "cme"])
def test_the_table_tells_what_the_books_are_after_losses(path: Path) -> None:
    """Whatever was lost, on either line or both, readers see each book's own state and best prices."""
    best = BestPrices.create(None)
    replay = replayed(path, best=best, faults="drop=0.05", seed=3)
    table = BestTable(best)
    books = {(book.channel_id, book.instrument_id): book for book in replay.books}
    lines = table.all()
    told = {(line.channel_id, line.instrument_id): STATE_NAMES[line.state] for line in lines}

    assert replay.gaps
    assert len(lines) > 3
    assert told == {key: books[key].state for key in told}
    for line in lines:
        top = books[line.channel_id, line.instrument_id].best()
        expected = (top.bid_price, top.ask_price)
        assert expected == tuple(
            None if p == UNDEF_PRICE else p for p in (line.bid_price, line.ask_price)
        )


def prices(best: Best) -> tuple[int, ...]:
    """A line of the table as the simulator tells its best levels."""
    return (
        best.bid_price, best.bid_size, best.bid_orders,
        best.ask_price, best.ask_size, best.ask_orders,
    )  # fmt: skip

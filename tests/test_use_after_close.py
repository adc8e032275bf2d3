"""The Python interface refuses what cannot be: a closed replay, sizes below one, sides that a book has not."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_runs import CME, ITCH

import feedhandler
from feedhandler.book.pools import Limits
from feedhandler.decode.loading import UnknownDecoderError
from feedhandler.detect import detect_feed
from feedhandler.engine.engine import BATCH_MAX, Engine
from feedhandler.event import Side
from feedhandler.publish import EventRing, EventRingReader
from feedhandler.publish.bbo import BestPrices
from feedhandler.replaying import Replay, open_source
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import SimulationError, record, simulate
from feedhandler.verify import verify


# --- closed ---------------------------------------------------------------------------------------
def test_a_closed_replay_cannot_run() -> None:
    """Neither one that never ran (it read from address 0), nor one that was closed in mid-way."""
    never_ran = feedhandler.replay(ITCH)
    never_ran.close()
    half_way = feedhandler.replay(ITCH, batch=64)
    batches = iter(half_way)
    next(batches)
    half_way.close()

    with pytest.raises(ValueError, match="closed"):
        never_ran.run()
    with pytest.raises(ValueError, match="closed"):
        next(batches)
    with pytest.raises(ValueError, match="closed"):
        half_way.run()


def test_what_was_found_outlives_closing() -> None:
    """Books, counters and digest are the replay's own; closing twice is no fault."""
    with feedhandler.replay(ITCH, batch=64) as replay:
        batches = iter(replay)
        for _ in range(20):
            next(batches)
    replay.close()

    assert replay.counters["frames"] > 0
    assert len(replay.digest) == 32
    assert len(replay.books) > 0


@pytest.mark.parametrize("path", [ITCH, CME, str(Path(ITCH).with_name("nasdaq-itch50.binaryfile"))])
def test_a_closed_source_is_at_its_end(path: str) -> None:
    """Below the interface, too: an engine finds nothing to poll."""
    feed = detect_feed(path)
    source = open_source([path], feed)
    source.close()
    engine = Engine(feed, source)
    engine.run()

    assert engine.packet == 0


def test_a_constructor_that_fails_closes_the_capture() -> None:
    """What was opened before the fault was seen is given back (a ResourceWarning else)."""
    with pytest.raises(UnknownDecoderError):
        Replay(ITCH, decoder="nonsense")


# --- numbers --------------------------------------------------------------------------------------
@pytest.mark.parametrize("batch", [0, -1, -9000, BATCH_MAX + 1])
def test_a_batch_has_rows(batch: int) -> None:
    """None of these ever ended, or said why."""
    with pytest.raises(ValueError, match=f"batch is {batch}"):
        feedhandler.replay(ITCH, batch=batch)


@pytest.mark.parametrize("batch", [1.5, "3", None])
def test_a_batch_is_a_number(batch: Any) -> None:
    """It failed deep inside, and did not say what was meant."""
    with pytest.raises(TypeError, match=re.escape(f"batch is {batch!r}: a whole number of rows")):
        feedhandler.replay(ITCH, batch=batch)


@pytest.mark.parametrize(("name", "kind"), [("ring", EventRing), ("best", BestPrices)])
def test_outputs_are_what_their_classes_make(name: str, kind: type) -> None:
    """Not the name of one, as readers take it."""
    with pytest.raises(TypeError, match=f"{name} is 'demo': what {kind.__name__}.create"):
        feedhandler.replay(ITCH, **{name: "demo"})


def test_nothing_is_written_to_closed_outputs() -> None:
    """Neither to one that was closed before, nor to one that is closed before the run or in the midst of it."""
    closed, later, half_way = EventRing.create(), BestPrices.create(), EventRing.create()
    closed.close()
    with pytest.raises(ValueError, match="ring is closed"):
        feedhandler.replay(ITCH, ring=closed)

    with feedhandler.replay(ITCH, best=later) as never_ran:
        later.close()
        with pytest.raises(ValueError, match="best is closed"):
            never_ran.run()

    with feedhandler.replay(ITCH, batch=64, ring=half_way) as replay:
        batches = iter(replay)
        next(batches)
        written = half_way.published
        half_way.close()
        with pytest.raises(ValueError, match="ring is closed"):
            next(batches)

    assert closed.published == 0
    assert half_way.published == written > 0


def stopped_at(packet: int) -> None:
    """A replay that is to stop there."""
    with feedhandler.replay(ITCH) as replay:
        replay.engine.stop_at(packet=packet)


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (lambda: Limits(orders_max=-1), "orders_max is -1"),
        (lambda: Limits(books=0), "books is 0"),
        (lambda: Limits(ladder_depth=256), "ladder_depth is 256"),
        (lambda: Arbitration(gap_count=0), "gap_count is 0"),
        (lambda: Arbitration(silence_ns=0), "silence_ns is 0: 1 or more is expected"),
        (lambda: Arbitration(gap_timeout_ns=-1), "gap_timeout_ns is -1"),
        (lambda: feedhandler.replay(ITCH, speed=-1), "speed is -1"),
        (lambda: stopped_at(-1), "packet -1"),
        (lambda: verify(ITCH, packets_max=-1), "packets_max is -1"),
        (lambda: BestPrices.create(None, 0), "0 records"),
        (lambda: EventRingReader(EventRing.create()).read(0), "rows_max is 0"),
    ],
)  # fmt: skip
def test_numbers_out_of_range(refused: Callable[[], Any], told: str) -> None:
    """A ValueError that names the number, before anything is done."""
    with pytest.raises(ValueError, match=told):
        refused()


@pytest.mark.parametrize("arguments", [{"messages": 0}, {"messages": 9, "instruments": 0}])
def test_a_simulated_day_has_messages_and_instruments(
    tmp_path: Path, arguments: dict[str, int]
) -> None:
    """Also one without frames."""
    with pytest.raises(SimulationError):
        simulate("nasdaq.itch50", seed=1, **arguments)
    with pytest.raises(SimulationError):
        record(tmp_path / "x", "nasdaq.itch50.file", seed=1, **arguments)


# --- what a path is, what a side is ---------------------------------------------------------------
@pytest.mark.parametrize("feed", [None, "nasdaq.itch50"])
def test_at_least_one_path(feed: str | None) -> None:
    """With a feed it was an empty run, without one an IndexError."""
    for call in (feedhandler.replay, verify):
        with pytest.raises(ValueError, match="no capture"):
            call([], feed)


@pytest.mark.parametrize("paths", [ITCH.encode(), [ITCH.encode()], [47]])
def test_a_path_is_text_or_a_path(paths: Any) -> None:
    """Bytes were taken for numbers of files."""
    with pytest.raises(TypeError, match="a path is text or a Path"):
        feedhandler.replay(paths)


@pytest.mark.parametrize("path", [ITCH, CME])
def test_a_book_has_two_sides(path: str) -> None:
    """No other side gives bids, and no number of levels below 0 leaves the last one out."""
    with feedhandler.replay(path) as replay:
        book = next(iter(replay.run().books))
    for call in (book.levels, book.implied, lambda side: book.orders(side, 1)):
        with pytest.raises(ValueError, match="no side of a book"):
            call(Side.NONE)
    for call in (lambda: book.levels(Side.BID, -1), lambda: book.depth(-1)):
        with pytest.raises(ValueError, match="count is -1"):
            call()
    with pytest.raises(ValueError, match="count is -1"):
        book.consolidated(-1)

    assert book.levels(Side.ASK, 0) == []

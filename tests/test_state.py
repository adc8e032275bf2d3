"""The state of a process in shared memory: always whole, one process a name, nothing left by a killed one."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shared_memory import fresh_name

from feedhandler.publish import SegmentError, StateReader, StateWriter, segment
from feedhandler.publish.segment import (
    CURSOR,
    HEADER_BYTES,
    Kind,
    Segment,
    folder,
    name_of,
    path_of,
)
from feedhandler.publish.state import HALF_BYTES, STATE_LAYOUT, TEXT_MAX, names_in_use
from feedhandler.session.gaps import Gap
from feedhandler.telemetry import histogram_kernel
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.histogram_header import HISTOGRAM_WORDS
from feedhandler.telemetry.observing import SILENCE_NS, Observer
from feedhandler.telemetry.stages import Stage, StageHistograms, StageReader
from feedhandler.telemetry.state import CHANNELS_MAX, FeedState, Loop, Phase, StateKeeper

name = pytest.fixture(fresh_name)


def feed(publish: str = "x", **changes: Any) -> FeedState:
    """A feed with a book in doubt and another one."""
    books = {"EMPTY": 0, "SYNCHRONIZED": 3, "STALE": 1}
    return FeedState(**{"feed": "nasdaq.itch50", "publish": publish, "channels": [], "books": books,
                        "counters": {"frames": 10}, **changes})  # fmt: skip


# --- documents ------------------------------------------------------------------------------------
def test_the_last_document_is_read(name: str) -> None:
    """None before the first; then whichever was told last."""
    writer = StateWriter.create(name)
    reader = StateReader(name)
    seen = [reader.read()]
    for number in range(5):
        writer.tell({"n": number, "text": "ü" * number})
        seen.append(reader.read())
    running = reader.running
    writer.close()

    assert seen == [None, *({"n": number, "text": "ü" * number} for number in range(5))]
    assert (running, reader.running) == (True, False)
    reader.close()


def test_a_document_that_is_too_long_leaves_the_one_before(name: str) -> None:
    """It is counted; the limit is exact."""
    with_quotes = len('{"t":""}')
    writer = StateWriter.create(name)
    told = [writer.tell({"t": "x" * (TEXT_MAX - with_quotes + more)}) for more in (0, 1)]
    read = StateReader(name).read() or {}
    writer.close()

    assert (told, writer.cut) == ([True, False], 1)
    assert len(read["t"]) == TEXT_MAX - with_quotes


def test_a_writer_killed_in_mid_write_leaves_the_document_before(name: str) -> None:
    """What it had begun lies in the other half, and is not counted."""
    writer = StateWriter.create(name)
    writer.tell({"n": 1})
    at = HEADER_BYTES + (2 & 1) * HALF_BYTES
    writer.segment.words[at // 8] = 3
    writer.segment.memory[at + 8 : at + 11] = b'{"n'

    assert StateReader(writer).read() == {"n": 1}
    writer.close()


def test_documents_are_whole_while_they_change(name: str) -> None:
    """A thread tells thousands; every one that is read is one that was told."""
    writer = StateWriter.create(name)
    reader, stop = StateReader(name), threading.Event()

    def tell() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            writer.tell({"n": number, "copies": [number] * (number % 50)})

    thread = threading.Thread(target=tell)
    thread.start()
    seen = []
    until = time.monotonic() + 1
    while time.monotonic() < until:
        with suppress(SegmentError):  # too fast for a reader that never gets a turn
            seen.append(reader.read() or {"n": 0, "copies": []})
    stop.set()
    thread.join()
    writer.close()

    assert len({each["n"] for each in seen}) > 1
    assert all(each["copies"] == [each["n"]] * (each["n"] % 50) for each in seen)


@pytest.mark.parametrize(
    ("text", "why"), [(b"{", "no JSON"), (b"\xff\xfe", "no JSON"), (b"[1]", "no table")]
)
def test_what_is_no_document_is_one_clear_error(name: str, text: bytes, why: str) -> None:
    """Another program wrote it."""
    made = Segment.create(STATE_LAYOUT, name, 2)
    at = HEADER_BYTES + HALF_BYTES
    made.memory[at + 8 : at + 8 + len(text)] = text
    made.words[at // 8] = len(text)
    made.words[CURSOR] = 1
    with pytest.raises(SegmentError, match=why):
        StateReader(name).read()
    made.close()


# --- names ----------------------------------------------------------------------------------------
def test_a_second_process_of_the_name_is_refused(name: str) -> None:
    """While the first one lives; not when it has gone."""
    first = StateWriter.create(name)
    with pytest.raises(SegmentError, match=f"in use, process {os.getpid()} writes to it"):
        StateWriter.create(name)
    assert name in names_in_use()
    first.close()
    assert name not in names_in_use()
    StateWriter.create(name).close()


KILLED = """
import os, signal, sys
from feedhandler.publish import BestPrices, EventRing, SharedCounters, StateWriter
from feedhandler.telemetry.stages import StageHistograms
name = sys.argv[1]
made = [StateWriter.create(name), EventRing.create(name, 8), BestPrices.create(name, 8),
        SharedCounters.create(name), StageHistograms.create(name)]
made[0].tell({"format": 1, "name": name})
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_nothing_that_stops_its_successor(name: str) -> None:
    """Every segment of it is taken over; its last state can be read until then."""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", KILLED, name], check=False, timeout=120)
        assert done.returncode == -9
    reader = StateReader(name)

    assert {path.suffix for path in folder().glob(f"feedhandler.{name}.*")} == {
        f".{kind.name.lower()}" for kind in Kind
    }
    assert reader.read() == {"format": 1, "name": name}
    assert not reader.running


def test_of_two_successors_one_gets_the_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One waited for the dead one's lock while the other took the name: it must not take it away again."""
    dead = Segment.create(STATE_LAYOUT, name, 2)
    path = path_of(name, Kind.STATE)
    dead.close(unlink=False)
    locked, winners = segment._locked, []

    def late(fd: int) -> bool:
        if not winners:
            winners.append(None)  # the winner goes through here itself
            winners.append(Segment.create(STATE_LAYOUT, name, 2))
        return locked(fd)

    monkeypatch.setattr(segment, "_locked", late)
    with pytest.raises(SegmentError, match="in use"):
        Segment.create(STATE_LAYOUT, name, 2)

    assert path.exists()
    assert not Segment.attach(STATE_LAYOUT, name).closed
    assert winners[1] is not None
    winners[1].close()


def test_a_name_that_is_given_back_meanwhile_is_free(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old process takes its file away just as the new one has opened it."""
    old = Segment.create(STATE_LAYOUT, name, 2)
    locked = segment._locked
    monkeypatch.setattr(segment, "_locked", lambda fd: (old.close(), locked(fd))[1])
    made = Segment.create(STATE_LAYOUT, name, 2)

    assert not made.closed
    made.close()


def test_a_name_that_changes_hands_all_the_time_is_given_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tries are bounded."""
    Segment.create(STATE_LAYOUT, name, 2).close(unlink=False)
    monkeypatch.setattr(segment, "_leads_to", lambda *_: False)
    with pytest.raises(SegmentError, match="changes hands faster"):
        Segment.create(STATE_LAYOUT, name, 2)


def test_drafts_of_killed_processes_are_swept(name: str) -> None:
    """Those of a living process, and files of other names, are left alone."""
    path = path_of(name, Kind.STATE)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    drafts = [
        path.with_name(f"{path.name}.{number}.7") for number in (int(dead.stdout), os.getpid())
    ]
    others = [
        path.with_name(f"{path.name}.x.7"),
        path_of(f"{name}.{int(dead.stdout)}.7", Kind.STATE),
    ]
    for each in drafts + others:
        each.write_bytes(b"")
    Segment.create(STATE_LAYOUT, name, 2).close()
    left = [each.exists() for each in drafts + others]
    for each in drafts + others:
        each.unlink(missing_ok=True)

    assert left == [False, True, True, True]


def test_names_of_files() -> None:
    """Only those that a segment of the kind can have."""
    files = ["feedhandler.a.b.state", "feedhandler.a.events", "feedhandler..state", "a.state",
             "feedhandler.a.state.1.2"]  # fmt: skip

    assert [name_of(Path(each), Kind.STATE) for each in files] == ["a.b", "", "", "", ""]


# --- histograms -----------------------------------------------------------------------------------
def test_histograms_are_read_by_stage(name: str) -> None:
    """A copy of each that has seen anything; writing goes on."""
    writer = StageHistograms.create(name)
    at = Stage.WIRE_TO_BOOK * HISTOGRAM_WORDS
    histogram_kernel.record_all(writer.words, at, np.array([5, 1_000], np.int64))
    reader = StageReader(name)
    seen = reader.read()
    histogram_kernel.record_all(writer.words, at, np.array([7], np.int64))

    assert seen == {"wire_to_book": Histogram.of([5, 1_000])}
    assert writer.of(Stage.WIRE_TO_BOOK) == Histogram.of([5, 1_000, 7])
    assert list(StageReader(writer).read()) == ["wire_to_book"]
    reader.close()
    writer.close()


# --- what is told ---------------------------------------------------------------------------------
@pytest.fixture
def kept(name: str) -> Iterator[tuple[StateWriter, StateKeeper]]:
    """A process that tells its state."""
    writer = StateWriter.create(name)
    yield writer, StateKeeper(writer, name, period_ns=100)
    writer.close()


def test_a_process_is_ready_after_its_first_synchronized_book(
    kept: tuple[StateWriter, StateKeeper],
) -> None:
    """And stays so; the phases of a life."""
    writer, keeper = kept
    seen = []
    for books in ({"EMPTY": 5}, {"STALE": 5}, {"SYNCHRONIZED": 1}, {"STALE": 1}):
        keeper.tell(0, [feed(books=books)])
        document = StateReader(writer).read() or {}
        seen.append((document["phase"], document["ready"]))
    keeper.stop(0)

    assert seen == [("starting", False)] * 2 + [("running", True)] * 2
    assert keeper.ready
    assert (StateReader(writer).read() or {})["phase"] == Phase.STOPPING


def test_rates_are_of_the_time_between(kept: tuple[StateWriter, StateKeeper]) -> None:
    """Told at most so often; none of a feed that has just come."""
    writer, keeper = kept
    due = []
    for now_ns, frames in ((0, 10), (500_000_000, 20), (1_000_000_000, 30)):
        due += [keeper.due(now_ns), keeper.due(now_ns)]
        keeper.tell(now_ns, [feed(counters={"frames": frames, "messages": 7 * frames})])
        due.append(keeper.due(now_ns + 99))
    (told,) = (StateReader(writer).read() or {})["feeds"]

    assert told["rates"] == {"frames": 20, "messages": 140, "events": 0}
    assert due == [True, True, False] * 3


def test_gaps_channels_and_losses_are_told(kept: tuple[StateWriter, StateKeeper]) -> None:
    """Open gaps, closed ones by method with their time; channels beyond the limit as a number."""
    writer, keeper = kept
    gaps = [Gap(1, "incremental", 5, 2, 9, 10, 10), Gap(1, "incremental", 9, 1, 9, 20, 20, end_ns=50,
            method="snapshot"), Gap(1, "incremental", 12, 1, 9, 60, 60, end_ns=100, method="snapshot")]  # fmt: skip
    channels = [{"channel": number} for number in range(CHANNELS_MAX + 3)]
    keeper.tell(7, [feed(gaps=gaps, channels=channels, lost={"ring": 3})], [Loop("main", 12, 2)])
    document = StateReader(writer).read() or {}
    (told,) = document["feeds"]

    assert (told["gaps_open"], told["recoveries"]) == (1, {"snapshot": {"count": 2, "ns": 70}})
    assert (len(told["channels"]), told["channels_left_out"]) == (CHANNELS_MAX, 3)
    assert told["lost"] == {"ring": 3}
    assert document["loops"] == [{"name": "main", "core": 2, "progress": 12}]
    assert (document["pid"], document["told_ns"]) == (os.getpid(), 7)
    assert json.loads(json.dumps(document)) == document


def test_a_loop_that_stands_still_is_seen(name: str, kept: tuple[StateWriter, StateKeeper]) -> None:
    """Not at once: it may have been looked at twice in one round. A state that is not told any more, too."""
    _, keeper = kept
    observer = Observer(name)
    troubles = []
    for now_ns, progress, told in ((0, 1, True), (SILENCE_NS, 1, True), (SILENCE_NS + 1, 1, True),
                                   (SILENCE_NS + 2, 2, True), (2 * SILENCE_NS + 2, 2, False),
                                   (2 * SILENCE_NS + 3, 3, False)):  # fmt: skip
        if told:
            keeper.tell(now_ns, [feed()], [Loop("main", progress)])
        troubles.append(observer.look(now_ns).troubles())

    assert troubles == [
        [], [], ["loop main stands still"], [], [],
        ["loop main stands still", "its state was told 5 s ago"],
    ]  # fmt: skip


def test_a_state_of_another_format_is_refused(
    name: str, kept: tuple[StateWriter, StateKeeper]
) -> None:
    """Rather than misread."""
    kept[0].tell({"format": 9})
    with pytest.raises(SegmentError, match="state of format 9, this program reads 1"):
        Observer(name).look()

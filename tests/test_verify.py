"""`verify`: silent over what is right, and exact about the first thing that is wrong.

What it must find is put in on purpose: decoders from a changed mapping, a book kernel that spoils a level
nobody named, an oracle with another opinion, an engine that miscounts. Where the fault shows first is worked
out here another way, field by field from the Kaitai classes.
"""

import ctypes
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import numpy as np
import pytest
from changed_maps import Entries, by_generator, by_reader, changed_plan

from feedhandler.book.instruments import Directory
from feedhandler.book.oracle import Oracle
from feedhandler.book.oracle_book import Book, Row
from feedhandler.book.pools import BOOK_NEXT, Pools
from feedhandler.cli.main import cli
from feedhandler.counter import Counter
from feedhandler.decode import abi
from feedhandler.decode.catalog import feed
from feedhandler.decode.fields import walk_datagram
from feedhandler.decode.loading import decoder_of
from feedhandler.detect import UnknownCaptureError, detect_feed
from feedhandler.engine.engine import Engine
from feedhandler.event import EVENT, Action, Flag, Kind, Side
from feedhandler.jit import JIT_ON
from feedhandler.simulator import simulate, write_capture
from feedhandler.simulator.captures import CAPTURES
from feedhandler.source.frames import frames
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError
from feedhandler.verify import Verification, verify
from feedhandler.verifying import books, engine_check
from feedhandler.wire.datagram import datagram_of

ITCH = "nasdaq.itch50"
MDP3 = "cme.mdp3"
SHIPPED = Path(__file__).parent.parent / "captures"
SLOW = pytest.mark.skipif(not JIT_ON, reason="too much for a run without the JIT")


def made(folder: Path, name: str, messages: int, **arguments: Any) -> Path:
    """A simulated capture."""
    path = folder / f"{name}.pcap"
    write_capture(
        path, simulate(name, messages=messages, **{"seed": 11, "lines": "A", **arguments})
    )
    return path


@pytest.fixture
def itch(tmp_path: Path) -> Path:
    """A small day of ITCH."""
    return made(tmp_path, ITCH, 600, instruments=3)


@pytest.fixture
def mdp3(tmp_path: Path) -> Path:
    """A little of MDP 3.0."""
    return made(tmp_path, MDP3, 300, instruments=4)


def first_of(path: Path, name: str, *messages: str) -> tuple[int, int, str]:
    """Packet, number in it and name of the first message of these types."""
    source = open_capture(str(path))
    try:
        for frame in frames(source):
            datagram = datagram_of(frame.data, frame.link)

            assert not isinstance(datagram, str)
            for number, message in enumerate(walk_datagram(feed(name), datagram.payload)[1:], 1):
                if message.name in messages:
                    return frame.packet, number, message.name
    finally:
        source.close()
    raise AssertionError(messages)


def place(outcome: Verification) -> tuple[int, int, str]:
    """Where a verification says that the first difference is."""
    found = outcome.divergence

    assert found is not None
    return found.packet, found.message, found.message_name


# --- what is right --------------------------------------------------------------------------------
@SLOW
@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_shipped_captures_show_no_difference(capture: Any) -> None:
    """Both decoders, both books and the engine agree on everything that is shipped."""
    outcome = verify(SHIPPED / capture.file, capture.feed)

    assert outcome.divergence is None
    assert outcome.engine_compared
    assert outcome.messages > 0
    assert outcome.book_comparisons > outcome.books > 0


@SLOW
def test_a_long_capture_shows_no_difference(tmp_path: Path) -> None:
    """200,000 messages of 30 instruments: every row, every end of event."""
    outcome = verify(made(tmp_path, ITCH, 200_000, instruments=30), ITCH)

    assert outcome.divergence is None
    assert outcome.messages >= 200_000
    assert outcome.events >= 200_000


def test_small_captures_show_no_difference(itch: Path, mdp3: Path) -> None:
    """In both modes, JIT or not; what was compared is counted."""
    one, other = verify(itch), verify(mdp3, MDP3)

    assert one.divergence is None
    assert other.divergence is None
    assert (one.feed, other.feed) == (ITCH, MDP3)
    assert one.counters["messages"] == one.messages
    assert one.counters["frames"] == one.packets
    assert other.counters["events"] == other.rows


def test_duplicates_are_decoded_and_change_nothing(tmp_path: Path) -> None:
    """Both lines: twice the datagrams decoded, the same events and books as from one."""
    single = verify(made(tmp_path, ITCH, 200, instruments=2), ITCH)
    double = verify(made(tmp_path, ITCH, 200, instruments=2, lines="AB"), ITCH)

    assert double.divergence is None
    assert double.messages == 2 * single.messages
    assert double.events == single.events
    assert double.events_digest == single.events_digest
    assert double.books_digest == single.books_digest


def noise(given: Iterator[Any], seed: int) -> Iterator[Any]:
    """Frames of which some are damaged, cut or lost; headers of frames stay."""
    dice = random.Random(seed)
    for at, line, frame in given:
        chance = dice.random()
        damaged = bytearray(frame)
        if chance < 0.08:
            for _ in range(dice.choice((1, 1, 2, 5))):
                damaged[dice.randrange(min(60, len(frame) - 1), len(frame))] = dice.randrange(256)
        if chance < 0.09:
            yield at, line, bytes(damaged)
        elif chance < 0.10:
            yield at, line, frame[: dice.randrange(20, len(frame))]
        elif chance > 0.11:
            yield at, line, frame


@pytest.mark.parametrize("name", [ITCH, MDP3])
@pytest.mark.parametrize("seed", range(3))
def test_damaged_captures_show_no_difference(tmp_path: Path, name: str, seed: int) -> None:
    """Whatever the damage, every part draws the same conclusion: gaps, faults, refused messages."""
    path = tmp_path / "noise.pcap"
    simulated = simulate(name, messages=1500, seed=seed, instruments=4, lines="A")
    write_capture(path, noise(simulated, seed))
    outcome = verify(path, name)

    assert outcome.divergence is None
    assert outcome.gaps
    assert outcome.counters["stale_books"] > 0


def test_a_limit_of_packets_ends_both_passes(itch: Path) -> None:
    """The engine stops behind the same packet."""
    outcome = verify(itch, ITCH, packets_max=40)

    assert outcome.divergence is None
    assert outcome.engine_compared
    assert outcome.packets == 40


def test_lines_in_files_of_their_own_are_merged(tmp_path: Path) -> None:
    """Two captures, one stream; the same events as from one capture of both lines."""
    both = verify(made(tmp_path, ITCH, 200, instruments=2, lines="AB"), ITCH)
    paths = []
    for line in "AB":
        (tmp_path / line).mkdir()
        paths.append(made(tmp_path / line, ITCH, 200, instruments=2, lines=line))
    merged = verify(paths, ITCH)

    assert merged.divergence is None
    assert merged.engine_compared
    assert merged.packets == both.packets
    assert merged.events_digest == both.events_digest


def test_a_pipe_is_read_once(itch: Path) -> None:
    """What cannot be read again is compared step by step, without the engine's run."""
    command = [sys.executable, "-m", "feedhandler", "verify", "-", "--feed", ITCH, "--json"]
    with itch.open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True, text=True)
    document = json.loads(done.stdout)

    assert document["ok"]
    assert document["engine_compared"] is False
    assert document["messages"] == document["events"]


REAL = os.environ.get("FEEDHANDLER_REAL_CAPTURES", "")


@pytest.mark.skipif(not REAL, reason="FEEDHANDLER_REAL_CAPTURES is not set")
def test_real_packets_show_no_difference() -> None:
    """Whatever lies there and is of a known feed."""
    compared = []
    for path in sorted(Path(REAL).rglob("*")):
        try:
            found = detect_feed(path) if path.is_file() else None
        except (UnknownCaptureError, CaptureError):
            continue  # no capture, or of a feed that is not supported
        if found is not None:
            outcome = verify(path, found)
            compared.append(path)

            assert outcome.divergence is None, path

    assert compared


# --- decoders that are wrong ----------------------------------------------------------------------
def swap_sides(told: dict[str, Any]) -> None:
    """Buyers become sellers, in one type of message."""
    row = dict(told["messages"]["add_order_with_mpid"]["rows"][0])
    row["side"] = {"field": "side", "codes": {0x42: "ask", 0x53: "bid"}}
    told["messages"]["add_order_with_mpid"] = {"rows": [row]}


def wrong_reference(told: dict[str, Any]) -> None:
    """The match number is taken for the order's."""
    told["messages"]["order_executed"]["rows"][0]["order_id"] = "match_number"


def wrong_scale(layout: dict[str, Any]) -> None:
    """Prices of replaces have one decimal less."""
    for attribute in layout["types"]["order_replace"]["seq"]:
        if attribute["id"] == "price":
            attribute["-scale"] = -3


def wrong_end(told: dict[str, Any]) -> None:
    """Another bit is taken for the end of an event."""
    message = told["messages"]["md_incremental_refresh_book_46"]
    changed = {**message, "last": "block.match_event_indicator.last_quote_msg"}
    told["messages"]["md_incremental_refresh_book_46"] = changed


def test_a_decoder_generated_from_a_wrong_map_is_found(itch: Path, tmp_path: Path) -> None:
    """The compiled decoder of a map with swapped sides fails at the first message of that type."""
    decoder = by_generator(changed_plan(ITCH, of_map=swap_sides), tmp_path)
    outcome = verify(itch, ITCH, decoder=decoder)

    assert place(outcome) == first_of(itch, ITCH, "add_order_with_mpid")
    assert outcome.divergence is not None
    assert (
        outcome.divergence.what,
        outcome.divergence.field,
        outcome.divergence.row,
    ) == ("row", "side", 1)
    assert set(outcome.divergence.values.values()) == {"BID", "ASK"}


@pytest.mark.parametrize(
    ("changes", "message", "field", "row"),
    [
        ({"of_map": wrong_reference}, "order_executed", "order_id", 1),
        ({"of_ksy": wrong_scale}, "order_replace", "price", 2),
    ],
    ids=["order id", "scale"],
)
def test_a_wrong_field_or_scale_is_found(
    itch: Path, changes: dict[str, Any], message: str, field: str, row: int
) -> None:
    """Packet, message, row and field are those of the first message that the change touches."""
    outcome = verify(itch, ITCH, decoder=by_reader(ITCH, changed_plan(ITCH, **changes)))

    assert place(outcome) == first_of(itch, ITCH, message)
    assert outcome.divergence is not None
    assert (field, row) == (outcome.divergence.field, outcome.divergence.row)
    assert not outcome.engine_compared


def test_a_wrong_end_of_event_is_found(mdp3: Path) -> None:
    """Flags differ, in a message that the sequence does not tell from others of its packet."""
    decoder = by_reader(MDP3, changed_plan(MDP3, of_map=wrong_end))
    outcome = verify(mdp3, MDP3, decoder=decoder)

    assert outcome.divergence is not None
    assert (outcome.divergence.what, outcome.divergence.field) == ("row", "flags")
    assert outcome.divergence.message_name == "md_incremental_refresh_book_46"
    assert outcome.divergence.packet >= first_of(mdp3, MDP3, "md_incremental_refresh_book_46")[0]


@pytest.mark.parametrize(
    ("word", "what", "field"),
    [
        (abi.UNKNOWN_TEMPLATE, "output", "unknown_template"),
        (abi.PRICE_RANGE, "output", "price_range"),
    ],
)
def test_a_decoder_that_miscounts_is_found(itch: Path, word: int, what: str, field: str) -> None:
    """The counts of a datagram are compared, too."""
    shipped = decoder_of(feed(ITCH))

    def decode(datagram: int, length: int, context: int, rows: int, rows_max: int) -> int:
        found = shipped.decode(datagram, length, context, rows, rows_max)
        words = words_at(context)
        words[word] += words[abi.MESSAGES]
        return int(found)

    outcome = verify(itch, ITCH, decoder=Entries(shipped.peek, decode))

    assert outcome.divergence is not None
    assert (what, field, 1) == (
        outcome.divergence.what,
        outcome.divergence.field,
        outcome.divergence.packet,
    )


def test_a_decoder_that_refuses_is_found(itch: Path) -> None:
    """A datagram that only one of them calls malformed."""
    shipped = decoder_of(feed(ITCH))

    def decode(datagram: int, length: int, *rest: int) -> int:
        found = shipped.decode(datagram, length, *rest)
        return abi.MALFORMED if length > 150 else int(found)

    outcome = verify(itch, ITCH, decoder=Entries(shipped.peek, decode))

    assert outcome.divergence is not None
    assert outcome.divergence.values["compiled decoder"] in {"0", "malformed"}
    assert outcome.divergence.packet > 0


def test_a_header_that_differs_is_found(itch: Path) -> None:
    """What the session stage is told is compared before the messages are."""
    shipped = decoder_of(feed(ITCH))

    def peek(datagram: int, length: int, header: int) -> int:
        found = shipped.peek(datagram, length, header)
        words_at(header)[abi.COUNT] += 1
        return int(found)

    outcome = verify(itch, ITCH, decoder=Entries(peek, shipped.decode))

    assert outcome.divergence is not None
    assert (
        outcome.divergence.what,
        outcome.divergence.field,
        outcome.divergence.packet,
    ) == ("header", "count", 1)


def words_at(address: int) -> Any:
    """The int64 words of a context, or of a header, which has fewer."""
    return (ctypes.c_int64 * abi.CONTEXT_WORDS).from_address(address)


# --- books that are wrong -------------------------------------------------------------------------
Spoil = Callable[[Pools, int], None]


def spoiling(monkeypatch: pytest.MonkeyPatch, spoil: Spoil, calls: int) -> None:
    """Let the book kernel do something wrong after so many calls."""
    apply_rows = books.apply_rows
    done = 0

    def wrong(rows: Any, first: int, end: int, pools: Pools) -> Any:
        nonlocal done
        found = apply_rows(rows, first, end, pools)
        done += 1
        if done >= calls:
            key = int(rows[end - 1]["channel_id"]), int(rows[end - 1]["instrument_id"])
            spoil(pools, book_number(pools, key))
        return found

    monkeypatch.setattr(books, "apply_rows", wrong)


def book_number(pools: Pools, key: tuple[int, int]) -> int:
    """The number of a book; 0 = none."""
    table = books.plain(pools.books)
    for number in range(1, int(pools.control[BOOK_NEXT])):
        if (int(table[number]["channel_id"]), int(table[number]["instrument_id"])) == key:
            return number
    return 0


def worst_level(pools: Pools, number: int) -> int:
    """The slot of the level farthest from the market on the bid, if there are several; else 0."""
    shelf = books.plain(pools.shelves)[2 * number]
    deep = number and int(shelf["used"]) > 3
    return int(pools.shelf_level[int(shelf["offset"])]) if deep else 0


def grow_an_order(pools: Pools, number: int) -> None:
    """One share more in a level that no row names, and the sums agree."""
    slot = worst_level(pools, number)
    if slot:
        levels, orders = books.plain(pools.levels), books.plain(pools.orders)
        levels["size"][slot] += 1
        orders["size"][levels["next"][slot]] += 1


def break_a_sum(pools: Pools, number: int) -> None:
    """One share more in the sum of a level."""
    books.plain(pools.levels)["size"][worst_level(pools, number)] += 1


def test_a_level_that_changed_unasked_is_found(itch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong size far from where the event was: packet, instrument and level are told."""
    spoiling(monkeypatch, grow_an_order, 100)
    outcome = verify(itch, ITCH)
    found = outcome.divergence

    assert found is not None
    assert (found.what, found.field) == ("book", "order bid")
    assert found.packet > 0
    assert found.message_name
    assert found.instrument in {"ALFA", "BRVO", "CHRL"}
    assert found.level.startswith("order bid level ")
    assert set(found.values) == {"book kernel", "oracle"}


def test_sums_and_links_are_compared(itch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A level whose size is not that of its orders is found, though each order is right."""
    spoiling(monkeypatch, break_a_sum, 100)
    found = verify(itch, ITCH).divergence

    assert found is not None
    assert found.what == "book"
    assert found.instrument


def test_a_level_book_that_is_wrong_is_found(mdp3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By-level books are compared whole."""

    def spoil(pools: Pools, number: int) -> None:
        ladder = books.plain(pools.ladder)
        ladder["count"][number * ladder.size // pools.books.size] += 1

    spoiling(monkeypatch, spoil, 60)
    found = verify(mdp3, MDP3).divergence

    assert found is not None
    assert (found.what, found.field, found.level) == ("book", "level bid", "level bid level 1")


def test_an_oracle_of_another_opinion_is_found(itch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If reductions took the whole order, the first partial one shows it."""
    reduce = Oracle.reduce

    def take_all(self: Oracle, book: Book, row: Row) -> None:
        reduce(self, book, row)
        if row.order_id in book.orders:
            book.leave(book.orders[row.order_id])

    monkeypatch.setattr(Oracle, "reduce", take_all)
    found = verify(itch, ITCH).divergence

    assert found is not None
    assert found.what == "book"
    assert found.message_name in {"order_executed", "order_cancel", "order_executed_with_price"}


def test_reasons_are_compared(itch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that only one side counts."""
    settle = Oracle.settle

    def count_more(self: Oracle, book: Book) -> None:
        settle(self, book)
        self.counters[Counter.LOCKED] += 1

    monkeypatch.setattr(Oracle, "settle", count_more)
    found = verify(itch, ITCH).divergence

    assert found is not None
    assert (found.what, found.field) == ("counter", "locked")


def test_events_of_two_channels_may_interleave() -> None:
    """An end of event settles the books of its channel, in the kernel as in the oracle."""

    def add(channel_id: int, order_id: int, side: Side, price: int, flags: int) -> Any:
        row = np.zeros(1, EVENT)
        for name, value in (
            ("kind", Kind.ORDER), ("action", Action.ADD), ("size", 1), ("instrument_id", 7),
            ("channel_id", channel_id), ("order_id", order_id), ("side", side), ("price", price),
            ("flags", flags),
        ):  # fmt: skip
            row[name] = value
        return row

    both = books.BothBooks(Directory())
    found = [
        both.apply(add(1, 1, Side.BID, 100, Flag.LAST)),
        both.apply(add(1, 2, Side.ASK, 90, 0)),  # crossed, but its event goes on
        both.apply(add(2, 3, Side.BID, 5, Flag.LAST)),
        both.apply(add(1, 4, Side.ASK, 80, Flag.LAST)),
        both.compare_all(),
    ]

    assert found == [None] * 5
    assert both.counters[Counter.CROSSED] == 1
    assert both.settled


# --- an engine that is wrong ----------------------------------------------------------------------
class Forgetful(Engine):
    """An engine that loses a count."""

    def batches(self) -> Iterator[Any]:
        """Run, and then spoil it."""
        yield from super().batches()
        self.counters[Counter.MESSAGES] -= 1


class Tasteless(Engine):
    """An engine whose best prices are off."""

    def batches(self) -> Iterator[Any]:
        """Run, and then spoil it."""
        yield from super().batches()
        np.asarray(self.desk.bbo)[8 + 1] += 1


@pytest.mark.parametrize(
    ("engine", "what", "field"),
    [(Forgetful, "counter", "messages"), (Tasteless, "best price", "bid")],
)
def test_an_engine_that_is_wrong_is_found(
    itch: Path, monkeypatch: pytest.MonkeyPatch, engine: type[Engine], what: str, field: str
) -> None:
    """Digests, counters and best prices of the real engine are compared with the walk's."""
    monkeypatch.setattr(engine_check, "Engine", engine)
    outcome = verify(itch, ITCH)

    assert outcome.engine_compared
    assert outcome.divergence is not None
    assert (what, field) == (outcome.divergence.what, outcome.divergence.field)


# --- the command ----------------------------------------------------------------------------------
def run(*arguments: str) -> click.testing.Result:
    """The command's result."""
    return click.testing.CliRunner().invoke(cli, ["verify", *arguments], standalone_mode=True)


def test_the_command_counts_what_it_compared(itch: Path) -> None:
    """Exit code 0 and figures, for people and for machines."""
    people, machine = run(str(itch)), run(str(itch), "--json", "-c", "50")
    document = json.loads(machine.stdout)

    assert people.exit_code == machine.exit_code == 0
    assert "no difference" in people.stdout
    assert document["ok"] is True
    assert document["packets"] == 50
    assert document["divergence"] is None
    assert document["book_comparisons"] > 0


def test_the_command_shows_the_first_difference(
    itch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1; packet, message and both values."""
    results = []
    for options in ([], ["-q"], ["--json"]):
        with monkeypatch.context() as patch:
            spoiling(patch, grow_an_order, 100)
            results.append(run(str(itch), *options))
    people, quiet, machine = results
    found = json.loads(machine.stdout)["divergence"]

    assert people.exit_code == quiet.exit_code == machine.exit_code == 1
    assert f"first difference: packet {found['packet']}, message" in people.stdout
    assert found["values"]["book kernel"] in people.stdout
    assert quiet.stdout == ""
    assert f"packet {found['packet']}" in quiet.stderr


def test_the_command_refuses_what_is_not_there(tmp_path: Path) -> None:
    """One line and the code for the environment."""
    result = run(str(tmp_path / "none.pcap"))

    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1

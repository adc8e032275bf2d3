"""The FORTS feed: datagrams in, rows out, by both decoders; and a published recording of the venue."""

import ctypes
import json
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_runs import feedhandler, one_line
from forts_packets import (
    FORTS,
    MIDNIGHT_NS,
    TIME,
    TIME_NS,
    datagram,
    entry,
    level,
    message,
    refresh,
    reset_of_loop,
    snapshot,
)
from guarded import Guarded
from tapes import tape

from feedhandler.book.view import price_text
from feedhandler.cli.templates import templates
from feedhandler.codegen.manifest import PROTOCOLS
from feedhandler.codegen.sources import source_of
from feedhandler.decode import abi
from feedhandler.decode.description import DescriptionError
from feedhandler.decode.fast.feeds import plan_of
from feedhandler.decode.fast.row_kernel import price_of, time_of
from feedhandler.decode.fast.rows import feed_plan
from feedhandler.decode.fast.templates import read_plan
from feedhandler.decode.loading import decoder_of
from feedhandler.detect import UnknownCaptureError, detect_feed
from feedhandler.event import (
    EVENT,
    UNDEF_COUNT,
    UNDEF_PRICE,
    UNDEF_SIZE,
    Action,
    Detail,
    Flag,
    Kind,
    Side,
)
from feedhandler.replaying import Replay
from feedhandler.source.frames import frames
from feedhandler.source.pcap_file import open_capture
from feedhandler.verifying.snapshots import compare_snapshots
from feedhandler.wire.datagram import Datagram, datagram_of

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent") / "forts-2013"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")
ROWS_MAX = 64
NAMES = {word: counter.name.lower() for word, counter in abi.COUNTED}
BIN = 1_000_000_000
A, B, LOOP = "239.192.1.10:30010", "239.192.2.10:31010", "239.192.3.10:32010"


class Pair:
    """Both decoders; what one says, the other must say."""

    def __init__(self) -> None:
        self.decoders = [decoder_of(FORTS, name) for name in ("compiled", "kaitai")]

    def header(self, payload: bytes) -> list[int] | None:
        """The header's words; None = malformed."""
        one, other = (each.header_of(payload) for each in self.decoders)
        assert (one is None) == (other is None)
        assert one is None or other is None or one.tolist() == other.tolist()
        return None if one is None else [int(word) for word in one]

    def decode(self, payload: bytes, rows_max: int = ROWS_MAX) -> tuple[int, Any, dict[str, int]]:
        """Status, rows and counts."""
        found = []
        for each in self.decoders:
            context = np.zeros(abi.CONTEXT_WORDS, np.int64)
            context[abi.SEQUENCE], context[abi.RECEIVED], context[abi.DAY] = 77, 5, MIDNIGHT_NS
            context[abi.CHANNEL], context[abi.ROW_FLAGS] = 1, Flag.MAYBE_BAD_BOOK
            rows = np.zeros(rows_max, EVENT)
            memory = ctypes.create_string_buffer(payload, len(payload) + 1)
            status = each.decode(
                ctypes.addressof(memory),
                len(payload),
                context.ctypes.data,
                rows.ctypes.data,
                rows_max,
            )
            words = context[abi.OUT :].tolist()
            found.append((status, rows[: max(status, 0)].tobytes(), words))
        assert found[0] == found[1], payload.hex()
        status, raw, words = found[0]
        counts = {NAMES[abi.OUT + n]: count for n, count in enumerate(words) if count}
        return status, np.frombuffer(raw, EVENT), counts


@pytest.fixture(scope="module")
def pair() -> Pair:
    """Both decoders of the feed."""
    return Pair()


# --- rows -----------------------------------------------------------------------------------------
def test_header_is_number_and_send_time(pair: Pair) -> None:
    """Behind Reset; the loop's last message says that it is."""
    words = pair.header(datagram(refresh(482727, level("0", 1, (13329, 1), 5, 9))))
    last = pair.header(datagram(reset_of_loop(13)))

    assert words is not None
    assert last is not None
    assert words[abi.FIRST] == 482727
    assert words[abi.COUNT] == 1
    assert words[abi.SEND_TIME] == TIME_NS + 4 * 3600 * BIN  # the venue's clock, taken as it is
    assert (words[abi.LOOP_END], last[abi.LOOP_END]) == (0, 1)


@pytest.mark.parametrize("payload", [b"", b"\xc0\xf8", b"\xc0\xff", b"\xc0\xf8\xe0\xca", b"\x80"])
def test_what_has_no_number_is_malformed(pair: Pair, payload: bytes) -> None:
    """Nothing, Reset alone, an unknown template, a cut head, a message without a template."""
    assert pair.header(payload) is None


def test_levels(pair: Pair) -> None:
    """Insert, change of price and size, delete; prices of any exponent; one event."""
    status, rows, counts = pair.decode(
        datagram(
            refresh(
                5,
                level("0", 1, (13329, 1), 5, 10, MDUpdateAction=0),
                level("1", 2, (1333995, -1), 6, 11, MDUpdateAction=1, NumberOfOrders=3),
                level("1", 5, (0, 0), 0, 12, MDUpdateAction=2, MDEntryID=(1 << 62) + 1),
            )
        )
    )

    assert (status, counts) == (3, {"messages": 1})
    assert rows["price"].tolist() == [133_290 * BIN, 133_399_500_000_000, 0]
    assert rows["action"].tolist() == [Action.ADD, Action.MODIFY, Action.CANCEL]
    assert rows["detail"].tolist() == [Detail.NONE, Detail.OVERLAY, Detail.NONE]
    assert rows["side"].tolist() == [Side.BID, Side.ASK, Side.ASK]
    assert rows["level"].tolist() == [1, 2, 5]
    assert rows["size"].tolist() == [5, 6, 0]
    assert rows["order_count"].tolist() == [UNDEF_COUNT, 3, UNDEF_COUNT]
    assert rows["order_id"].tolist() == [0, 0, (1 << 62) + 1]
    assert rows["instrument_sequence"].tolist() == [10, 11, 12]
    assert set(rows["ts_event"].tolist()) == {TIME_NS}
    assert set(rows["kind"].tolist()) == {Kind.LEVEL}
    assert set(rows["sequence"].tolist()) == {77}
    assert rows["flags"].tolist() == [Flag.MAYBE_BAD_BOOK] * 2 + [Flag.MAYBE_BAD_BOOK | Flag.LAST]


def test_other_entries(pair: Pair) -> None:
    """Trades, an empty book, and types that have no normal form."""
    status, rows, _ = pair.decode(
        datagram(
            refresh(
                5,
                entry(b"2", 7, 1, MDEntryPx=(5, 0), MDEntrySize=3, MDUpdateAction=2),
                entry(b"J", 7, 2),
                entry(b"zz", 7, 3, MDUpdateAction=1),
                entry(b"q", 7, 4, MDUpdateAction=9, MDPriceLevel=300),
            )
        )
    )

    assert status == 4
    assert rows["kind"].tolist() == [Kind.TRADE, Kind.CLEAR, Kind.OTHER, Kind.OTHER]
    assert rows["action"].tolist() == [Action.TRADE, Action.CLEAR, Action.MODIFY, Action.NONE]
    assert rows["price"].tolist() == [5 * BIN, *[UNDEF_PRICE] * 3]
    assert rows["size"].tolist() == [3, *[UNDEF_SIZE] * 3]
    assert rows["level"].tolist() == [0, 0, 0, 0]


def test_snapshots_and_sessions(pair: Pair) -> None:
    """A head with what is included, then levels without numbers of their own; the session's state."""
    status, rows, counts = pair.decode(
        datagram(
            snapshot(
                3, 482_726, 99, (b"0", 1, (5, 0), 2), (b"1", 1, (6, 0), 3), (b"J", None, None, None)
            )
        )
    )
    session = message(
        66, 12, TradSesOpenTime=1, TradSesCloseTime=2, TradingSessionID=4, TradSesStatus=2,
        MarketID=b"RTSX", MarketSegmentID=b"F",
    )  # fmt: skip

    assert (status, counts) == (4, {"messages": 1})
    assert rows["kind"].tolist() == [Kind.SNAPSHOT, Kind.LEVEL, Kind.LEVEL, Kind.CLEAR]
    assert all(rows["flags"] & Flag.SNAPSHOT)
    head = rows[0]
    told = [
        int(head[name]) for name in ("size", "instrument_sequence", "order_id", "instrument_id")
    ]
    assert told == [482_726, 99, 1, 7]
    assert rows["instrument_id"].tolist() == [7] * 4
    status, rows, _ = pair.decode(datagram(session))
    assert (status, rows["kind"][0], rows["detail"][0], rows["size"][0]) == (1, Kind.SESSION, 2, 4)
    assert pair.decode(datagram(reset_of_loop(13)))[::2] == (0, {"messages": 1})


def test_failures_are_counted_by_reason(pair: Pair) -> None:
    """Nothing of such a datagram is delivered; remarks are."""
    good = datagram(refresh(5, level("0", 1, (5, 0), 5, 10)))
    body = good[2:]

    assert pair.decode(good + b"\xc0") == (abi.MALFORMED, pytest.approx([]), {"fast_truncated": 1})
    assert pair.decode(good + b"\xc0\xff")[::2] == (abi.MALFORMED, {"fast_template": 1})
    assert pair.decode(b"\xc0\xf8\xc0\xca")[::2] == (abi.MALFORMED, {"fast_state": 1})
    assert pair.decode(b"\x80" + body)[::2] == (abi.MALFORMED, {"fast_state": 1})
    head = b"\xc0\xf8\xe0\xca" + b"\x10\x00\x00\x00\x80"
    assert pair.decode(head)[::2] == (abi.MALFORMED, {"fast_range": 1})
    many = b"\xc0\xf8\xe0\xca\x81\x81" + b"\x0f\x7f\x7f\x7f\xff"
    assert pair.decode(many)[::2] == (abi.MALFORMED, {"fast_limit": 1})
    surplus = b"\xc0\xf8\xf8\xca" + body[2:]
    assert pair.decode(surplus)[::2] == (1, {"messages": 1, "fast_remarks": 1})


def test_prices_beyond_the_column_are_undefined(pair: Pair) -> None:
    """Too large, too fine, or of a senseless exponent: counted, the row is there."""
    prices = [
        (1 << 62, 0),
        (1, -10),
        (1, 2_000_000),
        (1, -2_000_000),
        (-(1 << 63), -9),
        (10, -10),
        (0, 9999),
    ]
    status, rows, counts = pair.decode(
        datagram(refresh(5, *(level("0", 1, price, 5, 10) for price in prices)))
    )

    assert status == len(prices)
    assert rows["price"].tolist() == [*[UNDEF_PRICE] * 5, 1, 0]
    assert counts["price_range"] == 5
    assert counts["fast_remarks"] == 3  # exponents beyond 63


def test_rows_that_do_not_fit_are_told(pair: Pair) -> None:
    """As many as there is room for, or none."""
    payload = datagram(refresh(5, *(level("0", 1, (5, 0), 5, n) for n in range(4))))

    assert pair.decode(payload, 4)[0] == 4
    assert pair.decode(payload, 3)[0] == abi.ROWS_FULL


def test_damaged_datagrams(pair: Pair) -> None:
    """Anything at all: both decoders say the same."""
    rng = random.Random(5)
    whole = [
        datagram(refresh(5, *(level("0", n, (n, 0), n, n) for n in range(1, 4)))),
        datagram(snapshot(3, 4, 5, (b"0", 1, (5, 0), 2))),
        datagram(message(44, 9)),
    ]
    outcomes = Counter[Any]()
    for _ in range(1500):
        payload = bytearray(rng.choice(whole))
        for _ in range(rng.randint(1, 3)):
            payload[rng.randrange(len(payload))] = rng.choice((rng.randrange(256), 0, 0x80, 0xFF))
        cut = bytes(payload[: rng.choice((len(payload), rng.randrange(len(payload) + 1)))])
        pair.header(cut)
        status, _, counts = pair.decode(cut)
        outcomes.update(counts if status < 0 else ["rows"])

    assert (
        min(outcomes[name] for name in ("rows", "fast_truncated", "fast_template", "fast_range"))
        > 5
    )


def test_nothing_is_read_beyond_the_datagram(pair: Pair) -> None:
    """Every prefix, right before memory that cannot be read."""
    guard = Guarded()
    decoder = pair.decoders[0]
    context, rows = np.zeros(abi.CONTEXT_WORDS, np.int64), np.zeros(ROWS_MAX, EVENT)
    header = np.zeros(abi.HEADER_WORDS, np.int64)
    for whole in (
        datagram(refresh(5, level("0", 1, (13329, 1), 5, 10, Symbol=b"A LONG SYMBOL"))),
        datagram(snapshot(3, 4, 5, (b"0", 1, (5, 0), 2))),
    ):
        for length in range(len(whole) + 1):
            at = guard.place(whole[:length])
            decoder.peek(at, length, header.ctypes.data)
            status = decoder.decode(at, length, context.ctypes.data, rows.ctypes.data, ROWS_MAX)
            assert (status > 0) == (length == len(whole))


@pytest.mark.parametrize(
    ("local", "day", "wanted"),
    [
        (TIME, MIDNIGHT_NS, TIME_NS),
        (TIME, 0, TIME_NS + 4 * 3600 * BIN),
        (20240229000000001, 0, 1_709_164_800_001_000_000),
        (20240301000000000, 5 * 3600 * BIN, 1_709_269_200_000_000_000),
        (19700101000000000, 0, 0),
        (20131301000000000, 0, 0),
        (20130800000000000, 0, 0),
        (20130801240000000, 0, 0),
        (99991231000000000, 0, 0),
        (-5, 0, 0),
        (1 << 62, 0, 0),
    ],
)
def test_times(local: int, day: int, wanted: int) -> None:
    """The venue's clock with the offset that its midnight tells, east and west; 0 for what is no time."""
    from feedhandler.decode.fast import reader  # noqa: PLC0415 (its twin)

    assert int(time_of(local, day)) == wanted
    assert reader.time_of(local, day) == wanted
    assert int(price_of(-25, -1, 0)) == -2_500_000_000


# --- descriptions ---------------------------------------------------------------------------------
def test_the_committed_decoder_can_be_read() -> None:
    """A function for each template, no line wider than a screen."""
    source = source_of(FORTS)

    for template in plan_of(FORTS).plan.templates:
        assert f"\ndef template_{template.id}(" in source
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("{kind: level, price: Nothing}", "template T has no field 'Nothing' here"),
        ("{kind: level, size: Text}", "Text is no whole number"),
        ("{kind: level, level: Price}", "Price is no code"),
        ("{each: Price, rows: []}", "template T has no sequence 'Price'"),
        ("{each: S, parent: {group: S, index: A}, rows: []}", "have no parents"),
        ("{each: S, rows: [{size: Number}]}", "template T has no field 'Number' here"),
    ],
)
def test_bad_maps_are_refused(rows: str, complaint: str) -> None:
    """With the place."""
    import yaml  # noqa: PLC0415 (only here)

    plan = read_plan(
        '<templates><template name="T" id="1"><uInt32 name="Number"/><decimal name="Price"/><string name="Text"/>'
        '<sequence name="S"><uInt32 name="A"/></sequence></template></templates>'
    )
    document = yaml.safe_load(
        "transport: {first: Number, clock: yyyymmddhhmmssmmm}\napplication: {selector: template_id}\n"
        f"messages: {{1: {{rows: [{rows}]}}}}"
    )

    with pytest.raises(DescriptionError) as error:
        feed_plan("x", plan, document, "x.map.yaml")
    assert complaint in str(error.value)


# --- the whole path -------------------------------------------------------------------------------
def story() -> list[tuple[str, bytes]]:
    """Two lines and a snapshot loop; times of the venue are coarse, a loop begins in the instant of its end."""
    fill = [refresh(10, *(level("0", n, (100 - n, 0), n, n) for n in range(1, 6)))]
    push = refresh(11, level("0", 1, (100, 0), 9, 6), time=TIME + 1)
    best = (b"0", 1, (100, 0), 9)
    rest = [(b"0", n + 1, (100 - n, 0), n) for n in range(1, 5)]
    loop = [snapshot(1, 9, 0), reset_of_loop(2), snapshot(1, 11, 6, best, *rest), reset_of_loop(2)]
    after = [
        refresh(12, level("0", 5, (0, 0), 0, 7, MDUpdateAction=2), time=TIME + 2),
        refresh(13, level("0", 5, (955, -1), 4, 8), level("1", 1, (101, 0), 1, 9), time=TIME + 3),
    ]
    end = [(b"0", 5, (955, -1), 4), (b"1", 1, (101, 0), 1)]
    last = snapshot(1, 13, 9, best, *rest[:3], *end, time=TIME + 3)
    return [
        (LOOP, datagram(loop[0])),
        (A, datagram(*fill)),
        (B, datagram(*fill)),
        (A, datagram(push)),
        *((LOOP, datagram(each)) for each in loop[1:]),
        (A, datagram(after[0])),
        (B, datagram(push)),
        (A, datagram(after[1])),
        (LOOP, datagram(last)),
    ]


def test_lines_loops_and_depth(tmp_path: Path) -> None:
    """Duplicates are dropped, the loop is read whole, an insert pushes the sixth level out."""
    with Replay(tape(tmp_path / "x.pcap", story(), start_ns=TIME_NS), "moex.forts") as replay:
        replay.run()
        (book,) = replay.books

    assert replay.gaps == []
    assert replay.counters["duplicates"] == 2
    assert replay.counters["messages"] == 9
    assert [level.price // BIN for level in book.levels(Side.BID)] == [100, 99, 98, 97, 95]
    assert book.levels(Side.BID)[4].price == 95_500_000_000
    assert book.state == "SYNCHRONIZED"
    roles = [(each.role, int(state)) for each, state in zip(
        replay.engine.channels.channels, replay.engine.channels.table[:, 13], strict=False)]  # fmt: skip
    assert sorted(roles) == [("incremental", 4), ("snapshot", 5)]


def test_snapshots_equal_what_was_built(tmp_path: Path) -> None:
    """The first snapshot starts the book; a snapshot that tells otherwise is found."""
    sent = story()
    outcome = compare_snapshots(tape(tmp_path / "x.pcap", sent, start_ns=TIME_NS), "moex.forts")

    assert (outcome.starts, outcome.compared, outcome.equal, outcome.ok) == (1, 2, 2, True)
    assert outcome.final[1, 7].sequence == 9
    wrong = snapshot(1, 13, 9, (b"0", 1, (100, 0), 8), time=TIME + 3)
    path = tape(tmp_path / "y.pcap", [*sent[:-1], (LOOP, datagram(wrong))], start_ns=TIME_NS)
    result = feedhandler("verify", path, "--snapshots", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["compared"], told["equal"]) == (2, 1)
    assert (
        "bid level 1: 100.00 size 9 orders -, the snapshot has 100.00 size 8"
        in told["unequal"][0]["what"]
    )
    shown = feedhandler("verify", path, "--snapshots")
    assert "1 of 2 snapshots equal the books that were built" in shown.stdout
    assert feedhandler("verify", path, "--snapshots", "-c", "5").exit_code == 2


def test_snapshots_around_a_gap(tmp_path: Path) -> None:
    """A gap ends a book; the next usable snapshot starts it again, those between are not compared."""
    sent = [each for each in story() if each[0] != B]
    late = refresh(15, level("0", 1, (0, 0), 0, 11, MDUpdateAction=2), time=TIME + 9)
    more = [
        (LOOP, datagram(reset_of_loop(2, TIME + 9))),
        (A, datagram(late)),
        (LOOP, datagram(snapshot(1, 14, 10, (b"0", 1, (100, 0), 9), time=TIME + 9))),
        (LOOP, datagram(snapshot(2, 15, 11, time=TIME + 9))),
        (LOOP, datagram(snapshot(3, 15, 12, time=TIME + 9))),
        (LOOP, datagram(snapshot(4, 99, 11, time=TIME + 9))),
        (LOOP, datagram(snapshot(5, 99, 99, time=TIME + 9))),
        (LOOP, datagram(snapshot(6, 3, 1, time=TIME + 9))),
    ]
    outcome = compare_snapshots(
        tape(tmp_path / "x.pcap", [*sent, *more], start_ns=TIME_NS), "moex.forts"
    )

    assert outcome.gaps == ["channel 1 incremental: 14..14 missing"]
    assert (outcome.starts, outcome.compared, outcome.equal) == (2, 5, 4)
    assert (outcome.before, outcome.beyond) == (1, 1)
    assert [each.what for each in outcome.unequal] == [
        "instrument sequence 11, the snapshot has 12"
    ]


def test_feed_is_found_by_its_groups(tmp_path: Path) -> None:
    """FAST has no framing: elsewhere the same bytes say nothing."""
    sent = story()
    here = tape(tmp_path / "x.pcap", sent)
    there = tape(tmp_path / "y.pcap", [("239.1.2.3:30009", each) for _, each in sent])

    assert detect_feed(here).name == "moex.forts"
    with pytest.raises(UnknownCaptureError):
        detect_feed(there)
    with pytest.raises(UnknownCaptureError):
        detect_feed(tape(tmp_path / "z.pcap", [(A, b"\xc0\xf8\xe0"), (LOOP, b"")]))


def test_decode_shows_every_field(tmp_path: Path) -> None:
    """Names and values by the templates, places in the datagram; what is wrong is told."""
    good = datagram(refresh(10, level("1", 2, (13329, -1), 5, 4, Symbol=b"RI")))
    path = tape(tmp_path / "x.pcap", [(A, good), (A, good + b"\xc0")])
    result = feedhandler("decode", path, "--json", "--feed", "moex.forts")
    found = [json.loads(line) for line in result.stdout.splitlines()]

    entries = next(each for each in found if each["message"] == "IncrementalRefresh")["fields"][
        "MDEntries"
    ]
    assert entries[0]["MDEntryPx"] == "1332.9"
    assert entries[0]["Symbol"] == "RI"
    assert result.exit_code == 1
    assert any("truncated in the message at offset" in json.dumps(each) for each in found)


def test_templates_of_the_user(tmp_path: Path) -> None:
    """Another file in the place of ours; one that cannot be read is refused, and so is one without a use."""
    path = tape(tmp_path / "x.pcap", story(), start_ns=TIME_NS)
    ours = (PROTOCOLS / "moex/forts.xml").read_text("utf-8")
    own, bad = tmp_path / "own.xml", tmp_path / "bad.xml"
    own.write_text(ours.replace('name="Heartbeat"', 'name="Pulse"'), "utf-8")
    bad.write_text("<templates><template", "utf-8")
    less = tmp_path / "less.xml"
    less.write_text(ours.replace("MDPriceLevel", "Level"), "utf-8")
    command = ("replay", path, "--decoder", "kaitai", "-n", "--templates")

    assert feedhandler(*command, str(own)).exit_code == 0
    assert feedhandler(*command, str(bad)).exit_code == 1
    assert "has no field 'MDPriceLevel'" in one_line(feedhandler(*command, str(less)))
    assert feedhandler(*command, str(tmp_path / "none.xml")).exit_code == 3
    assert feedhandler(*command, str(own), "--feed", "nasdaq.itch50").exit_code == 2
    assert {"Pulse"} <= {each.name for each in templates(replace(FORTS, templates_path=str(own)))}


# --- the recording --------------------------------------------------------------------------------
@needs_real
def test_recording_is_sequenced_as_published() -> None:
    """Messages of each line, who was first, the union without a gap, every entry once."""
    expected = json.loads((REAL / "expected.json").read_text("utf-8"))
    told = expected["arbitration"]
    kinds: Counter[int] = Counter()
    with Replay(REAL / "all.pcap") as replay:
        for batch in replay:
            level_rows = batch[batch["kind"] == Kind.LEVEL]
            kinds.update((level_rows["flags"] & Flag.SNAPSHOT).tolist())
        increments, loop = replay.engine.channels.report()

    assert replay.feed.name == "moex.forts"
    assert replay.gaps == []
    assert increments["accepted"] == told["union_messages"]
    assert increments["next_expected"] == told["union_last"] + 1
    assert replay.counters["duplicates"] == told["duplicates"]
    assert [line["first"] for line in increments["lines"]] == list(
        told["first_arrival_by_line_in_all_pcap"].values()
    )
    assert [line["datagrams"] for line in increments["lines"]] == [
        expected["files"][f"increment_{line}.pcap"]["datagrams"] for line in "ab"
    ]
    assert loop["accepted"] == expected["files"]["snapshot.pcap"]["datagrams"]
    entries = expected["files"]["snapshot.pcap"]["entries_by_type_and_action"]
    assert kinds == {0: told["union_entries"], Flag.SNAPSHOT: entries["0/-"] + entries["1/-"]}
    assert not {name for name in replay.counters if name.startswith(("fast_", "malformed"))}


@needs_real
def test_recording_builds_the_books_of_the_venue() -> None:
    """Every snapshot that increments reach is what was built, and so are the published final books."""
    expected = json.loads((REAL / "expected.json").read_text("utf-8"))
    told = expected["snapshot_comparison"]
    outcome = compare_snapshots(REAL / "all.pcap")

    assert outcome.snapshots == told["snapshots"]
    assert outcome.starts == told["used_as_start"]
    assert (outcome.compared, outcome.equal) == (told["equal"], told["equal"])
    assert outcome.beyond == len(told["unequal"])
    for number, security in expected["securities"].items():
        built = outcome.final[1, int(number)]
        assert built.sequence == security["final_RptSeq"]
        for side in ("bids", "asks"):
            levels = [[price_text(price, 0), size] for price, size, _ in getattr(built, side)]
            assert levels == security["final_book"][side]


@needs_real
def test_recording_is_decoded_alike(pair: Pair) -> None:
    """Every tenth datagram by both decoders, duplicates and snapshots among them; the whole takes a minute."""
    source = open_capture(str(REAL / "all.pcap"))
    statuses: Counter[bool] = Counter()
    for number, frame in enumerate(frames(source)):
        if number % 10 == 0:
            found = datagram_of(frame.data, frame.link)
            assert isinstance(found, Datagram)
            assert pair.header(found.payload) is not None
            statuses[pair.decode(found.payload)[0] >= 0] += 1
    source.close()

    assert statuses == {True: 2551}

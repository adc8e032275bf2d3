"""`feedhandler replay` and `book`: what they report, where they stop, and what makes exit code 1."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import (
    CAPTURES,
    CME,
    ITCH,
    ITCH_FILE,
    SHIPPED,
    document,
    feedhandler,
    lines,
    one_line,
    rewritten,
    told,
)

from feedhandler.publish import CounterReader, EventRingReader, SegmentError
from feedhandler.source.frames import Frame

PROGRAM = [sys.executable, "-c", "from feedhandler.cli.main import main; main()"]
KEYS = [
    "format", "version", "files", "feed", "decoder", "stop", "stop_reached", "interrupted", "notes", "frames",
    "frame_bytes", "last_ts_recv", "datagrams", "messages", "events", "definitions", "duplicates",
    "gaps", "recovered", "joined", "gap_units", "faults", "unit", "drops", "decoding",
    "book_faults", "counters", "channels", "end_of_session",
    "books", "in_doubt", "ladders", "digest", "throughput", "problems", "exit_code",
]  # fmt: skip


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def with_a_hole(tmp_path: Path) -> str:
    """The ITCH capture without its frames 400 to 409."""
    return rewritten(
        tmp_path / "hole.pcap", ITCH, lambda f: None if 400 <= f.packet < 410 else f.data, 1000
    )


# --- the report -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_captures_are_whole(name: str) -> None:
    """Every message there, every book synchronized, stable keys, exit code 0."""
    path = str(CAPTURES / name)
    found = document("replay", path)

    assert list(found) == KEYS
    assert (found["feed"], found["exit_code"], found["problems"]) == (SHIPPED[name]["feed"], 0, [])
    if found["feed"] != "nasdaq.itch50.file":
        assert found["frames"] == SHIPPED[name]["frames"]
    assert found["messages"] > 0
    assert found["gaps"] == []
    assert found["books"]["stale"] == 0
    assert len(found["ladders"]) == 3
    assert found["stop"] is None


def test_the_report_for_people() -> None:
    """The same figures as a page, with the books drawn; -n leaves them out, -q everything."""
    page = feedhandler("replay", ITCH, "--depth", "2")
    totals = feedhandler("replay", ITCH, "-n")
    found = document("replay", ITCH)
    symbol = found["ladders"][0]["symbol"]

    assert f"{found['messages']:,}" in page.stdout
    assert found["digest"]["events"] in page.stdout
    assert "channel" in page.stdout
    assert f"{symbol}  by order" in page.stdout
    assert f"{symbol}  by order" not in totals.stdout
    assert found["digest"]["books"] in totals.stdout
    assert "complete: no gap, nothing malformed" in totals.stdout
    assert all(line == line.rstrip() for line in page.stdout.splitlines())
    assert feedhandler("replay", ITCH, "-q").stdout == ""


def test_both_decoders_and_every_order_of_the_files_give_one_digest(tmp_path: Path) -> None:
    """Lines A and B in one file or in two, either first; compiled or kaitai."""
    first = rewritten(tmp_path / "all.pcap", ITCH, lambda frame: frame.data, 600)
    line_a = rewritten(
        tmp_path / "a.pcap",
        ITCH,
        lambda f: f.data if f.data[30:34] == b"\xe9\x36\x0c\x6f" else None,
        600,
    )
    line_b = rewritten(
        tmp_path / "b.pcap",
        ITCH,
        lambda f: f.data if f.data[30:34] != b"\xe9\x36\x0c\x6f" else None,
        600,
    )
    runs = [
        document("replay", first),
        document("replay", first, "--decoder", "kaitai"),
        document("replay", line_a, line_b),
        document("replay", line_b, line_a),
    ]

    assert {run["frames"] for run in runs} == {600}
    assert len({json.dumps(run["digest"]) for run in runs}) == 1


def test_a_gap_is_exit_code_1(tmp_path: Path) -> None:
    """Its range is told, its books are stale, one line a gap goes to the log."""
    path = with_a_hole(tmp_path)
    found = document("replay", path)
    page = feedhandler("replay", path)
    quiet = feedhandler("replay", path, "-q")

    (gap,) = found["gaps"]
    assert gap["count"] == gap["last"] - gap["first"] + 1 == found["gap_units"]
    assert found["books"]["stale"] > 0
    assert found["problems"] == [
        f"1 gap: {found['gap_units']} messages missing",
        f"{found['books']['stale']} of 8 books in doubt: {found['books']['stale']} behind a gap",
    ]
    assert [page.exit_code, quiet.exit_code, found["exit_code"]] == [1, 1, 1]
    assert f"{gap['first']:,}" in page.stdout
    assert json.loads(told(page)[0])["event"] == "gap"
    assert told(quiet) == [f"feedhandler: {problem}" for problem in found["problems"]]


def test_malformed_input_is_exit_code_1_unless_it_is_allowed(tmp_path: Path) -> None:
    """A length that lies in one datagram of both lines: the datagram counts and is lost."""

    def lie(frame: Frame) -> bytes:
        if frame.packet not in {401, 402}:
            return bytes(frame.data)
        data = bytearray(frame.data)
        data[62:64] = (9999).to_bytes(2, "big")
        return bytes(data)

    path = rewritten(tmp_path / "lie.pcap", ITCH, lie, 402)
    found = document("replay", path)
    allowed = feedhandler("replay", path, "-n", "--malformed-max", "2")

    assert found["decoding"] == {"malformed_transport": 2}
    assert found["problems"] == ["malformed: 2 datagrams, 0 messages"]
    assert found["exit_code"] == 1
    assert allowed.exit_code == 0


def test_a_cut_capture_is_exit_code_1(tmp_path: Path) -> None:
    """All before the cut is used, and the place is told."""
    path = tmp_path / "cut.pcap"
    path.write_bytes(Path(ITCH).read_bytes()[:64_000])
    found = document("replay", str(path))

    assert found["exit_code"] == 1
    assert found["messages"] > 100
    assert "cut in mid-record at packet" in found["problems"][0]


def test_another_feed_is_exit_code_1() -> None:
    """A run that found nothing of its feed is no success, and nothing of it was told."""
    foreign = document("replay", CME, "--feed", "nasdaq.itch50")

    assert (foreign["messages"], foreign["exit_code"]) == (0, 1)
    assert foreign["end_of_session"] == {"told": False, "missing": []}


def test_a_filter_that_lets_nothing_pass_is_exit_code_1() -> None:
    """Nothing was complete, as no channel was heard: a line says whose work that was."""
    frames = SHIPPED[Path(ITCH).name]["frames"]
    why = f"the filter 'not udp' let none of {frames:,} frames pass"
    found = document("replay", ITCH, "-f", "not udp")
    page = feedhandler("replay", ITCH, "-f", "not udp", "-n")
    quiet = feedhandler("replay", ITCH, "-f", "not udp", "-q")
    book = feedhandler("book", ITCH, "-f", "not udp", "--symbol", "ALFA")

    assert (found["messages"], found["exit_code"]) == (0, 1)
    assert found["drops"] == {"filtered": frames}
    assert found["problems"] == [why]
    assert found["end_of_session"] == {"told": False, "missing": []}
    assert (page.exit_code, page.stdout.splitlines()[-1]) == (1, why)
    assert (quiet.exit_code, one_line(quiet)) == (1, why)
    assert (book.exit_code, one_line(book)) == (1, f"{ITCH}: no book of ALFA: {why}")


def test_a_filter_that_forgets_the_tags(tmp_path: Path) -> None:
    """As in tcpdump, a frame with a VLAN tag is matched only behind `vlan`: the hint says how."""
    day = str(tmp_path / "day.pcap")
    feedhandler("simulate", "nasdaq.itch50", "-w", day, "--messages", "50", "--vlan", "208")
    (why,) = document("replay", day, "-f", "udp port 26477")["problems"]
    hint = re.fullmatch(
        r"the filter 'udp port 26477' let none of (\d+) frames pass: with VLAN tags, as (\d+) have, it takes "
        r"'(vlan and \(udp port 26477\))', as in tcpdump", why,
    )  # fmt: skip

    assert hint is not None
    assert hint[1] == hint[2]
    assert document("replay", day, "-f", hint[3])["exit_code"] == 0
    assert document("replay", day, "-f", "vlan 7")["problems"] == [
        f"the filter 'vlan 7' let none of {hint[1]} frames pass"
    ]


def test_a_filter_that_lets_something_pass_has_its_say() -> None:
    """What it leaves of the feed is judged as ever: one line of two is enough."""
    found = document("replay", ITCH, "-f", "dst host 233.54.12.111")

    assert (found["exit_code"], found["problems"]) == (0, [])
    assert found["end_of_session"] == {"told": True, "missing": []}


def test_standard_input() -> None:
    """With the feed named, for it cannot be looked at first."""
    with Path(ITCH).open("rb") as capture:
        run = subprocess.run(
            [*PROGRAM, "replay", "-", "--feed", "nasdaq.itch50", "--json"],
            stdin=capture, capture_output=True, check=True,
        )  # fmt: skip

    assert json.loads(run.stdout)["frames"] == SHIPPED[Path(ITCH).name]["frames"]


# --- where it stops -------------------------------------------------------------------------------
def test_stop_behind_a_packet() -> None:
    """Packet 1000 is in and 1001 is not, also where a filter leaves 1000 out."""
    whole = document("replay", ITCH, "--at", "1000")
    line_a, line_b = (
        document("replay", ITCH, "--at", "1000", "-f", f"dst host {host}")
        for host in ("233.54.12.111", "233.49.196.111")
    )

    assert (whole["frames"], whole["stop"]) == (1000, {"packet": 1000})
    assert line_a["frames"] + line_b["frames"] == 1000


def test_stop_at_a_time() -> None:
    """The same moment in three forms, one of them the venue's clock."""
    runs = [
        document("replay", ITCH, "--at", text)
        for text in ("09:29:58.5", "2024-03-15T13:29:58.5Z", "1710509398500000000")
    ]

    assert {json.dumps(run["stop"]) for run in runs} == {'{"time_ns": 1710509398500000000}'}
    assert len({run["digest"]["books"] for run in runs}) == 1
    assert runs[0]["last_ts_recv"] <= 1_710_509_398_500_000_000
    assert 0 < runs[0]["frames"] < SHIPPED[Path(ITCH).name]["frames"]


def test_a_file_of_messages_has_no_times() -> None:
    """A time of day means nothing there; a packet number does."""
    result = feedhandler("replay", ITCH_FILE, "--at", "09:30")

    assert result.exit_code == 2
    assert "has no times; give a packet number" in result.stderr


def test_interrupted_replay_reports_what_it_saw() -> None:
    """Ctrl-C at recorded pace: exit code 130, and the report of that moment."""
    command = [*PROGRAM, "replay", ITCH, "--speed", "x0.2", "--events", "-"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        event = json.loads(run.stdout.readline())
        os.kill(run.pid, signal.SIGINT)
        run.stdout.read()
        report = run.stderr.read()

    assert event["sequence"] == 1
    assert "interrupted: the books are those of this moment" in report
    assert run.returncode == 130


# --- outputs --------------------------------------------------------------------------------------
def test_events_as_lines_of_json(tmp_path: Path) -> None:
    """All fields with their names; integers for prices and times, null for what is not given."""
    path = tmp_path / "events.ndjson"
    found = document("replay", ITCH, "--events", str(path))
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    orders = [event for event in events if event["kind"] == "order"]
    added = next(event for event in orders if event["action"] == "add")
    session = next(event for event in events if event["kind"] == "session")

    assert len(events) == found["events"]
    assert list(added) == [
        "ts_event", "ts_recv", "kind", "action", "side", "price", "size", "order_id", "priority",
        "level", "detail", "flags", "sequence", "instrument_id", "channel_id",
    ]  # fmt: skip
    assert added["side"] in {"bid", "ask"}
    assert added["price"] % 100_000 == 0
    assert added["flags"] == ["last"]
    assert session["price"] is None
    assert session["order_count"] == 0


def test_events_to_standard_output_leave_it_to_themselves() -> None:
    """The report goes to standard error."""
    result = feedhandler("replay", ITCH, "--events", "-", "-n", "--at", "50")
    events = [json.loads(line) for line in result.stdout.splitlines()]

    assert events
    assert "digest" in result.stderr


def test_events_that_cannot_be_written(tmp_path: Path) -> None:
    """The environment's fault, in one line."""
    result = feedhandler("replay", ITCH, "--events", str(tmp_path / "no" / "x"))

    assert result.exit_code == 3
    assert told(result) == [f"feedhandler: --events: {tmp_path}/no/x: No such file or directory"]


def test_shared_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events and counters are there for other processes while the replay runs, and gone behind it."""
    name = f"test-cli-{os.getpid()}"
    seen: dict[str, Any] = {}

    def look(*_: Any, **__: Any) -> tuple[list[Any], list[str]]:
        seen["events"] = EventRingReader(name).read(10)[0]
        seen["counters"] = CounterReader(name).read()
        return [], []

    monkeypatch.setattr("feedhandler.cli.replay_run.chosen", look)
    result = feedhandler("replay", ITCH, "--shm", name, "-q")

    assert result.exit_code == 0
    assert len(seen["events"]) == 10
    assert seen["counters"]["messages"] == SHIPPED[Path(ITCH).name]["messages"]
    with pytest.raises(SegmentError):
        CounterReader(name)


def test_a_bad_name_of_shared_memory() -> None:
    """Nothing that another environment would take: usage, in one line."""
    result = feedhandler("replay", ITCH, "--shm", "a/b")

    assert result.exit_code == 2
    assert "--shm: bad segment name 'a/b'" in told(result)[0]


# --- books ----------------------------------------------------------------------------------------
def test_a_book_is_the_one_that_replay_shows() -> None:
    """At the same point, with its orders in time priority."""
    symbol = document("replay", ITCH)["ladders"][0]["symbol"]
    (ladder,) = document("replay", ITCH, "--symbol", symbol, "--at", "5000")["ladders"]
    found = document("book", ITCH, "--symbol", symbol, "--at", "5000", "--orders")
    (book,) = found["books"]

    assert set(found) == {
        "format", "file", "feed", "stop", "stop_reached", "interrupted", "view", "books", "notes",
        "problems",
    }  # fmt: skip
    assert ladder["bids"]
    for side in ("bids", "asks"):
        for level in book[side]:
            orders = level.pop("orders")
            assert level["size"] == sum(order["size"] for order in orders)
            assert level["order_count"] == len(orders)
    assert book == ladder


def test_implied_and_consolidated_books() -> None:
    """Merged levels hold both sizes; the views are the feed's to have."""
    symbol = "EQXM4"
    direct, implied, merged = (
        document("book", CME, "--symbol", symbol, *flags)["books"][0]
        for flags in ([], ["--implied"], ["--consolidated"])
    )
    sizes = {level["price"]: level["size"] for level in direct["bids"]}
    for level in implied["bids"]:
        sizes[level["price"]] = sizes.get(level["price"], 0) + level["size"]
    text = feedhandler("book", CME, "--symbol", symbol, "--consolidated").stdout

    assert implied["bids"]
    assert {level["price"]: level["size"] for level in merged["bids"]}.items() <= sizes.items()
    assert any(level["implied"] for level in merged["bids"])
    assert "consolidated" in text
    assert "i)" in text


def test_a_book_for_people() -> None:
    """A ladder, or every order with the price once."""
    symbol = document("replay", ITCH)["ladders"][0]["symbol"]
    ladder = feedhandler("book", ITCH, "--symbol", symbol, "--depth", "1")
    orders = feedhandler("book", ITCH, "--symbol", symbol, "--depth", "1", "--orders")

    assert ladder.exit_code == orders.exit_code == 0
    assert "spread" in ladder.stdout
    assert len(orders.stdout.splitlines()) > len(ladder.stdout.splitlines())


def test_a_book_that_is_not_there() -> None:
    """The ones that are near are named: exit code 1."""
    result = feedhandler("book", CME, "--symbol", "EQXM5")

    assert result.exit_code == 1
    assert f"{CME}: no book of EQXM5; there are 4: EQXM4" in told(result)[0]


def test_lines_of_events_are_read_back() -> None:
    """NDJSON from standard output, as in the examples of the help."""
    kinds = {event["kind"] for event in lines("replay", CME, "--events", "-", "-q")}

    assert {"level", "order", "instrument", "trade"} <= kinds

"""`feedhandler bench` runs, and says what it says correctly; how fast anything is, is no matter of tests."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import click.testing
import pytest

from feedhandler.bench import cme, once
from feedhandler.bench.data import datagrams_of, load
from feedhandler.bench.measurement import Measurement, cache_sizes, memory_text, pinned, timed
from feedhandler.bench.replay import BenchError, Contest, parse
from feedhandler.bench.replay import run as run_program
from feedhandler.book.view import Books
from feedhandler.cli.main import cli
from feedhandler.decode.catalog import feed
from feedhandler.event import Side
from feedhandler.replaying import Replay
from feedhandler.simulator import simulate, write_capture

ITCH = "nasdaq.itch50"
STAGES = ("wire", "decode", "kaitai", "book")
WORD = (1 << 64) - 1


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A small day."""
    path = tmp_path / "day.pcap"
    write_capture(path, simulate(ITCH, messages=150, seed=2, instruments=2))
    return path


def command(*arguments: str) -> click.testing.Result:
    """The command's result."""
    return click.testing.CliRunner().invoke(cli, ["bench", *arguments], standalone_mode=True)


def program(folder: Path, **told: Any) -> str:
    """A command that prints this."""
    path = folder / "other.py"
    path.write_text(f"import json\nprint('starting')\nprint(json.dumps({told!r}))\n")
    return shlex.join([sys.executable, str(path)])


# --- the whole path -------------------------------------------------------------------------------
def folded(books: Books) -> str:
    """The checksum by its definition, over the books as views show them."""
    total = 0
    for view in sorted(books, key=lambda each: each.instrument_id):
        for side in (Side.BID, Side.ASK):
            for level in reversed(view.levels(side)):
                raw = level.price // 100_000
                total = (total * 31 + raw * level.size + (level.order_count or 0)) & WORD
    return f"{total:016x}"


def test_one_run_tells_results_that_can_be_compared(capture: Path) -> None:
    """Counts and checksum are those of a replay."""
    told = once.measure(str(capture), feed(ITCH), passes=2)
    with Replay(capture, ITCH) as replay:
        replay.run()

    assert told["checksum"] == folded(replay.books)
    assert told["levels"] == sum(
        len(view.levels(side)) for view in replay.books for side in (Side.BID, Side.ASK)
    )
    assert told["messages"] == replay.counters["messages"]
    assert told["bbo_changes"] == replay.counters["bbo_changes"]
    assert len(told["ns_per_message_of_each_pass"]) == 2
    assert told["ns_per_message"] > 0


def test_programs_that_agree_are_compared(capture: Path, tmp_path: Path) -> None:
    """Runs in pairs; ratio, medians and the machine in the document."""
    told = once.measure(str(capture), feed(ITCH), passes=1)
    other = program(tmp_path, ns_per_message=1e9, levels=told["levels"], checksum=told["checksum"])
    result = command(
        "replay", str(capture), "--against", other, "--runs", "2", "--passes", "1", "--json"
    )
    document = json.loads(result.stdout)

    assert result.exit_code == 0
    assert document["compared"] == ["checksum", "levels"]
    assert document["differences"] == {}
    assert document["theirs"]["runs"] == [1e9, 1e9]
    assert len(document["ours"]["runs"]) == len(document["ratios"]) == 2
    assert document["ratio"] > 1
    assert document["ours"]["checksum"] == told["checksum"]
    assert {"cpu", "load_average", "numba", "python"} <= set(document["machine"])


def test_programs_that_do_not_agree_fail(capture: Path, tmp_path: Path) -> None:
    """Exit code 1: a ratio between different jobs is none."""
    other = program(tmp_path, ns_per_message=5, levels=-1)
    result = command("replay", str(capture), "--against", other, "--runs", "1", "--passes", "1")

    assert result.exit_code == 1
    assert "not the same results: levels:" in result.stdout
    assert "ratio" in result.stdout


def test_ours_alone(capture: Path) -> None:
    """Without another program there is no ratio."""
    result = command("replay", str(capture), "--runs", "1", "--passes", "1")

    assert result.exit_code == 0
    assert "ratio" not in result.stdout
    assert "checksum" in result.stdout


def test_ratios_are_of_pairs() -> None:
    """Their time by ours, pair by pair; the median of them counts."""
    made = Contest("f", ITCH, None, 1, "x")
    made.ours = [{"ns_per_message": ns, "levels": 3} for ns in (100, 200, 400)]
    made.theirs = [{"ns_per_message": ns, "levels": 3} for ns in (200, 200, 1200)]
    told = made.as_dict()

    assert made.ratios == [2.0, 1.0, 3.0]
    assert (told["ratio"], told["ratio_min"], told["ratio_max"]) == (2.0, 1.0, 3.0)
    assert (told["ours"]["ns_per_message"], told["ours"]["ns_per_message_min"]) == (200, 100)
    assert told["compared"] == ["levels"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no object", "prints no JSON object"),
        ("[1]", "prints no JSON object"),
        ('{"ns": 1}', "no ns_per_message above 0"),
        ('{"ns_per_message": "fast"}', "no ns_per_message above 0"),
    ],
)
def test_other_programs_must_tell_their_time(text: str, says: str) -> None:
    """One line that says what is wrong with the output."""
    with pytest.raises(BenchError, match=says):
        parse(text, "other")


def test_other_programs_that_fail_are_told() -> None:
    """Not found, or an exit code with its last words."""
    with pytest.raises(BenchError, match="none/such: No such file"):
        run_program(["none/such"])
    with pytest.raises(BenchError, match="exit code 1: bad luck"):
        run_program([sys.executable, "-c", "raise SystemExit('bad luck')"])


# --- stages ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage", STAGES)
def test_stages_measure_a_capture(stage: str, capture: Path) -> None:
    """A file that is named, and otherwise a simulated one."""
    named = command(stage, str(capture), "--runs", "2", "--json")
    simulated = command(stage, "--messages", "60", "--runs", "1")
    told = json.loads(named.stdout)["measurements"][0]

    assert named.exit_code == simulated.exit_code == 0
    assert told["count"] > 0
    assert told[f"ns_per_{told['unit']}"] > 0
    assert told["passes"] == 2
    assert "cache" in told["memory"]
    assert "numba" in simulated.stdout


def test_stages_count_what_is_there(capture: Path) -> None:
    """Messages are those of both lines, frames all of the capture."""
    with Replay(capture, ITCH) as replay:
        replay.run()
    documents = {
        stage: json.loads(command(stage, str(capture), "--runs", "1", "--json").stdout)
        for stage in ("wire", "decode")
    }
    counts = {stage: told["measurements"][0]["count"] for stage, told in documents.items()}

    assert counts["wire"] == replay.counters["frames"]
    assert counts["decode"] == 2 * replay.counters["messages"]


def test_publishing_is_measured() -> None:
    """The ring and the table of best prices."""
    told = json.loads(command("publish", "--events", "500", "--runs", "1", "--json").stdout)

    assert [each["unit"] for each in told["measurements"]] == ["event", "update"]
    assert told["measurements"][0]["published"] == 1000  # the pass that does not count, too
    assert told["measurements"][1]["sides_changed"] == 1000


def test_cme_entries_are_decoded_and_fit_their_books() -> None:
    """Decode alone, then decode and book: no fault counted, so each entry did its work."""
    told = json.loads(
        command("cme", "--entries", "600", "--instruments", "4", "--runs", "1", "--json").stdout
    )
    alone, both = told["measurements"]

    assert alone["count"] == both["count"] >= 600
    assert {key: n for key, n in both["counters"].items() if key != "locked"} == {}


def test_cme_packets_are_the_same_every_time() -> None:
    """Seeded: measurements of two days are of the same work."""
    assert cme.packets(300, 3) == cme.packets(300, 3)


def test_frames_in_memory_are_those_of_the_file(capture: Path) -> None:
    """Descriptors point to copies; datagrams lie within them."""
    frames = load(str(capture), feed(ITCH))
    datagrams = datagrams_of(frames)
    first = int(frames.memory.ctypes.data)
    starts, ends = datagrams[:, 0], datagrams.sum(axis=1)

    assert len(datagrams) == len(frames.descriptors)
    assert (starts >= first).all()
    assert (ends <= first + frames.memory.size).all()
    assert (starts[1:] >= ends[:-1]).all()


# --- measuring ------------------------------------------------------------------------------------
def test_the_first_call_does_not_count() -> None:
    """One warm-up, then so many; preparing is not timed."""
    calls: list[str] = []
    wall, cpu = timed(lambda: calls.append("work"), 2, lambda: calls.append("prepare"))

    assert calls == ["prepare", "work"] * 3
    assert len(wall) == len(cpu) == 2


def test_a_measurement_tells_rates() -> None:
    """Median and least for one unit, millions a second."""
    told = Measurement("q", "entry", 10, [100, 300, 200], [90, 90, 90], "m").as_dict()

    assert (
        told["ns_per_entry"],
        told["ns_per_entry_min"],
        told["cpu_ns_per_entry"],
    ) == (20.0, 10.0, 9.0)
    assert told["million_entries_per_second"] == 50.0


def test_where_the_input_lies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest cache that holds it, or none."""
    sizes = {"L1": 1 << 10, "L2": 1 << 20}
    monkeypatch.setattr("feedhandler.bench.measurement.cache_sizes", lambda: sizes)

    assert "fits the L2 cache" in memory_text(5000)
    assert "fits no cache" in memory_text(1 << 21)
    assert isinstance(cache_sizes(), dict)


def test_pinning_is_undone() -> None:
    """A core for as long as the measurement takes."""
    before = os.sched_getaffinity(0)
    with pinned(min(before)):
        during = os.sched_getaffinity(0)

    assert {min(before)} == during
    assert before == os.sched_getaffinity(0)


def test_a_core_that_is_not_ours_is_refused() -> None:
    """Usage error, with those that are allowed."""
    result = command("publish", "--core", "4096")

    assert result.exit_code == 2
    assert "--core 4096: allowed are" in result.stderr

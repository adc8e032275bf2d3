"""`--faults` on the command line: what is injected is told, and can be done again by one command."""

import shlex
from pathlib import Path

import pytest
from cli_runs import ITCH, ITCH_FILE, document, feedhandler, one_line

import feedhandler as product

PLAN = "drop=1e-3,reorder=8@1e-2,line-b-dead=2s..5s,corrupt=1e-3,truncate=1e-3,dup=1e-3"
LATE = "delay=1ms..3ms@1e-2,skew=1us..100us,clock=1s@4s"


def test_a_replay_tells_what_it_injected() -> None:
    """Plan, seed and counts; the run is the same again, and another with another seed."""
    told = document("replay", ITCH, "--faults", PLAN, "--seed", "7")
    faults = told["faults"]

    assert (faults["plan"], faults["seed"], faults["frames"]) == (PLAN, 7, 7510)
    assert list(faults["injected"]) == [
        "drop", "reorder", "line-b-dead", "corrupt", "truncate", "dup",
    ]  # fmt: skip
    assert faults["injected"]["line-b-dead"] > 500
    assert (
        told["frames"]
        == 7510
        - faults["injected"]["drop"]
        - faults["injected"]["line-b-dead"]
        + faults["injected"]["dup"]
        - told["drops"]["bad_checksum"]
    )
    assert 0 < told["drops"]["bad_checksum"] <= 2 * faults["injected"]["corrupt"]
    assert told["counters"]["truncated"] == faults["injected"]["truncate"] > 0
    assert told["exit_code"] == 1
    again = document("replay", ITCH, "--faults", PLAN, "--seed", "7")
    assert (again["digest"], again["faults"]) == (told["digest"], faults)
    other = document("replay", ITCH, "--faults", PLAN, "--seed", "8")
    assert other["digest"] != told["digest"]


def test_the_command_that_is_printed_repeats_the_run() -> None:
    """With the filter, the decoder and the stop of the first run."""
    options = ("--faults", "drop=20%", "-f", "udp dst port 26477", "--at", "900", "--seed", "3")
    told = document("replay", ITCH, *options, "--decoder", "kaitai")
    words = shlex.split(told["faults"]["repeat"])

    assert words[0] == "feedhandler"
    again = document(*words[1:])
    assert again["decoder"] == "kaitai"
    assert (again["digest"], again["gaps"]) == (told["digest"], told["gaps"])
    assert told["gaps"]


def test_a_report_for_people_shows_the_faults_and_the_command() -> None:
    """A row of the totals, and the last line."""
    result = feedhandler("replay", ITCH, "--faults", "line-b-drop=1", "-n")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert "faults      3,755  3,755 line-b-drop; on purpose" in lines
    assert lines[-1] == (
        f"repeat: feedhandler replay {ITCH} --feed nasdaq.itch50 --faults line-b-drop=1 --seed 1"
    )


def test_a_run_without_faults_says_nothing_of_them() -> None:
    """In the document the key is there and empty."""
    assert document("replay", ITCH)["faults"] is None
    assert "on purpose" not in feedhandler("replay", ITCH, "-n").stdout


@pytest.mark.parametrize("suffix", [".pcap", ".pcapng", ".pcap.gz"])
def test_a_faulty_capture_is_what_a_faulty_replay_sees(tmp_path: Path, suffix: str) -> None:
    """`simulate --faults` writes what `replay --faults` of the clean capture takes: one run, two ways."""
    clean, bad = str(tmp_path / f"clean{suffix}"), str(tmp_path / f"bad{suffix}")
    plan = f"{PLAN},{LATE}"
    made = ("simulate", "nasdaq.itch50", "--messages", "3000", "--seed", "5", "-q", "-w")
    assert feedhandler(*made, clean).exit_code == 0
    written = document(*made[:-2], "-w", bad, "--faults", plan, "--fault-seed", "9")
    replayed = document("replay", clean, "--faults", plan, "--seed", "9", "--no-checksums")
    read = document("replay", bad)

    assert written["faults"] == plan
    assert written["truth"]["faults"] == replayed["faults"]["injected"]
    assert written["truth"]["frames_total"] == replayed["frames"] == read["frames"]
    assert len(read["gaps"]) == len(replayed["gaps"]) > 0
    for key in ("digest", "gap_units", "duplicates", "last_ts_recv", "drops", "frame_bytes"):
        assert read[key] == replayed[key]
    assert replayed["faults"]["injected"]["line-b-skew"] > 0


def test_the_seed_of_faults_is_the_markets_unless_it_is_given(tmp_path: Path) -> None:
    """One seed is enough for a whole story; the truth is that of the market."""
    path = str(tmp_path / "bad.pcap")
    made = ("simulate", "cme.mdp3", "--messages", "800", "--seed", "5", "-w", path)
    one = document(*made, "--faults", "drop=5%")
    two = document(*made, "--faults", "drop=5%", "--fault-seed", "5")
    other = document(*made, "--faults", "drop=5%", "--fault-seed", "6")

    assert one["sha256"] == two["sha256"] != other["sha256"]
    assert one["truth"]["books"] == other["truth"]["books"]
    shown = feedhandler(*made, "--faults", "drop=5%").stdout
    assert f"  faults    {one['truth']['faults']['drop']} drop; on purpose" in shown


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("replay", ITCH, "--seed", "7"), "--seed: it is the seed of --faults, and there are none"),
        (
            ("replay", ITCH, "--faults", "drp=1"),
            "Invalid value for '--faults': drp=1: unknown fault 'drp'; did you mean drop?",
        ),
        (
            ("simulate", "nasdaq.itch50", "-w", "x.pcap", "--fault-seed", "1"),
            "--fault-seed: it is the seed of --faults, and there are none",
        ),
        (
            ("simulate", "nasdaq.itch50.file", "-w", "x", "--faults", "drop=1"),
            "--faults: nasdaq.itch50.file has no frames",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_usage(arguments: tuple[str, ...], complaint: str) -> None:
    """Exit code 2 and one line."""
    result = feedhandler(*arguments)

    assert result.exit_code == 2
    assert one_line(result).startswith(complaint)


def test_the_python_interface_takes_a_plan() -> None:
    """As text; what was injected is asked of the replay. A file of messages has no lines, and is told."""
    with product.replay(ITCH, faults="dup=1", seed=3) as replay:
        replay.run()
        assert replay.faults is not None
        assert replay.faults.injected == {"dup": 7510}
        assert replay.counters["frames"] == 15020
        assert not replay.gaps
    with product.replay(ITCH_FILE, faults="line-b-drop=1") as replay:
        replay.run()
        assert replay.notes == ["faults: no frame for line-b-drop was seen"]
    with product.replay(ITCH) as replay:
        assert replay.faults is None

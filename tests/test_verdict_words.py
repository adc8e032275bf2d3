"""The verdict of a replay says what is known: no loss was seen; "complete" where the end of every session came."""

from pathlib import Path

import pytest
from cli_runs import CME, ITCH, document, feedhandler, told

UNKNOWN = "no end of session came; what was lost behind the last datagram is not known"


def last_lines(*arguments: str) -> list[str]:
    """The verdict, and what is told below it."""
    shown = feedhandler("replay", *arguments, "-n").stdout.splitlines()
    return [line for line in shown[shown.index("", 8) + 1 :] if not line.startswith("repeat: ")]


def test_a_session_that_ended_without_a_gap_is_complete() -> None:
    """The venue has said that this was all."""
    found = document("replay", ITCH)

    assert found["end_of_session"] == {"told": True, "missing": []}
    assert last_lines(ITCH) == ["complete: no gap, nothing malformed"]


@pytest.mark.parametrize(
    "faults", ["dead=2s..1000s", "line-a-dead=2s..1000s,line-b-dead=2s..1000s"]
)
def test_a_feed_that_simply_stops_is_not_complete(faults: str) -> None:
    """Both lines die for good: no gap shows it, but the end of the session did not come."""
    found = document("replay", ITCH, "--faults", faults)

    assert (found["gaps"], found["problems"], found["exit_code"]) == ([], [], 0)
    assert found["end_of_session"] == {"told": True, "missing": [1]}
    assert last_lines(ITCH, "--faults", faults) == [
        "no loss seen: no gap, nothing malformed",
        f"channel 1: {UNKNOWN}",
    ]


def test_a_stop_that_was_asked_for_misses_no_end() -> None:
    """With --at nobody expects one."""
    found = document("replay", ITCH, "--at", "500")

    assert found["end_of_session"] == {"told": True, "missing": []}
    assert last_lines(ITCH, "--at", "500") == ["stopped at packet 500: no gap, nothing malformed"]


def test_a_feed_without_ends_is_never_called_complete() -> None:
    """CME tells none: nobody knows whether more was sent."""
    found = document("replay", CME)

    assert (found["end_of_session"], found["exit_code"]) == ({"told": False, "missing": []}, 0)
    assert last_lines(CME) == ["no loss seen: no gap, nothing malformed"]


def test_no_frame_at_all_is_a_fault(tmp_path: Path) -> None:
    """Every frame lost, or a capture with nothing in it; `book` says so, too."""
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(bytes.fromhex("a1b2c3d40002000400000000000000000004000000000001"))
    lost = document("replay", ITCH, "--faults", "drop=1")
    nothing = document("replay", str(empty), "--feed", "nasdaq.itch50")

    for found in (lost, nothing):
        assert (found["frames"], found["books"]["total"]) == (0, 0)
        assert (found["problems"], found["exit_code"]) == (["no frame came"], 1)
    assert told(feedhandler("replay", str(empty), "--feed", "nasdaq.itch50", "-q")) == [
        "feedhandler: no frame came"
    ]


def test_a_stop_before_the_first_frame_is_no_fault() -> None:
    """Nothing was to come until then."""
    assert document("replay", ITCH, "--at", "2000-01-01T00:00:00Z")["exit_code"] == 0

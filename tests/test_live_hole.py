"""A hole that is still open when a live run ends: told while it is open, and at the end a loss as in a replay."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from capture_writers import pcap
from cli_runs import document
from lan import wire
from live_frames import GROUP, send, udp
from processes import run
from shared_memory import fresh_name
from test_daemon import DAY, WAIT_S, ask, configured, counted, reading, started, until
from test_daemon import compiled as compiled  # noqa: PLC0414 (a fixture)

name = pytest.fixture(fresh_name)
BEGIN = 20
BEHIND = 25  # one datagram beyond the hole


def test_a_hole_that_one_datagram_shows(name: str, tmp_path: Path) -> None:
    """Not ready, books not to be trusted; SIGTERM: the gap and the books in doubt of a replay, and its exit code."""
    file = configured(tmp_path, name, two_cards=False)
    file.write_text(file.read_text("utf-8").replace("2_500_000_000", "200_000_000"), "utf-8")
    payloads = [*DAY[:BEGIN], DAY[BEHIND]]
    with wire() as made, started(made.receiver, "run", "-q", "-c", str(file)) as process:
        until(lambda: reading(name), process)
        with made.sender.entered():
            send("line_a", [udp(GROUP, payload) for payload in DAY[:BEGIN]])
        until(lambda: ask(made.receiver, "/readyz") == (200, "ok\n"), process)
        with made.sender.entered():
            send("line_a", [udp(GROUP, DAY[BEHIND])])
        until(lambda: counted(name, "frames") == len(payloads), process)
        until(lambda: ask(made.receiver, "/readyz")[0] == 503, process)
        open_hole = ask(made.receiver, "/readyz")[1]
        text = ask(made.receiver, "/metrics")[1]
        shown = run("status", name, "--json")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WAIT_S)
    log = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    expected = replayed(tmp_path / "same.pcap", payloads)
    (told,) = json.loads(shown.stdout)["feeds"]

    assert open_hole == (
        "nasdaq.itch50: channels with a hole that was waited for in vain: 1 "
        "(too few datagrams show it to be a gap)\n"
    )
    labels = f'{{process="{name}",feed="nasdaq.itch50",worker="main"}}'
    assert f"feedhandler_channels_overdue{labels} 1\n" in text
    assert (told["books"]["SYNCHRONIZED"], told["gaps_open"]) == (0, 1)
    assert told["books"]["STALE"] == told["books_overdue"] > 0
    assert f"feedhandler_books_in_doubt{labels} {told['books_overdue']}\n" in text
    assert f'{labels[:-1]},state="stale"}} {told["books_overdue"]}\n' in text
    assert f'{labels[:-1]},state="synchronized"}} 0\n' in text
    assert shown.returncode == 1
    assert told["channels"][0]["overdue_ns"] > 0
    assert expected["exit_code"] == process.returncode == 1
    assert [line["says"] for line in log if line["event"] == "not_whole"] == expected["problems"]
    assert [line["count"] for line in log if line["event"] == "gap"] == [
        gap["count"] for gap in expected["gaps"]
    ]
    assert log[-1]["lost"] == {"gap_units": expected["gap_units"]}


def replayed(path: Path, payloads: list[bytes]) -> dict[str, Any]:
    """The report of a replay of the same."""
    frames = [
        (1_700_000_000_000_000_000 + 1_000_000 * number, udp(GROUP, each))
        for number, each in enumerate(payloads)
    ]
    path.write_bytes(pcap(frames, nanos=True))
    return document("replay", str(path), "--feed", "nasdaq.itch50")

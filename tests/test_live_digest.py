"""`run --digest`: whoever records what a run gets can see that the run came to what a replay of it comes to."""

import json
import signal
import time
from pathlib import Path

import pytest
from cli_runs import ITCH, document
from lan import wire
from live_frames import GROUP, send, udp
from processes import run
from test_live_cli import started
from test_live_end import DAY

from feedhandler.jit import JIT_ON

WAIT_S = 400
FRAMES = 7510


@pytest.mark.skipif(not JIT_ON, reason="without the JIT the loop is too slow for a whole capture")
def test_a_run_tells_the_digests_of_its_recording(tmp_path: Path) -> None:
    """A recorder beside the run; the replay of what it wrote has the same two digests."""
    path = tmp_path / "out.pcapng"
    with wire() as made:
        recording = started(
            made.receiver, "capture", "-i", "line_a", "-w", str(path), "-c", str(FRAMES),
            "-f", "udp", "-q",
        )  # fmt: skip
        receiving = started(
            made.receiver, "run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block",
            "--every", "200ms", "--gap-timeout", "60s", "--digest",
        )  # fmt: skip
        assert receiving.stdout is not None
        last = json.loads(receiving.stdout.readline())
        deadline = time.monotonic() + WAIT_S
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        with made.sender.entered():
            run("replay", ITCH, "--to", "line_a", "--speed", "x20", "-q")
        while last["counters"].get("frames", 0) < FRAMES and time.monotonic() < deadline:
            last = json.loads(receiving.stdout.readline())
        receiving.send_signal(signal.SIGTERM)
        out, err = receiving.communicate(timeout=WAIT_S)
        _, why = recording.communicate(timeout=WAIT_S)

    assert (receiving.returncode, recording.returncode) == (0, 0), err + why
    ended = json.loads(out.splitlines()[-1])
    expected = document("replay", str(path))
    assert expected["counters"]["messages"] == 14_000
    assert ended["digest"] == expected["digest"]
    for what, value in expected["digest"].items():
        assert f"feedhandler: digest of {what}: {value}" in err.splitlines()


def test_a_service_tells_them_in_its_log(tmp_path: Path) -> None:
    """`digest = true`, a log has them beside the verdict, and the line of JSON the same."""
    file = tmp_path / "feed.toml"
    file.write_text(
        'name = "digests"\nlock_memory = false\nmetrics.address = ""\n[[worker]]\nidle = "block"\n'
        '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "line_a"\ndigest = true\n'
        "ring_bytes = 4_194_304\nlimits = { books = 64, orders = 1024, levels = 1024 }\n"
    )
    with wire() as made:
        receiving = started(made.receiver, "run", "-c", str(file), "--every", "100ms", "--json")
        assert receiving.stdout is not None
        last = json.loads(receiving.stdout.readline())
        with made.sender.entered():
            send("line_a", [udp(GROUP, each) for each in DAY])
        deadline = time.monotonic() + WAIT_S
        while last["counters"].get("frames", 0) < len(DAY) and time.monotonic() < deadline:
            last = json.loads(receiving.stdout.readline())
        receiving.send_signal(signal.SIGTERM)
        out, err = receiving.communicate(timeout=WAIT_S)

    ended = json.loads(out.splitlines()[-1])
    (told,) = [line for line in map(json.loads, err.splitlines()) if line["event"] == "verdict"]
    assert ended["digest"] == told["digest"]
    assert set(told["digest"]) == {"events", "books"}


def test_without_it_there_is_none() -> None:
    """To keep it costs some nanoseconds an event: it is asked for."""
    with wire() as made:
        receiving = started(
            made.receiver, "run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block",
            "--seconds", "1",
        )  # fmt: skip
        out, err = receiving.communicate(timeout=WAIT_S)

    assert json.loads(out.splitlines()[-1])["digest"] is None
    assert "digest" not in err

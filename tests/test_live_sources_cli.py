"""`run` by every source as a process: the same feed to the same end; what it cannot do is a line that says so."""

import json
import signal
import subprocess
import time

import pytest
from cli_runs import ITCH, feedhandler, one_line
from lan import no_xdp, wire
from processes import PROGRAM, run

from feedhandler.jit import JIT_ON

WAIT_S = 400


@pytest.mark.skipif(not JIT_ON, reason="without the JIT the loop is too slow for a whole capture")
@pytest.mark.parametrize("words", [("xdp", "--xdp-mode", "generic"), ("xdp",), ("libpcap",)])
def test_a_feed_to_its_end(words: tuple[str, ...]) -> None:
    """All messages, nothing lost, the clock told."""
    if words[0] == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    with wire() as made:
        with made.receiver.entered():
            receiving = subprocess.Popen(
                [
                    *PROGRAM, "run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block",
                    "--every", "200ms", "--gap-timeout", "60s", "--source", *words,
                ],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert receiving.stdout is not None
        last = json.loads(receiving.stdout.readline())
        with made.sender.entered():
            run("replay", ITCH, "--to", "line_a", "--speed", "max", "--json")
        deadline = time.monotonic() + WAIT_S
        while last["counters"].get("frames", 0) < 7510 and time.monotonic() < deadline:
            last = json.loads(receiving.stdout.readline())
        receiving.send_signal(signal.SIGTERM)
        _, err = receiving.communicate(timeout=WAIT_S)

    assert receiving.returncode == 0, err
    assert last["counters"]["messages"] == 14_000
    assert last["lost"] == {}
    assert last["clock"] == "kernel"
    assert ("microseconds" in err) == (words[0] == "libpcap")


def test_what_a_source_cannot_do_is_told() -> None:
    """An expression is not for AF_XDP; no such interface."""
    expression = feedhandler(
        "run", "-i", "lo", "--feed", "nasdaq.itch50", "--source", "xdp", "-f", "udp"
    )
    missing = feedhandler("run", "-i", "nope0", "--feed", "nasdaq.itch50", "--source", "xdp")

    assert (expression.exit_code, missing.exit_code) == (2, 3)
    assert "a filter expression is for packet_ring, libpcap" in one_line(expression)
    assert "nope0: no such interface" in one_line(missing)

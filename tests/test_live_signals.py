"""Signals to live verbs: a terminal that goes, to a run that was started to outlive it; a venue that is stopped."""

import signal
import time
from pathlib import Path

import pytest
from lan import wire
from live_frames import until
from test_live_cli import started
from test_sending_ends import packets_sent
from test_simulate_live import documents

WAIT_S = 400
RUN = ("run", "-i", "line_a", "--feed", "nasdaq.itch50", "--idle", "block", "--every", "100ms")


@pytest.mark.parametrize(
    ("deaf", "why"),
    [(True, signal.SIGTERM), (False, signal.SIGHUP)],
    ids=["nohup", "a terminal"],
)
def test_a_terminal_that_goes(why: signal.Signals, *, deaf: bool) -> None:
    """It ends a run, as the log tells; one that was started deaf to it goes on until it is ended otherwise."""
    ours = signal.signal(signal.SIGHUP, signal.SIG_IGN if deaf else signal.SIG_DFL)
    try:
        with wire() as made:
            process = started(made.receiver, *RUN, "-v")
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGHUP)
            began = time.monotonic()
            while time.monotonic() - began < 2 and process.poll() is None:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=WAIT_S)
    finally:
        signal.signal(signal.SIGHUP, ours)

    assert f"by {why.name}" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("served", [(), ("--serve",)], ids=["alone", "with servers"])
def test_a_venue_that_is_stopped_reports(
    served: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    """What was sent until then; a hundred times slower than the venue, the day is not over before."""
    words = ("--messages", "300", "--to", "line_a", "--speed", "x0.01", "--json", *served)
    with wire() as made:
        statistics = Path(f"/proc/{made.sender.pid}/net/dev")
        before = packets_sent(statistics)
        sending = started(made.sender, "simulate", "nasdaq.itch50", *words)
        until(lambda: packets_sent(statistics) > before)
        sending.send_signal(number)
        out, err = sending.communicate(timeout=WAIT_S)

    assert (sending.returncode, err) == (code, "")
    written, sent = documents(out)
    assert 0 < sent["sent"][0]["frames"] < written["truth"]["frames_total"]

"""Frames without a time, waits that no clock holds, speeds that are none, and an end that JSON tells."""

import json
import signal
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from capture_writers import pcap
from cli_runs import feedhandler, one_line
from lan import wire
from live_frames import GROUP, udp, until
from test_live_cli import started
from test_sending import MS, START, capture
from test_sending_ends import WAIT_S, packets_sent
from test_simulate_live import documents

from feedhandler.sending.sender import NEVER_NS, Sender, Sent, deadline
from feedhandler.source.pcap_file import open_capture

YEAR_MS = 365 * 86_400_000
STRANGE = [
    "1e400",
    "1e-400",
    "1e999999999",
    "1e9_9_9_9_9_9",
    "1000001",
    "0.0000009",
    "0",
    "-1",
    "1/0",
    "x",
]


def sent_at(path: Path, times: list[int], speed: Fraction = Fraction(1)) -> Sent:
    """What a sender tells of frames with these times, 0 = none."""
    frames = [(at, udp(GROUP, bytes([n % 251]) * 30)) for n, at in enumerate(times)]
    path.write_bytes(pcap(frames, nanos=True))
    with (
        wire() as made,
        made.sender.entered(),
        Sender("line_a") as sender,
        closing(open_capture(str(path))) as source,
    ):
        return sender.send(source, speed)


def test_frames_without_times_are_not_late(tmp_path: Path) -> None:
    """None was ever due: there is no figure, and no text of one."""
    sent = sent_at(tmp_path / "zero.pcap", [0] * 20)

    assert (sent.frames, sent.late.count, sent.late.over) == (20, 0, 0)
    assert sent.report()["late_ns"] is None


def test_only_frames_with_times_are_late(tmp_path: Path) -> None:
    """Some before the first that has one, some between: each is sent, in order, and the others alone are judged."""
    times = [0, 0, START, 0, START + 5 * MS, START + 6 * MS, 0]
    sent = sent_at(tmp_path / "some.pcap", times * 60)  # more than the sender takes at once

    assert (sent.frames, sent.late.count, sent.late.over) == (420, 180, 0)
    assert sent.elapsed_ns >= 6 * MS


@pytest.mark.parametrize("verb", [["replay", "day.pcap"], ["simulate", "nasdaq.itch50"]])
@pytest.mark.parametrize("speed", STRANGE)
def test_speeds_have_bounds(verb: list[str], speed: str) -> None:
    """The line names them, and nobody reckons with numbers of a milliard digits."""
    result = feedhandler(*verb, "--to", "lo", f"--speed={speed}")

    assert result.exit_code == 2
    assert "from 0.000001 to 1000000" in result.output


@pytest.mark.parametrize("speed", ["0.000001", "1e-6", "1/1000000", "x1000000", "1E6"])
def test_the_bounds_are_speeds(speed: str) -> None:
    """What fails behind them is the interface."""
    result = feedhandler("replay", "day.pcap", "--to", "nope0", "--speed", speed)

    assert result.exit_code == 3
    assert "--speed" not in one_line(result)


def test_a_wait_that_no_clock_holds(tmp_path: Path) -> None:
    """A year's gap, a million times slower: the sender waits, as for any other, until it is stopped."""
    path = capture(tmp_path / "gap.pcap", [0, YEAR_MS, YEAR_MS])
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with (
        wire() as made,
        made.sender.entered(),
        Sender("line_a") as sender,
        closing(open_capture(path)) as source,
    ):
        sent = sender.send(source, Fraction(1, 1_000_000), stop)

    assert (sent.frames, sent.late.count, sent.stopped) == (1, 1, True)


@pytest.mark.parametrize("received", [-(1 << 63), -1, 0, 1, START, (1 << 63) - 1])
@pytest.mark.parametrize("speed", [Fraction(1, 1_000_000), Fraction(1), Fraction(10**400)])
def test_due_times_fit_the_clock(received: int, speed: Fraction) -> None:
    """And are the naive ones wherever those do."""
    due = deadline(received, 1, 10**15, speed)
    exact = 10**15 + (received - 1) / speed

    assert 0 <= due <= NEVER_NS
    if received <= 0:
        assert due == 0
    elif exact < NEVER_NS:
        assert due <= exact < due + 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_json_tells_of_an_end_by_a_signal(tmp_path: Path, number: int, code: int) -> None:
    """As the text does: what was sent is not all."""
    path = capture(tmp_path / "long.pcap", [0, YEAR_MS])
    with wire() as made:
        statistics = Path(f"/proc/{made.sender.pid}/net/dev")
        before = packets_sent(statistics)
        sending = started(
            made.sender, "replay", path, "--to", "line_a", "--speed", "0.000001", "--json"
        )
        until(lambda: packets_sent(statistics) > before)
        sending.send_signal(number)
        out, err = sending.communicate(timeout=WAIT_S)

    told = json.loads(out)
    assert (sending.returncode, err) == (code, "")
    assert (told["frames"], told["interrupted"]) == (1, True)


def test_json_tells_of_an_end_of_its_own(tmp_path: Path) -> None:
    """Of a capture and of a venue that were sent to the last frame."""
    path = capture(tmp_path / "short.pcap", [0, 1])
    with wire() as made, made.sender.entered():
        replayed = feedhandler("replay", path, "--to", "line_a", "--json")
        simulated = feedhandler(
            "simulate", "nasdaq.itch50", "--messages", "50", "--to", "line_a", "--speed", "max", "--json"
        )  # fmt: skip
    _, sent = documents(simulated.stdout)

    assert json.loads(replayed.stdout)["interrupted"] is False
    assert [each["interrupted"] for each in sent["sent"]] == [False]

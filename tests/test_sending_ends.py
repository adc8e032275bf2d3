"""What a sender says it sent is what the device took, however it was ended."""

import json
import signal
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from lan import wire
from live_frames import until
from test_live_cli import started
from test_sending import capture

from feedhandler.sending.sender import Sender
from feedhandler.source.pcap_file import open_capture

WAIT_S = 120


def test_a_link_that_is_down_takes_nothing(tmp_path: Path) -> None:
    """Refused, not sent, late by nothing; when it is up again the next run counts anew."""
    path = capture(tmp_path / "a.pcap", [0, 0, 0])
    told = []
    with wire() as made, made.sender.entered(), Sender("line_a") as sender:
        for state in ("down", "up"):
            made.sender.ip("link", "set", "line_a", state)
            with closing(open_capture(path)) as source:
                told.append(sender.send(source, Fraction(1)))

    assert [(sent.frames, sent.frame_bytes, sent.refused, sent.fault) for sent in told] == [
        (0, 0, 3, "the interface is down"), (3, 3 * 72, 0, ""),
    ]  # fmt: skip
    assert [sent.late.count for sent in told] == [0, 3]


@pytest.mark.parametrize("by", ["packet", "xdp"])
@pytest.mark.parametrize(
    ("end", "change", "fault"),
    [
        ("sender", "link set line_a down", "the interface is down"),
        ("sender", "link del line_a", "the interface is gone"),
        ("receiver", "link set line_a down", "the interface has no carrier: nobody is at the other end"),
    ],
)  # fmt: skip
def test_a_link_that_fails_ends_a_replay(
    tmp_path: Path, by: str, end: str, change: str, fault: str
) -> None:
    """Not at the end of the day: what was sent is told, why no more is, and the exit code is that of a fault outside."""
    path = capture(tmp_path / "day.pcap", [0] + [10] * 2_000)
    with wire() as made:
        statistics = Path(f"/proc/{made.sender.pid}/net/dev")
        before = packets_sent(statistics)
        sending = started(made.sender, "replay", path, "--to", "line_a", "--json", "--by", by)
        until(lambda: packets_sent(statistics) > before + 9 or sending.poll() is not None)
        getattr(made, end).ip(*change.split())
        out, err = sending.communicate(timeout=WAIT_S)

    if by == "xdp" and not out:
        pytest.skip(err)
    told = json.loads(out)
    assert (sending.returncode, err) == (3, f"feedhandler: line_a: {fault}\n")
    assert (told["fault"], told["interrupted"]) == (fault, False)
    assert 10 <= told["frames"] < 1_500


def test_what_was_not_sent_is_no_secret(tmp_path: Path) -> None:
    """With -q: on standard error, by reason."""
    path = capture(tmp_path / "raw.pcap", [0, 0, 0], link=113)
    with wire() as made:
        sending = started(made.sender, "replay", path, "--to", "line_a", "-q")
        out, err = sending.communicate(timeout=WAIT_S)

    assert (sending.returncode, out) == (1, "")
    assert err == "feedhandler: line_a: 3 frames not sent: not Ethernet\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_by_a_signal_is_told(tmp_path: Path, number: int, code: int) -> None:
    """The second frame is due in an hour; the report is of the first."""
    path = capture(tmp_path / "long.pcap", [0, 3_600_000])
    with wire() as made:
        statistics = Path(f"/proc/{made.sender.pid}/net/dev")
        before = packets_sent(statistics)
        sending = started(made.sender, "replay", path, "--to", "line_a", "--json")
        until(lambda: packets_sent(statistics) > before)
        sending.send_signal(number)
        out, err = sending.communicate(timeout=WAIT_S)

    assert (sending.returncode, err) == (code, "")
    assert json.loads(out)["frames"] == 1


def packets_sent(statistics: Path) -> int:
    """Of line_a, by the kernel."""
    (line,) = [each for each in statistics.read_text().splitlines() if "line_a:" in each]
    return int(line.partition(":")[2].split()[9])


def test_nothing_to_send_is_a_fault(tmp_path: Path) -> None:
    """A filter that nothing passes: no frame at all."""
    path = capture(tmp_path / "a.pcap", [0, 0, 0])
    with wire() as made:
        sending = started(made.sender, "replay", path, "--to", "line_a", "-f", "udp port 1")
        out, err = sending.communicate(timeout=WAIT_S)

    assert (sending.returncode, err) == (
        1,
        "feedhandler: the filter 'udp port 1' let none of 3 frames pass\n",
    )
    assert "sent" in out


def test_a_capture_that_is_cut_is_told(tmp_path: Path) -> None:
    """Its whole frames are sent; what is missing is a fault, and no secret with -q."""
    path = capture(tmp_path / "a.pcap", [0, 0, 0])
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(Path(path).read_bytes()[:-1])
    with wire() as made:
        sending = started(made.sender, "replay", str(cut), "--to", "line_a", "-q")
        out, err = sending.communicate(timeout=WAIT_S)

    assert (sending.returncode, out) == (1, "")
    assert err.startswith(f"feedhandler: {cut}: cut in mid-record at packet 3")

"""`simulate --to`: a live venue sends the frames that it would have written, each line on its wire, in time."""

import errno
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from cli_runs import feedhandler, one_line
from lan import wire
from live_frames import taken

from feedhandler.decode.catalog import feed
from feedhandler.live import groups_of
from feedhandler.simulator import simulate
from feedhandler.source.packet_ring import PacketRing, RingLimits

ITCH = "nasdaq.itch50"
DAY = ("--messages", "300", "--seed", "4")
EXPECTED = [(line, bytes(frame)) for _, line, frame in simulate(ITCH, messages=300, seed=4)]


def documents(text: str) -> Iterator[Any]:
    """JSON documents one behind the other."""
    decoder = json.JSONDecoder()
    while text.strip():
        document, end = decoder.raw_decode(text.lstrip())
        yield document
        text = text.lstrip()[end:]


@pytest.mark.parametrize("lines", [("line_a",), ("line_a", "line_b")])
def test_each_line_on_its_wire(lines: tuple[str, ...]) -> None:
    """One interface gets everything in order; with two, A goes to the first and B to the second."""
    groups = groups_of(feed(ITCH))
    with wire(*lines) as made:
        with made.receiver.entered():
            rings = [PacketRing(name, groups, limits=RingLimits(4 << 20)) for name in lines]
        to = [word for name in lines for word in ("--to", name)]
        with made.sender.entered():
            result = feedhandler("simulate", ITCH, *DAY, *to, "--speed", "max", "--json")
        wanted = [
            [frame for line, frame in EXPECTED if len(lines) == 1 or line == "AB"[number]]
            for number in range(len(lines))
        ]
        seen = [
            [each.data for each in taken(ring, len(frames))]
            for ring, frames in zip(rings, wanted, strict=True)
        ]
        for ring in rings:
            ring.close()
    assert result.exit_code == 0, result.output
    written, sent = documents(result.stdout)

    assert seen == wanted
    assert written["truth"]["frames_total"] == len(EXPECTED)
    assert [each["frames"] for each in sent["sent"]] == [len(frames) for frames in wanted]


def test_a_venue_keeps_time_and_answers() -> None:
    """At a multiple of its pace every frame has a lateness; its servers listen meanwhile."""
    with wire() as made, made.sender.entered():
        result = feedhandler(
            "simulate",
            ITCH,
            *DAY,
            "--to",
            "line_a",
            "--speed",
            "x100",
            "--serve",
            "--seconds",
            "1",
            "--json",
        )
    assert result.exit_code == 0, result.output
    written, sent = documents(result.stdout)

    assert set(written["servers"]) == {"request", "stream", "snapshot"}
    assert sent["sent"][0]["late_ns"]["max"] > 0


def test_what_cannot_be_sent_is_told_in_a_line() -> None:
    """No interface, a file without frames, two interfaces for one line."""
    missing = feedhandler("simulate", ITCH, "--to", "nope0")
    frameless = feedhandler("simulate", "nasdaq.itch50.file", "--to", "lo")
    one = feedhandler("simulate", ITCH, "--to", "lo", "--to", "lo", "--lines", "A")

    assert (missing.exit_code, frameless.exit_code, one.exit_code) == (3, 2, 2)
    assert "nope0: no such interface" in one_line(missing)
    assert "has no frames" in frameless.output
    assert "two for --lines AB" in one.output


def test_what_the_link_did_not_take_is_no_success() -> None:
    """The wire is down: nothing was sent, which is told, and is not what was asked for."""
    with wire("line_a") as made, made.sender.entered():
        subprocess.run(["ip", "link", "set", "line_a", "down"], check=True)
        result = feedhandler("simulate", ITCH, *DAY, "--to", "line_a", "--speed", "max", "--json")
    written, sent = documents(result.stdout)

    assert (result.exit_code, result.stderr) == (3, "feedhandler: line_a: the interface is down\n")
    assert written["file"] is None  # it is gone
    assert sent["sent"][0]["frames"] == 0
    assert 0 < sent["sent"][0]["left_out"]["refused"] <= len(EXPECTED)


def test_a_lacking_privilege_is_told_before_a_market_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is simulated for nobody."""
    monkeypatch.setattr("socket.socket", refusing)
    result = feedhandler("simulate", ITCH, *DAY, "--to", "lo")

    assert result.exit_code == 3
    assert "CAP_NET_RAW" in one_line(result)
    assert "market" not in result.output


def refusing(*_: object) -> None:
    """A packet socket for whoever has no privilege."""
    raise PermissionError(errno.EPERM, "Operation not permitted")

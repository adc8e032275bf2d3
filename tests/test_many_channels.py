"""A thousand channels begin within a second: each new one costs what it costs, however many there are before it."""

import struct
from collections import Counter as Tally
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from capture_writers import pcap
from live_frames import udp
from packets import mold

from feedhandler.decode.catalog import Feed, feed
from feedhandler.engine.routing import Routing
from feedhandler.engine.snapshots import Snapshots
from feedhandler.replaying import Replay
from feedhandler.wire.routes import Group

CHANNELS = 300
OPEN = struct.pack(">cHH6sc", b"S", 0, 0, bytes(6), b"O")


def of_many() -> Feed:
    """ITCH on as many channels, lines A and B."""
    described = feed("nasdaq.itch50")
    return replace(
        described,
        channels=tuple(
            replace(described.channels[0], id=number + 1, name="", lines={
                line: f"233.{at}.{number // 250}.{number % 250 + 1}:{20_000 + number}"
                for at, line in enumerate("AB", 1)
            })
            for number in range(CHANNELS)
        ),
    )  # fmt: skip


def test_each_channel_is_found_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are opened and served; tables are not made anew, and others not looked at, for each of them."""
    told: Tally[str] = Tally()
    for owner, name in ((Routing, "_rebuild"), (Snapshots, "listen")):
        count(monkeypatch, owner, name, told)
    described = of_many()
    frames = [
        udp((group.address, group.port), mold([OPEN] * 2, first))
        for first in (1, 3)
        for channel in described.channels
        for group in map(Group.parse, channel.lines.values())
    ]
    path = tmp_path / "many.pcap"
    path.write_bytes(pcap([(1 + number, each) for number, each in enumerate(frames)], nanos=True))
    with Replay(str(path), described) as replay:
        result = replay.run()
        accepted = [each["accepted"] for each in replay.engine.channels.report()]

    assert accepted == [4] * CHANNELS
    assert result.counters["duplicates"] == 2 * CHANNELS
    assert told["listen"] == CHANNELS
    assert told["_rebuild"] <= 8  # each time twice as large


def count(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, told: Tally[str]) -> None:
    """Count the calls of a method."""
    method = getattr(owner, name)

    def counted(*arguments: Any) -> Any:
        told[name] += 1
        return method(*arguments)

    monkeypatch.setattr(owner, name, counted)

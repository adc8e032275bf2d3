"""Losses of the worst second as metrics: frames and units have no sum, so each place has its own."""

import pytest
from shared_memory import fresh_name
from test_metrics import Process, parsed, value
from test_metrics import process as process  # noqa: PLC0414 (a fixture)

from feedhandler.telemetry.metrics import render
from feedhandler.telemetry.observing import Observer

name = pytest.fixture(fresh_name)
SECONDS = [
    {"second": 10, "frames": 4_041, "peak": 900, "lost": {"ring eth1": 3_469, "line 1A": 5_987}},
    {"second": 12, "frames": 700, "peak": 80, "lost": {"line 1A": 6_831, "gap": 5_945}},
    {"second": 13, "frames": 20, "peak": 20, "lost": {"ring eth1": 3}},
]


def test_each_place_has_its_worst_second(process: Process, name: str) -> None:
    """What it lost then, and how many frames came; a place whose losses are long ago has none."""
    process.feed.losses = {"ring eth1": 3_472, "line 1A": 12_818, "gap": 5_945, "nic eth1": 4}
    process.feed.seconds = SECONDS
    process.tell()
    found = parsed(render(Observer(name).look()))
    worst = {
        (dict(labels)["place"], dict(labels)["at"]): int(number)
        for labels, number in found["feedhandler_loss_worst_second"].items()
    }
    packets = [
        value(found, "loss_worst_second_packets", place=place)
        for place in ("ring", "line", "gap")
    ]  # fmt: skip

    assert worst == {("ring", "eth1"): 3_469, ("line", "1A"): 6_831, ("gap", ""): 5_945}
    assert packets == [4_041, 700, 700]
    assert value(found, "loss_last_time_seconds") == 13
    assert value(found, "losses_total", place="nic") == 4

"""Losses by place and by second: what is told is what was lost, once, beside what came in that second."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhandler.telemetry import losses
from feedhandler.telemetry.losses import Losses, lost_by_cards, lost_by_kernel

NS = 1_000_000_000
DEV = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets
    lo:   9      1    0    0    0     0          0         0       9       1
  eth1: 900     10    7    3    2     1          0         8       0       0
eth1.5:  90      1    0    9    9     9          0         8       0       0
"""
SOFTNET = "00000010 0000000a 00000001 00000000\n00000020 00000006 00000000 00000000\n"


def test_what_cards_and_cores_have_lost(tmp_path: Path) -> None:
    """Missed, overrun and damaged frames of an interface; backlogs of all cores; nothing without a file.

    What no protocol takes, such as LLDP, is dropped, and no loss.
    """
    dev, softnet, cards = tmp_path / "dev", tmp_path / "softnet", tmp_path / "net"
    (cards / "eth1" / "statistics").mkdir(parents=True)
    (cards / "eth1" / "statistics" / "rx_missed_errors").write_text("5\n")
    dev.write_text(DEV)
    softnet.write_text(SOFTNET)

    assert lost_by_cards(["eth1", "eth2"], dev, cards) == {"eth1": 8}
    assert lost_by_cards(["eth1.5"], dev, cards) == {"eth1.5": 18}
    assert lost_by_kernel(softnet) == 16
    assert (lost_by_cards(["eth1"], tmp_path / "none"), lost_by_kernel(tmp_path / "none")) == (
        {},
        0,
    )


def test_a_day_with_two_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each loss in the second in which it was seen; a burst's frames and its peak beside it."""
    monkeypatch.setattr(losses, "lost_by_cards", lambda _: {"eth1": 50})
    monkeypatch.setattr(losses, "lost_by_kernel", lambda: 7)
    seen = Losses(["eth1"])
    seen.begin()
    base = {"nic eth1": 50, "kernel": 7, "ring eth1": 0, "gap": 0}
    for tenth, frames, more in (
        (0, 100, {}), (1, 200, {}), (10, 300, {"ring eth1": 4}), (15, 1_300, {"ring eth1": 9}),
        (19, 1_400, {"ring eth1": 9, "gap": 9}), (30, 1_500, {"ring eth1": 9, "gap": 9}),
        (41, 1_600, {"ring eth1": 9, "gap": 9, "nic eth1": 51}),
    ):  # fmt: skip
        seen.look(tenth * NS // 10, frames, {**base, **more})

    assert seen.entries() == [
        {"second": 1, "frames": 1_200, "peak": 1_000, "lost": {"ring eth1": 9, "gap": 9}},
        {"second": 4, "frames": 100, "peak": 100, "lost": {"nic eth1": 1}},
    ]
    assert seen.total == {"ring eth1": 9, "gap": 9, "nic eth1": 1}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), st.integers(0, 3), st.integers(0, 3))),
    st.integers(1, 4),
)  # fmt: skip
def test_seconds_hold_what_the_total_holds(
    looks: list[tuple[int, int, int, int]], most: int
) -> None:
    """Against a naive sum: the last seconds with a loss, and their number is bounded."""
    seen = Losses(seconds_max=most)
    frames, counts, expected = 0, {"a": 0, "b": 0}, {}
    for tenth, came, a, b in sorted(looks):
        frames += came
        counts = {"a": counts["a"] + a, "b": counts["b"] + b}
        seen.look(tenth * NS // 10, frames, counts)
        second = expected.setdefault(tenth // 10, {"frames": 0, "a": 0, "b": 0})
        for key, number in (("frames", came), ("a", a), ("b", b)):
            second[key] += number
    lossy = [(second, each) for second, each in expected.items() if each["a"] or each["b"]]

    assert [
        (each.second, each.frames, each.lost.get("a", 0), each.lost.get("b", 0))
        for each in seen.seconds
    ] == [(second, each["frames"], each["a"], each["b"]) for second, each in lossy][-most:]
    assert {place: number for place, number in counts.items() if number} == seen.total

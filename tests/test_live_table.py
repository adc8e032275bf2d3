"""The table of a live run: what stands in it, in a wide terminal and in a narrow one."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from feedhandler.cli.live_table import LiveTable, alike, time_text
from feedhandler.event import UNDEF_PRICE
from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.losses import Losses

LINES = [
    {"line": "A", "datagrams": 1_200, "first": 900, "lost": 0, "silent_since": 0},
    {"line": "B", "datagrams": 1_100, "first": 300, "lost": 7, "silent_since": 5},
]
CHANNEL = {"channel": 310, "name": "equity\x1b[2J index futures, books by price", "role": "incremental",
           "state": "gap", "next_expected": 4_321, "lines": LINES}  # fmt: skip


def seen(*, losing: bool = True, namesakes: bool = False) -> Any:
    """A feed at one moment."""
    losses = Losses(["eth1"])
    losses.look(36_000_000_000_000, 500, {"ring eth1": 3 * losing, "line 310B": 7 * losing})
    best = SimpleNamespace(
        bid_price=527_900_000, ask_price=528_000_000, bid_size=475, ask_size=1_500
    )
    run = SimpleNamespace(
        feed=SimpleNamespace(name="cme.mdp3"), source=SimpleNamespace(name="eth1 + eth2"),
        worker="first", core=3, channels=[CHANNEL], best=lambda: [("GULF", best)],
        latencies=lambda: {"wire_to_book": Histogram.of([999, 12_345, 4_000_000])},
    )  # fmt: skip
    plan = SimpleNamespace(publish="p1", namesakes=namesakes)
    part = SimpleNamespace(run=run, plan=plan, losses=losses, links=SimpleNamespace(ill=dict))
    counters = {"frames": 2_300, "ring_drops": 3} if losing else {"frames": 2_300}
    return SimpleNamespace(part=part, counters=counters, rates={"frames": 50_000}, state="running")


def drawn(width: int, **changes: Any) -> list[str]:
    """The lines of a table."""
    table = LiveTable("CME MDP 3.0")
    out = io.StringIO()
    table._live.console = Console(file=out, width=width, force_terminal=False)
    table.show([seen(**changes)])
    table._live.console.print(table._live.get_renderable())
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_wide_terminal_has_all_of_it_side_by_side() -> None:
    """Rates, latencies, the channel with its lines, seconds with losses, best prices."""
    lines = drawn(130)
    text = "\n".join(lines)

    assert "cme.mdp3  eth1 + eth2  first on core 3  running" in lines
    assert any(each.split()[:3] == ["frames", "2,300", "50,000/s"] for each in lines)
    assert "wire to book  12.3 us  4.00 ms  4.00 ms  4.00 ms  4.00 ms       3" in text
    assert "A 1,200 (900), 0   B 1,100 (300), 7 silent" in text
    assert "\x1b[2J" not in text
    assert "10:00:00         500             500  ring eth1 3, line 310B 7" in lines
    assert "GULF         475  0.5279  0.5280  1,500" in lines


def test_one_of_several_feeds_of_a_name_is_told_by_what_it_publishes() -> None:
    """As `status` has it."""
    assert "cme.mdp3  as p1  eth1 + eth2  first on core 3  running" in drawn(130, namesakes=True)


def test_a_narrow_terminal_has_lines_below_each_other() -> None:
    """And no names; nothing is wider than the terminal."""
    lines = drawn(80)

    assert max(len(each) for each in lines) <= 80
    assert "    310  incremental  gap    4,321  A 1,200 (900), 0" in lines
    assert any(each.strip() == "B 1,100 (300), 7 silent" for each in lines)
    assert not any("futures" in each for each in lines)


@pytest.mark.parametrize("width", [12, 24, 40, 60, 80, 130])
def test_no_figure_is_cut(width: int) -> None:
    """A table that does not fit becomes a paragraph for each row, which is folded where it has to be."""
    whole = "".join("".join(drawn(width)).split())

    assert whole.count("\u2026") == (width >= 120)  # a channel's long name
    for figure in ("0.5279", "0.5280", "1,500", "12.3us", "4.00ms", "A1,200(900),0", "50,000/s"):
        assert figure in whole


def test_what_was_not_lost_is_not_there() -> None:
    """No table of losses, no line of a counter that is zero."""
    text = "\n".join(drawn(130, losing=False))

    assert "lost" not in text.replace("(first), lost", "")
    assert "ring drops" not in text


def test_times_and_prices_for_people() -> None:
    """Three figures and a unit; two prices with as many decimals."""
    times = [0, 999, 1_000, 12_345, 123_456, 1_000_000, 99_999_999, 61_000_000_000]

    assert [time_text(each) for each in times] == [
        "0 ns", "999 ns", "1.00 us", "12.3 us", "123 us", "1.00 ms", "99.9 ms", "61.0 s",
    ]  # fmt: skip
    assert alike(-750_000_000, -500_000_000) == ("-0.75", "-0.50")
    assert alike(UNDEF_PRICE, 528_100_000) == ("", "0.5281")
    assert alike(UNDEF_PRICE, UNDEF_PRICE) == ("", "")

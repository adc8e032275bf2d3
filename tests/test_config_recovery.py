"""Back ends of a configuration: which channel is asked for by whom, in which order, and what is known before a join."""

from pathlib import Path

import pytest

from feedhandler.config_reading import parse
from feedhandler.counter import new_counters
from feedhandler.live.recovery import recovery_plan
from feedhandler.recovering import Driver
from feedhandler.session.channels import Channel

ITCH = """
[[feed]]
feed = "nasdaq.itch50"
interface = "eth1"

[[feed.recovery]]
method = "moldudp64"
servers = ["10.1.1.1:26400", "10.1.1.2:26400"]
channels = [1, 2]
limits = { attempts_max = 7 }

[[feed.recovery]]
method = "soupbintcp"
servers = ["10.1.1.3:26500"]
username = "user01"

[[feed.recovery]]
method = "glimpse"
servers = ["10.1.1.4:26600"]
channels = [1]
username = "user01"
password_file = "PASSWORD"
"""
CME = """
[[feed]]
feed = "cme.mdp3"
interface = "eth1"

[[feed.recovery]]
method = "tcp_replay"
servers = ["10.1.1.5:10000"]
username = "user02"
"""


def methods(text: str, number: int) -> tuple[list[str], list[str]]:
    """By which ways a channel's holes are fetched, and what was before it was joined."""
    (feed,) = parse(text).feed
    channel = Channel(0, number, "", "incremental")
    with Driver() as driver:
        plan = recovery_plan(feed, driver)
        assert plan is not None
        given = (channel, b"SESSION001", new_counters())
        return [each.method for each in plan.holes(*given)], [
            each.method for each in plan.joins(*given)
        ]


def test_each_channel_has_the_ways_that_name_it(tmp_path: Path) -> None:
    """In the file's order; snapshots for joins, too."""
    (tmp_path / "password").write_text("secret\nnot this\n", "utf-8")
    text = ITCH.replace("PASSWORD", str(tmp_path / "password"))

    assert methods(text, 1) == (["moldudp64", "soupbintcp", "glimpse"], ["glimpse"])
    assert methods(text, 2) == (["moldudp64", "soupbintcp"], [])
    assert methods(text, 3) == (["soupbintcp"], [])
    assert methods(CME, 310) == (["tcp_replay"], [])


def test_a_password_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    """Not when the first hole is to be fetched."""
    (feed,) = parse(ITCH.replace("PASSWORD", str(tmp_path / "none"))).feed
    with Driver() as driver, pytest.raises(FileNotFoundError):
        recovery_plan(feed, driver)


def test_nobody_is_asked_without_a_server() -> None:
    """Then there is no plan, and no hole waits."""
    (feed,) = parse('[[feed]]\nfeed = "cme.mdp3"\ninterface = "eth1"\n').feed
    with Driver() as driver:
        assert recovery_plan(feed, driver) is None

"""The main thread's part of a service: one name, one address, ready once, alive while the loops get on."""

import http.client
import os
import socket
from contextlib import closing
from typing import Any

import pytest
from notify_socket import heard
from notify_socket import manager as manager  # noqa: PLC0414 (a fixture)
from shared_memory import fresh_name

from feedhandler.publish import SegmentError, StateReader
from feedhandler.publish.state import names_in_use
from feedhandler.service.housekeeping import STATUS_NS, Housekeeping, status_line
from feedhandler.telemetry.state import FeedState, Loop

name = pytest.fixture(fresh_name)


def feed(**changes: Any) -> FeedState:
    """A feed that has just begun."""
    return FeedState(**{"feed": "cme.mdp3", "publish": "none", "channels": [], "books": {"EMPTY": 2},
                        "counters": {"frames": 1_000}, **changes})  # fmt: skip


def test_the_life_of_a_service(name: str, manager: socket.socket) -> None:
    """Starting, ready at the first synchronized book and only then, alive while its loop moves, stopping."""
    environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "3000000",
                   "WATCHDOG_PID": str(os.getpid())}  # fmt: skip
    second = 1_000_000_000
    story = []
    with Housekeeping(name, environment=environment) as house:
        for at, books, polls in (
            (1, {"EMPTY": 2}, 10), (2, {"EMPTY": 2}, 20), (3, {"SYNCHRONIZED": 1}, 30),
            (4, {"SYNCHRONIZED": 2}, 30), (8, {"SYNCHRONIZED": 2}, 40),
        ):  # fmt: skip
            house.tick(at * second, lambda books=books: [feed(books=books)], [Loop("main", polls)])
            story.append(heard(manager))
        house.stop(9 * second, [feed()], "by SIGTERM")
        story.append(heard(manager))
        phase = (StateReader(name).read() or {})["phase"]

    assert story == [
        ["STATUS=0 books synchronized, 1,000 frames", "WATCHDOG=1"],
        ["WATCHDOG=1"],
        ["READY=1\nSTATUS=1 books synchronized, 1,000 frames", "WATCHDOG=1"],
        [],
        ["STATUS=2 books synchronized, 1,000 frames", "WATCHDOG=1"],
        ["STOPPING=1\nSTATUS=by SIGTERM"],
    ]
    assert 5 * second == STATUS_NS
    assert (phase, name in names_in_use()) == ("stopping", False)


def test_feeds_are_asked_only_when_it_is_time(name: str) -> None:
    """To take a state costs more than a turn of the main thread should."""
    asked: list[int] = []
    with Housekeeping(name, environment={}) as house:
        for at in range(0, 2_000_000_000, 100_000_000):
            house.tick(at, lambda at=at: (asked.append(at), [feed()])[1], [])

    assert asked == [0, 500_000_000, 1_000_000_000, 1_500_000_000]


def test_metrics_are_served_while_it_lives(name: str) -> None:
    """At the address that is configured; the port is free again afterwards."""
    with Housekeeping(name, metrics="127.0.0.1:0", environment={}) as house:
        house.tick(0, lambda: [feed(books={"SYNCHRONIZED": 1})], [])
        assert house.endpoint is not None
        address = house.endpoint.address
        with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
    host, _, port = address.partition(":")

    assert f'feedhandler_ready{{process="{name}"}} 1' in text
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((host, int(port)))


def test_what_cannot_begin_leaves_nothing(name: str) -> None:
    """A name that is taken; an address that is taken, after which the name is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match="Address already in use"):
            Housekeeping(name, metrics=address, environment={})
    with (
        Housekeeping(name, environment={}),
        pytest.raises(SegmentError, match="in use"),
    ):
        Housekeeping(name, environment={})

    assert name not in names_in_use()


def test_the_status_line_tells_what_is_not_well() -> None:
    """Books in doubt and channels that are not synchronized, of all feeds; nothing of them if there are none."""
    channels = [{"state": "synchronized"}, {"state": "stale"}, {"state": "gap"}]
    feeds = [feed(channels=channels, books={"SYNCHRONIZED": 1_000, "STALE": 2}), feed(
        books={"SYNCHRONIZED": 5, "LEVELS_STALE": 1})]  # fmt: skip

    assert status_line(feeds) == (
        "1,005 books synchronized, 2,000 frames, 3 books in doubt, 2 channels not synchronized"
    )
    assert status_line([]) == "0 books synchronized, 0 frames"

"""SIGHUP before the first synchronized book says nothing of being ready: who is started after us waits for a book."""

import socket
from typing import Any

import pytest
from notify_socket import heard
from notify_socket import manager as manager  # noqa: PLC0414 (a fixture)
from shared_memory import fresh_name
from test_housekeeping import feed

from feedhandler.service.housekeeping import Housekeeping

name = pytest.fixture(fresh_name)


def test_reading_again_is_told_only_of_who_is_ready(name: str, manager: socket.socket) -> None:
    """Before it: no word. Then ready by the book; from then on each reading begins and ends."""
    environment: dict[str, Any] = {"NOTIFY_SOCKET": manager.getsockname()}
    story = []
    with Housekeeping(name, environment=environment) as house:
        for at, books in ((1, {"EMPTY": 2}), (2, {"SYNCHRONIZED": 1})):
            house.tick(at * 1_000_000_000, lambda books=books: [feed(books=books)], [])
            story.append([each.partition("=")[0] for each in heard(manager)])
            house.reloading()
            house.reloaded()
            story.append([each.partition("=")[0] for each in heard(manager)])

    assert story == [["STATUS"], [], ["READY"], ["RELOADING", "READY"]]

"""The address of metrics is changed while a process runs: it moves when it can, and otherwise stays where it was."""

import http.client
import json
import signal
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lan import wire
from shared_memory import fresh_name
from test_daemon import WAIT_S, configured, reading, started, until
from test_daemon import compiled as compiled  # noqa: PLC0414 (a fixture)

from feedhandler.service.housekeeping import Housekeeping

name = pytest.fixture(fresh_name)
NOT_HERE = "192.0.2.77:9464"


def answers(address: str) -> bool:
    """Whether anybody is there."""
    with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
        try:
            connection.request("GET", "/healthz")
        except OSError:
            return False
        return bool(connection.getresponse().read())


def free_port() -> int:
    """One that nobody has at the moment."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def test_it_moves_when_it_can_and_stays_when_it_cannot(name: str) -> None:
    """To another port; to an address that is not here; to one that is taken; to all addresses of its port; nowhere."""
    story = []
    first, second = (f"127.0.0.1:{free_port()}" for _ in range(2))
    everywhere = f"0.0.0.0:{second.rpartition(':')[2]}"
    with socket.create_server(("127.0.0.1", 0)) as other, Housekeeping(
        name, metrics=first, environment={}
    ) as house:  # fmt: skip
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        blocked = f"192.0.2.77:{second.rpartition(':')[2]}"
        for metrics in (first, second, NOT_HERE, taken, blocked, everywhere, second, ""):
            try:
                house.serve(metrics)
                said = ""
            except OSError as error:
                said = str(error.strerror)
            where = "" if house.endpoint is None else house.endpoint.address
            story.append((said, where, bool(where) and answers(where)))

    assert story == [
        ("", first, True), ("", second, True),
        ("Cannot assign requested address", second, True), ("Address already in use", second, True),
        ("Cannot assign requested address", second, True), ("", everywhere, True), ("", second, True),
        ("", "", False),
    ]  # fmt: skip
    assert not answers(first)


def test_what_could_not_be_served_is_tried_again(name: str, tmp_path: Path) -> None:
    """SIGHUP with an address that is not there yet: the old one holds. The same file once it is there: the new one."""
    file = configured(tmp_path, name)
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file)
    ) as process:  # fmt: skip

        def there(address: str) -> bool:
            with made.receiver.entered():
                return answers(address)

        until(lambda: reading(name), process)
        file.write_text(file.read_text("utf-8").replace("127.0.0.1:9464", NOT_HERE), "utf-8")
        assert process.stderr is not None
        told: list[dict[str, Any]] = []
        served = []
        for _ in range(2):
            process.send_signal(signal.SIGHUP)
            said = ""
            while said != "reloaded":
                told.append(json.loads(process.stderr.readline()))
                said = told[-1]["event"]
            served.append((there("127.0.0.1:9464"), there(NOT_HERE)))
            made.receiver.ip("address", "replace", "192.0.2.77/32", "dev", "lo")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAIT_S)

    refused = [(each["error"], each["still"]) for each in told if each["event"] == "not_served"]
    reloads = [each["taken"] for each in told if each["event"] == "reloaded"]
    assert refused == [
        (f"metrics at {NOT_HERE}: Cannot assign requested address", "127.0.0.1:9464")
    ]
    assert served == [(True, False), (False, True)]
    assert reloads == [[], [f"metrics.address: '127.0.0.1:9464' -> '{NOT_HERE}'"]]

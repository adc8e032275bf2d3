"""A service manager that hears what a service tells it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.setblocking(False)
        yield made


def heard(manager: socket.socket) -> list[str]:
    """Every datagram since the last call."""
    found = []
    while True:
        try:
            found.append(manager.recv(4096).decode())
        except BlockingIOError:
            return found

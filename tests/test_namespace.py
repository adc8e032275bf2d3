"""The wire of tests and of `bench live`: what one end sends the other gets, and nothing is left behind."""

import socket
from pathlib import Path

import pytest
from lan import wire

from feedhandler.bench.namespace import Namespace, NamespaceError


def test_both_ends_are_joined() -> None:
    """A frame goes from the sender's namespace to the receiver's."""
    with wire("line_a", "line_b") as made:
        with made.receiver.entered():
            listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            listener.bind(("10.77.1.2", 9999))
            listener.settimeout(30)
        with made.sender.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"frame", ("10.77.1.2", 9999))
        with listener:
            assert listener.recvfrom(64)[0] == b"frame"


def test_this_thread_is_back_where_it_was() -> None:
    """Whoever was in a namespace leaves it, and the namespace ends with its maker's pipe."""
    before = Path("/proc/thread-self/ns/net").readlink()
    with wire() as made:
        with made.sender.entered():
            inside = Path("/proc/thread-self/ns/net").readlink()
        pid = made.sender.pid

    assert Path("/proc/thread-self/ns/net").readlink() == before
    assert inside != before
    assert not Path(f"/proc/{pid}/ns").exists()


def test_what_ip_refuses_is_told() -> None:
    """A command of `ip` that fails says which and why."""
    with wire() as made, pytest.raises(NamespaceError, match=r"ip link set nothing up: .*nothing"):
        made.sender.ip("link", "set", "nothing", "up")


def test_no_programs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `unshare` there is one clear line."""
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(NamespaceError, match="unshare: No such file"):
        Namespace()

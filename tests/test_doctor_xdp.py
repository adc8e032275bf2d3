"""The doctor's lines of AF_XDP and of accelerators: what the kernel and preloaded libraries tell, in words."""

import ctypes
import struct
from pathlib import Path
from typing import Any

import pytest
from lan import wire

from feedhandler.doctor import xdp
from feedhandler.doctor.finding import Asked, Status
from feedhandler.doctor.machine import Machine
from feedhandler.doctor.netdev import attributes, padded, xdp_features
from feedhandler.doctor.system import Kernel
from feedhandler.source import accelerator


class Told(Kernel):
    """A kernel that tells what it was told."""

    def __init__(self, features: int | None, queues: int | None) -> None:
        self._features, self._queues = features, queues

    def xdp_features(self, interface: str) -> int | None:
        """Of any interface."""
        assert interface == "eth1"
        return self._features

    def ethtool(self, interface: str, request: bytes) -> bytes | None:
        """The number of its queues."""
        assert (interface, struct.unpack_from("=I", request)) == ("eth1", (0x3C,))
        if self._queues is None:
            return None
        return struct.pack("=9I", 0x3C, *[0] * 7, self._queues)


def findings(
    root: Path, features: int | None, queues: int | None, mtu: str
) -> list[tuple[Any, ...]]:
    """Status, words and mend of each line."""
    folder = root / "sys/class/net/eth1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mtu").write_text(mtu)
    machine = Machine(root, Told(features, queues))
    return [(each.status, each.says, each.mend) for each in xdp.look(machine, Asked(0, "eth1"))]


def test_modes_frames_and_queues(tmp_path: Path) -> None:
    """From zero-copy down to nothing known; too long a frame and more than one queue have a command."""
    best = findings(tmp_path, 0b1111, 1, "1500")
    copied = findings(tmp_path, 0b0011, 4, "9000")
    none = findings(tmp_path, 0, None, "?")
    unknown = findings(tmp_path, None, None, "1500")

    assert [each[0] for each in best] == [Status.OK] * 3
    assert best[0][1] == "native, zero-copy"
    assert copied[0][:2] == (Status.OK, "native, frames are copied")
    assert copied[1][0::2] == (Status.WARN, "sudo ip link set eth1 mtu 1500")
    assert copied[2][1].startswith("4: one socket each")
    assert none[0][0] is Status.WARN
    assert [each[0] for each in none[1:]] == [Status.ABSENT] * 2
    assert unknown[0][0] is Status.ABSENT
    assert list(xdp.look(Machine(tmp_path), Asked(0))) == []


def test_a_virtual_wire_is_native_and_copies() -> None:
    """What the kernel itself tells of a pair of virtual Ethernet, where it tells (Linux 6.3)."""
    with wire() as made, made.receiver.entered():
        features, missing = xdp_features("line_a"), xdp_features("nope0")

    if features is None:
        pytest.skip("the kernel does not tell what drivers can of XDP")
    assert features & 0b1011 == 0b0011
    assert missing is None


def test_attributes_end_where_they_end() -> None:
    """Padding is passed over; a length that cannot be ends it."""
    made = struct.pack("=HH", 5, 7) + padded(b"x") + struct.pack("=HH", 8, 9) + b"abcd"

    assert list(attributes(made)) == [(7, b"x"), (9, b"abcd")]
    assert list(attributes(made + b"\1\0\0\0")) == [(7, b"x"), (9, b"abcd")]
    assert list(attributes(b"\0")) == []


def test_accelerators_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing without one; Onload says it of each socket, and its name is given back; VMA only that it is there."""
    freed: list[Any] = []

    class Onload:
        """A library that has every other socket."""

        def onload_fd_stat(self, fd: int, state: Any) -> int:
            """Whether it has a socket."""
            state._obj.stack_name = 77
            return fd % 2

        def free(self, at: Any) -> None:
            """Take memory back."""
            freed.append(at.value)

        def getsockopt(self, *_: object) -> int:
            """No such option."""
            return -1

    class Vma:
        """A library that knows the option."""

        def getsockopt(self, fd: int, *_: object) -> int:
            """Of socket -1."""
            return 0 if fd == -1 else -1

    without = accelerator.notes_of([1, 2, 3])
    monkeypatch.setattr(accelerator, "LIBRARY", Onload())
    onload = accelerator.notes_of([1, 2, 3])
    monkeypatch.setattr(accelerator, "LIBRARY", Vma())
    vma = accelerator.notes_of([1])
    monkeypatch.setattr(accelerator, "LIBRARY", object())
    nothing = accelerator.notes_of([1])

    assert without == nothing == []
    assert onload == ["Onload: 2 of 3 sockets are accelerated"]
    assert freed == [77, 77]
    assert vma == [
        "VMA or XLIO stands before the socket calls; it does not tell whether it is active"
    ]
    assert ctypes.sizeof(accelerator.OnloadState) == 24

"""A wire of one's own: two network namespaces, joined by pairs of virtual Ethernet, gone when their maker is.

Each namespace lives as long as a small process that reads from a pipe of ours: when we end, in whatever way, the
pipe ends, then the process, then the namespace and its links. Nothing has a name in the system, so nothing can
be left behind or in the way of another run.

It needs root, or the same right in a user namespace of one's own (`unshare -Urn`), and the programs `unshare` and
`ip`.
"""

import ctypes
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, Self

CLONE_NEWNET: Final = 0x4000_0000
READY: Final = b"\n"
CARRIER_S: Final = 60


class NamespaceError(Exception):
    """Why there can be no wire of one's own here."""

    exit_code = 3


class Namespace:
    """A network namespace."""

    def __init__(self) -> None:
        try:
            self._holder = subprocess.Popen(
                ["unshare", "--net", "cat"],  # noqa: S607 (wherever the system has it)
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise NamespaceError(f"unshare: {error.strerror}") from None
        if not self._answers():
            _, why = self._holder.communicate()
            raise NamespaceError(why.decode(errors="replace").strip() or "unshare: failed")
        self.pid = self._holder.pid
        self._fd = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def _answers(self) -> bool:
        """Whether the holder is in its namespace."""
        if self._holder.stdin is None or self._holder.stdout is None:
            return False
        try:
            self._holder.stdin.write(READY)
            self._holder.stdin.flush()
        except BrokenPipeError:
            return False
        return self._holder.stdout.read(1) == READY

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let this thread, and the processes that it starts, be in the namespace for a while."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(self._fd)
            try:
                yield
            finally:
                enter(before)
        finally:
            os.close(before)

    def ip(self, *arguments: str) -> str:
        """Run `ip` inside; what it prints."""
        with self.entered():
            done = subprocess.run(  # noqa: S603 (our own words)
                ["ip", *arguments],  # noqa: S607 (wherever the system has it)
                capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
        if done.returncode != 0:
            raise NamespaceError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def close(self) -> None:
        """Take the namespace away."""
        os.close(self._fd)
        self._holder.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def enter(fd: int) -> None:
    """Put this thread into a namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise NamespaceError(f"setns: {os.strerror(ctypes.get_errno())}")


def await_carrier(end: Namespace, interface: str) -> None:
    """Wait until an interface sends: the kernel sees a carrier some time later, and loses frames until then."""
    deadline = time.monotonic() + CARRIER_S
    while "state UP" not in (told := end.ip("-oneline", "link", "show", "dev", interface)):
        if time.monotonic() > deadline:
            raise NamespaceError(f"{interface}: no carrier: {told.strip()}")
        time.sleep(0.005)


class Wire:
    """A sender's and a receiver's namespace, and the interfaces between them, by the same names at both ends."""

    def __init__(self, interfaces: Sequence[str] = ("line_a",)) -> None:
        self.interfaces = tuple(interfaces)
        with ExitStack() as stack:
            self.sender = stack.enter_context(Namespace())
            self.receiver = stack.enter_context(Namespace())
            for number, name in enumerate(interfaces):
                self._join(name, number)
            for end in (self.sender, self.receiver):
                end.ip("link", "set", "lo", "up")
            for name in interfaces:
                for end in (self.sender, self.receiver):
                    await_carrier(end, name)
            self._closing = stack.pop_all()

    def _join(self, name: str, number: int) -> None:
        """One pair: a queue each, no IPv6 noise, addresses 10.77.N.1 (sender) and .2."""
        peer = str(self.receiver.pid)
        one = ("numrxqueues", "1", "numtxqueues", "1")
        self.sender.ip(
            "link", "add", name, *one, "type", "veth", "peer", "name", name, *one, "netns", peer
        )
        for host, end in enumerate((self.sender, self.receiver), 1):
            with end.entered():
                for knob, value in (
                    ("ipv6/conf/{}/disable_ipv6", 1),
                    ("ipv4/conf/{}/rp_filter", 0),
                ):
                    _write(f"/proc/sys/net/{knob.format(name)}", value)
            end.ip("address", "add", f"10.77.{number}.{host}/24", "dev", name)
            end.ip("link", "set", name, "up")
            end.ip("route", "add", "224.0.0.0/4", "dev", name, "metric", str(number + 1))

    def close(self) -> None:
        """Take both namespaces and all links away."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _write(path: str, value: int) -> None:
    """Set a knob where the kernel has it."""
    try:
        with open(path, "w", encoding="ascii") as knob:  # noqa: PTH123 (of this thread's namespace)
            knob.write(str(value))
    except OSError:
        return

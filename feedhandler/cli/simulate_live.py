"""`simulate --to`: the made-up market on a wire, each line to an interface, at the pace of the venue."""

import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli.running import stoppable
from feedhandler.sending.sender import Sender, Sent
from feedhandler.simulator.record import ITCH_FILE
from feedhandler.source.pcap_file import open_capture

if TYPE_CHECKING:
    from feedhandler.simulator.sockets import VenueSockets

LINES: Final = "AB"
TURN_NS: Final = 20_000_000
LEAD_NS: Final = 50_000_000  # all senders are ready by then


@contextmanager
def captured(path: str | None) -> Iterator[Path]:
    """Where the frames lie, one interface of the file for each line: the user's file, or one of a moment's life."""
    with tempfile.TemporaryDirectory(prefix="feedhandler-simulate-") as folder:
        yield Path(path) if path is not None else Path(folder) / "market.pcapng"


def check(feed: str, interfaces: tuple[str, ...], lines: str) -> None:
    """Refuse what cannot be sent, before it is made."""
    if not interfaces:
        return
    if feed == ITCH_FILE:
        raise click.UsageError(f"--to: {feed} has no frames")
    if len(interfaces) > len(LINES) or (len(interfaces) > 1 and lines != LINES):
        raise click.UsageError("--to: one interface for all lines, or two for --lines AB")
    for each in interfaces:
        with Sender(each):
            pass  # there is such an interface, and it may be sent to


def put_on_wires(
    path: Path, interfaces: tuple[str, ...], speed: Fraction, venue: "VenueSockets | None"
) -> tuple[dict[str, Sent], list[int]]:
    """Send the file: all of it to one interface, or line A to the first and line B to the second.

    The servers answer meanwhile. What a sender could not do is raised here. Gives the signals that ended it, too.
    """
    sent: dict[str, Sent] = {}
    errors: list[BaseException] = []
    stopped: list[bool] = []
    begin_ns = time.monotonic_ns() + LEAD_NS

    def work(sender: Sender, interface: str, line: int | None) -> None:
        try:
            capture = open_capture(str(path))
            try:
                sent[interface] = sender.send(
                    capture, speed, lambda: bool(stopped), line=line, begin_ns=begin_ns
                )
                if sent[interface].fault:
                    stopped.append(True)  # the other line ends, too
            finally:
                capture.close()
        except BaseException as error:  # noqa: BLE001 (raised by who waits)
            errors.append(error)

    with ExitStack() as stack:
        senders = [stack.enter_context(Sender(each)) for each in interfaces]
        seen = stack.enter_context(stoppable(lambda: stopped.append(True), (signal.SIGTERM,)))
        threads = [
            threading.Thread(target=work, args=(sender, interface, line), daemon=True)
            for sender, interface, line in zip(
                senders, interfaces, lines_of(interfaces), strict=True
            )
        ]
        for thread in threads:
            thread.start()
        attend(threads, venue)
    if errors:
        raise errors[0]
    return sent, seen


def lines_of(interfaces: tuple[str, ...]) -> list[int | None]:
    """Which line goes where."""
    return [None] if len(interfaces) == 1 else [0, 1]


def attend(threads: list[threading.Thread], venue: "VenueSockets | None") -> None:
    """Answer clients until all is sent."""
    while any(thread.is_alive() for thread in threads):
        if venue is not None:
            venue.poll(time.monotonic_ns(), TURN_NS)
        else:
            threads[0].join(TURN_NS / 1e9)
            threads[-1].join(TURN_NS / 1e9)


def report(sent: dict[str, Sent]) -> list[dict[str, Any]]:
    """For JSON."""
    return [{"interface": name, **each.report()} for name, each in sent.items()]


def draw_each(sent: dict[str, Sent], draw: Callable[[str, Sent], None]) -> None:
    """For people."""
    for name, each in sent.items():
        draw(name, each)

"""The log of a service: what passes, what is dropped and told, and that nobody waits."""

import io
import json
import threading
from collections.abc import Iterator

import pytest
import structlog

from feedhandler.logs import log
from feedhandler.service import journal
from feedhandler.service.journal import LineWriter, Throttle, set_up_service


@pytest.fixture(autouse=True)
def structlog_as_it_was() -> Iterator[None]:
    """Nobody else's log is changed."""
    yield
    structlog.reset_defaults()


class Gate(io.StringIO):
    """A stream that hangs until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.let_go = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        """Hang."""
        self.entered.set()
        assert self.let_go.wait(60)
        return super().write(text)


def test_changes_of_state_are_json_lines_of_their_level() -> None:
    """With a time in UTC; what is below the level is not there."""
    out = io.StringIO()
    with set_up_service("warning", out):
        log.info("joined", channel=1)
        log.warning("gap", channel=3, first=101, count=4)
    (line,) = [json.loads(line) for line in out.getvalue().splitlines()]
    time = line.pop("timestamp")

    assert line == {"event": "gap", "channel": 3, "first": 101, "count": 4, "level": "warning"}
    assert time.endswith("Z")


def test_a_flood_is_dropped_and_told_of() -> None:
    """Ten a second of each event and channel; another channel's first line is not hidden by it."""
    now = [0]
    throttle = Throttle(most=2, window_ns=100, clock=lambda: now[0])
    passed = []
    for at, event, channel in (
        (0, "gap", 1), (1, "gap", 1), (2, "gap", 1), (3, "gap", 2), (4, "join", 1), (99, "gap", 1),
        (100, "gap", 1), (101, "gap", 1), (102, "gap", 1), (500, "gap", 1), (900, "gap", 1),
    ):  # fmt: skip
        now[0] = at
        try:
            entry = throttle(None, "warning", {"event": event, "channel": channel})
        except structlog.DropEvent:
            continue
        passed.append((at, event, channel, entry.get("suppressed", 0)))

    assert passed == [
        (0, "gap", 1, 0), (1, "gap", 1, 0), (3, "gap", 2, 0), (4, "join", 1, 0), (100, "gap", 1, 2),
        (101, "gap", 1, 0), (500, "gap", 1, 1), (900, "gap", 1, 0),
    ]  # fmt: skip


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many channels, events share their number."""
    monkeypatch.setattr(journal, "KEYS_MAX", 3)
    throttle = Throttle(most=2, clock=lambda: 0)
    passed = 0
    for channel in range(100):
        try:
            throttle(None, "info", {"event": "gap", "channel": channel})
        except structlog.DropEvent:
            continue
        passed += 1

    assert passed == 3 + 2
    assert len(throttle._seen) == 4


def test_a_stream_that_hangs_holds_nobody_up() -> None:
    """Lines wait up to the limit; the rest is counted, and told of when the stream goes on."""
    gate = Gate()
    writer = LineWriter(gate, lines_max=3)
    writer.write("first\n")
    assert gate.entered.wait(60)
    for number in range(10):
        writer.write(f"{number}\n")
    lost = writer.lost
    gate.let_go.set()
    writer.close()

    assert lost == 7
    assert gate.getvalue().splitlines() == [
        "first", '{"event": "log_lines_lost", "count": 7, "level": "warning"}', "0", "1", "2",
    ]  # fmt: skip


def test_a_stream_that_is_gone_is_no_failure() -> None:
    """Whoever ran us has closed it."""
    out = io.StringIO()
    out.close()
    with LineWriter(out, cores=[0]) as writer:
        writer.write("x\n")

    assert writer.lost == 0

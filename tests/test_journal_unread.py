"""A log that nobody reads: the end is not held up, the process ends as it would, and what was dropped is told."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from shared_memory import fresh_name

from feedhandler.cli.run_live import heard
from feedhandler.publish import StateWriter
from feedhandler.service.journal import LineWriter
from feedhandler.telemetry.metrics import render
from feedhandler.telemetry.observing import Observer
from feedhandler.telemetry.state import StateKeeper

name = pytest.fixture(fresh_name)
PIPE = 4096
F_SETPIPE_SZ = 1031
PROGRAM = (
    "import sys\n"
    "from feedhandler.service.journal import LineWriter\n"
    "with LineWriter(sys.stderr, lines_max=50) as writer:\n"
    "    for number in range(100):\n"
    "        writer.write(f'{number:0500}\\n')\n"
    "    print(writer.settle(0.2) > 50, flush=True)\n"
    "sys.exit(7)\n"
)


class Hanging(io.StringIO):
    """A stream that hangs until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def write(self, text: str) -> int:
        """Hang."""
        assert self.let_go.wait(60)
        return super().write(text)


def test_the_end_is_bounded_and_counts() -> None:
    """Lines that wait, the one that is being written, and those for which there was no room."""
    stream = Hanging()
    writer = LineWriter(stream, lines_max=3)
    taken = [writer.write("x\n") for _ in range(10)]
    began = time.monotonic()
    unwritten = writer.settle(0.3)
    writer.close()
    writer.close()
    passed_s = time.monotonic() - began
    stream.let_go.set()

    assert len(taken) == unwritten == 10
    assert 0.3 <= passed_s < 30


def test_what_is_read_is_written_to_its_end() -> None:
    """Nothing is dropped of a stream that takes it, whatever waits."""
    stream = io.StringIO()
    with LineWriter(stream) as writer:
        for number in range(1_000):
            writer.write(f"{number}\n")
        unwritten = writer.settle(60)

    assert unwritten == 0
    assert stream.getvalue().split() == [str(number) for number in range(1_000)]


def test_a_process_with_a_full_pipe_ends_with_its_own_code() -> None:
    """Its standard error is a pipe that is full: the thread that hangs in it is left behind."""
    import fcntl  # noqa: PLC0415 (of this test only)

    reader, end = os.pipe()
    fcntl.fcntl(reader, F_SETPIPE_SZ, PIPE)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=end
    ) as process:
        os.close(end)
        said, _ = process.communicate(timeout=120)
        code = process.returncode
    os.close(reader)

    assert (said, code) == (b"True\n", 7)


def test_metrics_and_the_manager_are_told(name: str) -> None:
    """While it runs a counter, at the end a line of status; nothing where all was read."""
    told: list[str] = []
    writer: Any = SimpleNamespace(lost=5, settle=lambda: 1_234)
    read: Any = SimpleNamespace(lost=0, settle=lambda: 0)
    state = StateWriter.create(name)
    keeper = StateKeeper(state, name)
    house = SimpleNamespace(keeper=keeper, notifier=SimpleNamespace(status=told.append))
    daemon: Any = SimpleNamespace(house=house)
    pages = []

    def run() -> int:
        keeper.tell(1, [])
        pages.append(render(Observer(name).look()))
        return 3

    codes = [heard(each, daemon, run) for each in (read, writer)]
    codes.append(heard(None, daemon, lambda: 4))
    document = json.loads(json.dumps(Observer(name).look().state))
    state.close()

    assert codes == [3, 3, 4]
    assert told == ["1,234 lines of the log were not written: nobody reads it"]
    assert f'feedhandler_log_lines_lost_total{{process="{name}"}} 0\n' in pages[0]
    assert f'feedhandler_log_lines_lost_total{{process="{name}"}} 5\n' in pages[1]
    assert document["log_lines_lost"] == 5

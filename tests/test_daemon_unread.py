"""A service whose standard error is a pipe that nobody reads: SIGTERM ends it, and its service manager hears why."""

import fcntl
import signal
import socket
import time
from pathlib import Path

import pytest
from lan import wire
from notify_socket import heard
from notify_socket import manager as manager  # noqa: PLC0414 (a fixture)
from shared_memory import fresh_name
from test_daemon import DAY, WAIT_S, configured, counted, play, reading, started, until
from test_daemon import compiled as compiled  # noqa: PLC0414 (a fixture)
from test_journal_unread import F_SETPIPE_SZ, PIPE

name = pytest.fixture(fresh_name)
READINGS = 60  # each a line of the log; ten a second pass


def test_a_full_pipe_does_not_stop_the_end(
    name: str, tmp_path: Path, manager: socket.socket
) -> None:
    """As systemd's journal when it is stuck; the exit code is that of the run."""
    file = configured(tmp_path, name)
    said: list[str] = []
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file), NOTIFY_SOCKET=manager.getsockname()
    ) as process:  # fmt: skip
        assert process.stderr is not None
        fcntl.fcntl(process.stderr.fileno(), F_SETPIPE_SZ, PIPE)
        until(lambda: reading(name), process)
        play(made, DAY)
        until(lambda: counted(name, "frames") == 2 * len(DAY), process)
        for _ in range(READINGS):
            process.send_signal(signal.SIGHUP)
            time.sleep(0.12)
        said += heard(manager)
        process.send_signal(signal.SIGTERM)
        code = process.wait(WAIT_S)
        said += heard(manager)

    assert code == 0
    assert said[-2] == "STOPPING=1\nSTATUS=by SIGTERM"
    assert said[-1].startswith("STATUS=")
    assert said[-1].endswith(" lines of the log were not written: nobody reads it")

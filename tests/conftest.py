"""Programs that tests start hear Ctrl-C and hang-ups, however the tests themselves were started.

A shell's background job, and nohup, are deaf to them, and so is whatever they start. And each test leaves the cores
that it may run on as they were: on one alone, those that need two would be skipped.
"""

import os
import signal
from collections.abc import Iterator

import pytest

for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.fixture(autouse=True)
def _cores_are_left() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    yield
    left = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before)

    assert left == before

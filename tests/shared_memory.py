"""What the tests of shared memory share: a name of their own, a writing process, rows to tell apart."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from feedhandler.event import EVENT
from feedhandler.publish import EventRing, EventRingReader
from feedhandler.publish.kernel import publish_rows
from feedhandler.publish.ring import as_words
from feedhandler.publish.segment import Kind, path_of

ROWS = 3_000_000
WRITER = Path(__file__).with_name("publish_writer.py")


def fresh_name() -> Iterator[str]:
    """A name of this test's own, taken away afterwards."""
    chosen = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield chosen
    for kind in Kind:
        path_of(chosen, kind).unlink(missing_ok=True)


@contextmanager
def writer(
    what: str, name: str, count: int, slots: int = 4096, **environment: str
) -> Iterator[Callable[[], None]]:
    """A writing process that waits for the word; gives the function that says it."""
    command = [sys.executable, str(WRITER), what, name, str(count), str(slots)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin = process.stdin

    def go() -> None:
        stdin.write("go\n")
        stdin.flush()

    try:
        assert process.stdout.readline() == "ready\n"
        yield go
    finally:
        process.kill()
        process.communicate()


def torn(rows: "np.ndarray[tuple[int], np.dtype[np.void]]") -> int:
    """How many rows are made of more than one row."""
    words = as_words(rows)
    return int((words != words[:, :1] * np.arange(1, 9)).any(axis=1).sum())


def events(*order_ids: int) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    """Rows that are told apart by their order id."""
    rows = np.zeros(len(order_ids), EVENT)
    rows["order_id"] = order_ids
    return rows


def publish(ring: EventRing, *order_ids: int) -> None:
    """Publish such rows."""
    rows = as_words(events(*order_ids))
    publish_rows(ring.head, ring.sequences, ring.slots, rows, 0, len(rows))


def read_ids(reader: EventRingReader, rows_max: int = 4096) -> tuple[list[int], int]:
    """The order ids that a reader gets, and its loss."""
    rows, lost = reader.read(rows_max)
    return rows["order_id"].tolist(), lost

"""Compile the engine before a run needs it: in two parts, so that two processes can share the work.

`python -m feedhandler.compiling` leaves the part that keeps books in the cache for another process, which
compiles a decoder and the engine's intake meanwhile. Both parts are the same for all feeds.
"""

import ctypes
import gc
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.engine.intake_kernel import take_frames
from feedhandler.engine.kernel import apply_batch
from feedhandler.jit import compile_for
from feedhandler.replaying import open_source

FEED: Final = "nasdaq.itch50"
REFERENCE: Final = "kaitai"  # the decoder that needs no compiling
NOTHING: Final = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(8) + b"\xff\xff\0\0\x01\0\0\0"
PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG
OBJECTS: Final = 200_000  # instead of Python's 700: a compiler makes millions and frees few of them


def collect_seldom() -> None:
    """Let Python's collector of garbage look at the compiler's objects less often: a fifth of the time."""
    gc.set_threshold(OBJECTS, 50, 100)


@contextmanager
def engine_of_nothing(feed: Feed, decoder: str = "compiled") -> Iterator[Engine]:
    """An engine with a capture that has no packet."""
    with tempfile.TemporaryDirectory(prefix="feedhandler-nothing-") as folder:
        empty = Path(folder) / "nothing.pcap"
        empty.write_bytes(NOTHING)
        source = open_source([empty], feed)
    try:  # the folder is gone already: who compiles may be killed at any moment
        yield Engine(feed, source, decoder=decoder, digest=False)
    finally:
        source.close()


def replay_nothing(feed: Feed) -> None:
    """Have all compiled code at hand that a replay of this feed needs."""
    with engine_of_nothing(feed) as engine:
        engine.run()


def compile_intake(feed: Feed) -> None:
    """Have the way from frames to rows at hand: the decoder of a feed, and the engine's first part."""
    with engine_of_nothing(feed) as engine:
        compile_for(take_frames, engine.desk, engine.counters)


def compile_books() -> None:
    """Have the way from rows to books at hand: the engine's second part."""
    with engine_of_nothing(feed_of(FEED), REFERENCE) as engine:
        compile_for(apply_batch, engine.desk, engine.pools, engine.counters)


def end_with_parent() -> None:
    """Who is left behind compiles for nobody: prctl(2), where there is one."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    end_with_parent()
    collect_seldom()
    compile_books()

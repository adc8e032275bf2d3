"""Compile the engine, or load it: by a replay of nothing.

`python -m feedhandler.compiling` leaves it in the cache for another process, which compiles a decoder meanwhile.
The engine is the same for all feeds; the one used here has the decoder that takes least time.
"""

import gc
import tempfile
from pathlib import Path
from typing import Final

from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.replaying import open_source

FEED: Final = "nasdaq.itch50"
NOTHING: Final = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(8) + b"\xff\xff\0\0\x01\0\0\0"
OBJECTS: Final = 200_000  # instead of Python's 700: a compiler makes millions and frees few of them


def collect_seldom() -> None:
    """Let Python's collector of garbage look at the compiler's objects less often: a fifth of the time."""
    gc.set_threshold(OBJECTS, 50, 100)


def replay_nothing(feed: Feed) -> None:
    """Have all compiled code at hand that a replay of this feed needs."""
    with tempfile.TemporaryDirectory(prefix="feedhandler-nothing-") as folder:
        empty = Path(folder) / "nothing.pcap"
        empty.write_bytes(NOTHING)
        source = open_source([empty], feed)
        try:
            Engine(feed, source, digest=False).run()
        finally:
            source.close()


if __name__ == "__main__":
    collect_seldom()
    replay_nothing(feed_of(FEED))

"""One replay of a capture in a process of its own, timed; prints one line of JSON.

What is timed: from the first byte of the capture to order-by-order books of all instruments and the table of
best prices. What is not: starting Python, loading compiled code, and taking memory for the books and touching
it for the first time, as a handler does before the market opens; what that takes is told beside, as
`setup_ns_per_message`. The file is read once before, so that its pages are in memory; the bytes are then read
from there within the time that counts. The digest is off: it is no part of the job. Python's collector of
garbage leaves alone what was there before.
"""

import gc
import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any, Final

from feedhandler.book.pools import BOOK_NEXT, LEVELS_LIVE, ORDERS_LIVE, Pools, touch_pages
from feedhandler.book.view import Columns
from feedhandler.compiling import replay_nothing
from feedhandler.counter import Counter
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.engine.engine import Engine
from feedhandler.event import Side
from feedhandler.replaying import open_source

RAW_UNIT: Final = 100_000  # 1e-9 units in the 0.0001 of the checksum, the unit of TotalView-ITCH


def measure(path: str, feed: Feed, passes: int) -> dict[str, Any]:
    """Replay a capture so many times, each time into new books."""
    replay_nothing(feed)
    _read_through(path)
    wall, cpu, setup = [], [], []
    gc.freeze()
    for _ in range(passes):
        source = open_source([path], feed)
        try:
            began = perf_counter_ns()
            engine = Engine(feed, source, digest=False)
            touch_pages(engine.pools)
            setup.append(perf_counter_ns() - began)
            cpu_start, start = process_time_ns(), perf_counter_ns()
            engine.run()
            end, cpu_end = perf_counter_ns(), process_time_ns()
        finally:
            source.close()
        wall.append(end - start)
        cpu.append(cpu_end - cpu_start)
    messages = int(engine.counters[Counter.MESSAGES])
    return {
        "frames": int(engine.counters[Counter.FRAMES]),
        "messages": messages,
        "gaps": int(engine.counters[Counter.GAPS]),
        "unknown_orders": int(engine.counters[Counter.UNKNOWN_ORDER]),
        "bbo_changes": int(engine.counters[Counter.BBO_CHANGES]),
        "orders": int(engine.pools.control[ORDERS_LIVE]),
        "levels": int(engine.pools.control[LEVELS_LIVE]),
        "checksum": checksum(engine.pools),
        "seconds": round(median(wall) / 1e9, 4),
        "ns_per_message": round(median(wall) / max(messages, 1), 1),
        "cpu_ns_per_message": round(median(cpu) / max(messages, 1), 1),
        "setup_ns_per_message": round(median(setup) / max(messages, 1), 1),
        "ns_per_message_of_each_pass": [round(each / max(messages, 1), 1) for each in wall],
    }


def checksum(pools: Pools) -> str:
    """Fold every level of every book: sides by instrument, bid before ask; levels from worst to best.

    sum = sum * 31 + price * size + count, modulo 2**64; prices in units of 0.0001.
    """
    columns = Columns(pools)
    books = [
        (int(record["channel_id"]), int(record["instrument_id"]), number)
        for number, record in enumerate(columns_of(pools))
        if number
    ]
    total = 0
    for _, _, number in sorted(books):
        for side in (Side.BID, Side.ASK):
            for slot in reversed(columns.level_slots(number, side)):
                price = columns.level_price(slot) // RAW_UNIT
                value = price * columns.level_size(slot) + columns.level_count(slot)
                total = (total * 31 + value) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{total:016x}"


def columns_of(pools: Pools) -> Any:
    """The records of the books that are in use, number 0 included."""
    return pools.books[: int(pools.control[BOOK_NEXT])]


def _read_through(path: str) -> None:
    """Bring the file's pages into memory."""
    buffer = bytearray(1 << 20)
    with Path(path).open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def main() -> None:
    """FILE FEED PASSES."""
    path, name, passes = sys.argv[1:]
    sys.stdout.write(json.dumps(measure(path, feed_of(name), int(passes))) + "\n")


if __name__ == "__main__":
    main()

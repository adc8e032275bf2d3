"""How fast rows become books: every order in its queue, every end of event settled."""

import numpy as np

from feedhandler.bench.data import capture_of
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.book.kernel import apply_rows
from feedhandler.book.pools import LEVELS_LIVE, ORDERS_LIVE, Limits, Pools, make_pools
from feedhandler.counter import Counter, new_counters
from feedhandler.decode.catalog import Feed
from feedhandler.event import EVENT, KERNEL_EVENT
from feedhandler.records import records
from feedhandler.replaying import Replay


def fresh_pools(rows: int) -> Pools:
    """Empty pools in which nothing has to grow, their pages in memory already."""
    room = max(rows, 1 << 12)
    pools = make_pools(Limits(books=1 << 14, orders=room, levels=room), new_counters())
    for array in pools:
        if array is not pools.control:
            np.asarray(array).view(np.uint8)[:] = 0
    return pools


def measure(path: str | None, feed: Feed, messages: int, runs: int) -> Measurement:
    """The rows of a replay, applied to empty books again and again."""
    with capture_of(path, feed, messages) as name, Replay(name, feed, digest=False) as replay:
        words = [batch.view(np.int64).copy() for batch in replay]
        count = int(replay.engine.counters[Counter.MESSAGES])
    given = np.concatenate([np.zeros(0, np.int64), *words]).view(EVENT)
    rows = given.copy()
    seen = records(rows.view(KERNEL_EVENT))
    pools: list[Pools] = []

    def prepare() -> None:
        rows[:] = given
        pools[:] = [fresh_pools(rows.size)]

    def work() -> None:
        if int(apply_rows(seen, 0, rows.size, pools[0])[0]) != rows.size:
            raise MemoryError

    wall, cpu = timed(work, runs, prepare)
    return Measurement(
        f"book: {feed.name}, rows to books, ends of event settled, best prices not published",
        "row", rows.size, wall, cpu, memory_text(rows.nbytes),
        {
            "messages": count,
            "orders_at_end": int(pools[0].control[ORDERS_LIVE]),
            "levels_at_end": int(pools[0].control[LEVELS_LIVE]),
        },
    )  # fmt: skip

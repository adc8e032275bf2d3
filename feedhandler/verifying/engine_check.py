"""The engine over the same capture: its digests, counters and best prices must be those of the walk."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from feedhandler.book.oracle_book import Book
from feedhandler.book.pools import DEPTH_DEFAULT, Limits
from feedhandler.book.view import Books
from feedhandler.counter import Counter, named
from feedhandler.engine.engine import Engine
from feedhandler.event import UNDEF_PRICE, Side
from feedhandler.publish.bbo import LINE_WORDS
from feedhandler.source.pace import never
from feedhandler.source.source import Source
from feedhandler.verifying.report import Divergence, value_text
from feedhandler.verifying.walk import Walk

ENGINE: Final = "engine"
WALK: Final = "step-by-step walk"
OWN: Final = (  # it publishes best prices, and does not read a definition again
    Counter.BBO_CHANGES, Counter.DEFINITIONS_REPEATED, Counter.DEFINITIONS_FORGOTTEN,
)  # fmt: skip
SIDES: Final = ((Side.BID, max, 1), (Side.ASK, min, 3))  # side, best of its prices, word of a line


def check_engine(
    walk: Walk, source: Source, packet: int = 0, stop: Callable[[], bool] = never
) -> Divergence | None:
    """Run the engine over the capture of a walk (to a packet) and compare all that both know.

    The walk leaves books in doubt as they are, so the engine must, too: it loads no snapshots here.
    """
    limits = Limits(ladder_depth=walk.feed.depth or DEPTH_DEFAULT, kept_rows=0)
    engine = Engine(walk.feed, source, deliver=True, limits=limits)
    engine.stop_at(packet=packet)
    for _ in engine.batches():
        if stop():
            return None
    for what, field, mine, theirs in _results(engine, walk):
        if mine != theirs:
            return Divergence(what, field, {ENGINE: str(mine), WALK: str(theirs)})
    return _best_prices(engine, walk) if walk.books.settled else None


def _results(engine: Engine, walk: Walk) -> Iterator[tuple[str, str, Any, Any]]:
    yield "digest", "events", engine.digest, walk.digest
    mine, theirs = _counts(engine.counters), _counts(walk.counters)
    for name in sorted(mine.keys() | theirs.keys()):
        yield "counter", name, mine.get(name, 0), theirs.get(name, 0)
    yield "digest", "books", Books(engine.pools).digest(), walk.books.digest()
    mine_gaps, their_gaps = ([str(gap) for gap in each.channels.gaps] for each in (engine, walk))
    yield "gaps", "ranges", mine_gaps, their_gaps


def _counts(counters: Any) -> Mapping[str, int]:
    """All counters but those of what only the engine does."""
    known = named(counters)
    for counter in OWN:
        known.pop(counter.name.lower(), None)
    return known


def _best_prices(engine: Engine, walk: Walk) -> Divergence | None:
    """The engine's table of best prices beside the oracle's books."""
    for view in Books(engine.pools):
        book = walk.books.oracle.books[view.key]
        for side, best, word in SIDES:
            at = view.number * LINE_WORDS + word
            mine = tuple(engine.desk.bbo[at : at + 2].tolist())
            theirs = _best(book, side, best, by_level=walk.feed.bbo == "level")
            if mine != theirs:
                said = [f"{value_text('price', p)} size {s}" for p, s in (mine, theirs)]
                values = dict(zip((ENGINE, WALK), said, strict=True))
                symbol = walk.definitions.directory.get(view.key).symbol
                name = Side(side).name.lower()
                return Divergence("best price", name, values, instrument=symbol)
    return None


def _best(book: Book, side: Side, best: Any, *, by_level: bool) -> tuple[int, int]:
    """Price and size of the best level of an oracle's book."""
    if by_level:
        run = book.run(side)
        return run[0][:2] if run else (UNDEF_PRICE, 0)
    queues = book.queues[side]
    if not queues:
        return UNDEF_PRICE, 0
    price = best(queues)
    return price, sum(order.size for order in queues[price])

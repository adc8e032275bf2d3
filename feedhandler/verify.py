"""Check the fast path against the plain one over a capture: `verify(paths, feed)`.

Both decoders read every datagram and every row is compared byte for byte; the rows go into the kernel's books
and into the naive oracle's, which are compared at every end of event; then the engine runs over the capture
as a whole and must come to the same digests. The first difference ends it and is told with packet, message
and field, or with instrument and level.

    from feedhandler.verify import verify

    outcome = verify("captures/x.pcap", "nasdaq.itch50")
    assert outcome.ok, outcome.divergence
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from feedhandler.counter import Counter, named
from feedhandler.decode.catalog import Feed
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.decode.loading import decoder_of
from feedhandler.detect import detect_feed, may_be_opened_twice
from feedhandler.replaying import open_source, paths_of
from feedhandler.source.pace import never
from feedhandler.source.select import passage_of, why_none_passed
from feedhandler.source.source import Source
from feedhandler.verifying.decoders import Decoder, Judge
from feedhandler.verifying.engine_check import check_engine
from feedhandler.verifying.report import Divergence, Verification
from feedhandler.verifying.walk import Progress, Walk

__all__ = ["Decoder", "Divergence", "Verification", "verify"]

# Why a frame holds nothing to compare.
REASONS: Final = (
    Counter.NOT_IP, Counter.IPV6, Counter.FRAGMENT, Counter.TCP, Counter.NOT_UDP, Counter.TRUNCATED,
    Counter.BAD_LENGTH, Counter.FOREIGN_GROUP, Counter.UNKNOWN_LINK,
)  # fmt: skip


def verify(
    paths: str | Path | Sequence[str | Path],
    feed: str | Feed | None = None,
    *,
    decoder: Decoder | None = None,
    expression: str = "",
    packets_max: int = 0,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
) -> Verification:
    """Compare everything over one or many captures, at most so many packets of them.

    `decoder` is put in the place of the compiled one; once `stop` says so, the outcome is that of the packets
    until then. Raises `CaptureError` for what cannot be read.
    """
    many = paths_of(paths)
    if packets_max < 0:
        raise ValueError(f"packets_max is {packets_max}: 0 (all) or more is expected")
    if feed is None:
        feed = detect_feed(many[0])
    elif isinstance(feed, str):
        feed = feed_of(feed)
    shipped = decoder_of(feed, "compiled")
    judge = Judge(feed, decoder or shipped, decoder_of(feed, "reference"))
    source = open_source(many, feed, expression=expression, stop=stop)
    try:
        walk = Walk(feed, source, judge, shipped)
        divergence = walk.run(packets_max, progress, stop)
        outcome = _outcome(walk, source)
    finally:
        source.close()
    # A pipe cannot be read twice, and in a merge the number of a packet is that of its own file.
    again_too = walk.datagrams and all(may_be_opened_twice(str(path)) for path in many)
    if divergence is None and again_too and not (packets_max and len(many) > 1) and not stop():
        again = open_source(many, feed, expression=expression)
        try:
            divergence = check_engine(walk, again, walk.last_packet if packets_max else 0, stop)
        finally:
            again.close()
        outcome.engine_compared = not stop()
    outcome.interrupted = stop()
    outcome.divergence = divergence
    outcome.problems = [] if outcome.interrupted else [*_problems(walk, source)]
    return outcome


def _problems(walk: Walk, source: Source) -> Iterator[str]:
    """What was not compared, though it was asked for; gaps and what cannot be read are, by both sides."""
    counters = walk.counters
    if frames := int(counters[Counter.FRAMES]):
        why = f"no datagram of {walk.feed.name} in {frames:,} frame{'' if frames == 1 else 's'}"
        told = ", ".join(
            f"{counters[each]:,} {each.name.lower()}" for each in REASONS if counters[each]
        )
        why += f" ({told})" if told else ""
    else:
        why = why_none_passed([passage_of(source)]) or "no frame came"
    if not walk.datagrams:
        yield f"nothing was compared: {why}"
    if counters[Counter.CUT_RECORD] or counters[Counter.BAD_RECORD]:
        yield f"the capture does not end as it should: {'; '.join(source.notes)}"


def _outcome(walk: Walk, source: Source) -> Verification:
    return Verification(
        feed=walk.feed.name,
        packets=int(walk.counters[Counter.FRAMES]),
        datagrams=walk.datagrams,
        messages=walk.messages,
        rows=walk.rows,
        events=walk.books.events,
        book_comparisons=walk.books.comparisons,
        books=len(walk.books.oracle.books),
        events_digest=walk.digest,
        books_digest=walk.books.digest(),
        counters=named(walk.counters),
        gaps=[str(gap) for gap in walk.channels.gaps],
        notes=[*source.notes, *walk.routing.notes],
    )

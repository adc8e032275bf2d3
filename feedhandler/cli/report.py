"""What a replay found, as one document: the keys that scripts rely on, and what makes exit code 1.

Times are ns since 1970, prices integers in units of 1e-9. Keys are only ever added; the document's `format`
changes when one has to change its meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from feedhandler import __version__
from feedhandler.book.view import BookView, Depth, Level, Order
from feedhandler.cli.main import DATA, INTERRUPTED, OK
from feedhandler.cli.repeating import Given
from feedhandler.cli.wholeness import Found, doubt_entry, ends_entry, problems_of
from feedhandler.counter import Counter
from feedhandler.engine import desk_header as words
from feedhandler.engine.doubts import doubts_of
from feedhandler.replaying import Replay
from feedhandler.session.gaps import Gap

FORMAT: Final = 1
NS: Final = 1_000_000_000

# Why a frame did not get as far as a decoder.
DROPS: Final = (
    Counter.FILTERED, Counter.NOT_IP, Counter.IPV6, Counter.FRAGMENT, Counter.TCP, Counter.NOT_UDP,
    Counter.TRUNCATED, Counter.BAD_LENGTH, Counter.FOREIGN_GROUP, Counter.UNKNOWN_LINK,
    Counter.BAD_CHECKSUM,
)  # fmt: skip
# What was decoded in part, or not.
DECODING: Final = (
    Counter.MALFORMED_TRANSPORT, Counter.MALFORMED_MESSAGE, Counter.UNKNOWN_TEMPLATE,
    Counter.UNKNOWN_SCHEMA, Counter.NEWER_VERSION, Counter.EMPTY_MESSAGE, Counter.BAD_REFERENCE,
    Counter.PRICE_RANGE,
)  # fmt: skip
# What a book could not do with a row, or was found in.
BOOKS: Final = (
    Counter.UNKNOWN_ORDER, Counter.DUPLICATE_ORDER, Counter.OVER_EXECUTION, Counter.BAD_SIZE,
    Counter.BAD_SIDE, Counter.BAD_PRICE, Counter.BAD_LEVEL, Counter.BAD_ACTION, Counter.UNSORTED,
    Counter.DELETE_FROM, Counter.CROSSED, Counter.LOCKED, Counter.BOOKS_LIMIT,
    Counter.ORDERS_LIMIT, Counter.LEVELS_LIMIT,
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """How a replay was run, for its report."""

    files: Sequence[str]
    decoder: str
    elapsed_ns: int
    given: Given
    compiled: bool = False  # the time holds compiling, too
    malformed_max: int = 0
    doubt_max: int = 0
    stop: dict[str, int] | None = None
    stopped_code: int = INTERRUPTED  # the exit code, if it was stopped by a signal
    missing: Sequence[str] = ()  # what was asked for and is not there, a line each


def document(replay: Replay, run: Run, ladders: Sequence[BookView], depth: int) -> dict[str, Any]:
    """The whole report."""
    found = Found(replay.engine.counters)
    doubts = doubts_of(replay.engine)
    cut_short = replay.stopped or replay.engine.stop_reached
    problems = [
        *problems_of(replay, run.malformed_max, cut_short=cut_short),
        *(doubts.lines() if doubts.count > run.doubt_max else ()),
        *run.missing,
    ]
    last_ns = int(replay.engine.desk.work[words.NOW])
    return {
        "format": FORMAT,
        "version": __version__,
        "files": list(run.files),
        "feed": replay.feed.name,
        "decoder": run.decoder,
        "stop": run.stop,
        "stop_reached": replay.engine.stop_reached if run.stop else None,
        "interrupted": replay.stopped,
        "notes": replay.notes,
        "frames": found[Counter.FRAMES],
        "frame_bytes": found[Counter.FRAME_BYTES],
        "last_ts_recv": last_ns,
        "datagrams": found[Counter.DATAGRAMS],
        "messages": found[Counter.MESSAGES],
        "events": found[Counter.EVENTS],
        "definitions": found[Counter.DEFINITIONS],
        "duplicates": found[Counter.DUPLICATES],
        "gaps": [gap_entry(gap, last_ns) for gap in replay.gaps],
        "recovered": [gap_entry(gap, last_ns) for gap in replay.recovered],
        "joined": [gap_entry(gap, last_ns) for gap in replay.joined],
        "gap_units": found[Counter.GAP_UNITS],
        "faults": faults_entry(replay, run),
        "unit": replay.feed.unit,
        "drops": found.named(DROPS),
        "decoding": found.named(DECODING),
        "book_faults": found.named(BOOKS),
        "counters": replay.counters,
        "channels": replay.channels,
        "end_of_session": ends_entry(replay, cut_short=cut_short),
        "books": {"total": len(replay.books), **_states(replay)},
        "in_doubt": doubt_entry(doubts),
        "ladders": [ladder_entry(view, view.depth(depth)) for view in ladders],
        "digest": {"events": replay.digest, "books": replay.books.digest()},
        "throughput": throughput(found, run),
        "problems": problems,
        "exit_code": run.stopped_code if replay.stopped else DATA if problems else OK,
    }


def gap_entry(gap: Gap, last_ns: int) -> dict[str, Any]:
    """A range that came on no line; `end` is null while books that it put in doubt still are.

    `rows` are rows of books (orders, levels) in doubt; `loaded`: it never came, a snapshot made up for it in time.
    """
    return {
        "channel": gap.channel_id,
        "role": gap.role,
        "first": gap.first,
        "last": gap.first + max(gap.count, 1) - 1,
        "count": gap.count,
        "packet": gap.packet,
        "ts_recv": gap.ts_recv,
        "lines": gap.lines,
        "behind": gap.behind,
        "start": gap.start_ns,
        "end": gap.end_ns or None,
        "in_doubt_ns": gap.doubt_ns(last_ns),
        "method": gap.method,
        "seen": gap.seen,
        "rows": gap.rows,
        "loaded": gap.loaded,
    }


def faults_entry(replay: Replay, run: Run) -> dict[str, Any] | None:
    """What was done to the frames on purpose, and the command that does it again."""
    faults = replay.faults
    if faults is None:
        return None
    return {
        "plan": str(faults.plan),
        "seed": faults.seed,
        "frames": faults.frames,
        "injected": faults.injected,
        "repeat": run.given.command(feed_name=replay.feed.name, seed=faults.seed),
    }


def throughput(found: Found, run: Run) -> dict[str, int]:
    """How fast it went, reading included and reporting not."""
    spent = max(run.elapsed_ns, 1)
    return {
        "elapsed_ns": run.elapsed_ns,
        "compiled": run.compiled,
        "messages_per_second": found[Counter.MESSAGES] * NS // spent,
        "frames_per_second": found[Counter.FRAMES] * NS // spent,
        "bytes_per_second": found[Counter.FRAME_BYTES] * NS // spent,
    }


def _states(replay: Replay) -> dict[str, int]:
    return {state.lower(): number for state, number in replay.books.states().items()}


# --- ladders --------------------------------------------------------------------------------------
def ladder_entry(view: BookView, levels: Depth) -> dict[str, Any]:
    """One book: what it is, and these levels of it."""
    return {
        "symbol": view.symbol,
        "instrument_id": view.instrument_id,
        "channel": view.channel_id,
        "model": view.model,
        "state": view.state.lower(),
        "crossing": view.crossing,
        "sequence": view.sequence,
        "ts_event": view.ts_event,
        "stale_since": view.stale_since,
        "faults": view.faults,
        "trades": view.trades,
        "bids": [level_entry(level) for level in levels.bids],
        "asks": [level_entry(level) for level in levels.asks],
    }


def level_entry(level: Level) -> dict[str, Any]:
    """A price and what stands there."""
    return {
        "price": level.price,
        "size": level.size,
        "order_count": level.order_count,
        "implied": level.implied,
    }


def order_entry(order: Order) -> dict[str, int]:
    """An order in its queue."""
    return {"order_id": order.order_id, "size": order.size, "priority": order.priority}

"""What a run lacks, and the word for it: the same for a replay and for a live run, as data and as text.

A replay that was stopped is not told what it never read. A live run always ends by a stop, with a session that may go
on: that its end did not come is no fault, but "complete" is then not what it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final, Protocol

from feedhandler.book.ladder import time_text
from feedhandler.cli.output import count
from feedhandler.counter import Counter, Words
from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import ends_sessions
from feedhandler.engine.doubts import Doubts
from feedhandler.engine.engine import Engine
from feedhandler.source.select import passage_of, why_none_passed

# Lost on the way to a live source.
LOST: Final = (
    Counter.RING_DROPS, Counter.SOCKET_DROPS, Counter.CUT_FRAMES, Counter.CARD_DROPS,
    Counter.BUFFER_DROPS,
)  # fmt: skip

Document = Mapping[str, Any]


class Noted(Protocol):
    """A source, as far as it is told."""

    @property
    def notes(self) -> list[str]:
        """Lines for people."""


class Ran(Protocol):
    """A replay, or a live run."""

    feed: Feed
    engine: Engine

    @property
    def source(self) -> Noted:
        """Where frames came from."""

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Each sequence space."""


class Found:
    """The counters of a run."""

    def __init__(self, counters: Words) -> None:
        self._counters = counters

    def __getitem__(self, counter: Counter) -> int:
        return int(self._counters[counter])

    def named(self, counters: Sequence[Counter]) -> dict[str, int]:
        """Those of them that are not zero, by name."""
        return {counter.name.lower(): self[counter] for counter in counters if self[counter]}

    def sum(self, counters: Sequence[Counter]) -> int:
        """All of them together."""
        return sum(self[counter] for counter in counters)


def _missing(run: Ran, found: Found) -> list[str]:
    """What never came, and what came but does not fit."""
    lines = []
    if gaps := found[Counter.GAPS]:
        units = found[Counter.GAP_UNITS]
        lines.append(f"{count(gaps, 'gap')}: {count(units, run.feed.unit)} missing")
    if lone := found[Counter.LONE_DOUBTS]:
        lines.append(f"books in doubt, though nothing is missing: {count(lone, 'time')}")
    return lines


def problems_of(run: Ran, malformed_max: int, *, cut_short: bool = False) -> list[str]:
    """What makes the data less than whole, a line each; what it did to books is told by `doubts_of`.

    `cut_short`: it was ended before the input was, so that what did not come is no fault.
    """
    found = Found(run.engine.counters)
    lines = []
    if not (found[Counter.FRAMES] or cut_short):
        lines.append(why_none_passed([passage_of(run.source)]) or "no frame came")
    if found[Counter.FRAMES] and not found[Counter.DATAGRAMS]:
        lines.append(f"no datagram of {run.feed.name} in {count(found[Counter.FRAMES], 'frame')}")
    if lost := found.named(LOST):
        told = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in lost.items())
        lines.append(f"lost before it could be read: {told}")
    lines += _missing(run, found)
    datagrams, messages = found[Counter.MALFORMED_TRANSPORT], found[Counter.MALFORMED_MESSAGE]
    if datagrams + messages > malformed_max:
        lines.append(f"malformed: {count(datagrams, 'datagram')}, {count(messages, 'message')}")
    if unknown := found.sum((Counter.UNKNOWN_TEMPLATE, Counter.UNKNOWN_SCHEMA)):
        lines.append(f"of a type that is not known: {count(unknown, 'message')}")
    if prices := found[Counter.PRICE_RANGE]:
        lines.append(f"beyond 64 bits: {count(prices, 'price')}")
    if found.sum((Counter.CUT_RECORD, Counter.BAD_RECORD)):
        lines.append("the capture does not end as it should: " + "; ".join(run.source.notes))
    if limits := found.named((Counter.BOOKS_LIMIT, Counter.ORDERS_LIMIT, Counter.LEVELS_LIMIT)):
        lines.append("a limit was reached: " + ", ".join(limits))
    return lines


def ends_entry(run: Ran, *, cut_short: bool = False) -> dict[str, Any]:
    """Whether the feed tells the end of a session, and the channels whose end should have come and has not.

    What was lost behind the last datagram of a channel shows by nothing else. Where no channel was heard, nothing was
    told.
    """
    streams = [channel for channel in run.channels if channel["role"] == "incremental"]
    heard = any(line["datagrams"] for channel in streams for line in channel["lines"])
    told = heard and ends_sessions(run.feed.transport)
    missing = [
        channel["channel"] for channel in streams if told and not cut_short and not channel["ended"]
    ]
    return {"told": told, "missing": missing}


def doubt_entry(doubts: Doubts) -> dict[str, Any]:
    """Books in doubt at the end by reason, and channels in doubt that have none."""
    return {
        "books": len(doubts.books),
        "reasons": doubts.reasons,
        "channels": {str(channel_id): reason for channel_id, reason in doubts.channels.items()},
    }


class Tone(Enum):
    """How good the news is."""

    WELL = auto()
    DOUBT = auto()
    FAULT = auto()


def verdict(report: Document) -> tuple[list[str], Tone]:
    """What a run comes to: its problems, or a line that says there is none; nothing if it was interrupted so far."""
    if report["problems"] or report["interrupted"]:
        return list(report["problems"]), Tone.FAULT
    where = stop_text(report["stop"])
    but = _allowed(report)
    sound = f"no gap; {but}" if but else "no gap, nothing malformed"
    tone = Tone.DOUBT if but else Tone.WELL
    if where and not report["stop_reached"]:
        return [f"the input ended before {where}: {sound}"], Tone.DOUBT
    if where and not report["frames"]:
        return [f"stopped at {where}, before the first frame"], Tone.DOUBT
    if where:
        return [f"stopped at {where}: {sound}"], tone
    whole = report["end_of_session"]["told"] and not any(unknown(report))
    word = "as allowed" if but else "complete" if whole else "no loss seen"
    return [f"{word}: {sound}"], tone


def unknown(report: Document) -> Iterator[str]:
    """What no gap tells of: messages before the first that came, and behind the last."""
    for gap in report["joined"]:
        before = f"{count(gap['count'], report['unit'])} before that did not come"
        loaded = f"; books loaded from a snapshot, {gap['method']}" if gap["loaded"] else ""
        yield f"channel {gap['channel']}: joined in mid-session, {before}{loaded}"
    for channel_id in report["end_of_session"]["missing"]:
        yield f"channel {channel_id}: no end of session came; what was lost behind the last datagram is not known"


def _allowed(report: Document) -> str:
    """What is not as it should be, and was allowed."""
    malformed, doubt = malformed_of(report["counters"]), report["in_doubt"]
    books, channels = doubt["books"], len(doubt["channels"])
    told = (
        f"{malformed:,} malformed" if malformed else "",
        f"{count(books, 'book')} in doubt" if books else "",
        f"{count(channels, 'channel')} in doubt" if channels else "",
    )
    return "; ".join(filter(None, told))


def malformed_of(counters: Mapping[str, int]) -> int:
    """Datagrams and messages."""
    return counters.get("malformed_transport", 0) + counters.get("malformed_message", 0)


def stop_text(where: Mapping[str, int] | None) -> str:
    """The point that `--at` names; "" = none."""
    if not where:
        return ""
    packet = where.get("packet")
    return time_text(where["time_ns"]) if packet is None else f"packet {packet:,}"
